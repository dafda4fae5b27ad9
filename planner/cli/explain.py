"""The command ``explain``."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.cli.app import CaseFolder, Overwrite, Quiet, Scenario, Settings, app, pairs
from planner.cli.streams import show_product
from planner.errors import NoPlanError


class Kind(StrEnum):
    """What can be explained."""

    AREA = "area"
    PROGRAMME = "programme"
    ASSET = "asset"


@app.command()
def explain(
    case: CaseFolder,
    subject: Annotated[
        str, typer.Argument(metavar="ID", help="An area, a programme, an asset or a sensor: id or name.")
    ],
    *,
    kind: Annotated[
        Kind | None,
        typer.Option(help="Which of them, where an id is that of several."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="Write sentences and facts as JSON too.")
    ] = None,
    json_: Annotated[
        bool, typer.Option("--json", help="Show sentences and facts as JSON instead of words.")
    ] = False,
    overwrite: Overwrite = False,
    set_: Settings = None,
    scenario: Scenario = None,
    quiet: Quiet = False,
) -> None:
    """Explain an area, a programme or an asset: who could, who may, who pays, and what would change it."""
    from planner.explanation.explanation import explain as explain_case
    from planner.explanation.explanation import explanation_document, explanation_summary
    from planner.results import terminal
    from planner.results.whole_file import check_file, write_whole
    from planner.solve.solver import MESSAGES, Status

    changes = pairs("--set", set_)
    if out is not None:
        check_file(out, overwrite)
    with terminal.Progress(quiet) as progress:
        progress("read the case")
        found = explain_case(planner.read_case(case, changes, scenario), subject, kind, progress=progress)
    text = json.dumps(explanation_document(found), indent=2, ensure_ascii=False, allow_nan=False)
    if out is not None:
        write_whole(out, text + "\n", overwrite)
    if json_:
        show_product(text)
    elif not quiet:
        terminal.show(explanation_summary(found))
    if found.status != Status.OPTIMAL:
        raise NoPlanError(found.status, MESSAGES[Status(found.status)])

"""The command ``ladder``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.cli.app import CaseFolder, Overwrite, Quiet, Scenario, Settings, app, pairs


@app.command()
def ladder(
    case: CaseFolder,
    *,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where to write; results/NAME OF THE CASE_ladder if not given."),
    ] = None,
    overwrite: Overwrite = False,
    set_: Settings = None,
    scenario: Scenario = None,
    quiet: Quiet = False,
) -> None:
    """Say why the gap is there: what earmarking, money, consent and hours each account for."""
    from planner.report import target, terminal
    from planner.report.ladder_text import LADDER, ladder_study, require_proof
    from planner.report.study import write_study

    changes = pairs("--set", set_)
    default = target.default_folder(case)
    folder = target.check_target(out or default.with_name(f"{default.name}_ladder"), overwrite, LADDER.folder)
    with terminal.Progress(quiet) as progress:
        progress("read the case")
        found = planner.ladder(planner.read_case(case, changes, scenario), progress=progress)
        progress("write")
        study = ladder_study(found)
        write_study(study, folder, overwrite)
    if not quiet:
        terminal.show(study.summary)
        terminal.show(f"Written to {folder}")
    require_proof(found)

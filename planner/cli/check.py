"""The command ``check``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.app import CaseFolder, Overwrite, Scenario, Settings, app, pairs
from planner.errors import InputError


@app.command()
def check(
    case: CaseFolder,
    *,
    set_: Settings = None,
    scenario: Scenario = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Write all problems and warnings as CSV too.")
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Check a case: every problem of every file and every scenario at once, without planning."""
    from planner import pipeline
    from planner.case.check import checked_case
    from planner.results import terminal
    from planner.results.whole_file import check_file

    changes = pairs("--set", set_)
    if out is not None:
        check_file(out, overwrite)
    checked = checked_case(case, changes, scenario)
    warnings = pipeline.check(checked)
    if out is not None:
        terminal.write_problems(out, checked.problems, warnings, overwrite)
    if checked.problems or checked.case is None:
        raise InputError(checked.problems, warnings)
    terminal.show_warnings(warnings)
    terminal.show(terminal.checked_case(checked.case, warnings))

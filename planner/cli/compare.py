"""The command ``compare``."""

from __future__ import annotations

from typing import Annotated

import typer

import planner
from planner.cli.app import (
    CaseFolder,
    Out,
    Overwrite,
    Quiet,
    Report,
    Resume,
    Scheduler,
    Settings,
    Workers,
    app,
    pairs,
)
from planner.cli.studies import StudyOptions, run_study


@app.command()
def compare(
    case: CaseFolder,
    *,
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[,NAME]",
            help="A scenario, or several together. May be repeated; all of the case if not given.",
        ),
    ] = None,
    baseline: Annotated[
        bool,
        typer.Option("--baseline", help="Put the case as it stands first, as it is beside one scenario."),
    ] = False,
    out: Out = None,
    overwrite: Overwrite = False,
    set_: Settings = None,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    resume: Resume = False,
    report: Report = False,
    quiet: Quiet = False,
) -> None:
    """Plan several scenarios and put them side by side, as differences from the first."""
    given = StudyOptions(case, out, overwrite, workers, scheduler, resume, report, quiet)
    changes = pairs("--set", set_)
    run_study(
        "comparison",
        given,
        lambda **how: planner.compare(case, scenario or (), baseline=baseline, changes=changes, **how),
    )

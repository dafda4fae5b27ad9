"""The command ``sensitivity``."""

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
    Scenario,
    Scheduler,
    Settings,
    Workers,
    app,
    pairs,
)
from planner.cli.studies import StudyOptions, run_study


@app.command()
def sensitivity(
    case: CaseFolder,
    *,
    draws: Annotated[int, typer.Option(metavar="N", min=2, help="Number of draws.")] = 200,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help="Seed of the draws: the same seed, the same draws.")
    ] = 1,
    out: Out = None,
    overwrite: Overwrite = False,
    set_: Settings = None,
    scenario: Scenario = None,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    resume: Resume = False,
    report: Report = False,
    quiet: Quiet = False,
) -> None:
    """Draw every figure that has a range, plan every draw, and say what varies and what drives it."""
    given = StudyOptions(case, out, overwrite, workers, scheduler, resume, report, quiet)
    changes = pairs("--set", set_)
    run_study(
        "sensitivity",
        given,
        lambda **how: planner.sensitivity(case, draws, seed, changes=changes, scenario=scenario, **how),
    )

"""The command ``ladder``."""

from __future__ import annotations

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
def ladder(
    case: CaseFolder,
    *,
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
    """Say why the coverage gap is there: what earmarking, money, access and hours each account for."""
    given = StudyOptions(case, out, overwrite, workers, scheduler, resume, report, quiet)
    changes = pairs("--set", set_)
    run_study(
        "ladder", given, lambda **how: planner.ladder(planner.read_case(case, changes, scenario), **how)
    )

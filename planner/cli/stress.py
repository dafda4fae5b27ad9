"""The command ``stress``."""

from __future__ import annotations

import planner
from planner.cli.app import (
    CaseFolder,
    Gap,
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
def stress(
    case: CaseFolder,
    *,
    gap: Gap = None,
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
    """Lose each programme, asset, base and agreement in turn: the loss as planned, and re-optimised."""
    from planner.studies.engine import GAP

    given = StudyOptions(case, out, overwrite, workers, scheduler, resume, report, quiet)
    changes = pairs("--set", set_)
    run_study(
        "stress",
        given,
        lambda **how: planner.stress(
            case, gap=GAP if gap is None else gap, scenario=scenario, changes=changes, **how
        ),
    )

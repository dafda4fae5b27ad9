"""The command ``next``."""

from __future__ import annotations

from typing import Annotated

import typer

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


@app.command("next")
def next_(
    case: CaseFolder,
    *,
    amount: Annotated[
        float, typer.Option(metavar="MONEY", help="What every programme is given, in the case's currency.")
    ] = 1e6,
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
    """Rank what one more million, unit or access agreement would add, each by a plan of its own."""
    from planner.studies.engine import GAP

    given = StudyOptions(case, out, overwrite, workers, scheduler, resume, report, quiet)
    changes = pairs("--set", set_)
    run_study(
        "next",
        given,
        lambda **how: planner.next_steps(
            case,
            amount=amount,
            gap=GAP if gap is None else gap,
            scenario=scenario,
            changes=changes,
            **how,
        ),
    )

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
    Scenario,
    Scheduler,
    Settings,
    Workers,
    app,
    jobs,
    pairs,
)


@app.command("next")
def next_(
    case: CaseFolder,
    *,
    amount: Annotated[
        float, typer.Option(metavar="MONEY", help="What every programme is given, in the case's currency.")
    ] = 1e6,
    gap: Gap = None,
    scenario: Scenario = None,
    set_: Settings = None,
    out: Out = None,
    overwrite: Overwrite = False,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    quiet: Quiet = False,
) -> None:
    """Rank what one more million, unit or access agreement would add, each by a plan of its own."""
    from planner.analysis.resolving import GAP
    from planner.report import target, terminal
    from planner.report.next_steps_text import NEXT, next_study
    from planner.report.study import write_study
    from planner.report.study_text import require_proofs

    changes, how = pairs("--set", set_), jobs(workers, scheduler)
    folder = target.check_target(out or target.default_folder(case, NEXT.name), overwrite, NEXT.folder)
    with terminal.Progress(quiet) as progress:
        progress("read the case")
        found = planner.next_steps(
            case,
            amount=amount,
            gap=GAP if gap is None else gap,
            scenario=scenario,
            changes=changes,
            jobs=how,
            progress=progress,
        )
        progress("write")
        study = next_study(found)
        write_study(study, folder, overwrite)
    if not quiet:
        terminal.show(study.summary)
        terminal.show(f"Written to {folder}")
    require_proofs(found.base)
    require_proofs(found.steps)

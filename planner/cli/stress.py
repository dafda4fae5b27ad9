"""The command ``stress``."""

from __future__ import annotations

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


@app.command()
def stress(
    case: CaseFolder,
    *,
    gap: Gap = None,
    scenario: Scenario = None,
    set_: Settings = None,
    out: Out = None,
    overwrite: Overwrite = False,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    quiet: Quiet = False,
) -> None:
    """Lose each programme, asset, base and agreement in turn: what is lost, and what a new plan saves."""
    from planner.analysis.resolving import GAP
    from planner.report import target, terminal
    from planner.report.stress_text import STRESS, stress_study
    from planner.report.study import write_study
    from planner.report.study_text import require_proofs

    changes, how = pairs("--set", set_), jobs(workers, scheduler)
    folder = target.check_target(out or target.default_folder(case, STRESS.name), overwrite, STRESS.folder)
    with terminal.Progress(quiet) as progress:
        progress("read the case")
        found = planner.stress(
            case,
            gap=GAP if gap is None else gap,
            scenario=scenario,
            changes=changes,
            jobs=how,
            progress=progress,
        )
        progress("write")
        study = stress_study(found)
        write_study(study, folder, overwrite)
    if not quiet:
        terminal.show(study.summary)
        terminal.show(f"Written to {folder}")
    require_proofs(found.base)
    require_proofs(found.losses)

"""The command ``sensitivity``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.cli.app import (
    CaseFolder,
    Overwrite,
    Quiet,
    Report,
    Resume,
    Scenario,
    Scheduler,
    Settings,
    Workers,
    app,
    jobs,
    pairs,
)


@app.command()
def sensitivity(
    case: CaseFolder,
    *,
    draws: Annotated[int, typer.Option(metavar="N", min=2, help="Number of draws.")] = 200,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help="Seed of the draws: the same seed, the same draws.")
    ] = 1,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    resume: Resume = False,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Where to write; results/NAME OF THE CASE_sensitivity if not given."
        ),
    ] = None,
    overwrite: Overwrite = False,
    set_: Settings = None,
    scenario: Scenario = None,
    report: Report = False,
    quiet: Quiet = False,
) -> None:
    """Draw every figure that has a range, plan every draw, and say what varies and what drives it."""
    from planner.analysis.store import check_store, remove_store, store_of
    from planner.report import target, terminal
    from planner.report.run_json import REPORT
    from planner.report.sensitivity import SENSITIVITY, require_all
    from planner.report.sensitivity_text import sensitivity_summary, write_sensitivity

    changes = pairs("--set", set_)
    default = target.default_folder(case)
    folder = target.check_target(
        out or default.with_name(f"{default.name}_sensitivity"), overwrite, SENSITIVITY.folder
    )
    store = store_of(folder)
    how = jobs(workers, scheduler, store, resume)
    check_store(store, resume, overwrite)
    with terminal.Progress(quiet) as progress:
        progress("read the case")
        found = planner.sensitivity(
            case, draws, seed, changes=changes, scenario=scenario, jobs=how, progress=progress
        )
        progress("write")
        others = {}
        if report:
            from planner.page.sensitivity import sensitivity_file

            others[REPORT] = sensitivity_file(found)
        write_sensitivity(found, folder, overwrite, others)
    remove_store(store)
    if not quiet:
        terminal.show(sensitivity_summary(found))
        terminal.show(f"Written to {folder}")
    require_all(found)

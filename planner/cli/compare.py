"""The command ``compare``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import planner
from planner.cli.app import (
    CaseFolder,
    Overwrite,
    Quiet,
    Resume,
    Scheduler,
    Settings,
    Workers,
    app,
    jobs,
    pairs,
)


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
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where to write; results/NAME OF THE CASE_compared if not given."),
    ] = None,
    overwrite: Overwrite = False,
    set_: Settings = None,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    resume: Resume = False,
    report: Annotated[
        bool,
        typer.Option("--report", help="Write report.html too: all plans and what changes in one page."),
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Plan several scenarios and put them side by side, as differences from the first."""
    from planner.analysis.store import check_store, remove_store, store_of
    from planner.report import target, terminal
    from planner.report.comparison_text import comparison_summary
    from planner.report.run_json import REPORT
    from planner.report.summary import require_proof
    from planner.report.write_comparison import COMPARISON, write_comparison

    changes = pairs("--set", set_)
    default = target.default_folder(case)
    folder = target.check_target(out or default.with_name(f"{default.name}_compared"), overwrite, COMPARISON)
    store = store_of(folder)
    how = jobs(workers, scheduler, store, resume)
    check_store(store, resume, overwrite)
    with terminal.Progress(quiet) as progress:
        progress("read the case")
        compared = planner.compare(
            case, scenario or (), baseline=baseline, changes=changes, jobs=how, progress=progress
        )
        progress("write")
        others = {}
        if report:
            from planner.page.write import comparison_file

            others[REPORT] = comparison_file(compared)
        write_comparison(compared, folder, overwrite, others)
    remove_store(store)
    if not quiet:
        terminal.show(comparison_summary(compared))
        terminal.show(f"Written to {folder}")
    for results in compared.results.values():
        require_proof(results)

"""The command ``sweep``."""

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
    jobs,
    pairs,
)


@app.command()
def sweep(
    case: CaseFolder,
    *,
    programme: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Sweep its budget. May be repeated: they move together."),
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Sweep the budgets of all programmes.")] = False,
    asset: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Sweep the hours of an asset or sensor. May be repeated."),
    ] = None,
    spacing: Annotated[bool, typer.Option("--spacing", help="Sweep cells.spacing_nm.")] = False,
    from_: Annotated[
        float, typer.Option("--from", help="The first point: a factor on what stands in the case.")
    ] = 0.0,
    to: Annotated[float, typer.Option("--to", help="The last point.")] = 3.0,
    steps: Annotated[int, typer.Option(help="Number of points.")] = 25,
    amount: Annotated[
        bool,
        typer.Option(
            "--amount",
            help="Points are amounts of all that is swept together: money in the case's currency, or hours.",
        ),
    ] = False,
    gap: Gap = None,
    scenario: Scenario = None,
    set_: Settings = None,
    out: Out = None,
    overwrite: Overwrite = False,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    resume: Resume = False,
    report: Report = False,
    quiet: Quiet = False,
) -> None:
    """Plan with less and more money, hours or spacing: the frontier, its price, and what becomes scarce."""
    from planner.analysis.store import check_store, remove_store, store_of
    from planner.report import target, terminal
    from planner.report.run_json import REPORT
    from planner.report.study import write_study
    from planner.report.study_text import require_proofs
    from planner.report.sweep_text import SWEEP, sweep_study

    changes = pairs("--set", set_)
    folder = target.check_target(out or target.default_folder(case, SWEEP.name), overwrite, SWEEP.folder)
    store = store_of(folder)
    how = jobs(workers, scheduler, store, resume)
    check_store(store, resume, overwrite)
    with terminal.Progress(quiet) as progress:
        progress("read the case")
        swept = planner.sweep(
            case,
            programmes=programme or (),
            assets=asset or (),
            all_programmes=all_,
            spacing=spacing,
            start=from_,
            stop=to,
            steps=steps,
            amount=amount,
            gap=gap,
            scenario=scenario,
            changes=changes,
            jobs=how,
            progress=progress,
        )
        progress("write")
        study = sweep_study(swept)
        others = {}
        if report:
            from planner.page.sweep import sweep_file

            others[REPORT] = sweep_file(swept)
        write_study(study, folder, overwrite, others)
    remove_store(store)
    if not quiet:
        terminal.show(study.summary)
        terminal.show(f"Written to {folder}")
    require_proofs(swept.points)

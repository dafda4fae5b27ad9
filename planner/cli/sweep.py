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
    pairs,
)
from planner.cli.studies import StudyOptions, run_study


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
    """Plan with less and more money, hours or spacing: the frontier, its shadow price, and what is scarce."""
    given = StudyOptions(case, out, overwrite, workers, scheduler, resume, report, quiet)
    changes = pairs("--set", set_)
    run_study(
        "sweep",
        given,
        lambda **how: planner.sweep(
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
            **how,
        ),
    )

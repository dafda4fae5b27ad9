"""The command ``invest``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from planner.cli.app import CaseFolder, Overwrite, Quiet, Report, Scenario, Settings, Workers, app, pairs


@app.command()
def invest(
    case: CaseFolder,
    *,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where to write; results/NAME OF THE CASE_invest if not given."),
    ] = None,
    overwrite: Overwrite = False,
    set_: Settings = None,
    scenario: Scenario = None,
    gap: Annotated[
        float, typer.Option(min=1e-6, max=0.5, help="Relative gap of plan and bound at which to stop.")
    ] = 0.005,
    time_limit: Annotated[
        float,
        typer.Option(metavar="S", min=1.0, help="Seconds after which the best plan so far is written."),
    ] = 1800.0,
    workers: Workers = 1,
    no_values: Annotated[
        bool,
        typer.Option(
            "--no-values", help="Leave out what each option is worth, which takes plans of its own."
        ),
    ] = False,
    no_alternatives: Annotated[
        bool,
        typer.Option("--no-alternatives", help="Leave out near-optimal plans with other orders."),
    ] = False,
    sweep: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WHAT", help="Plan with less and more of it, too: capital or running. May be repeated."
        ),
    ] = None,
    beside: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Plan this scenario, too: anew, and with the plan's orders held. May be repeated.",
        ),
    ] = None,
    draws: Annotated[
        int,
        typer.Option(
            metavar="N", min=0, help="Draw uncertain figures N times: how often is each option ordered?"
        ),
    ] = 0,
    near: Annotated[
        Path | None,
        typer.Option(metavar="RUN", help="An earlier plan, of whose orders as few as can be are to change."),
    ] = None,
    report: Report = False,
    quiet: Quiet = False,
) -> None:
    """Plan what to buy: which options, where and when, with whose money, under all futures of the case."""
    from planner.case import read_capital_case
    from planner.invest.document import capacity_plan_of
    from planner.invest.plan import invest as plan
    from planner.invest.read_results import read_capacity_plan
    from planner.invest.text import summary
    from planner.invest.variants import CAPITAL, RUNNING, Variants, check_ranges, scenarios_of
    from planner.invest.write import INVEST, require_proof, write_capacity_plan
    from planner.jobs import Jobs
    from planner.results import target, terminal
    from planner.results.run_json import REPORT

    for what in sweep or ():
        if what not in (CAPITAL, RUNNING):
            raise typer.BadParameter(f"{what!r} is neither capital nor running", param_hint="--sweep")
    changes = pairs("--set", set_)
    folder = target.check_target(out or target.default_folder(case, "invest"), overwrite, INVEST)
    others = {}
    if report:
        from planner.page.write import capacity_file

        others[REPORT] = capacity_file
    with terminal.Progress(quiet) as progress:
        progress("read the case")
        read = read_capital_case(case, changes, scenario)
        if draws:
            check_ranges(read.case)
        others_of = scenarios_of(case, beside or (), changes)
        earlier = None if near is None else read_capacity_plan(near)["orders"]
        found = plan(
            read,
            gap=gap,
            time_limit_s=time_limit,
            jobs=Jobs(workers),
            progress=progress,
            values=not no_values,
            alternatives=not no_alternatives,
            near=earlier,
        )
        if sweep or beside or draws:
            also = Variants(found, gap, time_limit, Jobs(workers), progress)
            for what in sweep or ():
                also.frontier(what)
            for name, one in others_of.items():
                also.scenario(name, one)
            if draws:
                also.draws(case, draws, changes=changes, scenario=scenario)
            found = also.results()
        progress("write")
        write_capacity_plan(found, folder, overwrite, others, ["planner", *sys.argv[1:]])
    if not quiet:
        terminal.show(summary(capacity_plan_of(found)))
        terminal.show(f"Results are written to {folder}")
    require_proof(found)

"""The command ``invest``."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from planner.cli import shared
from planner.cli.app import app


class Money(StrEnum):
    """Money that plans are made with less and more of."""

    CAPITAL = "capital"
    RUNNING = "running"


@app.command()
def invest(
    case: shared.CaseFolder,
    *,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where to write; results/NAME OF THE CASE_invest if not given."),
    ] = None,
    overwrite: shared.Overwrite = False,
    set_: shared.Settings = None,
    scenario: shared.Scenario = None,
    gap: Annotated[
        float, typer.Option(min=1e-6, max=0.5, help="Relative gap of plan and bound at which to stop.")
    ] = 0.005,
    time_limit: Annotated[
        float,
        typer.Option(metavar="S", min=1.0, help="Seconds after which the best plan so far is written."),
    ] = 1800.0,
    workers: shared.Workers = 1,
    scheduler: shared.Scheduler = None,
    resume: shared.Resume = False,
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
    near: Annotated[
        Path | None,
        typer.Option(
            metavar="RUN",
            help="The folder of an earlier capacity plan: of all plans within the gap, the nearest to it.",
        ),
    ] = None,
    sweep: Annotated[
        list[Money] | None,
        typer.Option(help="Plan with less and more of all capital, or running money. May be repeated."),
    ] = None,
    beside: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Plan a scenario, too, and what the plan's orders come to in it. May be repeated.",
        ),
    ] = None,
    draws: Annotated[
        int, typer.Option(metavar="N", min=0, help="Plan N draws of the figures that have ranges.")
    ] = 0,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Seed of the draws.")] = 1,
    report: shared.Report = False,
    quiet: shared.Quiet = False,
) -> None:
    """Plan what to buy: which options, where and when, with whose money, under all futures of the case."""
    from planner.capacity.plan import invest as plan
    from planner.capacity.results import INVEST, capacity_plan_of, read_capacity_plan
    from planner.capacity.variants import Variants, check_ranges
    from planner.capacity.write import require_proof, summary, write_capacity_plan
    from planner.case import read_capital_case
    from planner.errors import Interrupted
    from planner.jobs.store import check_store, remove_store, store_of
    from planner.results import target, terminal
    from planner.results.run_json import REPORT
    from planner.solve.solver import Status

    changes = shared.pairs("--set", set_)
    folder = target.check_target(out or target.default_folder(case, "invest"), overwrite, INVEST)
    store = store_of(folder)
    how = shared.jobs(workers, scheduler, store, resume)
    check_store(store, resume, overwrite)
    others = {}
    if report:
        from planner.page.write import report_file

        others[REPORT] = report_file
    try:
        with terminal.Progress(quiet) as progress:
            progress("read the case")
            earlier = read_capacity_plan(near)["orders"] if near else None
            read = read_capital_case(case, changes, shared.together(scenario))
            if draws:
                check_ranges(read.case)
            others_of = {name: read_capital_case(case, changes, name) for name in beside or ()}
            found = plan(
                read,
                gap=gap,
                time_limit_s=time_limit,
                jobs=how,
                progress=progress,
                values=not no_values,
                alternatives=not no_alternatives,
                near=earlier,
            )
            if sweep or beside or draws:
                more = Variants(found, gap, time_limit, how, progress)
                for what in sweep or ():
                    more.frontier(what)
                for name, one in others_of.items():
                    more.scenario(name, one)
                if draws:
                    more.draws(case, draws, seed, changes, shared.together(scenario))
                found = more.results()
            progress("write")
            write_capacity_plan(found, folder, overwrite, others, ["planner", *sys.argv[1:]])
    except KeyboardInterrupt as error:
        kept = f"Interrupted: plans of years are kept in {store}"
        raise Interrupted(f"{kept}; the same command with --resume goes on from there.", {}) from error
    if found.status == Status.OPTIMAL:
        remove_store(store)
    if not quiet:
        terminal.show(summary(capacity_plan_of(found)))
        terminal.show(f"Results are written to {folder}")
    require_proof(found)

"""The command ``invest``."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path

from planner.cli import shared

Money = StrEnum("Money", "capital running")
"""Money that plans are made with less and more of."""


@shared.command("invest")
def invest(
    case: Path,
    *,
    out: Path | None = None,
    overwrite: bool = False,
    set_: shared.Names = None,
    scenario: shared.Names = None,
    gap: float = 0.005,
    time_limit: float = 1800.0,
    jobs: int = 1,
    scheduler: str | None = None,
    resume: bool = False,
    no_values: bool = False,
    no_alternatives: bool = False,
    near: Path | None = None,
    sweep: list[Money] | None = None,
    beside: shared.Names = None,
    draws: int = 0,
    seed: int = 1,
    report: bool = False,
    quiet: bool = False,
) -> None:
    """Plan what to buy: which options, where and when, with whose money, under all futures of the case."""
    from planner.capacity.plan import invest as plan
    from planner.capacity.results import INVEST, capacity_plan_of, read_capacity_plan
    from planner.capacity.variants import Variants, check_ranges
    from planner.capacity.write import require_proof, summary, write_capacity_plan
    from planner.case import read_capital_case
    from planner.errors import Interrupted
    from planner.jobs.store import remove_store
    from planner.results import target, terminal
    from planner.solve.solver import Status

    changes = shared.pairs("--set", set_)
    place = out or target.default_folder(case, "invest")
    folder, how = shared.opened(place, INVEST, overwrite, jobs, scheduler, resume)
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
            write_capacity_plan(found, folder, overwrite, shared.page(report), ["planner", *sys.argv[1:]])
    except KeyboardInterrupt as error:
        kept = f"Interrupted: plans of years are kept in {how.store}"
        raise Interrupted(f"{kept}; the same command with --resume goes on from there.", {}) from error
    if found.status == Status.OPTIMAL:
        remove_store(how.store)
    if not quiet:
        terminal.show(summary(capacity_plan_of(found)))
        terminal.show(f"Results are written to {folder}")
    require_proof(found)

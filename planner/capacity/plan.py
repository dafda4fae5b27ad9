"""What to order in which year, with whose money, under which futures: the whole way on a page."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
import pandas as pd

from planner.capacity import alternatives as others
from planner.capacity.audit import audit_capital
from planner.capacity.model import CapitalProgram
from planner.capacity.prepared import largest, planner_of, with_levers, worked
from planner.capacity.program import capital_program, most_covered
from planner.capacity.results import NOT_ASKED, InvestResults, frame
from planner.capacity.tables import Reader
from planner.capacity.values import left_out, worths
from planner.case.capital import CapitalCase
from planner.core.certificate import Certificate
from planner.errors import NoPlanError
from planner.frames import numbers
from planner.jobs import Jobs
from planner.pipeline import Prepared, Progress, prepare, report, solve
from planner.results.audit import audit
from planner.results.plain_text import percent
from planner.results.results import Results
from planner.solve.decomposition import Block, Decomposition, Incumbent
from planner.solve.solver import Status

VALUES_SHARE = 0.7
"""Of the time for what things are worth and for near-optimal plans, the part that the first may take."""
LIMITED = (
    "a capacity plan keeps hard limits in every year and future whatever is ordered, so without any order, "
    "too; a limit that only orders can meet needs a penalty. Without any order:"
)
REACHED = 5e-4
"""The part of what is at stake to which the most that can be covered is told."""


def invest(
    case: CapitalCase,
    gap: float = 0.005,
    time_limit_s: float = 1800.0,
    jobs: Jobs | None = None,
    progress: Progress = lambda _: None,
    values: bool = True,
    alternatives: bool = True,
    orders: pd.DataFrame | None = None,
    near: pd.DataFrame | None = None,
    last_results: bool = True,
    like: InvestResults | None = None,
) -> InvestResults:
    """Plan what to order in which year, with whose money, under the futures of a case.

    Args:
        case: the case, from ``read_capital_case``.
        gap: relative gap between plan and bound at which to stop [-].
        time_limit_s: time for the search, and as much again for what things are worth and for alternatives.
        jobs: how plans of years and futures are made side by side, and the store in which each is kept; one
            after the other, and nothing kept, if not given.
        progress: told of every step in a sentence.
        values: whether to plan again without each option that is ordered, and with more crews and berths.
        alternatives: whether to look for near-optimal plans that differ most.
        orders: orders that are held, as ``InvestResults.orders`` (candidate_id, year, future, units); nothing
            else is ordered then.
        near: orders of an earlier plan: of all plans within the gap, the one that changes the fewest of them.
        last_results: whether to make and audit the full results of the last year of each future.
        like: the plan of a case like this one, whose cells, cuts and plans are taken over where they hold.

    Returns:
        The results as frames; ``status`` is OPTIMAL only where the certificate is within ``gap``.

    Raises:
        NoPlanError: no decisions are possible, or none was found in the time.
        AuditError: the plan does not pass its audit.
    """
    started = time.monotonic()
    seconds: dict[str, float] = {}
    base = like.worked if like is not None else None
    if base is None or not base.fits(case):
        base = worked(case, largest(case), progress)
    made, free, blocks = capital_program(case, base.templates, base.template_of, gap)
    master = free if orders is None else others.held(free, made, orders)
    seconds["prepare"] = time.monotonic() - started
    deadline = time.monotonic() + time_limit_s
    how = planner_of(jobs), jobs is not None and (jobs.workers > 1 or jobs.scheduler is not None)
    search = Decomposition(master, base.templates, blocks, gap, deadline, progress, *how)
    if base.search is not None:
        search.take_over(base.search)
    bare = None
    if orders is None and case.years.objective != "cost":
        progress("the plan without orders")
        try:
            bare, least = others.without_orders(search, made, free)
            search.best = bare
        except NoPlanError as error:
            hard = np.isinf(numbers(case.case.limits["penalty"])).any()
            if error.status != Status.INFEASIBLE or not hard:
                raise
            raise NoPlanError(error.status, f"{LIMITED}\n{error}") from error
    status, best = _searched(search, made)
    if near is not None:
        progress("the plan nearest to the earlier one")
        best = search.best = others.nearest(search, made, best, search.bound, near)
    seconds["search"] = time.monotonic() - started - seconds["prepare"]
    until = search.deadline = time.monotonic() + time_limit_s
    if bare is None:
        progress("the plan without orders")
        bare, least = others.without_orders(search, made, free)
    reader = Reader(made, blocks, [one.problem for one in base.prepared], best)
    proof = Certificate(best.value, search.bound, abs(best.value), search.passes, gap)
    ordered = reader.orders()
    asked = (VALUES_SHARE if alternatives else 1.0) * time_limit_s if values and orders is None else 0.0
    worth, scarce = worths(search, made, best, ordered, proof, asked, progress)
    near_optimal, ranges, ended = frame("alternatives"), frame("order_ranges"), NOT_ASKED
    if alternatives:
        left = until - time.monotonic()
        near_optimal, ranges, ended = others.near_optimal(search, made, best, left, progress)
    plans = last_plans(made, blocks, best, base.prepared, progress) if last_results else {}
    names, changes = [one.name for one in case.futures], pd.DataFrame()
    if near is not None:
        changes = others.changed_orders(near, ordered, names)
    results = InvestResults(
        capital_case=case,
        status=status,
        certificate=proof,
        nothing=Certificate(bare.value, least, abs(bare.value), 1, gap),
        penalties=reader.penalties(best, bare),
        orders=ordered,
        **reader.tables(bare),
        alternatives=near_optimal,
        order_ranges=ranges,
        alternatives_ended=ended,
        option_values=worth,
        scarce=scarce,
        left_out=left_out(search, made, best, ordered),
        plans=plans,
        changes=changes,
        seconds=seconds | {"all": time.monotonic() - started},
        counts={
            "years": len(case.years.years),
            "futures": len(case.futures),
            "candidates": len(case.candidates),
            "decisions": len(search.master.lp.cost),
            "whole_numbers": int(search.master.integer.sum()),
            "templates": len(search.templates),
            "passes": search.passes,
            "plans": search.solved,
            "cuts": len(search.rows),
        },
        worked=replace(base, search=search),
    )
    audit_capital(results)
    return results


def _searched(search: Decomposition, made: CapitalProgram) -> tuple[Status, Incumbent]:
    try:
        status = search.run()
    except NoPlanError as error:
        said = impossible(search, made) if error.status == Status.INFEASIBLE else str(error)
        raise NoPlanError(error.status, said) from error
    if search.best is None:
        raise NoPlanError(
            status, "no plan was found in the time; raise the time limit or the spacing of cells"
        )
    return status, search.best


def last_plans(
    made: CapitalProgram, blocks: list[Block], best: Incumbent, prepared: list[Prepared], progress: Progress
) -> dict[tuple[int, str], Results]:
    """The full results of the last year of each future, made and audited as those of any case."""
    case, found = made.case, {}
    for block in blocks:
        year, name = block.key
        if year == case.years.last:
            progress(f"results of {year}, {name}")
            number = [one.name for one in case.futures].index(name)
            one = with_levers(case.futures[number].case, block.levers(best.decisions))
            ready = prepare(one, [prepared[number].space])
            found[block.key] = results = report(ready, solve(ready))
            audit(one, results)
    return found


def impossible(search: Decomposition, made: CapitalProgram) -> str:
    """Why there is no plan, in the planner's words, and what would have to give."""
    years = made.case.years
    if years.objective != "cost":
        return (
            "no orders keep to capital, running money, crews and berths in every future: look for existing "
            "units that need more than there is"
        )
    wanted = ", ".join(f"{percent(share)} by {year}" for year, share in years.wanted)
    found, near = others.best_of(search.again(most_covered(made, search.master), REACHED, np.inf)), ""
    if found is not None and found.value < 1.0:
        shares = [(year, max(0.0, share - found.value)) for year, share in years.wanted]
        can = ", ".join(f"{math.floor(1e3 * share) / 10:.1f}% by {year}" for year, share in shares)
        near = f" ({can} can)"
    return (
        f"the coverage that is wanted ({wanted}, of what the objective of the case counts) cannot be reached "
        f"in every future with all options and all money{near}: lower [years] wanted, or add options, "
        "capital or running money"
    )

"""A conflict of limits in the planner's words: programme, area, limit, file and row, and what is scarce."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.errors import BrokenLimit
from planner.frames import numbers, records
from planner.model.demands import COVERAGE, SHARE, SPENDING
from planner.model.problem import PlanningProblem
from planner.solve.certificate import KEPT
from planner.solve.prices import Prices
from planner.solve.shortness import reached_of_limits

if TYPE_CHECKING:
    from planner.solve.conflict import Relaxation
    from planner.solve.solution import Solution

Array = npt.NDArray[np.float64]

MOST_SCARCE = 4
"""Scarce things of a kind that are named."""


def broken_limits(problem: PlanningProblem, solution: Solution) -> tuple[BrokenLimit, ...]:
    """What can be had of each limit of a relaxation.

    Args:
        problem: the relaxation, whose limits are all soft.
        solution: its solution.
    """
    reached = reached_of_limits(problem, solution.factor, solution.money)
    programmes = problem.programmes["programme_id"].tolist()
    areas = problem.areas["area_id"].tolist()
    return tuple(
        BrokenLimit(
            limit_id=str(row.limit_id),
            kind=str(row.kind),
            programme_id=programmes[row.programme] if row.programme >= 0 else "",
            area_id=areas[row.area] if row.area >= 0 else ";".join(areas[n] for n in row.areas),
            least=float(row.least),
            at_most=float(min(row.least, had)),
            file=str(row.file),
            row=int(row.row),
        )
        for row, had in zip(records(problem.limits), reached, strict=True)
    )


def message(smallest: Relaxation, whole: Relaxation) -> str:
    """The conflict, what can be had, what holds it back, and the least relaxation, one sentence a line."""
    few = broken_limits(smallest.problem, smallest.solution)
    every = broken_limits(whole.problem, whole.solution)
    giving = [one for one, part in zip(every, whole.part, strict=True) if part > KEPT]
    return "\n".join([*_conflict(few), *_why(smallest, few), *_relaxation(giving)])


def _conflict(few: Sequence[BrokenLimit]) -> Iterator[str]:
    if len(few) == 1:
        (one,) = few
        yield f"the hard limit {_named(one)} cannot hold, even without all other limits:"
        yield f"  {_demand(one)}; at most {_amount(one, one.at_most)} can be had"
        return
    yield "the hard limits cannot all hold; a smallest set that conflicts (any one fewer, and they can):"
    for one in few:
        yield f"  {_named(one)}: {_demand(one)}"


def _relaxation(giving: Iterable[BrokenLimit]) -> Iterator[str]:
    yield "all hard limits can hold if these are relaxed so far (the least, as parts of each, added up):"
    for one in giving:
        amounts = f"{_amount(one, one.at_most)} instead of {_amount(one, one.least)}"
        yield f"  {_named(one)}, {_subject(one)}: {amounts}"
    yield "lower them, or give them a penalty (a limit with a penalty may be missed at that price)"


def _why(smallest: Relaxation, few: Sequence[BrokenLimit]) -> Iterator[str]:
    problem, prices = smallest.problem, smallest.solution.prices
    for one, row in zip(few, records(problem.limits), strict=True):
        if row.kind == COVERAGE:
            within = _within_reach(problem, int(row.area))
            if within < 1.0 - 1e-9:
                yield f"  {within:.1%} of the water of {one.area_id} is reached with consent and a payer"
        elif row.kind == SPENDING:
            budget = float(problem.programmes["budget"].iloc[row.programme])
            if budget < row.least:
                yield f"  the budget of {one.programme_id} is {budget:,.0f}"
    scarce = list(_scarce(problem, prices))
    if scarce:
        yield f"  what is scarce for them: {'; '.join(scarce)}"


def _within_reach(problem: PlanningProblem, area: int) -> float:
    """The share of an area's water that usable effort reaches."""
    rows = problem.usable
    reached = np.unique(rows["cell"].to_numpy()[rows["factor"].to_numpy() > 0.0])
    here = reached[problem.cell_area[reached] == area]
    return float(problem.cell_km2[here].sum() / problem.area_km2[area])


def _scarce(problem: PlanningProblem, prices: Prices) -> Iterator[str]:
    """Hours and budgets with a price in the relaxation, those that are worth most first."""
    for words, ids, price, limit in (
        ("hours of", problem.assets["asset_id"], prices.asset_hours, problem.assets["capacity_hours"]),
        ("hours at", problem.bases["base_id"], prices.base_hours, problem.bases["capacity_hours"]),
        ("the money of", problem.programmes["programme_id"], prices.budget, problem.programmes["budget"]),
    ):
        worth = np.where(price > 0.0, price, 0.0) * np.where(np.isfinite(numbers(limit)), limit, 0.0)
        order = [n for n in np.argsort(-worth, kind="stable").tolist() if worth[n] > KEPT]
        if order:
            named = ", ".join(str(ids.iloc[n]) for n in order[:MOST_SCARCE])
            more = f" and {len(order) - MOST_SCARCE} more" if len(order) > MOST_SCARCE else ""
            yield f"{words} {named}{more}"


def _named(one: BrokenLimit) -> str:
    place = f" ({one.file}{f' row {one.row}' if one.row else ''})" if one.file else ""
    return f"{one.limit_id}{place}"


def _subject(one: BrokenLimit) -> str:
    if one.kind == SHARE:
        return f"{one.programme_id} in {one.area_id.replace(';', ', ')}"
    return one.area_id if one.kind == COVERAGE else one.programme_id


def _demand(one: BrokenLimit) -> str:
    least = _amount(one, one.least)
    if one.kind == COVERAGE:
        return f"at least {least} of {one.area_id} covered"
    if one.kind == SHARE:
        return f"at least {least} of what {one.programme_id} spends goes to {one.area_id.replace(';', ', ')}"
    return f"{one.programme_id} spends at least {least}"


def _amount(one: BrokenLimit, value: float) -> str:
    return f"{value:,.0f}" if one.kind == SPENDING else f"{value:.2%}"

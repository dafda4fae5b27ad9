"""A conflict of limits in the planner's words: programme, area, limit, file and row, and what is scarce."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from planner.core.certificate import KEPT, short_of_goals
from planner.core.problem import Array, Problem
from planner.errors import BrokenLimit
from planner.frames import records
from planner.solve.relaxation import Relaxation

MOST_SCARCE = 4
"""Scarce things of a kind that are named."""


def broken_limits(relaxation: Relaxation) -> tuple[BrokenLimit, ...]:
    """What can be had of each limit of a relaxation."""
    problem, solution = relaxation.problem, relaxation.solution
    short = short_of_goals(problem, solution.x, solution.factor)
    of_spent = problem.goals["of_spent"].to_numpy(dtype=bool)
    asks = np.where(of_spent, problem.goals["least"] * _spent(relaxation), problem.wanted)
    reached = np.maximum(0.0, 1.0 - np.divide(short, asks, out=np.zeros(len(short)), where=asks > 0.0))
    return tuple(
        BrokenLimit(
            limit_id=str(row.limit_id),
            kind=str(row.kind),
            programme_id=str(row.programme_id),
            area_id=str(row.area_id) or str(row.named_areas),
            least=float(row.least),
            at_most=float(row.least * had),
            file=str(row.file),
            row=int(row.row),
            words=str(row.words),
            subject=str(row.subject),
            in_money=bool(row.in_money),
        )
        for row, had in zip(records(problem.goals), reached, strict=True)
    )


def _spent(relaxation: Relaxation) -> Array:
    """All that the programme of each goal spends, in its period if it names one, shape (goals,)."""
    problem, x = relaxation.problem, relaxation.solution.x
    period = problem.activities["period_id"].to_numpy(dtype=object)
    at = _payers(problem)
    found = np.zeros(len(at))
    for number, (row, when) in enumerate(zip(at, problem.goals["period_id"], strict=True)):
        if row >= 0:
            own = np.where(period == when, x, 0.0) if when else x
            found[number] = (problem.usage[[row]] @ own).item()
    return found


def _payers(problem: Problem) -> list[int]:
    """The resource that each goal for money is paid from, -1 of other goals."""
    goals = records(problem.goals)
    return [int(problem.find(goal.paid_from, programme_id=goal.programme_id)[0]) for goal in goals]


def message(smallest: Relaxation, whole: Relaxation) -> str:
    """The conflict, what can be had, what holds it back, and the least relaxation, one sentence a line."""
    few, every = broken_limits(smallest), broken_limits(whole)
    giving = [one for one, part in zip(every, whole.part, strict=True) if part > KEPT]
    return "\n".join([*_conflict(few), *_why(smallest, few), *_relaxation(giving)])


def _conflict(few: Sequence[BrokenLimit]) -> Iterator[str]:
    if len(few) == 1:
        (one,) = few
        yield f"the hard limit {_named(one)} cannot hold, even without all other limits:"
        yield f"  {_demand(one)}; at most {_amount(one, one.at_most)} can be had"
        return
    yield "the hard limits cannot all hold; an irreducible conflict (without any one of them, the rest can):"
    for one in few:
        yield f"  {_named(one)}: {_demand(one)}"


def _relaxation(giving: Iterable[BrokenLimit]) -> Iterator[str]:
    yield "all hard limits can hold if these are relaxed so far (the least, as parts of each, added up):"
    for one in giving:
        amounts = f"{_amount(one, one.at_most)} instead of {_amount(one, one.least)}"
        yield f"  {_named(one)}, {one.subject}: {amounts}"
    yield "lower them, or give them a penalty (a limit with a penalty may be missed at that price)"


def _why(smallest: Relaxation, few: Sequence[BrokenLimit]) -> Iterator[str]:
    problem = smallest.problem
    reach = np.asarray(problem.cover @ problem.reached.astype(float))
    total = np.asarray(problem.cover.sum(axis=1)).ravel()
    for number, (one, payer) in enumerate(zip(few, _payers(problem), strict=True)):
        if reach[number] < (1.0 - 1e-9) * total[number]:
            within = reach[number] / total[number]
            yield f"  {within:.1%} of the water of {one.area_id} is reached with access and a payer"
        if one.in_money and problem.capacity[payer] < one.least:
            words = problem.resources["words"].iat[payer]
            yield f"  {words} {one.programme_id} comes to {problem.capacity[payer]:,.0f}"
    scarce = list(_scarce(smallest))
    if scarce:
        yield f"  what is scarce for them: {'; '.join(scarce)}"


def _scarce(relaxation: Relaxation) -> Iterator[str]:
    """Resources with a price in the relaxation, those that are worth most first, by what they are called."""
    problem = relaxation.problem
    price = relaxation.solution.prices.resource
    scarce = np.isfinite(problem.capacity) & (price > 0.0)
    worth = np.where(scarce, price, 0.0) * np.where(scarce, problem.capacity, 0.0)
    words = problem.resources["words"].to_numpy()
    for kind in dict.fromkeys(words[words != ""].tolist()):
        some = np.flatnonzero((words == kind) & (worth > KEPT))
        order = some[np.argsort(-worth[some], kind="stable")].tolist()
        if order:
            named = ", ".join(str(problem.resources["owner"].iat[n]) for n in order[:MOST_SCARCE])
            more = f" and {len(order) - MOST_SCARCE} more" if len(order) > MOST_SCARCE else ""
            yield f"{kind} {named}{more}"


def _named(one: BrokenLimit) -> str:
    place = f" ({one.file}{f' row {one.row}' if one.row else ''})" if one.file else ""
    return f"{one.limit_id}{place}"


def _demand(one: BrokenLimit) -> str:
    return one.words.format(least=_amount(one, one.least))


def _amount(one: BrokenLimit, value: float) -> str:
    return f"{value:,.0f}" if one.in_money else f"{value:.2%}"

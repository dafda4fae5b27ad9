"""Plans with hard goals: each is given a penalty that is not worth paying, and nothing is paid.

The chords understate coverage, so a linear program with a hard goal may be infeasible where the problem is
not; so may one that has not seen every activity. A penalty above the goal's price has the same optimum (an
exact penalty: Fletcher, Practical Methods of Optimization, 1987) and always has a plan. A bound for the
problem with penalties is one for the problem with hard goals. Where something is paid all the same, the goals
conflict (``elastic`` says so with a proof), or the penalty is raised. Soft goals with very large
penalties are treated as hard at first: where nothing is paid, the plan is that of those penalties too. Where
something is, that plan costs with the true penalties what hard goals must cost more than.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planner.core.certificate import KEPT, goal_sizes, short_of_goals, true_value
from planner.core.problem import Array, Booleans, Problem
from planner.errors import NoPlanError
from planner.solve.elastic import explain_conflict
from planner.solve.solver import MESSAGES, Status

if TYPE_CHECKING:
    from planner.solve.solution import Solution
    from planner.solve.warm_start import WarmStart

Solve = Callable[..., "Solution"]
"""Solves a problem whose goals have finite penalties; may be given a tolerance and a ``WarmStart``."""

PENALTIES = (10.0, 1e3, 1e5)
"""What breaking all of a hard goal costs, in parts of the stake, or of what a plan costs if more."""
LEAST_PART = 1e-6
"""What all of a goal is taken to be at least, as a part of what it asks for."""
LARGE = 1e3
"""A penalty is very large where breaking all of its goal costs more than so many times what is at stake."""


def with_hard_goals(
    problem: Problem,
    solve: Solve,
    tolerance: float,
    start: WarmStart | None = None,
    feasible: bool = False,
) -> Solution:
    """The plan of a problem whose goals may be hard.

    Args:
        problem: the problem, without a smallest ratio.
        solve: solves it with finite penalties.
        tolerance: largest relative gap.
        start: where to start from, if anything is known.
        feasible: whether the hard goals are known to hold together.

    Raises:
        LimitsError: the hard goals cannot all hold; proven.
        NoPlanError: no plan at all, or none that keeps the hard goals in the time there is.
    """
    whole = problem.stake or 1.0
    large = ~problem.hard & (breaking_all(problem) > LARGE * whole)
    if large.any():
        softened = with_penalties(problem, large, PENALTIES[0] * whole)
        found = with_hard_goals(softened, solve, tolerance, start, feasible)
        if kept(problem, found, large):
            return _with_stake_of(problem, found)
        start, whole = found.start, max(whole, true_value(problem, found.x, found.factor))
    if not problem.hard.any():
        return solve(problem, tolerance, start)
    found_last: Solution | None = None
    # what an area has beyond a lower level can be worth much to the smallest ratio of the others
    for size in PENALTIES[1:] if feasible and problem.has_ratio else PENALTIES:
        penalised = with_penalties(problem, problem.hard, size * whole, found_last)
        if tolerance < KEPT:  # what rounding leaves short counts, or it would be worth more than the gap
            penalised = penalised.with_goals(penalised.goals.assign(hard=False))
        found_last = solve(penalised, tolerance, start)
        start = found_last.start
        if kept(penalised, found_last, problem.hard):
            return _with_stake_of(problem, _within_rounding(found_last))
        if size == PENALTIES[0] and not feasible:
            explain_conflict(problem, solve)
    status = (
        Status.NUMERICAL if found_last is None or found_last.status is Status.OPTIMAL else found_last.status
    )
    raise NoPlanError(status, f"no plan was found that keeps all hard limits: {MESSAGES[status]}")


def breaking_all(problem: Problem) -> Array:
    """What breaking all of each goal costs, 0 where it asks for nothing, shape (goals,) [objective]."""
    asks = problem.wanted > 0.0
    return np.multiply(problem.penalty, problem.wanted, out=np.zeros(len(asks)), where=asks)


def with_penalties(
    problem: Problem, goals: Booleans, costs: float, before: Solution | None = None
) -> Problem:
    """The problem with another penalty for some goals.

    Args:
        problem: the problem.
        goals: which goals, shape (goals,).
        costs: what breaking all of a goal costs [objective].
        before: a plan that says how much all of it is: of a share of spending it may be far below what is
            wanted of a budget.
    """
    whole = np.where(problem.wanted > 0.0, problem.wanted, 1.0)
    if before is not None:
        whole = np.clip(goal_sizes(problem, before.x), LEAST_PART * whole, whole)
    worth = costs / whole
    return problem.penalised(np.where(goals, worth, problem.penalty))


def kept(problem: Problem, found: Solution, goals: Booleans) -> bool:
    """Whether a plan keeps some goals, but for rounding."""
    short = short_of_goals(problem, found.x, found.factor)
    return bool((short <= KEPT * goal_sizes(problem, found.x))[goals].all())


def _within_rounding(found: Solution) -> Solution:
    """A plan that keeps goals but for rounding may be better by as much than any that keeps them exactly."""
    proof = found.certificate
    return replace(found, certificate=replace(proof, bound=min(proof.bound, proof.value)))


def _with_stake_of(problem: Problem, found: Solution) -> Solution:
    """A plan made with other penalties, which are at stake where nothing else is."""
    return replace(found, certificate=replace(found.certificate, stake=problem.stake))

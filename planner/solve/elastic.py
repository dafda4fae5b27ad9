"""Elastic relaxation: which hard goals cannot hold together, and how little they must give way.

The least relaxation minimises  sum over the goals of short_k / wanted_k  : the parts of the goals that are
given up, added up. It is certified like a plan, so a bound above 0 proves that the goals conflict. An
irreducible set is found by a deletion filter (Chinneck 2008, Feasibility and Infeasibility in Optimization):
a goal without which the others still conflict is left out; what remains conflicts, and no longer does without
any one of its goals. Only goals with a price in the least relaxation can be needed for a conflict, and one
that cannot hold even alone is an irreducible set of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planner.core.certificate import KEPT
from planner.core.problem import Integers, Problem
from planner.errors import LimitsError, NoPlanError
from planner.solve.conflict_text import broken_limits, message
from planner.solve.relaxation import Relaxation
from planner.solve.solver import MESSAGES, Status

if TYPE_CHECKING:
    from planner.solve.solution import Solution

Solve = Callable[..., "Solution"]

FILTER_TOLERANCE = 1e-3
"""Gap at which it is clear enough whether a set of goals can hold."""
NO_PRICE = 1e-6
"""A goal whose price times its size is below this has no part in the proof of a conflict."""
MOST_ALONE = 12
"""Goals that are tried alone before the deletion filter begins."""


def explain_conflict(problem: Problem, solve: Solve) -> None:
    """Raise the error that names the conflict, if the hard goals cannot all hold; else nothing happens.

    Args:
        problem: a problem with hard goals.
        solve: solves a problem with finite penalties, to a tolerance if one is given.

    Raises:
        LimitsError: they cannot; proven.
        NoPlanError: time or rounds have run out before that was settled.
    """
    hard = np.flatnonzero(problem.hard & (problem.wanted > 0.0))
    whole = relaxed(problem, hard, solve)
    if whole.holds:
        return
    if not whole.conflicts:
        status = whole.solution.status
        status = Status.NUMERICAL if status is Status.OPTIMAL else status
        raise NoPlanError(status, f"whether all hard limits can hold was not settled: {MESSAGES[status]}")
    smallest = irreducible_set(problem, whole, solve)
    broken = broken_limits(whole)
    raise LimitsError(
        Status.INFEASIBLE,
        message(smallest, whole),
        broken_limits(smallest),
        [one for one, part in zip(broken, whole.part, strict=True) if part > KEPT],
    )


def relaxed(problem: Problem, goals: Integers, solve: Solve, tolerance: float | None = None) -> Relaxation:
    """The least relaxation of some of the goals, without all others.

    Args:
        problem: the problem.
        goals: positions of goals that ask for something.
        solve: solves a problem with finite penalties.
        tolerance: of the relaxation; that of the plan if None.
    """
    others = problem.goals["unmet"].to_numpy()
    others = np.setdiff1d(others[others >= 0], others[goals])
    penalty = np.zeros(len(problem.goals))
    penalty[goals] = 1.0 / problem.wanted[goals]
    soft = problem.penalised(penalty)
    upper = soft.activities["upper"].to_numpy().copy()
    upper[others] = np.inf  # what other goals for money are short of costs nothing
    alone = replace(
        soft,
        nodes=soft.nodes.assign(weight=0.0),
        activities=soft.activities.assign(upper=upper, cost=0.0),
        goals=soft.goals.iloc[goals].assign(hard=False, at_stake=False),
        cover=soft.cover[goals],
    )
    return Relaxation(goals, alone, solve(alone) if tolerance is None else solve(alone, tolerance))


def irreducible_set(problem: Problem, whole: Relaxation, solve: Solve) -> Relaxation:
    """A set of goals that conflict, none of which can be left out.

    Args:
        problem: the problem.
        whole: the relaxation of all hard goals, which conflict.
        solve: solves a problem with finite penalties, to a tolerance if one is given.

    Returns:
        The least relaxation of that set.
    """
    weight = whole.weight
    order = np.argsort(weight, kind="stable")
    suspects = whole.goals[order[weight[order] > NO_PRICE]]
    if not len(suspects) or not relaxed(problem, suspects, solve, FILTER_TOLERANCE).conflicts:
        suspects = whole.goals[order]
    part = dict(zip(whole.goals.tolist(), whole.part.tolist(), strict=True))
    for each in sorted(suspects.tolist(), key=lambda n: -part[n])[:MOST_ALONE]:
        alone = np.array([each])
        if relaxed(problem, alone, solve, FILTER_TOLERANCE).conflicts:
            return relaxed(problem, alone, solve)
    kept = suspects.tolist()
    for each in suspects.tolist():
        without = np.array([n for n in kept if n != each])
        if len(without) and relaxed(problem, without, solve, FILTER_TOLERANCE).conflicts:
            kept = without.tolist()
    return relaxed(problem, np.array(sorted(kept)), solve)

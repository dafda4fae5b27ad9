"""Which hard limits cannot hold together, and how little they must give way.

The least relaxation minimises  sum over the limits of short_k / whole_k  : the parts of the limits that are
given up, added up. It is certified like a plan, so a bound above 0 proves that the limits conflict. The
smallest set is found by a deletion filter (Chinneck 2008, Feasibility and Infeasibility in Optimization): a
limit without which the others still conflict is left out; what remains conflicts, and no longer does without
any one of its limits. Only limits with a price in the least relaxation can be needed for a conflict, and one
that cannot hold even alone is a smallest set of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.errors import LimitsError, NoPlanError
from planner.frames import numbers
from planner.model.problem import PlanningProblem
from planner.solve.certificate import KEPT
from planner.solve.conflict_words import broken_limits, message
from planner.solve.lp import MESSAGES, Status
from planner.solve.shortness import by_limit, short_of_limits, whole_limits

if TYPE_CHECKING:
    from planner.solve.solution import Solution

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Solve = Callable[..., "Solution"]

FILTER_TOLERANCE = 1e-3
"""Gap at which it is clear enough whether a set of limits can hold."""
NO_PRICE = 1e-6
"""A limit whose price times its size is below this has no part in the proof of a conflict."""
MOST_ALONE = 12
"""Limits that are tried alone before the deletion filter begins."""


@dataclass(frozen=True)
class Relaxation:
    """How far some hard limits can hold together.

    Attributes:
        limits: positions among the limits of the problem, shape (limits of the set,).
        problem: the problem that was solved: these limits alone, all soft.
        solution: its certified solution.
    """

    limits: Integers
    problem: PlanningProblem
    solution: Solution

    @property
    def holds(self) -> bool:
        """Whether a plan keeps them all, but for rounding."""
        return self.solution.certificate.plan_value <= KEPT

    @property
    def conflicts(self) -> bool:
        """Whether no plan does: proven by the bound."""
        return not self.holds and self.solution.certificate.bound > 0.0

    @property
    def short(self) -> Array:
        """What each is short of in the least relaxation, shape (limits of the set,) [km² or money]."""
        return short_of_limits(self.problem, self.solution.factor, self.solution.money)

    @property
    def part(self) -> Array:
        """The part of each that is given up, shape (limits of the set,)."""
        return self.short / whole_limits(self.problem)

    @property
    def weight(self) -> Array:
        """What each adds to the proof, price x all that it asks for, shape (limits of the set,)."""
        prices = self.solution.prices
        return by_limit(self.problem, prices.shortfall, prices.spending) * whole_limits(self.problem)


def explain_conflict(problem: PlanningProblem, solve: Solve) -> None:
    """Raise the error that names the conflict, if the hard limits cannot all hold; else nothing happens.

    Args:
        problem: a problem with hard limits.
        solve: solves a problem with finite penalties, to a tolerance if one is given.

    Raises:
        LimitsError: they cannot; proven.
        NoPlanError: time or rounds have run out before that was settled.
    """
    hard = np.flatnonzero(problem.limits["hard"].to_numpy(dtype=bool) & (whole_limits(problem) > 0.0))
    whole = relaxed(problem, hard, solve)
    if whole.holds:
        return
    if not whole.conflicts:
        status = whole.solution.status
        status = Status.NUMERICAL if status is Status.OPTIMAL else status
        raise NoPlanError(status, f"whether all hard limits can hold was not settled: {MESSAGES[status]}")
    smallest = smallest_conflict(problem, whole, solve)
    raise LimitsError(
        Status.INFEASIBLE,
        message(smallest, whole),
        broken_limits(smallest.problem, smallest.solution),
        [
            one
            for one, part in zip(broken_limits(whole.problem, whole.solution), whole.part, strict=True)
            if part > KEPT
        ],
    )


def relaxed(
    problem: PlanningProblem, limits: Integers, solve: Solve, tolerance: float | None = None
) -> Relaxation:
    """The least relaxation of some of the limits, without all others.

    Args:
        problem: the problem.
        limits: positions of limits that ask for something.
        solve: solves a problem with finite penalties.
        tolerance: of the relaxation; that of the plan if None.
    """
    alone = replace(problem, limits=problem.limits.iloc[limits].reset_index(drop=True), objective="limits")
    soft = alone.limits.assign(penalty=1.0 / whole_limits(alone), hard=False)
    alone = replace(alone, limits=soft)
    return Relaxation(limits, alone, solve(alone) if tolerance is None else solve(alone, tolerance))


def smallest_conflict(problem: PlanningProblem, whole: Relaxation, solve: Solve) -> Relaxation:
    """A set of limits that conflict, none of which can be left out.

    Args:
        problem: the problem.
        whole: the relaxation of all hard limits, which conflict.
        solve: solves a problem with finite penalties, to a tolerance if one is given.

    Returns:
        The least relaxation of that set.
    """
    weight = whole.weight
    order = np.argsort(weight, kind="stable")
    suspects = whole.limits[order[weight[order] > NO_PRICE]]
    if not relaxed(problem, suspects, solve, FILTER_TOLERANCE).conflicts:
        suspects = whole.limits[order]
    part = dict(zip(whole.limits.tolist(), whole.part.tolist(), strict=True))
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


def parts_given_up(relaxation: Relaxation) -> float:
    """The least relaxation as one number: parts of limits, added up."""
    return float(numbers(relaxation.part).sum())

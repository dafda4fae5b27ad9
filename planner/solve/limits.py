"""Plans within hard limits: each is given a penalty that is not worth paying, and nothing is paid.

The chords understate coverage, so a linear program with a hard least coverage may be infeasible where the
problem is not; so may one that has not seen every effort row. A penalty above the limit's price has the same
optimum (an exact penalty: Fletcher, Practical Methods of Optimization, 1987) and always has a plan. A bound
for the problem with penalties is one for the problem with hard limits. Where something is paid all the same,
the limits conflict (``planner.solve.conflict`` says so with a proof), or the penalty is raised.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planner.errors import NoPlanError
from planner.frames import numbers
from planner.model.problem import PlanningProblem
from planner.solve.conflict import explain_conflict
from planner.solve.lp import MESSAGES, Status
from planner.solve.shortness import kept, whole_limits

if TYPE_CHECKING:
    from planner.solve.solution import Solution
    from planner.solve.start import Start

Solve = Callable[..., "Solution"]
"""Solves a problem whose limits have finite penalties; may be given a tolerance and a ``Start``."""

PENALTIES = (10.0, 1e3, 1e5)
"""What breaking all of a hard limit costs, in parts of all that the objective can move."""


def within_limits(
    problem: PlanningProblem, solve: Solve, gap_tolerance: float, start: Start | None = None
) -> Solution:
    """The plan of a problem whose limits may be hard.

    Args:
        problem: the problem; its objective is not "fair".
        solve: solves it with finite penalties.
        gap_tolerance: largest relative gap.
        start: where to start from, if anything is known.

    Raises:
        LimitsError: the hard limits cannot all hold; proven.
        NoPlanError: no plan at all, or none within the limits in the time there is.
    """
    if not problem.limits["hard"].any():
        return solve(problem, gap_tolerance, start)
    found: Solution | None = None
    for size in PENALTIES:
        penalised = with_penalties(problem, size)
        found = solve(penalised, gap_tolerance, start)
        start = found.start
        if kept(penalised, found.factor, found.money):
            return _within_rounding(found)
        if size == PENALTIES[0]:
            explain_conflict(problem, solve)
    status = Status.NUMERICAL if found is None or found.status is Status.OPTIMAL else found.status
    raise NoPlanError(status, f"no plan was found that keeps all hard limits: {MESSAGES[status]}")


def with_penalties(problem: PlanningProblem, size: float) -> PlanningProblem:
    """The problem with a finite penalty for every hard limit.

    Args:
        problem: the problem.
        size: what breaking all of a limit costs, in parts of all that the objective can move.
    """
    limits = problem.limits
    whole = whole_limits(problem)
    soft_value = replace(problem, limits=limits[~limits["hard"]]).largest_value
    worth = size * (soft_value if soft_value > 0.0 else 1.0) / np.where(whole > 0.0, whole, 1.0)
    penalty = np.where(limits["hard"], worth, numbers(limits["penalty"]))
    return replace(problem, limits=limits.assign(penalty=penalty))


def _within_rounding(found: Solution) -> Solution:
    """A plan that keeps limits but for rounding may be better by as much than any that keeps them exactly."""
    proof = found.certificate
    return replace(found, certificate=replace(proof, bound=min(proof.bound, proof.plan_value)))

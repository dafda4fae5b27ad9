"""A plan of a problem with the solver of a case, checked against the problem."""

from __future__ import annotations

from planner.case import Case
from planner.core.problem import Problem
from planner.errors import NoPlanError
from planner.solve.optimise import optimise
from planner.solve.recheck import findings
from planner.solve.solution import Solution
from planner.solve.solver import Status
from planner.solve.warm_start import WarmStart


def checked_plan(case: Case, problem: Problem, tolerance: float, start: WarmStart | None = None) -> Solution:
    """The plan of a problem to a relative optimality gap, by the solver settings of a case.

    Raises:
        NoPlanError: there is none, or it does not hold when it is checked.
    """
    settings = case.settings.solver
    found = optimise(
        problem,
        tolerance,
        solver=settings.name,
        time_limit_s=settings.time_limit_s,
        max_rounds=settings.max_rounds,
        start=start,
    )
    wrong = next(iter(findings(problem, found)), None)
    if wrong is not None:
        raise NoPlanError(Status.NUMERICAL, f"the plan does not hold: {wrong}")
    return found

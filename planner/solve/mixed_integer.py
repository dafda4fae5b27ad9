"""One mixed-integer program by HiGHS, with its own bound."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from planner.core.linear import LinearProgram
from planner.core.problem import Array, Booleans
from planner.solve.solver import Status, highs_model, no_plan, run_model

SAME = 1e-6
"""What HiGHS says of the value of its solution is true to this part of it."""
ENDED = (highspy.HighsModelStatus.kTimeLimit, highspy.HighsModelStatus.kSolutionLimit)


@dataclass(frozen=True)
class MixedSolution:
    """The best solution that was found.

    Attributes:
        decisions: values of the variables; those of integer ones are whole numbers.
        objective: of the values.
        bound: no solution has a smaller objective.
    """

    decisions: Array
    objective: float
    bound: float


def solve_mixed(
    lp: LinearProgram,
    integer: Booleans,
    gap: float,
    time_limit_s: float,
    start: Array | None = None,
) -> MixedSolution:
    """Minimise a program some of whose variables are integer.

    Args:
        lp: the program.
        integer: which variables are integer, shape (variables,); none: a linear program.
        gap: relative gap between the solution and its bound at which to stop.
        time_limit_s: time limit of the solver [s]; then the best solution so far is returned where some
            variables are integer. What was found of a linear program so far has no bound.
        start: a solution to start from, shape (variables,); where HiGHS loses the constant that its presolve
            took out, and so calls a start optimal that is not (1.16.0), it solves again without.

    Raises:
        NoPlanError: no solution; its status is one of ``Status``.
    """
    options = {"mip_rel_gap": gap, "time_limit": max(0.1, time_limit_s), "mip_feasibility_tolerance": 1e-7}
    model = highs_model(lp, options, integer)
    if start is not None and integer.any():
        guess = highspy.HighsSolution()
        guess.col_value = start.tolist()
        model.setSolution(guess)
    found = run_model(model)
    info = model.getInfo()
    some = info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
    ended = model.getModelStatus() in ENDED and some and integer.any()
    if found is not Status.OPTIMAL and not ended:
        raise no_plan(found)
    values = np.asarray(model.getSolution().col_value)
    values[integer] = np.round(values[integer])
    objective = float(lp.cost @ values) + lp.constant
    told = info.objective_function_value + lp.constant
    if start is not None and not np.isclose(told, objective, rtol=SAME, atol=SAME):
        return solve_mixed(lp, integer, gap, time_limit_s)
    bound = info.mip_dual_bound + lp.constant if integer.any() else objective
    return MixedSolution(values, objective, min(bound, objective))

"""Units in which the solver sees the numbers: powers of ten that bring them near 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.model.problem import PlanningProblem

Array = npt.NDArray[np.float64]

OBJECTIVE_SIZE = 1e4
"""The objective with no effort at all, in the solver's units, is between this and ten times it."""


@dataclass(frozen=True)
class Scale:
    """Natural units per unit of the solver.

    Every capacity row has its own, so that the solver's absolute tolerances are relative to each limit.

    Attributes:
        hours: per asset [h].
        base_hours: per base [h].
        budget: per programme [money].
        money: of the money variables [money].
        objective: of the objective [risk-weighted km²].
    """

    hours: Array
    base_hours: Array
    budget: Array
    money: float
    objective: float


def power_of_ten(values: npt.ArrayLike) -> Array:
    """The power of ten at or below each value; 1 for values that are zero or infinite."""
    array = np.asarray(values, dtype=np.float64)
    usual = np.isfinite(array) & (array > 0.0)
    exponent = np.floor(np.log10(np.where(usual, array, 1.0)))
    return np.asarray(10.0**exponent)


def scale_of(problem: PlanningProblem) -> Scale:
    """Choose the units for a problem."""
    budgets = problem.programmes["budget"].to_numpy(dtype=np.float64)
    if problem.objective == "coverage":
        total = float(problem.weight.sum())
    else:
        total = float((problem.area_weight * problem.target_km2).sum())
    money = power_of_ten(budgets.max() / 10.0) if budgets.size else np.float64(1.0)
    return Scale(
        hours=power_of_ten(problem.assets["capacity_hours"]),
        base_hours=power_of_ten(problem.bases["capacity_hours"]),
        budget=power_of_ten(budgets),
        money=float(money),
        objective=float(power_of_ten(total)) / OBJECTIVE_SIZE,
    )

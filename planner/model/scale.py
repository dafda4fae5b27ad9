"""Units in which the solver sees the numbers: powers of ten that bring them near 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.model.problem import PlanningProblem

Array = npt.NDArray[np.float64]

OBJECTIVE_SIZE = 1e4
"""The objective with no effort at all, in the solver's units, is between this and ten times it."""
RATIO_SIZE = 1e3
"""So is the largest ratio of coverage to target that could be thought of."""


@dataclass(frozen=True)
class Scale:
    """Natural units per unit of the solver.

    Every capacity row has its own, so that the solver's absolute tolerances are relative to each limit.

    Attributes:
        hours: per asset [h].
        base_hours: per base [h].
        budget: per programme [money].
        money: of the money variables [money].
        objective: of the objective [risk-weighted km²; of a smallest ratio: that].
        demand: per demand for coverage [km²].
        money_demand: per demand for money [money].
    """

    hours: Array
    base_hours: Array
    budget: Array
    money: float
    objective: float
    demand: Array
    money_demand: Array


def power_of_ten(values: npt.ArrayLike) -> Array:
    """The power of ten at or below each value; 1 for values that are zero or infinite."""
    array = np.asarray(values, dtype=np.float64)
    usual = np.isfinite(array) & (array > 0.0)
    exponent = np.floor(np.log10(np.where(usual, array, 1.0)))
    return np.asarray(10.0**exponent)


def scale_of(problem: PlanningProblem) -> Scale:
    """Choose the units for a problem."""
    budgets, owed = problem.programmes["budget"].to_numpy(dtype=np.float64), problem.money_demands
    ratio = problem.objective == "smallest_ratio"
    objective = float(power_of_ten(problem.largest_value)) / (RATIO_SIZE if ratio else OBJECTIVE_SIZE)
    money = power_of_ten(budgets.max() / 10.0) if budgets.size else np.float64(1.0)
    return Scale(
        hours=power_of_ten(problem.assets["capacity_hours"]),
        base_hours=power_of_ten(problem.bases["capacity_hours"]),
        budget=power_of_ten(budgets),
        money=float(money),
        objective=objective,
        demand=_demand_units(problem, objective),
        money_demand=power_of_ten(np.where(owed.amount > 0.0, owed.amount, owed.whole)),
    )


def _demand_units(problem: PlanningProblem, objective: float) -> Array:
    """The objective's own unit where that is km², or less for small demands; a fair share's is its own."""
    demands = problem.demands
    unit = power_of_ten(demands.km2)
    if problem.objective in ("coverage", "shortfall"):
        unit = np.minimum(unit, objective)
    share = demands.ratio_km2 * objective
    return np.asarray(np.where(share > 0.0, share, unit))

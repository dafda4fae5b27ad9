"""How good a plan is at least: its true value and a bound that no plan can beat.

The bound is the Lagrangian of equations (8) to (11): at given prices every cell on its own minimises
weight exp(-C) + price C, which has a closed form, and the capacities are paid for at their prices. It holds
for any prices that are not negative, so it does not lean on the solver. Source: weak duality; for the
closed form, the optimal allocation of search effort (Stone, Theory of Optimal Search, 1975, chapter 2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.effort import search_theory
from planner.frames import numbers, sum_by
from planner.model.problem import PlanningProblem
from planner.solve.prices import Prices

Array = npt.NDArray[np.float64]

NEGLIGIBLE = 1e-4
"""A gap is relative to the plan's value, or to this part of the value of doing nothing where that is more."""


@dataclass(frozen=True)
class Certificate:
    """Proof of a plan's quality.

    Attributes:
        plan_value: true objective of the plan, with the exponential [risk-weighted km² missed or short].
        bound: no plan has a value below this.
        idle_value: the objective of doing nothing.
        rounds: linear programs that were solved.
        gap_tolerance: the gap that was asked for.
    """

    plan_value: float
    bound: float
    idle_value: float
    rounds: int
    gap_tolerance: float

    @property
    def size(self) -> float:
        """What the gap is relative to: the plan's value, or ``NEGLIGIBLE`` of the idle value if more."""
        return max(self.plan_value, NEGLIGIBLE * self.idle_value)

    @property
    def gap(self) -> float:
        """(plan_value - bound) / size; infinite where a value is not a number."""
        if not (math.isfinite(self.plan_value) and math.isfinite(self.bound)):
            return math.inf
        return max(0.0, self.plan_value - self.bound) / self.size if self.size > 0.0 else 0.0

    @property
    def proven(self) -> bool:
        """Whether the plan may be called optimal."""
        return self.gap <= self.gap_tolerance

    def __str__(self) -> str:
        return f"value {self.plan_value:,.1f}, bound {self.bound:,.1f}, gap {self.gap:.1e}"


def coverage_factors(problem: PlanningProblem, missions: Array) -> Array:
    """Equation (11): C = sum of g x in each cell, shape (cells,); missions by activity."""
    rows = problem.usable
    gained = rows["factor"].to_numpy() * missions[rows["activity"].to_numpy()]
    return sum_by(rows["cell"], gained, len(problem.cells))


def shortfall_km2(problem: PlanningProblem, factor: Array) -> Array:
    """What is missing to the target of each area, max(0, target - covered), shape (areas,) [km²]."""
    covered = sum_by(problem.cell_area, problem.cell_km2 * search_theory.pod(factor), len(problem.areas))
    return np.maximum(0.0, problem.target_km2 - covered)


def true_value(problem: PlanningProblem, factor: Array) -> float:
    """The objective of coverage factors, with the exponential and not its chords."""
    if problem.objective == "coverage":
        return float(problem.weight @ search_theory.missed(factor))
    return float(problem.area_weight @ shortfall_km2(problem, factor))


def idle_value(problem: PlanningProblem) -> float:
    """The objective of doing nothing."""
    return true_value(problem, np.zeros(len(problem.cells)))


def cell_weight(problem: PlanningProblem, prices: Prices) -> Array:
    """What missing all of a cell costs at given prices, shape (cells,) [objective]."""
    if problem.objective == "coverage":
        return problem.weight
    worth = np.minimum(prices.shortfall, problem.area_weight)
    return worth[problem.cell_area] * problem.cell_km2


def cheapest_factor(problem: PlanningProblem, prices: Prices) -> Array:
    """Price of one more unit of coverage factor by the cheapest way, shape (cells,) [objective].

    Infinite where nothing usable reaches the cell. Where a joint activity does, no more than the solver's
    own price, which knows of all its cells.
    """
    rows = problem.usable
    cell, activity = rows["cell"].to_numpy(), rows["activity"].to_numpy()
    joint = np.bincount(activity, minlength=problem.n_activities)[activity] > 1
    reward = _mission_reward(problem, prices)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (prices.mission(problem) - reward[cell]) / rows["factor"].to_numpy()
    price = np.full(len(problem.cells), np.inf)
    np.minimum.at(price, cell[~joint], np.maximum(0.0, ratio[~joint]))
    np.minimum.at(price, cell[joint], prices.coverage_factor[cell[joint]])
    return price


def lower_bound(problem: PlanningProblem, prices: Prices) -> float:
    """Objective that no plan can beat, from any non-negative prices.

    Where an activity would still gain at these prices (a joint activity, by rounding), it is charged with as
    many missions as its hours allow.
    """
    weight = cell_weight(problem, prices)
    price = cheapest_factor(problem, prices)
    missed = float(best_responses(weight, price)[1].sum())
    rows = problem.usable
    cell = rows["cell"].to_numpy()
    reward = _mission_reward(problem, prices)
    finite = np.where(np.isfinite(price), price, 0.0)
    row_gain = prices.mission(problem) - reward[cell] - finite[cell] * rows["factor"].to_numpy()
    loss = np.minimum(0.0, sum_by(rows["activity"], row_gain, problem.n_activities))
    charged = loss < -1e-15 * max(1.0, abs(missed))
    missed += float((loss[charged] * problem.activity_bound[charged]).sum())
    if problem.objective == "shortfall":
        worth = np.minimum(prices.shortfall, problem.area_weight)
        missed += float(worth @ (problem.target_km2 - problem.area_km2))
    bound = missed - _paid_for_limits(problem, prices) + float(reward @ problem.least_missions)
    return max(0.0, bound)  # nothing missed is less than nothing


def best_responses(weight: Array, price: Array) -> tuple[Array, Array]:
    """Each cell's own minimum of weight exp(-C) + price C over C >= 0.

    C* = ln(weight / price) where price < weight, else 0 (infinite where the price is 0 and the weight not).

    Args:
        weight: what missing all of the cell costs, shape (cells,).
        price: of a unit of coverage factor, shape (cells,); may be infinite.

    Returns:
        C* and the minimum, each of shape (cells,).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(weight > 0.0, weight / price, 0.0)
        factor = np.maximum(0.0, np.log(ratio))
        value = np.where(factor > 0.0, price * (1.0 + factor), weight)
    return factor, np.where((price == 0.0) | (weight == 0.0), 0.0, value)


def _mission_reward(problem: PlanningProblem, prices: Prices) -> Array:
    """Price of the least missions of each cell, at most that of the cheapest mission, shape (cells,)."""
    cheapest = np.full(len(problem.cells), np.inf)
    rows = problem.usable
    alone = ~rows["activity"].duplicated(keep=False).to_numpy()
    np.minimum.at(cheapest, rows["cell"].to_numpy()[alone], prices.mission(problem)[alone])
    return np.asarray(np.minimum(prices.least_missions, cheapest))


def _paid_for_limits(problem: PlanningProblem, prices: Prices) -> float:
    """Capacities times their prices."""
    total = 0.0
    for price, limit in (
        (prices.asset_hours, problem.assets["capacity_hours"]),
        (prices.base_hours, problem.bases["capacity_hours"]),
        (prices.budget, problem.programmes["budget"]),
    ):
        scarce = price > 0.0
        total += float(price[scarce] @ numbers(limit)[scarce])
    return total

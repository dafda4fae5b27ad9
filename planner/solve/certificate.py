"""How good a plan is at least: its true value and a bound that no plan can beat.

The bound is the Lagrangian of equations (8) to (11) and (13) to (15): at given prices every cell on its own
minimises weight exp(-C) + price C, which has a closed form, and the capacities are paid for at their prices.
It holds for any prices that are not negative, so it does not lean on the solver. Source: weak duality; for
the closed form, the optimal allocation of search effort (Stone, Theory of Optimal Search, 1975, chapter 2).
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
SHOWN_WHOLE = 100.0
"""Smaller values, such as ratios, are shown to four digits."""
KEPT = 3e-7
"""A hard limit is kept where no more than this part of it is short: rounding of the solver."""


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
        return max(abs(self.plan_value), NEGLIGIBLE * self.idle_value)

    @property
    def gap(self) -> float:
        """(plan_value - bound) / size; infinite where a value is not a number."""
        if not (math.isfinite(self.plan_value) and math.isfinite(self.bound)):
            return math.inf
        apart = max(0.0, self.plan_value - self.bound)
        if self.size > 0.0:
            return apart / self.size
        return math.inf if apart > 0.0 else 0.0

    @property
    def proven(self) -> bool:
        """Whether the plan may be called optimal."""
        return self.gap <= self.gap_tolerance

    def __str__(self) -> str:
        value, bound = (
            f"{each:,.1f}" if abs(each) >= SHOWN_WHOLE else f"{each:.4g}"
            for each in (self.plan_value, self.bound)
        )
        return f"value {value}, bound {bound}, gap {self.gap:.1e}"


def coverage_factors(problem: PlanningProblem, missions: Array) -> Array:
    """Equation (11): C = sum of g x in each cell, shape (cells,); missions by activity."""
    rows = problem.usable
    gained = rows["factor"].to_numpy() * missions[rows["activity"].to_numpy()]
    return sum_by(rows["cell"], gained, len(problem.cells))


def shortfall_km2(problem: PlanningProblem, factor: Array) -> Array:
    """What is missing to the target of each area, max(0, target - covered), shape (areas,) [km²]."""
    covered = sum_by(problem.cell_area, problem.cell_km2 * search_theory.pod(factor), len(problem.areas))
    return np.maximum(0.0, problem.target_km2 - covered)


def short_of_demands(problem: PlanningProblem, factor: Array) -> Array:
    """What is missing to each demand for coverage, shape (demands,) [km²]; fair shares lack nothing."""
    owed = problem.demands
    covered = sum_by(problem.cell_area, problem.cell_km2 * search_theory.pod(factor), len(problem.areas))
    return np.maximum(0.0, owed.km2 - covered[owed.area])


def short_of_money(problem: PlanningProblem, money: Array) -> Array:
    """What is missing to each demand for money, shape (demands,) [money].

    Args:
        problem: the problem.
        money: amounts by row of ``PlanningProblem.funding`` [money].
    """
    owed, paid = problem.money_demands, problem.funding
    area = problem.pairs["area"].to_numpy()[paid["pair"].to_numpy()]
    spent = np.zeros((len(problem.programmes), len(problem.areas)))
    np.add.at(spent, (paid["programme"].to_numpy(), area), money)
    counted = (owed.part * spent[owed.programme]).sum(axis=1)
    return np.asarray(np.maximum(0.0, owed.amount - counted))


def smallest_ratio(problem: PlanningProblem, factor: Array) -> float:
    """The smallest coverage / target over the areas that the plan is fair to; 0 without any."""
    owed = problem.demands
    covered = sum_by(problem.cell_area, problem.cell_km2 * search_theory.pod(factor), len(problem.areas))
    share = owed.ratio_km2 > 0.0
    return float((covered[owed.area[share]] / owed.ratio_km2[share]).min()) if share.any() else 0.0


def true_value(problem: PlanningProblem, factor: Array, money: Array | None = None) -> float:
    """The objective of a plan, with the exponential and not its chords; penalties of what is short included.

    A hard limit that is kept to ``KEPT`` is kept.

    Args:
        problem: the problem.
        factor: coverage factor of each cell, shape (cells,).
        money: amounts by row of ``PlanningProblem.funding`` [money]; nothing is spent if None.
    """
    value = float(problem.base_weight @ search_theory.missed(factor)) + 0.0
    if problem.objective == "smallest_ratio":
        value -= smallest_ratio(problem, factor)
    paid = np.zeros(len(problem.funding)) if money is None else money
    for owed, short, whole in (
        (problem.demands, short_of_demands(problem, factor), problem.demands.km2),
        (problem.money_demands, short_of_money(problem, paid), problem.money_demands.whole),
    ):
        counts = np.where(owed.hard, short > KEPT * whole, short > 0.0)
        value += float(owed.penalty[counts] @ short[counts])
    return value


def idle_value(problem: PlanningProblem) -> float:
    """The objective of doing nothing, where no hard limit is asked after.

    Of a smallest ratio, whose value then is 0: the largest that could be thought of.
    """
    if problem.objective == "smallest_ratio":
        return problem.largest_value
    value = float(problem.base_weight.sum())
    for owed, whole in (
        (problem.demands, problem.demands.km2),
        (problem.money_demands, problem.money_demands.amount),
    ):
        counts = ~owed.hard & (whole > 0.0)
        value += float(owed.penalty[counts] @ whole[counts])
    return value


def demand_worth(problem: PlanningProblem, prices: Prices) -> Array:
    """What a km² covered counts by each demand for coverage, shape (demands,) [objective per km²].

    Its price, but no more than its penalty. Those of fair shares are made to add up to 1 over the targets:
    the smallest ratio is at most the mean of the ratios at such weights, whatever they are.
    """
    owed = problem.demands
    worth = np.minimum(prices.shortfall, owed.penalty)
    share = owed.ratio_km2 > 0.0
    if share.any():
        of_one = worth[share] * owed.ratio_km2[share]
        total = float(of_one.sum())
        even = 1.0 / int(share.sum())
        worth[share] = (of_one / total if total > 0.0 else even) / owed.ratio_km2[share]
    return worth


def cell_weight(problem: PlanningProblem, prices: Prices) -> Array:
    """What missing all of a cell costs at given prices, shape (cells,) [objective]."""
    worth = sum_by(problem.demands.area, demand_worth(problem, prices), len(problem.areas))
    return np.asarray(problem.base_weight + worth[problem.cell_area] * problem.cell_km2)


def cheapest_factor(problem: PlanningProblem, prices: Prices) -> Array:
    """Price of one more unit of coverage factor by the cheapest way, shape (cells,) [objective].

    Infinite where nothing usable reaches the cell. Where a joint activity does, no more than the solver's
    own price, which knows of all its cells.
    """
    rows = problem.usable
    cell, alone = rows["cell"].to_numpy(), problem.alone
    reward = _mission_reward(problem, prices)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (prices.mission(problem) - reward[cell]) / rows["factor"].to_numpy()
    price = np.full(len(problem.cells), np.inf)
    np.minimum.at(price, cell[alone], np.maximum(0.0, ratio[alone]))
    np.minimum.at(price, cell[~alone], prices.coverage_factor[cell[~alone]])
    return price


def lower_bound(problem: PlanningProblem, prices: Prices) -> float:
    """Objective that no plan can beat, from any non-negative prices.

    Where activities would still gain at these prices (a joint one, by rounding; one that the linear program
    has not seen, where money must be spent), they are charged with as many missions as hours allow.
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
    loss[loss >= -1e-15 * max(1.0, abs(missed))] = 0.0
    missed += float(_charges(problem, loss).sum())
    owed = problem.demands
    missed += float(demand_worth(problem, prices) @ (owed.km2 - problem.area_km2[owed.area]))
    money = problem.money_demands
    missed += float(np.minimum(prices.spending, money.penalty) @ money.amount)
    bound = missed - _paid_for_limits(problem, prices) + float(reward @ problem.least_missions)
    # nothing missed is less than nothing
    return bound if problem.objective == "smallest_ratio" else max(0.0, bound)


def _charges(problem: PlanningProblem, loss: Array) -> Array:
    """What activities can gain at most with the hours of their assets, shape (assets,) [objective].

    Args:
        problem: the problem.
        loss: what a mission of each activity adds, not above 0, shape (activities,).
    """
    n_assets, charged = len(problem.assets), loss < 0.0
    if not charged.any():
        return np.zeros(n_assets)
    rows = problem.usable
    asset = np.zeros(problem.n_activities, dtype=np.int64)
    asset[rows["activity"]] = rows["asset"]
    each = sum_by(asset[charged], loss[charged] * problem.activity_bound[charged], n_assets)
    hours = sum_by(rows["activity"], rows["mission_hours"], problem.n_activities)
    with np.errstate(divide="ignore"):
        by_hour = loss[charged] / hours[charged]
    together = np.zeros(n_assets)
    np.minimum.at(together, asset[charged], by_hour)
    together *= np.where(together < 0.0, numbers(problem.assets["capacity_hours"]), 1.0)
    return np.asarray(np.fmax(each, together))


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
    alone = problem.alone
    np.minimum.at(cheapest, problem.usable["cell"].to_numpy()[alone], prices.mission(problem)[alone])
    return np.asarray(np.maximum(0.0, np.minimum(prices.least_missions, cheapest)))


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

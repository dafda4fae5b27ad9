"""Ways to watch an area: what the next hour of every asset would bring there, and what it costs the plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.effort import search_theory
from planner.frames import numbers, sum_by
from planner.model.demands import COVERAGE
from planner.model.problem import PlanningProblem
from planner.report.limits import limit_prices
from planner.report.results import Results
from planner.solve.certificate import cheapest_factor, shortfall_km2
from planner.solve.prices import Prices

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

ALIKE = 0.01
"""Ways that are dearer than the best by less than this part are as good: of them the one that takes the
least money is named, so that rounding does not choose."""


@dataclass(frozen=True)
class Standing:
    """A plan as prices and coverage, from the tables of its run.

    Attributes:
        problem: the problem of the plan.
        prices: of hours and money; those of cells are not known.
        factor: coverage factor of each cell, shape (cells,).
        counts: what missing all of a cell counts, shape (cells,) [objective]; NaN where it is not known.
        worth: what one more unit of coverage factor is worth in each cell, shape (cells,) [objective].
    """

    problem: PlanningProblem
    prices: Prices
    factor: Array
    counts: Array
    worth: Array


def standing(problem: PlanningProblem, results: Results) -> Standing:
    """Read prices and coverage of a plan from its results."""
    table = results.prices
    price = dict(zip(zip(table["limit_kind"], table["id"], strict=True), table["price"], strict=True))

    def of(kind: str, ids: pd.Series) -> Array:
        return numbers([price.get((kind, one), 0.0) for one in ids])

    n_cells = len(problem.cells)
    prices = Prices(
        asset_hours=of("asset_hours", problem.assets["asset_id"]),
        base_hours=of("base_capacity", problem.bases["base_id"]),
        budget=of("budget", problem.programmes["programme_id"]),
        coverage_factor=np.full(n_cells, np.inf),
        least_missions=np.zeros(n_cells),
        **limit_prices(problem, results.limits),
    )
    return stand(problem, prices, numbers(results.cells["coverage_factor"]))


def stand(problem: PlanningProblem, prices: Prices, factor: Array) -> Standing:
    """What a plan's prices and coverage factors, shape (cells,), say of each cell."""
    counts = _counts(problem, shortfall_km2(problem, factor) > 0.0) + _owed(problem, prices)
    return Standing(problem, prices, factor, counts, _worth(problem, prices, factor, counts))


def _counts(problem: PlanningProblem, short: Booleans) -> Array:
    """What missing a cell counts: by its risk weight, or that of its area as long as its target is not met.

    What water counts whose target is just met, is between nothing and its weight: not known.
    """
    if problem.objective == "coverage":
        return problem.weight
    if problem.objective == "shortfall":
        per_km2 = np.where(short, problem.area_weight, np.where(problem.area_weight > 0.0, np.nan, 0.0))
        return np.asarray(per_km2[problem.cell_area] * problem.cell_km2)
    return np.full(len(problem.cells), np.nan)


def _owed(problem: PlanningProblem, prices: Prices) -> Array:
    """What a cell counts for the least coverages that its area has, shape (cells,) [objective]."""
    owed = problem.demands
    of_limits = np.arange(len(owed)) >= len(owed) - int((problem.limits["kind"] == COVERAGE).sum())
    worth = np.where(of_limits, np.minimum(prices.shortfall, owed.penalty), 0.0)
    return np.asarray(sum_by(owed.area, worth, len(problem.areas))[problem.cell_area] * problem.cell_km2)


def _worth(problem: PlanningProblem, prices: Prices, factor: Array, counts: Array) -> Array:
    """The slope of what a cell counts at its best coverage factor: the smaller of weight and price.

    A cell takes effort until weight exp(-C) is down to the price of the cheapest way (see
    ``planner.solve.certificate.best_responses``). Reading the slope off the prices keeps out what is left of
    the plan's gap in single cells. Where a fixed sensor watches already, its coverage counts first.
    """
    seen = np.unique(problem.effort["cell"].to_numpy()[problem.joint])
    most = counts.copy()
    most[seen] *= search_theory.missed(factor[seen])
    return np.asarray(np.minimum(most, cheapest_factor(problem, prices)))


def ways(at: Standing, fundable: Booleans, money_price: Array) -> pd.DataFrame:
    """What one more mission (or hour of a fixed sensor) would bring in each area, and what it takes.

    Covered water grows by area_z exp(-C_z) g with the next mission in cell z: the slope of equation (7)
    along (11). A mission takes its hours and money from elsewhere, where they are worth their prices.

    Args:
        at: the plan.
        fundable: effort rows that may be paid for, or are free, shape (rows,).
        money_price: what a unit of money is worth elsewhere, in each row, shape (rows,).

    Returns:
        One row per activity and area: ``asset``, ``base``, ``area`` (positions), ``cell`` (the first),
        ``access``, ``payable``, ``distance_nm``, ``hours`` [h], ``cost`` [money], ``gain_km2`` [km²], and
        in the objective ``price`` of what it takes, and of all its areas ``worth`` of what it brings and
        ``counts``, what there is to be missed.
    """
    problem, effort = at.problem, at.problem.effort
    cell, activity = effort["cell"].to_numpy(), effort["activity"].to_numpy(dtype=np.int64)
    access, area = effort["access"].to_numpy(), effort["area"].to_numpy()
    size, n_areas = (int(activity.max()) + 1 if len(effort) else 0), len(problem.areas)
    gain = problem.cell_km2[cell] * search_theory.missed(at.factor[cell]) * numbers(effort["factor"])
    hours, cost = numbers(effort["mission_hours"]), numbers(effort["cost"])
    paid = np.where(cost > 0.0, money_price * cost, 0.0)
    price = sum_by(activity, at.prices.hour(effort) * hours + paid, size)
    worth = at.worth[cell] * numbers(effort["factor"])
    key, first, row_of = np.unique(activity * n_areas + area, return_index=True, return_inverse=True)
    of = activity[first]

    def in_all_areas(values: Array) -> Array:
        """Of each activity, where it has access and in the area of the row."""
        with_access = sum_by(activity, np.where(access, values, 0.0), size)[of]
        return numbers(with_access + sum_by(row_of, np.where(access, 0.0, values), len(key)))

    nearest = np.full(len(key), np.inf)
    np.minimum.at(nearest, row_of, numbers(effort["distance_nm"]))
    return pd.DataFrame(
        {
            **{name: effort[name].to_numpy()[first] for name in ("asset", "base", "area", "cell", "access")},
            "payable": problem.of_whole_activities(fundable)[first],
            "distance_nm": nearest,
            "hours": sum_by(activity, hours, size)[of],
            "cost": sum_by(activity, cost, size)[of],
            "gain_km2": sum_by(row_of, gain, len(key)),
            "price": price[of],
            "worth": in_all_areas(worth),
            "counts": in_all_areas(at.counts[cell]),
        }
    )


def everyones_ways(at: Standing) -> pd.DataFrame:
    """Ways as all programmes together see them: each paid by the programme whose money is worth least.

    Where nobody may pay, money is taken at the lowest price that any programme's has.
    """
    problem = at.problem
    pair = problem.pair_of(problem.effort)
    free = numbers(problem.effort["cost"]) <= 0.0
    cheapest = np.maximum(0.0, at.prices.cheapest_money(problem))
    lowest = float(at.prices.budget.min()) if len(at.prices.budget) else 0.0
    money = np.where(pair >= 0, cheapest[np.maximum(pair, 0)] if len(cheapest) else 0.0, lowest)
    return ways(at, free | (pair >= 0), money)


def programmes_ways(at: Standing, programme: int) -> pd.DataFrame:
    """Ways as one programme sees them: what it may fund, at the price of its own money."""
    problem, effort = at.problem, at.problem.effort
    eligible = problem.eligibility[problem.eligibility["programme"] == programme]
    pairs = np.zeros((len(problem.assets), len(problem.areas)), dtype=bool)
    pairs[eligible["asset"], eligible["area"]] = True
    fundable = pairs[effort["asset"].to_numpy(), effort["area"].to_numpy()]
    money = np.maximum(0.0, at.prices.money(problem)[programme])[effort["area"].to_numpy()]
    return ways(at, fundable, money)


def times_elsewhere(rows: pd.DataFrame) -> Array:
    """What the hours and the money of each way are worth elsewhere, in times what they bring, shape (rows,).

    Infinite where more coverage counts for nothing; NaN where it is not known or where both are free.
    """
    price, worth = numbers(rows["price"]), numbers(rows["worth"])
    times = np.divide(price, worth, out=np.full(len(rows), np.nan), where=worth > 0.0)
    return numbers(np.where(numbers(rows["counts"]) == 0.0, np.inf, times))


def best(rows: pd.DataFrame) -> int | None:
    """Position of the way that the plan would take next, None where there is none.

    The one whose hours and money are worth least elsewhere, for what it brings; where the objective says
    nothing of it, for the water that it covers. Ways that differ by less than ``ALIKE`` are as good: of
    these the one with the least money, then with the least hours, per km².
    """
    if not len(rows):
        return None
    gain, times = numbers(rows["gain_km2"]), times_elsewhere(rows)
    with np.errstate(divide="ignore", invalid="ignore"):
        if not np.isfinite(times).any():
            times = numbers(rows["price"]) / gain
        times = np.where(np.isfinite(times), times, np.inf)
        money, hours = numbers(rows["cost"]) / gain, numbers(rows["hours"]) / gain
    good = np.flatnonzero((times <= times.min() * (1.0 + ALIKE)) & (gain > 0.0))
    if not len(good):
        return None
    return int(good[np.lexsort((hours[good], money[good]))[0]])


def most_added(rows: pd.DataFrame, capacity: Array) -> float:
    """The most that ways which nobody may use today can add to the objective, if their assets may.

    An asset with H hours adds at most H times its best net rate, (worth - price) / hours: with the price of
    its hours raised by that rate, no way of it is worth more than it takes, and the bound of the certificate
    falls by no more than H times the rate (weak duality, see ``planner.solve.certificate``).

    Args:
        rows: the ways, as from ``ways``.
        capacity: hours of each asset [h], shape (assets,).

    Returns:
        The bound [objective]; NaN where a way takes no hours or the objective does not say its worth.
    """
    net = np.maximum(0.0, numbers(rows["worth"]) - numbers(rows["price"]))
    hours = numbers(rows["hours"])
    if np.isnan(net).any() or ((hours <= 0.0) & (net > 0.0)).any():
        return float("nan")
    rate = np.zeros(len(capacity))
    np.maximum.at(
        rate, rows["asset"].to_numpy(), np.divide(net, hours, out=np.zeros_like(net), where=net > 0)
    )
    return float(rate @ capacity)

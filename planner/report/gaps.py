"""Gaps: what stays uncovered in each area, and why, as each programme sees it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.effort import search_theory
from planner.frames import numbers, records, sum_by
from planner.model.problem import PlanningProblem
from planner.report.contract import CAUSES, GAPS, conform
from planner.solve.certificate import shortfall_km2
from planner.solve.prices import Prices

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]


NEAR = 0.01
"""Ways dearer than the cheapest by less than this part of its price count too, the nearer the more."""
FREE = 1e-9
"""A way is free when a unit of coverage factor costs less than this part of what a mean cell counts."""


@dataclass(frozen=True)
class Coverage:
    """Coverage of a plan, per cell and per area.

    Attributes:
        pod: probability of detection, shape (cells,).
        covered_km2: sum of cell area x POD, shape (areas,).
        shortfall_km2: what is missing to the target, shape (areas,).
        short_km2: the shortfall, spread over the cells by what they miss, shape (cells,).
    """

    pod: Array
    covered_km2: Array
    shortfall_km2: Array
    short_km2: Array


def coverage(problem: PlanningProblem, factor: Array) -> Coverage:
    """Coverage and shortfall of the coverage factors of a plan, shape (cells,)."""
    area, n_areas = problem.cell_area, len(problem.areas)
    pod = search_theory.pod(factor)
    covered = sum_by(area, problem.cell_km2 * pod, n_areas)
    shortfall = shortfall_km2(problem, factor)
    missed = problem.cell_km2 * search_theory.missed(factor)
    missed_in_area = sum_by(area, missed, n_areas)
    per_km2 = np.divide(shortfall, missed_in_area, out=np.zeros(n_areas), where=missed_in_area > 0.0)
    return Coverage(pod, covered, shortfall, missed * per_km2[area])


def causes(problem: PlanningProblem, prices: Prices, fundable: Booleans, money_price: Array) -> Array:
    """Why each cell stays uncovered, as shares of the causes, asked in the order of ``CAUSES``.

    Args:
        problem: the problem; all its effort rows are looked at, those without access too.
        prices: prices of hours at the optimum.
        fundable: rows of the effort table that the one who asks may fund, shape (rows,).
        money_price: what a unit of money costs him in each row, shape (rows,).

    Returns:
        Shares that sum to 1 in each row, shape (cells, causes).
    """
    effort, n_cells = problem.effort, len(problem.cells)
    cell = effort["cell"].to_numpy()
    fundable = problem.of_whole_activities(fundable)
    consented = fundable & effort["access"].to_numpy()
    reached = np.bincount(cell[fundable], minlength=n_cells) > 0
    may = np.bincount(cell[consented], minlength=n_cells) > 0
    hours = _shared(problem, prices.hour(effort) * effort["mission_hours"].to_numpy())
    money = _shared(problem, money_price * effort["cost"].to_numpy())
    ways = effort[["cell", "factor"]][consented]
    by_hours, free = _cheapest_ways(problem, ways, hours[consented], money[consented])

    shares = np.zeros((n_cells, len(CAUSES)))
    shares[~reached, CAUSES.index("out_of_range")] = 1.0
    shares[reached & ~may, CAUSES.index("no_access")] = 1.0
    shares[may, CAUSES.index("asset_hours")] = np.where(free, 0.0, by_hours)[may]
    shares[may, CAUSES.index("budget")] = np.where(free, 0.0, 1.0 - by_hours)[may]
    shares[may & free, CAUSES.index("not_prioritised")] = 1.0
    return shares


def _shared(problem: PlanningProblem, price: Array) -> Array:
    """Share the price of joint activities among their rows, by the water that an hour adds to in each."""
    rows = np.flatnonzero(problem.joint)
    if not len(rows):
        return price
    effort = problem.effort
    activity = np.unique(effort["activity"].to_numpy()[rows], return_inverse=True)[1]
    added = numbers(effort["factor"])[rows] * problem.cell_km2[effort["cell"].to_numpy()[rows]]
    size = int(activity.max()) + 1
    share = added / sum_by(activity, added, size)[activity]
    shared = numbers(price).copy()
    shared[rows] = share * sum_by(activity, price[rows], size)[activity]
    return shared


def _cheapest_ways(
    problem: PlanningProblem, rows: pd.DataFrame, hours: Array, money: Array
) -> tuple[Array, Booleans]:
    """The part of hours in the price of the cheapest way to each cell, and whether that way is free.

    Ways that a plan uses side by side in a cell have one price at the optimum, and rounding would choose
    between them. So ways up to ``NEAR`` dearer than the cheapest count too, the nearer the more.

    Args:
        problem: the problem.
        rows: ``cell`` and ``factor`` of the effort rows that may be used.
        hours: price of the hours of one mission of each, shape (rows,).
        money: price of the money of one mission of each, shape (rows,).

    Returns:
        Part of the hours, 0 to 1, shape (cells,), and which cells have a way that costs nothing.
    """
    n_cells = len(problem.cells)
    cell = rows["cell"].to_numpy()
    total = hours + money
    each = total / rows["factor"].to_numpy()
    cheapest = np.full(n_cells, np.inf)
    np.minimum.at(cheapest, cell, each)
    free = cheapest <= FREE * float(problem.weight.mean())
    counts = ~free[cell]
    cell, each, total, hours = cell[counts], each[counts], total[counts], hours[counts]
    weight = np.maximum(0.0, 1.0 - (each / cheapest[cell] - 1.0) / NEAR)
    sums = sum_by(cell, weight, n_cells)
    part = sum_by(cell, weight * hours / total, n_cells)
    return np.divide(part, sums, out=np.zeros(n_cells), where=sums > 0.0), free


def everyones_causes(problem: PlanningProblem, prices: Prices) -> Array:
    """Causes as all programmes together see them: each row at the price of its cheapest payer."""
    pair = problem.pair_of(problem.effort)
    free = problem.effort["cost"].to_numpy() <= 0.0
    money = np.maximum(0.0, prices.cheapest_money(problem))
    price = np.where(pair >= 0, money[np.maximum(pair, 0)] if len(money) else 0.0, 0.0)
    return causes(problem, prices, free | (pair >= 0), price)


def gap_table(
    problem: PlanningProblem, prices: Prices, found: Coverage, everyone: Array | None = None
) -> pd.DataFrame:
    """One row per programme and area of its mandate, and the row ``total`` that counts every area once.

    A programme's mandate is the set of areas in which it may fund something.

    Args:
        problem: the problem.
        prices: prices at the optimum.
        found: coverage of the plan.
        everyone: what ``everyones_causes`` has found, if that was asked.

    Returns:
        Frame with the columns of ``GAPS``.
    """
    effort = problem.effort
    blocks = []
    for number, programme in enumerate(records(problem.programmes)):
        eligible = problem.eligibility[problem.eligibility["programme"] == number]
        mandate = problem.mandate.loc[problem.mandate["programme"] == number, "area"].to_numpy()
        pairs = np.zeros((len(problem.assets), len(problem.areas)), dtype=bool)
        pairs[eligible["asset"], eligible["area"]] = True
        fundable = pairs[effort["asset"].to_numpy(), effort["area"].to_numpy()]
        money = np.maximum(0.0, prices.money(problem)[number])[effort["area"].to_numpy()]
        shares = causes(problem, prices, fundable, money)
        blocks.append(_rows(programme.programme_id, problem, found, shares, mandate))
    everyone = everyones_causes(problem, prices) if everyone is None else everyone
    whole = _rows("total", problem, found, everyone, np.arange(len(problem.areas)))
    whole = whole.sum(numeric_only=True).to_frame().T.assign(programme_id="total", area_id="total")
    return conform("gaps", pd.concat([*blocks, whole], ignore_index=True))


def cause_km2(problem: PlanningProblem, found: Coverage, shares: Array) -> Array:
    """Sum the causes' parts of the shortfall over the cells of each area, shape (areas, causes) [km²]."""
    parts = found.short_km2[:, None] * shares
    return np.stack([sum_by(problem.cell_area, part, len(problem.areas)) for part in parts.T], axis=1)


def largest_cause(found: Coverage, shares: Array) -> npt.NDArray[np.object_]:
    """The largest cause of each cell's part of the shortfall, or ``none``, shape (cells,)."""
    names = np.array(CAUSES, dtype=object)[np.argmax(shares, axis=1)]
    return np.where(found.short_km2 > 0.0, names, "none")


def _rows(
    programme_id: str, problem: PlanningProblem, found: Coverage, shares: Array, areas: npt.NDArray[np.int64]
) -> pd.DataFrame:
    parts = cause_km2(problem, found, shares)[areas]
    return pd.DataFrame(
        {
            "programme_id": programme_id,
            "area_id": problem.areas["area_id"].to_numpy()[areas],
            "target_km2": problem.target_km2[areas],
            "covered_km2": found.covered_km2[areas],
            "shortfall_km2": found.shortfall_km2[areas],
            **{f"{cause}_km2": parts[:, n] for n, cause in enumerate(CAUSES)},
        },
        columns=list(GAPS),
    )

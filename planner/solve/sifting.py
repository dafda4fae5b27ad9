"""Which effort rows the linear program needs to see: a few of many, found by their prices.

The rows that tie cells together are few (hours, budgets, base capacity). Given their prices, the price of a
unit of coverage factor by each effort row is known, and only the cheapest rows of a cell can be of use to it.
So the linear program is given near-optimal rows only; its duals then price all rows, and rows that would do
better are added, until the bound of the certificate, which knows of all rows, meets the plan.

Sources: column generation (Dantzig and Wolfe 1960; Gilmore and Gomory 1961); sifting (Bixby, Gregory, Lustig,
Marsten and Shanno 1992, Operations Research 40, 885-897).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.frames import numbers, sum_by
from planner.model.problem import PlanningProblem
from planner.solve.certificate import cell_weight
from planner.solve.prices import RESOURCES, Prices

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]

WHOLE_CELLS = 600
"""Up to so many cells the linear program is given all effort rows: two samples' worth. Measured on random
instances, sifting (with groups) takes 1.4 times as long at 150 cells, as long at 600, and half as long at
1,200; on the Pacific case 1.1 times as long at 620 cells, two thirds at 890, and a third at 2,300
(``python -m tests.benchmarks.scale FOLDER sifting_rule``)."""
SAMPLE_CELLS = 300
"""Cells of the sample that the first prices are taken from."""
GROWTH = 8.0
"""How many times larger each next sample is, about."""
NEAR = 0.05
"""Rows up to this much dearer than the cheapest of their cell are taken at the start."""
WORTH = 1.3
"""Rows up to this much dearer than what missing the cell costs are taken at the start."""
MOST_AT_START = 4
MOST_ADDED = 2
"""Rows per cell that are taken at the start, and added in a round."""
LEAST_OF_ASSET = 250
"""Rows of each asset that are taken at the start, even if they are dearer than others of their cells: a
sample has few rows of an asset that reaches few cells, and its price is not known well."""
DEARER = 0.003
"""A row is added where it is at most by this part dearer than the price of its cell: a tight gap would else
find a few more rows that are better by a hair in each round."""


@dataclass(frozen=True)
class Restricted:
    """A problem with some of its activities.

    Attributes:
        problem: the restricted problem.
        activity: position in the whole problem of each activity of the restricted one.
    """

    problem: PlanningProblem
    activity: Integers

    def whole(self, missions: Array, n_activities: int) -> Array:
        """Missions of the whole problem, shape (activities of the whole problem,)."""
        everything = np.zeros(n_activities)
        everything[self.activity] = missions
        return everything


def restricted(problem: PlanningProblem, active: Booleans) -> Restricted:
    """The problem with only its active activities, shape (activities,)."""
    rows = problem.usable
    chosen = rows[active[rows["activity"].to_numpy()]]
    return Restricted(
        problem=replace(problem, effort=_effort(problem, chosen)),
        activity=np.asarray(pd.unique(chosen["activity"]), dtype=np.int64),
    )


def _effort(problem: PlanningProblem, rows: pd.DataFrame) -> pd.DataFrame:
    """Usable rows as an effort table again, with the activities that they had there."""
    activity = problem.activity_id[rows["activity"].to_numpy()]
    return rows.drop(columns="pair").assign(activity=activity).reset_index(drop=True)


@dataclass(frozen=True)
class Sample:
    """Some cells of a problem, each in place of the water around it.

    Attributes:
        problem: the problem of these cells.
        cell: position in the whole problem of each, ascending.
        share: of the water that it stands for, what is its own.
    """

    problem: PlanningProblem
    cell: Integers
    share: Array


def samples(problem: PlanningProblem, known: bool = False) -> list[Sample]:
    """Samples of growing size: each gives the next one prices and a basis to start from.

    The first has about ``SAMPLE_CELLS`` cells, each next one has these and about ``GROWTH`` times as many,
    and the whole as many again. None for a problem that is small itself; where prices are known, only the
    largest of several.
    """
    n_cells = len(problem.cells)
    if n_cells <= WHOLE_CELLS:
        return []
    steps = max(1, round(math.log(n_cells / SAMPLE_CELLS) / math.log(GROWTH)))
    growth = (n_cells / SAMPLE_CELLS) ** (1.0 / steps)
    if known and steps == 1:
        return []
    cells, found = np.arange(n_cells), []
    for _ in range(1 if known else steps):
        cells = cells[every(growth, len(cells))]
        found.append(sample(problem, cells))
    return found[::-1]


def every(step: float, number: int) -> Integers:
    """Every so many of a number of positions, spread evenly."""
    return np.floor(np.arange(0.5, number / step) * step).astype(np.int64)


def sample(problem: PlanningProblem, kept: Integers) -> Sample:
    """Some cells of a problem, each in place of the water around it, to take first prices from.

    Joint activities and least missions are left out: prices to start from need not be exact.

    Args:
        problem: the whole problem.
        kept: position of each cell of the sample, ascending. Cells come in the order of their areas and the
            grid, so that ``every`` so many of them are spread evenly, and the next ones are neighbours.

    Returns:
        The sample: its cells have the area of all cells that are next to them, and what a mission sweeps is
        spread over that, so hours and money are those of the whole.
    """
    halfway = 0.5 * (kept[1:] + kept[:-1])
    stands_for = np.searchsorted(halfway, np.arange(len(problem.cells)))
    km2 = sum_by(stands_for, problem.cell_km2, len(kept))
    number = np.full(len(problem.cells), -1)
    number[kept] = np.arange(len(kept))
    rows = problem.usable
    rows = rows[(number[rows["cell"].to_numpy()] >= 0) & problem.alone]
    cell = number[rows["cell"].to_numpy()]
    share = problem.cell_km2[kept] / km2
    cells = problem.cells.iloc[kept].drop(columns="least_missions", errors="ignore").reset_index(drop=True)
    part = replace(
        problem,
        # an area with few cells in the sample would hold the smallest ratio down, and all prices with it
        objective="coverage" if problem.objective == "smallest_ratio" else problem.objective,
        cells=cells.assign(area_km2=km2),
        effort=_effort(problem, rows).assign(cell=cell, factor=numbers(rows["factor"]) * share[cell]),
    )
    return Sample(part, kept, share)


def for_ratio(problem: PlanningProblem, prices: Prices) -> Prices:
    """Prices of samples for a smallest ratio, which are those of a plan for coverage, in its unit.

    All fair shares weigh the same.
    """
    even = replace(prices, shortfall=np.zeros(len(problem.demands)))
    missed = float(problem.weight.sum())
    unit = float(cell_weight(problem, even).sum()) / missed if missed > 0.0 else 0.0
    scaled = {name: unit * getattr(even, name) for name in (*RESOURCES, "coverage_factor", "spending")}
    return replace(even, **scaled)


def near_optimal(problem: PlanningProblem, prices: Prices) -> Booleans:
    """The activities to start with: the cheapest of each cell at given prices, where they are worth it.

    Joint activities and those of cells that must have missions are always taken.

    Returns:
        Which activities are active, shape (activities,).
    """
    rows = problem.usable
    cell = rows["cell"].to_numpy()
    ratio, cheapest, good = promising_rows(problem, prices)
    worth = cell_weight(problem, prices)[cell]
    chosen = good & _among_first(cell, ratio, good, MOST_AT_START)
    chosen |= ~problem.alone | (problem.least_missions[cell] > 0.0)
    asset = rows["asset"].to_numpy()
    few = np.bincount(asset[chosen], minlength=len(problem.assets)) < LEAST_OF_ASSET
    dearer = ratio - np.minimum(cheapest[cell], worth)
    with np.errstate(divide="ignore", invalid="ignore"):
        dearer /= np.maximum(np.abs(np.minimum(cheapest[cell], worth)), 1e-12 * worth)
    return _activities(problem, chosen | _among_first(asset, dearer, few[asset], LEAST_OF_ASSET))


def promising_rows(problem: PlanningProblem, prices: Prices) -> tuple[Array, Array, Booleans]:
    """What each row asks for a unit of coverage factor, and which rows are near the cheapest of their cell.

    Returns:
        The price, infinite for joint rows, shape (rows,); the cheapest of each cell, shape (cells,); and
        whether a row is near the cheapest of its cell and worth it, shape (rows,).
    """
    cell = problem.usable["cell"].to_numpy()
    ratio = _ratio(problem, prices)
    cheapest = np.full(len(problem.cells), np.inf)
    np.minimum.at(cheapest, cell, ratio)
    worth = cell_weight(problem, prices)[cell]
    near = cheapest[cell] + NEAR * np.abs(cheapest[cell]) + 1e-12 * worth
    # which area's share will be the smallest is not known before: then every cell is worth its cheapest rows
    worth_it = (ratio <= WORTH * worth) | (problem.objective == "smallest_ratio")
    return ratio, cheapest, (ratio <= near) & np.isfinite(ratio) & worth_it


def better_rows(problem: PlanningProblem, prices: Prices, active: Booleans) -> Booleans:
    """Add the rows that are not dearer than what the last linear program pays in their cell.

    Args:
        problem: the whole problem.
        prices: duals of the last linear program; a cell that it did not see pays what missing it costs.
        active: activities that the last linear program saw, shape (activities,).

    Returns:
        Which activities are active in the next round, shape (activities,).
    """
    rows = problem.usable
    cell, activity = rows["cell"].to_numpy(), rows["activity"].to_numpy()
    seen = np.zeros(len(problem.cells), dtype=bool)
    seen[cell[active[activity]]] = True
    worth = cell_weight(problem, prices)
    pays = np.where(seen, np.minimum(prices.coverage_factor, worth), worth)
    ratio = _ratio(problem, prices)
    better = (ratio < (1.0 + DEARER) * pays[cell]) & ~active[activity]
    return active | _activities(problem, better & _among_first(cell, ratio, better, MOST_ADDED))


def _ratio(problem: PlanningProblem, prices: Prices) -> Array:
    """Price of a unit of coverage factor by each row; infinite for joint ones, which are always seen."""
    factor = np.where(problem.alone, numbers(problem.usable["factor"]), 1.0)
    return np.where(problem.alone, prices.mission(problem) / factor, np.inf)


def _activities(problem: PlanningProblem, rows: Booleans) -> Booleans:
    active = np.zeros(problem.n_activities, dtype=bool)
    active[problem.usable["activity"].to_numpy()[rows]] = True
    return active


def _among_first(cell: Integers, ratio: Array, counted: Booleans, most: int) -> Booleans:
    """Which of the counted rows are among the cheapest of their cell."""
    rows = np.flatnonzero(counted)
    order = rows[np.lexsort((rows, ratio[rows], cell[rows]))]
    first = np.searchsorted(cell[order], cell[order], side="left")
    rank = np.arange(len(order)) - first
    chosen = np.zeros(len(cell), dtype=bool)
    chosen[order[rank < most]] = True
    return chosen

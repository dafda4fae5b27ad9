"""Cells that are alike stand together: what the linear program sees of many cells is a few groups.

At fine spacing neighbours differ little: at known prices the same assets watch them, at nearly the same price
of each, up to nearly the same coverage factor. A group of such cells is given one coverage factor, and so is
one cell to the linear program, with the water of all. Whatever it does there can be done in the cells: a plan
of groups is a plan of the problem, with exactly the same hours, money and value. It is a restriction, and
what it costs shows in the certificate, whose bound knows of all cells; groups in which it costs too much are
divided in the next round.

Source: aggregation and disaggregation of linear programs with an error bound (Zipkin 1980, Operations
Research 28, 1299-1309; Rogers, Plante, Wong and Evans 1991, Operations Research 39, 553-582).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.frames import numbers, sum_by
from planner.model.problem import PlanningProblem
from planner.solve.certificate import best_responses, cell_weight, cheapest_factor
from planner.solve.prices import Prices
from planner.solve.refine import LARGEST_FACTOR
from planner.solve.sifting import promising_rows

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

OF_WIDTH = 0.05
"""What groups may lose by one coverage factor for all their cells, as a part of the gap that is wanted."""
OF_TIE = 20.0
"""Width of the prices of a group's assets, in gaps that are wanted: their mean is what the plan pays for."""
MOST_LOST = 0.3
"""Groups are divided where they cost more than this part of the gap that is wanted."""
FINER = 3.0
"""How much narrower groups are that are divided."""
FEW = 0.5
"""Cells stand alone where there would be more groups than this part of them."""
MANY = 2**20
"""More widths of prices than are told apart."""


@dataclass(frozen=True)
class Grouped:
    """A problem whose cells stand together.

    Attributes:
        whole: the problem.
        problem: the problem of the groups. It has all cells, but the first of each group, its leader, has the
            water and the effort of all, and the others have none.
        leader: the leader of each cell, shape (cells,).
        activity: activity of the whole problem of each kept row, shape (kept rows,).
        group_activity: activity of the groups that it is part of, shape (kept rows,).
        part: missions of the row's activity for each mission of the group's, shape (kept rows,).
        width: how alike the cells of groups are, as a part of how alike they are at first.
    """

    whole: PlanningProblem
    problem: PlanningProblem
    leader: Integers
    activity: Integers
    group_activity: Integers
    part: Array
    width: float = 1.0

    def missions(self, of_groups: Array) -> Array:
        """Missions of the whole problem from those of the groups, each of shape (activities,)."""
        found = np.zeros(self.whole.n_activities)
        found[self.activity] = self.part * of_groups[self.group_activity]
        return found

    def prices_of_groups(self, prices: Prices) -> Prices:
        """Prices of the whole as those of the groups: a unit of coverage factor is one in every cell."""
        return replace(prices, coverage_factor=self._summed(prices.coverage_factor))

    def prices_of_cells(self, prices: Prices) -> Prices:
        """Prices of the groups as those of the whole: each cell's part is that of its weight.

        All cells of a group have one coverage factor C, and price = weight exp(-C).
        """
        weight = cell_weight(self.whole, prices)
        total = self._summed(weight)[self.leader]
        share = np.where(total > 0.0, weight / np.where(total > 0.0, total, 1.0), 0.0)
        return replace(prices, coverage_factor=prices.coverage_factor[self.leader] * share)

    def _summed(self, values: Array) -> Array:
        return sum_by(self.leader, values, len(self.leader))


def grouped(problem: PlanningProblem, leader: Integers, width: float = 1.0) -> Grouped:
    """Let cells stand together.

    A mission of a group is one mission of the same asset from the same base, shared out over the cells so
    that each gains as much: the parts are as 1 / g, where g is the factor that one adds to the cell. What
    only some of the cells have is left out.

    Args:
        problem: the problem.
        leader: of each cell: a cell of the same area that leads itself, see ``leaders``.
        width: how alike the cells of groups are, as a part of how alike they are at first.
    """
    rows = problem.usable
    size = np.bincount(leader, minlength=len(problem.cells))
    first = leader[rows["cell"].to_numpy()]
    several = np.flatnonzero(size[first] > 1)
    if not len(several):
        itself = np.arange(problem.n_activities)
        return Grouped(problem, problem, leader, itself, itself, np.ones(len(itself)))
    single = np.flatnonzero(size[first] == 1)
    way, n_ways = _way(problem, several), _n_ways(problem)
    keys, group = np.unique(first[several] * n_ways + way, return_inverse=True)
    effort_of_one = 1.0 / numbers(rows["factor"])[several]
    together = sum_by(group, effort_of_one, len(keys))
    part = effort_of_one / together[group]
    complete = np.bincount(group, minlength=len(keys)) == size[keys // n_ways]
    kept = complete[group]
    leads = kept & (rows["cell"].to_numpy()[several] == first[several])
    origin = several[leads]  # the leader's own row stands for the group's
    hours, cost = (
        sum_by(group, part * numbers(rows[name])[several], len(keys)) for name in ("mission_hours", "cost")
    )
    chosen = np.sort(np.concatenate([single, origin]))
    at = np.searchsorted(chosen, origin)
    table = rows.iloc[chosen].drop(columns="pair")
    factor, mission_hours, costs = (
        numbers(table[name]).copy() for name in ("factor", "mission_hours", "cost")
    )
    own = group[leads]
    factor[at], mission_hours[at], costs[at] = 1.0 / together[own], hours[own], cost[own]
    identity = problem.activity_id[table["activity"].to_numpy()]
    effort = table.assign(activity=identity, factor=factor, mission_hours=mission_hours, cost=costs)
    small = replace(problem, cells=_cells(problem, leader), effort=effort.reset_index(drop=True))
    own_row = np.zeros(len(keys), dtype=np.int64)
    own_row[own] = at
    row = np.concatenate([np.searchsorted(chosen, single), own_row[group[kept]]])
    activity = rows["activity"].to_numpy()
    return Grouped(
        whole=problem,
        problem=small,
        leader=leader,
        activity=activity[np.concatenate([single, several[kept]])],
        group_activity=small.usable["activity"].to_numpy()[row],
        part=np.concatenate([np.ones(len(single)), part[kept]]),
        width=width,
    )


def each_alone(problem: PlanningProblem) -> Integers:
    """Every cell as its own leader."""
    return np.arange(len(problem.cells))


def leaders(problem: PlanningProblem, prices: Prices, tolerance: float) -> Integers:
    """The leader of each cell: cells of one area stand together where known prices say that they are alike.

    Alike are cells that would choose the same coverage factor but for ``_width``, and that the same assets
    watch from the same bases at prices which are, each as a multiple of the cheapest, the same but for
    ``_tie``. Cells with joint activities or least missions, and cells that have two rows of one asset from
    one base, stand alone.

    Args:
        problem: the problem.
        prices: prices that are known.
        tolerance: largest relative gap that the plan may have.
    """
    everyone = np.zeros(len(problem.cells), dtype=np.int64)
    leader = _alike(problem, prices, everyone, _width(tolerance), _tie(tolerance))
    few = len(np.unique(leader)) <= FEW * len(leader)
    return leader if few else each_alone(problem)


def divided(groups: Grouped, prices: Prices, tolerance: float, allowed: float) -> Grouped:
    """The groups of the next round: those whose cells turn out to be too different are divided.

    At given prices a group costs what it misses at its best coverage factor by its cheapest asset, less what
    its cells would each on their own: the difference between the bound of the groups and that of the cells.

    Args:
        groups: the groups of the last round.
        prices: prices of the whole that it found.
        tolerance: largest relative gap that the plan may have.
        allowed: that gap [objective].

    Returns:
        The groups; the same ones where none needs to be divided.
    """
    whole, leader = groups.whole, groups.leader
    lost = _least(groups.problem, groups.prices_of_groups(prices))
    lost = lost - sum_by(leader, _least(whole, prices), len(leader))
    if float(lost.sum()) <= MOST_LOST * allowed:
        return groups
    width = groups.width / FINER
    divide = (lost > MOST_LOST * allowed / len(np.unique(leader)))[leader]
    parts = _alike(whole, prices, leader, width * _width(tolerance), width**2 * _tie(tolerance))
    return grouped(whole, np.where(divide, parts, leader), width)


def _least(problem: PlanningProblem, prices: Prices) -> Array:
    """What each cell misses and pays for at its own best, at given prices, shape (cells,)."""
    return best_responses(cell_weight(problem, prices), cheapest_factor(problem, prices))[1]


def _width(tolerance: float) -> float:
    """Width of the coverage factors of a group: it misses width^2 / 24 too much of what it misses."""
    return float(np.sqrt(24.0 * OF_WIDTH * tolerance))


def _tie(tolerance: float) -> float:
    """Width of the prices, as multiples of the cheapest, of an asset in the cells of a group.

    So it is near the cheapest; the dearer, the wider, as dearer assets are seldom used.
    """
    return OF_TIE * tolerance


def _alike(problem: PlanningProblem, prices: Prices, before: Integers, width: float, tie: float) -> Integers:
    """The first cell of each set of cells that are alike and stood together before, for each cell."""
    ratio, cheapest, promising = promising_rows(problem, prices)
    cell = problem.usable["cell"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        wanted = np.log(cell_weight(problem, prices) / cheapest)
        dearer = np.nan_to_num(ratio / cheapest[cell] - 1.0, nan=0.0, posinf=0.0)
    wanted = np.floor(np.clip(np.nan_to_num(wanted, nan=-1.0), -1.0, LARGEST_FACTOR) / width)
    some = np.flatnonzero(promising)
    way = _way(problem, some) * MANY + np.floor(2.0 * np.log1p(dearer[some] / (2.0 * tie))).astype(np.int64)
    seen = np.zeros(len(problem.cells), dtype=np.uint64)
    np.add.at(seen, cell[some], _mixed(way))
    itself = np.arange(len(seen))
    apart = np.where(_apart(problem), itself + 1, 0)
    keys = (seen, wanted, before, problem.cell_area, apart)
    order = np.lexsort(keys)  # stable: the first of equal ones is the first cell
    new = np.r_[True, np.any([key[order[1:]] != key[order[:-1]] for key in keys], axis=0)]
    leader = np.empty(len(order), dtype=np.int64)
    leader[order] = order[new][np.cumsum(new) - 1]
    return leader


def _apart(problem: PlanningProblem) -> Booleans:
    """Cells that cannot stand together with others, shape (cells,)."""
    rows = problem.usable
    cell = rows["cell"].to_numpy()
    way = pd.Series(cell * np.int64(_n_ways(problem)) + _way(problem, np.arange(len(rows))))
    odd = ~problem.alone | way.duplicated(keep=False).to_numpy() | ~(numbers(rows["factor"]) > 0.0)
    apart = problem.least_missions > 0.0
    apart[cell[odd]] = True
    return np.asarray(apart)


def _n_ways(problem: PlanningProblem) -> int:
    return len(problem.assets) * (len(problem.bases) + 1)


def _way(problem: PlanningProblem, rows: Integers) -> Integers:
    """A number for the asset and the base of each given usable row."""
    asset, base = (problem.usable[name].to_numpy()[rows].astype(np.int64) for name in ("asset", "base"))
    return np.asarray(asset * (len(problem.bases) + 1) + base + 1)


def _mixed(number: npt.NDArray[np.integer[Any]]) -> Hashes:
    """Numbers spread over all of 64 bits, so that sums of them tell sets apart (splitmix64, Steele 2014)."""
    mixed = number.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))


def _cells(problem: PlanningProblem, leader: Integers) -> pd.DataFrame:
    """The cells with the water and the weight of each group at its leader."""
    number = len(leader)
    km2, weight = sum_by(leader, problem.cell_km2, number), sum_by(leader, problem.weight, number)
    risk = np.where(km2 > 0.0, weight / np.where(km2 > 0.0, km2, 1.0), 0.0)
    return problem.cells.assign(area_km2=km2, risk_weight=risk)

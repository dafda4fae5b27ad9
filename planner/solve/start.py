"""Where a linear program may start from: prices, breakpoints and a simplex basis that outlive an earlier one.

The programs of successive rounds, of a sample and the whole, of a budget sweep or of a scenario have most of
their columns and rows in common. So a basis is kept by what its members mean (this mission, this programme's
money, that asset's hours) and given to the next program, whatever its columns, rows and breakpoints. What it
does not know stands where prices want it: the cheapest mission of a cell that is worth watching is basic, the
intervals worth filling are full. HiGHS repairs what does not fit: a bad start costs time, never the optimum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from planner.frames import numbers
from planner.model.breakpoints import Breakpoints
from planner.model.build import LinearProgram
from planner.model.problem import PlanningProblem
from planner.solve.certificate import cell_weight
from planner.solve.lp import BASIC, LOWER, UPPER, Basis, LpSolution
from planner.solve.prices import Prices, by_kind

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Known:
    """Statuses of one kind of columns or rows, by keys that mean the same in every program."""

    key: Integers
    status: npt.NDArray[np.int8]

    def of(self, key: Integers, otherwise: int) -> tuple[npt.NDArray[np.int8], Booleans]:
        """The status of each key, and whether it is known."""
        order = np.argsort(self.key)
        at = np.searchsorted(self.key, key, sorter=order)
        found = order[np.minimum(at, len(order) - 1)] if len(order) else np.zeros(len(key), dtype=np.int64)
        known = self.key[found] == key if len(order) else np.zeros(len(key), dtype=bool)
        status = np.full(len(key), otherwise, dtype=np.int8)
        status[known] = self.status[found[known]]
        return status, known


NOTHING = Known(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int8))


@dataclass(frozen=True)
class Start:
    """What is kept of a solution; it can be used for any problem with the same cells, areas, and fleet.

    Attributes:
        prices: its prices.
        breakpoints: its breakpoints.
        inside: cells of which an interval is basic, shape (cells,).
        columns: statuses of its columns by kind, without those of the intervals; empty where not known.
        rows: statuses of its rows by kind.
    """

    prices: Prices
    breakpoints: Breakpoints
    inside: Booleans
    columns: Mapping[str, Known]
    rows: Mapping[str, Known]

    def used(self, problem: PlanningProblem) -> Booleans:
        """Which activities of a problem are in the basis, shape (activities,)."""
        if "missions" not in self.columns:
            return np.zeros(problem.n_activities, dtype=bool)
        status, _ = self.columns["missions"].of(problem.activity_id, LOWER)
        return np.asarray(status == BASIC)

    def of_whole(self, cell: Integers, n_cells: int) -> Start:
        """The start of a sample as that of the whole.

        Args:
            cell: position in the whole of each cell of the sample, ascending.
            n_cells: cells of the whole.
        """
        inside = np.zeros(n_cells, dtype=bool)
        inside[cell] = self.inside
        price = np.full(n_cells, np.inf)
        price[cell] = self.prices.coverage_factor
        rows = dict(self.rows)
        if "cells" in rows:
            rows["cells"] = replace(rows["cells"], key=cell[rows["cells"].key])
        prices = replace(self.prices, coverage_factor=price, least_missions=np.zeros(n_cells))
        points = replace(self.breakpoints, cell=cell[self.breakpoints.cell])
        return Start(prices, points, inside, self.columns, rows)

    def of_sample(self, cell: Integers) -> Start:
        """The start of the whole as that of a sample with the given cells, ascending."""
        number = np.full(len(self.inside), -1, dtype=np.int64)
        number[cell] = np.arange(len(cell))
        rows = dict(self.rows)
        if "cells" in rows:
            key = number[rows["cells"].key]
            rows["cells"] = Known(key[key >= 0], rows["cells"].status[key >= 0])
        points = self.breakpoints
        position = number[points.cell]
        there = position >= 0
        prices = replace(
            self.prices,
            coverage_factor=self.prices.coverage_factor[cell],
            least_missions=self.prices.least_missions[cell],
        )
        points = Breakpoints(position[there], points.low[there], points.high[there])
        return Start(prices, points, self.inside[cell], self.columns, rows)


def start_of(problem: PlanningProblem, program: LinearProgram, solution: LpSolution, prices: Prices) -> Start:
    """Keep what a later program may start from.

    Args:
        problem: what the program was built from, restricted or not.
        program: the program.
        solution: its solution.
        prices: its prices.
    """
    variables, breakpoints, n_cells = program.variables.kinds(), program.breakpoints, len(problem.cells)
    inside = np.zeros(n_cells, dtype=bool)
    if solution.basis is None:
        return Start(prices, breakpoints, inside, {}, {})
    columns = by_kind(variables, solution.basis.columns)
    inside[breakpoints.cell[columns.pop("factor") == BASIC]] = True
    rows = by_kind(program.rows, solution.basis.rows)
    return Start(
        prices,
        breakpoints,
        inside,
        {kind: Known(_column_keys(problem, kind, len(found)), found) for kind, found in columns.items()},
        {kind: Known(_row_keys(problem, program, kind), found) for kind, found in rows.items()},
    )


def basis_for(
    start: Start, problem: PlanningProblem, program: LinearProgram, among: PlanningProblem
) -> Basis | None:
    """The basis that a program may start from.

    Args:
        start: what is known.
        problem: what the program was built from.
        program: the program.
        among: the whole problem, where ``problem`` is a part of it.

    Returns:
        The basis; none where none is known.
    """
    if not start.columns:
        return None
    columns = {}
    for kind, handles in program.variables.kinds().items():
        keys = _column_keys(problem, kind, len(handles))
        columns[kind], _ = start.columns.get(kind, NOTHING).of(keys, LOWER)
    rows, known = {}, {}
    for kind in program.rows:
        rows[kind], known[kind] = start.rows.get(kind, NOTHING).of(_row_keys(problem, program, kind), BASIC)
    new_cell = np.fromiter(program.cells, dtype=np.int64)[~known["cells"]]
    mission, price = _cheapest_mission(problem, start.prices)
    there = mission[new_cell] >= 0
    columns["missions"][mission[new_cell[there]]] = BASIC
    rows["cells"][np.flatnonzero(~known["cells"])[there]] = UPPER
    price = np.minimum(price, start.prices.coverage_factor)
    columns["factor"] = _intervals(cell_weight(among, start.prices), price, program.breakpoints, start.inside)
    new_pair = np.fromiter(program.funding, dtype=np.int64)[~known["funding"]]
    columns["money"][_cheapest_money(problem, start.prices, new_pair)] = BASIC
    rows["funding"][~known["funding"]] = LOWER
    return Basis(np.concatenate(list(columns.values())), np.concatenate(list(rows.values())))


def _cheapest_mission(problem: PlanningProblem, prices: Prices) -> tuple[Integers, Array]:
    """The activity that watches each cell at the lowest price (-1: none), and that price, shape (cells,)."""
    rows = problem.usable
    alone = np.flatnonzero(~rows["activity"].duplicated(keep=False).to_numpy())
    cell = rows["cell"].to_numpy()[alone]
    ratio = prices.mission(problem)[alone] / numbers(rows["factor"])[alone]
    order = np.lexsort((ratio, cell))
    first = order[np.r_[True, cell[order][1:] != cell[order][:-1]]] if len(order) else order
    price = np.full(len(problem.cells), np.inf)
    mission = np.full(len(problem.cells), -1, dtype=np.int64)
    price[cell[first]] = ratio[first]
    mission[cell[first]] = rows["activity"].to_numpy()[alone[first]]
    return mission, price


def _intervals(
    weight: Array, price: Array, breakpoints: Breakpoints, inside: Booleans
) -> npt.NDArray[np.int8]:
    """Intervals worth their price are full, the others empty; where one was basic, that at the price.

    So the prices that a basis stands for are kept when breakpoints are moved, not the coverage factors: the
    dual simplex method goes on from there.
    """
    cell = breakpoints.cell
    status = np.where(weight[cell] * breakpoints.slope > price[cell], UPPER, LOWER).astype(np.int8)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = np.where(inside, np.maximum(0.0, np.log(weight / price)), np.nan)[cell]
    status[(breakpoints.low <= at) & (at < breakpoints.high)] = BASIC  # NaN is in none
    return status


def _cheapest_money(problem: PlanningProblem, prices: Prices, pairs: Integers) -> Integers:
    """The row of ``funding`` with the cheapest programme of each pair."""
    funding = problem.funding
    pair, price = funding["pair"].to_numpy(), prices.budget[funding["programme"].to_numpy()]
    order = np.lexsort((price, pair))
    first = order[np.searchsorted(pair[order], pairs)]
    return np.asarray(first, dtype=np.int64)


def _column_keys(problem: PlanningProblem, kind: str, number: int) -> Integers:
    if kind == "missions":
        return problem.activity_id
    if kind == "money":
        pair = _pair_keys(problem)[problem.funding["pair"].to_numpy()]
        return np.asarray(pair * len(problem.programmes) + problem.funding["programme"].to_numpy())
    return np.arange(number)


def _row_keys(problem: PlanningProblem, program: LinearProgram, kind: str) -> Integers:
    position = np.fromiter(program.rows[kind], dtype=np.int64)
    return _pair_keys(problem)[position] if kind == "funding" else position


def _pair_keys(problem: PlanningProblem) -> Integers:
    """A number for each of ``pairs`` that says asset and area."""
    pairs = problem.pairs
    return np.asarray(pairs["asset"].to_numpy() * len(problem.areas) + pairs["area"].to_numpy())

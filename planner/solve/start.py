"""Where a linear program may start from: prices and a simplex basis that outlive an earlier one.

The programs of successive rounds, of a sample and the whole, of a budget sweep or of a scenario have most of
their columns and rows in common. So a basis is kept by what its members mean (this mission, this programme's
money, that asset's hours) and given to the next program, whatever its columns, rows and breakpoints (see
``planner.solve.basis``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from planner.model.build import LinearProgram
from planner.model.problem import PlanningProblem
from planner.solve.lp import BASIC, LOWER, LpSolution
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
        inside: cells of which an interval is basic, shape (cells,).
        columns: statuses of its columns by kind, without those of the intervals; empty where not known.
        rows: statuses of its rows by kind.
    """

    prices: Prices
    inside: Booleans
    columns: Mapping[str, Known]
    rows: Mapping[str, Known]

    def used(self, problem: PlanningProblem) -> Booleans:
        """Which activities of a problem are in the basis, shape (activities,)."""
        if "missions" not in self.columns:
            return np.zeros(problem.n_activities, dtype=bool)
        status, _ = self.columns["missions"].of(problem.activity_id, LOWER)
        return np.asarray(status == BASIC)

    def of_whole(self, cell: Integers, share: Array, n_cells: int) -> Start:
        """The start of a sample as that of the whole.

        Args:
            cell: position in the whole of each cell of the sample, ascending.
            share: of the water that each of these stands for, what is its own.
            n_cells: cells of the whole.
        """
        inside = np.zeros(n_cells, dtype=bool)
        inside[cell] = self.inside
        price = np.full(n_cells, np.inf)
        price[cell] = self.prices.coverage_factor * share
        rows = dict(self.rows)
        if "cells" in rows:
            rows["cells"] = replace(rows["cells"], key=cell[rows["cells"].key])
        prices = replace(self.prices, coverage_factor=price, least_missions=np.zeros(n_cells))
        return Start(prices, inside, self.columns, rows)

    def of_sample(self, cell: Integers, share: Array) -> Start:
        """The start of the whole as that of a sample; ``cell`` and ``share`` as in ``of_whole``."""
        number = np.full(len(self.inside), -1, dtype=np.int64)
        number[cell] = np.arange(len(cell))
        rows = dict(self.rows)
        if "cells" in rows:
            key = number[rows["cells"].key]
            rows["cells"] = Known(key[key >= 0], rows["cells"].status[key >= 0])
        prices = replace(
            self.prices,
            coverage_factor=self.prices.coverage_factor[cell] / share,
            least_missions=self.prices.least_missions[cell],
        )
        return Start(prices, self.inside[cell], self.columns, rows)


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
        return Start(prices, inside, {}, {})
    columns = by_kind(variables, solution.basis.columns)
    rows = by_kind(program.rows, solution.basis.rows)
    rows = {kind: found.copy() for kind, found in rows.items()}
    columns = {kind: found.copy() for kind, found in columns.items()}
    pairs = np.fromiter(program.funding, dtype=np.int64)
    _pay_for_pairs(problem, prices, pairs, columns, rows, breakpoints.cell)
    inside[breakpoints.cell[columns.pop("factor") == BASIC]] = True
    return Start(
        prices,
        inside,
        {kind: Known(column_keys(problem, kind, len(found)), found) for kind, found in columns.items()},
        {kind: Known(row_keys(problem, program, kind), found) for kind, found in rows.items()},
    )


def _pay_for_pairs(
    problem: PlanningProblem,
    prices: Prices,
    pairs: Integers,
    columns: dict[str, npt.NDArray[np.int8]],
    rows: dict[str, npt.NDArray[np.int8]],
    interval_cell: Integers,
) -> None:
    """Let money be basic for every pair of asset and area, also where no mission is paid for (in place).

    Where a pair has no missions, the dual of its row (9) may be anything up to the price of money, and cells
    that a later program adds would find its missions cheaper than they are. So money enters the basis at
    zero, in place of a mission at zero in a cell where something else is basic, or of the row's slack.
    """
    free = rows["funding"] == BASIC
    columns["money"][cheapest_money(problem, prices, pairs[free])] = BASIC
    rows["funding"][free] = LOWER
    paid = np.zeros(len(problem.pairs), dtype=bool)
    paid[problem.funding["pair"].to_numpy()[columns["money"] == BASIC]] = True
    table = problem.usable
    activity = table["activity"].to_numpy()
    basic = np.flatnonzero(problem.alone & (columns["missions"][activity] == BASIC))
    cell, pair = table["cell"].to_numpy()[basic], table["pair"].to_numpy()[basic]
    number = np.bincount(cell, minlength=len(problem.cells))
    number += np.bincount(interval_cell[columns["factor"] == BASIC], minlength=len(problem.cells))
    entering: list[int] = []
    unpaid = np.zeros(len(basic), dtype=bool)
    unpaid[pair >= 0] = ~paid[pair[pair >= 0]]
    for at in np.flatnonzero(unpaid & (number[cell] > 1)).tolist():
        if not paid[pair[at]] and number[cell[at]] > 1:
            number[cell[at]] -= 1
            paid[pair[at]] = True
            columns["missions"][activity[basic[at]]] = LOWER
            entering.append(pair[at])
    columns["money"][cheapest_money(problem, prices, np.array(entering, dtype=np.int64))] = BASIC


def cheapest_money(problem: PlanningProblem, prices: Prices, pairs: Integers) -> Integers:
    """The row of ``funding`` with the cheapest programme of each pair."""
    funding = problem.funding
    pair, programme = funding["pair"].to_numpy(), funding["programme"].to_numpy()
    price = prices.money(problem)[programme, problem.pairs["area"].to_numpy()[pair]]
    order = np.lexsort((price, pair))
    first = order[np.searchsorted(pair[order], pairs)] if len(pairs) else pairs
    return np.asarray(first, dtype=np.int64)


def column_keys(problem: PlanningProblem, kind: str, number: int) -> Integers:
    """A number for each column of a kind that means the same in every program."""
    if kind == "missions":
        return problem.activity_id
    if kind == "money":
        pair = _pair_keys(problem)[problem.funding["pair"].to_numpy()]
        return np.asarray(pair * len(problem.programmes) + problem.funding["programme"].to_numpy())
    return np.arange(number)


def row_keys(problem: PlanningProblem, program: LinearProgram, kind: str) -> Integers:
    """A number for each row of a kind that means the same in every program."""
    position = np.fromiter(program.rows[kind], dtype=np.int64)
    return _pair_keys(problem)[position] if kind == "funding" else position


def _pair_keys(problem: PlanningProblem) -> Integers:
    """A number for each of ``pairs`` that says asset and area."""
    pairs = problem.pairs
    return np.asarray(pairs["asset"].to_numpy() * len(problem.areas) + pairs["area"].to_numpy())

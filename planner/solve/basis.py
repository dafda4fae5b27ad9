"""The simplex basis that a linear program starts from, made of what is known of an earlier one.

What is known keeps its status; what is new stands where prices want it: the cheapest mission of a cell is
basic, the intervals worth filling are full, so the prices that the basis stands for are those that are known.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planner.frames import numbers
from planner.model.breakpoints import Breakpoints
from planner.model.build import LinearProgram
from planner.model.problem import PlanningProblem
from planner.solve.certificate import cell_weight
from planner.solve.lp import BASIC, LOWER, UPPER, Basis
from planner.solve.prices import Prices
from planner.solve.start import NOTHING, Start, cheapest_money, column_keys, row_keys

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
Statuses = npt.NDArray[np.int8]

TIE = 1e-9
"""Prices that differ by less than this part are equal."""
SELDOM = 1e-3
"""How often an asset is basic at least, so that all have some turn."""
TURN = 0.4142135623730951  # any irrational number spreads the turns evenly


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
        keys = column_keys(problem, kind, len(handles))
        columns[kind], _ = start.columns.get(kind, NOTHING).of(keys, LOWER)
    rows, known = {}, {}
    for kind in program.rows:
        rows[kind], known[kind] = start.rows.get(kind, NOTHING).of(row_keys(problem, program, kind), BASIC)
    ratio = _mission_ratio(problem, start.prices, _thrift(program))
    mission, price = _cheapest_mission(problem, ratio, columns["missions"] == BASIC)
    cell = np.fromiter(program.cells, dtype=np.int64)
    new = ~known["cells"] & (mission[cell] >= 0)
    rows["cells"][new] = UPPER
    only = _only_mission(problem, columns["missions"], start.inside)
    other = (only[cell] >= 0) & (rows["cells"] != BASIC)
    other[other] = ratio[only[cell[other]]] > _tied_with(price[cell[other]])
    columns["missions"][only[cell[other]]] = LOWER
    columns["missions"][mission[cell[other | new]]] = BASIC
    price = np.minimum(price, start.prices.coverage_factor)
    columns["factor"] = _intervals(cell_weight(among, start.prices), price, program.breakpoints, start.inside)
    new_pair = np.fromiter(program.funding, dtype=np.int64)[~known["funding"]]
    columns["money"][cheapest_money(problem, start.prices, new_pair)] = BASIC
    rows["funding"][~known["funding"]] = LOWER
    return Basis(np.concatenate(list(columns.values())), np.concatenate(list(rows.values())))


def implied_bounds(problem: PlanningProblem, program: LinearProgram) -> Array:
    """Upper bounds of the variables beyond what hours and budgets imply, in the order of the columns.

    They never bind, so the prices stay those of hours and budgets. But a column with two bounds is never
    dual infeasible: the dual simplex method needs no first phase, which took most of its time.

    Returns:
        Twice what the limits allow, plus one; infinite where they allow any number.
    """
    budget = numbers(problem.programmes["budget"])[problem.funding["programme"].to_numpy()]
    most = {"missions": problem.activity_bound, "money": budget / program.scale.money}
    return np.concatenate(
        [
            2.0 * most[kind] + 1.0 if kind in most else np.full(len(handles), np.inf)
            for kind, handles in program.variables.kinds().items()
        ]
    )


def _only_mission(problem: PlanningProblem, missions: Statuses, inside: Booleans) -> Integers:
    """The activity that alone is basic in each cell; -1 where there is none, or an interval, or another."""
    rows = problem.usable
    activity = rows["activity"].to_numpy()
    basic = problem.alone & (missions[activity] == BASIC)
    cell = rows["cell"].to_numpy()[basic]
    number = np.bincount(cell, minlength=len(problem.cells)) + inside
    only = np.full(len(problem.cells), -1, dtype=np.int64)
    only[cell] = activity[basic]
    only[number != 1] = -1
    return only


def _thrift(program: LinearProgram) -> float:
    """The small price of money that is in the objective but in no price of a budget [objective per money]."""
    if not program.variables.money:
        return 0.0
    price = float(program.lp.objective.get(program.variables.money[0], 0.0))
    return price * program.scale.objective / program.scale.money


def _mission_ratio(problem: PlanningProblem, prices: Prices, thrift: float) -> Array:
    """Price of a unit of coverage factor by each activity, infinite for joint ones, shape (activities,)."""
    rows = problem.usable
    alone = problem.alone
    price = prices.mission(problem) + thrift * np.where(rows["pair"] >= 0, rows["cost"], 0.0)
    ratio = np.full(problem.n_activities, np.inf)
    ratio[rows["activity"].to_numpy()[alone]] = price[alone] / numbers(rows["factor"])[alone]
    return ratio


def _tied_with(ratio: Array) -> Array:
    """Up to where ratios are equal but for rounding."""
    return np.asarray(ratio + TIE * np.abs(ratio))


def _cheapest_mission(problem: PlanningProblem, ratio: Array, basic: Booleans) -> tuple[Integers, Array]:
    """The activity that watches each cell at the lowest price (-1: none), and that price, shape (cells,).

    Where several assets do it at the same price (twins, satellites), they take the cells in turn, as often as
    they are basic in the cells that are known: else one would have them all, and the simplex method would
    move cells to the others one by one.

    Args:
        problem: what the program is built from.
        ratio: price of a unit of coverage factor by each activity, shape (activities,).
        basic: activities that are known to be basic, shape (activities,).
    """
    rows = problem.usable
    cells, activities, assets = (rows[name].to_numpy() for name in ("cell", "activity", "asset"))
    price = np.full(len(problem.cells), np.inf)
    np.minimum.at(price, cells, ratio[activities])
    best = np.flatnonzero(np.isfinite(ratio[activities]) & (ratio[activities] <= _tied_with(price[cells])))
    best = best[np.argsort(cells[best], kind="stable")]
    cell = cells[best]
    often = np.bincount(assets, basic[activities], len(problem.assets))[assets[best]] + SELDOM
    first = np.r_[True, cell[1:] != cell[:-1]] if len(best) else np.zeros(0, dtype=bool)
    group = np.cumsum(first) - 1
    before = np.cumsum(often) - often
    share = (before - before[first][group]) / np.bincount(group, often)[group]
    turn = (cell * TURN) % 1.0
    chosen = np.flatnonzero(share <= turn)  # the last of each cell is the one whose turn it is
    mission = np.full(len(problem.cells), -1, dtype=np.int64)
    mission[cell[chosen]] = activities[best[chosen]]
    return mission, price


def _intervals(weight: Array, price: Array, breakpoints: Breakpoints, inside: Booleans) -> Statuses:
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

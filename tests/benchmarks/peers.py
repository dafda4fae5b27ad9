"""The whole linear program in other hands: to HiGHS as arrays, and through linopy.

Both get the same program, equations (7) to (12), with every usable effort row, on the breakpoints of the
planner's last round: one solve on chords that are fine enough for the planner's gap already. So they are
spared the search for breakpoints, and prove nothing of the exponential; only the time to solve is
compared, and the optimum.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import pandas as pd
import scipy.sparse

from planner.model.breakpoints import Breakpoints
from planner.model.problem import PlanningProblem
from planner.model.scale import scale_of


@dataclass(frozen=True)
class Whole:
    """A linear program as arrays: minimise cost x + constant, lower <= matrix x <= upper, 0 <= x <= most."""

    matrix: scipy.sparse.csr_array
    lower: np.ndarray
    upper: np.ndarray
    most: np.ndarray
    cost: np.ndarray
    constant: float
    unit: float
    columns: tuple[int, int, int]


@dataclass(frozen=True)
class Solved:
    """What a peer needed, and what it found [objective]."""

    status: str
    value: float
    cpu_s: float
    wall_s: float


def whole_program(problem: PlanningProblem, points: Breakpoints) -> Whole:
    """All of a problem for the objective "coverage", in the units in which the planner's own program is."""
    scale, rows = scale_of(problem), problem.usable
    activity, pair = rows["activity"].to_numpy(), rows["pair"].to_numpy()
    cost, hours = rows["cost"].to_numpy(), rows["mission_hours"].to_numpy()
    payers, paid = problem.funding["programme"].to_numpy(), problem.funding["pair"].to_numpy()
    n_x, n_f, n_c = problem.n_activities, len(problem.funding), len(points.cell)
    f, c = n_x + np.arange(n_f), n_x + n_f + np.arange(n_c)
    blocks, lower, upper = [], [], []
    for column, table, unit in (
        ("asset", problem.assets, scale.hours),
        ("base", problem.bases, scale.base_hours),
    ):
        owner, capacity = rows[column].to_numpy(), table["capacity_hours"].to_numpy(dtype=float)
        some = (owner >= 0) & (hours > 0.0) & np.isfinite(np.where(owner >= 0, capacity[owner], np.inf))
        blocks.append((owner[some], activity[some], hours[some] / unit[owner[some]], len(table)))
        lower.append(np.full(len(table), -np.inf))
        upper.append(capacity / unit)
    some = pair >= 0
    blocks.append(
        (
            np.r_[pair[some], paid],
            np.r_[activity[some], f],
            np.r_[cost[some] / scale.money, -np.ones(n_f)],
            len(problem.pairs),
        )
    )
    lower.append(np.zeros(len(problem.pairs)))
    upper.append(np.zeros(len(problem.pairs)))
    blocks.append((payers, f, scale.money / scale.budget[payers], len(problem.programmes)))
    lower.append(np.full(len(problem.programmes), -np.inf))
    upper.append(problem.programmes["budget"].to_numpy(dtype=float) / scale.budget)
    cell, factor = rows["cell"].to_numpy(), rows["factor"].to_numpy()
    n_cells = len(problem.cells)
    blocks.append((np.r_[cell, points.cell], np.r_[activity, c], np.r_[-factor, np.ones(n_c)], n_cells))
    lower.append(np.full(n_cells, -np.inf))
    upper.append(np.zeros(n_cells))
    first = np.cumsum([0, *(block[3] for block in blocks)])
    matrix = scipy.sparse.coo_array(
        (
            np.concatenate([block[2] for block in blocks]),
            (
                np.concatenate([block[0] + at for block, at in zip(blocks, first[:-1], strict=True)]),
                np.concatenate([block[1] for block in blocks]),
            ),
        ),
        shape=(int(first[-1]), n_x + n_f + n_c),
    ).tocsr()
    gain = problem.weight[points.cell] * points.slope / scale.objective
    return Whole(
        matrix=matrix,
        lower=np.concatenate(lower),
        upper=np.concatenate(upper),
        most=np.r_[np.full(n_x + n_f, np.inf), points.width],
        cost=np.r_[np.zeros(n_x + n_f), -gain],
        constant=float(problem.weight.sum()) / scale.objective,
        unit=scale.objective,
        columns=(n_x, n_f, n_c),
    )


def solve_arrays(problem: PlanningProblem, points: Breakpoints, limit_s: float, **options: Any) -> Solved:
    """The whole program to HiGHS in one piece, with HiGHS' own settings unless others are given."""
    cpu, wall = time.process_time(), time.perf_counter()
    whole = whole_program(problem, points)
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("time_limit", limit_s)
    for name, value in options.items():
        model.setOptionValue(name, value)
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = whole.matrix.shape
    lp.col_cost_, lp.offset_ = whole.cost, whole.constant
    lp.col_lower_, lp.col_upper_ = np.zeros(len(whole.cost)), whole.most
    lp.row_lower_, lp.row_upper_ = whole.lower, whole.upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = whole.matrix.indptr
    lp.a_matrix_.index_ = whole.matrix.indices
    lp.a_matrix_.value_ = whole.matrix.data
    model.passModel(lp)
    model.run()
    status = model.modelStatusToString(model.getModelStatus())
    value = model.getObjectiveValue() * whole.unit
    return Solved(status, value, time.process_time() - cpu, time.perf_counter() - wall)


def solve_linopy(problem: PlanningProblem, points: Breakpoints, limit_s: float) -> Solved:
    """The whole program written as a user of linopy would, by sums over groups, and solved by HiGHS."""
    import linopy  # noqa: PLC0415 (only this peer needs it)
    import xarray  # noqa: PLC0415

    cpu, wall = time.process_time(), time.perf_counter()
    scale, rows = scale_of(problem), problem.usable
    activity, cell = rows["activity"].to_numpy(), rows["cell"].to_numpy()
    model = linopy.Model()
    x = model.add_variables(lower=0, coords=[pd.RangeIndex(problem.n_activities, name="n")], name="x")
    f = model.add_variables(lower=0, coords=[pd.RangeIndex(len(problem.funding), name="n")], name="f")
    c = model.add_variables(0, points.width, coords=[pd.RangeIndex(len(points.cell), name="n")], name="c")

    def total(variable: Any, at: np.ndarray, coefficient: np.ndarray, group: np.ndarray, name: str) -> Any:
        terms = variable.isel(n=xarray.DataArray(at, dims="row")) * xarray.DataArray(coefficient, dims="row")
        return terms.groupby(xarray.DataArray(group, dims="row", name=name)).sum()

    hours = rows["mission_hours"].to_numpy()
    for column, table, unit in (
        ("asset", problem.assets, scale.hours),
        ("base", problem.bases, scale.base_hours),
    ):
        owner, capacity = rows[column].to_numpy(), table["capacity_hours"].to_numpy(dtype=float)
        some = (owner >= 0) & (hours > 0.0) & np.isfinite(np.where(owner >= 0, capacity[owner], np.inf))
        if some.any():
            who = np.unique(owner[some])
            used = total(x, activity[some], (hours / unit[owner])[some], owner[some], column)
            limit = xarray.DataArray((capacity / unit)[who], dims=column, coords={column: who})
            model.add_constraints(used, "<=", limit, name=column)
    pair, paid = rows["pair"].to_numpy(), problem.funding["pair"].to_numpy()
    payer = problem.funding["programme"].to_numpy()
    some = pair >= 0
    every = np.arange(len(paid))
    spent = total(x, activity[some], (rows["cost"].to_numpy() / scale.money)[some], pair[some], "pair")
    paying = total(f, every, -np.ones(len(paid)), paid, "pair")
    _same(np.unique(pair[some]), np.unique(paid))
    model.add_constraints(spent + paying, "=", 0, name="funding")
    money = total(f, every, scale.money / scale.budget[payer], payer, "programme")
    budget = (problem.programmes["budget"].to_numpy(dtype=float) / scale.budget)[np.unique(payer)]
    limit = xarray.DataArray(budget, dims="programme", coords={"programme": np.unique(payer)})
    model.add_constraints(money, "<=", limit, name="budgets")
    seen = np.isin(cell, points.cell)
    _same(np.unique(cell[seen]), np.unique(points.cell))
    gained = total(x, activity[seen], -rows["factor"].to_numpy()[seen], cell[seen], "cell")
    filled = total(c, np.arange(len(points.cell)), np.ones(len(points.cell)), points.cell, "cell")
    model.add_constraints(filled + gained, "<=", 0, name="cells")
    gain = problem.weight[points.cell] * points.slope / scale.objective
    model.add_objective((c * xarray.DataArray(-gain, dims="n")).sum())
    status, condition = model.solve(
        "highs", io_api="direct", output_flag=False, time_limit=limit_s, progress=False
    )
    constant = float(problem.weight.sum())
    value = float(model.objective.value) * scale.objective + constant if status == "ok" else float("nan")
    return Solved(condition, value, time.process_time() - cpu, time.perf_counter() - wall)


def _same(one: np.ndarray, other: np.ndarray) -> None:
    """Sums over groups are put together by position: the groups must be the same."""
    if not np.array_equal(one, other):
        raise ValueError("groups differ")

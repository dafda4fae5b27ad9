"""The whole linear program in other hands: to HiGHS as arrays, by each of its methods, and through linopy.

All get the same program, equations (7) to (9) of ``planner/core/README.md`` with every activity and node, on
the breakpoints of the planner's last round: one solve on chords that are fine enough for the planner's gap
already. So they are spared the search for breakpoints and making the arrays, and prove nothing of the
exponential; only the time to solve is compared, and the optimum.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import pandas as pd

from planner.core.breakpoints import Breakpoints
from planner.core.linear import LinearProgram
from planner.core.problem import Problem
from planner.core.program import build

METHODS: dict[str, dict[str, str]] = {
    "simplex": {"solver": "simplex"},
    "ipm": {"solver": "ipm"},
    "ipm, no crossover": {"solver": "ipm", "run_crossover": "off"},
    "hipo": {"solver": "hipo"},
    "hipo, no crossover": {"solver": "hipo", "run_crossover": "off"},
}
"""Options of HiGHS by method; hipo needs ``highspy[extras]``."""


@dataclass(frozen=True)
class Whole:
    """The whole linear program.

    Attributes:
        lp: the program.
        kind: of each row, one of ``planner.core.program.ROWS``; rows of a kind are next to each other.
        unit: natural units per unit of the objective.
    """

    lp: LinearProgram
    kind: list[str]
    unit: float


@dataclass(frozen=True)
class Solved:
    """What a peer needed, and what it found [objective]."""

    status: str
    lp_value: float
    cpu_s: float
    wall_s: float


def whole_program(problem: Problem, points: Breakpoints) -> Whole:
    """All of a problem, with every activity and node, in the units in which the planner's own program is."""
    program = build(problem, points, 0.0)
    rows = program.split_rows(np.arange(program.lp.matrix.shape[0]))
    return Whole(program.lp, [kind for kind, some in rows.items() for _ in some], program.units.objective)


def offered(method: str) -> bool:
    """Whether the installed HiGHS has a method."""
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    return model.setOptionValue("solver", METHODS[method]["solver"]) == highspy.HighsStatus.kOk


def solve_arrays(whole: Whole, method: str, limit_s: float) -> Solved:
    """The whole program to HiGHS in one piece, with its own settings but for the method."""
    cpu, wall = time.process_time(), time.perf_counter()
    model, given = highspy.Highs(), whole.lp
    for name, value in {"output_flag": False, "time_limit": limit_s, **METHODS[method]}.items():
        model.setOptionValue(name, value)
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = given.matrix.shape
    lp.col_cost_, lp.offset_ = given.cost, given.constant
    lp.col_lower_, lp.col_upper_ = np.zeros(len(given.cost)), given.upper
    lp.row_lower_, lp.row_upper_ = given.lower, given.most
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = given.matrix.indptr, given.matrix.indices
    lp.a_matrix_.value_ = given.matrix.data
    model.passModel(lp)
    model.run()
    status = model.modelStatusToString(model.getModelStatus())
    value = model.getObjectiveValue() * whole.unit
    return Solved(status, value, time.process_time() - cpu, time.perf_counter() - wall)


def solve_linopy(whole: Whole, method: str, limit_s: float) -> Solved:
    """The whole program written as a user of linopy would, by sums over groups, and solved by HiGHS."""
    import linopy  # noqa: PLC0415 (only this peer needs it)
    import xarray  # noqa: PLC0415

    cpu, wall = time.process_time(), time.perf_counter()
    model, lp, matrix = linopy.Model(), whole.lp, whole.lp.matrix
    index = pd.RangeIndex(len(lp.cost), name="n")
    y = model.add_variables(0, lp.upper, coords=[index], name="y")
    kinds = np.array(whole.kind)
    for kind in dict.fromkeys(whole.kind):
        rows = np.flatnonzero((kinds == kind) & (np.diff(matrix.indptr) > 0))
        part = matrix[rows].tocoo()
        entries = xarray.DataArray(part.data, dims="entry")
        row = xarray.DataArray(rows[part.row], dims="entry", name="row")
        terms = y.isel(n=xarray.DataArray(part.col, dims="entry")) * entries
        sums = terms.groupby(row).sum()
        for sense, bound in (("<=", lp.most[rows]), (">=", lp.lower[rows])):
            some = np.flatnonzero(np.isfinite(bound))
            if len(some):
                limit = xarray.DataArray(bound[some], dims="row", coords={"row": rows[some]})
                model.add_constraints(sums.sel(row=rows[some]), sense, limit, name=f"{kind} {sense}")
    model.add_objective((y * xarray.DataArray(lp.cost, dims="n")).sum())
    options: dict[str, Any] = {"output_flag": False, "time_limit": limit_s, **METHODS[method]}
    status, condition = model.solve("highs", io_api="direct", progress=False, **options)
    value = float(model.objective.value) + lp.constant if status == "ok" else float("nan")
    return Solved(condition, value * whole.unit, time.process_time() - cpu, time.perf_counter() - wall)

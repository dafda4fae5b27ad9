"""A PuLP problem into HiGHS in one piece: PuLP's own way adds rows and columns one by one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import highspy
import numpy as np
import pulp

INFINITE = highspy.kHighsInf


def highs_lp(
    lp: pulp.LpProblem, variables: Sequence[pulp.LpVariable], rows: Sequence[pulp.LpConstraint]
) -> highspy.HighsLp:
    """A minimisation as HiGHS's own linear program.

    Args:
        lp: the program, for its objective.
        variables: all its variables; they become the columns in this order.
        rows: all its constraints; they become the rows in this order.
    """
    for number, variable in enumerate(variables):
        variable.index = number
    cost = np.zeros(len(variables))
    cost[[variable.index for variable in lp.objective]] = list(lp.objective.values())
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(variables), len(rows)
    model.col_cost_ = cost
    model.col_lower_ = _bounds([variable.lowBound for variable in variables], -INFINITE)
    model.col_upper_ = _bounds([variable.upBound for variable in variables], INFINITE)
    model.row_lower_ = _bounds([row.getLb() for row in rows], -INFINITE)
    model.row_upper_ = _bounds([row.getUb() for row in rows], INFINITE)
    matrix = model.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_ = len(variables), len(rows)
    matrix.start_ = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int64)])
    matrix.index_ = np.array([variable.index for variable in chain.from_iterable(rows)], dtype=np.int64)
    matrix.value_ = np.array(list(chain.from_iterable(row.values() for row in rows)), dtype=np.float64)
    return model


def _bounds(bounds: Sequence[float | None], none: float) -> np.ndarray:
    return np.array([none if bound is None else bound for bound in bounds], dtype=np.float64)

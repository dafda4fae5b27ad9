"""A linear program as arrays, which HiGHS takes in one piece; as a PuLP problem for CBC and for files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pulp

from planner.core.problem import Array, Matrix


class PulpProgram(NamedTuple):
    """A program in PuLP, its variables, and its rows."""

    lp: pulp.LpProblem
    variables: list[pulp.LpVariable]
    rows: list[pulp.LpConstraint]


@dataclass(frozen=True, eq=False)
class LinearProgram:
    """min cost'v + constant over 0 <= v <= upper with lower <= A v <= most.

    Attributes:
        cost: of each variable, shape (variables,).
        constant: of the objective.
        upper: of each variable, inf where there is none, shape (variables,).
        matrix: A, shape (rows, variables), csr.
        lower, most: of each row, infinite where there is none, shape (rows,).
    """

    cost: Array
    constant: float
    upper: Array
    matrix: Matrix
    lower: Array
    most: Array

    def as_pulp(self, columns: Sequence[str] = (), rows: Sequence[str] = ()) -> PulpProgram:
        """The same program in PuLP, with its variables and rows in this order.

        Args:
            columns: names of the variables; numbers where they are not given.
            rows: names of the rows; numbers where they are not given.

        Raises:
            ValueError: a row has two limits that differ: PuLP's rows have one.
        """
        lp = pulp.LpProblem("plan", pulp.LpMinimize)
        columns = columns or [f"x_{n}" for n in range(len(self.cost))]
        rows = rows or [f"r_{n}" for n in range(len(self.lower))]
        variables = [
            lp.add_variable(name, 0, most if most < np.inf else None)
            for name, most in zip(columns, self.upper.tolist(), strict=True)
        ]
        some = np.flatnonzero(self.cost).tolist()
        terms = [(variables[n], float(self.cost[n])) for n in some]
        lp.setObjective(pulp.LpAffineExpression(terms, self.constant))
        entries = list(zip(self.matrix.indices.tolist(), self.matrix.data.tolist(), strict=True))
        limits = zip(self.lower.tolist(), self.most.tolist(), strict=True)
        constraints = []
        for name, (start, end), (lower, most) in zip(
            rows, pairwise(self.matrix.indptr.tolist()), limits, strict=True
        ):
            sense, limit = _sense(lower, most)
            row = pulp.LpAffineExpression([(variables[n], value) for n, value in entries[start:end]])
            constraints.append(pulp.LpConstraint(row, sense, name, limit))
            lp.addConstraint(constraints[-1])
        return PulpProgram(lp, variables, constraints)


def _sense(lower: float, most: float) -> tuple[int, float]:
    """The sense of a row in PuLP, and its limit."""
    if lower == most:
        return pulp.LpConstraintEQ, lower
    if lower == -np.inf:
        return pulp.LpConstraintLE, most
    if most < np.inf:
        raise ValueError("a row has one limit, or two that are the same")
    return pulp.LpConstraintGE, lower

"""A mixed-integer program that is put together piece by piece."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from planner.core.linear import LinearProgram
from planner.core.problem import Array, Booleans, Matrix

Expression = Mapping[int, float]
"""Coefficients by variable."""


@dataclass
class Columns:
    """Variables by kind and key, and rows over them.

    Attributes:
        at: the variable of each kind and key.
        lacks: what there is too little of, by row; "" for rows that are no limits.
    """

    at: dict[str, dict[tuple[Any, ...], int]] = field(default_factory=dict)
    lacks: list[str] = field(default_factory=list)
    _columns: list[tuple[float, float, bool]] = field(default_factory=list)
    _rows: list[Expression] = field(default_factory=list)
    _limits: list[tuple[float, float]] = field(default_factory=list)

    def add(
        self, kind: str, *key: object, cost: float = 0.0, upper: float = np.inf, integer: bool = False
    ) -> int:
        """A new variable."""
        number = len(self._columns)
        self.at.setdefault(kind, {})[key] = number
        self._columns.append((cost, upper, integer))
        return number

    def find(self, kind: str, *key: object) -> int | None:
        """A variable, if there is one."""
        return self.at.get(kind, {}).get(key)

    def of(self, kind: str) -> Mapping[tuple[Any, ...], int]:
        """All variables of a kind by key."""
        return self.at.get(kind, {})

    def row(self, terms: Expression, least: float = -np.inf, most: float = np.inf, lack: str = "") -> None:
        """A new row, least <= terms <= most; a row of nothing is left out.

        ``lack``: what there is too little of where the row does not hold, in words.
        """
        some = {column: value for column, value in terms.items() if value != 0.0}
        if some:
            self._rows.append(some)
            self._limits.append((least, most))
            self.lacks.append(lack)

    @property
    def integer(self) -> Booleans:
        """Variables that are whole numbers, shape (variables,)."""
        return np.array([integer for _, _, integer in self._columns], dtype=bool)

    def program(self) -> LinearProgram:
        """The program."""
        cost, upper, _ = (np.array(one, dtype=np.float64) for one in zip(*self._columns, strict=True))
        least, most = np.array(self._limits).reshape(-1, 2).T
        return LinearProgram(cost, 0.0, upper, self.matrix(self._rows), least, most)

    def matrix(self, rows: Iterable[Expression]) -> Matrix:
        """Rows as a sparse matrix, shape (rows, variables)."""
        rows = list(rows)
        row = np.repeat(np.arange(len(rows)), [len(terms) for terms in rows])
        column = np.array([column for terms in rows for column in terms], dtype=np.int64)
        value = np.array([value for terms in rows for value in terms.values()], dtype=np.float64)
        return sparse.csr_array((value, (row, column)), shape=(len(rows), len(self._columns)))


def total(*parts: tuple[Expression, float]) -> dict[int, float]:
    """The sum of expressions, each times a number."""
    found: dict[int, float] = {}
    for terms, factor in parts:
        for column, value in terms.items():
            found[column] = found.get(column, 0.0) + factor * value
    return found


def value_of(terms: Expression, values: Array) -> float:
    """The value of an expression."""
    return float(sum(factor * values[column] for column, factor in terms.items()))

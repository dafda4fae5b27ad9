"""What the variables of the master of a capacity plan are, and what they come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from planner.case import Case
from planner.case.capital import ASSET, BASE, CREW, SENSOR, CapitalCase, Future
from planner.core.linear import LinearProgram
from planner.core.problem import Array, Booleans, Matrix
from planner.features.fleet import fleet_table
from planner.frames import numbers, records
from planner.units import MILLION

Expression = Mapping[int, float]
"""Coefficients by variable."""


@dataclass
class Columns:
    """Variables by kind and key, rows over them, and what each row says there is too little of, or ""."""

    of: dict[str, dict[tuple[Any, ...], int]] = field(default_factory=lambda: defaultdict(dict))
    lacks: list[str] = field(default_factory=list)
    _columns: list[tuple[float, float, bool]] = field(default_factory=list)
    _rows: list[Expression] = field(default_factory=list)
    _limits: list[tuple[float, float]] = field(default_factory=list)

    def add(
        self, kind: str, *key: object, cost: float = 0.0, upper: float = np.inf, integer: bool = False
    ) -> int:
        """A new variable."""
        number = len(self._columns)
        self.of[kind][key] = number
        self._columns.append((cost, upper, integer))
        return number

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


def positions(case: Case) -> dict[tuple[str, str], int]:
    """The position of each lever by its owner: the column of its id, and its id.

    Levers are units of an asset or sensor, running money of a programme, hours at a base; in that order.
    """
    owners = fleet_table(case)["asset_id"], case.programmes["programme_id"], case.bases["base_id"]
    keys = [(str(ids.name), one) for ids in owners for one in ids]
    return {key: number for number, key in enumerate(keys)}


def lever_of(candidate: Any) -> tuple[tuple[str, str], float] | None:
    """The lever that a candidate adds to, and how much a unit adds; None where it adds to none."""
    if candidate.adds in (ASSET, SENSOR):
        return ("asset_id", candidate.target_id), 1.0
    if candidate.adds == BASE and candidate.capacity_hours > 0.0:
        return ("base_id", candidate.target_id), float(candidate.capacity_hours)
    return None


@dataclass(frozen=True, eq=False)
class CapitalProgram:
    """The master of a case, and what its variables are.

    Attributes:
        case: the case.
        columns: its variables: ("order", candidate, year, scope, payer), ("pay", candidate, year, scope,
            programme), ("carry", programme, year, future), ("service", candidate, year, future),
            ("fix", candidate, year, future, programme), ("missed", year, future), all by position but scope
            (a future's name, or "" where the order holds whatever the future) and year.
        template_of: the template of each future.
        stake: what the objective of a year is at most in each future, shape (futures,).
    """

    case: CapitalCase
    columns: Columns
    template_of: tuple[int, ...]
    stake: Array

    @cached_property
    def allowed(self) -> Array:
        """What blocks may miss where the least cost of coverage is looked for.

        All that is at stake in a future but the share that is wanted by then; year by year and future by
        future, shape (blocks,) [objective].
        """
        years = self.case.years
        shares = [max((part for by, part in years.wanted if by <= one), default=0.0) for one in years.years]
        return np.outer(1.0 - np.array(shares), self.stake).ravel()

    @cached_property
    def candidates(self) -> list[Any]:
        """The candidates as records."""
        return list(records(self.case.candidates))

    @cached_property
    def programmes(self) -> list[str]:
        """Ids of the programmes."""
        return list(self.case.case.programmes["programme_id"])

    @cached_property
    def moments(self) -> list[tuple[int, str]]:
        """Year and future of every block."""
        return [(year, future.name) for year in self.case.years.years for future in self.case.futures]

    @cached_property
    def weights(self) -> dict[int, float]:
        """What each year counts, of sum 1."""
        years = self.case.years
        weight = [(1.0 + years.discount) ** -(year - years.first) for year in years.years]
        return {year: one / sum(weight) for year, one in zip(years.years, weight, strict=True)}

    @cached_property
    def chance(self) -> dict[str, float]:
        """The probability of each future, and of "", which stands for all."""
        return {"": 1.0, **{future.name: future.probability for future in self.case.futures}}

    def scope(self, year: int, future: str) -> str:
        """The future that an order of a year may depend on; "" where it holds in all."""
        after = self.case.years.recourse_from
        return future if after and year >= after else ""

    @cached_property
    def scopes(self) -> dict[int, tuple[str, ...]]:
        """The scopes of orders by year."""
        futures = [future.name for future in self.case.futures]
        years = self.case.years.years
        return {year: tuple(dict.fromkeys(self.scope(year, one) for one in futures)) for year in years}

    def grouped(self, kind: str, *parts: int) -> dict[tuple[Any, ...], dict[int, float]]:
        """The variables of a kind, summed by some parts of their keys."""
        found: dict[tuple[Any, ...], dict[int, float]] = {}
        for key, column in self.columns.of[kind].items():
            found.setdefault(tuple(key[part] for part in parts), {})[column] = 1.0
        return found

    @cached_property
    def _ordered(self) -> dict[tuple[Any, ...], dict[int, float]]:
        return self.grouped("order", 0, 1, 2)

    def ordered(self, number: int, year: int, scope: str) -> Expression:
        """Units of a candidate that are ordered in a year."""
        return self._ordered.get((number, year, scope), {})

    def orders_of(self, option_id: str) -> list[int]:
        """The variables of all orders of an option."""
        orders = self.columns.of["order"].items()
        return [column for key, column in orders if self.candidates[key[0]].option_id == option_id]

    def units(self, decisions: Array) -> Array:
        """Units of each candidate ordered in all years of each future, shape (futures, candidates)."""
        names = np.array([future.name for future in self.case.futures])
        found = np.zeros((len(names), len(self.candidates)))
        for (number, _, scope, _), column in self.columns.of["order"].items():
            found[(names == scope) | (scope == ""), number] += decisions[column]
        return found

    def stock(self, number: int, year: int, future: str, survival: bool = True) -> Expression:
        """Units of a candidate that are there in a year, of those that were ordered."""
        one = self.candidates[number]
        share = float(self.case.survival[number]) if survival else 1.0
        parts: list[tuple[Expression, float]] = []
        for order_year in self.case.years.years:
            age = year - order_year - int(one.lead_years)
            if 0 <= age < one.life_years:
                parts.append((self.ordered(number, order_year, self.scope(order_year, future)), share**age))
        return total(*parts)

    def service(self, number: int, year: int, future: str) -> Expression:
        """Units that are manned and kept in service."""
        column = self.columns.of["service"].get((number, year, future))
        return {column: 1.0} if column is not None else self.stock(number, year, future)

    def people(self, recipient: str, year: int, future: str) -> Expression:
        """People that new units of a recipient need, less those who are trained."""
        parts: list[tuple[Expression, float]] = []
        for number, one in enumerate(self.candidates):
            if one.recipient == recipient and one.crew > 0.0:
                trains = one.adds == CREW
                there = (self.stock if trains else self.service)(number, year, future)
                parts.append((there, float(one.crew) * (-1.0 if trains else 1.0)))
        return total(*parts)

    def metres(self, base: str, year: int, future: str) -> Expression:
        """Berths that new boats need at a base, less those that are built."""
        return total(
            *(
                (self.stock(n, year, future), float(one.length_m) * (-1.0 if one.adds == BASE else 1.0))
                for n, one in enumerate(self.candidates)
                if (one.target_id if one.adds == BASE else one.base_id) == base and one.length_m > 0.0
            )
        )

    @cached_property
    def _fixed(self) -> dict[tuple[Any, ...], dict[int, float]]:
        return self.grouped("fix", 3, 1, 2)

    def fixed(self, payer: int, year: int, future: str) -> Expression:
        """What a programme pays to keep stock in service in a year [million]."""
        return self._fixed.get((payer, year, future), {})

    @cached_property
    def position(self) -> dict[tuple[str, str], int]:
        """``positions`` of the levers."""
        return positions(self.case.futures[0].case)

    def levers(self, year: int, future: Future, grants: bool) -> tuple[list[Expression], Array]:
        """Units of the fleet, money left of programmes, capacities of bases: expressions and offsets."""
        at = self.case.years.years.index(year)
        capacity = numbers(future.case.bases["capacity_hours"])
        offset = [*future.units[:, at], *future.running[:, at], *np.where(np.isfinite(capacity), capacity, 0)]
        parts: list[list[tuple[Expression, float]]] = [[] for _ in offset]
        for number, one in enumerate(self.candidates):
            lever = lever_of(one)
            if lever is not None:
                there = self.stock if one.adds == BASE else self.service
                parts[self.position[lever[0]]].append((there(number, year, future.name), lever[1]))
        for payer, name in enumerate(self.programmes):
            place = self.position["programme_id", name]
            if grants:
                parts[place].append(({self.columns.of["grant"][payer, year, future.name]: 1.0}, MILLION))
                offset[place] = 0.0
            else:
                parts[place].append((self.fixed(payer, year, future.name), -MILLION))
        return [total(*some) for some in parts], np.array(offset)

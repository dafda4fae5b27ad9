"""What the variables of the master of a capacity plan are, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from planner.capacity.columns import Columns, Expression, total
from planner.case.capital import ASSET, BASE, CREW, SENSOR, CapitalCase, Future
from planner.core.problem import Array
from planner.features.fleet import fleet_table
from planner.frames import numbers, records
from planner.units import MILLION


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
    """

    case: CapitalCase
    columns: Columns
    template_of: tuple[int, ...]
    stake: float

    @cached_property
    def allowed(self) -> Array:
        """What blocks may miss where the least cost of coverage is looked for.

        The share of the targets that is wanted by then, of all that is at stake; year by year and future
        by future, shape (blocks,) [objective].
        """
        years = self.case.years
        shares = [max((part for by, part in years.wanted if by <= one), default=0.0) for one in years.years]
        return np.repeat((1.0 - np.array(shares)) * self.stake, len(self.case.futures))

    @cached_property
    def candidates(self) -> list[Any]:
        """The candidates as records."""
        return list(records(self.case.candidates))

    @cached_property
    def weights(self) -> dict[int, float]:
        """What each year counts, of sum 1."""
        years = self.case.years
        weight = [(1.0 + years.discount) ** -(year - years.first) for year in years.years]
        return {year: one / sum(weight) for year, one in zip(years.years, weight, strict=True)}

    def scope(self, year: int, future: str) -> str:
        """The future that an order of a year may depend on; "" where it holds in all."""
        after = self.case.years.recourse_from
        return future if after and year >= after else ""

    @cached_property
    def scopes(self) -> dict[int, tuple[str, ...]]:
        """The scopes of orders by year."""
        names = [future.name for future in self.case.futures]
        return {
            year: tuple(dict.fromkeys(self.scope(year, name) for name in names))
            for year in self.case.years.years
        }

    def ordered(self, number: int, year: int, scope: str) -> Expression:
        """Units of a candidate that are ordered in a year."""
        found = self.columns.of("order")
        payers = range(-1, len(self.case.case.programmes))
        keys = [(number, year, scope, payer) for payer in payers]
        return {found[key]: 1.0 for key in keys if key in found}

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
        column = self.columns.find("service", number, year, future)
        return {column: 1.0} if column is not None else self.stock(number, year, future)

    def levers(self, year: int, future: Future, grants: bool) -> tuple[list[Expression], Array]:
        """Units of the fleet, money left of programmes, capacities of bases: expressions and offsets."""
        case, names = self.case.case, self.targets
        at = self.case.years.years.index(year)
        capacity = numbers(future.case.bases["capacity_hours"])
        offset = [*future.units[:, at], *future.running[:, at], *np.where(np.isfinite(capacity), capacity, 0)]
        parts: list[list[tuple[Expression, float]]] = [[] for _ in offset]
        for number, one in enumerate(self.candidates):
            if one.adds in (ASSET, SENSOR):
                parts[names[one.target_id]].append((self.service(number, year, future.name), 1.0))
            elif one.adds == BASE and one.capacity_hours > 0.0:
                place = names[f"base {one.target_id}"]
                parts[place].append((self.stock(number, year, future.name), float(one.capacity_hours)))
        first = len(offset) - len(case.bases) - len(case.programmes)
        for payer in range(len(case.programmes)):
            if grants:
                column = self.columns.at["grant"][payer, year, future.name]
                parts[first + payer].append(({column: 1.0}, MILLION))
                offset[first + payer] = 0.0
            else:
                parts[first + payer].append((self.fixed(payer, year, future.name), -MILLION))
        return [total(*some) for some in parts], np.array(offset)

    @cached_property
    def targets(self) -> dict[str, int]:
        """The lever of each asset and sensor, and of each base as "base ID"."""
        case = self.case.futures[0].case
        fleet = list(fleet_table(case)["asset_id"])
        found = {name: number for number, name in enumerate(fleet)}
        first = len(fleet) + len(case.programmes)
        return found | {f"base {name}": first + n for n, name in enumerate(case.bases["base_id"])}

    def people(self, recipient: str, year: int, future: str) -> Expression:
        """People that new units of a recipient need, less those who are trained."""
        parts: list[tuple[Expression, float]] = []
        for number, one in enumerate(self.candidates):
            if one.recipient == recipient and one.crew > 0.0:
                if one.adds == CREW:
                    parts.append((self.stock(number, year, future), -float(one.crew)))
                else:
                    parts.append((self.service(number, year, future), float(one.crew)))
        return total(*parts)

    def metres(self, base: str, year: int, future: str) -> Expression:
        """Berths that new boats need at a base, less those that are built."""
        parts: list[tuple[Expression, float]] = []
        for number, one in enumerate(self.candidates):
            if (one.target_id if one.adds == BASE else one.base_id) == base and one.length_m > 0.0:
                sign = -1.0 if one.adds == BASE else 1.0
                parts.append((self.stock(number, year, future), sign * float(one.length_m)))
        return total(*parts)

    @cached_property
    def _fixed(self) -> dict[tuple[Any, ...], dict[int, float]]:
        found: dict[tuple[Any, ...], dict[int, float]] = {}
        for (_, year, future, payer), column in self.columns.of("fix").items():
            found.setdefault((payer, year, future), {})[column] = 1.0
        return found

    def fixed(self, payer: int, year: int, future: str) -> Expression:
        """What a programme pays to keep stock in service in a year [million]."""
        return self._fixed.get((payer, year, future), {})

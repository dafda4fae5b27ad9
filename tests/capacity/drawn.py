"""Random capital cases whose best orders are found by trying them all.

Each asset watches waters of its own, so that what a year's plan misses has a closed form (water filling,
Stone 1975): the hours H of an asset go to its waters n until W_n g_n exp(-C_n) is the same in all that are
worth it.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from planner.case.capital import CapitalCase, Future, Years
from planner.features.assembly import Parts
from planner.frames import records
from planner.solve.decomposition import Template

Orders = tuple[int, ...]
HOURS = 100.0
MILLION = 1e6


def missed(hours: float, weight: np.ndarray, factor: np.ndarray) -> float:
    """Least sum of W exp(-g x) over x >= 0 with sum x = hours, by trying every number of waters in use."""
    if hours <= 0.0:
        return float(weight.sum())
    order = np.argsort(-weight * factor)
    w, g = weight[order], factor[order]
    best = float(w.sum())
    for n in range(1, len(w) + 1):
        # x_i = ln(W_i g_i / lam) / g_i, sum x = hours
        log_lam = (np.sum(np.log(w[:n] * g[:n]) / g[:n]) - hours) / np.sum(1.0 / g[:n])
        x = (np.log(w[:n] * g[:n]) - log_lam) / g[:n]
        if (x >= -1e-12).all():
            best = min(best, float(np.sum(w[:n] * np.exp(-g[:n] * np.maximum(x, 0.0))) + w[n:].sum()))
    return best


class Place(SimpleNamespace):
    """What stands for a case; told apart, as cases are, by which it is."""

    __hash__ = object.__hash__  # type: ignore[assignment]


@dataclass
class Drawn:
    """A capital case, its templates, and the numbers that it was made from."""

    case: CapitalCase
    templates: list[Template]
    weights: list[list[np.ndarray]]
    factors: list[np.ndarray]

    @cached_property
    def rows(self) -> list[Any]:
        """The candidates."""
        return list(records(self.case.candidates))

    @cached_property
    def sets(self) -> list[tuple[list[int], list[int]]]:
        """Every set of candidates, and the programmes that may pay for some of them."""
        names = list(self.case.case.programmes["programme_id"])
        ids = [one.candidate_id for one in self.rows]
        may: list[set[int]] = [set() for _ in ids]
        for candidate, programme in self.case.payers.to_numpy():
            may[ids.index(candidate)].add(names.index(programme))
        sizes = range(1, len(ids) + 1)
        found = itertools.chain.from_iterable(itertools.combinations(range(len(ids)), size) for size in sizes)
        return [(list(some), sorted(set().union(*(may[n] for n in some)))) for some in found]

    @cached_property
    def rules(self) -> list[list[list[Any]]]:
        """Options that exclude and that require one another, and crews."""
        case = self.case
        return [one.to_numpy().tolist() for one in (case.excludes, case.requires, case.crews)]

    def block(self, future: int, units: np.ndarray) -> float:
        waters = zip(units * HOURS, self.weights[future], self.factors, strict=True)
        return sum(missed(hours, weight, factor) for hours, weight, factor in waters)

    def stock(
        self, orders: dict[tuple[int, int], int], number: int, year: int, survival: bool = True
    ) -> float:
        one = self.rows[number]
        share = self.case.survival[number] if survival else 1.0
        ages = {at: year - at - one.lead_years for (n, at) in orders if n == number}
        return sum(orders[number, at] * share**age for at, age in ages.items() if 0 <= age < one.life_years)

    def units(self, orders: dict[tuple[int, int], int], future: int, year: int) -> np.ndarray:
        at = self.case.years.years.index(year)
        found = self.case.futures[future].units[:, at].copy()
        for n, one in enumerate(self.rows):
            found[int(one.target_id[-1])] += self.stock(orders, n, year)
        return found

    def affordable(self, orders: dict[tuple[int, int], int], future: int) -> bool:
        """Whether the programmes can share the bills of every year (Hall's condition, nothing carried on)."""
        case = self.case
        for at, year in enumerate(case.years.years):
            bill = [one.capital_cost * orders.get((n, year), 0) for n, one in enumerate(self.rows)]
            budget = case.futures[future].capital[:, at].tolist()
            for some, payers in self.sets:
                if sum(bill[n] for n in some) > sum(budget[p] for p in payers) + 1e-6:
                    return False
        return True

    def allowed(self, orders: dict[tuple[int, int], int], future: int) -> bool:
        case = self.case
        excludes, requires, crews = self.rules
        ordered = [sum(u for (n, _), u in orders.items() if n == k) for k in range(len(self.rows))]
        most = [one.most_units for one in self.rows]
        if any(o > m for o, m in zip(ordered, most, strict=True)) or not self.affordable(orders, future):
            return False
        ids = [one.option_id for one in self.rows]
        for one, other in excludes:
            if ordered[ids.index(one)] and ordered[ids.index(other)]:
                return False
        for one, other in requires:
            mine, theirs = (ids.index(name) for name in (one, other))
            fits = self.rows[mine].recipient == self.rows[theirs].recipient
            for year in case.years.years:
                there = [self.stock(orders, n, year, survival=False) for n in (mine, theirs)]
                if there[0] > 0 and not (fits and there[1] > 0):
                    return False
        for who, year, people in crews:
            needed = sum(
                self.stock(orders, n, year) * one.crew
                for n, one in enumerate(self.rows)
                if one.recipient == who
            )
            if needed > people + 1e-9:
                return False
        return True

    def goal(self, by_block: np.ndarray) -> float:
        """The objective of what is missed, shape (years, futures)."""
        years = self.case.years
        chance = np.array([one.probability for one in self.case.futures])
        d = np.array([(1 + years.discount) ** -(y - years.first) for y in years.years])
        tails = [self.tail(row, chance, years.tail_share) for row in by_block]
        each = (1 - years.tail_weight) * (by_block @ chance) + years.tail_weight * np.array(tails)
        return float(d @ each / d.sum())

    @staticmethod
    def tail(row: np.ndarray, chance: np.ndarray, share: float) -> float:
        """CVaR as the least over t of t + E max(0, V - t) / share, t among the values."""
        if share == 0.0:
            return float(row.max())
        return min(float(t + chance @ np.maximum(0.0, row - t) / share) for t in row)

    def keys(self) -> list[tuple[int, int]]:
        """Candidates and years in which something may be ordered."""
        years = self.case.years
        return [
            (n, year)
            for n, one in enumerate(self.rows)
            for year in years.years
            if one.first_year <= year <= min(one.last_year, years.last_order, years.last - one.lead_years)
        ]

    def best(self) -> float:
        """The least objective over all orders, every one of them tried."""
        years, futures = self.case.years, range(len(self.case.futures))
        keys = self.keys()
        most = [int(self.case.candidates["most_units"].iloc[n]) for n, _ in keys]
        everything = [
            dict(zip(keys, some, strict=True)) for some in itertools.product(*(range(m + 1) for m in most))
        ]
        known: dict[Any, float] = {}

        def misses(orders: dict[tuple[int, int], int], future: int) -> np.ndarray:
            found = []
            for year in years.years:
                units = self.units(orders, future, year)
                key = future, tuple(np.round(units, 9))
                known[key] = known[key] if key in known else self.block(future, units)
                found.append(known[key])
            return np.array(found)

        if years.recourse_from:
            return self._with_recourse(everything, misses)
        found = math.inf
        for orders in everything:
            if all(self.allowed(orders, f) for f in futures):
                found = min(found, self.goal(np.stack([misses(orders, f) for f in futures], axis=1)))
        return found

    def _with_recourse(self, everything: list[dict[tuple[int, int], int]], misses: Any) -> float:
        years = self.case.years
        by_first: dict[Any, list[dict[tuple[int, int], int]]] = {}
        for orders in everything:
            first = tuple(u for (_, y), u in orders.items() if y < years.recourse_from)
            by_first.setdefault(first, []).append(orders)
        d = np.array([(1 + years.discount) ** -(y - years.first) for y in years.years])
        found = math.inf
        for group in by_first.values():
            total = 0.0
            for number, future in enumerate(self.case.futures):
                fits = [d @ misses(one, number) / d.sum() for one in group if self.allowed(one, number)]
                total += future.probability * min(fits, default=math.inf)
            found = min(found, total)
        return found


def drawn(seed: int) -> Drawn:
    """A random case: two assets, up to three options, two programmes, two futures, two or three years."""
    rng = np.random.default_rng(seed)
    n_years, n_options = int(rng.integers(2, 4)), int(rng.integers(2, 4))
    last = 2026 + n_years
    weights = [[rng.uniform(1e3, 1e5, int(rng.integers(1, 4))) for _ in range(2)]]
    weights.append([one * rng.uniform(0.3, 3.0, len(one)) for one in weights[0]])
    factors = [rng.uniform(0.2, 2.0, len(one)) / HOURS for one in weights[0]]
    recourse = 2028 if rng.random() < 0.2 else 0
    tail = (0.0, 0.0) if recourse or rng.random() < 0.5 else (0.5, float(rng.choice([0.0, 0.5])))
    years = Years(2027, last, last, float(rng.choice([0.0, 0.05])), "shortfall", (), *tail, True, recourse)
    most = 1 if n_years * n_options > 6 else 2
    names = [f"option_{n}" for n in range(n_options)]
    free = dict.fromkeys(("most_each", "most_per_year"), np.inf)
    nothing = dict.fromkeys(("running_cost", "crew", "length_m", "capacity_hours"), 0.0)
    candidates = pd.DataFrame({"candidate_id": names, "option_id": names}).assign(
        name="an option",
        adds="asset",
        target_id=[f"asset_{n % 2}" for n in range(n_options)],
        recipient=rng.choice(["fji", "ton"], n_options),
        most_units=most,
        first_year=2027,
        last_year=last,
        lead_years=rng.integers(0, 2, n_options),
        life_years=rng.integers(1, 4, n_options),
        capital_cost=rng.choice([1.0, 2.0, 3.0], n_options) * MILLION,
        **{**free, **nothing, **dict.fromkeys(("base_id", "group", "source"), "")},
    )
    ids = list(candidates["option_id"])
    pairs = [(one, f"programme_{p}") for one in ids for p in range(2) if rng.random() < 0.8]
    pick = lambda chance: [tuple(rng.choice(ids, 2, replace=False))] if rng.random() < chance else []  # noqa: E731
    assets = pd.DataFrame({"asset_id": ["asset_0", "asset_1"]}).assign(name="an asset", kind="vessel")
    place = Place(
        assets=assets.assign(operator="fji", service="", units=1.0, hours_per_unit=HOURS),
        sensors=pd.DataFrame(columns=["sensor_id"]),
        programmes=pd.DataFrame({"programme_id": ["programme_0", "programme_1"], "budget": 0.0}),
        bases=pd.DataFrame({"base_id": [], "capacity_hours": []}),
    )
    chance = float(rng.uniform(0.2, 0.8))
    units = np.repeat(rng.choice([0.0, 0.5, 1.0], (2, 1)), n_years, axis=1)
    capital = rng.choice([0.0, 1.0, 2.0, 4.0], (2, n_years)) * MILLION
    money: Any = np.zeros((2, n_years))
    futures = tuple(
        Future(name, name, p, place, units, money, capital)  # type: ignore[arg-type]
        for name, p in (("one", chance), ("other", 1.0 - chance))
    )
    case = CapitalCase(
        place,  # type: ignore[arg-type]
        years,
        candidates,
        rng.choice([1.0, 0.9], n_options),
        pd.DataFrame(pick(0.3), columns=["option_id", "required"]),
        pd.DataFrame(pick(0.3), columns=["option_id", "excluded"]),
        pd.DataFrame(pairs, columns=["candidate_id", "programme_id"]),
        pd.DataFrame(pairs, columns=["candidate_id", "programme_id"]),
        pd.DataFrame(columns=["recipient", "year", "people"]),
        pd.DataFrame(columns=["base_id", "metres"]),
        pd.DataFrame(columns=["programme_id", "year", "carry_over"]),
        futures,
    )
    return Drawn(case, [_template(one, factors, 1.0 + most * n_options) for one in weights], weights, factors)


def _template(weights: list[np.ndarray], factors: list[np.ndarray], most: float) -> Template:
    sizes = [len(one) for one in weights]
    owner = np.repeat([0, 1], sizes)
    n = len(owner)
    parts = Parts(
        pd.DataFrame(
            {
                "cell_id": [f"cell_{k}" for k in range(n)],
                "area_id": [f"area_{k}" for k in owner],
                "period_id": "year",
                "km2": np.concatenate(weights),
                "weight": np.concatenate(weights),
            }
        )
    )
    hours = parts.add_resources("hours", np.full(2, most * HOURS), asset_id=["asset_0", "asset_1"])
    ids = {"asset_id": [f"asset_{k}" for k in owner]}
    search = parts.add_activities("patrol", n, ids)
    parts.use(hours[owner], search, 1.0)
    parts.affect(np.arange(n), search, np.concatenate(factors))
    return Template(parts.problem(), np.array([0, 1]), np.full(2, HOURS))

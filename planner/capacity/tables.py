"""The tables of a capacity plan, read off its decisions and off the plans of its blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planner.capacity.model import CapitalProgram, value_of
from planner.capacity.results import frame
from planner.case.capital import ASSET, SENSOR
from planner.core.certificate import KEPT, coverage_of, goal_sizes, short_of_goals
from planner.core.problem import Array, Problem
from planner.features.coverage_goal import shortfall
from planner.features.fleet import fleet_table
from planner.features.funding import PAYMENT
from planner.frames import numbers, records
from planner.solve.decomposition import Block, Incumbent
from planner.units import MILLION

LEAST_UNITS = 0.5
"""Orders are whole numbers; less is none."""
LEAST_MONEY = 1e-6
"""Payments below this are rounding [million]."""
OF_AREAS = (
    *("area_km2", "covered_km2", "shortfall_km2", "target_km2"),
    *("covered_without_km2", "shortfall_without_km2"),
)


@dataclass(frozen=True, eq=False)
class Reader:
    """What decisions mean.

    Attributes:
        made: the master and its variables.
        blocks: its blocks, year by year and future by future.
        problems: the problem of each future, at its largest.
        plan: the decisions, and the plans of the blocks.
    """

    made: CapitalProgram
    blocks: list[Block]
    problems: list[Problem]
    plan: Incumbent

    def penalties(self, *plans: Incumbent) -> bool:
        """Whether any year of some plans pays a penalty for what it is short of a limit."""
        for plan in plans:
            for block, of_block in zip(self.blocks, plan.plans, strict=True):
                problem = self.problems[self.made.template_of.index(block.template)]
                asked = (problem.goals["limit_id"].astype(str) != "").to_numpy() & ~problem.hard
                short = short_of_goals(problem, of_block.x, of_block.factor)
                least = KEPT * goal_sizes(problem, of_block.x)
                if (asked & (short > least) & (problem.penalty > 0.0)).any():
                    return True
        return False

    def tables(self, without: Incumbent) -> dict[str, pd.DataFrame]:
        """All tables but that of the orders; ``without``: the plan in which nothing is ordered."""
        capital, areas = self.capital(), self.areas(without)
        years = self.years(areas, without)
        return {
            "capital": capital,
            "capital_budgets": self.capital_budgets(capital),
            "running": self.running(),
            "stock": self.stock(),
            "coverage_by_year": years,
            "area_by_year": areas,
            "futures": self.futures(years),
        }

    def _ordered(self) -> Iterator[tuple[Any, int, str, int, int]]:
        """Candidate, year, scope, payer (-1: several) and units of what is ordered."""
        for (number, year, scope, payer), column in self.made.columns.of["order"].items():
            units = round(float(self.plan.decisions[column]))
            if units >= LEAST_UNITS:
                yield self.made.candidates[number], year, scope, payer, units

    def orders(self) -> pd.DataFrame:
        """What is ordered."""
        rows = []
        for one, year, scope, _, units in self._ordered():
            arrives = year + int(one.lead_years)
            row = {**one._asdict(), "year": year, "future": scope, "arrives": arrives, "units": units}
            row["leaves"] = min(arrives + int(one.life_years) - 1, 9999)
            rows.append({**row, "capital": units * float(one.capital_cost)})
        table = frame("orders", rows)
        keys = [name for name in table if name not in ("units", "capital")]
        if len(table):
            table = table.groupby(keys, sort=False, as_index=False)[["units", "capital"]].sum()[list(table)]
        return table.sort_values(["year", "candidate_id", "future"], ignore_index=True)

    def capital(self) -> pd.DataFrame:
        """Who pays for what is ordered."""
        rows = [
            (year, payer, self.made.candidates[number].candidate_id, scope, amount * MILLION)
            for (number, year, scope, payer), column in self.made.columns.of["pay"].items()
            if (amount := float(self.plan.decisions[column])) > LEAST_MONEY
        ]
        rows += [
            (year, payer, one.candidate_id, scope, units * float(one.capital_cost))
            for one, year, scope, payer, units in self._ordered()
            if payer != -1
        ]
        table = pd.DataFrame(rows, columns=["year", "programme_id", "candidate_id", "future", "amount"])
        table["programme_id"] = [self.made.programmes[payer] for payer in table["programme_id"]]
        return table.sort_values(["year", "programme_id", "candidate_id"], ignore_index=True)

    def capital_budgets(self, capital: pd.DataFrame) -> pd.DataFrame:
        """Capital of each programme: what there is, what is spent, what is carried on."""
        case, rows = self.made.case, []
        for future in case.futures:
            own = capital[capital["future"].isin(["", future.name])]
            paid = own.groupby(["programme_id", "year"])["amount"].sum()
            for payer, name in enumerate(self.made.programmes):
                carried_in = 0.0
                for at, year in enumerate(case.years.years):
                    spent, budget = float(paid.get((name, year), 0.0)), float(future.capital[payer, at])
                    on = (payer, year, future.name) in self.made.columns.of["carry"]
                    carried = max(0.0, budget + carried_in - spent) if on else 0.0
                    if budget + carried_in + spent > 0.0:
                        rows.append((year, name, future.name, budget, carried_in, spent, carried))
                    carried_in = carried
        return frame("capital_budgets", rows)

    def running(self) -> pd.DataFrame:
        """Running money of each programme: fixed cost of stock, hours of missions, what is left."""
        case, rows = self.made.case, []
        futures = {one.name: one for one in case.futures}
        for block, plan in zip(self.blocks, self.plan.plans, strict=True):
            year, future = block.key
            activities = self.problems[self.made.template_of.index(block.template)].activities
            pays = (activities["feature"] == PAYMENT).to_numpy()
            payer_of = activities["programme_id"].astype(object).to_numpy()[pays]
            paid = pd.Series(plan.x[pays]).groupby(payer_of).sum()
            for payer, name in enumerate(self.made.programmes):
                fixed = value_of(self.made.fixed(payer, year, future), self.plan.decisions) * MILLION
                budget = float(futures[future].running[payer, case.years.years.index(year)])
                hours = float(paid.get(name, 0.0))
                rows.append((year, future, name, budget, fixed, hours, budget - fixed - hours))
        return frame("running", rows)

    def stock(self) -> pd.DataFrame:
        """Units of every asset and sensor that are there, where there are any."""
        case, rows = self.made.case, []
        bases: dict[str, set[str]] = {}
        for one in self.made.candidates:
            bases.setdefault(one.target_id, set()).add(one.base_id)
        for future in case.futures:
            fleet = list(records(fleet_table(future.case)))
            for at, year in enumerate(case.years.years):
                ordered, crew = np.zeros(len(fleet)), np.zeros(len(fleet))
                for number, one in enumerate(self.made.candidates):
                    if one.adds in (ASSET, SENSOR):
                        target = self.made.position["asset_id", one.target_id]
                        units = value_of(self.made.service(number, year, future.name), self.plan.decisions)
                        ordered[target] += units
                        crew[target] += units * float(one.crew)
                for one, existing, new, people in zip(fleet, future.units[:, at], ordered, crew, strict=True):
                    if existing + new > LEAST_MONEY:
                        base = min(known) if len(known := bases.get(one.asset_id, {""})) == 1 else ""
                        whose = (year, future.name, one.asset_id, one.name, one.operator, base)
                        rows.append((*whose, float(existing), new, float(existing) + new, people))
        return frame("stock", rows)

    def areas(self, without: Incumbent) -> pd.DataFrame:
        """Coverage of every area in every year and future, and what is missing without orders."""
        parts, titles = [], [future.name for future in self.made.case.futures]
        for block, *plans in zip(self.blocks, self.plan.plans, without.plans, strict=True):
            number = titles.index(block.key[1])
            problem, areas = self.problems[number], self.made.case.futures[number].case.areas
            shares = [np.ones(len(problem.nodes)), *(coverage_of(problem, p.x, p.factor) for p in plans)]
            km2, covered, before = (self._by_area(problem, one, areas["area_id"]) for one in shares)
            target = numbers(areas["target_coverage"]) * km2
            part = areas[["area_id", "name"]].assign(
                year=block.key[0],
                future=block.key[1],
                area_km2=km2,
                coverage=np.divide(covered, km2, out=np.zeros(len(km2)), where=km2 > 0),
                covered_km2=covered,
                shortfall_km2=shortfall(target, covered),
                target_km2=target,
                covered_without_km2=before,
                shortfall_without_km2=shortfall(target, before),
            )
            parts.append(part)
        return pd.concat(parts, ignore_index=True)

    @staticmethod
    def _by_area(problem: Problem, share: Array, ids: pd.Series) -> Array:
        km2 = pd.Series(problem.km2 * share).groupby(problem.nodes["area_id"].astype(object).to_numpy()).sum()
        return np.asarray(km2.reindex(ids).fillna(0.0), dtype=np.float64)

    def years(self, areas: pd.DataFrame, without: Incumbent) -> pd.DataFrame:
        """Coverage of every year and future, with and without orders."""
        table = areas.groupby(["year", "future"], sort=False)[list(OF_AREAS)].sum().reset_index()
        share = 1.0 - table["shortfall_km2"] / table["target_km2"]
        return table.assign(
            probability=table["future"].map(self.made.chance),
            share_of_targets=np.where(table["target_km2"] > 0.0, share, np.nan),
            objective=[plan.value for plan in self.plan.plans],
            bound=[plan.value * (1.0 - plan.gap) for plan in self.plan.plans],
            objective_without=[plan.value for plan in without.plans],
        )

    def futures(self, years: pd.DataFrame) -> pd.DataFrame:
        """What the years of each future come to."""
        names = ["objective", "bound"]
        weighted = years[names].mul(years["year"].map(self.made.weights), axis=0)
        sums = weighted.groupby(years["future"], sort=False).sum()
        last = years[years["year"] == self.made.case.years.last].set_index("future")
        table = sums.join(last[["probability", "covered_km2", "shortfall_km2"]]).reset_index()
        titles = {future.name: future.title for future in self.made.case.futures}
        return table.assign(title=table["future"].map(titles))

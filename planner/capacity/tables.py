"""The tables of a capacity plan, read off its decisions and off the plans of its blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planner.capacity.columns import value_of
from planner.capacity.model import CapitalProgram
from planner.core.certificate import coverage_of
from planner.core.problem import Array, Problem
from planner.features.fleet import fleet_table
from planner.frames import numbers
from planner.solve.decomposition import Block, Incumbent
from planner.units import MILLION

LEAST_UNITS = 0.5
"""Orders are whole numbers; less is none."""
LEAST_MONEY = 1e-6
"""Payments below this are rounding [million]."""


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

    def orders(self) -> pd.DataFrame:
        """What is ordered."""
        case, rows = self.made.case, []
        for (number, year, scope, _), column in self.made.columns.of("order").items():
            units = round(float(self.plan.decisions[column]))
            if units < LEAST_UNITS:
                continue
            one: Any = self.made.candidates[number]
            arrives = year + int(one.lead_years)
            leaves = min(arrives + int(one.life_years) - 1, 9999)
            what = (one.candidate_id, one.option_id, one.name, one.adds, one.target_id)
            cost = units * float(one.capital_cost)
            rows.append((year, *what, one.recipient, one.base_id, scope, units, cost, arrives, leaves))
        names = ["year", "candidate_id", "option_id", "name", "adds", "target_id", "recipient", "base_id"]
        table = pd.DataFrame(rows, columns=[*names, "future", "units", "capital", "arrives", "leaves"])
        keys = [name for name in table if name not in ("units", "capital")]
        if len(case.candidates) and len(table):
            table = table.groupby(keys, sort=False, as_index=False)[["units", "capital"]].sum()
        columns = [*names, "future", "units", "capital", "arrives", "leaves"]
        return table.sort_values(["year", "candidate_id", "future"], ignore_index=True)[columns]

    def capital(self) -> pd.DataFrame:
        """Who pays for what is ordered."""
        programmes, rows = self.programmes, []
        for (number, year, scope, payer), column in self.made.columns.of("pay").items():
            amount = float(self.plan.decisions[column])
            if amount > LEAST_MONEY:
                candidate = self.made.candidates[number].candidate_id
                rows.append((year, programmes[payer], candidate, scope, amount * MILLION))
        for (number, year, scope, payer), column in self.made.columns.of("order").items():
            units = round(float(self.plan.decisions[column]))
            if payer != -1 and units >= LEAST_UNITS:
                one = self.made.candidates[number]
                amount = units * float(one.capital_cost)
                rows.append((year, programmes[payer], one.candidate_id, scope, amount))
        table = pd.DataFrame(rows, columns=["year", "programme_id", "candidate_id", "future", "amount"])
        return table.sort_values(["year", "programme_id", "candidate_id"], ignore_index=True)

    def capital_budgets(self, capital: pd.DataFrame) -> pd.DataFrame:
        """Capital of each programme: what there is, what is spent, what is carried on."""
        case, rows = self.made.case, []
        for future in case.futures:
            for payer, name in enumerate(self.programmes):
                carried_in = 0.0
                for at, year in enumerate(case.years.years):
                    mine = capital["programme_id"].eq(name) & capital["year"].eq(year)
                    mine &= capital["future"].isin(["", future.name])
                    spent = float(capital["amount"][mine].sum())
                    budget = float(future.capital[payer, at])
                    left = max(0.0, budget + carried_in - spent)
                    on = self.made.columns.find("carry", payer, year, future.name) is not None
                    carried = left if on else 0.0
                    if budget + carried_in + spent > 0.0:
                        rows.append((year, name, future.name, budget, carried_in, spent, carried))
                    carried_in = carried
        names = ["year", "programme_id", "future", "budget", "carried_in", "spent", "carried_out"]
        return pd.DataFrame(rows, columns=names)

    def running(self) -> pd.DataFrame:
        """Running money of each programme: fixed cost of stock, hours of missions, what is left."""
        case, rows = self.made.case, []
        for block, plan in zip(self.blocks, self.plan.plans, strict=True):
            year, future = block.key
            at = case.years.years.index(year)
            one = next(each for each in case.futures if each.name == future)
            paid = self._paid(block.template, plan.x)
            for payer, name in enumerate(self.programmes):
                fixed = value_of(self.made.fixed(payer, year, future), self.plan.decisions) * MILLION
                budget, hours = float(one.running[payer, at]), paid.get(name, 0.0)
                rows.append((year, future, name, budget, fixed, hours, budget - fixed - hours))
        names = ["year", "future", "programme_id", "budget", "fixed", "hours", "left"]
        return pd.DataFrame(rows, columns=names)

    def _paid(self, template: int, x: Array) -> dict[Any, float]:
        problem = self.problems[self.made.template_of.index(template)]
        pays = (problem.activities["feature"] == "payment").to_numpy()
        return (
            pd.Series(x[pays])
            .groupby(problem.activities["programme_id"].astype(object).to_numpy()[pays])
            .sum()
            .to_dict()
        )

    def stock(self) -> pd.DataFrame:
        """Units of every asset and sensor that are there, where there are any."""
        case, rows = self.made.case, []
        for future in case.futures:
            fleet = fleet_table(future.case)
            for at, year in enumerate(case.years.years):
                ordered = np.zeros(len(fleet))
                crew = np.zeros(len(fleet))
                for number, one in enumerate(self.made.candidates):
                    if one.adds in ("asset", "sensor"):
                        target = self.made.targets[one.target_id]
                        units = value_of(self.made.service(number, year, future.name), self.plan.decisions)
                        ordered[target] += units
                        crew[target] += units * float(one.crew)
                for n, (asset, name, operator) in enumerate(
                    zip(fleet["asset_id"], fleet["name"], fleet["operator"], strict=True)
                ):
                    existing = float(future.units[n, at])
                    if existing + ordered[n] > LEAST_MONEY:
                        known = (year, future.name, asset, name, operator, self._base(asset))
                        rows.append((*known, existing, ordered[n], existing + ordered[n], crew[n]))
        names = ["year", "future", "asset_id", "name", "recipient", "base_id", "existing", "ordered"]
        return pd.DataFrame(rows, columns=[*names, "units", "crew"])

    def _base(self, asset_id: str) -> str:
        found = {one.base_id for one in self.made.candidates if one.target_id == asset_id}
        return found.pop() if len(found) == 1 else ""

    def areas(self, without: Incumbent) -> pd.DataFrame:
        """Coverage of every area in every year and future, and what is missing without orders."""
        case, parts = self.made.case, []
        for block, plan, bare in zip(self.blocks, self.plan.plans, without.plans, strict=True):
            year, name = block.key
            number = next(n for n, each in enumerate(case.futures) if each.name == name)
            problem, future = self.problems[number], case.futures[number]
            ids = future.case.areas["area_id"]
            area_km2 = self._by_area(problem, np.ones(len(problem.nodes)), ids)
            covered, before = (
                self._by_area(problem, coverage_of(problem, one.x, one.factor), ids) for one in (plan, bare)
            )
            target = numbers(future.case.areas["target_coverage"]) * area_km2
            parts.append(
                pd.DataFrame(
                    {
                        "year": year,
                        "future": name,
                        "area_id": ids.to_numpy(),
                        "name": future.case.areas["name"].to_numpy(),
                        "area_km2": area_km2,
                        "coverage": np.divide(covered, area_km2, out=np.zeros(len(ids)), where=area_km2 > 0),
                        "covered_km2": covered,
                        "shortfall_km2": np.maximum(0.0, target - covered),
                        "target_km2": target,
                        "covered_without_km2": before,
                        "shortfall_without_km2": np.maximum(0.0, target - before),
                    }
                )
            )
        return pd.concat(parts, ignore_index=True)

    @staticmethod
    def _by_area(problem: Problem, share: Array, ids: pd.Series) -> Array:
        km2 = pd.Series(problem.km2 * share).groupby(problem.nodes["area_id"].astype(object).to_numpy()).sum()
        return np.asarray(km2.reindex(ids).fillna(0.0), dtype=np.float64)

    def years(self, areas: pd.DataFrame, without: Incumbent) -> pd.DataFrame:
        """Coverage of every year and future, with and without orders."""
        sums = areas.groupby(["year", "future"], sort=False)
        km2 = ["area_km2", "covered_km2", "shortfall_km2", "target_km2"]
        more = ["covered_without_km2", "shortfall_without_km2"]
        table = sums[[*km2, *more]].sum().reset_index()
        chance = {future.name: future.probability for future in self.made.case.futures}
        table.insert(2, "probability", table["future"].map(chance))
        share = 1.0 - table["shortfall_km2"] / table["target_km2"]
        table.insert(7, "share_of_targets", np.where(table["target_km2"] > 0.0, share, np.nan))
        table["objective"] = [plan.value for plan in self.plan.plans]
        table["bound"] = [plan.value * (1.0 - plan.gap) for plan in self.plan.plans]
        table["objective_without"] = [plan.value for plan in without.plans]
        return table

    def futures(self, years: pd.DataFrame) -> pd.DataFrame:
        """What the years of each future come to."""
        case, rows = self.made.case, []
        weight = years["year"].map(self.made.weights)
        for future in case.futures:
            mine = years["future"] == future.name
            last = years[mine & (years["year"] == case.years.last)].iloc[0]
            value, bound = (float((weight * years[name])[mine].sum()) for name in ("objective", "bound"))
            ends = (float(last["covered_km2"]), float(last["shortfall_km2"]))
            rows.append((future.name, future.title, future.probability, value, bound, *ends))
        names = ["future", "title", "probability", "objective", "bound", "covered_km2", "shortfall_km2"]
        return pd.DataFrame(rows, columns=names)

    @property
    def programmes(self) -> list[str]:
        """Ids of the programmes."""
        return list(self.made.case.case.programmes["programme_id"])

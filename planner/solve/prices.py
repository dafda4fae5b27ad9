"""Duals of the linear program as prices in natural units."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from dataclasses import dataclass, field, fields, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.frames import numbers
from planner.model.build import LinearProgram
from planner.model.problem import PlanningProblem
from planner.solve.lp import LpSolution

Array = npt.NDArray[np.float64]


RESOURCES = ("asset_hours", "base_hours", "budget")
"""What cells share; the other prices are those of single cells and areas."""
ROWS = {
    "asset_hours": "asset_hours",
    "base_hours": "base_capacity",
    "budget": "budgets",
    "coverage_factor": "cells",
    "least_missions": "least_missions",
    "shortfall": "areas",
    "spending": "spending",
}
"""The kind of rows (``LinearProgram.rows``) whose duals each price is read from."""
T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True)
class Prices:
    """What one more unit of each scarce thing would add, in risk-weighted km² covered; never negative.

    Attributes:
        asset_hours: per hour of each asset, shape (assets,).
        base_hours: per hour at each base, shape (bases,).
        budget: per unit of money of each programme, shape (programmes,).
        coverage_factor: per unit of coverage factor in each cell, shape (cells,).
        least_missions: what each mission that a cell must have costs, shape (cells,).
        shortfall: what a km² less of each demand for coverage is worth, shape (demands,): of each target
            with "shortfall", of each least coverage.
        spending: what a unit of money less of each demand for money is worth, shape (demands,).
    """

    asset_hours: Array
    base_hours: Array
    budget: Array
    coverage_factor: Array
    least_missions: Array
    shortfall: Array
    spending: Array = field(default_factory=lambda: np.zeros(0))

    def of(self, problem: PlanningProblem) -> Prices:
        """The prices for another problem: none for what is without limit there, of no use, or new."""
        owed = {"shortfall": len(problem.demands), "spending": len(problem.money_demands)}
        new = {name: np.zeros(size) for name, size in owed.items() if len(getattr(self, name)) != size}
        rows, bases = problem.usable, problem.usable["base"].to_numpy()
        return replace(
            self,
            asset_hours=_scarce(self.asset_hours, problem.assets["capacity_hours"], rows["asset"]),
            base_hours=_scarce(self.base_hours, problem.bases["capacity_hours"], bases[bases >= 0]),
            budget=_scarce(self.budget, problem.programmes["budget"], problem.funding["programme"]),
            **new,
        )

    def free(self) -> Prices:
        """No price for anything: nothing that is missed can be less than nothing."""
        return Prices(**{each.name: np.zeros_like(getattr(self, each.name)) for each in fields(Prices)})

    def hour(self, rows: pd.DataFrame) -> Array:
        """Price of one mission hour of each effort row: the asset's and its base's, shape (rows,)."""
        base = rows["base"].to_numpy()
        price = numbers(self.asset_hours[rows["asset"].to_numpy()])
        price[base >= 0] += self.base_hours[base[base >= 0]]
        return price

    def money(self, problem: PlanningProblem) -> Array:
        """Price of a unit of money by payer and place, shape (programmes, areas).

        That of the programme's budget, less what paying there is worth to the limits on its money: it may be
        negative where money must be spent.
        """
        price = np.repeat(self.budget[:, None], len(problem.areas), axis=1)
        owed = problem.money_demands
        worth = np.minimum(self.spending, owed.penalty)
        np.subtract.at(price, owed.programme, worth[:, None] * owed.part)
        return price

    def cheapest_money(self, problem: PlanningProblem) -> Array:
        """Price of money for each (asset, area), of the cheapest programme that may pay, shape (pairs,)."""
        cheapest = np.full(len(problem.pairs), np.inf)
        eligibility = problem.eligibility
        price = self.money(problem)[eligibility["programme"].to_numpy(), eligibility["area"].to_numpy()]
        np.minimum.at(cheapest, problem.pair_of(eligibility), price)
        return cheapest

    def mission(self, problem: PlanningProblem) -> Array:
        """Price of one mission of each usable effort row: its hours and its money, shape (rows,)."""
        rows = problem.usable
        pair = rows["pair"].to_numpy()
        price = self.hour(rows) * numbers(rows["mission_hours"])
        paid = pair >= 0
        price[paid] += self.cheapest_money(problem)[pair[paid]] * rows["cost"].to_numpy()[paid]
        return price


def _scarce(price: Array, limit: pd.Series, used: npt.ArrayLike) -> Array:
    use = np.zeros(len(price), dtype=bool)
    use[np.asarray(used)] = True
    return np.where(use & np.isfinite(numbers(limit)), price, 0.0)


def read_prices(
    problem: PlanningProblem, program: LinearProgram, solution: LpSolution, known: Prices | None = None
) -> Prices:
    """Turn duals into prices in natural units.

    What the program has no row for keeps the price that is known, else it is free. A row "<= bound"
    of a minimisation has a dual below or at 0; its price is what relaxing it gains.
    Values of the wrong sign are rounding and become 0.
    """
    scale, counts = program.scale, _sizes(problem)
    sign = {"least_missions": 1.0, "shortfall": 1.0, "spending": 1.0}
    unit: Mapping[str, Array | float] = {
        "asset_hours": scale.objective / scale.hours,
        "base_hours": scale.objective / scale.base_hours,
        "budget": scale.objective / scale.budget,
        "coverage_factor": scale.objective,
        "least_missions": scale.objective,
        "shortfall": scale.objective / scale.demand,
        "spending": scale.objective / scale.money_demand,
    }
    prices = {}
    duals = by_kind(program.rows, solution.duals)
    for name, kind in ROWS.items():
        values = np.zeros(counts[name])
        positions = list(program.rows[kind])
        values[positions] = duals[kind]
        prices[name] = np.maximum(0.0, sign.get(name, -1.0) * values) * unit[name] + 0.0
        if known is not None and name in RESOURCES:
            unseen = np.ones(counts[name], dtype=bool)
            unseen[positions] = False
            prices[name][unseen] = getattr(known, name)[unseen]
    return Prices(**prices)


def by_kind(kinds: Mapping[str, Sized], values: npt.NDArray[T]) -> dict[str, npt.NDArray[T]]:
    """Split values of all rows, or of all variables, by kind."""
    ends = np.cumsum([len(kind) for kind in kinds.values()])
    return dict(zip(kinds, np.split(values, ends[:-1]), strict=True))


def _sizes(problem: PlanningProblem) -> dict[str, int]:
    n_cells = len(problem.cells)
    return {
        "asset_hours": len(problem.assets),
        "base_hours": len(problem.bases),
        "budget": len(problem.programmes),
        "coverage_factor": n_cells,
        "least_missions": n_cells,
        "shortfall": len(problem.demands),
        "spending": len(problem.money_demands),
    }

"""What is left of a plan that stays as it is when something that it leans on is lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner import units
from planner.core import search_theory
from planner.frames import numbers, records, sum_by
from planner.studies.contingencies import Contingency
from planner.studies.planning import Results

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Left:
    """What a plan comes to without something.

    Attributes:
        lost: by how much its objective is worse.
        used: whether it had made any use of what is lost.
        covered_km2: change of each area's covered km², shape (areas,).
        shortfall_km2: change of each area's shortfall, shape (areas,).
    """

    lost: float
    used: bool
    covered_km2: Array
    shortfall_km2: Array


class Plan:
    """A plan in a form from which things can be taken away; made once for many contingencies."""

    def __init__(self, results: Results) -> None:
        self.results = results
        missions, fleet, cells = results.missions, results.fleet.set_index("asset_id"), results.cells
        place = pd.Series(np.arange(len(cells)), index=cells["cell_id"])
        self.cell = place.reindex(missions["cell_id"]).to_numpy()
        area = cells["area_id"].to_numpy()[self.cell]
        operator = fleet["operator"].reindex(missions["asset_id"]).to_numpy()
        self.rows = missions[["asset_id", "base_id", "coverage_factor", "cost"]].assign(
            area_id=area,
            operator=operator,
            joint=(fleet["kind"].reindex(missions["asset_id"]) == "fixed").to_numpy(),
        )
        self.area = pd.Index(results.areas["area_id"]).get_indexer(pd.Index(cells["area_id"]))
        self.km2 = numbers(cells["area_km2"])
        self.weight = self.km2 * numbers(cells["risk_weight"])
        self.factor = self._factor(numbers(missions["coverage_factor"]))
        self.paid = results.funding

    def without(self, gone: Contingency) -> Left:
        """What is left if all else stays as planned.

        Missions that lean on something that is lost fall away for the share of the horizon. A lost programme
        takes away its share of what is paid for the asset in the area; the others pay for what is left. A
        radar that loses access to some of its cells still watches the others, and costs what it did.
        """
        rows, share = self.rows, gone.share
        touched = rows["asset_id"].isin(gone.assets) | rows["base_id"].isin(gone.bases)
        away = np.maximum(touched.to_numpy(dtype=np.float64), self._unpaid(gone))
        whole = pd.Series(away).groupby(rows["asset_id"].to_numpy()).transform("max").to_numpy()
        away = np.where(rows["joint"], whole, away)
        pairs = zip(rows["operator"], rows["area_id"], strict=True)
        barred = np.array([pair in gone.access for pair in pairs], dtype=np.float64)
        lost = np.maximum(away, barred)
        factor = self._factor(numbers(rows["coverage_factor"]) * (1.0 - share * lost))
        cost = numbers(rows["cost"]) * (1.0 - share * np.where(rows["joint"], away, lost))
        covered = self._covered(factor) - self._covered(self.factor)
        short = self._short(factor) - self._short(self.factor)
        used = bool((numbers(rows["coverage_factor"]) * lost > 0.0).any())
        worse = self._penalties(factor, self._money(gone, cost))
        worse -= self._penalties(self.factor, numbers(self.paid["amount"]))
        return Left(self._missed(factor, short) + worse, used, covered, short)

    def _factor(self, added: Array) -> Array:
        return sum_by(self.cell, added, len(self.km2)) if len(added) else np.zeros(len(self.km2))

    def _covered(self, factor: Array) -> Array:
        return sum_by(self.area, self.km2 * search_theory.pod(factor), len(self.results.areas))

    def _short(self, factor: Array) -> Array:
        areas = self.results.areas
        target = numbers(areas["target_coverage"]) * numbers(areas["area_km2"])
        return np.maximum(0.0, target - self._covered(factor))

    def _missed(self, factor: Array, shortfall: Array) -> float:
        """By how much the objective is worse, but for penalties; a fair plan's is its coverage."""
        if self.results.objective == "shortfall":
            return float(numbers(self.results.areas["risk_weight"]) @ shortfall)
        missed = search_theory.missed(factor) - search_theory.missed(self.factor)
        return float(self.weight @ missed)

    def _unpaid(self, gone: Contingency) -> Array:
        """The lost programmes' share of what is paid for each mission's asset and area, shape (missions,)."""
        keys = ["asset_id", "area_id"]
        lost = self.paid["amount"].where(self.paid["programme_id"].isin(gone.programmes), 0.0)
        sums = self.paid.assign(lost=lost).groupby(keys)[["amount", "lost"]].sum()
        share = (sums["lost"] / sums["amount"]).where(sums["amount"] > 0.0, 0.0)
        return numbers(
            self.rows[keys].merge(share.rename("share").reset_index(), "left", keys)["share"].fillna(0.0)
        )

    def _money(self, gone: Contingency, cost: Array) -> Array:
        """Who pays what is left to pay: as before, but lost programmes by the share less."""
        keys = ["asset_id", "area_id"]
        money = numbers(self.paid["amount"]) * (
            1.0 - gone.share * self.paid["programme_id"].isin(gone.programmes)
        )
        due = self.rows.assign(due=cost).groupby(keys)["due"].sum().reset_index()
        paid = self.paid.assign(left=money)
        there = paid.groupby(keys)["left"].transform("sum")
        due_of = numbers(paid[keys].merge(due, "left", keys)["due"].fillna(0.0))
        return np.divide(money * due_of, there, out=np.zeros(len(money)), where=numbers(there) > 0.0)

    def _penalties(self, factor: Array, money: Array) -> float:
        """What is paid for limits that are short; a plan that stays as it is may break hard ones."""
        covered = dict(zip(self.results.areas["area_id"], self._covered(factor), strict=True))
        km2 = dict(zip(self.results.areas["area_id"], self.results.areas["area_km2"], strict=True))
        total = 0.0
        for row in records(self.results.limits):
            own = (self.paid["programme_id"] == row.programme_id).to_numpy()
            if row.hard:
                continue
            if row.kind == "least_coverage":
                short = row.least * km2[row.area_id] - covered[row.area_id]
                total += row.penalty * max(0.0, short)
                continue
            spent = float(money[own].sum())
            inside = own & self.paid["area_id"].isin(row.area_id.split(";")).to_numpy()
            share = row.kind == "least_share"
            short = row.least * spent - float(money[inside].sum()) if share else row.least - spent
            total += units.per_million_to_per_unit(row.penalty) * max(0.0, short)
        return total

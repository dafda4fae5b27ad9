"""What could be lost: every programme, asset, base and access agreement, and the losses that a case names."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.analysis.resolving import Variant
from planner.case import Case
from planner.case.stress import Stress
from planner.effort.fleet import access_table, fleet_table
from planner.frames import numbers, records, sum_by
from planner.model.problem import PlanningProblem
from planner.solve.solution import Solution

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Loss:
    """Things that are lost together.

    Attributes:
        kind: "programme", "asset", "base", "access" or "named".
        name: programme, asset, base, operator, or the name in case.toml.
        row: number of the operator's row of access.csv, from 1; else 0.
        title: what it is called.
        share: share of the horizon for which it is lost, above 0 to 1.
        programmes: which programmes are lost, shape (programmes,).
        assets: which assets and sensors are, shape (assets,).
        bases: which bases are, shape (bases,).
        consent: rows of the effort table whose consent is lost, shape (rows,).
        homeless: assets all of whose bases are lost, shape (assets,).
        based: hours of all assets that may work from each base, shape (bases,) [h].
    """

    kind: str
    name: str
    row: int
    title: str
    share: float
    programmes: Booleans
    assets: Booleans
    bases: Booleans
    consent: Booleans
    homeless: Booleans
    based: Array

    @property
    def label(self) -> str:
        """The loss in a few words, unique."""
        return f"{self.kind} {self.name}" + (f" row {self.row}" if self.row else "")

    def kept(self, problem: PlanningProblem, solution: Solution) -> tuple[Array, Array]:
        """What is left if all else stays as planned.

        Missions that lean on something that is lost fall away for the share of the horizon. A lost programme
        takes away its share of what is paid for the asset in the area; the others pay for what is left. A
        radar that loses consent over some of its cells still watches the others, and costs what it did.

        Returns:
            Coverage factors, shape (cells,), and amounts by row of ``PlanningProblem.funding`` [money].
        """
        rows = problem.usable
        asset, base, pair, activity = (
            rows[name].to_numpy() for name in ("asset", "base", "pair", "activity")
        )
        gone = self.assets[asset].astype(np.float64)
        gone[base >= 0] = np.maximum(gone[base >= 0], self.bases[base[base >= 0]])
        unpaid = self._unpaid(problem, solution)
        gone[pair >= 0] = np.maximum(gone[pair >= 0], unpaid[pair[pair >= 0]])
        of_activity = np.zeros(problem.n_activities)
        np.maximum.at(of_activity, activity, gone)
        lost, times = of_activity[activity], solution.missions[activity]
        barred = np.maximum(lost, self._barred(problem, rows))
        added = numbers(rows["factor"]) * times * (1.0 - self.share * barred)
        factor = sum_by(rows["cell"], added, len(problem.cells))
        cost = numbers(rows["cost"]) * times * (1.0 - self.share * np.where(problem.alone, barred, lost))
        return factor, self._paid(
            problem, solution, sum_by(pair[pair >= 0], cost[pair >= 0], len(problem.pairs))
        )

    def _paid(self, problem: PlanningProblem, solution: Solution, cost: Array) -> Array:
        """Who pays what is left to pay, shape (pairs,): as before, but lost programmes by the share less."""
        pair = problem.funding["pair"].to_numpy()
        lost = self.programmes[problem.funding["programme"].to_numpy()]
        money = solution.money * (1.0 - self.share * lost)
        there = sum_by(pair, money, len(problem.pairs))
        part = np.divide(cost, there, out=np.zeros(len(there)), where=there > 0.0)
        return np.asarray(money * part[pair])

    def _unpaid(self, problem: PlanningProblem, solution: Solution) -> Array:
        """The lost programmes' share of what is paid for each (asset, area), shape (pairs,)."""
        pair = problem.funding["pair"].to_numpy()
        lost = solution.money * self.programmes[problem.funding["programme"].to_numpy()]
        total = sum_by(pair, solution.money, len(problem.pairs))
        return np.divide(
            sum_by(pair, lost, len(problem.pairs)), total, out=np.zeros(len(total)), where=total > 0.0
        )

    def _barred(self, problem: PlanningProblem, rows: pd.DataFrame) -> Booleans:
        """Which usable rows lose their consent: by asset and area, which decide it."""
        effort = problem.effort
        pairs = np.zeros((len(problem.assets), len(problem.areas)), dtype=bool)
        pairs[effort["asset"].to_numpy()[self.consent], effort["area"].to_numpy()[self.consent]] = True
        return np.asarray(pairs[rows["asset"].to_numpy(), rows["area"].to_numpy()])

    def variant(self, problem: PlanningProblem) -> Variant:
        """What a plan made anew has to do without.

        Budgets and hours of what is lost shrink by the share of the horizon, and so do the hours of assets
        that have no base left. From a base that is lost for a share s come at most (1 - s) of its capacity,
        or of the hours of all assets that may work from it where that is less: hours are taken to fall
        evenly over the horizon. The plan that stays as it is keeps to all of this.
        """
        left = 1.0 - self.share
        budgets, hours = numbers(problem.programmes["budget"]), numbers(problem.assets["capacity_hours"])
        base_hours = numbers(problem.bases["capacity_hours"])
        most = np.minimum(base_hours, self.based)
        access = problem.effort["access"].to_numpy()
        return Variant(
            budgets=np.where(self.programmes, left * budgets, budgets) if self.programmes.any() else None,
            hours=np.where(self.assets | self.homeless, left * hours, hours),
            base_hours=np.where(self.bases, left * most, base_hours) if self.bases.any() else None,
            access=access & ~self.consent if self.consent.any() else None,
        )


def losses(case: Case, problem: PlanningProblem) -> Iterator[Loss]:
    """Everything that could be lost: what the case names, then programmes, assets, bases, access."""
    make = _Maker(case, problem)
    for stress in case.stress.values():
        yield make.named(stress)
    for one in records(case.programmes):
        yield make.loss("programme", one.programme_id, one.name, programmes=[one.programme_id])
    for one in records(make.fleet):
        yield make.loss("asset", one.asset_id, one.name, assets=[one.asset_id])
    for one in records(case.bases):
        yield make.loss("base", one.base_id, one.name, bases=[one.base_id])
    yield from make.agreements()


class _Maker:
    """Turns ids into positions; what every loss of a case needs is worked out once."""

    def __init__(self, case: Case, problem: PlanningProblem) -> None:
        self.case, self.problem, self.fleet = case, problem, fleet_table(case)
        effort = problem.effort
        self._operator = self.fleet["operator"].to_numpy()[effort["asset"].to_numpy()]
        self._area = problem.areas["area_id"].to_numpy()[effort["area"].to_numpy()]
        hours = dict(zip(self.fleet["asset_id"], numbers(self.fleet["capacity_hours"]), strict=True))
        self._homes = dict(zip(case.assets["asset_id"], case.assets["bases"], strict=True))
        self._based = np.array(
            [
                sum(hours[asset] for asset, homes in self._homes.items() if base in homes)
                for base in problem.bases["base_id"]
            ],
            dtype=np.float64,
        )

    def loss(
        self,
        kind: str,
        name: str,
        title: str,
        *,
        row: int = 0,
        share: float = 1.0,
        programmes: Collection[str] = (),
        assets: Collection[str] = (),
        bases: Collection[str] = (),
        consent: Booleans | None = None,
    ) -> Loss:
        problem = self.problem
        homeless = [asset for asset, homes in self._homes.items() if homes and set(homes) <= set(bases)]
        return Loss(
            kind=kind,
            name=name,
            row=row,
            title=title,
            share=share,
            programmes=problem.programmes["programme_id"].isin(list(programmes)).to_numpy(),
            assets=problem.assets["asset_id"].isin(list(assets)).to_numpy(),
            bases=problem.bases["base_id"].isin(list(bases)).to_numpy(),
            consent=np.zeros(len(problem.effort), dtype=bool) if consent is None else consent,
            homeless=problem.assets["asset_id"].isin(homeless).to_numpy(),
            based=self._based,
        )

    def named(self, stress: Stress) -> Loss:
        consent = np.zeros(len(self.problem.effort), dtype=bool)
        for operator, areas in stress.access:
            gone = areas or tuple(self.problem.areas["area_id"])
            consent |= self._without(operator, {area for area in gone if area not in self._home(operator)})
        return self.loss(
            "named",
            stress.name,
            stress.title,
            share=stress.share,
            programmes=stress.programmes,
            assets=stress.assets,
            bases=stress.bases,
            consent=consent,
        )

    def agreements(self) -> Iterator[Loss]:
        """Every row of access.csv; an area that another row gives too, or that is home, is not lost."""
        table, now = self.case.access, access_table(self.case)
        seen: dict[str, int] = {}
        for at, one in enumerate(records(table)):
            seen[one.operator] = seen.get(one.operator, 0) + 1
            if one.operator not in now:
                continue
            left = access_table(replace(self.case, access=table.drop(index=table.index[at])))
            consent = self._without(one.operator, now[one.operator] - left[one.operator])
            yield self.loss("access", one.operator, one.basis, row=seen[one.operator], consent=consent)

    def _home(self, operator: str) -> frozenset[str]:
        return access_table(replace(self.case, access=self.case.access.iloc[:0])).get(operator, frozenset())

    def _without(self, operator: str, areas: Collection[str]) -> Booleans:
        """Rows of the effort table of an operator in areas, where it has access."""
        mine = (self._operator == operator) & np.isin(self._area, list(areas))
        return np.asarray(mine & self.problem.effort["access"].to_numpy())

"""Cases without geography, from plain numbers: the features make the problem, nothing is read or measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from planner.core.problem import Problem
from planner.features.assemble import nodes_of
from planner.features.assembly import Parts
from planner.features.base_places import add_places
from planner.features.coverage_goal import add_coverage_goals
from planner.features.effort import effort_rows, stack
from planner.features.fleet import add_hours
from planner.features.funding import add_funding, payable
from planner.features.limits import COVERAGE, SHARE, SPENDING
from planner.features.mission import add_missions
from planner.features.season import Season
from planner.features.spending_goal import add_spending_goals
from planner.frames import numbers

Limit = dict[str, Any]
Numbers = Sequence[float]


def work(
    asset: Sequence[int],
    cell: Sequence[int],
    factor: Numbers,
    *,
    area: Sequence[int] | int = 0,
    base: Sequence[int] | int = -1,
    hours: Numbers | float = 1.0,
    cost: Numbers | float = 0.0,
    access: Sequence[bool] | bool = True,
    **others: Any,
) -> pd.DataFrame:
    """Effort rows that say only what the solver needs; ``others``: activity, paid_in."""
    columns = {"asset": asset, "cell": cell, "factor": factor, "area": area, "base": base, "cost": cost}
    return stack([effort_rows(**columns, mission_hours=hours, access=access, distance_nm=0.0, **others)])


def least_coverage(area: int, least: float, penalty: float = np.inf) -> Limit:
    """At least a share of an area covered; the penalty is per km²."""
    return {"kind": COVERAGE, "areas": (f"area_{area}",), "least": least, "penalty": penalty, "programme": ""}


def least_share(programme: int, areas: Sequence[int], least: float, penalty: float = np.inf) -> Limit:
    """At least a share of a programme's spending in areas; the penalty is per million."""
    named = tuple(f"area_{area}" for area in areas)
    payer = f"programme_{programme}"
    return {"kind": SHARE, "programme": payer, "areas": named, "least": least, "penalty": penalty}


def least_spending(programme: int, least: float, penalty: float = np.inf) -> Limit:
    """At least so much spent by a programme; the penalty is per million."""
    payer = f"programme_{programme}"
    return {"kind": SPENDING, "programme": payer, "areas": (), "least": least, "penalty": penalty}


@dataclass(frozen=True, eq=False)
class SmallCase:
    """A case from plain numbers; ids are asset_0, area_1 and so on, by position.

    Attributes:
        effort: see ``work``.
        cell_km2: water of each cell [km²].
        cell_area: area of each cell, by position; all are area 0 where none are given.
        risk: risk weight of each cell, 1 where none are given.
        targets: target coverage of each area.
        area_risk: weight of each area where the objective is shortfall, 1 where none are given.
        hours: of each asset [h].
        places: hours at each base, infinite for none.
        budgets: of each programme.
        pays: who may pay: (asset, area, programme).
        objective: coverage, shortfall or fair.
        limits: see ``least_coverage`` and its like; they are l0, l1, ... in rows 2, 3, ... of limits.csv.
    """

    effort: pd.DataFrame
    cell_km2: Numbers
    cell_area: Sequence[int] | None = None
    risk: Numbers | None = None
    targets: Numbers = (1.0,)
    area_risk: Numbers | None = None
    hours: Numbers = ()
    places: Numbers = ()
    budgets: Numbers = ()
    pays: Sequence[tuple[int, int, int]] = ()
    objective: str = "coverage"
    limits: tuple[Limit, ...] = ()

    def limited(self, *limits: Limit) -> SmallCase:
        """The same with these limits."""
        return replace(self, limits=limits)

    def parts(self) -> Parts:
        """What the features add, as ``planner.features.assemble``."""
        cells, case = self._cells(), self._case()
        fleet = pd.DataFrame(
            {"asset_id": _ids("asset", self.hours), "kind": "vessel", "capacity_hours": self.hours}
        )
        pays = pd.DataFrame(np.reshape(np.asarray(self.pays, dtype=int), (-1, 3)))
        pays.columns = ["asset", "area", "programme"]
        weights = cells[["risk_weight"]].to_numpy().T
        parts = Parts(nodes_of(case, cells, weights))  # type: ignore[arg-type]
        usable = self.effort[payable(self.effort, pays) & self.effort["access"].to_numpy()]
        add_hours(parts, fleet)
        add_places(parts, case)  # type: ignore[arg-type]
        account, payments = add_funding(parts, case, fleet, usable, pays)  # type: ignore[arg-type]
        some = np.ones((len(fleet), len(case.areas)))
        hours, places = numbers(fleet["capacity_hours"]), np.full(9, np.inf)
        year = Season("year", 1.0, hours, places, access=some > 0.0, weather=some, board=some < 0.0)
        tables = fleet, case.bases["base_id"], case.areas["area_id"]
        add_missions(parts, tables, usable, account[0], year, 0)
        add_spending_goals(parts, case, payments)  # type: ignore[arg-type]
        add_coverage_goals(parts, case, cells["area"].to_numpy())  # type: ignore[arg-type]
        return parts

    def problem(self) -> Problem:
        """The problem."""
        return self.parts().problem()

    def _cells(self) -> pd.DataFrame:
        number = len(self.cell_km2)
        return pd.DataFrame(
            {
                "cell_id": [f"cell_{n}" for n in range(number)],
                "area": np.zeros(number, int) if self.cell_area is None else np.asarray(self.cell_area),
                "area_km2": np.asarray(self.cell_km2, dtype=float),
                "risk_weight": np.ones(number) if self.risk is None else np.asarray(self.risk, dtype=float),
            }
        )

    def _case(self) -> SimpleNamespace:
        weight = np.ones(len(self.targets)) if self.area_risk is None else np.asarray(self.area_risk)
        areas = {
            "area_id": _ids("area", self.targets),
            "target_coverage": self.targets,
            "risk_weight": weight,
        }
        rows = [
            {"period": "", **limit, "limit_id": f"l{n}", "file": "limits.csv", "row": n + 2}
            for n, limit in enumerate(self.limits)
        ]
        columns = ["kind", "programme", "areas", "least", "penalty", "limit_id", "file", "row", "period"]
        return SimpleNamespace(
            areas=pd.DataFrame(areas).astype({"target_coverage": float}),
            bases=_table("base_id", "capacity_hours", self.places),
            programmes=_table("programme_id", "budget", self.budgets),
            limits=pd.DataFrame(rows, columns=columns),
            periods=pd.DataFrame({"period_id": ["year"], "days": [365.0]}),
            settings=SimpleNamespace(objective=self.objective, coverage_worth=0.0, horizon_days=365.0),
        )


def _ids(name: str, values: Sequence[Any]) -> list[str]:
    return [f"{name}_{n}" for n in range(len(values))]


def _table(name: str, column: str, values: Numbers) -> pd.DataFrame:
    ids = pd.Series(_ids(name.removesuffix("_id"), values), dtype=object)
    return pd.DataFrame({name: ids, column: np.asarray(values, dtype=float)})


def random_case(
    seed: int, *, n_cells: int = 12, n_assets: int = 4, free: bool = True, radar: bool = True, **others: Any
) -> SmallCase:
    """Assets from two bases (one with a limit), a radar, access that lacks here and there, three programmes.

    Args:
        seed: of all numbers.
        n_cells: cells, in three areas.
        n_assets: patrolling assets; asset n_assets is the radar.
        free: whether the last patrolling asset costs nothing.
        radar: whether the radar does anything.
        others: of ``SmallCase``.
    """
    random = np.random.default_rng(seed)
    cell_area = np.arange(n_cells) % 3
    km2 = random.uniform(500.0, 5000.0, n_cells)
    grids = np.meshgrid(range(n_assets), range(2), range(n_cells), indexing="ij")
    near = random.random(grids[0].size) < 0.6
    asset, base, cell = (grid.ravel()[near] for grid in grids)
    hours = random.uniform(4.0, 40.0, asset.size)
    hourly = random.uniform(500.0, 5000.0, n_assets) * ~((np.arange(n_assets) == n_assets - 1) & free)
    patrols = work(
        asset.tolist(), cell.tolist(), random.uniform(20.0, 200.0, asset.size) / km2[cell],
        area=cell_area[cell], base=base, hours=hours, cost=hours * hourly[asset],
        access=random.random(asset.size) < 0.9,
    )  # fmt: skip
    watched = (np.arange(3) * 2 % n_cells).tolist()
    watching = work(
        [n_assets] * 3, watched, random.uniform(1e-4, 5e-4, 3), area=cell_area[watched], cost=50.0,
        activity=[0] * 3, paid_in=cell_area[watched[0]],
    )  # fmt: skip
    pays = [
        (a, area, p)
        for a in range(n_assets + 1)
        for area in range(3)
        for p in range(3)
        if random.random() < 0.6 or (p == 0 and a == n_assets)
    ]
    made = SmallCase(
        effort=stack([patrols, watching] if radar else [patrols]),
        cell_km2=km2,
        cell_area=cell_area,
        risk=random.uniform(0.2, 3.0, n_cells),
        targets=random.uniform(0.2, 0.9, 3),
        hours=[*random.uniform(100.0, 600.0, n_assets), 4000.0],
        places=[float(random.uniform(200.0, 600.0)), np.inf],
        budgets=random.uniform(5e4, 5e5, 3),
        pays=pays,
    )
    return replace(made, **others)

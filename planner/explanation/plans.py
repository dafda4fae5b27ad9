"""The plan that is explained, and plans of edited cases that its explanation is checked against."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner import pipeline
from planner.case import Case
from planner.errors import NoPlanError
from planner.explanation import edits
from planner.explanation.subjects import names_of
from planner.features.fleet import fleet_table
from planner.features.funding import eligibility_table, payable
from planner.features.space import Space
from planner.frames import numbers, sum_by
from planner.results import coverage, work
from planner.results.ledger import Ledger, make_ledger
from planner.results.results import Results
from planner.solve.solution import Solution
from planner.solve.warm_start import WarmStart

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
Progress = Callable[[str], None]

TOLERANCE = 2e-5
"""Largest optimality gap of the plans that are compared: a million must not be lost in it."""
CLEAR = 3.0
"""A difference of so many times what the optimality gaps leave open is clear."""
FAIR_TOLERANCE = 1e-2
"""The same where a plan of the objective "fair" is asked for: it takes many solves."""


@dataclass(frozen=True, eq=False)
class Plan:
    """A plan of a case, as tables.

    Attributes:
        prepared: its case, cells, effort and problem.
        solution: what was solved.
    """

    prepared: pipeline.Prepared
    solution: Solution

    @cached_property
    def ledger(self) -> Ledger:
        """What it uses and adds."""
        found = self.solution
        return make_ledger(self.prepared.problem, found.x, found.factor, found.prices)

    @cached_property
    def allocation(self) -> pd.DataFrame:
        """Hours and cost by asset, base and area, as in allocation.csv."""
        cells = self.prepared.space.cells
        return work.allocation_table(work.mission_table(self.prepared.case, self.ledger, cells), cells)

    @cached_property
    def funding(self) -> pd.DataFrame:
        """Payments by programme, asset and area, as in funding.csv."""
        return work.funding_table(self.ledger)

    @cached_property
    def coverage(self) -> coverage.Coverage:
        """What it covers of every area."""
        return coverage.of_ledger(self.prepared.case, self.prepared.space.cells, self.ledger)

    @property
    def ratio(self) -> float:
        """The smallest coverage / target of a fair plan; NaN for other objectives."""
        return self.solution.fairness.ratio if self.solution.fairness else float("nan")


@dataclass(frozen=True, eq=False)
class Change:
    """What a plan of an edited case changes, beside the plan that is explained.

    Attributes:
        gain: the objective gained, penalties of what the edit itself asks for left out [objective].
        least, most: no more and no less can be gained, by the certificates of both plans.
        ratio: smallest coverage / target of the edited case's plan; NaN unless both plans are fair.
        covered_km2: water covered more, all areas together [km²].
        areas: ``area_id``, ``area``, ``covered_km2``, ``change_km2``, ``coverage``; most gained first.
        hours: ``asset_id``, ``asset``, ``area_id``, ``area``, ``change`` [h]; most added first.
        spent: ``programme_id``, ``programme``, ``area_id``, ``area``, ``change`` [money]; most added first.
    """

    gain: float
    least: float
    most: float
    ratio: float
    covered_km2: float
    areas: pd.DataFrame
    hours: pd.DataFrame
    spent: pd.DataFrame

    @property
    def clear(self) -> bool:
        """Whether the gain or loss is well above what the optimality gaps of the two plans leave open.

        Else what moves from area to area may be chance: near the optimum many plans are as good.
        """
        return bool(abs(self.gain) > CLEAR * (self.most - self.least))

    def in_area(self, area_id: str) -> float:
        """Water covered more in an area [km²]."""
        return float(self.areas.set_index("area_id")["change_km2"][area_id])


@dataclass(frozen=True, eq=False)
class Situation:
    """A case with its plan.

    Attributes:
        plan: its plan.
        results: the tables of its plan.
        names: what assets, bases, areas and programmes are called, by id.
        progress: told of every plan that is made.
    """

    plan: Plan
    results: Results
    names: Mapping[str, Mapping[str, str]]
    progress: Progress

    @property
    def case(self) -> Case:
        """The case."""
        return self.plan.prepared.case

    @cached_property
    def fleet(self) -> pd.DataFrame:
        """Assets and sensors by position in the effort table (``number``).

        With ``asset`` (name), ``hours``, ``used_hours`` [h] and ``shadow_price_km2_per_hour``.
        """
        table = fleet_table(self.case).rename(columns={"capacity_hours": "hours"})
        rows = self.results.prices[self.results.prices["limit_kind"] == "asset_hours"].set_index("id")
        per_unit = [table["hours_per_unit"] for table in (self.case.assets, self.case.sensors) if len(table)]
        return table.assign(
            hours_per_unit=np.concatenate(per_unit) if per_unit else np.zeros(0),
            asset=table["asset_id"].map(self.names["asset"]),
            number=np.arange(len(table)),
            used_hours=rows["used"].reindex(table["asset_id"]).to_numpy(dtype=np.float64),
            shadow_price_km2_per_hour=rows["shadow_price"].reindex(table["asset_id"]).to_numpy(np.float64),
        )

    @cached_property
    def effort(self) -> pd.DataFrame:
        """The effort table with ``payable``: free, or some programme may pay."""
        table = self.plan.prepared.space.effort
        return table.assign(payable=payable(table, self.eligibility))

    @cached_property
    def eligibility(self) -> pd.DataFrame:
        """Positions ``asset``, ``area`` and ``programme`` of who may pay for what, where."""
        return eligibility_table(self.case, fleet_table(self.case))

    @cached_property
    def missed_km2(self) -> Array:
        """Water that the plan misses in each cell, shape (cells,) [km²]."""
        nodes = self.plan.ledger.nodes
        cells = self.plan.prepared.space.cells
        at = pd.Index(cells["cell_id"]).get_indexer(nodes["cell_id"])
        return sum_by(at, numbers(nodes["km2"]) * (1.0 - numbers(nodes["pod"])), len(cells))

    def asset(self, asset_id: str) -> dict[str, Any]:
        """The row of an asset or sensor in ``fleet``."""
        return record(self.fleet, "asset_id", asset_id)

    def area_number(self, area_id: str) -> int:
        """Position of an area."""
        return int(self.case.areas["area_id"].tolist().index(area_id))

    def change(self, what: str, case: Case, tolerance: float = TOLERANCE) -> Change | None:
        """Plan an edited case, and compare it with the plan.

        Args:
            what: what is different, for the progress.
            case: the edited case; its cells are those of the case.
            tolerance: largest optimality gap.

        Returns:
            None where there is no plan.
        """
        self.progress(f"plan {what}")
        space, start = self.plan.prepared.space, self.plan.solution.start
        try:
            return _change(self, plan_of(case, [space], tolerance, start=start))
        except NoPlanError:
            return None


def record(table: pd.DataFrame, column: str, wanted: str) -> dict[str, Any]:
    """The row with an id, as a dictionary."""
    found = table[table[column] == wanted].to_dict("records")[0]
    return {str(name): value for name, value in found.items()}


def by_cause(causes: pd.DataFrame) -> dict[str, float]:
    """Sums of rows of causes.csv by cause [km²]."""
    sums = causes.groupby("cause", sort=False)["km2"].sum()
    return {str(cause): float(km2) for cause, km2 in sums.items()}


def situation(
    case: Case, results: Results | None, before: Sequence[Space], progress: Progress = lambda _: None
) -> Situation:
    """Plan a case and make ready what explanations are read from.

    Args:
        case: the case.
        results: its plan, if it was reported already.
        before: spaces of other cases, taken over as far as their inputs are the same.
        progress: told of every step.

    Raises:
        NoPlanError: there is no plan.
        ValueError: the results are not those of the case.
    """
    plan = plan_of(case, before, TOLERANCE, progress)
    if results is None:
        progress("report")
        results = pipeline.report(plan.prepared, plan.solution)
    if results.cells["cell_id"].tolist() != plan.prepared.space.cells["cell_id"].tolist():
        raise ValueError("the results are not those of the case: their cells differ")
    return Situation(plan, results, names_of(case), progress)


def plan_of(
    case: Case,
    before: Sequence[Space],
    tolerance: float,
    progress: Progress = lambda _: None,
    start: WarmStart | None = None,
) -> Plan:
    """The plan of a case, its largest optimality gap at most ``tolerance`` where the case's own is larger."""
    finest = min(tolerance, case.settings.solver.gap_tolerance) if tolerance <= TOLERANCE else tolerance
    prepared = pipeline.prepare(edits.with_tolerance(case, finest), before)
    return Plan(prepared, pipeline.solve(prepared, progress, start))


def _change(now: Situation, other: Plan) -> Change:
    """Differences of a plan and the plan that is explained."""
    asked = other.ledger.goals
    asked = asked[(asked["limit_id"] == edits.ASKED) & np.isfinite(asked["penalty"])]
    penalties = float((numbers(asked["shortfall"]) * numbers(asked["penalty"])).sum())
    before, after = now.plan.solution.certificate, other.solution.certificate
    covered = other.coverage.covered_km2
    areas = now.case.areas[["area_id"]].assign(
        covered_km2=covered,
        change_km2=covered - now.plan.coverage.covered_km2,
        coverage=covered / other.coverage.area_km2,
    )
    hours = _difference(now.plan.allocation, other.allocation, ["asset_id", "area_id"], "mission_hours")
    spent = _difference(now.plan.funding, other.funding, ["programme_id", "area_id"], "amount")
    return Change(
        gain=before.value - (after.value - penalties),
        least=before.bound - (after.value - penalties),
        most=before.value - (after.bound - penalties),
        ratio=other.ratio if np.isfinite(now.plan.ratio) else float("nan"),
        covered_km2=float(areas["change_km2"].sum()),
        areas=named(now, areas, "area").sort_values("change_km2", ascending=False, ignore_index=True),
        hours=named(now, hours, "asset", "area"),
        spent=named(now, spent, "programme", "area"),
    )


def _difference(before: pd.DataFrame, after: pd.DataFrame, keys: list[str], column: str) -> pd.DataFrame:
    """What is more of a column after than before, by keys; what is the same is left out."""
    sums = [table.groupby(keys)[column].sum() for table in (before, after)]
    change = sums[1].sub(sums[0], fill_value=0.0).rename("change")
    kept = change[change.abs() > max(1e-9, 1e-6 * float(sums[1].sum()))]
    return kept.sort_values(ascending=False, kind="stable").reset_index()


def named(now: Situation, table: pd.DataFrame, *things: str) -> pd.DataFrame:
    """A table with the names of its ids: ``asset`` from ``asset_id``; an id that is new is "new means"."""
    return table.assign(
        **{
            thing: [now.names[thing].get(one, "new means") for one in table[f"{thing}_id"]]
            for thing in things
        }
    )

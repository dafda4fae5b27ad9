"""The plan that is explained, and its differences from plans of edited cases."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from planner import pipeline
from planner.case import Case
from planner.case.periods import shares
from planner.causes.find import find_causes
from planner.errors import NoPlanError
from planner.explanation.subjects import names_of
from planner.features.fleet import fleet_table
from planner.features.funding import eligibility_table, payable
from planner.features.season import seasons
from planner.frames import Array, numbers
from planner.results.coverage import by_cell
from planner.results.results import Results
from planner.solve.solver import Status
from planner.studies import edits
from planner.studies.engine import Base, planned

Facts = dict[str, Any]
"""What sentences about a subject are made from: tables, figures, and changes (None without a plan)."""

TOLERANCE = 2e-5
"""Largest optimality gap of the plans that are compared: a million must not be lost in it."""


@dataclass(frozen=True, eq=False)
class Change:
    """What a plan of an edited case changes, beside the plan that is explained.

    Attributes:
        objective: of the plan that is explained.
        proven: whether the plan of the edited case is; ``least`` and ``most`` hold in any case.
        pays: whether one of the plans pays penalties of limits, which are part of the objective.
        least, most: no less and no more is gained, by the certificates of both plans [objective].
        ratios: smallest coverage / target before and after, of the areas that are served before or after;
            NaN unless both plans are fair.
        covered_km2: water covered more, all areas together [km²].
        areas: ``area_id``, ``area``, ``covered_km2``, ``coverage``, ``change``; most gained first.
        hours: ``asset_id``, ``asset``, ``area_id``, ``area``, ``change`` [h]; most added first.
        spent: ``programme_id``, ``programme``, ``area_id``, ``area``, ``change`` [money]; most added first.
    """

    objective: str
    proven: bool
    pays: bool
    least: float
    most: float
    ratios: tuple[float, float]
    covered_km2: float
    areas: pd.DataFrame
    hours: pd.DataFrame
    spent: pd.DataFrame

    @property
    def gain(self) -> float:
        """The middle of what may be gained [objective]."""
        return 0.5 * (self.least + self.most)

    def of_area(self, area_id: str, column: str = "change") -> float:
        """Water covered more in an area [km²], or another column."""
        return float(self.areas.set_index("area_id")[column][area_id])


@dataclass(frozen=True, eq=False)
class Situation:
    """A case with its plan and the tables of it; ``progress`` is told of every other plan that is made."""

    plan: Base
    results: Results
    names: Mapping[str, Mapping[str, str]]
    progress: Callable[[str], None]

    @property
    def case(self) -> Case:
        """The case."""
        return self.plan.case

    @cached_property
    def fleet(self) -> pd.DataFrame:
        """Assets and sensors by position in the effort table, as in ``fleet_table``.

        With ``number``, ``hours``, ``used_hours`` [h] and ``shadow_price_km2_per_hour``; ``hours`` are those
        of the horizon, ``year_hours``, or what its periods leave of them.
        """
        table = fleet_table(self.case).rename(columns={"capacity_hours": "year_hours"})
        hours, by_period = numbers(table["year_hours"]), seasons(self.case)
        if len(by_period) > 1:
            hours = np.minimum(hours, np.sum([one.hours for one in by_period], axis=0))
        table = table.assign(hours=hours)
        prices = self.results.prices[self.results.prices["limit_kind"] == "asset_hours"].set_index("id")
        known = prices.reindex(table["asset_id"])
        return self.named(table, "asset").assign(
            number=np.arange(len(table)),
            used_hours=numbers(known["used"]),
            shadow_price_km2_per_hour=numbers(known["shadow_price"]),
        )

    @cached_property
    def effort(self) -> pd.DataFrame:
        """The effort that adds coverage, with ``payable``: free, or some programme may pay.

        Rows of each period (``period``, by position) in which it can, with whether there is access. Missions
        are spread by days over all periods alike in that, and a row's factor is what one of them adds to the
        cell's node.
        """
        table = self.plan.space.effort
        table = table.assign(payable=payable(table, self.eligibility), period=0)
        table = pd.DataFrame(table[numbers(table["factor"]) > 0.0])
        known = seasons(self.case)
        if len(known) == 1:
            return table
        asset, area = (table[name].to_numpy() for name in ("asset", "area"))
        access, weather = (np.array([getattr(one, what) for one in known]) for what in ("access", "weather"))
        shares, open_ = np.array([one.share for one in known]), weather > 0.0
        alike = [np.tensordot(shares, open_ & (access == own), 1) for own in (False, True)]
        parts = list[pd.DataFrame]()
        for number in range(len(known)):
            own, calm = access[number][asset, area], weather[number][asset, area]
            whole = np.where(own, alike[True][asset, area], alike[False][asset, area])
            factor = numbers(table["factor"]) * calm / np.where(calm > 0.0, whole, 1.0)
            parts.append(table.assign(period=number, factor=factor, access=own)[calm > 0.0])
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def eligibility(self) -> pd.DataFrame:
        """Positions ``asset``, ``area`` and ``programme`` of who may pay for what, where."""
        return eligibility_table(self.case, fleet_table(self.case))

    @cached_property
    def missed_km2(self) -> Array:
        """Water that the plan does not see in each period, by its days, shape (periods, cells) [km²]."""
        cells, nodes = self.plan.results.cells, self.plan.results.cell_periods
        if nodes.empty:  # where the case tells no periods apart
            nodes = cells.assign(period_id=self.case.periods["period_id"].iloc[0])
        (pod,) = by_cell(self.case, cells, nodes, "pod")
        share = shares(self.case.periods)[:, None]
        return np.asarray(share * numbers(cells["area_km2"]) * (1.0 - pod))

    def unseen_km2(self, rows: pd.DataFrame) -> Array:
        """Water that effort rows would see if they saw all that the plan does not, shape (rows,) [km²]."""
        return np.asarray(self.missed_km2[rows["period"].to_numpy(), rows["cell"].to_numpy()])

    def change(self, what: str, case: Case, tolerance: float = TOLERANCE) -> Change | None:
        """As ``changed``; None where no plan was found."""
        try:
            return self.changed(what, case, tolerance)
        except NoPlanError:
            return None

    def changed(self, what: str, case: Case, tolerance: float = TOLERANCE) -> Change:
        """Plan an edited case with the same cells, and compare.

        Raises:
            NoPlanError: no plan was found: by its status there is none, or the solver gave up.
        """
        self.progress(f"plan {what}")
        other = _planned(case, tolerance, before=[self.plan.space], start=self.plan.solution.start)
        return _change(self, other)

    def named(self, table: pd.DataFrame, *things: str) -> pd.DataFrame:
        """A table with the names of its ids: ``asset`` from ``asset_id``."""
        names = {one: [self.names[one][each] for each in table[f"{one}_id"]] for one in things}
        return table.assign(**names)


def record(table: pd.DataFrame, column: str, wanted: object) -> dict[str, Any]:
    """The row with an id, as a dictionary."""
    row = table[table[column] == wanted].to_dict("records")[0]
    return {str(name): value for name, value in row.items()}


def causes_km2(results: Results, level: str, column: str, wanted: str) -> pd.Series:
    """Parts of a shortfall by cause, from causes.csv [km²]."""
    rows = results.causes[(results.causes["level"] == level) & (results.causes[column] == wanted)]
    return rows.groupby("cause", sort=False)["km2"].sum()


def situation(
    case: Case,
    results: Results | None = None,
    progress: Callable[[str], None] = lambda _: None,
    causes_of: Sequence[str] = (),
) -> Situation:
    """Plan a case and make ready what explanations are read from; arguments and errors as of ``explain``.

    ``causes_of`` says whose causes of coverage gaps are found, as ``of`` in ``find_causes``.
    """
    plan = _planned(case, TOLERANCE, progress=progress)
    found = plan.results if results is None else results
    if results is None and causes_of:
        problem, solution = plan.prepared.problem, plan.solution
        why = find_causes(case, plan.space, solution, progress, of=causes_of, problem=problem)
        found = pipeline.report(plan.prepared, solution, causes=why)
    if found.cells["cell_id"].tolist() != plan.space.cells["cell_id"].tolist():
        raise ValueError("the results are not those of the case: their cells differ")
    return Situation(plan, found, names_of(case), progress)


def _planned(case: Case, tolerance: float, **how: Any) -> Base:
    """The plan of a case, its largest optimality gap at most ``tolerance`` where the case's own is larger."""
    return planned(edits.with_gap(case, min(tolerance, case.settings.solver.gap_tolerance)), **how)


def _change(now: Situation, other: Base) -> Change:
    """Differences of a plan and the plan that is explained."""
    before, after = now.plan.solution.certificate, other.solution.certificate
    left_out = _left_out(now.plan) & _left_out(other)
    areas = other.results.areas[["area_id", "covered_km2", "coverage"]]
    areas = areas.assign(change=areas["covered_km2"] - now.plan.results.areas["covered_km2"])
    return Change(
        objective=now.results.objective,
        proven=other.solution.status is Status.OPTIMAL,
        pays=bool(now.plan.results.limits["paid"].sum() + other.results.limits["paid"].sum() > 0.0),
        least=before.bound - after.value,
        most=before.value - after.bound,
        ratios=(_ratio(now.plan, left_out), _ratio(other, left_out)),
        covered_km2=float(areas["change"].sum()),
        areas=now.named(areas, "area").sort_values("change", ascending=False, ignore_index=True),
        hours=_more(now, other, "allocation", "mission_hours", "asset"),
        spent=_more(now, other, "funding", "amount", "programme"),
    )


def _left_out(plan: Base) -> frozenset[str]:
    """Areas that a fair plan leaves out, as nothing usable reaches them."""
    return frozenset(plan.results.fairness.left_out if plan.results.fairness else ())


def _ratio(plan: Base, left_out: Collection[str]) -> float:
    """The smallest coverage / target of a fair plan, at most 1; NaN for other objectives.

    ``left_out``: areas that do not count, as nothing usable reaches them.
    """
    if plan.results.fairness is None:
        return float("nan")
    areas = plan.results.areas
    some = areas[(areas["target_coverage"] > 0.0) & ~areas["area_id"].isin([*left_out])]
    return float(numbers(some["coverage"] / some["target_coverage"]).min(initial=1.0))


def _more(now: Situation, other: Base, table: str, column: str, by: str) -> pd.DataFrame:
    """What is used more by each asset, or programme, in each area; what is the same is left out."""
    ids = [f"{by}_id", "area_id"]
    before, after = (getattr(one.results, table).groupby(ids)[column].sum() for one in (now.plan, other))
    change = after.sub(before, fill_value=0.0).rename("change")
    kept = change[change.abs() > max(1e-9, 1e-6 * float(after.sum()))]
    return now.named(kept.sort_values(ascending=False, kind="stable").reset_index(), by, "area")

"""The audit: everything that is reported, recomputed from the missions, against every limit.

Nothing of the solver, the effort table or the linear program is used here: distances are measured again,
missions are worked out again from the assets' figures through the definitions of search theory, and sums
are taken again. What differs by more than ``TOLERANCE`` is an error, never a report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner import units
from planner.case import SERVICES, Case
from planner.effort import missions as mission
from planner.effort import search_theory
from planner.effort.fleet import access_table, fleet_table
from planner.errors import AuditError
from planner.frames import numbers, records
from planner.geometry.distance import distances_nm
from planner.report.contract import CAUSES
from planner.report.results import Results

Array = npt.NDArray[np.float64]
Finding = str

TOLERANCE = 1e-6
"""Largest relative difference that rounding may make."""


def audit(case: Case, results: Results) -> None:
    """Recompute the plan from its missions and compare it with the reports and with every limit.

    Args:
        case: the case that was planned.
        results: what is about to be reported.

    Raises:
        AuditError: a figure differs or a limit is broken; lists all findings.
    """
    checks: list[Callable[[Case, Results], Iterator[Finding]]] = [
        _patrols,
        _sensors,
        _access,
        _hours,
        _bases,
        _money,
        _eligibility,
        _coverage,
        _sums,
        _value,
    ]
    findings = [finding for check in checks for finding in check(case, results)]
    if findings:
        raise AuditError("the plan does not stand up to its audit:\n" + "\n".join(findings))


def _differs(what: str, reported: npt.ArrayLike, again: npt.ArrayLike) -> Iterator[Finding]:
    a, b = np.atleast_1d(np.asarray(reported, float)), np.atleast_1d(np.asarray(again, float))
    size = np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-3 * max(1e-9, float(np.abs(a).max(initial=0.0))))
    off = np.flatnonzero(~(np.abs(a - b) <= TOLERANCE * size))
    if len(off):
        n = off[0]
        yield f"{what}: reported {a[n]!r}, recomputed {b[n]!r} ({len(off)} of {len(a)} differ)"


def _exceeds(what: str, ids: npt.ArrayLike, used: npt.ArrayLike, limit: npt.ArrayLike) -> Iterator[Finding]:
    u, top = np.asarray(used, float), np.asarray(limit, float)
    for n in np.flatnonzero(~(u <= top * (1.0 + TOLERANCE) + 1e-9)):
        yield f"{what} of {np.asarray(ids)[n]}: {u[n]!r} is more than {top[n]!r}"


def _placed(case: Case, results: Results) -> pd.DataFrame:
    """Missions with the positions of their bases and cells."""
    cells = results.cells[["cell_id", "area_id", "lon", "lat", "area_km2"]]
    bases = case.bases[["base_id", "lon", "lat"]]
    placed = results.missions.merge(cells, on="cell_id", how="left")
    return placed.merge(bases, on="base_id", how="left", suffixes=("", "_base"))


def _patrols(case: Case, results: Results) -> Iterator[Finding]:
    rows = _placed(case, results).merge(case.assets, on="asset_id", suffixes=("", "_asset"))
    if rows.empty:
        return
    number = {str(name): numbers(rows[name]) for name in rows if rows[name].dtype.kind in "fiu"}
    away = distances_nm(number["lon_base"], number["lat_base"], number["lon"], number["lat"])
    transit = 2.0 * away / number["transit_speed_kn"]
    station = np.minimum(
        number["endurance_h"] - transit,
        ((1.0 - number["reserve"]) * number["range_nm"] - 2.0 * away) / number["search_speed_kn"],
    )
    times, hours = number["missions"], transit + station
    swept = search_theory.swept_km2(number["sweep_width_nm"], number["search_speed_kn"], station)
    settings = case.settings
    factor = search_theory.coverage_factor(
        swept, number["area_km2"], settings.dwell_days, settings.horizon_days
    )
    cost = mission.mission_cost(hours, number["cost_per_hour"], number["cost_per_mission"])
    yield from _differs("missions.csv distance_nm", rows["distance_nm"], away)
    yield from _differs("missions.csv mission_hours", rows["mission_hours"], times * hours)
    yield from _differs("missions.csv on_station_hours", rows["on_station_hours"], times * station)
    yield from _differs("missions.csv swept_km2", rows["swept_km2"], times * swept)
    yield from _differs("missions.csv coverage_factor", rows["coverage_factor"], times * factor)
    yield from _differs("missions.csv cost", rows["cost"], times * cost)
    for row in rows[station < number["min_on_station_h"] * (1.0 - TOLERANCE)].itertuples():
        yield f"{row.asset_id} does not reach {row.cell_id} from {row.base_id}"
    for row in rows[
        [b not in allowed for b, allowed in zip(rows["base_id"], rows["bases"], strict=True)]
    ].itertuples():
        yield f"{row.asset_id} may not use {row.base_id}"


def _sensors(case: Case, results: Results) -> Iterator[Finding]:
    sensors = case.sensors.rename(columns={"sensor_id": "asset_id"})
    rows = _placed(case, results).merge(sensors, on="asset_id", suffixes=("", "_sensor"))
    settings = case.settings
    scenes = rows[rows["kind"] == "satellite"]
    swept = scenes["missions"] * scenes["swept_km2_per_scene"]
    factor = search_theory.coverage_factor(
        swept.to_numpy(), scenes["area_km2"].to_numpy(), settings.dwell_days, settings.horizon_days
    )
    each = scenes["cost_per_scene"] + scenes["cost_per_hour"] * scenes["hours_per_scene"]
    yield from _differs("satellite swept_km2", scenes["swept_km2"], swept)
    yield from _differs("satellite coverage_factor", scenes["coverage_factor"], factor)
    yield from _differs("satellite cost", scenes["cost"], scenes["missions"] * each)
    hours = scenes["missions"] * scenes["hours_per_scene"]
    yield from _differs("satellite mission_hours", scenes["mission_hours"], hours)
    fixed = rows[rows["kind"] == "fixed"]
    run = fixed.groupby("asset_id")["mission_hours"].transform("sum")
    most = fixed["coverage_factor_sensor"] * run / units.days_to_hours(settings.horizon_days)
    yield from _exceeds("coverage factor", fixed["asset_id"], fixed["coverage_factor"], most)
    cost = fixed["mission_hours"] * fixed["cost_per_hour"]
    yield from _differs("fixed sensor cost", fixed["cost"], cost)


def _access(case: Case, results: Results) -> Iterator[Finding]:
    allowed = access_table(case)
    operator = fleet_table(case).set_index("asset_id")["operator"]
    for row in records(results.allocation):
        if row.area_id not in allowed[operator[row.asset_id]]:
            yield f"{row.asset_id} works in {row.area_id} without access"


def _hours(case: Case, results: Results) -> Iterator[Finding]:
    fleet = fleet_table(case)
    used = results.missions.groupby("asset_id")["mission_hours"].sum()
    hours = fleet["asset_id"].map(used).fillna(0.0)
    yield from _exceeds("hours", fleet["asset_id"], hours, fleet["capacity_hours"])
    reported = results.prices[results.prices["limit_kind"] == "asset_hours"]
    yield from _differs("prices.csv used hours", reported["used"], hours)


def _bases(case: Case, results: Results) -> Iterator[Finding]:
    used = results.missions.groupby("base_id")["mission_hours"].sum()
    hours = case.bases["base_id"].map(used).fillna(0.0)
    yield from _exceeds("hours from base", case.bases["base_id"], hours, case.bases["capacity_hours"])


def _money(case: Case, results: Results) -> Iterator[Finding]:
    programmes = results.programmes
    paid = results.funding.groupby("programme_id")["amount"].sum()
    spent = case.programmes["programme_id"].map(paid).fillna(0.0)
    yield from _exceeds("spending", programmes["programme_id"], spent, case.programmes["budget"])
    yield from _differs("programmes.csv spent", programmes["spent"], spent)
    keys = ["asset_id", "area_id"]
    cost = results.allocation.groupby(keys)["cost"].sum()
    amount = results.funding.groupby(keys)["amount"].sum().reindex(cost.index).fillna(0.0)
    # amounts below half a cent are not reported, so a few cents may be missing from a pair
    off = np.abs(cost - amount) > TOLERANCE * cost + 0.01 * max(1, len(programmes))
    for pair in cost.index[off]:
        yield f"{pair}: missions cost {cost[pair]!r}, programmes pay {amount[pair]!r}"


def _eligibility(case: Case, results: Results) -> Iterator[Finding]:
    fleet = fleet_table(case).set_index("asset_id")
    programmes = case.programmes.set_index("programme_id")
    for row in records(results.funding):
        asset, programme = fleet.loc[row.asset_id], programmes.loc[row.programme_id]
        restricted = set(programme["services"]) != set(SERVICES)
        if (
            asset["kind"] not in programme["asset_kinds"]
            or row.asset_id not in programme["assets"]
            or row.area_id not in programme["areas"]
            or (restricted and asset["service"] not in programme["services"])
        ):
            yield f"{row.programme_id} may not fund {row.asset_id} in {row.area_id}"


def _coverage(case: Case, results: Results) -> Iterator[Finding]:
    cells, areas = results.cells, results.areas
    gained = results.missions.groupby("cell_id")["coverage_factor"].sum()
    factor = cells["cell_id"].map(gained).fillna(0.0).to_numpy()
    covered = (cells["area_km2"] * search_theory.pod(factor)).groupby(cells["area_id"]).sum()
    covered_km2 = numbers(areas["area_id"].map(covered))
    km2 = numbers(areas["area_id"].map(cells.groupby("area_id")["area_km2"].sum()))
    shortfall = np.maximum(0.0, numbers(case.areas["target_coverage"]) * km2 - covered_km2)
    yield from _differs("cells.csv coverage_factor", cells["coverage_factor"], factor)
    yield from _differs("cells.csv pod", cells["pod"], search_theory.pod(factor))
    yield from _differs("areas.csv area_km2", areas["area_km2"], km2)
    yield from _differs("areas.csv covered_km2", areas["covered_km2"], covered_km2)
    yield from _differs("areas.csv coverage", areas["coverage"], covered_km2 / km2)
    yield from _differs("areas.csv shortfall_km2", areas["shortfall_km2"], shortfall)


def _sums(case: Case, results: Results) -> Iterator[Finding]:
    del case
    for name, table in (("gaps.csv", results.gaps), ("areas.csv", results.areas)):
        parts = table[[f"{cause}_km2" for cause in CAUSES]].sum(axis=1)
        yield from _differs(f"{name} causes", table["shortfall_km2"], parts)
    total = results.gaps[results.gaps["programme_id"] == "total"]["shortfall_km2"]
    yield from _differs("gaps.csv total", total, [results.areas["shortfall_km2"].sum()])
    mandates = results.gaps.groupby("programme_id")["shortfall_km2"].sum()
    reported = results.programmes
    again = reported["programme_id"].map(mandates).fillna(0.0)
    yield from _differs("programmes.csv shortfall_km2", reported["shortfall_km2"], again)
    for column in ("missions", "mission_hours", "on_station_hours", "swept_km2", "cost"):
        sums = results.missions[column].sum()
        yield from _differs(f"allocation.csv {column}", [results.allocation[column].sum()], [sums])


def _value(case: Case, results: Results) -> Iterator[Finding]:
    cells, areas = results.cells, results.areas
    if results.objective == "coverage":
        missed = search_theory.missed(numbers(cells["coverage_factor"]))
        value = float(numbers(cells["area_km2"] * cells["risk_weight"]) @ missed)
    else:
        value = float((case.areas["risk_weight"] * areas["shortfall_km2"]).sum())
    yield from _differs("run.json plan_value", [results.certificate.plan_value], [value])
    if results.certificate.bound > value * (1.0 + TOLERANCE) + 1e-9 * results.certificate.idle_value:
        yield f"the bound {results.certificate.bound!r} is above the plan's value {value!r}"

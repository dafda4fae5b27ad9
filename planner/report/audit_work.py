"""Audit of what is done: missions of patrols and satellites, consent, hours, and their sums by area."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from planner.case import Case
from planner.effort import missions as mission
from planner.effort import search_theory
from planner.effort.fleet import access_table, fleet_table
from planner.frames import numbers
from planner.geometry.distance import distances_nm
from planner.report.audit_compare import TOLERANCE, Finding, differs, exceeds, keys_of, unlike
from planner.report.results import Results

SUMS = ["missions", "mission_hours", "on_station_hours", "swept_km2", "cost"]
"""Figures of missions.csv whose sums stand in allocation.csv."""


def placed(case: Case, results: Results) -> pd.DataFrame:
    """Missions with the areas and positions of their cells, and the positions of their bases."""
    cells = results.cells[["cell_id", "area_id", "lon", "lat", "area_km2"]]
    bases = case.bases[["base_id", "lon", "lat"]]
    rows = results.missions.merge(cells, on="cell_id", how="left")
    return rows.merge(bases, on="base_id", how="left", suffixes=("", "_base"))


def _names(rows: pd.DataFrame) -> pd.Series:
    return rows["asset_id"] + " " + rows["base_id"] + " " + rows["cell_id"]


def patrols(case: Case, results: Results) -> Iterator[Finding]:
    """Missions of assets, worked out again from their figures and from distances measured again."""
    rows = placed(case, results).merge(case.assets, on="asset_id", suffixes=("", "_asset"))
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
    names = _names(rows)
    yield from differs("missions.csv distance_nm", rows["distance_nm"], away, names)
    yield from differs("missions.csv mission_hours", rows["mission_hours"], times * hours, names)
    yield from differs("missions.csv on_station_hours", rows["on_station_hours"], times * station, names)
    yield from differs("missions.csv swept_km2", rows["swept_km2"], times * swept, names)
    yield from differs("missions.csv coverage_factor", rows["coverage_factor"], times * factor, names)
    yield from differs("missions.csv cost", rows["cost"], times * cost, names)
    for row in rows[~(station >= number["min_on_station_h"] * (1.0 - TOLERANCE))].itertuples():
        yield f"missions.csv cell_id: {row.asset_id} does not reach {row.cell_id} from {row.base_id}"
    barred = [base not in allowed for base, allowed in zip(rows["base_id"], rows["bases"], strict=True)]
    for row in rows[barred].itertuples():
        yield f"missions.csv base_id: {row.asset_id} may not use {row.base_id}"


def satellites(case: Case, results: Results) -> Iterator[Finding]:
    """Scenes, worked out again from the figures of one scene; no sensor has a base."""
    sensors = case.sensors.rename(columns={"sensor_id": "asset_id"})
    rows = placed(case, results).merge(sensors, on="asset_id", suffixes=("", "_sensor"))
    yield from unlike("missions.csv base_id of sensors", rows["base_id"], [""] * len(rows), _names(rows))
    rows = rows[rows["kind"] == "satellite"]
    times, settings, names = numbers(rows["missions"]), case.settings, _names(rows)
    swept, hours = times * numbers(rows["swept_km2_per_scene"]), times * numbers(rows["hours_per_scene"])
    factor = search_theory.coverage_factor(
        swept, numbers(rows["area_km2"]), settings.dwell_days, settings.horizon_days
    )
    cost = times * numbers(rows["cost_per_scene"]) + hours * numbers(rows["cost_per_hour"])
    for column, again in (
        ("distance_nm", np.zeros(len(rows))),
        ("mission_hours", hours),
        ("on_station_hours", hours),
        ("swept_km2", swept),
        ("coverage_factor", factor),
        ("cost", cost),
    ):
        yield from differs(f"missions.csv of satellite {column}", rows[column], again, names)


def access(case: Case, results: Results) -> Iterator[Finding]:
    """Nothing adds to the coverage of water in which its operator has no access."""
    allowed = access_table(case)
    operator = fleet_table(case).set_index("asset_id")["operator"].to_dict()
    rows = placed(case, results)
    working = rows[~(numbers(rows["coverage_factor"]) <= 0.0)]
    for asset, area in sorted(set(zip(working["asset_id"], working["area_id"], strict=True))):
        if area not in allowed[operator[asset]]:
            yield f"missions.csv cell_id: {asset} works in {area} without access"


def hours(case: Case, results: Results) -> Iterator[Finding]:
    """Hours of assets and bases are within their limits."""
    rows, fleet, bases = results.missions, fleet_table(case), case.bases
    by_asset = rows.groupby("asset_id")["mission_hours"].sum()
    used = fleet["asset_id"].map(by_asset).fillna(0.0)
    yield from exceeds("missions.csv mission_hours: hours", fleet["asset_id"], used, fleet["capacity_hours"])
    by_base = rows.groupby("base_id")["mission_hours"].sum()
    used = bases["base_id"].map(by_base).fillna(0.0)
    yield from exceeds(
        "missions.csv mission_hours: hours from base", bases["base_id"], used, bases["capacity_hours"]
    )


def allocation(case: Case, results: Results) -> Iterator[Finding]:
    """Missions, summed again by asset, base and area."""
    keys = ["asset_id", "base_id", "area_id"]
    again = placed(case, results).groupby(keys)[SUMS].sum()
    reported = results.allocation.groupby(keys)[SUMS].sum()
    what = "allocation.csv asset_id, base_id, area_id"
    for key in sorted(again.index.difference(reported.index)):
        yield f"{what}: no row for {', '.join(key)}"
    for key in sorted(reported.index.difference(again.index)):
        yield f"{what}: {', '.join(key)} has no missions"
    if len(reported) < len(results.allocation):
        twice = results.allocation[results.allocation.duplicated(keys)]
        yield f"{what}: two rows for {', '.join(map(str, keys_of(twice, keys)[0]))}"
    common = again.index.intersection(reported.index)
    names = np.array([", ".join(key) for key in common], dtype=object)
    for column in SUMS:
        yield from differs(
            f"allocation.csv {column}", reported.loc[common, column], again.loc[common, column], names
        )

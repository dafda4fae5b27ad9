"""Missions worked out again from the case: distances, hours, water swept, coverage and cost of each feature.

Only how often something was done is taken from the report; nothing of the solver or its matrices is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner import units
from planner.case import SERVICES, Case
from planner.core import search_theory
from planner.features.fleet import access_table, fleet_table
from planner.frames import numbers, records
from planner.geometry.distance import distances_nm
from planner.geometry.footprint import footprint_share
from planner.results.compare import TOLERANCE, Finding
from planner.results.results import Results

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

KEYS = ["asset_id", "base_id", "cell_id"]
TIE = 1e-8
"""Areas of which a sensor watches as much, but for this part of all that it watches, are equal."""


@dataclass(frozen=True)
class Evidence:
    """What the audit works out once from the case, the report's missions, and the outlines of its cells.

    Attributes:
        case: the case that was planned.
        results: what is about to be reported.
        missions: the missions as they should be: the columns of ``MISSIONS``, and ``payer``, the area that
            pays.
        area: position of each cell's area, shape (cells,).
        reach: whether each asset and sensor reaches each cell, with or without access, shape (fleet, cells).
        payer: position of the area that would pay for it there, same shape.
        free: which of the fleet cost nothing, shape (fleet,).
        fundable: which programme may fund what, where, shape (programmes, fleet, areas).
    """

    case: Case
    results: Results
    missions: pd.DataFrame
    area: npt.NDArray[np.int64]
    reach: Booleans
    payer: npt.NDArray[np.int64]
    free: Booleans
    fundable: Booleans


def gather_evidence(case: Case, results: Results) -> Evidence:
    """Measure distances and footprints again, and work out missions from them."""
    cells = results.cells
    area = pd.Index(case.areas["area_id"]).get_indexer(cells["area_id"])
    watched = {
        sensor.sensor_id: _watched_share(case, results, sensor)
        for sensor in records(case.sensors[case.sensors["kind"] == "fixed"])
    }
    placed = cells[["cell_id", "area_id", "lon", "lat", "area_km2"]]
    rows = results.missions[[*KEYS, "missions"]].merge(placed, on="cell_id", how="left")
    parts = [_patrols(case, rows), _satellites(case, rows)]
    for sensor in records(case.sensors[case.sensors["sensor_id"].isin(watched)]):
        parts.append(_fixed_sensor(case, results, sensor, watched[sensor.sensor_id]))
    again = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    factor = search_theory.coverage_factor(
        numbers(again["swept_km2"]),
        numbers(again["area_km2"]),
        case.settings.dwell_days,
        case.settings.horizon_days,
    )
    missions = again.assign(coverage_factor=factor)
    return Evidence(case, results, missions, area, *_reach(case, results, area, watched), _fundable(case))


def broken_rules(seen: Evidence) -> Iterator[Finding]:
    """Nothing works without access; patrols are within range, from bases that they may use."""
    case, results = seen.case, seen.results
    allowed = access_table(case)
    operator = fleet_table(case).set_index("asset_id")["operator"].to_dict()
    rows = results.missions.merge(results.cells[["cell_id", "area_id", "lon", "lat"]], on="cell_id")
    working = rows[~(numbers(rows["coverage_factor"]) <= 0.0)]
    for asset, area in _pairs(working, "area_id"):
        if area not in allowed[operator[asset]]:
            yield f"missions.csv cell_id: {asset} works in {area} without access"
    patrols = _with_assets(case, rows)
    far = ~(patrols["station_h"] >= patrols["min_on_station_h"] * (1.0 - TOLERANCE))
    for row in records(patrols[far]):
        yield f"missions.csv cell_id: {row.asset_id} does not reach {row.cell_id} from {row.base_id}"
    bases = {**case.assets.set_index("asset_id")["bases"], **dict.fromkeys(case.sensors["sensor_id"], ("",))}
    for asset, base in _pairs(rows, "base_id"):
        if base not in bases[asset]:
            yield f"missions.csv base_id: {asset} may not use {base or 'no base'}"


def _fundable(case: Case) -> Booleans:
    """Which programme may fund what, by kind, asset and service, and where: see ``Evidence``."""
    fleet, areas = fleet_table(case), case.areas["area_id"]
    found = np.zeros((len(case.programmes), len(fleet), len(areas)), dtype=bool)
    for n, programme in enumerate(records(case.programmes)):
        may = fleet["kind"].isin(programme.asset_kinds) & fleet["asset_id"].isin(programme.assets)
        if set(programme.services) != set(SERVICES):
            may &= fleet["service"].isin(programme.services)
        found[n] = may.to_numpy()[:, None] & areas.isin(programme.areas).to_numpy()
    return found


def _pairs(rows: pd.DataFrame, column: str) -> list[tuple[str, str]]:
    """What each asset has in a column, each once."""
    return sorted(rows[["asset_id", column]].drop_duplicates().itertuples(index=False, name=None))


def _watched_share(case: Case, results: Results, sensor: Any) -> Array:
    """Share of each cell in the footprint of a fixed sensor, shape (cells,)."""
    cells = results.cells.assign(geometry=results.cell_geometry)
    return footprint_share(cells, sensor.lon, sensor.lat, sensor.radius_nm, case.land)


def _paying_areas(cells: pd.DataFrame, share: Array) -> list[str]:
    """The areas of which a sensor watches most, and that may pay for it: one, or those that are equal."""
    by_area = (share * cells["area_km2"]).groupby(cells["area_id"], sort=False).sum()
    return [str(area) for area in by_area.index[by_area >= by_area.max() - TIE * by_area.sum()]]


def _patrols(case: Case, rows: pd.DataFrame) -> pd.DataFrame:
    """Equations (1) to (4) and (6), from the assets' figures and distances measured again."""
    found = _with_assets(case, rows)
    figure = {name: numbers(found[name]) for name in found if found[name].dtype.kind in "fiu"}
    away, station, times = figure["away_nm"], figure["station_h"], figure["missions"]
    hours = station + 2.0 * away / figure["transit_speed_kn"]
    cost = figure["cost_per_hour"] * hours + figure["cost_per_mission"]
    swept = search_theory.swept_km2(figure["sweep_width_nm"], figure["search_speed_kn"], station)
    return found[[*KEYS, "missions", "area_id", "area_km2"]].assign(
        payer=found["area_id"],
        distance_nm=away,
        mission_hours=times * hours,
        on_station_hours=times * station,
        swept_km2=times * swept,
        cost=times * cost,
    )


def _with_assets(case: Case, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of patrols with the figures of their assets, ``away_nm`` (from the base) and ``station_h``."""
    bases = case.bases[["base_id", "lon", "lat"]].rename(columns={"lon": "base_lon", "lat": "base_lat"})
    found = rows.merge(bases, on="base_id", how="left").merge(
        case.assets.drop(columns=["source"], errors="ignore"), on="asset_id"
    )
    away = distances_nm(
        numbers(found["base_lon"]),
        numbers(found["base_lat"]),
        np.mod(numbers(found["lon"]), 360.0),
        numbers(found["lat"]),
    )
    return found.assign(away_nm=away, station_h=_on_station_h(found, away))


def _on_station_h(asset: Any, away_nm: Array) -> Array:
    """Equations (1) and (2), of one asset or of rows with the figures of assets [h]."""
    by_endurance = asset.endurance_h - 2.0 * away_nm / asset.transit_speed_kn
    by_range = ((1.0 - asset.reserve) * asset.range_nm - 2.0 * away_nm) / asset.search_speed_kn
    return np.asarray(np.minimum(by_endurance, by_range))


def _satellites(case: Case, rows: pd.DataFrame) -> pd.DataFrame:
    """Scenes, from the figures of one scene."""
    sensors = case.sensors.rename(columns={"sensor_id": "asset_id"})
    found = rows.merge(sensors[sensors["kind"] == "satellite"], on="asset_id", suffixes=("", "_sensor"))
    times, hours = found["missions"], found["missions"] * found["hours_per_scene"]
    return found[[*KEYS, "missions", "area_id", "area_km2"]].assign(
        payer=found["area_id"],
        distance_nm=0.0,
        mission_hours=hours,
        on_station_hours=hours,
        swept_km2=times * found["swept_km2_per_scene"],
        cost=times * found["cost_per_scene"] + hours * found["cost_per_hour"],
    )


def _fixed_sensor(case: Case, results: Results, sensor: Any, share: Array) -> pd.DataFrame:
    """A row for each cell that a sensor watches with access, from its hours and its footprint.

    Hours and cost are those of the cells in the area that pays, by the water swept.
    """
    own = results.missions[results.missions["asset_id"] == sensor.sensor_id]
    cells = results.cells
    may = cells["area_id"].isin(access_table(case)[sensor.operator]).to_numpy()
    running_h = float(own["missions"].sum())
    full = np.where(may, search_theory.footprint_factor(sensor.coverage_factor, share), 0.0)
    factor = full * running_h / units.days_to_hours(case.settings.horizon_days)
    seen = np.flatnonzero(factor > 0.0)
    swept = factor * numbers(cells["area_km2"]) * (case.settings.horizon_days / case.settings.dwell_days)
    areas = _paying_areas(cells, share) if len(seen) else [""]
    told = own.merge(cells[["cell_id", "area_id"]], on="cell_id").groupby("area_id")["missions"].sum()
    payer = max(areas, key=lambda area: float(told.get(area, 0.0)))
    pays = swept * (cells["area_id"] == payer).to_numpy()
    part = pays if pays.sum() > 0.0 else swept
    hours = (running_h * part / part.sum())[seen] if len(seen) else np.zeros(0)
    away = distances_nm(sensor.lon, sensor.lat, np.mod(numbers(cells["lon"]), 360.0), numbers(cells["lat"]))
    return cells.iloc[seen][["cell_id", "area_id", "area_km2"]].assign(
        asset_id=sensor.sensor_id,
        base_id="",
        payer=payer,
        distance_nm=away[seen],
        missions=hours,
        mission_hours=hours,
        on_station_hours=hours,
        swept_km2=swept[seen],
        cost=hours * sensor.cost_per_hour,
    )


def _reach(
    case: Case, results: Results, area: npt.NDArray[np.int64], watched: Mapping[str, Array]
) -> tuple[Booleans, npt.NDArray[np.int64], Booleans]:
    """What reaches which cell, which area would pay, and what costs nothing: see ``Evidence``."""
    cells, number = results.cells, {name: n for n, name in enumerate(case.areas["area_id"])}
    size = len(case.assets) + len(case.sensors)
    reached, payer = np.zeros((size, len(cells)), dtype=bool), np.tile(area, (size, 1))
    free = np.zeros(size, dtype=bool)
    lon, lat, bases = np.mod(numbers(cells["lon"]), 360.0), numbers(cells["lat"]), case.bases
    away = distances_nm(numbers(bases["lon"])[:, None], numbers(bases["lat"])[:, None], lon, lat)
    at_base = {base: n for n, base in enumerate(bases["base_id"])}
    for n, asset in enumerate(records(case.assets)):
        nearest = away[[at_base[base] for base in asset.bases]].min(axis=0)
        reached[n] = _on_station_h(asset, nearest) >= asset.min_on_station_h
        free[n] = asset.cost_per_hour <= 0.0 and asset.cost_per_mission <= 0.0
    for n, sensor in enumerate(records(case.sensors), start=len(case.assets)):
        if sensor.kind == "satellite":
            reached[n] = True
            free[n] = sensor.cost_per_scene <= 0.0 and sensor.cost_per_hour <= 0.0
        else:
            reached[n] = watched[sensor.sensor_id] > 0.0
            free[n] = sensor.cost_per_hour <= 0.0
            if reached[n].any():
                payer[n] = number[_paying_areas(cells, watched[sensor.sensor_id])[0]]
    return reached, payer, free

"""Missions worked out again from the case: distances, hours, water swept, coverage and cost of each feature.

Only how often something was done is taken from the report; nothing of the solver or its matrices is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner import units
from planner.case import SERVICES, Case
from planner.core import search_theory
from planner.features.fleet import fleet_table
from planner.features.season import Season
from planner.frames import looked_up, numbers, records
from planner.geometry.distance import distances_nm
from planner.geometry.footprint import footprint_share
from planner.results.audit_response import broken_trips, trips_again
from planner.results.audit_seasons import seasons_again
from planner.results.compare import TOLERANCE, Finding
from planner.results.response import with_trips
from planner.results.results import Results

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

KEYS = ["asset_id", "base_id", "cell_id", "period_id"]
FIGURES = [
    *("kind", "operator", "bases", "boards", "transit_speed_kn", "search_speed_kn", "sweep_width_nm"),
    *("range_nm", "endurance_h", "reserve", "min_on_station_h", "cost_per_hour", "cost_per_mission"),
]
"""Columns of assets that missions and trips depend on."""
TIE = 1e-8
"""Areas of which a sensor watches as much, but for this part of all that it watches, are equal."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the audit works out once from the case, the report's missions, and the outlines of its cells.

    Attributes:
        case: the case that was planned.
        results: what is about to be reported.
        missions: the missions as they should be: the columns of the table, and ``payer``, the area that pays.
        boardings: the boarding trips as they should be: the columns of the table, ``area_id``, and the
            figures of their assets.
        seasons: what each period allows, worked out again.
        area: position of each cell's area, shape (cells,).
        reach: whether each asset and sensor reaches each cell, with or without access, shape (fleet, cells);
            of vessels, whether they would over land.
        payer: position of the area that would pay for it there, same shape.
        fundable: which programme may fund what, where, shape (programmes, fleet, areas).
    """

    case: Case
    results: Results
    missions: pd.DataFrame
    boardings: pd.DataFrame
    seasons: list[Season]
    area: npt.NDArray[np.int64]
    reach: Booleans
    payer: npt.NDArray[np.int64]
    fundable: Booleans

    @property
    def work(self) -> pd.DataFrame:
        """Missions and boarding trips, as rows of missions."""
        return with_trips(self.missions, self.boardings.assign(payer=self.boardings["area_id"]))


def gather_evidence(case: Case, results: Results) -> Evidence:
    """Measure distances and footprints again, and work out missions from them."""
    settings, areas = case.settings, pd.Index(case.areas["area_id"])
    cells = results.cells.assign(geometry=results.cell_geometry, lon=np.mod(results.cells["lon"], 360.0))
    area = areas.get_indexer(cells["area_id"])
    watching = list(records(case.sensors[case.sensors["kind"] == "fixed"]))
    watched = {
        each.sensor_id: footprint_share(cells, each.lon, each.lat, each.radius_nm, case.land)
        for each in watching
    }
    paying = {sensor: _paying_areas(cells, share) for sensor, share in watched.items()}
    place = ["area_id", "lon", "lat", "area_km2"]
    rows = results.missions[[*KEYS, "missions", "distance_nm"]]
    rows = rows.assign(**looked_up(rows["cell_id"], cells, place))
    parts = [_patrols(case, rows), _satellites(case, rows)]
    known = seasons_again(case)
    for season in known:
        own = rows[rows["period_id"] == season.period_id]
        parts += [_fixed_sensor(case, cells, own, each, (watched, paying), season) for each in watching]
    again = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    again["swept_km2"] *= _weather(case, again, known)
    factor = search_theory.coverage_factor(
        numbers(again["swept_km2"]), numbers(again["area_km2"]), settings.dwell_days, settings.horizon_days
    )
    reach = _reach(case, cells, watched)
    payer = np.tile(area, (len(reach), 1))
    for n, sensor in enumerate(case.sensors["sensor_id"], start=len(case.assets)):
        if sensor in watched and reach[n].any():
            payer[n] = areas.get_loc(paying[sensor][0])
    missions = again.assign(coverage_factor=factor)
    trips = results.boardings[[*KEYS, "trips", "distance_nm"]]
    trips = _with_assets(case, trips.assign(**looked_up(trips["cell_id"], cells, place)))
    boardings = trips_again(case, trips, numbers(trips["away_nm"]))
    return Evidence(case, results, missions, boardings, known, area, reach, payer, _fundable(case))


def _weather(case: Case, rows: pd.DataFrame, known: list[Season]) -> Array:
    """The share of their time that weather leaves missions, shape (rows,)."""
    at = [
        pd.Index(ids).get_indexer(rows[name])
        for ids, name in (
            (case.periods["period_id"], "period_id"),
            (fleet_table(case)["asset_id"], "asset_id"),
            (case.areas["area_id"], "area_id"),
        )
    ]
    return np.asarray(np.array([season.weather for season in known])[tuple(at)])


def broken_rules(seen: Evidence) -> Iterator[Finding]:
    """Nothing works without access; patrols are within range, from bases that they may use."""
    case, results = seen.case, seen.results
    fleet, areas = pd.Index(fleet_table(case)["asset_id"]), pd.Index(case.areas["area_id"])
    place = looked_up(results.missions["cell_id"], results.cells, ["area_id", "lon", "lat"])
    rows = results.missions.assign(**place)
    working = rows[~(numbers(rows["coverage_factor"]) <= 0.0)]
    for season in seen.seasons:
        for asset, area in _pairs(working[working["period_id"] == season.period_id], "area_id"):
            if not season.access[fleet.get_loc(asset), areas.get_loc(area)]:
                yield f"missions.csv cell_id: {asset} works in {area} without access"
        closed = case.bases["base_id"][season.places <= 0.0]
        own = rows[(rows["period_id"] == season.period_id) & rows["base_id"].isin(closed)]
        for asset, base in _pairs(own, "base_id"):
            yield f"missions.csv base_id: {asset} uses {base}, which is closed in {season.period_id}"
    yield from broken_trips(case, seen.boardings)
    patrols = _with_assets(case, rows)
    far = ~(patrols["station_h"] >= patrols["min_on_station_h"] * (1.0 - TOLERANCE))
    for row in records(patrols[far]):
        yield f"missions.csv cell_id: {row.asset_id} does not reach {row.cell_id} from {row.base_id}"
    bases = {**case.assets.set_index("asset_id")["bases"], **dict.fromkeys(case.sensors["sensor_id"], ("",))}
    for asset, base in _pairs(rows, "base_id"):
        if base not in bases[asset]:
            yield f"missions.csv base_id: {asset} may not use {base or 'no base'}"


def _pairs(rows: pd.DataFrame, column: str) -> list[tuple[str, str]]:
    return sorted(rows[["asset_id", column]].drop_duplicates().itertuples(index=False, name=None))


def _fundable(case: Case) -> Booleans:
    """Which programme may fund what, where, shape (programmes, fleet, areas), from their lists."""
    fleet = fleet_table(case)
    found = np.zeros((len(case.programmes), len(fleet), len(case.areas)), dtype=bool)
    for n, programme in enumerate(records(case.programmes)):
        own = [
            each.kind in programme.asset_kinds
            and each.asset_id in programme.assets
            and (each.service in programme.services or set(programme.services) == set(SERVICES))
            for each in records(fleet)
        ]
        found[n] = np.outer(own, case.areas["area_id"].isin(list(programme.areas)))
    return found


def _reach(case: Case, cells: pd.DataFrame, watched: dict[str, Array]) -> Booleans:
    """Whether each asset and sensor reaches each cell, shape (fleet, cells)."""
    lon, lat, bases = numbers(cells["lon"]), numbers(cells["lat"]), case.bases
    away = distances_nm(numbers(bases["lon"])[:, None], numbers(bases["lat"])[:, None], lon, lat)
    at = pd.Index(bases["base_id"])
    reached = [
        _on_station_h(asset, away[at.get_indexer(asset.bases)].min(axis=0)) >= asset.min_on_station_h
        for asset in records(case.assets)
    ]
    everywhere = np.ones(len(cells))
    reached += [watched.get(sensor, everywhere) > 0.0 for sensor in case.sensors["sensor_id"]]
    return np.array(reached, dtype=bool).reshape(-1, len(cells))


def _paying_areas(cells: pd.DataFrame, share: Array) -> list[str]:
    """The areas of which a sensor watches most, and that may pay for it: one, or those that are equal."""
    by_area = (share * cells["area_km2"]).groupby(cells["area_id"], sort=False).sum()
    return [str(area) for area in by_area.index[by_area >= by_area.max() - TIE * by_area.sum()]]


def _patrols(case: Case, rows: pd.DataFrame) -> pd.DataFrame:
    """Equations (1) to (4) and (6), from the assets' figures and distances measured again."""
    found = _with_assets(case, rows)
    away, station = numbers(found["away_nm"]), numbers(found["station_h"])
    hours = station + 2.0 * away / found["transit_speed_kn"]
    width, speed = numbers(found["sweep_width_nm"]), numbers(found["search_speed_kn"])
    swept = search_theory.swept_km2(width, speed, station)
    cost = found["cost_per_hour"] * hours + found["cost_per_mission"]
    return _work(found, away, mission_hours=hours, on_station_hours=station, swept_km2=swept, cost=cost)


def _satellites(case: Case, rows: pd.DataFrame) -> pd.DataFrame:
    """Scenes, from the figures of one scene."""
    satellites = case.sensors[case.sensors["kind"] == "satellite"].rename(columns={"sensor_id": "asset_id"})
    found = rows[rows["asset_id"].isin(satellites["asset_id"])]
    scene = ("hours_per_scene", "swept_km2_per_scene", "cost_per_scene", "cost_per_hour")
    figures = looked_up(found["asset_id"], satellites, scene)
    hours, swept, cost, per_hour = (figures[name] for name in scene)
    cost = cost + hours * per_hour
    return _work(found, 0.0, mission_hours=hours, on_station_hours=hours, swept_km2=swept, cost=cost)


def _work(found: pd.DataFrame, away_nm: Array | float, **each: pd.Series | Array) -> pd.DataFrame:
    """Rows of missions from the figures of one mission each, which the cell's area pays."""
    kept = found[[*KEYS, "missions", "area_id", "area_km2"]]
    sums = {name: found["missions"] * figure for name, figure in each.items()}
    return kept.assign(payer=found["area_id"], distance_nm=away_nm, **sums)


def _with_assets(case: Case, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of patrols with the figures of their assets, ``away_nm`` (from the base) and ``station_h``.

    Sea routes are those of the report, which ``audit_routes`` measures by other means.
    """
    own = rows[rows["asset_id"].isin(case.assets["asset_id"])]
    base = looked_up(own["base_id"], case.bases, ["lon", "lat"])
    away = distances_nm(*(numbers(table[name]) for table in (base, own) for name in ("lon", "lat")))
    figures = looked_up(own["asset_id"], case.assets, FIGURES)
    if case.by_sea:
        away = np.where(figures["kind"] == "vessel", numbers(own["distance_nm"]), away)
    more = {"away_nm": away, "station_h": _on_station_h(figures, away)}
    return own.assign(**figures, **more).reset_index(drop=True)


def _on_station_h(asset: Any, away_nm: Array) -> Array:
    """Equations (1) and (2), of one asset or of rows with the figures of assets [h]."""
    by_endurance = asset.endurance_h - 2.0 * away_nm / asset.transit_speed_kn
    by_range = ((1.0 - asset.reserve) * asset.range_nm - 2.0 * away_nm) / asset.search_speed_kn
    return np.asarray(np.minimum(by_endurance, by_range))


def _fixed_sensor(
    case: Case,
    cells: pd.DataFrame,
    rows: pd.DataFrame,
    sensor: Any,
    footprints: tuple[dict[str, Array], dict[str, list[str]]],
    season: Season,
) -> pd.DataFrame:
    """A row for each cell that a sensor watches with access in a period, from its hours and its footprint.

    Hours and cost are those of the cells in the area that pays, by the water swept.
    """
    own, settings = rows[rows["asset_id"] == sensor.sensor_id], case.settings
    watched, paying = footprints
    at = len(case.assets) + pd.Index(case.sensors["sensor_id"]).get_loc(sensor.sensor_id)
    may = season.access[at, pd.Index(case.areas["area_id"]).get_indexer(cells["area_id"])]
    full = np.where(
        may, search_theory.footprint_factor(sensor.coverage_factor, watched[sensor.sensor_id]), 0.0
    )
    running_h = float(own["missions"].sum())
    swept = full * running_h / units.days_to_hours(settings.dwell_days) * numbers(cells["area_km2"])
    found = cells[["cell_id", "area_id", "area_km2"]].assign(swept_km2=swept)[swept > 0.0]
    told = own.groupby("area_id")["missions"].sum()
    payer = max(paying[sensor.sensor_id], key=lambda area: float(told.get(area, 0.0)), default="")
    pays = found["swept_km2"].where(found["area_id"] == payer, 0.0)
    part = pays if pays.sum() > 0.0 else found["swept_km2"]
    hours = running_h * part / part.sum()
    return found.assign(
        asset_id=sensor.sensor_id,
        base_id="",
        period_id=season.period_id,
        payer=payer,
        distance_nm=distances_nm(sensor.lon, sensor.lat, cells["lon"], cells["lat"])[swept > 0.0],
        missions=hours,
        mission_hours=hours,
        on_station_hours=hours,
        cost=hours * sensor.cost_per_hour,
    )

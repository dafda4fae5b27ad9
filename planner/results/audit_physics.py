"""Missions worked out again from the case: distances, hours, water swept, coverage and cost of each feature.

Only how often something was done is taken from the report; nothing of the solver or its matrices is used, and
of ``planner.features.season`` only the names of results: what a period allows is read off the case's tables,
asset by asset and row by row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner import units
from planner.case import SERVICES, Case
from planner.core import search_theory
from planner.features.fleet import BOARD, WATCH, fleet_table
from planner.features.season import Season
from planner.frames import Array, columns, looked_up, numbers, records
from planner.geometry.distance import distances_nm
from planner.geometry.footprint import footprint_share
from planner.geometry.polygons import Booleans
from planner.results.contract import KEY, marked
from planner.results.results import Results
from planner.results.work import in_season, with_trips

KEYS = marked("missions", KEY)
FIGURES = [
    *("kind", "operator", "bases", "boards", "transit_speed_kn", "search_speed_kn", "sweep_width_nm"),
    *("range_nm", "endurance_h", "reserve", "min_on_station_h", "cost_per_hour", "cost_per_mission"),
]
"""Columns of assets that missions and trips depend on."""
PLACE = ["area_id", "lon", "lat", "area_km2"]
TIE = 1e-8
"""Areas of which a sensor watches as much, but for this part of all that it watches, are equal."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the audit works out once from the case, the report's missions, and the outlines of its cells."""

    case: Case
    results: Results

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The cells with their outlines, longitudes 0 to 360 degrees."""
        lon = np.mod(numbers(self.results.cells["lon"]), 360.0)
        return self.results.cells.assign(geometry=self.results.cell_geometry, lon=lon)

    @cached_property
    def area(self) -> npt.NDArray[np.int64]:
        """Position of each cell's area, shape (cells,)."""
        return np.asarray(pd.Index(self.case.areas["area_id"]).get_indexer(self.cells["area_id"]))

    @cached_property
    def seasons(self) -> list[Season]:
        """What each period allows, worked out again."""
        return seasons_again(self.case)

    @cached_property
    def watched(self) -> dict[str, Array]:
        """The share of each cell that each fixed sensor sees, shape (cells,), by its id."""
        fixed = records(self.case.sensors[self.case.sensors["kind"] == "fixed"])
        places = {one.sensor_id: (one.lon, one.lat, one.radius_nm) for one in fixed}
        return {one: footprint_share(self.cells, *at, self.case.land) for one, at in places.items()}

    @cached_property
    def done(self) -> pd.DataFrame:
        """How often every mission was done by the report, with its cell's area, place and water."""
        rows = self.results.missions[[*KEYS, "missions", "distance_nm"]]
        return rows.assign(**looked_up(rows["cell_id"], self.cells, PLACE))

    @cached_property
    def patrols(self) -> dict[str, Any]:
        """The missions of assets, as ``with_assets`` has them."""
        return with_assets(self.case, self.done)

    @cached_property
    def missions(self) -> pd.DataFrame:
        """The missions as they should be: the columns of the table, and ``payer``, the area that pays."""
        case, parts = self.case, [_patrols(self.patrols), _scenes(self.case, self.done)]
        for sensor in records(case.sensors[case.sensors["kind"] == "fixed"]):
            parts += [_of_sensor(self, sensor, season) for season in self.seasons]
        again = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
        swept = numbers(again["swept_km2"]) * in_season(case, self.seasons, again, "weather")
        stay = case.settings.dwell_days, case.settings.horizon_days
        factor = search_theory.coverage_factor(swept, numbers(again["area_km2"]), *stay)
        return again.assign(swept_km2=swept, coverage_factor=factor)

    @cached_property
    def boardings(self) -> pd.DataFrame:
        """The boarding trips as they should be, with ``area_id``, ``payer``, and their assets' figures."""
        rows = self.results.boardings
        return _trips(self.case, rows.assign(**looked_up(rows["cell_id"], self.cells, PLACE)))

    @cached_property
    def work(self) -> pd.DataFrame:
        """Missions and boarding trips, as rows of missions."""
        return with_trips(self.missions, self.boardings)

    @cached_property
    def reach(self) -> Booleans:
        """Whether each asset and sensor reaches each cell, with or without access, shape (fleet, cells).

        Of vessels, whether they would over land.
        """
        bases, at = self.case.bases, pd.Index(self.case.bases["base_id"])
        lon, lat = (numbers(bases[name])[:, None] for name in ("lon", "lat"))
        away = distances_nm(lon, lat, numbers(self.cells["lon"]), numbers(self.cells["lat"]))
        reached = [
            _on_station_h(asset._asdict(), away[at.get_indexer(asset.bases)].min(axis=0))
            >= asset.min_on_station_h
            for asset in records(self.case.assets)
        ]
        everywhere = np.ones(len(self.cells))
        reached += [self.watched.get(one, everywhere) > 0.0 for one in self.case.sensors["sensor_id"]]
        return np.array(reached, dtype=bool).reshape(-1, len(self.cells))

    @cached_property
    def fundable(self) -> Booleans:
        """Which programme may fund what, where, shape (programmes, fleet, areas)."""

        def found(programme: Any) -> Iterator[bool]:
            for each in records(fleet_table(self.case)):
                by_service = each.service in programme.services or set(programme.services) == set(SERVICES)
                yield each.kind in programme.asset_kinds and each.asset_id in programme.assets and by_service

        areas, programmes = self.case.areas["area_id"], self.case.programmes
        pairs = [np.outer([*found(one)], areas.isin(list(one.areas))) for one in records(programmes)]
        return np.array(pairs, dtype=bool).reshape(len(programmes), -1, len(areas))


def _patrols(found: Mapping[str, Any]) -> pd.DataFrame:
    """Equations (1) to (4) and (6), from the assets' figures and distances measured again."""
    away, station = found["away_nm"], found["station_h"]
    hours = station + 2.0 * away / numbers(found["transit_speed_kn"])
    width, speed = numbers(found["sweep_width_nm"]), numbers(found["search_speed_kn"])
    cost = numbers(found["cost_per_hour"]) * hours + numbers(found["cost_per_mission"])
    return _all_done(found, away, hours, station, search_theory.swept_km2(width, speed, station), cost)


def _scenes(case: Case, rows: pd.DataFrame) -> pd.DataFrame:
    """Scenes of satellites, from the figures of one scene."""
    satellites = case.sensors["sensor_id"][case.sensors["kind"] == "satellite"]
    found = rows[rows["asset_id"].isin(satellites)]
    scene = ("hours_per_scene", "swept_km2_per_scene", "cost_per_scene", "cost_per_hour")
    figures = looked_up(found["asset_id"].rename("sensor_id"), case.sensors, scene)
    hours, swept, cost, per_hour = (numbers(figures[name]) for name in scene)
    return _all_done(columns(found), 0.0, hours, hours, swept, cost + hours * per_hour)


def _all_done(found: Mapping[str, Any], away_nm: Array | float, *one: Array) -> pd.DataFrame:
    """Rows of missions from hours, hours on station, swept area and cost of one; the cell's area pays."""
    names = ("mission_hours", "on_station_hours", "swept_km2", "cost")
    sums = {name: numbers(found["missions"]) * each for name, each in zip(names, one, strict=True)}
    kept = {name: found[name] for name in (*KEYS, "missions", "area_id", "area_km2")}
    return pd.DataFrame({**kept, "payer": found["area_id"], "distance_nm": away_nm, **sums})


def _of_sensor(seen: Evidence, sensor: Any, season: Season) -> pd.DataFrame:
    """A row for each cell that a sensor watches with access in a period, from its hours and its footprint.

    Hours and cost are those of the cells in the area that pays, by the water swept: the area of which it
    watches most; of those that are equal the one that the report says.
    """
    case, cells, watched = seen.case, seen.cells, seen.watched[sensor.sensor_id]
    own = seen.done[seen.done["asset_id"] == sensor.sensor_id]
    own = own[own["period_id"] == season.period_id]
    at = len(case.assets) + pd.Index(case.sensors["sensor_id"]).get_loc(sensor.sensor_id)
    may = season.access[at, pd.Index(case.areas["area_id"]).get_indexer(cells["area_id"])]
    full = np.where(may, search_theory.footprint_factor(sensor.coverage_factor, watched), 0.0)
    running_h = float(own["missions"].sum())
    swept = full * running_h / units.days_to_hours(case.settings.dwell_days) * numbers(cells["area_km2"])
    found = cells[["cell_id", "area_id", "area_km2"]].assign(swept_km2=swept)[swept > 0.0]
    by_area = (watched * cells["area_km2"]).groupby(cells["area_id"], sort=False).sum()
    most = by_area.index[by_area >= by_area.max() - TIE * by_area.sum()]
    told = own.groupby("area_id")["missions"].sum()
    payer = max(most, key=lambda area: float(told.get(area, 0.0)), default="")
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


def _trips(case: Case, rows: pd.DataFrame) -> pd.DataFrame:
    """Hours and cost of boarding trips, from the assets' figures."""
    found = with_assets(case, rows)
    away, trips = found["away_nm"], numbers(found["trips"])
    boarding_h = case.settings.answers.boarding_h if case.settings.answers else 0.0
    hours = 2.0 * away / numbers(found["transit_speed_kn"]) + boarding_h
    cost = numbers(found["cost_per_hour"]) * hours + numbers(found["cost_per_mission"])
    more = {"distance_nm": away, "trip_hours": trips * hours, "trip_cost": trips * cost}
    return pd.DataFrame({**found, "payer": found["area_id"], **more})


def with_assets(case: Case, rows: pd.DataFrame) -> dict[str, Any]:
    """The rows of assets, as arrays, with their figures, ``away_nm`` (from the base) and ``station_h``.

    Sea routes are those of the report, which ``audit_routes`` measures by other means.
    """
    own = rows[rows["asset_id"].isin(case.assets["asset_id"])]
    base = looked_up(own["base_id"], case.bases, ["lon", "lat"])
    away = distances_nm(base["lon"], base["lat"], own["lon"], own["lat"])
    figures = looked_up(own["asset_id"], case.assets, FIGURES)
    if case.by_sea:
        away = np.where(figures["kind"] == "vessel", numbers(own["distance_nm"]), away)
    return {**columns(own), **figures, "away_nm": away, "station_h": _on_station_h(figures, away)}


def _on_station_h(asset: Mapping[str, Any], away_nm: Array) -> Array:
    """Equations (1) and (2), of one asset or of rows with the figures of assets [h]."""
    transit, search = numbers(asset["transit_speed_kn"]), numbers(asset["search_speed_kn"])
    by_endurance = numbers(asset["endurance_h"]) - 2.0 * away_nm / transit
    by_range = ((1.0 - numbers(asset["reserve"])) * numbers(asset["range_nm"]) - 2.0 * away_nm) / search
    return np.asarray(np.minimum(by_endurance, by_range))


def seasons_again(case: Case) -> list[Season]:
    """What each period of a case allows."""
    whole = math.fsum(case.periods["days"])
    return [_season(case, period, period.days / whole) for period in records(case.periods)]


def _season(case: Case, period: Any, share: float) -> Season:
    fleet = [*records(case.assets), *records(case.sensors.rename(columns={"sensor_id": "asset_id"}))]
    areas, most = list(records(case.areas)), units.days_to_hours(period.days)
    told = [row for row in records(case.availability) if row.period == period.period_id]
    given = list(records(case.access))
    if len(case.periods) > 1:
        given = [row for row in given if not row.periods or period.period_id in row.periods]

    def pairs(tell: Callable[[Any, Any], Any], kind: type) -> npt.NDArray[Any]:
        rows = [[tell(each, area) for area in areas] for each in fleet]
        return np.array(rows, dtype=kind).reshape(len(fleet), len(areas))

    def boards(each: Any, area: Any) -> bool:
        return getattr(each, "boards", "") == "yes" and _may(each, area, given, BOARD)

    return Season(
        period_id=period.period_id,
        share=share,
        hours=numbers([_hours(each, told, share, most) for each in fleet]),
        places=numbers([_places(base, told, share) for base in records(case.bases)]),
        access=pairs(lambda each, area: _may(each, area, given, WATCH), bool),
        weather=pairs(lambda each, area: _calm(each, area, told, most), float),
        board=pairs(boards, bool),
    )


def _may(asset: Any, area: Any, given: Sequence[Any], task: str) -> bool:
    """Whether an asset or sensor may do something in an area, at home or by a row of access.csv."""
    return area.coastal_state.casefold() == asset.operator.casefold() or any(
        row.operator == asset.operator
        and area.area_id in row.areas
        and (not row.tasks or task in row.tasks)
        and (not row.kinds or asset.kind in row.kinds)
        for row in given
    )


def _calm(asset: Any, area: Any, told: Sequence[Any], most: float) -> float:
    """The share of its time there that weather leaves."""
    rows = [row for row in told if area.area_id in row.areas and _meant(row, asset)]
    return math.prod(
        min(1.0, row.hours_per_unit / most) if math.isnan(row.share) else row.share for row in rows
    )


def _hours(asset: Any, told: Sequence[Any], share: float, most: float) -> float:
    """Hours of all units: never more than the period has."""
    own = [row for row in told if not row.areas and _meant(row, asset)]
    return float(asset.units * min(most, _left(own, asset.hours_per_unit, share)))


def _places(base: Any, told: Sequence[Any], share: float) -> float:
    """Mission hours at a base, infinite where no row is about it."""
    return _left([row for row in told if base.base_id in row.bases], base.capacity_hours, share)


def _left(rows: Sequence[Any], of_year: float, share: float) -> float:
    """The fewest hours that rows of availability.csv state, and of shares the part of the year's."""
    stated = [row.hours_per_unit for row in rows if math.isnan(row.share)]
    parts = [row.share for row in rows if not math.isnan(row.share)]
    if parts:
        stated.append(of_year * share * math.prod(parts) if min(parts) > 0.0 else 0.0)
    return float(min([math.inf, *stated]))


def _meant(row: Any, asset: Any) -> bool:
    """Whether a row of availability.csv is about an asset or sensor."""
    of_kind = not row.kinds or asset.kind in row.kinds
    return not row.bases and of_kind and (not row.assets or asset.asset_id in row.assets)

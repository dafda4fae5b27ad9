"""Audit of fixed sensors: what they watch is measured again, and they are run and paid for at home."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from planner import units
from planner.case import Case
from planner.effort import search_theory
from planner.effort.fleet import access_table
from planner.frames import numbers, records, sum_by
from planner.geometry.distance import distances_nm
from planner.geometry.footprint import footprint_share
from planner.report.audit_compare import Finding, differs
from planner.report.audit_work import SUMS
from planner.report.results import Results

Array = npt.NDArray[np.float64]

TIE = 1e-8
"""Cells and areas of which a sensor watches as much, but for this part of all that it watches, are equal."""


@dataclass(frozen=True)
class Footprint:
    """What a fixed sensor watches.

    Attributes:
        share: share of each cell that is watched, shape (cells,).
        home: cells that may be its home: one, or those that are equal, shape (cells,).
        home_area: position of the area of the first of them; -1 where nothing is watched.
    """

    share: Array
    home: npt.NDArray[np.bool_]
    home_area: int


def footprint(case: Case, results: Results, sensor: Any) -> Footprint:
    """Measure what a fixed sensor watches, and where its home is.

    Its home is the cell with the most water that it watches, in the area with the most.

    Args:
        case: the case.
        results: cells and their outlines.
        sensor: a record of ``Case.sensors`` of kind fixed.
    """
    cells = results.cells.assign(geometry=results.cell_geometry)
    share = footprint_share(cells, sensor.lon, sensor.lat, sensor.radius_nm, case.land)
    watched = share * numbers(cells["area_km2"])
    same = TIE * watched.sum()
    number = {area: n for n, area in enumerate(case.areas["area_id"])}
    area = cells["area_id"].map(number).to_numpy(dtype=np.int64)
    by_area = sum_by(area, watched, len(number))
    in_home_area = (watched > 0.0) & (by_area[area] >= by_area.max() - same)
    most = np.zeros(len(number))
    np.maximum.at(most, area, watched)
    home = in_home_area & (watched >= most[area] - same)
    return Footprint(share, home, int(area[np.argmax(home)]) if home.any() else -1)


def fixed_sensors(case: Case, results: Results) -> Iterator[Finding]:
    """Coverage factors, hours and cost of every fixed sensor, from its hours and its footprint."""
    allowed, settings, cells = access_table(case), case.settings, results.cells
    number = {cell: n for n, cell in enumerate(cells["cell_id"])}
    names, km2 = cells["cell_id"], numbers(cells["area_km2"])
    for sensor in records(case.sensors[case.sensors["kind"] == "fixed"]):
        rows = results.missions[results.missions["asset_id"] == sensor.sensor_id]
        if rows.empty:
            continue
        place = rows["cell_id"].map(number).to_numpy(dtype=np.int64)
        reported = {name: sum_by(place, rows[name], len(cells)) for name in (*SUMS, "coverage_factor")}
        run = float(reported["mission_hours"].sum())
        seen = footprint(case, results, sensor)
        full = search_theory.footprint_factor(sensor.coverage_factor, seen.share)
        may = cells["area_id"].isin(allowed[sensor.operator]).to_numpy()
        factor = np.where(may, full, 0.0) * run / units.days_to_hours(settings.horizon_days)
        told = seen.home & (reported["mission_hours"] > 0.0)
        at_home = seen.home & (np.arange(len(cells)) == np.argmax(told if told.any() else seen.home))
        away = distances_nm(sensor.lon, sensor.lat, numbers(cells["lon"]), numbers(cells["lat"]))
        for column, again in (
            ("missions", run * at_home),
            ("mission_hours", run * at_home),
            ("on_station_hours", run * at_home),
            ("cost", run * sensor.cost_per_hour * at_home),
            ("coverage_factor", factor),
            ("swept_km2", factor * km2 * (settings.horizon_days / settings.dwell_days)),
        ):
            what = f"missions.csv {column}: fixed sensor {column.replace('_', ' ')} of {sensor.sensor_id}"
            yield from differs(what, reported[column], again, names)
        what = f"missions.csv distance_nm of {sensor.sensor_id}"
        yield from differs(what, rows["distance_nm"], away[place], rows["cell_id"])

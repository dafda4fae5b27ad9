"""Audit of the causes that need no price: water out of range, and water without consent."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from planner.case import Case
from planner.effort import missions as mission
from planner.effort import search_theory
from planner.effort.fleet import access_table, fleet_table
from planner.frames import numbers, records, sum_by
from planner.geometry.distance import distances_nm
from planner.report.audit_compare import Finding, differs, unlike
from planner.report.audit_fixed import footprint
from planner.report.audit_money import eligible
from planner.report.audit_tables import TOTAL
from planner.report.results import Results

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]


def causes(case: Case, results: Results) -> Iterator[Finding]:
    """Shares out of range and without access, from distances, footprints and consent alone."""
    cells, fleet, areas = results.cells, fleet_table(case), case.areas["area_id"].tolist()
    number = {area: n for n, area in enumerate(areas)}
    area = cells["area_id"].map(number).to_numpy(dtype=np.int64)
    reach, payer, free = _reach(case, results, area)
    allowed = access_table(case)
    access = np.array([np.isin(areas, list(allowed[name])) for name in fleet["operator"]], dtype=bool)
    consented = reach & access.reshape(len(fleet), len(areas))[:, area]
    short = _short_km2(results, area, areas)

    anyone = free[:, None] & np.ones(len(cells), dtype=bool)
    for _, programme in case.programmes.iterrows():
        may_fund = np.array([eligible(asset, programme) for _, asset in fleet.iterrows()], dtype=bool)
        in_mandate = np.isin(areas, programme["areas"])
        fundable = may_fund[:, None] & in_mandate[payer]
        anyone |= fundable
        rows = results.gaps[results.gaps["programme_id"] == programme["programme_id"]]
        place = rows["area_id"].map(number).to_numpy(dtype=np.int64)
        far, barred = _out_of_reach(reach & fundable, consented & fundable)
        for cause, where in (("out_of_range", far), ("no_access", barred)):
            again = sum_by(area, short * where, len(areas))[place]
            names = rows["programme_id"] + ", " + rows["area_id"]
            yield from differs(f"gaps.csv {cause}_km2", rows[f"{cause}_km2"], again, names)

    far, barred = _out_of_reach(reach & anyone, consented & anyone)
    for cause, where in (("out_of_range", far), ("no_access", barred)):
        again = sum_by(area, short * where, len(areas))
        reported = results.areas.set_index("area_id").loc[areas, f"{cause}_km2"]
        yield from differs(f"areas.csv {cause}_km2", reported, again, areas)
        total = results.gaps.loc[results.gaps["programme_id"] == TOTAL, f"{cause}_km2"]
        yield from differs(f"gaps.csv {cause}_km2 of total", total, [again.sum()])
        counts = short > 0.0
        yield from unlike(
            f"cells.csv gap_cause {cause}",
            (cells["gap_cause"] == cause)[counts],
            where[counts],
            cells.loc[counts, "cell_id"],
        )


def _out_of_reach(reached: Booleans, consented: Booleans) -> tuple[Booleans, Booleans]:
    """Cells that nothing reaches, and those that something reaches, but nothing with consent."""
    far, barred = ~np.any(reached, axis=0, keepdims=True)[0], ~np.any(consented, axis=0, keepdims=True)[0]
    return far, barred & ~far


def _short_km2(results: Results, area: npt.NDArray[np.int64], areas: list[str]) -> Array:
    """The shortfall of each area, spread over its cells by what they miss, shape (cells,)."""
    cells = results.cells
    missed = numbers(cells["area_km2"]) * search_theory.missed(numbers(cells["coverage_factor"]))
    whole = sum_by(area, missed, len(areas))
    shortfall = numbers(results.areas.set_index("area_id").loc[areas, "shortfall_km2"])
    each = np.divide(shortfall, whole, out=np.zeros(len(areas)), where=whole > 0.0)
    return np.asarray(missed * each[area])


def _reach(
    case: Case, results: Results, area: npt.NDArray[np.int64]
) -> tuple[Booleans, npt.NDArray[np.int64], Booleans]:
    """What reaches which cell, with or without consent.

    Returns:
        Whether each asset and sensor reaches each cell, shape (fleet, cells); the area in which it would be
        paid for, same shape: the cell's own, the home area of a fixed sensor with costs; and which of the
        fleet cost nothing, shape (fleet,).
    """
    cells, bases = results.cells, case.bases
    lon, lat = np.mod(numbers(cells["lon"]), 360.0), numbers(cells["lat"])
    away = distances_nm(numbers(bases["lon"])[:, None], numbers(bases["lat"])[:, None], lon, lat)
    number = {base: n for n, base in enumerate(bases["base_id"])}
    size = len(case.assets) + len(case.sensors)
    reach, payer = np.zeros((size, len(cells)), dtype=bool), np.tile(area, (size, 1))
    free = np.zeros(size, dtype=bool)
    for n, asset in enumerate(records(case.assets)):
        nearest = away[[number[base] for base in asset.bases]].min(axis=0)
        station = mission.on_station_hours(
            nearest,
            mission.transit_hours(nearest, asset.transit_speed_kn),
            asset.search_speed_kn,
            asset.endurance_h,
            asset.range_nm,
            asset.reserve,
        )
        reach[n] = station >= asset.min_on_station_h
        free[n] = asset.cost_per_hour <= 0.0 and asset.cost_per_mission <= 0.0
    for n, sensor in enumerate(records(case.sensors), start=len(case.assets)):
        if sensor.kind == "satellite":
            reach[n] = True
            free[n] = sensor.cost_per_scene <= 0.0 and sensor.cost_per_hour <= 0.0
        else:
            seen = footprint(case, results, sensor)
            reach[n] = seen.share > 0.0
            free[n] = sensor.cost_per_hour <= 0.0
            if not free[n] and seen.home_area >= 0:
                payer[n] = seen.home_area
    return reach, payer, free

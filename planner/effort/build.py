"""The effort table of a case: every asset and sensor over every cell."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.case import Case
from planner.effort.fleet import access_table
from planner.effort.patrols import patrol_rows
from planner.effort.sensors import fixed_sensor_rows, satellite_rows
from planner.effort.table import stack
from planner.frames import records
from planner.geometry.distance import distances_nm
from planner.geometry.footprint import footprint_share

Array = npt.NDArray[np.float64]


def base_distances(case: Case, cells: pd.DataFrame) -> Array:
    """Geodesic distances from every base to every cell's representative point, shape (bases, cells) [nm]."""
    bases = case.bases
    return distances_nm(
        bases["lon"].to_numpy()[:, None],
        bases["lat"].to_numpy()[:, None],
        cells["lon"].to_numpy()[None, :],
        cells["lat"].to_numpy()[None, :],
    )


def effort_table(case: Case, cells: pd.DataFrame) -> pd.DataFrame:
    """Derive what each asset and sensor can do in each cell, with and without access.

    Args:
        case: the case.
        cells: the cells, with ``area`` (position in ``case.areas``), lon, lat, ``area_km2``, geometry.

    Returns:
        Frame with ``EFFORT_COLUMNS``, by asset (assets first, then sensors), base and cell.
    """
    dwell, horizon = case.settings.dwell_days, case.settings.horizon_days
    access = _access_by_cell(case, cells)
    base_number = {base: number for number, base in enumerate(case.bases["base_id"])}
    distance_nm = base_distances(case, cells)
    parts = []
    for number, asset in enumerate(records(case.assets)):
        for base in asset.bases:
            b = base_number[base]
            parts.append(
                patrol_rows(asset, number, b, distance_nm[b], cells, access[asset.operator], dwell, horizon)
            )
    for number, sensor in enumerate(records(case.sensors), start=len(case.assets)):
        may = access[sensor.operator]
        if sensor.kind == "satellite":
            parts.append(satellite_rows(sensor, number, cells, may, dwell, horizon))
        else:
            share = footprint_share(cells, sensor.lon, sensor.lat, sensor.radius_nm, case.land)
            away_nm = distances_nm(sensor.lon, sensor.lat, cells["lon"].to_numpy(), cells["lat"].to_numpy())
            parts.append(fixed_sensor_rows(sensor, number, share, away_nm, cells, may, dwell, horizon))
    return stack(parts)


def _access_by_cell(case: Case, cells: pd.DataFrame) -> dict[str, npt.NDArray[np.bool_]]:
    area_ids = case.areas["area_id"].to_numpy()
    area_of_cell = cells["area"].to_numpy()
    return {
        operator: np.isin(area_ids, list(areas))[area_of_cell]
        for operator, areas in access_table(case).items()
    }

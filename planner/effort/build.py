"""The effort table of a case: every asset and sensor over every cell."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.case import Case
from planner.effort.fleet import access_table
from planner.effort.patrols import patrol_rows
from planner.effort.reach import Reach, reach
from planner.effort.sensors import fixed_sensor_rows, satellite_rows
from planner.effort.table import stack
from planner.frames import records

Array = npt.NDArray[np.float64]


def effort_table(case: Case, cells: pd.DataFrame, far: Reach | None = None) -> pd.DataFrame:
    """Derive what each asset and sensor can do in each cell, with and without access.

    Args:
        case: the case.
        cells: the cells, with ``area`` (position in ``case.areas``), lon, lat, ``area_km2``, geometry.
        far: distances and footprints over these cells, where they are known.

    Returns:
        Frame with ``EFFORT_COLUMNS``, by asset (assets first, then sensors), base and cell.
    """
    dwell, horizon = case.settings.dwell_days, case.settings.horizon_days
    access = _access_by_cell(case, cells)
    base_number = {base: number for number, base in enumerate(case.bases["base_id"])}
    far = reach(case, cells) if far is None else far
    parts = []
    for number, asset in enumerate(records(case.assets)):
        for base in asset.bases:
            b = base_number[base]
            parts.append(
                patrol_rows(asset, number, b, far.base_nm[b], cells, access[asset.operator], dwell, horizon)
            )
    for at, sensor in enumerate(records(case.sensors)):
        number = len(case.assets) + at
        may = access[sensor.operator]
        if sensor.kind == "satellite":
            parts.append(satellite_rows(sensor, number, cells, may, dwell, horizon))
        else:
            share, away_nm = far.sensor_share[at], far.sensor_nm[at]
            parts.append(fixed_sensor_rows(sensor, number, share, away_nm, cells, may, dwell, horizon))
    return stack(parts)


def _access_by_cell(case: Case, cells: pd.DataFrame) -> dict[str, npt.NDArray[np.bool_]]:
    area_ids = case.areas["area_id"].to_numpy()
    area_of_cell = cells["area"].to_numpy()
    return {
        operator: np.isin(area_ids, list(areas))[area_of_cell]
        for operator, areas in access_table(case).items()
    }

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


def effort_table(
    case: Case, cells: pd.DataFrame, far: Reach | None = None, nearest: bool = False
) -> pd.DataFrame:
    """Derive what each asset and sensor can do in each cell, with and without access.

    Args:
        case: the case.
        cells: the cells, with ``area`` (position in ``case.areas``), lon, lat, ``area_km2``, geometry.
        far: distances and footprints over these cells, where they are known.
        nearest: whether bases that are of no use to an asset in a cell are left out, see ``of_use``.

    Returns:
        Frame with ``EFFORT_COLUMNS``, by asset (assets first, then sensors), base and cell.
    """
    dwell, horizon = case.settings.dwell_days, case.settings.horizon_days
    access = _access_by_cell(case, cells)
    base_number = {base: number for number, base in enumerate(case.bases["base_id"])}
    far = reach(case, cells) if far is None else far
    parts = []
    for number, asset in enumerate(records(case.assets)):
        bases = [base_number[base] for base in asset.bases]
        useful = of_use(case, bases, far.base_nm) if nearest else None
        for at, b in enumerate(bases):
            away_nm = far.base_nm[b]
            if useful is not None:
                away_nm = np.where(useful[at], away_nm, np.inf)
            parts.append(
                patrol_rows(asset, number, b, away_nm, cells, access[asset.operator], dwell, horizon)
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


def of_use(case: Case, bases: list[int], base_nm: Array) -> npt.NDArray[np.bool_]:
    """From which of an asset's bases it is of use to work in each cell, shape (bases of the asset, cells).

    With the distance, equations (1) to (6) give fewer hours on station for each hour and each unit of money
    of a mission. So no plan is worse for taking the nearest of the bases that have no limit: only this one,
    and bases with a limit that are nearer still, are of use. It does not hold where money must be spent.

    Args:
        case: the case.
        bases: positions of the asset's bases.
        base_nm: distance of each cell from each base of the case, shape (bases of the case, cells) [nm].
    """
    unlimited = np.isinf(case.bases["capacity_hours"].to_numpy(dtype=np.float64)[bases])
    away_nm = base_nm[bases]
    without = np.where(unlimited[:, None], away_nm, np.inf)
    first = np.argmin(without, axis=0) if len(bases) else np.zeros(0, dtype=np.int64)
    is_first = np.arange(len(bases))[:, None] == first[None, :]
    return np.asarray((is_first & unlimited[:, None]) | (away_nm < without.min(axis=0, initial=np.inf)))


def most_rows(case: Case, n_cells: int) -> int:
    """Rows of the effort table if everything reached every cell."""
    return n_cells * (sum(len(asset.bases) for asset in records(case.assets)) + len(case.sensors))


def _access_by_cell(case: Case, cells: pd.DataFrame) -> dict[str, npt.NDArray[np.bool_]]:
    area_ids = case.areas["area_id"].to_numpy()
    area_of_cell = cells["area"].to_numpy()
    return {
        operator: np.isin(area_ids, list(areas))[area_of_cell]
        for operator, areas in access_table(case).items()
    }

"""Effort rows of assets that sail or fly missions from a base."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.effort import missions, search_theory
from planner.effort.table import effort_rows


def patrol_rows(
    asset: Any,
    asset_number: int,
    base_number: int,
    distance_nm: npt.NDArray[np.float64],
    cells: pd.DataFrame,
    access: npt.NDArray[np.bool_],
    dwell_days: float,
    horizon_days: float,
) -> pd.DataFrame:
    """Effort of one asset from one base in every cell that it reaches, equations (1) to (6).

    A cell is reachable iff the on-station hours are at least the asset's ``min_on_station_h``.

    Args:
        asset: one record of ``Case.assets`` (a named tuple).
        asset_number: position in the fleet.
        base_number: position in the bases.
        distance_nm: base to each cell, shape (cells,) [nm].
        cells: the cells, with ``area`` (position) and ``area_km2``.
        access: whether the operator may work in each cell, shape (cells,).
        dwell_days: days that a target stays in a cell.
        horizon_days: days of the planning horizon.

    Returns:
        Effort rows; none where the asset has no units or no hours is decided later, by its capacity.
    """
    transit_h = missions.transit_hours(distance_nm, asset.transit_speed_kn)
    station_h = missions.on_station_hours(
        distance_nm, transit_h, asset.search_speed_kn, asset.endurance_h, asset.range_nm, asset.reserve
    )
    reached = np.flatnonzero(station_h >= asset.min_on_station_h)
    station_h = station_h[reached]
    mission_h = transit_h[reached] + station_h
    swept = search_theory.swept_km2(asset.sweep_width_nm, asset.search_speed_kn, station_h)
    cell_km2 = cells["area_km2"].to_numpy()[reached]
    return effort_rows(
        asset=asset_number,
        base=base_number,
        cell=reached,
        area=cells["area"].to_numpy()[reached],
        distance_nm=distance_nm[reached],
        mission_hours=mission_h,
        on_station_hours=station_h,
        swept_km2=swept,
        factor=search_theory.coverage_factor(swept, cell_km2, dwell_days, horizon_days),
        cost=missions.mission_cost(mission_h, asset.cost_per_hour, asset.cost_per_mission),
        access=access[reached],
    )

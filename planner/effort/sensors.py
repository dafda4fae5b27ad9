"""Effort rows of what needs no patrol: satellite tasking and fixed sensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner import units
from planner.effort import search_theory
from planner.effort.table import NO_BASE, effort_rows
from planner.frames import sum_by

TIE = 1e-9
"""Parts of the watched water that differ by less are equal."""


def satellite_rows(
    sensor: Any,
    asset_number: int,
    cells: pd.DataFrame,
    access: npt.NDArray[np.bool_],
    dwell_days: float,
    horizon_days: float,
) -> pd.DataFrame:
    """Effort of one satellite tasking: a scene sweeps its stated area, in any cell.

    Scenes larger than a cell are used in parts: a scene over several cells is a fraction of a scene in each.

    Args:
        sensor: one record of ``Case.sensors`` of kind satellite.
        asset_number: position in the fleet.
        cells: the cells, with ``area`` (position) and ``area_km2``.
        access: whether the operator may use it over each cell, shape (cells,).
        dwell_days: days that a target stays in a cell.
        horizon_days: days of the planning horizon.

    Returns:
        Effort rows, one per cell; a mission is one scene.
    """
    swept = float(sensor.swept_km2_per_scene)
    return effort_rows(
        asset=asset_number,
        base=NO_BASE,
        cell=np.arange(len(cells)),
        area=cells["area"],
        distance_nm=0.0,
        mission_hours=sensor.hours_per_scene,
        on_station_hours=sensor.hours_per_scene,
        swept_km2=swept,
        factor=search_theory.coverage_factor(swept, cells["area_km2"].to_numpy(), dwell_days, horizon_days),
        cost=sensor.cost_per_scene + sensor.cost_per_hour * sensor.hours_per_scene,
        access=access,
    )


def fixed_sensor_rows(
    sensor: Any,
    asset_number: int,
    share: npt.NDArray[np.float64],
    distance_nm: npt.NDArray[np.float64],
    cells: pd.DataFrame,
    access: npt.NDArray[np.bool_],
    dwell_days: float,
    horizon_days: float,
) -> pd.DataFrame:
    """Effort of one fixed sensor: an hour of it watches all cells of its footprint at once.

    The stated coverage factor is that of running through the whole horizon; an hour adds its part. Hours
    and cost of the hour stand in one row, that of its home cell: the cell with the most water that is watched
    in the area with the most. So a sensor is paid for by who may pay for it in its home area, and is run for
    all cells alike.

    Args:
        sensor: one record of ``Case.sensors`` of kind fixed.
        asset_number: position in the fleet.
        share: share of each cell inside the footprint, shape (cells,).
        distance_nm: sensor to each cell, shape (cells,) [nm].
        cells: the cells, with ``area`` (position) and ``area_km2``.
        access: whether the operator may use it over each cell, shape (cells,).
        dwell_days: days that a target stays in a cell.
        horizon_days: days of the planning horizon.

    Returns:
        Effort rows, all of one activity; a mission is one hour of one unit.
    """
    watched = np.flatnonzero(share > 0.0)
    cell_km2 = cells["area_km2"].to_numpy()[watched]
    factor = search_theory.footprint_factor(sensor.coverage_factor, share[watched])
    factor_per_hour = factor / units.days_to_hours(horizon_days)
    at_home = _home(share[watched] * cell_km2, cells["area"].to_numpy()[watched])
    return effort_rows(
        activity=np.zeros(watched.size),
        asset=asset_number,
        base=NO_BASE,
        cell=watched,
        area=cells["area"].to_numpy()[watched],
        distance_nm=distance_nm[watched],
        mission_hours=at_home,
        on_station_hours=at_home,
        swept_km2=factor_per_hour * cell_km2 * (horizon_days / dwell_days),
        factor=factor_per_hour,
        cost=at_home * sensor.cost_per_hour,
        access=access[watched],
    )


def _home(watched_km2: npt.NDArray[np.float64], area: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    """1 in the home cell and 0 in the others, shape (watched cells,)."""
    at_home = np.zeros(len(watched_km2))
    if len(watched_km2):
        same = TIE * watched_km2.sum()  # rounding must not choose between equal cells: the first is taken
        by_area = np.round(sum_by(area, watched_km2, int(area.max()) + 1) / same)
        by_cell = np.round(watched_km2 / same)
        at_home[np.argmax(np.where(area == np.argmax(by_area), by_cell, -1.0))] = 1.0
    return at_home

"""Fixed sensors, such as coastal radars: an hour watches all cells of the footprint at once. Equation (12).

Reads the rows of sensors.csv of kind fixed, and the share of each cell inside the footprint. One unit of the
activity is one hour of one unit; it is paid for in the area of which it watches the most water.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner import units
from planner.core import search_theory
from planner.features.effort import NO_BASE, Rows, effort_rows
from planner.frames import sum_by

Array = npt.NDArray[np.float64]

INPUTS = ("kind", "coverage_factor", "cost_per_hour")
"""Columns of sensors.csv that a fixed sensor's effort is made from, beside its footprint."""
TIE = 1e-9
"""Parts of the watched water that differ by less are equal."""


def fixed_sensor_rows(
    sensor: Any,
    asset_number: int,
    footprint: tuple[Array, Array],
    cells: pd.DataFrame,
    days: tuple[float, float],
) -> Rows:
    """Effort of one fixed sensor: one row for each cell of its footprint, all of one activity.

    The stated coverage factor is that of running through the whole horizon; an hour adds its part.

    Args:
        sensor: one record of ``Case.sensors`` of kind fixed.
        asset_number: position in the fleet.
        footprint: share of each cell inside it, and the distance of each cell [nm], each of shape (cells,).
        cells: the cells, with ``area`` (position) and ``area_km2``.
        days: that a target stays in a cell, and of the planning horizon.
    """
    share, distance_nm = footprint
    watched = np.flatnonzero(share > 0.0)
    area = cells["area"].to_numpy()[watched]
    watched_km2 = share[watched] * cells["area_km2"].to_numpy()[watched]
    factor = search_theory.footprint_factor(sensor.coverage_factor, share[watched])
    return effort_rows(
        activity=np.zeros(watched.size),
        asset=asset_number,
        base=NO_BASE,
        cell=watched,
        area=area,
        paid_in=_area_most_watched(watched_km2, area),
        distance_nm=distance_nm[watched],
        mission_hours=1.0,
        factor=factor / units.days_to_hours(days[1]),
        cost=sensor.cost_per_hour,
    )


def _area_most_watched(watched_km2: Array, area: npt.NDArray[np.int64]) -> int:
    """The area with the most watched water, by position; the first of equal ones."""
    if not len(area):
        return 0
    by_area = sum_by(area, watched_km2, int(area.max()) + 1)
    return int(np.argmax(np.round(by_area / (TIE * watched_km2.sum()))))

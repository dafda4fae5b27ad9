"""Satellite tasking: a scene sweeps its stated area, in any cell. Equation (5) of planner/core/README.md.

Reads the rows of sensors.csv of kind satellite. One unit of the activity is one scene. Scenes larger than a
cell are used in parts: a scene over several cells is a fraction of a scene in each.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from planner.core import search_theory
from planner.features.effort import NO_BASE, Rows, effort_rows

INPUTS = ("kind", "swept_km2_per_scene", "hours_per_scene", "cost_per_scene", "cost_per_hour")
"""Columns of sensors.csv that a tasking's effort is made from."""


def satellite_rows(
    sensor: Any,
    asset_number: int,
    cells: pd.DataFrame,
    days: tuple[float, float],
) -> Rows:
    """Effort of one satellite tasking, one row for each cell.

    Args:
        sensor: one record of ``Case.sensors`` of kind satellite.
        asset_number: position in the fleet.
        cells: the cells, with ``area`` (position) and ``area_km2``.
        days: that a target stays in a cell, and of the planning horizon.
    """
    swept = float(sensor.swept_km2_per_scene)
    return effort_rows(
        asset=asset_number,
        base=NO_BASE,
        cell=np.arange(len(cells)),
        area=cells["area"],
        distance_nm=0.0,
        mission_hours=sensor.hours_per_scene,
        factor=search_theory.coverage_factor(swept, cells["area_km2"].to_numpy(), *days),
        cost=sensor.cost_per_scene + sensor.cost_per_hour * sensor.hours_per_scene,
    )

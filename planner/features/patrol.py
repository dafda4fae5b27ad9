"""Patrols: assets that sail or fly missions from a base. Equations (1) to (6) of planner/core/README.md.

Reads assets.csv, and the distances of cells from bases. One unit of the activity is one mission.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.core import search_theory
from planner.features.effort import Rows, effort_rows

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

INPUTS = (
    *("bases", "transit_speed_kn", "search_speed_kn", "sweep_width_nm", "range_nm"),
    *("endurance_h", "reserve", "min_on_station_h", "cost_per_hour", "cost_per_mission"),
)
"""Columns of assets.csv that a patrol's effort is made from."""


def transit_hours(distance_nm: Array, transit_speed_kn: Array | float) -> Array:
    """Transit out and back, equation (1): t = 2 d / v_transit [h], distances in nm."""
    return np.asarray(2.0 * distance_nm / transit_speed_kn)


def on_station_hours(
    distance_nm: Array,
    transit_h: Array,
    search_speed_kn: float,
    endurance_h: float,
    range_nm: float,
    reserve: float,
) -> Array:
    """Hours left for the search, equation (2).

    s = min(endurance - t, ((1 - reserve) range - 2 d) / v_search): what the crew's hours leave and what the
    fuel leaves. Negative where the cell is too far.

    Args:
        distance_nm: base to cell, shape (cells,) [nm].
        transit_h: transit out and back, shape (cells,) [h].
        search_speed_kn: speed on station [kn].
        endurance_h: longest mission [h].
        range_nm: distance on full tanks [nm].
        reserve: share of the range that is never planned with [-].

    Returns:
        On-station hours, shape (cells,) [h].
    """
    by_endurance = endurance_h - transit_h
    by_range = ((1.0 - reserve) * range_nm - 2.0 * distance_nm) / search_speed_kn
    return np.minimum(by_endurance, by_range)


def reach_of(asset: Any) -> float:
    """``reach_nm`` of an asset, a record of assets.csv [nm]."""
    return reach_nm(
        asset.transit_speed_kn,
        asset.search_speed_kn,
        asset.endurance_h,
        asset.range_nm,
        asset.reserve,
        asset.min_on_station_h,
    )


def reach_nm(
    transit_speed_kn: float,
    search_speed_kn: float,
    endurance_h: float,
    range_nm: float,
    reserve: float,
    min_on_station_h: float,
) -> float:
    """Greatest distance at which the least time on station is left, from equations (1) and (2) [nm].

    s >= s_min holds where both of its limits hold, so d = min((endurance - s_min) v_transit,
    (1 - reserve) range - s_min v_search) / 2; 0 where not even the base's own water is reached.

    Args:
        transit_speed_kn: speed of the transit [kn].
        search_speed_kn: speed on station [kn].
        endurance_h: longest mission [h].
        range_nm: distance on full tanks [nm].
        reserve: share of the range that is never planned with [-].
        min_on_station_h: least hours on station that make a mission [h].
    """
    by_endurance = (endurance_h - min_on_station_h) * transit_speed_kn
    by_range = (1.0 - reserve) * range_nm - min_on_station_h * search_speed_kn
    return max(0.0, min(by_endurance, by_range) / 2.0)


def mission_cost(mission_h: Array, cost_per_hour: Array | float, cost_per_mission: Array | float) -> Array:
    """Cost of a mission, equation (6): c = cost_per_hour m + cost_per_mission [case currency]."""
    return np.asarray(cost_per_hour * mission_h + cost_per_mission)


def patrol_rows(
    asset: Any,
    numbers: tuple[int, int],
    distance_nm: Array,
    cells: pd.DataFrame,
    days: tuple[float, float],
) -> Rows:
    """Effort of one asset from one base in every cell that it reaches, equations (1) to (6).

    A cell is reachable iff the on-station hours are at least the asset's ``min_on_station_h``.

    Args:
        asset: one record of ``Case.assets`` (a named tuple).
        numbers: positions of the asset in the fleet and of the base in the bases.
        distance_nm: base to each cell, shape (cells,) [nm].
        cells: the cells, with ``area`` (position) and ``area_km2``.
        days: that a target stays in a cell, and of the planning horizon.
    """
    transit_h = transit_hours(distance_nm, asset.transit_speed_kn)
    station_h = on_station_hours(
        distance_nm, transit_h, asset.search_speed_kn, asset.endurance_h, asset.range_nm, asset.reserve
    )
    reached = np.flatnonzero(station_h >= asset.min_on_station_h)
    station_h = station_h[reached]
    mission_h = transit_h[reached] + station_h
    swept = search_theory.swept_km2(asset.sweep_width_nm, asset.search_speed_kn, station_h)
    cell_km2 = cells["area_km2"].to_numpy()[reached]
    return effort_rows(
        asset=numbers[0],
        base=numbers[1],
        cell=reached,
        area=cells["area"].to_numpy()[reached],
        distance_nm=distance_nm[reached],
        mission_hours=mission_h,
        factor=search_theory.coverage_factor(swept, cell_km2, *days),
        cost=mission_cost(mission_h, asset.cost_per_hour, asset.cost_per_mission),
    )


def useful_bases(unlimited: Booleans, base_nm: Array) -> Booleans:
    """From which of an asset's bases it is of use to work in each cell, shape (bases of the asset, cells).

    With the distance, equations (1) to (6) give fewer hours on station for each hour and each unit of money
    of a mission. So no plan is worse for taking the nearest of the bases that have no limit: only this one,
    and bases with a limit that are nearer still, are of use. It does not hold where money must be spent.

    Args:
        unlimited: which of the asset's bases have no limit, shape (bases of the asset,).
        base_nm: distance of each cell from each of them, shape (bases of the asset, cells) [nm].
    """
    without = np.where(unlimited[:, None], base_nm, np.inf)
    first = np.argmin(without, axis=0) if len(base_nm) else np.zeros(0, dtype=np.int64)
    is_first = np.arange(len(base_nm))[:, None] == first[None, :]
    return np.asarray((is_first & unlimited[:, None]) | (base_nm < without.min(axis=0, initial=np.inf)))

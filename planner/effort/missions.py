"""Missions from a base: transit out, search, transit back; equations (1) to (3) and (6) of the design."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def transit_hours(distance_nm: Array, transit_speed_kn: float) -> Array:
    """Transit out and back, equation (1): t = 2 d / v_transit [h], distances in nm."""
    return 2.0 * distance_nm / transit_speed_kn


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

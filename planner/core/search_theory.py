"""Search theory: coverage factor and probability of detection under random search.

Sources: B. O. Koopman, Search and Screening, OEG Report 56 (1946), chapter 2; IAMSAR Manual, volume II,
chapter 4. All functions take and return arrays of one shape (or numbers).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planner import units

Array = npt.NDArray[np.float64]


def swept_km2(sweep_width_nm: Array | float, search_speed_kn: Array | float, on_station_h: Array) -> Array:
    """Area swept on station, equation (4): A = W v s.

    Args:
        sweep_width_nm: effective sweep width W [nm].
        search_speed_kn: speed on station v [kn].
        on_station_h: hours on station s [h].

    Returns:
        Swept area [km²].
    """
    return units.nm2_to_km2(np.asarray(sweep_width_nm * search_speed_kn * on_station_h))


def coverage_factor(
    swept_area_km2: Array | float, cell_km2: Array | float, dwell_days: float, horizon_days: float
) -> Array:
    """Coverage factor that one mission a year adds to a target's stay, equation (5).

    g = A / area * dwell / horizon: a mission somewhere in the horizon falls, with probability
    dwell / horizon, into the time that a target stays in the cell.

    Args:
        swept_area_km2: area swept by the mission, A [km²].
        cell_km2: area of the cell [km²], above 0.
        dwell_days: days that a target stays in the cell.
        horizon_days: days of the planning horizon.

    Returns:
        Coverage factor per mission [-].
    """
    return np.asarray(swept_area_km2 / cell_km2 * (dwell_days / horizon_days), dtype=np.float64)


def pod(factor: Array | float) -> Array:
    """Probability of detection of a random search, POD = 1 - exp(-C) (Koopman 1946)."""
    return np.asarray(-np.expm1(-np.asarray(factor, dtype=np.float64)))


def missed(factor: Array | float) -> Array:
    """Share of targets missed, u = exp(-C) = 1 - POD."""
    return np.asarray(np.exp(-np.asarray(factor, dtype=np.float64)))


def footprint_factor(full_factor: float, share: Array) -> Array:
    """Coverage factor of a cell of which only a share is watched.

    Targets are spread evenly over the cell, so a share ``s`` watched with coverage factor ``C`` is missed
    with 1 - s (1 - exp(-C)); the factor that says the same of the whole cell is the logarithm of that.
    It is exact together with any effort that is spread over the whole cell, and it is C where s = 1.

    Args:
        full_factor: coverage factor C inside the footprint [-].
        share: share of each cell inside the footprint, 0 to 1, shape (cells,).

    Returns:
        Equivalent coverage factor of each whole cell [-], shape (cells,).
    """
    return np.asarray(-np.log1p(share * np.expm1(-full_factor)))

"""Every conversion of units, in one place.

The planner works in nautical miles, knots, hours and square kilometres, and in the case's currency a year.
Each function takes a number or an array and returns the same.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

M_PER_NM = 1852.0
"""Metres in a nautical mile, exactly (International Extraordinary Hydrographic Conference, Monaco 1929)."""
KM2_PER_NM2 = (M_PER_NM / 1000.0) ** 2
M2_PER_KM2 = 1e6
HOURS_PER_DAY = 24.0
MILLION = 1e6

Number = TypeVar("Number", float, npt.NDArray[np.float64])


def m_to_nm(metres: Number) -> Number:
    """Metres to nautical miles."""
    return metres / M_PER_NM


def nm_to_m(nautical_miles: Number) -> Number:
    """Nautical miles to metres."""
    return nautical_miles * M_PER_NM


def nm2_to_km2(square_nm: Number) -> Number:
    """Square nautical miles to square kilometres."""
    return square_nm * KM2_PER_NM2


def m2_to_km2(square_metres: Number) -> Number:
    """Square metres to square kilometres."""
    return square_metres / M2_PER_KM2


def days_to_hours(days: Number) -> Number:
    """Days to hours."""
    return days * HOURS_PER_DAY


def per_unit_to_per_million(price: Number) -> Number:
    """A price for one unit of money to the price for a million of them."""
    return price * MILLION


def per_million_to_per_unit(price: Number) -> Number:
    """A price for a million units of money to the price for one of them."""
    return price / MILLION

"""Distances over the WGS84 ellipsoid."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyproj

from planner.frames import numbers
from planner.geometry.polygons import Floats
from planner.units import m_to_nm

GEOD = pyproj.Geod(ellps="WGS84")


def distances_nm(
    lon1: npt.ArrayLike, lat1: npt.ArrayLike, lon2: npt.ArrayLike, lat2: npt.ArrayLike
) -> Floats:
    """Length of the geodesic between points, d of equation (1) [nm].

    Karney (2013), Algorithms for geodesics, doi 10.1007/s00190-012-0578-z, as PROJ has it.

    Args:
        lon1: longitudes of the first points [degrees], in any convention.
        lat1: their latitudes [degrees].
        lon2: longitudes of the second points [degrees].
        lat2: their latitudes [degrees].

    Returns:
        Distances [nm]; the four arguments are broadcast against each other as numpy does.
    """
    columns = np.broadcast_arrays(*(numbers(value) for value in (lon1, lat1, lon2, lat2)))
    a, b, c, d = (np.ascontiguousarray(column).ravel() for column in columns)
    _, _, metres = GEOD.inv(a, b, c, d)
    return m_to_nm(numbers(metres).reshape(columns[0].shape))

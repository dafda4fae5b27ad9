"""Distances over the WGS84 ellipsoid."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyproj
import scipy
import shapely

from planner.frames import numbers
from planner.geometry.polygons import Booleans, Floats, Integers, as_array
from planner.units import m_to_nm

GEOD = pyproj.Geod(ellps="WGS84")
MINUTES = 60.0
"""Minutes of arc, and so about nautical miles, in a degree."""
DENSE_DEG = 0.2
"""Outlines have a vertex this often where distances to them are measured: the error is under 0.2 nm at 25."""


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
    return m_to_nm(numbers(GEOD.inv(a, b, c, d)[2]).reshape(columns[0].shape))


def within_nm(lon: Floats, lat: Floats, outlines: object, limit_nm: float) -> Booleans:
    """Whether points lie inside any outline, or within a distance of its vertices, which are made dense.

    Args:
        lon: n longitudes [degrees, 0 to 360].
        lat: their latitudes [degrees].
        outlines: canonical outlines.
        limit_nm: the distance [nm].
    """
    array = as_array(outlines)
    found = np.zeros(len(lon), dtype=bool)
    found[shapely.STRtree(array).query(shapely.points(lon, lat), predicate="intersects")[0]] = True
    vertices = shapely.get_coordinates(shapely.segmentize(array, DENSE_DEG))
    _, nearest = scipy.spatial.cKDTree(on_sphere(*vertices.T)).query(on_sphere(lon, lat))
    return found | (distances_nm(lon, lat, *vertices[nearest].T) <= limit_nm)


def pairs_within_nm(lon: Floats, lat: Floats, limit_nm: float) -> Integers:
    """Positions, shape (pairs, 2), of points that are nearer than a short distance, on a sphere (to 0.6%)."""
    if not len(lon):
        return np.zeros((0, 2), dtype=np.int64)
    chord = 2 * np.sin(np.radians(limit_nm / MINUTES) / 2)
    return np.asarray(
        scipy.spatial.cKDTree(on_sphere(lon, lat)).query_pairs(chord, output_type="ndarray"), dtype=np.int64
    )


def on_sphere(lon: Floats, lat: Floats) -> Floats:
    """Points [degrees] on the unit sphere, shape (points, 3)."""
    east, north = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=-1)

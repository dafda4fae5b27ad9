"""Areas on the WGS84 ellipsoid of outlines whose edges are straight in longitude and latitude."""

from __future__ import annotations

import math

import numpy as np
import shapely

from planner.frames import sum_by
from planner.geometry.polygons import Floats, as_array, parts_of
from planner.units import m2_to_km2

SEMI_MAJOR_M = 6378137.0
FLATTENING = 1 / 298.257223563
"""WGS84: NGA.STND.0036, table 3.1."""
ECCENTRICITY_2 = FLATTENING * (2 - FLATTENING)
ECCENTRICITY = math.sqrt(ECCENTRICITY_2)
NODES, WEIGHTS = np.polynomial.legendre.leggauss(8)
"""Eight nodes integrate q along an edge of 90 degrees of latitude to 1e-15, of 180 degrees to 1e-13."""


def authalic_q(sin_latitude: Floats) -> Floats:
    """Twice the area between the equator and a parallel, per radian of longitude and a².

    q = (1 - e²) (sin φ / (1 - e² sin² φ) + artanh(e sin φ) / e): Snyder (1987), Map Projections, a Working
    Manual, USGS Professional Paper 1395, equation 3-12; from -1.9955... at the south pole to 1.9955...
    """
    s = sin_latitude
    inverse = np.arctanh(ECCENTRICITY * s) / ECCENTRICITY
    return (1 - ECCENTRICITY_2) * (s / (1 - ECCENTRICITY_2 * s * s) + inverse)


POLE_Q = float(authalic_q(np.ones(1))[0])
AUTHALIC_RADIUS_2_KM2 = m2_to_km2(SEMI_MAJOR_M**2 * POLE_Q / 2)
"""Square of the radius of the sphere with the ellipsoid's area [km²] (Snyder 1987, equation 3-13)."""
EARTH_KM2 = 4 * math.pi * AUTHALIC_RADIUS_2_KM2


def areas_km2(geometries: object) -> Floats:
    """Area of each polygonal geometry on the WGS84 ellipsoid [km²].

    The area of a ring is a²/2 |∮ q dλ| (Green's theorem on equation 3-12 of Snyder 1987); along an edge that
    is straight in longitude and latitude the integral is Δλ times the mean of q, taken by Gauss-Legendre
    quadrature. Cutting an outline along such edges leaves the sum of the areas as it was.

    Args:
        geometries: n geometries (array, list or series) in degrees. Longitudes of one ring must be continuous
            (as ``to_canonical`` makes them). Points and lines have no area.
    """
    array = as_array(geometries)
    parts, owner = parts_of(array)
    rings, polygon = shapely.get_rings(parts, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    lon, lat = np.radians(coordinates).T
    within = ring[1:] == ring[:-1]
    start, step, width = lat[:-1][within], np.diff(lat)[within], np.diff(lon)[within]
    mean_q = np.zeros(len(start))
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        mean_q += weight / 2 * authalic_q(np.sin(start + step * (node + 1) / 2))
    ring_km2 = m2_to_km2(SEMI_MAJOR_M**2 / 2 * np.abs(sum_by(ring[1:][within], mean_q * width, len(rings))))
    exterior = np.diff(polygon, prepend=-1) > 0
    return sum_by(owner[polygon], np.where(exterior, ring_km2, -ring_km2), len(array))

"""Positions on the conformal sphere, and circles of the ellipsoid."""

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod

Floats = NDArray[np.float64]

GEOD = Geod(ellps="WGS84")
ECCENTRICITY = float(np.sqrt(GEOD.es))


def conformal_latitude(latitude_rad: Floats) -> Floats:
    """Conformal latitude of a geodetic latitude, both in radians (Snyder 1987, eq. 3-1).

    The scale of the conformal sphere is the same in all directions and changes by less than 0.05% over 200 nm
    of latitude in this region, so lines of equal distance on it are those of the ellipsoid within that.
    """
    sine = ECCENTRICITY * np.sin(latitude_rad)
    stretch = ((1 - sine) / (1 + sine)) ** (ECCENTRICITY / 2)
    return np.asarray(2 * np.arctan(np.tan(np.pi / 4 + latitude_rad / 2) * stretch) - np.pi / 2)


def geodetic_latitude(conformal_rad: Floats) -> Floats:
    """Inverse of `conformal_latitude`, by fixed-point iteration to 1e-12 rad."""
    latitude = conformal_rad
    half = np.tan(np.pi / 4 + conformal_rad / 2)
    for _ in range(6):
        sine = ECCENTRICITY * np.sin(latitude)
        latitude = 2 * np.arctan(half * ((1 + sine) / (1 - sine)) ** (ECCENTRICITY / 2)) - np.pi / 2
    return latitude


def unit_vectors(lonlat: Floats) -> Floats:
    """Unit vectors (n, 3) on the conformal sphere of positions (n, 2) in degrees."""
    lon, lat = np.radians(lonlat[:, 0]), conformal_latitude(np.radians(lonlat[:, 1]))
    return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))


def positions(vectors: Floats) -> Floats:
    """Positions (n, 2) in degrees, longitudes 0-360, of vectors (n, 3) on the conformal sphere."""
    lon = np.degrees(np.arctan2(vectors[:, 1], vectors[:, 0])) % 360.0
    lat = geodetic_latitude(np.arctan2(vectors[:, 2], np.hypot(vectors[:, 0], vectors[:, 1])))
    return np.column_stack((lon, np.degrees(lat)))


def circles(lonlat: Floats, radius_m: float, corners: int) -> list[shapely.Polygon]:
    """Geodesic circles of the given radius in metres around positions in degrees, longitudes 0-360."""
    azimuth = np.linspace(0.0, 360.0, corners, endpoint=False)
    rings = []
    for lon, lat in lonlat:
        ones = np.ones(corners)
        ring_lon, ring_lat, _ = GEOD.fwd(lon * ones, lat * ones, azimuth, radius_m * ones)
        rings.append(shapely.Polygon(np.column_stack((np.asarray(ring_lon) % 360.0, ring_lat))))
    return rings


def area_km2(geometry: shapely.Geometry) -> float:
    """Geodesic area on WGS84 in square kilometres, holes taken off."""
    total = 0.0
    for polygon in shapely.get_parts(geometry):
        total += abs(GEOD.geometry_area_perimeter(shapely.Polygon(polygon.exterior))[0])
        total -= sum(
            abs(GEOD.geometry_area_perimeter(shapely.Polygon(ring))[0]) for ring in polygon.interiors
        )
    return total / 1e6

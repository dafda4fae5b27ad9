"""Geodesic discs, and the share of each cell that a sensor's disc covers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from planner.geometry.area import areas_km2
from planner.geometry.distance import GEOD
from planner.geometry.longitude import TURN, fold
from planner.geometry.polygons import Floats, GeometryError, as_array, polygons_only
from planner.units import nm_to_m

POLE = 90.0
AZIMUTHS = 720
"""Vertices of a disc: a regular polygon inside a circle is short by (2π/n)²/6 of its area, here 1.3e-5."""
LARGEST_RADIUS_NM = 5000.0
"""Below a quarter of the Earth's girth (5,400 nm), so that no disc contains both poles."""


def disc(lon: float, lat: float, radius_nm: float) -> BaseGeometry:
    """The points within a geodesic distance, as a polygon whose area is right to 1e-4.

    Args:
        lon: longitude of the centre [degrees], in any convention.
        lat: latitude of the centre [degrees].
        radius_nm: radius [nm], above 0 and at most 5,000.

    Returns:
        Canonical Polygon or MultiPolygon; a disc with a pole inside reaches to latitude 90 or -90.

    Raises:
        GeometryError: a centre or a radius that is not on the Earth.
    """
    if not (0 < radius_nm <= LARGEST_RADIUS_NM):
        raise GeometryError(f"radius {radius_nm} nm is not above 0 and at most {LARGEST_RADIUS_NM:.0f} nm")
    if not (math.isfinite(lon) and -POLE <= lat <= POLE):
        raise GeometryError(f"longitude {lon}, latitude {lat} is not a place on the Earth")
    azimuth = -np.linspace(0.0, 360.0, AZIMUTHS, endpoint=False)
    east, north, metres = (np.full(AZIMUTHS, float(one)) for one in (lon, lat, nm_to_m(float(radius_nm))))
    ring = np.stack(GEOD.fwd(east, north, azimuth, metres)[:2], axis=1)
    ring = np.concatenate([ring, ring[:1]])
    ring[:, 0] = np.unwrap(ring[:, 0], period=TURN)
    if abs(ring[-1, 0] - ring[0, 0]) > TURN / 2:  # once around a pole
        pole = math.copysign(POLE, lat)
        ring = np.concatenate([ring, [[ring[-1, 0], pole], [ring[0, 0], pole], ring[0]]])
    return fold(shapely.Polygon(ring))


def footprint_share(
    cells: pd.DataFrame, lon: float, lat: float, radius_nm: float, land: BaseGeometry | None
) -> Floats:
    """Share of each cell's area that lies within a radius and is not land.

    Args:
        cells: columns geometry (canonical) and area_km2, as ``make_cells`` returns them.
        lon: longitude of the sensor [degrees].
        lat: latitude of the sensor [degrees].
        radius_nm: radius of its footprint [nm].
        land: canonical land, or None.

    Returns:
        Shares from 0 to 1, one for each cell.

    Raises:
        GeometryError: as ``disc``.
    """
    seen = disc(lon, lat, radius_nm)
    if land is not None:
        seen = polygons_only(as_array([shapely.difference(seen, shapely.intersection(land, seen))]))[0]
    geometry = as_array(cells["geometry"])
    share = np.zeros(len(geometry))
    shapely.prepare(seen)
    near = np.flatnonzero(shapely.intersects(seen, geometry))
    whole = shapely.contains_properly(seen, geometry[near])
    share[near[whole]] = 1.0
    cut = near[~whole]
    common = areas_km2(shapely.intersection(geometry[cut], seen))
    share[cut] = common / cells["area_km2"].to_numpy(dtype=np.float64)[cut]
    return np.clip(share, 0.0, 1.0)

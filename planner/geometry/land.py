"""Land inside zones, told from coasts that two files draw differently."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.frames import sum_by
from planner.geometry.area import areas_km2
from planner.geometry.distance import MINUTES
from planner.geometry.polygons import Floats, Geometries, GeometryError, as_array, one_of, parts_of
from planner.units import M2_PER_KM2, nm_to_m

COAST_M = 2000.0
"""Where a zone takes a piece of land narrower than this on average, two files draw one coast differently: in
the Pacific case, whose zones leave the land out, such pieces have up to 1.5 km."""
WHOLE_ISLAND = 0.8
"""Share of an island from which a zone has all of it inside, however small it is."""


def without_land(outlines: object, land: BaseGeometry) -> tuple[Geometries, Floats]:
    """Zones without the land inside them; what only is another drawing of the coast stays.

    Args:
        outlines: n canonical, valid outlines.
        land: canonical land.

    Returns:
        The n outlines (an empty Polygon where nothing is left), and the area taken out of each [km²].

    Raises:
        GeometryError: outlines that cannot be compared.
    """
    result = as_array(outlines).copy()
    taken_km2 = np.zeros(len(result))
    islands, _ = parts_of(as_array([land]))
    tree, islands_km2 = shapely.STRtree(islands), areas_km2(islands)
    try:
        zone, island = tree.query(result, predicate="intersects")
        for at in np.unique(zone):
            common = shapely.intersection(result[at], one_of(islands[island[zone == at]]))
            pieces, _ = parts_of(as_array([common]))
            piece, of = tree.query(shapely.point_on_surface(pieces), predicate="intersects")
            share = np.zeros(len(pieces))
            share[piece] = areas_km2(pieces[piece]) / islands_km2[of]
            pieces = pieces[(share >= WHOLE_ISLAND) | (mean_widths_m(pieces) >= COAST_M)]
            if len(pieces):
                taken_km2[at] = areas_km2(pieces).sum()
                left = shapely.difference(result[at], one_of(pieces))
                result[at] = one_of(parts_of(as_array([left]))[0])
    except shapely.GEOSException as error:
        raise GeometryError(f"the land cannot be compared with the zones ({error}); repair it") from error
    return result, taken_km2


def mean_widths_m(polygons: Geometries) -> Floats:
    """Twice the area of each polygon over the length of its rings: the mean width of a strip [m]."""
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    lon, lat = coordinates.T
    within = ring[1:] == ring[:-1]
    middle = np.radians((lat[1:] + lat[:-1]) / 2)
    steps = np.hypot(np.diff(lon) * np.cos(middle), np.diff(lat))[within]
    degrees = sum_by(polygon[ring[1:][within]], steps, len(polygons))
    length_m = np.maximum(nm_to_m(MINUTES * degrees), np.finfo(float).tiny)
    return np.asarray(2 * areas_km2(polygons) * M2_PER_KM2 / length_m)

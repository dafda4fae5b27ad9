"""Whose water is whose: zones without what an earlier zone has, and without land."""

from __future__ import annotations

import gzip
from functools import cache
from importlib import resources

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.frames import sum_by
from planner.geometry.area import areas_km2
from planner.geometry.distance import MINUTES
from planner.geometry.polygons import (
    Floats,
    Geometries,
    GeometryError,
    as_array,
    one_of,
    parts_of,
    polygons_only,
)
from planner.units import M2_PER_KM2, nm_to_m

NEGLIGIBLE = 1e-9
"""Overlaps under this share of the smaller zone are left alone: digits of the file, not claims."""
COAST_M = 2000.0
"""Where a zone takes a piece of land narrower than this on average, two files draw one coast differently: in
the Pacific case, whose zones leave the land out, such pieces have up to 1.5 km."""
WHOLE_ISLAND = 0.8
"""Share of an island from which a zone has all of it inside, however small it is."""


@cache
def world_coast() -> Geometries:
    """The world's land in coarse lines, for cases that bring none, as polygons in 0 to 360 (``coast.md``)."""
    packed = resources.files("planner.geometry").joinpath("coast.geojson.gz").read_bytes()
    return parts_of(as_array([shapely.from_geojson(gzip.decompress(packed))]))[0]


def remove_overlaps(geometries: object) -> tuple[Geometries, list[tuple[int, int, float]]]:
    """Zones made disjoint: water in several of them stays with the first.

    Args:
        geometries: n canonical, valid outlines in the order of the file.

    Returns:
        The n outlines (an empty Polygon where nothing is left of one), and for each later zone that gave up
        water (position of the zone that kept it, position of the zone that gave it up, km²), each km² once.

    Raises:
        GeometryError: outlines that cannot be compared.
    """
    result = as_array(geometries).copy()
    removed = []
    try:
        one, other = shapely.STRtree(result).query(result, predicate="intersects")
        one, other = one[one < other], other[one < other]
        shared, km2 = areas_km2(shapely.intersection(result[one], result[other])), areas_km2(result)
        least = NEGLIGIBLE * np.minimum(km2[one], km2[other])
        for pair in np.lexsort((one, other)):
            keeper, loser = one[pair], other[pair]
            if shared[pair] > least[pair]:
                left = polygons_only(shapely.difference(result[[loser]], result[keeper]))
                gone, rest = areas_km2([result[loser], left[0]])
                if gone - rest > least[pair]:
                    result[loser] = left[0]
                    removed.append((int(keeper), int(loser), float(gone - rest)))
    except shapely.GEOSException as error:
        raise GeometryError(f"the zones cannot be compared ({error}); repair their outlines") from error
    return result, removed


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
                result[at] = polygons_only(as_array([left]))[0]
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

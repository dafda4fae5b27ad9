"""Whose water is whose: zones without what an earlier zone has, and without land."""

from __future__ import annotations

import gzip
from functools import cache
from importlib import resources
from typing import NamedTuple

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
MARGIN_DEG = 0.01
"""How far beyond what two outlines may have in common they are cut, for nothing to change there [degrees]."""
COAST_M = 2000.0
"""Where a zone takes a piece of land narrower than this on average, two files draw one coast differently: in
the Pacific case, whose zones leave the land out, such pieces have up to 1.5 km."""
WHOLE_ISLAND = 0.8
"""Share of an island from which a zone has all of it inside, however small it is."""


class Overlap(NamedTuple):
    """Water that two zones had.

    Attributes:
        keeper, loser: positions of the zone that kept it, and of that which gave it up.
        km2: its area [km²].
        share: the same as a share of the smaller zone.
    """

    keeper: int
    loser: int
    km2: float
    share: float


@cache
def world_coast() -> Geometries:
    """The world's land in coarse lines, for cases that bring none, as polygons in 0 to 360 (``coast.md``)."""
    packed = resources.files("planner.geometry").joinpath("coast.geojson.gz").read_bytes()
    return parts_of(as_array([shapely.from_geojson(gzip.decompress(packed))]))[0]


def remove_overlaps(geometries: object) -> tuple[Geometries, list[Overlap]]:
    """Zones made disjoint: water in several of them stays with the first.

    Args:
        geometries: n canonical, valid outlines in the order of the file.

    Returns:
        The n outlines (an empty Polygon where nothing is left of one), and what later zones gave up, each
        km² once.

    Raises:
        GeometryError: outlines that cannot be compared.
    """
    result = as_array(geometries).copy()
    removed = []
    try:
        one, other = shapely.STRtree(result).query(result, predicate="intersects")
        one, other = one[one < other], other[one < other]
        near = _boxes_around(result[one], result[other])
        cut = shapely.intersection(result[one], near), shapely.intersection(result[other], near)
        shared, km2 = areas_km2(shapely.intersection(*cut)), areas_km2(result)
        smaller, left_km2 = np.minimum(km2[one], km2[other]), km2.copy()
        for pair in np.lexsort((one, other)):
            keeper, loser = one[pair], other[pair]
            if shared[pair] > NEGLIGIBLE * smaller[pair]:
                left = polygons_only(
                    shapely.difference(result[[loser]], shapely.intersection(result[keeper], near[pair]))
                )
                (rest,) = areas_km2(left)
                gone = left_km2[loser] - rest
                if gone > NEGLIGIBLE * smaller[pair]:
                    result[loser], left_km2[loser] = left[0], rest
                    removed.append(Overlap(int(keeper), int(loser), float(gone), float(gone / smaller[pair])))
    except shapely.GEOSException as error:
        raise GeometryError(f"the zones cannot be compared ({error}); repair their outlines") from error
    return result, removed


def _boxes_around(some: Geometries, others: Geometries) -> Geometries:
    """What pairs of outlines may have in common, and a little more: all that need be compared of them."""
    one, other = shapely.bounds(some), shapely.bounds(others)
    low, high = np.maximum(one, other)[:, :2] - MARGIN_DEG, np.minimum(one, other)[:, 2:] + MARGIN_DEG
    return as_array(shapely.box(*low.T, *high.T))


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

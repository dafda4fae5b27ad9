"""One form of longitude inside the program: 0 to 360, whole across 180, split at Greenwich."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from planner.geometry.polygons import (
    Booleans,
    Floats,
    Geometries,
    GeometryError,
    Integers,
    as_array,
    one_of,
    parts_of,
    polygons_only,
)

TURN = 360.0
DECIMALS = 11
"""Longitudes are rounded to 1e-11 degrees, a micrometre, so that 190 and -170 + 360 are one number."""
SEAM_TOLERANCE_DEG = 1e-9
"""Vertices this near to a cut at 180 (a tenth of a millimetre) are on it."""
LONGEST_EDGE = 300.0
"""An edge of more degrees in a ring beyond 180 is taken to be short, across Greenwich or 180."""
DENSE = 60.0
"""Edges wider than half the Earth are given vertices so near to each other [degrees] that none jumps."""


def canonical_lon(lon: npt.ArrayLike) -> Floats:
    """Longitudes in [0, 360), from longitudes in any convention [degrees]."""
    folded = np.mod(np.asarray(lon, dtype=np.float64), TURN)
    return np.where(folded >= TURN, 0.0, folded)


def signed_lon(lon: npt.ArrayLike) -> Floats:
    """Longitudes in [-180, 180), from longitudes in any convention [degrees]."""
    folded = canonical_lon(lon)
    return np.where(folded >= TURN / 2, folded - TURN, folded)


def to_canonical(geometry: BaseGeometry) -> BaseGeometry:
    """The same outline with longitudes from 0 to 360, whole across 180 and split at Greenwich.

    Understands outlines split at 180, running beyond it (170 to 190, -190 to -170), in 0 to 360, and rings
    that jump over the antimeridian; which edges do is decided for each ring (see ``wide_edge``).

    Args:
        geometry: Polygon or MultiPolygon [degrees], valid once its rings are unwrapped (see ``repair``).

    Returns:
        Polygon or MultiPolygon, vertices in GEOS's normal order.

    Raises:
        GeometryError: a ring that encloses a pole, an outline wider than the Earth, or parts that cover each
            other.
    """
    return fold(unwrap(geometry))


def fold(geometry: BaseGeometry) -> BaseGeometry:
    """A valid outline with continuous rings moved to 0 to 360: split at Greenwich, joined at 180.

    Raises:
        GeometryError: an outline wider than the Earth, or parts that cover each other once they are folded.
    """
    parts, _ = parts_of(as_array([geometry]))
    if not len(parts):
        return geometry
    try:
        parts = _cut_at_greenwich(_shifted(parts))
        folded = one_of(_joined_at_180(parts)).normalize()
        _check_parts_apart(parts)
        if not folded.is_valid:  # rounding to a micrometre has left crossings
            whole = shapely.make_valid(folded, method="structure", keep_collapsed=False)
            folded = polygons_only(as_array([whole]))[0].normalize()
    except shapely.GEOSException as error:
        raise GeometryError(f"the outline crosses itself ({error})") from error
    return folded


def _check_parts_apart(parts: Geometries) -> None:
    """Refuse parts that come to lie on each other once they are folded."""
    one, other = shapely.STRtree(parts).query(parts, predicate="intersects")
    one, other = one[one < other], other[one < other]
    common = shapely.area(shapely.intersection(parts[one], parts[other]))
    smaller = np.minimum(shapely.area(parts[one]), shapely.area(parts[other]))
    if (common > SEAM_TOLERANCE_DEG * smaller).any():
        raise GeometryError("two of its parts cover each other; give each piece of water once")


def _shifted(parts: Geometries) -> Geometries:
    """Polygons moved by whole turns so that each begins in [0, 360); longitudes rounded."""
    coordinates, part = shapely.get_coordinates(parts, return_index=True)
    west, _, east, _ = shapely.bounds(parts).T
    if (east - west > TURN + SEAM_TOLERANCE_DEG).any():
        raise GeometryError("the outline is wider than 360 degrees of longitude")
    turns = np.floor((west + SEAM_TOLERANCE_DEG) / TURN)
    lon = np.round(coordinates[:, 0] - TURN * turns[part], DECIMALS)
    half_turns = np.rint(lon / (TURN / 2)) * (TURN / 2)
    coordinates[:, 0] = np.where(np.abs(lon - half_turns) <= SEAM_TOLERANCE_DEG, half_turns, lon)
    return shapely.set_coordinates(parts.copy(), coordinates)


def _cut_at_greenwich(parts: Geometries) -> Geometries:
    """Polygons in [0, 720) cut at 360, what lies beyond moved back."""
    beyond = shapely.bounds(parts)[:, 2] > TURN
    if not beyond.any():
        return parts
    west = shapely.intersection(parts[beyond], shapely.box(0, -90, TURN, 90))
    east = shapely.intersection(parts[beyond], shapely.box(TURN, -90, 2 * TURN, 90))
    east = shapely.transform(
        east, lambda xy: np.column_stack([np.round(xy[:, 0] - TURN, DECIMALS), xy[:, 1]])
    )
    return np.concatenate([parts[~beyond], parts_of(np.concatenate([west, east]))[0]])


def _joined_at_180(parts: Geometries) -> Geometries:
    """Polygons that touch at 180 made one, and the vertices that the cut had left on their edges dropped."""
    west, _, east, _ = shapely.bounds(parts).T
    ends, begins = east == TURN / 2, west == TURN / 2
    if ends.any() and begins.any():
        merged, _ = parts_of(as_array([shapely.union_all(parts[ends | begins])]))
        parts = np.concatenate([parts[~(ends | begins)], merged])
    parts = shapely.normalize(parts)
    rings, polygon = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    inner = np.flatnonzero((ring[2:] == ring[:-2]) & (xy[1:-1, 0] == TURN / 2)) + 1
    before, after = xy[inner] - xy[inner - 1], xy[inner + 1] - xy[inner]
    length = np.hypot(*(xy[inner + 1] - xy[inner - 1]).T)
    off_line = np.abs(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0])
    onwards = (before * after).sum(axis=1) >= 0
    keep = np.ones(len(xy), dtype=bool)
    keep[inner[onwards & (length > 0) & (off_line <= SEAM_TOLERANCE_DEG * length)]] = False
    if keep.all():
        return parts
    rings = as_array(shapely.linearrings(xy[keep], indices=ring[keep]))
    return as_array(shapely.polygons(rings, indices=polygon))


class _Rings(NamedTuple):
    """The rings of polygons: their vertices, the ring of each vertex, where each ring and its shell start."""

    xy: Floats
    ring: Integers
    first: Integers
    polygon: Integers
    shell: Integers

    def span(self, lon: Floats) -> tuple[Floats, Floats]:
        """The westernmost and the easternmost longitude of each ring."""
        return np.minimum.reduceat(lon, self.first), np.maximum.reduceat(lon, self.first)


def _rings_of(parts: Geometries) -> _Rings:
    rings, polygon = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    shells = np.flatnonzero(np.diff(polygon, prepend=-1))
    return _Rings(xy, ring, np.flatnonzero(np.diff(ring, prepend=-1)), polygon, shells[polygon])


def unwrap(geometry: BaseGeometry) -> BaseGeometry:
    """The same outline with every ring continuous in longitude, holes inside the span of their exterior.

    Raises:
        GeometryError: a ring that runs once around the Earth and is not closed along a meridian and the pole.
    """
    parts, _ = parts_of(as_array([geometry]))
    rings = _rings_of(parts)
    if not len(rings.xy):
        return geometry
    lon = _continuous(rings)
    west, _ = rings.span(lon)
    turns = np.ceil((west[rings.shell] - west - SEAM_TOLERANCE_DEG) / TURN)
    turns[rings.shell] = 0
    rings.xy[:, 0] = lon + TURN * turns[rings.ring]
    width = np.abs(np.diff(rings.xy[:, 0], prepend=0.0))
    width[rings.first] = 0.0
    parts = shapely.set_coordinates(parts.copy(), rings.xy)
    wide = np.unique(rings.polygon[rings.ring[(width > TURN / 2) & ~_is_turn(width)]])
    parts[wide] = shapely.segmentize(parts[wide], DENSE)
    return one_of(parts)


def wide_edge(geometry: BaseGeometry) -> tuple[float, float, float] | None:
    """An edge of more than 180 degrees of longitude that might have been meant as it stands.

    A ring within -180 to 180 may jump over the antimeridian, so its wide edges are read as the short way
    round. A ring with longitudes beyond is in 0 to 360 or runs on over 180, so its edges are read as they
    stand, unless one is so wide (``LONGEST_EDGE``) that it will be the short way across Greenwich.

    Returns:
        The longitudes where it starts and ends, and the degrees that it was read as; None without such an
        edge, or where only one reading is possible.
    """
    rings = _rings_of(parts_of(as_array([geometry]))[0])
    if not len(rings.xy):
        return None
    steps, turns = _jumps(rings)
    jumps = np.flatnonzero((turns != 0) & ~_is_turn(steps))
    if not len(jumps):
        return None
    at = jumps[np.argmin(np.abs(steps[jumps]))]
    return rings.xy[at - 1, 0], rings.xy[at, 0], TURN - abs(steps[at])


def _is_turn(steps: Floats) -> Booleans:
    """Whether steps are the whole way round."""
    return np.asarray(np.abs(np.abs(steps) - TURN) < SEAM_TOLERANCE_DEG)


def _jumps(rings: _Rings) -> tuple[Floats, Floats]:
    """The steps in longitude from vertex to vertex, and the whole turns in each that were not meant."""
    lon, shell = rings.xy[:, 0], rings.shell
    steps = np.diff(lon, prepend=lon[0])
    steps[rings.first] = 0.0
    west, east = rings.span(lon)
    _, widest = rings.span(np.where(_is_turn(steps), 0.0, np.abs(steps)))
    beyond = np.maximum(-west, east) > TURN / 2 + SEAM_TOLERANCE_DEG
    # a hole in a wide exterior without jumps goes as its exterior does
    inside = (widest <= TURN / 2)[shell] & (west >= west[shell]) & (east <= east[shell])
    as_it_stands = ((beyond | inside) & (widest <= LONGEST_EDGE))[rings.ring] & ~_is_turn(steps)
    return steps, np.where(as_it_stands, 0.0, np.rint(steps / TURN))


def _continuous(rings: _Rings) -> Floats:
    """Longitudes of rings without jumps over the antimeridian."""
    lon, first = rings.xy[:, 0], rings.first
    last = np.append(first[1:], len(lon)) - 1
    steps, turns = _jumps(rings)
    for at in np.flatnonzero(np.abs(steps) > TURN + SEAM_TOLERANCE_DEG):
        raise GeometryError(
            f"the edge that ends at {_place(rings.xy[at])} is longer than 360 degrees; "
            "give longitudes in one convention"
        )
    if not turns.any():
        return lon

    def without(turns: Floats) -> Floats:
        """Longitudes less the sum of the turns since the start of each ring."""
        total = np.cumsum(turns)
        return np.asarray(lon - TURN * (total - total[first][rings.ring]))

    def is_open(lon: Floats) -> Booleans:
        return np.asarray(np.abs(lon[last] - lon[first]) > TURN / 2)

    # An edge of exactly 360 degrees is either no step at all (180 to -180) or a whole parallel, as in a polar
    # cap closed along the antimeridian: the latter where the former leaves the ring open or without width.
    unwrapped = without(turns)
    west, east = rings.span(unwrapped)
    doubtful = (is_open(unwrapped) | (east - west < SEAM_TOLERANCE_DEG))[rings.ring]
    unwrapped = np.where(doubtful, without(np.where(_is_turn(steps), 0.0, turns)), unwrapped)
    for at in np.flatnonzero(is_open(unwrapped)):
        raise GeometryError(
            f"the ring that starts at {_place(rings.xy[first[at]])} encloses a pole; "
            "close it along the antimeridian and the pole (latitude 90 or -90)"
        )
    return unwrapped


def _place(point: Floats) -> str:
    return f"longitude {point[0]:.6g}, latitude {point[1]:.6g}"

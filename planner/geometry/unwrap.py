"""Rings made continuous in longitude: which of their edges jump over 180 or Greenwich, and which are wide."""

from __future__ import annotations

import numpy as np
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
)

TURN = 360.0
SEAM_TOLERANCE_DEG = 1e-9
"""Vertices this near to a cut at 180 (a tenth of a millimetre) are on it."""
LONGEST_EDGE = 300.0
"""An edge of more degrees in a ring beyond 180 is taken to be short, across Greenwich or 180."""
DENSE = 60.0
"""Edges wider than half the Earth are given vertices so near to each other [degrees] that none jumps."""


def unwrap(geometry: BaseGeometry) -> BaseGeometry:
    """The same outline with every ring continuous in longitude, holes inside the span of their exterior.

    Raises:
        GeometryError: a ring that runs once around the Earth and is not closed along a meridian and the pole.
    """
    parts, _ = parts_of(as_array([geometry]))
    coordinates, ring, polygon = _vertices(parts)
    if not len(coordinates):
        return geometry
    coordinates[:, 0] = _continuous(coordinates, ring, polygon)
    first = np.flatnonzero(np.diff(ring, prepend=-1))
    west = np.minimum.reduceat(coordinates[:, 0], first)
    exterior = np.flatnonzero(np.diff(polygon, prepend=-1))
    turns = np.ceil((west[exterior][polygon] - west - SEAM_TOLERANCE_DEG) / TURN)
    turns[exterior] = 0
    coordinates[:, 0] += TURN * turns[ring]
    width = np.where(np.diff(ring, prepend=-1) == 0, np.abs(np.diff(coordinates[:, 0], prepend=0.0)), 0.0)
    parts = shapely.set_coordinates(parts.copy(), coordinates)
    wide = np.unique(polygon[ring[(width > TURN / 2) & ~_is_turn(width)]])
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
    rings = _vertices(parts_of(as_array([geometry]))[0])
    if not len(rings[0]):
        return None
    coordinates, (steps, turns) = rings[0], _jumps(*rings)
    jumps = np.flatnonzero((turns != 0) & ~_is_turn(steps))
    if not len(jumps):
        return None
    at = jumps[np.argmin(np.abs(steps[jumps]))]
    return coordinates[at - 1, 0], coordinates[at, 0], TURN - abs(steps[at])


def _vertices(parts: Geometries) -> tuple[Floats, Integers, Integers]:
    """The vertices of polygons, the ring of each vertex, the polygon of each ring."""
    rings, polygon = shapely.get_rings(parts, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    return coordinates, ring, polygon


def _is_turn(steps: Floats) -> Booleans:
    """Whether steps are the whole way round."""
    return np.asarray(np.abs(np.abs(steps) - TURN) < SEAM_TOLERANCE_DEG)


def _jumps(coordinates: Floats, ring: Integers, polygon: Integers) -> tuple[Floats, Floats]:
    """The steps in longitude from vertex to vertex, and the whole turns in each that were not meant."""
    lon = coordinates[:, 0]
    first = np.flatnonzero(np.diff(ring, prepend=-1))
    steps = np.diff(lon, prepend=lon[0])
    steps[first] = 0.0
    west, east = np.minimum.reduceat(lon, first), np.maximum.reduceat(lon, first)
    widest = np.maximum.reduceat(np.where(_is_turn(steps), 0.0, np.abs(steps)), first)
    exterior = np.flatnonzero(np.diff(polygon, prepend=-1))[polygon]
    beyond = np.maximum(-west, east) > TURN / 2 + SEAM_TOLERANCE_DEG
    # a hole in a wide exterior without jumps goes as its exterior does
    inside = (widest <= TURN / 2)[exterior] & (west >= west[exterior]) & (east <= east[exterior])
    as_it_stands = ((beyond | inside) & (widest <= LONGEST_EDGE))[ring] & ~_is_turn(steps)
    return steps, np.where(as_it_stands, 0.0, np.rint(steps / TURN))


def _continuous(coordinates: Floats, ring: Integers, polygon: Integers) -> Floats:
    """Longitudes of rings without jumps over the antimeridian."""
    lon = coordinates[:, 0]
    first = np.flatnonzero(np.diff(ring, prepend=-1))
    last = np.append(first[1:], len(lon)) - 1
    steps, turns = _jumps(coordinates, ring, polygon)
    too_long = np.abs(steps) > TURN + SEAM_TOLERANCE_DEG
    if too_long.any():
        raise GeometryError(
            f"the edge that ends at {_place(coordinates[too_long.argmax()])} is longer than 360 degrees; "
            "give longitudes in one convention"
        )
    if not turns.any():
        return lon

    def without(turns: Floats) -> Floats:
        """Longitudes less the sum of the turns since the start of each ring."""
        total = np.cumsum(turns)
        return np.asarray(lon - TURN * (total - total[first][ring]))

    def is_open(lon: Floats) -> Booleans:
        """Rings whose last longitude is not their first."""
        return np.asarray(np.abs(lon[last] - lon[first]) > TURN / 2)

    # An edge of exactly 360 degrees is either no step at all (180 to -180) or a whole parallel, as in a polar
    # cap closed along the antimeridian: the latter where the former leaves the ring open or without width.
    unwrapped = without(turns)
    width = np.maximum.reduceat(unwrapped, first) - np.minimum.reduceat(unwrapped, first)
    doubtful = (is_open(unwrapped) | (width < SEAM_TOLERANCE_DEG))[ring]
    unwrapped = np.where(doubtful, without(np.where(_is_turn(steps), 0.0, turns)), unwrapped)
    still_open = is_open(unwrapped)
    if still_open.any():
        raise GeometryError(
            f"the ring that starts at {_place(coordinates[first[still_open.argmax()]])} encloses a pole; "
            "close it along the antimeridian and the pole (latitude 90 or -90)"
        )
    return unwrapped


def _place(point: Floats) -> str:
    return f"longitude {point[0]:.6g}, latitude {point[1]:.6g}"

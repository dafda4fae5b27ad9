"""One form of longitude inside the program: 0 to 360, whole across 180, split at Greenwich."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from planner.geometry.polygons import (
    Floats,
    Geometries,
    GeometryError,
    as_array,
    one_of,
    parts_of,
    polygons_only,
)
from planner.geometry.unwrap import SEAM_TOLERANCE_DEG, TURN, unwrap

__all__ = ["TURN", "canonical_lon", "fold", "signed_lon", "to_canonical"]

DECIMALS = 11
"""Longitudes are rounded to 1e-11 degrees, a micrometre, so that 190 and -170 + 360 are one number."""


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
    """An outline with continuous rings moved to 0 to 360: split at Greenwich, joined at 180.

    Raises:
        GeometryError: an outline wider than the Earth, or parts that cover each other once they are folded.
    """
    parts, _ = parts_of(as_array([geometry]))
    if not len(parts):
        return geometry
    was_valid = bool(shapely.is_valid(parts).all())
    try:
        parts = _cut_at_greenwich(_shift(parts))
        folded = one_of(_join_at_180(parts)).normalize()
        if was_valid:
            _check_parts_apart(parts)
        if was_valid and not folded.is_valid:  # rounding to a micrometre has left crossings
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


def _shift(parts: Geometries) -> Geometries:
    """Polygons moved by whole turns so that each begins in [0, 360); longitudes rounded."""
    coordinates, part = shapely.get_coordinates(parts, return_index=True)
    bounds = shapely.bounds(parts)
    if (bounds[:, 2] - bounds[:, 0] > TURN + SEAM_TOLERANCE_DEG).any():
        raise GeometryError("the outline is wider than 360 degrees of longitude")
    turns = np.floor((bounds[:, 0] + SEAM_TOLERANCE_DEG) / TURN)
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
    pieces, _ = parts_of(np.concatenate([west, east]))
    return np.concatenate([parts[~beyond], pieces])


def _join_at_180(parts: Geometries) -> Geometries:
    """Polygons that touch at 180 made one, and the vertices that the cut had left on their edges dropped."""
    bounds = shapely.bounds(parts)
    ends, begins = bounds[:, 2] == TURN / 2, bounds[:, 0] == TURN / 2
    if ends.any() and begins.any():
        merged, _ = parts_of(as_array([shapely.union_all(parts[ends | begins])]))
        parts = np.concatenate([parts[~(ends | begins)], merged])
    return _without_seam_vertices(shapely.normalize(parts))


def _without_seam_vertices(parts: Geometries) -> Geometries:
    """Polygons without the vertices at 180 that lie on the straight line between their neighbours."""
    rings, polygon = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    inner = np.flatnonzero((ring[2:] == ring[:-2]) & (xy[1:-1, 0] == TURN / 2)) + 1
    before, after = xy[inner] - xy[inner - 1], xy[inner + 1] - xy[inner]
    chord = xy[inner + 1] - xy[inner - 1]
    length = np.hypot(*chord.T)
    off_line = np.abs(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0])
    onwards = (before * after).sum(axis=1) >= 0
    drop = inner[onwards & (length > 0) & (off_line <= SEAM_TOLERANCE_DEG * length)]
    if not len(drop):
        return parts
    keep = np.ones(len(xy), dtype=bool)
    keep[drop] = False
    outlines = as_array(shapely.linearrings(xy[keep], indices=ring[keep]))
    return as_array(shapely.polygons(outlines, indices=polygon))

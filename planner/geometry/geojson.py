"""Outlines as GeoJSON writes them (RFC 7946), closed where their writer forgot to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from planner.geometry.errors import GeometryError

CORNERS = 3
"""Fewest different positions in a ring."""
LARGEST = 1e9
"""Beyond this a coordinate is no number that anybody measured; ``repair`` knows the limits in degrees."""


def from_geojson(geometry: Mapping[str, Any] | None) -> tuple[BaseGeometry, str]:
    """The outline in a GeoJSON geometry object, and in words what had to be repaired.

    Args:
        geometry: the value of a feature's "geometry": Polygon or MultiPolygon, coordinates in degrees.

    Returns:
        The outline (not yet valid: hand it to ``repair``), and a note, empty where nothing was wrong.

    Raises:
        GeometryError: another type, or coordinates that are no rings of positions.
    """
    if not isinstance(geometry, Mapping) or not geometry.get("coordinates"):
        raise GeometryError("there is no outline; give a Polygon or MultiPolygon")
    kind, coordinates = geometry.get("type"), geometry["coordinates"]
    if kind not in ("Polygon", "MultiPolygon"):
        raise GeometryError(f"a {str(kind)[:60]} encloses no water; give a Polygon or MultiPolygon")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    closed: list[int] = []
    parts = [
        shapely.Polygon(rings[0], rings[1:])
        for rings in ([_ring(ring, closed) for ring in _list(polygon)] for polygon in _list(polygons))
        if rings
    ]
    if not parts:
        raise GeometryError("there is no outline; give a Polygon or MultiPolygon")
    note = f"{len(closed)} unclosed {'ring' if len(closed) == 1 else 'rings'} closed" if closed else ""
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts), note


def _ring(positions: object, closed: list[int]) -> list[tuple[float, float]]:
    """A ring whose last position is its first; notes in ``closed`` a ring that was not."""
    ring = [_position(position) for position in _list(positions)]
    if len(set(ring)) < CORNERS:
        raise GeometryError(f"a ring has {len(set(ring))} different positions; it needs at least {CORNERS}")
    if ring[0] != ring[-1]:
        closed.append(len(ring))
        ring.append(ring[0])
    return ring


def _position(position: object) -> tuple[float, float]:
    """Longitude and latitude of a position; a height is left out."""
    values = _list(position)[:2]
    if len(values) < 2 or not all(_is_number(value) for value in values):  # noqa: PLR2004
        raise GeometryError(f"{str(position)[:60]} is not a position; give [longitude, latitude] in degrees")
    return float(values[0]), float(values[1])


def _is_number(value: object) -> bool:
    """Whether a value is a number that can be a coordinate (not a truth value, not NaN or infinity)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -LARGEST <= value <= LARGEST


def _list(value: object) -> Sequence[Any]:
    """A list as it is, anything else refused."""
    if not isinstance(value, list | tuple):
        raise GeometryError(f"{str(value)[:60]} stands where a list of coordinates is expected")
    return value

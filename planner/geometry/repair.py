"""Repairing broken outlines where only one repair makes sense."""

from __future__ import annotations

import re

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.geometry.area import areas_km2
from planner.geometry.polygons import GeometryError, as_array, one_of, parts_of, polygons_only
from planner.geometry.unwrap import TURN, unwrap

__all__ = ["GeometryError", "repair"]

AGREEMENT = 1e-9
"""Repairs whose areas differ by less than this share are one repair."""
WEST_LIMIT, EAST_LIMIT = -360.0, 540.0
"""Longitudes outside any convention that is met: 0 to 360, beyond 180, or below -180."""


def repair(geometry: BaseGeometry | None) -> tuple[BaseGeometry, str]:
    """A valid outline, and in words what had to be repaired.

    A broken outline is repaired when independent readings agree on the area: GEOS's make_valid, a buffer of
    width 0, and the area that its rings wind round (Green's theorem, where a loop turned over counts against
    the rest); otherwise nobody can tell which water was meant. Sound rings are left as they are.

    Args:
        geometry: Polygon or MultiPolygon in degrees, in any longitude convention.

    Returns:
        The outline, valid, with continuous rings (hand it to ``to_canonical``), and a note, empty where
        nothing was wrong.

    Raises:
        GeometryError: no polygon, coordinates that are not on the Earth, or a ring with more than one
            possible repair.
    """
    checked = _on_the_earth(geometry)
    notes = []
    unwrapped = unwrap(checked)
    cleaned = shapely.remove_repeated_points(unwrapped, 0.0)
    repeated = shapely.get_num_coordinates(unwrapped) - shapely.get_num_coordinates(cleaned)
    if repeated:
        notes.append(f"{repeated} repeated {'vertex' if repeated == 1 else 'vertices'} removed")
    reason = _reason(cleaned)
    if reason:
        cleaned = _only_repair(cleaned, reason)
        notes.append(f"{reason}: repaired")
    if not areas_km2([cleaned])[0] > 0:
        raise GeometryError("the outline has no area")
    return cleaned, "; ".join(notes)


def _on_the_earth(geometry: BaseGeometry | None) -> BaseGeometry:
    """The outline in two dimensions, if it is one of polygons on the Earth."""
    if geometry is None or geometry.is_empty:
        raise GeometryError("there is no outline; give a Polygon or MultiPolygon")
    if geometry.geom_type not in ("Polygon", "MultiPolygon"):
        raise GeometryError(f"a {geometry.geom_type} encloses no water; give a Polygon or MultiPolygon")
    flat = shapely.force_2d(geometry)
    lon, lat = shapely.get_coordinates(flat).T
    if not np.isfinite([lon, lat]).all():
        raise GeometryError("a coordinate is not a finite number")
    limits = (("latitude", lat, -90.0, 90.0), ("longitude", lon, WEST_LIMIT, EAST_LIMIT))
    for name, values, low, high in limits:
        outside = np.flatnonzero((values < low) | (values > high))
        if len(outside):
            raise GeometryError(
                f"{name} {values[outside[0]]:.10g} is outside {low:g} to {high:g}; "
                "give longitude, latitude in degrees (EPSG:4326)"
            )
    return flat


def _reason(geometry: BaseGeometry) -> str:
    """What GEOS finds wrong, and where, in words; "" for a valid geometry."""
    text = shapely.is_valid_reason(geometry)
    if text == "Valid Geometry":
        return ""
    match = re.fullmatch(r"(.+)\[(\S+) (\S+)\]", text)
    if not match:
        return text
    what, lon, lat = match.groups()
    east = float(lon) - TURN if float(lon) > TURN else float(lon)  # rings were made continuous
    return f"{what.lower()} at longitude {east:.6g}, latitude {float(lat):.6g}"


def _only_repair(geometry: BaseGeometry, reason: str) -> BaseGeometry:
    """The geometry with its broken rings repaired alone, then its broken parts, then the whole if need be."""
    try:
        parts, _ = parts_of(as_array([geometry]))
        broken = np.flatnonzero(~shapely.is_valid(parts)) if len(parts) > 1 else np.zeros(1, dtype=np.int64)
        for at in broken:
            parts[at] = _of_sound_rings(parts[at], reason)
            if not parts[at].is_valid:
                parts[at] = _only_meaning(parts[at], reason)
        whole = one_of(parts_of(parts)[0])
        several = whole.geom_type == "MultiPolygon"
        return _only_meaning(whole, reason) if several and not whole.is_valid else whole
    except shapely.GEOSException as error:
        raise GeometryError(f"{reason}; it cannot be repaired ({error})") from error


def _of_sound_rings(part: BaseGeometry, reason: str) -> BaseGeometry:
    """A polygon whose rings are valid, each on its own; perhaps not yet together."""
    rings = as_array([shapely.Polygon(ring) for ring in shapely.get_rings(part)])
    for at in np.flatnonzero(~shapely.is_valid(rings)):
        rings[at] = _only_meaning(rings[at], reason)
    shell, holes = rings[0], rings[1:]
    plain = shapely.get_type_id(holes) == shapely.GeometryType.POLYGON
    if shell.geom_type == "Polygon" and (plain & (shapely.get_num_interior_rings(holes) == 0)).all():
        return shapely.Polygon(shell.exterior, [*shell.interiors, *shapely.get_exterior_ring(holes)])
    without: BaseGeometry = shapely.difference(shell, shapely.union_all(holes))
    return without


def _only_meaning(geometry: BaseGeometry, reason: str) -> BaseGeometry:
    """The repair on whose area all readings agree: by structure, as the rings wind; of one ring, by a buffer.

    Rings that are valid each on its own wind once round what they enclose: no third reading is needed.
    """
    # GEOS's make_valid by linework would be another, but takes ten times as long
    ways = [shapely.make_valid(geometry, method="structure", keep_collapsed=False)]
    if len(shapely.get_rings(geometry)) == 1:
        ways.append(shapely.buffer(geometry, 0.0))
    candidates = polygons_only(as_array(ways))
    km2 = np.append(areas_km2(candidates), areas_km2([geometry]))
    if not (km2[0] > 0 and np.ptp(km2) <= AGREEMENT * km2[0]):
        found = ", ".join(f"{value:.6g}" for value in sorted(km2))
        raise GeometryError(
            f"{reason}; which water is meant cannot be told (possible repairs have {found} km²); "
            "correct the ring there"
        )
    return one_of(parts_of(candidates[:1])[0])

"""Repairing broken outlines where only one repair makes sense."""

from __future__ import annotations

import re

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.geometry.area import areas_km2
from planner.geometry.longitude import TURN, unwrap
from planner.geometry.polygons import GeometryError, as_array, one_of, parts_of, polygons_only

AGREEMENT = 1e-9
"""Repairs whose areas differ by less than this share are one repair."""
LEAST_KM2 = 1e-6
"""A square metre: what has less is a line."""
NO_AREA = "the outline has no area"
LIMITS = (("longitude", -360.0, 540.0), ("latitude", -90.0, 90.0))
"""Longitudes outside are in no convention that is met: 0 to 360, beyond 180, or below -180."""


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
    unwrapped = unwrap(_on_the_earth(geometry))
    cleaned = shapely.remove_repeated_points(unwrapped, 0.0)
    repeated = shapely.get_num_coordinates(unwrapped) - shapely.get_num_coordinates(cleaned)
    notes = [f"{repeated} repeated {'vertex' if repeated == 1 else 'vertices'} removed"] if repeated else []
    reason = _reason(cleaned)
    if reason:
        cleaned = _repaired(cleaned, reason)
        notes.append(f"{reason}: repaired")
    if not cleaned.area > 0:
        raise GeometryError(NO_AREA)
    return cleaned, "; ".join(notes)


def _on_the_earth(geometry: BaseGeometry | None) -> BaseGeometry:
    """The outline in two dimensions, if it is one of polygons on the Earth."""
    if geometry is None or geometry.is_empty:
        raise GeometryError("there is no outline; give a Polygon or MultiPolygon")
    if geometry.geom_type not in ("Polygon", "MultiPolygon"):
        raise GeometryError(f"a {geometry.geom_type} encloses no water; give a Polygon or MultiPolygon")
    flat = shapely.force_2d(geometry)
    coordinates = shapely.get_coordinates(flat)
    if not np.isfinite(coordinates).all():
        raise GeometryError("a coordinate is not a finite number")
    for (name, low, high), values in reversed([*zip(LIMITS, coordinates.T, strict=True)]):
        for value in values[(values < low) | (values > high)]:
            raise GeometryError(
                f"{name} {value:.10g} is outside {low:g} to {high:g}; "
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
    what, lon, lat = match[1].lower(), float(match[2]), float(match[3])
    east = lon - TURN if lon > TURN else lon  # rings were made continuous
    return f"{what} at longitude {east:.6g}, latitude {lat:.6g}"


def _repaired(geometry: BaseGeometry, reason: str) -> BaseGeometry:
    """The geometry with its broken rings repaired alone, then its broken parts, then the whole if need be."""
    try:
        parts, _ = parts_of(as_array([geometry]))
        for at in np.flatnonzero(~shapely.is_valid(parts)):
            parts[at] = _of_sound_rings(parts[at], reason)
            if not parts[at].is_valid:
                parts[at] = _only_meaning(parts[at], reason)
        whole = one_of(parts_of(parts)[0])
        return whole if whole.is_valid else _only_meaning(whole, reason)
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
    readings = [shapely.make_valid(geometry, method="structure", keep_collapsed=False)]
    if len(shapely.get_rings(geometry)) == 1:
        readings.append(shapely.buffer(geometry, 0.0))
    candidates = polygons_only(as_array(readings))
    km2 = areas_km2([*candidates, geometry])
    if np.abs(km2).max() <= LEAST_KM2:
        raise GeometryError(f"{NO_AREA} ({reason})")
    if not (km2[0] > 0 and np.ptp(km2) <= AGREEMENT * km2[0]):
        found = ", ".join(f"{value:.6g}" for value in sorted(np.abs(km2)))
        raise GeometryError(
            f"{reason}; which water is meant cannot be told (possible repairs have {found} km²); "
            "correct the ring there"
        )
    return one_of(parts_of(candidates[:1])[0])

"""The ground of the maps: outlines, land, bases and rings, shared by all plans that have the same."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from planner.frames import records
from planner.geometry.distance import GEOD
from planner.geometry.footprint import LARGEST_RADIUS_NM, disc
from planner.geometry.longitude import canonical_lon
from planner.geometry.polygons import Geometries, as_array, parts_of
from planner.page.plans import Plan
from planner.page.projection import Sheet, path, sheet, simplified
from planner.units import nm_to_m

SIMPLER = 1.2
"""About how far an outline may move [units of the page]."""
SMALLEST = 2
"""Islands smaller than this stand as a speck of this size [units of the page]."""
AZIMUTHS = 180
STEP_DEG = 10
"""Meridians and parallels are drawn at these steps."""
ANTIMERIDIAN = 180

Ring = tuple[float, float, float]


def rings_of(plan: Plan) -> list[Ring]:
    """The rings that a plan's assets have: lon, lat, radius_nm, each once."""
    reach = plan.tables["reach"]
    found = {(r.lon, r.lat, r.radius_nm): None for r in records(reach) if r.radius_nm > 0.0}
    return list(found)


def ground(plan: Plan, rings: list[Ring]) -> dict[str, Any]:
    """The ground of a plan as JSON types, coordinates in units of the page.

    Args:
        plan: a plan.
        rings: the rings to draw, as ``rings_of``.

    Returns:
        ``width``, ``height`` and ``unit_km``; ``centre``; ``land``, ``grid``, ``equator`` and ``meridian180``
        as paths; ``areas``, ``cells`` and ``bases`` as columns; ``rings`` as a path for each.
    """
    reach = plan.tables["reach"]
    bases = plan.bases
    lon = canonical_lon(np.concatenate([bases["lon"].to_numpy(float), reach["lon"].to_numpy(float)]))
    lat = np.concatenate([bases["lat"].to_numpy(float), reach["lat"].to_numpy(float)])
    on = sheet(plan.area_geometry, lon, lat)
    outlines = simplified(on.flat(plan.area_geometry), SIMPLER)
    cells = simplified(on.flat(plan.cell_geometry), SIMPLER)
    areas = plan.tables["areas"]
    number = {area: n for n, area in enumerate(areas["area_id"])}
    label = np.array([_middle(outline) for outline in outlines]).reshape(-1, 2)
    return {
        "width": on.width,
        "height": on.height,
        "unit_km": round(on.unit_m / 1000.0, 4),
        "centre": [round(on.lon, 2), round(on.lat, 2)],
        "land": _land(plan.land, on),
        **_lines(on),
        "areas": {
            "id": areas["area_id"].tolist(),
            "path": [path(outline) for outline in outlines],
            "x": np.round(label[:, 0]).astype(int).tolist(),
            "y": np.round(label[:, 1]).astype(int).tolist(),
        },
        "cells": {
            "id": plan.tables["cells"]["cell_id"].tolist(),
            "area": [number[area] for area in plan.tables["cells"]["area_id"]],
            "path": [path(cell) for cell in cells],
        },
        "bases": _bases(bases, on),
        "rings": [path(_ring(ring, on)) for ring in rings],
    }


def _bases(bases: pd.DataFrame, on: Sheet) -> dict[str, Any]:
    places = np.round(on.points(bases["lon"].to_numpy(float), bases["lat"].to_numpy(float)), 1)
    return {
        "id": bases["base_id"].tolist(),
        "name": bases["name"].tolist(),
        "country": bases["country"].tolist(),
        "x": places[:, 0].tolist(),
        "y": places[:, 1].tolist(),
    }


def _middle(outline: shapely.Geometry) -> npt.NDArray[np.float64]:
    """The point of an outline that is farthest from its edge, where its name has most room."""
    circle = shapely.maximum_inscribed_circle(as_array([outline]), tolerance=10.0)
    return np.asarray(shapely.get_coordinates(circle)[0], dtype=np.float64)


def _land(land: Geometries, on: Sheet) -> str:
    """Land within the frame as one path; islands that are too small to show as specks."""
    if not len(land):
        return ""
    near = _seen_from(on)
    shapely.prepare(near)
    whole = shapely.contains_properly(near, land)
    cut = shapely.intersection(land[~whole & shapely.intersects(near, land)], near)
    parts, _ = parts_of(np.concatenate([land[whole], as_array(cut)]))
    flat = shapely.make_valid(on.flat(parts))
    seen, _ = parts_of(as_array(shapely.intersection(flat, _frame(on))))
    simple = shapely.simplify(seen, SIMPLER / 2, preserve_topology=True)
    large = shapely.area(simple) >= SMALLEST**2
    specks = np.unique(np.round(shapely.get_coordinates(shapely.centroid(seen[~large])) / SMALLEST), axis=0)
    dots = [f"M{x:.0f} {y:.0f}h{SMALLEST}v{SMALLEST}h-{SMALLEST}z" for x, y in specks * SMALLEST]
    return "".join([*(path(island) for island in simple[large]), *dots])


def _frame(on: Sheet) -> shapely.Geometry:
    return shapely.box(0, 0, on.width, on.height)


def _seen_from(on: Sheet) -> shapely.Geometry:
    """What lies on the sheet's side of the Earth, so that nothing is torn apart at the antipode."""
    return disc(on.lon, on.lat, LARGEST_RADIUS_NM)


def _ring(ring: Ring, on: Sheet) -> shapely.Geometry:
    """A geodesic ring, where it lies within the frame."""
    lon, lat, radius_nm = ring
    azimuth = np.linspace(0.0, 360.0, AZIMUTHS + 1)
    count = len(azimuth)
    x, y, _ = GEOD.fwd(np.full(count, lon), np.full(count, lat), azimuth, np.full(count, nm_to_m(radius_nm)))
    return _within(on, np.asarray(x), np.asarray(y))


def _lines(on: Sheet) -> dict[str, str]:
    """Meridians and parallels, the equator and the antimeridian."""
    lat = np.linspace(-80.0, 80.0, 81)
    meridians = [
        _within(on, np.full(len(lat), float(lon)), lat)
        for lon in range(0, 360, STEP_DEG)
        if lon != ANTIMERIDIAN
    ]
    lon = np.linspace(on.lon - 110.0, on.lon + 110.0, 111)
    parallels = [
        _within(on, lon, np.full(len(lon), float(lat)))
        for lat in range(-80, 81, STEP_DEG)
        if not math.isclose(lat, 0.0)
    ]
    return {
        "grid": "".join(path(line) for line in (*meridians, *parallels)),
        "equator": path(_within(on, lon, np.zeros(len(lon)))),
        "meridian180": path(_within(on, np.full(len(lat), float(ANTIMERIDIAN)), lat)),
    }


def _within(on: Sheet, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> shapely.Geometry:
    """A line within the frame; its points are left out where they lie on the far side of the Earth."""
    points = on.points(lon, lat)
    known = np.isfinite(points).all(axis=1)
    line = shapely.LineString(points[known]) if known.sum() > 1 else shapely.LineString()
    return shapely.intersection(line, _frame(on))

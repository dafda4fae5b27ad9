"""Meridians and parallels of a map, and their degrees at its lower and left edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from planner.geometry.longitude import TURN, signed_lon
from planner.geometry.polygons import Geometries, as_array

if TYPE_CHECKING:
    from planner.charts.ground import Sheet

STEPS = (0.5, 1, 2, 5, 10, 20, 30)
"""Degrees between lines."""
LINES = 6
"""About as many lines across the longer side."""
POLE = 90.0
KM_PER_DEG = 111.2
ON_EDGE = 1e-6
APART = 0.055
"""Least distance between two degrees at the same edge, as a share of the width."""
INSIDE = 0.006
"""Distance of degrees from the edge, as a share of the width."""


def graticule(sheet: Sheet) -> tuple[Geometries, pd.DataFrame]:
    """The lines on the sheet, and the degrees where they meet its lower and its left edge.

    Returns:
        Lines, and a frame of x, y [units], text ("180°", "20°S") and side ("bottom" or "left").
    """
    longer_deg = max(sheet.width, sheet.height) / sheet.scale / KM_PER_DEG
    step = next((each for each in STEPS if longer_deg / each <= LINES), STEPS[-1])
    meridians = np.arange(0.0, TURN, step)
    parallels = np.arange(-np.ceil(POLE / step) + 1, np.ceil(POLE / step)) * step
    reach = POLE - step
    along, across = np.arange(-reach, reach + 0.5, 0.5), np.linspace(0.0, TURN, 721)
    lines = [shapely.LineString(np.column_stack([np.full_like(along, lon), along])) for lon in meridians]
    lines += [shapely.LineString(np.column_stack([across, np.full_like(across, lat)])) for lat in parallels]
    drawn = sheet.shapes(sheet.plane.lines(as_array(lines)))
    rows: list[tuple[float, float, str, str]] = []
    for shape, lon in zip(drawn, meridians, strict=False):
        xy = shapely.get_coordinates(shape)
        at = xy[np.abs(xy[:, 1] - sheet.height) < ON_EDGE][:, 0]
        edge = sheet.height - INSIDE * sheet.width
        rows += [(float(at[0]), edge, longitude_text(lon), "bottom")] if len(at) else []
    for shape, lat in zip(drawn[len(meridians) :], parallels, strict=True):
        xy = shapely.get_coordinates(shape)
        at = xy[np.abs(xy[:, 0]) < ON_EDGE][:, 1]
        rows += [(INSIDE * sheet.width, float(at[0]), latitude_text(lat), "left")] if len(at) else []
    kept = _apart(rows, APART * sheet.width, (sheet.width, sheet.height))
    return drawn[~shapely.is_empty(drawn)], pd.DataFrame(kept, columns=["x", "y", "text", "side"])


def longitude_text(lon: float) -> str:
    """A meridian as on a chart: 180°, 160°E, 170°W."""
    signed = float(signed_lon([lon])[0])
    if signed in (0.0, -180.0):
        return f"{abs(signed):g}°"
    return f"{abs(signed):g}°{'E' if signed > 0 else 'W'}"


def latitude_text(lat: float) -> str:
    """A parallel as on a chart: 0°, 20°S."""
    return f"{abs(lat):g}°" + ("N" if lat > 0 else "S" if lat < 0 else "")


def _apart(
    rows: list[tuple[float, float, str, str]], least: float, size: tuple[float, float]
) -> list[tuple[float, float, str, str]]:
    """Degrees that have room, in their corner and beside their neighbour; 180° goes before all others."""
    kept: list[tuple[float, float, str, str]] = []
    for row in sorted(rows, key=lambda row: (row[2] != "180°", row[0], row[1])):
        place, room = (row[0], size[0]) if row[3] == "bottom" else (row[1], size[1])
        beside = [other for other in kept if other[3] == row[3]]
        free = all(np.hypot(other[0] - row[0], other[1] - row[1]) >= least for other in beside)
        if free and least <= place <= room - least:
            kept.append(row)
    return sorted(kept, key=lambda row: (row[3], row[0], row[1]))

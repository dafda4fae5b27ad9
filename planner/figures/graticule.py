"""Meridians and parallels of a map, and their labels at its lower and left edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from planner.geometry.longitude import TURN, signed_lon
from planner.geometry.polygons import Geometries, as_array

if TYPE_CHECKING:
    from planner.figures.map_data import Sheet

STEPS = (0.5, 1, 2, 5, 10, 20, 30)
"""Degrees between lines."""
LINES = 6
"""About as many lines across the longer side."""
POLE = 90.0
KM_PER_DEG = 111.2
ON_EDGE_PT = 1e-6
APART_PT = 26.0
"""Least distance between two labels of the same edge."""
COLUMNS = ["x", "y", "text", "side"]


def graticule(sheet: Sheet) -> tuple[Geometries, pd.DataFrame]:
    """The lines on the paper, and the labels where they meet the lower and the left edge.

    Returns:
        Lines, and a frame of x, y [pt], text ("180°", "20°S") and side ("bottom" or "left").
    """
    longer_deg = max(sheet.width, sheet.height) / sheet.scale / KM_PER_DEG
    step = next((each for each in STEPS if longer_deg / each <= LINES), STEPS[-1])
    meridians = np.arange(0.0, TURN, step)
    parallels = np.arange(-np.ceil(POLE / step) + 1, np.ceil(POLE / step)) * step
    reach = POLE - step
    along, across = np.arange(-reach, reach + 0.5, 0.5), np.linspace(0.0, TURN, 721)
    lines = [shapely.LineString(np.column_stack([np.full_like(along, lon), along])) for lon in meridians]
    lines += [shapely.LineString(np.column_stack([across, np.full_like(across, lat)])) for lat in parallels]
    drawn = sheet.drawn(sheet.plane.lines(as_array(lines)))
    marks = [
        *((shape, "bottom", longitude_text(lon)) for shape, lon in zip(drawn, meridians, strict=False)),
        *((s, "left", latitude_text(lat)) for s, lat in zip(drawn[len(meridians) :], parallels, strict=True)),
    ]
    rows: list[tuple[float, float, str, str]] = []
    for shape, side, text in marks:
        xy = shapely.get_coordinates(shape)
        if side == "bottom":
            at = xy[np.abs(xy[:, 1] - sheet.height) < ON_EDGE_PT][:, 0]
            rows += [(float(at[0]), sheet.height, text, side)] if len(at) else []
        else:
            at = xy[np.abs(xy[:, 0]) < ON_EDGE_PT][:, 1]
            rows += [(0.0, float(at[0]), text, side)] if len(at) else []
    return drawn[~shapely.is_empty(drawn)], pd.DataFrame(_apart(rows), columns=COLUMNS)


def longitude_text(lon: float) -> str:
    """A meridian as on a chart: 180°, 160°E, 170°W."""
    signed = float(signed_lon([lon])[0])
    if signed in (0.0, -180.0):
        return f"{abs(signed):g}°"
    return f"{abs(signed):g}°{'E' if signed > 0 else 'W'}"


def latitude_text(lat: float) -> str:
    """A parallel as on a chart: 0°, 20°S."""
    return f"{abs(lat):g}°" + ("N" if lat > 0 else "S" if lat < 0 else "")


def _apart(rows: list[tuple[float, float, str, str]]) -> list[tuple[float, float, str, str]]:
    """Labels without those that would run into their neighbour; 180° goes before all others."""
    kept: list[tuple[float, float, str, str]] = []
    for row in sorted(rows, key=lambda row: (row[2] != "180°", row[0], row[1])):
        beside = [other for other in kept if other[3] == row[3]]
        if all(np.hypot(other[0] - row[0], other[1] - row[1]) >= APART_PT for other in beside):
            kept.append(row)
    return sorted(kept, key=lambda row: (row[3], row[0], row[1]))

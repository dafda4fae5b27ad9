"""What is written on a map: names inside their areas, and the degrees of its graticule at its edges."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from planner.charts.names import one_line
from planner.geometry.longitude import TURN, signed_lon
from planner.geometry.polygons import Geometries, as_array, parts_of

if TYPE_CHECKING:
    from planner.charts.ground import Sheet

SIGN, LINE = 0.0082, 0.018
"""Width of a sign and height of a line in print, as shares of the width of the map."""
LEAST_INSIDE = 0.85
"""Least share of a name that lies in its area."""
LINES = (60, 16, 10)
"""Signs of a line that are tried."""
GRID = 9
"""Places that are tried across and down an area."""

STEPS = (0.5, 1, 2, 5, 10, 20, 30)
"""Degrees between lines of the graticule."""
MOST_LINES = 6
"""About as many lines across the longer side."""
POLE, KM_PER_DEG = 90.0, 111.2
ON_EDGE = 1e-6
APART, INSIDE = 0.055, 0.006
"""Least distance between two degrees at the same edge, and theirs from it, as shares of the width."""
Row = tuple[float, float, str, str]


def placed_names(names: Sequence[str], areas: Geometries, size: tuple[float, float]) -> pd.DataFrame:
    """Find a place for each name that fits into its area on a sheet: the largest first, none upon another.

    Returns:
        Frame of x, y (middle of the first line) [units], text (lines parted by line feeds).
    """
    taken: list[BaseGeometry] = []
    rows = []
    for number in np.argsort(-shapely.area(areas), kind="stable"):
        for box, row in _places(one_line(names[number]), areas[number], size):
            if not any(box.intersects(other) for other in taken):
                taken.append(box)
                rows.append(row)
                break
    return pd.DataFrame(rows, columns=["x", "y", "text"])


def _places(
    name: str, area: BaseGeometry, size: tuple[float, float]
) -> Iterator[tuple[BaseGeometry, tuple[float, float, str]]]:
    """Places for a name inside its area: fewest lines first, and deepest inside."""
    parts, _ = parts_of(as_array([area]))
    if not len(parts) or not name:
        return
    body = parts[shapely.area(parts).argmax()]
    whole, sheet = shapely.convex_hull(body), shapely.box(0, 0, *size)
    for signs in LINES:
        lines = textwrap.wrap(name, signs, break_long_words=False)
        wide, high = SIGN * size[0] * max(map(len, lines)), LINE * size[0] * len(lines)
        for x, y in _points(body):
            box = shapely.box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
            if sheet.contains(box) and box.intersection(whole).area >= LEAST_INSIDE * box.area:
                first = y - (len(lines) - 1) * LINE * size[0] / 2
                yield box, (round(x, 1), round(first, 1), "\n".join(lines))


def _points(body: BaseGeometry) -> list[tuple[float, float]]:
    """Points inside an area, the deepest first."""
    west, south, east, north = body.bounds
    x, y = np.meshgrid(np.linspace(west, east, GRID), np.linspace(south, north, GRID))
    middle = shapely.get_point(shapely.maximum_inscribed_circle(as_array([body]), 1.0), 0)
    points = np.concatenate([as_array(middle), as_array(shapely.points(x.ravel(), y.ravel()))])
    points = points[shapely.contains(body, points)]
    deepest = points[np.argsort(-shapely.distance(points, shapely.boundary(body)), kind="stable")]
    return [(float(point.x), float(point.y)) for point in deepest]


def graticule(sheet: Sheet) -> tuple[Geometries, pd.DataFrame]:
    """The lines on the sheet, and the degrees where they meet its lower and its left edge.

    These are a frame of x, y [units], text ("180°", "20°S") and side ("bottom" or "left").
    """
    longer_deg = max(sheet.width, sheet.height) / sheet.scale / KM_PER_DEG
    step = next((each for each in STEPS if longer_deg / each <= MOST_LINES), STEPS[-1])
    meridians = np.arange(0.0, TURN, step)
    parallels = np.arange(-np.ceil(POLE / step) + 1, np.ceil(POLE / step)) * step
    along, across = np.arange(step - POLE, POLE - step + 0.5, 0.5), np.linspace(0.0, TURN, 721)
    lines = [shapely.LineString(np.column_stack([np.full_like(along, lon), along])) for lon in meridians]
    lines += [shapely.LineString(np.column_stack([across, np.full_like(across, lat)])) for lat in parallels]
    drawn = sheet.shapes(sheet.plane.lines(as_array(lines)))
    rows: list[Row] = []
    for number, shape in enumerate(drawn):
        xy, inside = shapely.get_coordinates(shape), INSIDE * sheet.width
        if number < len(meridians):
            at = xy[np.abs(xy[:, 1] - sheet.height) < ON_EDGE][:1, 0]
            said = longitude_text(meridians[number])
            rows += [(float(x), sheet.height - inside, said, "bottom") for x in at]
        else:
            at = xy[np.abs(xy[:, 0]) < ON_EDGE][:1, 1]
            said = latitude_text(parallels[number - len(meridians)])
            rows += [(inside, float(y), said, "left") for y in at]
    kept = _apart(rows, APART * sheet.width, (sheet.width, sheet.height))
    return drawn[~shapely.is_empty(drawn)], pd.DataFrame(kept, columns=["x", "y", "text", "side"])


def longitude_text(lon: float) -> str:
    """A meridian as on a chart: 180°, 160°E, 170°W."""
    signed = float(signed_lon([lon])[0])
    return f"{abs(signed):g}°" + ("" if signed in (0.0, -180.0) else "E" if signed > 0 else "W")


def latitude_text(lat: float) -> str:
    """A parallel as on a chart: 0°, 20°S."""
    return f"{abs(lat):g}°" + ("N" if lat > 0 else "S" if lat < 0 else "")


def _apart(rows: list[Row], least: float, size: tuple[float, float]) -> list[Row]:
    """Degrees that have room, in their corner and beside their neighbour; 180° goes before all others."""
    kept: list[Row] = []
    for row in sorted(rows, key=lambda row: (row[2] != "180°", row[0], row[1])):
        place, room = (row[0], size[0]) if row[3] == "bottom" else (row[1], size[1])
        beside = [other for other in kept if other[3] == row[3]]
        free = all(np.hypot(other[0] - row[0], other[1] - row[1]) >= least for other in beside)
        if free and least <= place <= room - least:
            kept.append(row)
    return sorted(kept, key=lambda row: (row[3], row[0], row[1]))

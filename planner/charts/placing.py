"""Where the names of areas stand on a map: inside their area, the largest first, none upon another."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from planner.charts.names import one_line
from planner.geometry.polygons import Geometries, as_array, parts_of

SIGN, LINE = 0.0082, 0.018
"""Width of a sign and height of a line in print, as shares of the width of the map."""
INSIDE = 0.85
"""Least share of a name that lies in its area."""
LINES = (60, 16, 10)
"""Signs of a line that are tried."""
GRID = 9
"""Places that are tried across and down an area."""


def placed_names(names: Sequence[str], areas: Geometries, size: tuple[float, float]) -> pd.DataFrame:
    """Find a place for each name that fits into its area.

    Args:
        names: the areas' names.
        areas: the areas on the sheet [units].
        size: width and height of the sheet [units].

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
    whole = shapely.convex_hull(body)
    sheet = shapely.box(0, 0, *size)
    for signs in LINES:
        lines = textwrap.wrap(name, signs, break_long_words=False)
        wide, high = SIGN * size[0] * max(map(len, lines)), LINE * size[0] * len(lines)
        for x, y in _points(body):
            box = shapely.box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
            if sheet.contains(box) and box.intersection(whole).area >= INSIDE * box.area:
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

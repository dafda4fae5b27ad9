"""Where the names of zones stand: inside their zone, the largest zones first, none upon another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from planner.figures.lettering import broken, safe_line, width
from planner.frames import Array
from planner.geometry.polygons import Geometries, as_array, parts_of

SIZES = (7.0, 6.0)
"""Sizes that are tried [pt]."""
LEADING = 2.0
"""Room between lines [pt]."""
INSIDE = 0.9
"""Share of a name that lies in its zone."""
GRID = 15
"""Places that are tried across and down a zone."""
GAP = 1.5
MARK = 2.5
"""Room round a name, and round a mark [pt]."""
BREAKS = (1000.0, 70.0, 48.0, 36.0)
"""Widths at which names are broken into lines [pt]."""
COLUMNS = ["x", "y", "text", "size"]


def place_names(names: Sequence[str], zones: Geometries, sheet: BaseGeometry, marks: Array) -> pd.DataFrame:
    """Find a place for each name that fits into its zone.

    Args:
        names: the zones' names.
        zones: the zones on the paper [pt].
        sheet: the paper [pt].
        marks: places that stay free, shape (marks, 2) [pt].

    Returns:
        Frame of x, y (middle of the first line) [pt], text (lines parted by line feeds) and size [pt].
    """
    taken: list[BaseGeometry] = [shapely.box(x - MARK, y - MARK, x + MARK, y + MARK) for x, y in marks]
    rows = []
    for number in np.argsort(-shapely.area(zones), kind="stable"):
        found = _place(safe_line(names[number]), zones[number], taken, sheet)
        if found is not None:
            box, row = found
            taken.append(box)
            rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS)


def _place(
    name: str, zone: BaseGeometry, taken: list[BaseGeometry], sheet: BaseGeometry
) -> tuple[BaseGeometry, tuple[float, float, str, float]] | None:
    """The best place for a name, in the fewest lines and the largest size that fit."""
    parts, _ = parts_of(as_array([zone]))
    if not len(parts) or not name:
        return None
    body = parts[shapely.area(parts).argmax()]
    whole = (
        shapely.convex_hull(body)
        if shapely.area(body) > 0.6 * shapely.area(shapely.convex_hull(body))
        else body
    )
    shapely.prepare(whole)
    for size in SIZES:
        for lines in _ways(name, size):
            wide = max(width(line, size, bold=True) for line in lines) + 2 * GAP
            high = len(lines) * (size + LEADING) + 2 * GAP
            for x, y in _places(body):
                box = shapely.box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
                if not sheet.contains(box) or any(box.intersects(other) for other in taken):
                    continue
                if box.intersection(whole).area >= INSIDE * box.area:
                    first = y - (len(lines) - 1) * (size + LEADING) / 2
                    return box, (float(x), float(first), "\n".join(lines), size)
    return None


def _ways(name: str, size: float) -> Iterator[list[str]]:
    """A name in one, two and more lines, never cut."""
    seen: list[list[str]] = []
    for most in BREAKS:
        lines = broken(name, most, size)
        if lines not in seen and " ".join(lines) == name:
            seen.append(lines)
            yield lines


def _places(body: BaseGeometry) -> list[tuple[float, float]]:
    """Places inside a zone, those deepest inside first."""
    west, south, east, north = body.bounds
    x, y = np.meshgrid(np.linspace(west, east, GRID), np.linspace(south, north, GRID))
    points = shapely.points(x.ravel(), y.ravel())
    middle = shapely.get_point(shapely.maximum_inscribed_circle(as_array([body]), 0.5), 0)
    points = np.concatenate([as_array(points), as_array(middle)])
    points = points[shapely.contains(body, points)]
    depth = shapely.distance(points, shapely.boundary(body))
    deepest = points[np.argsort(-depth, kind="stable")]
    return [(float(point.x), float(point.y)) for point in deepest]

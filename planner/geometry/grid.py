"""The global equal-area grid, the same in every longitude convention, and outlines cut by its lines."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import shapely

from planner.geometry.area import AUTHALIC_RADIUS_2_KM2, ECCENTRICITY_2, POLE_Q, authalic_q
from planner.geometry.longitude import TURN
from planner.geometry.polygons import Floats, Geometries, Integers, polygons_only, ranges
from planner.units import nm2_to_km2

ITERATIONS = 6
"""Newton steps from the authalic to the geodetic latitude; four reach the last digit."""
BEYOND = 1000.0
"""A coordinate outside every outline [degrees], so that a cut only ever adds the line that it cuts along."""
QUADRILATERAL, SAME = 5, 1e-12
"""Vertices of a ring with four corners, which is a rectangle if its area differs by less from its bounds'."""


@dataclass(frozen=True)
class Grid:
    """Rows between parallels, each divided by meridians from Greenwich into cells of one area.

    Attributes:
        spacing_nm: side of the square with a cell's area [nm].
        parallels: the rows' limits from the south pole to the north pole [degrees], one more than rows.
        columns: number of cells in each row.
    """

    spacing_nm: float
    parallels: Floats
    columns: Integers

    @property
    def cell_km2(self) -> float:
        """Area of a cell [km²]; the cells of the two polar rows may differ by up to a half."""
        return nm2_to_km2(self.spacing_nm**2)

    @cached_property
    def row_names(self) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
        """Name of each row, counted from the equator: ``n000`` northwards, ``s000`` southwards."""
        half = len(self.columns) // 2
        return np.array([f"s{row:03d}" for row in range(half)][::-1] + [f"n{row:03d}" for row in range(half)])

    def meridian(self, row: Integers, column: Integers) -> Floats:
        """Western limit of a column in its row [degrees, 0 to 360]."""
        return 360.0 * column / self.columns[row]


def equal_area_grid(spacing_nm: float) -> Grid:
    """The grid whose cells have the area spacing² and are about as wide as they are high.

    Row by row from the equator: the number of cells n is the parallel's length at the middle of the row
    divided by the spacing, rounded; the row's height follows from n cells of area A:
    Δ sin β = n A / (2 π R²), with the authalic latitude β and radius R (Snyder 1987, equations 3-11 to 3-13).
    The polar row is what is left.

    Args:
        spacing_nm: side of the square with a cell's area [nm], above 0.

    Raises:
        ValueError: the spacing is not a number above 0.
    """
    if not (math.isfinite(spacing_nm) and spacing_nm > 0):
        raise ValueError(f"spacing_nm: {spacing_nm} is not a number above 0")
    cell_km2 = nm2_to_km2(spacing_nm**2)
    cells_per_sine = 2 * math.pi * AUTHALIC_RADIUS_2_KM2 / cell_km2
    spacing_rad = math.sqrt(cell_km2 / AUTHALIC_RADIUS_2_KM2)
    sines, columns = [0.0], []
    while sines[-1] < 1.0:
        middle = min(math.asin(sines[-1]) + spacing_rad / 2, math.pi / 2)
        count = max(1, round(2 * math.pi * math.cos(middle) / spacing_rad))
        left = (1.0 - sines[-1]) * cells_per_sine
        if left - count < 1:  # less than one cell would remain for the next row
            count = max(1, round(left))
            sines.append(1.0)
        else:
            sines.append(sines[-1] + count / cells_per_sine)
        columns.append(count)
    north = _latitudes(np.array(sines))
    return Grid(
        spacing_nm=float(spacing_nm),
        parallels=np.concatenate([-north[:0:-1], north]),
        columns=np.array(columns[::-1] + columns, dtype=np.int64),
    )


def _latitudes(authalic_sines: Floats) -> Floats:
    """Geodetic latitudes [degrees] from sines of authalic latitudes, by Newton's method on q(sin φ)."""
    sine = authalic_sines
    for _ in range(ITERATIONS):
        slope = 2 * (1 - ECCENTRICITY_2) / (1 - ECCENTRICITY_2 * sine**2) ** 2
        sine = np.clip(sine - (authalic_q(sine) - POLE_Q * authalic_sines) / slope, -1.0, 1.0)
    latitudes = np.degrees(np.arcsin(sine))
    latitudes[0], latitudes[-1] = 0.0, 90.0
    return latitudes


def cut_by_grid(areas: Geometries, grid: Grid) -> pd.DataFrame:
    """Every area cut by the grid's parallels and meridians.

    Args:
        areas: canonical, valid outlines, at least one and none empty.
        grid: the grid.

    Returns:
        A row for each area and box of the grid that have water in common, in their order: ``geometry``
        (Polygon or MultiPolygon), ``area`` (its position), ``row`` (counted from the south pole) and
        ``column`` (from Greenwich eastwards).
    """
    south, north = shapely.bounds(areas)[:, [1, 3]].T
    rows = len(grid.columns)
    first = np.clip(np.searchsorted(grid.parallels, south, side="right") - 1, 0, rows - 1)
    last = np.clip(np.searchsorted(grid.parallels, north, side="left"), first + 1, rows)
    bands, area, row = _cut(areas, first, last, 1, lambda _, at: grid.parallels[at])
    west, east = shapely.bounds(bands)[:, [0, 2]].T
    count = grid.columns[row]
    first = np.clip(np.floor(west / TURN * count).astype(np.int64) - 1, 0, count - 1)
    last = np.clip(np.ceil(east / TURN * count).astype(np.int64) + 1, first + 1, count)
    boxes, band, column = _cut(bands, first, last, 0, lambda band, at: grid.meridian(row[band], at))
    pieces = {"geometry": boxes, "area": area[band], "row": row[band], "column": column}
    return pd.DataFrame(pieces).sort_values(["area", "row", "column"], ignore_index=True)


def _cut(
    strips: Geometries,
    first: Integers,
    last: Integers,
    axis: int,
    line_at: Callable[[Integers, Integers], Floats],
) -> tuple[Geometries, Integers, Integers]:
    """Strips halved until each is in a single row or column, so that work grows with the outline's length.

    A strip reaches from its first row or column to the one before its last; ``axis`` is 0 to cut along
    meridians, 1 along parallels, ``line_at`` the line where a row or column of each strip begins [degrees].
    Returns the pieces with water, the position of the strip and the row or column of each.
    """
    owner, done = np.arange(len(strips)), []
    while len(owner):
        bounds = shapely.bounds(strips)
        box = np.prod(bounds[:, 2:] - bounds[:, :2], axis=1)
        plain = (shapely.get_num_coordinates(strips) == QUADRILATERAL) & (last - first > 1)
        plain &= np.abs(shapely.area(strips) - box) <= SAME * box
        number, at = ranges(first[plain], last[plain])
        of, boxes = owner[plain][number], bounds[plain][number]
        boxes[:, axis] = np.maximum(boxes[:, axis], line_at(of, at))
        boxes[:, axis + 2] = np.minimum(boxes[:, axis + 2], line_at(of, at + 1))
        wet = boxes[:, axis] < boxes[:, axis + 2]
        done.append((shapely.box(*boxes[wet].T), of[wet], at[wet]))
        ready = last - first <= 1
        done.append((strips[ready], owner[ready], first[ready]))
        left = ~(ready | plain)
        strips, owner, first, last = strips[left], owner[left], first[left], last[left]
        middle = (first + last) // 2
        halves = np.tile([-BEYOND, -BEYOND, BEYOND, BEYOND], (2, len(owner), 1))
        halves[0, :, axis + 2] = halves[1, :, axis] = line_at(owner, middle)
        strips = shapely.intersection(np.tile(strips, 2), shapely.box(*halves.reshape(-1, 4).T))
        strips, owner = polygons_only(strips), np.tile(owner, 2)
        first, last = np.append(first, middle), np.append(middle, last)
        wet = ~shapely.is_empty(strips)
        strips, owner, first, last = strips[wet], owner[wet], first[wet], last[wet]
    geometry, of, at = (np.concatenate(column) for column in zip(*done, strict=True))
    return geometry, of, at

"""Cutting outlines by the lines of the grid: by halves, so that the work grows with the outline's length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from planner.geometry.grid import Grid
from planner.geometry.polygons import Booleans, Floats, Geometries, Integers, polygons_only

BEYOND = 1000.0
"""A coordinate outside every outline [degrees], so that a cut only ever adds the line that it cuts along."""
SAME = 1e-12
"""Relative difference of areas below which a quadrilateral inside a rectangle is the rectangle."""
QUADRILATERAL = 5
"""Vertices of a ring with four corners."""


@dataclass(frozen=True)
class Pieces:
    """Pieces of areas in the boxes of the grid; arrays of one length, ordered by area, row and column.

    Attributes:
        geometry: the piece, a Polygon or MultiPolygon.
        area: position of its area.
        row: row of the grid, counted from the south pole.
        column: column in its row, counted from Greenwich eastwards.
    """

    geometry: Geometries
    area: Integers
    row: Integers
    column: Integers


def cut_by_grid(areas: Geometries, grid: Grid) -> Pieces:
    """Every area cut by the grid's parallels and meridians.

    Args:
        areas: canonical, valid outlines.
        grid: the grid.

    Returns:
        One piece for each area and box of the grid that have water in common.
    """
    area, row, bands = _cut_by_parallels(areas, grid)
    piece, column, boxes = _cut_by_meridians(bands, row, grid)
    order = np.lexsort((column, row[piece], area[piece]))
    piece = piece[order]
    return Pieces(boxes[order], area[piece], row[piece], column[order])


def _cut_by_parallels(areas: Geometries, grid: Grid) -> tuple[Integers, Integers, Geometries]:
    """Bands of the areas between neighbouring parallels: area, row, geometry."""
    bounds = shapely.bounds(areas)
    first = np.searchsorted(grid.parallels, bounds[:, 1], side="right") - 1
    last = np.searchsorted(grid.parallels, bounds[:, 3], side="left")
    area, geometry = np.arange(len(areas)), areas
    done: list[tuple[Integers, Integers, Geometries]] = []
    while len(area):
        single = last - first <= 1
        done.append((area[single], first[single], geometry[single]))
        area, first, last, geometry = (values[~single] for values in (area, first, last, geometry))
        middle = (first + last) // 2
        halves = _halves(geometry, grid.parallels[middle], northwards=True)
        area, first, last = np.tile(area, 2), np.append(first, middle), np.append(middle, last)
        area, first, last, geometry = _with_water(halves, area, first, last)
    areas_, rows, bands = (np.concatenate(column) for column in zip(*done, strict=True))
    return areas_, rows, bands


def _cut_by_meridians(bands: Geometries, row: Integers, grid: Grid) -> tuple[Integers, Integers, Geometries]:
    """Pieces of the bands between neighbouring meridians of their row: band, column, geometry."""
    bounds = shapely.bounds(bands)
    count = grid.columns[row]
    first = np.clip(np.floor(bounds[:, 0] / 360.0 * count).astype(np.int64) - 1, 0, count - 1)
    last = np.clip(np.ceil(bounds[:, 2] / 360.0 * count).astype(np.int64) + 1, first + 1, count)
    band, geometry = np.arange(len(bands)), bands
    done: list[tuple[Integers, Integers, Geometries]] = []
    while len(band):
        whole = _fills_its_boxes(geometry, row[band], first, last, grid)
        done.append(_boxes(band[whole], row, first[whole], last[whole], grid))
        single = (last - first <= 1) & ~whole
        done.append((band[single], first[single], geometry[single]))
        open_ = ~(whole | single)
        band, first, last, geometry = (values[open_] for values in (band, first, last, geometry))
        middle = (first + last) // 2
        halves = _halves(geometry, grid.meridian(row[band], middle), northwards=False)
        band, first, last = np.tile(band, 2), np.append(first, middle), np.append(middle, last)
        band, first, last, geometry = _with_water(halves, band, first, last)
    bands_, columns, boxes = (np.concatenate(column) for column in zip(*done, strict=True))
    return bands_, columns, boxes


def _halves(geometry: Geometries, line: Floats, *, northwards: bool) -> Geometries:
    """Geometries cut along a parallel or a meridian each: what lies before the lines, then what lies beyond."""
    if northwards:
        before = shapely.box(-BEYOND, -BEYOND, BEYOND, line)
        beyond = shapely.box(-BEYOND, line, BEYOND, BEYOND)
    else:
        before = shapely.box(-BEYOND, -BEYOND, line, BEYOND)
        beyond = shapely.box(line, -BEYOND, BEYOND, BEYOND)
    halves = shapely.intersection(np.tile(geometry, 2), np.concatenate([before, beyond]))
    return polygons_only(halves)


def _with_water(
    geometry: Geometries, owner: Integers, first: Integers, last: Integers
) -> tuple[Integers, Integers, Integers, Geometries]:
    """The rows of the four arrays whose geometry is not empty."""
    keep = ~shapely.is_empty(geometry)
    return owner[keep], first[keep], last[keep], geometry[keep]


def _fills_its_boxes(
    geometry: Geometries, row: Integers, first: Integers, last: Integers, grid: Grid
) -> Booleans:
    """Whether a piece is the whole rectangle of its row between two columns."""
    width = grid.meridian(row, last) - grid.meridian(row, first)
    rectangle = width * (grid.parallels[row + 1] - grid.parallels[row])
    plain = shapely.get_num_coordinates(geometry) == QUADRILATERAL
    return np.asarray(plain & (np.abs(shapely.area(geometry) - rectangle) <= SAME * rectangle))


def _boxes(
    band: Integers, row: Integers, first: Integers, last: Integers, grid: Grid
) -> tuple[Integers, Integers, Geometries]:
    """The boxes of the grid from the first column to before the last: band, column, geometry."""
    count = last - first
    start = np.repeat(np.cumsum(count) - count, count)
    column = np.repeat(first, count) + np.arange(count.sum()) - start
    bands = np.repeat(band, count)
    rows = row[bands]
    boxes = shapely.box(
        grid.meridian(rows, column),
        grid.parallels[rows],
        grid.meridian(rows, column + 1),
        grid.parallels[rows + 1],
    )
    return bands, column, np.asarray(boxes, dtype=object)

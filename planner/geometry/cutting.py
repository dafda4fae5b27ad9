"""Cutting outlines by the lines of the grid: by halves, so that the work grows with the outline's length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from planner.geometry.grid import Grid
from planner.geometry.longitude import TURN
from planner.geometry.polygons import Booleans, Geometries, Integers, polygons_only

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


@dataclass(frozen=True)
class Strips:
    """Geometries that still reach over a range of rows or columns.

    Attributes:
        geometry: Polygon or MultiPolygon.
        owner: position of the outline that it was cut from.
        first: first row or column.
        last: the row or column after the last.
    """

    geometry: Geometries
    owner: Integers
    first: Integers
    last: Integers

    def where(self, mask: Booleans) -> Strips:
        """The strips that a mask chooses."""
        return Strips(self.geometry[mask], self.owner[mask], self.first[mask], self.last[mask])

    def halved(self, before: Geometries, beyond: Geometries) -> Strips:
        """The strips on both sides of the line in their middle; halves without water are left out."""
        middle = self.middle
        sides = np.concatenate([before, beyond])
        halves = Strips(
            polygons_only(shapely.intersection(np.tile(self.geometry, 2), sides)),
            np.tile(self.owner, 2),
            np.concatenate([self.first, middle]),
            np.concatenate([middle, self.last]),
        )
        return halves.where(~shapely.is_empty(halves.geometry))

    @property
    def middle(self) -> Integers:
        """The row or column at which each strip is to be halved."""
        return np.asarray((self.first + self.last) // 2)


def joined(strips: list[Strips]) -> Strips:
    """Strips of several rounds, one after the other."""
    return Strips(
        np.concatenate([each.geometry for each in strips]),
        np.concatenate([each.owner for each in strips]),
        np.concatenate([each.first for each in strips]),
        np.concatenate([each.last for each in strips]),
    )


def cut_by_grid(areas: Geometries, grid: Grid) -> Pieces:
    """Every area cut by the grid's parallels and meridians.

    Args:
        areas: canonical, valid outlines, at least one and none empty.
        grid: the grid.

    Returns:
        One piece for each area and box of the grid that have water in common.
    """
    bands = _cut_by_parallels(areas, grid)
    boxes = _cut_by_meridians(bands.geometry, bands.first, grid)
    area, row, column = bands.owner[boxes.owner], bands.first[boxes.owner], boxes.first
    order = np.lexsort((column, row, area))
    return Pieces(boxes.geometry[order], area[order], row[order], column[order])


def _cut_by_parallels(areas: Geometries, grid: Grid) -> Strips:
    """Bands of the areas between neighbouring parallels; ``first`` is the row."""
    bounds = shapely.bounds(areas)
    rows = len(grid.columns)
    first = np.clip(np.searchsorted(grid.parallels, bounds[:, 1], side="right") - 1, 0, rows - 1)
    last = np.clip(np.searchsorted(grid.parallels, bounds[:, 3], side="left"), first + 1, rows)
    open_ = Strips(areas, np.arange(len(areas)), first, last)
    done = []
    while len(open_.owner):
        single = open_.last - open_.first <= 1
        done.append(open_.where(single))
        open_ = open_.where(~single)
        line = grid.parallels[open_.middle]
        low, high = np.full(len(line), -BEYOND), np.full(len(line), BEYOND)
        open_ = open_.halved(shapely.box(low, low, high, line), shapely.box(low, line, high, high))
    return joined(done)


def _cut_by_meridians(bands: Geometries, row: Integers, grid: Grid) -> Strips:
    """Pieces of the bands between neighbouring meridians of their row; ``first`` is the column."""
    bounds = shapely.bounds(bands)
    count = grid.columns[row]
    first = np.clip(np.floor(bounds[:, 0] / TURN * count).astype(np.int64) - 1, 0, count - 1)
    last = np.clip(np.ceil(bounds[:, 2] / TURN * count).astype(np.int64) + 1, first + 1, count)
    open_ = Strips(bands, np.arange(len(bands)), first, last)
    done = []
    while len(open_.owner):
        whole = _fills_its_boxes(open_, row[open_.owner], grid)
        single = (open_.last - open_.first <= 1) & ~whole
        done += [_boxes(open_.where(whole), row, grid), open_.where(single)]
        open_ = open_.where(~(whole | single))
        line = grid.meridian(row[open_.owner], open_.middle)
        low, high = np.full(len(line), -BEYOND), np.full(len(line), BEYOND)
        open_ = open_.halved(shapely.box(low, low, line, high), shapely.box(line, low, high, high))
    return joined(done)


def _fills_its_boxes(strips: Strips, row: Integers, grid: Grid) -> Booleans:
    """Whether a strip is the whole rectangle of its row between two columns."""
    width = grid.meridian(row, strips.last) - grid.meridian(row, strips.first)
    rectangle = width * (grid.parallels[row + 1] - grid.parallels[row])
    plain = shapely.get_num_coordinates(strips.geometry) == QUADRILATERAL
    return np.asarray(plain & (np.abs(shapely.area(strips.geometry) - rectangle) <= SAME * rectangle))


def _boxes(strips: Strips, row: Integers, grid: Grid) -> Strips:
    """Rectangles as the boxes of the grid that they consist of."""
    count = strips.last - strips.first
    start = np.repeat(np.cumsum(count) - count, count)
    column = np.repeat(strips.first, count) + np.arange(count.sum()) - start
    owner = np.repeat(strips.owner, count)
    rows = row[owner]
    west, east = grid.meridian(rows, column), grid.meridian(rows, column + 1)
    boxes = shapely.box(west, grid.parallels[rows], east, grid.parallels[rows + 1])
    return Strips(boxes, owner, column, column + 1)

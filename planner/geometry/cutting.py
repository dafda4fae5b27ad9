"""Cutting outlines by the lines of the grid: by halves, so that the work grows with the outline's length."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from planner.geometry.grid import Grid
from planner.geometry.longitude import TURN
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


@dataclass(frozen=True)
class Strips:
    """Polygons that reach from a first row or column to one before the last; ``owner``: cut from which."""

    geometry: Geometries
    owner: Integers
    first: Integers
    last: Integers

    def where(self, mask: Booleans) -> Strips:
        """The strips that a mask chooses."""
        return Strips(self.geometry[mask], self.owner[mask], self.first[mask], self.last[mask])

    @classmethod
    def joined(cls, strips: list[Strips]) -> Strips:
        """Strips of several rounds, one after the other."""
        columns = zip(*((each.geometry, each.owner, each.first, each.last) for each in strips), strict=True)
        return cls(*(np.concatenate(column) for column in columns))


def cut_by_grid(areas: Geometries, grid: Grid) -> Pieces:
    """Every area cut by the grid's parallels and meridians.

    Args:
        areas: canonical, valid outlines, at least one and none empty.
        grid: the grid.

    Returns:
        One piece for each area and box of the grid that have water in common.
    """
    south, north = shapely.bounds(areas)[:, [1, 3]].T
    rows = len(grid.columns)
    first = np.clip(np.searchsorted(grid.parallels, south, side="right") - 1, 0, rows - 1)
    last = np.clip(np.searchsorted(grid.parallels, north, side="left"), first + 1, rows)
    whole = Strips(areas, np.arange(len(areas)), first, last)
    bands = _cut(whole, lambda _, at: grid.parallels[at], upright=False)
    row = bands.first

    west, east = shapely.bounds(bands.geometry)[:, [0, 2]].T
    count = grid.columns[row]
    first = np.clip(np.floor(west / TURN * count).astype(np.int64) - 1, 0, count - 1)
    last = np.clip(np.ceil(east / TURN * count).astype(np.int64) + 1, first + 1, count)
    boxes = _cut(
        Strips(bands.geometry, np.arange(len(row)), first, last),
        lambda strips, at: grid.meridian(row[strips.owner], at),
        upright=True,
        shortcut=lambda strips: _boxes(strips, row, grid),
    )
    area, row, column = bands.owner[boxes.owner], row[boxes.owner], boxes.first
    order = np.lexsort((column, row, area))
    return Pieces(boxes.geometry[order], area[order], row[order], column[order])


def _cut(
    strips: Strips,
    line_at: Callable[[Strips, Integers], Floats],
    upright: bool,
    shortcut: Callable[[Strips], tuple[Booleans, Strips]] | None = None,
) -> Strips:
    """Strips halved until each is in a single row or column; halves without water are left out.

    Args:
        strips: what is to be cut.
        line_at: coordinate of the lower limit of a row, or the western one of a column, of each strip.
        upright: whether the lines are meridians.
        shortcut: which strips can be cut at once, and their pieces.
    """
    done = []
    while len(strips.owner):
        ready = strips.last - strips.first <= 1
        if shortcut:
            at_once, pieces = shortcut(strips)
            done.append(pieces)
            ready &= ~at_once
            strips, ready = strips.where(~at_once), ready[~at_once]
        done.append(strips.where(ready))
        strips = strips.where(~ready)
        middle = (strips.first + strips.last) // 2
        line = line_at(strips, middle)
        low, high = np.full(len(line), -BEYOND), np.full(len(line), BEYOND)
        before = shapely.box(low, low, line, high) if upright else shapely.box(low, low, high, line)
        after = shapely.box(line, low, high, high) if upright else shapely.box(low, line, high, high)
        strips = Strips(
            polygons_only(shapely.intersection(np.tile(strips.geometry, 2), np.concatenate([before, after]))),
            np.tile(strips.owner, 2),
            np.concatenate([strips.first, middle]),
            np.concatenate([middle, strips.last]),
        )
        strips = strips.where(~shapely.is_empty(strips.geometry))
    return Strips.joined(done)


def _boxes(strips: Strips, row: Integers, grid: Grid) -> tuple[Booleans, Strips]:
    """Which strips are the whole rectangle of their row between two columns, and the boxes in these."""
    rows = row[strips.owner]
    width = grid.meridian(rows, strips.last) - grid.meridian(rows, strips.first)
    rectangle = width * (grid.parallels[rows + 1] - grid.parallels[rows])
    plain = shapely.get_num_coordinates(strips.geometry) == QUADRILATERAL
    full = np.asarray(plain & (np.abs(shapely.area(strips.geometry) - rectangle) <= SAME * rectangle))
    strips = strips.where(full)
    count = strips.last - strips.first
    start = np.repeat(np.cumsum(count) - count, count)
    column = np.repeat(strips.first, count) + np.arange(count.sum()) - start
    owner = np.repeat(strips.owner, count)
    rows = row[owner]
    west, east = grid.meridian(rows, column), grid.meridian(rows, column + 1)
    boxes = shapely.box(west, grid.parallels[rows], east, grid.parallels[rows + 1])
    return full, Strips(boxes, owner, column, column + 1)

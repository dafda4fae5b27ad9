"""Joining pieces that are too small to be cells of their own to a neighbour in the same area."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

from planner.geometry.area import areas_km2
from planner.geometry.cutting import Pieces
from planner.geometry.grid import Grid
from planner.geometry.longitude import TURN
from planner.geometry.polygons import Booleans, Floats, Geometries, Integers

SLIVER_SHARE = 0.2
"""Pieces under this share of a cell are joined. Each piece is columns of the linear program, the small ones
for little water; with a fifth, joined cells stay near one cell's area (under 1.4 in the Pacific zones)."""
TIE = 1e-9
"""Shares and lengths nearer than this are equal, so that rounding never decides."""


@dataclass(frozen=True)
class Borders:
    """Borders of slivers; arrays of one length, a border between two slivers stands there from both sides.

    Attributes:
        sliver: position of the sliver.
        neighbour: position of the piece of the same area on the other side.
        length: length [degrees of latitude].
    """

    sliver: Integers
    neighbour: Integers
    length: Floats


def join_slivers(pieces: Pieces, grid: Grid) -> tuple[Pieces, Floats]:
    """Pieces under a fifth of a cell joined to a neighbour in their area.

    A sliver joins the neighbour with which it shares the longest border, one without a border the cell of its
    area with the nearest centroid; an area smaller than that stays one cell. A joined cell takes row and
    column of its largest piece.

    Args:
        pieces: the areas cut by the grid.
        grid: the grid.

    Returns:
        The cells in the same order, and their areas [km²].
    """
    piece_km2 = areas_km2(pieces.geometry)
    limit = SLIVER_SHARE * grid.cell_km2 * (1 - TIE)
    if not (piece_km2 < limit).any():
        return pieces, piece_km2
    borders = _borders(pieces, piece_km2 < limit)
    group = _join_along_borders(borders, piece_km2, limit, TIE * grid.cell_km2)
    group = _join_nearest(group, pieces, piece_km2, limit)
    return _merged(pieces, piece_km2, group, TIE * grid.cell_km2)


def _borders(pieces: Pieces, sliver: Booleans) -> Borders:
    """Borders of slivers with the other pieces of their area, over Greenwich too."""
    at_360 = np.flatnonzero(shapely.bounds(pieces.geometry)[:, 2] == TURN)
    again = shapely.transform(pieces.geometry[at_360], lambda xy: xy - [TURN, 0.0])
    geometry = np.concatenate([pieces.geometry, again])
    piece = np.append(np.arange(len(pieces.area)), at_360)
    slivers = np.flatnonzero(sliver[piece])
    query, found = shapely.STRtree(geometry).query(geometry[slivers], predicate="intersects")
    query = slivers[query]
    one, other = piece[query], piece[found]
    candidates = np.flatnonzero((pieces.area[one] == pieces.area[other]) & (one != other))
    one, other = one[candidates], other[candidates]
    length = _border_lengths(
        geometry[query[candidates]], geometry[found[candidates]], pieces.row[one] == pieces.row[other]
    )
    pairs, index = np.unique(np.stack([one, other], axis=1)[length > 0], axis=0, return_inverse=True)
    longest = np.zeros(len(pairs))  # two pieces at 360 meet twice, on either side of Greenwich
    np.maximum.at(longest, index.reshape(-1), length[length > 0])
    return Borders(pairs[:, 0], pairs[:, 1], longest)


def _border_lengths(one: Geometries, other: Geometries, same_row: Booleans) -> Floats:
    """Length of borders, along a meridian within a row, else along a parallel [degrees of latitude]."""
    length = shapely.length(shapely.intersection(one, other))
    parallel = np.radians(np.maximum(shapely.bounds(one)[:, 1], shapely.bounds(other)[:, 1]))
    return np.asarray(np.where(same_row, length, length * np.cos(parallel)))


def _join_along_borders(borders: Borders, piece_km2: Floats, limit: float, same_km2: float) -> Integers:
    """Group of each piece after all slivers with a border have joined.

    The smallest go first: in each round every sliver that is smaller than the slivers around it joins the
    neighbour with the longest border (of equal borders, the smallest neighbour), until it is one no more. So
    a thin wedge falls into cells instead of following its borders into one snake.
    """
    group = np.arange(len(piece_km2))
    while len(borders.sliver):
        group_km2 = _sums(group, piece_km2, len(group))
        small = group_km2 < limit
        borders = _between_groups(borders, small)
        if not len(borders.sliver):
            break
        size = np.round(group_km2 / same_km2)
        rank = np.empty(len(group), dtype=np.int64)
        rank[np.lexsort((np.arange(len(group)), size))] = np.arange(len(group))
        goes = _smallest_around(borders, small, rank)
        order = np.lexsort((rank[borders.neighbour], -np.round(borders.length / TIE), borders.sliver))
        slivers, first = np.unique(borders.sliver[order], return_index=True)
        target = borders.neighbour[order][first]
        parent = np.arange(len(group))
        parent[slivers[goes[slivers]]] = target[goes[slivers]]
        group = parent[group]
        borders = replace(borders, sliver=parent[borders.sliver], neighbour=parent[borders.neighbour])
    return group


def _between_groups(borders: Borders, small: Booleans) -> Borders:
    """Borders of the groups that are still slivers: those of their members added up."""
    open_ = small[borders.sliver] & (borders.sliver != borders.neighbour)
    pairs = np.stack([borders.sliver, borders.neighbour], axis=1)[open_]
    pairs, index = np.unique(pairs, axis=0, return_inverse=True)
    return Borders(pairs[:, 0], pairs[:, 1], _sums(index.reshape(-1), borders.length[open_], len(pairs)))


def _smallest_around(borders: Borders, small: Booleans, rank: Integers) -> Booleans:
    """Which groups rank before every sliver that they have a border with."""
    between = small[borders.neighbour]
    before = np.full(len(rank), len(rank))
    np.minimum.at(before, borders.sliver[between], rank[borders.neighbour[between]])
    return np.asarray(rank < before)


def _join_nearest(group: Integers, pieces: Pieces, piece_km2: Floats, limit: float) -> Integers:
    """Slivers that are still alone joined, in the order of the grid, to the nearest cell of their area."""
    centre = _unit_vectors(shapely.centroid(pieces.geometry))
    group = group.copy()
    group_km2 = _sums(group, piece_km2, len(group))
    alone = np.flatnonzero((group_km2 > 0) & (group_km2 < limit))
    for area in np.unique(pieces.area[alone]):
        members = np.flatnonzero(pieces.area == area)
        for sliver in alone[pieces.area[alone] == area]:
            if group_km2[sliver] >= limit:
                continue
            own = group[members] == sliver
            if own.all():
                break
            nearness = np.round((centre[members[~own]] @ centre[members[own]].T).max(axis=1) / TIE)
            target = group[members[~own][nearness.argmax()]]
            group[members[own]] = target
            group_km2[target] += group_km2[sliver]
            group_km2[sliver] = 0.0
    return group


def _sums(group: Integers, values: Floats, count: int) -> Floats:
    """Sum of the values of each group, by the group's number."""
    return np.asarray(np.bincount(group, weights=values, minlength=count), dtype=np.float64)


def _unit_vectors(points: Geometries) -> Floats:
    """Points on the unit sphere, one row each."""
    lon, lat = np.radians(shapely.get_coordinates(points)).T
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def _merged(pieces: Pieces, piece_km2: Floats, group: Integers, same_km2: float) -> tuple[Pieces, Floats]:
    """The pieces of each group as one, in the place of its largest piece."""
    order = np.lexsort((np.arange(len(group)), -np.round(piece_km2 / same_km2), group))
    groups, first = np.unique(group[order], return_index=True)
    keeper = order[first]
    geometry = pieces.geometry[keeper]
    rank = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
    position = np.searchsorted(groups, group[order])
    for nth in range(1, int(rank.max()) + 1):
        at = rank == nth
        geometry[position[at]] = shapely.union(geometry[position[at]], pieces.geometry[order[at]])
    km2 = _sums(position, piece_km2[order], len(groups))
    back = np.argsort(keeper)
    keeper = keeper[back]
    cells = replace(
        pieces,
        geometry=geometry[back],
        area=pieces.area[keeper],
        row=pieces.row[keeper],
        column=pieces.column[keeper],
    )
    return cells, km2[back]

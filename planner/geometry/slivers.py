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
"""Pieces under this share of a cell are joined. Each piece is columns of the linear program, the small ones for little
water; a share of a fifth keeps joined cells near one cell's area (at most 1.4 on the Pacific zones)."""
TIE = 1e-9
"""Shares and lengths nearer than this are equal, so that rounding never decides."""


@dataclass(frozen=True)
class Borders:
    """Borders between pieces of one area.

    Attributes:
        one: position of the first piece.
        other: position of the second piece, after the first.
        length: length [degrees of latitude].
    """

    one: Integers
    other: Integers
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
    group = _join_along_borders(borders, piece_km2, limit)
    group = _join_nearest(group, pieces, piece_km2, limit)
    return _merged(pieces, piece_km2, group, grid.cell_km2)


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
    same = (pieces.area[one] == pieces.area[other]) & (one != other)
    query, found = query[same], found[same]
    length = _border_lengths(
        geometry[query], geometry[found], pieces.row[piece[query]] == pieces.row[piece[found]]
    )
    pair = np.sort(np.stack([piece[query], piece[found]], axis=1), axis=1)
    unique, index = np.unique(pair[length > 0], axis=0, return_inverse=True)
    longest = np.zeros(len(unique))
    np.maximum.at(longest, index.reshape(-1), length[length > 0])
    return Borders(unique[:, 0], unique[:, 1], longest)


def _border_lengths(one: Geometries, other: Geometries, same_row: Booleans) -> Floats:
    """Length of borders, along a meridian within a row, else along a parallel [degrees of latitude]."""
    length = shapely.length(shapely.intersection(one, other))
    middle = np.radians(shapely.bounds(one)[:, [1, 3]].mean(axis=1))
    return np.asarray(np.where(same_row, length, length * np.cos(middle)))


def _join_along_borders(borders: Borders, piece_km2: Floats, limit: float) -> Integers:
    """Group of each piece after all slivers with a border have joined.

    In each round every sliver chooses its longest border. It joins a cell that is large enough at once; two
    slivers join only where both choose each other, so that a thin strip falls into cells, not into one snake.
    """
    group = np.arange(len(piece_km2))
    group_km2 = piece_km2
    one, other, length = borders.one, borders.other, borders.length
    while len(one):
        small = group_km2 < limit
        open_ = small[one] | small[other]
        one, other, length = one[open_], other[open_], length[open_]
        if not len(one):
            break
        rank = np.lexsort((other, one, -np.round(length / TIE)))
        choice = _first_choice(one[rank], other[rank], len(group))
        small_ones = np.flatnonzero(small & (choice >= 0))
        target = choice[small_ones]
        mutual = small[target] & (choice[target] == small_ones)
        joins = ~small[target] | (mutual & (small_ones > target))
        parent = np.arange(len(group))
        parent[small_ones[joins]] = target[joins]
        group = parent[group]
        group_km2 = _sums(group, piece_km2, len(group))
        one, other, length = _regrouped(parent[one], parent[other], length)
    return group


def _first_choice(one: Integers, other: Integers, count: int) -> Integers:
    """For each group the partner of its first pair in the given order, -1 where it has none."""
    choice = np.full(count, -1)
    either, partner = np.stack([one, other], axis=1).ravel(), np.stack([other, one], axis=1).ravel()
    groups, position = np.unique(either, return_index=True)
    choice[groups] = partner[position]
    return choice


def _regrouped(one: Integers, other: Integers, length: Floats) -> tuple[Integers, Integers, Floats]:
    """Borders between groups: those of their members added up."""
    pair = np.sort(np.stack([one, other], axis=1), axis=1)
    apart = pair[:, 0] != pair[:, 1]
    unique, index = np.unique(pair[apart], axis=0, return_inverse=True)
    return unique[:, 0], unique[:, 1], _sums(index.reshape(-1), length[apart], len(unique))


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


def _merged(pieces: Pieces, piece_km2: Floats, group: Integers, cell_km2: float) -> tuple[Pieces, Floats]:
    """The pieces of each group as one, in the place of its largest piece."""
    order = np.lexsort((np.arange(len(group)), -np.round(piece_km2 / cell_km2 / TIE), group))
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

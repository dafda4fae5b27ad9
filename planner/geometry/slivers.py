"""Joining pieces that are too small to be cells of their own to a neighbour in the same area."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from planner.frames import sum_by
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


def _borders(pieces: Pieces, sliver: Booleans) -> pd.DataFrame:
    """Borders of slivers with the other pieces of their area, over Greenwich too.

    Returns:
        Positions ``sliver`` and ``neighbour``, and ``length`` [degrees of latitude]; a border between two
        slivers is there from both sides.
    """
    at_360 = np.flatnonzero(shapely.bounds(pieces.geometry)[:, 2] == TURN)
    again = shapely.transform(pieces.geometry[at_360], lambda xy: xy - [TURN, 0.0])
    geometry = np.concatenate([pieces.geometry, again])
    piece = np.append(np.arange(len(pieces.area)), at_360)
    slivers = np.flatnonzero(sliver[piece])
    query, found = shapely.STRtree(geometry).query(geometry[slivers], predicate="intersects")
    one, other = slivers[query], found
    candidates = (pieces.area[piece[one]] == pieces.area[piece[other]]) & (piece[one] != piece[other])
    one, other = one[candidates], other[candidates]
    sliver_at, neighbour = piece[one], piece[other]
    same_row = pieces.row[sliver_at] == pieces.row[neighbour]
    length = _border_lengths(geometry[one], geometry[other], same_row)
    table = pd.DataFrame({"sliver": sliver_at, "neighbour": neighbour, "length": length})
    # two pieces at 360 meet twice, on either side of Greenwich
    return table[length > 0].groupby(["sliver", "neighbour"], as_index=False)[["length"]].max()


def _border_lengths(one: Geometries, other: Geometries, same_row: Booleans) -> Floats:
    """Length of borders, along a meridian within a row, else along a parallel [degrees of latitude]."""
    length = shapely.length(shapely.intersection(one, other))
    parallel = np.radians(np.maximum(shapely.bounds(one)[:, 1], shapely.bounds(other)[:, 1]))
    return np.asarray(np.where(same_row, length, length * np.cos(parallel)))


def _join_along_borders(borders: pd.DataFrame, piece_km2: Floats, limit: float, same_km2: float) -> Integers:
    """Group of each piece after all slivers with a border have joined.

    The smallest go first: in each round every sliver that is smaller than the slivers around it joins the
    neighbour with the longest border (of equal borders, the smallest neighbour), until it is one no more. So
    a thin wedge falls into cells instead of following its borders into one snake.
    """
    count = len(piece_km2)
    group = np.arange(count)
    sliver, neighbour, length = (borders[name].to_numpy() for name in ("sliver", "neighbour", "length"))
    while True:
        group_km2 = sum_by(group, piece_km2, count)
        small = group_km2 < limit
        open_ = small[sliver] & (sliver != neighbour)
        pair, at = np.unique(sliver[open_] * count + neighbour[open_], return_inverse=True)
        sliver, neighbour, length = *np.divmod(pair, count), sum_by(at, length[open_], len(pair))
        if not len(pair):
            return group
        rank = np.empty(count, dtype=np.int64)
        rank[np.lexsort((np.arange(count), np.round(group_km2 / same_km2)))] = np.arange(count)
        smallest_around, between = np.full(count, count), small[neighbour]
        np.minimum.at(smallest_around, sliver[between], rank[neighbour[between]])
        order = np.lexsort((rank[neighbour], -np.round(length / TIE), sliver))
        slivers, first = np.unique(sliver[order], return_index=True)
        goes = (rank < smallest_around)[slivers]
        parent = np.arange(count)
        parent[slivers[goes]] = neighbour[order][first][goes]
        group = parent[group]
        sliver, neighbour = parent[sliver], parent[neighbour]


def _join_nearest(group: Integers, pieces: Pieces, piece_km2: Floats, limit: float) -> Integers:
    """Slivers that are still alone joined, in the order of the grid, to the nearest cell of their area."""
    centre = _unit_vectors(shapely.centroid(pieces.geometry))
    group = group.copy()
    group_km2 = sum_by(group, piece_km2, len(group))
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


def _unit_vectors(points: Geometries) -> Floats:
    """Points on the unit sphere, one row each."""
    lon, lat = np.radians(shapely.get_coordinates(points)).T
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def _merged(pieces: Pieces, piece_km2: Floats, group: Integers, same_km2: float) -> tuple[Pieces, Floats]:
    """The pieces of each group as one, in the place of its largest piece."""
    order = np.lexsort((np.arange(len(group)), -np.round(piece_km2 / same_km2), group))
    members = pd.Series(group[order])
    rank, position = members.groupby(members).cumcount().to_numpy(), pd.factorize(members)[0]
    keeper = order[rank == 0]
    geometry = pieces.geometry[keeper]
    for nth in range(1, int(rank.max()) + 1):
        at = rank == nth
        geometry[position[at]] = shapely.union(geometry[position[at]], pieces.geometry[order[at]])
    km2 = sum_by(position, piece_km2[order], len(keeper))
    back = np.argsort(keeper)
    keeper = keeper[back]
    return Pieces(geometry[back], pieces.area[keeper], pieces.row[keeper], pieces.column[keeper]), km2[back]

"""Distances by sea: shortest ways round land, from bases to cells.

Where the geodesic crosses no land it is the way. Elsewhere a shortest way is a tight rope, made of geodesics
that bend at corners of land: Dijkstra's algorithm on the corners that see each other gives the way to each
corner, and each cell takes the best of the corners that see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from planner.geometry.afloat import afloat, enclosed
from planner.geometry.distance import distances_nm
from planner.geometry.polygons import Floats, Integers
from planner.geometry.sea_coast import Box, Coast, View, lengths_nm, make_coast, positions

FEWEST, FINER = 1500, 8
"""So many cells try every corner, and so many times as many try those of cells nearby, until all have."""
NEIGHBOURS, BESIDE, NEAREST = 6, 2, 12
"""Cells whose corners a cell tries, corners on each side of these, and corners near the cell."""
BLOCK = 500
"""Corners that are compared with all others at a time."""


@dataclass(frozen=True, eq=False)
class SeaRoutes:
    """Distances by sea.

    Attributes:
        nm: from each base to each cell, shape (bases, cells) [nm]; inf where there is no route.
        moved_nm: how far each base was moved to open water, shape (bases,); 0 if it lies there.
    """

    nm: Floats
    moved_nm: Floats


def sea_routes(
    land: BaseGeometry, bases: Floats, cells: Floats, geodesic_nm: Floats, within_nm: Floats
) -> SeaRoutes:
    """The shortest ways round land.

    A base on land, or in enclosed water without cells, starts from the nearest open water; a cell whose point
    is on land is reached at the nearest water. How far that is counts.

    Args:
        land: canonical land.
        bases: lon and lat of the bases, shape (bases, 2), lon in [0, 360) [degrees].
        cells: of the cells' points, shape (cells, 2).
        geodesic_nm: distance of each cell from each base, shape (bases, cells) [nm].
        within_nm: how far ways are looked for from each base, shape (bases,) [nm]; farther cells keep the
            geodesic.
    """
    every = np.concatenate([bases, cells])
    (west, south), (east, north) = np.floor(every.min(axis=0)), np.ceil(every.max(axis=0))
    coast, views, graph = network(land, (west, south, east, north))
    if not len(coast.corners):
        return SeaRoutes(geodesic_nm, np.zeros(len(bases)))
    starts, moved_nm = afloat(coast, bases, enclosed(coast, bases, cells))
    ends, to_shore_nm = afloat(coast, cells, np.full(len(cells), -1))
    at, there = positions(*starts.T), positions(*ends.T)
    direct = geodesic_nm.copy()
    for row in np.flatnonzero(moved_nm):
        direct[row] = moved_nm[row] + lengths_nm(at[row], there)
    off = np.flatnonzero(to_shore_nm)
    direct[:, off] = lengths_nm(at[:, None], there[off]) + moved_nm[:, None] + to_shore_nm[off]
    far = geodesic_nm > within_nm[:, None]
    straight = np.where(far, -np.inf, np.inf)
    outlook = [coast.view(place) for place in at]
    for view, here, row, length in zip(outlook, ~far, straight, direct, strict=True):
        near = np.flatnonzero(here)
        near = near[view.sees(there[near])]
        row[near] = length[near]
    from_bases = to_corners(coast, graph, starts, outlook)
    found = Search(coast, views, from_bases, there, straight.T, within_nm).best.T
    found = np.where(np.isfinite(straight), straight, found + moved_nm[:, None] + to_shore_nm)
    return SeaRoutes(np.maximum(found, geodesic_nm), moved_nm)


@lru_cache(maxsize=2)
def network(land: BaseGeometry, box: Box) -> tuple[Coast, list[View], coo_array]:
    """The coast within a box, the views from its corners, and the tight ways between them [nm]."""
    coast = make_coast(land, box)
    taut = np.zeros((len(coast.corners),) * 2, dtype=bool)
    for first in range(0, len(taut), BLOCK):
        taut[first : first + BLOCK] = coast.taut(slice(first, first + BLOCK), coast.places)
    taut &= taut.T
    views = [coast.view(place) for place in coast.places]
    pairs = [np.zeros((2, 0), dtype=np.int64)]
    for corner, view in enumerate(views):
        others = corner + 1 + np.flatnonzero(taut[corner, corner + 1 :])
        others = others[view.sees(coast.places[others])]
        pairs.append(np.stack([np.full(len(others), corner), others]))
    return coast, views, _graph(np.concatenate(pairs, axis=1), coast.corners)


def _graph(pairs: Integers, places: Floats) -> coo_array:
    """Geodesics between pairs of places, pairs of shape (2, pairs), as a graph [nm]."""
    length = distances_nm(*places[pairs[0]].T, *places[pairs[1]].T)
    return coo_array((length, (pairs[0], pairs[1])), shape=(len(places), len(places)))


def to_corners(coast: Coast, graph: coo_array, starts: Floats, outlook: list[View]) -> Floats:
    """Distance by sea of corners from starts, shape (starts, corners) [nm]; inf where there is no route."""
    count = len(coast.corners)
    pairs = [np.stack(graph.coords)]
    for number, view in enumerate(outlook):
        some = np.flatnonzero(coast.taut(slice(None), view.eye[None])[:, 0])
        some = some[view.sees(coast.places[some])]
        pairs.append(np.stack([some, np.full(len(some), count + number)]))
    whole = _graph(np.concatenate(pairs[1:], axis=1), np.concatenate([coast.corners, starts]))
    whole = coo_array(
        (
            np.concatenate([graph.data, whole.data]),
            tuple(
                np.concatenate([one, other]) for one, other in zip(graph.coords, whole.coords, strict=True)
            ),
        ),
        shape=whole.shape,
    )
    found = dijkstra(whole.tocsr(), directed=False, indices=np.arange(count, count + len(starts)))
    return np.asarray(found)[:, :count]


class Search:
    """The best corner to come from, for each end and each start.

    Attributes:
        best: length of the way by it, inf where there is none, -inf where none is looked for, shape (ends,
            starts) [nm].
        corner: its position, -1 where there is none.
    """

    def __init__(
        self,
        coast: Coast,
        views: list[View],
        to_corners: Floats,
        ends: Floats,
        straight: Floats,
        within_nm: Floats,
    ) -> None:
        self.coast, self.views, self.ends, self.within_nm = coast, views, ends, within_nm
        self.from_starts = np.ascontiguousarray(to_corners.T)
        self.best = np.where(straight < 0.0, -np.inf, np.inf)
        self.corner = np.full(self.best.shape, -1)
        corners = np.flatnonzero((self.from_starts < within_nm).any(axis=1))
        corners = corners[np.argsort(self.from_starts[corners].min(axis=1))]
        samples = np.arange(0, len(ends), -(-len(ends) // FEWEST))
        for corner in corners.tolist():
            self.try_corner(corner, samples)
        while len(samples) < len(ends):
            more = np.arange(0, len(ends), -(-len(ends) // (FINER * len(samples))))
            for corner, some in self.nearby(samples, more):
                self.try_corner(corner, some)
            samples = more
        left = np.flatnonzero((np.minimum(self.best, straight) == np.inf).any(axis=1))
        self.within_nm = np.full(len(within_nm), np.inf)
        for corner in corners.tolist():
            self.try_corner(corner, left)

    def nearby(self, samples: Integers, more: Integers) -> list[tuple[int, Integers]]:
        """For each corner the ends to try it for: where samples nearby use it, or where it is near itself."""
        count, ends = len(self.coast.places), self.ends[more]
        used = _marks(self.corner[samples], count)
        near = np.asarray(cKDTree(self.ends[samples]).query(ends, k=min(NEIGHBOURS, len(samples)))[1])
        close = np.asarray(cKDTree(self.coast.places).query(ends, k=min(NEAREST, count))[1])
        beside = np.arange(count)[:, None] + np.arange(-BESIDE, BESIDE + 1)
        used = used @ _marks(np.where(beside < count, beside, -1), count)
        tried = _marks(near, len(samples)) @ used + _marks(close, count)
        tried = tried.tocsc()
        return [
            (corner, more[tried.indices[first:beyond]])
            for corner, (first, beyond) in enumerate(pairwise(tried.indptr))
            if first < beyond
        ]

    def try_corner(self, corner: int, some: Integers) -> None:
        """Take a corner for those of some ends that it brings nearer."""
        starts = np.flatnonzero(self.from_starts[corner] < self.within_nm)
        if not (len(some) and len(starts)):
            return
        place, before = self.coast.places[corner], self.from_starts[corner, starts]
        some = some[self.coast.taut(corner, self.ends[some])]
        way = lengths_nm(place, self.ends[some])
        best = self.best[some[:, None], starts]
        nearer = (best - way[:, None] > before).any(axis=1)
        some, way, best = some[nearer], way[nearer], best[nearer]
        seen = self.views[corner].sees(self.ends[some])
        some, way = some[seen], way[seen, None] + before
        end, start = np.nonzero(way < best[seen])
        self.best[some[end], starts[start]] = way[end, start]
        self.corner[some[end], starts[start]] = corner


def _marks(columns: Integers, width: int) -> csr_array:
    """A sparse table with marks in some columns of each row; columns of shape (rows, ...), -1 for none."""
    column = columns.reshape(len(columns), -1)
    row, at = np.nonzero(column >= 0)
    return csr_array((np.ones(len(row)), (row, column[row, at])), shape=(len(column), width))

"""Distances by sea: shortest ways round land from bases to cells, and how far ships get.

Where the geodesic crosses no land it is the way. Elsewhere a shortest way is a tight rope, made of geodesics
that bend at corners of land: Dijkstra's algorithm on the corners that see each other gives the way to each
corner, and each cell takes the best of the corners that see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import scipy
from scipy.sparse import csr_array
from shapely.geometry.base import BaseGeometry

from planner.geometry.coast import Box, Coast, View, lengths_nm, make_coast, positions
from planner.geometry.distance import GEOD, distances_nm
from planner.geometry.polygons import Booleans, Floats, Integers
from planner.units import nm_to_m

FEWEST, FINER = 20_000, 8
"""So many cells try every corner, and so many times as many try those of cells nearby, until all have. Of the
Pacific at 10 nm, 477 of 944,783 distances that ships can sail are over 0.1 nm too long for it, one by 118 nm;
all corners would take twice the time."""
NEIGHBOURS, BESIDE, NEAREST = 6, 2, 12
"""Cells whose corners a cell tries, corners on each side of these, and corners near the cell."""
BLOCK = 500
"""Corners that are compared with all others at a time."""
BEARINGS = 90
SHARES = np.array([0.0, 0.15, 0.3, 0.45, 0.6, 0.7, 0.8, 0.9, 1.0])
"""Of the radius of a ring: where on each bearing the distance by sea is worked out."""
ROUNDING = 1e-6


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

    A base on land, or in enclosed water without cells, starts from the nearest water: the sea, or enclosed
    water with cells that is nearer by more than ``RIM_NM``. So is a cell reached whose point is on land. How
    far that is counts.

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
    wanted = geodesic_nm <= within_nm[:, None]
    return _routes(land, (west, south, east, north), bases, cells, cells, within_nm, wanted, geodesic_nm)


def sea_rings(land: BaseGeometry, places: Floats, radii_nm: Floats, cells: Floats, box: Box) -> list[Floats]:
    """How far ships get: contours of equal distance by sea.

    A contour has, on every bearing, the farthest point that a ship gets to, round land where that lies in the
    way. The distance by sea is worked out at a few shares of the radius; between two it grows almost evenly.
    Islands, and water in the lee of land, are not cut out.

    Args:
        land: canonical land.
        places: lon and lat of where they start, shape (rings, 2), lon in [0, 360) [degrees].
        radii_nm: the greatest distance by sea, shape (rings,) [nm].
        cells: lon and lat of water that they sail to, shape (cells, 2), which tells the sea from lakes.
        box: west, south, east and north of where land counts [degrees].

    Returns:
        Closed lines, each of shape (BEARINGS + 1, 2) [degrees].
    """
    shape = (len(places), len(SHARES), BEARINGS)
    bearing = np.broadcast_to(np.arange(BEARINGS) * (360.0 / BEARINGS), shape)
    away = np.broadcast_to((radii_nm[:, None] * SHARES)[:, :, None], shape)
    points = _ahead(places[:, None, None], bearing, away)
    low, high = np.array(box).reshape(2, 2)
    inside = ((points >= low) & (points <= high)).all(axis=-1) & (away > 0.0)
    by_sea = away.copy()
    bases, base = np.unique(places, axis=0, return_inverse=True)
    own = np.broadcast_to(base.reshape(-1, 1, 1), shape)[inside]
    ends, within = points[inside], np.full(len(bases), np.inf)
    wanted = np.arange(len(bases))[:, None] == own
    geodesic = distances_nm(bases[:, :1], bases[:, 1:], *ends.T)
    found = _routes(land, box, bases, ends, cells, within, wanted, geodesic, own)
    by_sea[inside] = found.nm[own, range(len(own))]
    lines = _ahead(places[:, None], bearing[:, 0], _farthest(away, by_sea, radii_nm))
    return [np.concatenate([line, line[:1]]) for line in lines]


def _ahead(places: Floats, bearing: Floats, away_nm: Floats) -> Floats:
    """Points at distances and bearings from places, lon in [0, 360), shape (..., 2) [degrees]."""
    lon, lat = (np.broadcast_to(places[..., axis], away_nm.shape).ravel() for axis in (0, 1))
    east, north, _ = GEOD.fwd(lon, lat, bearing.ravel(), nm_to_m(away_nm).ravel())
    return np.stack([np.mod(east, 360.0), north], axis=-1).reshape(*away_nm.shape, 2)


def _farthest(away_nm: Floats, by_sea_nm: Floats, radii_nm: Floats) -> Floats:
    """Where each bearing's distance by sea last comes to the radius, shape (rings, bearings) [nm].

    ``away_nm``: distance of points on the bearing, shape (rings, shares, bearings), from 0 on.
    """
    limit = radii_nm[:, None]
    reached = by_sea_nm <= limit[:, None] * (1.0 + ROUNDING)
    last = len(SHARES) - 1 - np.argmax(reached[:, ::-1], axis=1)
    beyond = np.minimum(last + 1, len(SHARES) - 1)
    (near, far), (this, more) = (
        [np.take_along_axis(each, at[:, None], axis=1)[:, 0] for at in (last, beyond)]
        for each in (away_nm, by_sea_nm)
    )
    part = np.divide(limit - this, more - this, out=np.zeros_like(near), where=more > this)
    return np.asarray(near + (far - near) * part)


def _routes(
    land: BaseGeometry,
    box: Box,
    bases: Floats,
    ends: Floats,
    cells: Floats,
    within_nm: Floats,
    wanted: Booleans,
    geodesic_nm: Floats,
    own: Integers | None = None,
) -> SeaRoutes:
    """As ``sea_routes``, with land within a box, to ends that are wanted; cells tell the sea from lakes.

    ``own``: the only base that each end is wanted from, shape (ends,); several if not given.
    """
    sea = _network(land, box)
    coast = sea.coast
    if not len(coast.corners):
        return SeaRoutes(geodesic_nm, np.zeros(len(bases)))
    lakes = coast.watched(cells)
    starts, moved_nm = coast.afloat(bases, coast.enclosing(bases, lakes), lakes)
    wet, to_shore_nm = coast.afloat(ends, np.full(len(ends), -1), lakes)
    eyes, there = positions(*starts.T), positions(*wet.T)
    extra_nm = moved_nm[:, None] + to_shore_nm
    direct, moved = geodesic_nm.copy(), np.nonzero(extra_nm)
    direct[moved] = lengths_nm(eyes[moved[0]], there[moved[1]]) + extra_nm[moved]
    straight = np.where(wanted, np.inf, -np.inf)
    outlook = [coast.view(eye) for eye in eyes]
    for view, here, row, length in zip(outlook, wanted, straight, direct, strict=True):
        near = np.flatnonzero(here)
        near = near[view.sees(there[near])]
        row[near] = length[near]
    to_corners = _to_corners(sea, starts, outlook)
    if own is None:
        found = Search(sea, to_corners, there, straight.T, within_nm).best.T + extra_nm
    else:
        found, hidden = np.full_like(extra_nm, np.inf), np.flatnonzero((straight == np.inf).any(axis=0))
        at, endless = (own[hidden], hidden), np.full((len(hidden), 1), np.inf)
        found[at] = Search(sea, to_corners, there[hidden], endless, within_nm, own[hidden]).best[:, 0]
        found[at] += extra_nm[at]
    return SeaRoutes(np.maximum(np.where(np.isfinite(straight), straight, found), geodesic_nm), moved_nm)


class Network(NamedTuple):
    """The coast within a box, the views from its corners, and the tight ways between them [nm]."""

    coast: Coast
    views: list[View]
    graph: csr_array


@lru_cache(maxsize=2)
def _network(land: BaseGeometry, box: Box) -> Network:
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
    return Network(coast, views, _graph(np.concatenate(pairs, axis=1), coast.corners))


def _graph(pairs: Integers, places: Floats) -> csr_array:
    """Geodesics between pairs of places, pairs of shape (2, pairs), as a graph [nm]."""
    length = distances_nm(*places[pairs[0]].T, *places[pairs[1]].T)
    return csr_array((length, (pairs[0], pairs[1])), shape=(len(places), len(places)))


def _to_corners(sea: Network, starts: Floats, outlook: list[View]) -> Floats:
    """Distance by sea of corners from starts, shape (starts, corners) [nm]; inf where there is no route."""
    coast, graph, count, pairs = sea.coast, sea.graph, len(sea.coast.corners), []
    for number, view in enumerate(outlook):
        some = np.flatnonzero(coast.taut(slice(None), view.eye[None])[:, 0])
        some = some[view.sees(coast.places[some])]
        pairs.append(np.stack([some, np.full(len(some), count + number)]))
    whole = _graph(np.concatenate(pairs, axis=1), np.concatenate([coast.corners, starts]))
    ways = csr_array((graph.data, graph.indices, np.pad(graph.indptr, (0, len(starts)), "edge")), whole.shape)
    found = scipy.sparse.csgraph.dijkstra(
        whole + ways, directed=False, indices=np.arange(count, count + len(starts))
    )
    return np.asarray(found)[:, :count]


class Search:
    """The best corner to come from, for each end and each start, or for each end and its own start.

    Attributes:
        best: length of the way by it, inf where there is none, -inf where none is looked for, shape (ends,
            starts), or (ends, 1) [nm].
        corner: its position, -1 where there is none.
    """

    def __init__(
        self,
        sea: Network,
        to_corners: Floats,
        ends: Floats,
        straight: Floats,
        within_nm: Floats,
        own: Integers | None = None,
    ) -> None:
        self.coast, self.views, self.ends, self.within_nm = sea.coast, sea.views, ends, within_nm
        self.own = own
        self.from_starts = np.ascontiguousarray(to_corners.T)
        self.best = np.where(straight < 0.0, -np.inf, np.inf)
        self.corner = np.full(self.best.shape, -1)
        corners = np.flatnonzero((self.from_starts < within_nm).any(axis=1))
        corners = corners[np.argsort(self.from_starts[corners].min(axis=1))]
        samples = np.arange(0, len(ends), max(1, -(-len(ends) // FEWEST)))
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
        near = np.asarray(
            scipy.spatial.cKDTree(self.ends[samples]).query(ends, k=min(NEIGHBOURS, len(samples)))[1]
        )
        close = np.asarray(scipy.spatial.cKDTree(self.coast.places).query(ends, k=min(NEAREST, count))[1])
        beside = np.arange(count)[:, None] + np.arange(-BESIDE, BESIDE + 1)
        used = used @ _marks(np.where(beside < count, beside, -1), count)
        tried = (_marks(near, len(samples)) @ used + _marks(close, count)).tocsc()
        some = [more[tried.indices[first:beyond]] for first, beyond in pairwise(tried.indptr)]
        return [*enumerate(some)]

    def try_corner(self, corner: int, some: Integers) -> None:
        """Take a corner for those of some ends that it brings nearer."""
        starts = np.flatnonzero(self.from_starts[corner] < self.within_nm)
        if not (len(some) and len(starts)):
            return
        some = some[self.coast.taut(corner, self.ends[some])]
        way = lengths_nm(self.coast.places[corner], self.ends[some])[:, None]
        if self.own is None:
            at, way = starts, way + self.from_starts[corner, starts]
        else:
            at, way = np.zeros(1, dtype=np.int64), way + self.from_starts[corner, self.own[some], None]
        nearer = (way < self.best[some[:, None], at]).any(axis=1)
        some, way = some[nearer], way[nearer]
        seen = self.views[corner].sees(self.ends[some])
        some, way = some[seen], way[seen]
        end, start = np.nonzero(way < self.best[some[:, None], at])
        self.best[some[end], at[start]] = way[end, start]
        self.corner[some[end], at[start]] = corner


def _marks(columns: Integers, width: int) -> csr_array:
    """A sparse table with marks in some columns of each row; columns of shape (rows, ...), -1 for none."""
    column = columns.reshape(len(columns), -1)
    row, at = np.nonzero(column >= 0)
    return csr_array((np.ones(len(row)), (row, column[row, at])), shape=(len(column), width))

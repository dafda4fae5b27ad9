"""Distances by sea: shortest routes round land from bases to cells, and how far ships get.

Where the geodesic crosses no land it is the route. Elsewhere a shortest route is a tight rope of geodesics
that bend at corners of land: Dijkstra's algorithm on the corners that see each other gives the route to each
corner, and each cell takes the best of the corners that see it.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import scipy
from scipy.sparse import csr_array
from shapely.geometry.base import BaseGeometry

from planner.geometry.coast import Box, Coast, View, lengths_nm, make_coast, positions
from planner.geometry.distance import GEOD, distances_nm
from planner.geometry.polygons import Booleans, Floats, Integers, ranges
from planner.units import nm_to_m

FEW, GROUP = 500, 48
"""Up to so many ends try every corner; more are searched in groups of up to so many."""
BLOCK = 500
"""Corners, or groups, that are compared with all others at a time."""
BEARINGS = 90
SHARES = np.array([0.0, 0.15, 0.3, 0.45, 0.6, 0.7, 0.8, 0.9, 1.0])
"""Of the radius of a ring: where on each bearing the distance by sea is worked out."""
ROUNDING = 1e-6
SLACK_NM = 1e-3
"""Of bounds, which may not lose a route by rounding."""


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
    """The shortest routes round land.

    A base on land, or in enclosed water without cells, starts from the nearest water: the sea, or enclosed
    water with cells that is nearer by more than ``RIM_NM``. So is a cell reached whose point is on land. How
    far that is counts.

    Args:
        land: canonical land.
        bases: lon and lat of the bases, shape (bases, 2), lon in [0, 360) [degrees].
        cells: of the cells' points, shape (cells, 2).
        geodesic_nm: distance of each cell from each base, shape (bases, cells) [nm].
        within_nm: how far routes are looked for from each base, shape (bases,) [nm]; farther cells keep the
            geodesic.
    """
    every = np.concatenate([bases, cells])
    (west, south), (east, north) = np.floor(every.min(axis=0)), np.ceil(every.max(axis=0))
    wanted = geodesic_nm <= within_nm[:, None]
    return _routes(land, (west, south, east, north), bases, cells, cells, wanted, geodesic_nm)


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
    ends = points[inside]
    wanted = np.arange(len(bases))[:, None] == own
    geodesic = distances_nm(bases[:, :1], bases[:, 1:], *ends.T)
    found = _routes(land, box, bases, ends, cells, wanted, geodesic)
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
    wanted: Booleans,
    geodesic_nm: Floats,
) -> SeaRoutes:
    """As ``sea_routes``, with land within a box, to ends that are wanted; cells tell the sea from lakes."""
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
    direct[moved] = lengths_nm(eyes[moved[0]], there[moved[1]])
    straight = np.where(wanted, np.inf, -np.inf)
    outlook = [coast.view(eye) for eye in eyes]
    for view, here, row, length in zip(outlook, wanted, straight, direct, strict=True):
        near = np.flatnonzero(here)
        near = near[view.sees(there[near])]
        row[near] = length[near]
    from_starts = np.ascontiguousarray(_to_corners(sea, starts, outlook).T)
    found = Search(sea, from_starts, there, straight).best
    routes = np.where(straight == np.inf, found, straight) + extra_nm
    return SeaRoutes(np.maximum(routes, geodesic_nm), moved_nm)


class Network(NamedTuple):
    """The coast within a box, the views from its corners, and the tight routes between them [nm]."""

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
    routes = csr_array(
        (graph.data, graph.indices, np.pad(graph.indptr, (0, len(starts)), "edge")), whole.shape
    )
    found = scipy.sparse.csgraph.dijkstra(
        whole + routes, directed=False, indices=np.arange(count, count + len(starts))
    )
    return np.asarray(found)[:, :count]


class Search:
    """The shortest routes by corners, from each start to each end.

    Ends are searched in groups. The route to one end of a group tells which corners can be on shorter routes
    than by that end to the others: all that is left out is longer, by the triangle inequality. Ends to which
    no such corner leads, as they do not see that one, try all corners.

    Attributes:
        best: length of the route, inf where there is none, -inf where none is looked for, shape (starts,
            ends) [nm].
    """

    def __init__(self, sea: Network, from_starts: Floats, ends: Floats, seen_nm: Floats) -> None:
        """Search the routes to ends that starts do not see.

        Args:
            sea: the corners.
            from_starts: distance by sea of corners from starts, shape (corners, starts) [nm].
            ends: the ends, shape (ends, 3) [nm].
            seen_nm: distance of ends from starts that see them, inf where these do not, -inf where no route
                is looked for, shape (starts, ends) [nm].
        """
        self.sea, self.from_starts, self.ends = sea, from_starts, ends
        hidden = seen_nm == np.inf
        self.best = np.where(hidden, np.inf, -np.inf)
        if len(ends) > FEW:
            self.try_groups(hidden, seen_nm)
        self.try_all(np.flatnonzero((self.best == np.inf).any(axis=0)))

    def try_groups(self, hidden: Booleans, seen_nm: Floats) -> None:
        """Take the corners that can lead to each group."""
        group = np.empty(len(self.ends), dtype=np.int64)
        for at, members in enumerate(_leaves(scipy.spatial.cKDTree(self.ends, leafsize=GROUP).tree)):
            group[members] = at
        count = np.bincount(group)
        middle = np.stack([np.bincount(group, axis) for axis in self.ends.T], axis=1) / count[:, None]
        order = np.lexsort((np.linalg.norm(self.ends - middle[group], axis=1), group))
        first = np.cumsum(count) - count
        one = order[first]
        away = lengths_nm(self.ends, self.ends[one[group]])
        radius = np.maximum.reduceat(away[order], first)
        wanted = np.logical_or.reduceat(hidden[:, order], first, axis=1)
        seen = np.where(wanted, np.where(seen_nm[:, one] == -np.inf, np.inf, seen_nm[:, one]), -np.inf)
        to_one = np.where(seen == np.inf, Search(self.sea, self.from_starts, self.ends[one], seen).best, seen)
        by_one = np.where(hidden, to_one[:, group] + away + SLACK_NM, -np.inf)
        part = copy(self)
        part.ends, part.best = self.ends[order], by_one[:, order]
        leading = self.leading(self.ends[one], radius, to_one + 2.0 * radius + SLACK_NM)
        for corner, start, groups in leading:
            number, some = ranges(first[groups], first[groups] + count[groups])
            part.try_corner(corner, start[number], some)
        self.best[:, order] = np.where(part.best < by_one[:, order], part.best, self.best[:, order])

    def leading(
        self, places: Floats, radius: Floats, limit: Floats
    ) -> Iterator[tuple[int, Integers, Integers]]:
        """Corners that can lead to ends within a radius of places by routes that are no longer than a limit.

        Args:
            places: shape (places, 3) [nm].
            radius: shape (places,) [nm].
            limit: for the route by a corner to the place, -inf where none is looked for, shape (starts,
                places) [nm].

        Returns:
            Each corner, the nearest first, with the positions of such starts and places.
        """
        coast, parts = self.sea.coast, [np.zeros((3, 0), dtype=np.int64)]
        for at in range(0, len(places), BLOCK):
            block = slice(at, at + BLOCK)
            one, other = (side @ places[block].T for side in coast.sides)
            turns = (one * other >= 0.0) | (np.minimum(abs(one), abs(other)) <= radius[block])
            chord = np.where(turns, _chords(coast.places, places[block]), np.nan)
            for start, (routes, most) in enumerate(zip(self.from_starts.T, limit[:, block], strict=True)):
                some = np.flatnonzero(most > -np.inf)
                corners = np.flatnonzero(np.isfinite(routes) & (routes <= most.max(initial=-np.inf)))
                corner, place = np.nonzero(chord[np.ix_(corners, some)] + routes[corners, None] <= most[some])
                parts.append(np.stack([corners[corner], np.full(len(corner), start), at + some[place]]))
        corner, start, place = np.concatenate(parts, axis=1)
        rank = np.argsort(np.argsort(self.from_starts.min(axis=1)))
        order = np.argsort(rank[corner], kind="stable")
        for each in np.split(order, np.flatnonzero(np.diff(rank[corner[order]])) + 1) if len(order) else ():
            yield int(corner[each[0]]), start[each], place[each]

    def try_all(self, some: Integers) -> None:
        """Take the best of all corners that see each of some ends."""
        coast = self.sea.coast
        for end, place in zip(some.tolist(), self.ends[some], strict=True):
            corners = np.flatnonzero(coast.taut(slice(None), place[None])[:, 0])
            corners = corners[coast.view(place).sees(coast.places[corners])]
            routes = self.from_starts[corners] + lengths_nm(coast.places[corners], place)[:, None]
            self.best[:, end] = np.minimum(self.best[:, end], routes.min(axis=0, initial=np.inf))

    def try_corner(self, corner: int, start: Integers, end: Integers) -> None:
        """Take a corner for those of some pairs of start and end that it brings nearer."""
        coast, from_start = self.sea.coast, self.from_starts[corner]
        room = self.best[start, end] - from_start[start]
        some = np.flatnonzero(room > 0.0)
        start, end, room = start[some], end[some], room[some]
        there, place = self.ends[end], coast.places[corner]
        apart = there - place
        some = np.flatnonzero(np.einsum("ij,ij->i", apart, apart) < room * room)
        if not len(some):
            return
        some = some[coast.taut(corner, there[some])]
        start, end, there = start[some], end[some], there[some]
        route = lengths_nm(place, there) + from_start[start]
        some = np.flatnonzero(route < self.best[start, end])
        if not len(some):
            return
        some = some[self.sea.views[corner].sees(there[some])]
        self.best[start[some], end[some]] = route[some]


def _chords(one: Floats, other: Floats) -> Floats:
    """Straight distances between points, shape (one, other) [nm]."""
    squares = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1) - 2.0 * (one @ other.T)
    return np.asarray(np.sqrt(np.maximum(squares, 0.0)))


def _leaves(node: Any) -> Iterator[Integers]:
    """The members of each leaf of a tree."""
    if node.lesser is None:
        yield node.indices
    else:
        yield from _leaves(node.lesser)
        yield from _leaves(node.greater)

"""Distances by sea: shortest routes round land from bases to cells, and how far ships get.

Where the geodesic crosses no land it is the route. Elsewhere a shortest route is a tight rope of geodesics
that bend at corners of land: Dijkstra's algorithm on the corners that see each other gives the route to each
corner, and each cell takes the best of the corners that see it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
import scipy
from scipy.sparse import csr_array
from shapely.geometry.base import BaseGeometry

from planner.geometry.coast import (
    EARTH_NM,
    EYES,
    TINY,
    Box,
    Coast,
    Views,
    chords_nm,
    lengths_nm,
    make_coast,
    positions,
    turns_of,
    where_true,
)
from planner.geometry.distance import GEOD, distances_nm
from planner.geometry.polygons import Booleans, Floats, Integers
from planner.units import nm_to_m

FEW, GROUP = 2500, 48
"""More ends than so many are searched in groups of up to so many."""
BLOCK = 4000
"""So many pairs of corners and groups, or a few more, are searched at a time."""
FIRST = 0.05
"""Part of a group's radius by which routes may be longer than the lead's to be tried first."""
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
    outlook = coast.views(eyes)
    seen = outlook.sees(np.arange(len(eyes)), there, wanted)
    from_starts = np.ascontiguousarray(_to_corners(sea, starts, outlook).T)
    routes = Search(sea, from_starts, there, wanted & ~seen).best
    vars(sea).pop("views")
    base, end, _ = where_true(seen)
    length = geodesic_nm[base, end]
    moved = np.flatnonzero((moved_nm[base] > 0.0) | (to_shore_nm[end] > 0.0))
    length[moved] = lengths_nm(chords_nm(eyes[base[moved]], there[end[moved]]))
    routes[base, end] = length
    routes += moved_nm[:, None] + to_shore_nm
    return SeaRoutes(np.maximum(routes, geodesic_nm, out=routes), moved_nm)


@dataclass(frozen=True, eq=False)
class Network:
    """The coast within a box, and the tight routes between its corners [nm]."""

    coast: Coast
    graph: csr_array

    @cached_property
    def views(self) -> Views:
        """What corners see: some 50 MB, which last as long as a search does."""
        return self.coast.views(self.coast.places)


@lru_cache(maxsize=2)
def _network(land: BaseGeometry, box: Box) -> Network:
    coast = make_coast(land, box)
    taut = np.zeros((len(coast.corners),) * 2, dtype=bool)
    for first in range(0, len(taut), EYES):
        taut[first : first + EYES] = coast.taut(slice(first, first + EYES), coast.places)
    taut &= taut.T
    views = coast.views(coast.places)
    pairs = np.nonzero(views.sees(np.arange(len(taut)), coast.places, np.triu(taut, 1)))
    found = Network(coast, _graph(np.stack(pairs), coast.corners))
    vars(found)["views"] = views
    return found


def _graph(pairs: Integers, places: Floats) -> csr_array:
    """Geodesics between pairs of places, pairs of shape (2, pairs), as a graph [nm]."""
    length = distances_nm(*places[pairs[0]].T, *places[pairs[1]].T)
    return csr_array((length, (pairs[0], pairs[1])), shape=(len(places), len(places)))


def _to_corners(sea: Network, starts: Floats, outlook: Views) -> Floats:
    """Distance by sea of corners from starts, shape (starts, corners) [nm]; inf where there is no route."""
    coast, graph, count = sea.coast, sea.graph, len(sea.coast.corners)
    taut = coast.taut(slice(None), outlook.eyes)
    start, corner = np.nonzero(outlook.sees(np.arange(len(starts)), coast.places, taut.T))
    whole = _graph(np.stack([corner, count + start]), np.concatenate([coast.corners, starts]))
    routes = csr_array(
        (graph.data, graph.indices, np.pad(graph.indptr, (0, len(starts)), "edge")), whole.shape
    )
    found = scipy.sparse.csgraph.dijkstra(
        whole + routes, directed=False, indices=np.arange(count, count + len(starts))
    )
    return np.asarray(found)[:, :count]


class Pairs(NamedTuple):
    """Pairs of a group and a corner that may lead to some of its ends, in the order of the groups.

    ``whole``: the corner is known to see all within the group's radius; ``leads``: it leads to the middle.
    """

    group: Integers
    corner: Integers
    whole: Booleans
    leads: Booleans


class Search:
    """The shortest routes by corners, from each start to each end.

    Ends are searched in groups. Corners from which a group is hidden as a whole are left out. Of the others
    the best to the end in the group's middle takes the lead. By another corner the route to the middle is
    longer than by the lead. To an end elsewhere this changes by no more than the group's radius times the
    difference of the directions from both corners, as distances are convex, and by what circles round the
    lead bend away from their tangents. Corners by which routes to all ends are longer nevertheless than those
    that are found need not be tried.

    Attributes:
        best: length of the route, inf where there is none, -inf where none is looked for, shape (starts,
            ends) [nm].
    """

    def __init__(self, sea: Network, from_starts: Floats, ends: Floats, wanted: Booleans) -> None:
        """Search the routes to ends that starts do not see.

        Args:
            sea: the corners.
            from_starts: distance by sea of corners from starts, shape (corners, starts) [nm].
            ends: the ends, shape (ends, 3) [nm].
            wanted: where a route is looked for, shape (starts, ends).
        """
        self.sea, self.from_starts = sea, from_starts
        self.planes = np.stack([*sea.views.axes, *sea.coast.sides], axis=1)
        members = _groups(ends)
        self.ends = ends[members]
        middle = chords_nm(self.ends, self.ends.mean(axis=1, keepdims=True)).argmin(axis=1)
        self.middle = ends[members[np.arange(len(members)), middle]]
        off = self.ends - self.middle[:, None]
        self.off, self.squares = np.ascontiguousarray(off.transpose(0, 2, 1)), (off**2).sum(axis=2)
        self.radius = np.sqrt(self.squares.max(axis=1))
        hidden = np.ascontiguousarray(wanted[:, members].transpose(1, 0, 2))
        self.found = np.where(hidden, np.inf, -np.inf)
        pairs = self.pairs()
        begin, _ = _runs(pairs.group)
        blocks = begin[1:][np.diff(begin // BLOCK) > 0]
        for block in zip(*(np.split(each, blocks) for each in pairs), strict=True):
            self.take(Pairs(*block))
        self.best = np.empty(wanted.shape)
        self.best[:, members] = self.found.transpose(1, 0, 2)

    def pairs(self) -> Pairs:
        """All corners that may lead to ends of groups by routes from some start."""
        coast, parts = self.sea.coast, []
        corners = np.flatnonzero(np.isfinite(self.from_starts).any(axis=1))
        for at in range(0, max(1, len(corners)), EYES):
            some = corners[at : at + EYES]
            one, other = (side[some] @ self.middle.T for side in coast.sides)
            taut = one * other >= 0.0
            near = np.minimum(np.abs(one), np.abs(other)) <= self.radius
            row, group, whole, seen = self.sea.views.discs(some, self.middle, self.radius, taut | near)
            parts.append((group, some[row], whole, seen & taut[row, group]))
        pairs = [np.concatenate(each) for each in zip(*parts, strict=True)]
        order = np.argsort(pairs[0], kind="stable")
        return Pairs(*(each[order] for each in pairs))

    def take(self, pairs: Pairs) -> None:
        """Find the best routes to all ends of some groups."""
        begin, at = _runs(pairs.group)
        groups = pairs.group[begin]
        starts = np.flatnonzero((self.found[groups] == np.inf).any(axis=(0, 2)))
        if not len(starts):
            return
        best, radius = self.found[groups[:, None], starts], self.radius[groups][:, None]
        off = self.middle[pairs.group] - self.sea.coast.places[pairs.corner]
        chord = np.sqrt((off**2).sum(axis=1))
        from_start = self.from_starts[pairs.corner[:, None], starts]
        routes = np.where((best == np.inf).any(axis=2)[at], from_start + lengths_nm(chord)[:, None], np.inf)
        leading = np.where(pairs.leads[:, None], routes, np.inf)
        least = np.minimum.reduceat(leading, begin)
        pair, start, _ = where_true(np.isfinite(routes) & (leading <= (least + FIRST * radius)[at]))
        lead, first = np.zeros(least.shape, dtype=np.int64), leading[pair, start] == least[at[pair], start]
        lead[at[pair[first]], start[first]] = pair[first]
        led = np.nonzero(np.isfinite(least))
        by_lead = lengths_nm(self.chords(off[lead[led]], groups[led[0]]))
        by_lead += from_start[lead[led], led[1]][:, None]
        # how fast distances from corners grow on past the middle, and the part of the radius they bend off by
        steep = 1.0 / np.sqrt(np.maximum(1.0 - (chord / (2.0 * EARTH_NM)) ** 2, ROUNDING))
        slope, away = off * (steep / np.maximum(chord, TINY))[:, None], chord[lead]
        bend = np.where(away > 2.0 * radius, 0.75 * radius / np.maximum(away - radius, TINY), 2.8)
        bend[away + radius > 1.4 * EARTH_NM] = 1e6  # nothing is left out
        most, tried = np.full(least.shape, -np.inf), np.zeros(routes.shape, dtype=bool)
        while len(pair):
            tried[pair, start] = True
            length = self.look(pairs, off, pair, from_start[pair, start], best[at[pair], start])
            key = at[pair] * len(starts) + start
            order = np.argsort(key, kind="stable")
            begin, _ = _runs(key[order])
            to = at[pair[order[begin]]], start[order[begin]]
            best[to] = np.minimum(best[to], np.minimum.reduceat(length[order], begin))
            late = np.where(np.isfinite(best[led]), best[led] - by_lead, -np.inf).max(axis=1)
            most[led] = least[led] + late + SLACK_NM
            pair, start, _ = where_true((routes <= (most + (2.0 * steep.max() + bend) * radius)[at]) & ~tried)
            own = at[pair], start
            turn = radius[own[0], 0] * (chords_nm(slope[pair], slope[lead[own]]) + bend[own])
            some = routes[pair, start] <= most[own] + turn
            pair, start = pair[some], start[some]
            lost = (best == np.inf).any(axis=2)
            if not len(pair) and lost.any():
                pair, start, _ = where_true(np.isfinite(routes) & lost[at] & ~tried)
        self.found[groups[:, None], starts] = best

    def look(self, pairs: Pairs, off: Floats, pair: Integers, from_start: Floats, best: Floats) -> Floats:
        """Lengths of routes by corners to the ends of groups, inf where there is none or a shorter one.

        Args:
            pairs: the corners and groups.
            off: from these corners to the groups' middles, shape (pairs, 3) [nm].
            pair: positions in the pairs, ascending, one for each start.
            from_start: distance by sea of the corner from the start, of the same shape [nm].
            best: lengths of the routes found, shape (pair, ends) [nm].
        """
        begin, row = _runs(pair)
        rows = pair[begin]
        group, corner, whole = pairs.group[rows], pairs.corner[rows], pairs.whole[rows]
        chord, planes = self.chords(off[rows], group), self.planes[corner]
        side = planes @ self.off[group] + planes @ self.middle[group][:, :, None]
        shorter = np.logical_or.reduceat(from_start[:, None] + chord[row] < best, begin)
        seen = shorter & (side[:, 2] * side[:, 3] >= 0.0)
        at, end, _ = where_true(seen & ~whole[:, None])
        turns = turns_of(side[at, 0, end], side[at, 1, end])
        seen[at, end] = self.sea.views.told(corner[at], self.ends[group[at], end], turns, chord[at, end])
        nm = np.full(chord.shape, np.inf)
        nm[seen] = lengths_nm(chord[seen])
        return np.asarray(from_start[:, None] + nm[row])

    def chords(self, off: Floats, group: Integers) -> Floats:
        """Straight distances of groups' ends from points so far off their middles, shape (points, ends)."""
        squares = (off**2).sum(axis=1)[:, None] + self.squares[group]
        squares += 2.0 * (off[:, None] @ self.off[group])[:, 0]
        return np.asarray(np.sqrt(np.maximum(squares, 0.0)))


def _runs(numbers: Integers) -> tuple[Integers, Integers]:
    """Where runs of equal numbers begin, and the run of each."""
    begins = np.append(True, numbers[1:] != numbers[:-1])[: len(numbers)]
    return np.flatnonzero(begins), np.cumsum(begins) - 1


def _groups(ends: Floats) -> Integers:
    """Ends that lie near each other, shape (groups, ends); the last one of a group may be repeated."""
    if len(ends) <= FEW:
        return np.arange(len(ends))[:, None]
    leaves = list(_leaves(scipy.spatial.cKDTree(ends, leafsize=GROUP).tree))
    most = max(map(len, leaves))
    return np.stack([np.pad(leaf, (0, most - len(leaf)), "edge") for leaf in leaves])


def _leaves(node: Any) -> Iterator[Integers]:
    """The members of each leaf of a tree."""
    if node.lesser is None:
        yield node.indices
    else:
        yield from _leaves(node.lesser)
        yield from _leaves(node.greater)

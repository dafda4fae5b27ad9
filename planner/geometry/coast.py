"""Land as a ship sees it: simplified outlines, their corners, and what can be seen over water.

Sides are told on great circles, which stay within a few hundred metres of the geodesics: far less than the
outlines are rounded by. Positions are points of the ellipsoid, from the Earth's centre [nm].
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from planner.geometry.distance import GEOD, distances_nm
from planner.geometry.longitude import canonical_lon
from planner.geometry.polygons import Booleans, Floats, Geometries, Integers, as_array, parts_of, ranges
from planner.units import m_to_nm

ROUNDED_DEG = 0.005
"""How far outlines are simplified at least: 0.3 nm."""
SMALLEST = 5.0
"""Islands smaller than this many times as much are sailed over: 9 nm for the Pacific."""
MOST_POINTS, COARSER, TIMES = 5000, 1.25, 64
"""Outlines of more points are simplified more, by this factor some times: for the Pacific, to 2 nm."""
OFF_DEG = 0.002
"""How far off the land its corners are passed."""
EDGE_DEG = 1.0
"""Longer edges are parted, as parallels are no great circles."""
STRAIGHT = np.radians(0.5)
"""A route that bends less to the wrong side counts as taut."""
MARGIN_DEG = 5.0
"""Land farther from the box round all points is left out."""
Box = tuple[float, float, float, float]
"""West, south, east and north [degrees]."""
SECTORS, LEVELS = 768, 6
"""Parts of the horizon, and in how many sizes: single ones, then 2, 4, ... together."""
QUARTER = SECTORS / 4 * (1.0 - 1e-15)
"""A quarter of the horizon in sectors: a little less, so that every direction is in one of them."""
OFF_EDGES, OFF_EDGES_NM = 1e-4, 1e-3
"""Sectors tell nothing of what is nearer to their edges than this part of the distance, and this much."""
WIDE = 0.5
"""Nor do they of discs whose radius is more than this part of the distance."""
EYES, PAIRS = 32, 2**16
"""So many points look at a time, at so many points altogether."""
TINY = 1e-300
"""Instead of 0, to divide by."""
Singles = npt.NDArray[np.float32]
RIM_NM = 10.0
"""Ports on land between a lake and the sea sail the sea, unless that is farther by more than this."""
EARTH_NM = float(m_to_nm(6_371_008.8))


def positions(lon: Floats, lat: Floats) -> Floats:
    """Points of the WGS84 ellipsoid, shape (points, 3) [nm]."""
    lam, phi = np.radians(lon), np.radians(lat)
    normal = GEOD.a / np.sqrt(1.0 - GEOD.es * np.sin(phi) ** 2)
    flat, up = normal * np.cos(phi), normal * (1.0 - GEOD.es) * np.sin(phi)
    return np.asarray(m_to_nm(np.stack([flat * np.cos(lam), flat * np.sin(lam), up], axis=-1)))


def chords_nm(one: Floats, other: Floats) -> Floats:
    """Straight distances between points [nm]."""
    apart = one - other
    return np.asarray(np.sqrt(np.einsum("...i,...i->...", apart, apart)))


def chord_table(one: Floats, other: Floats) -> Floats:
    """Straight distances between all points of two sets, shape (one, other) [nm]."""
    squares = one @ (-2.0 * other.T)
    squares += np.einsum("ij,ij->i", one, one)[:, None]
    squares += np.einsum("ij,ij->i", other, other)
    return np.sqrt(np.maximum(squares, 0.0, out=squares), out=squares)


def lengths_nm(chord: Floats) -> Floats:
    """Distances from the chords, to 3e-5 of 1,000 nm and 3e-4 of 3,000 [nm]."""
    return np.asarray(2.0 * EARTH_NM * np.arcsin(np.minimum(chord / (2.0 * EARTH_NM), 1.0)))


@dataclass(frozen=True, eq=False)
class Views:
    """What hides the water behind it, seen from points: an edge hides what is between its ends and behind.

    Edges that follow each other without a gap hide all that is behind them. In each of ``SECTORS`` of the
    horizon the nearest that span it tell from where on all is hidden; edges farther away are left out.

    Attributes:
        coast: the land that is seen.
        eyes: the points, shape (eyes, 3) [nm].
        hidden_from: distance from which all is hidden, of each eye's sectors, then of each 2, 4, ... of them
            together: ``LEVELS`` tables of shape (eyes, sectors), one after the other [nm].
        open_to: distance up to which nothing is hidden, the same.
        first: where the edges in each sector begin, and the last ones end, shape (eyes * SECTORS + 1,).
        edges: the vertices at which edges begin, sector by sector.
    """

    coast: Coast
    eyes: Floats
    hidden_from: Singles
    open_to: Singles
    first: Integers
    edges: npt.NDArray[np.int32]

    @cached_property
    def axes(self) -> tuple[Floats, Floats]:
        """East and north of each eye, shape (eyes, 3) each."""
        return _axes(self.eyes)

    def sees(self, eye: Integers, points: Floats, asked: Booleans) -> Booleans:
        """Whether eyes see points.

        Args:
            eye: the eyes' positions, shape (eyes,).
            points: shape (points, 3) [nm].
            asked: the pairs that are told, shape (eyes, points); the others count as not seen.
        """
        seen, step = np.zeros(asked.shape, dtype=bool), max(1, PAIRS // max(1, len(points)))
        for at in range(0, len(eye), step):
            rows = slice(at, at + step)
            row, point, east, north, away = self._towards(eye[rows], points, asked[rows])
            seen[at + row, point] = self.told(eye[at + row], points[point], turns_of(east, north), away)
        return seen

    def discs(self, eye: Integers, places: Floats, radius: Floats, asked: Booleans) -> tuple[Any, ...]:
        """Discs of which eyes may see something.

        Args:
            eye: the eyes' positions, shape (eyes,).
            places: the discs' middles, shape (places, 3) [nm].
            radius: of each disc, shape (places,) [nm].
            asked: the pairs that are told, shape (eyes, places).

        Returns:
            Of each pair the positions in ``eye`` and in ``places``, whether it is known that the eye sees all
            of the disc, and whether it sees the middle, shape (pairs,) each.
        """
        row, place, east, north, away = self._towards(eye, places, asked)
        own, turns = radius[place], turns_of(east, north)
        part = own / np.maximum(np.hypot(east, north), TINY)
        side = np.minimum(part, WIDE) * (1.05 * SECTORS / 4)  # no less than the angle, nor than its turns
        low = np.floor(turns - side).astype(np.int64)
        more = np.floor(turns + side).astype(np.int64) - low
        level = np.frexp(np.maximum(more - 1, 0))[1]  # two sectors of it are enough
        told = (part < WIDE) & (level < LEVELS)
        level[~told] = 0
        tables = len(self.eyes) * (2 * SECTORS - (2 * SECTORS >> level))
        ends = [tables + eye[row] * (SECTORS >> level) + (at % SECTORS >> level) for at in (low, low + more)]
        whole = told & (away + own < np.minimum(*(self.open_to[end] for end in ends)))
        dark = told & (away - own > np.maximum(*(self.hidden_from[end] for end in ends)))
        left = np.flatnonzero(~dark)
        row, place, whole = row[left], place[left], whole[left]
        return row, place, whole, self.told(eye[row], places[place], turns[left], away[left])

    def _towards(self, eye: Integers, points: Floats, asked: Booleans) -> tuple[Any, ...]:
        """Of pairs that are asked for: positions of eye and point, how far east, how far north, how far."""
        tables = [axis[eye] @ points.T for axis in self.axes] + [chord_table(self.eyes[eye], points)]
        row, point, at = where_true(asked)
        return row, point, *(table.ravel()[at] for table in tables)

    def told(self, eye: Integers, points: Floats, turns: Floats, away: Floats) -> Booleans:
        """Whether eyes see points, by pairs, in directions as of ``turns_of`` and so far away [nm]."""
        sector = eye * SECTORS + turns.astype(np.int64)
        seen = away < self.hidden_from[sector]
        some = np.flatnonzero(seen & (away > self.open_to[sector]))
        sector = sector[some]
        pair, at = ranges(self.first[sector], self.first[sector + 1])
        edge, across = self.edges[at], _cross(self.eyes[eye[some]], points[some])
        for ahead in (False, True):
            end = self.coast.vertices[self.coast.ahead[edge] if ahead else edge]
            side = np.einsum("ij,ij->i", end, across[pair])
            between = side <= 0.0 if ahead else side >= 0.0
            pair, edge = pair[between], edge[between]
        behind = np.einsum("ij,ij->i", self.coast.normals[edge], points[some[pair]]) > 0.0
        seen[some[pair[behind]]] = False
        return seen


@dataclass(frozen=True, eq=False)
class Coast:
    """Simplified land.

    Attributes:
        land: its polygons.
        around: land with the water within ``OFF_DEG``, as polygons; ships stay outside.
        vertices: of the land's rings, which have it on their left, shape (vertices, 3) [nm].
        ahead: the vertex after each.
        corners: lon, lat of the corners of ``around`` that a ship can turn round, shape (corners, 2)
            [degrees].
        sides: normals of the planes through each corner and its neighbours, shape (2, corners, 3).
    """

    land: Geometries
    around: Geometries
    vertices: Floats
    ahead: Integers
    corners: Floats
    sides: Floats

    @cached_property
    def places(self) -> Floats:
        """The corners' positions, shape (corners, 3) [nm]."""
        return positions(*self.corners.T)

    @cached_property
    def normals(self) -> Floats:
        """Normals of the planes through the edges ahead, shape (vertices, 3); land is where they point."""
        return np.cross(self.vertices, self.vertices[self.ahead])

    @cached_property
    def lengths(self) -> Floats:
        """Lengths of the edges ahead, shape (vertices,) [nm]."""
        return chords_nm(self.vertices, self.vertices[self.ahead])

    def taut(self, corners: Any, points: Floats) -> Booleans:
        """Whether a rope that is pulled tight can lead from corners to points, shape (corners, points)."""
        first, second = (side[corners] @ points.T for side in self.sides)
        return np.asarray(first * second >= 0.0)

    def views(self, eyes: Floats) -> Views:
        """What hides the water behind it, seen from points in the water, of shape (eyes, 3) [nm]."""
        count = len(eyes) * SECTORS
        tables = np.empty((2, 2 * count - (2 * count >> LEVELS)), dtype=np.float32)
        first, edges = np.zeros(count + 1, dtype=np.int64), [np.zeros(0, dtype=np.int32)]
        for at in range(0, len(eyes), EYES):
            own = slice(at * SECTORS, (at + len(eyes[at : at + EYES])) * SECTORS)
            tables[0, own], tables[1, own], first[1:][own], some = self._views(eyes[at : at + EYES])
            edges.append(some)
        low = 0
        for level in range(1, LEVELS):
            high, size = low + (2 * count >> level), count >> level
            for table, worse in zip(tables, (np.maximum, np.minimum), strict=True):
                worse(table[low:high:2], table[low + 1 : high : 2], out=table[high : high + size])
            low = high
        return Views(self, eyes, tables[0], tables[1], np.cumsum(first, out=first), np.concatenate(edges))

    def _views(self, eyes: Floats) -> tuple[Singles, Singles, Integers, npt.NDArray[np.int32]]:
        """As in ``Views``, of single sectors, with how many edges there are in each."""
        east, north = (axis @ self.vertices.T for axis in _axes(eyes))
        sectors = turns_of(east, north).astype(np.int64).ravel()
        away = chord_table(eyes, self.vertices).ravel()
        eye, edge, start = where_true(eyes @ self.normals.T < 0.0)  # the edges that face an eye
        end = start - edge + self.ahead[edge]
        near = np.minimum(away[start], away[end]) - self.lengths[edge] / 2.0
        far = np.maximum(away[start], away[end])
        first, last, row = sectors[start], sectors[end], eye * SECTORS
        steps = np.where(last < first, last + SECTORS, last) - first  # clockwise, across south too
        # sectors are counted on from edge to edge; of edges that follow each other, the farthest in each
        beyond = np.cumsum(steps)
        before = beyond - steps
        farthest = np.zeros(int(steps.sum()) + 1)
        np.maximum.at(farthest, before, far)
        np.maximum.at(farthest, beyond, far)
        one, at = ranges(before + 1, beyond)
        farthest[at] = far[one]
        head = np.flatnonzero(start != np.append(-1, end[:-1])[: len(start)])
        tail = np.append(head[1:], len(start))[: len(head)] - 1
        one, at = ranges(before[head] + 1, beyond[tail])
        sector = (at + (first - before)[head][one]) % SECTORS + row[head][one]
        hidden_from, open_to = np.full((2, len(eyes) * SECTORS), np.inf)
        np.minimum.at(hidden_from, sector, farthest[at])
        open_ends = (near <= hidden_from[first + row]) | (near <= hidden_from[last + row])
        some = np.flatnonzero(open_ends | (steps > 1))
        one, at = ranges(first[some], (first + steps)[some] + 1)
        one = some[one]
        sector = at % SECTORS + row[one]
        kept = np.flatnonzero(near[one] <= hidden_from[sector])
        one, sector = one[kept], sector[kept]
        np.minimum.at(open_to, sector, near[one])
        order = np.argsort(sector.astype(np.uint16), kind="stable")
        return (
            (hidden_from * (1.0 + OFF_EDGES) + OFF_EDGES_NM).astype(np.float32),
            (open_to * (1.0 - OFF_EDGES) - OFF_EDGES_NM).astype(np.float32),
            np.bincount(sector, minlength=len(open_to)),
            edge[one[order]].astype(np.int32),
        )

    @cached_property
    def lakes(self) -> tuple[Geometries, Integers]:
        """Water that land encloses, with the islands in it, and whose hole each is in ``around``."""
        rings, owner = shapely.get_rings(self.around, return_index=True)
        holes = np.flatnonzero(np.diff(owner, prepend=-1) == 0)
        return as_array(shapely.polygons(rings[holes])), owner[holes]

    def watched(self, cells: Floats) -> Booleans:
        """Lakes with some of the cells, whose lon and lat have the shape (cells, 2) [degrees]."""
        tree = shapely.STRtree(self.lakes[0])
        found = np.zeros(len(self.lakes[0]), dtype=bool)
        found[tree.query(as_array(shapely.points(cells)), predicate="within")[1]] = True
        return found

    def enclosing(self, bases: Floats, watched: Booleans) -> Integers:
        """The land round the largest lake that each base lies in, of those not watched; -1: in none."""
        lakes, owner = self.lakes
        base, lake = shapely.STRtree(lakes).query(as_array(shapely.points(bases)), predicate="within")
        order = np.argsort(shapely.area(lakes[lake]), kind="stable")
        base, lake = base[order], lake[order]
        dry = ~watched[lake]
        found = np.full(len(bases), -1)
        found[base[dry]] = owner[lake[dry]]
        return found

    def afloat(self, points: Floats, off: Integers, watched: Booleans) -> tuple[Floats, Floats]:
        """Points moved to the water round the land that they lie on, and how far [nm].

        From between land and that water they are moved to the nearest of it, of a lake or the sea.

        Args:
            points: lon and lat, shape (points, 2) [degrees].
            off: position in ``around`` of land that each is moved off in any case, else -1.
            watched: lakes that count as water, where they are nearer than what is round the land by more
                than ``RIM_NM``, shape (lakes,).
        """
        owner, found, here = off.copy(), points.copy(), as_array(shapely.points(points))
        ashore = np.isin(np.arange(len(here)), shapely.STRtree(self.land).query(here, predicate="within")[0])
        point, around = shapely.STRtree(self.around).query(here, predicate="within")
        free = off[point] < 0
        some, beside = free & ashore[point], free & ~ashore[point]
        owner[point[some]] = around[some]
        found[point[beside]] = _nearest(here[point[beside]], shapely.boundary(self.around[around[beside]]))
        moved = np.flatnonzero(owner >= 0)
        found[moved] = _nearest(here[moved], shapely.get_exterior_ring(self.around[owner[moved]]))
        away, other = np.zeros(len(points)), np.flatnonzero((found != points).any(axis=1))
        away[other] = distances_nm(*points[other].T, *found[other].T)
        lakes, of = (each[watched] for each in self.lakes)
        for land in np.unique(of[np.isin(of, owner)]).tolist():
            on = np.flatnonzero(owner == land)
            ends = _nearest(here[on], shapely.multilinestrings(shapely.get_exterior_ring(lakes[of == land])))
            nm = distances_nm(*points[on].T, *ends.T)
            nearer = nm < away[on] - RIM_NM
            found[on[nearer]], away[on[nearer]] = ends[nearer], nm[nearer]
        return found, away


def make_coast(land: BaseGeometry, box: Box) -> Coast:
    """Land round a box, simplified as far as ``MOST_POINTS`` asks for.

    Args:
        land: canonical land.
        box: west, south, east and north of the points that matter, in [0, 360] [degrees].
    """
    parts, _ = parts_of(as_array([land]))
    west, south, east, north = shapely.bounds(parts).T
    extent = np.hypot(east - west, north - south)
    near = shapely.intersects(parts, shapely.box(*np.add(box, np.array([-1, -1, 1, 1]) * MARGIN_DEG)))

    def simplified(times: int) -> Geometries:
        rounded = ROUNDED_DEG * COARSER**times
        return as_array(shapely.simplify(parts[near & (extent > SMALLEST * rounded)], rounded))

    def few(times: int) -> bool:
        return bool(shapely.count_coordinates(simplified(times)) <= MOST_POINTS)

    some = simplified(bisect_left(range(TIMES), True, key=few))
    return _coast(parts_of(as_array([shapely.union_all(some)]))[0])


def _coast(land: Geometries) -> Coast:
    near = shapely.union_all(shapely.buffer(land, OFF_DEG, join_style="mitre", mitre_limit=5.0))
    around, _ = parts_of(as_array([near]))
    _, vertices, ahead = _rings(land)
    lonlat, place, after = _rings(around)
    before = np.empty_like(after)
    before[after] = np.arange(len(after))
    turn = np.einsum("ij,ij->i", np.cross(place[before], place), place[after])  # left, round the land
    points = shapely.points(canonical_lon(lonlat[:, 0]), lonlat[:, 1])
    turn[shapely.STRtree(land).query(points, predicate="within")[0]] = 0.0  # where Greenwich cuts the land
    at = np.flatnonzero(turn > 0.0)
    axis = place[at] / np.linalg.norm(place[at], axis=1, keepdims=True)
    sides = []
    for other, way in ((before, -1.0), (after, 1.0)):
        level = place[other[at]] - np.einsum("ij,ij->i", place[other[at]], axis)[:, None] * axis
        level /= np.linalg.norm(level, axis=1, keepdims=True)
        nearer = np.cos(STRAIGHT) * level + way * np.sin(STRAIGHT) * np.cross(axis, level)  # to the land
        sides.append(np.cross(nearer, axis))
    return Coast(land, around, vertices, ahead, lonlat[at], np.stack(sides))


def _nearest(points: Geometries, lines: Any) -> Floats:
    """Where lines, one or one for each point, are nearest to points, lon and lat, shape (points, 2)."""
    ends = shapely.get_coordinates(shapely.shortest_line(points, lines))
    return np.asarray(ends.reshape(-1, 2, 2)[:, 1])


def _rings(polygons: Geometries) -> tuple[Floats, Floats, Integers]:
    """Vertices of rings with the polygon on their left: lon and lat, positions, and the vertex after each."""
    rings = shapely.get_rings(shapely.orient_polygons(shapely.segmentize(polygons, EDGE_DEG)))
    lonlat, ring = shapely.get_coordinates(rings, return_index=True)
    last = np.append(np.diff(ring) != 0, True)[: len(ring)]  # repeats the first
    kept = ring[~last]
    ahead = np.arange(1, len(kept) + 1)
    first = np.flatnonzero(np.diff(kept, prepend=-1))
    ahead[np.append(first[1:], len(kept))[: len(first)] - 1] = first
    return lonlat[~last], positions(*lonlat[~last].T), ahead


def where_true(flags: Booleans) -> tuple[Integers, Integers, Integers]:
    """Row and column of what is true in a table, and its position in the whole of it."""
    at = np.flatnonzero(flags)
    row = at // max(1, flags.shape[1])
    return row, at - row * flags.shape[1], at


def _axes(points: Floats) -> tuple[Floats, Floats]:
    """East and north of points, shape (points, 3) each."""
    up = points / np.linalg.norm(points, axis=1, keepdims=True)
    east = _cross(np.array([[0.0, 0.0, 1.0]]), up)
    east /= np.maximum(np.linalg.norm(east, axis=1, keepdims=True), TINY)
    return east, _cross(up, east)


def turns_of(east: Floats, north: Floats) -> Floats:
    """Directions clockwise from south, in sectors: they grow with azimuths, though not evenly."""
    part = north / np.maximum(np.abs(east) + np.abs(north), TINY)
    return np.asarray((2.0 + np.copysign(1.0 - part, east)) * QUARTER)


def _cross(one: Floats, other: Floats) -> Floats:
    """Cross products, shape (vectors, 3): as ``np.cross``, which takes longer to begin."""
    after, before = [1, 2, 0], [2, 0, 1]
    return np.asarray(one[:, after] * other[:, before] - one[:, before] * other[:, after])

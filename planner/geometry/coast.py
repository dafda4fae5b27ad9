"""Land as a ship sees it: simplified outlines, their corners, and what can be seen over water.

Sides are told on great circles, which stay within a few hundred metres of the geodesics: far less than the
outlines are rounded by. Positions are points of the ellipsoid, from the Earth's centre [nm].
"""

from __future__ import annotations

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
MOST_POINTS, COARSER = 5000, 1.25
"""Outlines of more points are simplified more, by this factor at a time: for the Pacific, to 2 nm."""
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
SECTORS, TURN = 720, 2.0 * np.pi
"""Sectors of the horizon, and all of it [radians]."""
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


def lengths_nm(one: Floats, other: Floats) -> Floats:
    """Distances from the chords between points, to 3e-5 of 1,000 nm and 3e-4 of 3,000 [nm]."""
    half = chords_nm(one, other) / (2.0 * EARTH_NM)
    return np.asarray(2.0 * EARTH_NM * np.arcsin(np.minimum(half, 1.0)))


@dataclass(frozen=True, eq=False)
class View:
    """What hides the water behind it, seen from one point: an edge hides what is between its ends and behind.

    Attributes:
        coast: the land that is seen.
        eye: the point, shape (3,) [nm].
        edges: the vertices at which edges begin, shape (edges,); short numbers, as many views are kept.
    """

    coast: Coast
    eye: Floats
    edges: npt.NDArray[np.int32]

    def sees(self, points: Floats) -> Booleans:
        """Which points, of shape (points, 3) [nm], can be seen."""
        azimuth = _azimuths(self.eye, points)
        order = np.argsort(azimuth)
        twice = np.concatenate([azimuth[order], azimuth[order] + TURN])
        start, end = self.coast.spans(self.eye, self.edges)
        edge, at = ranges(np.searchsorted(twice, start), np.searchsorted(twice, end, "right"))
        point = order[at % max(1, len(order))]
        behind = np.einsum("ij,ij->i", self.coast.normals[self.edges[edge]], points[point])
        seen = np.ones(len(points), dtype=bool)
        seen[point[behind > 0.0]] = False
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

    def spans(self, eye: Floats, edges: npt.NDArray[np.integer[Any]]) -> tuple[Floats, Floats]:
        """Azimuths at which edges that face an eye begin and end, the latter above pi for those across south.

        Clockwise, shape (edges,) each [radians].
        """
        start, end = _azimuths(eye, self.vertices[np.stack([edges, self.ahead[edges]])])
        return start, np.where(end < start, end + TURN, end)

    def view(self, eye: Floats) -> View:
        """What hides the water behind it, seen from a point in the water, of shape (3,) [nm].

        These are the edges that face the eye, but for those altogether behind another: in each of ``SECTORS``
        the nearest edge that spans it hides all that is farther away.
        """
        facing = np.flatnonzero(self.normals @ eye < 0.0)
        away = chords_nm(self.vertices, eye)
        ends = away[facing], away[self.ahead[facing]]
        first, last = (
            np.floor((side + np.pi) / TURN * SECTORS).astype(np.int64) for side in self.spans(eye, facing)
        )
        edge, sector = ranges(first + 1, last)
        hidden_from = np.full(SECTORS, np.inf)
        np.minimum.at(hidden_from, sector % SECTORS, np.maximum(*ends)[edge])
        between = np.stack([first, last + 1], axis=1).ravel()
        open_to = np.maximum.reduceat(np.concatenate([hidden_from] * 3), between)[::2]
        kept = np.minimum(*ends) - self.lengths[facing] / 2.0 <= open_to
        return View(self, eye, facing[kept].astype(np.int32))

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
        away = distances_nm(*points.T, *found.T)
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
    rounded, some = ROUNDED_DEG, parts
    while True:
        some = shapely.simplify(parts[near & (extent > SMALLEST * rounded)], rounded)
        if shapely.get_num_coordinates(some).sum() <= MOST_POINTS:
            return _coast(parts_of(as_array([shapely.union_all(some)]))[0])
        rounded *= COARSER


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


def _azimuths(eye: Floats, points: Floats) -> Floats:
    """Directions in which points are seen, clockwise from north [radians]."""
    x, y, z = eye / np.linalg.norm(eye)
    east = np.array([-y, x, 0.0]) / (np.hypot(x, y) or 1.0)
    north = np.array([-z * east[1], z * east[0], x * east[1] - y * east[0]])
    return np.asarray(np.arctan2(points @ east, points @ north))

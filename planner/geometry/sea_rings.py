"""How far ships get from their bases: contours of equal distance by sea.

A contour has, on every bearing, the farthest point that a ship gets to, round land where that lies in the
way. The distance by sea is worked out at a few shares of the radius; between two it grows almost evenly.
Islands, and water in the lee of land, are not cut out.
"""

from __future__ import annotations

import numpy as np
from shapely.geometry.base import BaseGeometry

from planner.geometry.afloat import afloat, enclosed
from planner.geometry.distance import GEOD, distances_nm
from planner.geometry.polygons import Floats, Integers
from planner.geometry.sea import Search, network, to_corners
from planner.geometry.sea_coast import Box, lengths_nm, positions
from planner.units import nm_to_m

BEARINGS = 90
SHARES = np.array([0.0, 0.15, 0.3, 0.45, 0.6, 0.7, 0.8, 0.9, 1.0])
"""Of the radius: where on each bearing the distance by sea is worked out."""
ROUNDING = 1e-6


def sea_rings(land: BaseGeometry, places: Floats, radii_nm: Floats, cells: Floats, box: Box) -> list[Floats]:
    """Outlines of what ships reach.

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
    (west, south, east, north), (lon, lat) = box, np.moveaxis(points, -1, 0)
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north) & (away > 0.0)
    by_sea = away.copy()
    bases, base = np.unique(places, axis=0, return_inverse=True)
    base = np.broadcast_to(base.reshape(-1, 1, 1), shape)
    by_sea[inside] = _by_sea(land, box, (bases, cells), base[inside], points[inside])
    lines = _ahead(places[:, None], bearing[:, 0], _farthest(away, by_sea, radii_nm))
    return [np.concatenate([line, line[:1]]) for line in lines]


def _ahead(places: Floats, bearing: Floats, away_nm: Floats) -> Floats:
    """Points at distances and bearings from places, lon in [0, 360), shape (..., 2) [degrees]."""
    lon, lat = (np.broadcast_to(places[..., axis], away_nm.shape).ravel() for axis in (0, 1))
    east, north, _ = GEOD.fwd(lon, lat, bearing.ravel(), nm_to_m(away_nm).ravel())
    return np.stack([np.mod(east, 360.0), north], axis=-1).reshape(*away_nm.shape, 2)


def _farthest(away_nm: Floats, by_sea_nm: Floats, radii_nm: Floats) -> Floats:
    """Where each bearing's distance by sea last comes to the radius, shape (rings, bearings) [nm].

    Args:
        away_nm: distance of points on the bearing, shape (rings, shares, bearings), from 0 on.
        by_sea_nm: the same by sea.
        radii_nm: shape (rings,).
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


def _by_sea(
    land: BaseGeometry, box: Box, known: tuple[Floats, Floats], base: Integers, ends: Floats
) -> Floats:
    """Distance by sea of each end from its base, by position in the bases [nm]."""
    bases, cells = known
    coast, views, graph = network(land, box)
    length = distances_nm(*bases[base].T, *ends.T)
    if not len(coast.corners):
        return length
    starts, moved_nm = afloat(coast, bases, enclosed(coast, bases, cells))
    wet, to_shore_nm = afloat(coast, ends, np.full(len(ends), -1))
    eyes, there = positions(*starts.T), positions(*wet.T)
    outlook = [coast.view(eye) for eye in eyes]
    seen = np.zeros(len(ends), dtype=bool)
    for number, view in enumerate(outlook):
        own = np.flatnonzero(base == number)
        seen[own] = view.sees(there[own])
    extra = moved_nm[base] + to_shore_nm
    length = np.where(extra > 0.0, lengths_nm(eyes[base], there) + extra, length)
    hidden = np.flatnonzero(~seen)
    if len(hidden):
        at = np.arange(len(hidden)), base[hidden]
        straight = np.full((len(hidden), len(bases)), -np.inf)  # of each end only the way from its own base
        straight[at] = np.inf
        within = np.full(len(bases), np.inf)
        ways = to_corners(coast, graph, starts, outlook)
        length[hidden] = Search(coast, views, ways, there[hidden], straight, within).best[at] + extra[hidden]
    return length

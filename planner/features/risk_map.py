"""What a map of weights says of cells: the places in each, or the nearest within reach.

Rows of one place are added. A cell takes the mean weight of the places in it (its border counts); without any
it takes that of the nearest place, if this is within reach; else the map says nothing of it. The reach is as
stated, or the distance between neighbouring places (their median), at least the cells' spacing and at most
``MOST_REACH_NM``. Visits of a place are shared out over the cells that take it, as their water is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy
import shapely

from planner.frames import numbers, sum_by
from planner.geometry.area import AUTHALIC_RADIUS_2_KM2
from planner.geometry.distance import on_sphere
from planner.geometry.longitude import canonical_lon
from planner.geometry.polygons import as_array
from planner.units import m_to_nm

Array = npt.NDArray[np.float64]
EARTH_RADIUS_NM = m_to_nm(1000.0 * math.sqrt(AUTHALIC_RADIUS_2_KM2))
MOST_REACH_NM = 300.0
"""A place speaks for no water farther away, unless that is stated: five degrees, the coarsest grid of public
fishing effort."""
DECIMALS = 9
"""Digits of a longitude [degrees] that tell places apart: -175.05 and 184.95 are one."""
SAMPLE = 20_000
"""Places whose neighbours are looked for: their median needs no more."""
AT_ONCE = 200_000
"""Places that are compared with the cells at a time, to bound memory."""


@dataclass(frozen=True, eq=False)
class RiskMap:
    """What a map says of the cells.

    Attributes:
        weight: of each cell, shape (cells,), 1 where the map says nothing; None where it gives none.
        inside: whether places lie in the cell.
        near: whether the cell takes the nearest place.
        places: number of places.
        unused: number of places that no cell takes.
        reach_nm: how far a place speaks for water around it [nm].
        stated: whether the map states its reach.
        visits: of each cell, from rows of all periods and from those of the period, shape (2, cells); None
            where the map gives none.
    """

    weight: Array | None
    inside: npt.NDArray[np.bool_]
    near: npt.NDArray[np.bool_]
    places: int
    unused: int
    reach_nm: float
    stated: bool
    visits: Array | None = None

    @property
    def served(self) -> npt.NDArray[np.bool_]:
        """Whether the map says something of the cell."""
        return self.inside | self.near


def risk_map(risk: pd.DataFrame, cells: pd.DataFrame, spacing_nm: float) -> RiskMap:
    """What a map says of the cells.

    Args:
        risk: its rows (lon, lat, weight, visits and reach_nm, NaN where none are stated, period), in any
            order; at least one. All of them have a weight, or none.
        cells: the cells, with lon, lat, area_km2 and geometry.
        spacing_nm: spacing of the cells [nm].
    """
    lon, lat, (weight, *visits) = _places(risk)
    weighs = bool(risk["weight"].notna().any())
    place, cell = _places_in(lon, lat, as_array(cells["geometry"]))
    held = np.bincount(cell, minlength=len(cells))
    mean = sum_by(cell, weight[place], len(cells)) / np.maximum(held, 1)
    points = on_sphere(lon, lat)
    tree = scipy.spatial.cKDTree(points)
    reach = float(risk["reach_nm"].iloc[0])
    stated = not math.isnan(reach)
    if not stated:
        some = points[:: -(-len(points) // SAMPLE)]
        neighbour = np.asarray(tree.query(some, k=2)[0])[:, 1]
        between = float(np.median(_arc_nm(neighbour))) if len(points) > 1 else 0.0
        reach = min(max(between, spacing_nm), MOST_REACH_NM)
    found = tree.query(on_sphere(numbers(cells["lon"]), numbers(cells["lat"])))
    chord, nearest = np.asarray(found[0]), np.asarray(found[1])
    near = (held == 0) & (_arc_nm(chord) <= reach)
    used = np.zeros(len(points), dtype=bool)
    used[place] = used[nearest[near]] = True
    taken = np.where(held > 0, mean, np.where(near, weight[nearest], 1.0))
    shared = None
    if visits:
        place, cell = np.append(place, nearest[near]), np.append(cell, np.flatnonzero(near))
        km2 = numbers(cells["area_km2"])[cell]
        part = km2 / sum_by(place, km2, len(points))[place]
        shared = np.stack([sum_by(cell, each[place] * part, len(cells)) for each in visits])
    unused = int(np.count_nonzero(~used))
    return RiskMap(taken if weighs else None, held > 0, near, len(points), unused, reach, stated, shared)


def _places(risk: pd.DataFrame) -> tuple[Array, Array, Array]:
    """Longitude, latitude and sums of each place, whatever the order of the rows.

    Sums are of weights and, where some are given, of visits: of the rows of all periods, of those of one.
    """
    lon = canonical_lon(numbers(risk["lon"])).round(DECIMALS)
    columns = [lon, numbers(risk["lat"]), numbers(risk["weight"])]
    if risk["visits"].notna().any():
        visits, named = numbers(risk["visits"].fillna(0.0)), (risk["period"] != "").to_numpy()
        columns += [np.where(named, 0.0, visits), np.where(named, visits, 0.0)]
    rows = np.stack(columns)
    rows = rows[:, np.lexsort(rows[::-1])]
    first = np.flatnonzero((np.diff(rows[:2], axis=1, prepend=np.nan) != 0.0).any(axis=0))
    return rows[0, first], rows[1, first], np.add.reduceat(rows[2:], first, axis=1)


def _places_in(
    lon: Array, lat: Array, outlines: npt.NDArray[np.object_]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Positions of places and of the cells that they lie in."""
    parts = [np.empty((2, 0), dtype=np.int64)]
    for start in range(0, len(lon), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        tree = shapely.STRtree(as_array(shapely.points(lon[some], lat[some])))
        cell, place = tree.query(outlines, predicate="intersects")
        parts.append(np.stack([place + start, cell]))
    place, cell = np.concatenate(parts, axis=1)
    return place, cell


def _arc_nm(chord: Array) -> Array:
    """Distance on the ground of points of the unit sphere [nm]."""
    return np.asarray(2.0 * EARTH_RADIUS_NM * np.arcsin(np.minimum(chord / 2.0, 1.0)))

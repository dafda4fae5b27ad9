"""Risk weights of cells: the weight of the cell's area times that of the risk map.

Reads ``risk_weight`` of areas, and risk.csv, whose rows of one place are added. A cell takes the mean weight
of the places in it (its border counts); without any it takes that of the nearest place, if this is within
reach; else the weight of its area stays. The reach is the distance between neighbouring places (their
median), at least the cells' spacing and at most ``MOST_REACH_NM``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from planner.case import Case
from planner.case.place import Place
from planner.errors import Problem
from planner.frames import numbers, sum_by
from planner.geometry.area import AUTHALIC_RADIUS_2_KM2
from planner.geometry.longitude import canonical_lon
from planner.geometry.polygons import as_array
from planner.schema.tables import AREAS, RISK
from planner.units import m_to_nm

Array = npt.NDArray[np.float64]
EARTH_RADIUS_NM = m_to_nm(1000.0 * math.sqrt(AUTHALIC_RADIUS_2_KM2))
MOST_REACH_NM = 300.0
"""A place speaks for no water farther away: five degrees, the coarsest grid of public fishing effort."""
DECIMALS = 9
"""Digits of a longitude [degrees] that tell places apart: -175.05 and 184.95 are one."""
SAMPLE = 20_000
"""Places whose neighbours are looked for: their median needs no more."""
AT_ONCE = 200_000
"""Places that are compared with the cells at a time, to bound memory."""
SPARSE = 0.5
"""Share of the map's cells that hold a place of their own below which the map is called sparse."""


@dataclass(frozen=True, eq=False)
class RiskMap:
    """What the risk map says of the cells.

    Attributes:
        weight: of each cell, shape (cells,), 1 where the map says nothing.
        inside: whether places lie in the cell.
        near: whether the cell takes the nearest place.
        places: number of places.
        unused: number of places that no cell takes.
        reach_nm: how far a place speaks for water around it [nm].
    """

    weight: Array
    inside: npt.NDArray[np.bool_]
    near: npt.NDArray[np.bool_]
    places: int
    unused: int
    reach_nm: float


def risk_weights(
    areas: pd.DataFrame,
    risk: pd.DataFrame,
    cells: pd.DataFrame,
    spacing_nm: float,
    periods: Sequence[str] = ("",),
) -> Array:
    """Risk weight of each cell in each period, shape (periods, cells) [-].

    Args:
        areas: the areas, with ``risk_weight``.
        risk: rows of the risk map (lon, lat, weight, period), in any order; may be empty. Rows without a
            period hold in all.
        cells: the cells, with ``area`` (position), lon, lat and geometry.
        spacing_nm: spacing of the cells [nm].
        periods: ids of the periods.
    """
    own = numbers(areas["risk_weight"])[cells["area"].to_numpy()]
    known: dict[str, Array] = {}
    for period in periods:
        rows = risk[risk["period"].isin(["", period])]
        same = period if (risk["period"] == period).any() else ""
        if same not in known:
            known[same] = own if rows.empty else own * risk_map(rows, cells, spacing_nm).weight
        known[period] = known[same]
    return np.array([known[period] for period in periods])


def risk_map(risk: pd.DataFrame, cells: pd.DataFrame, spacing_nm: float) -> RiskMap:
    """What the risk map says of the cells; arguments as in ``risk_weights``, with at least one row."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 (only cases with risk points pay for the import)

    lon, lat, weight = _places(risk)
    place, cell = _places_in(lon, lat, as_array(cells["geometry"]))
    held = np.bincount(cell, minlength=len(cells))
    mean = sum_by(cell, weight[place], len(cells)) / np.maximum(held, 1)
    points = _on_sphere(lon, lat)
    tree = cKDTree(points)
    some = points[:: -(-len(points) // SAMPLE)]
    neighbour = np.asarray(tree.query(some, k=2)[0])[:, 1]
    between = float(np.median(_arc_nm(neighbour))) if len(points) > 1 else 0.0
    reach = min(max(between, spacing_nm), MOST_REACH_NM)
    found = tree.query(_on_sphere(numbers(cells["lon"]), numbers(cells["lat"])))
    chord, nearest = np.asarray(found[0]), np.asarray(found[1])
    near = (held == 0) & (_arc_nm(chord) <= reach)
    used = np.zeros(len(points), dtype=bool)
    used[place] = used[nearest[near]] = True
    taken = np.where(held > 0, mean, np.where(near, weight[nearest], 1.0))
    return RiskMap(taken, held > 0, near, len(points), int(np.count_nonzero(~used)), reach)


def area_weights(cells: pd.DataFrame, n_areas: int) -> Array:
    """Mean risk weight of the water of each area, shape (areas,) [-]; 0 without water."""
    area, km2 = cells["area"].to_numpy(), numbers(cells["area_km2"])
    weight = sum_by(area, km2 * numbers(cells["risk_weight"]), n_areas)
    whole = sum_by(area, km2, n_areas)
    return np.divide(weight, whole, out=np.zeros(n_areas), where=whole > 0.0).round(12)


def risk_warnings(case: Case, cells: pd.DataFrame) -> Iterator[Problem]:
    """Warnings: places that no cell takes, water without a place, a sparse map, weights that are all 0."""
    if case.risk.empty:
        return
    place = Place(RISK.file)
    found = risk_map(case.risk, cells, case.settings.cells.spacing_nm)
    if found.unused:
        yield place.problem("unused_places", count=found.unused, all=found.places)
    without = ~(found.inside | found.near)
    if without.any():
        km2 = numbers(cells["area_km2"])
        share = float(km2[without].sum() / km2.sum())
        yield place.problem("no_places", reach=found.reach_nm, cells=int(without.sum()), share=share)
    mapped, inside = np.count_nonzero(~without), np.count_nonzero(found.inside)
    if inside < SPARSE * mapped:
        yield place.problem("sparse_map", inside=inside, mapped=mapped, reach=found.reach_nm)
    if not numbers(cells["risk_weight"]).any():
        yield Place(AREAS.file, 0, "risk_weight").problem("no_risk.map")


def _places(risk: pd.DataFrame) -> tuple[Array, Array, Array]:
    """Longitude, latitude and sum of the weights of each place, whatever the order of the rows."""
    lon = canonical_lon(numbers(risk["lon"])).round(DECIMALS)
    rows = np.stack([lon, numbers(risk["lat"]), numbers(risk["weight"])])
    rows = rows[:, np.lexsort(rows[::-1])]
    first = np.flatnonzero((np.diff(rows[:2], axis=1, prepend=np.nan) != 0.0).any(axis=0))
    return rows[0, first], rows[1, first], np.add.reduceat(rows[2], first)


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


def _on_sphere(lon: Array, lat: Array) -> Array:
    """Points of the unit sphere, shape (points, 3); the nearest chord is the nearest on the ground."""
    lam, phi = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])

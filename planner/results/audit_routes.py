"""Sea routes measured again on a grid of water, from the bases that have most land in their way.

A route is no shorter than the geodesic, and is the geodesic where that keeps well clear of land. Elsewhere
two grids bound it: one without squares that are all land, one without squares that have any. Steps go to
sixteen neighbours, which makes a route up to 2.8 % longer than it need be.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pandas as pd
import scipy
import shapely
from scipy.sparse import coo_array
from shapely.geometry.base import BaseGeometry

from planner.features.fleet import fleet_table, goes_by_sea
from planner.frames import Array, numbers, records
from planner.geometry.distance import GEOD, distances_nm
from planner.geometry.longitude import TURN
from planner.geometry.polygons import Booleans, Geometries, as_array
from planner.results.audit_physics import Evidence
from planner.results.compare import TOLERANCE, Finding

PITCH_DEG = 0.25
"""Pitch of the grid."""
MARGIN_DEG = 5.0
SAMPLE, BASES = 200, 3
"""Routes among which those with the longest geodesics over land tell from which bases routes are measured,
and so many of each; how many bases these are."""
LONGER, LINK, SHORTER_NM, SLACK_NM = 1.028, 1.6, 50.0, 100.0
"""What sixteen directions make of a route; squares that a base and a cell are joined to, by their pitch; what
the joints may add to the shortest route, and what they may hide of the longest, as the route round an island
that lies between."""
CLEAR_DEG, CLEAR_SHARE, CLEAR_NM = 0.1, 0.005, 10.0
"""A geodesic this far from land is the route, but for this share and what bases on land are moved by."""
POINTS = 100
"""Points of a geodesic that are looked at."""
STEPS = [(y, x) for y, x in product(range(-2, 3), repeat=2) if np.gcd(y, x) == 1 and (y, x) > (0, 0)]


def routes(seen: Evidence) -> Iterator[Finding]:
    """Distances of vessels' missions and boarding trips against the geodesic and against routes on grids."""
    case, cells, land = seen.case, seen.results.cells, seen.case.land
    kind = fleet_table(case).set_index("asset_id")["kind"]
    done = {"missions": seen.results.missions, "boardings": seen.results.boardings}
    rows = pd.concat([table.assign(table=name) for name, table in done.items()], ignore_index=True)
    rows = rows[goes_by_sea(rows["asset_id"].map(kind))]
    if not case.by_sea or land is None or rows.empty:
        return
    places = case.bases.rename(columns={"lon": "base_lon", "lat": "base_lat"})
    told = ["base_id", "cell_id", "distance_nm"]
    rows = rows.drop_duplicates(told).merge(places, on="base_id")
    rows = rows[["table", *told, "base_lon", "base_lat"]].merge(
        cells[["cell_id", "lon", "lat"]], on="cell_id"
    )
    rows["base_lon"] = np.mod(rows["base_lon"], TURN)
    rows["lon"] = _beside(numbers(rows["lon"]), numbers(rows["base_lon"]))
    land = _round(land, rows["lon"].min() - MARGIN_DEG, rows["lon"].max() + MARGIN_DEG)
    straight = distances_nm(rows["base_lon"], rows["base_lat"], rows["lon"], rows["lat"])
    away = numbers(rows["distance_nm"])
    low = np.where(away < straight * (1.0 - TOLERANCE), straight, -np.inf)
    most, high = straight * (1.0 + CLEAR_SHARE) + CLEAR_NM, np.full(len(rows), np.inf)
    doubtful = np.flatnonzero(away > most)
    doubtful = doubtful[~shapely.dwithin(land, _geodesics(rows.iloc[doubtful]), CLEAR_DEG)]
    high[doubtful] = most[doubtful]
    sample = rows.iloc[:: -(-len(rows) // SAMPLE)]
    dry = pd.Series(shapely.length(shapely.intersection(land, _geodesics(sample))))
    dry = dry.groupby(sample["base_id"].to_numpy()).max()
    for base in dry[dry > 0.0].nlargest(BASES).index:
        some = np.flatnonzero(rows["base_id"] == base)
        some = some[:: -(-len(some) // SAMPLE)]
        least, longest = _on_grids(rows.iloc[some], land)
        low[some] = np.maximum(low[some], least / LONGER - SHORTER_NM)
        high[some] = np.minimum(high[some], longest + SLACK_NM)
    for at in np.flatnonzero(~((low <= away) & (away <= high))):
        row = rows.iloc[at]
        bounds = f"between {low[at]:.1f} and {high[at]:.1f}"
        where = f"{row['table']}.csv distance_nm: {row['base_id']} to {row['cell_id']}"
        yield f"{where}: {away[at]!s} is not {bounds}"


def _beside(lon: Array, base_lon: Array | float) -> Array:
    """Longitudes within half a turn of a base's, where a route jumps neither at 0 nor at 180 degrees."""
    return np.asarray(base_lon + np.mod(lon - base_lon + TURN / 2.0, TURN) - TURN / 2.0)


def _round(land: BaseGeometry, west: float, east: float) -> BaseGeometry:
    """Canonical land from one longitude to another, which may lie beyond 0 or 360 degrees."""

    def turned(by_deg: float) -> BaseGeometry:
        return shapely.transform(land, lambda at: at + np.array([by_deg, 0.0]))

    copies = [land, *([turned(-TURN)] if west < 0.0 else []), *([turned(TURN)] if east > TURN else [])]
    return shapely.union_all(copies) if len(copies) > 1 else land


def _geodesics(rows: pd.DataFrame) -> Geometries:
    """Geodesics from bases to cells, as lines."""
    lines = list[shapely.LineString]()
    for row in records(rows[["base_lon", "base_lat", "lon", "lat"]]):
        ends = (row.base_lon, row.base_lat, row.lon, row.lat)
        points = np.array(GEOD.npts(*ends, npts=POINTS, initial_idx=0, terminus_idx=0))
        lon = _beside(points[:, 0], row.base_lon)
        lines.append(shapely.LineString(np.stack([lon, points[:, 1]], axis=1)))
    return as_array(lines)


def _on_grids(rows: pd.DataFrame, land: BaseGeometry) -> tuple[Array, Array]:
    """Lengths of routes from one base to cells, over the grid with least land and that with most."""
    points = np.stack(
        [[*rows["base_lon"].iloc[:1], *rows["lon"]], [*rows["base_lat"].iloc[:1], *rows["lat"]]]
    )
    low, high = (points.min(axis=1) - MARGIN_DEG, points.max(axis=1) + MARGIN_DEG)
    lon, lat = (np.arange(first, last, PITCH_DEG) for first, last in zip(low, high, strict=True))
    half = PITCH_DEG / 2.0
    boxes = shapely.box(lon - half, lat[:, None] - half, lon + half, lat[:, None] + half)
    shapely.prepare(land)
    sea, shore = ~shapely.covers(land, boxes), ~shapely.intersects(land, boxes)
    least, most = (
        _grid_routes(wet, (lon, lat), points, strict) for wet, strict in ((sea, False), (shore, True))
    )
    return np.where(np.isfinite(least), least, 0.0), most


def _grid_routes(wet: Booleans, axes: tuple[Array, Array], points: Array, strict: bool) -> Array:
    """Lengths of routes from the first point to the others over wet squares [nm]; inf where none leads.

    ``wet`` has shape (lat, lon), ``axes`` are the centres of its squares, and ``points`` have shape (2,
    points) [degrees]; ``strict``: the squares that a step passes must be wet, too.
    """
    lon, lat = axes
    number = np.arange(wet.size).reshape(wet.shape)
    edges = []
    for y, x in STEPS:
        passed = {(0, 0), (y, x)}
        if strict:
            passed |= {(y, 0), (0, x)} if y * x in (1, -1) else {(y // 2, x // 2), (-(-y // 2), -(-x // 2))}
        top, left, right = len(lat) - y, max(0, -x), len(lon) - max(0, x)
        free = np.ones((top, right - left), dtype=bool)
        for down, across in passed:
            free &= wet[down : down + top, left + across : right + across]
        step = distances_nm(lon[0], lat[:top], lon[0] + x * PITCH_DEG, lat[:top] + y * PITCH_DEG)
        start = number[:top, left:right][free]
        edges.append((start, start + y * len(lon) + x, np.broadcast_to(step[:, None], free.shape)[free]))
    at = np.flatnonzero(wet)
    there = np.stack([lon[at % len(lon)], lat[at // len(lon)]], axis=1)
    for point, place in enumerate(points.T):
        squares = np.flatnonzero(np.hypot(*(there - place).T) <= LINK * PITCH_DEG)
        length = distances_nm(*place, *there[squares].T)
        edges.append((np.full(len(squares), wet.size + point), at[squares], length))
    start, end, length = (np.concatenate(column) for column in zip(*edges, strict=True))
    count = wet.size + points.shape[1]
    graph = coo_array((length, (start, end)), shape=(count, count)).tocsr()
    return np.asarray(scipy.sparse.csgraph.dijkstra(graph, directed=False, indices=[wet.size]))[
        0, wet.size + 1 :
    ]

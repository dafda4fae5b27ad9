"""Cells: the equal-area grid cut by the areas, slivers joined to a neighbour, a point inside each."""

from __future__ import annotations

from collections import defaultdict
from heapq import heapify, heappop, heappush

import numpy as np
import pandas as pd
import shapely

from planner.frames import sum_by
from planner.geometry.area import areas_km2
from planner.geometry.distance import on_sphere
from planner.geometry.grid import cut_by_grid, equal_area_grid
from planner.geometry.longitude import TURN, canonical_lon
from planner.geometry.polygons import Booleans, Floats, Geometries, GeometryError, Integers, as_array

SUM_TOLERANCE = 1e-6
"""Relative difference between an area and the sum of its cells that is still the area."""
COLUMNS = ("cell_id", "area_id", "lon", "lat", "area_km2", "geometry")
SLIVER_SHARE = 0.2
"""Pieces under this share of a cell are joined. Each piece is columns of the linear program, the small ones
for little water; with a fifth, joined cells stay near one cell's area (under 1.4 in the Pacific zones)."""
TIE = 1e-9
"""Shares and lengths nearer than this are equal, so that rounding never decides."""


def make_cells(areas: pd.DataFrame, spacing_nm: float) -> pd.DataFrame:
    """The cells of each area.

    Args:
        areas: columns area_id (unique) and geometry (canonical, valid, disjoint outlines).
        spacing_nm: side of the square with a cell's area [nm], 5 to 300.

    Returns:
        One row for each cell, ordered by area, row of the grid (from the south) and column (from Greenwich):

        - cell_id: the area's id, the row from the equator and the column, such as ``fiji_s018_c0178``; it
          does not depend on the other areas.
        - area_id.
        - lon, lat: a point inside the cell, its centroid where that lies inside [degrees; lon in [0, 360)].
        - area_km2: area on the WGS84 ellipsoid [km²].
        - geometry: Polygon or MultiPolygon [degrees; canonical].

    Raises:
        GeometryError: an area that cannot be cut.
        ValueError: a spacing that is not above 0.
    """
    outlines, area_ids = as_array(areas["geometry"]), areas["area_id"].to_numpy(dtype=object)
    grid = equal_area_grid(spacing_nm)
    if not len(outlines):
        return pd.DataFrame({name: [] for name in COLUMNS})
    area_km2 = areas_km2(outlines)
    for at in np.flatnonzero(~(area_km2 > 0)):
        raise GeometryError(f"{area_ids[at]} has no water; give it an outline or leave it out")
    west, east = shapely.bounds(outlines)[:, [0, 2]].T
    for at in np.flatnonzero((west < 0) | (east > TURN)):
        raise GeometryError(f"{area_ids[at]} has longitudes outside 0 to 360; use to_canonical first")
    try:
        cells = _without_slivers(cut_by_grid(outlines, grid), grid.cell_km2)
    except shapely.GEOSException as error:
        raise GeometryError(f"the areas cannot be cut into cells ({error}); repair their outlines") from error
    sums = sum_by(cells["area"], cells["km2"], len(area_km2))
    for at in np.flatnonzero(~(np.abs(sums - area_km2) <= SUM_TOLERANCE * area_km2)):
        raise GeometryError(
            f"the cells of {area_ids[at]} have {sums[at]:.6g} km² in sum, "
            f"the area has {area_km2[at]:.6g} km²; repair its outline"
        )
    geometry, owner = as_array(cells["geometry"]), area_ids[cells["area"]]
    lon, lat = _points_inside(geometry)
    names = zip(owner, grid.row_names[cells["row"]], cells["column"], strict=True)
    ids = [f"{area_id}_{row}_c{column:04d}" for area_id, row, column in names]
    columns = (ids, owner, canonical_lon(lon), lat, cells["km2"].to_numpy(), geometry)
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


def _points_inside(cells: Geometries) -> tuple[Floats, Floats]:
    """A point inside each cell: its centroid if that lies inside, else a point on its surface."""
    points = shapely.centroid(cells)
    outside = ~shapely.contains_xy(cells, shapely.get_x(points), shapely.get_y(points))
    points[outside] = shapely.point_on_surface(cells[outside])
    return shapely.get_x(points), shapely.get_y(points)


def _without_slivers(pieces: pd.DataFrame, cell_km2: float) -> pd.DataFrame:
    """Pieces under a fifth of a cell joined to a neighbour in their area; column ``km2`` added.

    A sliver joins the neighbour with which it shares the longest border, one without a border the cell of its
    area with the nearest centroid; an area smaller than that stays one cell. A joined cell takes row and
    column of its largest piece.
    """
    pieces["km2"] = piece_km2 = areas_km2(pieces["geometry"])
    limit = SLIVER_SHARE * cell_km2 * (1 - TIE)
    if not (piece_km2 < limit).any():
        return pieces
    group = _joined_along_borders(_borders(pieces, piece_km2 < limit), piece_km2, limit, TIE * cell_km2)
    group = _joined_to_nearest(group, pieces, limit)
    size = -np.round(piece_km2 / (TIE * cell_km2))
    pieces = pieces.assign(group=group, size=size).sort_values(["group", "size"], kind="stable")
    cells = pieces.drop_duplicates("group").set_index("group")
    cells["km2"] = pieces.groupby("group")["km2"].sum()
    several = pieces[pieces.duplicated("group", keep=False)].groupby("group")["geometry"]
    cells["geometry"] = several.agg(shapely.union_all).reindex(cells.index).fillna(cells["geometry"])
    return cells.sort_values(["area", "row", "column"])


def _borders(pieces: pd.DataFrame, sliver: Booleans) -> dict[int, dict[int, float]]:
    """Lengths of slivers' borders with the other pieces of their area, over Greenwich too.

    Returns:
        Degrees of latitude by neighbour by sliver; a border between two slivers is there from both sides.
    """
    geometry, piece = as_array(pieces["geometry"]), np.arange(len(pieces))
    area, row = pieces["area"].to_numpy(), pieces["row"].to_numpy()
    at_360 = np.flatnonzero(shapely.bounds(geometry)[:, 2] == TURN)
    again = shapely.transform(geometry[at_360], lambda xy: xy - [TURN, 0.0])
    geometry, piece = np.append(geometry, again), np.append(piece, at_360)
    slivers = np.flatnonzero(sliver[piece])
    query, other = shapely.STRtree(geometry).query(geometry[slivers], predicate="intersects")
    one = slivers[query]
    beside = (area[piece[one]] == area[piece[other]]) & (piece[one] != piece[other])
    one, other = one[beside], other[beside]
    length = shapely.length(shapely.intersection(geometry[one], geometry[other]))
    parallel = np.radians(np.maximum(*(shapely.bounds(geometry[each])[:, 1] for each in (one, other))))
    length *= np.where(
        row[piece[one]] == row[piece[other]], 1.0, np.cos(parallel)
    )  # along a meridian, or not
    around: dict[int, dict[int, float]] = defaultdict(dict)
    for at, to, along in zip(piece[one].tolist(), piece[other].tolist(), length.tolist(), strict=True):
        if along > 0:  # two pieces at 360 meet twice, on either side of Greenwich
            around[at][to] = max(along, around[at].get(to, 0.0))
    return around


def _joined_along_borders(
    around: dict[int, dict[int, float]], piece_km2: Floats, limit: float, same_km2: float
) -> Integers:
    """Group of each piece after all slivers with a border have joined.

    The smallest go first, each to the neighbour with the longest border (of equal borders, the smallest
    neighbour), until it is a sliver no more. So a thin wedge falls into cells instead of following its
    borders into one snake.
    """
    km2, into = piece_km2.tolist(), dict[int, int]()

    def rank(at: int) -> tuple[int, int]:
        return round(km2[at] / same_km2), at

    slivers = [rank(at) for at in np.flatnonzero(piece_km2 < limit).tolist()]
    heapify(slivers)
    while slivers:
        found = heappop(slivers)
        at = found[1]
        if at in into or found != rank(at) or not around[at]:
            continue
        to = min(around[at], key=lambda other: (-round(around[at][other] / TIE), rank(other)))
        into[at] = to
        for other, along in around.pop(at).items():
            around[other].pop(at, None)
            if other != to:  # of a border with a piece that is none, only the sliver knows
                known = max(around[to].get(other, 0.0), around[other].get(to, 0.0))
                around[to][other] = around[other][to] = known + along
        km2[to] += km2[at]
        if km2[to] < limit:
            heappush(slivers, rank(to))
    group = np.arange(len(km2))
    for at in reversed(into):  # where it went has gone nowhere before
        group[at] = group[into[at]]
    return group


def _joined_to_nearest(group: Integers, pieces: pd.DataFrame, limit: float) -> Integers:
    """Slivers that are still alone joined, in the order of the grid, to the nearest cell of their area."""
    centre = on_sphere(*shapely.get_coordinates(shapely.centroid(as_array(pieces["geometry"]))).T)
    area, km2 = pieces["area"].to_numpy(), sum_by(group, pieces["km2"], len(group))
    for sliver in np.flatnonzero((km2 > 0) & (km2 < limit)):
        members = np.flatnonzero(area == area[sliver])
        own = group[members] == sliver
        if km2[sliver] >= limit or own.all():
            continue
        nearness = np.round((centre[members[~own]] @ centre[members[own]].T).max(axis=1) / TIE)
        to = group[members[~own][nearness.argmax()]]
        group[members[own]] = to
        km2[to] += km2[sliver]
    return group

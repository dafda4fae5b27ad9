"""Cells: the equal-area grid cut by the areas, slivers joined to a neighbour, a point inside each."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from planner.frames import sum_by
from planner.geometry.area import areas_km2
from planner.geometry.cutting import cut_by_grid
from planner.geometry.grid import equal_area_grid
from planner.geometry.longitude import TURN, canonical_lon
from planner.geometry.polygons import Floats, Geometries, GeometryError, Integers, as_array
from planner.geometry.slivers import join_slivers

SUM_TOLERANCE = 1e-6
"""Relative difference between an area and the sum of its cells that is still the area."""
COLUMNS = ("cell_id", "area_id", "lon", "lat", "area_km2", "geometry")


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
    area_km2 = _checked_areas_km2(outlines, area_ids)
    try:
        pieces = cut_by_grid(outlines, grid)
        pieces, piece_km2 = join_slivers(pieces, grid)
    except shapely.GEOSException as error:
        raise GeometryError(f"the areas cannot be cut into cells ({error}); repair their outlines") from error
    _check_sums(piece_km2, pieces.area, area_km2, area_ids)
    lon, lat = _points_inside(pieces.geometry)
    names = zip(area_ids[pieces.area], grid.row_names[pieces.row], pieces.column, strict=True)
    return pd.DataFrame(
        {
            "cell_id": [f"{area_id}_{row}_c{column:04d}" for area_id, row, column in names],
            "area_id": area_ids[pieces.area],
            "lon": canonical_lon(lon),
            "lat": lat,
            "area_km2": piece_km2,
            "geometry": pieces.geometry,
        }
    )


def _points_inside(cells: Geometries) -> tuple[Floats, Floats]:
    """A point inside each cell: its centroid if that lies inside, else a point on its surface."""
    points = shapely.centroid(cells)
    outside = ~shapely.contains_xy(cells, shapely.get_x(points), shapely.get_y(points))
    points[outside] = shapely.point_on_surface(cells[outside])
    return shapely.get_x(points), shapely.get_y(points)


def _checked_areas_km2(outlines: Geometries, area_ids: Geometries) -> Floats:
    """Areas of outlines that have water and are canonical [km²]."""
    area_km2 = areas_km2(outlines)
    dry = np.flatnonzero(~(area_km2 > 0))
    if len(dry):
        raise GeometryError(f"{area_ids[dry[0]]} has no water; give it an outline or leave it out")
    west, east = shapely.bounds(outlines)[:, [0, 2]].T
    outside = np.flatnonzero((west < 0) | (east > TURN))
    if len(outside):
        raise GeometryError(f"{area_ids[outside[0]]} has longitudes outside 0 to 360; use to_canonical first")
    return area_km2


def _check_sums(cell_km2: Floats, area: Integers, area_km2: Floats, area_ids: Geometries) -> None:
    """Refuse cells that do not add up to their area."""
    sums = sum_by(area, cell_km2, len(area_km2))
    wrong = np.flatnonzero(~(np.abs(sums - area_km2) <= SUM_TOLERANCE * area_km2))
    if len(wrong):
        at = wrong[0]
        raise GeometryError(
            f"the cells of {area_ids[at]} have {sums[at]:.6g} km² in sum, "
            f"the area has {area_km2[at]:.6g} km²; repair its outline"
        )

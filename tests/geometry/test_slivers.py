"""Which neighbour a sliver joins, on boxes of the 60 nm grid just north of the equator."""

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from planner.geometry.cells import make_cells
from planner.geometry.grid import equal_area_grid
from planner.geometry.longitude import to_canonical

GRID = equal_area_grid(60.0)
EQUATOR = len(GRID.columns) // 2
WIDTH = 360.0 / GRID.columns[EQUATOR]
HEIGHT = GRID.parallels[EQUATOR + 1]
CELL_KM2 = GRID.cell_km2


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """A box in units of columns from column 170 and of rows from the equator."""
    return shapely.box((170 + west) * WIDTH, south * HEIGHT, (170 + east) * WIDTH, north * HEIGHT)


def cells_of(outline: BaseGeometry, spacing_nm: float = 60.0) -> pd.DataFrame:
    areas = pd.DataFrame({"area_id": ["z"], "geometry": [to_canonical(outline)]})
    return make_cells(areas, spacing_nm).set_index("cell_id")


def test_a_sliver_joins_its_neighbour_and_takes_its_name() -> None:
    cells = cells_of(box(0, 0, 2.1, 1))
    assert cells.index.tolist() == ["z_n000_c0170", "z_n000_c0171"]
    assert cells["area_km2"].to_numpy() / CELL_KM2 == pytest.approx([1.0, 1.1], rel=1e-9)
    assert cells["geometry"].iloc[1].equals(box(1, 0, 2.1, 1))


def test_a_piece_of_a_fifth_of_a_cell_is_no_sliver() -> None:
    assert len(cells_of(box(0, 0, 1.2, 1))) == 2
    assert len(cells_of(box(0, 0, 1.1999, 1))) == 1


def test_a_sliver_joins_where_the_border_is_longest() -> None:
    # The piece in column 171 is 0.9 wide and 0.15 high: a border of 0.15 to column 170, of 0.9 to the south.
    outline = shapely.union_all([box(0, 0, 1, 0.5), box(1, 0, 1.9, 0.15), box(1, -1, 1.9, 0)])
    cells = cells_of(outline)
    assert cells.index.tolist() == ["z_s000_c0171", "z_n000_c0170"]
    assert cells.loc["z_s000_c0171", "area_km2"] / CELL_KM2 == pytest.approx(0.9 * 1.15, rel=1e-4)


def test_borders_are_compared_in_length_not_in_degrees() -> None:
    # At 60 degrees north a degree of longitude is half as long as one of latitude: the border of 1.0 degrees
    # along the parallel is shorter than that of 0.6 degrees along the meridian.
    row = int(np.searchsorted(GRID.parallels, 60.0))
    width, south = 360.0 / GRID.columns[row], GRID.parallels[row]
    left, below = 80 * width, GRID.parallels[row - 1]
    sliver = shapely.Polygon([(left, south), (left, south + 0.6), (left + 1.0, south)])
    outline = shapely.union_all(
        [
            shapely.box(left - width, south, left, south + 0.9),
            sliver,
            shapely.box(left, below, left + 1.0, south),
        ]
    )
    cells = cells_of(outline)
    assert f"z_n{row - EQUATOR:03d}_c0079" in cells.index
    joined = cells.loc[f"z_n{row - EQUATOR:03d}_c0079", "geometry"]
    assert joined.contains(shapely.Point(left + 0.1, south + 0.1))


def test_slivers_side_by_side_join_into_cells_and_not_into_one_snake() -> None:
    cells = cells_of(shapely.box(170, 10.0, 190, 10.01), 5.0)
    share = cells["area_km2"] / equal_area_grid(5.0).cell_km2
    assert share.between(0.2, 0.6).all()


def test_a_wedge_falls_into_cells() -> None:
    cells = cells_of(shapely.Polygon([(170, 10.001), (190, 10.001), (190, 10.015)]), 5.0)
    share = cells["area_km2"] / equal_area_grid(5.0).cell_km2
    assert share.between(0.2, 0.8).all()


def test_a_sliver_without_a_border_joins_the_nearest_cell() -> None:
    outline = shapely.MultiPolygon([box(0, 0, 1, 1), box(6, 0, 7, 1), box(4.4, 0.4, 4.6, 0.6)])
    cells = cells_of(outline)
    assert cells.index.tolist() == ["z_n000_c0170", "z_n000_c0176"]
    assert cells["area_km2"].to_numpy() / CELL_KM2 == pytest.approx([1.0, 1.04], rel=1e-4)


def test_the_nearest_cell_may_lie_across_greenwich() -> None:
    near, far = shapely.box(0.6, 0, 0.99, 0.9), shapely.box(350, 0, 350.9, 0.9)
    cells = cells_of(shapely.MultiPolygon([near, far, shapely.box(359.8, 0, 359.9, 0.1)]))
    assert len(cells) == 2
    assert cells.loc["z_n000_c0000", "geometry"].contains(shapely.Point(359.85, 0.05))


def test_a_border_over_greenwich_counts_more_than_a_near_cell_without_one() -> None:
    outline = shapely.union_all(
        [shapely.box(-0.5, 0.8, 0, 0.95), shapely.box(0, 0, 1, 0.95), shapely.box(-0.5, 1.02, 0, 1.5)]
    )
    cells = cells_of(outline)
    assert len(cells) == 2
    joined = cells.loc["z_n000_c0000", "geometry"]
    assert joined.contains(shapely.Point(359.75, 0.875))
    assert joined.contains(shapely.Point(0.5, 0.5))


def test_a_sliver_never_joins_another_area() -> None:
    areas = pd.DataFrame({"area_id": ["big", "reef"], "geometry": [box(0, 0, 1, 1), box(1, 0, 1.1, 1)]})
    cells = make_cells(areas, 60.0)
    assert cells["area_id"].tolist() == ["big", "reef"]
    assert cells["area_km2"].to_numpy() / CELL_KM2 == pytest.approx([1.0, 0.1], rel=1e-9)

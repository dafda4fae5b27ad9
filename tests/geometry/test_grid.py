import numpy as np
import pytest
import shapely

from planner.geometry.area import EARTH_KM2, areas_km2
from planner.geometry.grid import Grid, equal_area_grid

SPACINGS = [5.0, 20.0, 37.3, 60.0, 300.0]


@pytest.fixture(params=SPACINGS)
def grid(request: pytest.FixtureRequest) -> Grid:
    return equal_area_grid(request.param)


def test_a_cell_has_the_area_of_the_spacing_squared(grid: Grid) -> None:
    rows = np.arange(1, len(grid.columns) - 1)
    east = grid.meridian(rows, np.ones(len(rows), dtype=np.int64))
    first = shapely.box(0.0, grid.parallels[rows], east, grid.parallels[rows + 1])
    assert areas_km2(first) == pytest.approx((grid.spacing_nm * 1.852) ** 2, rel=1e-9)


def test_the_polar_cells_are_cells_to_a_half(grid: Grid) -> None:
    cap = areas_km2([shapely.box(0, grid.parallels[-2], 360, 90)])[0] / grid.columns[-1]
    assert 0.5 < cap / grid.cell_km2 < 1.5


def test_the_rows_cover_the_earth_once(grid: Grid) -> None:
    assert (np.diff(grid.parallels) > 0).all()
    assert grid.parallels[[0, -1]].tolist() == [-90.0, 90.0]
    inner = grid.columns[1:-1].sum() * grid.cell_km2
    caps = 2 * areas_km2([shapely.box(0, grid.parallels[-2], 360, 90)])[0]
    assert inner + caps == pytest.approx(EARTH_KM2, rel=1e-10)


def test_the_hemispheres_mirror_each_other_and_the_equator_is_a_line(grid: Grid) -> None:
    assert (grid.parallels == -grid.parallels[::-1]).all()
    assert (grid.columns == grid.columns[::-1]).all()
    assert 0.0 in grid.parallels


def test_greenwich_is_a_line_of_every_row(grid: Grid) -> None:
    rows = np.arange(len(grid.columns))
    assert (grid.meridian(rows, np.zeros(len(rows), dtype=np.int64)) == 0).all()
    assert (grid.meridian(rows, grid.columns) == 360).all()


def test_cells_are_about_square_below_80_degrees() -> None:
    grid = equal_area_grid(60.0)
    low = np.flatnonzero(np.abs(grid.parallels[:-1]) < 80)
    middle = np.radians((grid.parallels[low] + grid.parallels[low + 1]) / 2)
    width = 360.0 / grid.columns[low] * np.cos(middle)
    height = np.diff(grid.parallels)[low]
    assert (np.abs(width / height - 1) < 0.03).all()


def test_rows_are_named_from_the_equator(grid: Grid) -> None:
    half = len(grid.columns) // 2
    assert grid.row_names[[half - 1, half]].tolist() == ["s000", "n000"]
    assert len(set(grid.row_names)) == len(grid.columns)


@pytest.mark.parametrize("spacing", [0.0, -60.0, float("nan"), float("inf")])
def test_a_spacing_that_is_no_length_is_an_error(spacing: float) -> None:
    with pytest.raises(ValueError, match="spacing_nm"):
        equal_area_grid(spacing)

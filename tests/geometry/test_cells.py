import re

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from planner.geometry.area import EARTH_KM2, areas_km2
from planner.geometry.cells import COLUMNS, SLIVER_SHARE, make_cells
from planner.geometry.grid import equal_area_grid
from planner.geometry.longitude import to_canonical
from planner.geometry.polygons import GeometryError, as_array

from .outlines import CONVENTIONS, outlines

SPACINGS = st.sampled_from([60.0, 133.3, 300.0])


def frame(**areas: BaseGeometry) -> pd.DataFrame:
    return pd.DataFrame(
        {"area_id": list(areas), "geometry": [to_canonical(outline) for outline in areas.values()]}
    )


def overlap_km2(cells: pd.DataFrame) -> float:
    """Water in more than one cell [km²]."""
    geometry = as_array(cells["geometry"])
    one, other = shapely.STRtree(geometry).query(geometry, predicate="intersects")
    one, other = one[one < other], other[one < other]
    return float(areas_km2(shapely.intersection(geometry[one], geometry[other])).sum())


def check(cells: pd.DataFrame, areas: pd.DataFrame) -> None:
    """The rules that cells keep whatever their areas."""
    assert tuple(cells.columns) == COLUMNS
    geometry = as_array(cells["geometry"])
    assert shapely.is_valid(geometry).all()
    assert areas_km2(geometry) == pytest.approx(cells["area_km2"].to_numpy(), rel=1e-9)
    sums = cells.groupby("area_id")["area_km2"].sum()[areas["area_id"]]
    assert sums.to_numpy() == pytest.approx(areas_km2(areas["geometry"]), rel=1e-11)
    assert overlap_km2(cells) <= 1e-9 * cells["area_km2"].sum()
    assert shapely.contains_xy(geometry, cells["lon"], cells["lat"]).all()
    assert cells["lon"].between(0, 360, inclusive="left").all()
    assert cells["cell_id"].is_unique
    assert cells["cell_id"].map(lambda name: bool(re.fullmatch(r"[a-z][a-z0-9_]*", name))).all()


@given(outline=outlines(west=-15.0, east=375.0, lat=75.0), spacing=SPACINGS)
@settings(max_examples=14)
def test_cells_are_disjoint_add_up_hold_their_points_and_are_no_slivers(
    outline: BaseGeometry, spacing: float
) -> None:
    areas = frame(zone=outline)
    cells = make_cells(areas, spacing)
    check(cells, areas)
    share = cells["area_km2"] / equal_area_grid(spacing).cell_km2
    assert len(cells) == 1 or (share >= SLIVER_SHARE * (1 - 1e-6)).all()


@given(outline=outlines(), spacing=SPACINGS)
@settings(max_examples=7)
def test_every_convention_has_the_same_cells(outline: BaseGeometry, spacing: float) -> None:
    expected = make_cells(frame(zone=outline), spacing)
    for written in CONVENTIONS.values():
        found = make_cells(frame(zone=written(outline)), spacing)
        assert found["cell_id"].tolist() == expected["cell_id"].tolist()
        for column, tolerance in (("lon", 0.0), ("lat", 0.0), ("area_km2", 1e-9)):
            values = expected[column].to_numpy()
            assert found[column].to_numpy() == pytest.approx(values, rel=tolerance, abs=1e-9)


def test_cells_do_not_depend_on_other_areas_or_their_order() -> None:
    one, two = shapely.Polygon([(170, -9), (187, -3), (181, 8)]), shapely.box(188, -10, 197, 4)
    both, turned = make_cells(frame(one=one, two=two), 60.0), make_cells(frame(two=two, one=one), 60.0)
    for name, outline in (("one", one), ("two", two)):
        alone = make_cells(frame(**{name: outline}), 60.0)
        for cells in (both, turned):
            own = cells[cells["area_id"] == name].reset_index(drop=True)
            pd.testing.assert_frame_equal(own.drop(columns="geometry"), alone.drop(columns="geometry"))
    assert turned["area_id"].drop_duplicates().tolist() == ["two", "one"]


def test_cells_come_by_area_then_row_from_the_south_then_column() -> None:
    cells = make_cells(frame(b=shapely.box(170, -3, 173, 2), a=shapely.box(174, -3, 178, 2)), 60.0)
    parts = cells["cell_id"].str.extract(r"^([ab])_([ns])(\d+)_c(\d+)$")
    row = np.where(parts[1] == "s", -1 - parts[2].astype(int), parts[2].astype(int))
    order = pd.DataFrame({"area": (parts[0] == "a").astype(int), "row": row, "column": parts[3].astype(int)})
    assert order.equals(order.sort_values(["area", "row", "column"]))
    assert row.min() < 0 <= row.max()


def test_boxes_of_the_grid_are_cells_as_they_are() -> None:
    grid = equal_area_grid(60.0)
    equator = len(grid.columns) // 2
    west, east = grid.meridian(np.array([equator] * 2), np.array([170, 173]))
    cells = make_cells(frame(fiji=shapely.box(west, 0, east, grid.parallels[equator + 1])), 60.0)
    assert cells["cell_id"].tolist() == ["fiji_n000_c0170", "fiji_n000_c0171", "fiji_n000_c0172"]
    assert cells["area_km2"].to_numpy() == pytest.approx(111.12**2, rel=1e-11)
    assert cells["lon"].to_numpy() == pytest.approx((np.arange(170, 173) + 0.5) * 360 / grid.columns[equator])


@pytest.mark.parametrize("spacing", [5.0, 300.0])
def test_the_finest_and_the_coarsest_grid_cut_holes_and_parts(spacing: float) -> None:
    outline = shapely.box(178, -17, 181, -14).difference(shapely.Point(180, -16).buffer(0.8))
    areas = frame(zone=shapely.MultiPolygon([outline, shapely.box(182, -17, 183, -16)]))
    cells = make_cells(areas, spacing)
    check(cells, areas)
    assert len(cells) > (1_000 if spacing == 5.0 else 0)


def test_areas_at_the_poles_and_around_the_earth_are_cut() -> None:
    areas = frame(
        arctic=shapely.box(-30, 75, 30, 90),
        antarctic=shapely.box(0, -90, 360, -84),
        band=shapely.box(-180, -2, 180, 2),
    )
    for spacing in (60.0, 300.0):
        check(make_cells(areas, spacing), areas)


def test_the_earth_is_as_many_cells_as_its_area_holds() -> None:
    areas = frame(earth=shapely.box(-180, -90, 180, 90))
    cells = make_cells(areas, 300.0)
    assert cells["area_km2"].sum() == pytest.approx(EARTH_KM2, rel=1e-12)
    assert len(cells) == equal_area_grid(300.0).columns.sum()


def test_an_area_smaller_than_a_cell_is_one_cell() -> None:
    cells = make_cells(frame(reef=shapely.box(179.999, -10.001, 180.001, -10)), 60.0)
    assert len(cells) == 1
    assert cells["area_km2"][0] == pytest.approx(
        areas_km2([shapely.box(0, -10.001, 0.002, -10)])[0], rel=1e-9
    )


def test_a_cell_bent_round_land_has_its_point_in_the_water() -> None:
    bent = shapely.Polygon(
        [(170.1, 0.1), (170.9, 0.1), (170.9, 0.2), (170.2, 0.2), (170.2, 0.9), (170.1, 0.9)]
    )
    assert not bent.contains(bent.centroid)
    cells = make_cells(frame(zone=bent), 300.0)
    assert bent.contains(shapely.Point(cells["lon"][0], cells["lat"][0]))


def test_no_areas_have_no_cells() -> None:
    cells = make_cells(frame(), 60.0)
    assert tuple(cells.columns) == COLUMNS
    assert cells.empty


@pytest.mark.parametrize(
    ("outline", "message"),
    [
        (shapely.Polygon(), "zone has no water"),
        (shapely.box(-175, 0, -170, 5), "zone has longitudes outside 0 to 360"),
        (shapely.Polygon([(170, 0), (190, 20), (190, 0), (170, 20)]), "zone|cannot be cut"),
    ],
    ids=["empty", "not canonical", "crosses itself"],
)
def test_an_outline_that_cannot_be_cut_is_an_error(outline: BaseGeometry, message: str) -> None:
    with pytest.raises(GeometryError, match=message):
        make_cells(pd.DataFrame({"area_id": ["zone"], "geometry": [outline]}), 60.0)


def test_a_spacing_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="spacing_nm"):
        make_cells(frame(zone=shapely.box(170, 0, 171, 1)), 0.0)

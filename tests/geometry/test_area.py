import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from scipy.integrate import quad
from shapely.geometry.base import BaseGeometry

from planner.geometry.area import AUTHALIC_RADIUS_2_KM2, EARTH_KM2, areas_km2

from .outlines import outlines

GEOD = Geod(ellps="WGS84")
A_KM, E2 = 6378.137, 0.00669437999014


def zone_km2(south: float, north: float) -> float:
    """Area between two parallels per radian: the integral of M N cos φ, by quadrature on the definition."""

    def meridian_times_normal(lat: float) -> float:
        w2 = 1 - E2 * math.sin(lat) ** 2
        return A_KM**2 * (1 - E2) / w2**2 * math.cos(lat)

    return float(
        quad(meridian_times_normal, math.radians(south), math.radians(north), epsabs=0, epsrel=1e-13)[0]
    )


def test_the_earth_has_the_published_area() -> None:
    assert pytest.approx(510_065_621.724, abs=1e-3) == EARTH_KM2
    assert math.sqrt(AUTHALIC_RADIUS_2_KM2) == pytest.approx(6371.007_1809, abs=1e-6)


@pytest.mark.parametrize(("south", "north"), [(0, 1), (-1, 1), (-60, -20), (89, 90), (-90, 90), (45, 45.01)])
def test_a_box_of_meridians_and_parallels_has_its_closed_form(south: float, north: float) -> None:
    expected = zone_km2(south, north) * math.radians(20)
    assert areas_km2([shapely.box(170, south, 190, north)])[0] == pytest.approx(expected, rel=1e-11)


@given(outline=outlines(lat=75.0))
@settings(max_examples=10)
def test_areas_agree_with_geodesic_areas_of_the_densified_outline(outline: BaseGeometry) -> None:
    dense = shapely.segmentize(outline, 0.004)
    expected = sum(
        abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(part))[0])
        for part in shapely.get_parts(dense)
    )
    assert areas_km2([outline])[0] == pytest.approx(expected / 1e6, rel=1e-7)


@given(outline=outlines(), lon=st.floats(160, 205), lat=st.floats(-60, 60))
@settings(max_examples=20)
def test_cutting_an_outline_leaves_its_area(outline: BaseGeometry, lon: float, lat: float) -> None:
    boxes = [
        shapely.box(0, -90, lon, lat),
        shapely.box(lon, -90, 360, lat),
        shapely.box(0, lat, lon, 90),
        shapely.box(lon, lat, 360, 90),
    ]
    pieces = areas_km2(shapely.intersection(outline, boxes))
    assert pieces.sum() == pytest.approx(areas_km2([outline])[0], rel=1e-11)


@given(outline=outlines(), steps=st.integers(2, 9))
@settings(max_examples=13)
def test_vertices_on_an_edge_change_nothing(outline: BaseGeometry, steps: int) -> None:
    dense = shapely.segmentize(outline, 9.0 / steps)
    assert areas_km2([dense])[0] == pytest.approx(areas_km2([outline])[0], rel=1e-12)


@given(outline=outlines())
@settings(max_examples=10)
def test_direction_of_rings_and_whole_turns_change_nothing(outline: BaseGeometry) -> None:
    turned = shapely.transform(shapely.reverse(outline), lambda xy: xy - [360.0, 0.0])
    assert areas_km2([turned])[0] == pytest.approx(areas_km2([outline])[0], rel=1e-12)


def test_holes_are_left_out_and_islands_in_them_counted() -> None:
    outer, hole, island = shapely.box(0, 0, 9, 9), shapely.box(2, 2, 6, 6), shapely.box(3, 3, 4, 4)
    ringed = shapely.Polygon(outer.exterior.coords, [hole.exterior.coords])
    single = areas_km2([outer, hole, island])
    found = areas_km2([shapely.MultiPolygon([ringed, island])])
    assert found[0] == pytest.approx(single[0] - single[1] + single[2], rel=1e-13)


def test_each_geometry_has_its_own_area_and_lines_have_none() -> None:
    box = shapely.box(0, 0, 1, 1)
    mixed = [
        box,
        shapely.Polygon(),
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.GeometryCollection([box]),
        box,
    ]
    found = areas_km2(mixed)
    assert found[[1, 2]].tolist() == [0, 0]
    assert np.ptp(found[[0, 3, 4]]) == 0
    assert found[0] == pytest.approx(zone_km2(0, 1) * math.radians(1), rel=1e-11)
    assert areas_km2([]).tolist() == []

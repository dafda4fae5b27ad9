"""The plane keeps areas, and puts what is shown in its middle, wherever on the Earth that is."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.charts.plane import HORIZON_DEG, Plane, centred_plane
from planner.geometry.area import areas_km2
from planner.geometry.longitude import fold
from planner.geometry.polygons import as_array

WORLD = shapely.box(0, -90, 360, 90)


@settings(max_examples=40)
@given(lon=st.floats(-180, 179), lat=st.floats(-85, 70), wide=st.floats(1, 40), high=st.floats(1, 15))
def test_areas_are_those_of_the_ellipsoid(lon: float, lat: float, wide: float, high: float) -> None:
    zone = as_array([fold(shapely.segmentize(shapely.box(lon, lat, lon + wide, lat + high), 0.5))])
    plane = centred_plane(zone)
    assert plane.polygons(zone)[0].area == pytest.approx(areas_km2(zone)[0], rel=2e-3)


def test_known_positions() -> None:
    plane = Plane(180.0, 0.0)
    # Snyder (24-2, 24-3) on a sphere of authalic radius 6371.007 km: on the equator x = 2 R sin(dlon / 2)
    expected = 2 * 6371.007 * np.sin(np.deg2rad(10.0))
    np.testing.assert_allclose(
        plane.points([200.0, 160.0], [0.0, 0.0])[:, 0], [expected, -expected], rtol=2e-3
    )
    np.testing.assert_allclose(plane.points([180.0], [0.0]), [[0.0, 0.0]], atol=1e-6)
    assert np.isnan(plane.points([0.0], [0.0])).all(), "opposite to the centre"


def test_a_zone_across_180_is_whole() -> None:
    zone = as_array([shapely.box(170, -5, 190, 5)])
    assert centred_plane(zone).lon % 360 == pytest.approx(180.0, abs=0.01)
    drawn = centred_plane(zone).polygons(zone)[0]
    assert drawn.geom_type == "Polygon"
    west, _, east, _ = drawn.bounds
    assert west < 0 < east


def test_a_zone_across_greenwich_is_joined() -> None:
    zone = as_array([fold(shapely.box(-10, 40, 10, 50))])
    assert zone[0].geom_type == "MultiPolygon", "canonical outlines are split at Greenwich"
    assert centred_plane(zone).polygons(zone)[0].geom_type == "Polygon"


@pytest.mark.parametrize("pole", [90.0, -90.0])
def test_a_zone_round_a_pole(pole: float) -> None:
    edge = 70.0 if pole > 0 else -70.0
    zone = as_array([shapely.box(0, min(edge, pole), 360, max(edge, pole))])
    plane = centred_plane(zone)
    assert plane.lat == pytest.approx(pole, abs=0.5)
    drawn = plane.polygons(zone)[0]
    assert drawn.contains(shapely.Point(plane.points([0.0], [pole])[0]))
    assert drawn.area == pytest.approx(areas_km2(shapely.segmentize(zone, 0.5))[0], rel=2e-3)


@pytest.mark.parametrize(
    ("lon", "lat"), [(180.0, 0.0), (0.0, 0.0), (175.0, -41.0), (30.0, 89.0), (300.0, -90.0)]
)
def test_land_all_round_the_earth_never_turns_inside_out(lon: float, lat: float) -> None:
    plane = Plane(lon, lat)
    drawn = plane.polygons(as_array([WORLD]))[0]
    assert drawn.is_valid
    # never more than the Earth (5.1e8 km²); all of it within 120 degrees: a share (1 - cos 120°) / 2 = 3/4
    assert 0.75 * 5.1e8 < drawn.area < 5.11e8
    assert drawn.contains(shapely.Point(0, 0))


def test_what_lies_beyond_the_horizon_is_left_out() -> None:
    plane = Plane(0.0, 0.0)
    assert plane.polygons(as_array([shapely.box(175, -2, 185, 2)]))[0].is_empty
    line = shapely.LineString(np.column_stack([np.linspace(0, 360, 721), np.zeros(721)]))
    drawn = plane.lines(as_array([line]))[0]
    assert len(drawn.geoms) == 2
    assert np.isfinite(shapely.get_coordinates(drawn)).all()
    assert plane.distance([HORIZON_DEG], [0.0])[0] == pytest.approx(HORIZON_DEG)


def test_zones_all_round_the_earth_are_all_on_the_map() -> None:
    zones = as_array(
        [
            shapely.box(170, -10, 190, 5),
            fold(shapely.box(-10, 40, 5, 50)),
            shapely.box(280, -20, 300, 0),
            shapely.box(80, -10, 95, 5),
            shapely.box(0, -78, 360, -75),
        ]
    )
    plane = centred_plane(zones)
    assert plane.world
    drawn = plane.polygons(zones)
    np.testing.assert_allclose(
        shapely.area(drawn), areas_km2(as_array(shapely.segmentize(zones, 0.5))), rtol=1e-4
    )
    assert {shape.geom_type for shape in drawn} == {"Polygon"}, "the map is cut where no zone is"
    cut = Plane(0.0, 0.0, world=True)
    assert [shape.geom_type for shape in cut.polygons(zones[:2])] == ["MultiPolygon", "Polygon"]
    line = shapely.LineString([[n, 10.0] for n in range(361)])
    assert (
        max(np.abs(np.diff(shapely.get_coordinates(part)[:, 0])).max() for part in cut.lines([line])[0].geoms)
        < 200
    )

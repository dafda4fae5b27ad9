import pytest
import shapely

from planner.geometry.area import areas_km2
from planner.geometry.distance import pairs_within_nm, within_nm
from planner.geometry.polygons import as_array
from planner.geometry.zones import mean_widths_m, without_land

ZONE = shapely.box(176, -20, 182, -15)


def test_land_inside_is_taken_out() -> None:
    land = shapely.box(177, -19, 180, -16)
    (water, other), taken = without_land([ZONE, shapely.box(0, 0, 1, 1)], land)
    assert water.equals(ZONE.difference(land))
    assert other.equals(shapely.box(0, 0, 1, 1))
    assert list(taken) == pytest.approx([areas_km2([land])[0], 0])
    assert taken[0] == pytest.approx(105_770, abs=1)


@pytest.mark.parametrize(
    ("land", "gone"),
    [
        (shapely.box(170, -20, 176.01, -15), False),  # the coast of another file, 1.05 km inside
        (shapely.box(170, -20, 176.03, -15), True),  # 3.2 km
        (shapely.box(178, -18, 178.005, -17.995), True),  # an island of 0.3 km², all of it inside
        (shapely.box(160, -30, 190, -10), True),  # nothing but land
    ],
)
def test_the_same_coast_at_two_resolutions_is_no_land_inside(land: shapely.Polygon, gone: bool) -> None:
    (water,), (taken,) = without_land([ZONE], land)
    assert (taken > 0) == gone
    assert water.equals(ZONE.difference(land)) == gone
    if not gone:
        assert water.equals(ZONE)


def test_the_width_of_a_strip_is_its_mean_width() -> None:
    strips = as_array([shapely.box(10, 0, 20, 0.01), shapely.box(10, 60, 10.01, 70)])
    # 0.01 degrees of latitude are 1.11 km; of longitude, at 60 to 70 degrees north, 0.47 km
    assert list(mean_widths_m(strips)) == pytest.approx([1110, 470], rel=0.02)


def test_points_near_outlines() -> None:
    lon, lat = (
        as_array([181.0, 183.0, 186.0, 176.0]).astype(float),
        as_array([-17, -17, -17, -10]).astype(float),
    )
    # 182 to 183 and 186 at 17 south: 57 and 230 nm; 15 to 10 south: 300 nm
    assert list(within_nm(lon, lat, [ZONE], 60)) == [True, True, False, False]
    assert list(within_nm(lon, lat, [ZONE], 235)) == [True, True, True, False]
    assert list(within_nm(lon, lat, [ZONE], 301)) == [True] * 4


def test_pairs_of_points_near_to_each_other() -> None:
    lon, lat = as_array([10.0, 10.0, 11.0]).astype(float), as_array([0.0, 0.01, 0.0]).astype(float)
    assert pairs_within_nm(lon, lat, 1.0).tolist() == [[0, 1]]
    assert pairs_within_nm(lon[:0], lat[:0], 1.0).shape == (0, 2)

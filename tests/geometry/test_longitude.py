import pytest
import shapely
from hypothesis import given, settings
from shapely.geometry.base import BaseGeometry

from planner.geometry.area import EARTH_KM2, areas_km2
from planner.geometry.longitude import canonical_lon, signed_lon, to_canonical, wide_edge
from planner.geometry.polygons import GeometryError

from .outlines import CONVENTIONS, outlines


def test_points_are_canonical_from_0_to_below_360() -> None:
    assert canonical_lon([-180.0, -0.5, 0.0, 190.0, 360.0, 540.0, -1e-20]).tolist() == [
        180,
        359.5,
        0,
        190,
        0,
        180,
        0,
    ]


def test_points_for_files_are_from_minus_180_to_below_180() -> None:
    assert signed_lon([180.0, 190.0, 359.5, 0.0, -180.0, 179.5]).tolist() == [
        -180,
        -170,
        -0.5,
        0,
        -180,
        179.5,
    ]


@given(outline=outlines())
@settings(max_examples=16)
def test_every_convention_has_the_same_canonical_outline(outline: BaseGeometry) -> None:
    expected = to_canonical(outline)
    assert areas_km2([expected])[0] == pytest.approx(areas_km2([outline])[0], rel=1e-9)
    for written in CONVENTIONS.values():
        assert to_canonical(written(outline)).equals_exact(expected, 1e-9)


@given(outline=outlines(west=-10.0, east=370.0))
@settings(max_examples=20)
def test_canonical_form_is_valid_in_0_to_360_and_stays_as_it_is(outline: BaseGeometry) -> None:
    canonical = to_canonical(outline)
    west, _, east, _ = canonical.bounds
    assert canonical.is_valid
    assert west >= 0
    assert east <= 360
    assert to_canonical(canonical).equals_exact(canonical, 0.0)
    assert areas_km2([canonical])[0] == pytest.approx(areas_km2([outline])[0], rel=1e-9)


def test_an_outline_over_greenwich_is_split_there() -> None:
    canonical = to_canonical(shapely.box(-2, 50, 3, 51))
    assert sorted(part.bounds for part in shapely.get_parts(canonical)) == [
        (0, 50, 3, 51),
        (358, 50, 360, 51),
    ]


def test_parts_that_touch_at_180_become_one_without_seam_vertices() -> None:
    canonical = to_canonical(
        shapely.MultiPolygon([shapely.box(179, 0, 180, 1), shapely.box(-180, 0, -179, 1)])
    )
    assert canonical.equals(shapely.box(179, 0, 181, 1))
    assert shapely.get_num_coordinates(canonical) == 5


def test_a_bend_at_180_is_kept() -> None:
    bent = shapely.Polygon([(179, 0), (180, 1), (181, 0), (181, 3), (179, 3)])
    assert to_canonical(CONVENTIONS["split_at_180"](bent)).equals(bent)


def test_a_hole_over_180_stays_inside_whatever_its_convention() -> None:
    exterior = [(170, -10), (190, -10), (190, 10), (170, 10)]
    hole = [(-181, -1), (-179, -1), (-179, 1), (-181, 1)]
    canonical = to_canonical(shapely.Polygon(exterior, [hole]))
    assert canonical.equals(shapely.box(170, -10, 190, 10).difference(shapely.box(179, -1, 181, 1)))


def test_seam_vertices_written_twice_are_one_crossing() -> None:
    ring = [(179, -1), (180, -1), (-180, -1), (-179, -1), (-179, 1), (-180, 1), (180, 1), (179, 1)]
    assert to_canonical(shapely.Polygon(ring)).equals(shapely.box(179, -1, 181, 1))


def test_a_band_around_the_earth_stays_whole() -> None:
    canonical = to_canonical(shapely.box(-180, -90, 180, 90))
    assert canonical.bounds == (0, -90, 360, 90)
    assert areas_km2([canonical])[0] == pytest.approx(EARTH_KM2, rel=1e-12)


def test_a_polar_cap_closed_along_the_antimeridian_is_understood() -> None:
    cap = shapely.Polygon([(-180, -80), (-90, -80), (0, -80), (90, -80), (180, -80), (180, -90), (-180, -90)])
    assert areas_km2([to_canonical(cap)])[0] == pytest.approx(areas_km2([shapely.box(0, -90, 360, -80)])[0])


def test_a_ring_around_a_pole_is_an_error_that_says_so() -> None:
    with pytest.raises(GeometryError, match="longitude -180, latitude -80 encloses a pole"):
        to_canonical(shapely.Polygon([(-180, -80), (-90, -75), (0, -70), (90, -75)]))


def test_parts_that_cover_each_other_once_folded_are_an_error() -> None:
    with pytest.raises(GeometryError, match="cover each other"):
        to_canonical(shapely.MultiPolygon([shapely.box(185, 0, 188, 2), shapely.box(-176, 0, -173, 2)]))


def test_an_edge_longer_than_the_equator_is_an_error() -> None:
    with pytest.raises(GeometryError, match="longer than 360 degrees"):
        to_canonical(shapely.box(-350, 0, 350, 1))


def test_an_outline_wider_than_the_earth_is_an_error() -> None:
    wide = shapely.Polygon([(0, 0), (150, 0), (300, 0), (400, 0), (400, 1), (300, 1), (150, 1), (0, 1)])
    with pytest.raises(GeometryError, match="wider than 360"):
        to_canonical(wide)


def test_crossings_left_by_rounding_longitudes_are_removed() -> None:
    ring = [(0, 0), (4, 0), (4, 4), (2, 4), (2 + 1e-13, 4.0000000001), (2, 4.00000000005), (0, 4)]
    outline = shapely.Polygon(ring)
    assert outline.is_valid
    assert to_canonical(outline).is_valid


def test_a_ring_that_crosses_itself_over_greenwich_is_an_error() -> None:
    with pytest.raises(GeometryError, match="crosses itself"):
        to_canonical(shapely.Polygon([(-2, 0), (2, 2), (2, 0), (-2, 2)]))


@pytest.mark.parametrize(
    ("west", "east", "bounds", "read_as"),
    [
        (100, 290, (100, 290), None),  # 290 can only be in 0 to 360, where no edge jumps over 180
        (0, 300, (0, 300), None),
        (-100, 200, (0, 360), None),
        (-175, 170, (170, 185), 15),
        (-100, 100, (100, 260), 160),
        (355, 2, (0, 360), 7),
        (350, 185, (185, 350), None),
    ],
)
def test_a_wide_edge_is_read_as_its_ring_is_written(
    west: float, east: float, bounds: tuple[float, float], read_as: float | None
) -> None:
    corners = [(west, -20), (east, -20), (east, 20), (west, 20)]
    canonical = to_canonical(shapely.Polygon(corners))
    assert (canonical.bounds[0], canonical.bounds[2]) == bounds
    edge = wide_edge(shapely.Polygon(corners))
    assert edge == (None if read_as is None else (west, east, read_as))
    assert to_canonical(canonical).equals_exact(canonical, 0.0), "what was read once is read so again"


def test_another_vertex_on_a_wide_edge_changes_nothing() -> None:
    corners = [(100, -20), (290, -20), (290, 20), (100, 20)]
    with_vertices = [(100, -20), (200, -20), (290, -20), (290, 20), (200, 20), (100, 20)]
    km2 = areas_km2([to_canonical(shapely.Polygon(ring)) for ring in (corners, with_vertices)])
    assert list(km2) == pytest.approx([91_708_599] * 2, rel=1e-8)


def test_a_wide_hole_goes_as_its_exterior_does() -> None:
    exterior = [(-170, -20), (0, -20), (170, -20), (170, 20), (0, 20), (-170, 20)]
    outline = shapely.Polygon(exterior, [[(-100, -5), (100, -5), (100, 5), (-100, 5)]])
    expected = areas_km2([shapely.box(0, -20, 340, 20), shapely.box(0, -5, 200, 5)])
    assert wide_edge(outline) is None
    assert areas_km2([to_canonical(outline)])[0] == pytest.approx(expected[0] - expected[1], rel=1e-9)

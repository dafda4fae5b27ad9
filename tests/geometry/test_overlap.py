import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from planner.geometry.area import areas_km2
from planner.geometry.polygons import GeometryError
from planner.geometry.zones import remove_overlaps

from .outlines import outlines


def test_the_earlier_zone_keeps_the_water() -> None:
    first, second = shapely.box(170, 0, 175, 5), shapely.box(174, 0, 178, 5)
    (kept, cut), removed = remove_overlaps([first, second])
    assert kept is first
    assert cut.equals(shapely.box(175, 0, 178, 5))
    assert [(one, other) for one, other, *_ in removed] == [(0, 1)]
    assert removed[0].km2 == pytest.approx(areas_km2([shapely.box(174, 0, 175, 5)])[0], rel=1e-9)


def test_zones_that_only_touch_are_left_alone() -> None:
    zones = [shapely.box(170, 0, 175, 5), shapely.box(175, 0, 178, 5), shapely.box(175, 5, 176, 6)]
    found, removed = remove_overlaps(zones)
    assert removed == []
    assert all(one is other for one, other in zip(found, zones, strict=True))


def test_water_in_three_zones_is_counted_once() -> None:
    zones = [shapely.box(170, 0, 172, 2), shapely.box(171, 0, 173, 2), shapely.box(171.5, 0, 174, 2)]
    found, removed = remove_overlaps(zones)
    before, after = areas_km2(zones).sum(), areas_km2(found).sum()
    assert sum(each.km2 for each in removed) == pytest.approx(before - after, rel=1e-12)
    assert after == pytest.approx(areas_km2([shapely.box(170, 0, 174, 2)])[0], rel=1e-12)
    assert [(one, other) for one, other, *_ in removed] == [(0, 1), (0, 2), (1, 2)]


def test_a_zone_inside_an_earlier_one_has_nothing_left() -> None:
    (_, inner), removed = remove_overlaps([shapely.box(170, 0, 175, 5), shapely.box(171, 1, 172, 2)])
    assert inner.is_empty
    assert len(removed) == 1


def test_an_earlier_zone_inside_a_later_one_leaves_a_hole() -> None:
    (_, outer), _ = remove_overlaps([shapely.box(171, 1, 172, 2), shapely.box(170, 0, 175, 5)])
    assert len(outer.interiors) == 1


def test_an_overlap_in_the_last_digits_is_ignored_and_a_real_one_is_not() -> None:
    zone = shapely.box(170, 0, 175, 5)
    for depth, count in ((1e-10, 0), (1e-6, 1)):
        _, removed = remove_overlaps([zone, shapely.box(175 - depth, 0, 180, 5)])
        assert len(removed) == count


@given(zones=st.lists(outlines(west=175, east=185, lat=10.0), min_size=2, max_size=5))
@settings(max_examples=10)
def test_what_is_left_is_disjoint_and_covers_what_was_there(zones: list[BaseGeometry]) -> None:
    found, removed = remove_overlaps(zones)
    total = areas_km2([shapely.union_all(zones)])[0]
    assert areas_km2(found).sum() == pytest.approx(total, rel=1e-9)
    assert areas_km2(zones).sum() - sum(each.km2 for each in removed) == pytest.approx(total, rel=1e-9)
    assert shapely.is_valid(found).all()
    one, other = np.triu_indices(len(zones), 1)
    # of outlines that nearly touch, GEOS was seen to make up a common part in one order and not in the other;
    # that the areas add up to the union's says already that nothing is in two zones
    shared = [areas_km2(shapely.intersection(found[a], found[b])) for a, b in ((one, other), (other, one))]
    assert np.minimum(*shared).max() <= 1e-8 * total


def test_zones_that_cross_themselves_are_an_error() -> None:
    bow = shapely.Polygon([(170, 0), (175, 5), (175, 0), (170, 5)])
    with pytest.raises(GeometryError, match="repair their outlines"):
        remove_overlaps([bow, shapely.Polygon([(171, -1), (176, 4), (176, -1), (171, 4)])])


def test_no_zones_have_no_overlaps() -> None:
    found, removed = remove_overlaps([])
    assert len(found) == 0
    assert removed == []

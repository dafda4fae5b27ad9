import warnings

import pytest
import shapely
from hypothesis import given, settings
from shapely.geometry.base import BaseGeometry

from planner.geometry.area import areas_km2
from planner.geometry.longitude import to_canonical
from planner.geometry.polygons import GeometryError
from planner.geometry.repair import repair

from .outlines import jumping, outlines

SQUARE = [(0, 0), (4, 0), (4, 4), (0, 4)]


@given(outline=outlines())
@settings(max_examples=16)
def test_a_sound_outline_is_left_as_it_is_without_a_note(outline: BaseGeometry) -> None:
    repaired, note = repair(outline)
    assert note == ""
    assert repaired.equals_exact(outline, 0.0)


@given(outline=outlines(west=175.0, east=185.0))
@settings(max_examples=10)
def test_a_jump_over_180_is_no_defect(outline: BaseGeometry) -> None:
    repaired, note = repair(jumping(outline))
    assert note == ""
    assert to_canonical(repaired).equals_exact(to_canonical(outline), 1e-9)


@pytest.mark.parametrize(
    ("ring", "holes", "expected", "note"),
    [
        ([(0, 0), (4, 0), (4, 0), (4, 4), (0, 4)], [], shapely.box(0, 0, 4, 4), "1 repeated vertex removed"),
        (
            [*SQUARE, (0, 0), (1, 2), (2, 1)],
            [],
            None,
            "ring self-intersection at longitude 0, latitude 0: repaired",
        ),
        (
            [(0, 0), (4, 0), (4, 4), (6, 6), (4, 4), (0, 4)],
            [],
            shapely.box(0, 0, 4, 4),
            "longitude 4, latitude 4",
        ),
        (
            SQUARE,
            [[(1, 1), (2, 1), (2, 2)], [(1, 1), (2, 2), (1, 2)]],
            None,
            "longitude 1, latitude 1: repaired",
        ),
    ],
    ids=["repeated vertex", "ring that touches itself", "spike", "holes that share an edge"],
)
def test_a_defect_with_one_meaning_is_repaired_and_said(
    ring: list[tuple[float, float]],
    holes: list[list[tuple[float, float]]],
    expected: BaseGeometry | None,
    note: str,
) -> None:
    repaired, said = repair(shapely.Polygon(ring, holes))
    assert repaired.is_valid
    assert note in said
    if expected is None:
        inside = shapely.Polygon([(0, 0), (1, 2), (2, 1)]) if not holes else shapely.box(1, 1, 2, 2)
        expected = shapely.box(0, 0, 4, 4).difference(inside)
    assert repaired.equals(expected)


@pytest.mark.parametrize(
    ("outline", "place"),
    [
        (
            shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]),
            "self-intersection at longitude 0.5, latitude 0.5",
        ),
        (
            shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4), (0, 0), (1, 0), (1, 1), (0, 1)]),
            "self-intersection at longitude",
        ),
        (
            shapely.Polygon(SQUARE, [[(5, 5), (6, 5), (6, 6)]]),
            "hole lies outside shell at longitude 5, latitude 5",
        ),
        (shapely.Polygon(SQUARE, [[(3, 1), (6, 1), (6, 2), (3, 2)]]), "self-intersection at longitude 4"),
        (
            shapely.MultiPolygon([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)]),
            "self-intersection at longitude",
        ),
    ],
    ids=["bow-tie", "a corner gone round twice", "hole outside", "hole over the edge", "parts that overlap"],
)
def test_a_defect_with_two_meanings_is_an_error_with_its_place(outline: BaseGeometry, place: str) -> None:
    with pytest.raises(GeometryError, match=place) as caught:
        repair(outline)
    assert "cannot be told" in str(caught.value)


@pytest.mark.parametrize(
    ("outline", "message"),
    [
        (None, "there is no outline"),
        (shapely.Polygon(), "there is no outline"),
        (shapely.Point(1, 2), "Point encloses no water"),
        (shapely.LineString([(0, 0), (1, 1)]), "LineString encloses no water"),
        (shapely.GeometryCollection([shapely.box(0, 0, 1, 1)]), "GeometryCollection encloses no water"),
        (shapely.box(0, 80, 1, 91), "latitude 91 is outside -90 to 90"),
        (shapely.box(0, -90.5, 1, 0), "latitude -90.5 is outside -90 to 90"),
        (shapely.box(600, 0, 601, 1), "longitude 601 is outside -360 to 540"),
        (shapely.Polygon([(0, 0), (1, 1), (2, 2)]), "the outline has no area"),
    ],
)
def test_what_is_no_water_on_the_earth_is_an_error(outline: BaseGeometry | None, message: str) -> None:
    with pytest.raises(GeometryError, match=message):
        repair(outline)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_coordinate_that_is_not_finite_is_an_error(value: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        outline = shapely.Polygon([(0, 0), (1, value), (1, 1)])
    with pytest.raises(GeometryError, match="not a finite number"):
        repair(outline)


def test_heights_are_left_out() -> None:
    repaired, note = repair(shapely.Polygon([(0, 0, 5), (1, 0, 5), (1, 1, 5)]))
    assert not repaired.has_z
    assert note == ""


def test_a_repaired_outline_keeps_its_area() -> None:
    touching = shapely.Polygon([(0, 0), (4, 0), (4, 4), (2, 0), (0, 4)])
    halves = [shapely.Polygon([(0, 0), (2, 0), (0, 4)]), shapely.Polygon([(2, 0), (4, 0), (4, 4)])]
    assert areas_km2([repair(touching)[0]])[0] == pytest.approx(areas_km2(halves).sum(), rel=1e-12)


def test_only_what_is_broken_is_worked_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A spike in one island of many costs the repair of its ring."""
    whole = shapely.make_valid
    seen: list[int] = []

    def counted(geometry: BaseGeometry, **options: object) -> BaseGeometry:
        seen.append(int(shapely.get_num_coordinates(geometry)))
        return whole(geometry, **options)

    monkeypatch.setattr(shapely, "make_valid", counted)
    islands = [[(x, y), (x, y + 0.5), (x + 0.5, y)] for x in range(1, 20) for y in range(1, 20)]
    spike = [(0.25, 0.25), (0.25, 0.5), (0.4, 0.9), (0.25, 0.5), (0.5, 0.25)]
    repaired, note = repair(shapely.Polygon([(0, 0), (21, 0), (21, 21), (0, 21)], [*islands, spike]))
    assert seen == [6]
    assert "repaired" in note
    assert shapely.get_num_interior_rings(repaired) == 19 * 19 + 1

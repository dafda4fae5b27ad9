from typing import Any

import pytest
import shapely

from planner.geometry.errors import GeometryError
from planner.geometry.geojson import from_geojson

OPEN = [[0, 0], [1, 0], [1, 1]]


def test_a_closed_ring_is_read_without_a_note() -> None:
    geometry, note = from_geojson({"type": "Polygon", "coordinates": [[*OPEN, [0, 0]]]})
    assert geometry.equals(shapely.Polygon(OPEN))
    assert note == ""


def test_unclosed_rings_are_closed_and_counted() -> None:
    written = {
        "type": "MultiPolygon",
        "coordinates": [[OPEN], [[[5, 0], [6, 0], [6, 1], [5, 0]]], [[[8, 0], [9, 0], [9, 1]]]],
    }
    geometry, note = from_geojson(written)
    assert shapely.get_num_geometries(geometry) == 3
    assert note == "2 unclosed rings closed"


def test_holes_and_heights_are_read() -> None:
    hole = [[1, 1, 9], [2, 1, 9], [2, 2, 9], [1, 1, 9]]
    geometry, note = from_geojson(
        {"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], hole]}
    )
    assert geometry.area == 16 - 0.5
    assert not geometry.has_z
    assert note == ""


@pytest.mark.parametrize(
    ("geometry", "message"),
    [
        (None, "there is no outline"),
        ({}, "there is no outline"),
        ({"type": "Polygon", "coordinates": []}, "there is no outline"),
        ({"type": "Polygon"}, "there is no outline"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "there is no outline"),
        ({"type": "Point", "coordinates": [1, 2]}, "Point encloses no water"),
        ({"type": "Polygon", "coordinates": "abc"}, "list of coordinates is expected"),
        ({"type": "Polygon", "coordinates": [[1, 2, 3]]}, "list of coordinates is expected"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]]]}, "2 different positions"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, "x"]]]}, "not a position"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [True, 1]]]}, "not a position"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1]]]}, "not a position"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [None, 1]]]}, "not a position"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [float("nan"), 1]]]}, "not a position"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [10**400, 1]]]}, "not a position"),
    ],
)
def test_what_is_no_outline_is_an_error(geometry: dict[str, Any] | None, message: str) -> None:
    with pytest.raises(GeometryError, match=message):
        from_geojson(geometry)

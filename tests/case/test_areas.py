"""Outlines: GeoJSON that is broken, outlines that overlap, conventions of longitude, land."""

from __future__ import annotations

import json
from typing import Any

import pytest
import shapely
from numpy.testing import assert_allclose

from planner.case import areas as areas_module
from planner.case import features, outlines
from planner.geometry.area import areas_km2
from tests.case.conftest import Folder

WEST = [[176, -20], [182, -20], [182, -15], [176, -15], [176, -20]]


def _collection(**geometries: object) -> str:
    """Two areas, west and east, with their geometries replaced."""
    outlines: dict[str, object] = {
        "west": {"type": "Polygon", "coordinates": [WEST]},
        "east": {
            "type": "Polygon",
            "coordinates": [[[182, -23], [187, -23], [187, -17], [182, -17], [182, -23]]],
        },
    } | geometries
    members = [
        {
            "type": "Feature",
            "properties": {"area_id": name, "name": name, "coastal_state": "FJI", "risk_weight": 1},
            "geometry": outline,
        }
        for name, outline in outlines.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": members})


def _polygon(*rings: object) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": list(rings)}


@pytest.mark.parametrize(
    ("geometry", "rule", "remedy"),
    [
        (None, "there is no outline", "Polygon or MultiPolygon"),
        ({"type": "Point", "coordinates": [1, 2]}, "encloses no water", "Polygon or MultiPolygon"),
        ({"type": "GeometryCollection", "geometries": []}, "there is no outline", "Polygon"),
        ("POLYGON", "there is no outline", "Polygon"),
        ({"type": [], "coordinates": [1]}, "encloses no water", "Polygon"),
        (_polygon([]), "a ring has 0 different positions", "at least 3"),
        (_polygon([[1, 2], [3, 4]]), "a ring has 2 different positions", "at least 3"),
        (_polygon([[1, 2], [3, 4], ["5", 6], [1, 2]]), "is not a position", "longitude, latitude"),
        (_polygon([[1, 2], [3, True], [5, 6], [1, 2]]), "is not a position", "longitude, latitude"),
        (_polygon([[1], [3, 4], [5, 6], [1, 2]]), "is not a position", "longitude, latitude"),
        (_polygon(3), "stands where a list", ""),
        (_polygon([[0, 0], [10**400, 1], [1, 1]]), "is not a position", "longitude, latitude"),
        (_polygon([[0, 91], [1, 91], [1, 92], [0, 91]]), "latitude 91 is outside -90 to 90", "in degrees"),
        (
            _polygon([[1.9e6, 0], [2e6, 0], [2e6, 1], [1.9e6, 0]]),
            "longitude 1900000 is outside",
            "in degrees",
        ),
        (_polygon([[0, 0], [1, 1], [2, 2], [0, 0]]), "", ""),
        (_polygon([[0, 0], [0, 0], [0, 0], [0, 0]]), "a ring has 1 different positions", ""),
        (
            _polygon(
                [[170, 0], [174, 4], [174, 0], [170, 4], [170, 0]], [[171, 1], [171, 3], [173, 2], [171, 1]]
            ),
            "",
            "",
        ),
    ],
)
def test_an_outline_that_cannot_be_used_names_its_feature(
    folder: Folder, geometry: object, rule: str, remedy: str
) -> None:
    problem = folder.write("areas.geojson", _collection(west=geometry)).only_problem()
    assert (problem.file, problem.row, problem.column, problem.value) == (
        "areas.geojson",
        1,
        "geometry",
        "west",
    )
    assert rule in problem.rule
    assert remedy in problem.remedy
    assert str(problem).isprintable()


def test_an_unclosed_ring_is_closed_and_said(folder: Folder) -> None:
    case = folder.write("areas.geojson", _collection(west=_polygon(WEST[:-1]))).read()
    (warning,) = [warning for warning in case.warnings if warning.column == "geometry"]
    assert (warning.row, warning.value) == (1, "west")
    assert "closed" in warning.rule
    assert case.areas["geometry"][0].equals(shapely.Polygon(WEST))


@pytest.mark.parametrize(
    "west",
    [
        _polygon(WEST),
        _polygon([[lon - 360, lat] for lon, lat in WEST]),
        _polygon([[lon if lon <= 180 else lon - 360, lat] for lon, lat in WEST]),
        {
            "type": "MultiPolygon",
            "coordinates": [
                [[[176, -20], [180, -20], [180, -15], [176, -15], [176, -20]]],
                [[[-180, -20], [-178, -20], [-178, -15], [-180, -15], [-180, -20]]],
            ],
        },
        _polygon([[lon, lat, 7.5] for lon, lat in WEST]),
    ],
    ids=["beyond 180", "below -180", "jumping", "split at 180", "with heights"],
)
def test_every_convention_of_longitude_means_the_same_zone(folder: Folder, west: object) -> None:
    expected = folder.write("areas.geojson", _collection()).read().areas["geometry"]
    found = folder.write("areas.geojson", _collection(west=west)).read().areas["geometry"]
    assert found[0].bounds == (176, -20, 182, -15)
    assert found[0].geom_type == "Polygon"
    assert_allclose(areas_km2(list(found)), areas_km2(list(expected)), rtol=1e-12)


@pytest.mark.parametrize(
    ("text", "row", "rule"),
    [
        ("{", 1, "is not well-formed JSON"),
        (_collection()[:-40], 1, "is not well-formed JSON"),
        ("\n\n{'a': 1}", 3, "is not well-formed JSON"),
        ("[]", 0, "is not a GeoJSON FeatureCollection"),
        ("3", 0, "is not a GeoJSON FeatureCollection"),
        ('{"type": "Topology"}', 0, "is not a GeoJSON FeatureCollection"),
        ('{"type": ["Feature"]}', 0, "is not a GeoJSON FeatureCollection"),
        ('{"type": "FeatureCollection"}', 0, "is not a GeoJSON FeatureCollection"),
        ('{"type": "FeatureCollection", "features": [3]}', 1, "is not a GeoJSON feature"),
        ('{"type": "FeatureCollection", "features": [{"type": "Polygon"}]}', 1, "is not a GeoJSON feature"),
        (
            '{"type": "FeatureCollection", "features": [], "crs": {"properties": {"name": "EPSG:3857"}}}',
            0,
            "is a projection",
        ),
        ('{"type": "FeatureCollection", "features": [], "crs": 7}', 0, "is a projection"),
        ('{"type": "Feature", "x": NaN}', 0, "NaN is not a number of JSON"),
        ('{"type": "Feature", "type": "Feature"}', 0, "the key type stands twice"),
        ("[" * 200_000, 0, "is nested too deeply"),
        ('{"a": ' * 50_000, 0, "is nested too deeply"),
        ('{"type": "Feature", "x": ' + "1" * 5000 + "}", 0, "cannot be read"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_a_file_that_is_no_geojson(folder: Folder, text: str, row: int, rule: str) -> None:
    problem = folder.without_scenarios().write("areas.geojson", text).problems()[0]
    assert (problem.file, problem.row) == ("areas.geojson", row)
    assert rule in problem.rule


def test_depth_that_json_reads_but_coordinates_never_have(folder: Folder) -> None:
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    problem = folder.write("areas.geojson", _collection(west=_polygon(deep))).only_problem()
    assert (problem.row, problem.column) == (1, "geometry")


@pytest.mark.parametrize(
    "case",
    [
        (
            '"risk_weight": 1.0',
            '"risk_weight": "1.0"',
            1,
            "risk_weight",
            "is not a number",
            "weight of a square kilometre",
        ),
        ('"risk_weight": 1.0', '"risk_weight": true', 1, "risk_weight", "is not a number", "weight"),
        ('"risk_weight": 1.0', '"risk_weight": -1', 1, "risk_weight", "is below 0", "weight"),
        ('"risk_weight": 1.0', '"risk_weight": null', 1, "risk_weight", "is blank", "weight"),
        (
            '"risk_weight": 1.0',
            '"risk_wieght": 1.0',
            1,
            "risk_wieght",
            "is not a column of areas",
            "remove the column",
        ),
        ('"name": "Western zone"', '"name": ["a", {"b": 1}]', 1, "name", "is not text", "in quotes"),
        ('"name": "Western zone"', '"name": "a\\ud800"', 1, "name", "is not valid text", "\\ud800"),
        ('"name": "Western zone"', '"name": "a\\nb"', 1, "name", "holds a control character", "remove"),
        (
            '"coastal_state": "TON"',
            '"coastal_state": "TO"',
            2,
            "coastal_state",
            "is not an ISO 3166-1",
            "write TON (Tonga)",
        ),
        ('"target_coverage": 0.3', '"target_coverage": 30', 2, "target_coverage", "is above 1", "as a share"),
        (
            '"area_id": "east"',
            '"area_id": "west"',
            2,
            "area_id",
            "is already the id of row 1",
            "an id of its own",
        ),
        ('"area_id": "east"', '"area_id": 7', 2, "area_id", "is not text", "in quotes"),
    ],
)
def test_a_broken_attribute(folder: Folder, case: tuple[str, str, int, str, str, str]) -> None:
    old, new, row, column, rule, remedy = case
    problems = folder.replace("areas.geojson", old, new).problems()
    (found,) = [problem for problem in problems if problem.column == column]
    assert (found.file, found.row) == ("areas.geojson", row)
    assert rule in found.rule
    assert remedy in found.remedy


def test_zones_that_overlap_by_much_are_a_problem_with_both_names_and_the_area(folder: Folder) -> None:
    folder.replace(
        "areas.geojson",
        "[[[182, -23], [187, -23], [187, -17], [182, -17], [182, -23]]]",
        "[[[181, -23], [187, -23], [187, -17], [181, -17], [181, -23]]]",
    )
    problem = folder.only_problem()
    assert (problem.row, problem.column, problem.value) == (2, "geometry", "east")
    # 1 degree by 3 degrees (17 to 20 south): 111.32 cos(18.5°) x 3 x 110.7 = 35,060 km²
    assert "overlaps west by 3.50" in problem.rule
    assert "km²" in problem.rule


def test_zones_that_overlap_by_little_are_parted_in_the_order_of_the_file(folder: Folder) -> None:
    folder.replace(
        "areas.geojson",
        "[[[182, -23], [187, -23], [187, -17], [182, -17], [182, -23]]]",
        "[[[181.99, -23], [187, -23], [187, -17], [181.99, -17], [181.99, -23]]]",
    )
    case = folder.read()
    (warning,) = case.warnings
    assert (warning.value, "overlaps west by" in warning.rule) == ("east", True)
    west, east = case.areas["geometry"]
    assert west.bounds == (176, -20, 182, -15)
    assert west.intersection(east).area < 1e-12


def test_zones_that_only_touch_are_not_remarked_on(folder: Folder) -> None:
    assert folder.read().warnings == ()


def test_several_files_of_areas_are_a_problem(folder: Folder) -> None:
    problem = folder.write("areas.gpkg", b"x").without_scenarios().problems()[0]
    assert "one of several files of areas (areas.geojson, areas.gpkg)" in problem.rule


def test_too_many_features(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "MOST_FEATURES", 1)
    assert "has 2 features" in folder.without_scenarios().problems()[0].rule


def test_land_is_one_geometry_in_canonical_longitudes(folder: Folder) -> None:
    islands = [
        _polygon([[178, -18], [178.5, -18], [178.5, -17.5], [178, -17.5], [178, -18]]),
        _polygon([[-175.5, -21.5], [-175, -21.5], [-175, -21], [-175.5, -21], [-175.5, -21.5]]),
    ]
    members = [{"type": "Feature", "properties": {"any": "thing"}, "geometry": island} for island in islands]
    folder.write("land.geojson", json.dumps({"type": "FeatureCollection", "features": members}))
    case = folder.read()
    assert case.land is not None
    assert case.land.bounds == (178, -21.5, 185, -17.5)
    assert "land.geojson" in case.hashes


def test_quick_islands_are_those_of_the_careful_way() -> None:
    square = _polygon([[178, -18], [178.5, -18], [178.5, -17.5], [178, -17.5], [178, -18]])
    feature = features.Feature(1, {}, square)
    assert outlines.island_outline(feature)[0].equals(outlines.sound_outline(feature)[0])


def test_broken_land_is_a_problem(folder: Folder) -> None:
    folder.write("land.geojson", '{"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}')
    problem = folder.only_problem()
    assert (problem.file, problem.row, problem.column) == ("land.geojson", 1, "geometry")


def test_no_land_is_none(folder: Folder) -> None:
    assert folder.read().land is None


def test_overlaps_that_cannot_be_computed_are_a_problem(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> object:
        raise areas_module.GeometryError("the zones cannot be compared (x); repair their outlines")

    monkeypatch.setattr(areas_module, "remove_overlaps", fail)
    assert folder.only_problem().remedy == "repair their outlines"

"""Outlines: GeoJSON that is broken, outlines that overlap, conventions of longitude, land."""

from __future__ import annotations

import json
from typing import Any

import pyproj
import pytest
import shapely
from numpy.testing import assert_allclose

from planner.case import areas, vector_file
from planner.case.areas import AreaFile, read_areas
from planner.geometry.area import areas_km2
from planner.geometry.polygons import GeometryError
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


NOT_READ = "its geometry is not what GeoJSON calls a Polygon or MultiPolygon"


def _areas(folder: Folder, **geometries: object) -> AreaFile:
    folder.write("areas.geojson", _collection(**geometries))
    return read_areas(folder.path / "areas.geojson")


def _polygon(*rings: object) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": list(rings)}


@pytest.mark.parametrize(
    ("geometry", "code", "rule"),
    [
        (None, "no_outline", "there is no outline"),
        ("POLYGON", "broken_outline", NOT_READ),
        ({"type": "Point", "coordinates": [1, 2]}, "broken_outline", "a Point encloses no water"),
        (_polygon([]), "broken_outline", "there is no outline"),
        (_polygon([[1, 2], [3, 4], ["5", 6], [1, 2]]), "broken_outline", NOT_READ),
        (_polygon([[1], [3, 4], [5, 6], [1, 2]]), "broken_outline", NOT_READ),
        (_polygon([[1, 2], [3, 4]]), "broken_outline", ""),
        (_polygon(3), "broken_outline", NOT_READ),
        (
            _polygon([[0, 91], [1, 91], [1, 92], [0, 91]]),
            "broken_outline",
            "latitude 91 is outside -90 to 90",
        ),
        (
            _polygon([[1.9e6, 0], [2e6, 0], [2e6, 1], [1.9e6, 0]]),
            "broken_outline",
            "longitude 1900000 is outside",
        ),
        (_polygon([[0, 0], [1, 1], [2, 2], [0, 0]]), "broken_outline", ""),
        (_polygon([[0, 0], [0, 0], [0, 0], [0, 0]]), "broken_outline", ""),
    ],
)
def test_an_outline_that_cannot_be_used_names_its_feature(
    folder: Folder, geometry: object, code: str, rule: str
) -> None:
    (problem,) = _areas(folder, west=geometry).problems
    assert (problem.file, problem.row, problem.column, problem.value) == (
        "areas.geojson",
        1,
        "geometry",
        "west",
    )
    assert problem.code == code
    assert rule in problem.rule
    assert str(problem).isprintable()


def test_the_polygons_of_a_collection_are_taken_and_it_is_said(folder: Folder) -> None:
    parts = [_polygon(WEST), {"type": "LineString", "coordinates": [[176, -20], [190, -10]]}]
    found = _areas(folder, west={"type": "GeometryCollection", "geometries": parts})
    assert [warning.code for warning in found.warnings] == ["repaired_outline"]
    assert found.outlines[1].equals(shapely.Polygon(WEST))


def test_the_id_of_a_feature_is_no_attribute(folder: Folder) -> None:
    text = _collection().replace('"type": "Feature",', '"type": "Feature", "id": "x",')
    assert len(folder.write("areas.geojson", text).read().areas) == 2


def test_geojson_in_another_projection_is_turned(folder: Folder) -> None:
    to_mercator = pyproj.Transformer.from_crs(4326, 3832, always_xy=True)
    ring = [list(to_mercator.transform(lon, lat)) for lon, lat in WEST]
    east = [
        list(to_mercator.transform(lon, lat)) for lon, lat in [[182, -23], [187, -23], [187, -17], [182, -17]]
    ]
    root = json.loads(_collection(west=_polygon(ring), east=_polygon([*east, east[0]])))
    root["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3832"}}
    found = read_areas(folder.write("areas.geojson", json.dumps(root)).path / "areas.geojson").outlines
    assert_allclose(found[1].bounds, (176, -20, 182, -15), atol=1e-9)


def test_an_unclosed_ring_is_closed_and_said(folder: Folder) -> None:
    found = _areas(folder, west=_polygon(WEST[:-1]))
    (warning,) = found.warnings
    assert (warning.row, warning.value) == (1, "west")
    assert "closed" in warning.rule
    assert found.outlines[1].equals(shapely.Polygon(WEST))


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
    found = _areas(folder, west=west).outlines[1]
    assert found.bounds == (176, -20, 182, -15)
    assert found.geom_type == "Polygon"
    assert_allclose(areas_km2([found]), areas_km2([shapely.Polygon(WEST)]), rtol=1e-12)


@pytest.mark.parametrize(
    ("text", "row", "code"),
    [
        (_collection()[:-40], 1, "malformed_json"),
        ("[" * 200_000, 0, "malformed_json"),
        ('{"a": ' * 50_000, 0, "malformed_json"),
        ('{"type": "Feature", "x": ' + "1" * 5000 + "}", 0, "malformed_json"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_a_file_that_is_no_geojson(folder: Folder, text: str, row: int, code: str) -> None:
    folder.without_scenarios().remove("sources.csv").remove("uncertainty.csv")
    problem = folder.write("areas.geojson", text).problems()[0]
    assert (problem.file, problem.row, problem.code) == ("areas.geojson", row, code)


def test_depth_that_json_reads_but_coordinates_never_have(folder: Folder) -> None:
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    problem = folder.write("areas.geojson", _collection(west=_polygon(deep))).problems()[0]
    assert problem.file == "areas.geojson"


def test_zones_that_overlap_by_much_are_a_problem_with_both_names_and_the_area(folder: Folder) -> None:
    folder.replace(
        "areas.geojson",
        "[[[182, -23], [187, -23], [187, -17], [182, -17], [182, -23]]]",
        "[[[181, -23], [187, -23], [187, -17], [181, -17], [181, -23]]]",
    )
    problem = folder.only_problem()
    assert (problem.row, problem.column, problem.value) == (2, "geometry", "east")
    # 1 degree by 3 degrees (17 to 20 south): 111.32 cos(18.5°) x 3 x 110.7 = 35,060 km²
    assert "overlaps west by 35,06" in problem.rule
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


def test_zones_that_only_touch_are_not_warned_of(folder: Folder) -> None:
    assert folder.read().warnings == ()


def test_several_files_of_areas_are_a_problem(folder: Folder) -> None:
    problem = folder.write("areas.gpkg", b"x").without_scenarios().problems()[0]
    assert "one of several files of areas (areas.geojson, areas.gpkg)" in problem.rule


def test_too_many_features(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_file, "MOST_FEATURES", 1)
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
    feature = vector_file.Feature(1, {}, shapely.box(178, -18, 178.5, -17.5))
    assert areas.island_outline(feature).outline.equals(areas.sound_outline(feature).outline)


def test_no_land_is_none(folder: Folder) -> None:
    assert folder.read().land is None


def test_land_without_any_is_said(folder: Folder) -> None:
    folder.write("land.geojson", '{"type": "FeatureCollection", "features": []}')
    (warning,) = folder.read().warnings
    assert (warning.file, warning.code) == ("land.geojson", "no_rows")


def test_overlaps_that_cannot_be_computed_are_a_problem(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> object:
        raise GeometryError("the zones cannot be compared (x); repair their outlines")

    monkeypatch.setattr(areas, "remove_overlaps", fail)
    assert folder.only_problem().remedy == "repair their outlines"


def _with_land(folder: Folder, *land: object) -> Folder:
    members = [{"type": "Feature", "properties": {}, "geometry": part} for part in land]
    return folder.write("land.geojson", json.dumps({"type": "FeatureCollection", "features": members}))


def test_land_inside_a_zone_is_taken_out_of_its_water_and_said(folder: Folder) -> None:
    land = [[177, -19], [180, -19], [180, -16], [177, -16], [177, -19]]
    case = _with_land(folder, _polygon(land)).read()
    (warning,) = case.warnings
    assert (warning.row, warning.code, warning.value) == (1, "land_inside", "west")
    assert "contains 105,770 km² of land.geojson (30.0% of its outline)" in warning.rule
    assert case.areas["geometry"][0].equals(shapely.Polygon(WEST, [land[::-1]]))
    # 352,498 km² of outline
    assert_allclose(areas_km2(list(case.areas["geometry"]))[0], 246_727, rtol=1e-5)


def test_islands_that_are_little_are_said_in_one_line(folder: Folder) -> None:
    islands = [_polygon([[x, -18], [x + 0.01, -18], [x + 0.01, -17.99], [x, -18]]) for x in (177, 178, 184)]
    (warning,) = _with_land(folder, *islands).read().warnings
    assert (warning.row, warning.code) == (0, "land_inside")
    assert (warning.value, "2 km² in all" in warning.rule) == ("west (1 km²), east (1 km²)", True)


def test_a_coast_drawn_otherwise_is_not_warned_of(folder: Folder) -> None:
    coast = _polygon([[170, -20], [176.01, -20], [176.01, -15], [170, -15], [170, -20]])
    assert _with_land(folder, coast).read().warnings == ()


def test_a_zone_on_land_altogether_is_a_problem(folder: Folder) -> None:
    everywhere = _polygon([[170, -30], [182, -30], [182, -10], [170, -10], [170, -30]])
    problem = _with_land(folder, everywhere).only_problem()
    assert (problem.row, problem.code, problem.value) == (1, "all_land", "west")


def test_attributes_are_of_the_type_that_is_written(folder: Folder) -> None:
    # GDAL would make 1 of a truth among numbers, and text of a number among texts
    text = _collection().replace('"risk_weight": 1', '"risk_weight": true', 1)
    assert folder.write("areas.geojson", text).only_problem().code == "not_a_number"

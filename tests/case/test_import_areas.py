"""Marine Regions' files of zones become areas.geojson."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from planner.case.import_areas import Choices, import_areas
from planner.case.new import example
from planner.errors import InputError
from planner.geometry.area import areas_km2
from tests.case.conftest import Folder
from tests.case.zones import collection, zone

FILES = {name: text for name, text in example().items() if name != "README.md"}

NAMES = ["MRGID", "GEONAME", "POL_TYPE", "TERRITORY1", "ISO_TER1", "SOVEREIGN1", "ISO_SOV1"]
TABLE = """
8325|Fijian Exclusive Economic Zone|200NM|Fiji|FJI|Fiji|FJI|174 -22 182 -14
8441|Kiribati EEZ (Line Group)|200NM|Line Group|KIR|Kiribati|KIR|-164 -8 -150 5
8446|New Zealand EEZ (Cook Islands)|200NM|Cook Islands|COK|New Zealand|NZL|-168 -25 -155 -9
1|Joint regime area X / Y|Joint regime|X|FJI|Fiji|FJI|100 0 101 1
2|Overlapping claim Matthew and Hunter|Overlapping claim|Matthew||France|FRA|172 -23 173 -22
3|Côte d'Ivoire & Co Réunion EEZ|200NM|Réunion|REU|France|FRA|54 -22 56 -20
4|Nowhere EEZ|200NM|Nowhere||France|FRA|60 -22 61 -20
5|Second Line Group|200NM|Line Group|KIR|Kiribati|KIR|-149 -8 -148 5
"""
WORLD = [
    (int(number), *(cell or None for cell in cells), tuple(map(float, box.split())))
    for number, *cells, box in (line.split("|") for line in TABLE.strip().splitlines())
]


def _world() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        [row[:-1] for row in WORLD],
        columns=NAMES,
        geometry=[shapely.box(*row[-1]) for row in WORLD],
        crs="EPSG:4326",
    )


def _written(folder: Path, ending: str) -> Path:
    path = folder / f"eez.{ending}"
    frame = _world() if ending != "geojson" else _world().rename(columns=str.lower)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame.to_file(path)
    return path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _written(tmp_path_factory.mktemp("world"), "geojson")


def _ids(collection: dict[str, Any]) -> list[str]:
    return [feature["properties"]["area_id"] for feature in collection["features"]]


@pytest.mark.parametrize("ending", ["gpkg", "shp", "geojson"])
def test_every_format_gives_the_same_areas(tmp_path: Path, ending: str) -> None:
    world = _written(tmp_path, ending)
    collection, warnings = import_areas(world)
    lines = ["kiribati_eez_line_group", "second_line_group"]  # their territory is the same
    assert _ids(collection) == ["fiji", lines[0], "cook_islands", "reunion", "nowhere", lines[1]]
    first = collection["features"][0]["properties"]
    assert first["name"] == "Fiji"
    assert first["risk_weight"] == 1.0
    assert "target_coverage" not in first
    assert world.name in first["source"]
    assert "Marine Regions zone 8325" in first["source"]
    assert "risk_weight 1 is assumed" in first["source"]
    states = [feature["properties"]["coastal_state"] for feature in collection["features"]]
    assert states == ["FJI", "KIR", "COK", "REU", "FRA", "KIR"]  # the territory's, not the sovereign's
    said = {(one.row, one.rule.partition(":")[0]) for one in warnings}
    assert said == {(4, "is left out"), (5, "is left out"), (7, "has no code of its territory")}
    assert any("Matthew and Hunter" in one.value for one in warnings)


def test_outlines_are_canonical_with_six_decimals(tmp_path: Path) -> None:
    third = 1 / 3
    frame = gpd.GeoDataFrame(
        [WORLD[1][:-1]],
        columns=NAMES,
        geometry=[shapely.box(-164 - third, -8, -150, 5 + third)],
        crs="EPSG:4326",
    )
    frame.to_file(tmp_path / "eez.gpkg")
    (feature,) = import_areas(tmp_path / "eez.gpkg")[0]["features"]
    outline = shapely.geometry.shape(feature["geometry"])
    assert outline.bounds == (195.666667, -8, 210, 5.333333)
    assert shapely.get_exterior_ring(outline).is_ccw
    assert "195.666667," in json.dumps(feature)


@pytest.mark.parametrize(
    ("territory", "sovereign", "expected"),
    [
        (["fiji"], None, ["fiji"]),
        (["KIR", "Reunion"], None, ["kiribati_eez_line_group", "reunion", "second_line_group"]),
        (None, ["france"], ["reunion", "nowhere"]),
        (["Line group"], ["KIR"], ["kiribati_eez_line_group", "second_line_group"]),
        (["cok"], ["nzl"], ["cook_islands"]),
    ],
)
def test_filters(
    world: Path, territory: list[str] | None, sovereign: list[str] | None, expected: list[str]
) -> None:
    choices = Choices(territory=territory or (), sovereign=sovereign or ())
    assert _ids(import_areas(world, choices)[0]) == expected


@pytest.mark.parametrize(
    ("options", "column", "value", "remedy"),
    [
        ({"territory": ["Figi"]}, "territory", "Figi", "write Fiji, if that is meant"),
        ({"sovereign": ["Japan"]}, "sovereign", "Japan", "the file has"),
        ({"territory": ["Kiribati"]}, "territory", "Kiribati", "use --sovereign Kiribati"),
        ({"columns": {"teritory": "TERRITORY1"}}, "teritory", "", "write territory"),
        ({"columns": {"territory": "TERITORY1"}}, "territory", "TERITORY1", "write"),
        ({"territory": ["Fiji"], "sovereign": ["France"]}, "", "", "choose other territories"),
    ],
)
def test_options_that_are_wrong(
    world: Path, options: dict[str, Any], column: str, value: str, remedy: str
) -> None:
    with pytest.raises(InputError) as caught:
        import_areas(world, Choices(**options))
    (problem,) = caught.value.problems
    assert (problem.file, problem.column, problem.value) == (world.name, column, value)
    assert remedy in problem.remedy


def test_other_columns_can_be_named(tmp_path: Path) -> None:
    frame = (
        _world()
        .rename(columns={"TERRITORY1": "LAND", "ISO_TER1": "CODE"})[["LAND", "CODE", "geometry"]]
        .iloc[[0, 2]]
    )
    frame.to_file(tmp_path / "z.gpkg")
    with pytest.raises(InputError, match="has no recognised column for territory"):
        import_areas(tmp_path / "z.gpkg")
    columns = {"territory": "LAND", "iso_territory": "CODE"}
    collection, _ = import_areas(tmp_path / "z.gpkg", Choices(columns))
    assert _ids(collection) == ["fiji", "cook_islands"]
    assert "states no origin" in collection["features"][0]["properties"]["source"]


def test_all_columns_that_are_missing_are_said_at_once(tmp_path: Path) -> None:
    path = collection(tmp_path / "z.geojson", [zone({"nom": "Maurice", "iso": "MU", "type": "ZEE"})])
    with pytest.raises(InputError) as caught:
        import_areas(path)
    assert [each.column for each in caught.value.problems] == ["territory", "iso_territory"]
    columns = {"territory": "nom", "iso_territory": "iso", "polygon_type": "type"}
    found, warnings = import_areas(path, Choices(columns))
    assert [each["properties"]["coastal_state"] for each in found["features"]] == ["MUS"]
    assert warnings == []


@pytest.mark.parametrize(
    ("name", "code"), [("eez.zip", "wrong_format"), ("eez.kml", "wrong_format"), ("eez", "unknown_ending")]
)
def test_other_endings(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(InputError) as caught:
        import_areas(tmp_path / name)
    assert [problem.code for problem in caught.value.problems] == [code]


@pytest.mark.parametrize(
    ("territory", "expected"),
    [("total", "area_total"), ("123", "area_123"), ("太平洋", "area"), ("x" * 90, "x" * 56)],
)
def test_ids_are_made_from_any_name(tmp_path: Path, territory: str, expected: str) -> None:
    frame = _world().iloc[[0]]
    frame.loc[0, "TERRITORY1"] = territory
    frame.to_file(tmp_path / "z.gpkg")
    assert _ids(import_areas(tmp_path / "z.gpkg")[0]) == [expected]


def test_the_result_is_read_as_the_areas_of_a_case(world: Path, folder: Folder) -> None:
    collection, _ = import_areas(world, Choices(territory=["Fiji", "Cook Islands"]))
    folder.without_scenarios().remove("sources.csv").write("areas.geojson", json.dumps(collection))
    folder.write("access.csv", "operator,areas,basis\npartner_air,*,x\n")
    areas = folder.read().areas
    assert list(areas["area_id"]) == ["fiji", "cook_islands"]
    expected = [shapely.box(174, -22, 182, -14), shapely.box(192, -25, 205, -9)]
    assert list(areas_km2(list(areas["geometry"]))) == pytest.approx(list(areas_km2(expected)), rel=1e-9)
    assert set(FILES) > {"areas.geojson"}

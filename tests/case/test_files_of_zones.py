"""Files of zones as programs write them: encodings, capital letters, coordinate systems, archives, views."""

from __future__ import annotations

import json
import math
import sqlite3
import struct
import warnings
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from planner.case.import_areas import Choices, import_areas
from planner.case.vector_file import Feature, read_features, turn_of
from planner.case.vector_parts import Options, named_crs
from planner.errors import InputError, Problem
from planner.geometry.area import areas_km2
from planner.schema.messages import show
from tests.case.conftest import Folder
from tests.case.zones import collection, zone

BOX = (174, -20, 182, -15)
FIJI = {"TERRITORY1": "Fiji", "ISO_TER1": "FJI"}
NAMES = ("Réunion", "Curaçao", "Îles")
KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>eez</name><Placemark><name>EEZ</name>
<ExtendedData><SchemaData schemaUrl="#eez"><SimpleData name="TERRITORY1">Fiji</SimpleData>
<SimpleData name="ISO_TER1">FJI</SimpleData></SchemaData></ExtendedData>
<Polygon><outerBoundaryIs><LinearRing><coordinates>174,-20 180,-20 180,-15 174,-15 174,-20</coordinates>
</LinearRing></outerBoundaryIs></Polygon></Placemark></Folder>
<Schema name="eez" id="eez"><SimpleField name="TERRITORY1" type="string"/>
<SimpleField name="ISO_TER1" type="string"/></Schema></Document></kml>"""


def _frame(*names: str, box: tuple[float, ...] = BOX) -> gpd.GeoDataFrame:
    boxes = [shapely.box(box[0], box[1] + 6 * at, box[2], box[3] + 6 * at) for at in range(len(names))]
    table = {"TERRITORY1": list(names), "ISO_TER1": ["FJI"] * len(names)}
    return gpd.GeoDataFrame(table, geometry=boxes, crs="EPSG:4326")


def _imported(path: Path, **options: Any) -> tuple[list[dict[str, Any]], list[Problem]]:
    found, warnings = import_areas(path, **options)
    return found["features"], warnings


def _problem(path: Path, **options: Any) -> Problem:
    with pytest.raises(InputError) as caught:
        import_areas(path, **options)
    (problem,) = caught.value.problems
    return problem


def _shapefile(folder: Path, encoding: str, *, cpg: bytes | None = None, language: int = 0) -> Path:
    """A shapefile whose text is in an encoding that it says or does not say."""
    pyogrio.write_dataframe(_frame(*NAMES), folder / "u.shp", encoding=encoding)
    (folder / "u.cpg").unlink(missing_ok=True)
    table = bytearray((folder / "u.dbf").read_bytes())
    table[29] = language
    (folder / "u.dbf").write_bytes(table)
    if cpg is not None:
        (folder / "u.cpg").write_bytes(cpg)
    return folder / "u.shp"


@pytest.mark.parametrize(
    ("encoding", "cpg", "language", "given", "assumed"),
    [
        ("UTF-8", None, 0, "", False),
        ("UTF-8", b"UTF-8\n", 0, "", False),
        ("UTF-8", None, 0x57, "", False),  # a language byte that is not meant
        ("cp1252", None, 0x03, "", False),
        ("ISO-8859-1", b"ISO-8859-1", 0, "", False),
        ("cp1252", None, 0, "", True),
        ("cp1252", b"UTF-8", 0, "", True),
        ("cp850", None, 0, "cp850", False),
        ("UTF-8", b"65001", 0, "", False),
        ("UTF-8", b"ANSI 1252", 0, "", False),  # what the bytes are goes before what is said of them
        ("UTF-8", b"ISO-8859-1", 0x57, "", False),
        ("UTF-8", b"nothing", 0, "", False),
        ("cp850", b"OEM 850", 0, "", False),
        ("cp850", b"850", 0x57, "", False),
        ("cp1252", b"ANSI 1252", 0, "", False),
        ("cp1252", b"88591", 0, "", False),
        ("cp1252", b"nothing", 0, "", True),
        ("cp850", None, 0x02, "", False),
    ],
)
def test_names_of_a_shapefile_are_read_as_they_were_written(
    tmp_path: Path, encoding: str, cpg: bytes | None, language: int, given: str, assumed: bool
) -> None:
    path = _shapefile(tmp_path, encoding, cpg=cpg, language=language)
    features, warnings = _imported(path, encoding=given)
    assert [each["properties"]["name"] for each in features] == list(NAMES)
    assert [each["properties"]["area_id"] for each in features] == ["reunion", "curacao", "iles"]
    assert [each.code for each in warnings] == (["assumed_encoding"] if assumed else [])


def test_an_encoding_that_cannot_be_told_is_said_with_what_it_gives(tmp_path: Path) -> None:
    _, (warning,) = _imported(_shapefile(tmp_path, "cp850"))
    assert "R‚union" in warning.rule
    assert "--encoding" in warning.remedy


@pytest.mark.parametrize("wrong", ["nothing", "hex", "utf-8", "ascii", "utf-16"])
def test_an_encoding_that_the_text_is_not_in_is_refused(tmp_path: Path, wrong: str) -> None:
    problem = _problem(_shapefile(tmp_path, "cp1252"), encoding=wrong)
    assert (problem.column, problem.code, problem.value) == ("--encoding", "wrong_encoding", wrong)


def test_what_a_cpg_file_says_of_letters_of_several_bytes_is_believed(tmp_path: Path) -> None:
    pyogrio.write_dataframe(_frame("茅"), tmp_path / "u.shp", encoding="cp936")  # the bytes of é in UTF-8
    (tmp_path / "u.cpg").write_bytes(b"936")
    (feature,), warnings = _imported(tmp_path / "u.shp")
    assert (feature["properties"]["name"], warnings) == ("茅", [])


def test_text_that_is_no_words_in_what_is_assumed_is_not_taken(tmp_path: Path) -> None:
    frame = _frame("日本", "韓国")
    frame.to_file(tmp_path / "u.shp", encoding="cp932")
    (tmp_path / "u.cpg").unlink()
    problem = _problem(tmp_path / "u.shp")
    assert (problem.code, "--encoding" in problem.remedy) == ("unknown_encoding", True)
    features, warnings = _imported(tmp_path / "u.shp", encoding="cp932")
    assert [each["properties"]["name"] for each in features] == ["日本", "韓国"]
    assert warnings == []


def test_a_cell_that_is_cut_within_a_letter_is_utf8_still(tmp_path: Path) -> None:
    path = _shapefile(tmp_path, "UTF-8")
    table = (tmp_path / "u.dbf").read_bytes()
    (width,) = struct.unpack_from("B", table, 32 + 16)
    (start,) = struct.unpack_from("<H", table, 8)
    cell = ("x" * (width - 1) + "é").encode()[:width]
    (tmp_path / "u.dbf").write_bytes(table[: start + 1] + cell + table[start + 1 + width :])
    features, warnings = _imported(path)
    assert features[1]["properties"]["name"] == "Curaçao"
    assert warnings == []


def test_parts_in_capital_letters(tmp_path: Path, folder: Folder) -> None:
    pyogrio.write_dataframe(_frame("Fiji"), tmp_path / "zones.shp")
    for part in list(tmp_path.glob("zones.*")):
        part.rename(part.with_name(part.name.upper()))
    assert len(_imported(tmp_path / "ZONES.SHP")[0]) == 1
    areas = folder.read().areas.drop(columns="source")
    frame = gpd.GeoDataFrame(areas, geometry=list(areas["geometry"]), crs="EPSG:4326")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # names are cut to ten characters
        frame.to_file(folder.path / "areas.shp")
    folder.remove("areas.geojson")
    for part in list(folder.path.glob("areas.*")):
        part.rename(part.with_name(part.name.upper()))
    case = folder.read()
    assert list(case.areas["area_id"]) == list(areas["area_id"])
    assert case.warnings == ()
    (folder.path / "AREAS.PRJ").unlink()
    assert "lacks its part AREAS.prj" in folder.without_scenarios().problems()[0].rule


@pytest.mark.parametrize(
    "member",
    [
        None,
        {},
        {"type": "name", "properties": {}},
        "EPSG:4326",
        {"type": "EPSG", "properties": {"code": 4326}},
        *(
            {"type": "name", "properties": {"name": name}}
            for name in (
                *("urn:ogc:def:crs:OGC::CRS84", "urn:ogc:def:crs:OGC:1.3:CRS84", "CRS84", "EPSG:4326"),
                *("http://www.opengis.net/def/crs/OGC/1.3/CRS84", "urn:ogc:def:crs:EPSG::4326"),
                "http://www.opengis.net/gml/srs/epsg.xml#4326",
            )
        ),
    ],
    ids=str,
)
def test_names_of_longitude_and_latitude(member: object) -> None:
    assert turn_of(named_crs(member), "z.geojson") is None


def test_nad83_is_turned_and_a_wide_zone_stays_whole(tmp_path: Path) -> None:
    member = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4269"}}
    path = collection(tmp_path / "z.geojson", [zone(FIJI, (100, -20, 290, 20))], crs=member)
    (feature,), warnings = _imported(path)
    assert shapely.geometry.shape(feature["geometry"]).bounds == pytest.approx((100, -20, 290, 20), abs=1e-4)
    assert warnings == []


@pytest.mark.parametrize(
    "member",
    [
        {"type": "link", "properties": {"href": "http://example.org"}},
        {"type": "EPSG", "properties": {"code": 1}},
        7.5,
        ["EPSG:4326"],
    ],
    ids=str,
)
def test_a_coordinate_system_that_is_not_understood(member: object) -> None:
    with pytest.raises(InputError, match="is not understood") as caught:
        turn_of(named_crs(member), "z.geojson")
    assert [problem.code for problem in caught.value.problems] == ["no_coordinate_system"]


def test_points_outside_of_a_projection_are_said_to_be_so(tmp_path: Path) -> None:
    frame = _frame("Fiji", "Tonga", box=(170, -20, 175, -15)).to_crs("ESRI:54009")
    frame.loc[0, "geometry"] = shapely.box(17_900_000, -1e6, 18_300_000, 1e6)  # the limb is at 18,040,096 m
    frame.to_file(tmp_path / "moll.gpkg")
    (feature,), (warning,) = _imported(tmp_path / "moll.gpkg")
    assert feature["properties"]["name"] == "Tonga"
    assert (warning.row, warning.code) == (1, "broken_outline")
    assert "lie outside of the projection" in warning.rule
    assert "EPSG:4326" in warning.remedy


def test_a_file_without_features_is_not_said_to_lack_columns(tmp_path: Path) -> None:
    _frame("x").iloc[:0].to_file(tmp_path / "none.gpkg")
    assert _problem(tmp_path / "none.gpkg").rule == "has no features"


def test_polygons_of_a_collection_are_taken(tmp_path: Path) -> None:
    parts = [shapely.box(*BOX), shapely.LineString([(0, 0), (1, 1)])]
    frame = _frame("Fiji")
    frame["geometry"] = [shapely.GeometryCollection(parts)]
    frame.to_file(tmp_path / "c.gpkg")
    (feature,), (warning,) = _imported(tmp_path / "c.gpkg")
    assert shapely.geometry.shape(feature["geometry"]).equals(shapely.box(*BOX))
    assert warning.code == "repaired_outline"
    frame["geometry"] = [shapely.GeometryCollection(parts[1:])]
    frame.to_file(tmp_path / "d.gpkg")
    assert "GeometryCollection without polygons" in _problem(tmp_path / "d.gpkg").rule


def test_a_wide_edge_is_said(folder: Folder) -> None:
    ring = [[-175, 0], [170, 0], [170, 5], [-175, 5], [-175, 0]]
    wide = {"type": "Polygon", "coordinates": [ring]}
    root = json.loads(folder.text("areas.geojson"))
    root["features"][0]["geometry"] = wide
    warnings = folder.write("areas.geojson", json.dumps(root)).read().warnings
    (warning,) = (each for each in warnings if each.column == "geometry")
    assert (warning.code, warning.value) == ("wide_edge", "west")
    assert "from longitude -175 to 170: it was read as the short way of 15 degrees" in warning.rule


def test_archives_and_kml(tmp_path: Path) -> None:
    (tmp_path / "eez.kml").write_text(KML, encoding="utf-8")
    _frame("Fiji").to_file(tmp_path / "eez_v12.shp")
    lines = _frame("Fiji")
    lines["geometry"] = lines.boundary
    lines.to_file(tmp_path / "eez_boundaries.shp")
    with zipfile.ZipFile(tmp_path / "World_EEZ_v12.zip", "w") as archive:
        for part in sorted(tmp_path.glob("eez_*.*")):
            archive.write(part, f"World_EEZ_v12/{part.name}")
    for name in ("eez.kml", "World_EEZ_v12.zip"):
        (feature,), warnings = _imported(tmp_path / name)
        assert (feature["properties"]["coastal_state"], warnings) == ("FJI", [])
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.kml", KML)
        archive.writestr("b.kml", KML)
        archive.writestr("__MACOSX/._b.kml", "x")
    problem = _problem(tmp_path / "two.zip")
    assert (problem.code, problem.rule) == ("several_layers", "has several layers of zones (a, b)")
    assert len(_imported(tmp_path / "two.zip", layer="B")[0]) == 1


@pytest.mark.parametrize(
    ("stated", "encoding", "given"),
    [
        ("windows-1252", "cp1252", ""),
        ("ISO-8859-1", "latin-1", ""),
        ("utf-8", "utf-8-sig", ""),
        ("windows-1252", "utf-8", ""),
        ("UTF-8", "cp1252", "cp1252"),
    ],
)
def test_kml_in_other_encodings(tmp_path: Path, stated: str, encoding: str, given: str) -> None:
    text = KML.replace("UTF-8", stated).replace("Fiji", "Réunion")
    (tmp_path / "eez.kml").write_bytes(text.encode(encoding))
    (feature,), warnings = _imported(tmp_path / "eez.kml", encoding=given)
    assert (feature["properties"]["name"], warnings) == ("Réunion", [])


def test_files_of_one_name_in_folders_of_an_archive_are_told_apart(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("v11/eez.kml", KML)
        archive.writestr("v12/eez.kml", KML.replace("Fiji", "Viti"))
    assert _problem(tmp_path / "two.zip").rule == "has several layers of zones (v11/eez.kml, v12/eez.kml)"
    (feature,), _ = _imported(tmp_path / "two.zip", layer="v12/eez.kml")
    assert feature["properties"]["name"] == "Viti"


def _ring(west: float, east: float) -> list[list[float]]:
    return [[west, -20], [east, -20], [east, -15], [west, -15], [west, -20]]


TEXT = [[["179", "-20"], ["180", "-20"], ["180", "-15"], ["179", "-20"]]]
SQUARE = [_ring(177, 178)]


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Polygon", "coordinates": [*SQUARE, *TEXT]},  # a hole in quotes
        {"type": "Polygon", "coordinates": [[[177, -20], [None, -20], [178, -15], [177, -20]]]},
        {"type": "Polygon", "coordinates": [[[177, -20], [178], [178, -15], [177, -20]]]},
        {"type": "Polygon", "coordinates": [SQUARE]},  # a level too deep
        {"type": "MultiPolygon", "coordinates": SQUARE},  # a level too shallow
        {"type": "MultiPolygon", "coordinates": [SQUARE, TEXT]},
        {"type": "MultiPolygon", "coordinates": [SQUARE, None]},
        {"type": "CurvePolygon", "coordinates": SQUARE},
        {"coordinates": SQUARE},
        {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "coordinates": SQUARE},
                {"type": "Polygon", "coordinates": TEXT},
            ],
        },
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # GDAL's own words on some of them
def test_an_outline_is_read_whole_or_not_at_all(tmp_path: Path, geometry: object) -> None:
    broken = {"type": "Feature", "properties": FIJI, "geometry": geometry}
    tonga = {"TERRITORY1": "Tonga", "ISO_TER1": "TON"}
    whole = {
        "type": "Feature",
        "properties": tonga,
        "geometry": {"type": "MultiPolygon", "coordinates": [SQUARE]},
    }
    text = json.dumps({"type": "FeatureCollection", "features": [broken, whole]})
    (tmp_path / "z.geojson").write_text(text, encoding="utf-8")
    (feature,), warnings = _imported(tmp_path / "z.geojson")
    assert feature["properties"]["name"] == "Tonga"
    (warning,) = (each for each in warnings if each.code == "broken_outline")
    assert (warning.row, "is not what GeoJSON calls a Polygon" in warning.rule) == (1, True)


@pytest.mark.parametrize("wrong", ["180,x", "180", "180,-15,0,0", "180;-15", "180°,-15"])
def test_places_of_kml_are_numbers(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "z.kml").write_text(KML.replace("180,-15", wrong), encoding="utf-8")
    problem = _problem(tmp_path / "z.kml")
    assert (problem.code, problem.row, problem.value) == ("bad_place", 5, show(wrong))
    for right in ("180, -15, 0", "180.0,-1.5e1", "+180,-15."):
        (tmp_path / "z.kml").write_text(KML.replace("180,-15", right), encoding="utf-8")
        (feature,), _ = _imported(tmp_path / "z.kml")
        assert areas_km2([shapely.geometry.shape(feature["geometry"])]) == pytest.approx(
            areas_km2([shapely.box(174, -20, 180, -15)])
        )


def test_a_coordinate_that_is_no_number_is_said_by_the_program_alone(tmp_path: Path) -> None:
    frame = _frame("Fiji", "Tonga")
    with np.errstate(invalid="ignore"):
        broken = shapely.Polygon([(174, -20), (math.nan, -20), (182, -15), (174, -15)])
        frame["geometry"] = [broken, frame.geometry.iloc[1]]
        frame.to_file(tmp_path / "z.gpkg")
    features, (warning,) = _imported(tmp_path / "z.gpkg")
    assert [each["properties"]["name"] for each in features] == ["Tonga"]
    assert "a coordinate is not a finite number" in warning.rule


def test_columns_and_names_of_world_eez_until_version_8(tmp_path: Path) -> None:
    table = {
        "EEZ": ["Fijian Exclusive Economic Zone", "Conflict zone Fiji/Tonga"],
        "Country": ["Fiji", "Conflict zone Fiji/Tonga"],
        "Sovereign": ["Fiji", "Fiji"],
        "ISO_3digit": ["FJI", "-"],
    }
    boxes = [shapely.box(174, -20, 180, -15), shapely.box(180, -20, 182, -15)]
    gpd.GeoDataFrame(table, geometry=boxes, crs="EPSG:4326").to_file(tmp_path / "World_EEZ_v8_2014.shp")
    (feature,), (warning,) = _imported(tmp_path / "World_EEZ_v8_2014.shp")
    assert feature["properties"]["area_id"] == "fiji"
    assert (warning.row, "conflict zone" in warning.rule) == (2, True)


@pytest.mark.parametrize(
    "text",
    [
        KML.replace("<Folder>", "<Folder><NetworkLink><Link><href>x</href></Link></NetworkLink>"),
        KML.replace("<kml", "<!DOCTYPE kml [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><kml"),
        "<OGRVRTDataSource/>",
    ],
)
def test_kml_that_names_other_files_is_not_opened(tmp_path: Path, text: str) -> None:
    (tmp_path / "eez.kml").write_text(text, encoding="utf-8")
    assert _problem(tmp_path / "eez.kml").code == "wrong_format"


def test_a_layer_can_be_chosen(tmp_path: Path) -> None:
    for name in ("Fiji", "Tonga"):
        _frame(name).to_file(tmp_path / "z.gpkg", layer=f"of_{name}")
    assert "--layer" in _problem(tmp_path / "z.gpkg").remedy
    (feature,), _ = _imported(tmp_path / "z.gpkg", layer="of_tonga")
    assert feature["properties"]["name"] == "Tonga"
    assert _problem(tmp_path / "z.gpkg", layer="none").code == "unknown_layer"


ENDLESS = (
    "WITH RECURSIVE n(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 FROM n) SELECT fid, NULL AS geom FROM n"
)


def _with_view(path: Path, name: str, *, beside: bool) -> Path:
    _frame("Fiji").to_file(path, layer="zones")
    database, quoted = sqlite3.connect(path), '"' + name.replace('"', '""') + '"'
    database.execute(f"CREATE VIEW {quoted} AS {ENDLESS}")
    columns = "table_name, data_type, identifier, srs_id"
    database.execute(f"INSERT INTO gpkg_contents ({columns}) VALUES (?, 'features', ?, 4326)", (name, name))
    database.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POLYGON', 4326, 0, 0)", (name,))
    if not beside:
        database.execute("DELETE FROM gpkg_contents WHERE table_name = 'zones'")
    database.commit()
    database.close()
    return path


def test_a_view_without_end_is_not_run(tmp_path: Path) -> None:
    path = _with_view(tmp_path / "v.gpkg", 'a "view"', beside=True)
    before = path.read_bytes()
    features, (warning,) = _imported(path)
    assert (len(features), warning.code) == (1, "ignored_views")
    assert path.read_bytes() == before
    assert _problem(path, layer='a "view"').code == "no_layer"
    assert "(a view), which is not run" in _problem(_with_view(tmp_path / "w.gpkg", "v", beside=False)).rule


def test_what_lists_the_layers_must_be_a_table(folder: Folder) -> None:
    _frame("Fiji").to_file(folder.path / "areas.gpkg", layer="areas")
    folder.without_scenarios().remove("areas.geojson")
    database = sqlite3.connect(folder.path / "areas.gpkg")
    database.execute("PRAGMA legacy_alter_table = ON")
    database.execute("ALTER TABLE gpkg_contents RENAME TO contents")
    database.execute(f"CREATE VIEW gpkg_contents AS {ENDLESS}")
    database.commit()
    database.close()
    problem = next(each for each in folder.problems() if each.file == "areas.gpkg")
    assert "gpkg_contents is not a table" in problem.rule


def test_attributes_that_areas_do_not_have_are_ignored_with_one_warning(folder: Folder) -> None:
    root = json.loads(folder.text("areas.geojson"))
    for feature in root["features"]:
        feature["properties"] |= {"shape_area": 3, "target_covrage": 0.5, "Notes": "x", "#own": 1}
    (warning,) = folder.write("areas.geojson", json.dumps(root)).read().warnings
    assert (warning.code, warning.value) == ("ignored_attributes", "shape_area, target_covrage")
    root["features"][0]["properties"].pop("target_coverage", None)
    root["features"][1]["properties"].pop("target_coverage")
    folder.write("areas.geojson", json.dumps(root))
    (warning,) = (each for each in folder.read().warnings if each.code == "ignored_attributes")
    assert warning.remedy == "write target_coverage for target_covrage, if that is meant"


def test_attributes_may_be_in_other_letters(folder: Folder) -> None:
    text = folder.text("areas.geojson").replace('"name":', '"Name":').replace('"area_id":', '"AREA_ID":')
    text = text.replace('"risk_weight":', '"Risk Weight":').replace('"coastal_state":', '"coastal-state":')
    case = folder.write("areas.geojson", text).read()
    assert list(case.areas["area_id"]) == ["west", "east"]
    assert (list(case.areas["risk_weight"]), case.warnings) == ([1.0, 1.5], ())


def test_a_projection_round_180_needs_no_jump(tmp_path: Path) -> None:
    frame = _frame("Fiji").to_crs("+proj=merc +lon_0=180 +datum=WGS84")
    frame.to_file(tmp_path / "m.gpkg")
    found = read_features(tmp_path / "m.gpkg", None, Options(command=True))
    (feature,) = found.features
    assert isinstance(feature, Feature)
    assert feature.outline is not None
    assert feature.outline.bounds == pytest.approx(BOX)
    assert areas_km2([feature.outline])[0] == pytest.approx(areas_km2([shapely.box(*BOX)])[0])
    assert import_areas(tmp_path / "m.gpkg", Choices())[1] == []

"""GeoPackages and shapefiles mean the same as GeoJSON; what only pretends to be one is not opened."""

from __future__ import annotations

import sqlite3
import warnings
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from numpy.testing import assert_allclose

from planner.case import vector_file
from planner.case.vector_file import turn_of
from planner.errors import InputError
from planner.geometry.area import areas_km2
from tests.case.conftest import Folder

MERCATOR_AT_180 = "+proj=merc +lon_0=180 +datum=WGS84"
VRT = b"""<OGRVRTDataSource><OGRVRTLayer name="areas"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>
</OGRVRTDataSource>"""


def _frame(folder: Folder) -> gpd.GeoDataFrame:
    table = gpd.read_file(folder.path / "areas.geojson").drop(columns="source")
    return table.assign(target_coverage=[None, 0.3])


def _save(folder: Folder, frame: gpd.GeoDataFrame, file: str, **options: object) -> Folder:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # geopandas says that it cuts names to ten characters
        frame.to_file(folder.path / file, **options)
    return folder.remove("areas.geojson") if (folder.path / "areas.geojson").exists() else folder


@pytest.mark.parametrize("file", ["areas.gpkg", "areas.shp"])
def test_other_formats_mean_the_same(folder: Folder, file: str) -> None:
    expected = folder.read()
    case = _save(folder, _frame(folder), file).read()
    for column in ("area_id", "name", "coastal_state", "risk_weight", "target_coverage"):
        assert list(case.areas[column]) == list(expected.areas[column])
    assert all(shapely.equals(list(case.areas["geometry"]), list(expected.areas["geometry"])))
    assert case.warnings == ()
    assert file in case.hashes
    assert "areas.geojson" not in case.hashes


@pytest.mark.parametrize("file", ["areas.gpkg", "areas.shp"])
def test_a_projection_is_undone_across_180(folder: Folder, file: str) -> None:
    expected = folder.read()
    case = _save(folder, _frame(folder).to_crs(MERCATOR_AT_180), file).read()
    assert_allclose(
        areas_km2(list(case.areas["geometry"])), areas_km2(list(expected.areas["geometry"])), rtol=1e-9
    )
    assert_allclose(case.areas["geometry"][0].bounds, (176, -20, 182, -15), atol=1e-9)


@pytest.mark.parametrize("file", ["areas.gpkg", "areas.shp"])
def test_no_coordinate_system_is_a_problem(folder: Folder, file: str) -> None:
    frame = gpd.GeoDataFrame(_frame(folder).drop(columns="geometry"), geometry=list(_frame(folder).geometry))
    _save(folder.without_scenarios(), frame, file)
    rules = [problem.rule for problem in folder.problems()]
    assert any("in which coordinate system" in rule or "lacks its part areas.prj" in rule for rule in rules)


def test_a_shapefile_without_its_parts(folder: Folder) -> None:
    _save(folder.without_scenarios(), _frame(folder), "areas.shp")
    (folder.path / "areas.dbf").unlink()
    (folder.path / "areas.shx").unlink()
    assert any("lacks its part areas.shx, areas.dbf" in problem.rule for problem in folder.problems())


@pytest.mark.parametrize("file", ["areas.gpkg", "areas.shp"])
@pytest.mark.parametrize(
    "content", [VRT, b"", b"{}", b"SQLite format 3\x00" + bytes(100), b"\x00\x00\x27\x0a"]
)
def test_a_file_that_only_pretends_is_not_opened(
    folder: Folder, file: str, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not (file.endswith("shp") and content.startswith(b"\x00\x00\x27")):
        monkeypatch.setattr(vector_file, "_read", lambda *_: pytest.fail("GDAL was asked to open it"))
    folder.without_scenarios().remove("areas.geojson").write(file, content)
    for suffix in (".shx", ".dbf", ".prj"):
        folder.write(f"areas{suffix}", b"x")
    (problem,) = [problem for problem in folder.problems() if problem.file == file]
    assert "whatever its name says" in problem.rule or "cannot be read" in problem.rule


def test_a_geopackage_that_is_broken_inside(folder: Folder) -> None:
    _save(folder.without_scenarios(), _frame(folder), "areas.gpkg")
    data = (folder.path / "areas.gpkg").read_bytes()
    folder.write("areas.gpkg", data[: len(data) // 3])
    assert any(problem.file == "areas.gpkg" for problem in folder.problems())


def test_a_geopackage_without_outlines(folder: Folder) -> None:
    _save(folder.without_scenarios(), _frame(folder), "areas.gpkg")
    with sqlite3.connect(folder.path / "areas.gpkg") as database:
        database.execute("DELETE FROM gpkg_contents")
        database.execute("DELETE FROM gpkg_geometry_columns")
    database.close()
    assert any(problem.file == "areas.gpkg" for problem in folder.problems())


def test_of_several_layers_the_one_called_areas_is_read(folder: Folder) -> None:
    frame = _frame(folder)
    _save(folder, frame, "areas.gpkg", layer="other")
    _save(folder, frame, "areas.gpkg", layer="zones")
    problem = folder.without_scenarios().problems()[0]
    assert "has several layers (other, zones)" in problem.rule
    assert "call that of the zones areas" in problem.remedy
    _save(folder, frame, "areas.gpkg", layer="areas")
    assert len(folder.read().areas) == 2


def test_a_geopackage_that_its_gis_left_open(folder: Folder) -> None:
    """QGIS leaves packages in write-ahead mode; what is still in the log belongs to them."""
    _save(folder, _frame(folder), "areas.gpkg")
    database = sqlite3.connect(folder.path / "areas.gpkg")
    database.execute("PRAGMA journal_mode=wal")
    database.execute("DROP TRIGGER IF EXISTS rtree_areas_geom_update6")
    database.execute("DROP TRIGGER IF EXISTS rtree_areas_geom_update7")
    database.execute("CREATE TABLE note (id INTEGER)")
    database.commit()
    assert (folder.path / "areas.gpkg-wal").stat().st_size > 0
    case = folder.read()
    database.close()
    assert len(case.areas) == 2
    assert case.warnings == ()


@pytest.mark.parametrize("name", ["vsi;a!b?c", "zip+x ä"])
def test_signs_in_the_path_mean_nothing(folder: Folder, name: str) -> None:
    _save(folder, _frame(folder), "areas.gpkg")
    moved = folder.path.rename(folder.path.with_name(name))
    assert len(Folder(moved).read().areas) == 2


def test_a_number_as_text_is_a_problem(folder: Folder) -> None:
    frame = _frame(folder)
    frame["risk_weight"] = ["1", "2"]
    _save(folder, frame, "areas.gpkg")
    assert {(problem.row, problem.column) for problem in folder.problems()} == {
        (1, "risk_weight"),
        (2, "risk_weight"),
    }


def test_no_outline_in_a_package_names_the_feature(folder: Folder) -> None:
    frame = _frame(folder)
    frame.loc[1, "geometry"] = None
    _save(folder, frame, "areas.gpkg")
    problem = folder.only_problem()
    assert (problem.row, problem.column, problem.value) == (2, "geometry", "east")


def test_the_private_copy_is_removed(folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    _save(folder, _frame(folder), "areas.gpkg").read()
    assert list(place.iterdir()) == []


def test_an_unknown_coordinate_system() -> None:
    with pytest.raises(InputError, match="not understood"):
        turn_of("EPSG:1", "areas.gpkg")

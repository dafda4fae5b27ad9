from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from planner.errors import OutputError
from planner.results.contract import CAUSES, TABLES
from planner.results.geopackage import write_geopackage
from planner.results.results import Results
from tests.results.conftest import make_results

LAYERS = {"areas": "MultiPolygon", "cells": "MultiPolygon", "bases": "Point", "land": "Polygon"}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("package") / "results.gpkg"
    write_geopackage(make_results(), file)
    return file


def test_layers(package: Path) -> None:
    tables = dict.fromkeys([name for name in TABLES if name not in LAYERS], None)
    assert dict(pyogrio.list_layers(package)) == {**LAYERS, **tables, "layer_styles": None}


@pytest.mark.parametrize("layer", list(LAYERS))
def test_positions_are_in_degrees(package: Path, layer: str) -> None:
    assert pyogrio.read_info(package, layer=layer)["crs"] == "EPSG:4326"


@pytest.mark.parametrize("name", list(TABLES))
def test_attributes_are_those_of_the_tables(package: Path, results: Results, name: str) -> None:
    back = pyogrio.read_dataframe(package, layer=name, read_geometry=False)
    expected = getattr(results, name)
    pd.testing.assert_frame_equal(back.astype(expected.dtypes.to_dict()), expected, check_exact=True)


def test_outlines_are_whole_across_180(package: Path, results: Results) -> None:
    areas = pyogrio.read_dataframe(package, layer="areas")
    assert areas.geometry[0].bounds == (175.0, -20.0, 185.0, -15.0)
    assert len(areas.geometry[0].geoms) == 1
    cells = pyogrio.read_dataframe(package, layer="cells").geometry.to_numpy()
    assert all(shapely.equals(cells, results.cell_geometry))


def test_bases_lie_beside_the_areas(package: Path) -> None:
    bases = pyogrio.read_dataframe(package, layer="bases")
    assert list(bases["base_id"]) == ["suva", "apia"]
    np.testing.assert_allclose(bases.geometry.x, [178.4, 188.2], rtol=1e-12)
    np.testing.assert_allclose(bases["lon"], [178.4, -171.8])


def test_tables_without_rows(tmp_path: Path, results: Results) -> None:
    nothing = {name: getattr(results, name).iloc[:0] for name in ("missions", "funding")}
    write_geopackage(make_results(**nothing, bases=results.bases.iloc[:0]), tmp_path / "results.gpkg")
    for layer in (*nothing, "bases"):
        assert pyogrio.read_info(tmp_path / "results.gpkg", layer=layer)["features"] == 0


def test_land_is_a_layer_of_its_own(tmp_path: Path, package: Path) -> None:
    assert pyogrio.read_info(package, layer="land")["features"] == 0, "this case has no land"
    islands = shapely.MultiPolygon([shapely.box(177, -18, 178, -17), shapely.box(181, -17, 182, -16)])
    write_geopackage(make_results(land=islands), tmp_path / "results.gpkg")
    land = pyogrio.read_dataframe(tmp_path / "results.gpkg", layer="land")
    assert land["land_id"].tolist() == [1, 2]
    assert shapely.union_all(land.geometry.to_numpy()).equals(islands)


def test_place_that_cannot_be_written(tmp_path: Path, results: Results) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        write_geopackage(results, tmp_path / "absent" / "results.gpkg")


def test_options_of_gdal_are_put_back(tmp_path: Path, results: Results) -> None:
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2001-01-01T00:00:00.000Z"})
    try:
        write_geopackage(results, tmp_path / "results.gpkg")
        assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == "2001-01-01T00:00:00.000Z"
        assert pyogrio.get_gdal_config_option("OGR_SQLITE_SYNCHRONOUS") is None
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def styles(package: Path) -> pd.DataFrame:
    return pyogrio.read_dataframe(package, layer="layer_styles")


def test_every_layer_opens_with_one_style(package: Path) -> None:
    found = styles(package)
    defaults = found[found["useAsDefault"]]
    assert sorted(defaults["f_table_name"]) == ["areas", "bases", "cells", "land"]
    for layer in LAYERS:
        assert pyogrio.read_info(package, layer=layer)["geometry_name"] == "geom"
    assert set(found["f_geometry_column"]) == {"geom"}
    assert set(found["f_table_schema"]) == {""}


def test_styles_name_columns_of_their_layer_and_symbols_that_exist(package: Path) -> None:
    by_attribute = {}
    for style in styles(package).itertuples():
        renderer = ET.fromstring(style.styleQML).find("renderer-v2")
        assert renderer is not None
        symbols = {symbol.get("name") for symbol in renderer.iterfind("symbols/symbol")}
        classes = [*renderer.iterfind("ranges/range"), *renderer.iterfind("categories/category")]
        assert {each.get("symbol") for each in classes} in (symbols, set())
        by_attribute[style.f_table_name, renderer.get("attr")] = classes
    assert set(by_attribute) == {
        ("areas", "coverage"),
        ("cells", "pod"),
        ("cells", "coverage_factor"),
        ("cells", "cause"),
        ("bases", None),
        ("land", None),
    }
    causes = {each.get("value") for each in by_attribute["cells", "cause"]}
    assert causes == {*CAUSES, "none", "not_sought"}
    for key in (("areas", "coverage"), ("cells", "pod")):
        edges = [(float(each.get("lower", "")), float(each.get("upper", ""))) for each in by_attribute[key]]
        assert edges[0][0] == 0.0
        assert edges[-1][1] == 1.0
        assert [upper for _, upper in edges[:-1]] == [lower for lower, _ in edges[1:]]

"""Whatever stands in the files, reading ends in a case or in an InputError whose messages can be shown."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.case import Case, read_case
from planner.case.new import example, write_new_case
from planner.errors import InputError, Problem

FILES = {name: text for name, text in example().items() if name != "README.md"}
EXAMPLES = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
NASTY = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "*", ";", ";;*", "nan", "-inf", "1e309", "0x1", "1_0", "'", '"', "a;b", "true", "\ufeff", "=1+1"]
    ),
    st.integers().map(str),
    st.floats().map(str),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
TABLES = [name for name in FILES if name.endswith(".csv")]


def _read(file: str, content: bytes, **options: object) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "case"
        write_new_case(folder)
        (folder / file).write_bytes(content)
        _outcome(folder, **options)


def _outcome(folder: Path, changes: dict[str, object] | None = None) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        assert isinstance(read_case(folder, changes), Case)
    except InputError as error:
        problems = error.problems
        message = str(error)
    else:
        message = "a case"
    assert message
    if message != "a case":
        assert problems
        for problem in problems:
            assert problem.rule
            assert problem.remedy
            assert str(problem).isprintable(), repr(problem)
            assert len(str(problem)) < 1500


@pytest.mark.parametrize("file", [*FILES, "risk.csv", "land.geojson"])
@EXAMPLES
@given(content=st.binary(max_size=300))
def test_random_bytes(file: str, content: bytes) -> None:
    _read(file, content)


@pytest.mark.parametrize("file", [*FILES])
@EXAMPLES
@given(data=st.data())
def test_files_with_a_piece_replaced(file: str, data: st.DataObject) -> None:
    text = FILES[file]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    piece = data.draw(NASTY).encode("utf-8", "surrogatepass")
    _read(file, text[:start].encode() + piece + text[end:].encode())


@pytest.mark.parametrize("file", TABLES)
@EXAMPLES
@given(data=st.data())
def test_tables_with_any_cell(file: str, data: st.DataObject) -> None:
    rows = [line.split(",") for line in FILES[file].splitlines()]
    row = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(0, len(rows[row]) - 1))
    cell = data.draw(NASTY)
    rows[row][column] = '"' + cell.replace('"', '""') + '"'
    _read(file, "\n".join(",".join(cells) for cells in rows).encode("utf-8", "surrogatepass"))


@EXAMPLES
@given(
    value=JSON,
    place=st.sampled_from(
        ["features", "feature", "properties", "name", "risk_weight", "geometry", "rings", "ring"]
    ),
)
def test_areas_with_any_json(value: object, place: str) -> None:
    outline = {
        "type": "Polygon",
        "coordinates": [[[176, -20], [182, -20], [182, -15], [176, -15], [176, -20]]],
    }
    properties = {"area_id": "west", "name": "W", "coastal_state": "FJI", "risk_weight": 1.0}
    feature = {"type": "Feature", "properties": properties, "geometry": outline}
    root = {"type": "FeatureCollection", "features": [feature]}
    if place == "features":
        root["features"] = value  # type: ignore[assignment]
    elif place == "feature":
        root["features"] = [value]  # type: ignore[list-item]
    elif place in ("properties", "geometry"):
        feature[place] = value
    elif place in ("name", "risk_weight"):
        properties[place] = value
    else:
        outline["coordinates"] = value if place == "rings" else [value]  # type: ignore[assignment]
    _read("areas.geojson", json.dumps(root).encode())


@EXAMPLES
@given(
    key=st.one_of(
        st.text(max_size=30),
        st.sampled_from(
            [
                "programmes.eyes.budget",
                "areas.west.name",
                "assets.patrol_boat.bases",
                "fx.rates.AUD",
                "fx",
                "cells.spacing_nm",
                "fx.date",
                "solver.name",
                "solver.max_rounds",
                "access.fji.areas",
            ]
        ),
    ),
    value=st.one_of(NASTY, JSON),
)
def test_any_change(key: str, value: object) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "case"
        write_new_case(folder)
        _outcome(folder, {key: value})


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with its areas as a GeoPackage and as a shapefile."""
    place = tmp_path_factory.mktemp("packages")
    write_new_case(place / "case")
    frame = read_case(place / "case").areas[["area_id", "name", "risk_weight", "geometry"]]
    frame = frame.assign(coastal_st=["FJI", "TON"]).rename(columns={"risk_weight": "risk_weigh"})
    table = gpd.GeoDataFrame(frame, geometry=list(frame["geometry"]), crs="EPSG:4326")
    table.to_file(place / "areas.gpkg")
    table.to_file(place / "areas.shp")
    return place


@pytest.mark.parametrize("file", ["areas.gpkg", "areas.shp", "areas.dbf", "areas.shx", "areas.prj"])
@EXAMPLES
@given(data=st.data())
def test_packages_with_bytes_replaced(file: str, packages: Path, data: st.DataObject) -> None:
    content = (packages / file).read_bytes()
    start = data.draw(st.integers(0, len(content)))
    piece = data.draw(st.binary(max_size=40))
    cut = data.draw(st.booleans())
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "case"
        shutil.copytree(packages / "case", folder)
        (folder / "areas.geojson").unlink()
        for path in packages.glob("areas.*"):
            if (path.suffix == ".gpkg") == (file == "areas.gpkg"):
                shutil.copy(path, folder)
        (folder / file).write_bytes(content[:start] + piece + (b"" if cut else content[start + len(piece) :]))
        _outcome(folder)

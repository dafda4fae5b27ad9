"""Whatever stands in the files, reading ends in a case or in an InputError whose messages can be shown."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.case import Case, read_case
from planner.case.new import example
from planner.errors import InputError, Problem

FILES = {name: text for name, text in example().items() if name != "README.md"}
QUIET = {"suppress_health_check": list(HealthCheck)}
FEW, MANY = settings(max_examples=20, **QUIET), settings(max_examples=30, **QUIET)
SIGNS = ["", "*", ";", ";;*", "nan", "-inf", "1e309", "0x1", "1_0", "'", '"', "a;b", "true", "\ufeff", "=1+1"]
NASTY = st.text(max_size=40) | st.sampled_from(SIGNS) | st.integers().map(str) | st.floats().map(str)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
KEYS = ["programmes.eyes.budget", "areas.west.name", "assets.patrol_boat.bases", "fx.rates.AUD", "fx"]
KEYS += ["cells.spacing_nm", "fx.date", "solver.name", "solver.max_rounds", "access.fji.areas"]


def _outcome(
    files: dict[str, bytes], changes: dict[str, object] | None = None, without: tuple[str, ...] = ()
) -> None:
    with tempfile.TemporaryDirectory() as place:
        contents = {name: text.encode() for name, text in FILES.items() if name not in without} | files
        for name, content in contents.items():
            (Path(place) / name).write_bytes(content)
        problems: tuple[Problem, ...] | None = None
        try:
            assert isinstance(read_case(place, changes), Case)
        except InputError as error:
            problems = error.problems
    assert problems is None or problems
    for problem in problems or ():
        assert problem.rule
        assert problem.remedy
        assert str(problem).isprintable(), repr(problem)
        assert len(str(problem)) < 1500


@MANY
@given(file=st.sampled_from([*FILES, "risk.csv", "land.geojson"]), content=st.binary(max_size=300))
def test_random_bytes(file: str, content: bytes) -> None:
    _outcome({file: content})


@MANY
@given(file=st.sampled_from([*FILES]), data=st.data())
def test_files_with_a_piece_replaced(file: str, data: st.DataObject) -> None:
    text = FILES[file]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    piece = data.draw(NASTY).encode("utf-8", "surrogatepass")
    _outcome({file: text[:start].encode() + piece + text[end:].encode()})


@MANY
@given(file=st.sampled_from([name for name in FILES if name.endswith(".csv")]), data=st.data())
def test_tables_with_any_cell(file: str, data: st.DataObject) -> None:
    rows = [line.split(",") for line in FILES[file].splitlines()]
    row = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(0, len(rows[row]) - 1))
    rows[row][column] = '"' + data.draw(NASTY).replace('"', '""') + '"'
    _outcome({file: "\n".join(",".join(cells) for cells in rows).encode("utf-8", "surrogatepass")})


@FEW
@given(
    value=JSON,
    path=st.sampled_from(
        [
            ("features",),
            ("features", 0),
            ("features", 0, "properties"),
            ("features", 0, "properties", "name"),
            ("features", 0, "properties", "risk_weight"),
            ("features", 0, "geometry"),
            ("features", 0, "geometry", "coordinates"),
            ("features", 0, "geometry", "coordinates", 0),
        ]
    ),
)
def test_areas_with_any_json(value: object, path: tuple[str | int, ...]) -> None:
    root = json.loads(FILES["areas.geojson"])
    part = root
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    _outcome({"areas.geojson": json.dumps(root).encode()})


@FEW
@given(key=st.text(max_size=30) | st.sampled_from(KEYS), value=NASTY | JSON)
def test_any_change(key: str, value: object) -> None:
    _outcome({}, {key: value})


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The areas of the example as a GeoPackage and as a shapefile."""
    place = tmp_path_factory.mktemp("packages")
    for name, text in FILES.items():
        (place / name).write_text(text, encoding="utf-8")
    frame = read_case(place).areas[["area_id", "name", "risk_weight", "geometry"]]
    frame = frame.assign(coastal_st=["FJI", "TON"]).rename(columns={"risk_weight": "risk_weigh"})
    table = gpd.GeoDataFrame(frame, geometry=list(frame["geometry"]), crs="EPSG:4326")
    table.to_file(place / "areas.gpkg")
    table.to_file(place / "areas.shp")
    return {path.name: path.read_bytes() for path in place.glob("areas.*") if path.suffix != ".geojson"}


@FEW
@given(
    file=st.sampled_from(["areas.gpkg", "areas.shp", "areas.dbf", "areas.shx", "areas.prj"]),
    at=st.integers(0, 2**20),
    piece=st.binary(max_size=40),
    cut=st.booleans(),
)
def test_packages_with_bytes_replaced(
    packages: dict[str, bytes], file: str, at: int, piece: bytes, cut: bool
) -> None:
    content = packages[file]
    start = at % (len(content) + 1)  # what is drawn does not depend on the files, whose bytes GDAL makes
    rest = b"" if cut else content[start + len(piece) :]
    own = {name: old for name, old in packages.items() if name.endswith("gpkg") == file.endswith("gpkg")}
    _outcome({**own, file: content[:start] + piece + rest}, without=("areas.geojson",))

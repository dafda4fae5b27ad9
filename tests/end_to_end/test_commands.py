"""The commands beside ``run``, help and the Python names."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import planner as package
from tests.end_to_end.conftest import Planner, edit

HEAVY = ("pandas", "numpy", "shapely", "geopandas", "pyogrio", "pulp", "highspy", "rich")
ZONE = {
    "type": "Feature",
    "properties": {
        "TERRITORY1": "Fiji",
        "SOVEREIGN1": "Fiji",
        "ISO_TER1": "FJI",
        "ISO_SOV1": "FJI",
        "GEONAME": "Fijian Exclusive Economic Zone",
        "POL_TYPE": "200NM",
        "MRGID": 8325,
    },
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[175, -20], [182, -20], [182, -15], [175, -15], [175, -20]]],
    },
}


def broken(case: Path) -> None:
    """Three problems in three files."""
    edit(case / "case.toml", "dwell_days = 14", "dwell_days = -14")
    (case / "bases.csv").write_text("base_id,name\n", encoding="utf-8")
    edit(case / "programmes.csv", "USD", "XXQ")


def test_every_problem_at_once(case: Path, planner: Planner) -> None:
    broken(case)
    for command in ("check", "run"):
        done = planner(command, case)
        assert done.returncode == 2
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
        assert "case.toml" in done.stderr
        assert "dwell_days" in done.stderr
        assert "bases.csv" in done.stderr
        assert "programmes.csv" in done.stderr
        lines = [line for line in done.stderr.splitlines() if line != "read the case"]
        number = len(lines) - 1
        assert lines[-1] == f"{number} problems"


def test_problems_as_a_file(case: Path, planner: Planner, tmp_path: Path) -> None:
    broken(case)
    done = planner("check", case, "--out", "problems.csv")
    assert done.returncode == 2
    found = pd.read_csv(tmp_path / "problems.csv", keep_default_na=False)
    assert list(found) == ["file", "row", "column", "value", "rule", "remedy", "code", "severity"]
    assert set(found["severity"]) == {"error"}
    assert {"case.toml", "bases.csv", "programmes.csv"} <= set(found["file"])
    refused = planner("check", case, "--out", "problems.csv")
    assert "exists" in refused.stderr


def test_warnings_are_shown_and_written(case: Path, planner: Planner, tmp_path: Path) -> None:
    with (case / "access.csv").open("a", encoding="utf-8") as file:
        columns = (case / "access.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
        row = {"operator": "nobody", "areas": "*", "basis": "none"}
        file.write(",".join(row.get(column, "") for column in columns) + "\n")
    done = planner("check", case, "--out", "problems.csv")
    assert done.returncode == 0, done.stderr
    assert "warning: access.csv" in done.stderr
    assert done.stdout.rstrip().endswith("1 warning")
    assert list(pd.read_csv(tmp_path / "problems.csv")["severity"]) == ["warning"]


def test_terminal_shows_the_first_problems_and_the_file_has_all(
    case: Path, planner: Planner, tmp_path: Path
) -> None:
    rows = "".join(f"b{n},Base,XXX,0,0,vessel\n" for n in range(200))
    (case / "bases.csv").write_text("base_id,name,country,lon,lat,kinds\n" + rows, encoding="utf-8")
    done = planner("check", case, "--out", "problems.csv")
    lines = done.stderr.splitlines()
    assert len(lines) == 51
    assert "of which 50 are shown; planner check CASE --out FILE.csv writes them all" in lines[-1]
    assert len(pd.read_csv(tmp_path / "problems.csv")) >= 200


@pytest.mark.parametrize("folder", ["absent", "file"])
def test_case_that_is_none(planner: Planner, tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("x")
    done = planner("check", folder)
    assert done.returncode == 2
    assert folder in done.stderr
    assert "Traceback" not in done.stderr


def test_new_never_overwrites(planner: Planner, tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "notes.txt").write_text("mine")
    done = planner("new", "small")
    assert done.returncode == 2
    assert "small already exists" in done.stderr
    assert [file.name for file in (tmp_path / "small").iterdir()] == ["notes.txt"]


def test_schema(planner: Planner, tmp_path: Path) -> None:
    shown = planner("schema")
    assert shown.returncode == 0, shown.stderr
    schemas = json.loads(shown.stdout)
    assert {"case.toml", "bases.csv", "assets.csv", "programmes.csv", "access.csv"} <= set(schemas)
    assert planner("schema", "--out", "schemas").returncode == 0
    for name, schema in schemas.items():
        assert json.loads((tmp_path / "schemas" / f"{name}.schema.json").read_text("utf-8")) == schema
    again = planner("schema", "--out", "schemas")
    assert again.returncode == 2
    assert "exists" in again.stderr
    assert planner("schema", "--out", "schemas", "--overwrite").returncode == 0


def test_import_areas(planner: Planner, tmp_path: Path) -> None:
    tonga = {**ZONE, "properties": {**ZONE["properties"], "TERRITORY1": "Tonga", "ISO_TER1": "TON"}}  # type: ignore[dict-item]
    tonga["geometry"] = {
        "type": "Polygon",
        "coordinates": [[[182, -25], [188, -25], [188, -20], [182, -20], [182, -25]]],
    }
    zones = {"type": "FeatureCollection", "features": [ZONE, tonga]}
    (tmp_path / "eez.geojson").write_text(json.dumps(zones), encoding="utf-8")
    done = planner("import-areas", "eez.geojson", "--out", "areas.geojson", "--territory", "Fiji")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "1 area written to areas.geojson\n"
    written = json.loads((tmp_path / "areas.geojson").read_text(encoding="utf-8"))
    assert [feature["properties"]["area_id"] for feature in written["features"]] == ["fiji"]

    refused = planner("import-areas", "eez.geojson")
    assert refused.returncode == 2
    assert "areas.geojson exists" in refused.stderr
    other = planner(
        "import-areas", "eez.geojson", "--overwrite", "--column", "territory=GEONAME", "--sovereign", "FJI"
    )
    assert other.returncode == 0, other.stderr
    assert other.stdout == "2 areas written to areas.geojson\n"
    unknown = planner("import-areas", "eez.geojson", "--overwrite", "--territory", "Fidji")
    assert unknown.returncode == 2
    assert "Fiji" in unknown.stderr
    kept = json.loads((tmp_path / "areas.geojson").read_text(encoding="utf-8"))
    assert len(kept["features"]) == 2, "a failed import leaves the file as it was"


def test_one_command_replaces_the_outlines_of_a_case(planner: Planner, case: Path, tmp_path: Path) -> None:
    areas = case / "areas.geojson"
    west, east = json.loads(areas.read_text(encoding="utf-8"))["features"]
    zones = [{**zone, "properties": {"GEONAME": name}} for name, zone in (("East", east), ("West", west))]
    zones[0]["geometry"] = {
        "type": "Polygon",
        "coordinates": [[[182, -23], [186, -23], [186, -17], [182, -17], [182, -23]]],
    }
    (tmp_path / "eez.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": zones}), encoding="utf-8"
    )
    command = ("import-areas", "eez.geojson", "--like", areas, "--out", areas)
    assert planner(*command).returncode == 2, "only with --overwrite"
    done = planner(*command, "--overwrite")
    assert done.returncode == 0, done.stderr
    assert planner("check", case).returncode == 0
    now = json.loads(areas.read_text(encoding="utf-8"))["features"]
    assert [area["properties"]["area_id"] for area in now] == ["west", "east"]
    assert [186, -23] in now[1]["geometry"]["coordinates"][0]

    (tmp_path / "eez.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": zones[:1]}), encoding="utf-8"
    )
    refused = planner(*command, "--overwrite")
    assert refused.returncode == 2
    assert "west finds no zone" in " ".join(refused.stderr.split())
    assert json.loads(areas.read_text(encoding="utf-8"))["features"] == now


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    script = (
        "import sys\nfrom planner.cli import main\n"
        "try:\n    main()\nfinally:\n    print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0
    assert "planner" in done.stdout
    assert set(done.stderr.split()).isdisjoint(HEAVY)


def test_importing_the_package_loads_nothing_heavy() -> None:
    script = "import planner, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert set(done.stdout.split()).isdisjoint(HEAVY)


def test_three_lines_from_python(ran: Path) -> None:
    assert (ran / "run.json").exists()
    assert set(pd.read_csv(ran / "areas.csv")["area_id"]) == {"west", "east"}


def test_public_names() -> None:
    for name in package.__all__:
        assert getattr(package, name) is not None
    assert set(package.__all__) <= set(dir(package))
    with pytest.raises(AttributeError, match="nonsense"):
        _ = package.nonsense  # type: ignore[attr-defined]

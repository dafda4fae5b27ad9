"""The commands that make input files from what others publish, and the options that only they have."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner.cli import app
from tests.case.test_import_bases import WPI
from tests.case.zones import collection, version_10, zone

Planner = Callable[..., tuple[int, str, str]]


@pytest.fixture
def planner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planner:
    """Run ``planner`` in the test's folder, in this process: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(app, arguments)
        return done.exit_code, done.stdout, done.stderr

    return run


def test_options_of_import_areas(planner: Planner, tmp_path: Path) -> None:
    zones = [
        zone(version_10("A", "Tonga", "TON", "Disputed")),
        zone(version_10("B", "Nowhere", "X1"), (0, 0, 1, 1)),
        zone(version_10("C", "Broken", "TON"), geometry={"type": "Polygon", "coordinates": [[[0, 0]] * 4]}),
    ]
    collection(tmp_path / "z.json", zones)
    command = ("import-areas", "z.json", "--keep-disputed", "--iso", "Nowhere=FJ", "--source", "Version 9")
    code, _, said = planner(*command)
    assert code == 0, said
    assert "Broken" not in (tmp_path / "areas.geojson").read_text(encoding="utf-8")
    assert "is left out" in said
    areas = json.loads((tmp_path / "areas.geojson").read_text(encoding="utf-8"))["features"]
    assert [each["properties"]["coastal_state"] for each in areas] == ["TON", "FJI"]
    assert "Version 9" in areas[0]["properties"]["source"]
    code, _, said = planner(*command, "--strict", "--overwrite")
    assert code == 2
    assert "planner check" not in said
    assert planner("import-areas", "none.shp", "--out", "x.geojson")[2].startswith("none.shp: is missing")
    assert planner("import-areas", "z.json", "--iso", "X", "--overwrite")[0] == 2


def test_import_bases(planner: Planner, tmp_path: Path) -> None:
    (tmp_path / "wpi.csv").write_text(WPI, encoding="utf-8")
    filters = ("--country", "Fiji", "--box", "178,-19,179,-18", "--type", "small")
    assert planner("import-bases", "wpi.csv", *filters)[:2] == (0, "1 base written to bases.csv\n")
    assert planner("import-bases", "wpi.csv")[0] == 2, "only with --overwrite"
    assert planner("import-bases", "wpi.csv", "--box", "1,2,3", "--overwrite")[0] == 2
    assert planner("import-bases", "wpi.csv", "--box", "1,99,3,100", "--overwrite")[0] == 2


def test_import_risk(planner: Planner, tmp_path: Path) -> None:
    assert planner("new", "mycase")[0] == 0
    (tmp_path / "gfw.csv").write_text("lat,lon,hours\n-18.05,178.05,2\n50.05,10.05,1\n", encoding="utf-8")
    code, said, _ = planner("import-risk", "gfw.csv", "--near", "mycase", "--out", "mycase/risk.csv")
    assert code == 0
    assert "far from the areas" in said
    assert planner("check", "mycase")[0] == 0
    assert planner("import-risk", "none.csv", "--near", "mycase")[0] == 2
    assert planner("import-risk", "gfw.csv", "--near", "mycase", "--column", "lon=x")[0] == 2

"""The commands that make input files from what others publish, and the options that only they have."""

from __future__ import annotations

import json
from pathlib import Path

from tests.case.test_import_bases import WPI
from tests.case.zones import collection, version_10, zone
from tests.end_to_end.conftest import Planner


def test_options_of_import_areas(planner: Planner, tmp_path: Path) -> None:
    zones = [
        zone(version_10("A", "Tonga", "TON", "Disputed")),
        zone(version_10("B", "Nowhere", "X1"), (0, 0, 1, 1)),
        zone(version_10("C", "Broken", "TON"), geometry={"type": "Polygon", "coordinates": [[[0, 0]] * 4]}),
    ]
    collection(tmp_path / "z.json", zones)
    command = ("import-areas", "z.json", "--keep-disputed", "--iso", "Nowhere=FJ", "--source", "Version 9")
    done = planner(*command)
    assert done.returncode == 0, done.stderr
    assert "Broken" not in (tmp_path / "areas.geojson").read_text(encoding="utf-8")
    assert "is left out" in done.stderr
    areas = json.loads((tmp_path / "areas.geojson").read_text(encoding="utf-8"))["features"]
    assert [each["properties"]["coastal_state"] for each in areas] == ["TON", "FJI"]
    assert "Version 9" in areas[0]["properties"]["source"]
    done = planner(*command, "--strict", "--overwrite")
    assert done.returncode == 2
    assert "planner check" not in done.stderr
    absent = planner("import-areas", "none.shp", "--out", "x.geojson")
    assert absent.stderr.startswith("none.shp: is missing")
    assert planner("import-areas", "z.json", "--iso", "X", "--overwrite").returncode == 2


def test_import_bases(planner: Planner, tmp_path: Path) -> None:
    (tmp_path / "wpi.csv").write_text(WPI, encoding="utf-8")
    filters = ("--country", "Fiji", "--box", "178,-19,179,-18", "--type", "small")
    done = planner("import-bases", "wpi.csv", *filters)
    assert (done.returncode, done.stdout) == (0, "1 base written to bases.csv\n")
    assert planner("import-bases", "wpi.csv").returncode == 2, "only with --overwrite"
    assert planner("import-bases", "wpi.csv", "--box", "1,2,3", "--overwrite").returncode == 2
    assert planner("import-bases", "wpi.csv", "--box", "1,99,3,100", "--overwrite").returncode == 2


def test_import_risk(planner: Planner, tmp_path: Path) -> None:
    assert planner("new", "mycase").returncode == 0
    (tmp_path / "gfw.csv").write_text("lat,lon,hours\n-18.05,178.05,2\n50.05,10.05,1\n", encoding="utf-8")
    done = planner("import-risk", "gfw.csv", "--near", "mycase", "--out", "mycase/risk.csv")
    assert done.returncode == 0
    assert "far from the areas" in done.stdout
    assert planner("check", "mycase").returncode == 0
    assert planner("import-risk", "none.csv", "--near", "mycase").returncode == 2
    assert planner("import-risk", "gfw.csv", "--near", "mycase", "--column", "lon=x").returncode == 2

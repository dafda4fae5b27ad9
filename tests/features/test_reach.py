"""Bases, assets, sensors and areas that cannot reach each other, on the case that ``planner new`` writes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from planner.case.check import checked_case
from planner.case.new import write_new_case
from planner.case.read import read_case
from planner.errors import Problem
from planner.features.reach import check_space, reach_warnings
from planner.features.space import make_ground

COARSE = {"cells.spacing_nm": 150}
BASES = "bases.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_new_case(tmp_path / "case")
    return tmp_path / "case"


def edit(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")


def add_base(folder: Path, name: str, lon: float, lat: float) -> None:
    with (folder / BASES).open("a", encoding="utf-8") as file:
        file.write(f"{name},Another port,FJI,{lon},{lat},vessel,,\n")
    edit(folder, "assets.csv", ",west_port,", f",west_port;{name},")


def warnings(folder: Path) -> list[Problem]:
    case = read_case(folder, COARSE)
    return list(reach_warnings(case, make_ground(case)))


def test_the_example_needs_no_warning(folder: Path) -> None:
    assert warnings(folder) == []


@pytest.mark.parametrize(
    ("lon", "lat", "hint"),
    [
        (-4.5, 48.4, "its assets may need more range"),  # Brest, on the other side of the Earth
        (-178.42, 18.13, "with the sign of lat turned"),  # 178 W, 18 S is within reach
        (178.42, 18.13, "with the sign of lat turned"),
    ],
)
def test_a_base_that_reaches_nothing_is_said_with_the_slip_that_explains_it(
    folder: Path, lon: float, lat: float, hint: str
) -> None:
    add_base(folder, "suva2", lon, lat)
    (warning,) = warnings(folder)
    assert (warning.file, warning.value, warning.code) == (BASES, "suva2", "no_reach")
    assert hint in warning.remedy


def test_an_asset_without_range_and_a_radar_elsewhere(folder: Path) -> None:
    edit(folder, "assets.csv", "12,12,16,8,20,3000", "12,12,16,8,20,200")  # 24 h at 12 kn take all of it
    with (folder / "sensors.csv").open("a", encoding="utf-8") as file:
        file.write("radar,Radar,fixed,fji,1,8000,10,USD,police,10.5,50.5,20,3,,,,\n")
    found = {(one.file, one.value) for one in warnings(folder) if one.code == "no_reach"}
    assert found == {("assets.csv", "patrol_boat"), ("sensors.csv", "radar"), (BASES, "west_port")}


def test_an_area_that_nothing_reaches_is_said_though_satellites_do(folder: Path) -> None:
    edit(folder, "areas.geojson", "[[182, -23], [187, -23], [187, -17], [182, -17], [182, -23]]",
         "[[23, 182], [23, 187], [17, 187], [17, 182], [23, 182]]".replace("18", "8"))  # fmt: skip
    assert ("areas.geojson", "east", "no_reach") in {
        (one.file, one.value, one.code) for one in warnings(folder)
    }


def test_a_port_far_inland(folder: Path) -> None:
    case = read_case(folder, COARSE)
    island = shapely.box(178.0, -19.0, 179.5, -17.0)  # west_port is 25 nm from its western coast
    assert list(reach_warnings(replace(case, land=island), make_ground(case))) == []
    (warning,) = reach_warnings(
        replace(case, land=shapely.box(177.0, -19.0, 180.0, -17.0)), make_ground(case)
    )
    assert (warning.value, warning.code) == ("west_port", "inland")
    hole = shapely.box(176, -20, 182, -15) - shapely.box(177.0, -19.0, 180.0, -17.0)
    areas = case.areas.assign(geometry=[hole, case.areas["geometry"][1]])
    assert [one.code for one in reach_warnings(replace(case, areas=areas), make_ground(case))] == ["inland"]


@pytest.mark.parametrize(("lon", "lat", "said"), [(133.88, -23.7, True), (151.23, -33.85, False)])
def test_a_port_in_the_desert_is_told_without_land_in_the_case(
    folder: Path, lon: float, lat: float, said: bool
) -> None:
    add_base(folder, "alice", lon, lat)  # Alice Springs, and Sydney
    assert ("inland" in [one.code for one in warnings(folder)]) == said


def test_check_says_it_of_scenarios_and_beside_problems_of_other_files(folder: Path) -> None:
    add_base(folder, "suva2", -2.5, 48.1)
    with (folder / "case.toml").open("a", encoding="utf-8") as file:
        file.write("[scenarios.far]\nbases.west_port.lat = 58.13\nbases.west_port.lon = 8.5\n")
    edit(folder, "programmes.csv", "2500000", "-1")
    checked = checked_case(folder, COARSE)
    assert [problem.code for problem in checked.problems] == ["too_small"]
    found = [one for one in check_space(checked) if one.code == "no_reach"]
    assert [(one.value, "in the scenario far" in one.rule) for one in found] == [
        ("suva2", False),
        ("patrol_boat", True),
        ("west_port", True),
    ]

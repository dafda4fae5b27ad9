"""Rows: what is read from them, and how their problems come together."""

from __future__ import annotations

import numpy as np
import pytest

from tests.case.conftest import Folder


def test_a_fixed_sensor_needs_its_place_and_footprint(folder: Folder) -> None:
    folder.append("sensors.csv", "radar,Radar,fixed,fji,1,8000,10,USD,police,,,,,,,,\n")
    problems = folder.problems()
    assert {problem.column for problem in problems} == {"lon", "lat", "radius_nm", "coverage_factor"}
    assert {(problem.row, problem.code) for problem in problems} == {(3, "blank")}


def test_a_service_may_be_blank_where_no_programme_asks_for_one(folder: Folder) -> None:
    folder.replace("programmes.csv", "police;civil", "*").replace("programmes.csv", ",civil,", ",*,")
    folder.replace("assets.csv", "AUD,police", "AUD,")
    case = folder.read()
    assert list(case.assets["service"]) == ["", "civil"]
    assert case.programmes["services"][0] == ("civil", "police", "military")


@pytest.mark.parametrize(
    "name",
    [
        '"a, b; c"',
        '"say ""so"""',
        "太平洋 Ōkura – Ñandú",
        "=cmd|' /C calc'!A0",
        "<b>x</b>",
        "a\u200db",
        "; drop",
    ],
)
def test_any_printable_name_is_kept_as_text(folder: Folder, name: str) -> None:
    folder.replace("programmes.csv", "Patrol support", name)
    plain = name[1:-1].replace('""', '"') if name.startswith('"') else name
    assert folder.read().programmes["name"][0] == plain


def test_every_problem_of_every_file_is_said_at_once(folder: Folder) -> None:
    folder.replace("case.toml", "horizon_days = 365", "horizon_days = 400")
    folder.replace("bases.csv", "FJI,178.42", "FIJ,478.42")
    folder.replace("assets.csv", ",west_port,", ",no_port,")
    folder.replace("programmes.csv", "1200000", "-1")
    folder.replace("areas.geojson", '"coastal_state": "TON"', '"coastal_state": "TNG"')
    folder.replace("access.csv", "fji,east", "fji,nowhere")
    folder.write("risk.csv", "lon,lat,weight\n1,2,-3\n")
    folder.remove("sensors.csv")
    places = {(problem.file, problem.row, problem.column) for problem in folder.problems()}
    assert places == {
        ("access.csv", 3, "areas"),
        ("areas.geojson", 2, "coastal_state"),
        ("assets.csv", 2, "bases"),
        ("bases.csv", 2, "country"),
        ("bases.csv", 2, "lon"),
        ("case.toml", 4, "horizon_days"),
        ("programmes.csv", 2, "budget"),
        ("risk.csv", 2, "weight"),
    }


def test_a_row_that_is_broken_elsewhere_still_has_its_id(folder: Folder) -> None:
    folder.replace("bases.csv", "FJI,178.42", "FJI,478.42")
    assert folder.only_problem().column == "lon"


def test_thousands_of_problems_are_cut_and_counted(folder: Folder) -> None:
    folder.append("bases.csv", "".join(f"b{at},B,FJI,999,0,vessel,,\n" for at in range(3000)))
    problems = folder.problems()
    assert len(problems) == 1001
    assert any(problem.code == "too_many_problems" for problem in problems)


def test_a_0_has_no_sign(folder: Folder) -> None:
    case = folder.read({"programmes.*.budget": -0.0, "assets.patrol_boat.units": "-0"})
    signs = [*np.signbit(case.programmes["budget"]), *np.signbit(case.assets["units"])]
    assert signs == [False] * len(signs)

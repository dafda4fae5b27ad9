"""Ranges of figures: which row goes before which, what moves with a change, and every rule broken once."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pandas as pd
import pytest

from planner.case.folder import read_folder
from planner.case.read import drawn_case, read_case, without_ranges
from planner.errors import InputError
from tests.case.conftest import Folder

HEADER = "table,id,field,low,high,low_factor,high_factor,distribution,together,source\n"
FILE = "uncertainty.csv"


def stated(folder: Folder, *rows: str) -> Folder:
    return folder.write(FILE, HEADER + "".join(f"{row}\n" for row in rows))


def range_of(folder: Folder, key: str, **how: object) -> tuple[float, float, str, str]:
    table = folder.read(**how).uncertainty  # type: ignore[arg-type]
    *_, name, field = ("", *key.split("."))
    found = table[(table["id"] == name) & (table["field"] == field)]
    assert len(found) == 1
    row = found.iloc[0]
    return float(row["low"]), float(row["high"]), str(row["distribution"]), str(row["together"])


def test_the_example_has_all_three_ways_to_state_a_range(folder: Folder) -> None:
    assert range_of(folder, "dwell_days") == (7, 28, "loguniform", "")
    # A budget of 1.2 million, times 0.8 and 1.2.
    assert range_of(folder, "programmes.patrols.budget") == (
        960_000,
        1_440_000,
        "uniform",
        "",
    )
    assert range_of(folder, "assets.patrol_boat.sweep_width_nm") == (8, 20, "uniform", "radar")
    assert len(folder.read().uncertainty) == 1 + 2 + 2


def test_without_the_file_the_columns_are_the_ranges(folder: Folder) -> None:
    folder.remove(FILE)
    table = folder.read().uncertainty
    assert sorted(table["id"]) == ["patrol_boat", "survey_plane"]
    assert set(table["source"]) == {"columns sweep_width_nm_low and sweep_width_nm_high of assets.csv"}


def test_the_most_specific_row_goes_first(folder: Folder) -> None:
    stated(
        folder,
        "assets,survey_plane,*,,,0.9,1.1,,,assumption",
        "assets,*,*,,,0.5,1.5,uniform,,assumption",
        "assets,*,sweep_width_nm,10,50,,,triangular,,assumption",
        "assets,patrol_boat,sweep_width_nm,12,,,,,,assumption",
    )
    # The boat's width is 16 nm, the plane's 40 nm; a blank end is the figure itself.
    assert range_of(folder, "assets.patrol_boat.sweep_width_nm")[:2] == (12, 16)
    assert range_of(folder, "assets.survey_plane.sweep_width_nm")[:2] == (36, 44)
    assert range_of(folder, "assets.patrol_boat.endurance_h")[:2] == (120, 360)


def test_a_star_means_no_place_and_a_range_of_no_width_is_none(folder: Folder) -> None:
    stated(folder, "bases,*,*,,,0.5,1.5,,,assumption", "assets,*,reserve,0.1,0.1,,,,,assumption")
    assert set(folder.read().uncertainty["field"]) == {"capacity_hours", "sweep_width_nm"}
    stated(folder, "bases,east_port,lon,-176,-175,,,,,assumption")
    assert range_of(folder, "bases.east_port.lon")[:2] == (-176, -175)


def test_a_range_moves_with_its_figure(folder: Folder) -> None:
    stated(
        folder,
        "programmes,*,budget,1000000,3000000,,,,,assumption",
        "case,*,dwell_days,7,28,,,,,assumption",
        "assets,*,sweep_width_nm,8,50,,,,,assumption",
    )
    folder.replace(FILE, "1000000", "1200000")
    key = "programmes.patrols.budget"
    assert range_of(folder, key)[:2] == (1_200_000, 3_000_000)
    assert range_of(folder, key, scenario="half_budgets")[:2] == (600_000, 1_500_000)
    assert range_of(folder, "dwell_days", changes={"dwell_days": 7})[:2] == (3.5, 14)
    gone = folder.read({key: 0}).uncertainty
    assert "patrols" not in set(gone["id"])
    assert "eyes" in set(gone["id"])


LIMIT = "limit_id,kind,programme,areas,least,penalty,currency\nw,least_coverage,,west,0.5,,\n"
SCENARIO = "[scenarios.more]\nlimits.w.least = {factor = 1.5}\n"
LEAST = {"limits.w.least": 0.75}


@pytest.mark.parametrize(
    ("row", "how", "said"),
    [
        # 0.9 is the highest likely value beside 0.5, so 1.35 is it beside 0.75, more than a share can be
        (
            "0.4,0.9,,",
            {"changes": LEAST},
            "high: 1.35 (0.9 x 1.5: the range moves with the figure, which the change limits.w.least "
            "sets) for",
        ),
        (
            "0.4,0.9,,",
            {"scenario": "more"},
            "high: 1.35 (0.9 x 1.5: the range moves with the figure, which scenarios.more.limits.w.least in "
            "case.toml row 2 sets) for",
        ),
        (
            ",,,1.5",
            {"changes": LEAST},
            "high_factor: 1.125 (1.5 x 0.75, which the change limits.w.least sets) for",
        ),
        (",,,2.5", {}, "high_factor: 1.25 (2.5 x 0.5) for"),
        ("0.4,1.2,,", {}, "high: 1.2 for"),  # as it is written
    ],
)
def test_where_a_value_comes_from_that_no_file_has(
    folder: Folder, row: str, how: dict[str, object], said: str
) -> None:
    place = folder.without_scenarios().text("case.toml").count("\n")
    folder.append("case.toml", SCENARIO).write("limits.csv", LIMIT)
    stated(folder, f"limits,w,least,{row},,,x")
    with pytest.raises(InputError) as caught:
        folder.read(**how)  # type: ignore[arg-type]
    (problem,) = caught.value.problems
    said = said.replace("row 2", f"row {place + 2}")
    assert str(problem).startswith(f"uncertainty.csv row 2, {said} limits.w.least is too large: ")


def test_where_the_end_of_a_range_comes_from_that_moves_with_its_figure(folder: Folder) -> None:
    folder.remove(FILE).replace("assets.csv", "reserve,", "reserve,reserve_high,")
    folder.replace("assets.csv", "240,0.1,", "240,0.1,0.4,").replace("assets.csv", "8,0.1,", "8,0.1,,")
    key = "assets.patrol_boat.reserve"
    problem = folder.only_problem({key: 0.3})  # 0.4 x 0.3 / 0.1
    words = "1.2 (reserve_high, 0.4 x 3: it moves with reserve) is too large: it must be less than 1"
    assert str(problem).startswith(f"--set, {key}: {words}; ")
    # one that is set beside its figure is as it was set, and so is one that is too low for it
    assert folder.read({key: 0.3, f"{key}_high": 0.5}).assets["reserve_high"][0] == 0.5
    folder.replace("assets.csv", "0.1,0.4,", "0.1,0.05,")
    problems = [str(one) for one in folder.problems({key: 0.2})]
    words = "0.1 (reserve_high, 0.05 x 2: it moves with reserve) is below reserve (0.2)"
    assert [one.partition("; ")[0] for one in problems] == [f"--set, {key}: {words}"]


def test_of_figures_that_are_multiplied_twice_the_file_is_named(folder: Folder) -> None:
    folder.append("case.toml", "[scenarios.more]\nassets.patrol_boat.reserve = {factor = 4}\n")
    factor = {"assets.patrol_boat.reserve": {"factor": 3}}
    with pytest.raises(
        InputError, match=r"reserve: 1\.2\d* \(0\.1 x 12\) is too large: it must be less than 1"
    ):
        folder.read(factor, scenario="more")
    with pytest.raises(
        InputError, match=r"--set, dwell_days: 420 \(14 x 30\) is too large: it must be at most"
    ):
        folder.read({"dwell_days": {"factor": 30}})


def test_two_rows_for_the_same_figures_are_a_problem(folder: Folder) -> None:
    stated(folder, "assets,*,reserve,,,0.5,1.5,,,x", "assets,*,range_nm;reserve,,,0.9,1.1,,,x")
    with pytest.raises(InputError, match=r"row 3, field: .*boat\.reserve already has a range in row 2"):
        folder.read()


def test_columns_reach_no_further_than_the_horizon_either(folder: Folder) -> None:
    folder.remove(FILE).replace("assets.csv", "hours_per_unit,", "hours_per_unit,hours_per_unit_high,")
    folder.replace("assets.csv", "1,1900,", "1,1900,8784,").replace("assets.csv", "1,700,", "1,700,,")
    with pytest.raises(InputError, match=r"row 2, hours_per_unit_high: 8784 .* more than the 8760 hours"):
        folder.read()


def test_ranges_of_removed_records_go_with_them(folder: Folder) -> None:
    stated(
        folder,
        "assets,patrol_boat;survey_plane,reserve,,,0.5,1.5,,,x",
        "assets,patrol_boat,range_nm,,,0.5,1,,,x",
    )
    folder.append("case.toml", '[scenarios.no_boat]\nremove.assets = ["patrol_boat"]\n')
    assert set(folder.read(scenario="no_boat").uncertainty["id"]) == {"survey_plane"}


def test_a_drawn_case_is_the_case_whose_files_say_so(folder: Folder) -> None:
    folder.write("risk.csv", "lon,lat,weight,visits\n178,-18,2,80\n184,-20,4,40\n")
    stated(folder, "risk,*,weight,,,0.5,2,,,x", "risk,*,visits,,,0.5,1,,,x")
    raw = pickle.loads(pickle.dumps(without_ranges(read_folder(folder.path))))
    values = {
        "assets.patrol_boat.sweep_width_nm": 19.5,
        "assets.patrol_boat.cost_per_hour": 700.25,
        "programmes.patrols.budget": 1_300_000.5,
        "areas.west.risk_weight": 1.25,
        "bases.east_port.lon": -175.5,
        "target_coverage": 0.25,
        "dwell_days": 13.0,
        "fx.rates.AUD": 0.7,
        "cells.spacing_nm": 61.0,
        "risk.weight": 1.5,
        "risk.visits": 0.75,
    }
    drawn = drawn_case(raw, values)
    for file, old, new in [
        ("assets.csv", "12,12,16,8,20", "12,12,19.5,,"),
        ("assets.csv", "180,40,20,80", "180,40,,"),
        ("assets.csv", "0.1,24,800,", "0.1,24,700.25,"),
        ("programmes.csv", "1200000", "1300000.5"),
        ("areas.geojson", '"risk_weight": 1.0', '"risk_weight": 1.25'),
        ("bases.csv", "-175.2", "-175.5"),
        ("case.toml", "target_coverage = 0.2", "target_coverage = 0.25"),
        ("case.toml", "dwell_days = 14", "dwell_days = 13"),
        ("case.toml", "AUD = 0.65", "AUD = 0.7"),
        ("case.toml", "spacing_nm = 60", "spacing_nm = 61"),
        ("risk.csv", "18,2,80", "18,3,60"),
        ("risk.csv", "20,4,40", "20,6,30"),
    ]:
        folder.replace(file, old, new)
    written = read_case(folder.remove(FILE).path)
    factor = drawn.risk["factor"]  # once for all layers: a weight in two would else be drawn twice
    drawn = replace(
        drawn, risk=drawn.risk.assign(weight=drawn.risk["weight"] * factor).drop(columns="factor")
    )
    for name in ("areas", "bases", "assets", "sensors", "programmes", "access", "risk"):
        one, other = getattr(drawn, name), getattr(written, name)
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert drawn.settings == written.settings

"""Warnings: what can be planned with but is probably not meant; and the rules that need several files."""

from __future__ import annotations

import json
import pickle
import tomllib
from pathlib import Path

import pytest

from planner.case.check import checked_case
from planner.case.read import read_ground
from planner.errors import InputError
from planner.features.reach import check_space
from tests.case.conftest import Folder

WARNINGS = tomllib.loads(Path(__file__).with_name("warnings.toml").read_text(encoding="utf-8"))
ASSETS = ("assets.csv", "aircraft,partner_air,east_port", "uncrewed_aircraft,partner_air,*")
EAST_CLOSED = ("access.csv", "fji,east,", "fji,west,")


@pytest.mark.parametrize(("changes", "place", "code", "said"), WARNINGS["warnings"])
def test_what_is_probably_not_meant_is_warned_of(
    folder: Folder,
    changes: list[list[str]],
    place: list[object],
    code: str,
    said: str,
) -> None:
    for change in changes:
        folder.replace(*change)
    warnings = folder.read().warnings
    warning = next(one for one in warnings if one.code == code and one.value == place[-1])
    assert [warning.file, warning.row, warning.column, warning.value] == place
    assert said in str(warning)
    others = {one.code for one in warnings} - {code}
    assert others <= {"idle_asset", "idle_access", "idle_programme", "empty_scenario"}, "what follows from it"


@pytest.mark.parametrize(
    "change",
    [
        ("case.toml", "horizon_days = 365", "horizon_days = 360"),
        ("access.csv", "partner_air,*", "partner_air,east"),  # the patrol boat of fji watches west
    ],
)
def test_what_is_right_is_not_warned_of(folder: Folder, change: tuple[str, str, str]) -> None:
    assert folder.read().warnings == ()
    assert folder.replace(*change).read().warnings == ()


def test_an_asset_that_may_use_all_bases_uses_those_that_take_its_kind(folder: Folder) -> None:
    folder.replace("assets.csv", "fji,west_port", "fji,*")
    case = folder.replace("assets.csv", "partner_air,east_port", "partner_air,*").read()
    assert list(case.assets["bases"]) == [("west_port", "east_port"), ("east_port",)]


def test_a_kind_that_no_base_takes(folder: Folder) -> None:
    problem = folder.replace(*ASSETS).only_problem()
    assert (problem.file, problem.row, problem.column) == ("assets.csv", 3, "bases")
    assert "finds no base that takes the kind uncrewed_aircraft" in problem.rule


def test_a_programme_that_names_assets_asks_only_them_for_their_service(folder: Folder) -> None:
    folder.replace("programmes.csv", ",vessel,*,*,police;civil", ",vessel,survey_plane,*,police;civil")
    folder.replace("assets.csv", "AUD,police", "AUD,")
    assert "no_service" not in [problem.code for problem in folder.read().warnings]


def test_no_unit_works_longer_than_the_horizon(folder: Folder) -> None:
    hours = folder.read().assets["hours_per_unit"].max()
    problems = folder.problems({"horizon_days": str(hours / 24 - 1), "scale_to_horizon": "false"})
    assert {(problem.column, problem.code) for problem in problems} == {("hours_per_unit", "beyond_horizon")}


LIMITS = "limit_id,kind,programme,areas,least,penalty,currency\n"


@pytest.mark.parametrize(("rows", "row", "column", "code"), WARNINGS["limits"])
def test_limits_that_ask_for_nothing_more(
    folder: Folder, rows: str, row: int, column: str, code: str
) -> None:
    (warning,) = folder.write("limits.csv", LIMITS + rows).read().warnings
    assert (warning.file, warning.row, warning.column, warning.code) == ("limits.csv", row, column, code)


def test_a_limit_beside_one_that_may_be_missed_asks_for_something(folder: Folder) -> None:
    rows = "a,least_coverage,,west,0.1,,\nb,least_coverage,,west,0.2,5,\n"
    assert folder.write("limits.csv", LIMITS + rows).read().warnings == ()


PERIODS = "period_id,name,start,end\ndry,Dry,04-01,09-30\nwet,Wet,10-01,03-31\n"


def test_limits_of_a_period_are_compared_with_those_of_the_same_one(folder: Folder) -> None:
    # a mean of the year can be kept without any coverage in the wet half
    header = LIMITS.replace("areas", "areas,period")
    rows = "a,least_coverage,,west,,0.4,,\nb,least_coverage,,west,wet,0.2,,\n"
    folder.write("periods.csv", PERIODS).write("limits.csv", header + rows)
    assert folder.read().warnings == ()
    (warning,) = folder.write("limits.csv", f"{header}{rows}c,least_coverage,,*,wet,0.3,,\n").read().warnings
    assert (warning.row, warning.code) == (3, "idle_limit")


def test_warnings_stand_beside_problems(folder: Folder) -> None:
    """Whatever is wrong elsewhere: none of a name, of a closed area, of a figure, of an encoding is lost."""
    folder.write("Limits.csv", "x").replace("access.csv", "partner_air,*", "partner_air,west")
    folder.replace(*EAST_CLOSED).replace("assets.csv", "12,12,16,8,20", "140,12,16,8,20")
    folder.replace("bases.csv", "Western port", "Port café")
    folder.write("bases.csv", folder.text("bases.csv").encode("cp1252"))
    expected = {warning.code for warning in folder.read().warnings}
    assert expected == {"misnamed_file", "closed_area", "idle_access", "unusual", "guessed_encoding"}
    with pytest.raises(InputError) as caught:
        folder.replace("programmes.csv", "2500000", "-1").read()
    assert {problem.code for problem in caught.value.problems} == {"too_small"}
    assert {warning.code for warning in caught.value.warnings} == expected
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.problems, again.warnings) == (caught.value.problems, caught.value.warnings)


def test_tables_with_problems_make_no_false_warnings(folder: Folder) -> None:
    """The only asset that a programme may fund is broken: that it can fund nothing is not known."""
    with pytest.raises(InputError) as caught:
        folder.replace("assets.csv", ",1900,", ",many,").read()
    assert caught.value.warnings == ()


def test_rows_in_vain_are_said_beside_a_setting_that_is_wrong(folder: Folder) -> None:
    folder.replace("case.toml", "dwell_days = 14", "dwell_days = -5")
    folder.replace("programmes.csv", ",vessel,", ",fixed,")
    with pytest.raises(InputError) as caught:
        folder.read()
    assert "idle_programme" in [warning.code for warning in caught.value.warnings]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("case.toml", "dwell_days = 14", "dwell_days = -3"), {"survey_plane", "east_port", "west_port"}),
        (("case.toml", "dwell_days = 14", "dwell_days = = 3"), {"survey_plane", "east_port", "west_port"}),
        (("programmes.csv", "1200000", "-1"), {"survey_plane", "east_port", "west_port"}),
        (("assets.csv", ",1,1900,", ",-1,1900,"), {"survey_plane", "west_port"}),  # the boat might reach it
        (("assets.csv", "asset_id,", "id,"), {"west_port"}),
        (("bases.csv", "175.2,51.13", "175.2,151.13"), set()),
    ],
)
def test_what_cells_show_is_said_beside_problems_elsewhere(
    folder: Folder, change: tuple[str, str, str], found: set[str]
) -> None:
    """East port in a wrong place is out of reach, west port lies on land; both need areas and bases only."""
    outline = {
        "type": "Polygon",
        "coordinates": [[[177, -19], [180, -19], [180, -17], [177, -17], [177, -19]]],
    }
    land = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {}, "geometry": outline}],
    }
    folder.write("land.geojson", json.dumps(land)).replace("bases.csv", "-175.2,-21.13", "175.2,51.13")
    checked = checked_case(folder.replace(*change).path)
    assert checked.problems
    codes = ("no_reach", "inland")
    assert {one.value for one in check_space(checked) if one.code in codes} == found


def test_title_and_sources_that_are_left_of_the_example_are_said(folder: Folder) -> None:
    assert not folder.read().warnings
    text = folder.text("areas.geojson").replace('"west"', '"north"').replace('"east"', '"south"')
    folder.write("areas.geojson", text).replace("access.csv", "fji,east", "fji,south")
    found = folder.read().warnings
    assert [(one.file, one.column) for one in found] == [("case.toml", "title"), ("sources.csv", "source")]
    assert {one.code for one in found} == {"left_of_example"}
    folder.replace("case.toml", "Example: two zones", "Caribbean: two zones").remove("sources.csv")
    assert not folder.read().warnings


def test_weights_of_areas_that_the_risk_map_replaces_are_said(folder: Folder) -> None:
    folder.write("risk.csv", "lon,lat,weight,mode,reach_nm\n178,-18,2,replace,3000\n")
    found = check_space(checked_case(folder.path))
    assert [(one.file, one.value, one.code) for one in found] == [("areas.geojson", "east", "no_risk")]
    folder.replace("risk.csv", "replace", "multiply")
    assert not check_space(checked_case(folder.path))


RESPONSE = "\n[response]\nshare = 0.5\nboarding_share = 0.1\nresponse_time_h = 24\nboarding_h = 2\n"


def test_visits_that_the_risk_map_replaces_and_water_that_nobody_visits_are_said(folder: Folder) -> None:
    def said() -> list[tuple[str, str, str]]:
        found = check_space(checked_case(folder.path))
        return [(one.column, one.value, one.code) for one in found if one.code == "no_visits"]

    header = "lon,lat,weight,visits,layer,reach_nm\n"
    folder.without_scenarios().write("risk.csv", f"{header}178,-18,1,40,a,3000\n")
    areas = folder.text("areas.geojson")
    folder.write("areas.geojson", areas.replace('"risk_weight"', '"visits_per_year": 90, "risk_weight"'))
    assert said() == [], "without [response] no visits count"
    folder.write("case.toml", folder.text("case.toml") + RESPONSE)
    assert said() == [("visits_per_year", "west, east", "no_visits")]
    folder.write("areas.geojson", areas)
    assert said() == []
    # one place without any reach to speak of: the areas lack visits in all other cells
    folder.write("risk.csv", f"{header}178,-18,1,40,a,1\n")
    assert said() == [("visits_per_year", "west, east", "no_visits")]
    folder.write("risk.csv", f"{header}178,-18,1,,a,3000\n")
    assert {(one.column, one.code) for one in folder.problems()} == {("visits_per_year", "no_visits")}


def test_areas_and_periods_are_read_beside_problems_elsewhere(folder: Folder) -> None:
    """A new case whose assets are still those of the example can take a risk map."""
    periods = "period_id,name,start,end\nwet,Wet,11-01,04-30\ndry,Dry,05-01,10-31\n"
    folder.write("periods.csv", periods).replace("assets.csv", "west_port", "nowhere")
    folder.replace("programmes.csv", "1200000", "-1").write("risk.csv", "lon,lat\n1,x\n")
    case = read_ground(folder.path)
    assert (list(case.areas["area_id"]), list(case.periods["period_id"])) == (
        ["west", "east"],
        ["wet", "dry"],
    )
    with pytest.raises(InputError):
        read_ground(folder.replace("periods.csv", "05-01", "05-02").path)


def test_a_base_that_only_an_option_names_is_of_use(folder: Folder) -> None:
    row = "old_port,Old,FJI,178.1,-18.2,vessel,,\neast_port,"
    assert {one.code for one in folder.replace("bases.csv", "east_port,", row).read().warnings} == {
        "idle_base"
    }
    columns = "option_id,name,adds,like,bases,most_units,lead_years,life_years,capital_cost,currency\n"
    folder.write("options.csv", columns + "boat,New boat,asset,patrol_boat,old_port,1,1,20,900000,AUD\n")
    assert not folder.read().warnings


def test_amounts_of_different_periods_are_added_up(folder: Folder) -> None:
    # of 2,500,000: 1,500,000 when it is dry and 1,200,000 when it is wet; 1,000,000 when it is wet would do
    header = LIMITS.replace("areas", "areas,period")
    rows = "a,least_spending,eyes,,dry,1500000,600,USD\nb,least_spending,eyes,,wet,{},,USD\n"
    rows += "c,least_spending,eyes,,dry,1400000,,USD\nd,least_spending,eyes,,,1400000,,USD\n"
    folder.write("periods.csv", PERIODS)
    assert not folder.write("limits.csv", header + rows.format(1_000_000)).read().warnings
    (warning,) = folder.write("limits.csv", header + rows.format(1_200_000)).read().warnings
    assert (warning.code, warning.row, warning.column) == ("above_budget", 3, "least")
    assert "together with the least spending of other periods (a; 2,700,000 USD in all)" in warning.rule

"""Edits by scenarios and --set: factors, ranges that move, every row, new and removed records."""

from __future__ import annotations

import pytest

from planner.case import Case
from planner.case.check import checked_case
from planner.errors import InputError
from tests.case.conftest import Folder


def with_scenarios(folder: Folder, *lines: str) -> Folder:
    return folder.without_scenarios().append("case.toml", "\n".join(lines) + "\n")


def read(folder: Folder, *lines: str, scenario: str = "x") -> Case:
    return with_scenarios(folder, *lines).read(scenario=scenario)


def test_titles_are_kept_and_default_to_the_name(folder: Folder) -> None:
    lines = ("[scenarios.x]", 'title = "Half the money"', "[scenarios.y]", "horizon_days = 90")
    case = read(folder, *lines, scenario="x, y")
    assert case.scenarios == {"x": "Half the money", "y": "y"}
    assert case.settings.title == "Example: two zones, two donors"
    assert folder.read().scenarios == {}


def test_a_factor_multiplies_figures_of_rows_and_settings(folder: Folder) -> None:
    case = read(
        folder,
        "[scenarios.x]",
        "programmes.eyes.budget = {factor = 1.5}",
        "areas.east.target_coverage = {factor = 2}",
        "horizon_days = {factor = 0.5}",
        "cells.spacing_nm = {factor = 0.5}",
        "fx.rates.AUD = {factor = 2}",
    )
    assert case.programmes["budget"][1] == 1_875_000  # half of 3,750,000 for half a year
    assert case.programmes["budget"][0] == 600_000 * 1.3
    assert case.areas["target_coverage"][1] == 0.6
    assert (case.settings.horizon_days, case.settings.cells.spacing_nm) == (182.5, 30)


@pytest.mark.parametrize("key", ["programmes.eyes.budget", "horizon_days", "solver.max_rounds"])
def test_a_factor_that_no_number_can_hold_is_refused(folder: Folder, key: str) -> None:
    folder.without_scenarios().append("case.toml", f"[scenarios.x]\n{key} = {{factor = 1{'0' * 400}}}\n")
    problem = folder.only_problem()
    assert (problem.code, problem.column) == ("not_a_factor", f"scenarios.x.{key}")


def test_the_range_of_a_figure_moves_with_it_unless_it_is_set_too(folder: Folder) -> None:
    boat, plane = "assets.patrol_boat.sweep_width_nm", "assets.survey_plane.sweep_width_nm"
    case = read(folder, "[scenarios.x]", f"{boat} = 32", f"{plane} = {{factor = 0.5}}", f"{plane}_low = 1")
    columns = ["sweep_width_nm_low", "sweep_width_nm", "sweep_width_nm_high"]
    assert case.assets[columns].to_numpy().tolist() == [[16, 32, 40], [1, 20, 40]], "8, 16, 20 and 20, 40, 80"


def test_every_row_but_those_that_are_named(folder: Folder) -> None:
    lines = ("[scenarios.x]", 'assets."*".units = {factor = 3}', "assets.survey_plane.units = 7")
    assert list(read(folder, *lines).assets["units"]) == [3, 7]
    assert list(folder.read({"assets.*.units": "4"}, scenario="x").assets["units"]) == [4, 4]
    assert list(folder.read({"bases.*.capacity_hours": {"factor": 0.5}}).bases["capacity_hours"])[1] == 2000


@pytest.mark.parametrize("areas", ['["west", "east"]', '"west;east"'])
def test_lists(folder: Folder, areas: str) -> None:
    case = read(folder, "[scenarios.x]", f"access.fji.areas = {areas}")
    assert case.access["areas"][1] == ("west", "east")


def test_new_records(folder: Folder) -> None:
    case = read(
        folder,
        "[scenarios.x.add.programmes.pool]",
        *('name = "Pool"', 'donor = "All"', "budget = 5", 'currency = "AUD"', 'asset_kinds = "*"'),
        *('assets = ["patrol_boat"]', 'areas = "*"'),
        "[scenarios.x.add.assets.second_boat]",
        *('like = "patrol_boat"', 'name = "Second boat"', "units = {factor = 2}"),
        "[scenarios.x.add.access.fji]",
        *('areas = "west"', 'basis = "again"'),
    )
    assert list(case.programmes["programme_id"]) == ["patrols", "eyes", "pool"]
    assert (case.programmes["budget"][2], case.programmes["assets"][2]) == (3.25, ("patrol_boat",))
    boat, second = case.assets.iloc[0], case.assets.iloc[2]
    assert (second["asset_id"], second["name"], second["units"]) == ("second_boat", "Second boat", 2)
    assert (second["range_nm"], second["bases"]) == (boat["range_nm"], boat["bases"])
    assert list(case.access["operator"]) == ["partner_air", "fji", "fji"]


def test_a_new_record_is_named_wherever_its_model_is(folder: Folder) -> None:
    folder.replace("programmes.csv", ",vessel,*,*", ",vessel;aircraft,patrol_boat;survey_plane,*")
    folder.append("sources.csv", "assets,patrol_boat,*,stated,a page,\n")
    folder.append(
        "uncertainty.csv",
        "assets,patrol_boat,units,0.5,1.5,,,,,x\nassets,patrol_boat,range_nm,2000,6000,,,,,x\n",
    )
    lines = ("[scenarios.x.add.assets.second]", "like = 'patrol_boat'", "units = 2")
    case = read(folder, *lines, "[scenarios.x.add.bases.pier]", "like = 'west_port'", "lon = 178.5")
    assert case.programmes["assets"][0] == ("patrol_boat", "survey_plane", "second")
    assert case.programmes["assets"][1] == ("patrol_boat", "survey_plane", "second", "radar_scenes"), (
        "* is all"
    )
    assert case.assets["bases"][0] == ("west_port", "pier")
    basis = case.sources[case.sources["id"] == "second"].set_index("field")["basis"]
    assert (basis["range_nm"], basis["units"]) == ("stated", "assumed"), "what was copied, what was set"
    ranges = case.uncertainty.set_index(["id", "field"])[["low", "high"]]
    assert ranges.loc[("second", "range_nm")].tolist() == ranges.loc[("patrol_boat", "range_nm")].tolist()
    assert ranges.loc[("second", "units")].tolist() == [1.0, 3.0], "moves with the figure, from 1 to 2"


def test_what_a_scenario_takes_away_on_purpose_is_not_warned_of(folder: Folder) -> None:
    lines = ("[scenarios.x]", "programmes.eyes.budget = 0")
    assert read(folder, *lines).warnings == ()
    (warning,) = folder.read({"assets.patrol_boat.operator": "nobody"}).warnings[:1]
    assert (warning.file, warning.column, warning.code) == (
        "--set", "assets.patrol_boat.operator", "idle_asset",
    )  # fmt: skip


def test_a_removed_record_is_replaced_by_a_new_one_of_its_id(folder: Folder) -> None:
    lines = ("[scenarios.x]", 'remove.programmes = ["eyes"]', "[scenarios.x.add.programmes.eyes]")
    case = read(folder, *lines, 'like = "eyes"', "budget = 1")
    assert list(case.programmes["budget"]) == [780_000, 1]


def test_what_names_removed_records_loses_them(folder: Folder) -> None:
    folder.replace("assets.csv", "vessel,fji,west_port,", "vessel,fji,west_port;east_port,")
    folder.replace("programmes.csv", "vessel,*,*", "vessel;aircraft,patrol_boat;survey_plane,west;east")
    folder.replace("programmes.csv", "aircraft;satellite,*,*,civil", "*,*,*,*")
    folder.append("sources.csv", "bases,west_port;east_port,*,stated,chart,\n")
    folder.append("sources.csv", "access,fji,*,stated,treaty,\n")  # goes with the consent
    case = read(
        folder,
        "[scenarios.x.remove]",
        *('bases = ["west_port"]', 'assets = "survey_plane"', 'areas = ["east"]', 'access = ["partner_air"]'),
    )
    assert case.assets["bases"][0] == ("east_port",)
    assert case.programmes["assets"][0] == ("patrol_boat",)
    assert case.programmes["areas"][0] == ("west",)
    assert list(case.areas["area_id"]) == ["west"]
    assert case.access.empty, "fji had consent in the east alone"


def test_later_scenarios_win_and_it_is_said(folder: Folder) -> None:
    lines = (
        "[scenarios.a]",
        "programmes.eyes.budget = 10_001",
        "horizon_days = 364",
        "programmes.patrols.budget = 70_000",
    )
    lines += (
        "[scenarios.b]",
        "programmes.eyes.budget = 20_002",
        "horizon_days = 364",
        'remove.programmes = "patrols"',
    )
    case = read(folder, *lines, scenario="a,b")
    assert list(case.programmes["budget"]) == [20_002]
    said = [str(warning) for warning in case.warnings if warning.file == "case.toml"]
    start = folder.text("case.toml").splitlines().index("[scenarios.b]") + 1
    assert said == [
        f"case.toml row {start + 1}, scenarios.b.programmes.eyes.budget: 20002 contradicts the scenario a, "
        "which sets it otherwise; b wins, since it is named later",
        f"case.toml row {start + 3}, scenarios.b.remove.programmes: programmes.patrols contradicts the "
        "scenario a, which sets programmes.patrols.budget; b wins, since it is named later",
    ]
    case = folder.read(scenario="b,a")
    assert list(case.programmes["budget"]) == [70_000 * 0.65, 10_001], "a sets what b removes: it stays"
    assert sum(warning.file == "case.toml" for warning in case.warnings) == 2
    case = folder.read({"programmes.eyes.budget": "3"}, scenario="a,b")
    assert list(case.programmes["budget"]) == [3]


def test_scenarios_that_touch_different_things_commute(folder: Folder) -> None:
    with_scenarios(
        folder, "[scenarios.a]", "horizon_days = 90", "[scenarios.b]", "programmes.eyes.budget = 2"
    )
    one, other = folder.read(scenario="a,b"), folder.read(scenario="b,a")
    assert one.settings == other.settings
    assert one.programmes.equals(other.programmes)
    assert one.warnings == other.warnings


def test_a_changed_figure_is_assumed_whatever_stood_there(folder: Folder) -> None:
    folder.append("sources.csv", "programmes,eyes,budget,stated,a page,\n")
    case = read(folder, "[scenarios.x]", "programmes.eyes.budget = 2")
    found = case.sources.set_index(["table", "id", "field"]).loc[("programmes", "eyes", "budget")]
    assert (found["basis"], found["value"]) == ("assumed", 2)
    assert found["source"].startswith("set by scenarios.x.programmes.eyes.budget in case.toml row ")


def basis_of(case: Case, *place: str) -> tuple[str, str, str]:
    found = case.sources.set_index(["table", "id", "field"]).loc[place]
    return found["basis"], found["source"], found["note"]


def test_a_scenario_names_the_source_of_the_figures_that_it_sets(folder: Folder) -> None:
    folder.append("sources.csv", "programmes,eyes,budget,stated,a page,\nareas,*,*,stated,a survey,\n")
    named = 'source = "catches of 2015"'
    with_scenarios(
        folder,
        *("[scenarios.x]", named, 'basis = "derived"', "areas.west.risk_weight = 2", "dwell_days = 7"),
        *('programmes."*".budget = {factor = 2}', "[scenarios.y]", named, "areas.east.risk_weight = 2"),
        *("[scenarios.z]", "areas.west.risk_weight = 3"),
    )
    case = folder.read(scenario="x")
    for place in (
        ("areas", "west", "risk_weight"),
        ("programmes", "eyes", "budget"),
        ("case", "", "dwell_days"),
    ):
        basis, source, note = basis_of(case, *place)
        assert (basis, source) == ("derived", "catches of 2015")
        assert note.startswith("set by scenarios.x.")
        assert " in case.toml row " in note
    # what it leaves as it is has its own source, and so has what another change sets
    assert basis_of(case, "areas", "east", "risk_weight") == ("stated", "a survey", "")
    assert basis_of(folder.read(scenario="y"), "areas", "east", "risk_weight")[:2] == (
        "assumed",
        "catches of 2015",
    )
    basis, source, _ = basis_of(folder.read(scenario="x,z"), "areas", "west", "risk_weight")
    assert (basis, source[:24]) == ("assumed", "set by scenarios.z.areas")
    changed = folder.read({"areas.west.risk_weight": 4}, scenario="x")
    expected = ("assumed", "set by the change areas.west.risk_weight", "")
    assert basis_of(changed, "areas", "west", "risk_weight") == expected


def test_the_source_of_a_record_that_a_scenario_adds_is_its_own_or_the_scenarios(folder: Folder) -> None:
    new = ("like = 'patrol_boat'", "units = 3", "source = 'a leaflet'")
    with_scenarios(
        folder,
        *(
            "[scenarios.x.add.assets.launch]",
            *new,
            "[scenarios.y]",
            "source = 'a tender'",
            "basis = 'stated'",
        ),
        *("[scenarios.y.add.assets.launch]", *new),
    )
    basis, source, note = basis_of(folder.read(scenario="x"), "assets", "launch", "units")
    assert (basis, source) == ("assumed", "a leaflet")
    assert note.startswith("set by scenarios.x.add.assets.launch.units in case.toml row ")
    assert basis_of(folder.read(scenario="y"), "assets", "launch", "units")[:2] == ("stated", "a tender")


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ('basis = "derived"', "scenarios.x.basis", "no_source"),
        ('source = "a page"\nbasis = "sure"', "scenarios.x.basis", "not_a_choice"),
        ('source = ""', "scenarios.x.source", "blank"),
        ("source = 3", "scenarios.x.source", "not_text"),
    ],
)
def test_a_source_that_a_scenario_does_not_name_well(
    folder: Folder, line: str, column: str, code: str
) -> None:
    with_scenarios(folder, "[scenarios.x]", line, "dwell_days = 7")
    problem = folder.only_problem()
    assert (problem.column, problem.code) == (column, code)


def test_a_scenario_that_only_fits_beside_another_is_a_problem_where_it_is_chosen(folder: Folder) -> None:
    with_scenarios(
        folder,
        *("[scenarios.x]", "remove.bases = ['west_port']"),
        *("[scenarios.y]", "assets.patrol_boat.bases = 'east_port'"),
    )
    folder.read()
    assert folder.read(scenario="x,y").assets["bases"][0] == ("east_port",)
    with pytest.raises(
        InputError, match=r"x\.remove\.bases: west_port leaves assets\.patrol_boat without bases"
    ) as caught:
        folder.read(scenario="x")
    assert [problem.code for problem in caught.value.problems] == ["left_empty"]


def test_check_validates_every_scenario_in_full(folder: Folder) -> None:
    with_scenarios(
        folder, "[scenarios.x]", "access.fji.areas = 'nowhere'", "[scenarios.y]", "fx.rates.AUD = 0.5"
    )
    folder.read(scenario="y")
    checked = checked_case(folder.path)
    (problem,) = checked.problems
    assert (problem.file, problem.column, problem.code) == (
        "case.toml", "scenarios.x.access.fji.areas", "unknown_reference",
    )  # fmt: skip
    assert checked.case is not None
    assert {name: case is None for name, case in checked.scenarios.items()} == {"x": True, "y": False}


def test_check_names_the_scenario_of_a_problem_that_is_written_elsewhere(folder: Folder) -> None:
    with_scenarios(
        folder, "[scenarios.short]", "horizon_days = 20", "dwell_days = 5", "scale_to_horizon = false"
    )
    checked = checked_case(folder.path)
    assert {problem.file for problem in checked.problems} == {"assets.csv", "sensors.csv"}
    assert all(problem.rule.endswith("in the scenario short") for problem in checked.problems)


def test_check_shows_the_warnings_of_what_scenarios_set_and_no_others(folder: Folder) -> None:
    # that the boats lose their donor is what the scenario is for; that a new one has none is not
    lines = ("[scenarios.x]", "remove.programmes = ['patrols']", "assets.survey_plane.transit_speed_kn = 20")
    with_scenarios(folder, *lines, "[scenarios.x.add.assets.boat]", "like = 'patrol_boat'", "kind = 'vessel'")
    warnings = checked_case(folder.path).warnings
    assert [(one.column.removeprefix("scenarios.x."), one.code) for one in warnings] == [
        ("assets.survey_plane.transit_speed_kn", "unusual"),
        ("add.assets.boat.kind", "idle_asset"),
    ]


def test_set_reaches_a_new_record_but_no_removed_one(folder: Folder) -> None:
    lines = (
        "[scenarios.x]",
        "remove.programmes = ['eyes']",
        "[scenarios.x.add.assets.z]",
        "like = 'patrol_boat'",
    )
    with_scenarios(folder, *lines)
    assert folder.read({"assets.z.units": 5}, scenario="x").assets["units"][2] == 5
    with pytest.raises(InputError, match="names no row of programmes"):
        folder.read({"programmes.eyes.budget": 5}, scenario="x")


def test_changes_reach_settings_and_rows(folder: Folder) -> None:
    case = folder.read(
        {
            "cells.spacing_nm": "30",
            "solver.max_rounds": "3",
            "title": "2025",
            "fx.rates.AUD": "0.5",
            "fx.rates.JPY": 0.007,
            "programmes.eyes.budget": "2e6",
            "programmes.eyes.currency": "JPY",
            "areas.west.target_coverage": "0.4",
            "areas.east.target_coverage": None,
            "assets.patrol_boat.bases": ["west_port", "east_port"],
            "assets.survey_plane.units_high": 3,
            "sensors.radar_scenes.units": 2,
            "bases.west_port.capacity_hours": 100,
            "access.fji.areas": "*",
        }
    )
    assert (case.settings.cells.spacing_nm, case.settings.solver.max_rounds, case.settings.title) == (
        30,
        3,
        "2025",
    )
    assert case.programmes["budget"][0] == 600_000
    assert case.programmes["budget"][1] == pytest.approx(14_000)
    assert list(case.areas["target_coverage"]) == [0.4, 0.2]
    assert case.assets["bases"][0] == ("west_port", "east_port")
    assert case.assets["units_high"][1] == 3
    assert case.sensors["units"][0] == 2
    assert case.bases["capacity_hours"][0] == 100
    assert case.access["areas"][1] == ("west", "east")


def test_a_scenario_without_changes_is_said(folder: Folder) -> None:
    with_scenarios(folder, "[scenarios.x]", 'title = "As it is"')
    assert [(one.column, one.code) for one in folder.read().warnings] == [("scenarios.x", "empty_scenario")]


def test_only_a_rate_that_the_case_has_is_said_to_change_nothing(folder: Folder) -> None:
    rates = (
        "fx.rates.AUD = 0.8",
        "fx.rates.AUD = {factor = 1.1}",
        "fx.rates.NZD = 0.6",
        "fx.rates.AUD = 0.65",
    )
    for name, rate in zip("abcd", rates, strict=True):
        folder.append("case.toml", f"[scenarios.{name}]\n{rate}\n")
    (warning,) = folder.read().warnings
    assert (warning.column, warning.code) == ("scenarios.d.fx.rates.AUD", "empty_scenario")


@pytest.mark.parametrize("key", ["solver.time_limit_s", "fx.rates.AUD"])
def test_a_setting_that_may_mean_two_numbers_is_refused(folder: Folder, key: str) -> None:
    problem = folder.only_problem({key: "1.200"})
    assert (problem.code, problem.rule) == ("not_a_number", "may be 1.2 or 1200")
    assert folder.read({"horizon_days": "30.125", "dwell_days": "1.200"}).settings.dwell_days == 1.2


def test_no_change_leaves_the_folder_alone(folder: Folder) -> None:
    before = {path.name: path.read_bytes() for path in folder.path.iterdir()}
    folder.read({"programmes.eyes.budget": 1})
    assert before == {path.name: path.read_bytes() for path in folder.path.iterdir()}


def test_an_operator_with_several_rows_cannot_be_changed_by_its_id(folder: Folder) -> None:
    folder.append("access.csv", "fji,west,again,\n")
    assert folder.only_problem({"access.fji.basis": "x"}).code == "several_rows"


def test_a_scenario_is_a_named_set_of_changes(folder: Folder) -> None:
    budgets = folder.read(scenario="half_budgets").programmes["budget"]
    assert list(budgets) == pytest.approx([600_000 * 0.65, 1_250_000])


def test_further_changes_go_before_those_of_the_scenario(folder: Folder) -> None:
    budgets = folder.read({"programmes.eyes.budget": 1}, scenario="half_budgets").programmes["budget"]
    assert list(budgets) == pytest.approx([600_000 * 0.65, 1])


def test_an_unknown_scenario(folder: Folder) -> None:
    with pytest.raises(InputError, match="write half_budgets, if that is meant"):
        folder.read(scenario="half_budget")

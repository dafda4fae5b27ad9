"""Changes made before the case is checked, and the scenarios of case.toml."""

from __future__ import annotations

import pytest

from planner.errors import InputError
from tests.case.conftest import Folder


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


def test_no_change_leaves_the_folder_alone(folder: Folder) -> None:
    before = {path.name: path.read_bytes() for path in folder.path.iterdir()}
    folder.read({"programmes.eyes.budget": 1})
    assert before == {path.name: path.read_bytes() for path in folder.path.iterdir()}


@pytest.mark.parametrize(
    ("key", "rule", "remedy"),
    [
        ("programme.eyes.budget", "leads to no setting and no table", "write programmes.eyes.budget, if"),
        ("programme.eye.budgte", "leads to no setting and no table", "write programmes.eyes.budget, if"),
        ("programmes.eye.budget", "leads to no row of programmes.csv", "write programmes.eyes.budget, if"),
        ("programmes.eyes.budgte", "names no column", "write programmes.eyes.budget, if"),
        ("programmes.eyes.programme_id", "names no column", "known are name"),
        ("programmes.eyes", "does not name a row and a column", "programmes.ID.COLUMN"),
        ("programmes", "does not name a row and a column", "programmes.ID.COLUMN"),
        ("programmes.a.b.c", "does not name a row and a column", "programmes.ID.COLUMN"),
        ("cells.spacing", "leads to no setting", "write cells.spacing_nm, if"),
        ("cell.spacing_nm", "leads to no setting", "write cells.spacing_nm, if"),
        ("cell.spacing", "leads to no setting", "write cells.spacing_nm, if"),
        ("solver.gap.x", "leads to no setting", "write solver.gap_tolerance, if"),
        ("solver.zzz", "leads to no setting", "known are name, gap_tolerance"),
        ("fx.rate.AUD", "leads to no setting", "write fx.rates.AUD, if"),
        ("fx.rates.AUD.x", "leads to no setting", "write fx.rates.AUD, a single value"),
        ("cells", "leads to no setting", "cells.spacing_nm"),
        ("fx.rates", "leads to no setting", "fx.rates.AUD"),
        ("horizon_day", "leads to no setting", "write horizon_days, if"),
        ("", "leads to no setting", "known are title"),
        ("horizon_days.x", "leads to no setting", "write horizon_days, a single value"),
        ("risk.a.weight", "leads to no setting and no table", "known are"),
    ],
)
def test_a_key_that_leads_nowhere(folder: Folder, key: str, rule: str, remedy: str) -> None:
    problem = folder.only_problem({key: 1})
    assert (problem.file, problem.column) == ("--set", key or '""')
    assert rule in problem.rule
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("key", "value", "place", "rule"),
    [
        ("programmes.eyes.budget", "-5", ("programmes.csv", 3, "budget", "-5"), "is below 0"),
        ("programmes.eyes.budget", "", ("programmes.csv", 3, "budget", ""), "is blank"),
        (
            "programmes.eyes.budget",
            float("nan"),
            ("programmes.csv", 3, "budget", "nan"),
            "is not a finite number",
        ),
        ("programmes.eyes.budget", True, ("programmes.csv", 3, "budget", "True"), "is not a number"),
        ("areas.west.risk_weight", "-1", ("areas.geojson", 1, "risk_weight", "-1.0"), "is below 0"),
        ("areas.west.risk_weight", True, ("areas.geojson", 1, "risk_weight", "true"), "is not a number"),
        ("cells.spacing_nm", "wide", ("case.toml", 17, "cells.spacing_nm", "wide"), "is not a number"),
        ("solver.max_rounds", "2.5", ("case.toml", 0, "solver.max_rounds", "2.5"), "is not a whole number"),
        ("fx.rates.AUD", "-1", ("case.toml", 14, "fx.rates.AUD", "-1.0"), "is not above 0"),
    ],
)
def test_a_value_that_is_wrong_says_that_a_change_set_it(
    folder: Folder, key: str, value: object, place: tuple[str, int, str, str], rule: str
) -> None:
    problem = folder.only_problem({key: value})
    file, row, column, shown = place
    assert (problem.file, problem.column, problem.value) == (file, column, shown)
    assert problem.row == row or file == "case.toml"
    assert rule in problem.rule
    assert f"(set by the change {key})" in problem.rule


def test_an_operator_with_several_consents_cannot_be_changed_by_its_id(folder: Folder) -> None:
    folder.append("access.csv", "fji,west,again,\n")
    assert "several rows" in folder.only_problem({"access.fji.basis": "x"}).rule


def test_a_scenario_is_a_named_set_of_changes(folder: Folder) -> None:
    budgets = folder.read(scenario="half_budgets").programmes["budget"]
    assert list(budgets) == pytest.approx([600_000 * 0.65, 1_250_000])


def test_further_changes_go_before_those_of_the_scenario(folder: Folder) -> None:
    budgets = folder.read({"programmes.eyes.budget": 1}, scenario="half_budgets").programmes["budget"]
    assert list(budgets) == pytest.approx([600_000 * 0.65, 1])


def test_an_unknown_scenario(folder: Folder) -> None:
    with pytest.raises(InputError, match="write half_budgets, if that is meant"):
        folder.read(scenario="half_budget")


def test_every_scenario_is_checked_for_keys_that_lead_nowhere(folder: Folder) -> None:
    folder.replace("case.toml", "programmes.eyes.budget", "programmes.eye.budget")
    problem = folder.only_problem()
    assert (problem.row, problem.column) == (28, "scenarios.half_budgets.programmes.eye.budget")
    assert "leads to no row of programmes.csv" in problem.rule


def test_scenarios_of_the_wrong_shape(folder: Folder) -> None:
    toml = folder.without_scenarios().text("case.toml")
    folder.write("case.toml", "scenarios = 3\n" + toml)
    assert "is not a table of scenarios" in folder.only_problem().rule

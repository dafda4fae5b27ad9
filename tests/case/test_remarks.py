"""Warnings: what can be planned with but is probably not meant; and the rules that need several files."""

from __future__ import annotations

from planner.errors import Problem
from tests.case.conftest import Folder


def _only_warning(folder: Folder) -> Problem:
    (warning,) = folder.read().warnings
    return warning


def test_a_good_case_has_no_warnings(folder: Folder) -> None:
    assert folder.read().warnings == ()


def test_an_area_that_nobody_has_access_to(folder: Folder) -> None:
    folder.replace("access.csv", "partner_air,*", "partner_air,west").replace(
        "access.csv", "fji,east,", "fji,west,"
    )
    warning = _only_warning(folder)
    assert (warning.file, warning.row, warning.value) == ("areas.geojson", 2, "east")
    assert "nobody has access to" in warning.rule
    assert "an asset of the operator ton" in warning.remedy


def test_a_states_own_operator_needs_no_consent(folder: Folder) -> None:
    folder.replace("access.csv", "partner_air,*", "partner_air,east").replace(
        "access.csv", "fji,east,", "fji,east,"
    )
    assert folder.read().warnings == ()  # the patrol boat of fji watches west


def test_an_operator_with_access_but_without_assets(folder: Folder) -> None:
    folder.append("access.csv", "partner_ar,*,x,\n")
    warning = _only_warning(folder)
    assert (warning.file, warning.row, warning.value) == ("access.csv", 4, "partner_ar")
    assert "write partner_air" in warning.remedy


def test_a_programme_that_can_fund_nothing_by_kind(folder: Folder) -> None:
    folder.replace("programmes.csv", ",vessel,", ",fixed,")
    assert "no asset or sensor fits" in _only_warning(folder).rule


def test_a_programme_that_can_fund_nothing_by_asset(folder: Folder) -> None:
    folder.replace("programmes.csv", ",vessel,*", ",vessel,survey_plane")
    assert "no asset or sensor fits" in _only_warning(folder).rule


def test_a_programme_that_can_fund_nothing_by_service(folder: Folder) -> None:
    folder.replace("programmes.csv", "police;civil", "civil")
    assert "no asset or sensor fits" in _only_warning(folder).rule


def test_a_programme_that_can_fund_nothing_for_lack_of_access(folder: Folder) -> None:
    folder.replace("programmes.csv", ",vessel,*,*", ",vessel,*,east").replace(
        "access.csv", "fji,east,", "fji,west,"
    )
    warning = _only_warning(folder)
    assert (warning.file, warning.row, warning.value) == ("programmes.csv", 2, "patrols")
    assert "the operators that it may fund (fji) have access to none of its areas" in warning.rule


def test_risk_weights_that_are_all_zero(folder: Folder) -> None:
    folder.replace("areas.geojson", '"risk_weight": 1.0', '"risk_weight": 0')
    folder.replace("areas.geojson", '"risk_weight": 1.5', '"risk_weight": 0')
    assert "is 0 in every area" in _only_warning(folder).rule


def test_an_asset_that_may_use_all_bases_uses_those_that_take_its_kind(folder: Folder) -> None:
    case = (
        folder.replace("assets.csv", "fji,west_port", "fji,*")
        .replace("assets.csv", "partner_air,east_port", "partner_air,*")
        .read()
    )
    assert list(case.assets["bases"]) == [("west_port", "east_port"), ("east_port",)]


def test_a_kind_that_no_base_takes(folder: Folder) -> None:
    folder.replace("assets.csv", "aircraft,partner_air,east_port", "uncrewed_aircraft,partner_air,*")
    problem = folder.only_problem()
    assert (problem.file, problem.row, problem.column) == ("assets.csv", 3, "bases")
    assert "finds no base that takes the kind uncrewed_aircraft" in problem.rule


def test_a_programme_that_names_assets_asks_only_them_for_their_service(folder: Folder) -> None:
    folder.replace("programmes.csv", ",vessel,*,*,police;civil", ",vessel,survey_plane,*,police;civil")
    folder.replace("assets.csv", "AUD,police", "AUD,")
    assert all(problem.file != "assets.csv" for problem in folder.read().warnings)


def test_warnings_are_stored_and_read_like_problems(folder: Folder) -> None:
    folder.append("access.csv", "nobody,*,x,\n")
    assert str(_only_warning(folder)).startswith(
        "access.csv row 4, operator: nobody runs no asset or sensor; "
    )


def test_a_horizon_that_is_no_year(folder: Folder) -> None:
    warnings = folder.read({"horizon_days": "359"}).warnings
    (warning,) = [each for each in warnings if each.column == "horizon_days"]
    assert "taken as those of this horizon" in warning.rule
    assert folder.read({"horizon_days": "360"}).warnings == ()


def test_no_unit_works_longer_than_the_horizon(folder: Folder) -> None:
    hours = folder.read().assets["hours_per_unit"].max()
    problems = folder.problems({"horizon_days": str(hours / 24 - 1)})
    assert {problem.column for problem in problems} == {"hours_per_unit"}
    assert all("hours of the horizon" in problem.rule for problem in problems)

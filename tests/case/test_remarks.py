"""Warnings: what can be planned with but is probably not meant; and the rules that need several files."""

from __future__ import annotations

import pytest

from tests.case.conftest import Folder

ASSETS = ("assets.csv", "aircraft,partner_air,east_port", "uncrewed_aircraft,partner_air,*")
PATROLS = ("programmes.csv", 2, "programme_id", "patrols")
EAST_CLOSED = ("access.csv", "fji,east,", "fji,west,")


@pytest.mark.parametrize(
    ("changes", "place", "code", "said"),
    [
        (
            [("access.csv", "partner_air,*", "partner_air,west"), EAST_CLOSED],
            ("areas.geojson", 2, "area_id", "east"),
            "closed_area",
            "an asset of the operator ton",
        ),
        (
            [("access.csv", "fji,east,", "partner_ar,*,x,\nfji,east,")],
            ("access.csv", 3, "operator", "partner_ar"),
            "idle_operator",
            "write partner_air",
        ),
        *(
            ([("programmes.csv", *change)], PATROLS, "idle_programme", "no asset or sensor fits")
            for change in (
                (",vessel,", ",fixed,"),
                (",vessel,*", ",vessel,survey_plane"),
                ("police;civil", "civil"),
            )
        ),
        (
            [("programmes.csv", ",vessel,*,*", ",vessel,*,east"), EAST_CLOSED],
            PATROLS,
            "idle_programme",
            "the operators that it may fund (fji) have access to none of its areas",
        ),
        (
            [("areas.geojson", '"risk_weight": 1.0', '"risk_weight": 0'), ("areas.geojson", "1.5", "0")],
            ("areas.geojson", 0, "risk_weight", ""),
            "no_risk",
            "is 0 in every area",
        ),
        (
            [("case.toml", "horizon_days = 365", "horizon_days = 359")],
            ("case.toml", 0, "horizon_days", "359"),
            "short_horizon",
            "taken as those of this horizon",
        ),
    ],
)
def test_what_is_probably_not_meant_is_remarked_on(
    folder: Folder,
    changes: list[tuple[str, str, str]],
    place: tuple[str, int, str, str],
    code: str,
    said: str,
) -> None:
    for change in changes:
        folder.replace(*change)
    (warning,) = folder.read().warnings
    assert (warning.file, warning.row, warning.column, warning.value) == place
    assert warning.code == code
    assert said in str(warning)


@pytest.mark.parametrize(
    "change",
    [
        ("case.toml", "horizon_days = 365", "horizon_days = 360"),
        ("access.csv", "partner_air,*", "partner_air,east"),  # the patrol boat of fji watches west
    ],
)
def test_what_is_right_is_not_remarked_on(folder: Folder, change: tuple[str, str, str]) -> None:
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
    assert all(problem.file != "assets.csv" for problem in folder.read().warnings)


def test_no_unit_works_longer_than_the_horizon(folder: Folder) -> None:
    hours = folder.read().assets["hours_per_unit"].max()
    problems = folder.problems({"horizon_days": str(hours / 24 - 1)})
    assert {(problem.column, problem.code) for problem in problems} == {("hours_per_unit", "beyond_horizon")}

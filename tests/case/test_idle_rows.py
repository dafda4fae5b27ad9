"""Rows and edits that can have no effect are said, each at its place; those that have one are not."""

from __future__ import annotations

import pytest

from planner.case.check import checked_case
from tests.case.broken import CAPITAL, YEARS
from tests.case.conftest import Folder

PERIODS = "period_id,name,start,end\nwet,Wet,11-01,04-30\ndry,Dry,05-01,10-31\n"
AVAILABILITY = "period,kinds,assets,bases,areas,share,hours_per_unit\nwet,vessel,,,,0.8,\n"
ACCESS = "operator,areas,periods,tasks,kinds,basis\nfji,east,,,,agreement\n"
SET = "programmes.patrols.budget = 600000"
Found = tuple[str, int, str, str]


def found_in(folder: Folder) -> list[Found]:
    found = checked_case(folder.path)
    assert not found.problems
    return [(each.file, each.row, each.column, each.code) for each in found.warnings]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("wet,uncrewed_aircraft,,,,0.5,", "kinds"),
        ("wet,vessel,survey_plane,,,0.5,", "assets"),
        ("wet,vessel,,,,,4344", "hours_per_unit"),  # 181 days of 24 h
        ("wet,vessel,,,west,1,", "share"),
        ("wet,vessel,,,,1,", ""),  # at most the period's part of the year's hours
        ("wet,vessel,,,,,4343", ""),
    ],
)
def test_rows_of_availability(folder: Folder, row: str, column: str) -> None:
    folder.write("periods.csv", PERIODS).write("availability.csv", f"{AVAILABILITY}{row}\n")
    assert found_in(folder) == ([("availability.csv", 3, column, "idle_row")] if column else [])


@pytest.mark.parametrize(("row", "idle"), [("wet,vessel,,,east,0.5,", 1), ("wet,vessel,,,west;east,0.5,", 0)])
def test_weather_where_nobody_may_work(folder: Folder, row: str, idle: int) -> None:
    """The boat is let into its own zone alone."""
    folder.write("access.csv", "operator,areas,basis\npartner_air,*,agreement\n")
    folder.write("periods.csv", PERIODS).write("availability.csv", f"{AVAILABILITY}{row}\n")
    found = [one for one in found_in(folder) if one[0] == "availability.csv"]
    assert found == [("availability.csv", 3, "areas", "idle_row")] * idle


RESPONSE = "[response]\nshare = {}\nboarding_share = 0.1\nresponse_time_h = 48\nboarding_h = 6\n"


@pytest.mark.parametrize(("share", "boards", "said"), [(0.5, "no", 1), (0.5, "yes", 0), (0, "no", 0)])
def test_detections_that_nobody_can_answer(folder: Folder, share: float, boards: str, said: int) -> None:
    """Warned of where a part of coverage hangs on it."""
    path = folder.path
    rows = (path / "assets.csv").read_text(encoding="utf-8").splitlines()
    folder.write("assets.csv", "\n".join([f"{rows[0]},boards", *(f"{row},{boards}" for row in rows[1:])]))
    areas = (path / "areas.geojson").read_text(encoding="utf-8")
    folder.write("areas.geojson", areas.replace('"coastal_state"', '"visits_per_year": 100, "coastal_state"'))
    case = (path / "case.toml").read_text(encoding="utf-8")
    folder.write("case.toml", case + RESPONSE.format(share))
    found = [one for one in found_in(folder) if one[3] == "no_boarder"]
    assert found == [("case.toml", 0, "response.share", "no_boarder")] * said


def test_a_row_of_availability_that_is_there_twice(folder: Folder) -> None:
    folder.write("periods.csv", PERIODS).write("availability.csv", AVAILABILITY + "wet,vessel,,,,0.8,\n")
    assert found_in(folder) == [("availability.csv", 3, "period", "row_twice")]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("partner_air,*,wet,,,x\npartner_air,*,dry,,,x\n", []),
        ("partner_air,*,,,aircraft,x\npartner_air,*,,,satellite,x\n", []),
        ("partner_air,*,,,,x\npartner_air,west,wet,,,x\n", [("access.csv", 4, "areas", "idle_access")]),
        ("partner_air,*,,,,x\npartner_air,*,,,vessel,x\n", [("access.csv", 4, "kinds", "idle_access")]),
        ("partner_air,*,,,,x\nfji,west,,board,,x\n", [("access.csv", 4, "tasks", "idle_access")]),
        ("partner_air,*,,,aircraft,x\n", [("sensors.csv", 2, "sensor_id", "idle_asset")]),
    ],
)
def test_rows_of_access_by_period_task_and_kind(folder: Folder, rows: str, found: list[Found]) -> None:
    folder.write("periods.csv", PERIODS).write("access.csv", ACCESS + rows)
    assert found_in(folder) == found


@pytest.mark.parametrize(
    ("edit", "key"),
    [
        ("programmes.patrols.budget = 1200000", "programmes.patrols.budget"),
        ('programmes."*".budget = {factor = 1}', "programmes.*.budget"),
        ("dwell_days = 14", "dwell_days"),
        ("fx.rates.AUD = 0.65", "fx.rates.AUD"),
        ("dwell_days = 13", ""),
    ],
)
def test_edits_of_a_scenario(folder: Folder, edit: str, key: str) -> None:
    folder.replace("case.toml", "programmes.eyes.budget = {factor = 0.5}\n", "").replace(
        "case.toml", SET, edit
    )
    place = ("case.toml", 27, f"scenarios.half_budgets.{key}", "empty_scenario")
    assert found_in(folder) == ([place] if key else [])


@pytest.mark.parametrize(
    ("change", "found"),
    [
        # patrols has 1,000,000 a year and may carry it over: 3,000,000 in 2029, the last year of orders
        (("options.csv", "900000,20000", "3000001,20000"), ("options.csv", 2, "capital_cost", "idle_option")),
        (("options.csv", "900000,20000", "3000000,20000"), None),
        # 24 people in 2030, and two courses of 12
        (("options.csv", "20000,12,40", "20000,49,40"), ("options.csv", 2, "crew", "idle_option")),
        (("options.csv", "20000,12,40", "20000,48,40"), None),
        (("budgets.csv", "eyes,2028,500000,900000", "eyes,2028,,"), ("budgets.csv", 3, "year", "idle_row")),
        (("budgets.csv", "eyes,2028", "eyes,2030"), ("budgets.csv", 3, "capital", "idle_row")),
        (("crews.csv", "2030,24", "2030,12"), ("crews.csv", 3, "year", "idle_row")),
        (("crews.csv", "fji,,12,", "fji,2027,1,\nfji,2028,1,\nfji,2029,1,\nfji,,12,"),
         ("crews.csv", 5, "year", "idle_row")),
        (("options.csv", "1,20,0.95", "1,20,0.05"), ("options.csv", 2, "survival", "unusual")),
    ],
)  # fmt: skip
def test_rows_of_capacity_plans(folder: Folder, change: tuple[str, str, str], found: Found | None) -> None:
    for name, text in CAPITAL.items():
        folder.write(name, text)
    folder.write("case.toml", folder.text("case.toml") + YEARS).replace(*change)
    assert [one for one in found_in(folder) if one[3] != "idle_asset"] == ([found] if found else [])

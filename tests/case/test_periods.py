"""periods.csv and availability.csv: what they say in frames, and every rule that they can break."""

from __future__ import annotations

import math

import pytest

from planner.errors import InputError
from tests.case.conftest import Folder

HALVES = "period_id,name,start,end,source\ndry,Dry,04-01,09-30,\nwet,Wet,10-01,03-31,\n"
HEADER = "period,kinds,assets,bases,areas,share,hours_per_unit,source\n"


def with_files(folder: Folder, periods: str = HALVES, availability: str = "") -> Folder:
    return folder.write("periods.csv", periods).write("availability.csv", HEADER + availability)


def codes(folder: Folder) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as caught:
        folder.read()
    return [(each.column, each.code) for each in caught.value.problems]


def test_a_case_without_the_file_has_one_period(folder: Folder) -> None:
    case = folder.read()
    assert case.periods["period_id"].tolist() == ["year"]
    assert case.periods["days"].tolist() == [case.settings.horizon_days]
    assert case.availability.empty


@pytest.mark.parametrize(
    "day", ["04-01", "2027-04-01", "2027-04-01 00:00:00", "1-Apr", "Apr-01", "01.04.", "1.4.2026"]
)
def test_days_as_people_and_spreadsheets_write_them(folder: Folder, day: str) -> None:
    case = with_files(folder, HALVES.replace("04-01", day)).read()
    assert case.periods["start"].tolist() == ["04-01", "10-01"]
    assert case.periods["days"].tolist() == pytest.approx([183.0, 182.0])


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("04-01", "13-01", ("start", "not_a_day")),
        ("04-01", "spring", ("start", "not_a_day")),
        ("04-01", "02-29", ("start", "not_a_day")),
        ("04-01", "4/1/2026", ("start", "not_a_day")),  # the first of April, or the fourth of January
        ("04-01", "2028-02-29", ("start", "not_a_day")),
        ("04-01", "03-31", ("start", "bad_periods")),  # a day of wet
        ("04-01", "04-02", ("start", "bad_periods")),  # 364 days
        ("wet", "dry", ("period_id", "duplicate_id")),
    ],
)
def test_every_day_is_in_one_period(folder: Folder, old: str, new: str, found: tuple[str, str]) -> None:
    assert found in codes(with_files(folder, HALVES.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("summer,vessel,,,,0.5,,", ("period", "unknown_reference")),
        ("wet,,,,,0.5,,", ("kinds", "bad_availability")),
        ("wet,vessel,,,,,,", ("share", "bad_availability")),
        ("wet,vessel,,,,0.5,100,", ("hours_per_unit", "bad_availability")),
        ("wet,vessel,,west_port,,0.5,,", ("bases", "bad_availability")),
        ("wet,,,west_port,,0.5,,", ("share", "bad_availability")),  # it has no capacity_hours
        ("wet,,,,west,1.5,,", ("share", "bad_availability")),
        ("wet,ships,,,,0.5,,", ("kinds", "not_a_choice")),
        ("wet,,nobody,,,0.5,,", ("assets", "unknown_reference")),
        ("wet,vessel,,,,-1,,", ("share", "too_small")),
    ],
)
def test_rows_name_what_they_mean_and_one_figure(folder: Folder, row: str, found: tuple[str, str]) -> None:
    assert found in codes(with_files(folder, availability=row + "\n"))


@pytest.mark.parametrize("row", ["wet,,,,west,1,,", "wet,,,,west,,4368,", "wet,vessel,,,,,4368,"])
def test_a_row_that_takes_nothing_away_is_said(folder: Folder, row: str) -> None:
    found = with_files(folder, availability=f"{row}\n").read().warnings  # 4,368 h are all 182 days
    assert [(each.file, each.row, each.code) for each in found] == [("availability.csv", 2, "idle_row")]


def test_other_files_name_periods(folder: Folder) -> None:
    with_files(folder)
    folder.write("access.csv", "operator,areas,periods,basis\nfji,east,dry,agreement\n")
    folder.write("risk.csv", "lon,lat,weight,period\n178,-18,2,wet\n179,-18,1,\n")
    case = folder.read()
    assert case.access["periods"].tolist() == [("dry",)]
    assert case.risk["period"].tolist() == ["wet", ""]
    folder.write("risk.csv", "lon,lat,weight,period\n178,-18,2,monsoon\n")
    assert codes(folder) == [("period", "unknown_reference")]


def test_of_a_year_that_is_one_rows_keep_their_period_and_its_part(folder: Folder) -> None:
    with_files(folder)
    folder.write("risk.csv", "lon,lat,weight,period\n178,-18,2,wet\n178,-18,4,dry\n178,-18,1,\n")
    case = folder.read({"use_periods": False})
    assert case.risk["weight"].tolist() == [2.0, 4.0, 1.0]
    assert case.risk["share"].tolist() == pytest.approx([182 / 365, 183 / 365, 1.0])
    assert case.periods["period_id"].tolist() == ["year"]


@pytest.mark.parametrize(
    ("days", "changes", "visits"),
    [
        # the year: as they are. A quarter of a year: a quarter of all, whatever period they are of
        (365, {}, [40.0, 8.0]),
        (365, {"use_periods": False}, [40.0, 8.0]),
        (91.25, {"use_periods": False}, [10.0, 2.0]),
        (91.25, {"use_periods": False, "scale_to_horizon": False}, [40.0, 8.0]),
    ],
)
def test_visits_of_the_risk_map_are_those_of_the_horizon(
    folder: Folder, days: float, changes: dict[str, object], visits: list[float]
) -> None:
    with_files(folder).write("risk.csv", "lon,lat,weight,visits,period\n178,-18,2,40,\n178,-18,2,8,wet\n")
    case = folder.read({"horizon_days": days, "dwell_days": 7, **changes})
    assert case.risk["visits"].tolist() == pytest.approx(visits)


def test_of_periods_that_are_all_of_a_short_horizon_visits_are_taken_as_they_are(folder: Folder) -> None:
    # 73 days are a fifth of a year: of what is stated for a year; 8 stays of the wet weeks are all of them
    weeks = "period_id,name,start,end,source\ndry,Dry,04-01,04-30,\nwet,Wet,05-01,06-12,\n"
    with_files(folder, weeks)
    folder.write("risk.csv", "lon,lat,weight,visits,period\n178,-18,2,40,\n178,-18,2,8,wet\n")
    for divided in (True, False):
        case = folder.read({"horizon_days": 73, "dwell_days": 7, "use_periods": divided})
        assert case.risk["visits"].tolist() == pytest.approx([8.0, 8.0])


def test_rows_of_single_periods_are_not_passed_over_without_a_word(folder: Folder) -> None:
    with_files(folder)
    folder.write(
        "availability.csv", "period,kinds,assets,bases,areas,share,hours_per_unit,source\nwet,*,,,,0.5,,\n"
    )
    assert folder.read().warnings == ()
    (warning,) = folder.read({"use_periods": False}).warnings
    assert (warning.file, warning.column, warning.code) == ("availability.csv", "period", "undivided")
    assert "1 rows" in warning.rule


LIMITS = (
    "limit_id,kind,programme,areas,period,least,penalty,currency\n"
    "watch,least_coverage,,west,,0.1,,\n"
    "spend,least_spending,eyes,,wet,90000,600,USD\n"
    "share,least_share,patrols,west,dry,0.5,,\n"
)


def test_limits_on_money_name_periods(folder: Folder) -> None:
    limits = with_files(folder).write("limits.csv", LIMITS).read().limits
    assert limits["period"].tolist() == ["", "wet", "dry"]
    (warning,) = folder.read({"use_periods": False}).warnings
    assert (warning.file, warning.column, warning.code) == ("limits.csv", "period", "undivided")
    assert "2 rows, which are ignored" in warning.rule
    assert folder.read({"use_periods": False}).limits["limit_id"].tolist() == ["watch"]
    folder.write("limits.csv", LIMITS.replace("eyes,,wet", "eyes,,wett"))
    (problem,) = folder.problems()
    assert (problem.row, problem.column, problem.code) == (3, "period", "unknown_reference")
    assert "write wet, if that is meant" in problem.remedy


def test_a_limit_goes_with_its_period(folder: Folder) -> None:
    with_files(folder).write("limits.csv", LIMITS).without_scenarios()
    changes = '[scenarios.dry_year]\nremove.periods = ["wet"]\nperiods.dry.end = "03-31"\n'
    folder.append("case.toml", f"\n{changes}")
    assert folder.read(scenario="dry_year").limits["limit_id"].tolist() == ["watch", "share"]


def test_a_layer_may_give_visits_alone(folder: Folder) -> None:
    answers = "share = 0.5\nresponse_time_h = 48\nboarding_share = 0.1\nboarding_h = 4\n"
    folder.append("case.toml", f"\n[response]\n{answers}")
    folder.write("risk.csv", "lon,lat,visits\n178,-18,40\n179,-18,30\n")
    case = folder.read()  # areas need no visits of their own
    assert case.risk["weight"].isna().all()
    assert case.risk["visits"].tolist() == [40.0, 30.0]
    fields = case.sources[case.sources["table"] == "risk"]["field"]
    assert fields.tolist() == ["visits"]  # a figure that is not there has no source
    folder.write("risk.csv", "lon,lat,weight,visits,layer\n178,-18,2,,fish\n178,-18,,40,ports\n")
    assert folder.read().risk["weight"].tolist() == pytest.approx([2.0, math.nan], nan_ok=True)
    folder.write("risk.csv", "lon,lat,visits\n178,-18,40\n179,-18,\n")
    assert codes(folder) == [("weight", "bad_place")]  # and not that the areas lack visits


def test_rows_of_a_layer_agree_and_those_of_futures_are_said(folder: Folder) -> None:
    folder.append("case.toml", "\n[futures.el_nino]\nprobability = 1\n")
    header = "lon,lat,weight,layer,mode,reach_nm,future\n"
    rows = "178,-18,2,a,replace,90,\n178,-18,3,b,,,el_nino\n179,-18,1,a,replace,90,\n"
    folder.write("risk.csv", header + rows)
    case = folder.read()
    assert case.risk["mode"].tolist() == ["replace", "multiply", "replace"]
    assert case.risk["reach_nm"].tolist() == pytest.approx([90.0, math.nan, 90.0], nan_ok=True)
    assert case.risk["future"].tolist() == ["", "el_nino", ""]
    assert [each.code for each in case.warnings if each.file == "risk.csv"] == ["risk_of_futures"]
    folder.write("risk.csv", header + "178,-18,2,a,replace,90,\n178,-18,3,a,,,\n")
    assert codes(folder) == [("mode", "bad_layer"), ("reach_nm", "bad_layer")]
    for wrong, column in (
        ("178,-18,2,a,add,90,", "mode"),
        ("178,-18,2,a,,-1,", "reach_nm"),
        ("178,-18,2,a,,,boom", "future"),
    ):
        folder.write("risk.csv", header + wrong + "\n")
        assert [each for each, _ in codes(folder)] == [column]

"""Horizons shorter than a year: what is stated for a year is taken in part, and that is said."""

from __future__ import annotations

import pytest

from tests.case.conftest import Folder

DAYS, SHARE = 146, 0.4
"""146 of 365 days: two fifths."""
LIMITS = (
    "limit_id,kind,programme,areas,least,penalty,currency\n"
    "spend,least_spending,eyes,,500000,600,USD\n"
    "watch,least_coverage,,west,0.2,5,\n"
)


def test_a_shorter_horizon_takes_its_part_of_hours_capacities_and_money(folder: Folder) -> None:
    folder.replace("bases.csv", "vessel,,", "vessel,2000,").write("limits.csv", LIMITS)
    year, part = folder.read(), folder.read({"horizon_days": DAYS})
    for table, column in (
        ("assets", "hours_per_unit"),
        ("sensors", "hours_per_unit"),
        ("bases", "capacity_hours"),
        ("programmes", "budget"),
    ):
        of_year = getattr(year, table)[column]
        assert getattr(part, table)[column].tolist() == pytest.approx((SHARE * of_year).tolist())
    # 500,000 a year is 200,000; a coverage is a mean over whatever the horizon is, a cost one of an hour
    assert part.limits["least"].tolist() == pytest.approx([200_000.0, 0.2])
    for column in ("units", "cost_per_hour", "cost_per_mission", "endurance_h"):
        assert part.assets[column].tolist() == year.assets[column].tolist()
    (warning,) = (each for each in part.warnings if each.code == "short_horizon")
    assert "it takes 0.400" in warning.rule


def test_what_is_asked_for_in_a_period_is_taken_as_it_is(folder: Folder) -> None:
    # 146 days in two periods: of the year's 500,000 two fifths, of the period's 500,000 all of it; of the
    # budget of 2,500,000 a year 1,000,000 is there
    folder.write("periods.csv", "period_id,name,start,end\ndry,Dry,01-01,03-14\nwet,Wet,03-15,05-26\n")
    header, year = LIMITS.splitlines()[:2]
    rows = f"{year},\n"
    rows += "wet,least_spending,eyes,,500000,600,USD,wet\nmore,least_spending,eyes,,1000001,600,USD,wet\n"
    found = folder.write("limits.csv", f"{header},period\n{rows}").read({"horizon_days": DAYS})
    assert found.programmes.set_index("programme_id")["budget"]["eyes"] == pytest.approx(1e6)
    assert found.limits["least"].tolist() == pytest.approx([200_000.0, 500_000.0, 1_000_001.0])
    above = [each for each in found.warnings if each.code == "above_budget"]
    assert [(each.row, each.column) for each in above] == [(4, "least")]
    assert "(1,000,000 USD)" in above[0].rule


def test_figures_of_the_horizon_stay_as_they_are_where_that_is_asked_for(folder: Folder) -> None:
    year = folder.read()
    part = folder.read({"horizon_days": DAYS, "scale_to_horizon": False})
    assert part.programmes["budget"].tolist() == year.programmes["budget"].tolist()
    assert part.assets["hours_per_unit"].tolist() == year.assets["hours_per_unit"].tolist()
    (warning,) = (each for each in part.warnings if each.code == "short_horizon")
    assert "of a year's figures it would take 0.400" in warning.rule


@pytest.mark.parametrize("days", [360, 365, 366])
def test_a_year_is_a_year_whoever_counts_its_days(folder: Folder, days: float) -> None:
    case = folder.read({"horizon_days": days})
    assert case.programmes["budget"].tolist() == folder.read().programmes["budget"].tolist()
    assert case.warnings == ()


def test_a_year_of_hours_fits_a_shorter_horizon_that_takes_its_part(folder: Folder) -> None:
    folder.replace("assets.csv", ",1900,", ",8700,")
    assert folder.read({"horizon_days": DAYS}).assets["hours_per_unit"].iloc[0] == pytest.approx(3480.0)
    (problem,) = folder.problems({"horizon_days": DAYS, "scale_to_horizon": False})
    assert problem.code == "beyond_horizon"

"""Explanations of a plan by period, of the worked example with a boat in dock for half the year."""

from __future__ import annotations

from math import log
from pathlib import Path

import pytest

from planner.explanation.explanation import explain_in
from planner.explanation.plans import Situation, situation
from planner.explanation.subjects import Kind
from tests.features.tiny import tiny_with

HALVES = "period_id,name,start,end\ndry,Dry months,04-01,09-30\nwet,Wet months,10-01,03-31\n"
HEADER = "period,kinds,assets,bases,areas,share,hours_per_unit\n"
# the boat, two missions of 240 h in the dry half; the two planes, 160 h a year, 80 h in each half
DOCKED = "wet,,boat,,,0,\ndry,,boat,,,,480\nwet,,plane,,,,40\ndry,,plane,,,,40\n"
RICH = {"programmes.open_fund.budget": 5e6}
DRY, WET = 183 / 365, 182 / 365


@pytest.fixture(scope="module")
def docked(tmp_path_factory: pytest.TempPathFactory) -> Situation:
    place = tmp_path_factory.mktemp("docked")
    return situation(tiny_with(place, RICH, periods=HALVES, availability=HEADER + DOCKED))


def said(now: Situation, kind: Kind, subject: str) -> str:
    return " ".join(explain_in(now, kind, subject).sentences)


def test_cells_are_counted_once_whatever_the_periods(docked: Situation) -> None:
    # two zones of one cell each, in two halves of the year
    counts = docked.plan.results.run["counts"]
    assert (counts["cells"], counts["nodes"]) == (2, 4)


def test_hours_that_no_period_leaves_are_not_unused(docked: Situation) -> None:
    text = said(docked, "asset", "boat")
    assert "It has 480 h, all that its periods leave of 1,200 h. The plan uses all of it." in text
    assert "All its hours are in use" in text
    assert "unused" not in text
    assert "can work in its areas; all of them have no hours left" in said(docked, "programme", "open_fund")


def test_an_hour_of_a_period_counts_where_one_of_the_year_does_not(docked: Situation) -> None:
    prices = docked.results.period_prices.set_index(["id", "period_id"])["shadow_price"]
    assert prices["plane", "wet"] > prices["plane", "dry"] > 100.0
    text = said(docked, "asset", "plane")
    assert f"One more hour of it in Wet months counts {prices['plane', 'wet']:.0f} risk-weighted km²" in text
    assert "one more in the year alone would bring nothing" in text


def test_more_hours_are_spread_over_the_periods(docked: Situation) -> None:
    # an hour of the planes adds r = 0.0064753 to the coverage factor, wherever in the year
    pods = docked.results.area_periods.set_index(["period_id", "area_id"])["coverage"]
    missed = 49_235.7 * (1.0 - DRY * pods["dry", "dateline"] - WET * pods["wet", "dateline"])
    hours = -log(1.0 - 1000.0 / missed) / 0.0064753
    assert f"with Patrol aircraft from Airfield: {hours:.2f} h" in said(docked, "area", "dateline")


def test_an_area_is_told_by_its_periods(docked: Situation) -> None:
    pods = docked.results.area_periods.set_index(["period_id", "area_id"])["coverage"]
    least, most = (f"{pods[one, 'eastern']:.1%}" for one in ("wet", "dry"))
    text = f"By period the coverage is between {least} (Wet months) and {most} (Dry months)."
    assert text in said(docked, "area", "eastern")


def test_water_that_is_closed_in_a_period_is_not_there_to_be_covered(tmp_path: Path) -> None:
    """What is missed while an area is closed counts in no offer to cover more of it."""
    closed = "wet,*,,,*,0,\n"
    now = situation(tiny_with(tmp_path, RICH, periods=HALVES, availability=HEADER + closed))
    pods = now.results.area_periods.set_index(["period_id", "area_id"])["coverage"]
    missed = DRY * 49_235.7 * (1.0 - pods["dry", "dateline"])
    hours = -log(1.0 - 1000.0 / missed) * DRY / 0.0064753
    assert f"from Airfield: {hours:.1f} h" in said(now, "area", "dateline")


def test_a_year_that_is_one_names_no_period(tmp_path: Path) -> None:
    now = situation(tiny_with(tmp_path, {**RICH, "use_periods": False}, periods=HALVES))
    for kind, subject in (("asset", "boat"), ("area", "dateline"), ("programme", "open_fund")):
        assert "months" not in said(now, kind, subject)
        assert "period" not in said(now, kind, subject)

"""The Pacific's capital case: options that can be ordered, money for them, futures from the years."""

from __future__ import annotations

import csv
import re
from functools import cache

import pytest

from planner.case import CapitalCase
from planner.case.capital_read import capital_case_of
from planner.case.capital_state import is_of_capital
from planner.case.read import batches_of
from tests.inputs.test_pacific_scenarios import OF_CAPITAL
from tests.pacific import PACIFIC, TOGETHER, raw

pytestmark = TOGETHER
ARMED = {"fji", "png", "ton"}
"""The only island states with armed forces."""

UNAFFORDABLE = {("capital_cost", 18)}
"""Kedam's refit costs more than the foundations that gave her have in a cycle, unless money is pooled."""


@cache
def case(scenario: str | None = None) -> CapitalCase:
    found, problems, warnings = capital_case_of(raw(), batches_of(raw(), None, scenario))
    assert found is not None, problems
    assert {(one.column, one.row) for one in warnings} <= UNAFFORDABLE, scenario
    return found


def test_it_is_of_a_size_that_solves_and_every_figure_has_a_source() -> None:
    assert 60 <= len(case().candidates) <= 90
    assert (case().case.sources["source"] != "").all()
    assert set(case().candidates["option_id"]) == set(case().case.sources.query("table == 'options'")["id"])


def test_the_readme_counts_the_figures_of_capacity_plans() -> None:
    said = re.search(
        r"Of the (\d+) figures that only capacity plans read (\d+) are stated, (\d+) derived and (\d+) "
        "assumed",
        (PACIFIC / "README.md").read_text(encoding="utf-8"),
    )
    sources = case().case.sources
    own = sources["table"].isin(["options", "budgets", "crews"])
    own |= sources["field"].isin(["berths_m", "survival", "to_year"])
    counts = sources.loc[own, "basis"].value_counts()
    assert said
    assert [int(each) for each in said.groups()] == [
        own.sum(), counts["stated"], counts["derived"], counts["assumed"],
    ]  # fmt: skip


def test_official_security_assistance_equips_armed_forces_alone_and_runs_nothing() -> None:
    table = case().candidates.set_index("candidate_id")["recipient"]
    paid = case().payers[case().payers["programme_id"] == "japan_osa"]["candidate_id"]
    assert set(table[paid]) == ARMED
    civil = case().payers[case().payers["programme_id"].isin(["japan_oda_grant", "unodc_japan"])]
    navies = {key for key in table.index if "_navy__" in key}
    assert not navies & set(civil["candidate_id"])
    assert "japan_osa" not in set(case().runners["programme_id"])
    row = list(case().case.programmes["programme_id"]).index("japan_osa")
    assert case().futures[0].capital[row] == pytest.approx([18.1e9 * 0.07 * 0.0071174] * 10)
    assert not case().futures[0].running[row].any()


def test_the_futures_are_as_frequent_as_their_years() -> None:
    with (PACIFIC / "zones" / "effort.csv").open(newline="", encoding="utf-8") as file:
        index = {row["year"]: float(row["oceanic_nino_index"]) for row in csv.DictReader(file)}
    warm, cold = sum(one >= 0.4 for one in index.values()), sum(one <= -0.4 for one in index.values())
    expected = {"neutral": len(index) - warm - cold, "el_nino": warm, "la_nina": cold}
    assert {one.name: one.probability for one in case().futures} == pytest.approx(
        {name: years / len(index) for name, years in expected.items()}, abs=1e-6
    )


def test_boats_are_lost_and_laid_up() -> None:
    names = list(case().futures[0].case.assets["asset_id"])
    units = dict(zip(names, case().futures[0].units, strict=False))
    assert units["plw_guardian"] == pytest.approx([0.969**year for year in range(10)])
    assert units["plw_kedam"][6:8] == pytest.approx([0.969**6, 0.0]), "2033 is its last year without a refit"
    assert "boat_15m" not in units


@pytest.mark.parametrize("scenario", [*OF_CAPITAL, "quad_pooled"])
def test_every_scenario_of_capacity_plans_changes_something(scenario: str) -> None:
    changed, plain = case(scenario), case()
    assert not (
        changed.candidates.equals(plain.candidates)
        and changed.payers.equals(plain.payers)
        and [one.name for one in changed.futures] == [one.name for one in plain.futures]
        and (changed.futures[0].capital == plain.futures[0].capital).all()
    )


def test_comparisons_leave_out_what_only_capacity_plans_read() -> None:
    assert {name for name, one in raw().scenarios.items() if is_of_capital(one)} == set(OF_CAPITAL)


def test_what_the_scenarios_say() -> None:
    assert len(case("running_only").candidates) == 0
    kinds = set(case("one_boat_class").candidates["option_id"])
    assert {one for one in kinds if one.startswith(("boat", "guardian"))} == {
        "boat_30m_police",
        "boat_30m_navy",
    }
    assert len(case("losses_too").futures) == 5
    assert set(case("aircraft_not_boats").candidates["length_m"]) == {0.0}

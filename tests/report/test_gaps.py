"""The causes of gaps one by one, on problems in which each is the only one, and mixes worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log
from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.model.problem import PlanningProblem
from planner.report import gaps
from planner.report.contract import CAUSES, GAPS
from planner.solve.optimise import optimise
from planner.solve.solution import Solution
from tests.problems import make_problem, simple_effort

KM2 = [f"{cause}_km2" for cause in CAUSES]


def planned(problem: PlanningProblem) -> tuple[Solution, gaps.Coverage, pd.DataFrame]:
    solution = optimise(problem, 1e-8)
    found = gaps.coverage(problem, solution.factor)
    return solution, found, gaps.gap_table(problem, solution.prices, found)


def parts(table: pd.DataFrame, programme: str, area: str = "area_0") -> dict[str, float]:
    """The causes that have a part, in km²."""
    rows = table[(table["programme_id"] == programme) & (table["area_id"] == area)]
    assert len(rows) == 1
    return {cause: float(rows[f"{cause}_km2"].iloc[0]) for cause in CAUSES if rows[f"{cause}_km2"].iloc[0]}


def one_cell(effort: dict[str, Any] | None = None, **limits: Any) -> PlanningProblem:
    """One cell of 1000 km², target 0.9; a mission of 1 h costs 5 and adds 0.1; programme 0 pays asset 0."""
    effort = {"asset": [0], "cell": [0], "factor": [0.1], "base": 0, "cost": 5.0, **(effort or {})}
    given = {
        "cell_km2": [1000.0],
        "targets": [0.9],
        "hours": [1e4, 1e4],
        "base_hours": [1e4],
        "budgets": [1e5],
        "eligibility": [(0, 0, 0)],
        **limits,
    }
    return make_problem(simple_effort(**effort), **given)


def test_columns_and_rows() -> None:
    _, _, table = planned(one_cell())
    assert list(table) == list(GAPS)
    assert table[["programme_id", "area_id"]].to_numpy().tolist() == [
        ["programme_0", "area_0"],
        ["total", "total"],
    ]


def test_out_of_range() -> None:
    # nothing has a row here; 0.9 x 1000 are missing
    _, _, table = planned(one_cell({"asset": [], "cell": [], "factor": []}))
    assert parts(table, "programme_0") == pytest.approx({"out_of_range": 900.0}, rel=1e-12)
    assert parts(table, "total", "total") == pytest.approx({"out_of_range": 900.0}, rel=1e-12)


def test_what_only_others_may_fund_is_out_of_a_programme_s_range() -> None:
    # programme 1 may fund asset 1, which has no row; the budget of programme 0 is what everyone lacks:
    # 25 / 5 = 5 missions, C = 0.5, short 900 - 1000 (1 - e^-0.5)
    _, _, table = planned(one_cell(budgets=[25.0, 1e5], eligibility=[(0, 0, 0), (1, 0, 1)]))
    short = 1000 * exp(-0.5) - 100
    assert parts(table, "programme_0") == pytest.approx({"budget": short}, rel=1e-8)
    assert parts(table, "programme_1") == pytest.approx({"out_of_range": short}, rel=1e-8)
    assert parts(table, "total", "total") == pytest.approx({"budget": short}, rel=1e-8)


def test_no_access() -> None:
    _, _, table = planned(one_cell({"access": False}))
    assert parts(table, "programme_0") == pytest.approx({"no_access": 900.0}, rel=1e-12)
    assert parts(table, "total", "total") == pytest.approx({"no_access": 900.0}, rel=1e-12)


def test_consent_of_one_of_two_assets_is_consent() -> None:
    # asset 1 has consent and no hours: hours are missing, not consent
    effort = {"asset": [0, 1], "cell": [0, 0], "factor": [0.1, 0.1], "access": [False, True]}
    _, _, table = planned(one_cell(effort, hours=[1e4, 0.0], eligibility=[(0, 0, 0), (1, 0, 0)]))
    assert parts(table, "programme_0") == pytest.approx({"asset_hours": 900.0}, rel=1e-6)


@pytest.mark.parametrize("limit", [{"hours": [5.0, 0.0]}, {"base_hours": [5.0]}])
def test_hours_of_assets_and_bases(limit: dict[str, list[float]]) -> None:
    # 5 h: C = 0.5; short 900 - 1000 (1 - e^-0.5) = 506.5
    _, _, table = planned(one_cell(**limit))
    assert parts(table, "programme_0") == pytest.approx({"asset_hours": 1000 * exp(-0.5) - 100}, rel=1e-8)


def test_budget() -> None:
    # 25 / 5 = 5 missions
    _, _, table = planned(one_cell(budgets=[25.0]))
    assert parts(table, "programme_0") == pytest.approx({"budget": 1000 * exp(-0.5) - 100}, rel=1e-8)


def test_no_budget_at_all() -> None:
    _, _, table = planned(one_cell(budgets=[0.0]))
    assert parts(table, "programme_0") == pytest.approx({"budget": 900.0}, rel=1e-12)


def test_not_prioritised() -> None:
    # no risk here, so the plan leaves it although hours and money are free
    _, _, table = planned(one_cell(risk=[0.0]))
    assert parts(table, "programme_0") == pytest.approx({"not_prioritised": 900.0}, rel=1e-12)
    assert parts(table, "total", "total") == pytest.approx({"not_prioritised": 900.0}, rel=1e-12)


def test_a_target_that_is_met_has_no_causes() -> None:
    _, found, table = planned(one_cell(targets=[0.3], hours=[5.0, 0.0]))
    assert parts(table, "programme_0") == {}
    assert found.shortfall_km2.tolist() == [0.0]
    assert found.short_km2.tolist() == [0.0]


def split() -> PlanningProblem:
    """Hours and money are both scarce.

    Area 0 (1000 km2, target 1): asset 0 adds 0.2 an hour and has 10 h, asset 1 adds 0.1 an hour; each costs
    5 and the budget of 100 pays for 20: C = 2 + 1 = 3, price of C: p = 1000 e^-3. Asset 1 says what money is
    worth, 0.1 p / 5 = 0.02 p; asset 0's hour is worth 0.2 p - 5 x 0.02 p = 0.1 p.
    Area 1 (400 km2 of risk 0.01, target 0.5) has only asset 0, 2 h and 5 a mission that adds 0.1: it costs
    0.2 p of hours and 0.1 p of money, far more than the 0.4 that it would gain.
    """
    return make_problem(
        simple_effort(
            [0, 1, 0], [0, 0, 1], [0.2, 0.1, 0.1], area=[0, 0, 1], hours=[1.0, 1.0, 2.0], cost=[5.0, 5.0, 5.0]
        ),
        cell_km2=[1000.0, 400.0],
        cell_area=[0, 1],
        risk=[1.0, 0.01],
        targets=[1.0, 0.5],
        hours=[10.0, 1e4],
        budgets=[100.0],
        eligibility=[(0, 0, 0), (1, 0, 0), (0, 1, 0)],
    )


def test_a_price_of_hours_and_money_is_split() -> None:
    # area 1: 200 km2 short, two thirds for want of hours and one for want of money
    solution, _, table = planned(split())
    assert solution.missions == pytest.approx([10.0, 10.0, 0.0], rel=1e-6, abs=1e-9)
    assert parts(table, "programme_0", "area_1") == pytest.approx(
        {"asset_hours": 400 / 3, "budget": 200 / 3}, rel=1e-6
    )


def test_ways_of_one_price_count_alike() -> None:
    # area 0: asset 0's way is half hours, half money; asset 1's is all money; both cost p a unit of C, so
    # a quarter of the 1000 e^-3 that are short is for want of hours
    _, _, table = planned(split())
    short = 1000 * exp(-3)
    assert parts(table, "programme_0") == pytest.approx(
        {"asset_hours": short / 4, "budget": 3 * short / 4}, rel=1e-6
    )


def test_each_programme_sees_its_own_price() -> None:
    # either programme funds its own asset in the cell; programme 0 has 25 (5 missions), programme 1 money
    # to spare but an asset of 5 h: C = 1; what is missing lies at the one's budget and at the other's hours
    effort = {"asset": [0, 1], "cell": [0, 0], "factor": [0.1, 0.1]}
    _, _, table = planned(
        one_cell(effort, hours=[1e4, 5.0], budgets=[25.0, 1e5], eligibility=[(0, 0, 0), (1, 0, 1)])
    )
    short = 1000 * exp(-1) - 100
    assert parts(table, "programme_0") == pytest.approx({"budget": short}, rel=1e-8)
    assert parts(table, "programme_1") == pytest.approx({"asset_hours": short}, rel=1e-8)
    # to everyone both ways cost the same
    both = {"asset_hours": short / 2, "budget": short / 2}
    assert parts(table, "total", "total") == pytest.approx(both, rel=1e-4)


def test_a_shortfall_is_spread_by_what_cells_miss() -> None:
    # C = ln 2 in the first of two cells of 1000: they miss 500 and 1000; target 1600, covered 500, short 1100
    problem = one_cell(cell_km2=[1000.0, 1000.0], targets=[0.8])
    found = gaps.coverage(problem, np.array([log(2), 0.0]))
    assert found.pod == pytest.approx([0.5, 0.0], rel=1e-15)
    assert found.covered_km2 == pytest.approx([500.0], rel=1e-15)
    assert found.shortfall_km2 == pytest.approx([1100.0], rel=1e-15)
    assert found.short_km2 == pytest.approx([1100 / 3, 2200 / 3], rel=1e-15)


def test_cells_of_one_area_have_their_own_causes() -> None:
    # cell 0: hours (C = 0.5, 5 h); cell 1: no consent; cell 2: out of range; target 0.8 of 3000
    problem = one_cell(
        {"asset": [0, 1], "cell": [0, 1], "factor": [0.1, 0.1], "access": [True, False]},
        cell_km2=[1000.0, 1000.0, 1000.0],
        targets=[0.8],
        hours=[5.0, 1e4],
        eligibility=[(0, 0, 0), (1, 0, 0)],
    )
    solution, found, table = planned(problem)
    missed = 1000 * exp(-0.5)
    short = 2400 - (1000 - missed)
    each = short / (missed + 2000)
    assert parts(table, "programme_0") == pytest.approx(
        {"asset_hours": missed * each, "no_access": 1000 * each, "out_of_range": 1000 * each}, rel=1e-7
    )
    shares = gaps.everyones_causes(problem, solution.prices)
    assert gaps.largest_cause(found, shares).tolist() == ["asset_hours", "no_access", "out_of_range"]
    assert gaps.cause_km2(problem, found, shares).sum() == pytest.approx(short, rel=1e-12)


def test_no_cause_where_nothing_is_short() -> None:
    solution, found, _ = planned(one_cell(targets=[0.0]))
    problem = one_cell(targets=[0.0])
    assert gaps.largest_cause(found, gaps.everyones_causes(problem, solution.prices)).tolist() == ["none"]


def test_total_counts_an_area_of_two_mandates_once() -> None:
    problem = one_cell(hours=[5.0, 0.0], budgets=[1e5, 1e5], eligibility=[(0, 0, 0), (0, 0, 1)])
    _, _, table = planned(problem)
    assert len(table) == 3
    numbers = table[["target_km2", "covered_km2", "shortfall_km2", *KM2]].to_numpy()
    assert numbers[2] == pytest.approx(numbers[0], rel=1e-12)
    assert numbers[1] == pytest.approx(numbers[0], rel=1e-12)


def test_an_area_of_no_mandate_is_in_the_total_only() -> None:
    # area 1, 500 km2 with target 0.4, is nobody's
    problem = one_cell(cell_km2=[1000.0, 500.0], cell_area=[0, 1], targets=[0.9, 0.4])
    _, _, table = planned(problem)
    assert set(table["area_id"]) == {"area_0", "total"}
    total = table[table["programme_id"] == "total"].iloc[0]
    assert total["target_km2"] == pytest.approx(900.0 + 200.0, rel=1e-12)
    assert total["out_of_range_km2"] == pytest.approx(200.0, rel=1e-12)


def test_free_effort_is_in_everyone_s_range() -> None:
    # the asset costs nothing and nobody funds it: programme 0 sees nothing of its own, everyone lacks hours
    problem = one_cell({"cost": 0.0}, hours=[5.0, 0.0], eligibility=[(1, 0, 0)])
    _, _, table = planned(problem)
    short = 1000 * exp(-0.5) - 100
    assert parts(table, "programme_0") == pytest.approx({"out_of_range": short}, rel=1e-8)
    assert parts(table, "total", "total") == pytest.approx({"asset_hours": short}, rel=1e-8)


def test_no_programmes_leave_the_total() -> None:
    _, _, table = planned(one_cell({"cost": 0.0}, hours=[5.0, 0.0], budgets=[], eligibility=[]))
    assert table["programme_id"].tolist() == ["total"]
    assert table["asset_hours_km2"].tolist() == pytest.approx([1000 * exp(-0.5) - 100], rel=1e-8)


def test_the_shortfall_objective_has_the_same_causes() -> None:
    _, _, table = planned(replace(one_cell(budgets=[25.0]), objective="shortfall"))
    assert parts(table, "programme_0") == pytest.approx({"budget": 1000 * exp(-0.5) - 100}, rel=1e-8)

"""Cases that an earlier version planned wrongly or could not prove: the right values, small and by hand."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log
from typing import Any

import numpy as np
import pytest

from planner.core.certificate import lower_bound
from planner.errors import NoPlanError
from planner.solve.optimise import optimise
from planner.solve.solution import Solution
from planner.solve.solver import Status
from tests.small_case import SmallCase, least_coverage, least_share, least_spending, random_case, work


def optimal(case: SmallCase, gap: float = 1e-4) -> Solution:
    solution = optimise(case.problem(), gap)
    assert solution.status is Status.OPTIMAL
    assert solution.certificate.gap <= gap
    return solution


TWO = SmallCase(
    work([0, 0], [0, 1], [0.1, 0.1], area=[0, 1], cost=10.0),
    cell_km2=[1000.0, 400.0], cell_area=[0, 1], targets=[0.5, 0.5], hours=[10.0], budgets=[1e6],
    pays=[(0, 0, 0), (0, 1, 0)],
)  # fmt: skip


@pytest.mark.parametrize("penalty", [1e2, 1e6, 1e9, 1e12, np.inf])
def test_very_large_penalties_are_hard_limits(penalty: float) -> None:
    # fault 01: penalty x all that is wanted swallowed the certificate. C1 = -ln 0.8, C0 = 1 + ln 0.8:
    # 1250 e^-1 + 320 missed, and nothing is paid
    solution = optimal(TWO.limited(least_coverage(1, 0.2, penalty)), 1e-6)
    assert solution.certificate.value == pytest.approx(1250 * exp(-1) + 320, rel=1e-6)


@pytest.mark.parametrize(
    "limit", [least_spending(0, 60.0, 1e12), least_share(0, [1], 0.3, 1e12), least_coverage(0, 0.9, 1e12)]
)
def test_the_gap_is_that_of_the_two_numbers_beside_it(limit: dict[str, Any]) -> None:
    proof = optimal(TWO.limited(limit)).certificate
    assert proof.value - proof.bound <= 1e-4 * max(proof.value, 0.14)
    # the last of them cannot be kept: 90 % of area 0 need C = 2.3; what is short is part of the value
    if limit["kind"] == "least_coverage":
        assert proof.value == pytest.approx(1000 * exp(-1) + 400 + 1e12 * (1000 * exp(-1) - 100), rel=1e-6)


@pytest.mark.parametrize("hourly", [1e3, 3e6, 1e9, 1e13])
def test_an_asset_that_is_poor_value_takes_no_proof_away(hourly: float) -> None:
    # fault 06: priced out. Programme 1 pays 100 for asset 1 alone, in cell 1: 100 / hourly missions
    effort = work([0, 1], [0, 1], [0.1, 0.1], cost=[1.0, hourly])
    case = SmallCase(
        effort,
        cell_km2=[1000.0, 400.0],
        hours=[10.0, 10.0],
        budgets=[1e3, 100.0],
        pays=[(0, 0, 0), (1, 0, 1)],
    )
    solution = optimal(case)
    c = 0.1 * min(10.0, 100.0 / hourly)
    assert solution.certificate.value == pytest.approx(1000 * exp(-1) + 400 * exp(-c), rel=1e-4)


@pytest.mark.parametrize("money", [1e12, 1e14, 1e15])
@pytest.mark.parametrize("cost", [1e-3, 1.0, 100.0])
def test_an_unlimited_programme_spends_no_money_that_is_not_there(money: float, cost: float) -> None:
    # fault 21: costs below 1e-9 of the largest budget were dropped. Programme 1 alone pays in cell 1: 5
    # missions
    effort = work([0, 1], [0, 1], [0.1, 0.1], area=[0, 1], cost=cost)
    case = SmallCase(
        effort, cell_km2=[1000.0, 400.0], cell_area=[0, 1], targets=[0.5, 0.5], hours=[10.0, 10.0],
        budgets=[money, 5.0 * cost], pays=[(0, 0, 0), (1, 1, 1)],
    )  # fmt: skip
    solution = optimal(case)
    assert solution.certificate.value == pytest.approx(1000 * exp(-1) + 400 * exp(-0.5), rel=1e-4)
    problem = case.problem()
    assert np.all(problem.usage @ solution.x <= problem.capacity * (1 + 1e-6) + 1e-9 * cost)


def test_where_a_small_and_an_unlimited_payer_share_an_account_neither_is_overspent() -> None:
    effort = work([0, 0], [0, 1], [0.1, 0.1], hours=[1.0, 2.0], cost=[7.0, 3.0])
    case = SmallCase(
        effort, cell_km2=[1000.0, 400.0], hours=[10.0], budgets=[1.0, 1e14], pays=[(0, 0, 0), (0, 0, 1)]
    )
    solution = optimal(case, 1e-6)
    problem = case.problem()
    assert np.all((problem.usage @ solution.x - problem.capacity)[~problem.exact] <= 1e-6)
    # 10 h in cell 0 alone, C = 1: the next hour there is worth 36.8, in cell 1 400 x 0.05 = 20
    assert solution.certificate.value == pytest.approx(1000 * exp(-1) + 400, rel=1e-6)


@pytest.mark.parametrize("trace", [1e-8, 1e-9, 1e-10, 1e-12])
def test_a_radar_that_grazes_a_cell_takes_no_proof_away(trace: float) -> None:
    # fault 22: C = 1 by the boat, and 100 x trace by the radar
    effort = work([0, 1, 1], [0, 0, 1], [0.1, trace, trace], activity=[0, 1, 1])
    case = SmallCase(effort, cell_km2=[1000.0, 400.0], hours=[10.0, 100.0])
    for gap in (1e-4, 1e-6):
        solution = optimal(case, gap)
        assert solution.certificate.value == pytest.approx(1000 * exp(-1) + 400, rel=1e-5)


@pytest.mark.parametrize("money", [0.0, 1e-20, 1e-10, 1e-2, 10.0, 100.0])
def test_little_money_beside_what_a_mission_costs(money: float) -> None:
    # faults 23 and 25: a mission costs 124,800; the budget buys a part of one
    case = SmallCase(
        work([0], [0], [0.1], cost=124_800.0),
        cell_km2=[1000.0],
        hours=[10.0],
        budgets=[money],
        pays=[(0, 0, 0)],
    )
    solution = optimal(case)
    expected = 1000 * exp(-0.1 * money / 124_800)
    assert solution.certificate.value == pytest.approx(expected, rel=1e-9)
    assert solution.certificate.bound >= expected * (1 - 1e-4)


def test_budgets_of_nothing_and_a_radar() -> None:
    # fault 23, case 151: the radar is free, the boat has no payer with money; C = 0.2 in both cells
    effort = work([0, 1, 1], [0, 0, 1], [0.1, 0.002, 0.002], cost=[10.0, 0.0, 0.0], activity=[0, 1, 1])
    case = SmallCase(effort, cell_km2=[1000.0, 400.0], hours=[10.0, 100.0], budgets=[0.0], pays=[(0, 0, 0)])
    assert optimal(case).certificate.value == pytest.approx(1400 * exp(-0.2), rel=1e-4)


@pytest.mark.parametrize("units", [1e-300, 1e-30, 1e30])
@pytest.mark.parametrize("objective", ["coverage", "shortfall"])
def test_hours_and_costs_out_of_this_world_are_a_plan_or_a_sentence(units: float, objective: str) -> None:
    # fault 25: coefficients above 1e15 ended in a traceback
    case = random_case(1, n_cells=4, n_assets=2, objective=objective)
    for other in (
        replace(case, hours=np.array(case.hours) * units),
        replace(case, budgets=np.array(case.budgets) * units),
    ):
        problem = other.problem()
        try:
            solution = optimise(problem, 1e-4)
        except NoPlanError as error:
            assert error.status in set(Status)  # noqa: PT017
            continue
        if solution.status is Status.OPTIMAL:
            assert solution.certificate.value <= problem.stake
            assert lower_bound(problem, solution.prices) <= solution.certificate.value * (1 + 1e-6)


def test_unmet_money_beside_a_budget_of_1e14_is_no_infeasible_program() -> None:
    # 1e13 is to be spent and 100 can be (10 h at 10): 50 a million short, hour after hour
    case = replace(TWO, budgets=[1e14]).limited(least_spending(0, 1e13, penalty=50.0))
    solution = optimal(case, 1e-6)
    level = 2 * (400_000**0.5) * exp(-0.5)  # C0 - C1 = ln 2.5 would take all of 1: C0 = 0.958, C1 = 0.042
    assert log(2.5) < 1.0
    assert solution.certificate.value == pytest.approx(level + 5e-5 * (1e13 - 100), rel=1e-9)


@pytest.mark.parametrize("money", [1e3, 1e14])
def test_a_hard_share_of_what_is_spent_holds_however_large_the_budget(money: float) -> None:
    # half of what is spent goes to area 1: 5 missions each, 1400 e^-0.5
    solution = optimal(replace(TWO, budgets=[money]).limited(least_share(0, [1], 0.5)), 1e-6)
    assert solution.factor == pytest.approx([0.5, 0.5], rel=1e-5)
    assert solution.certificate.value == pytest.approx(1400 * exp(-0.5), rel=1e-6)


@pytest.mark.parametrize("part", [1e-6, 1e-8, 1e-10])
def test_goals_of_next_to_nothing_are_kept(part: float) -> None:
    # all that can be had of area 1 is C = part, and half of that is wanted of it; the tie-break and the
    # tolerance of rows must be small beside it. Both hours are one asset's: half of them go to area 1
    effort = work([0, 0], [0, 1], [0.1 * part, 0.1 * part], area=[0, 1], cost=10.0)
    case = replace(TWO, effort=effort).limited(least_coverage(1, 0.5 * part))
    solution = optimal(case)
    assert solution.factor[1] >= 0.5 * part * (1 - 1e-3)


@pytest.mark.parametrize("penalty", [1e3, 1e6, 1e9, 1e12])
def test_a_hard_limit_holds_beside_a_soft_one_that_cannot_be_kept(penalty: float) -> None:
    # 20 % of area 1 take C1 = -ln 0.8, and area 0 has the rest of C = 1; 90 % of it would take 2.3
    hard, soft = least_coverage(1, 0.2), least_coverage(0, 0.9, penalty)
    value = 1250 * exp(-1) + 320 + penalty * (1250 * exp(-1) - 100)
    assert optimal(TWO.limited(hard, soft)).certificate.value == pytest.approx(value, rel=1e-4)
    # fair shares are hard limits of the last stage: half of C = 1 each
    found = optimal(replace(TWO, objective="fair").limited(soft))
    value = 1400 * exp(-0.5) + penalty * (1000 * exp(-0.5) - 100)
    assert found.certificate.value == pytest.approx(value, rel=1e-4)
    assert found.factor == pytest.approx([0.5, 0.5], rel=1e-3)


@pytest.mark.parametrize("penalty", [1e-3, 0.05, 1.0, 1e6])
def test_a_hard_share_of_little_spending_holds_beside_a_soft_limit_of_much(penalty: float) -> None:
    # an hour costs 10 in area 0 and 5 in area 1, where half is to be spent: two thirds of the hours
    effort = work([0, 0], [0, 1], [0.1, 0.1], area=[0, 1], cost=[10.0, 5.0])
    limits = least_share(0, [1], 0.5), least_spending(0, 1e13, penalty)
    solution = optimal(replace(TWO, effort=effort, budgets=[1e14]).limited(*limits), 1e-6)
    assert solution.factor == pytest.approx([1 / 3, 2 / 3], rel=1e-4)


def test_money_is_spent_where_a_limit_asks_for_it_though_nothing_comes_of_it() -> None:
    # half of the budget buys 1e-13 of a mission
    effort = work([0, 0], [0, 1], [0.1, 0.1], area=[0, 1], cost=1e13)
    case = replace(TWO, effort=effort, budgets=[2.0]).limited(least_spending(0, 1.0))
    solution = optimal(case)
    assert solution.certificate.value == pytest.approx(1400.0)
    assert 1e13 * solution.x[: len(effort)].sum() >= 1.0 - 1e-6

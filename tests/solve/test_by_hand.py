"""Optima and prices worked out by hand.

A plan within a relative gap g of its bound has prices whose relative error is at most about sqrt(2 g V / M):
the bound at a price off by the share d loses d^2 / 2 of M, the price times the coverage factors' number of
cells it buys in, and V is the plan's value. So values are compared to 1e-8, prices to ``PRICE``.
"""

from __future__ import annotations

from dataclasses import replace
from math import exp, log, sqrt

import numpy as np
import pytest

from planner.model.problem import PlanningProblem
from planner.solve.lp import Status
from planner.solve.optimise import optimise
from planner.solve.solution import Solution
from tests.problems import make_problem, simple_effort

GAP = 1e-8
PRICE = 1e-3
"""sqrt(2e-8 V / M) is 1.4e-4 where V = M, and below this where V is up to 50 M."""


def solved(problem: PlanningProblem) -> Solution:
    solution = optimise(problem, gap_tolerance=GAP)
    assert solution.status is Status.OPTIMAL
    assert solution.certificate.gap <= GAP
    return solution


def value(solution: Solution) -> float:
    return solution.certificate.plan_value


def test_one_cell_one_asset() -> None:
    # C = g H / m = 0.08 x 100 / 4 = 2: 1000 e^-2; an hour more gains 1000 e^-2 x 0.08 / 4
    solution = solved(
        make_problem(simple_effort([0], [0], [0.08], hours=4.0), cell_km2=[500.0], risk=[2.0], hours=[100.0])
    )
    assert solution.missions == pytest.approx([25.0], rel=1e-9)
    assert solution.factor == pytest.approx([2.0], rel=1e-9)
    assert value(solution) == pytest.approx(1000 * exp(-2), rel=GAP)
    assert solution.prices.asset_hours == pytest.approx([20 * exp(-2)], rel=PRICE)
    assert solution.certificate.idle_value == pytest.approx(1000.0, rel=1e-15)


def test_two_cells_by_water_filling() -> None:
    # C1 + C2 = 0.1 x 40 = 4 and 1000 e^-C1 = 400 e^-C2: C1 - C2 = ln 2.5; each misses sqrt(1000 x 400) e^-2
    solution = solved(
        make_problem(simple_effort([0, 0], [0, 1], [0.1, 0.1]), cell_km2=[1000.0, 400.0], hours=[40.0])
    )
    level = sqrt(400_000) * exp(-2)
    assert value(solution) == pytest.approx(2 * level, rel=GAP)
    # the value is flat at the optimum: a gap of 1e-8 leaves sqrt(2e-8 x 2) = 2e-4 for the split
    assert solution.factor == pytest.approx([2 + log(2.5) / 2, 2 - log(2.5) / 2], abs=2e-4)
    assert solution.prices.asset_hours == pytest.approx([0.1 * level], rel=PRICE)
    assert solution.prices.coverage_factor == pytest.approx([level, level], rel=PRICE)


def test_a_cell_that_is_not_worth_the_hours() -> None:
    # 0.1 x 5 = 0.5 is below ln 2.5 = 0.92: all of it goes to the first: 1000 e^-0.5 + 400; price 100 e^-0.5
    solution = solved(
        make_problem(simple_effort([0, 0], [0, 1], [0.1, 0.1]), cell_km2=[1000.0, 400.0], hours=[5.0])
    )
    assert solution.factor == pytest.approx([0.5, 0.0], rel=1e-9)
    assert value(solution) == pytest.approx(1000 * exp(-0.5) + 400, rel=GAP)
    assert solution.prices.asset_hours == pytest.approx([100 * exp(-0.5)], rel=PRICE)


def test_budget_is_the_limit() -> None:
    # 1000 / 50 = 20 missions, C = 20 x 0.05 = 1; a unit of money gains 1000 e^-1 x 0.05 / 50; hours are free
    solution = solved(
        make_problem(
            simple_effort([0], [0], [0.05], hours=2.0, cost=50.0),
            cell_km2=[1000.0],
            hours=[1e4],
            budgets=[1000.0],
            eligibility=[(0, 0, 0)],
        )
    )
    assert solution.missions == pytest.approx([20.0], rel=1e-9)
    assert solution.money == pytest.approx([1000.0], rel=1e-9)
    assert value(solution) == pytest.approx(1000 * exp(-1), rel=GAP)
    assert solution.prices.budget == pytest.approx([exp(-1)], rel=PRICE)
    assert solution.prices.asset_hours.tolist() == [0.0]


def test_base_capacity_is_the_limit() -> None:
    # 60 / 6 = 10 missions, C = 1; an hour at the base gains 1000 e^-1 x 0.1 / 6; the asset has hours to spare
    solution = solved(
        make_problem(
            simple_effort([0], [0], [0.1], base=0, hours=6.0),
            cell_km2=[1000.0],
            hours=[1000.0],
            base_hours=[60.0],
        )
    )
    assert value(solution) == pytest.approx(1000 * exp(-1), rel=GAP)
    assert solution.prices.base_hours == pytest.approx([100 / 6 * exp(-1)], rel=PRICE)
    assert solution.prices.asset_hours.tolist() == [0.0]


def test_two_bases_share_the_asset_s_hours() -> None:
    # near base: 4 h a mission, 40 h of capacity: 10 missions; far base: 8 h, the other 60 h: 7.5 missions.
    # C = 0.05 x 17.5 = 0.875, price of C 1000 e^-0.875; an asset's hour is a far one, 0.05 / 8 of it; an
    # hour at the near base turns 1/8 of a far mission into 1/4 of a near one: another 0.05 / 8
    solution = solved(
        make_problem(
            simple_effort([0, 0], [0, 0], [0.05, 0.05], base=[0, 1], hours=[4.0, 8.0]),
            cell_km2=[1000.0],
            hours=[100.0],
            base_hours=[40.0, np.inf],
        )
    )
    assert solution.missions == pytest.approx([10.0, 7.5], rel=1e-9)
    assert value(solution) == pytest.approx(1000 * exp(-0.875), rel=GAP)
    hour = 1000 * exp(-0.875) * 0.05 / 8
    assert solution.prices.asset_hours == pytest.approx([hour], rel=PRICE)
    assert solution.prices.base_hours[0] == pytest.approx(hour, rel=PRICE)
    assert solution.prices.base_hours[1] == 0.0


def two_programmes(budgets: list[float]) -> PlanningProblem:
    """Programme 0 pays in both areas, programme 1 in area 1 only; a mission of 10 adds 0.1 in either."""
    return make_problem(
        simple_effort([0, 0], [0, 1], [0.1, 0.1], area=[0, 1], cost=10.0),
        cell_km2=[1000.0, 1000.0],
        cell_area=[0, 1],
        targets=[1.0, 1.0],
        hours=[1e4],
        budgets=budgets,
        eligibility=[(0, 0, 0), (0, 1, 0), (0, 1, 1)],
    )


def test_money_that_is_bound_to_an_area_stays_there() -> None:
    # 300 of programme 1 in area 1: C = 3; so programme 0 puts its 100 into area 0: C = 1
    solution = solved(two_programmes([100.0, 300.0]))
    assert solution.factor == pytest.approx([1.0, 3.0], rel=1e-6)
    assert value(solution) == pytest.approx(1000 * (exp(-1) + exp(-3)), rel=GAP)
    assert solution.prices.budget[0] == pytest.approx(10 * exp(-1), rel=PRICE)
    # the last digits of a gap of 1e-8 hide more of the smaller price: V / M = (e^-1 + e^-3) / e^-3 = 8.4
    assert solution.prices.budget[1] == pytest.approx(10 * exp(-3), rel=PRICE)
    assert solution.money == pytest.approx([100.0, 0.0, 300.0], rel=1e-6, abs=1e-3)


def test_free_money_levels_what_bound_money_began() -> None:
    # 400 in all, C = 2 each: programme 0 pays 200 in area 0 and 100 in area 1; both prices are 10 e^-2
    solution = solved(two_programmes([300.0, 100.0]))
    assert value(solution) == pytest.approx(2000 * exp(-2), rel=GAP)
    assert solution.prices.budget == pytest.approx([10 * exp(-2)] * 2, rel=PRICE)
    assert solution.factor == pytest.approx([2.0, 2.0], abs=2e-4)
    # 0.01 of C is a unit of money: 2e-4 of C is 0.02
    assert solution.money == pytest.approx([200.0, 100.0, 100.0], abs=0.02)


def shortfall_problem(hours: float) -> PlanningProblem:
    """Two areas of one cell each, targets 0.5 and 0.9, which C = ln 2 and ln 10 meet."""
    return make_problem(
        simple_effort([0, 0], [0, 1], [0.1, 0.1], area=[0, 1]),
        cell_km2=[1000.0, 1000.0],
        cell_area=[0, 1],
        targets=[0.5, 0.9],
        hours=[hours],
        objective="shortfall",
    )


def test_shortfall_stops_at_a_target_that_is_met() -> None:
    # C adds up to 2: area 0 takes ln 2, area 1 the rest: covered 1000 (1 - 2 e^-2), short 2000 e^-2 - 100;
    # an hour more gains 1000 x 2 e^-2 x 0.1 there
    solution = solved(shortfall_problem(20.0))
    assert value(solution) == pytest.approx(2000 * exp(-2) - 100, rel=GAP)
    assert solution.factor == pytest.approx([log(2), 2 - log(2)], abs=2e-4)
    assert solution.prices.asset_hours == pytest.approx([200 * exp(-2)], rel=PRICE)
    assert solution.prices.shortfall[1] == pytest.approx(1.0, rel=1e-9)
    # a km2 in area 0 is worth what its hour gains in area 1: 2 e^-2 / e^-ln 2 = 4 e^-2
    assert solution.prices.shortfall[0] == pytest.approx(4 * exp(-2), rel=PRICE)


def test_shortfall_below_both_targets_is_shared() -> None:
    # C = 0.5 each, both under ln 2: short 500 - 1000 (1 - e^-0.5) and 900 - 1000 (1 - e^-0.5)
    solution = solved(shortfall_problem(10.0))
    assert value(solution) == pytest.approx(2000 * exp(-0.5) - 600, rel=GAP)
    assert solution.prices.asset_hours == pytest.approx([100 * exp(-0.5)], rel=PRICE)


def test_shortfall_of_nothing_when_hours_abound() -> None:
    # ln 2 + ln 10 = 3.0: 29.96 h are enough
    solution = optimise(shortfall_problem(40.0))
    assert solution.status is Status.OPTIMAL
    assert value(solution) == 0.0
    assert solution.prices.asset_hours == pytest.approx([0.0], abs=1e-12)


def test_shortfall_weighs_the_areas() -> None:
    # weights 1 and 3, C = 0.5 each had equal weights: now 3 e^-C1 = e^-C0, C1 - C0 = ln 3 > 1: all to area 1
    problem = shortfall_problem(10.0)
    problem = replace(problem, areas=problem.areas.assign(risk_weight=[1.0, 3.0]))
    solution = solved(problem)
    assert solution.factor == pytest.approx([0.0, 1.0], abs=1e-6)
    assert value(solution) == pytest.approx(500 + 3 * (1000 * exp(-1) - 100), rel=GAP)
    assert solution.prices.asset_hours == pytest.approx([300 * exp(-1)], rel=PRICE)


def test_least_missions_and_their_price() -> None:
    # cell 1 must get 5 of the 10 h: (1000 + 100) e^-0.5; an hour gains 100 e^-0.5 in cell 0; a mission that
    # cell 1 must have costs that, less the 10 e^-0.5 that it gains
    solution = solved(
        make_problem(
            simple_effort([0, 0], [0, 1], [0.1, 0.1]),
            cell_km2=[1000.0, 100.0],
            least_missions=[0.0, 5.0],
            hours=[10.0],
        )
    )
    assert solution.missions == pytest.approx([5.0, 5.0], rel=1e-9)
    assert value(solution) == pytest.approx(1100 * exp(-0.5), rel=GAP)
    assert solution.prices.asset_hours == pytest.approx([100 * exp(-0.5)], rel=PRICE)
    assert solution.prices.least_missions[1] == pytest.approx(90 * exp(-0.5), rel=2 * PRICE)


def joint(**limits: object) -> PlanningProblem:
    """A radar of two cells: an hour adds 0.01 to 1000 km2 and 0.02 to 500 km2 and costs 2."""
    limits = {"hours": [100.0], "budgets": [1e6], **limits}
    return make_problem(
        simple_effort([0, 0], [0, 1], [0.01, 0.02], hours=[0.6, 0.4], cost=[1.2, 0.8], activity=[0, 0]),
        cell_km2=[1000.0, 500.0],
        eligibility=[(0, 0, 0)],
        **limits,  # type: ignore[arg-type]
    )


def test_joint_activity_by_its_hours() -> None:
    # 100 hours: C = 1 and 2; an hour more gains 1000 e^-1 x 0.01 + 500 e^-2 x 0.02
    solution = solved(joint())
    assert solution.missions == pytest.approx([100.0], rel=1e-9)
    assert value(solution) == pytest.approx(1000 * exp(-1) + 500 * exp(-2), rel=GAP)
    assert solution.prices.asset_hours == pytest.approx([10 * exp(-1) + 10 * exp(-2)], rel=PRICE)


def test_joint_activity_by_its_budget() -> None:
    # 100 / 2 = 50 h: C = 0.5 and 1; a unit of money gains half an hour, 1000 e^-0.5 x 0.01 + 500 e^-1 x 0.02
    solution = solved(joint(budgets=[100.0]))
    assert solution.missions == pytest.approx([50.0], rel=1e-9)
    assert value(solution) == pytest.approx(1000 * exp(-0.5) + 500 * exp(-1), rel=GAP)
    assert solution.prices.budget == pytest.approx([5 * exp(-0.5) + 5 * exp(-1)], rel=PRICE)
    assert solution.prices.asset_hours.tolist() == [0.0]


def test_joint_activity_of_which_one_cell_is_left_keeps_its_hours() -> None:
    # no consent in cell 1: the radar still has 100 hours and not 100 / 0.6: C = 1 in cell 0
    problem = joint()
    problem.effort["access"] = [True, False]
    solution = solved(problem)
    assert solution.missions == pytest.approx([100.0], rel=1e-9)
    assert value(solution) == pytest.approx(1000 * exp(-1) + 500, rel=GAP)


def test_joint_activity_beside_a_patrol() -> None:
    # the radar must run 100 h anyway (it is free): C = 1 and 2; the patrol's C = 1 goes to the cell that
    # misses more, 1000 e^-1 against 500 e^-2: all to cell 0 (1000 e^-2 = 135 is still above 500 e^-2 = 68)
    problem = make_problem(
        simple_effort(
            asset=[0, 0, 1, 1],
            cell=[0, 1, 0, 1],
            factor=[0.01, 0.02, 0.1, 0.1],
            hours=[0.6, 0.4, 1.0, 1.0],
            activity=[0, 0, 1, 2],
        ),
        cell_km2=[1000.0, 500.0],
        hours=[100.0, 10.0],
    )
    solution = solved(problem)
    assert solution.missions == pytest.approx([100.0, 10.0, 0.0], rel=1e-9)
    assert value(solution) == pytest.approx(1000 * exp(-2) + 500 * exp(-2), rel=GAP)
    assert solution.prices.asset_hours == pytest.approx(
        [10 * exp(-2) + 10 * exp(-2), 100 * exp(-2)], rel=PRICE
    )

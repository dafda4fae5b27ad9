"""Rows of limits, of fair shares and of their penalties, against hand-written dictionaries."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import numpy as np
import pulp
import pytest

from planner.model.build import LinearProgram, build
from planner.model.problem import PlanningProblem
from tests.limits import Limit, least_coverage, least_share, least_spending, limited
from tests.model.small import BREAKPOINTS, GAP, small_problem, written

E1, E2 = exp(-1), exp(-2)
Row = tuple[dict[str, float], str, float]


def program(*limits: Limit, **changes: object) -> LinearProgram:
    return build(replace(limited(small_problem(), *limits), **changes), BREAKPOINTS, GAP * 7000.0)  # type: ignore[arg-type]


def same(found: pulp.LpConstraint, expected: Row) -> None:
    terms, sense, bound = written(found)
    assert terms == pytest.approx(expected[0], rel=1e-14)
    assert (sense, bound) == (expected[1], pytest.approx(expected[2], rel=1e-14, abs=1e-14))


def test_least_coverage_hard_and_soft() -> None:
    # 40 % of 3000 km2, 10 % of 4000 km2, in units of 0.1 km2 as the objective (7000 km2 in all): covered by
    # area x slope x factor, slopes 1 - 1/e, 1/e - 1/e2; 1 - 1/e; (1 - 1/e2) / 2
    found = program(least_coverage(0, 0.4), least_coverage(1, 0.1, penalty=3.0))
    in_0 = {"s_0": 1.0, "c_0_0": 1e4 * (1 - E1), "c_0_1": 1e4 * (E1 - E2), "c_1_0": 2e4 * (1 - E1)}
    same(found.areas[0], (in_0, ">=", 12_000.0))
    same(found.areas[1], ({"s_1": 1.0, "c_2_0": 2e4 * (1 - E2)}, ">=", 4000.0))
    assert [(v.lowBound, v.upBound) for v in found.variables.shortfall] == [(0, 0.0), (0, None)]
    price = {v.name: value for v, value in found.lp.objective.items()}
    assert (price.get("s_0", 0.0), price["s_1"]) == (0.0, pytest.approx(3.0))


def test_small_demands_have_a_small_unit() -> None:
    # 0.001 % of 4000 km2 is 0.04 km2: in units of 0.01 km2, of which a soft one pays 3 x 0.01 / 0.1 each
    found = program(least_coverage(1, 1e-5, penalty=3.0))
    same(found.areas[0], ({"s_0": 1.0, "c_2_0": 2e5 * (1 - E2)}, ">=", 4.0))
    assert {v.name: value for v, value in found.lp.objective.items()}["s_0"] == pytest.approx(0.3)


def test_least_spending() -> None:
    # 300,000 of programme 1, in units of 1e5 as its money: boat in area 1, plane in areas 0 and 1
    found = program(least_spending(1, 3e5))
    row = {"m_0": 1.0, "f_0_1_1": 1.0, "f_1_0_1": 1.0, "f_1_1_1": 1.0}
    same(found.spending[0], (row, ">=", 3.0))
    assert found.variables.money_short[0].upBound == 0.0


def test_least_share() -> None:
    # 60 % of what programme 0 spends goes to area 1, in units of 1e6 (0.6 x 2e6 is 1.2e6), money in 1e5:
    # 0.4 f_0_1_0 - 0.6 (f_0_0_0 + f_2_0_0) + short >= 0; a penalty of 2e-3 a unit of money is 2e4 of the 0.1
    found = program(least_share(0, [1], 0.6, penalty=2e-3))
    row = {"m_0": 1.0, "f_0_1_0": 0.04, "f_0_0_0": -0.06, "f_2_0_0": -0.06}
    same(found.spending[0], (row, ">=", 0.0))
    assert {v.name: value for v, value in found.lp.objective.items()}["m_0"] == pytest.approx(2e4)


def test_fair_shares() -> None:
    # targets 1500 and 1000 km2; the largest ratio that could be thought of is 3000 / 1500 = 2: units of 1e-3
    problem = replace(small_problem(), objective="smallest_ratio", fair=np.array([True, True]))
    found = build(problem, BREAKPOINTS, 0.0)
    in_0 = {"c_0_0": 1000 * (1 - E1), "c_0_1": 1000 * (E1 - E2), "c_1_0": 2000 * (1 - E1)}
    row = {"s_0": 1.0, "t": -1.0, **{name: value / 1.5 for name, value in in_0.items()}}
    same(found.areas[0], (row, ">=", 0.0))
    same(found.areas[1], ({"s_1": 1.0, "t": -1.0, "c_2_0": 2000 * (1 - E2)}, ">=", 0.0))
    assert {v.name: value for v, value in found.lp.objective.items() if value} == {"t": -1.0}
    assert all(v.upBound == 0.0 for v in found.variables.shortfall)


def test_an_area_that_is_left_out_asks_for_nothing() -> None:
    problem = replace(small_problem(), objective="smallest_ratio", fair=np.array([False, True]))
    found = build(problem, BREAKPOINTS, 0.0)
    assert set(found.areas) == {0}
    assert "c_2_0" in written(found.areas[0])[0]


def test_a_shortfall_to_a_target_is_a_soft_least_coverage() -> None:
    """The objective "shortfall" and soft limits with the areas' weights have the same rows."""
    targets = small_problem("shortfall")
    soft = limited(small_problem(), least_coverage(0, 0.5, penalty=1.0), least_coverage(1, 0.25, penalty=3.0))
    one = build(targets, BREAKPOINTS, 0.0)
    other = build(replace(soft, cells=soft.cells.assign(risk_weight=0.0)), BREAKPOINTS, 0.0)
    unit = one.scale.demand / other.scale.demand
    for n in (0, 1):
        here, there = written(one.areas[n]), written(other.areas[n])
        assert {k: v for k, v in there[0].items() if k != f"s_{n}"} == pytest.approx(
            {k: v * unit[n] for k, v in here[0].items() if k != f"s_{n}"}, rel=1e-12
        )
        assert there[2] == pytest.approx(here[2] * unit[n], rel=1e-12)


def test_a_problem_without_limits_has_none_of_it() -> None:
    found = program_without()
    assert (found.areas, found.spending) == ({}, {})
    variables = found.variables
    assert (variables.shortfall, variables.money_short, variables.ratio) == ([], [], [])


def program_without() -> LinearProgram:
    problem: PlanningProblem = small_problem()
    return build(problem, BREAKPOINTS, 0.7)

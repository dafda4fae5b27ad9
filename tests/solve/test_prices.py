"""Prices agree with solves at a moved limit.

The price of a limit is the derivative of the best value by it. With values within 1e-8 of the best and a step
of h = 1 % of the limit L either way, the difference quotient is off by 1e-8 V / (h p L), at most 1e-5 where
p L >= 0.1 V, and by the curvature, (h C)^2 / 6 <= 2e-4 for coverage factors up to 3. The price itself is good
to about sqrt(2e-8 V / M), M the part of the value in the cells that it governs: 4e-4 where M is V / 10.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.model.problem import Objective, PlanningProblem
from planner.solve.lp import Status
from planner.solve.optimise import optimise
from tests.problems import make_problem, simple_effort
from tests.solve.random_problems import random_problem

GAP = 1e-8
STEP = 0.01
AGREE = 2e-3

LIMITS = {
    "asset_hours": ("assets", "capacity_hours"),
    "base_hours": ("bases", "capacity_hours"),
    "budget": ("programmes", "budget"),
}


def best_value(problem: PlanningProblem) -> float:
    return optimise(problem, GAP).certificate.plan_value


def moved(problem: PlanningProblem, kind: str, number: int, by: float) -> PlanningProblem:
    """The problem with one limit times 1 + by."""
    name, column = LIMITS[kind]
    table = getattr(problem, name).copy()
    table[column] = table[column] * np.where(np.arange(len(table)) == number, 1.0 + by, 1.0)
    return replace(problem, **{name: table})


def derivative(problem: PlanningProblem, kind: str, number: int) -> float:
    """What a unit more of a limit gains, by a central difference."""
    name, column = LIMITS[kind]
    limit = float(getattr(problem, name)[column].iloc[number])
    down, up = (best_value(moved(problem, kind, number, by)) for by in (-STEP, STEP))
    return (down - up) / (2 * STEP * limit)


def mixed(objective: Objective) -> PlanningProblem:
    """Every limit binds: two assets' hours, one base's capacity, two budgets that are bound to areas."""
    return make_problem(
        simple_effort(
            asset=[0, 0, 0, 1, 1, 2, 2],
            cell=[0, 1, 2, 1, 3, 0, 3],
            area=[0, 0, 1, 0, 1, 0, 1],
            base=[0, 0, 0, 1, 1, 1, 1],
            factor=[0.05, 0.04, 0.03, 0.06, 0.05, 0.08, 0.07],
            hours=[10.0, 14.0, 20.0, 5.0, 6.0, 8.0, 9.0],
            cost=[100.0, 140.0, 200.0, 0.0, 0.0, 80.0, 90.0],
        ),
        cell_km2=[1500.0, 900.0, 1200.0, 2000.0],
        cell_area=[0, 0, 1, 1],
        targets=[0.9, 0.95],
        hours=[2000.0, 60.0, 1000.0],
        base_hours=[np.inf, 150.0],
        budgets=[1500.0, 1500.0],
        eligibility=[(0, 0, 0), (0, 1, 1), (2, 0, 0), (2, 1, 1)],
        objective=objective,
    )


@pytest.mark.parametrize("objective", ["coverage", "shortfall"])
@pytest.mark.parametrize(
    ("kind", "number"), [("asset_hours", 1), ("base_hours", 1), ("budget", 0), ("budget", 1)]
)
def test_prices_agree_with_moved_limits(objective: Objective, kind: str, number: int) -> None:
    problem = mixed(objective)
    solution = optimise(problem, GAP)
    assert solution.status is Status.OPTIMAL
    price = getattr(solution.prices, kind)[number]
    assert price > 0.0
    assert price == pytest.approx(derivative(problem, kind, number), rel=AGREE)


@pytest.mark.parametrize(("kind", "number"), [("asset_hours", 0), ("asset_hours", 2), ("base_hours", 0)])
def test_limits_with_slack_have_no_price(kind: str, number: int) -> None:
    assert getattr(optimise(mixed("coverage"), GAP).prices, kind)[number] == 0.0


@pytest.mark.parametrize("seed", [1, 3])
def test_random_problems(seed: int) -> None:
    problem = random_problem(seed, n_cells=9, n_assets=3)
    solution = optimise(problem, GAP)
    value = solution.certificate.plan_value
    tested = 0
    for kind, (name, column) in LIMITS.items():
        limits = getattr(problem, name)[column].to_numpy()
        prices = getattr(solution.prices, kind)
        # small prices drown in the values' 1e-8: asked are those that p L >= 0.02 V
        for number in np.flatnonzero(prices * np.where(np.isfinite(limits), limits, 0.0) >= 0.02 * value):
            # where another limit begins or ceases to bind within the step, the price moves by a few steps
            expected = derivative(problem, kind, int(number))
            assert prices[number] == pytest.approx(expected, rel=2 * STEP), (kind, number)
            tested += 1
    assert tested > 0


def test_price_of_an_area_s_km2_is_its_weight_where_it_falls_short() -> None:
    problem = mixed("shortfall")
    problem = replace(problem, areas=problem.areas.assign(risk_weight=[1.0, 2.5]))
    solution = optimise(problem, GAP)
    assert solution.prices.shortfall == pytest.approx([1.0, 2.5], rel=1e-9)


def times(problem: PlanningProblem, factor: float) -> PlanningProblem:
    """All money times a factor."""
    return replace(
        problem,
        effort=problem.effort.assign(cost=problem.effort["cost"] * factor),
        programmes=problem.programmes.assign(budget=problem.programmes["budget"] * factor),
    )


@pytest.mark.parametrize("factor", [150.0, 1e-3, 1e9])
def test_prices_of_money_in_another_currency(factor: float) -> None:
    problem = mixed("coverage")
    here, there = optimise(problem, GAP), optimise(times(problem, factor), GAP)
    assert there.status is Status.OPTIMAL
    assert there.certificate.plan_value == pytest.approx(here.certificate.plan_value, rel=2 * GAP)
    assert there.prices.budget * factor == pytest.approx(here.prices.budget, rel=AGREE)
    assert there.prices.asset_hours == pytest.approx(here.prices.asset_hours, rel=AGREE)

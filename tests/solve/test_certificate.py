"""The bound holds for any prices; the closed form is the minimum; the gap says what it should."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from planner.model.problem import Objective, PlanningProblem
from planner.solve.certificate import (
    NEGLIGIBLE,
    Certificate,
    best_responses,
    coverage_factors,
    idle_value,
    lower_bound,
    shortfall_km2,
    true_value,
)
from planner.solve.optimise import optimise
from planner.solve.prices import Prices
from tests.problems import make_problem, simple_effort
from tests.solve.random_problems import random_problem

OBJECTIVES: list[Objective] = ["coverage", "shortfall"]
PROBLEMS = {
    objective: [random_problem(seed, objective=objective) for seed in range(4)] for objective in OBJECTIVES
}
BEST = {name: [optimise(problem, 1e-8) for problem in problems] for name, problems in PROBLEMS.items()}


def random_prices(problem: PlanningProblem, seed: int, size: float, near: Prices | None = None) -> Prices:
    """Prices of any size, a third of them zero; with ``near``, those times random factors."""
    random = np.random.default_rng(seed)
    n = {
        "asset_hours": len(problem.assets),
        "base_hours": len(problem.bases),
        "budget": len(problem.programmes),
        "coverage_factor": len(problem.cells),
        "least_missions": len(problem.cells),
        "shortfall": len(problem.demands),
        "spending": len(problem.money_demands),
    }
    unit = {"budget": 1e-3, "coverage_factor": 1e2}
    drawn = {
        name: size * unit.get(name, 1.0) * random.exponential(size=k) * (random.random(k) < 0.67)
        for name, k in n.items()
    }
    if near is not None:
        drawn = {name: getattr(near, name) * random.uniform(1 - size, 1 + size, k) for name, k in n.items()}
    # a limit that is not there has no price
    drawn["base_hours"] = np.where(np.isfinite(problem.bases["capacity_hours"]), drawn["base_hours"], 0.0)
    return Prices(**drawn)


@pytest.mark.parametrize("objective", OBJECTIVES)
@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    number=st.integers(0, 3), seed=st.integers(0, 10**6), size=st.sampled_from([1e-3, 0.1, 1.0, 10.0, 1e3])
)
def test_no_prices_push_the_bound_above_a_plan(
    objective: Objective, number: int, seed: int, size: float
) -> None:
    problem, best = PROBLEMS[objective][number], BEST[objective][number]
    bound = lower_bound(problem, random_prices(problem, seed, size))
    # the plan keeps the limits to 1e-7 of each (the solver's tolerance), so its value to about as much
    assert bound <= best.certificate.plan_value + 1e-7 * best.certificate.idle_value


@pytest.mark.parametrize("objective", OBJECTIVES)
@settings(derandomize=True, max_examples=40, deadline=None)
@given(number=st.integers(0, 3), seed=st.integers(0, 10**6), size=st.sampled_from([1e-4, 0.01, 0.3]))
def test_prices_near_the_best_ones_do_not_either(
    objective: Objective, number: int, seed: int, size: float
) -> None:
    problem, best = PROBLEMS[objective][number], BEST[objective][number]
    bound = lower_bound(problem, random_prices(problem, seed, size, best.prices))
    assert bound <= best.certificate.plan_value + 1e-7 * best.certificate.idle_value


def test_prices_of_zero_promise_to_miss_nothing_within_reach() -> None:
    problem = make_problem(simple_effort([0], [0], [0.1]), cell_km2=[1000.0], hours=[10.0])
    assert lower_bound(problem, random_prices(problem, 0, 0.0)) == 0.0


def test_bound_at_the_right_price_is_the_optimum() -> None:
    # C = 0.1 x 10 = 1, price of an hour 0.1 p, p = 1000 e^-1: the bound is p (1 + ln(w / p)) - 10 x 0.1 p = p
    problem = make_problem(simple_effort([0], [0], [0.1]), cell_km2=[1000.0], hours=[10.0])
    prices = replace(random_prices(problem, 0, 0.0), asset_hours=np.array([100 * exp(-1)]))
    assert lower_bound(problem, prices) == pytest.approx(1000 * exp(-1), rel=1e-14)


def test_bound_at_another_price_by_hand() -> None:
    # price of an hour 20: of C 200; the cell alone: 200 (1 + ln 5); less 10 h x 20
    problem = make_problem(simple_effort([0], [0], [0.1]), cell_km2=[1000.0], hours=[10.0])
    prices = replace(random_prices(problem, 0, 0.0), asset_hours=np.array([20.0]))
    assert lower_bound(problem, prices) == pytest.approx(200 * (1 + log(5)) - 200, rel=1e-14)


def test_bound_of_cells_beyond_reach_is_all_of_them() -> None:
    problem = make_problem(simple_effort([0], [0], [0.1]), cell_km2=[1000.0, 300.0], hours=[0.0])
    prices = replace(random_prices(problem, 0, 0.0), asset_hours=np.array([1e9]))
    assert lower_bound(problem, prices) == pytest.approx(1300.0, rel=1e-15)


def test_bound_is_never_below_what_cannot_be_less_than_zero() -> None:
    """Nothing missed is less than nothing: prices that promise less are no excuse for an open gap."""
    problem = make_problem(
        simple_effort([0], [0], [0.1]), cell_km2=[1000.0], targets=[0.1], hours=[100.0], objective="shortfall"
    )
    prices = replace(random_prices(problem, 0, 0.0), asset_hours=np.array([50.0]))
    assert lower_bound(problem, prices) >= 0.0


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.floats(1e-3, 1e6), st.floats(1e-6, 1e7))
def test_best_response_against_a_search(weight: float, price: float) -> None:
    factor, least = best_responses(np.array([weight]), np.array([price]))
    found = minimize_scalar(
        lambda c: weight * exp(-c) + price * c, bounds=(0.0, 60.0), method="bounded", options={"xatol": 1e-10}
    )
    # the search stops within 1e-10 of C and so, at an end of the interval, 1e-10 (w + p) above the minimum
    assert least[0] == pytest.approx(min(found.fun, weight), rel=1e-9)
    assert weight * exp(-factor[0]) + price * factor[0] == pytest.approx(least[0], rel=1e-12)
    assert least[0] <= found.fun * (1 + 1e-12)


def test_best_response_at_the_ends() -> None:
    weight = np.array([5.0, 5.0, 5.0, 0.0, 0.0, 0.0, 5.0])
    price = np.array([0.0, np.inf, 5.0, 0.0, 3.0, np.inf, 8.0])
    factor, least = best_responses(weight, price)
    assert factor.tolist() == [np.inf, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    assert least.tolist() == [0.0, 5.0, 5.0, 0.0, 0.0, 0.0, 5.0]


def test_values_by_hand() -> None:
    # cells 100 and 300 km2 of one area, risk 2 and 1, target 0.6; C = ln 2 and 0: missed 200 / 2 + 300;
    # covered 50 of 240 wanted
    problem = make_problem(
        simple_effort([0], [0], [0.1]), cell_km2=[100.0, 300.0], risk=[2.0, 1.0], targets=[0.6], hours=[1.0]
    )
    factor = np.array([log(2), 0.0])
    assert true_value(problem, factor) == pytest.approx(400.0, rel=1e-15)
    assert idle_value(problem) == pytest.approx(500.0, rel=1e-15)
    assert shortfall_km2(problem, factor) == pytest.approx([190.0], rel=1e-15)
    short = replace(problem, objective="shortfall")
    assert true_value(short, factor) == pytest.approx(190.0, rel=1e-15)
    assert idle_value(short) == pytest.approx(240.0, rel=1e-15)


def test_coverage_factors_add_up_over_activities() -> None:
    problem = make_problem(
        simple_effort([0, 0, 1], [0, 1, 0], [0.1, 0.2, 0.5], activity=[0, 0, 1]),
        cell_km2=[1.0] * 3,
        hours=[1, 1],
    )
    # activity 0, three times, in cells 0 and 1; activity 1 twice in cell 0
    assert coverage_factors(problem, np.array([3.0, 2.0])) == pytest.approx([1.3, 0.6, 0.0], rel=1e-15)


def test_gap_is_relative_to_the_plan() -> None:
    proof = Certificate(plan_value=200.0, bound=199.0, idle_value=500.0, rounds=1, gap_tolerance=0.005)
    assert proof.gap == pytest.approx(0.005, rel=1e-15)
    assert proof.proven
    assert not replace(proof, bound=198.9).proven
    assert replace(proof, bound=201.0).gap == 0.0


def test_gap_of_next_to_nothing_is_relative_to_doing_nothing() -> None:
    # a plan that misses 1e-9 of 500: relative to 1e-6 x 500
    proof = Certificate(plan_value=1e-9, bound=0.0, idle_value=500.0, rounds=1, gap_tolerance=1e-4)
    assert proof.gap == pytest.approx(1e-9 / (NEGLIGIBLE * 500.0), rel=1e-15)
    assert proof.proven
    assert Certificate(0.0, 0.0, 0.0, 1, 1e-4).gap == 0.0


def test_a_bound_that_says_nothing_proves_nothing() -> None:
    assert not Certificate(1.0, -np.inf, 2.0, 1, 0.1).proven

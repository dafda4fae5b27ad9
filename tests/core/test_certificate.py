"""The bound holds for any prices; the closed form is the minimum; the gap says what it should."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from planner.core.certificate import (
    KEPT,
    LEAST_SCALE,
    Certificate,
    best_bound,
    best_responses,
    coverage_factors,
    floored,
    lower_bound,
    short_of_goals,
    smallest_ratio,
    true_value,
)
from planner.core.prices import Prices, completed
from planner.core.problem import Problem
from planner.solve.lexicographic import fair_goals
from planner.solve.optimise import optimise
from planner.solve.solution import Solution
from tests.small_case import SmallCase, least_coverage, least_share, least_spending, random_case, work

SOFT = (
    least_coverage(0, 0.3, penalty=2.0),
    least_coverage(1, 0.3, penalty=0.1),
    least_share(0, [1], 0.5, penalty=5e4),
    least_spending(1, 1e5, penalty=2e4),
)
KINDS = ["coverage", "shortfall", "limits", "duties"]


@cache
def problem_and_best(kind: str, seed: int) -> tuple[Problem, Solution]:
    """A random problem and its certified plan; duties are missions that must be flown to two cells."""
    objective = "shortfall" if kind == "shortfall" else "coverage"
    case = random_case(seed, objective=objective, limits=SOFT if kind == "limits" else ())
    if kind == "duties":
        parts = case.parts()
        problem = parts.problem()
        at, node, _ = problem.singles
        for n in (0, 5):
            duty = parts.add_resources("duty", -0.5, limit_id=f"duty_{n}")
            parts.use(duty, at[node == n], -1.0)
        problem = parts.problem()
    else:
        problem = case.problem()
    return problem, optimise(problem, 1e-6)


def random_prices(problem: Problem, seed: int, size: float, near: Prices | None = None) -> Prices:
    """Prices of any size, a third of them zero; with ``near``, those times random factors."""
    random = np.random.default_rng(seed)
    if near is not None:
        return Prices(*(v * random.uniform(1 - size, 1 + size, len(v)) for v in vars(near).values()))
    unit = np.where(problem.resources["kind"].isin(["budget", "spending", "account"]), 1e-3, 1.0)
    numbers = len(unit), len(problem.goals), len(problem.nodes)
    resource, goal, node = (size * random.exponential(size=n) * (random.random(n) < 0.67) for n in numbers)
    resource = unit * np.where(problem.exact, random.choice([-1.0, 1.0], len(unit)), 1.0) * resource
    return Prices(resource, goal, np.where(random.random(numbers[2]) < 0.1, np.inf, 100.0 * node))


@given(
    kind=st.sampled_from(KINDS), number=st.integers(0, 1), seed=st.integers(0, 10**6),
    size=st.sampled_from([1e-6, 1e-3, 0.1, 1.0, 10.0, 1e3]),
)  # fmt: skip
def test_no_prices_push_the_bound_above_a_plan(kind: str, number: int, seed: int, size: float) -> None:
    problem, best = problem_and_best(kind, number)
    # the plan keeps the limits to 1e-7 of each (the solver's tolerance), so its value to about as much
    most = best.certificate.value + 1e-7 * problem.stake
    assert lower_bound(problem, random_prices(problem, seed, size)) <= most
    near = random_prices(problem, seed, min(size, 0.9), best.prices)
    assert lower_bound(problem, near) <= most
    assert lower_bound(problem, floored(problem, near, size)) <= most


@given(kind=st.sampled_from(KINDS), number=st.integers(0, 1))
def test_the_bound_is_tight_at_the_plan_s_prices(kind: str, number: int) -> None:
    problem, best = problem_and_best(kind, number)
    proof = best.certificate
    assert proof.gap <= 1e-6
    assert lower_bound(problem, best.prices) == pytest.approx(proof.bound, rel=1e-9)
    assert best_bound(problem, best.prices, proof.value, 1e-6)[0] == pytest.approx(proof.bound, rel=1e-9)


@given(number=st.integers(0, 1), seed=st.integers(0, 10**6), size=st.sampled_from([0.0, 1e-4, 0.1, 10.0]))
def test_no_prices_promise_a_larger_smallest_ratio(number: int, seed: int, size: float) -> None:
    problem, best = _fair(number + 1)
    fairness = best.fairness
    assert fairness is not None
    assert fair_goals(problem)[0].all()
    assert -lower_bound(problem, random_prices(problem, seed, size)) >= fairness.smallest_ratio - 1e-7
    assert fairness.bound >= fairness.smallest_ratio


@cache
def _fair(seed: int) -> tuple[Problem, Solution]:
    """The problem of the first stage, and its plan."""
    problem = random_case(seed, n_cells=6, n_assets=3, objective="fair").problem()
    return replace(problem, nodes=problem.nodes.assign(weight=0.0)), optimise(problem, 1e-6)


ONE = SmallCase(work([0], [0], [0.1]), cell_km2=[1000.0], hours=[10.0])


def at_price(problem: Problem, hour: float) -> Prices:
    return Prices(np.array([hour]), np.zeros(len(problem.goals)), np.full(len(problem.nodes), np.inf))


def test_bound_at_the_right_price_is_the_optimum_and_at_another_by_hand() -> None:
    # C = 0.1 x 10 = 1, price of an hour 0.1 p, p = 1000 e^-1: p (1 + ln(w / p)) - 10 x 0.1 p = p;
    # at 20 an hour, C costs 200: the cell alone: 200 (1 + ln 5); less 10 h x 20; for nothing, nothing is
    # missed
    problem = ONE.problem()
    assert lower_bound(problem, at_price(problem, 100 * exp(-1))) == pytest.approx(1000 * exp(-1), rel=1e-14)
    assert lower_bound(problem, at_price(problem, 20.0)) == pytest.approx(200 * log(5), rel=1e-14)
    assert lower_bound(problem, at_price(problem, 0.0)) == 0.0


def test_bound_of_cells_beyond_reach_is_all_of_them() -> None:
    problem = SmallCase(work([0], [0], [0.1]), cell_km2=[1000.0, 300.0], hours=[0.0]).problem()
    assert lower_bound(problem, at_price(problem, 1e9)) == pytest.approx(1300.0, rel=1e-15)


def test_a_node_that_pays_what_the_solver_says_charges_what_asks_for_less() -> None:
    # an hour of asset 0 adds 0.1 at 36.8: 367.9 a unit, C = 1. Asset 1 adds 1e-9 an hour, is given no price
    # by
    # a solver that tells 1e-7 from 0, and would have all for nothing: in its 10 h, C of 1e-8 and 3.7e-6 of
    # 1000
    problem = SmallCase(work([0, 1], [0, 0], [0.1, 1e-9]), cell_km2=[1000.0], hours=[10.0, 10.0]).problem()
    prices = Prices(np.array([100 * exp(-1), 0.0]), np.zeros(0), np.array([1000 * exp(-1)]))
    assert lower_bound(problem, prices) == pytest.approx(1000 * exp(-1) * (1 - 1e-8), rel=1e-14)
    assert lower_bound(problem, replace(prices, node=np.array([np.inf]))) == 0.0


def test_what_cannot_be_done_at_all_sells_nothing() -> None:
    # asset 1 has no hours; money that ought to be spent on it, 50 at 1 each, cannot be. Asset 0 alone: C = 1
    case = SmallCase(
        work([0, 1], [0, 0], [0.1, 0.1], cost=[0.0, 10.0]), cell_km2=[1000.0], hours=[10.0, 0.0],
        budgets=[300.0], pays=[(1, 0, 0)], limits=(least_spending(0, 50.0, penalty=1e6),),
    )  # fmt: skip
    problem = case.problem()
    assert problem.resources["kind"].tolist() == ["hours", "hours", "budget", "account", "spending"]
    prices = Prices(np.array([100 * exp(-1), 0.0, 0.0, 0.0, 1.0]), np.zeros(1), np.array([np.inf]))
    assert lower_bound(problem, prices) == pytest.approx(1000 * exp(-1) + 50, rel=1e-14)


@pytest.mark.parametrize("unit", [1.0, 1e-6, 1e-17])
def test_what_a_small_unit_gains_is_charged_for_all_units(unit: float) -> None:
    # a radar adds 0.1 an hour to two cells, which pay 500 a unit: 500 (1 + ln 2) each; its hour is free and
    # gains 100, 1000 in 10 h
    case = SmallCase(
        work([0, 0], [0, 1], [0.1 * unit] * 2, hours=unit, activity=[0, 0]), [1000.0, 1000.0], hours=[10.0]
    )
    prices = Prices(np.zeros(1), np.zeros(0), np.full(2, 500.0))
    assert lower_bound(case.problem(), prices) == pytest.approx(1000 * log(2), rel=1e-12)


def test_bound_is_never_below_what_cannot_be_less_than_zero() -> None:
    problem = replace(ONE, targets=[0.1], objective="shortfall").problem()
    assert lower_bound(problem, at_price(problem, 50.0)) >= 0.0


def test_what_is_supplied_costs_what_its_cheapest_supply_costs() -> None:
    # budgets at 2 and 3 a unit of money pay for one account: it is worth 2, whatever was said; what a limit
    # on
    # money is worth is at most its penalty
    case = SmallCase(
        work([0], [0], [0.1], cost=5.0), cell_km2=[1000.0], hours=[10.0], budgets=[100.0, 100.0],
        pays=[(0, 0, 0), (0, 0, 1)], limits=(least_spending(1, 50.0, penalty=1e6),),
    )  # fmt: skip
    problem = case.problem()
    kinds = problem.resources["kind"].astype(str).tolist()
    assert kinds == ["hours", "budget", "budget", "account", "spending"]
    given = Prices(np.array([-1.0, 2.0, 3.0, 99.0, 0.0]), np.zeros(1), np.array([np.inf]))
    assert completed(problem, given).resource.tolist() == [0.0, 2.0, 3.0, 2.0, 0.0]
    # 9 a unit wanted is cut to 1 (1e6 a million); then programme 1's money costs 3 - 1
    wanted = replace(given, resource=np.array([0.0, 2.5, 3.0, 99.0, 9.0]))
    assert completed(problem, wanted).resource.tolist() == [0.0, 2.5, 3.0, 2.0, 1.0]
    # a budget of 1e-12 of what is taken, 50, pays for nothing, so the account is worth what budget 0 is
    cheap = replace(given, resource=np.array([0.0, 2.0, 0.5, 99.0, 0.0]))
    assert completed(problem, cheap).resource[3] == 0.5
    assert completed(replace(case, budgets=[100.0, 5e-11]).problem(), cheap).resource[3] == 2.0


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
    case = SmallCase(
        work([0], [0], [0.1]), cell_km2=[100.0, 300.0], risk=[2.0, 1.0], targets=[0.6], hours=[1.0]
    )
    problem, factor, x = case.problem(), np.array([log(2), 0.0]), np.zeros(1)
    assert true_value(problem, x, factor) == pytest.approx(400.0, rel=1e-15)
    assert problem.stake == pytest.approx(500.0, rel=1e-15)
    short = replace(case, objective="shortfall").problem()
    assert short_of_goals(short, x, factor) == pytest.approx([190.0], rel=1e-15)
    assert (true_value(short, x, factor), short.stake) == pytest.approx((190.0, 240.0), rel=1e-15)
    fair = replace(case, objective="fair").problem()
    assert smallest_ratio(fair, x, factor) == pytest.approx(50 / 240, rel=1e-15)
    # a limit's penalty is paid for what is short, 70 of 120 km2 at 3, but is no part of what is at stake
    soft = case.limited(least_coverage(0, 0.3, penalty=3.0)).problem()
    assert (true_value(soft, x, factor), soft.stake) == pytest.approx((610.0, 500.0), rel=1e-15)


def test_a_hard_goal_that_is_kept_but_for_rounding_is_kept() -> None:
    # 12 % of 1000 km2; penalised at 1e3 a km2, a part of KEPT short costs nothing, twice that all of it
    case = ONE.limited(least_coverage(0, 0.12))
    problem = case.problem()
    hard = problem.with_goals(problem.goals.assign(penalty=1e3))
    for part, paid in ((0.9 * KEPT, 0.0), (2 * KEPT, 1e3 * 120 * 2 * KEPT)):
        factor = np.array([-np.log1p(-0.12 * (1 - part))])
        missed = 1000 - 120 * (1 - part)
        assert true_value(hard, np.zeros(1), factor) == pytest.approx(missed + paid, rel=1e-12)


def test_coverage_factors_add_up_over_activities() -> None:
    effort = work([0, 0, 1], [0, 1, 0], [0.1, 0.2, 0.5], activity=[0, 0, 1])
    problem = SmallCase(effort, cell_km2=[1.0] * 3, hours=[1, 1]).problem()
    # activity 0, three times, in cells 0 and 1; activity 1 twice in cell 0
    assert coverage_factors(problem, np.array([3.0, 2.0])) == pytest.approx([1.3, 0.6, 0.0], rel=1e-15)


def test_gap_is_relative_to_the_plan_and_a_value_below_its_bound_is_never_proven() -> None:
    proof = Certificate(value=200.0, bound=199.0, stake=500.0, rounds=1, tolerance=0.005)
    assert proof.gap == pytest.approx(0.005, rel=1e-15)
    assert proof.proven
    assert not replace(proof, bound=198.9).proven
    wrong = replace(proof, bound=201.0)
    assert (wrong.contradicts, wrong.proven, wrong.gap) == (True, False, np.inf)
    rounding = replace(proof, bound=200.0 * (1 + 1e-10))
    assert (rounding.contradicts, rounding.proven, rounding.gap) == (False, True, 0.0)
    assert not replace(wrong, slack=2.0).contradicts  # hard goals that are kept but for rounding


def test_no_input_can_inflate_what_the_gap_is_relative_to() -> None:
    # a plan that misses 1e-9 of 500: relative to LEAST_SCALE x 500, whatever limits cost
    proof = Certificate(value=1e-9, bound=0.0, stake=500.0, rounds=1, tolerance=1e-4)
    assert proof.gap == pytest.approx(1e-9 / (LEAST_SCALE * 500.0), rel=1e-15)
    huge = ONE.limited(least_coverage(0, 0.99, penalty=1e12)).problem()
    assert huge.stake == ONE.problem().stake


@pytest.mark.parametrize(("value", "bound"), [(1.0, -np.inf), (np.nan, 0.0), (np.inf, 1.0), (1.0, np.nan)])
def test_what_is_no_number_proves_nothing(value: float, bound: float) -> None:
    assert not Certificate(value, bound, 2.0, 1, 0.1).proven


def test_nothing_of_nothing_has_no_gap() -> None:
    assert Certificate(0.0, 0.0, 0.0, 1, 1e-4).gap == 0.0
    assert str(Certificate(1234.5, 0.5, 0.0, 1, 1e-4)) == "value 1,234.5, bound 0.5, gap 1.0e+00"

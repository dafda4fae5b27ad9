"""Plans against scipy: the same chords written otherwise, the exponential itself, HiGHS against CBC, and
shadow prices against solves with the limit moved.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planner.core.certificate import covered_km2
from planner.core.program import build
from planner.errors import LimitsError
from planner.solve.optimise import optimise
from planner.solve.refinement import FIRST_POINTS, first_breakpoints
from planner.solve.solution import Solution
from planner.solve.solver import SolverName, Status, solve_lp
from tests.oracle import linear_optimum, smooth_optimum
from tests.small_case import Limit, SmallCase, least_coverage, least_share, least_spending, random_case

OBJECTIVES = ["coverage", "shortfall"]


@pytest.mark.parametrize("solver", ["highs", "cbc"])
@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("seed", range(3))
def test_first_round_against_the_same_chords_written_otherwise(
    solver: SolverName, objective: str, seed: int
) -> None:
    problem = random_case(seed, objective=objective).problem()
    program = build(problem, first_breakpoints(problem), 1e-9 * problem.stake)
    found = solve_lp(program.lp, solver).objective * program.units.objective
    expected = linear_optimum(problem, points=FIRST_POINTS)
    assert expected is not None
    # the tie-break adds up to 1e-11 of doing nothing; both solvers keep rows to 1e-7 of their units
    assert found == pytest.approx(expected.value, abs=1e-7 * problem.stake)


def small(seed: int, **others: Any) -> SmallCase:
    return random_case(seed, n_cells=3, n_assets=2, **others)


@pytest.mark.parametrize("seed", range(5))
def test_plan_against_a_convex_oracle(seed: int) -> None:
    problem = small(seed).problem()
    solution = optimise(problem, 1e-7)
    assert solution.status is Status.OPTIMAL
    # SLSQP stops when a step gains less than 1e-12 and keeps its constraints to about 1e-9 of each
    assert solution.certificate.value == pytest.approx(smooth_optimum(problem), rel=2e-7)


def reached(solution: Solution, case: SmallCase) -> np.ndarray:
    """Share of each area that is covered."""
    problem = replace(case, objective="shortfall").problem()
    return np.asarray(
        covered_km2(problem, solution.x, solution.factor) / np.asarray(problem.cover.sum(axis=1)).ravel()
    )


def spent(solution: Solution, programme: int) -> float:
    payments = solution.program.problem.activities["programme_id"] == f"programme_{programme}"
    return float(solution.x[payments.to_numpy()].sum())


def limits_of(case: SmallCase, seed: int) -> list[Limit]:
    """Limits between what the best plan and doing nothing reach, so that they bind."""
    free = optimise(case.problem(), 1e-6)
    poorest = int(np.argmin(reached(free, case)))
    weights = (np.arange(3) == poorest).astype(float)
    most = optimise(
        replace(case, objective="shortfall", targets=[1.0] * 3, area_risk=weights).problem(), 1e-4
    )
    wanted = 0.5 * (reached(free, case)[poorest] + reached(most, case)[poorest])
    payer = seed % 3
    return [
        least_coverage(poorest, float(wanted)),
        least_share(payer, [poorest], 0.2),
        least_spending(payer, spent(free, payer) / 2),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_hard_limits(seed: int) -> None:
    case, tried = small(seed), 0
    first, second, third = limits_of(case, seed)
    for limits in ([first], [second], [first, third], [first, second, third]):
        problem = case.limited(*limits).problem()
        try:
            solution = optimise(problem, 1e-7)
        except LimitsError:
            continue
        tried += 1
        assert solution.status is Status.OPTIMAL
        # SLSQP keeps its constraints to about 1e-9, the planner its limits to 3e-7
        assert solution.certificate.value == pytest.approx(smooth_optimum(problem), rel=2e-6)
    assert tried >= 2


@pytest.mark.parametrize("seed", range(4))
def test_fair_plans(seed: int) -> None:
    problem = small(seed, objective="fair", targets=(1.0, 1.0, 1.0)).problem()
    solution = optimise(problem, 1e-6)
    shares = solution.fairness
    assert solution.status is Status.OPTIMAL
    assert shares is not None
    assert not shares.left_out
    area, held, free = problem.goals["area_id"].astype(str), np.zeros(3), np.ones(3, dtype=bool)

    def stage() -> float:
        ratio = np.where(free, problem.ratio_km2, 0.0)
        wanted = held * problem.ratio_km2
        return smooth_optimum(problem.with_goals(problem.goals.assign(wanted=wanted, ratio_km2=ratio)))

    for level in shares.levels:
        # later stages may give up half of the tolerance of a level, which may be worth more to others
        assert level.ratio == pytest.approx(-stage(), rel=2e-6 if free.all() else 5e-5)
        own = area.isin(level.areas).to_numpy()
        held, free = np.where(own, level.ratio * (1 - 5e-7), held), free & ~own
    assert not free.any()
    assert solution.certificate.value == pytest.approx(stage(), rel=5e-5)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("seed", [1, 2])
def test_highs_and_cbc_meet(objective: str, seed: int) -> None:
    problem = random_case(seed, n_cells=8, objective=objective).problem()
    highs, cbc = (optimise(problem, 1e-6, solver=solver) for solver in ("highs", "cbc"))
    assert highs.status is cbc.status is Status.OPTIMAL
    # either plan is within 1e-6 above the optimum, either bound below both plans
    assert cbc.certificate.value == pytest.approx(highs.certificate.value, rel=1.1e-6)
    assert cbc.certificate.bound <= highs.certificate.value * (1 + 1e-9)
    assert highs.certificate.bound <= cbc.certificate.value * (1 + 1e-9)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("kind", ["hours", "places", "budget"])
def test_prices_agree_with_moved_limits(kind: str, objective: str) -> None:
    """With values within 1e-8 of the best and a step of 1 % either way, a difference quotient is off by 1e-5
    or
    so, and by the curvature, (h C)^2 / 6 <= 2e-4; the price itself is good to about 4e-4.
    """
    problem = random_case(3, n_cells=8, objective=objective).problem()
    solution = optimise(problem, 1e-8)
    worth = solution.prices.resource * np.where(np.isfinite(problem.capacity), problem.capacity, 0.0)
    worth[(problem.resources["kind"] != kind).to_numpy()] = 0.0
    at = int(np.argmax(worth))
    if worth[at] < 0.02 * solution.certificate.scale or solution.certificate.value == 0.0:
        pytest.skip("none of them is scarce here")
    ends = []
    for step in (-0.01, 0.01):
        capacity = problem.capacity * np.where(np.arange(len(worth)) == at, 1 + step, 1.0)
        moved = replace(problem, resources=problem.resources.assign(capacity=capacity))
        ends.append(optimise(moved, 1e-8, start=solution.start).certificate.value)
    assert (ends[0] - ends[1]) / 0.02 == pytest.approx(worth[at], rel=5e-3)


@pytest.mark.parametrize("kind", ["coverage", "share"])
def test_prices_of_limits_agree_with_moved_limits(kind: str) -> None:
    case = random_case(0, n_cells=8, n_assets=3)
    free = optimise(case.problem(), 1e-6)
    share = reached(free, case)
    poorest = int(np.argmin(share))
    payer = int(np.argmax([spent(free, n) for n in range(3)]))
    limit = (
        least_coverage(poorest, 1.3 * float(share[poorest]))
        if kind == "coverage"
        else least_share(payer, [0], 0.75)
    )
    ends = [
        optimise(case.limited({**limit, "least": limit["least"] * (1 + by)}).problem(), 1e-8)
        for by in (-0.01, 0.0, 0.01)
    ]
    problem, here = case.limited(limit).problem(), ends[1]
    if kind == "coverage":
        worth = float(here.prices.goal[0] * problem.wanted[0])
    else:
        price = here.prices.resource[problem.find("spending", limit_id="l0")][0]
        worth = float(price * limit["least"] * spent(here, payer))
    assert worth > 0.0
    values = [one.certificate.value for one in ends]
    assert (values[2] - values[0]) / 0.02 == pytest.approx(worth, rel=0.01)

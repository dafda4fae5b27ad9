"""What must hold for every plan with limits, and for every fair one, on random small problems."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import LimitsError
from planner.model.problem import PlanningProblem
from planner.report import gaps
from planner.report.contract import CAUSES
from planner.solve.optimise import optimise
from planner.solve.solution import Solution
from tests.limits import Limit, least_coverage, least_share, least_spending, limited
from tests.solve.random_problems import random_problem

GAP = 1e-6
quick = settings(derandomize=True, max_examples=6, deadline=None)
seeds = st.integers(0, 10**6)
shares = st.floats(0.05, 0.95)


def small(seed: int) -> PlanningProblem:
    return random_problem(seed, n_cells=6, n_assets=3)


def some_limits(seed: int, part: float, penalty: float = np.inf) -> list[Limit]:
    return [
        least_coverage(seed % 3, 0.5 * part, penalty),
        least_share(seed % 2, [seed % 3], part, penalty),
        least_spending((seed + 1) % 3, 1e5 * part, penalty),
    ]


def ends(problem: PlanningProblem) -> tuple[float, float]:
    """Bound and value; infinite where the limits conflict."""
    try:
        proof = optimise(problem, GAP).certificate
    except LimitsError:
        return np.inf, np.inf
    slack = 1e-6 * float(problem.weight.sum())
    return proof.bound - slack, proof.plan_value + slack


@quick
@given(seeds, shares, shares)
def test_a_looser_limit_is_never_worse(seed: int, part: float, less: float) -> None:
    problem = small(seed)
    tight = ends(limited(problem, *some_limits(seed, part)))
    loose = ends(limited(problem, *some_limits(seed, part * less)))
    assert loose[0] <= tight[1]
    assert ends(problem)[0] <= loose[1]


@quick
@given(seeds, shares)
def test_a_huge_penalty_is_as_good_as_a_hard_limit(seed: int, part: float) -> None:
    problem = small(seed)
    hard = ends(limited(problem, *some_limits(seed, part)))
    # 1e3 a km2 and a unit of money: thousands of times what either is worth
    soft = ends(limited(problem, *some_limits(seed, part, penalty=1e3)))
    if np.isfinite(hard[0]):
        assert soft[0] <= hard[1]
        assert hard[0] <= soft[1]
    else:
        assert soft[1] > float(problem.weight.sum()), "something is paid"


@quick
@given(seeds, shares)
def test_a_penalty_of_nothing_is_no_limit(seed: int, part: float) -> None:
    problem = small(seed)
    none, soft = ends(problem), ends(limited(problem, *some_limits(seed, part, penalty=0.0)))
    assert none[0] <= soft[1]
    assert soft[0] <= none[1]


@quick
@given(seeds, shares)
def test_the_least_relaxation_can_be_had(seed: int, part: float) -> None:
    problem = small(seed)
    limits = [least_coverage(area, part) for area in range(3)] + some_limits(seed, part)[1:]
    try:
        optimise(limited(problem, *limits), GAP)
    except LimitsError as error:
        had = {(one.limit_id): one.at_most for one in error.relaxation}
        eased = [
            {**one, "least": min(one["least"], had.get(f"l{n}", np.inf)) * (1 - 1e-6)}  # type: ignore[type-var,operator]
            for n, one in enumerate(limits)
        ]
        assert had
        assert np.isfinite(ends(limited(problem, *eased))[0])
        chosen = [int(one.limit_id[1:]) for one in error.conflict]
        for left in chosen:
            others = [limits[n] for n in chosen if n != left]
            if others:
                assert np.isfinite(ends(limited(problem, *others))[0]), "it conflicts without this one, too"
        assert not np.isfinite(ends(limited(problem, *(limits[n] for n in chosen)))[0])


def ratio(problem: PlanningProblem, solution: Solution, areas: np.ndarray) -> float:
    found = gaps.coverage(problem, solution.factor)
    return float((found.covered_km2 / problem.target_km2)[areas].min())


@quick
@given(seeds)
def test_no_other_plan_has_a_larger_smallest_ratio(seed: int) -> None:
    problem = small(seed)
    fair = optimise(replace(problem, objective="fair"), GAP)
    assert fair.fairness is not None
    areas = fair.fairness.areas
    own = ratio(problem, fair, areas)
    assert own == pytest.approx(fair.fairness.ratio, rel=2 * GAP)
    assert own <= fair.fairness.bound * (1 + 1e-9)
    assert fair.fairness.bound - own <= 2 * GAP * fair.fairness.bound
    for other in (
        problem,
        replace(problem, objective="shortfall"),
        limited(problem, least_coverage(seed % 3, 0.4, penalty=5.0)),
    ):
        plan = optimise(other, GAP)
        assert ratio(problem, plan, areas) <= own * (1 + 2 * GAP)
    assert fair.certificate.plan_value >= optimise(problem, GAP).certificate.bound


@quick
@given(seeds, shares, st.booleans())
def test_parts_of_gaps_sum_to_the_shortfall(seed: int, part: float, is_fair: bool) -> None:
    problem = limited(small(seed), *some_limits(seed, part, penalty=0.5))
    problem = replace(problem, objective="fair" if is_fair else "coverage")
    solution = optimise(problem)
    found = gaps.coverage(problem, solution.factor)
    table = gaps.gap_table(problem, solution.prices, found)
    parts = table[[f"{cause}_km2" for cause in CAUSES]].to_numpy()
    assert (parts >= 0.0).all()
    size = problem.area_km2.sum()
    assert parts.sum(axis=1) == pytest.approx(table["shortfall_km2"].to_numpy(), abs=1e-12 * size)

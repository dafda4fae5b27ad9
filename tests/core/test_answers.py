"""Detections that need an answer: worked out by hand, dense chords and tangents, the certificate, laws."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log, sqrt

import numpy as np
import pytest

from planner.core.certificate import answered, coverage_of, lower_bound, valuation
from planner.core.prices import Prices
from planner.core.problem import Problem
from planner.solve.aggregation import aggregated
from planner.solve.optimise import optimise
from planner.solve.solution import Solution
from planner.solve.solver import Status
from tests.core.answering import between_chords_and_tangents, problem_with_answers, year_with_answers

NONE = np.zeros(2)


def by_hand(hours: float = 2.0, share: float = 0.5) -> Problem:
    """Two nodes of weight 100; a trip answers 1/2 of the near one, 1/4 of the far one; two scenes."""
    return problem_with_answers(
        np.array([100.0, 100.0]), share, np.ones(2), np.array([0.5, 0.25]), NONE, (2.0, hours)
    )


def solved(problem: Problem, tolerance: float = 1e-8) -> Solution:
    solution = optimise(problem, tolerance)
    assert solution.status is Status.OPTIMAL
    return solution


def test_one_satellite_and_one_boat_by_hand() -> None:
    # The far node is answered in part, so an answer of all of it costs what it is worth: rho_2 = 100 / 2, an
    # hour 50 / 4 = 12.5, and rho_1 = 12.5 * 2 = 25 < 50: all that is seen in the near node is answered.
    # Seeing is worth W - rho: 75 and 50. 75 exp(-C1) = 50 exp(-C2) = pi and C1 + C2 = 2, so C1 - C2 = ln 1.5
    # and pi = sqrt(75 * 50) / e = 22.528. Of two hours (1 - exp(-C1)) / (1 / 2) go to the near node.
    solution = solved(by_hand())
    factor = np.array([1 + log(1.5) / 2, 1 - log(1.5) / 2])
    near = 1 - exp(-factor[0])
    far = (2 - near / 0.5) * 0.25
    assert solution.factor == pytest.approx(factor, abs=2e-4)
    found = answered(solution.program.problem, solution.x, solution.factor)
    assert found == pytest.approx([near, far], abs=2e-4)
    effective = [near, (1 - exp(-factor[1])) / 2 + far / 2]
    assert coverage_of(by_hand(), solution.x, solution.factor) == pytest.approx(effective, abs=2e-4)
    assert solution.certificate.value == pytest.approx(200 - 100 * sum(effective), rel=1e-8)
    # the prices of a scene and of an hour of the boat: what one more of each gains at the optimum
    assert solution.prices.resource == pytest.approx([sqrt(75 * 50) / exp(1), 12.5], rel=1e-3)
    at = valuation(by_hand(), solution.prices)
    assert np.asarray(at.answer) == pytest.approx([25.0, 50.0], rel=1e-3)


def test_without_boats_nothing_is_answered_and_with_many_all_is() -> None:
    none, many = solved(by_hand(hours=0.0)), solved(by_hand(hours=100.0))
    assert answered(by_hand(), none.x, none.factor).tolist() == [0.0, 0.0]
    # both nodes see 1 - 1 / e, of which half counts without an answer, and all of it with one
    assert none.certificate.value == pytest.approx(200 - 100 * (1 - exp(-1)), rel=1e-8)
    assert many.certificate.value == pytest.approx(200 * exp(-1), rel=1e-8)


def test_a_patrol_answers_what_it_sees_itself() -> None:
    # 3 hours of patrol alone, both nodes alike: C = 1.5 each, and 1 - exp(-C) <= C is answered
    patrols = problem_with_answers(np.full(2, 100.0), 0.5, NONE, NONE, np.ones(2), (0.0, 3.0))
    assert solved(patrols).certificate.value == pytest.approx(200 * exp(-1.5), rel=1e-8)


def test_share_0_is_the_plan_without_answers() -> None:
    problem = by_hand(share=0.0)
    plain = solved(replace(problem, answers=None))
    assert solved(problem).certificate.value == pytest.approx(plain.certificate.value, rel=1e-8)


def drawn(seed: int, n_nodes: int = 3, target: float | None = None) -> Problem:
    rng = np.random.default_rng(seed)
    some = rng.random((3, n_nodes)) < 0.8
    scenes, trips, patrols = rng.uniform(0.05, 1.0, (3, n_nodes)) * some
    hours = rng.uniform(0.5, 3.0, 2)
    weight, share = rng.uniform(10.0, 100.0, n_nodes), rng.uniform(0.1, 0.9)
    km2 = rng.uniform(1.0, 9.0, n_nodes)
    return problem_with_answers(weight, share, scenes, trips, patrols, (hours[0], hours[1]), km2, target)


@pytest.mark.parametrize("seed", range(16))
def test_plans_of_seasons_against_dense_chords_and_tangents(seed: int) -> None:
    between_chords_and_tangents(year_with_answers(seed))


@pytest.mark.parametrize("seed", range(20))
def test_the_bound_holds_at_any_prices(seed: int) -> None:
    problem = drawn(seed, target=0.8)
    best = solved(problem, 1e-6).certificate.value
    rng = np.random.default_rng(seed)
    for _ in range(20):
        resource, goal = rng.exponential(20.0, 2), rng.exponential(5.0, 1)
        node = rng.exponential(20.0, len(problem.nodes))
        assert lower_bound(problem, Prices(resource, goal, node)) <= best * (1 + 1e-9)


@pytest.mark.parametrize(("trips", "best"), [(0.0, "boat"), (1.0, "satellite")])
def test_satellites_are_the_best_next_buy_only_where_somebody_can_go(trips: float, best: str) -> None:
    # One node of weight 100, a scene (C = 1), half an hour of patrol (C = 0.8 an hour): C = 1.4. Scenes and
    # hours cost alike. Where detections need no answer the next scene gains 100 exp(-1.4), the next hour 0.8
    # of that. With 0.8 of coverage for answers, where no boat makes trips, a scene gains a fifth, and an hour
    # a fifth of its 0.8 and 80 x 0.8 for what it answers; what it answers, 0.4, is less than what is seen.
    def gains(share: float, hours: float) -> tuple[float, float]:
        problem = problem_with_answers(
            np.array([100.0]), share, np.ones(1), np.full(1, trips), np.full(1, 0.8), (1.0, hours)
        )
        scene, hour = solved(problem, 1e-9).prices.resource
        return float(scene), float(hour)

    scene, hour = gains(0.0, 0.5)
    assert (scene, hour) == pytest.approx((100 * exp(-1.4), 80 * exp(-1.4)), rel=1e-3)
    if best == "boat":
        scene, hour = gains(0.8, 0.5)
        assert (scene, hour) == pytest.approx((20 * exp(-1.4), 16 * exp(-1.4) + 64), rel=1e-3)
        assert hour > scene
    else:  # with five hours all is answered, and the next of each is worth what it is without answers, C = 5
        scene, hour = gains(0.8, 5.0)
        assert (scene, hour) == pytest.approx((100 * exp(-5), 80 * exp(-5)), rel=1e-3)


@pytest.mark.parametrize("share", [None, 1.0])
@pytest.mark.parametrize("seed", range(8))
def test_more_boats_never_lower_what_is_answered(seed: int, share: float | None) -> None:
    # with the share that is drawn, and where answers are all that counts
    problem = drawn(seed)
    if share is not None:
        problem = replace(problem, nodes=problem.nodes.assign(response=share))
    values = []
    for more in (0.0, 0.5, 1.0, 2.0, 4.0):
        found = solved(problem.with_capacity(problem.capacity * [1.0, more]), 1e-6)
        values.append(float(problem.weight @ answered(problem, found.x, found.factor)))
    assert (np.diff(values) >= -1e-4 * problem.weight.sum()).all()


def test_sifted_and_grouped_nodes_have_the_plan_of_all() -> None:
    # 2,000 nodes: samples, sifting and groups; the certificate knows of all
    rng = np.random.default_rng(1)
    n_nodes = 2000
    weight, far = rng.uniform(1.0, 2.0, n_nodes), np.linspace(0.2, 1.0, n_nodes)
    problem = problem_with_answers(
        weight, 0.6, 0.5 + 0 * far, 0.5 * far, 0.3 * far, (2000.0, 2500.0), np.ones(n_nodes), 0.5
    )
    solution = optimise(problem, 1e-4)
    assert solution.status is Status.OPTIMAL
    assert 0.0 < float(answered(problem, solution.x, solution.factor).mean()) < 1.0


def test_a_plan_of_groups_answers_as_much_in_the_nodes() -> None:
    problem = problem_with_answers(
        np.full(4, 10.0), 0.5, np.ones(4), np.array([0.5, 0.25, 0.5, 1.0]), np.full(4, 0.5), (2.0, 3.0)
    )
    groups = aggregated(problem, np.array([0, 0, 2, 2]))
    x = np.arange(1.0, len(groups.problem.activities) + 1.0)
    whole = groups.disaggregated(x)
    assert groups.problem.answers is not None
    assert problem.answers is not None
    assert problem.answers @ whole == pytest.approx((groups.problem.answers @ x)[groups.group], rel=1e-12)
    assert problem.usage @ whole == pytest.approx(groups.problem.usage @ x, rel=1e-12)

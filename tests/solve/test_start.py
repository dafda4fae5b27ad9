"""A plan may start from another one's solution; that changes its time, never its value."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from planner.model.problem import Objective, PlanningProblem
from planner.solve.lp import Status
from planner.solve.optimise import optimise
from planner.solve.sifting import every, sample
from planner.solve.start import Known
from tests.solve.test_sifting import random_problem, sift


def changed(problem: PlanningProblem, kind: str) -> PlanningProblem:
    """The problem with something else than it had."""
    random = np.random.default_rng(3)
    effort, assets, bases = problem.effort, problem.assets, problem.bases
    hours = assets["capacity_hours"] * random.choice([0.0, 1.0, 5.0], len(assets))
    access = random.random(len(effort)) < 0.7
    changes: dict[str, dict[str, pd.DataFrame]] = {
        "nothing": {},
        "budgets": {"programmes": problem.programmes.assign(budget=[0.0, 400.0, 20.0])},
        "hours": {"assets": assets.assign(capacity_hours=hours)},
        "access": {"effort": effort.assign(access=access)},
        "costs": {"effort": effort.assign(cost=effort["cost"] * 2.0)},
        "no costs": {"effort": effort.assign(cost=0.0)},  # budgets had prices, and have no row any more
        "no limits at bases": {"bases": bases.assign(capacity_hours=np.inf)},
        "payers": {"eligibility": problem.eligibility.iloc[::2].reset_index(drop=True)},
    }
    return replace(problem, **changes[kind])


@pytest.mark.parametrize("objective", ["coverage", "shortfall"])
@pytest.mark.parametrize("cells", [60, 700])
@pytest.mark.parametrize(
    "kind", ["nothing", "budgets", "hours", "access", "costs", "payers", "no costs", "no limits at bases"]
)
def test_a_start_changes_no_value(
    kind: str, cells: int, objective: Objective, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = random_problem(2, cells, objective=objective)
    problem.cells["least_missions"] = 0.0
    if cells > 60:
        sift(monkeypatch, 50)
    start = pickle.loads(pickle.dumps(optimise(problem, 1e-5).start))
    other = changed(problem, kind)
    cold, warm = optimise(other, 1e-5), optimise(other, 1e-5, start=start)
    assert (cold.status, warm.status) == (Status.OPTIMAL, Status.OPTIMAL)
    # each is within its gap of the same optimum
    size = cold.certificate.size
    assert warm.certificate.plan_value >= cold.certificate.bound - 1e-9 * size
    assert cold.certificate.plan_value >= warm.certificate.bound - 1e-9 * size


def test_the_same_problem_is_proven_at_once() -> None:
    problem = random_problem(4, 300)
    problem.cells["least_missions"] = 0.0
    first = optimise(problem, 1e-5)
    again = optimise(problem, 1e-5, start=first.start)
    assert first.certificate.rounds > 1
    assert again.certificate.rounds == 1


def test_cbc_has_no_basis_and_starts_from_prices() -> None:
    problem = random_problem(4, 60)
    problem.cells["least_missions"] = 0.0
    start = optimise(problem, 1e-4, solver="cbc").start
    assert start.columns == {}
    assert optimise(problem, 1e-4, start=start).status is Status.OPTIMAL


def test_the_start_of_a_sample_is_that_of_its_cells_in_the_whole() -> None:
    problem = random_problem(4, 90)
    problem.cells["least_missions"] = 0.0
    part = sample(problem, every(3.0, 90))
    start = optimise(part.problem, 1e-3).start
    whole = start.of_whole(part.cell, part.share, 90)
    back = whole.of_sample(part.cell, part.share)
    assert np.array_equal(back.inside, start.inside)
    assert np.allclose(back.prices.coverage_factor, start.prices.coverage_factor, rtol=1e-12)
    # a cell of a third of the water pays a third
    assert np.allclose(
        whole.prices.coverage_factor[part.cell], start.prices.coverage_factor * part.share, rtol=1e-12
    )
    assert np.array_equal(back.rows["cells"].key, start.rows["cells"].key)
    assert np.isinf(np.delete(whole.prices.coverage_factor, part.cell)).all()


def test_statuses_are_found_by_key_in_any_order() -> None:
    known = Known(np.array([7, 3, 9]), np.array([1, 2, 0], dtype=np.int8))
    status, there = known.of(np.array([3, 4, 7]), 1)
    assert status.tolist() == [2, 1, 1]
    assert there.tolist() == [True, False, True]

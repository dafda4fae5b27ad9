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
from planner.solve.sifting import sample
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
    part = sample(problem, 3.0)
    start = optimise(part.problem, 1e-3).start
    back = start.of_whole(part.cell, 90).of_sample(part.cell)
    assert np.array_equal(back.inside, start.inside)
    assert np.array_equal(back.prices.coverage_factor, start.prices.coverage_factor)
    assert np.array_equal(back.breakpoints.cell, start.breakpoints.cell)
    assert np.array_equal(back.rows["cells"].key, start.rows["cells"].key)
    whole = start.of_whole(part.cell, 90)
    assert set(whole.breakpoints.cell) <= set(part.cell)
    assert np.isinf(np.delete(whole.prices.coverage_factor, part.cell)).all()


def test_statuses_are_found_by_key_in_any_order() -> None:
    known = Known(np.array([7, 3, 9]), np.array([1, 2, 0], dtype=np.int8))
    status, there = known.of(np.array([3, 4, 7]), 1)
    assert status.tolist() == [2, 1, 1]
    assert there.tolist() == [True, False, True]


@pytest.mark.parametrize("cells", [60, 700])
@pytest.mark.parametrize("left", [0, 20])
def test_a_price_that_nobody_pays_any_more_is_forgotten(
    cells: int, left: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever's hours are scarcest loses all consent, or all but one row in so many."""
    problem = random_problem(2, cells)
    problem.cells["least_missions"] = 0.0
    if cells > 60:
        sift(monkeypatch, 50)
    first = optimise(problem, 1e-5)
    worth = first.prices.asset_hours * problem.assets["capacity_hours"].to_numpy()
    assert worth.max() > 1e-3 * first.certificate.plan_value
    mine = problem.effort["asset"].to_numpy() == np.argmax(worth)
    kept = np.arange(len(mine)) % left == 0 if left else np.zeros(len(mine), dtype=bool)
    other = replace(problem, effort=problem.effort.assign(access=~mine | kept))
    cold, warm = optimise(other, 1e-5), optimise(other, 1e-5, start=first.start)
    assert warm.status is Status.OPTIMAL
    assert warm.certificate.rounds <= cold.certificate.rounds + 2
    assert cold.certificate.bound <= warm.certificate.plan_value * (1 + 1e-9)
    assert warm.certificate.bound <= cold.certificate.plan_value * (1 + 1e-9)

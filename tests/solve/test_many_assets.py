"""Problems of very many assets: merged accounts, and first prices from some of the assets."""

from __future__ import annotations

import numpy as np
import pytest

from planner.core.certificate import best_bound, coverage_factors, true_value
from planner.core.problem import Problem
from planner.solve import resource_sample, rounds, sifting
from planner.solve.merging import merged
from planner.solve.optimise import optimise
from planner.solve.solver import Status
from tests.small_case import SmallCase, least_share, random_case, work
from tests.solve.test_any_scale import feasible

GAP = 1e-6


@pytest.mark.parametrize("seed", range(4))
def test_a_plan_of_merged_accounts_is_a_plan_of_the_problem(seed: int) -> None:
    problem = random_case(
        seed, pays=[(a, i, p) for a in range(5) for i in range(3) for p in range(3)]
    ).problem()
    small = merged(problem, worth=1)
    payments = (small.problem.activities["feature"] == "payment").sum()
    assert payments == 3, "one of each programme"
    found = optimise(small.problem, GAP)
    whole = small.solution_of_whole(found)
    feasible(problem, whole.x)
    value = true_value(problem, whole.x, coverage_factors(problem, whole.x))
    assert value == pytest.approx(found.certificate.value, rel=1e-9)
    bound, _ = best_bound(problem, whole.prices, value, GAP)
    assert bound == pytest.approx(found.certificate.bound, rel=1e-9)
    plain = optimise(problem, GAP).certificate
    assert value >= plain.bound * (1 - 1e-9)
    assert plain.value >= found.certificate.bound * (1 - 1e-9)
    # each programme pays as much; shared out in order, few accounts have more than one payer
    paid = whole.x[(problem.activities["feature"] == "payment").to_numpy()]
    accounts = (problem.resources["kind"] == "account").sum()
    assert (paid > 0.0).sum() <= accounts + payments - 1


def test_only_accounts_with_the_same_payers_are_merged() -> None:
    # programme 0 pays for both assets in both areas, programme 1 for asset 0, and a limit names area 0
    rows = work([0, 0, 1, 1], [0, 1, 0, 1], [0.1] * 4, area=[0, 1, 0, 1], cost=10.0)
    case = SmallCase(
        rows, cell_km2=[1000.0, 400.0], cell_area=[0, 1], targets=[0.5, 0.5], hours=[10.0, 10.0],
        budgets=[50.0, 60.0], pays=[(0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 0), (0, 0, 1), (0, 1, 1)],
    )  # fmt: skip

    def left(problem: Problem) -> int:
        return int((merged(problem, worth=1).problem.resources["kind"] == "account").sum())

    assert left(case.problem()) == 2
    assert left(case.limited(least_share(0, [0], 0.5)).problem()) == 4


def test_prices_of_some_assets_lead_to_the_plan_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    n_assets, n_cells = 120, 10
    asset, cell = np.divmod(np.arange(n_assets * n_cells), n_cells)
    case = SmallCase(
        work(asset, cell, random.uniform(1e-3, 1e-2, asset.size), cost=random.uniform(1.0, 3.0, asset.size)),
        cell_km2=random.uniform(500.0, 5000.0, n_cells), hours=random.uniform(1.0, 9.0, n_assets),
        budgets=[400.0], pays=[(a, 0, 0) for a in range(n_assets)],
    )  # fmt: skip
    problem = case.problem()
    plain = optimise(problem, GAP)
    monkeypatch.setattr(resource_sample, "MANY", 500)
    monkeypatch.setattr(rounds, "MANY", 500)
    monkeypatch.setattr(resource_sample, "FEW", 200)
    sample = resource_sample.resource_sample(problem)
    assert sample is not None
    assert 100 < sample.n_effects.sum() < 300
    chosen = np.unique(sample.main_resource[sample.single])
    assert sample.capacity[chosen] == pytest.approx(problem.capacity[chosen] * n_assets / len(chosen))
    monkeypatch.setattr(sifting, "MOST_OF_ALL", 300)
    solution = optimise(problem, GAP)
    assert solution.status is Status.OPTIMAL
    assert len(solution.program.x) < len(plain.program.x)
    assert solution.certificate.value == pytest.approx(plain.certificate.value, rel=2 * GAP)

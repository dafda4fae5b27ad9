"""Sifting gives the linear program a few of many effort rows, and the same plan as all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from planner.model.problem import Objective, PlanningProblem
from planner.solve.lp import Status
from planner.solve.optimise import optimise
from planner.solve.sifting import better_rows, every, near_optimal, restricted, sample, samples
from tests.problems import make_problem, simple_effort


def random_problem(
    seed: int, n_cells: int = 150, *, objective: Objective = "coverage", plenty: float = 1.0
) -> PlanningProblem:
    """Assets that each reach some of the cells; areas, programmes, a radar, bases with limits."""
    random = np.random.default_rng(seed)
    n_assets = 8
    cell_area = np.sort(random.integers(0, 4, n_cells))
    reached = random.uniform(size=(n_assets, n_cells)) < random.uniform(0.1, 0.6, (n_assets, 1))
    asset, cell = np.nonzero(reached)
    radar = random.choice(n_cells, 5, replace=False)
    eligibility = [
        (a, i, p) for a in range(n_assets) for i in range(4) for p in range(3) if random.random() < 0.5
    ]
    effort = simple_effort(
        np.r_[asset, np.full(5, n_assets)],
        np.r_[cell, radar],
        np.r_[random.uniform(0.01, 0.6, len(cell)), np.full(5, 0.001)],
        area=cell_area[np.r_[cell, radar]],
        base=np.r_[asset % 3, np.full(5, -1)],
        hours=np.r_[random.uniform(5.0, 50.0, len(cell)), np.full(5, 0.2)],
        cost=np.r_[random.uniform(1.0, 9.0, len(cell)), np.zeros(5)],
        activity=np.r_[np.arange(len(cell)), np.full(5, len(cell))],
    )
    return make_problem(
        effort,
        cell_km2=random.uniform(100.0, 900.0, n_cells),
        cell_area=cell_area,
        risk=random.uniform(0.0, 2.0, n_cells),
        least_missions=np.where(random.uniform(size=n_cells) < 0.02, 0.5, 0.0) * reached.any(axis=0),
        targets=[0.3, 0.5, 0.9, 0.2],
        hours=[*(random.uniform(50.0, 400.0, n_assets) * plenty), 4000.0],
        base_hours=[300.0, 500.0, np.inf],
        budgets=random.uniform(20.0, 150.0, 3) * plenty,
        eligibility=eligibility,
        objective=objective,
    )


@pytest.mark.parametrize("objective", ["coverage", "shortfall"])
@pytest.mark.parametrize("plenty", [1.0, 30.0])
@pytest.mark.parametrize("seed", range(4))
def test_sifted_and_whole_plans_have_the_same_value(
    seed: int, plenty: float, objective: Objective, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = random_problem(seed, objective=objective, plenty=plenty)
    problem.cells["least_missions"] *= _fundable(problem)
    whole = optimise(problem, 1e-6)
    sift(monkeypatch, 40)
    sifted = optimise(problem, 1e-6)
    assert (whole.status, sifted.status) == (Status.OPTIMAL, Status.OPTIMAL)
    # both are within their gap of the optimum, so they differ by no more than the gaps together
    allowed = whole.certificate.gap + sifted.certificate.gap
    size = max(whole.certificate.plan_value, 1e-6 * whole.certificate.idle_value)
    assert abs(whole.certificate.plan_value - sifted.certificate.plan_value) <= 1.01 * allowed * size + 1e-9
    assert sifted.certificate.bound <= whole.certificate.plan_value * (1 + 1e-9)


def sift(monkeypatch: pytest.MonkeyPatch, sample_cells: int) -> None:
    """Sift problems of any size."""
    for place in ("planner.solve.rounds", "planner.solve.sifting"):
        monkeypatch.setattr(f"{place}.WHOLE_CELLS", 0)
    monkeypatch.setattr("planner.solve.sifting.SAMPLE_CELLS", sample_cells)
    monkeypatch.setattr("planner.solve.sifting.LEAST_OF_ASSET", 10)


def _fundable(problem: PlanningProblem) -> np.ndarray:
    """Cells that a usable row of their own reaches, so that a least number of missions can be met."""
    rows = problem.usable
    alone = rows[~rows["activity"].duplicated(keep=False)]
    return np.isin(np.arange(len(problem.cells)), alone["cell"]).astype(float)


def test_the_linear_program_sees_fewer_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = random_problem(5, 400)
    problem.cells["least_missions"] = 0.0
    sift(monkeypatch, 300)
    sifted = optimise(problem, 1e-4)
    assert sifted.status is Status.OPTIMAL
    assert len(sifted.program.variables.missions) < 0.7 * problem.n_activities


def test_a_restricted_problem_keeps_joint_activities_whole_and_knows_its_origin() -> None:
    problem = make_problem(
        simple_effort([0, 0, 1, 1], [0, 1, 0, 1], [0.1, 0.2, 0.01, 0.02], activity=[0, 1, 2, 2]),
        cell_km2=[100.0, 100.0],
        hours=[10.0, 10.0],
    )
    part = restricted(problem, np.array([False, True, True]))
    assert part.activity.tolist() == [1, 2]
    assert part.problem.usable["cell"].tolist() == [1, 0, 1]
    assert part.whole(np.array([5.0, 7.0]), 3).tolist() == [0.0, 5.0, 7.0]


def test_a_sample_stands_for_all_water() -> None:
    problem = random_problem(1, 900)
    found = sample(problem, every(3.0, 900))
    small = found.problem
    assert found.cell.tolist() == list(range(1, 900, 3))
    # cells 0 to 2 are those around cell 1, and so on
    assert np.allclose(small.cell_km2, problem.cell_km2.reshape(-1, 3).sum(axis=1))
    assert np.allclose(found.share, problem.cell_km2[1::3] / small.cell_km2)
    assert small.assets.equals(problem.assets)
    assert small.bases.equals(problem.bases)
    assert small.programmes.equals(problem.programmes)
    alone = problem.usable[~problem.usable["activity"].duplicated(keep=False)]
    rows = alone[alone["cell"] % 3 == 1]
    assert small.usable["cell"].tolist() == (rows["cell"] // 3).tolist()
    # a mission sweeps what it did, so factor x area stays
    swept = small.usable["factor"].to_numpy() * small.cell_km2[small.usable["cell"]]
    assert np.allclose(swept, rows["factor"].to_numpy() * problem.cell_km2[rows["cell"]])


def test_samples_hold_the_smaller_ones() -> None:
    found = samples(random_problem(1, 19200))
    assert np.isin(found[0].cell, found[1].cell).all()


def test_rows_cheaper_than_their_cell_pays_are_added_and_only_those(monkeypatch: pytest.MonkeyPatch) -> None:
    # prices: an hour of asset 0 costs 10, of asset 1 costs 1; one hour adds 0.1 everywhere.
    # Asset 0 pays 100 per unit of coverage factor in cell 0. Asset 1 would pay 10: better. In cell 1 missing
    # everything costs 5 (5 km2): no row is worth it. Cell 2 was not seen and is worth 500: asset 1 is.
    problem = make_problem(
        simple_effort([0, 1, 0, 1, 1], [0, 0, 1, 1, 2], [0.1] * 5), cell_km2=[300.0, 5.0, 500.0], hours=[1, 1]
    )
    solution = optimise(problem, 1e-3)
    prices = pd.Series({"asset_hours": np.array([10.0, 1.0]), "coverage_factor": np.array([100.0, 5.0, 0.0])})
    known = replace(solution.prices, **prices.to_dict())
    active = better_rows(problem, known, np.array([True, False, True, False, False]))
    assert active.tolist() == [True, True, True, False, True]
    # at the start: within a twentieth of the cheapest of the cell, and worth 1.3 times what missing it costs
    monkeypatch.setattr("planner.solve.sifting.LEAST_OF_ASSET", 0)
    assert near_optimal(problem, known).tolist() == [False, True, False, False, True]
    # asset 0 has none of these, so it gets its best: cell 0 at ten times the cheapest, before cell 1, where
    # its 100 per unit of coverage factor are twenty times what missing the cell costs
    monkeypatch.setattr("planner.solve.sifting.LEAST_OF_ASSET", 1)
    assert near_optimal(problem, known).tolist() == [True, True, False, False, True]


def test_samples_grow_about_eightfold_and_small_problems_have_none() -> None:
    # 300 cells are wanted first: 2,400 = 300 x 8 takes one sample, 19,200 = 300 x 8 x 8 two
    sizes = {n: [len(one.cell) for one in samples(random_problem(1, n))] for n in (600, 2400, 19200)}
    assert sizes == {600: [], 2400: [300], 19200: [300, 2400]}

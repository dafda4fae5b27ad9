"""More consent and more payers never hurt, with a radar that watches several areas at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from planner.model.problem import PlanningProblem
from planner.solve.optimise import optimise
from tests.problems import make_problem, simple_effort

TOLERANCE = 1e-6


def with_radar(seed: int) -> PlanningProblem:
    """A boat in six cells of three areas, and a radar over four of them that is paid for in area 0 or 1."""
    random = np.random.default_rng(seed)
    watched = np.sort(random.choice(6, 4, replace=False))
    area = np.array([0, 0, 1, 1, 2, 2])
    home = int(random.integers(4))
    at_home = (np.arange(4) == home).astype(float)
    effort = simple_effort(
        np.r_[np.zeros(6, int), np.ones(4, int)],
        np.r_[np.arange(6), watched],
        np.r_[random.uniform(0.05, 0.3, 6), random.uniform(1e-5, 4e-4, 4)],
        area=np.r_[area, area[watched]],
        hours=np.r_[random.uniform(5, 40, 6), at_home],
        cost=np.r_[random.uniform(50, 400, 6), 10.0 * at_home],
        access=random.uniform(size=10) < 0.6,
        activity=np.r_[np.arange(6), np.full(4, 6)],
    )
    eligibility = [(a, i, p) for a in range(2) for i in range(3) for p in range(2) if random.random() < 0.5]
    return make_problem(
        effort,
        cell_km2=random.uniform(1e3, 9e3, 6),
        cell_area=area,
        targets=[0.5, 0.5, 0.5],
        hours=[400.0, 5000.0],
        budgets=random.uniform(1e3, 4e4, 2),
        eligibility=eligibility or [(0, 0, 0)],
    )


def value(problem: PlanningProblem) -> float:
    return optimise(problem, TOLERANCE).certificate.plan_value


@pytest.mark.parametrize("seed", range(12))
def test_consent_in_one_more_cell_never_hurts(seed: int) -> None:
    problem = with_radar(seed)
    best = value(problem)
    for row in np.flatnonzero(~problem.effort["access"].to_numpy()):
        access = problem.effort["access"].to_numpy().copy()
        access[row] = True
        wider = replace(problem, effort=problem.effort.assign(access=access))
        assert value(wider) <= best * (1 + TOLERANCE)


@pytest.mark.parametrize("seed", range(12))
def test_one_more_payer_never_hurts(seed: int) -> None:
    problem = with_radar(seed)
    best = value(problem)
    for asset in range(2):
        for area in range(3):
            for programme in range(2):
                more = pd.DataFrame([[asset, area, programme]], columns=problem.eligibility.columns)
                wider = replace(problem, eligibility=pd.concat([problem.eligibility, more]).drop_duplicates())
                assert value(wider) <= best * (1 + TOLERANCE)

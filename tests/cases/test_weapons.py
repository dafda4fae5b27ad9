"""Published case 1: effort allocation of Bracken and McCormick 1968 ("WEAPONS").

max sum_t value_t (1 - prod_a (1 - p_at)^x_at), sum_t x_at <= available_a. In our terms a unit of an asset
adds the coverage factor -ln(1 - p_at) to target t, value is risk_weight x area.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planner.model.problem import PlanningProblem
from planner.solve.lp import Status
from planner.solve.optimise import optimise
from tests.problems import make_problem, simple_effort

PUBLISHED = 1735.5696
"""Optimum with the minimum-assignment rows (Bracken and McCormick 1968; MINLPLib's WEAPONS)."""
WITHOUT_LEAST = 1739.3955
"""Optimum without them, recomputed with an exponential-cone solver that reproduces the published value."""


def weapons(*, least: bool) -> PlanningProblem:
    table = pd.read_csv(Path(__file__).with_name("weapons.csv"))
    available = table[table["target"] == "available"].filter(like="p_damage").to_numpy(dtype=float)[0]
    targets = table[pd.to_numeric(table["target"], errors="coerce").notna()]
    damage = targets.filter(like="p_damage").to_numpy(dtype=float)
    target, asset = np.nonzero(damage)
    return make_problem(
        simple_effort(asset, target, -np.log1p(-damage[target, asset])),
        cell_km2=targets["value"].astype(float).tolist(),
        least_missions=targets["min_assigned"].astype(float).tolist() if least else None,
        hours=available.tolist(),
    )


@pytest.mark.parametrize(("least", "optimum"), [(True, PUBLISHED), (False, WITHOUT_LEAST)])
def test_published_optimum_is_reached_and_bounded(least: bool, optimum: float) -> None:
    problem = weapons(least=least)
    solution = optimise(problem, gap_tolerance=1e-7)
    total = problem.weight.sum()
    assert solution.status is Status.OPTIMAL
    assert total - solution.certificate.plan_value == pytest.approx(optimum, abs=1e-3)
    assert total - solution.certificate.bound == pytest.approx(optimum, abs=1e-3)
    assert total - solution.certificate.bound >= optimum - 1e-4


def test_least_missions_are_kept() -> None:
    problem = weapons(least=True)
    solution = optimise(problem, gap_tolerance=1e-5)
    assigned = np.bincount(problem.usable["cell"], solution.missions, len(problem.cells))
    assert np.all(assigned >= problem.least_missions - 1e-6)

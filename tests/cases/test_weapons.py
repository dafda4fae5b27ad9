"""Published case 1: effort allocation of Bracken and McCormick 1968 ("WEAPONS").

max sum_t value_t (1 - prod_a (1 - p_at)^x_at), sum_t x_at <= available_a. In our terms a unit of an asset adds
the coverage factor -ln(1 - p_at) to target t, value is risk x km2. What must be assigned to a target is a
resource of negative capacity that every unit on it supplies.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planner.core.problem import Problem
from planner.solve2.optimise import optimise
from planner.solve2.solver import Status
from tests.small_case import SmallCase, work

PUBLISHED = 1735.5696
"""Optimum with the minimum-assignment rows (Bracken and McCormick 1968; MINLPLib's WEAPONS)."""
WITHOUT_LEAST = 1739.3955
"""Optimum without them, recomputed with an exponential-cone solver that reproduces the published value."""


def weapons(*, least: bool) -> Problem:
    table = pd.read_csv(Path(__file__).with_name("weapons.csv"))
    available = table[table["target"] == "available"].filter(like="p_damage").to_numpy(dtype=float)[0]
    targets = table[pd.to_numeric(table["target"], errors="coerce").notna()]
    damage = targets.filter(like="p_damage").to_numpy(dtype=float)
    target, asset = np.nonzero(damage)
    effort = work(asset.tolist(), target.tolist(), -np.log1p(-damage[target, asset]))
    case = SmallCase(effort, cell_km2=targets["value"].astype(float).tolist(), hours=available)
    parts = case.parts()
    if least:
        wanted = targets["min_assigned"].to_numpy(dtype=float)
        some = np.flatnonzero(wanted > 0.0)
        duty = np.full(len(targets), -1)
        duty[some] = parts.add_resources("duty", -wanted[some], limit_id=[f"target {n}" for n in some])
        parts.use(duty[target], np.arange(len(target)), -1.0)
    return parts.problem()


@pytest.mark.parametrize(("least", "optimum"), [(True, PUBLISHED), (False, WITHOUT_LEAST)])
def test_published_optimum_is_reached_and_bounded(least: bool, optimum: float) -> None:
    problem = weapons(least=least)
    solution = optimise(problem, gap_tolerance=1e-7)
    total = problem.weight.sum()
    assert solution.status is Status.OPTIMAL
    assert total - solution.certificate.value == pytest.approx(optimum, abs=1e-3)
    assert total - solution.certificate.bound == pytest.approx(optimum, abs=1e-3)
    assert total - solution.certificate.bound >= optimum - 1e-4


def test_least_assignments_are_kept_and_have_a_price() -> None:
    problem = weapons(least=True)
    solution = optimise(problem, gap_tolerance=1e-5)
    duty = (problem.resources["kind"] == "duty").to_numpy()
    assert np.all((problem.usage @ solution.x)[duty] <= problem.capacity[duty] + 1e-6)
    assert solution.prices.resource[duty].max() > 0.01

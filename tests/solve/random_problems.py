"""Small problems with a bit of everything, the same for the same seed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.model.problem import Objective, PlanningProblem
from tests.problems import make_problem, simple_effort


def random_problem(
    seed: int, *, n_cells: int = 12, n_assets: int = 4, objective: Objective = "coverage", free: bool = True
) -> PlanningProblem:
    """Assets from two bases (one with a limit), a radar, consent that lacks here and there, three programmes.

    Args:
        seed: of all numbers.
        n_cells: cells, in three areas.
        n_assets: patrolling assets; asset n_assets is the radar.
        objective: of the problem.
        free: whether the last patrolling asset costs nothing.
    """
    random = np.random.default_rng(seed)
    cell_area = np.arange(n_cells) % 3
    km2 = random.uniform(500.0, 5000.0, n_cells)
    asset, base, cell = (
        grid.ravel() for grid in np.meshgrid(range(n_assets), range(2), range(n_cells), indexing="ij")
    )
    near = random.random(asset.size) < 0.6
    asset, base, cell = asset[near], base[near], cell[near]
    hours = random.uniform(4.0, 40.0, asset.size)
    hourly = np.where(
        (np.arange(n_assets) == n_assets - 1) & free, 0.0, random.uniform(500.0, 5000.0, n_assets)
    )
    watched = np.arange(3) * 2 % n_cells
    part = random.dirichlet(np.ones(watched.size))
    effort = pd.DataFrame(
        {
            "asset": np.r_[asset, np.full(watched.size, n_assets)],
            "base": np.r_[base, np.full(watched.size, -1)],
            "cell": np.r_[cell, watched],
            "hours": np.r_[hours, part],
            "cost": np.r_[hours * hourly[asset], part * 50.0],
            "factor": np.r_[
                random.uniform(20.0, 200.0, asset.size) / km2[cell],
                random.uniform(1e-4, 5e-4, watched.size),
            ],
            "access": np.r_[random.random(asset.size) < 0.9, np.ones(watched.size, dtype=bool)],
            "activity": np.r_[np.arange(asset.size), np.full(watched.size, asset.size)],
        }
    )
    eligibility = [
        (a, area, p)
        for a in range(n_assets + 1)
        for area in range(3)
        for p in range(3)
        if random.random() < 0.6 or (p == 0 and a == n_assets)
    ]
    columns = {name: effort[name].to_numpy() for name in effort}
    return make_problem(
        simple_effort(**columns, area=cell_area[columns["cell"]]),
        cell_km2=km2.tolist(),
        cell_area=cell_area.tolist(),
        risk=random.uniform(0.2, 3.0, n_cells).tolist(),
        targets=random.uniform(0.2, 0.9, 3).tolist(),
        hours=[*random.uniform(100.0, 600.0, n_assets), 4000.0],
        base_hours=[float(random.uniform(200.0, 600.0)), np.inf],
        budgets=random.uniform(5e4, 5e5, 3).tolist(),
        eligibility=eligibility,
        objective=objective,
    )

"""LandS (Louveaux and Smeers 1988): capacity under three demands, by the master and cuts of capacity plans.

Figures as in Birge and Louveaux, Introduction to Stochastic Programming: invest in four plants, operate
them in three modes; min 10 x1 + 7 x2 + 16 x3 + 6 x4 + E cost of operation. Optima: 28639/75 = 381.853333 at
(8/3, 4, 10/3, 2), and 382.2 at (3, 4, 3, 2) where capacity comes in whole units.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from planner.core.linear import LinearProgram
from planner.features.assembly import Parts
from planner.solve.decomposition import Block, Decomposition, Master, Template
from planner.solve.solver import Status

INVEST, BUDGET, LEAST = [10.0, 7.0, 16.0, 6.0], 120.0, 12.0
OPERATE = [[40, 24, 4], [45, 27, 4.5], [32, 19.2, 3.2], [55, 33, 5.5]]
DEMANDS, CHANCE = [[3, 3, 2], [5, 3, 2], [7, 3, 2]], [0.3, 0.4, 0.3]


def operation(demand: list[float]) -> Template:
    """Least cost of operation that meets a demand with the capacities that there are, at most 12 each."""
    parts = Parts(pd.DataFrame({"cell_id": [], "area_id": [], "period_id": [], "km2": [], "weight": []}))
    capacity = parts.add_resources("hours", [12.0] * 4, asset_id=[f"plant_{n}" for n in range(4)])
    wanted = parts.add_resources("demand", [-float(one) for one in demand], area_id=["a", "b", "c"])
    plant, mode = (one.ravel() for one in np.meshgrid(range(4), range(3), indexing="ij"))
    run = parts.add_activities("run", 12, {}, cost=np.array(OPERATE, dtype=float).ravel(), upper=12.0)
    parts.use(capacity[plant], run, 1.0)
    parts.use(wanted[mode], run, -1.0)
    problem = parts.problem()
    lever = np.array([0, 1, 2, 3, -1, -1, -1])
    return Template(problem, lever, np.where(lever >= 0, 1.0, 0.0))


def lands(whole: bool) -> Decomposition:
    """Plants of any size, or of whole units."""
    n = 4 + 3
    cost = np.array([*INVEST, *CHANCE])
    matrix = sparse.csr_array(np.array([[1.0] * 4 + [0.0] * 3, [*INVEST, 0.0, 0.0, 0.0]]))
    lp = LinearProgram(
        cost,
        0.0,
        np.array([12.0] * 4 + [np.inf] * 3),
        matrix,
        np.array([LEAST, -np.inf]),
        np.array([np.inf, BUDGET]),
    )
    integer = np.array([whole] * 4 + [False] * 3)

    def objective(values: np.ndarray, missed: np.ndarray) -> float:
        return float(np.array(INVEST) @ values[:4] + np.array(CHANCE) @ missed)

    units = sparse.csr_array(np.eye(4, n))
    blocks = [Block((n, ""), n, 4 + n, CHANCE[n], units, np.zeros(4)) for n in range(3)]
    master = Master(lp, integer, 1.0, 1.0, 0.0, objective)
    return Decomposition(master, [operation(one) for one in DEMANDS], blocks, 1e-9, time.monotonic() + 60)


@pytest.mark.parametrize(
    ("whole", "value", "units"),
    [(False, 28639 / 75, (8 / 3, 4, 10 / 3, 2)), (True, 382.2, (3, 4, 3, 2))],
)
def test_published_optimum(whole: bool, value: float, units: tuple[float, ...]) -> None:
    search = lands(whole)
    assert search.run() is Status.OPTIMAL
    assert search.best is not None
    assert search.best.value == pytest.approx(value, rel=1e-8)
    assert search.bound == pytest.approx(value, rel=1e-8)
    assert search.best.decisions[:4] == pytest.approx(units, abs=1e-6)

"""Published case 3: one resource over many cells, against its closed form and an independent root finder."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from planner.solve2.solver import Status
from planner.solve2.optimise import optimise
from tests.small_case import SmallCase, work


@pytest.mark.parametrize("seed", range(8))
def test_allocation_value_and_price_meet_the_closed_form(seed: int) -> None:
    """max sum a (1 - exp(-b x)), sum x = T: x = max(0, ln(a b / lam) / b), lam is the price of T."""
    random = np.random.default_rng(seed)
    n = int(random.integers(2, 60))
    a, b = random.uniform(10, 1000, n), random.uniform(0.01, 2.0, n)
    total = float(random.uniform(0.5, 5.0) * n)

    def allocation(lam: float) -> np.ndarray:
        return np.maximum(0.0, np.log(a * b / lam) / b)

    lam = brentq(lambda value: allocation(value).sum() - total, 1e-12, float((a * b).max()))
    expected = float(a @ np.exp(-b * allocation(lam)))
    case = SmallCase(
        work(np.zeros(n, dtype=int), np.arange(n), b), cell_km2=a.tolist(), hours=[total]
    )
    solution = optimise(case.problem(), gap_tolerance=1e-7)
    assert solution.status is Status.OPTIMAL
    assert solution.certificate.value == pytest.approx(expected, rel=2e-7)
    assert solution.certificate.bound <= expected * (1 + 1e-12)
    assert solution.prices.resource[0] == pytest.approx(lam, rel=1e-2)
    assert solution.x.sum() == pytest.approx(total, rel=1e-6)

"""Published cases 2 and 4: Koopman's random search, and the best search for a circular-normal target."""

from __future__ import annotations

import numpy as np
import pytest

from planner.core import search_theory
from planner.solve2.optimise import optimise
from tests.small_case import SmallCase, work


@pytest.mark.parametrize(("swept", "area", "pod"), [(100.0, 50.0, 0.8647), (50.0, 50.0, 0.6321)])
def test_random_search(swept: float, area: float, pod: float) -> None:
    # POD = 1 - exp(-swept / area): 1 - e^-2 and 1 - e^-1; a target that stays throughout (dwell = horizon)
    factor = search_theory.coverage_factor(swept, area, dwell_days=365.0, horizon_days=365.0)
    assert search_theory.pod(factor) == pytest.approx(pod, abs=5e-5)


@pytest.mark.parametrize(("q", "probability"), [(1.0, 0.26424), (2.0, 0.59399), (3.0, 0.80085)])
def test_circular_normal_target(q: float, probability: float) -> None:
    """With q = sqrt(Phi / pi) / s, the best detection probability is 1 - (1 + q) exp(-q) (Stone 1975)."""
    sigma, size, half = 1.0, 0.05, 7.0
    effort_area = np.pi * (q * sigma) ** 2
    edge = np.arange(-half + size / 2, half, size)
    x, y = (axis.ravel() for axis in np.meshgrid(edge, edge))
    density = np.exp(-(x**2 + y**2) / (2 * sigma**2)) / (2 * np.pi * sigma**2)
    # cells of equal density are one cell: the optimum depends on the density only, so rings are exact enough
    ring = np.round(np.hypot(x, y) / size).astype(int)
    mass = np.bincount(ring, density) * size**2
    area = np.bincount(ring) * size**2
    mass, area = mass[area > 0], area[area > 0]
    case = SmallCase(
        work(np.zeros(len(area), dtype=int), np.arange(len(area)), 1.0 / area),
        cell_km2=area.tolist(),
        risk=(mass / area).tolist(),
        hours=[effort_area],
    )
    solution = optimise(case.problem(), gap_tolerance=1e-6)
    assert mass.sum() == pytest.approx(1.0, abs=1e-6)
    assert mass.sum() - solution.certificate.value == pytest.approx(probability, abs=1e-4)
    assert 1.0 - (1.0 + q) * np.exp(-q) == pytest.approx(probability, abs=5e-6)

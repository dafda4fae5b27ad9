"""Breakpoints from round to round."""

from __future__ import annotations

import numpy as np
import pytest

from planner.core.breakpoints import Breakpoints
from planner.core.certificate import Certificate, valuation
from planner.core.prices import Prices
from planner.core.problem import Array
from planner.solve.refinement import first_breakpoints, refined
from tests.small_case import SmallCase, work

N = 60


def chord_error(breakpoints: Breakpoints, factor: Array) -> tuple[Array, Array]:
    """Chord less exponential at a factor of each node, and the most that an interval as wide may be off."""
    error, most = np.zeros(N), np.zeros(N)
    for node in range(N):
        own = np.flatnonzero(breakpoints.node == node)
        at = own[np.searchsorted(breakpoints.low[own], factor[node], side="right") - 1]
        low, high = breakpoints.low[at], breakpoints.high[at]
        part = (factor[node] - low) / (high - low)
        error[node] = (1 - part) * np.exp(-low) + part * np.exp(-high) - np.exp(-factor[node])
        most[node] = (high - low) ** 2 / 8 * np.exp(-low)  # the second derivative of exp(-C) is itself
    return error, most


@pytest.mark.parametrize("seed", range(5))
def test_the_best_plan_so_far_stays_as_exact_as_it_was(seed: int) -> None:
    """Prices and plans of later rounds are anywhere; the best plan's chords get no wider.

    But for points that are closer to others than ``least`` = 0.25 (8 allowed / missed)^0.5, which are left
    out: no chord is steeper than -1, so that costs ``least`` at most. All of 6,000 is at stake, 1e-14 of it
    is allowed, and more than a tenth is missed.
    """
    random = np.random.default_rng(seed)
    best = random.uniform(0.0, 2.0, N)
    # a node of 100 with so much for an hour wants what is best where an hour costs 1
    effect = np.exp(best) / 100.0
    problem = SmallCase(work([0] * N, range(N), effect), cell_km2=[100.0] * N, hours=[50.0]).problem()
    breakpoints = first_breakpoints(problem)
    for width in (0.3, 0.1, 0.03, 0.01, 0.003, 0.3, 0.3):
        before, most = chord_error(breakpoints, best)
        prices = Prices(np.exp(random.uniform(-width, width, 1)), np.zeros(0), np.full(N, np.inf))
        at = valuation(problem, prices)
        done = np.maximum(0.0, best + random.uniform(-width, width, N))
        proof = Certificate(6000.0, 0.0, 6000.0, 1, 1e-14)
        breakpoints = refined(problem, breakpoints, at, done, best, proof)
        after, _ = chord_error(breakpoints, best)
        least = 0.25 * np.sqrt(8 * 1e-14 / 0.1)
        assert (after <= np.maximum(before, most) + least).all()

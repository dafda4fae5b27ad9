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


def chord_error(breakpoints: Breakpoints, factor: Array) -> Array:
    """Chord less exponential at a factor of each node."""
    error = np.zeros(N)
    for node in range(N):
        own = np.flatnonzero(breakpoints.node == node)
        points = np.append(breakpoints.low[own], breakpoints.high[own][-1])
        error[node] = np.interp(factor[node], points, np.exp(-points)) - np.exp(-factor[node])
    return error


@pytest.mark.parametrize("seed", range(5))
def test_the_next_program_knows_a_plan_that_was_better(seed: int) -> None:
    """Prices and plans are anywhere: the chords are exact where an earlier plan was.

    But for points that are closer to others than ``least`` = 0.25 (8 allowed / missed)^0.5, which are left
    out: no chord is steeper than -1, so that costs ``least`` at most. All of 6,000 is at stake, 1e-14 of it
    is allowed, and more than a tenth is missed.
    """
    random = np.random.default_rng(seed)
    before = random.uniform(0.0, 2.0, N)
    # a node of 100 with so much for an hour wants what it had where an hour costs 1
    effect = np.exp(before) / 100.0
    problem = SmallCase(work([0] * N, range(N), effect), cell_km2=[100.0] * N, hours=[50.0]).problem()
    proof = Certificate(6000.0, 0.0, 6000.0, 1, 1e-14)
    least = 0.25 * np.sqrt(8 * 1e-14 / 0.1)
    breakpoints = first_breakpoints(problem)
    for width in (0.3, 0.1, 0.03, 0.01, 0.003, 0.3, 0.3):
        prices = Prices(np.exp(random.uniform(-width, width, 1)), np.zeros(0), np.full(N, np.inf))
        done = np.maximum(0.0, before + random.uniform(-width, width, N))
        at = valuation(problem, prices)
        without = refined(problem, first_breakpoints(problem), at, done, proof)
        breakpoints = refined(problem, breakpoints, at, done, proof, better=before)
        assert (chord_error(breakpoints, before) <= least).all()
        assert chord_error(without, before).max() > least

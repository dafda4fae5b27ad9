"""Breakpoints of later rounds: finer where the plan and the prices are, and never coarser."""

from __future__ import annotations

import numpy as np
import pytest

from planner.frames import sum_by
from planner.model.breakpoints import Breakpoints
from planner.solve.certificate import Certificate
from planner.solve.prices import Prices
from planner.solve.refine import TIED_WIDTH, refined
from tests.problems import make_problem, simple_effort


def prices_of(hour: float) -> Prices:
    nothing = np.zeros(0)
    return Prices(np.array([hour]), nothing, nothing, np.zeros(1), np.zeros(1), nothing)


@pytest.mark.parametrize("tolerance", [1e-4, 1e-6])
@pytest.mark.parametrize("apart", [-0.3, -0.009, 0.009, 0.3])
def test_a_long_interval_is_narrowed_around_what_the_prices_expect(apart: float, tolerance: float) -> None:
    # 1000 km², a mission of 1 h adds 0.1: at a price of 100 exp(-C) an hour the cell wants C. Little was
    # known of it: its last interval is 2.5 long. The plan stands where that begins, the prices expect more or
    # less.
    old = Breakpoints.from_points(
        np.zeros(7, dtype=np.int64), np.array([0.0, 0.28, 0.37, 0.39, 0.41, 0.43, 2.9])
    )
    done, wanted = 0.43, 0.43 + apart
    problem = make_problem(simple_effort([0], [0], [0.1]), cell_km2=[1000.0], hours=[4.3])
    value = 1000.0 * np.exp(-done)
    proof = Certificate(value, 0.5 * value, 1000.0, 1, tolerance)
    new = refined(problem, old, prices_of(100.0 * np.exp(-wanted)), np.array([done]), proof)
    # an interval whose slope is about the price, exp(-wanted), is there and narrow
    (at,) = np.flatnonzero((new.low <= wanted) & (wanted < new.high))
    assert new.width[at] <= TIED_WIDTH * (1.0 + 1e-9)
    assert new.slope[at] == pytest.approx(np.exp(-wanted), rel=TIED_WIDTH)
    # what is far from it stays, so the plan is not made to look worse than by that width
    chord = 1.0 - float(sum_by(np.zeros(len(new.cell), int), new.slope * filled(new, done), 1)[0])
    assert chord - np.exp(-done) <= TIED_WIDTH**2 / 8.0
    assert {0.28, 2.9} <= set(np.round([*new.low, *new.high], 12))


def filled(points: Breakpoints, factor: float) -> np.ndarray:
    return np.clip(factor - points.low, 0.0, points.width)

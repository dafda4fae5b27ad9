"""Best orders against all orders tried one by one, on random cases whose plans have a closed form."""

from __future__ import annotations

import time

import pytest

from planner.capacity.program import capital_program
from planner.solve.decomposition import Decomposition
from planner.solve.solver import Status
from tests.capacity.drawn import drawn

GAP = 1e-4


def check(seed: int) -> None:
    """The plan is within its certificate of the best of all orders; the bound is below it."""
    case = drawn(seed)
    _, master, blocks = capital_program(case.case, case.templates, (0, 1), GAP)
    search = Decomposition(master, case.templates, blocks, GAP, time.monotonic() + 60.0)
    assert search.run() is Status.OPTIMAL
    best = case.best()
    assert search.bound <= best * (1 + 1e-9)
    assert search.best is not None
    assert best * (1 - 1e-9) <= search.best.value <= best * (1 + GAP) + 1e-9


@pytest.mark.parametrize("seed", range(200))
def test_best_of_all_orders(seed: int) -> None:
    check(seed)

"""Units of the solver: powers of ten, and no unit that is zero, infinite or NaN."""

from __future__ import annotations

import numpy as np
import pytest

from planner.model.scale import power_of_ten, scale_of
from tests.model.small import small_problem
from tests.problems import make_problem, simple_effort


@pytest.mark.parametrize(
    ("value", "power"),
    [
        (1.0, 1.0),
        (9.999, 1.0),
        (10.0, 10.0),
        (1000.0, 1000.0),
        (8760.0, 1000.0),
        (0.03, 0.01),
        (1e15, 1e15),
        (1e-6, 1e-6),
        (3e-9, 1e-9),
        (0.0, 1.0),
        (np.inf, 1.0),
    ],
)
def test_power_of_ten(value: float, power: float) -> None:
    assert power_of_ten(value) == pytest.approx(power, rel=1e-15)
    assert power_of_ten([value, value]) == pytest.approx([power, power], rel=1e-15)


def test_scale_of_the_small_problem() -> None:
    scale = scale_of(small_problem())
    assert scale.hours.tolist() == [1000.0, 100.0, 1000.0]
    assert scale.base_hours.tolist() == [1.0, 100.0]
    assert scale.budget.tolist() == [1e6, 1e5]
    assert scale.money == 1e5
    assert scale.objective == pytest.approx(0.1, rel=1e-15)


def test_scale_of_nothing_is_finite() -> None:
    problem = make_problem(simple_effort([], [], []), cell_km2=[5.0], risk=[0.0])
    scale = scale_of(problem)
    assert scale.money == 1.0
    assert scale.objective == pytest.approx(1e-4, rel=1e-15)


def test_budgets_of_zero_have_a_unit() -> None:
    problem = make_problem(simple_effort([0], [0], [1.0]), cell_km2=[5.0], hours=[1.0], budgets=[0.0, 0.0])
    scale = scale_of(problem)
    assert scale.budget.tolist() == [1.0, 1.0]
    assert scale.money == 1.0


def test_currency_moves_the_money_units_only() -> None:
    # every amount times 1000: the numbers that the solver sees stay the same
    problem = small_problem()
    before = scale_of(problem)
    problem.programmes["budget"] *= 1000.0
    after = scale_of(problem)
    assert after.budget.tolist() == [1e9, 1e8]
    assert after.money == 1e8
    assert after.objective == before.objective

"""Every conversion both ways and against a literal figure."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from planner import units

LITERAL = [
    (units.m_to_nm, 1852.0, 1.0),  # the nautical mile is 1852 m exactly
    (units.nm_to_m, 1.0, 1852.0),
    (units.nm2_to_km2, 1.0, 3.429904),  # 1.852^2
    (units.m2_to_km2, 2_500_000.0, 2.5),
    (units.days_to_hours, 365.0, 8760.0),
    (units.per_unit_to_per_million, 0.0004, 400.0),  # 0.0004 km2 per dollar is 400 km2 per million dollars
]
INVERSE = [(units.m_to_nm, units.nm_to_m)]


@pytest.mark.parametrize(("convert", "value", "expected"), LITERAL)
def test_literal_figure(convert: Callable[[float], float], value: float, expected: float) -> None:
    assert convert(value) == pytest.approx(expected, rel=1e-15)
    assert convert(np.array([0.0, value])) == pytest.approx([0.0, expected], rel=1e-15)


@pytest.mark.parametrize(("there", "back"), INVERSE)
def test_there_and_back(there: Callable[[float], float], back: Callable[[float], float]) -> None:
    values = np.array([1e-6, 0.3, 1.0, 17.0, 1e9])
    # one multiplication and one division: at most one unit in the last place each
    assert back(there(values)) == pytest.approx(values, rel=4.5e-16)
    assert there(back(values)) == pytest.approx(values, rel=4.5e-16)


def test_one_way_conversions_undo_their_definitions() -> None:
    assert units.m2_to_km2(1000.0 * 1000.0) == 1.0
    assert units.days_to_hours(1.0) == 24.0
    # what a million buys at the price of one unit of money, times millions spent, is what the money buys
    millions_spent, price = 3.7, 2.5e-4
    assert millions_spent * units.per_unit_to_per_million(price) == pytest.approx(925.0, rel=1e-15)


def test_square_miles_are_the_square_of_miles() -> None:
    metres = units.nm_to_m(1.0)
    assert units.m2_to_km2(metres * metres) == pytest.approx(units.nm2_to_km2(1.0), rel=1e-15)

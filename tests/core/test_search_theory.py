"""Equations (4) and (5), the probability of detection, and cells of which only a share is watched."""

from __future__ import annotations

import math

import numpy as np
import pytest

from planner.core import search_theory


def test_swept_area() -> None:
    # (4): A = W v s = 16 nm x 12 kn x 50 h = 9600 nm2; x 1.852^2 = 3.429904 km2 per nm2
    assert search_theory.swept_km2(16.0, 12.0, np.array([50.0, 0.0])) == pytest.approx(
        [9600 * 3.429904, 0.0], rel=1e-15
    )


def test_coverage_factor() -> None:
    # (5): g = A / area x dwell / horizon = 9000 / 12000 x 14 / 365 = 0.75 x 0.038356...
    factor = search_theory.coverage_factor(9000.0, np.array([12000.0, 6000.0]), 14.0, 365.0)
    assert factor == pytest.approx([0.75 * 14 / 365, 1.5 * 14 / 365], rel=1e-15)


@pytest.mark.parametrize("factor", [0.0, 1e-12, 0.5, math.log(2.0), 3.0, 40.0])
def test_probability_of_detection_and_missed(factor: float) -> None:
    pod, missed = search_theory.pod(factor), search_theory.missed(factor)
    assert pod == pytest.approx(-math.expm1(-factor), rel=1e-15, abs=0)
    assert missed == pytest.approx(math.exp(-factor), rel=1e-15)
    assert pod + missed == pytest.approx(1.0, abs=2e-16)


def test_known_probabilities() -> None:
    # half of the targets are seen at C = ln 2, and none at 0
    assert search_theory.pod(math.log(2.0)) == pytest.approx(0.5, rel=1e-15)
    assert search_theory.pod(0.0) == 0.0


def test_footprint_factor_is_exact_at_no_share_and_the_whole() -> None:
    factor = search_theory.footprint_factor(1.7, np.array([0.0, 1.0]))
    assert factor[0] == 0.0
    assert factor[1] == pytest.approx(1.7, rel=1e-15)


def test_footprint_factor_of_half_a_cell() -> None:
    # half watched with C = ln 2: missed = 1 - 0.5 x 0.5 = 0.75, so C = ln(4/3)
    factor = search_theory.footprint_factor(math.log(2.0), np.array([0.5]))
    assert factor == pytest.approx([math.log(4 / 3)], rel=1e-15)


def test_small_footprint_factor_keeps_its_digits() -> None:
    # s C (1 - C / 2 + s C / 2 + ...): to first order s C, relative error below C
    factor = search_theory.footprint_factor(1e-9, np.array([0.25]))
    assert factor == pytest.approx([0.25e-9], rel=1e-9)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.7, 1.0])
@pytest.mark.parametrize("uniform", [0.0, 0.4, 2.0])
def test_footprint_with_uniform_effort_equals_the_cell_split_in_two(share: float, uniform: float) -> None:
    # the watched part is missed with exp(-(C + c)), the rest with exp(-c); the whole by their shares
    full = 1.3
    split = share * math.exp(-(full + uniform)) + (1 - share) * math.exp(-uniform)
    joined = search_theory.footprint_factor(full, np.array([share])) + uniform
    assert search_theory.missed(joined) == pytest.approx([split], rel=1e-14)

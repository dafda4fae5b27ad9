"""Chords of exp(-C)."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.core.breakpoints import Breakpoints


def test_intervals_between_points() -> None:
    breakpoints = Breakpoints.from_points(np.array([3, 1, 3, 1, 3]), np.array([0.5, 2.0, 0.0, 0.0, 0.25]))
    assert breakpoints.node.tolist() == [1, 3, 3]
    assert breakpoints.low.tolist() == [0.0, 0.0, 0.25]
    assert breakpoints.high.tolist() == [2.0, 0.25, 0.5]
    assert breakpoints.width.tolist() == [2.0, 0.25, 0.25]


def test_slopes_by_hand() -> None:
    # (1 - e^-1) / 1; (e^-1 - e^-3) / 2
    breakpoints = Breakpoints.from_points(np.zeros(3, dtype=int), np.array([0.0, 1.0, 3.0]))
    assert breakpoints.slope == pytest.approx([1 - exp(-1), (exp(-1) - exp(-3)) / 2], rel=1e-15)


def test_slope_of_a_short_interval_keeps_its_digits() -> None:
    # exp(-low) (1 - w/2 + ...) with w = 1e-9: the difference of two exponentials would lose seven digits
    breakpoints = Breakpoints(np.array([0]), np.array([1.0]), np.array([1.0 + 1e-9]))
    width = (1.0 + 1e-9) - 1.0
    assert breakpoints.slope == pytest.approx([exp(-1.0) * (1 - width / 2)], rel=1e-15)


points_of_nodes = st.lists(
    st.lists(st.floats(1e-3, 40.0), min_size=1, max_size=8, unique_by=lambda x: round(x, 3)),
    min_size=1,
    max_size=4,
)


@given(points_of_nodes, st.integers(0, 5))
def test_points_and_back(lists: list[list[float]], first: int) -> None:
    node = np.concatenate([np.full(len(points) + 1, first + 2 * n) for n, points in enumerate(lists)])
    point = np.concatenate([[0.0, *sorted(points)] for points in lists])
    breakpoints = Breakpoints.from_points(node, point)
    again_node, again_point = breakpoints.points()
    assert again_node.tolist() == node.tolist()
    assert again_point.tolist() == point.tolist()


@given(points_of_nodes)
def test_slopes_fall_and_chords_lie_above_the_exponential(lists: list[list[float]]) -> None:
    for points in lists:
        ends = np.array([0.0, *sorted(points)])
        breakpoints = Breakpoints.from_points(np.zeros(len(ends), dtype=int), ends)
        assert (np.diff(breakpoints.slope) < 0.0).all()
        # at every end the chords meet the exponential, between them they are above it
        missed = 1.0 - np.concatenate([[0.0], np.cumsum(breakpoints.slope * breakpoints.width)])
        assert missed == pytest.approx(np.exp(-ends), abs=1e-15 * len(ends))
        middle = missed[:-1] - breakpoints.slope * breakpoints.width / 2
        assert (middle >= np.exp(-(ends[:-1] + ends[1:]) / 2) - 1e-15 * len(ends)).all()


def test_members_of_a_group_get_its_intervals() -> None:
    points = Breakpoints.from_points(np.array([0, 0, 0, 3, 3]), np.array([0.0, 1.0, 2.0, 0.0, 5.0]))
    of_members = points.of_members(np.array([0, 0, 2, 3]))
    assert of_members.node.tolist() == [0, 0, 1, 1, 3]
    assert of_members.low.tolist() == [0.0, 1.0, 0.0, 1.0, 0.0]
    assert of_members.high.tolist() == [1.0, 2.0, 1.0, 2.0, 5.0]

"""What one boarding more would gain, by hand and by a plan that has it."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from planner.core.problem import Problem
from planner.results.response import boarding_prices
from planner.solve.optimise import optimise
from planner.solve.solution import Solution
from tests.core.answering import problem_with_answers

VISITS, SHARE = 20.0, 0.1
CALLS = VISITS * SHARE
"""Boardings that all visits of a node call for."""


def solved(problem: Problem) -> Solution:
    return optimise(problem, gap_tolerance=1e-9)


def with_free_boardings(problem: Problem, node: int, number: float) -> Problem:
    """The problem with some boardings in a node that take nothing."""
    row = problem.activities.iloc[[-1]].assign(upper=number, cost=0.0, tie_break=0.0, base_id="free")
    none = [sparse.csc_array((shape.shape[0], 1)) for shape in (problem.usage, problem.effect)]
    answer = sparse.csc_array(([1.0 / CALLS], ([node], [0])), shape=(len(problem.nodes), 1))
    return replace(
        problem,
        activities=pd.concat([problem.activities.astype({"base_id": object}), row], ignore_index=True),
        usage=sparse.hstack([problem.usage, none[0]]).tocsc(),
        effect=sparse.hstack([problem.effect, none[1]]).tocsc(),
        answers=sparse.hstack([problem.answers, answer]).tocsc(),
    )


def test_where_nothing_is_seen_there_is_nothing_to_board() -> None:
    # One scene adds a factor of 1 to a node, half of coverage is answers, nobody boards. In the first node
    # (weight 10) it gains 5 (1 - exp(-1)), the next of it 5 exp(-1) = 1.839; in the others no more than half
    # of 3, of 2 and of 1, so all of it goes to the first.
    weight, none = np.array([10.0, 3.0, 2.0, 1.0]), np.zeros(4)
    # trips that the boat has no hours for: somebody may board everywhere
    problem = problem_with_answers(weight, 0.5, np.ones(4), np.full(4, 1.0 / CALLS), none, (1.0, 0.0))
    problem = replace(problem, nodes=problem.nodes.assign(visits=VISITS))
    found = solved(problem)
    assert found.factor == pytest.approx([1.0, 0.0, 0.0, 0.0], abs=1e-6)
    price = 5.0 * exp(-1.0)
    # a boarding answers 1 / 2 of what is seen in the first node, which counts 5; in the others what is seen
    # for it counts in full, but takes away 1.839 of the first: 3 - 1.839, 2 - 1.839, and 1 is less than that
    gains = boarding_prices(problem, found.prices, found.factor, SHARE)
    by_hand = np.array([5.0, 3.0 - price, 2.0 - price, 0.0]) / CALLS
    assert gains == pytest.approx(by_hand, abs=1e-4)
    few = 1e-3
    for node, gain in enumerate(by_hand):
        more = solved(with_free_boardings(problem, node, few))
        least, most = (
            (found.certificate.bound - more.certificate.value),
            (found.certificate.value - more.certificate.bound),
        )
        assert least / few - 1e-3 <= gain <= most / few + 1e-3


def test_where_boats_make_trips_a_boarding_spares_one() -> None:
    # Enough scenes for all; 1 hour of the boat answers half of what is there, so that an hour gains
    # beta W / 2 = 2.5 where 5 of 10 counts only with an answer, and only part of what is seen is answered.
    problem = problem_with_answers(
        np.array([10.0]), 0.5, np.ones(1), np.array([1.0 / CALLS]), np.zeros(1), (log(4.0), 1.0)
    )
    problem = replace(problem, nodes=problem.nodes.assign(visits=VISITS))
    found = solved(problem)  # sees 3 / 4, answers 1 / 2
    assert boarding_prices(problem, found.prices, found.factor, SHARE) == pytest.approx([2.5], rel=1e-6)

"""How far shadow prices hold: a frontier whose slopes are known, and the tiny case by hand."""

from __future__ import annotations

import math

import pytest

import planner
from planner.causes.frontier import Point, explored, held
from planner.results.sentences import held_in_words
from tests.studies.conftest import TINY


def curve(more: float, gap: float = 0.0) -> Point:
    """10 exp(-more) is missed: the price at 0 is 10, and has fallen by a tenth at -ln 0.9 = 0.105."""
    value = 10.0 * math.exp(-more)
    return Point(more, value + gap, value - gap, value)


@pytest.mark.parametrize("gap", [0.0, 1e-4])
def test_plans_bracket_where_the_slope_has_fallen(gap: float) -> None:
    falls = -math.log(0.9)
    least, most = held([curve(0.0, gap), curve(0.05, gap), curve(0.3, gap)])
    assert 0.0 < least < falls < most < 0.3
    asked: list[float] = []

    def plan(more: float) -> Point:
        asked.append(more)
        return curve(more, gap)

    nearer = explored([curve(0.0, gap), curve(1.0, gap)], plan)
    assert nearer[0] < falls < nearer[1]
    assert len(asked) == 2


def test_a_kink_is_found_by_one_plan_where_the_tangents_cross() -> None:
    def kinked(more: float) -> Point:
        return Point(more, 10.0 - 2.0 * min(more, 1.5), 10.0 - 2.0 * min(more, 1.5), 2.0 * (more < 1.5))

    # tangents 10 - 2 d and 7 cross at 1.5, where all slopes from 0 to 2 are prices
    assert explored([kinked(0.0), kinked(8.0)], kinked) == (pytest.approx(1.5), pytest.approx(1.5))


def test_a_line_holds_to_its_last_plan_and_without_a_further_plan_what_is_known_stays() -> None:
    line = [Point(at, 10.0 - at, 10.0 - at, 1.0) for at in (0.0, 4.0)]
    assert held(line) == (4.0, math.inf)
    # a plan of 9.5 with 1 more: at least (0.5 - 0.9) / 0.1 < 0, and 0.5 / 0.9 at most
    assert explored([line[0], Point(1.0, 9.5, 9.5, 0.0)], lambda _: None) == (0.0, pytest.approx(5 / 9))


def test_the_tiny_case_by_hand() -> None:
    # open_fund's next 100,000 USD are the boat's fifth mission; its 1,200 h are used up then. On the way the
    # slope falls by 1 - exp(-0.0557 r1 / (r0 + r1)) = 3.4%, with r as in tests/explanation/test_sentences.py
    prices = planner.plan(planner.read_case(TINY)).prices.set_index("id")
    for fund in ("open_fund", "boat_fund"):
        least, most = prices.loc[fund, ["holds_least", "holds_most"]]
        assert 0.5 * 100_000 <= least <= 100_000 * (1 + 1e-6)
        assert 100_000 * (1 - 1e-6) <= most <= 1.05 * 100_000
    assert prices.loc["boat", ["holds_least", "holds_most"]].isna().all(), "its hours have no price"
    assert prices.loc["plane", "holds_least"] > 0.0, "the scarcest hours"


def test_words() -> None:
    assert held_in_words(math.nan, math.nan) == ""
    assert held_in_words(1234.0, math.nan, "h") == "at least 1,234 h"
    assert held_in_words(1234.0, 2000.0) == "1,234 to 2,000"

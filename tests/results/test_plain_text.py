"""Numbers in words."""

from __future__ import annotations

import math

import pytest

from planner.results.plain_text import count, percent
from planner.studies.tables import SHOWN


@pytest.mark.parametrize(
    ("value", "said"),
    [(-0.0, "0"), (-0.4, "0"), (0.4, "0"), (-0.6, "-1"), (-1234.5, "-1,234"), (math.nan, "-")],
)
def test_what_is_rounded_to_0_has_no_sign(value: float, said: str) -> None:
    assert count(value) == said


def test_shares_and_changes_of_nothing_have_no_minus() -> None:
    assert (percent(-0.0), percent(-0.0004), percent(-0.0006)) == ("0.0%", "0.0%", "-0.1%")
    shown = [show(-0.0004) for show in (SHOWN["points"], SHOWN["correlation"]) if show is not None]
    assert shown == ["+0.0", "+0.00"]

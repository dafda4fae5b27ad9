"""Differences that the audit takes for rounding, and those that it does not."""

from __future__ import annotations

import pandas as pd
import pytest

from planner.results.compare import values_differ


@pytest.mark.parametrize(("reported", "findings"), [(7.1e-14, 0), (1e-3, 1)])
def test_what_is_not_answered_is_compared_by_what_is_detected(reported: float, findings: int) -> None:
    """Detected less answered: 185 - 185 leaves the rounding of 185."""
    keys = dict.fromkeys(("level", "period_id", "area_id", "asset_id", "programme_id"), "")
    expected = pd.DataFrame([{**keys, "level": "all", "detected": 185.475, "unanswered": 2.8e-14}])
    found = values_differ("response", expected.assign(unanswered=reported), expected)
    assert len(list(found)) == findings

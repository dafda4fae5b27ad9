"""A table of the nearest bases alone gives the same plan as one of all bases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import planner
from planner import planning

PACIFIC = Path(__file__).parents[1] / "inputs" / "pacific"


def test_the_plan_is_the_same_from_the_nearest_bases(monkeypatch: pytest.MonkeyPatch) -> None:
    everywhere = {"cells.spacing_nm": 200, "assets.*.bases": "*", "bases.suva.capacity_hours": 3000}
    case = planner.read_case(PACIFIC, everywhere)
    whole = planner.plan(case)
    monkeypatch.setattr(planning, "MANY_ROWS", 0)
    nearest = planner.plan(case)
    assert nearest.run["counts"]["effort_rows"] < 0.3 * whole.run["counts"]["effort_rows"]
    # each is within its gap of the one optimum
    assert nearest.certificate.plan_value >= whole.certificate.bound * (1 - 1e-9)
    assert whole.certificate.plan_value >= nearest.certificate.bound * (1 - 1e-9)
    out = ["programme_id", "area_id", "out_of_range_km2"]
    columns = whole.gaps[out].merge(nearest.gaps[out], on=out[:2])
    reached = columns["out_of_range_km2_x"] == 0.0
    assert (reached == (columns["out_of_range_km2_y"] == 0.0)).all()


def test_money_that_must_be_spent_keeps_all_bases(monkeypatch: pytest.MonkeyPatch) -> None:
    # a mission from far away costs more, which may be what is wanted
    monkeypatch.setattr(planning, "MANY_ROWS", 0)
    case = planner.read_case(PACIFIC, {"cells.spacing_nm": 200})
    for kind, nearest in [("least_coverage", True), ("least_share", False), ("least_spending", False)]:
        limit = pd.DataFrame({"kind": [kind]})
        assert planning._too_many_rows(replace(case, limits=limit), 100) is nearest

"""Effort rows of satellite tasking and fixed sensors."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from planner.features.effort import NO_BASE
from planner.features.fixed_sensor import fixed_sensor_rows
from planner.features.satellite import satellite_rows

CELLS = pd.DataFrame({"area": [0, 0, 1], "area_km2": [10_000.0, 20_000.0, 5_000.0]})


def test_satellite_scene() -> None:
    # a scene: 8000 km2, 0.25 h, 2000 + 400 x 0.25 = 2100; g = 8000 / area x 10 / 100, anywhere
    sensor = SimpleNamespace(
        swept_km2_per_scene=8000.0, hours_per_scene=0.25, cost_per_scene=2000.0, cost_per_hour=400.0
    )
    table = pd.DataFrame(satellite_rows(sensor, 4, CELLS, (10.0, 100.0)))
    assert table["activity"].nunique() == 3
    assert table["cell"].tolist() == [0, 1, 2]
    assert table["area"].tolist() == [0, 0, 1]
    assert set(table["asset"]) == {4}
    assert set(table["base"]) == {NO_BASE}
    assert set(table["distance_nm"]) == {0.0}
    assert set(table["mission_hours"]) == {0.25}
    assert set(table["cost"]) == {2100.0}
    assert table["factor"].tolist() == pytest.approx([0.08, 0.04, 0.16], rel=1e-15)


def fixed(share: list[float]) -> pd.DataFrame:
    sensor = SimpleNamespace(coverage_factor=math.log(2.0), cost_per_hour=30.0)
    footprint = np.array(share), np.array([1.0, 2.0, 3.0])
    return pd.DataFrame(fixed_sensor_rows(sensor, 5, footprint, CELLS, (10.0, 100.0)))


def test_fixed_sensor_is_one_activity_of_an_hour() -> None:
    # an hour and its cost of 30 are those of the activity, in all of its rows
    table = fixed([1.0, 0.5, 0.0])
    assert table["activity"].tolist() == [0, 0]
    assert table["cell"].tolist() == [0, 1]
    assert table["distance_nm"].tolist() == [1.0, 2.0]
    assert table["mission_hours"].tolist() == [1.0, 1.0]
    assert table["cost"].tolist() == [30.0, 30.0]
    assert set(table["base"]) == {NO_BASE}
    # a full horizon is 2400 h: C = ln 2 in cell 0, ln(4/3) in the half-watched cell 1
    assert (2400 * table["factor"]).tolist() == pytest.approx([math.log(2.0), math.log(4 / 3)], rel=1e-14)


def test_fixed_sensor_without_water_has_no_rows() -> None:
    assert fixed([0.0, 0.0, 0.0]).empty


@pytest.mark.parametrize(
    ("share", "area"),
    [
        ([0.1, 0.0, 1.0], 1),  # 1000 km2 in area 0, 5000 km2 in area 1
        ([0.1, 0.25, 1.0], 0),  # 1000 + 5000 in area 0 beat 5000
        ([0.3, 0.1, 0.9], 0),  # 3000 + 2000 in area 0 beat 4500, though that is the largest cell
        ([0.5, 0.0, 1.0], 0),  # 5000 each: the first
    ],
)
def test_it_is_paid_for_in_the_area_of_which_it_watches_most(share: list[float], area: int) -> None:
    assert set(fixed(share)["paid_in"]) == {area}

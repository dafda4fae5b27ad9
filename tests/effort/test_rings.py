from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import planner
from planner.case.new import write_new_case
from planner.effort.missions import on_station_hours, reach_nm, transit_hours
from planner.effort.rings import COLUMNS, reach_table


@given(
    transit=st.floats(5, 400),
    search=st.floats(5, 400),
    endurance=st.floats(1, 500),
    range_nm=st.floats(100, 6000),
    reserve=st.floats(0, 0.5),
    least=st.floats(0.1, 24),
)
def test_at_the_ring_the_least_time_on_station_is_left(
    transit: float, search: float, endurance: float, range_nm: float, reserve: float, least: float
) -> None:
    radius = reach_nm(transit, search, endurance, range_nm, reserve, least)

    def left(distance: float) -> float:
        away = np.array([distance])
        hours = on_station_hours(away, transit_hours(away, transit), search, endurance, range_nm, reserve)
        return float(hours[0])

    if radius > 0.0:
        assert left(radius) == pytest.approx(least, rel=1e-6, abs=1e-6)
        assert left(radius * 1.01) < least
    else:
        assert left(0.0) <= least + 1e-9


def test_every_asset_has_a_ring_for_each_base_and_satellites_none(tmp_path: object) -> None:
    folder = f"{tmp_path}/case"
    write_new_case(folder)
    case = planner.read_case(folder)
    rings = reach_table(case)
    assert list(rings) == list(COLUMNS)
    expected = [
        (asset, base)
        for asset, bases in zip(case.assets["asset_id"], case.assets["bases"], strict=True)
        for base in bases
    ]
    fixed = case.sensors[case.sensors["kind"] == "fixed"]
    expected += [(sensor, "") for sensor in fixed["sensor_id"]]
    assert list(zip(rings["asset_id"], rings["base_id"], strict=True)) == expected
    assert rings["lon"].between(-180, 180).all()

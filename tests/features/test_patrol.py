"""Patrols: equations (1) to (6) by hand, and what counts as reachable."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.features import patrol as missions
from planner.features.effort import COLUMNS
from planner.features.patrol import patrol_rows


def on_station(distance: float, **changes: float) -> float:
    figures = {"search_speed_kn": 10.0, "endurance_h": 100.0, "range_nm": 1500.0, "reserve": 0.2, **changes}
    transit = missions.transit_hours(np.array([distance]), 12.0)
    return float(missions.on_station_hours(np.array([distance]), transit, **figures)[0])


def test_transit_goes_out_and_back() -> None:
    # (1): t = 2 x 240 nm / 12 kn
    assert missions.transit_hours(np.array([240.0, 0.0]), 12.0) == pytest.approx([40.0, 0.0], rel=1e-15)


def test_endurance_is_the_limit() -> None:
    # (2): endurance 100 - 40 = 60 h; fuel ((1 - 0.2) 1500 - 480) / 10 = 72 h
    assert on_station(240.0) == pytest.approx(60.0, rel=1e-15)


def test_range_is_the_limit() -> None:
    # (2): endurance 60 h; fuel ((1 - 0.2) 1200 - 480) / 10 = 48 h
    assert on_station(240.0, range_nm=1200.0) == pytest.approx(48.0, rel=1e-14)


def test_reserve_comes_off_the_range_and_not_off_what_is_left_after_transit() -> None:
    # (0.5 x 1500 - 480) / 10 = 27 h, not 0.5 x (1500 - 480) / 10 = 51 h
    assert on_station(240.0, reserve=0.5) == pytest.approx(27.0, rel=1e-14)


def test_a_slower_search_lasts_longer_on_the_same_fuel() -> None:
    # fuel: ((1 - 0.2) 1200 - 480) / 8 = 60 h, endurance 60 h: the limits meet
    assert on_station(240.0, range_nm=1200.0, search_speed_kn=8.0) == pytest.approx(60.0, rel=1e-14)


def test_too_far_is_negative() -> None:
    # endurance 100 - 2 x 700 / 12 = -16.67 h; fuel (1200 - 1400) / 10 = -20 h
    assert on_station(700.0) == pytest.approx(-20.0, rel=1e-14)


def test_cost_of_a_mission() -> None:
    # (6): 800 an hour x 90 h + 5000
    assert missions.mission_cost(np.array([90.0, 0.0]), 800.0, 5000.0) == pytest.approx([77_000.0, 5000.0])


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
    radius = missions.reach_nm(transit, search, endurance, range_nm, reserve, least)

    def left(distance: float) -> float:
        away = np.array([distance])
        hours = missions.on_station_hours(
            away, missions.transit_hours(away, transit), search, endurance, range_nm, reserve
        )
        return float(hours[0])

    if radius > 0.0:
        assert left(radius) == pytest.approx(least, rel=1e-6, abs=1e-6)
        assert left(radius * 1.01) < least
    else:
        assert left(0.0) <= least + 1e-9


def boat(**changes: float) -> SimpleNamespace:
    figures = {
        "transit_speed_kn": 12.0,
        "search_speed_kn": 10.0,
        "sweep_width_nm": 20.0,
        "range_nm": 1500.0,
        "endurance_h": 100.0,
        "reserve": 0.2,
        "min_on_station_h": 24.0,
        "cost_per_hour": 800.0,
        "cost_per_mission": 5000.0,
    }
    return SimpleNamespace(**(figures | changes))


def rows(asset: SimpleNamespace, distance: list[float]) -> pd.DataFrame:
    n = len(distance)
    cells = pd.DataFrame({"area": np.arange(n)[::-1], "area_km2": 10_000.0 * (1 + np.arange(n))})
    return pd.DataFrame(patrol_rows(asset, (3, 1), np.array(distance), cells, (14.0, 365.0)))


def test_one_row_by_hand() -> None:
    # d = 240: t = 40; s = min(100 - 40, (0.8 x 1500 - 480) / 10 = 72) = 60; m = 100; A = 20 x 10 x 60 =
    # 12000 nm2 = 41158.848 km2; g = 41158.848 / 10000 x 14 / 365; c = 800 x 100 + 5000
    table = rows(boat(), [240.0])
    assert dict(table.dtypes.astype(str)) == dict(COLUMNS)
    assert table.iloc[0].to_dict() == pytest.approx(
        {
            "activity": 0,
            "asset": 3,
            "base": 1,
            "cell": 0,
            "area": 0,
            "paid_in": 0,
            "distance_nm": 240.0,
            "mission_hours": 100.0,
            "factor": 4.1158848 * 14 / 365,
            "cost": 85_000.0,
            "access": False,
        },
        rel=1e-14,
    )


def test_the_range_cuts_the_mission_and_its_cost() -> None:
    # range 1200: s = (960 - 480) / 10 = 48; m = 40 + 48 = 88; c = 800 x 88 + 5000 = 75400
    row = rows(boat(range_nm=1200.0), [240.0]).iloc[0]
    assert row[["mission_hours", "cost"]].tolist() == pytest.approx([88.0, 75_400.0])


@pytest.mark.parametrize(
    ("figures", "limit_nm"),
    [
        # endurance: 100 - 2 d / 12 = 24 at d = 456; fuel then (8000 - 912) / 10 is no limit
        ({"range_nm": 10_000.0}, 456.0),
        # fuel: (0.8 x 1500 - 2 d) / 10 = 24 at d = 480; endurance then 500 - 80 is no limit
        ({"endurance_h": 500.0}, 480.0),
    ],
)
def test_reachable_iff_on_station_hours_are_enough(figures: dict[str, float], limit_nm: float) -> None:
    table = rows(boat(**figures), [limit_nm - 1e-6, limit_nm, limit_nm + 1e-6])
    assert table["cell"].tolist() == [0, 1]


def test_cells_that_are_not_reached_leave_the_others_their_own_figures() -> None:
    table = rows(boat(), [100.0, 5000.0, 240.0])
    assert table["cell"].tolist() == [0, 2]
    assert table["area"].tolist() == [2, 0]
    # cell 2 has 30000 km2: a third of the factor of test_one_row_by_hand
    assert table["factor"].iloc[1] == pytest.approx(4.1158848 * 14 / 365 / 3, rel=1e-14)


def test_nothing_in_reach_is_an_empty_table_of_the_same_types() -> None:
    table = rows(boat(), [5000.0])
    assert table.empty
    assert dict(table.dtypes.astype(str)) == dict(COLUMNS)

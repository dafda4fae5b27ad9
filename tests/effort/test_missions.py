"""Equations (1) to (3) and (6) by hand."""

from __future__ import annotations

import numpy as np
import pytest

from planner.effort import missions


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

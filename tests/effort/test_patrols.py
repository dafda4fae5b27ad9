"""Effort rows of patrols: equations (1) to (6) in one row, and what counts as reachable."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from planner.effort.patrols import patrol_rows
from planner.effort.table import EFFORT_COLUMNS


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


def rows(asset: SimpleNamespace, distance: list[float], access: list[bool] | None = None) -> pd.DataFrame:
    n = len(distance)
    cells = pd.DataFrame({"area": np.arange(n)[::-1], "area_km2": 10_000.0 * (1 + np.arange(n))})
    may = np.ones(n, dtype=bool) if access is None else np.array(access)
    return patrol_rows(asset, 3, 1, np.array(distance), cells, may, dwell_days=14.0, horizon_days=365.0)


def test_one_row_by_hand() -> None:
    # d = 240: t = 40; s = min(100 - 40, (0.8 x 1500 - 480) / 10 = 72) = 60; m = 100; A = 20 x 10 x 60 =
    # 12000 nm2 = 41158.848 km2; g = 41158.848 / 10000 x 14 / 365; c = 800 x 100 + 5000
    table = rows(boat(), [240.0])
    assert dict(table.dtypes.astype(str)) == dict(EFFORT_COLUMNS)
    assert table.iloc[0].to_dict() == pytest.approx(
        {
            "activity": 0,
            "asset": 3,
            "base": 1,
            "cell": 0,
            "area": 0,
            "distance_nm": 240.0,
            "mission_hours": 100.0,
            "on_station_hours": 60.0,
            "swept_km2": 41_158.848,
            "factor": 4.1158848 * 14 / 365,
            "cost": 85_000.0,
            "access": True,
        },
        rel=1e-14,
    )


def test_the_range_cuts_the_mission_and_its_cost() -> None:
    # range 1200: s = (960 - 480) / 10 = 48; m = 40 + 48 = 88; c = 800 x 88 + 5000 = 75400
    row = rows(boat(range_nm=1200.0), [240.0]).iloc[0]
    assert row[["on_station_hours", "mission_hours", "cost"]].tolist() == pytest.approx(
        [48.0, 88.0, 75_400.0]
    )


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
    assert table["on_station_hours"].to_numpy() == pytest.approx([24.0, 24.0], abs=1e-6)
    assert (table["on_station_hours"] >= 24.0).all()


def test_cells_that_are_not_reached_leave_the_others_their_own_figures() -> None:
    table = rows(boat(), [100.0, 5000.0, 240.0], access=[True, True, False])
    assert table["cell"].tolist() == [0, 2]
    assert table["area"].tolist() == [2, 0]
    assert table["access"].tolist() == [True, False]
    # cell 2 has 30000 km2: a third of the factor of test_one_row_by_hand
    assert table["factor"].iloc[1] == pytest.approx(4.1158848 * 14 / 365 / 3, rel=1e-14)


def test_nothing_in_reach_is_an_empty_table_of_the_same_types() -> None:
    table = rows(boat(), [5000.0])
    assert table.empty
    assert dict(table.dtypes.astype(str)) == dict(EFFORT_COLUMNS)

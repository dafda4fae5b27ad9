"""Missions, their sums by area, and who pays: figures of one mission times the plan's numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from planner.report.activity import CENT, allocation_table, funding_table, mission_table
from planner.report.contract import ALLOCATION, FUNDING, MISSIONS
from tests.model.small import small_problem

CELL_IDS = pd.Series(["west_1", "west_2", "east_1"])
CELLS = pd.DataFrame({"cell_id": CELL_IDS, "area_id": ["area_0", "area_0", "area_1"]})
MISSIONS_OF = np.array([2.0, 0.0, 1.5, 10.0, 0.5, 400.0])
"""Boat to cell 0, to cell 2 (none), plane to cell 1, to 2, boat from base 1 to cell 0, radar of 0 and 1."""


def table() -> pd.DataFrame:
    return mission_table(small_problem(), MISSIONS_OF, CELL_IDS)


def test_every_figure_is_the_year_s_total() -> None:
    # e.g. plane to cell 2: 10 missions of 6 h, factor 0.03, cost 45000
    missions = table()
    assert list(missions) == list(MISSIONS)
    columns = ["asset_id", "base_id", "cell_id", "missions", "mission_hours", "coverage_factor", "cost"]
    expected = [
        ["asset_0", "base_0", "west_1", 2.0, 100.0, 0.04, 80_000.0],
        ["asset_1", "base_1", "west_2", 1.5, 12.0, 0.075, 75_000.0],
        ["asset_1", "base_1", "east_1", 10.0, 60.0, 0.3, 450_000.0],
        ["asset_0", "base_1", "west_1", 0.5, 30.0, 0.01, 24_000.0],
        # 400 h of the radar: a quarter and three quarters of the hours and the cost of 20, factors whole
        ["asset_2", "", "west_1", 100.0, 100.0, 0.04, 2000.0],
        ["asset_2", "", "west_2", 300.0, 300.0, 0.12, 6000.0],
    ]
    assert missions[columns[:3]].to_numpy().tolist() == [row[:3] for row in expected]
    numbers = [row[3:] for row in expected]
    assert missions[columns[3:]].to_numpy() == pytest.approx(np.array(numbers), rel=1e-14)


def test_on_station_and_swept() -> None:
    # simple_effort: on station as long as the mission, 1 km2 swept a mission, in each of the radar's cells
    missions = table()
    assert missions["on_station_hours"].tolist() == missions["mission_hours"].tolist()
    assert missions["swept_km2"].tolist() == pytest.approx([2.0, 1.5, 10.0, 0.5, 400.0, 400.0])


def test_sums_by_area() -> None:
    allocation = allocation_table(table(), CELLS)
    assert list(allocation) == list(ALLOCATION)
    keys = allocation[["asset_id", "base_id", "area_id"]].to_numpy().tolist()
    assert keys == [
        ["asset_0", "base_0", "area_0"], ["asset_1", "base_1", "area_0"], ["asset_1", "base_1", "area_1"],
        ["asset_0", "base_1", "area_0"], ["asset_2", "", "area_0"],
    ]  # fmt: skip
    radar = allocation.iloc[4]
    # the radar's 400 h are 400 "missions" in all, not 800
    assert radar[["missions", "mission_hours", "swept_km2", "cost"]].tolist() == [400.0, 400.0, 800.0, 8000.0]
    for column in ("missions", "mission_hours", "on_station_hours", "swept_km2", "cost"):
        assert allocation[column].sum() == pytest.approx(table()[column].sum(), rel=1e-14)


def test_nothing_done_is_empty_tables_with_their_columns() -> None:
    missions = mission_table(small_problem(), np.zeros(6), CELL_IDS)
    assert missions.empty
    assert list(missions) == list(MISSIONS)
    allocation = allocation_table(missions, CELLS)
    assert allocation.empty
    assert list(allocation) == list(ALLOCATION)


def test_funding_names_programme_asset_and_area() -> None:
    # rows of funding: boat area 0 by 0; boat area 1 by 0 and 1; plane areas 0 and 1 by 1; radar area 0 by 0
    money = np.array([104_000.0, 0.0, 0.0, 75_000.0, 450_000.0, 8000.0])
    funding = funding_table(small_problem(), money)
    assert list(funding) == list(FUNDING)
    assert funding.to_numpy().tolist() == [
        ["programme_0", "asset_0", "area_0", 104_000.0],
        ["programme_1", "asset_1", "area_0", 75_000.0],
        ["programme_1", "asset_1", "area_1", 450_000.0],
        ["programme_0", "asset_2", "area_0", 8000.0],
    ]
    # what is paid for each asset and area is what its missions cost
    cost = allocation_table(table(), CELLS).groupby(["asset_id", "area_id"])["cost"].sum()
    paid = funding.groupby(["asset_id", "area_id"])["amount"].sum()
    assert paid.to_dict() == pytest.approx(cost.to_dict(), rel=1e-14)


def test_less_than_half_a_cent_is_not_reported() -> None:
    money = np.array([CENT, np.nextafter(CENT, 0.0), 0.0, 0.0, 0.0, 1.0])
    assert funding_table(small_problem(), money)["amount"].tolist() == [CENT, 1.0]
    assert funding_table(small_problem(), np.zeros(6)).empty

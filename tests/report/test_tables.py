"""Areas, programmes, prices and cells of a plan, from coverage factors and prices given by hand."""

from __future__ import annotations

from math import log
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.report import gaps, tables
from planner.report.contract import AREAS, CELLS, PRICES, PROGRAMMES, TABLES, conform
from planner.solve.prices import Prices
from tests.model.small import small_problem

# cells 1000, 2000 (area 0, target 0.5) and 4000 km2 (area 1, target 0.25); C = ln 2, 0, ln 4
FACTOR = np.array([log(2), 0.0, log(4)])
PRICES_GIVEN = Prices(
    asset_hours=np.array([0.0, 2.5, 0.0]),
    base_hours=np.array([0.0, 0.75]),
    budget=np.array([0.0004, 0.0]),
    coverage_factor=np.zeros(3),
    least_missions=np.zeros(3),
    shortfall=np.zeros(2),
)
CASE: Any = SimpleNamespace(
    areas=pd.DataFrame(
        {
            "area_id": ["area_0", "area_1"],
            "name": ["West", "East"],
            "coastal_state": ["FJI", "TON"],
            "risk_weight": [1.0, 3.0],
            "target_coverage": [0.5, 0.25],
            "source": ["a survey", ""],
        }
    ),
    programmes=pd.DataFrame(
        {
            "programme_id": ["programme_0", "programme_1"],
            "name": ["Patrols", "Eyes"],
            "donor": ["A", "B"],
            "budget": [2e6, 5e5],
        }
    ),
)
FUNDING = pd.DataFrame(
    {
        "programme_id": ["programme_0"] * 2,
        "asset_id": "asset_0",
        "area_id": ["area_0", "area_1"],
        "amount": [7e5, 5e4],
    }
)


def found() -> gaps.Coverage:
    return gaps.coverage(small_problem(), FACTOR)


def test_areas() -> None:
    # area 0 covers 500 of 3000, wants 1500; area 1 covers 3000 of 4000, wants 1000
    shares = np.zeros((3, 5))
    shares[:, 2] = 0.25
    shares[:, 3] = 0.75
    table = tables.area_table(CASE, small_problem(), found(), shares)
    assert list(table) == list(AREAS)
    assert table["area_km2"].tolist() == [3000.0, 4000.0]
    assert table["covered_km2"].tolist() == pytest.approx([500.0, 3000.0], rel=1e-15)
    assert table["coverage"].tolist() == pytest.approx([1 / 6, 0.75], rel=1e-15)
    assert table["shortfall_km2"].tolist() == pytest.approx([1000.0, 0.0], rel=1e-15)
    assert table["met"].tolist() == [False, True]
    assert table["source"].tolist() == ["a survey", ""]
    assert table["asset_hours_km2"].tolist() == pytest.approx([250.0, 0.0])
    assert table["budget_km2"].tolist() == pytest.approx([750.0, 0.0])


def test_programmes() -> None:
    # both may fund in both areas: target 2500, covered 3500, short 1000; 0.0004 km2 a dollar is 400 a million
    table = tables.programme_table(CASE, small_problem(), PRICES_GIVEN, found(), FUNDING)
    assert list(table) == list(PROGRAMMES)
    assert table["spent"].tolist() == [750_000.0, 0.0]
    assert table["price_km2_per_million"].tolist() == pytest.approx([400.0, 0.0], rel=1e-15)
    assert table["target_km2"].tolist() == pytest.approx([2500.0, 2500.0])
    assert table["covered_km2"].tolist() == pytest.approx([3500.0, 3500.0])
    assert table["shortfall_km2"].tolist() == pytest.approx([1000.0, 1000.0])


def test_a_mandate_is_counted_area_by_area() -> None:
    problem = small_problem()
    mandate = pd.DataFrame({"programme": [0, 0, 1], "area": [0, 1, 1]})
    object.__setattr__(problem, "mandate", mandate)
    table = tables.programme_table(CASE, problem, PRICES_GIVEN, found(), FUNDING)
    assert table["target_km2"].tolist() == pytest.approx([2500.0, 1000.0])
    assert table["shortfall_km2"].tolist() == pytest.approx([1000.0, 0.0], abs=1e-9)


def test_prices() -> None:
    missions = pd.DataFrame(
        {
            "asset_id": ["asset_0", "asset_0", "asset_1", "asset_2"],
            "base_id": ["base_0", "base_1", "base_1", ""],
            "mission_hours": [100.0, 30.0, 60.0, 400.0],
        }
    )
    table = tables.price_table(small_problem(), PRICES_GIVEN, missions, FUNDING, "USD")
    assert list(table) == list(PRICES)
    # base 0 has no limit and no row
    assert table.to_numpy().tolist() == [
        ["asset_hours", "asset_0", 3000.0, 130.0, 0.0, "km2 per h"],
        ["asset_hours", "asset_1", 400.0, 60.0, 2.5, "km2 per h"],
        ["asset_hours", "asset_2", 8760.0, 400.0, 0.0, "km2 per h"],
        ["budget", "programme_0", 2e6, 750_000.0, 0.0004, "km2 per USD"],
        ["budget", "programme_1", 5e5, 0.0, 0.0, "km2 per USD"],
        ["base_capacity", "base_1", 500.0, 90.0, 0.75, "km2 per h"],
    ]


def test_cells() -> None:
    cells = pd.DataFrame({"cell_id": ["a", "b", "c"], "lon": [179.5, 180.0, 359.0], "lat": [-1.0, -0.0, 2.0]})
    cause = np.array(["budget", "no_access", "none"], dtype=object)
    table = tables.cell_table(cells, small_problem(), FACTOR, found(), cause)
    assert list(table) == list(CELLS)
    assert table["lon"].tolist() == [179.5, -180.0, -1.0]
    assert [str(value) for value in table["lat"]] == ["-1.0", "0.0", "2.0"]
    assert table["area_id"].tolist() == ["area_0", "area_0", "area_1"]
    assert table["pod"].tolist() == pytest.approx([0.5, 0.0, 0.75], rel=1e-15)
    assert table["risk_weight"].tolist() == [1.0, 2.0, 0.5]
    assert table["gap_cause"].tolist() == cause.tolist()


@pytest.mark.parametrize("name", list(TABLES))
def test_a_contract_keeps_its_columns_in_order_and_drops_others(name: str) -> None:
    columns = list(TABLES[name])
    frame = pd.DataFrame({column: [1, 0] for column in [*reversed(columns), "other"]}, index=[7, 3])
    table = conform(name, frame)
    assert list(table) == columns
    assert table.index.tolist() == [0, 1]
    with pytest.raises(KeyError, match=columns[-1]):
        conform(name, frame.drop(columns=columns[-1]))

"""The ledger and the tables that are read off it, against figures by hand."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import numpy as np
import pandas as pd
import pytest

from planner.core.prices import Prices
from planner.core.problem import Problem
from planner.features.resources import HOURS, PERIOD_HOURS
from planner.results import coverage, limits, work
from planner.results.contract import TABLES, conform
from planner.results.ledger import make_ledger
from tests.results import small
from tests.results.small import FACTOR, LEVELS, small_case, small_cells, small_ledger, small_problem

SWEPT = 360.0 * np.array([0.04, 0.12, 0.08]) * np.array([1000.0, 2000.0, 4000.0])
"""By the radar in w1, w2 and e1, equation (5): factor x km² x horizon / stay; 14400, 86400 and 115200 km²."""


def missions() -> pd.DataFrame:
    return work.mission_table(small_case(), small_ledger(), small_cells())


def test_only_what_is_done_is_written_down() -> None:
    ledger = small_ledger()
    assert ledger.activities["activity"].tolist() == [0, 2, 3, 4, 5, 6, 7, 8]
    assert ledger.activities["level"].tolist() == LEVELS[[0, 2, 3, 4, 5, 6, 7, 8]].tolist()
    used = ledger.resources.set_index(["kind", "asset_id", "base_id", "programme_id"])["used"]
    assert used["hours"].tolist() == [100.0, 72.0, 400.0]  # 2 x 50;  1.5 x 8 + 10 x 6;  400 x 1
    assert used["places"].tolist() == [72.0]
    assert used["account"].tolist() == [0.0] * 4, "payments fill what missions take"
    assert used["budget"].tolist() == [88_000.0, 525_000.0]
    assert ledger.used("budget")["amount"].sum() == 613_000.0
    gained = ledger.effect.groupby("cell_id", sort=False)["factor"].sum()
    assert gained[["w1", "w2", "e1"]].tolist() == pytest.approx(FACTOR.tolist(), rel=1e-14)
    assert ledger.nodes["pod"].tolist() == pytest.approx([1 - exp(-c) for c in FACTOR], rel=1e-14)


def test_goals_reach_what_their_nodes_are_covered() -> None:
    west = small.goals({"kind": "target", "area_id": "west", "wanted": 1500.0, "penalty": 1.0})
    cover = small.matrix(1, 3, [(0, 0, 1e3), (0, 1, 2e3)])
    prices = Prices(np.zeros(10), np.array([0.5]), np.zeros(3))
    problem = replace(small_problem(), goals=west, cover=cover)
    found = make_ledger(problem, LEVELS, FACTOR, prices).goals.iloc[0]
    covered = 1000 * (1 - exp(-0.08)) + 2000 * (1 - exp(-0.195))
    assert found[["reached_km2", "shortfall", "shadow_price"]].tolist() == pytest.approx(
        [covered, 1500 - covered, 0.5], rel=1e-14
    )


def two_periods(problem: Problem) -> Problem:
    """A boat's mission in each half of the year, whose hours count for the half and for the year."""
    nodes = pd.concat([problem.nodes.iloc[:1]] * 2, ignore_index=True).assign(
        period_id=["dry", "wet"], km2=1000.0
    )
    boat = small.activity("patrol", "boat", "port", "west", "", 100.0)
    activities = pd.DataFrame([boat, boat]).assign(period_id=["dry", "wet"])
    kinds = PERIOD_HOURS, PERIOD_HOURS, HOURS
    resources = [small.resource(kind, 200.0, asset_id="boat") for kind in kinds]
    usage = small.matrix(3, 2, [(0, 0, 50.0), (1, 1, 50.0), (2, 0, 50.0), (2, 1, 50.0)])
    return replace(
        problem,
        nodes=nodes,
        activities=activities,
        resources=pd.DataFrame(resources).assign(period_id=["dry", "wet", "year"]),
        effect=small.matrix(2, 2, [(0, 0, 0.1), (1, 1, 0.1)]),
        usage=usage,
        cover=small.matrix(0, 2, ()),
    )


def test_periods_are_added_up_and_hours_counted_once() -> None:
    problem = two_periods(small_problem())
    prices = Prices(np.zeros(3), np.zeros(0), np.zeros(2))
    ledger = make_ledger(problem, np.array([1.0, 3.0]), np.array([0.1, 0.3]), prices)
    case = small_case()
    case.periods = pd.DataFrame({"period_id": ["dry", "wet"], "days": case.settings.horizon_days / 2})
    table = work.mission_table(case, ledger, small_cells())
    # each adds half of its factor to the year's mean
    assert table[["period_id", "missions", "mission_hours", "coverage_factor"]].to_numpy().tolist() == [
        ["dry", 1.0, 50.0, pytest.approx(0.05)],
        ["wet", 3.0, 150.0, pytest.approx(0.15)],
    ]
    cells = small_cells().iloc[:1]
    found = coverage.of_nodes(case, cells, ledger.nodes)
    assert found.pod.tolist() == pytest.approx([1 - (exp(-0.1) + exp(-0.3)) / 2], rel=1e-14), (
        "mean of the halves"
    )


def test_every_figure_of_a_mission_is_the_year_s_total() -> None:
    table = missions()
    assert list(table) == list(TABLES["missions"])
    columns = ["asset_id", "base_id", "cell_id", "missions", "mission_hours", "coverage_factor", "cost"]
    rows = table[columns].to_numpy().tolist()
    assert [row[:3] for row in rows] == [
        ["boat", "port", "w1"], ["plane", "airfield", "w2"], ["plane", "airfield", "e1"],
        ["radar", "", "w1"], ["radar", "", "w2"], ["radar", "", "e1"],
    ]  # fmt: skip
    assert np.array([row[3:] for row in rows], dtype=float) == pytest.approx(
        np.array(
            [
                [2.0, 100.0, 0.04, 80_000.0],
                [1.5, 12.0, 0.075, 75_000.0],
                [10.0, 60.0, 0.3, 450_000.0],
                # 400 h and 8000 of the radar in west, 1 : 6 by the water swept; east is watched for nothing
                [400 / 7, 400 / 7, 0.04, 8000 / 7],
                [2400 / 7, 2400 / 7, 0.12, 48_000 / 7],
                [0.0, 0.0, 0.08, 0.0],
            ]
        ),
        rel=1e-12,
    )


def test_distance_time_on_station_and_water_swept() -> None:
    table = missions()
    assert table["distance_nm"].tolist()[:4] == pytest.approx([100.0, 200.0, 100.0, 0.0])
    # 2 x (50 - 2 x 100 / 10);  1.5 x (8 - 2 x 200 / 200);  10 x (6 - 2 x 100 / 200)
    assert table["on_station_hours"].tolist()[:4] == pytest.approx([60.0, 9.0, 50.0, 400 / 7])
    assert table["swept_km2"].tolist()[3:] == pytest.approx(SWEPT.tolist(), rel=1e-12)


def test_hours_of_a_radar_that_adds_nothing_where_it_is_paid() -> None:
    """Without access to west they are told of the cells that it adds to."""
    problem = small_problem()
    effect = problem.effect.tolil()
    effect[0, 4] = effect[1, 4] = 0.0
    ledger = make_ledger(replace(problem, effect=effect.tocsc()), LEVELS, FACTOR, small.PRICES)
    table = work.mission_table(small_case(), ledger, small_cells())
    radar = table[(table["asset_id"] == "radar") & (table["coverage_factor"] > 0.0)]
    assert radar[["cell_id", "missions", "cost"]].to_numpy().tolist() == [["e1", 400.0, 8000.0]]


def test_allocation_sums_up_areas() -> None:
    area = {"w1": "west", "w2": "west", "e1": "east"}
    table = work.allocation_table(missions().assign(area_id=missions()["cell_id"].map(area)))
    assert list(table) == list(TABLES["allocation"])
    radar = table[table["asset_id"] == "radar"].set_index("area_id")
    assert radar.loc["west", ["missions", "mission_hours", "cost"]].tolist() == pytest.approx(
        [400.0, 400.0, 8000.0]
    )
    assert radar.loc["east", "swept_km2"] == pytest.approx(SWEPT[2])
    for column in work.SUMS:
        assert table[column].sum() == pytest.approx(missions()[column].sum(), rel=1e-14)


def test_funding_pays_what_missions_cost() -> None:
    table = work.funding_table(small_ledger())
    assert list(table) == list(TABLES["funding"])
    assert table.to_numpy().tolist() == [
        ["patrols", "boat", "west", "", 80_000.0],
        ["eyes", "plane", "west", "", 75_000.0],
        ["eyes", "plane", "east", "", 450_000.0],
        ["patrols", "radar", "west", "", 8000.0],
    ]


def test_a_plan_of_nothing_has_empty_tables_with_their_columns() -> None:
    ledger = make_ledger(small_problem(), np.zeros(10), np.zeros(3), small.PRICES)
    nothing = work.mission_table(small_case(), ledger, small_cells())
    assert list(nothing) == list(TABLES["missions"])
    assert nothing.empty
    allocation = work.allocation_table(nothing.assign(area_id=""))
    assert list(allocation) == list(TABLES["allocation"])
    assert work.funding_table(ledger).empty


def test_resources_and_their_shadow_prices() -> None:
    ranges = pd.DataFrame({"kind": ["budget"], "id": ["eyes"], "holds_least": [100.0], "holds_most": [200.0]})
    table = limits.price_table(small_ledger(), "USD", ranges)
    assert list(table) == list(TABLES["prices"])
    assert table.set_index("id")["holds_least"].dropna().to_dict() == {"eyes": 100.0}
    assert table.set_index("id")["holds_most"].dropna().to_dict() == {"eyes": 200.0}
    assert table.drop(columns=["holds_least", "holds_most"]).to_numpy().tolist() == [
        ["asset_hours", "boat", 3000.0, 100.0, 0.0, "km2 per h"],
        ["asset_hours", "plane", 400.0, 72.0, 2.5, "km2 per h"],
        ["asset_hours", "radar", 8640.0, 400.0, 0.0, "km2 per h"],
        ["budget", "patrols", 2e6, 88_000.0, 4e-4, "km2 per USD"],
        ["budget", "eyes", 5e5, 525_000.0, 0.0, "km2 per USD"],
        ["base_capacity", "airfield", 500.0, 72.0, 0.75, "km2 per h"],
    ]


CAUSES = ["level", "programme_id", "area_id", "cause", "km2"]


def test_cells_areas_and_mandates() -> None:
    # pod 1 - e^-ln 2 = 0.5, 0 and 0.75: west covers 500 and wants 1500; east covers 3000 and wants 1000
    case, cells = small_case(), small_cells()
    case.programmes = case.programmes.assign(areas=[("west", "east"), ("east",)])
    factor = np.log([2.0, 1.0, 4.0])
    pod = np.array([0.5, 0.0, 0.75])
    found = coverage.coverage(case.areas, cells, factor[None, :], np.ones(1), pod[None, :])
    cause = {"level": "area", "programme_id": "all", "area_id": ["west", "west", "east"]}
    causes = pd.DataFrame({**cause, "cause": ["hours", "money", "hours"], "km2": [400.0, 600.0, 0.0]})
    areas = coverage.area_table(case.areas, found, causes)
    assert areas["largest_cause"].tolist() == ["money", "none"]
    table = coverage.cell_table(cells, areas, found, np.full((1, 3), np.nan))
    assert list(table) == list(TABLES["cells"])
    assert table["cause"].tolist() == ["money", "money", "none"]
    assert table["lon"].tolist() == [178.0, 179.5, -179.0]
    assert str(table["lat"][1]) == "0.0", "no negative zero"
    assert list(areas) == list(TABLES["areas"])
    assert areas["coverage"].tolist() == pytest.approx([1 / 6, 0.75])
    assert areas["shortfall_km2"].tolist() == pytest.approx([1000.0, 0.0])
    assert areas["met"].tolist() == [False, True]
    gaps = coverage.gap_table(case.programmes, areas, causes)
    assert gaps.to_numpy().tolist() == [
        ["patrols", "west", 1500.0, pytest.approx(500.0), pytest.approx(1000.0), "not_sought"],
        ["patrols", "east", 1000.0, pytest.approx(3000.0), 0.0, "none"],
        ["eyes", "east", 1000.0, pytest.approx(3000.0), 0.0, "none"],
        ["total", "total", 2500.0, pytest.approx(3500.0), pytest.approx(1000.0), "not_sought"],
    ]
    ledger = small_ledger()
    programmes = coverage.programme_table(
        case.programmes, gaps, work.funding_table(ledger), limits.price_table(ledger, "USD")
    )
    assert list(programmes) == list(TABLES["programmes"])
    assert programmes["spent"].tolist() == [88_000.0, 525_000.0]
    assert programmes["shadow_price_km2_per_million"].tolist() == pytest.approx([400.0, 0.0])
    assert programmes["shortfall_km2"].tolist() == pytest.approx([1000.0, 0.0])


@pytest.mark.parametrize(("missing_km2", "met"), [(1e-9, True), (0.01, False)])
def test_a_target_is_met_but_for_rounding(missing_km2: float, met: bool) -> None:
    # a plan whose coverage is linear (answers alone count) ends at the target, and sums of the same cells
    # in another order differ by some 1e-12 of them: west wants 1500 of 2000 + 1000 km2
    case, cells = small_case(), small_cells()
    share = np.array([0.5, 0.5, 1.0]) - np.array([missing_km2 / 3000.0, missing_km2 / 3000.0, 0.0])
    found = coverage.coverage(case.areas, cells, np.ones((1, 3)), np.ones(1), share[None, :])
    west = coverage.area_table(case.areas, found, pd.DataFrame(columns=CAUSES)).iloc[0]
    assert west["met"] == met
    assert west["shortfall_km2"] == pytest.approx(0.0 if met else missing_km2, rel=1e-6)
    assert west["largest_cause"] == ("none" if met else "not_sought")


@pytest.mark.parametrize("name", list(TABLES))
def test_a_contract_keeps_its_columns_in_order_and_drops_others(name: str) -> None:
    columns = list(TABLES[name])
    frame = pd.DataFrame({column: [1, 0] for column in [*reversed(columns), "other"]}, index=[7, 3])
    table = conform(name, frame)
    assert list(table) == columns
    assert table.index.tolist() == [0, 1]
    with pytest.raises(KeyError, match=columns[-1]):
        conform(name, frame.drop(columns=columns[-1]))


def test_what_is_seen_and_not_answered_has_a_cause() -> None:
    # all of w1 and w2 is seen, and half of w2 answered: west covers 1000 + 1000 of the 2500 that it wants
    case, cells = small_case(), small_cells()
    case.areas = case.areas.assign(target_coverage=[5.0 / 6.0, 0.25])
    endless, counts = np.full((1, 3), 1e3), np.array([[1.0, 0.5, 1.0]])
    found = coverage.coverage(case.areas, cells, endless, np.ones(1), counts)
    cause = {"level": "area", "programme_id": "all", "area_id": ["west", "east"]}
    causes = pd.DataFrame({**cause, "cause": "response", "km2": [500.0, 0.0]})
    areas = coverage.area_table(case.areas, found, causes)
    table = coverage.cell_table(cells, areas, found, np.full((1, 3), np.nan))
    assert table["pod"].tolist() == [1.0, 1.0, 1.0]
    assert table["cause"].tolist() == ["none", "response", "none"]

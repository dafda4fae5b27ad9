"""The effort table of a case: assets and sensors, bases, access and joint activities together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from planner.case import Case
from planner.features.effort import COLUMNS
from planner.features.space import _distances, most_rows, reached_effort, with_access
from planner.geometry.area import areas_km2
from tests.features.by_hand import RADAR, make_case


def base_distances(case: Case, cells: pd.DataFrame) -> np.ndarray:
    return _distances(cells, case.bases, case.sensors, case.land).base_nm


def table_of(case: Case, cells: pd.DataFrame, nearest: bool = False) -> pd.DataFrame:
    distances = _distances(cells, case.bases, case.sensors, case.land)
    return with_access(case, reached_effort(case, cells, distances, nearest))


def cells(*corners: tuple[float, float, int]) -> pd.DataFrame:
    """Cells of one degree by one degree: western edge, southern edge, area."""
    boxes = np.array([shapely.box(x, y, x + 1, y + 1) for x, y, _ in corners], dtype=object)
    return pd.DataFrame(
        {
            "cell_id": [f"cell_{n}" for n in range(len(corners))],
            "area": np.array([area for *_, area in corners], dtype="int32"),
            "lon": [x + 0.5 for x, *_ in corners],
            "lat": [y + 0.5 for _, y, _ in corners],
            "area_km2": areas_km2(boxes),
            "geometry": boxes,
        }
    )


NEAR = cells((177.5, -18.5, 0), (187.5, -14.5, 1), (180.5, -20.5, 2))
BOAT: dict[str, Any] = {"asset_id": "boat", "operator": "fji", "bases": ("suva", "apia")}


def test_distances_are_geodesic_and_across_180() -> None:
    # one degree of the equator is 6378.137 km x pi / 180 = 111.3195 km; bases and cells on either side of 180
    case = make_case()
    case.bases[["lon", "lat"]] = [[179.0, 0.0], [181.0, 0.0]]
    there = pd.DataFrame({"lon": [180.0, -179.0 + 360.0], "lat": [0.0, 0.0]})
    degree_nm = 6378.137 * np.pi / 180 / 1.852
    expected = [[degree_nm, 2 * degree_nm], [degree_nm, 0.0]]
    assert base_distances(case, there) == pytest.approx(np.array(expected), rel=1e-12, abs=1e-9)


def test_an_asset_works_from_each_of_its_bases_and_from_no_other() -> None:
    table = table_of(make_case(assets=[BOAT, {**BOAT, "asset_id": "home", "bases": ("apia",)}]), NEAR)
    assert dict(table.dtypes.astype(str)) == dict(COLUMNS)
    assert table[["asset", "base", "cell"]].to_numpy().tolist() == [
        [0, 0, 0], [0, 0, 1], [0, 0, 2],
        [0, 1, 0], [0, 1, 1], [0, 1, 2],
        [1, 1, 0], [1, 1, 1], [1, 1, 2],
    ]  # fmt: skip
    assert table["activity"].tolist() == list(range(9))
    assert table["distance_nm"].tolist()[3:6] == table["distance_nm"].tolist()[6:]
    assert (
        table["distance_nm"] == base_distances(make_case(), NEAR).ravel()[[0, 1, 2, 3, 4, 5, 3, 4, 5]]
    ).all()


def test_rows_without_access_stay_in_the_table_for_the_gap_report() -> None:
    table = table_of(make_case(assets=[{**BOAT, "bases": ("suva",)}]), NEAR)
    # fji is at home in west (0) and south (2), not in east (1)
    assert table["area"].tolist() == [0, 1, 2]
    assert table["access"].tolist() == [True, False, True]


def test_consent_of_one_area_opens_its_cells_only() -> None:
    case = make_case(
        assets=[{**BOAT, "operator": "partner", "bases": ("suva",)}],
        access=[{"operator": "partner", "areas": ("east",)}],
    )
    assert table_of(case, NEAR)["access"].tolist() == [False, True, False]


def test_sensors_follow_the_assets_and_a_radar_is_one_activity() -> None:
    two = cells((177.0, -18.5, 0), (178.0, -18.5, 2), (187.5, -14.5, 1))
    case = make_case(
        assets=[{**BOAT, "bases": ("suva",)}],
        sensors=[
            {"sensor_id": "radar", **RADAR, "operator": "fji"},
            {"sensor_id": "scenes", "operator": "partner"},
        ],
        access=[{"operator": "partner", "areas": ("west", "east")}],
    )
    table = table_of(case, two)
    assert table["asset"].tolist() == [0, 0, 0, 1, 1, 2, 2, 2]
    assert table["activity"].tolist() == [0, 1, 2, 3, 3, 4, 5, 6]
    assert table["base"].tolist() == [0, 0, 0, -1, -1, -1, -1, -1]
    assert table["access"].tolist()[3:] == [True, True, True, False, True]
    # the radar stands on the common edge (178 E) and sees the same of either cell
    radar = table[table["asset"] == 1]
    assert radar["mission_hours"].tolist() == [1.0, 1.0]
    assert radar["cost"].tolist() == [10.0, 10.0]
    assert radar["paid_in"].nunique() == 1  # noqa: PD101
    assert radar["factor"].iloc[0] == pytest.approx(radar["factor"].iloc[1], rel=1e-6)


def test_what_reaches_nothing_has_no_rows_but_keeps_its_number() -> None:
    far = {**BOAT, "asset_id": "far", "range_nm": 50.0, "bases": ("suva",)}
    blind = {"sensor_id": "blind", **RADAR, "operator": "fji", "lon": 10.0, "lat": 50.0}
    case = make_case(assets=[far, {**BOAT, "bases": ("suva",)}], sensors=[blind, {"sensor_id": "scenes"}])
    assert sorted(set(table_of(case, NEAR)["asset"])) == [1, 3]


def test_no_fleet_is_an_empty_table() -> None:
    table = table_of(make_case(), NEAR)
    assert table.empty
    assert dict(table.dtypes.astype(str)) == dict(COLUMNS)


def two_bases(capacity_hours: float, **figures: Any) -> Any:
    """Boats and a drone at Suva and Apia; Suva's limit [h], infinite for none."""
    case = make_case(assets=[BOAT, {**BOAT, "asset_id": "fast", **figures}])
    case.bases["capacity_hours"] = [capacity_hours, np.inf, *[np.inf] * (len(case.bases) - 2)]
    return case


def test_of_bases_without_limit_the_nearest_is_of_use() -> None:
    # cells 0 and 2 are near Suva (base 0), cell 1 near Apia (base 1)
    table = table_of(two_bases(np.inf), NEAR, nearest=True)
    assert table[["asset", "base", "cell"]].to_numpy().tolist() == [
        [0, 0, 0], [0, 0, 2], [0, 1, 1],
        [1, 0, 0], [1, 0, 2], [1, 1, 1],
    ]  # fmt: skip
    whole = table_of(two_bases(np.inf), NEAR)
    same = whole.merge(table.drop(columns="activity"), on=["asset", "base", "cell"], suffixes=("", "_kept"))
    assert all(
        (same[name] == same[f"{name}_kept"]).all() for name in ("distance_nm", "factor", "cost", "access")
    )


def test_a_base_with_a_limit_is_of_use_where_it_is_the_nearer_and_takes_nothing_from_others() -> None:
    # Suva may be full: Apia stays for all cells; where Apia is nearer, Suva is of no use
    table = table_of(two_bases(500.0), NEAR, nearest=True)
    assert table.loc[table["asset"] == 0, ["base", "cell"]].to_numpy().tolist() == [
        [0, 0], [0, 2],
        [1, 0], [1, 1], [1, 2],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "figures",
    [
        {},
        {"endurance_h": 1000.0},
        {"cost_per_mission": 9000.0},
        {"transit_speed_kn": 30.0, "range_nm": 2500.0},
    ],
)
def test_the_farther_base_gives_less_for_an_hour_and_for_money(figures: dict[str, float]) -> None:
    table = table_of(two_bases(np.inf, **figures), NEAR)
    table = table[table["asset"] == 1].sort_values("distance_nm")
    for _, rows in table.groupby("cell"):
        assert (np.diff(rows["factor"] / rows["mission_hours"]) < 0.0).all()
        assert (np.diff(rows["factor"] / rows["cost"]) < 0.0).all()


def test_the_number_of_rows_is_bounded() -> None:
    case = make_case(assets=[BOAT, {**BOAT, "asset_id": "home", "bases": ("apia",)}])
    assert len(table_of(case, NEAR)) <= most_rows(case, 3) == 9

"""Who has hours, and where each operator may work."""

from __future__ import annotations

from planner.features.fleet import FLEET_COLUMNS, access_table, fleet_table
from tests.features.by_hand import RADAR, make_case


def test_assets_come_first_and_hours_are_units_times_hours() -> None:
    case = make_case(
        assets=[{"asset_id": "boat"}, {"asset_id": "skiff", "units": 0.5, "hours_per_unit": 300.0}],
        sensors=[{"sensor_id": "scenes"}],
    )
    fleet = fleet_table(case)
    assert list(fleet) == FLEET_COLUMNS
    assert fleet["asset_id"].tolist() == ["boat", "skiff", "scenes"]
    # 2 x 1500, 0.5 x 300, 3 x 100
    assert fleet["capacity_hours"].tolist() == [3000.0, 150.0, 300.0]


def test_no_assets_and_no_fleet() -> None:
    assert fleet_table(make_case(sensors=[{"sensor_id": "radar", **RADAR}]))["asset_id"].tolist() == ["radar"]
    assert list(fleet_table(make_case())) == FLEET_COLUMNS
    assert fleet_table(make_case()).empty


def test_own_areas_need_no_row() -> None:
    # fji is at home in both areas of FJI; "ton" has no asset here and so no entry
    case = make_case(assets=[{"asset_id": "boat", "operator": "fji"}])
    assert access_table(case) == {"fji": {"west", "south"}}


def test_rows_of_access_add_up_for_assets_and_sensors() -> None:
    case = make_case(
        assets=[{"asset_id": "boat", "operator": "ton"}, {"asset_id": "plane", "operator": "partner"}],
        sensors=[{"sensor_id": "scenes", "operator": "space"}],
        access=[
            {"operator": "ton", "areas": ("west",)},
            {"operator": "partner", "areas": ("west",)},
            {"operator": "partner", "areas": ("south", "west")},
        ],
    )
    table = access_table(case)
    assert table["ton"] == {"east", "west"}
    assert table["partner"] == {"west", "south"}
    assert table["space"] == frozenset()


def test_a_row_for_all_areas() -> None:
    # "*" is resolved when the case is read: the tuple holds every area
    case = make_case(
        assets=[{"asset_id": "plane", "operator": "partner"}],
        access=[{"operator": "partner", "areas": ("west", "east", "south")}],
    )
    assert access_table(case) == {"partner": {"west", "east", "south"}}


def test_a_partner_is_not_at_home_because_its_id_begins_alike() -> None:
    case = make_case(assets=[{"asset_id": "plane", "operator": "fji_charter"}])
    assert access_table(case) == {"fji_charter": frozenset()}

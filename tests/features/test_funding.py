"""Who may pay for what, where: by kind, asset, area and service, all of them at once."""

from __future__ import annotations

from typing import Any

import pytest

from planner.features.fleet import fleet_table
from planner.features.funding import eligibility_table
from tests.features.by_hand import KINDS, RADAR, make_case

FLEET: dict[str, Any] = {
    "assets": [
        {"asset_id": "boat", "kind": "vessel", "service": "police"},
        {"asset_id": "plane", "kind": "aircraft", "service": "civil"},
        {"asset_id": "navy", "kind": "vessel", "service": "military"},
        {"asset_id": "drone", "kind": "uncrewed_aircraft", "service": ""},
    ],
    "sensors": [
        {"sensor_id": "scenes"},
        {"sensor_id": "radar", **RADAR, "service": "police"},
    ],
}
ORDER = ["boat", "plane", "navy", "drone", "scenes", "radar"]
AREAS = ["west", "east", "south"]


def funded(**programme: Any) -> set[tuple[str, str]]:
    case = make_case(**FLEET, programmes=[{"programme_id": "aid", **programme}])
    table = eligibility_table(case, fleet_table(case))
    assert set(table["programme"]) <= {0}
    rows = [(ORDER[asset], AREAS[area]) for asset, area in zip(table["asset"], table["area"], strict=True)]
    assert len(rows) == len(set(rows))
    return set(rows)


def everywhere(*assets: str) -> set[tuple[str, str]]:
    return {(asset, area) for asset in assets for area in AREAS}


def test_no_limits_fund_everything() -> None:
    assert funded() == everywhere(*ORDER)


@pytest.mark.parametrize(
    ("kinds", "assets"),
    [
        (("vessel",), {"boat", "navy"}),
        (("uncrewed_aircraft", "fixed"), {"drone", "radar"}),
        (("satellite",), {"scenes"}),
        ((), set()),
    ],
)
def test_kinds(kinds: tuple[str, ...], assets: set[str]) -> None:
    assert funded(asset_kinds=kinds) == everywhere(*assets)


def test_named_assets() -> None:
    assert funded(assets=("plane", "radar")) == everywhere("plane", "radar")


def test_areas_of_the_mandate() -> None:
    assert funded(areas=("south", "west")) == {(a, z) for a in ORDER for z in ("south", "west")}


def test_services_leave_out_military_and_those_that_state_none() -> None:
    assert funded(services=("civil", "police")) == everywhere("boat", "plane", "scenes", "radar")
    assert funded(services=("civil", "police", "military")) == everywhere(*ORDER)


def test_all_conditions_hold_at_once() -> None:
    found = funded(
        asset_kinds=("vessel", "aircraft"), assets=("boat", "navy", "scenes"), services=("military", "civil"),
        areas=("east",),
    )  # fmt: skip
    assert found == {("navy", "east")}


def test_programmes_keep_their_positions() -> None:
    case = make_case(
        **FLEET,
        programmes=[
            {"programme_id": "none", "asset_kinds": ()},
            {"programme_id": "one", "assets": ("boat",), "areas": ("west",)},
            {"programme_id": "other", "assets": ("plane", "boat"), "areas": ("east",)},
        ],
    )
    table = eligibility_table(case, fleet_table(case))
    rows = table[["programme", "asset", "area"]].to_numpy().tolist()
    assert rows == [[1, 0, 0], [2, 0, 1], [2, 1, 1]]


def test_no_programmes_is_an_empty_table() -> None:
    case = make_case(**FLEET)
    table = eligibility_table(case, fleet_table(case))
    assert table.empty
    assert list(table) == ["asset", "area", "programme"]


def test_every_kind_is_tried() -> None:
    kinds = {row["kind"] for row in FLEET["assets"]} | {"satellite", "fixed"}
    assert kinds == set(KINDS)

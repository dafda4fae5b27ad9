"""Figures far from the usual, positions that are rounded or off their country, rates that are upside down."""

from __future__ import annotations

import json

import pytest

from tests.case.conftest import Folder

BOAT, PLANE = "1,1900,12,12,16,8,20,3000,240,0.1,24,800,0,AUD", "220,180,40,20,80,1800,8,0.1,1,5000,500,USD"


@pytest.mark.parametrize(
    ("file", "old", "new", "row", "column", "said"),
    [
        (
            "assets.csv",
            "1900,12,12",
            "1900,140,12",
            2,
            "transit_speed_kn",
            "for a vessel: usually it is 5 to 60 knots",
        ),
        ("assets.csv", "1900,12,12", "1900,12,120", 2, "search_speed_kn", "3 to 50 knots"),
        ("assets.csv", "12,16,8,20", "12,900,8,900", 2, "sweep_width_nm", "0.5 to 60 nautical miles"),
        ("assets.csv", ",40,20,80,", ",900,20,900,", 3, "sweep_width_nm", "for an aircraft"),
        ("assets.csv", "3000,240", "30,240", 2, "range_nm", "50 to 25,000"),
        ("assets.csv", "1800,8,", "1800,80,", 3, "endurance_h", "1 to 24 hours"),
        ("assets.csv", "1,1900,", "1,8,", 2, "hours_per_unit", "10 to 8,760"),
        ("assets.csv", "1800,8,0.1,1", "1800,8,0.6,1", 3, "reserve", "0 to 0.5"),
        ("assets.csv", ",5000,500", ",5,500", 3, "cost_per_hour", "50 to 100,000 USD"),
        ("assets.csv", ",800,0,AUD", ",800000,0,AUD", 2, "cost_per_hour", "15.2 to 75,800 AUD"),  # at 0.66
        ("assets.csv", ",5000,500", ",5000,50000000", 3, "cost_per_mission", "1 to 5,000,000 USD"),
        ("sensors.csv", "10000,0.25,2000", "10000,0.25,2e7", 2, "cost_per_scene", "1 to 100,000 USD"),
        ("sensors.csv", "10000,0.25", "10000,2500", 2, "hours_per_scene", "0.001 to 24 hours"),
        ("programmes.csv", "2500000", "25", 3, "budget", "1,000 to 10,000,000,000 USD"),
        ("programmes.csv", "2500000", "0.0025", 3, "budget", "is less than a cent (USD)"),
        ("programmes.csv", "2500000", "1e-20", 3, "budget", "is less than a cent (USD)"),
        ("bases.csv", "178.42,-18.13", "178,-18", 2, "lon", "and lat -18 are whole degrees"),
        ("bases.csv", "178.42,-18.13", "-178.42,18.13", 2, "country", "nm from Fiji"),
        ("bases.csv", "178.42,-18.13", "-18.13,78.42", 2, "country", "nm from Fiji"),
        (
            "areas.geojson",
            '"coastal_state": "TON"',
            '"coastal_state": "TUN"',
            2,
            "coastal_state",
            "nm from Tunisia",
        ),
        ("case.toml", "AUD = 0.65", "AUD = 150", 0, "fx.rates.AUD", "give the value of one AUD in USD"),
        ("case.toml", "dwell_days = 14", "dwell_days = 200", 0, "dwell_days", "0.1 to 60 days"),
    ],
)
def test_an_unusual_figure_is_remarked_on(
    folder: Folder, file: str, old: str, new: str, row: int, column: str, said: str
) -> None:
    folder.remove("uncertainty.csv")
    warnings = [
        warning for warning in folder.replace(file, old, new).read().warnings if warning.column == column
    ]
    assert [(warning.file, warning.row) for warning in warnings] == [(file, row)]
    assert said in str(warnings[0])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("a,least_coverage,,west,0.1,1e9,\n", "0.001 to 10,000"),
        ("a,least_spending,eyes,,1000,1e-9,USD\n", "0.1 to 10,000,000"),
    ],
)
def test_penalties_that_decide_everything_or_nothing(folder: Folder, rows: str, said: str) -> None:
    folder.write("limits.csv", "limit_id,kind,programme,areas,least,penalty,currency\n" + rows)
    (warning,) = folder.read().warnings
    assert (warning.column, warning.code) == ("penalty", "unusual")
    assert said in warning.rule


def test_costs_in_other_currencies_are_judged_by_the_rates_of_the_case(folder: Folder) -> None:
    # 15,000 Indonesian rupiah are about a dollar: 12 million an hour are 800 dollars
    folder.replace("assets.csv", ",800,0,AUD", ",12000000,0,IDR").replace(
        "case.toml", "AUD = 0.65", "AUD = 0.65\nIDR = 6.7e-5"
    )
    assert folder.read().warnings == ()


def test_a_state_that_has_its_code_on_islands_overseas_is_left_alone(folder: Folder) -> None:
    assert (
        folder.replace("areas.geojson", '"coastal_state": "TON"', '"coastal_state": "FRA"').read().areas
        is not None
    )
    assert "off_country" not in [warning.code for warning in folder.read().warnings]


def test_a_country_inside_its_area_is_not_far(folder: Folder) -> None:
    box = [[100, -20], [200, -20], [290, -20], [290, 20], [200, 20], [100, 20], [100, -20]]
    zones = json.loads(folder.text("areas.geojson"))
    zones["features"] = zones["features"][:1]
    zones["features"][0]["geometry"]["coordinates"] = [box]
    folder.write("areas.geojson", json.dumps(zones)).replace("access.csv", "fji,east", "fji,west")
    assert "off_country" not in [warning.code for warning in folder.read().warnings]

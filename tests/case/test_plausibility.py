"""Figures far from the usual, positions that are rounded or off their country, rates that are upside down."""

from __future__ import annotations

import json

import pytest

from tests.case.conftest import Folder
from tests.case.test_warnings import WARNINGS


@pytest.mark.parametrize(("file", "old", "new", "row", "column", "said"), WARNINGS["unusual"])
def test_an_unusual_figure_is_warned_of(
    folder: Folder, file: str, old: str, new: str, row: int, column: str, said: str
) -> None:
    case = folder.remove("uncertainty.csv").replace(file, old, new).read()
    (warning,) = [warning for warning in case.warnings if warning.column == column]
    assert (warning.file, warning.row) == (file, row)
    assert said in str(warning)


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
    folder.replace("areas.geojson", '"coastal_state": "TON"', '"coastal_state": "FRA"')
    assert "off_country" not in [warning.code for warning in folder.read().warnings]


def test_a_country_inside_its_area_is_not_far(folder: Folder) -> None:
    box = [[100, -20], [200, -20], [290, -20], [290, 20], [200, 20], [100, 20], [100, -20]]
    zones = json.loads(folder.text("areas.geojson"))
    zones["features"] = zones["features"][:1]
    zones["features"][0]["geometry"]["coordinates"] = [box]
    folder.write("areas.geojson", json.dumps(zones)).replace("access.csv", "fji,east", "fji,west")
    assert "off_country" not in [warning.code for warning in folder.read().warnings]

"""case.toml: texts that are not TOML, defaults, and exchange rates."""

from __future__ import annotations

import pytest

from planner.case.toml_file import line_of
from tests.case.conftest import Folder


@pytest.mark.parametrize(
    ("text", "row", "rule"),
    [
        ("a = " + "[" * 5000 + "]" * 5000, 0, "nested too deeply"),
        ("a = " + "1" * 10_000, 0, "a number that is too long"),
        (".".join("a" * 20_000) + " = 1", 0, "nested too deeply"),
        ("[scenarios.x]\n" + ".".join(["ab"] * 20_000) + " = 1", 0, "nested too deeply"),
    ],
)
def test_a_file_that_is_not_toml(folder: Folder, text: str, row: int, rule: str) -> None:
    problem = folder.write("case.toml", text).only_problem()
    assert (problem.file, problem.row) == ("case.toml", row)
    assert rule in problem.rule


def test_a_number_beyond_floats_is_a_problem(folder: Folder) -> None:
    folder.replace("case.toml", "horizon_days = 365", "horizon_days = " + "9" * 400)
    assert folder.only_problem().column == "horizon_days"


def test_money_of_any_currency_is_converted(folder: Folder) -> None:
    case = folder.read()
    assert case.programmes["budget"][0] == pytest.approx(1_200_000 * 0.65)
    assert case.programmes["budget"][1] == 2_500_000
    assert case.assets["cost_per_hour"][0] == pytest.approx(800 * 0.65)
    assert case.assets["cost_per_mission"][1] == 500
    assert set(case.assets["currency"]) == {"USD"}


def test_a_range_of_money_is_converted_too(folder: Folder) -> None:
    folder.write(
        "programmes.csv",
        "programme_id,name,donor,budget,budget_low,budget_high,currency,asset_kinds,assets,areas\n"
        "patrols,P,D,100,50,200,AUD,*,*,*\neyes,E,D,100,,,USD,*,*,*\n",
    )
    programmes = folder.read().programmes
    assert programmes["budget_low"][0] == pytest.approx(50 * 0.65)
    assert programmes["budget_high"][0] == pytest.approx(200 * 0.65)
    assert programmes["budget_low"].isna()[1]


def test_one_currency_needs_no_rates(folder: Folder) -> None:
    folder.replace("programmes.csv", "AUD", "USD").replace("assets.csv", "AUD", "USD")
    toml = folder.text("case.toml")
    folder.write("case.toml", toml.partition("[fx]")[0] + "[cells]" + toml.partition("[cells]")[2])
    assert folder.read().settings.fx is None


def test_defaults_of_the_settings_that_tune(folder: Folder) -> None:
    toml = folder.text("case.toml")
    folder.write("case.toml", toml.partition("[cells]")[0].replace('objective = "shortfall" ', ""))
    settings = folder.read().settings
    assert (settings.cells.spacing_nm, settings.objective) == (60, "coverage")
    assert (settings.solver.name, settings.solver.gap_tolerance) == ("highs", 1e-4)
    assert (settings.solver.time_limit_s, settings.solver.max_rounds) == (600, 30)


def test_the_line_of_a_key() -> None:
    text = 'a = 1\n[b.c] # note\n  d = 2\n[e]\nf.g = "x=y"\n'
    assert line_of(text, ("a",)) == 1
    assert line_of(text, ("b", "c", "d")) == 3
    assert line_of(text, ("b", "c")) == 2
    assert line_of(text, ("e", "f", "g")) == 5
    assert line_of(text, ("e", "h")) == 0

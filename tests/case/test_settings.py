"""case.toml: every key's rule, the line of the problem, and exchange rates."""

from __future__ import annotations

import pytest

from planner.case.toml_file import line_of
from tests.case.conftest import Folder


@pytest.mark.parametrize(
    "case",
    [
        (
            'title = "Example: two zones, two donors"',
            "title = 3",
            2,
            "title",
            "3",
            "is not text",
            "in quotes",
        ),
        ('currency = "USD" ', 'currency = "US" ', 3, "currency", "US", "is not an ISO 4217", "write USD"),
        ("horizon_days = 365", "horizon_days = 0", 4, "horizon_days", "0", "is not above 0", "in days"),
        ("horizon_days = 365", "horizon_days = 367", 4, "horizon_days", "367", "is above 366", "in days"),
        (
            "horizon_days = 365",
            'horizon_days = "365"',
            4,
            "horizon_days",
            "365",
            "is not a number",
            "in days",
        ),
        (
            "horizon_days = 365",
            "horizon_days = true",
            4,
            "horizon_days",
            "true",
            "is not a number",
            "in days",
        ),
        (
            "horizon_days = 365",
            "horizon_days = nan",
            4,
            "horizon_days",
            "nan",
            "is not a finite number",
            "in days",
        ),
        (
            "horizon_days = 365",
            "horizon_days = 10",
            5,
            "dwell_days",
            "14",
            "is above horizon_days (10)",
            "within",
        ),
        ("dwell_days = 14", "dwell_days = -1", 5, "dwell_days", "-1", "is not above 0", "in days"),
        ("dwell_days = 14 ", "", 0, "dwell_days", "", "is missing", "add dwell_days"),
        (
            "dwell_days = 14 ",
            "dwel_days = 14 ",
            5,
            "dwel_days",
            "",
            "is not a key of case.toml",
            "write dwell_days",
        ),
        (
            "target_coverage = 0.2",
            "target_coverage = 20",
            6,
            "target_coverage",
            "20",
            "is above 1",
            "as a share",
        ),
        (
            'objective = "coverage"',
            'objective = "fairest"',
            7,
            "objective",
            "fairest",
            "is not one of coverage, shortfall",
            "write",
        ),
        ("date = 2025-06-30", 'date = "June"', 10, "fx.date", "June", "is not a date", "2025-06-30"),
        ("date = 2025-06-30", "", 9, "fx.date", "", "is missing", "add date"),
        (
            'source = "assumed, for the example"',
            'source = ""',
            11,
            "fx.source",
            '""',
            "is empty",
            "where the rates",
        ),
        ("AUD = 0.65", "AUD = 0", 14, "fx.rates.AUD", "0", "is not above 0", "amount of the case's currency"),
        ("AUD = 0.65", "AUD = 0.65\nAUS = 1", 15, "fx.rates.AUS", "AUS", "is not an ISO 4217", "write AUD"),
        ("AUD = 0.65", "AUD = 0.65\nUSD = 2", 0, "fx.rates.USD", "2", "is not 1", "remove the rate"),
        ("spacing_nm = 60", "spacing_nm = 4", 17, "cells.spacing_nm", "4", "is below 5", "in nautical miles"),
        (
            "spacing_nm = 60",
            "spacing = 60",
            17,
            "cells.spacing",
            "",
            "is not a key of [cells]",
            "write spacing_nm",
        ),
        (
            'name = "highs" ',
            'name = "gurobi" ',
            20,
            "solver.name",
            "gurobi",
            "is not one of highs, cbc",
            "write one",
        ),
        (
            "gap_tolerance = 0.0001",
            "gap_tolerance = 0.2",
            21,
            "solver.gap_tolerance",
            "0.2",
            "is above 0.1",
            "share",
        ),
        (
            "time_limit_s = 600",
            "time_limit_s = 0",
            22,
            "solver.time_limit_s",
            "0",
            "is not above 0",
            "in seconds",
        ),
        (
            "time_limit_s = 600",
            "max_rounds = 2.5",
            22,
            "solver.max_rounds",
            "2.5",
            "is not a whole number",
            "rounds",
        ),
    ],
)
def test_a_broken_key(folder: Folder, case: tuple[str, str, int, str, str, str, str]) -> None:
    old, new, row, column, value, rule, remedy = case
    folder.replace("case.toml", old, new)
    found = [problem for problem in folder.problems() if problem.column == column]
    assert len(found) == 1
    assert (found[0].file, found[0].value) == ("case.toml", value)
    assert rule in found[0].rule
    assert remedy in found[0].remedy
    assert found[0].row == row


@pytest.mark.parametrize(
    ("text", "row", "rule"),
    [
        ('title = "open\n', 1, "is not well-formed TOML"),
        ('title = "a"\ntitle = "b"\n', 2, "is not well-formed TOML"),
        ("a = " + "[" * 5000 + "]" * 5000, 0, "nested too deeply"),
        ("a = " + "1" * 10_000, 0, "a number that is too long"),
        ("= 3", 1, "is not well-formed TOML"),
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
    folder.write("case.toml", toml.partition("[cells]")[0].replace('objective = "coverage" ', ""))
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

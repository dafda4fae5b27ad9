"""``planner explain`` in process, as a user has it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from planner.case.new import write_new_case
from planner.cli.app import app


@pytest.fixture
def case(tmp_path: Path) -> Path:
    write_new_case(tmp_path / "small")
    return tmp_path / "small"


def explain(case: Path, *arguments: object) -> Result:
    return CliRunner().invoke(app, ["explain", str(case), *map(str, arguments)])


def test_an_area_in_words_and_as_data(case: Path, tmp_path: Path) -> None:
    file = tmp_path / "east.json"
    done = explain(case, "east", "--out", file, "--scenario", "half_budgets")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines()[0] == "Eastern zone (east)"
    document = json.loads(file.read_text("utf-8"))
    shown = " ".join(done.stdout.split())
    assert all(" ".join(sentence.split()) in shown for sentence in document["sentences"])
    assert sum(row["budget"] for row in document["facts"]["payers"]) == 390_000 + 1_250_000
    again = explain(case, "east", "--out", file)
    assert again.exit_code == 2
    assert "replace it with --overwrite" in again.stderr
    assert explain(case, "east", "--out", file, "--overwrite", "--quiet").stdout == ""


def test_json_on_standard_output_is_nothing_else(case: Path) -> None:
    document = json.loads(explain(case, "Patrol support", "--json").stdout)
    assert (document["kind"], document["id"]) == ("programme", "patrols")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["easst"], "easst is not an area, programme, asset or sensor of the case; did you mean east?"),
        (["east", "--kind", "asset"], "east is not an asset of the case"),
        (["east", "--kind", "zone"], "'zone' is not one of"),
        (["east", "--set", "programmes.patrol.budget=1"], "patrols"),
        (["east", "--out", "none/east.json"], "does not exist; make it first"),
    ],
)
def test_what_is_wrong_is_said(case: Path, arguments: list[str], message: str) -> None:
    done = explain(case, *arguments)
    assert done.exit_code == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_plan_that_is_not_proven_is_named(case: Path) -> None:
    done = explain(case, "east", "--set", "solver.max_rounds=1", "--set", "solver.gap_tolerance=1e-12")
    assert done.exit_code == 3
    assert "NOT PROVEN" in done.stdout

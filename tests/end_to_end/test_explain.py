"""``planner explain`` as a user has it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Planner


def test_an_area_in_words_and_as_data(case: Path, planner: Planner, tmp_path: Path) -> None:
    done = planner("explain", case, "east", "--out", "east.json", "--scenario", "half_budgets")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "Eastern zone (east)"
    assert "is 347,390 km² of water with a target of 30.0%" in done.stdout
    document = json.loads((tmp_path / "east.json").read_text("utf-8"))
    assert 3 <= len(document["sentences"]) <= 10
    shown = " ".join(done.stdout.split())
    assert all(sentence in shown for sentence in document["sentences"])
    assert sum(row["budget"] for row in document["facts"]["payers"]) == 390_000 + 1_250_000
    again = planner("explain", case, "east", "--out", "east.json")
    assert again.returncode == 2
    assert "replace it with --overwrite" in again.stderr
    assert planner("explain", case, "east", "--out", "east.json", "--overwrite", "--quiet").stdout == ""


def test_json_on_standard_output_is_nothing_else(case: Path, planner: Planner) -> None:
    done = planner("explain", case, "Patrol support", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["kind"], document["id"]) == ("programme", "patrols")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["easst"], "easst is no area, programme, asset or sensor of the case; write east, if that is meant"),
        (["east", "--kind", "asset"], "east is no asset of the case"),
        (["east", "--kind", "zone"], "zone is no kind; known are area, programme, asset"),
        (["east", "--set", "programmes.patrol.budget=1"], "patrols"),
        (["east", "--out", "none/east.json"], "does not exist; make it first"),
    ],
)
def test_what_is_wrong_is_said(case: Path, planner: Planner, arguments: list[str], message: str) -> None:
    done = planner("explain", case, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_plan_that_is_not_proven_is_named(case: Path, planner: Planner) -> None:
    done = planner(
        "explain", case, "east", "--set", "solver.max_rounds=1", "--set", "solver.gap_tolerance=1e-12"
    )
    assert done.returncode == 3
    assert "NOT PROVEN" in done.stdout

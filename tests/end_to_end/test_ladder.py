"""``planner ladder`` as a user has it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.end_to_end.conftest import Planner


def test_the_ladder_of_a_scenario(case: Path, planner: Planner, tmp_path: Path) -> None:
    done = planner("ladder", case, "--scenario", "half_budgets")
    assert done.returncode == 0, done.stderr
    assert "Scenario half_budgets" in done.stdout
    assert "... and with unlimited money" in done.stdout
    folder = tmp_path / "results" / "small_ladder"
    rungs = pd.read_csv(folder / "ladder.csv")
    assert rungs["step_km2"].sum() == pytest.approx(rungs["shortfall_km2"].iloc[0])
    assert (rungs["step_km2"] >= 0).all()
    document = json.loads((folder / "ladder.json").read_text("utf-8"))["ladder"]
    assert document["scenarios"][0]["name"] == "half_budgets"
    again = planner("ladder", case)
    assert again.returncode == 2
    assert "replace a former ladder with --overwrite" in again.stderr
    quiet = planner("ladder", case, "--overwrite", "--quiet")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")


def test_a_rung_that_is_not_proven_is_named_and_written(case: Path, planner: Planner, tmp_path: Path) -> None:
    done = planner("ladder", case, "--set", "solver.max_rounds=1", "--set", "solver.gap_tolerance=1e-12")
    assert done.returncode == 3
    assert "NOT PROVEN" in done.stdout
    assert "No proven plan (round_limit)" in done.stderr
    rungs = pd.read_csv(tmp_path / "results" / "small_ladder" / "ladder.csv")
    assert "round_limit" in set(rungs["status"])


def test_no_plan_at_all(case: Path, planner: Planner, tmp_path: Path) -> None:
    done = planner("ladder", case, "--set", "solver.time_limit_s=0.000001")
    assert done.returncode == 3
    assert not (tmp_path / "results").exists()


def test_what_is_wrong_is_said_before_the_work(case: Path, planner: Planner) -> None:
    done = planner("ladder", case, "--scenario", "half_budget")
    assert done.returncode == 2
    assert "write half_budgets, if that is meant" in done.stderr

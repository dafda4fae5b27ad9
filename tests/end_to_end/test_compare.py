"""``planner compare`` as a user has it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from planner.solve.lp import MESSAGES, Status
from tests.end_to_end.conftest import Planner


def test_one_scenario_beside_the_case_as_it_stands(case: Path, planner: Planner, tmp_path: Path) -> None:
    done = planner("compare", case, "--scenario", "half_budgets")
    assert done.returncode == 0, done.stderr
    assert "half_budgets: Half of every budget (optimal, gap" in done.stdout
    assert "Differences are from baseline." in done.stdout
    assert "scenario half_budgets" in done.stderr
    folder = tmp_path / "results" / "small_compared"
    totals = pd.read_csv(folder / "totals.csv").set_index(["scenario", "figure"])["difference"]
    assert totals["half_budgets", "budget"] == -390_000 - 1_250_000
    assert totals["half_budgets", "covered_km2"] < 0
    plans = json.loads((folder / "comparison.json").read_text("utf-8"))["plans"]
    assert [plan["scenario"] for plan in plans] == ["baseline", "half_budgets"]
    again = planner("compare", case)
    assert again.returncode == 2
    assert "replace a former comparison with --overwrite" in again.stderr
    assert planner("compare", case, "--overwrite", "--quiet").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        (["--scenario", "half_budget"], "write half_budgets, if that is meant"),
        (["--scenario", "half_budgets", "--scenario", "half_budgets"], "is compared twice"),
        (["--set", "cells.spacing=3"], "spacing_nm"),
        (["--out", "small", "--overwrite"], "is not the folder of a former comparison"),
    ],
)
def test_command_that_is_wrong(
    case: Path, planner: Planner, tmp_path: Path, arguments: list[str], rule: str
) -> None:
    done = planner("compare", case.name, *arguments)
    assert done.returncode == 2
    assert rule in done.stderr
    assert "Traceback" not in done.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["small"]


def test_without_a_plan_the_scenario_is_named(case: Path, planner: Planner, tmp_path: Path) -> None:
    done = planner("compare", case, "--set", "solver.time_limit_s=0.000001")
    assert done.returncode == 3
    assert f"scenario baseline: {MESSAGES[Status.TIME_LIMIT]}" in done.stderr
    assert not (tmp_path / "results").exists()


def test_a_plan_that_is_not_proven_is_named(case: Path, planner: Planner) -> None:
    done = planner("compare", case, "--set", "solver.max_rounds=1", "--set", "solver.gap_tolerance=1e-12")
    assert done.returncode == 3
    assert "NOT PROVEN" in done.stdout

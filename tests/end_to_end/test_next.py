"""``planner next`` as a user has it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.end_to_end.conftest import Planner, edit


def test_what_the_next_half_million_buys(case: Path, planner: Planner, tmp_path: Path) -> None:
    done = planner("next", case, "--amount", "5e5", "--scenario", "half_budgets")
    assert done.returncode == 0, done.stderr
    assert "Scenario half_budgets: Half of every budget" in done.stdout
    assert "What 500,000 USD more would add [risk-weighted km²]" in done.stdout
    assert "without any earmark" in done.stdout
    assert "All plans are optimal within the tolerance." in " ".join(done.stdout.split())
    steps = pd.read_csv(tmp_path / "results" / "small_next" / "steps.csv")
    assert set(steps["kind"]) == {"programme", "pooled", "unit"}
    assert (steps["gain"] <= steps["gain_most"]).all()
    assert planner("next", case).returncode == 2
    assert planner("next", case, "--overwrite", "--quiet").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--amount", "0"], "planner next, --amount: 0 is no amount of money"),
        (["--amount", "much"], "--amount"),
        (["--gap", "0"], "--gap"),
        (["--scenario", "half"], "half is no scenario"),
        (["--out", "small", "--overwrite"], "is not the folder of a former next"),
    ],
)
def test_command_that_is_wrong(
    case: Path, planner: Planner, tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = planner("next", case.name, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["small"]


def test_plans_that_are_not_proven_are_written_and_named(
    case: Path, planner: Planner, tmp_path: Path
) -> None:
    edit(case / "case.toml", "time_limit_s = 600", "max_rounds = 1")
    done = planner("next", case, "--gap", "1e-9")
    assert done.returncode == 3
    assert "NOT PROVEN" in done.stdout
    base = pd.read_csv(tmp_path / "results" / "small_next" / "base.csv")
    assert base["status"].tolist() == ["round_limit"]

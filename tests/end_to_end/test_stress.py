"""``planner stress`` as a user has it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.end_to_end.conftest import Planner, edit


def test_every_loss(case: Path, planner: Planner, tmp_path: Path) -> None:
    with (case / "case.toml").open("a", encoding="utf-8") as file:
        file.write('\n[stress.strike]\ntitle = "[red]Strike[/red]"\nassets = ["patrol_boat"]\nshare = 0.1\n')
    done = planner("stress", case, "--scenario", "half_budgets")
    assert done.returncode == 0, done.stderr
    assert "Scenario half_budgets: Half of every budget" in done.stdout
    assert "strike, 10.0% of the time" in done.stdout
    assert "Without one access agreement" in done.stdout
    losses = pd.read_csv(tmp_path / "results" / "small_stress" / "losses.csv")
    assert set(losses["kind"]) == {"named", "programme", "asset", "base", "access"}
    assert (losses["lost_anew"] <= losses["lost"] + 1e-6).all()
    assert losses["title"].tolist().count("[red]Strike[/red]") == 1
    assert planner("stress", case).returncode == 2
    assert planner("stress", case, "--overwrite", "--quiet").stdout == ""


def test_a_named_loss_that_leads_nowhere_is_told_with_its_line(case: Path, planner: Planner) -> None:
    edit(
        case / "case.toml",
        "[scenarios.half_budgets]",
        '[stress.x]\nbases = ["wst_port"]\n\n[scenarios.half_budgets]',
    )
    row = (case / "case.toml").read_text("utf-8").splitlines().index("[stress.x]") + 2
    for command in ("stress", "check"):
        done = planner(command, case)
        assert done.returncode == 2
        said = f"case.toml row {row}, stress.x.bases: wst_port is no base of the case; write west_port"
        assert said in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--gap", "1"], "--gap"),
        (["--set", "stress.x.share=1"], "leads to no setting"),
        (["--out", "small", "--overwrite"], "is not the folder of a former stress"),
    ],
)
def test_command_that_is_wrong(
    case: Path, planner: Planner, tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = planner("stress", case.name, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["small"]


def test_plans_that_are_not_proven_are_written_and_named(
    case: Path, planner: Planner, tmp_path: Path
) -> None:
    edit(case / "case.toml", "time_limit_s = 600", "max_rounds = 1")
    done = planner("stress", case, "--gap", "1e-9")
    assert done.returncode == 3
    assert "NOT PROVEN" in done.stdout
    assert (tmp_path / "results" / "small_stress" / "losses.csv").exists()

"""``planner sweep`` as a user has it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.end_to_end.conftest import Planner, edit


def test_a_sweep_of_money(case: Path, planner: Planner, tmp_path: Path) -> None:
    command = (
        "sweep",
        case,
        "--programme",
        "eyes",
        "--to",
        "2",
        "--steps",
        "3",
        "--scenario",
        "half_budgets",
    )
    done = planner(*command)
    assert done.returncode == 0, done.stderr
    assert "Scenario half_budgets: Half of every budget" in done.stdout
    assert "Swept: money of eyes; 1,250,000 USD in the case as it stands." in done.stdout
    assert "All 3 plans are optimal within the tolerance" in done.stdout
    assert "point 3, 2.5e+06 USD" in done.stderr
    folder = tmp_path / "results" / "small_sweep"
    points = pd.read_csv(folder / "points.csv")
    assert points["amount"].tolist() == [0, 1_250_000, 2_500_000]
    assert (folder / "summary.txt").read_text("utf-8").splitlines()[0] in done.stdout
    document = json.loads((folder / "sweep.json").read_text("utf-8"))["sweep"]
    assert document["scenarios"] == [{"name": "half_budgets", "title": "Half of every budget"}]
    again = planner(*command)
    assert again.returncode == 2
    assert "replace a former sweep with --overwrite" in again.stderr
    quiet = planner(*command, "--overwrite", "--quiet", "--jobs", "2")
    assert (quiet.returncode, quiet.stdout) == (0, "")
    pd.testing.assert_frame_equal(pd.read_csv(folder / "points.csv"), points, check_exact=True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "planner sweep: nothing to sweep is named"),
        (["--programme", "eye"], "--programme: eye is no programme; write eyes, if that is meant"),
        (["--asset", "boat", "--all"], "sweeps one kind of thing at a time"),
        (["--all", "--from", "2", "--to", "1"], "2 to 1 is no range"),
        (["--all", "--steps", "1"], "give --steps 2 or more"),
        (["--all", "--gap", "0.5"], "--gap"),
        (["--all", "--jobs", "0"], "--jobs"),
        (["--all", "--scenario", "half"], "half is no scenario"),
        (["--all", "--out", "small", "--overwrite"], "is not the folder of a former sweep"),
    ],
)
def test_command_that_is_wrong(
    case: Path, planner: Planner, tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = planner("sweep", case.name, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["small"]


def test_plans_that_are_not_proven_are_written_and_named(
    case: Path, planner: Planner, tmp_path: Path
) -> None:
    edit(case / "case.toml", "time_limit_s = 600", "max_rounds = 1")
    done = planner("sweep", case, "--all", "--steps", "2", "--gap", "1e-9")
    assert done.returncode == 3
    assert "NOT PROVEN at point" in done.stdout
    assert "plans: the largest number of rounds was reached" in done.stderr
    points = pd.read_csv(tmp_path / "results" / "small_sweep" / "points.csv")
    assert "round_limit" in points["status"].tolist()


def test_names_from_the_case_are_no_markup(case: Path, planner: Planner) -> None:
    edit(case / "case.toml", 'title = "Example: two zones, two donors"', 'title = "[red]Example[/red]"')
    done = planner("sweep", case, "--spacing", "--from", "120", "--to", "240", "--steps", "2")
    assert done.returncode == 0, done.stderr
    assert "[red]Example[/red]" in done.stdout

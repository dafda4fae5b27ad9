"""The commands of the studies: what they write and say, what they refuse, and that a killed run goes on."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from planner.cli import app
from tests.end_to_end.conftest import Planner, edit

STUDIES = {
    "compare": ("comparison", "compared", []),
    "sweep": ("sweep", "sweep", ["--programme", "eyes", "--to", "2", "--steps", "3"]),
    "next": ("next", "next", ["--amount", "5e5"]),
    "stress": ("stress", "stress", []),
    "ladder": ("ladder", "ladder", []),
    "sensitivity": ("sensitivity", "sensitivity", ["--draws", "4", "--seed", "3"]),
}
"""Kind and folder of what each command writes, and options that make it short."""
COARSE = ["--set", "cells.spacing_nm=150"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: object) -> Result:
    """A command in this process."""
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.mark.parametrize("command", STUDIES)
def test_a_study_is_written_whole_and_only_once(command: str, case: Path, here: Path) -> None:
    kind, name, options = STUDIES[command]
    scenario = ["--scenario", "half_budgets"]
    done = run(command, case, *options, *scenario, *COARSE, "--report", "--jobs", "2")
    assert done.exit_code == 0, done.output
    assert "half_budgets: Half of every budget" in done.stdout
    assert "plans are optimal within the tolerance" in done.stdout
    folder = here / "results" / f"small_{name}"
    assert not folder.with_name(f"{folder.name}.part").exists()
    document = json.loads((folder / "study.json").read_text("utf-8"))
    assert document["kind"] == kind
    assert {file.name for file in folder.iterdir()} == set(document["files"])
    variants = pd.read_csv(folder / "variants.csv")
    assert (variants["status"] == "optimal").all()
    assert (variants["bound"] <= variants["plan_value"]).all()
    assert set(pd.read_csv(folder / "differences.csv")["variant"]) == set(variants["variant"])
    assert (folder / "summary.txt").read_text("utf-8").splitlines()[0] in done.stdout
    assert "<html" in (folder / "report.html").read_text("utf-8") or command in ("next", "stress", "ladder")
    again = run(command, case, *options, *COARSE)
    assert again.exit_code == 2
    assert f"replace a former {kind} with --overwrite" in again.stderr
    quiet = run(command, case, *options, *COARSE, "--overwrite", "--quiet")
    assert (quiet.exit_code, quiet.stdout) == (0, "")


@pytest.mark.parametrize("command", STUDIES)
def test_what_is_not_proven_is_written_and_ends_with_3(command: str, case: Path, here: Path) -> None:
    _, name, options = STUDIES[command]
    rounds = ["--set", "solver.max_rounds=1", "--set", "solver.gap_tolerance=1e-12"]
    gap = ["--gap", "1e-9"] if command in ("sweep", "next", "stress") else []
    done = run(command, case, *options, *gap, *rounds)
    assert done.exit_code == 3
    assert "NOT PROVEN" in done.stdout
    assert "No proven plan (round_limit)" in done.stderr
    assert "round_limit" in (here / "results" / f"small_{name}" / "variants.csv").read_text("utf-8")


@pytest.mark.parametrize("command", STUDIES)
def test_without_any_plan_nothing_is_written(command: str, case: Path, here: Path) -> None:
    done = run(command, case, *STUDIES[command][2], "--set", "solver.time_limit_s=0.000001")
    assert done.exit_code == 3
    assert not (here / "results").exists() or not list((here / "results").glob("*/study.json"))


def test_a_scenario_without_a_plan_does_not_lose_the_others(case: Path, here: Path) -> None:
    (case / "limits.csv").write_text(
        "limit_id,kind,programme,areas,least,penalty,currency,source\nwatch,least_coverage,,west,0.01,,,\n"
    )
    edit(
        case / "case.toml", "[scenarios.half_budgets]", "[scenarios.half_budgets]\nlimits.watch.least = 0.99"
    )
    done = run("compare", case, *COARSE)
    assert done.exit_code == 3
    assert "FAILED: half_budgets" in done.stdout
    variants = pd.read_csv(here / "results" / "small_compared" / "variants.csv", index_col="variant")
    assert variants["status"].to_dict() == {"baseline": "optimal", "half_budgets": "infeasible"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["compare", "--scenario", "half_budget"], "write half_budgets, if that is meant"),
        (["compare", "--set", "cells.spacing=3"], "spacing_nm"),
        (["sweep"], "planner sweep: nothing to sweep is named"),
        (["sweep", "--programme", "eye"], "eye is not a programme; write eyes, if that is meant"),
        (["sweep", "--all", "--from", "2", "--to", "1"], "2 to 1 is not a range"),
        (["sweep", "--all", "--gap", "0.5"], "--gap"),
        (["next", "--amount", "0"], "planner next, --amount: 0 must be greater than 0"),
        (["stress", "--gap", "1"], "--gap"),
        (["ladder", "--scenario", "half_budget"], "write half_budgets, if that is meant"),
        (["sensitivity", "--draws", "1"], "--draws"),
        (["sensitivity", "--jobs", "2", "--scheduler", "tcp://localhost:1"], "give --jobs or --scheduler"),
        (["ladder", "--scheduler", "nowhere"], "the Dask scheduler nowhere does not answer"),
        *(
            ([command, *options, "--out", "small", "--overwrite"], f"is not the folder of a former {kind}")
            for command, (kind, _, options) in STUDIES.items()
        ),
    ],
)
def test_command_that_is_wrong(case: Path, here: Path, arguments: list[str], message: str) -> None:
    done = run(arguments[0], case.name, *arguments[1:])
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.replace("│", " ").split())
    assert [entry.name for entry in here.iterdir()] == ["small"]


def test_a_named_contingency_that_leads_nowhere_is_told_with_its_line(case: Path) -> None:
    stress = '[stress.x]\nbases = ["wst_port"]\n\n[scenarios.half_budgets]'
    edit(case / "case.toml", "[scenarios.half_budgets]", stress)
    row = (case / "case.toml").read_text("utf-8").splitlines().index("[stress.x]") + 2
    for command in ("stress", "check"):
        done = run(command, case)
        assert done.exit_code == 2
        assert f"case.toml row {row}, stress.x.bases: wst_port" in done.stderr


def test_names_from_the_case_are_no_markup(case: Path, here: Path) -> None:
    edit(case / "case.toml", 'title = "Example: two zones, two donors"', 'title = "[red]Example[/red]"')
    done = run("sweep", case, "--spacing", "--from", "120", "--to", "240", "--steps", "2")
    assert done.exit_code == 0, done.output
    assert "[red]Example[/red]" in done.stdout
    assert (here / "results" / "small_sweep" / "points.csv").exists()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_killed_at_any_moment_goes_on_to_the_same_bytes(
    how: signal.Signals, case: Path, planner: Planner, tmp_path: Path
) -> None:
    arguments = ("sensitivity", case, "--draws", 12, "--jobs", 2, *COARSE)
    process = subprocess.Popen(
        [sys.executable, "-m", "planner.cli", *map(str, arguments)],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    )
    store = tmp_path / "results" / "small_sensitivity.part"
    deadline = time.monotonic() + 100
    while len(list(store.glob("task_*"))) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    time.sleep(random.random() * 0.3)
    if how == signal.SIGINT:
        os.killpg(process.pid, how)  # as a terminal does: to all processes
    else:
        process.kill()
    said = process.communicate(timeout=60)[1]
    if how == signal.SIGINT and process.returncode == 130:
        assert "of 12 are done and kept in" in said
        assert "the same command with --resume goes on from there" in said
        assert "Traceback" not in said
        assert 2 <= len(pd.read_csv(store / "draws.csv")) < 12
        assert (pd.read_csv(store / "variants.csv")["status"] == "optimal").all()
    refused = planner(*arguments)
    assert refused.returncode == 2
    assert "resume it with --resume, or start again with --overwrite" in refused.stderr
    other = planner(*arguments, "--resume", "--seed", 2)
    assert other.returncode == 2
    assert "cannot be resumed" in other.stderr
    resumed = planner(*arguments, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert "of 12 are there from before" in resumed.stderr
    assert not store.exists()
    whole = planner(*arguments, "--out", "whole")
    assert whole.returncode == 0
    for file in (tmp_path / "whole").iterdir():
        assert file.read_bytes() == (tmp_path / "results" / "small_sensitivity" / file.name).read_bytes()

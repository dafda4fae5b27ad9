"""``planner sensitivity`` as a user has it: a run, two processes, Ctrl-C, a killed run that goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from planner.report.sensitivity import SENSITIVITY
from tests.end_to_end.conftest import Planner, edit


def test_a_study_from_the_command_line(case: Path, planner: Planner, tmp_path: Path) -> None:
    done = planner("sensitivity", case, "--draws", 8, "--seed", 3)
    assert done.returncode == 0, done.stderr
    assert "8 draws (Latin hypercube, seed 3) of 5 figures that have a range, by 4 drivers." in done.stdout
    assert "What drives the coverage of all areas" in done.stdout
    assert "8 of 8: draw_8" in done.stderr
    folder = tmp_path / "results" / "small_sensitivity"
    assert sorted(file.name for file in folder.iterdir()) == sorted(SENSITIVITY.files)
    assert not folder.with_name("small_sensitivity.part").exists()
    assert pd.read_csv(folder / "draws.csv")["dwell_days"].between(7, 28).all()
    again = planner("sensitivity", case)
    assert again.returncode == 2
    assert "replace a former sensitivity with --overwrite" in again.stderr
    two = planner("sensitivity", case, "--draws", 8, "--seed", 3, "--jobs", 2, "--quiet", "--out", "two")
    assert (two.returncode, two.stdout, two.stderr) == (0, "", "")
    for name in SENSITIVITY.files:
        assert (tmp_path / "two" / name).read_bytes() == (folder / name).read_bytes(), name


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        (["--draws", "1"], "Invalid value for '--draws'"),
        (["--jobs", "0"], "Invalid value for '--jobs'"),
        (["--jobs", "2", "--scheduler", "tcp://localhost:1"], "give --jobs or --scheduler, not both"),
        (
            ["--scheduler", "nowhere"],
            "the Dask scheduler nowhere does not answer (it is not an address); check",
        ),
        (["--scheduler", "tcp://127.0.0.1:9"], "the Dask scheduler tcp://127.0.0.1:9 does not answer"),
        (["--scenario", "half_budget"], "write half_budgets, if that is meant"),
        (["--out", "small", "--overwrite"], "is not the folder of a former sensitivity"),
    ],
)
def test_command_that_is_wrong(
    case: Path, planner: Planner, tmp_path: Path, arguments: list[str], rule: str
) -> None:
    done = planner("sensitivity", case.name, "--draws", "4", *arguments)
    assert done.returncode == 2
    assert rule in done.stderr
    assert "Traceback" not in done.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["small"]


def test_a_case_without_ranges_or_with_broken_ones(case: Path, planner: Planner) -> None:
    edit(case / "uncertainty.csv", "7,28", "20,28")
    done = planner("sensitivity", case)
    assert done.returncode == 2
    assert "uncertainty.csv row 2, low: 20 for dwell_days is above the figure (14)" in done.stderr
    (case / "uncertainty.csv").unlink()
    for old, new in [("_low,", "_x,"), ("_high,", "_y,"), ("sweep_width_nm_x,sweep_width_nm_y,", "")]:
        edit(case / "assets.csv", old, new)
    edit(case / "assets.csv", "16,8,20", "16")
    edit(case / "assets.csv", "40,20,80", "40")
    done = planner("sensitivity", case)
    assert done.returncode == 2
    assert "uncertainty.csv: states no range" in done.stderr
    assert "add columns such as sweep_width_nm_low and sweep_width_nm_high to assets.csv" in done.stderr


def test_plans_that_are_not_proven_end_with_3(case: Path, planner: Planner, tmp_path: Path) -> None:
    rounds = ("--set", "solver.max_rounds=1", "--set", "solver.gap_tolerance=1e-13")
    done = planner("sensitivity", case, "--draws", 2, *rounds)
    assert done.returncode == 3
    assert "NOT PROVEN" in done.stdout
    assert (tmp_path / "results" / "small_sensitivity" / "draws.csv").exists()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_what_is_done_survives_and_is_gone_on_with(
    how: signal.Signals, case: Path, planner: Planner, tmp_path: Path
) -> None:
    arguments = ("sensitivity", case, "--draws", 12, "--jobs", 2)
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
    while len(list(store.glob("task_*.json"))) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    if how == signal.SIGINT:
        os.killpg(process.pid, how)  # as a terminal does: to all processes
    else:
        process.kill()
    said = process.communicate(timeout=60)[1]
    if how == signal.SIGINT:
        assert process.returncode == 130
        assert "of 12 are done and kept in" in said
        assert "the same command with --resume goes on from there" in said
        assert "Traceback" not in said
        left = pd.read_csv(store / "draws.csv")
        assert 3 <= len(left) < 12
        assert (left["status"] == "optimal").all()
    assert not store.with_name("small_sensitivity").exists()
    refused = planner(*arguments)
    assert refused.returncode == 2
    assert "go on with it with --resume, or begin anew with --overwrite" in refused.stderr
    other = planner(*arguments, "--resume", "--seed", 2)
    assert other.returncode == 2
    assert "cannot be resumed" in other.stderr
    resumed = planner(*arguments, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert "of 12 are there from before" in resumed.stderr
    assert not store.exists()
    whole = planner("sensitivity", case, "--draws", 12, "--out", "whole")
    assert whole.returncode == 0
    for name in SENSITIVITY.files:
        one = (tmp_path / "results" / "small_sensitivity" / name).read_bytes()
        assert one == (tmp_path / "whole" / name).read_bytes(), name
    told = json.loads((tmp_path / "whole" / "sensitivity.json").read_text("utf-8"))["sensitivity"]
    assert (told["draws"], told["failed"]) == (12, 0)

"""planner new, check, run: from an empty folder to results, and again."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pulp
import pytest

from planner import pipeline, read_case
from planner.results.contract import TABLES
from planner.results.read_results import read_results
from planner.results.run_json import FILES
from planner.solve.solver import MESSAGES, Status, solve_lp
from tests.end_to_end.conftest import Planner, edit


def test_from_nothing_to_results_and_again(tmp_path: Path, planner: Planner) -> None:
    made = planner("new", "small")
    assert made.returncode == 0, made.stderr
    assert "small/case.toml" in made.stdout.replace("\\", "/").splitlines()

    checked = planner("check", "small")
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.startswith("ok: Example: two zones, two donors: 2 areas, 2 bases, 2 assets")

    done = planner("run", "small")
    folder = tmp_path / "results" / "small"
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(f"Results are written to {folder}\n")
    assert {file.name for file in folder.iterdir()} == set(FILES)
    summary = (folder / "summary.txt").read_text(encoding="utf-8")
    shown = [line.rstrip() for line in done.stdout.splitlines()][:-1]
    assert shown == summary.splitlines(), "the summary is what the terminal shows"
    assert "Optimal within the tolerance" in summary
    steps = done.stderr.splitlines()
    assert steps[0] == "read the case"
    assert steps[-1] == "write"
    assert any(step.startswith("round 1: value") for step in steps)

    before = (folder / "run.json").read_bytes()
    refused = planner("run", "small")
    assert refused.returncode == 2
    assert (
        refused.stderr == f"{folder} exists; name another --out, or replace a former run with --overwrite\n"
    )
    assert (folder / "run.json").read_bytes() == before

    again = planner("run", "small", "--overwrite", "--quiet", "--no-causes")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert run["command"] == [
        "planner",
        "run",
        "small",
        "--overwrite",
        "--quiet",
        "--no-causes",
    ]
    assert sorted(run["inputs"]) == sorted(
        f.name for f in (tmp_path / "small").iterdir() if f.name != "README.md"
    )
    assert run["status"] == "optimal"
    told = {row["figure"]: row["p95"] for row in run["range"]}
    assert told == {row["figure"]: row["p95"] for row in read_results(folder).range.to_dict("records")}
    assert set(told) == {"coverage", "targets_reached"}
    assert run["certificate"]["gap"] <= run["certificate"]["tolerance"]


def test_tables_agree_with_each_other(case: Path, planner: Planner, tmp_path: Path) -> None:
    done = planner("run", case, "--out", "out", "--no-range", "--set", "programmes.patrols.budget=100000")
    assert done.returncode == 0, done.stderr
    tables = {name: pd.read_csv(tmp_path / "out" / f"{name}.csv") for name in TABLES}
    for name, contract in TABLES.items():
        assert list(tables[name]) == list(contract), name
    missions, allocation, programmes = tables["missions"], tables["allocation"], tables["programmes"]
    sums = ["missions", "mission_hours", "on_station_hours", "swept_km2", "cost"]
    pd.testing.assert_series_equal(missions[sums].sum(), allocation[sums].sum())
    assert tables["funding"]["amount"].sum() == pytest.approx(programmes["spent"].sum())
    assert programmes["spent"].sum() == pytest.approx(allocation["cost"].sum())
    assert programmes.set_index("programme_id").loc["patrols", "budget"] == 65_000.0, "100,000 AUD"
    areas = tables["areas"].set_index("area_id")
    covered = (tables["cells"]["area_km2"] * tables["cells"]["pod"]).groupby(tables["cells"]["area_id"]).sum()
    pd.testing.assert_series_equal(covered, areas["covered_km2"].sort_index(), check_names=False)


def test_time_limit_without_a_plan(case: Path, planner: Planner, tmp_path: Path) -> None:
    done = planner("run", case, "--set", "solver.time_limit_s=0.000001")
    assert done.returncode == 3
    assert MESSAGES[Status.TIME_LIMIT] in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "results").exists()


def test_plan_that_is_not_proven_is_written_and_named(case: Path, planner: Planner, tmp_path: Path) -> None:
    done = planner(
        "run",
        case,
        "--set",
        "solver.max_rounds=1",
        "--set",
        "solver.gap_tolerance=1e-12",
        "--no-causes",
        "--no-range",
    )
    assert done.returncode == 3
    assert MESSAGES[Status.ROUND_LIMIT] in done.stderr
    assert "NOT PROVEN" in done.stdout
    assert "Optimal" not in done.stdout
    folder = tmp_path / "results" / "small"
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["status"] == "round_limit"
    assert "NOT PROVEN" in (folder / "summary.txt").read_text(encoding="utf-8")


def test_scenario(case: Path, planner: Planner, tmp_path: Path) -> None:
    done = planner("run", case, "--scenario", "half_budgets", "--quiet", "--no-causes", "--no-range")
    assert done.returncode == 0, done.stderr
    programmes = pd.read_csv(tmp_path / "results" / "small" / "programmes.csv")
    assert sorted(programmes["budget"]) == [390_000.0, 1_250_000.0], "600,000 AUD, and dollars"
    folder = tmp_path / "results" / "small"
    named = [{"name": "half_budgets", "title": "Half of every budget"}]
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["scenarios"] == named
    assert "Scenario half_budgets: Half of every budget" in (folder / "summary.txt").read_text("utf-8")


def test_scenarios_that_contradict_each_other(case: Path, planner: Planner) -> None:
    with (case / "case.toml").open("a", encoding="utf-8") as file:
        file.write("[scenarios.more]\nprogrammes.eyes.budget = 3e6\n")
    row = len((case / "case.toml").read_text(encoding="utf-8").splitlines())  # the line written last
    done = planner("check", case, "--scenario", "half_budgets", "--scenario", "more")
    assert done.returncode == 0, done.stderr
    assert f"warning: case.toml row {row}, scenarios.more.programmes.eyes.budget" in done.stderr
    assert "more wins, since it is named later" in done.stderr
    refused = planner("check", case, "--scenario", "half_budgets,les")
    assert refused.returncode == 2
    assert "is not a scenario of the case" in refused.stderr


def test_another_solver_gets_the_same_optimum_from_the_written_model(
    case: Path, planner: Planner, tmp_path: Path
) -> None:
    done = planner(
        "run",
        case,
        "--write-model",
        "model.mps",
        "--write-model",
        "model.lp",
        "--quiet",
        "--no-causes",
        "--no-range",
    )
    assert done.returncode == 0, done.stderr
    loaded = read_case(case)
    program = pipeline.solve(pipeline.prepare(loaded)).program
    own = solve_lp(program.lp)
    _, model = pulp.LpProblem.fromMPS(str(tmp_path / "model.mps"))
    model.solve(pulp.COIN_CMD(path=pulp.PULP_CBC_CMD.pulp_cbc_path, msg=False))
    assert model.sol_status == pulp.LpSolutionOptimal
    assert pulp.value(model.objective) == pytest.approx(own.objective, rel=1e-6)
    assert (tmp_path / "model.lp").read_text(encoding="utf-8").rstrip().endswith("End")


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        (["--write-model", "model.txt"], ".mps or .lp"),
        (["--write-model", "absent/model.mps"], "does not exist"),
        (["--out", "small"], "exists"),
        (["--out", "small", "--overwrite"], "is not the folder of a former run"),
        (["--set", "cells.spacing_nm"], "is not KEY=VALUE"),
        (["--set", "a.b=1", "--set", "a.b=2"], "is given twice"),
        (["--set", "cells.spacing=30"], "spacing_nm"),
        (["--scenario", "half_budget"], "half_budgets"),
        (["--colour"], "--colour"),
    ],
)
def test_command_that_is_wrong(
    case: Path, planner: Planner, tmp_path: Path, arguments: list[str], rule: str
) -> None:
    before = sorted(file.name for file in case.iterdir())
    done = planner("run", case.name, *arguments)
    assert done.returncode == 2
    assert rule in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(file.name for file in case.iterdir()) == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["small"]


def test_text_of_the_case_never_steers_the_terminal(case: Path, planner: Planner) -> None:
    edit(case / "case.toml", "Example: two zones, two donors", "[bold red]Example[/bold red] [/] :boom:")
    done = planner("run", case, "--no-causes", "--no-range")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("[bold red]Example[/bold red] [/] :boom:\n")
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.parametrize("most_bytes", [1_000, 50_000])
def test_no_room_for_the_files(case: Path, planner: Planner, tmp_path: Path, most_bytes: int) -> None:
    resource = pytest.importorskip("resource", reason="no limits on the size of files")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, before[1]))
    try:
        done = planner("run", case, "--quiet", "--no-causes", "--no-range")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert "make room" in done.stderr
    assert list((tmp_path / "results").glob("*")) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to another process")
def test_interrupted(case: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "planner.cli", "run", str(case), "--set", "cells.spacing_nm=5"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "read the case\n"
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    # Python ends by the signal where the interrupt came inside an import in C; a shell says 130 to both
    assert process.returncode in (130, -signal.SIGINT)
    assert rest.endswith("Interrupted. Files are written whole or not at all.\n")
    assert "Traceback" not in rest
    assert not (tmp_path / "results").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to another process")
def test_what_ignores_interrupts_goes_on(case: Path, tmp_path: Path) -> None:
    # as a script's shell has it for what it starts in the background
    script = 'trap "" INT; exec "$0" -m planner.cli run "$1" --no-causes --no-range'
    command = ["sh", "-c", script, sys.executable, str(case)]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "read the case\n"
        process.send_signal(signal.SIGINT)
        process.stderr.read()
    assert process.returncode == 0
    assert (tmp_path / "results").exists()

"""What each stage of the Pacific case costs; run with ``pytest tests/benchmarks/bench_pacific.py``.

The last test runs the whole program as its user does, and prints wall clock, processor time, peak memory and
what HiGHS itself spent in its solves.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import planner
from planner import planning
from planner.case import Case, read_case
from planner.model.build import build
from planner.solve.refine import first_breakpoints

PACIFIC = Path(__file__).parents[2] / "inputs" / "pacific"


@pytest.fixture(scope="module")
def case() -> Case:
    return read_case(PACIFIC)


@pytest.fixture(scope="module")
def cells(case: Case) -> Any:
    return planning.cell_frame(case)


@pytest.fixture(scope="module")
def problem(case: Case, cells: Any) -> Any:
    return planning.planning_problem(case, cells)


def test_read_case(benchmark: Any) -> None:
    benchmark(read_case, PACIFIC)


def test_cells(benchmark: Any, case: Case) -> None:
    benchmark(planning.cell_frame, case)


def test_effort_table(benchmark: Any, case: Case, cells: Any) -> None:
    benchmark(planning.planning_problem, case, cells)


def test_build_linear_program(benchmark: Any, problem: Any) -> None:
    benchmark.pedantic(build, (problem, first_breakpoints(problem), 1e-4), rounds=3)


def test_solve_to_certificate(benchmark: Any, case: Case, problem: Any) -> None:
    benchmark.pedantic(planning.solve, (case, problem), rounds=3)


def test_report(benchmark: Any, case: Case, cells: Any, problem: Any) -> None:
    solution = planning.solve(case, problem)
    benchmark(planning.report, case, cells, problem, solution, {})


def test_write(benchmark: Any, case: Case, tmp_path: Path) -> None:
    results = planner.plan(case)
    benchmark.pedantic(planner.write, (results, tmp_path / "run"), {"overwrite": True}, rounds=3)


@pytest.mark.parametrize("spacing_nm", [60, 40, 30, 20])
def test_whole_run(spacing_nm: int, tmp_path: Path, capsys: Any) -> None:
    command = ["run", str(PACIFIC), "--out", str(tmp_path / "run"), "--set", f"cells.spacing_nm={spacing_nm}"]
    wall, cpu, peak_mb = _measured(command)
    run = json.loads((tmp_path / "run" / "run.json").read_text())
    solver, solving = run["seconds"]["solver"], run["seconds"]["solve"]
    with capsys.disabled():
        print(
            f"\n{spacing_nm} nm: {run['counts']['cells']} cells, {run['counts']['usable_effort_rows']} rows, "
            f"wall {wall:.1f} s, processor {cpu:.1f} s, solving {solving:.1f} s, HiGHS {solver:.1f} s, "
            f"ratio {cpu / solver:.2f}, peak {peak_mb:.0f} MB, gap {run['certificate']['gap']:.1e}; "
            f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
        )
    assert run["status"] == "optimal"


def test_sweep_of_25_budgets(tmp_path: Path, capsys: Any) -> None:
    """Issue: at most five times what one plan costs, in processor time, from the command to the last file."""
    ratios = []
    for turn in range(3):
        _, one, _ = _measured(["run", str(PACIFIC), "--out", str(tmp_path / f"run{turn}"), "--quiet"])
        sweep = ["sweep", str(PACIFIC), "--all", "--to", "3", "--steps", "25", "--quiet"]
        _, many, _ = _measured([*sweep, "--out", str(tmp_path / f"sweep{turn}")])
        ratios.append(many / one)
        with capsys.disabled():
            print(f"\nprocessor time: one plan {one:.1f} s, 25 budgets {many:.1f} s, ratio {many / one:.1f}")
    assert min(ratios) <= 5.0


@pytest.mark.parametrize("command", ["next", "stress"])
def test_many_plans(command: str, tmp_path: Path, capsys: Any) -> None:
    wall, cpu, peak_mb = _measured([command, str(PACIFIC), "--out", str(tmp_path / command), "--quiet"])
    with capsys.disabled():
        print(f"\nplanner {command}: wall {wall:.0f} s, processor {cpu:.0f} s, peak {peak_mb:.0f} MB")


def test_help(capsys: Any) -> None:
    cpu = min(_measured(["--help"])[1] for _ in range(5))
    with capsys.disabled():
        print(f"\nplanner --help: processor {cpu:.2f} s")


def _measured(arguments: list[str]) -> tuple[float, float, float]:
    """Wall clock [s], processor time [s] and peak memory [MB] of one call of the program."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "planner.cli", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024.0

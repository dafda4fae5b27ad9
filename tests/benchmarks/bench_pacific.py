"""What each stage of the Pacific case costs: ``pytest -o addopts= tests/benchmarks/bench_pacific.py``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner import pipeline
from planner.case import Case, read_case
from planner.core.program import build
from planner.features.assemble import problem_of
from planner.features.space import make_cells_of, make_space
from planner.pipeline import Prepared
from planner.results.audit import audit
from planner.results.write import write
from planner.solve.refinement import first_breakpoints
from planner.solve.solution import Solution
from tests.benchmarks.instances import PACIFIC, pacific

SPACING_NM = 60.0


@pytest.fixture(scope="module")
def case() -> Case:
    return pacific(SPACING_NM)


@pytest.fixture(scope="module")
def prepared(case: Case) -> Prepared:
    return pipeline.prepare(case)


@pytest.fixture(scope="module")
def solution(prepared: Prepared) -> Solution:
    return pipeline.solve(prepared)


def test_read_case(benchmark: Any) -> None:
    benchmark(read_case, PACIFIC)


def test_cells(benchmark: Any, case: Case) -> None:
    benchmark.pedantic(make_cells_of, (case,), rounds=3)


def test_space(benchmark: Any, case: Case) -> None:
    """Cells, distances and effort."""
    benchmark.pedantic(make_space, (case,), rounds=3)


def test_problem(benchmark: Any, case: Case, prepared: Prepared) -> None:
    benchmark.pedantic(problem_of, (case, prepared.space), rounds=3)


def test_build_linear_program(benchmark: Any, prepared: Prepared) -> None:
    problem = prepared.problem
    benchmark.pedantic(build, (problem, first_breakpoints(problem), 1e-4 * problem.stake), rounds=3)


def test_solve_to_certificate(benchmark: Any, prepared: Prepared) -> None:
    assert benchmark.pedantic(pipeline.solve, (prepared,), rounds=3).certificate.proven


def test_solve_from_warm_start(benchmark: Any, prepared: Prepared, solution: Solution) -> None:
    benchmark.pedantic(pipeline.solve, (prepared,), {"start": solution.start}, rounds=3)


def test_report(benchmark: Any, prepared: Prepared, solution: Solution) -> None:
    benchmark.pedantic(pipeline.report, (prepared, solution), rounds=3)


def test_audit(benchmark: Any, case: Case, prepared: Prepared, solution: Solution) -> None:
    benchmark.pedantic(audit, (case, pipeline.report(prepared, solution)), rounds=3)


def test_write(benchmark: Any, prepared: Prepared, solution: Solution, tmp_path: Path) -> None:
    results = pipeline.report(prepared, solution)
    benchmark.pedantic(write, (results, tmp_path / "run"), {"overwrite": True}, rounds=3)

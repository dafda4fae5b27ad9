"""Sifted plans against closed forms, scipy's HiGHS on the full matrices, and all rows in one program."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq, linprog

from planner.model.problem import Objective, PlanningProblem
from planner.solve.lp import Status
from planner.solve.optimise import optimise
from planner.solve.refine import with_cells_of
from planner.solve.solution import Solution
from tests.benchmarks.instances import scarce
from tests.benchmarks.peers import solve_arrays, whole_program
from tests.problems import make_problem, simple_effort
from tests.solve.test_sifting import random_problem, sift

OBJECTIVES: list[Objective] = ["coverage", "shortfall"]


def whole_optimum(problem: PlanningProblem, solution: Solution) -> float:
    """The optimum of all effort rows on the chords of the plan's last round, by scipy."""
    points = with_cells_of(solution.breakpoints, problem, solution.prices, problem)
    whole = whole_program(problem, points)
    equal = whole.lower == whole.upper
    limited = ~equal & np.isfinite(whole.upper)
    found = linprog(
        whole.cost,
        A_ub=whole.matrix[np.flatnonzero(limited)],
        b_ub=whole.upper[limited],
        A_eq=whole.matrix[np.flatnonzero(equal)],
        b_eq=whole.upper[equal],
        bounds=np.column_stack([np.zeros(len(whole.most)), whole.most]),
        method="highs",
    )
    assert found.status == 0
    return float(found.fun + whole.constant) * whole.unit


@pytest.mark.parametrize("plenty", [1.0, 30.0])
@pytest.mark.parametrize("seed", range(3))
def test_the_full_matrices_have_the_same_optimum(
    seed: int, plenty: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = random_problem(seed, 400, plenty=plenty)
    problem.cells["least_missions"] = 0.0
    sift(monkeypatch, 60)
    solution = optimise(problem, 1e-6)
    assert solution.status is Status.OPTIMAL
    # chords overstate what is missed: bound <= optimum <= optimum on chords <= that with fewer rows
    expected = whole_optimum(problem, solution)
    found = solution.lp_objective * solution.program.scale.objective
    size = solution.certificate.size
    assert solution.certificate.bound <= expected + 1e-9 * size
    assert expected <= found + 1e-9 * size
    # and the gap says how far it can be, but for the chords themselves
    assert found - expected <= 2e-6 * size + (found - solution.certificate.plan_value)


def test_the_trial_s_instances_have_the_same_optimum() -> None:
    problem = scarce(2500, seed=5)
    solution = optimise(problem, 1e-6)
    found = solution.lp_objective * solution.program.scale.objective
    assert len(solution.program.variables.missions) < 0.4 * problem.n_activities
    assert found == pytest.approx(whole_optimum(problem, solution), rel=1e-6)
    points = with_cells_of(solution.breakpoints, problem, solution.prices, problem)
    assert solve_arrays(problem, points, 60.0).value == pytest.approx(found, rel=1e-6)


@pytest.mark.parametrize("n_cells", [601, 3000])
def test_many_cells_meet_water_filling(n_cells: int) -> None:
    # max sum a (1 - exp(-b x)), sum x = T: x = max(0, ln(a b / lam) / b), lam is the price of T
    random = np.random.default_rng(n_cells)
    a, b = random.uniform(10.0, 1000.0, n_cells), random.uniform(0.01, 2.0, n_cells)
    total = 0.7 * n_cells

    def allocation(lam: float) -> np.ndarray:
        return np.maximum(0.0, np.log(a * b / lam) / b)

    lam = brentq(lambda value: allocation(value).sum() - total, 1e-12, float((a * b).max()))
    expected = float(a @ np.exp(-b * allocation(lam)))
    effort = simple_effort(np.zeros(n_cells, dtype=int), np.arange(n_cells), b)  # type: ignore[arg-type]
    solution = optimise(make_problem(effort, cell_km2=a, hours=[total]), 1e-6)  # type: ignore[arg-type]
    assert solution.certificate.plan_value == pytest.approx(expected, rel=2e-6)
    assert solution.certificate.bound <= expected * (1 + 1e-12)
    assert solution.prices.asset_hours[0] == pytest.approx(lam, rel=1e-2)


def chain(n_cells: int, **others: Any) -> PlanningProblem:
    """Two assets of 100 h that reach all cells of 10 km² alike, an hour a mission, factor 0.1."""
    cells = np.tile(np.arange(n_cells), 2)
    given: dict[str, Any] = {
        "effort": simple_effort(
            np.repeat([0, 1], n_cells).tolist(), cells.tolist(), [0.1] * (2 * n_cells), cost=2.0
        ),
        "cell_km2": np.full(n_cells, 10.0),
        "targets": [0.5],
        "hours": [100.0, 100.0],
        "budgets": [1e4],
        "eligibility": [(0, 0, 0), (1, 0, 0)],
    }
    given |= others
    return make_problem(given.pop("effort"), **given)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize(
    ("change", "coverage", "shortfall"),
    [
        # no money, no hours: all of 40 x 10 km² is missed, all of the target of half of it
        ({"budgets": [0.0]}, 400.0, 200.0),
        ({"hours": [0.0, 0.0]}, 400.0, 200.0),
        ({"eligibility": []}, 400.0, 200.0),
        # identical assets: 200 missions over 40 cells, 5 each, C = 0.5; 1 - e^-0.5 = 0.393 of a target of 0.5
        ({}, 400.0 * np.exp(-0.5), 400.0 * (0.5 - (1.0 - np.exp(-0.5)))),
        # nothing at risk; the targets stay
        ({"risk": [0.0] * 40}, 0.0, 400.0 * (0.5 - (1.0 - np.exp(-0.5)))),
        # hours without end: 5,000 missions for the money, C = 12.5; the targets are met
        ({"hours": [1e6, 1e6]}, 400.0 * np.exp(-12.5), 0.0),
    ],
)
def test_the_edge_sifted_and_whole(
    change: dict[str, Any],
    coverage: float,
    shortfall: float,
    objective: Objective,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = chain(40, objective=objective, **change)
    expected = coverage if objective == "coverage" else shortfall
    whole = optimise(problem, 1e-6)
    sift(monkeypatch, 10)
    for solution in (whole, optimise(problem, 1e-6)):
        assert solution.status is Status.OPTIMAL
        # a gap is relative to the plan's value, or to 1e-4 of what is missed by doing nothing
        assert solution.certificate.plan_value == pytest.approx(expected, rel=1e-6, abs=400e-10)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_one_cell_and_nothing_in_reach_sifted(objective: Objective, monkeypatch: pytest.MonkeyPatch) -> None:
    sift(monkeypatch, 1)
    # one cell: 200 missions of 0.1 are C = 20; nothing of the target is short
    one = optimise(chain(1, objective=objective), 1e-6)
    expected = 10.0 * np.exp(-20.0) if objective == "coverage" else 0.0
    assert one.certificate.plan_value == pytest.approx(expected, abs=1e-8)
    nothing = simple_effort([], [], [])
    problem = chain(40, effort=nothing, objective=objective)
    out_of_reach = optimise(problem)
    assert out_of_reach.status is Status.OPTIMAL
    assert out_of_reach.certificate.plan_value == {"coverage": 400.0, "shortfall": 200.0}[objective]

"""A status that is not proven optimal is never shown as optimal."""

from __future__ import annotations

from dataclasses import replace

import highspy
import numpy as np
import pytest
from scipy import sparse

from planner.core.linear import LinearProgram
from planner.errors import NoPlanError
from planner.solve import solver
from planner.solve.solver import BASIC, LOWER, MESSAGES, UPPER, Basis, SolverName, Status, solve_lp

SOLVERS: list[SolverName] = ["highs", "cbc"]


def small_lp(
    cost: list[float],
    rows: list[list[float]],
    lower: float = -np.inf,
    most: list[float] | float = np.inf,
) -> LinearProgram:
    matrix = sparse.csr_array(np.array(rows, dtype=float).reshape(-1, len(cost)))
    limits = (np.broadcast_to(np.array(each, dtype=float), len(rows)).copy() for each in (lower, most))
    return LinearProgram(np.array(cost, dtype=float), 0.0, np.full(len(cost), np.inf), matrix, *limits)


@pytest.mark.parametrize("solver", SOLVERS)
def test_infeasible_is_said(solver: SolverName) -> None:
    lp = replace(small_lp([1, 1], [[1, 1], [1, 1]], most=[1, np.inf]), lower=np.array([-np.inf, 2.0]))
    with pytest.raises(NoPlanError, match="infeasible") as caught:
        solve_lp(lp, solver)
    assert (caught.value.status, caught.value.exit_code) == (Status.INFEASIBLE, 3)


@pytest.mark.parametrize("solver", SOLVERS)
def test_unbounded_is_said(solver: SolverName) -> None:
    with pytest.raises(NoPlanError, match="unbounded") as caught:
        solve_lp(small_lp([-1, -1], [[1, -1]], most=1), solver)
    assert (caught.value.status, caught.value.exit_code) == (Status.UNBOUNDED, 3)


def test_time_limit_is_said_and_not_taken_for_an_optimum() -> None:
    with pytest.raises(NoPlanError, match="time limit") as caught:
        solve_lp(small_lp([1, 1], []), time_limit_s=0.0)
    assert (caught.value.status, caught.value.exit_code) == (Status.TIME_LIMIT, 3)


def test_time_limit_inside_the_solver_is_said() -> None:
    """HiGHS stops after 1e-9 s with a model status of its own."""
    rows = [[((n * m) % 11 + 1.0) * (n <= m < n + 100) for m in range(400)] for n in range(300)]
    lp = replace(small_lp([1.0 + n % 7 for n in range(400)], rows), lower=50.0 + np.arange(300))
    with pytest.raises(NoPlanError, match="time limit"):
        solve_lp(lp, time_limit_s=1e-9)


def test_every_unproven_status_has_its_own_message() -> None:
    assert set(MESSAGES) == set(Status) - {Status.OPTIMAL}
    assert len(set(MESSAGES.values())) == len(MESSAGES)


@pytest.mark.parametrize("status", [LOWER, BASIC, UPPER])
def test_a_basis_is_a_start_and_no_answer(status: int) -> None:
    """max 3x + 5y; x <= 4; 2y <= 12; 3x + 2y <= 18 (Wyndor): 36 at (2, 6), from any basis, also from none."""
    lp = small_lp([-3, -5], [[1, 0], [0, 2], [3, 2]], most=[4, 12, 18])
    basis = Basis(np.full(2, status, np.int8), np.full(3, status, np.int8))
    found = solve_lp(lp, basis=basis)
    assert found.values == pytest.approx([2.0, 6.0])
    assert found.objective == pytest.approx(-36.0)
    # at the optimum x and y are basic, and the slack of the first row, which is not tight
    assert found.basis is not None
    assert found.basis.columns.tolist() == [BASIC, BASIC]
    assert [one == BASIC for one in found.basis.rows] == [True, False, False]
    again = solve_lp(lp, basis=found.basis)
    assert np.array_equal(again.values, found.values)


@pytest.mark.parametrize("threads", [1, 2])
def test_another_model_of_the_process_with_other_threads_breaks_no_plan(threads: int) -> None:
    """HiGHS sets its threads up once for a process, and refuses to run with another number (issue 10)."""
    other = highspy.Highs()
    other.setOptionValue("output_flag", False)
    highspy.Highs.resetGlobalScheduler(True)
    other.setOptionValue("threads", threads)
    x = other.addVariable(0, 10)
    other.minimize(x)
    assert solve_lp(small_lp([1, 1], [[1, 2]], lower=3)).objective == pytest.approx(1.5)


@pytest.mark.parametrize("value", [np.inf, 1e200])
def test_a_model_that_highs_refuses_is_numerical_trouble(
    value: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 25: coefficients above 1e15 are refused; what then came back was taken for an empty optimum."""

    def no_cbc(*_: object) -> None:
        raise NoPlanError(Status.NUMERICAL, MESSAGES[Status.NUMERICAL])

    monkeypatch.setattr("planner.solve.solver._run_cbc", no_cbc)
    with pytest.raises(NoPlanError, match="refused the linear program"):
        solve_lp(small_lp([1, 1], [[value, 1]], lower=1))


def test_a_row_between_two_limits_has_no_form_in_pulp() -> None:
    with pytest.raises(ValueError, match="one limit"):
        small_lp([1, 1], [[1, 2]], lower=3, most=4).as_pulp()


def test_costs_in_other_units_are_told_in_those_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    # min 3e12 a + 1e12 b  with  a + b >= 4  and  b <= 1: a = 3 and b = 1; a unit more of b saves 2e12
    lp = small_lp([3e12, 1e12], [[1, 1], [0, 1]])
    lp = replace(lp, lower=np.array([4.0, -np.inf]), most=np.array([np.inf, 1.0]))
    monkeypatch.setattr(solver, "_OTHER_WAYS", solver._OTHER_WAYS[-1:])
    seen: list[float] = []
    highs_model = solver.highs_model
    monkeypatch.setattr(
        solver, "highs_model", lambda lp, *of: (seen.append(lp.cost.max()), highs_model(lp, *of))[1]
    )
    found = solve_lp(lp)
    assert seen == [1e6]
    assert found.objective == pytest.approx(1e13)
    assert found.values == pytest.approx([3.0, 1.0])
    assert found.duals == pytest.approx([3e12, -2e12])

"""A status that is not proven optimal is never shown as optimal."""

from __future__ import annotations

import highspy
import numpy as np
import pulp
import pytest

from planner.errors import NoPlanError
from planner.solve.solver import BASIC, LOWER, MESSAGES, UPPER, Basis, SolverName, Status, solve_lp

SOLVERS: list[SolverName] = ["highs", "cbc"]


def small_lp(sense: int = pulp.LpMinimize) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    lp = pulp.LpProblem("small", sense)
    variables = [lp.add_variable("x", 0), lp.add_variable("y", 0)]
    return lp, variables


@pytest.mark.parametrize("solver", SOLVERS)
def test_infeasible_is_said(solver: SolverName) -> None:
    lp, (x, y) = small_lp()
    lp.setObjective(x + y)
    rows = [x + y <= 1, x + y >= 2]
    for row in rows:
        lp.addConstraint(row)
    with pytest.raises(NoPlanError, match="infeasible") as caught:
        solve_lp(lp, [x, y], rows, solver)
    assert (caught.value.status, caught.value.exit_code) == (Status.INFEASIBLE, 3)


@pytest.mark.parametrize("solver", SOLVERS)
def test_unbounded_is_said(solver: SolverName) -> None:
    lp, (x, y) = small_lp()
    lp.setObjective(-x - y)
    rows = [x - y <= 1]
    lp.addConstraint(rows[0])
    with pytest.raises(NoPlanError, match="unbounded") as caught:
        solve_lp(lp, [x, y], rows, solver)
    assert (caught.value.status, caught.value.exit_code) == (Status.UNBOUNDED, 3)


def test_time_limit_is_said_and_not_taken_for_an_optimum() -> None:
    lp, variables = small_lp()
    lp.setObjective(variables[0] + variables[1])
    with pytest.raises(NoPlanError, match="time limit") as caught:
        solve_lp(lp, variables, [], time_limit_s=0.0)
    assert (caught.value.status, caught.value.exit_code) == (Status.TIME_LIMIT, 3)


def test_time_limit_inside_the_solver_is_said() -> None:
    """HiGHS stops after 1e-9 s with a status that PuLP takes for optimal."""
    lp = pulp.LpProblem("large", pulp.LpMinimize)
    x = [lp.add_variable(f"x_{n}", 0) for n in range(400)]
    lp.setObjective(pulp.lpSum((1 + n % 7) * v for n, v in enumerate(x)))
    rows = [pulp.lpSum(((n * m) % 11 + 1) * x[m] for m in range(n, n + 100)) >= 50 + n for n in range(300)]
    for row in rows:
        lp.addConstraint(row)
    with pytest.raises(NoPlanError, match="time limit"):
        solve_lp(lp, x, rows, time_limit_s=1e-9)


def test_maximisation_is_refused() -> None:
    lp, variables = small_lp(pulp.LpMaximize)
    with pytest.raises(ValueError, match="minimisation"):
        solve_lp(lp, variables, [])


def test_every_unproven_status_has_its_own_message() -> None:
    assert set(MESSAGES) == set(Status) - {Status.OPTIMAL}
    assert len(set(MESSAGES.values())) == len(MESSAGES)


def test_all_rows_and_variables_are_asked_for() -> None:
    lp, (x, y) = small_lp()
    lp.setObjective(x + y)
    lp.addConstraint(x + y >= 2)
    with pytest.raises(ValueError, match="all rows"):
        solve_lp(lp, [x, y], [])


@pytest.mark.parametrize("status", [LOWER, BASIC, UPPER])
def test_a_basis_is_a_start_and_no_answer(status: int) -> None:
    """max 3x + 5y; x <= 4; 2y <= 12; 3x + 2y <= 18 (Wyndor): 36 at (2, 6), from any basis, also from none."""
    lp, (x, y) = small_lp()
    lp.setObjective(-3 * x - 5 * y)
    rows = [x <= 4, 2 * y <= 12, 3 * x + 2 * y <= 18]
    for row in rows:
        lp.addConstraint(row)
    basis = Basis(np.full(2, status, np.int8), np.full(3, status, np.int8))
    found = solve_lp(lp, [x, y], rows, basis=basis)
    assert found.values == pytest.approx([2.0, 6.0])
    assert found.objective == pytest.approx(-36.0)
    # at the optimum x and y are basic, and the slack of the first row, which is not tight
    assert found.basis is not None
    assert found.basis.columns.tolist() == [BASIC, BASIC]
    assert [one == BASIC for one in found.basis.rows] == [True, False, False]
    again = solve_lp(lp, [x, y], rows, basis=found.basis)
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
    lp, (x, y) = small_lp()
    lp.setObjective(x + y)
    rows = [x + 2 * y >= 3]
    lp.addConstraint(rows[0])
    assert solve_lp(lp, [x, y], rows).objective == pytest.approx(1.5)


@pytest.mark.parametrize("value", [np.inf, 1e200])
def test_a_model_that_highs_refuses_is_numerical_trouble(
    value: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 25: coefficients above 1e15 are refused; what then came back was taken for an empty optimum."""

    def no_cbc(*_: object) -> None:
        raise NoPlanError(Status.NUMERICAL, MESSAGES[Status.NUMERICAL])

    monkeypatch.setattr("planner.solve.solver._run_cbc", no_cbc)
    lp, (x, y) = small_lp()
    lp.setObjective(x + y)
    row = pulp.LpConstraint(pulp.LpAffineExpression([(x, value), (y, 1.0)]), pulp.LpConstraintGE, "r", 1.0)
    lp.addConstraint(row)
    with pytest.raises(NoPlanError, match="refused the linear program"):
        solve_lp(lp, [x, y], [row])

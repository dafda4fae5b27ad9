"""One linear program through PuLP to HiGHS or CBC, with a status that can be believed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import highspy
import numpy as np
import numpy.typing as npt
import pulp

from planner.errors import NoPlanError

Array = npt.NDArray[np.float64]
SolverName = Literal["highs", "cbc"]


class Status(StrEnum):
    """How a solve ended; only OPTIMAL is proven."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    TIME_LIMIT = "time_limit"
    NUMERICAL = "numerical_trouble"
    ROUND_LIMIT = "round_limit"


MESSAGES = {
    Status.INFEASIBLE: "no plan meets all limits: the linear program is infeasible; relax a limit",
    Status.UNBOUNDED: "the linear program is unbounded: a limit is missing from the model",
    Status.TIME_LIMIT: "the time limit was reached before the optimum was proven; raise "
    "solver.time_limit_s or cells.spacing_nm",
    Status.NUMERICAL: "the solver ran into numerical trouble and proved nothing; look for inputs that differ "
    "by many orders of magnitude, or try the other solver",
    Status.ROUND_LIMIT: "the largest number of rounds was reached before the gap closed; raise "
    "solver.max_rounds or solver.gap_tolerance",
}


@dataclass(frozen=True)
class LpSolution:
    """A proven optimum of one linear program.

    Attributes:
        objective: value of the objective, its constant included.
        values: values of the variables, in the order asked for.
        duals: change of the objective per unit of each row's bound, in the order asked for.
        seconds: time spent inside the solver.
    """

    objective: float
    values: Array
    duals: Array
    seconds: float


def solve_lp(
    lp: pulp.LpProblem,
    variables: Sequence[pulp.LpVariable],
    rows: Sequence[pulp.LpConstraint],
    solver: SolverName = "highs",
    time_limit_s: float = 600.0,
) -> LpSolution:
    """Minimise a linear program.

    Args:
        lp: the program; its sense must be minimisation, so that duals have their natural sign.
        variables: handles whose values are wanted.
        rows: handles whose duals are wanted.
        solver: "highs" or "cbc".
        time_limit_s: time limit of the solver [s].

    Raises:
        NoPlanError: anything but a proven optimum; its status is one of ``Status``.
        ValueError: the sense is maximisation.
    """
    if lp.sense != pulp.LpMinimize:
        raise ValueError("model as minimisation: duals of maximisation have the wrong sign in PuLP's HiGHS")
    if time_limit_s <= 0.0:
        raise NoPlanError(Status.TIME_LIMIT, MESSAGES[Status.TIME_LIMIT])
    run = _run_highs if solver == "highs" else _run_cbc
    return run(lp, variables, rows, time_limit_s)


def _run_highs(
    lp: pulp.LpProblem,
    variables: Sequence[pulp.LpVariable],
    rows: Sequence[pulp.LpConstraint],
    time_limit_s: float,
) -> LpSolution:
    """PuLP builds the HiGHS model; status, values and duals are read from HiGHS itself, in bulk.

    Presolve is off: on these programs it costs more than it saves, and with HiGHS 1.15.1 it was seen to run
    for over a minute on a program of 200 rows that the simplex method solves in 0.01 s.
    """
    adapter = pulp.HiGHS(msg=False, timeLimit=time_limit_s, threads=1, presolve="off")
    adapter.createAndConfigureSolver(lp)
    adapter.buildSolverModel(lp)
    model: highspy.Highs = lp.solverModel
    started = time.perf_counter()
    model.run()
    seconds = time.perf_counter() - started
    status = _highs_status(model.getModelStatus())
    if status is not Status.OPTIMAL:
        raise NoPlanError(status, MESSAGES[status])
    solution = model.getSolution()
    values = np.asarray(solution.col_value)[[variable.index for variable in variables]]
    duals = np.asarray(solution.row_dual)[[row.index for row in rows]]
    return LpSolution(model.getObjectiveValue() + lp.objective.constant, values, duals, seconds)


def _highs_status(status: highspy.HighsModelStatus) -> Status:
    known = {
        highspy.HighsModelStatus.kOptimal: Status.OPTIMAL,
        highspy.HighsModelStatus.kModelEmpty: Status.OPTIMAL,
        highspy.HighsModelStatus.kInfeasible: Status.INFEASIBLE,
        highspy.HighsModelStatus.kUnbounded: Status.UNBOUNDED,
        highspy.HighsModelStatus.kTimeLimit: Status.TIME_LIMIT,
    }
    return known.get(status, Status.NUMERICAL)


def _run_cbc(
    lp: pulp.LpProblem,
    variables: Sequence[pulp.LpVariable],
    rows: Sequence[pulp.LpConstraint],
    time_limit_s: float,
) -> LpSolution:
    """The CBC that comes with PuLP, as a program of its own."""
    bundled = pulp.PULP_CBC_CMD.pulp_cbc_path
    adapter = pulp.COIN_CMD(path=bundled, msg=False, timeLimit=time_limit_s)
    if not adapter.available():
        raise NoPlanError(Status.NUMERICAL, "CBC is not installed here; choose solver.name = highs")
    started = time.perf_counter()
    lp.solve(adapter)
    seconds = time.perf_counter() - started
    status = _cbc_status(lp)
    if status is not Status.OPTIMAL:
        raise NoPlanError(status, MESSAGES[status])
    values = np.array([variable.varValue or 0.0 for variable in variables])
    duals = np.array([row.pi or 0.0 for row in rows])
    objective = sum(term * (variable.varValue or 0.0) for variable, term in lp.objective.items())
    return LpSolution(float(objective) + lp.objective.constant, values, duals, seconds)


def _cbc_status(lp: pulp.LpProblem) -> Status:
    if lp.sol_status == pulp.LpSolutionOptimal:
        return Status.OPTIMAL
    known = {
        pulp.LpStatusInfeasible: Status.INFEASIBLE,
        pulp.LpStatusUnbounded: Status.UNBOUNDED,
        pulp.LpStatusNotSolved: Status.TIME_LIMIT,
        pulp.LpStatusOptimal: Status.TIME_LIMIT,
    }
    return known.get(lp.status, Status.NUMERICAL)

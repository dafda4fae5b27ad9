"""One linear program by HiGHS, or by CBC through PuLP, with a status that can be believed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal

import highspy
import numpy as np
import numpy.typing as npt
import pulp

from planner.core.linear import LinearProgram
from planner.errors import NoPlanError

Array = npt.NDArray[np.float64]
Statuses = npt.NDArray[np.int8]
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
    Status.ROUND_LIMIT: "the largest number of rounds was reached before the optimality gap closed; raise "
    "solver.max_rounds or solver.gap_tolerance",
}
REFUSED = (
    "the solver refused the linear program: a figure in it is not a number, or too large for it; look for "
    "inputs that differ by many orders of magnitude"
)
LOWER, BASIC, UPPER = (
    int(status)
    for status in (
        highspy.HighsBasisStatus.kLower,
        highspy.HighsBasisStatus.kBasic,
        highspy.HighsBasisStatus.kUpper,
    )
)
"""Where a column, or the slack of a row, is in a basis."""
_STATUS = [highspy.HighsBasisStatus(number) for number in range(5)]
_KNOWN = {
    highspy.HighsModelStatus.kOptimal: Status.OPTIMAL,
    highspy.HighsModelStatus.kModelEmpty: Status.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: Status.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: Status.UNBOUNDED,
    highspy.HighsModelStatus.kTimeLimit: Status.TIME_LIMIT,
}
_ALWAYS = {"presolve": "off", "parallel": "off", "small_matrix_value": 1e-12}
_MOVED = "dual_simplex_cost_perturbation_multiplier"
_WARM = {_MOVED: 0.0}
"""Beside these from a basis: costs that are moved against ties lead away from a start that is nearly optimal.
On the 123 such programs of the Pacific's causes by quarter with response: 24 s, 33 s with moved costs.
The 14 without a basis take three times as long without them.
"""
TIED = 2
"""After so many iterations for each row costs are moved also from a basis: such programs have many ties."""
_INTERIOR = {"solver": "ipm", "presolve": "on"}
_OTHER_WAYS: tuple[tuple[dict[str, Any], float], ...] = (
    ({}, np.inf),
    ({"presolve": "on"}, np.inf),
    ({"simplex_strategy": 4}, np.inf),
    (_INTERIOR, np.inf),
    (_INTERIOR, 1e6),
)
"""Further tries where a solve ends without an answer: options (presolve, primal simplex, interior point), and
the largest cost that the solver is to see."""


@dataclass(frozen=True)
class Basis:
    """Which columns and slacks of rows are basic; the others are at one of their bounds.

    Attributes:
        columns: status of each variable, in the order given to ``solve_lp``.
        rows: status of each row, in that order.
    """

    columns: Statuses
    rows: Statuses


@dataclass(frozen=True)
class LpSolution:
    """A proven optimum of one linear program.

    Attributes:
        objective: value of the objective, its constant included.
        values: values of the variables, in the order given.
        duals: change of the objective per unit of each row's bound, in the order given.
        seconds: time spent inside the solver.
        basis: the basis of the optimum; none from a solver that does not tell it.
    """

    objective: float
    values: Array
    duals: Array
    seconds: float
    basis: Basis | None = None


def solve_lp(
    lp: LinearProgram,
    solver: SolverName = "highs",
    time_limit_s: float = 600.0,
    basis: Basis | None = None,
    upper: Array | None = None,
) -> LpSolution:
    """Minimise a linear program.

    Args:
        lp: the program.
        solver: "highs" or "cbc".
        time_limit_s: time limit of the solver [s].
        basis: where HiGHS starts from; it need not be one (HiGHS repairs it). CBC starts from nothing.
        upper: upper bounds of the variables that its rows imply, which help HiGHS.

    Raises:
        NoPlanError: anything but a proven optimum; its status is one of ``Status``.
    """
    if time_limit_s <= 0.0:
        raise no_plan(Status.TIME_LIMIT)
    if solver == "cbc":
        return _run_cbc(lp, time_limit_s)
    try:
        return _run_highs(lp, time_limit_s, basis, upper)
    except NoPlanError as error:
        if error.status != Status.NUMERICAL:
            raise
        try:
            return _run_cbc(lp, time_limit_s)
        except NoPlanError:
            raise error from None


def no_plan(status: Status) -> NoPlanError:
    """The error that says why there is no plan."""
    return NoPlanError(status, MESSAGES[status])


def _run_highs(
    lp: LinearProgram, time_limit_s: float, basis: Basis | None, upper: Array | None
) -> LpSolution:
    """The program goes to HiGHS in one piece; status, values, duals and basis come back in bulk.

    Presolve is off at first: on these programs it costs more than it saves, and with HiGHS 1.15.1 it was seen
    to run for over a minute on a program of 200 rows that the simplex method solves in 0.01 s.
    """
    most = lp.upper if upper is None else np.minimum(lp.upper, upper)
    started = time.perf_counter()
    status, costs = Status.NUMERICAL, 1.0
    for model, unit in _tries(lp, most, basis):
        costs = unit
        remaining = time_limit_s - (time.perf_counter() - started)
        model.setOptionValue("time_limit", max(0.0, remaining))
        status = run_model(model)
        if model.getModelStatus() == highspy.HighsModelStatus.kIterationLimit:
            model.setOptionValue(_MOVED, 1.0)
            model.setOptionValue("simplex_iteration_limit", highspy.kHighsIInf)
            status = run_model(model)
        if status in (Status.OPTIMAL, Status.TIME_LIMIT):
            break
        if status is not Status.NUMERICAL and basis is None:
            break  # a start that leads astray says nothing of the program
        basis = None
    seconds = time.perf_counter() - started
    if status is not Status.OPTIMAL:
        raise no_plan(status)
    solution = model.getSolution()
    values, activity = np.asarray(solution.col_value), np.asarray(solution.row_value)
    return LpSolution(
        costs * model.getObjectiveValue() + lp.constant,
        values,
        costs * np.asarray(solution.row_dual),
        seconds,
        _basis_of(model, (values, np.zeros_like(most), most), (activity, lp.lower, lp.most)),
    )


def _basis_of(model: Any, columns: tuple[Array, ...], rows: tuple[Array, ...]) -> Basis | None:
    """The basis of an optimum, from which variables are basic: much faster than status by status.

    Args:
        model: the model.
        columns: values, lower and upper bounds, shape (variables,) each.
        rows: the same, shape (rows,) each.
    """
    if not len(rows[0]):
        return None
    status, basic = model.getBasicVariables()
    if status != highspy.HighsStatus.kOk:
        return None
    with np.errstate(invalid="ignore"):
        found = Basis(
            *(
                np.where(upper - value < value - lower, UPPER, LOWER).astype(np.int8)
                for value, lower, upper in (columns, rows)
            )
        )
    found.columns[basic[basic >= 0]] = BASIC
    found.rows[-1 - basic[basic < 0]] = BASIC
    return found


def _tries(lp: LinearProgram, upper: Array, basis: Basis | None) -> Iterator[tuple[Any, float]]:
    """The model, ready to run, with other options each time that it is asked for, and its unit of costs.

    Raises:
        NoPlanError: HiGHS refuses the program.
    """
    largest = float(np.abs(lp.cost).max(initial=0.0))
    warm = _WARM | {"simplex_iteration_limit": TIED * len(lp.lower)}
    for options, most in _OTHER_WAYS if basis is None else ((warm, np.inf), *_OTHER_WAYS):
        unit = max(1.0, largest / most)
        model = highs_model(replace(lp, upper=upper, cost=lp.cost / unit), _ALWAYS | options)
        if basis is not None:
            model.setBasis(_highs_basis(basis))
            basis = None
        yield model, unit


def run_model(model: Any) -> Status:
    """Run a model; where HiGHS's threads were set up otherwise by another model of the process, once more."""
    if model.run() == highspy.HighsStatus.kError:
        highspy.Highs.resetGlobalScheduler(True)
        if model.run() == highspy.HighsStatus.kError:
            return Status.NUMERICAL
    return _KNOWN.get(model.getModelStatus(), Status.NUMERICAL)


class _Silent(highspy.Highs):
    """HiGHS without a word: from 1.16 on it greets on standard output while it is being made.

    What it calls first of its own methods is this one, so here its output is turned off.
    """

    def enableCallbacks(self) -> None:  # noqa: N802 (the name that HiGHS gives it)
        """Turn the output off, then do what HiGHS does."""
        self.silent()
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def highs_model(
    lp: LinearProgram, options: Mapping[str, Any], integer: npt.NDArray[np.bool_] | None = None
) -> Any:
    """A HiGHS model of a program, without its constant, that says nothing.

    Args:
        lp: the program.
        options: HiGHS's, by name.
        integer: which variables are integer, shape (variables,); none if not given.

    Raises:
        NoPlanError: HiGHS refuses the program.
    """
    model = _Silent()  # type: ignore[no-untyped-call]
    for name, value in options.items():
        model.setOptionValue(name, value)
    matrix, n = lp.matrix, len(lp.cost)
    passed = model.passModel(
        n,
        len(lp.lower),
        matrix.nnz,
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        lp.cost,
        np.zeros(n),
        lp.upper,
        lp.lower,
        lp.most,
        matrix.indptr,
        matrix.indices,
        matrix.data,
        np.zeros(n, np.int32) if integer is None else integer.astype(np.int32),
    )
    if passed == highspy.HighsStatus.kError:
        raise NoPlanError(Status.NUMERICAL, REFUSED)
    return model


def _highs_basis(basis: Basis) -> highspy.HighsBasis:
    given = highspy.HighsBasis()
    given.col_status = [_STATUS[number] for number in basis.columns.tolist()]
    given.row_status = [_STATUS[number] for number in basis.rows.tolist()]
    given.valid = given.alien = True  # alien: HiGHS may not trust it
    return given


def _run_cbc(program: LinearProgram, time_limit_s: float) -> LpSolution:
    """The CBC that comes with PuLP, as a program of its own."""
    lp, variables, rows = program.as_pulp()
    bundled = pulp.PULP_CBC_CMD.pulp_cbc_path
    adapter = pulp.COIN_CMD(path=bundled, msg=False, timeLimit=time_limit_s)
    if not adapter.available():
        raise NoPlanError(Status.NUMERICAL, "CBC is not installed here; choose solver.name = highs")
    started = time.perf_counter()
    try:
        lp.solve(adapter)
    except pulp.PulpSolverError as error:
        raise no_plan(Status.NUMERICAL) from error
    seconds = time.perf_counter() - started
    status = _cbc_status(lp)
    if status is not Status.OPTIMAL:
        raise no_plan(status)
    values = np.array([variable.varValue or 0.0 for variable in variables])
    duals = np.array([row.pi or 0.0 for row in rows])
    return LpSolution(float(program.cost @ values) + program.constant, values, duals, seconds)


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

"""The plan of a planning problem: solve, certify, refine, until plan and bound meet."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from planner.errors import NoPlanError
from planner.frames import sum_by
from planner.model.build import LinearProgram, build
from planner.model.problem import PlanningProblem
from planner.solve import certificate as cert
from planner.solve.lp import LpSolution, SolverName, Status, solve_lp
from planner.solve.prices import Prices, read_prices, rows_of
from planner.solve.refine import first_breakpoints, refined

Array = npt.NDArray[np.float64]
Progress = Callable[[str], None]

NO_MISSION = 1e-9
"""Fewer missions in the horizon than this are rounding of the solver."""


@dataclass(frozen=True)
class Solution:
    """The best plan that was found, with its proof.

    Attributes:
        status: OPTIMAL when the certificate is within its tolerance; else why the rounds ended before.
        missions: missions in the horizon by activity, shape (activities,).
        money: amounts by row of ``PlanningProblem.funding`` [money].
        factor: coverage factor of each cell, shape (cells,).
        prices: prices that the bound stands on.
        certificate: value, bound and gap.
        program: the linear program of the final round.
        solver_seconds: time inside the solver, all rounds [s].
    """

    status: Status
    missions: Array
    money: Array
    factor: Array
    prices: Prices
    certificate: cert.Certificate
    program: LinearProgram
    solver_seconds: float


def optimise(
    problem: PlanningProblem,
    gap_tolerance: float = 1e-4,
    *,
    solver: SolverName = "highs",
    time_limit_s: float = 600.0,
    max_rounds: int = 30,
    progress: Progress = lambda _: None,
) -> Solution:
    """Solve the linear program, compare the plan's true value with the bound, refine the chords, repeat.

    Args:
        problem: what is to be planned.
        gap_tolerance: largest relative gap between plan and bound.
        solver: "highs" or "cbc".
        time_limit_s: time for all rounds [s].
        max_rounds: most linear programs that are solved.
        progress: told of every round in a sentence.

    Returns:
        The plan; its status says whether it is proven. When the time runs out after the first round, the best
        plan so far is returned with status TIME_LIMIT and its true gap.

    Raises:
        NoPlanError: no plan at all.
    """
    deadline = time.monotonic() + time_limit_s
    breakpoints = first_breakpoints(problem)
    best: Solution | None = None
    for number in range(1, max_rounds + 1):
        try:
            with _collector_paused():
                program = build(problem, breakpoints, gap_tolerance)
                result = solve_lp(
                    program.lp, program.variables.all(), rows_of(program), solver, deadline - time.monotonic()
                )
        except NoPlanError as error:
            if best is None:
                raise
            return replace(best, status=Status(error.status))
        best = _better(best, _read_plan(problem, program, result, gap_tolerance))
        proof = best.certificate
        progress(f"round {number}: {proof}")
        if proof.proven:
            return replace(best, status=Status.OPTIMAL)
        breakpoints = refined(problem, breakpoints, best.prices, best.factor, proof)
    if best is None:
        raise ValueError("max_rounds must be at least 1")
    return replace(best, status=Status.ROUND_LIMIT)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Make a program's many objects without looking for garbage: a fifth of a solve's time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _better(best: Solution | None, new: Solution) -> Solution:
    """The new round, with the best plan and the best bound of all rounds."""
    if best is None:
        return new
    plan = min(best, new, key=lambda solution: solution.certificate.plan_value)
    proof = replace(
        new.certificate,
        plan_value=plan.certificate.plan_value,
        bound=max(best.certificate.bound, new.certificate.bound),
        rounds=best.certificate.rounds + 1,
    )
    return replace(
        new,
        missions=plan.missions,
        money=plan.money,
        factor=plan.factor,
        certificate=proof,
        solver_seconds=best.solver_seconds + new.solver_seconds,
    )


def _read_plan(
    problem: PlanningProblem, program: LinearProgram, result: LpSolution, gap_tolerance: float
) -> Solution:
    """Missions, money, prices and proof of one round, in natural units."""
    n_missions, n_money = len(program.variables.missions), len(program.variables.money)
    missions = result.values[:n_missions]
    missions = np.where(missions > NO_MISSION, missions, 0.0)
    money = np.maximum(0.0, result.values[n_missions : n_missions + n_money])
    factor = cert.coverage_factors(problem, missions)
    prices = read_prices(problem, program, result)
    return Solution(
        status=Status.ROUND_LIMIT,
        missions=missions,
        money=_matching(problem, missions, money),
        factor=factor,
        prices=prices,
        certificate=cert.Certificate(
            plan_value=cert.true_value(problem, factor),
            bound=cert.lower_bound(problem, prices),
            idle_value=cert.idle_value(problem),
            rounds=1,
            gap_tolerance=gap_tolerance,
        ),
        program=program,
        solver_seconds=result.seconds,
    )


def _matching(problem: PlanningProblem, missions: Array, money: Array) -> Array:
    """Scale what programmes pay for each (asset, area) to what its missions cost, equation (9)."""
    rows = problem.usable
    paid_rows = rows[rows["pair"] >= 0]
    cost = paid_rows["cost"].to_numpy() * missions[paid_rows["activity"].to_numpy()]
    spent = sum_by(paid_rows["pair"], cost, len(problem.pairs))
    pair = problem.funding["pair"].to_numpy()
    paid = sum_by(pair, money, len(problem.pairs))
    first_payer = np.r_[True, pair[1:] != pair[:-1]] if len(pair) else np.zeros(0, dtype=bool)
    share = np.where(paid[pair] > 0.0, money / np.where(paid > 0.0, paid, 1.0)[pair], first_payer)
    return np.asarray(share * spent[pair])

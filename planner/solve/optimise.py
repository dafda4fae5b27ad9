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
from planner.solve.fair import Fairness, fair_plan
from planner.solve.limits import within_limits
from planner.solve.lp import LpSolution, SolverName, Status, solve_lp
from planner.solve.prices import Prices, by_kind, read_prices
from planner.solve.refine import first_breakpoints, refined, with_cells_of
from planner.solve.sifting import (
    WHOLE_CELLS,
    Restricted,
    Sample,
    better_rows,
    for_ratio,
    near_optimal,
    restricted,
    samples,
)
from planner.solve.start import Start, basis_for, start_of

Array = npt.NDArray[np.float64]
Progress = Callable[[str], None]

SAMPLE_TOLERANCE = 1e-3
"""Gap at which the prices of a sample are good enough to start from."""
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
        lp_objective: its optimum [Scale.objective].
        solver_seconds: time inside the solver, all rounds [s].
        start: where the solution of a similar problem may start from.
        fairness: of the objective "fair": the smallest ratio of coverage to target, and its proof.
    """

    status: Status
    missions: Array
    money: Array
    factor: Array
    prices: Prices
    certificate: cert.Certificate
    program: LinearProgram
    lp_objective: float
    solver_seconds: float
    start: Start
    fairness: Fairness | None = None


def optimise(
    problem: PlanningProblem,
    gap_tolerance: float = 1e-4,
    *,
    solver: SolverName = "highs",
    time_limit_s: float = 600.0,
    max_rounds: int = 30,
    progress: Progress = lambda _: None,
    start: Start | None = None,
) -> Solution:
    """Solve the linear program, compare the plan's true value with the bound, refine the chords, repeat.

    A large problem is sifted (see ``planner.solve.sifting``): prices from samples of its cells choose the
    effort rows that the linear program sees, and rows that turn out to be better are added in each round. The
    bound knows of all rows, so the certificate is the same. Every linear program starts from the basis of the
    one before (see ``planner.solve.start``).

    The objective "fair" and hard limits take several such solves, see ``planner.solve.fair`` and
    ``planner.solve.limits``; they share the time.

    Args:
        problem: what is to be planned.
        gap_tolerance: largest relative gap between plan and bound.
        solver: "highs" or "cbc".
        time_limit_s: time for all rounds [s].
        max_rounds: most linear programs that are solved.
        progress: told of every round in a sentence.
        start: of the solution of a similar problem: the same cells, areas, assets, bases and programmes, with
            other budgets, capacities, consent, costs or targets. It saves time and changes nothing else.

    Returns:
        The plan; its status says whether it is proven. When the time runs out after the first round, the best
        plan so far is returned with status TIME_LIMIT and its true gap.

    Raises:
        NoPlanError: no plan at all.
        LimitsError: hard limits conflict.
    """
    deadline = time.monotonic() + time_limit_s

    def solve(
        part: PlanningProblem, tolerance: float = gap_tolerance, start: Start | None = None
    ) -> Solution:
        return _certified(part, start, tolerance, solver, deadline, max_rounds, progress)

    if problem.objective == "fair":
        return fair_plan(problem, solve, gap_tolerance)
    return within_limits(problem, solve, gap_tolerance, start)


def _certified(
    problem: PlanningProblem,
    start: Start | None,
    gap_tolerance: float,
    solver: SolverName,
    deadline: float,
    max_rounds: int,
    progress: Progress,
) -> Solution:
    """The plan of one objective whose limits all have a finite penalty."""
    seconds = 0.0
    for part in _samples(problem, start):
        first = start if start is None else start.of_sample(part.cell)
        small = _rounds(part.problem, first, SAMPLE_TOLERANCE, solver, deadline, 3, lambda _: None)
        start, seconds = small.start.of_whole(part.cell, len(problem.cells)), seconds + small.solver_seconds
        progress(f"first prices from {len(part.cell):,} of {len(problem.cells):,} cells")
    if seconds > 0.0 and start is not None and problem.objective == "smallest_ratio":
        start = replace(start, prices=for_ratio(problem, start.prices))
    found = _rounds(problem, start, gap_tolerance, solver, deadline, max_rounds, progress)
    return replace(found, solver_seconds=found.solver_seconds + seconds)


def _samples(problem: PlanningProblem, start: Start | None) -> list[Sample]:
    """The samples worth while: all without a start, else the largest, which says what has changed."""
    if start is None:
        return samples(problem)
    return [] if problem.objective == "smallest_ratio" else samples(problem, known=True)


def _rounds(
    problem: PlanningProblem,
    start: Start | None,
    gap_tolerance: float,
    solver: SolverName,
    deadline: float,
    max_rounds: int,
    progress: Progress,
) -> Solution:
    """The rounds of ``optimise``: with all effort rows, or with those that known prices lead to."""
    active = np.ones(problem.n_activities, dtype=bool)
    if start is not None:
        start = replace(start, prices=start.prices.of(problem))
    known = None if start is None else start.prices
    if start is not None and len(problem.cells) > WHOLE_CELLS:
        active = near_optimal(problem, start.prices) | start.used(problem)
    part = restricted(problem, active)
    if start is None:
        breakpoints = first_breakpoints(part.problem)
    else:
        breakpoints = with_cells_of(start.breakpoints, part.problem, start.prices, problem)
    best: Solution | None = None
    allowed = gap_tolerance * cert.idle_value(problem)
    for number in range(1, max_rounds + 1):
        try:
            with _collector_paused():
                program = build(part.problem, breakpoints, allowed)
                basis = None if start is None else basis_for(start, part.problem, program, problem)
                remaining = deadline - time.monotonic()
                result = solve_lp(
                    program.lp, program.variables.all(), program.all_rows(), solver, remaining, basis
                )
        except NoPlanError as error:
            if best is None:
                raise
            return replace(best, status=Status(error.status))
        plan = _read_plan(problem, part, program, result, known, gap_tolerance)
        best = _better(best, plan)
        proof = best.certificate
        progress(f"round {number}: {proof}; {len(part.activity)} of {problem.n_activities} activities")
        if proof.proven:
            return replace(best, status=Status.OPTIMAL)
        start, allowed = plan.start, gap_tolerance * proof.size
        known = None  # what the program did not see has no price, so that it is seen in the next round
        active = better_rows(problem, start.prices, active)
        part = restricted(problem, active)
        breakpoints = refined(problem, breakpoints, start.prices, plan.factor, proof)
        breakpoints = with_cells_of(breakpoints, part.problem, start.prices, problem)
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
    bounded = max(best, new, key=lambda solution: solution.certificate.bound)
    proof = replace(
        new.certificate,
        plan_value=plan.certificate.plan_value,
        bound=bounded.certificate.bound,
        rounds=best.certificate.rounds + 1,
    )
    return replace(
        new,
        missions=plan.missions,
        money=plan.money,
        factor=plan.factor,
        prices=bounded.prices,
        certificate=proof,
        solver_seconds=best.solver_seconds + new.solver_seconds,
    )


def _read_plan(
    problem: PlanningProblem,
    part: Restricted,
    program: LinearProgram,
    result: LpSolution,
    known: Prices | None,
    gap_tolerance: float,
) -> Solution:
    """Missions, money, prices and proof of one round for the whole problem, in natural units."""
    values = by_kind(program.variables.kinds(), result.values)
    seen = values["missions"]
    missions = part.whole(np.where(seen > NO_MISSION, seen, 0.0), problem.n_activities)
    paid = np.maximum(0.0, values["money"])
    factor = cert.coverage_factors(problem, missions)
    money = _matching(problem, missions, _money_of_whole(problem, part.problem, paid))
    prices = read_prices(part.problem, program, result, known)
    return Solution(
        status=Status.ROUND_LIMIT,
        missions=missions,
        money=money,
        factor=factor,
        prices=prices,
        certificate=cert.Certificate(
            plan_value=cert.true_value(problem, factor, money),
            bound=cert.lower_bound(problem, prices),
            idle_value=cert.idle_value(problem),
            rounds=1,
            gap_tolerance=gap_tolerance,
        ),
        program=program,
        lp_objective=result.objective,
        solver_seconds=result.seconds,
        start=start_of(part.problem, program, result, prices),
    )


def _money_of_whole(problem: PlanningProblem, part: PlanningProblem, paid: Array) -> Array:
    """Amounts by the funding rows of the whole problem, from those of its restricted part."""
    number = len(problem.programmes)
    amounts = np.zeros(len(problem.pairs) * number)
    amounts[part.funding["pair"].to_numpy() * number + part.funding["programme"].to_numpy()] = paid
    return np.asarray(amounts[problem.funding["pair"] * number + problem.funding["programme"]])


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

"""Rounds of linear programs: each sees what the last one has shown to matter, until plan and bound meet."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from planner.errors import NoPlanError
from planner.frames import sum_by
from planner.model.breakpoints import Breakpoints
from planner.model.build import LinearProgram, build
from planner.model.problem import PlanningProblem
from planner.solve import certificate as cert
from planner.solve.basis import basis_for, implied_bounds
from planner.solve.fair import Fairness
from planner.solve.grouping import Grouped, divided, each_alone, grouped, leaders
from planner.solve.lp import LpSolution, SolverName, Status, solve_lp
from planner.solve.prices import Prices, by_kind, read_prices
from planner.solve.refine import first_breakpoints, refined, with_cells_of
from planner.solve.sifting import WHOLE_CELLS, Restricted, better_rows, near_optimal, restricted
from planner.solve.start import Start, start_of

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]

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
        leader: the cell that stands for each cell in that program, shape (cells,); see
            ``planner.solve.grouping``.
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
    leader: Integers
    lp_objective: float
    solver_seconds: float
    start: Start
    fairness: Fairness | None = None

    @property
    def breakpoints(self) -> Breakpoints:
        """Those of the final round, for every cell: they are those of the cell that stands for it."""
        return self.program.breakpoints.given_to(self.leader)


@dataclass(frozen=True)
class Means:
    """What rounds are solved with.

    Attributes:
        solver: "highs" or "cbc".
        deadline: when they end, by ``time.monotonic`` [s].
        max_rounds: most linear programs that are solved.
        progress: told of every round in a sentence.
    """

    solver: SolverName
    deadline: float
    max_rounds: int
    progress: Callable[[str], None]


@dataclass(frozen=True)
class _Round:
    """What a round sees of a problem: cells in groups, some of the effort rows, breakpoints.

    Attributes:
        groups: the problem whose cells stand together.
        active: activities of the groups that the linear program sees, shape (activities,).
        breakpoints: its intervals.
        start: where it starts from; prices of coverage factors are those of the groups.
    """

    groups: Grouped
    active: Booleans
    breakpoints: Breakpoints
    start: Start | None

    @cached_property
    def part(self) -> Restricted:
        """The problem of the linear program."""
        return restricted(self.groups.problem, self.active)


def rounds(
    problem: PlanningProblem, start: Start | None, gap_tolerance: float, means: Means, allowed: float
) -> Solution:
    """Solve, certify and refine: with all effort rows, or with those that known prices lead to.

    Args:
        problem: what is to be planned; its limits have finite penalties.
        start: what is known; a problem of many cells then is grouped and sifted.
        gap_tolerance: largest relative gap between plan and bound.
        means: what to solve with.
        allowed: gap [objective] that the small price of money may be a hundredth of in the first round; it
            is the same for samples and the whole.

    Raises:
        NoPlanError: no plan at all.
    """
    known = None
    if start is not None:
        start = replace(start, prices=start.prices.of(problem))
        known = start.prices
    this = _first_round(problem, start, gap_tolerance)
    best: Solution | None = None
    for number in range(1, means.max_rounds + 1):
        try:
            program, result = _solved(this, means, allowed)
        except NoPlanError as error:
            if best is None:
                raise
            return replace(best, status=Status(error.status))
        plan = _read_plan(this, program, result, known, gap_tolerance)
        best = _better(best, plan)
        proof = best.certificate
        seen = f"{len(this.part.activity):,} of {problem.n_activities:,} activities"
        means.progress(f"round {number}: {proof}; {seen}, {len(program.cells):,} cells or groups")
        if proof.proven:
            return replace(best, status=Status.OPTIMAL)
        if 2.0 * proof.size < proof.idle_value:  # else the price of money stays, and the basis what it was
            allowed = gap_tolerance * proof.size
        known = None  # what the program did not see has no price, so that it is seen in the next round
        this = _next_round(this, plan, proof)
    if best is None:
        raise ValueError("max_rounds must be at least 1")
    return replace(best, status=Status.ROUND_LIMIT)


def _first_round(problem: PlanningProblem, start: Start | None, gap_tolerance: float) -> _Round:
    if start is None or len(problem.cells) <= WHOLE_CELLS:
        groups = grouped(problem, each_alone(problem))
        breakpoints = (
            first_breakpoints(problem)
            if start is None
            else first_breakpoints(problem, start.prices, problem, start.inside)
        )
        return _Round(groups, np.ones(problem.n_activities, dtype=bool), breakpoints, start)
    groups = grouped(problem, leaders(problem, start.prices, gap_tolerance))
    start = replace(start, prices=groups.prices_of_groups(start.prices))
    active = near_optimal(groups.problem, start.prices) | start.used(groups.problem)
    part = restricted(groups.problem, active).problem
    return _Round(groups, active, first_breakpoints(part, start.prices, groups.problem, start.inside), start)


def _next_round(last: _Round, plan: Solution, proof: cert.Certificate) -> _Round:
    """More effort rows, smaller groups and finer breakpoints, each where it is worth while."""
    prices = plan.start.prices
    active = better_rows(last.groups.problem, last.groups.prices_of_groups(prices), last.active)
    groups = divided(last.groups, prices, proof.gap_tolerance, proof.gap_tolerance * proof.size)
    if groups is not last.groups:
        kept = last.groups.problem.activity_id[active]
        active = near_optimal(groups.problem, groups.prices_of_groups(prices))
        active |= np.isin(groups.problem.activity_id, kept)
    start = replace(plan.start, prices=groups.prices_of_groups(prices))
    part = restricted(groups.problem, active).problem
    breakpoints = refined(groups.problem, last.breakpoints, start.prices, plan.factor, proof, start.inside)
    return _Round(groups, active, with_cells_of(breakpoints, part, start.prices, groups.problem), start)


def _solved(this: _Round, means: Means, allowed: float) -> tuple[LinearProgram, LpSolution]:
    """The linear program of a round, and its optimum."""
    part = this.part.problem
    with _collector_paused():
        program = build(part, this.breakpoints, allowed)
        start = this.start
        basis = None if start is None else basis_for(start, part, program, this.groups.problem)
        remaining = means.deadline - time.monotonic()
        columns, rows = program.variables.all(), program.all_rows()
        most = implied_bounds(part, program)
        return program, solve_lp(program.lp, columns, rows, means.solver, remaining, basis, most)


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
    this: _Round,
    program: LinearProgram,
    result: LpSolution,
    known: Prices | None,
    gap_tolerance: float,
) -> Solution:
    """Missions, money, prices and proof of one round for the whole problem, in natural units."""
    problem, part = this.groups.whole, this.part
    values = by_kind(program.variables.kinds(), result.values)
    seen = values["missions"]
    missions = part.whole(np.where(seen > NO_MISSION, seen, 0.0), this.groups.problem.n_activities)
    missions = this.groups.missions(missions)
    paid = np.maximum(0.0, values["money"])
    factor = cert.coverage_factors(problem, missions)
    money = _matching(problem, missions, _money_of_whole(problem, part.problem, paid))
    prices = this.groups.prices_of_cells(read_prices(part.problem, program, result, known))
    bound = cert.lower_bound(problem, prices)
    return Solution(
        status=Status.ROUND_LIMIT,
        missions=missions,
        money=money,
        factor=factor,
        # a bound of nothing holds at no prices; those of the program may prove less
        prices=prices if bound != 0.0 else prices.free(),
        certificate=cert.Certificate(
            plan_value=cert.true_value(problem, factor, money),
            bound=bound,
            idle_value=cert.idle_value(problem),
            rounds=1,
            gap_tolerance=gap_tolerance,
        ),
        program=program,
        leader=this.groups.leader,
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

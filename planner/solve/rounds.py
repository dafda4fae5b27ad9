"""Rounds of linear programs: each sees what the last one has shown to matter, until plan and bound meet."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from planner.errors import NoPlanError
from planner.model.breakpoints import Breakpoints
from planner.model.build import LinearProgram, build
from planner.model.problem import PlanningProblem
from planner.solve import certificate as cert
from planner.solve.basis import basis_for, implied_bounds
from planner.solve.grouping import Grouped, divided, each_alone, grouped, leaders
from planner.solve.lp import LpSolution, SolverName, Status, solve_lp
from planner.solve.refine import first_breakpoints, refined, with_cells_of
from planner.solve.sifting import WHOLE_CELLS, Restricted, better_rows, near_optimal, restricted
from planner.solve.solution import Solution, better, read_solution
from planner.solve.start import Start

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]


COARSE = 1e-4
"""Cells stand together in the first round as if the gap that is wanted were no smaller than this."""


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
        part: the problem with these alone, which the linear program is built from.
        breakpoints: its intervals.
        start: where it starts from; prices of coverage factors are those of the groups.
    """

    groups: Grouped
    active: Booleans
    part: Restricted
    breakpoints: Breakpoints
    start: Start | None


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
        plan = read_solution(this.groups, this.part, program, result, known, gap_tolerance)
        best = better(best, plan)
        proof = best.certificate
        seen = f"{len(this.part.activity):,} of {problem.n_activities:,} activities"
        means.progress(f"round {number}: {proof}; {seen}, {len(program.cells):,} cells or groups of them")
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
    """All effort rows of all cells where the problem is small, else those that known prices lead to."""
    if start is None or len(problem.cells) <= WHOLE_CELLS:
        groups = grouped(problem, each_alone(problem))
        active = np.ones(problem.n_activities, dtype=bool)
    else:
        groups = grouped(problem, leaders(problem, start.prices, max(gap_tolerance, COARSE)))
        start = replace(start, prices=groups.prices_of_groups(start.prices))
        active = near_optimal(groups.problem, start.prices) | start.used(groups.problem)
    part = restricted(groups.problem, active)
    if start is None:
        return _Round(groups, active, part, first_breakpoints(part.problem), start)
    breakpoints = first_breakpoints(part.problem, start.prices, groups.problem, start.inside)
    return _Round(groups, active, part, breakpoints, start)


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
    part = restricted(groups.problem, active)
    breakpoints = last.breakpoints
    if groups is not last.groups:  # parts of a group begin with its breakpoints
        leads = groups.leader == np.arange(len(groups.leader))
        breakpoints = breakpoints.given_to(np.where(leads, last.groups.leader, -1))
    breakpoints = refined(groups.problem, breakpoints, start.prices, plan.factor, proof, start.inside)
    breakpoints = with_cells_of(breakpoints, part.problem, start.prices, groups.problem)
    return _Round(groups, active, part, breakpoints, start)


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

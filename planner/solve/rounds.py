"""Rounds of linear programs: each sees what the last one has shown to matter, until plan and bound meet."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from planner.core.breakpoints import Breakpoints
from planner.core.certificate import Certificate, Valuation, valuation
from planner.core.prices import among
from planner.core.problem import Array, Booleans, Problem
from planner.core.program import Program, build
from planner.errors import NoPlanError
from planner.solve.aggregation import Aggregated, aggregated, divided, groups, single
from planner.solve.refinement import TIED_WIDTH, fine_width, first_breakpoints, refined, with_nodes_of
from planner.solve.resource_sample import MANY
from planner.solve.samples import WHOLE_NODES
from planner.solve.sifting import better, near_optimal
from planner.solve.solution import Solution, better_of, read_solution
from planner.solve.solver import LpSolution, SolverName, Status, no_plan, solve_lp
from planner.solve.warm_start import WarmStart, basis_for, implied_bounds

COARSE = 1e-4
"""Nodes are grouped in the first round as if the gap that is wanted were no smaller than this, but
from a start that is near."""


@dataclass(frozen=True)
class Effort:
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


@dataclass(frozen=True, eq=False)
class _Round:
    """What a round sees of a problem: nodes in groups, some of the activities, breakpoints.

    Attributes:
        groups: the problem whose nodes are grouped.
        active: activities of the groups that the linear program sees, shape (activities,).
        part: the problem with these alone, which the linear program is built from.
        breakpoints: its intervals.
        start: where it starts from; none where nothing is known.
        at: valuation of the groups at the prices that are known; none where none are.
    """

    groups: Aggregated
    active: Booleans
    part: Problem
    breakpoints: Breakpoints
    start: WarmStart | None = None
    at: Valuation | None = None


def rounds(
    problem: Problem, start: WarmStart | None, tolerance: float, effort: Effort, allowed: float
) -> Solution:
    """Solve, certify and refine: with all activities, or with those that known prices lead to.

    Args:
        problem: what is to be planned; its goals have finite penalties.
        start: what is known; a problem of many nodes then is aggregated and sifted.
        tolerance: largest relative gap between plan and bound.
        effort: what to solve with.
        allowed: gap [objective] that the tie-break is measured by in the first round; it is the same for
            samples and the whole.

    Raises:
        NoPlanError: no plan at all.
    """
    this = _first_round(problem, start, tolerance)
    known = None if this.at is None else this.at.prices
    best: Solution | None = None
    for number in range(1, effort.max_rounds + 1):
        try:
            program, result = _solved(this, effort, allowed)
        except NoPlanError as error:
            if best is None:
                raise
            return replace(best, status=Status(error.status))
        plan = read_solution(this.groups, this.active, program, result, known, tolerance)
        best = better_of(best, plan)
        proof = best.certificate
        if proof.contradicts:
            raise no_plan(Status.NUMERICAL)
        seen = f"{len(program.x):,} of {len(problem.activities):,} activities"
        effort.progress(f"round {number}: {proof}; {seen}, {len(program.nodes):,} nodes or groups of them")
        if proof.proven:
            return replace(best, status=Status.OPTIMAL)
        if 2.0 * proof.scale < proof.stake:  # else the tie-break stays, and the basis what it was
            allowed = tolerance * proof.scale
        known = None  # what the program did not see has no price, so that it is seen in the next round
        this = _next_round(this, plan, proof, best.factor if plan.certificate.value > proof.value else None)
    if best is None:
        raise ValueError("max_rounds must be at least 1")
    return replace(best, status=Status.ROUND_LIMIT)


def _first_round(problem: Problem, start: WarmStart | None, tolerance: float) -> _Round:
    """All activities of all nodes where the problem is small, else those that known prices lead to."""
    if start is None:
        every = np.ones(len(problem.activities), dtype=bool)
        return _Round(single(problem), every, problem, first_breakpoints(problem))
    prices = start.prices.for_problem(problem)
    at = valuation(problem, prices)
    coarse, width = (tolerance, fine_width(tolerance)) if start.near else (max(tolerance, COARSE), TIED_WIDTH)
    if len(problem.nodes) <= WHOLE_NODES:
        whole = single(problem)
    else:
        whole = aggregated(problem, groups(problem, at, coarse, start.alone_of(problem)))
        if whole.problem is not problem:
            at = valuation(whole.problem, whole.prices_of_groups(prices))
    active = np.ones(len(whole.problem.activities), dtype=bool)
    if len(problem.nodes) > WHOLE_NODES or len(active) > MANY:
        active = near_optimal(whole.problem, at) | start.used(whole.problem)
    part = whole.problem if active.all() else whole.problem.keeping(active)
    breakpoints = first_breakpoints(part, at, start.inside_of(part), width)
    return _Round(whole, active, part, breakpoints, start, at)


def _next_round(last: _Round, plan: Solution, proof: Certificate, better_factor: Array | None) -> _Round:
    """More activities, smaller groups and finer breakpoints, each where it is worth while.

    Args:
        last: the round.
        plan: what it has led to.
        proof: certificate of the best plan and bound so far.
        better_factor: coverage factor of that plan, shape (nodes,); none where it is this one.
    """
    start = plan.start
    prices = start.prices.prices
    at = valuation(last.groups.problem, last.groups.prices_of_groups(prices))
    active = better(last.groups.problem, at, last.active)
    together = start.alone_of(last.groups.problem)
    new = divided(last.groups, prices, at, proof.tolerance, proof.tolerance * proof.scale, together)
    breakpoints = last.breakpoints
    if new is not last.groups:
        keys = last.groups.problem.activity_keys[active]
        at = valuation(new.problem, new.prices_of_groups(prices))
        active = near_optimal(new.problem, at)
        active |= among(new.problem.activity_keys, keys)
        # parts of a group begin with its breakpoints
        breakpoints = breakpoints.of_members(last.groups.group[new.representative])
    inside = start.inside_of(new.problem)
    part = new.problem if active.all() else new.problem.keeping(active)
    factor = plan.factor[new.representative]
    known = None if better_factor is None else better_factor[new.representative]
    breakpoints = refined(new.problem, breakpoints, at, factor, proof, inside, known)
    breakpoints = with_nodes_of(breakpoints, part, at)
    return _Round(new, active, part, breakpoints, start, at)


def _solved(this: _Round, effort: Effort, allowed: float) -> tuple[Program, LpSolution]:
    """The linear program of a round, and its optimum."""
    program = build(this.part, this.breakpoints, allowed)
    basis = None
    if this.start is not None and this.at is not None and this.start.columns:
        of_part = this.at if this.part is this.groups.problem else valuation(this.part, this.at.prices)
        basis = basis_for(this.start, program, this.at, of_part)
    remaining = effort.deadline - time.monotonic()
    return program, solve_lp(program.lp, effort.solver, remaining, basis, implied_bounds(program))

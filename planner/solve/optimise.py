"""The plan of a problem: solve, certify, refine, until plan and bound meet."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from planner.core.problem import Problem
from planner.solve.hard_goals import with_hard_goals
from planner.solve.lexicographic import fair_plan
from planner.solve.merging import merged
from planner.solve.resource_sample import resource_sample, start_of_all
from planner.solve.rounds import COARSE, Effort, rounds
from planner.solve.samples import SAMPLE_TOLERANCE, Sample, samples
from planner.solve.solution import Solution
from planner.solve.solver import SolverName
from planner.solve.warm_start import WarmStart

Progress = Callable[[str], None]

SAMPLE_ROUNDS = 3
"""Most linear programs that are solved for a sample."""


def optimise(
    problem: Problem,
    gap_tolerance: float = 1e-4,
    *,
    solver: SolverName = "highs",
    time_limit_s: float = 600.0,
    max_rounds: int = 30,
    progress: Progress = lambda _: None,
    start: WarmStart | None = None,
) -> Solution:
    """Solve the linear program, compare the plan's true value with the bound, refine the chords, repeat.

    A large problem is sifted (see ``sifting``): prices from samples of its nodes, or of its assets where they
    are very many (see ``resource_sample``), choose the activities that the linear program sees, and those
    that turn out to be better are added in each round. Similar nodes are grouped (``aggregation``),
    and equivalent accounts are merged (``merging``). The bound knows of all activities and nodes, so the
    certificate is the same. Every linear program starts from the basis of the one before (``warm_start``).

    A smallest ratio and hard goals take several such solves, see ``lexicographic`` and ``hard_goals``; they
    share the time.

    Args:
        problem: what is to be planned.
        gap_tolerance: largest relative gap between plan and bound.
        solver: "highs" or "cbc".
        time_limit_s: time for all rounds [s].
        max_rounds: most linear programs that are solved.
        progress: told of every round in a sentence.
        start: of the solution of a similar problem. It saves time and changes nothing else.

    Returns:
        The plan; its status says whether it is proven. When the time runs out after the first round, the best
        plan so far is returned with status TIME_LIMIT and its true gap.

    Raises:
        NoPlanError: no plan at all.
        LimitsError: hard goals conflict.
    """
    effort = Effort(solver, time.monotonic() + time_limit_s, max_rounds, progress)

    def solve(
        part: Problem,
        tolerance: float = gap_tolerance,
        start: WarmStart | None = None,
        effort: Effort = effort,
    ) -> Solution:
        return _certified(part, start, tolerance, effort)

    small = merged(problem)
    if problem.has_ratio:
        quiet = replace(effort, progress=lambda _: None)
        found = fair_plan(small.problem, solve, gap_tolerance, partial(solve, effort=quiet))
    else:
        found = with_hard_goals(small.problem, solve, gap_tolerance, start)
    return small.solution_of_whole(found)


def _certified(problem: Problem, start: WarmStart | None, tolerance: float, effort: Effort) -> Solution:
    """The plan of a problem whose goals all have a finite penalty."""
    seconds = 0.0
    allowed = tolerance * problem.stake
    quick = replace(effort, max_rounds=SAMPLE_ROUNDS, progress=lambda _: None)
    fine = min(SAMPLE_TOLERANCE, max(tolerance, COARSE))  # the largest sample, as the first round of all
    parts = _samples(problem, start)
    first_of_all = parts[0].problem if parts else problem
    some = None if start is not None else resource_sample(first_of_all)
    if some is not None:
        small = rounds(some, None, SAMPLE_TOLERANCE, quick, tolerance * some.stake)
        start = start_of_all(first_of_all, small.start)
        seconds += small.solver_seconds
        n_some = len(some.activities)
        effort.progress(f"first prices from {n_some:,} of {len(first_of_all.activities):,} activities")
    for number, part in enumerate(parts):
        first = start
        if start is not None and (number or some is None):
            first = start.of_sample(part.problem, part.share)
        gap = fine if part is parts[-1] else SAMPLE_TOLERANCE
        small = rounds(part.problem, first, gap, quick, tolerance * part.problem.stake)
        start = small.start.scaled(part.share)
        seconds += small.solver_seconds
        n_nodes = len(part.problem.nodes)
        effort.progress(f"first prices from {n_nodes:,} of {len(problem.nodes):,} nodes")
    found = rounds(problem, start, tolerance, effort, allowed)
    return replace(found, solver_seconds=found.solver_seconds + seconds)


def _samples(problem: Problem, start: WarmStart | None) -> list[Sample]:
    """The samples worth while: all without a start, else the largest, which says what has changed."""
    if start is None:
        return samples(problem)
    return [] if problem.has_ratio or start.near else samples(problem, known=True)

"""The plan of a planning problem: solve, certify, refine, until plan and bound meet."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from planner.model.problem import PlanningProblem
from planner.solve import certificate as cert
from planner.solve.fair import fair_plan
from planner.solve.limits import within_limits
from planner.solve.lp import SolverName
from planner.solve.rounds import Means, rounds
from planner.solve.sifting import Sample, for_ratio, samples
from planner.solve.solution import Solution
from planner.solve.start import Start

Progress = Callable[[str], None]

SAMPLE_TOLERANCE = 1e-3
"""Gap at which the prices of a sample are good enough to start from."""
SAMPLE_ROUNDS = 3
"""Most linear programs that are solved for a sample."""


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
    effort rows that the linear program sees, and rows that turn out to be better are added in each round.
    Cells that are alike stand together (see ``planner.solve.grouping``). The bound knows of all rows and
    cells, so the certificate is the same. Every linear program starts from the basis of the one before (see
    ``planner.solve.start``).

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
    means = Means(solver, time.monotonic() + time_limit_s, max_rounds, progress)

    def solve(
        part: PlanningProblem, tolerance: float = gap_tolerance, start: Start | None = None
    ) -> Solution:
        return _certified(part, start, tolerance, means)

    if problem.objective == "fair":
        return fair_plan(problem, solve, gap_tolerance)
    return within_limits(problem, solve, gap_tolerance, start)


def _certified(problem: PlanningProblem, start: Start | None, gap_tolerance: float, means: Means) -> Solution:
    """The plan of one objective whose limits all have a finite penalty."""
    seconds = 0.0
    allowed = _allowed(problem, gap_tolerance)
    quick = replace(means, max_rounds=SAMPLE_ROUNDS, progress=lambda _: None)
    for part in _samples(problem, start):
        first = start if start is None else start.of_sample(part.cell, part.share)
        same = part.problem.objective == problem.objective
        may = allowed if same else _allowed(part.problem, gap_tolerance)
        small = rounds(part.problem, first, SAMPLE_TOLERANCE, quick, may)
        start = small.start.of_whole(part.cell, part.share, len(problem.cells))
        seconds += small.solver_seconds
        means.progress(f"first prices from {len(part.cell):,} of {len(problem.cells):,} cells")
    if seconds > 0.0 and start is not None and problem.objective == "smallest_ratio":
        start = replace(start, prices=for_ratio(problem, start.prices))
    found = rounds(problem, start, gap_tolerance, means, allowed)
    return replace(found, solver_seconds=found.solver_seconds + seconds)


def _allowed(problem: PlanningProblem, gap_tolerance: float) -> float:
    """The gap that a plan may have before any is known [objective]."""
    return gap_tolerance * cert.idle_value(problem)


def _samples(problem: PlanningProblem, start: Start | None) -> list[Sample]:
    """The samples worth while: all without a start, else the largest, which says what has changed."""
    if start is None:
        return samples(problem)
    return [] if problem.objective == "smallest_ratio" else samples(problem, known=True)

"""Fair plans: leximin over coverage / target, up to the targets; then the coverage.

Level:  max t  with  covered_i >= t target_i  for every area i that is free, and every other area at its level
Last:   the best coverage with every area at its level, as hard goals

Every level is certified. For weights mu_i >= 0 with sum mu_i target_i = 1 every plan has t <= sum mu_i
covered_i, whose best value splits into nodes (``planner.core.certificate``). So with a bound b no plan in
which all free areas keep t has more of area i than

    covered_i / target_i <= t + (b - t) / (mu_i target_i)

Areas for which that is as good as t leave with it, at least the one with the largest weight; the others,
which may have more, are levelled on. An area that meets its target is done: levels end at 1, and what is
beyond is coverage. This is the scheme for convex problems of Ogryczak, Luss, Pioro, Nace and Tomaszewski
(2014, Fair optimization and networks: a survey, Journal of Applied Mathematics) and Luss (2012, Equitable
Resource Allocation). The linear programs of levels are very degenerate (most things have no price there), so
they begin with the prices of a rough plan in which coverage counts, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planner.core.certificate import goal_worth
from planner.core.fairness import FairLevel, FairShares
from planner.core.prices import KnownPrices, Prices
from planner.core.problem import FULL, Array, Booleans, Problem
from planner.solve.hard_goals import with_hard_goals
from planner.solve.solver import Status

if TYPE_CHECKING:
    from planner.solve.solution import Solution

COVERAGE_WORTH = 1.0
"""What all coverage counts beside a smallest ratio of 1 in the rough plan before the first level."""
ROUGH = 1e-2
"""Gap at which that plan is good enough to begin with."""
TIED = 10.0
"""What is as good as a level is at most so many tolerances above it."""
MOST_LEVELS = 40
"""In the last of so many levels all areas leave that are still free."""


def fair_plan(problem: Problem, solve: Callable[..., Solution], tolerance: float) -> Solution:
    """The plan of a problem with ratios; hard goals hold in all stages, soft ones count in the last.

    Args:
        problem: the problem; the weights of its nodes are those of the last stage.
        solve: solves a problem with finite penalties, to a tolerance if one is given.
        tolerance: largest relative gap of every level, and of the last stage.

    Raises:
        LimitsError: the hard goals cannot all hold.
        NoPlanError: as ``with_hard_goals``.
    """
    fair, left_out = fair_goals(problem)
    names = tuple(problem.goals["area_id"].astype(str)[left_out])
    goal = np.zeros(len(problem.goals))  # those that are left out have no price
    if not fair.any():  # nothing to be fair in
        last = with_hard_goals(_with_some_goals(problem, ~left_out), solve, tolerance)
        goal[~left_out] = last.prices.goal
        return replace(last, fairness=FairShares.of([], names), prices=replace(last.prices, goal=goal))
    ratios = _with_some_goals(problem, fair | problem.hard)
    total = float(problem.weight.sum())
    worth = COVERAGE_WORTH / total if total > 0.0 else 0.0
    rough = with_hard_goals(_weighted(ratios, worth), solve, ROUGH)
    held, levels, stages = _levels(problem, fair, solve, tolerance, rough)
    shared = _with_some_goals(_holding(problem, held, fair), ~left_out)
    start = rough.start
    if worth > 0.0:
        known = KnownPrices.of(ratios, _scaled(rough.prices, worth))
        start = replace(start, prices=KnownPrices.of(shared, known.for_problem(shared)))
    last = with_hard_goals(shared, solve, tolerance, start, feasible=True)
    unproven = [one.status for one in (last, *stages) if one.status is not Status.OPTIMAL]
    goal[~left_out] = last.prices.goal
    return replace(
        last,
        status=unproven[0] if unproven else Status.OPTIMAL,
        solver_seconds=sum(one.solver_seconds for one in (rough, *stages, last)),
        fairness=FairShares.of(levels, names),
        prices=replace(last.prices, goal=goal),
    )


def _levels(
    problem: Problem, fair: Booleans, solve: Callable[..., Solution], tolerance: float, rough: Solution
) -> tuple[Array, list[FairLevel], list[Solution]]:
    """Level all areas that a plan is fair to.

    Returns:
        The ratio that each goal is held at, 0 for those that have none, shape (goals,); the levels; and the
        solution of every linear program of levels. Levels that are tied are one.
    """
    # half of the tolerance for the ratio that is found, half for what later stages may give up of it
    part = 0.5 * tolerance
    area_ids = problem.goals["area_id"].astype(str).to_numpy()
    held, free, start = np.zeros(len(fair)), fair.copy(), rough.start
    levels: list[FairLevel] = []
    stages: list[Solution] = []
    while free.any():
        some = fair | problem.hard
        stage = _weighted(_with_some_goals(_holding(problem, held, fair & ~free), some), 0.0)
        found = with_hard_goals(stage, solve, part, start, feasible=True)
        stages.append(found)
        start, proof = found.start, found.certificate
        ratio, bound, tied = -proof.value, -proof.bound, TIED * tolerance * proof.scale
        # a ratio that is as good as 0 beside what could be thought of asks for nothing
        keeps = max(0.0, ratio - part * proof.scale)
        leaves = free.copy()
        if ratio < FULL and found.status is Status.OPTIMAL and len(stages) < MOST_LEVELS:
            weight = np.zeros(len(fair))
            weight[some] = goal_worth(stage, found.prices) * stage.ratio_km2
            leaves &= (bound - keeps <= tied * weight) | (weight >= weight[free].max())
        held[leaves] = keeps
        free &= ~leaves
        names = tuple(area_ids[leaves])
        if levels and ratio <= levels[-1].ratio + tied:
            levels[-1] = replace(levels[-1], areas=(*levels[-1].areas, *names))
        else:
            levels.append(FairLevel(ratio, bound, names))
    return held, levels, stages


def fair_goals(problem: Problem) -> tuple[Booleans, Booleans]:
    """Goals with a ratio that something can reach, and those that nothing can, each of shape (goals,)."""
    able = np.flatnonzero(~problem.slight & (problem.n_effects > 0))
    reached = np.zeros(len(problem.nodes))
    reached[problem.effect[:, able].indices] = 1.0
    if problem.answers is not None:  # where answers are all that counts
        unanswered = problem.response >= FULL
        unanswered[problem.answers[:, ~problem.slight].indices] = False
        reached[unanswered] = 0.0
    share = problem.ratio_km2 > 0.0
    can = np.asarray(problem.cover @ reached) > 0.0
    return share & can, share & ~can


def _with_some_goals(problem: Problem, some: Booleans) -> Problem:
    keep = np.flatnonzero(some)
    return problem.with_goals(problem.goals.iloc[keep], problem.cover[keep])


def _weighted(problem: Problem, worth: float) -> Problem:
    return problem.changed(nodes=problem.nodes.assign(weight=worth * problem.weight))


def _scaled(prices: Prices, worth: float) -> Prices:
    """Prices of a smallest ratio beside which coverage counts as prices of the last stage."""
    return Prices(prices.resource / worth, prices.goal / worth, prices.node / worth)


def _holding(problem: Problem, held: Array, some: Booleans) -> Problem:
    """The problem with some of its ratios as hard goals, each at what it is held at."""
    return problem.with_goals(
        problem.goals.assign(
            wanted=np.where(some, held * problem.ratio_km2, problem.wanted),
            ratio_km2=np.where(some, 0.0, problem.ratio_km2),
            hard=problem.hard | some,
            at_stake=problem.goals["at_stake"] & ~some,
            penalty=np.where(some, np.inf, problem.penalty),
        )
    )

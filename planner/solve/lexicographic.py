"""Fair plans: the smallest coverage / target over the areas is made as large as it can be, then the coverage.

First stage:  max t  with  covered_i >= t target_i  for every goal i with a ratio that something can reach.
Second stage: the best coverage with  covered_i >= (1 - a little) t* target_i  as hard goals.

Both are certified. The linear programs of the first stage are very degenerate (most things have no price
there), so it begins with the prices of a rough plan in which coverage counts, too. Its bound is weak duality:
for weights mu_i >= 0 with sum mu_i target_i = 1 every plan has t <= sum mu_i covered_i, whose best value
splits into nodes (``planner.core.certificate``). This is the first step of a lexicographic max-min
(Ogryczak, Luss, Pioro, Nace and Tomaszewski 2014, Fair optimization and networks: a survey, Journal of
Applied Mathematics); the areas above the smallest are not levelled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planner.core.prices import KnownPrices, Prices
from planner.core.problem import Booleans, Problem
from planner.errors import NoPlanError
from planner.solve.hard_goals import with_hard_goals
from planner.solve.solution import Fairness
from planner.solve.solver import Status

if TYPE_CHECKING:
    from planner.solve.solution import Solution

COVERAGE_WORTH = 1.0
"""What all coverage counts beside a smallest ratio of 1 in the rough plan of the first stage."""
ROUGH = 1e-2
"""Gap at which that plan is good enough to begin with."""


def fair_plan(problem: Problem, solve: Callable[..., Solution], tolerance: float) -> Solution:
    """The plan of a problem with a smallest ratio; hard goals hold in both stages, soft ones in the second.

    Args:
        problem: the problem; the weights of its nodes are those of the second stage.
        solve: solves a problem with finite penalties, to a tolerance if one is given.
        tolerance: largest relative gap of the smallest ratio, and of the second stage.

    Raises:
        LimitsError: the hard goals cannot all hold.
        NoPlanError: no area can be covered that has a target; or as ``with_hard_goals``.
    """
    fair, left_out = fair_goals(problem)
    if not fair.any():
        raise NoPlanError(
            Status.INFEASIBLE,
            "no area with a target above 0 can be covered at all, so there is nothing to be fair in; plan "
            'for objective = "coverage", or give assets, access and money',
        )
    # half of the tolerance for the ratio that is found, half for what the second stage may give up of it
    part = 0.5 * tolerance
    keep = np.flatnonzero(fair | problem.hard)
    ratios = _with_some_goals(problem, keep)
    total = float(problem.weight.sum())
    worth = COVERAGE_WORTH / total if total > 0.0 else 0.0
    rough = with_hard_goals(_weighted(ratios, worth), solve, ROUGH)
    first = with_hard_goals(_weighted(ratios, 0.0), solve, part, rough.start)
    ratio = -first.certificate.value
    # a ratio that is as good as 0 beside what could be thought of asks for nothing
    shared = _shared(problem, fair, left_out, max(0.0, ratio - part * first.certificate.scale))
    start = rough.start
    if worth > 0.0:
        known = KnownPrices.of(ratios, _scaled(rough.prices, worth))
        start = replace(start, prices=KnownPrices.of(shared, known.for_problem(shared)))
    second = with_hard_goals(shared, solve, tolerance, start)
    status = first.status if second.status is Status.OPTIMAL else second.status
    seconds = rough.solver_seconds + first.solver_seconds + second.solver_seconds
    area_ids = problem.goals["area_id"].astype(str)
    fairness = Fairness(
        tuple(area_ids[fair]), tuple(area_ids[left_out]), ratio, -first.certificate.bound, first.certificate
    )
    goal = np.zeros(len(problem.goals))  # those that are left out have no price
    goal[~left_out] = second.prices.goal
    return replace(
        second,
        status=status,
        solver_seconds=seconds,
        fairness=fairness,
        prices=replace(second.prices, goal=goal),
    )


def fair_goals(problem: Problem) -> tuple[Booleans, Booleans]:
    """Goals with a ratio that something can reach, and those that nothing can, each of shape (goals,)."""
    able = np.flatnonzero(~problem.negligible & (problem.most > 0.0) & (problem.n_effects > 0))
    reached = np.zeros(len(problem.nodes))
    reached[problem.effect[:, able].indices] = 1.0
    share = problem.ratio_km2 > 0.0
    can = np.asarray(problem.cover @ reached) > 0.0
    return share & can, share & ~can


def _with_some_goals(problem: Problem, keep: np.ndarray) -> Problem:
    return replace(problem, goals=problem.goals.iloc[keep], cover=problem.cover[keep])


def _weighted(problem: Problem, worth: float) -> Problem:
    return replace(problem, nodes=problem.nodes.assign(weight=worth * problem.weight))


def _scaled(prices: Prices, worth: float) -> Prices:
    """Prices of a smallest ratio beside which coverage counts as prices of the second stage."""
    return Prices(prices.resource / worth, prices.goal / worth, prices.node / worth)


def _shared(problem: Problem, fair: Booleans, left_out: Booleans, ratio: float) -> Problem:
    """The problem of the second stage: coverage, with shares of targets as hard goals."""
    wanted = np.where(fair, ratio * problem.ratio_km2, problem.wanted)
    goals = problem.goals.assign(
        wanted=wanted,
        ratio_km2=0.0,
        hard=problem.hard | fair,
        at_stake=False,
        penalty=np.where(fair, np.inf, problem.penalty),
    )
    keep = np.flatnonzero(~left_out)
    return replace(problem, goals=goals.iloc[keep], cover=problem.cover[keep])

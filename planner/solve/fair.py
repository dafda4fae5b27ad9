"""Fair plans: the smallest coverage / target over the areas is made as large as it can be, then the coverage.

First stage:  max t  with  covered_i >= t target_i  for every area i that something usable reaches.
Second stage: the best coverage with  covered_i >= (1 - a little) t* target_i  as hard limits.

Both are certified. The linear programs of the first stage are very degenerate (most things have no price
there), so it begins with the prices of a rough plan in which coverage counts, too. Its bound is weak duality:
for weights mu_i >= 0 with sum mu_i target_i = 1 every plan has t <= sum mu_i covered_i, whose best value
splits into cells (``planner.solve.certificate``). This is the first step of a lexicographic max-min
(Ogryczak, Luss, Pioro, Nace and Tomaszewski 2014, Fair optimization and networks: a survey, Journal of
Applied Mathematics); the areas above the smallest are not levelled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.errors import NoPlanError
from planner.frames import numbers
from planner.model.demands import COVERAGE
from planner.model.problem import PlanningProblem
from planner.solve.certificate import Certificate
from planner.solve.limits import within_limits
from planner.solve.lp import Status
from planner.solve.prices import Prices

if TYPE_CHECKING:
    from planner.solve.solution import Solution

COVERAGE_WORTH = 1.0
"""What all coverage counts beside a smallest ratio of 1 in the rough plan of the first stage."""
ROUGH = 1e-2
"""Gap at which that plan is good enough to begin with."""

Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Fairness:
    """How fair a plan is.

    Attributes:
        areas: areas that the plan is fair to, shape (areas,).
        ratio: the smallest coverage / target over them that a plan was found for.
        bound: no plan has a larger one.
        certificate: proof of the first stage, whose value is -ratio.
    """

    areas: Booleans
    ratio: float
    bound: float
    certificate: Certificate


def fair_plan(problem: PlanningProblem, solve: Callable[..., Solution], gap_tolerance: float) -> Solution:
    """The plan of the objective "fair"; hard limits hold in both stages, soft ones count in the second.

    Args:
        problem: the problem.
        solve: solves a problem with finite penalties, to a tolerance if one is given.
        gap_tolerance: largest relative gap of the smallest ratio, and of the coverage.

    Raises:
        LimitsError: the hard limits cannot all hold.
        NoPlanError: no area can be covered that has a target; or as ``within_limits``.
    """
    areas = fair_areas(problem)
    if not areas.any():
        raise NoPlanError(
            Status.INFEASIBLE,
            "no area with a target above 0 can be covered at all, so there is nothing to be fair in; plan "
            'for objective = "coverage", or give assets, access and money',
        )
    # half of the tolerance for the ratio that is found, half for what the second stage may give up of it
    part = 0.5 * gap_tolerance
    hard = problem.limits[problem.limits["hard"].to_numpy(dtype=bool)].reset_index(drop=True)
    ratios = replace(problem, objective="smallest_ratio", limits=hard, fair=areas)
    total = float(problem.weight.sum())
    worth = COVERAGE_WORTH / total if total > 0.0 else 0.0
    rough = within_limits(replace(ratios, coverage_worth=worth), solve, ROUGH)
    first = within_limits(ratios, solve, part, rough.start)
    ratio = -first.certificate.plan_value
    shared = with_shares(problem, areas, (1.0 - part) * ratio)
    start = rough.start
    if worth > 0.0:
        start = replace(start, prices=of_coverage(ratios, shared, rough.prices, worth))
    second = within_limits(shared, solve, gap_tolerance, start)
    status = first.status if second.status is Status.OPTIMAL else second.status
    seconds = rough.solver_seconds + first.solver_seconds + second.solver_seconds
    return replace(
        second,
        status=status,
        solver_seconds=seconds,
        fairness=Fairness(areas, ratio, -first.certificate.bound, first.certificate),
    )


def of_coverage(ratios: PlanningProblem, shared: PlanningProblem, prices: Prices, worth: float) -> Prices:
    """Prices of a smallest ratio beside which coverage counts as prices of the second stage.

    Args:
        ratios: the problem of the first stage, with the hard limits alone.
        shared: that of the second stage.
        prices: prices of the first stage [1].
        worth: what a risk-weighted km² counts there [1/km²].
    """
    n_shares = int(np.count_nonzero(ratios.fair)) if ratios.fair is not None else 0
    owed, money = shared.demands, shared.money_demands
    shortfall, spending = np.zeros(len(owed)), np.zeros(len(money))
    of_limits = np.flatnonzero(owed.hard)
    shortfall[of_limits] = np.concatenate([prices.shortfall[n_shares:], prices.shortfall[:n_shares]])
    spending[money.hard] = prices.spending
    names = [field.name for field in fields(Prices)]
    values = {name: getattr(prices, name) for name in names} | {"shortfall": shortfall, "spending": spending}
    return Prices(**{name: value / worth for name, value in values.items()})


def with_shares(problem: PlanningProblem, areas: Booleans, ratio: float) -> PlanningProblem:
    """The problem of the second stage: coverage, with shares of targets as hard limits after all others."""
    place = np.flatnonzero(areas)
    shares = pd.DataFrame(
        {
            "limit_id": "fair_share",
            "kind": COVERAGE,
            "programme": -1,
            "area": place,
            "areas": [()] * len(place),
            "least": ratio * numbers(problem.areas["target_coverage"])[place],
            "penalty": np.inf,
            "hard": True,
            "file": "",
            "row": 0,
        }
    )
    limits = pd.concat([problem.limits, shares], ignore_index=True).astype(problem.limits.dtypes.to_dict())
    return replace(problem, objective="coverage", limits=limits)


def fair_areas(problem: PlanningProblem) -> Booleans:
    """Areas with a target that something reaches which has consent, hours, and money where it costs.

    Returns:
        Which areas, shape (areas,).
    """
    rows = problem.usable
    activity, pair = rows["activity"].to_numpy(), rows["pair"].to_numpy()
    eligible = problem.eligibility
    moneyed = numbers(problem.programmes["budget"])[eligible["programme"]] > 0.0
    paid = np.zeros(len(problem.pairs) + 1, dtype=bool)
    np.logical_or.at(paid, problem.pair_of(eligible), moneyed)
    paid[-1] = True  # what costs nothing has the pair -1
    unpaid = np.bincount(activity[~paid[pair]], minlength=problem.n_activities) > 0
    able = (rows["factor"].to_numpy() > 0.0) & (problem.activity_bound > 0.0)[activity] & ~unpaid[activity]
    reached = np.bincount(rows["area"].to_numpy()[able], minlength=len(problem.areas)) > 0
    return np.asarray(reached & (problem.target_km2 > 0.0))

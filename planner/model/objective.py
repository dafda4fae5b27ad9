"""What a plan is chosen by."""

from __future__ import annotations

import numpy as np
import pulp

from planner.model.breakpoints import Breakpoints
from planner.model.problem import PlanningProblem
from planner.model.rows import Terms
from planner.model.scale import Scale, power_of_ten
from planner.model.variables import Variables


def coverage_objective(
    problem: PlanningProblem, variables: Variables, breakpoints: Breakpoints, scale: Scale
) -> tuple[Terms, float]:
    """Equation (7): sum of risk x area x u, with u = 1 - sum(slope x factor) [Scale.objective].

    Returns:
        Terms and the constant, which is the objective with no effort at all.
    """
    gain = problem.base_weight[breakpoints.cell] * breakpoints.slope / scale.objective
    constant = float(problem.base_weight.sum()) / scale.objective
    return list(zip(variables.factor, (-gain).tolist(), strict=True)), constant


def penalties(problem: PlanningProblem, variables: Variables, scale: Scale) -> Terms:
    """Sum over demands of penalty x short [Scale.objective]; the whole of the objective "shortfall"."""
    terms: Terms = []
    for short, penalty, unit in (
        (variables.shortfall, problem.demands.penalty, scale.demand),
        (variables.money_short, problem.money_demands.penalty, scale.money_demand),
    ):
        price = np.where(np.isfinite(penalty), penalty, 0.0) * unit / scale.objective
        terms += zip(short, price.tolist(), strict=True)
    return terms


def spending(variables: Variables, price: float) -> Terms:
    """A very small price on all money, so that of equal plans the cheapest is taken.

    Args:
        variables: the handles.
        price: objective [Scale.objective] per money [Scale.money]; see ``thrift``.
    """
    return [(money, price) for money in variables.money]


def thrift(problem: PlanningProblem, scale: Scale, allowed: float) -> float:
    """The price of money that can move the objective by at most a hundredth of the gap that is allowed.

    Args:
        problem: the problem.
        scale: its units.
        allowed: gap that is allowed [objective]; were all budgets spent, the term would be at most a
            hundredth of it.

    Returns:
        Objective [Scale.objective] per money [Scale.money]; a power of ten, so that it is the same in most
        rounds and a basis stays what it was.
    """
    if problem.objective not in ("coverage", "shortfall"):
        return 0.0  # a stage on the way to a plan: nobody sees its money
    budget = float(problem.programmes["budget"].sum()) / scale.money
    return float(power_of_ten(0.01 * allowed / scale.objective / budget)) if budget > 0.0 else 0.0


def set_objective(
    lp: pulp.LpProblem,
    problem: PlanningProblem,
    variables: Variables,
    breakpoints: Breakpoints,
    scale: Scale,
    allowed: float,
) -> None:
    """Set the problem's objective, to be minimised so that prices have their natural sign.

    Missed water for "coverage", less the smallest ratio for "smallest_ratio"; and the penalties of whatever
    is owed and short.
    """
    terms: Terms = []
    constant = 0.0
    if problem.objective == "coverage" or problem.coverage_worth > 0.0:
        terms, constant = coverage_objective(problem, variables, breakpoints, scale)
    terms += penalties(problem, variables, scale)
    terms += [(ratio, -1.0) for ratio in variables.ratio]
    price = thrift(problem, scale, allowed)
    lp.setObjective(pulp.LpAffineExpression([*terms, *spending(variables, price)], constant))

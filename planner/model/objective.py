"""What a plan is chosen by."""

from __future__ import annotations

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
    gain = problem.weight[breakpoints.cell] * breakpoints.slope / scale.objective
    constant = float(problem.weight.sum()) / scale.objective
    return list(zip(variables.factor, (-gain).tolist(), strict=True)), constant


def shortfall_objective(problem: PlanningProblem, variables: Variables) -> tuple[Terms, float]:
    """Sum over areas of weight x shortfall [Scale.objective]."""
    return list(zip(variables.shortfall, problem.area_weight.tolist(), strict=True)), 0.0


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
    """Set the problem's objective, to be minimised so that prices have their natural sign."""
    if problem.objective == "coverage":
        terms, constant = coverage_objective(problem, variables, breakpoints, scale)
    else:
        terms, constant = shortfall_objective(problem, variables)
    price = thrift(problem, scale, allowed)
    lp.setObjective(pulp.LpAffineExpression([*terms, *spending(variables, price)], constant))

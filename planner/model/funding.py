"""Money: who pays for what, and what each programme has."""

from __future__ import annotations

import pulp

from planner.model.problem import PlanningProblem
from planner.model.rows import add_row, merged, terms
from planner.model.scale import Scale
from planner.model.variables import Variables


def funding(
    lp: pulp.LpProblem, problem: PlanningProblem, variables: Variables, scale: Scale
) -> dict[int, pulp.LpConstraint]:
    """Equation (9): sum over bases and cells of c x = sum over programmes of f, per asset and area [money].

    Returns:
        Row handles by position of the pair (asset, area).
    """
    rows = problem.usable
    rows = rows[rows["pair"] >= 0]
    pair, activity, cost = merged(rows["activity"], rows["pair"], rows["cost"])
    spent = terms(
        pair, [variables.missions[n] for n in activity.tolist()], cost / scale.money, len(problem.pairs)
    )
    paid = terms(problem.funding["pair"], variables.money, [-1.0] * len(variables.money), len(problem.pairs))
    return {
        n: add_row(lp, f"funding_{n}", spent[n] + paid[n], pulp.LpConstraintEQ, 0.0)
        for n in range(len(problem.pairs))
        if spent[n]
    }


def budgets(
    lp: pulp.LpProblem, problem: PlanningProblem, variables: Variables, scale: Scale
) -> dict[int, pulp.LpConstraint]:
    """Equation (10): sum over assets and areas of f <= budget, for every programme [money].

    Returns:
        Row handles by position of the programme; none for programmes that can pay for nothing.
    """
    payer = problem.funding["programme"].to_numpy()
    coefficient = scale.money / scale.budget[payer]
    grouped = terms(payer, variables.money, coefficient, len(problem.programmes))
    limit = problem.programmes["budget"].to_numpy(dtype=float) / scale.budget
    return {
        n: add_row(lp, f"budget_{n}", row, pulp.LpConstraintLE, float(limit[n]))
        for n, row in enumerate(grouped)
        if row
    }

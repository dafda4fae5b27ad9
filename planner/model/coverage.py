"""Coverage: effort into coverage factor, and least missions."""

from __future__ import annotations

import numpy as np
import pulp

from planner.model.breakpoints import Breakpoints
from planner.model.problem import PlanningProblem
from planner.model.rows import add_row, merged, terms
from planner.model.variables import Variables


def coverage_factor(
    lp: pulp.LpProblem, problem: PlanningProblem, variables: Variables, breakpoints: Breakpoints
) -> dict[int, pulp.LpConstraint]:
    """Equations (11) and (12): sum over intervals of the factor <= sum over assets of g x, for every cell.

    The intervals' slopes fall, so the best use of a coverage factor fills them from below: their sum is C
    and 1 - sum(slope x factor) is the chord of exp(-C). Effort beyond the last point adds nothing, hence
    "<=" and not "=".

    Returns:
        Row handles by position of the cell, for the cells that have breakpoints.
    """
    rows = problem.usable
    n_cells = len(problem.cells)
    gained = terms(breakpoints.cell, variables.factor, np.ones(len(breakpoints.cell)), n_cells)
    cell, activity, factor = merged(rows["activity"], rows["cell"], rows["factor"])
    added = terms(cell, [variables.missions[n] for n in activity.tolist()], -factor, n_cells)
    return {
        n: add_row(lp, f"cell_{n}", gained[n] + added[n], pulp.LpConstraintLE, 0.0)
        for n in range(n_cells)
        if gained[n]
    }


def least_missions(
    lp: pulp.LpProblem, problem: PlanningProblem, variables: Variables
) -> dict[int, pulp.LpConstraint]:
    """Sum over assets of x >= least_missions, for every cell that asks for some [missions].

    Returns:
        Row handles by position of the cell.
    """
    least = problem.least_missions
    rows = problem.usable[least[problem.usable["cell"]] > 0.0]
    cell, activity, _ = merged(rows["activity"], rows["cell"], np.ones(len(rows)))
    columns = [variables.missions[n] for n in activity.tolist()]
    grouped = terms(cell, columns, np.ones(len(columns)), len(least))
    return {
        n: add_row(lp, f"least_{n}", grouped[n], pulp.LpConstraintGE, float(least[n]))
        for n in np.flatnonzero(least > 0.0).tolist()
    }

"""Hours: what assets have, and what bases can serve."""

from __future__ import annotations

import numpy as np
import pulp

from planner.model.problem import PlanningProblem
from planner.model.rows import add_row, merged, terms
from planner.model.scale import Scale
from planner.model.variables import Variables


def asset_hours(
    lp: pulp.LpProblem, problem: PlanningProblem, variables: Variables, scale: Scale
) -> dict[int, pulp.LpConstraint]:
    """Equation (8): sum over bases and cells of m x <= units x hours, for every asset [h].

    Returns:
        Row handles by position of the asset; none for assets without usable effort that takes hours.
    """
    return _limit_hours(lp, "hours", problem, variables, "asset", problem.assets, scale.hours)


def base_capacity(
    lp: pulp.LpProblem, problem: PlanningProblem, variables: Variables, scale: Scale
) -> dict[int, pulp.LpConstraint]:
    """Sum over assets and cells of m x <= capacity_hours, for every base with a limit [h].

    Returns:
        Row handles by position of the base.
    """
    return _limit_hours(lp, "base", problem, variables, "base", problem.bases, scale.base_hours)


def _limit_hours(lp, name, problem, variables, column, table, unit):  # type: ignore[no-untyped-def]
    capacity = table["capacity_hours"].to_numpy(dtype=np.float64)
    rows = problem.usable
    rows = rows[(rows[column] >= 0) & (rows["mission_hours"] > 0.0)]
    rows = rows[np.isfinite(capacity[rows[column]])]
    group, activity, hours = merged(rows["activity"], rows[column], rows["mission_hours"])
    columns = [variables.missions[n] for n in activity.tolist()]
    grouped = terms(group, columns, hours / unit[group], len(table))
    return {
        n: add_row(lp, f"{name}_{n}", row, pulp.LpConstraintLE, float(capacity[n] / unit[n]))
        for n, row in enumerate(grouped)
        if row
    }

"""Hours: what assets have, and what bases can serve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pulp

from planner.frames import numbers
from planner.model.problem import PlanningProblem
from planner.model.rows import add_row, merged, terms
from planner.model.scale import Scale
from planner.model.variables import Variables


@dataclass(frozen=True)
class _Owner:
    """Who has hours: the column of the effort table that names him, his table, and his unit of hours."""

    column: str
    table: pd.DataFrame
    unit: npt.NDArray[np.float64]


def asset_hours(
    lp: pulp.LpProblem, problem: PlanningProblem, variables: Variables, scale: Scale
) -> dict[int, pulp.LpConstraint]:
    """Equation (8): sum over bases and cells of m x <= units x hours, for every asset [h].

    Returns:
        Row handles by position of the asset; none for assets without usable effort that takes hours.
    """
    return _limit_hours(lp, problem, variables, _Owner("asset", problem.assets, scale.hours))


def base_capacity(
    lp: pulp.LpProblem, problem: PlanningProblem, variables: Variables, scale: Scale
) -> dict[int, pulp.LpConstraint]:
    """Sum over assets and cells of m x <= capacity_hours, for every base with a limit [h].

    Returns:
        Row handles by position of the base.
    """
    return _limit_hours(lp, problem, variables, _Owner("base", problem.bases, scale.base_hours))


def _limit_hours(
    lp: pulp.LpProblem, problem: PlanningProblem, variables: Variables, owner: _Owner
) -> dict[int, pulp.LpConstraint]:
    """Sum of m x <= capacity_hours for everyone who has hours; the two limits differ only in who that is."""
    capacity = numbers(owner.table["capacity_hours"])
    rows = problem.usable
    rows = rows[(rows[owner.column] >= 0) & (rows["mission_hours"] > 0.0)]
    rows = rows[np.isfinite(capacity[rows[owner.column]])]
    group, activity, hours = merged(rows["activity"], rows[owner.column], rows["mission_hours"])
    columns = [variables.missions[n] for n in activity.tolist()]
    grouped = terms(group, columns, hours / owner.unit[group], len(owner.table))
    return {
        n: add_row(
            lp, f"{owner.column}_hours_{n}", row, pulp.LpConstraintLE, float(capacity[n] / owner.unit[n])
        )
        for n, row in enumerate(grouped)
        if row
    }

"""A case as a problem: every feature adds its resources, activities and goals, in the order of this page."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.case import Case
from planner.core.problem import Problem
from planner.features.assembly import Parts, coded, ids_at
from planner.features.base_places import add_places
from planner.features.coverage_goal import add_coverage_goals
from planner.features.fleet import add_hours, fleet_table
from planner.features.funding import add_funding, eligibility_table, payable
from planner.features.mission import add_missions
from planner.features.risk import area_weights
from planner.features.space import Space
from planner.features.spending_goal import add_spending_goals
from planner.frames import Array, numbers

YEAR = "year"
"""The period of a case that has no others."""


def problem_of(case: Case, space: Space, weight: Array | None = None) -> Problem:
    """Reduce a case to what the solver sees.

    Args:
        case: the case.
        space: its cells and its effort table.
        weight: what a km² of shortfall counts in each area, shape (areas,); the mean risk weight of its water
            if None.
    """
    fleet, cells, effort = fleet_table(case), space.cells, space.effort
    area_ids = case.areas["area_id"]
    parts = Parts(nodes_of(case, cells))
    eligibility = eligibility_table(case, fleet)
    usable = effort[payable(effort, eligibility) & effort["access"].to_numpy()]
    add_hours(parts, fleet)
    add_places(parts, case)
    account, payments = add_funding(parts, case, fleet, usable, eligibility)
    add_missions(parts, fleet, (case.bases["base_id"], area_ids), usable, account)
    add_spending_goals(parts, case, payments)
    weight = area_weights(cells, len(case.areas)) if weight is None else weight
    add_coverage_goals(parts, case, cells["area"].to_numpy(dtype=np.int64), weight)
    return parts.problem()


def nodes_of(case: Case, cells: pd.DataFrame) -> pd.DataFrame:
    """One node for each cell; its weight is risk x km2, or a part of that beside targets (design, 2.7)."""
    km2 = numbers(cells["area_km2"])
    worth = case.settings.coverage_worth if case.settings.objective == "shortfall" else 1.0
    return pd.DataFrame(
        {
            "cell_id": cells["cell_id"].to_numpy(),
            "area_id": ids_at(case.areas["area_id"], cells["area"].to_numpy()),
            "period_id": coded(np.zeros(len(cells), dtype=np.int8), [YEAR]),
            "km2": km2,
            "weight": worth * numbers(cells["risk_weight"]) * km2,
        }
    )

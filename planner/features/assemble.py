"""A case as a problem: every feature adds its resources, activities and goals, in the order of this page."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.case import Case
from planner.case.periods import shares
from planner.core.problem import Booleans, Problem
from planner.features.assembly import Parts, coded, ids_at
from planner.features.base_places import add_places
from planner.features.coverage_goal import add_coverage_goals
from planner.features.fleet import add_hours, fleet_table
from planner.features.funding import add_funding, eligibility_table, payable
from planner.features.mission import add_missions
from planner.features.response import add_trips, boarding_trips, with_boarding_opened, with_visits
from planner.features.risk import area_weights
from planner.features.season import add_seasons, seasons
from planner.features.space import Space
from planner.features.spending_goal import add_spending_goals
from planner.frames import Array, numbers


def problem_of(
    case: Case, space: Space, weight: Array | None = None, opened: Booleans | None = None
) -> Problem:
    """Reduce a case to what the solver sees.

    Args:
        case: the case.
        space: its cells and its effort table.
        weight: what a km² of shortfall counts in each area, shape (areas,); the mean risk weight of its water
            if None.
        opened: assets that need no access in areas, to watch and to board, shape (fleet, areas).
    """
    fleet, cells, effort = fleet_table(case), space.cells, space.effort
    area_ids, known = case.areas["area_id"], seasons(case)
    weighted = space.weighted.result
    nodes = nodes_of(case, cells, weighted.by_period)
    parts = Parts(nodes if case.settings.answers is None else with_visits(case, nodes, weighted))
    eligibility = eligibility_table(case, fleet)
    free, may = None, effort["access"].to_numpy()
    if opened is not None:
        known, free = with_boarding_opened(case, known, opened), opened[effort["asset"], effort["area"]]
        may = may | free
    some = np.flatnonzero(payable(effort, eligibility) & may)
    usable = effort.iloc[some]
    free = None if free is None else free[some]
    trips = boarding_trips(case, space, known, eligibility, parts.nodes)
    add_hours(parts, fleet)
    add_places(parts, case)
    add_seasons(parts, case, known)
    paid = usable if trips is None else pd.concat([usable, trips.rows], ignore_index=True)
    account, payments = add_funding(parts, case, fleet, paid, eligibility)
    tables = fleet, case.bases["base_id"], area_ids
    for number, season in enumerate(known):
        done = usable if len(known) == 1 else usable[season.allows(usable, free)]
        add_missions(parts, tables, done, account[number], season, number * len(cells))
        if trips is not None:
            add_trips(parts, tables, trips, account[number], season, number)
    add_spending_goals(parts, case, payments)
    weight = area_weights(cells, len(case.areas)) if weight is None else weight
    area = np.tile(cells["area"].to_numpy(dtype=np.int64), len(known))
    add_coverage_goals(parts, case, area, weight)
    return parts.problem()


def nodes_of(case: Case, cells: pd.DataFrame, weights: Array) -> pd.DataFrame:
    """One node for each cell in each period, period by period.

    Its weight is risk x km2, or ``coverage_worth`` of that beside targets; its km2 are the cell's times the
    period's share of the horizon, so that coverage is the mean over water and time. ``weights``: risk weight
    of each cell in each period, shape (periods, cells) [-].
    """
    periods = case.periods
    n_cells, n_periods = len(cells), len(periods)
    km2 = np.outer(shares(case.periods), numbers(cells["area_km2"])).ravel()
    worth = case.settings.coverage_worth if case.settings.objective == "shortfall" else 1.0
    return pd.DataFrame(
        {
            "cell_id": np.tile(cells["cell_id"].to_numpy(), n_periods),
            "area_id": ids_at(case.areas["area_id"], np.tile(cells["area"].to_numpy(), n_periods)),
            "period_id": coded(np.repeat(np.arange(n_periods), n_cells), periods["period_id"].tolist()),
            "km2": km2,
            "weight": worth * weights.ravel() * km2,
        }
    )

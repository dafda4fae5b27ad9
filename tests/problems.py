"""Planning problems without geography, built from plain numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from planner.effort.table import effort_rows, stack
from planner.model.problem import Objective, PlanningProblem


def make_problem(
    effort: pd.DataFrame,
    *,
    cell_km2: Sequence[float],
    cell_area: Sequence[int] | None = None,
    risk: Sequence[float] | None = None,
    least_missions: Sequence[float] | None = None,
    targets: Sequence[float] = (1.0,),
    hours: Sequence[float] = (),
    base_hours: Sequence[float] = (),
    budgets: Sequence[float] = (),
    eligibility: Sequence[tuple[int, int, int]] = (),
    objective: Objective = "coverage",
) -> PlanningProblem:
    """Make a problem; areas weigh as the mean risk of 1, eligibility is (asset, area, programme)."""
    n_cells = len(cell_km2)
    cells = pd.DataFrame(
        {
            "area": np.zeros(n_cells, dtype=int) if cell_area is None else np.asarray(cell_area),
            "area_km2": np.asarray(cell_km2, dtype=float),
            "risk_weight": np.ones(n_cells) if risk is None else np.asarray(risk, dtype=float),
        }
    )
    if least_missions is not None:
        cells["least_missions"] = np.asarray(least_missions, dtype=float)
    pays = pd.DataFrame(np.reshape(np.asarray(eligibility, dtype=int), (-1, 3)))
    pays.columns = ["asset", "area", "programme"]
    return PlanningProblem(
        cells=cells,
        areas=pd.DataFrame(
            {
                "area_id": [f"area_{n}" for n in range(len(targets))],
                "risk_weight": 1.0,
                "target_coverage": np.asarray(targets, dtype=float),
            }
        ),
        assets=pd.DataFrame({"asset_id": [f"asset_{n}" for n in range(len(hours))], "capacity_hours": hours}),
        bases=pd.DataFrame(
            {
                "base_id": [f"base_{n}" for n in range(len(base_hours))],
                "capacity_hours": np.asarray(base_hours, dtype=float),
            }
        ),
        programmes=pd.DataFrame(
            {
                "programme_id": [f"programme_{n}" for n in range(len(budgets))],
                "budget": np.asarray(budgets, dtype=float),
            }
        ),
        effort=effort,
        eligibility=pays,
        mandate=pays[["programme", "area"]].drop_duplicates(ignore_index=True),
        objective=objective,
    )


def simple_effort(
    asset: Sequence[int],
    cell: Sequence[int],
    factor: Sequence[float],
    *,
    area: Sequence[int] | int = 0,
    base: Sequence[int] | int = -1,
    hours: Sequence[float] | float = 1.0,
    cost: Sequence[float] | float = 0.0,
    access: Sequence[bool] | bool = True,
    activity: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Effort rows that only say what the solver needs."""
    columns = {
        "asset": asset,
        "base": base,
        "cell": cell,
        "area": area,
        "distance_nm": 0.0,
        "mission_hours": hours,
        "on_station_hours": hours,
        "swept_km2": 1.0,
        "factor": factor,
        "cost": cost,
        "access": access,
    }
    if activity is not None:
        columns["activity"] = activity
    return stack([effort_rows(**columns)])

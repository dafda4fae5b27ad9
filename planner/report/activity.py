"""What is done: missions by cell, their sum by area, and who pays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.effort.table import NO_BASE
from planner.frames import sum_by
from planner.model.problem import PlanningProblem
from planner.report.contract import conform

Array = npt.NDArray[np.float64]

CENT = 0.005
"""Amounts below this are rounding of the solver and are not reported."""


def mission_table(problem: PlanningProblem, missions: Array, cell_ids: pd.Series) -> pd.DataFrame:
    """One row per asset, base and cell that the plan uses; every figure is the horizon's total.

    A joint activity (a fixed sensor) shows in each of its cells the part of its hours and cost.

    Args:
        problem: the problem.
        missions: missions by activity, shape (activities,).
        cell_ids: id of each cell.

    Returns:
        Frame with the columns of ``MISSIONS``.
    """
    rows = problem.usable
    activity = rows["activity"].to_numpy()
    hours = rows["mission_hours"].to_numpy()
    whole = sum_by(activity, hours, problem.n_activities)[activity]
    alone = np.bincount(activity, minlength=problem.n_activities)[activity] == 1
    share = np.where(alone, 1.0, np.divide(hours, whole, out=np.zeros(len(rows)), where=whole > 0.0))
    times = missions[activity]
    done = times > 0.0
    table = pd.DataFrame(
        {
            "asset_id": problem.assets["asset_id"].to_numpy()[rows["asset"]],
            "base_id": _base_ids(problem, rows["base"].to_numpy()),
            "cell_id": cell_ids.to_numpy()[rows["cell"]],
            "distance_nm": rows["distance_nm"],
            "missions": times * share,
            **{name: times * rows[name] for name in ("mission_hours", "on_station_hours", "swept_km2")},
            "coverage_factor": times * rows["factor"],
            "cost": times * rows["cost"],
        }
    )
    return conform("missions", table[done])


def allocation_table(missions: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Sum the missions over the cells of each area.

    Returns:
        Frame with the columns of ``ALLOCATION``.
    """
    by_area = missions.merge(cells[["cell_id", "area_id"]], on="cell_id", how="left")
    keys = ["asset_id", "base_id", "area_id"]
    sums = ["missions", "mission_hours", "on_station_hours", "swept_km2", "cost"]
    return conform("allocation", by_area.groupby(keys, sort=False)[sums].sum().reset_index())


def funding_table(problem: PlanningProblem, money: Array) -> pd.DataFrame:
    """What each programme pays for each asset in each area.

    Returns:
        Frame with the columns of ``FUNDING``; amounts below half a cent are left out.
    """
    paid = problem.funding[money >= CENT]
    pairs = problem.pairs.to_numpy()[paid["pair"].to_numpy()]
    table = pd.DataFrame(
        {
            "programme_id": problem.programmes["programme_id"].to_numpy()[paid["programme"].to_numpy()],
            "asset_id": problem.assets["asset_id"].to_numpy()[pairs[:, 0]],
            "area_id": problem.areas["area_id"].to_numpy()[pairs[:, 1]],
            "amount": money[money >= CENT],
        }
    )
    return conform("funding", table)


def _base_ids(problem: PlanningProblem, base: npt.NDArray[np.int32]) -> npt.NDArray[np.object_]:
    ids = np.append(problem.bases["base_id"].to_numpy(dtype=object), "")
    return np.asarray(ids[np.where(base == NO_BASE, len(ids) - 1, base)])

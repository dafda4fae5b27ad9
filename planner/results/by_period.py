"""What happens when: coverage, work and spending by period; no rows where a case tells none apart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.case import Case
from planner.core import search_theory
from planner.features.risk import area_weights
from planner.frames import numbers, sum_by
from planner.results.contract import conform, empty
from planner.results.coverage import Array, Coverage
from planner.results.work import SUMS

NAMES = ("area_periods", "calendar", "programme_periods", "cell_periods")


def period_tables(
    case: Case,
    cells: pd.DataFrame,
    found: Coverage,
    weights: Array,
    work: tuple[pd.DataFrame, pd.DataFrame],
) -> dict[str, pd.DataFrame]:
    """The tables ``NAMES``.

    Args:
        case: the case.
        cells: its cells, with ``area`` (position in the areas).
        found: coverage of the plan.
        weights: risk weight of each cell in each period, shape (periods, cells).
        work: the tables ``missions`` and ``funding``.
    """
    if len(case.periods) == 1:
        return {name: empty(name) for name in NAMES}
    missions, funding = work
    area = pd.Series(case.areas["area_id"].to_numpy()[cells["area"]], cells["cell_id"])
    placed = missions.assign(area_id=missions["cell_id"].map(area))
    return {
        "area_periods": _areas(case, cells, found, weights),
        "calendar": _calendar(placed),
        "programme_periods": _programmes(placed, funding),
        "cell_periods": _cells(case, cells, found, weights),
    }


def _areas(case: Case, cells: pd.DataFrame, found: Coverage, weights: Array) -> pd.DataFrame:
    area, km2 = cells["area"].to_numpy(), numbers(cells["area_km2"])
    parts = []
    for period, counts, weight in zip(
        case.periods["period_id"], found.covered_by_period, weights, strict=True
    ):
        covered = sum_by(area, km2 * counts, len(case.areas))
        table = pd.DataFrame({"area_id": case.areas["area_id"], "covered_km2": covered})
        mean = area_weights(cells.assign(risk_weight=weight), len(case.areas))
        parts.append(table.assign(period_id=period, risk_weight=mean, coverage=covered / found.area_km2))
    return conform("area_periods", pd.concat(parts, ignore_index=True))


def _cells(case: Case, cells: pd.DataFrame, found: Coverage, weights: Array) -> pd.DataFrame:
    factor = found.by_period.ravel()
    table = pd.DataFrame(
        {
            "cell_id": np.tile(cells["cell_id"].to_numpy(), len(case.periods)),
            "period_id": np.repeat(case.periods["period_id"].to_numpy(), len(cells)),
            "risk_weight": weights.ravel(),
            "coverage_factor": factor,
            "pod": search_theory.pod(factor),
            "coverage": found.covered_by_period.ravel(),
        }
    )
    return conform("cell_periods", table)


def _calendar(missions: pd.DataFrame) -> pd.DataFrame:
    keys = ["asset_id", "period_id", "area_id"]
    table = missions.groupby(keys, sort=False)[SUMS].sum().reset_index()
    whole = table.groupby("asset_id")["mission_hours"].transform("sum")
    return conform("calendar", table.assign(share_of_hours=table["mission_hours"] / whole))


def _programmes(missions: pd.DataFrame, funding: pd.DataFrame) -> pd.DataFrame:
    """Payments are not tied to periods: each pays for its part of what the asset costs in the area."""
    keys = ["asset_id", "area_id"]
    cost = missions.groupby([*keys, "period_id"], sort=False)["cost"].sum().reset_index()
    cost["part"] = cost["cost"] / cost.groupby(keys)["cost"].transform("sum")
    rows = funding.merge(cost, on=keys)
    rows["amount"] *= rows["part"]
    sums = rows.groupby(["programme_id", "period_id"], sort=False)["amount"].sum()
    return conform("programme_periods", sums.reset_index())

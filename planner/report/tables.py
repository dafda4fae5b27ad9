"""Areas, programmes, prices and cells of a plan."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner import units
from planner.case import Case
from planner.frames import sum_by
from planner.geometry.longitude import signed_lon
from planner.model.problem import PlanningProblem
from planner.report.contract import CAUSES, conform
from planner.report.gaps import Coverage, cause_km2
from planner.solve.prices import Prices

Array = npt.NDArray[np.float64]


def area_table(case: Case, problem: PlanningProblem, found: Coverage, shares: Array) -> pd.DataFrame:
    """Coverage, shortfall and causes of every area, as all programmes together see them.

    Args:
        case: the case.
        problem: the problem.
        found: coverage of the plan.
        shares: causes of each cell, shape (cells, causes).

    Returns:
        Frame with the columns of ``AREAS``.
    """
    parts = cause_km2(problem, found, shares)
    km2 = problem.area_km2
    given = ["area_id", "name", "coastal_state", "risk_weight", "target_coverage", "source"]
    table = case.areas[given].assign(
        area_km2=km2,
        coverage=found.covered_km2 / km2,
        covered_km2=found.covered_km2,
        shortfall_km2=found.shortfall_km2,
        met=found.shortfall_km2 <= 0.0,
        **{f"{cause}_km2": parts[:, n] for n, cause in enumerate(CAUSES)},
    )
    return conform("areas", table)


def programme_table(
    case: Case, problem: PlanningProblem, prices: Prices, found: Coverage, funding: pd.DataFrame
) -> pd.DataFrame:
    """Budget, spending, price and mandate of every programme.

    Returns:
        Frame with the columns of ``PROGRAMMES``.
    """
    spent = funding.groupby("programme_id")["amount"].sum()
    n_programmes = len(problem.programmes)

    def over_mandate(km2: Array) -> Array:
        mandate = problem.mandate
        return sum_by(mandate["programme"], km2[mandate["area"]], n_programmes)

    table = case.programmes[["programme_id", "name", "donor", "budget"]].assign(
        spent=case.programmes["programme_id"].map(spent).fillna(0.0).to_numpy(dtype=np.float64),
        price_km2_per_million=units.per_unit_to_per_million(prices.budget),
        target_km2=over_mandate(problem.target_km2),
        covered_km2=over_mandate(found.covered_km2),
        shortfall_km2=over_mandate(found.shortfall_km2),
    )
    return conform("programmes", table)


def price_table(
    problem: PlanningProblem, prices: Prices, missions: pd.DataFrame, funding: pd.DataFrame, currency: str
) -> pd.DataFrame:
    """Every limit with what the plan uses of it and what one more unit would add.

    Returns:
        Frame with the columns of ``PRICES``.
    """
    bases = problem.bases
    limited = np.isfinite(bases["capacity_hours"].to_numpy(dtype=np.float64))
    hours_by_base = missions.groupby("base_id")["mission_hours"].sum()
    parts = [
        _limits(
            "asset_hours",
            problem.assets["asset_id"],
            problem.assets["capacity_hours"],
            missions.groupby("asset_id")["mission_hours"].sum(),
            prices.asset_hours,
            "km2 per h",
        ),
        _limits(
            "budget",
            problem.programmes["programme_id"],
            problem.programmes["budget"],
            funding.groupby("programme_id")["amount"].sum(),
            prices.budget,
            f"km2 per {currency}",
        ),
        _limits(
            "base_capacity",
            bases.loc[limited, "base_id"],
            bases.loc[limited, "capacity_hours"],
            hours_by_base,
            prices.base_hours[limited],
            "km2 per h",
        ),
    ]
    return conform("prices", pd.concat(parts, ignore_index=True))


def _limits(
    kind: str, ids: pd.Series, limit: pd.Series, used: pd.Series, price: Array, unit: str
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "limit_kind": kind,
            "id": ids.to_numpy(),
            "limit": limit.to_numpy(dtype=np.float64),
            "used": ids.map(used).fillna(0.0).to_numpy(dtype=np.float64),
            "price": price,
            "unit": unit,
        }
    )


def cell_table(
    cells: pd.DataFrame,
    problem: PlanningProblem,
    factor: Array,
    found: Coverage,
    cause: npt.NDArray[np.object_],
) -> pd.DataFrame:
    """Coverage factor, POD and largest cause of every cell.

    Returns:
        Frame with the columns of ``CELLS``.
    """
    table = pd.DataFrame(
        {
            "cell_id": cells["cell_id"].to_numpy(),
            "area_id": problem.areas["area_id"].to_numpy()[problem.cell_area],
            "lon": signed_lon(cells["lon"].to_numpy()),
            "lat": cells["lat"].to_numpy() + 0.0,  # no negative zero on the equator
            "area_km2": problem.cell_km2,
            "risk_weight": problem.cells["risk_weight"].to_numpy(),
            "coverage_factor": factor,
            "pod": found.pod,
            "gap_cause": cause,
        }
    )
    return conform("cells", table)

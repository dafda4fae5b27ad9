"""What a plan owes: coverage wanted in areas, and money wanted in places, each hard or at a penalty.

Targets (objective "shortfall"), fair shares (the first stage of "fair") and the limits that planners set all
come down to the same two kinds of row; the objective "shortfall" is nothing but a soft least coverage.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.frames import numbers, records

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

COVERAGE, SHARE, SPENDING = "least_coverage", "least_share", "least_spending"
"""Kinds of limits."""
LIMIT_TYPES = {
    "limit_id": "object",
    "kind": "object",
    "programme": "int64",
    "area": "int64",
    "areas": "object",
    "least": "float64",
    "penalty": "float64",
    "hard": "bool",
    "file": "object",
    "row": "int64",
}
_NUMBERS = ("km2", "ratio_km2", "penalty")


@dataclass(frozen=True)
class Demands:
    """Coverage that is wanted: covered_i + short_k >= km2_k + ratio_km2_k t, for every demand k of an area i.

    Attributes:
        area: position of the area, shape (demands,).
        km2: coverage wanted [km²].
        ratio_km2: coverage wanted for each unit of the smallest ratio t [km²]; 0 but for fair shares.
        penalty: of each km² short [objective]; infinite where nothing may be short.
        hard: whether it is a limit that must hold, whatever its penalty.
    """

    area: Integers
    km2: Array
    ratio_km2: Array
    penalty: Array
    hard: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.area)

    @classmethod
    def of(cls, area: npt.ArrayLike, **values: npt.ArrayLike) -> Demands:
        """Demands from columns; what is left out is 0, a penalty infinite."""
        place = np.asarray(area, dtype=np.int64)
        given = {"km2": 0.0, "ratio_km2": 0.0, "penalty": np.inf, "hard": False, **values}
        columns = {name: np.broadcast_to(np.asarray(value), place.shape) for name, value in given.items()}
        km2, ratio_km2, penalty = (columns[name].astype(np.float64) for name in _NUMBERS)
        return cls(place, km2, ratio_km2, penalty, columns["hard"].astype(bool))

    def then(self, other: Demands) -> Demands:
        """These demands, followed by others."""
        km2, ratio_km2, penalty = (
            np.concatenate([getattr(self, name), getattr(other, name)]) for name in _NUMBERS
        )
        area, hard = np.concatenate([self.area, other.area]), np.concatenate([self.hard, other.hard])
        return Demands(area, km2, ratio_km2, penalty, hard)


@dataclass(frozen=True)
class MoneyDemands:
    """Money that is wanted: sum of part_ki f over what a programme pays in areas i, + short_k >= amount_k.

    Attributes:
        programme: position of the programme, shape (demands,).
        amount: wanted [money].
        part: what a unit of its money counts in each area, shape (demands, areas): 1 for a least spending; 1
            within and 0 without the named areas, less the share, for a least share.
        penalty: of each unit of money short [objective]; infinite where nothing may be short.
        hard: whether it is a limit that must hold, whatever its penalty.
        whole: what shortness is relative to: the amount, or the share times the budget [money].
    """

    programme: Integers
    amount: Array
    part: Array
    penalty: Array
    hard: npt.NDArray[np.bool_]
    whole: Array

    def __len__(self) -> int:
        return len(self.programme)


def no_limits() -> pd.DataFrame:
    """The table of limits without a row: see ``PlanningProblem.limits``."""
    return pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in LIMIT_TYPES.items()})


def coverage_limits(limits: pd.DataFrame, area_km2: Array) -> Demands:
    """The least coverages among the limits, in their order: least x area [km²]."""
    rows = limits[limits["kind"] == COVERAGE]
    area = rows["area"].to_numpy(dtype=np.int64)
    return Demands.of(
        area,
        km2=numbers(rows["least"]) * area_km2[area],
        penalty=numbers(rows["penalty"]),
        hard=rows["hard"].to_numpy(dtype=bool),
    )


def money_limits(limits: pd.DataFrame, budget: Array, n_areas: int) -> MoneyDemands:
    """The least shares and the least spendings among the limits, in their order."""
    rows = limits[limits["kind"] != COVERAGE]
    programme = rows["programme"].to_numpy(dtype=np.int64)
    least, share = numbers(rows["least"]), (rows["kind"] == SHARE).to_numpy()
    part = np.ones((len(rows), n_areas))
    for number, row in enumerate(records(rows)):
        if row.kind == SHARE:
            part[number] = np.isin(np.arange(n_areas), row.areas) - row.least
    return MoneyDemands(
        programme=programme,
        amount=np.where(share, 0.0, least),
        part=part,
        penalty=numbers(rows["penalty"]),
        hard=rows["hard"].to_numpy(dtype=bool),
        whole=np.where(share, least * budget[programme], least),
    )

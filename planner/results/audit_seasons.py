"""What each period allows, worked out again: asset by asset and row by row, from the case's tables alone.

Nothing of the plan's own way to the same figures (``planner.features.season``) is used but the names of its
results.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.case import Case
from planner.features.fleet import BOARD, WATCH
from planner.features.season import Season
from planner.frames import numbers, records
from planner.units import days_to_hours


def seasons_again(case: Case) -> list[Season]:
    """What each period of a case allows."""
    whole = math.fsum(case.periods["days"])
    return [_season(case, period, period.days / whole) for period in records(case.periods)]


def _season(case: Case, period: Any, share: float) -> Season:
    fleet = [*records(case.assets), *records(case.sensors.rename(columns={"sensor_id": "asset_id"}))]
    areas, most = list(records(case.areas)), days_to_hours(period.days)
    told = [row for row in records(case.availability) if row.period == period.period_id]
    given = list(records(case.access))
    if len(case.periods) > 1:
        given = [row for row in given if not row.periods or period.period_id in row.periods]

    def pairs(tell: Callable[[Any, Any], Any], kind: type) -> npt.NDArray[Any]:
        rows = [[tell(each, area) for area in areas] for each in fleet]
        return np.array(rows, dtype=kind).reshape(len(fleet), len(areas))

    def boards(each: Any, area: Any) -> bool:
        return getattr(each, "boards", "") == "yes" and _may(each, area, given, BOARD)

    return Season(
        period_id=period.period_id,
        share=share,
        hours=numbers([_hours(each, told, share, most) for each in fleet]),
        places=numbers([_places(base, told, share) for base in records(case.bases)]),
        access=pairs(lambda each, area: _may(each, area, given, WATCH), bool),
        weather=pairs(lambda each, area: _calm(each, area, told), float),
        board=pairs(boards, bool),
    )


def _may(asset: Any, area: Any, given: Sequence[Any], task: str) -> bool:
    """Whether an asset or sensor may do something in an area, at home or by a row of access.csv."""
    return area.coastal_state.casefold() == asset.operator.casefold() or any(
        row.operator == asset.operator
        and area.area_id in row.areas
        and (not row.tasks or task in row.tasks)
        and (not row.kinds or asset.kind in row.kinds)
        for row in given
    )


def _calm(asset: Any, area: Any, told: Sequence[Any]) -> float:
    """The share of its time there that weather leaves."""
    own = [row.share for row in told if area.area_id in row.areas and _meant(row, asset)]
    return float(math.prod(own))


def _hours(asset: Any, told: Sequence[Any], share: float, most: float) -> float:
    """Hours of all units: those of the day, the fewest stated, and of shares the part of the year's."""
    own = [row for row in told if not row.areas and _meant(row, asset)]
    stated = [row.hours_per_unit for row in own if math.isnan(row.share)]
    parts = [row.share for row in own if not math.isnan(row.share)]
    if parts:
        stated.append(asset.hours_per_unit * share * math.prod(parts))
    return float(asset.units * min([most, *stated]))


def _places(base: Any, told: Sequence[Any], share: float) -> float:
    """Mission hours at a base, infinite where no row is about it."""
    parts = [row.share for row in told if base.base_id in row.bases]
    if not parts:
        return math.inf
    return 0.0 if min(parts) == 0.0 else float(base.capacity_hours * share * math.prod(parts))


def _meant(row: Any, asset: Any) -> bool:
    """Whether a row of availability.csv is about an asset or sensor."""
    of_kind = not row.kinds or asset.kind in row.kinds
    return not row.bases and of_kind and (not row.assets or asset.asset_id in row.assets)

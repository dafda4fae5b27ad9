"""What each period allows, worked out again: asset by asset and row by row, from the case's tables alone.

Nothing of the plan's own way to the same figures (``planner.features.season``) is used but the names of its
results.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from planner.case import Case
from planner.features.fleet import BOARD, WATCH
from planner.features.season import Season
from planner.frames import numbers, records
from planner.units import days_to_hours


def seasons_again(case: Case) -> list[Season]:
    """What each period of a case allows."""
    sensors = case.sensors.rename(columns={"sensor_id": "asset_id"})
    fleet, areas, bases = [*records(case.assets), *records(sensors)], list(records(case.areas)), case.bases
    whole = math.fsum(case.periods["days"])
    found = []
    for period in records(case.periods):
        told = [row for row in records(case.availability) if row.period == period.period_id]
        share = period.days / whole
        hours = [_hours(each, told, share, days_to_hours(period.days)) for each in fleet]
        places = [_places(base, told, share) for base in records(bases)]
        given = [
            row
            for row in records(case.access)
            if len(case.periods) == 1 or not row.periods or period.period_id in row.periods
        ]
        calm = np.ones((len(fleet), len(areas)))
        for row in told:
            for at in [at for at, one in enumerate(areas) if one.area_id in row.areas]:
                calm[[n for n, each in enumerate(fleet) if _meant(row, each)], at] *= row.share
        access, board = (
            np.array([[_may(each, one, given, task) for one in areas] for each in fleet], dtype=bool)
            for task in (WATCH, BOARD)
        )
        boards = [getattr(each, "boards", "") == "yes" for each in fleet]
        access, board = access.reshape(calm.shape), board.reshape(calm.shape)
        board &= np.array(boards, dtype=bool)[:, None]
        found.append(Season(period.period_id, share, numbers(hours), numbers(places), access, calm, board))
    return found


def _may(asset: Any, area: Any, given: Sequence[Any], task: str) -> bool:
    """Whether an asset or sensor may do something in an area, at home or by a row of access.csv."""
    return area.coastal_state.casefold() == asset.operator.casefold() or any(
        row.operator == asset.operator
        and area.area_id in row.areas
        and (not row.tasks or task in row.tasks)
        and (not row.kinds or asset.kind in row.kinds)
        for row in given
    )


def limited(case: Case, seasons: Sequence[Season], missions: pd.DataFrame) -> pd.DataFrame:
    """The limits of periods that can be reached before the year's, and what missions use of them."""
    fleet = [*records(case.assets), *records(case.sensors.rename(columns={"sensor_id": "asset_id"}))]
    year = {
        "asset_id": {each.asset_id: each.units * each.hours_per_unit for each in fleet},
        "base_id": dict(zip(case.bases["base_id"], case.bases["capacity_hours"], strict=True)),
    }
    rows = []
    for season in seasons if len(seasons) > 1 else ():
        done = missions[missions["period_id"] == season.period_id]
        for kind, owner, most in (
            ("asset_hours", "asset_id", season.hours),
            ("base_capacity", "base_id", season.places),
        ):
            used = done.groupby(owner)["mission_hours"].sum()
            rows += [
                (kind, each, season.period_id, limit, float(used.get(each, 0.0)), "km2 per h")
                for (each, whole), limit in zip(year[owner].items(), most.tolist(), strict=True)
                if limit < whole
            ]
    return pd.DataFrame(rows, columns=["limit_kind", "id", "period_id", "limit", "used", "unit"])


def _hours(asset: Any, told: Sequence[Any], share: float, most: float) -> float:
    """Hours of all units: those of the day, the fewest stated, and of shares the part of the year's."""
    own = [row for row in told if not row.bases and not row.areas and _meant(row, asset)]
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

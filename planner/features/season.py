"""Seasons: what each period of the year leaves of hours, bases, access and weather (planner/core/README.md).

Reads periods.csv, availability.csv, access.csv. Hours of the year and of the period both hold: an asset works
at most 24 h a day, and no more than availability.csv leaves of the hours that fall to the period by its days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.case import Case
from planner.case.periods import shares
from planner.features.assembly import Parts
from planner.features.fleet import fleet_table, may_board, may_work
from planner.features.resources import PERIOD_HOURS, PERIOD_PLACES, RESOURCE_KINDS
from planner.frames import numbers, once, records
from planner.units import days_to_hours

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Season:
    """What one period allows.

    Attributes:
        period_id: the period.
        share: its part of the horizon [-].
        hours: most hours of each asset and sensor, all units, shape (fleet,) [h].
        places: most mission hours at each base, inf where only the year's limit holds, shape (bases,) [h].
        access: whether each asset and sensor may work in each area, shape (fleet, areas).
        weather: the share of its time there that it can work, shape (fleet, areas) [-].
        board: whether each asset may and does board there, shape (fleet, areas).
    """

    period_id: str
    share: float
    hours: Array
    places: Array
    access: Booleans
    weather: Array
    board: Booleans

    def allows(self, effort: pd.DataFrame, opened: Booleans | None = None) -> Booleans:
        """Which effort rows have access and weather in the period, shape (rows,).

        Hours that are none, and bases that are closed, are limits like others, which hold in the problem.

        Args:
            effort: the effort rows.
            opened: those that need no access, shape (rows,).
        """
        asset, area = (effort[name].to_numpy() for name in ("asset", "area"))
        access = self.access[asset, area] if opened is None else self.access[asset, area] | opened
        return np.asarray(access & (self.weather[asset, area] > 0.0))


class _Left:
    """Hours that rows of availability.csv leave of a period, whatever their order.

    Args:
        most: the most hours there can be, shape (things,) [h].
        usual: hours that fall to the period by its days, which shares are of, shape (things,) [h].
    """

    def __init__(self, most: Array, usual: Array) -> None:
        self._most, self._usual = most, usual
        self._share, self._named = np.ones(len(most)), np.zeros(len(most), dtype=bool)

    def take(self, meant: Booleans, row: Any) -> None:
        """Take away what a row does, of the things that are meant, shape (things,)."""
        if np.isnan(row.share):
            self._most[meant] = np.minimum(self._most[meant], row.hours_per_unit)
        else:
            self._share[meant] *= row.share
            self._named |= meant

    def hours(self) -> Array:
        """What is left, shape (things,) [h]; no share of hours without limit is none but 0."""
        usual = np.where(self._share > 0.0, self._usual, 0.0)
        return np.where(self._named, np.minimum(self._most, usual * self._share), self._most)


@once
def seasons(case: Case) -> list[Season]:
    """What each period of a case allows; of one period: all that the year does."""
    fleet, areas = fleet_table(case), case.areas["area_id"]
    units = numbers(fleet["units"])
    per_unit = np.divide(numbers(fleet["capacity_hours"]), units, out=np.zeros(len(fleet)), where=units > 0.0)
    capacity = numbers(case.bases["capacity_hours"])
    found = []
    for period, share in zip(records(case.periods), shares(case.periods).tolist(), strict=True):
        rows = list(records(case.availability[case.availability["period"] == period.period_id]))
        hours = days_to_hours(period.days)
        of_fleet = _Left(np.full(len(fleet), hours), per_unit * share)
        of_bases = _Left(np.full(len(capacity), np.inf), capacity * share)
        weather = np.ones((len(fleet), len(areas)))
        for row in rows:
            meant = _meant(row, fleet)
            if row.bases:
                of_bases.take(case.bases["base_id"].isin(row.bases).to_numpy(), row)
            elif row.areas:
                calm = min(1.0, row.hours_per_unit / hours) if np.isnan(row.share) else row.share
                weather[np.ix_(meant, areas.isin(row.areas).to_numpy())] *= calm
            else:
                of_fleet.take(meant, row)
        most, places = of_fleet.hours(), of_bases.hours()
        access, board = may_work(case, period.period_id), may_board(case, period.period_id)
        found.append(Season(period.period_id, share, most * units, places, access, weather, board))
    return found


def add_seasons(parts: Parts, case: Case, known: list[Season]) -> None:
    """Hours of assets and mission hours of bases in each period, where the year's alone would allow more."""
    if len(known) == 1:
        return
    fleet, capacity = fleet_table(case), numbers(case.bases["capacity_hours"])
    for one in known:
        some = one.hours < numbers(fleet["capacity_hours"])
        words = RESOURCE_KINDS[PERIOD_HOURS].words.format(period_id=one.period_id)
        ids = fleet["asset_id"][some]
        parts.add_resources(PERIOD_HOURS, one.hours[some], words=words, asset_id=ids, period_id=one.period_id)
        some = one.places < capacity
        words = RESOURCE_KINDS[PERIOD_PLACES].words.format(period_id=one.period_id)
        ids = case.bases["base_id"][some]
        parts.add_resources(
            PERIOD_PLACES, one.places[some], words=words, base_id=ids, period_id=one.period_id
        )


def closes_bases(case: Case) -> Booleans:
    """Bases that availability.csv names, shape (bases,): of these not only the distance counts."""
    named = {base for row in records(case.availability) for base in row.bases}
    return case.bases["base_id"].isin(named).to_numpy()


def _meant(row: Any, fleet: pd.DataFrame) -> Booleans:
    """The assets and sensors that a row of availability.csv speaks of, shape (fleet,)."""
    meant = np.ones(len(fleet), dtype=bool)
    if row.kinds:
        meant &= fleet["kind"].isin(row.kinds).to_numpy()
    if row.assets:
        meant &= fleet["asset_id"].isin(row.assets).to_numpy()
    return meant

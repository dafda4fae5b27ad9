"""The periods of the year: which days are whose, and what is left of hours, bases and areas in each."""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.case.rows import Row, Rows
from planner.case.state import State
from planner.frames import numbers
from planner.schema.settings import Settings
from planner.schema.tables import PERIODS

YEAR = "year"
"""The period of a case that has no others."""
DAYS = 365
YEARS = (360.0, 366.0)
"""Horizons that are a year: of 360 days for a bookkeeper, of 365.25 for an astronomer."""


def period_frame(rows: Rows, settings: Settings) -> pd.DataFrame:
    """Every period with its days, in the order of the file; the days add up to the horizon.

    A case without periods, or that does not tell them apart, has one: the whole horizon.
    """
    if not tells_periods(rows, settings):
        blank = dict.fromkeys(PERIODS.columns, "")
        whole = {**blank, "period_id": YEAR, "name": "the whole horizon", "days": settings.horizon_days}
        return pd.DataFrame([whole])
    days = np.array([len(days_of(row)) for row in rows.rows], dtype=np.float64)
    data = {name: [row[name] or "" for row in rows.rows] for name in PERIODS.columns}
    return pd.DataFrame({**data, "days": days * (settings.horizon_days / days.sum())})


def shares(periods: pd.DataFrame) -> npt.NDArray[np.float64]:
    """What part of the horizon each period is, shape (periods,) [-]."""
    days = numbers(periods["days"])
    return np.asarray(days / days.sum())


def without_periods(state: State, settings: Settings) -> State:
    """A case as it is planned: where periods are not told apart, nothing that speaks of one alone."""
    if tells_periods(state.tables["periods"], settings):
        return state
    availability, limits = state.tables["availability"], state.tables["limits"]
    of_all = tuple(row for row in limits.rows if not row["period"])
    kept = {"availability": replace(availability, rows=()), "limits": replace(limits, rows=of_all)}
    return replace(state, tables={**state.tables, **kept})


def planned_risk(risk: pd.DataFrame, rows: Rows, settings: Settings) -> pd.DataFrame:
    """The risk map of a case as it is planned.

    Visits are those of the horizon: its part of a year's, and of those of a period as they are, unless the
    periods are a year's and the horizon is less. A case that tells no periods apart, but whose map speaks of
    some, has the ``share`` of the year that each row is of: what it plans with is made of what holds in each
    period, see ``planner.features.risk``.
    """
    days = {row["period_id"]: len(days_of(row)) for row in rows.valid}
    whole, named = sum(days.values()) or DAYS, (risk["period"] != "").to_numpy()
    part = settings.share_of_year
    scale = np.where(named, part / settings.share_of(whole), part)
    if (scale != 1.0).any():
        risk = risk.assign(visits=risk["visits"] * scale)
    if tells_periods(rows, settings) or not named.any():
        return risk
    share = {name: each / whole for name, each in days.items()}
    return risk.assign(share=risk["period"].astype(object).map(share).astype("float64").fillna(1.0))


def tells_periods(rows: Rows, settings: Settings) -> bool:
    """Whether a case is planned by period."""
    return settings.use_periods and len(rows.rows) > 0


def days_of(row: Row) -> range:
    """The days of a period, from 0 on the first of January; on beyond 364 where it crosses the new year."""
    return _days(row["start"], row["end"])


def period_of_day(periods: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Position of the period of each day of the year, -1 where it has none, shape (365,)."""
    found = np.full(DAYS, -1, dtype=np.int64)
    for number, (start, end) in enumerate(zip(periods["start"], periods["end"], strict=True)):
        found[[day % DAYS for day in _days(start, end)]] = number
    return found


def _days(start: str, end: str) -> range:
    first, last = _number(start), _number(end)
    return range(first, last + 1 + (DAYS if last < first else 0))


def _number(day: str) -> int:
    return datetime.date.fromisoformat(f"2026-{day}").timetuple().tm_yday - 1

"""Boardings worked out again from the case: visits, trips, and what is seen and answered."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from planner.case import Case
from planner.case.periods import shares
from planner.features.fleet import BOARD, access_table
from planner.features.season import Season
from planner.frames import Array, numbers, records
from planner.results.compare import TOLERANCE, Finding
from planner.results.response import Answers, supplies


def visits_again(case: Case, cells: pd.DataFrame, weights: Array) -> Array:
    """Visits of each cell in each period: the area's, by risk x water x days, shape (periods, cells)."""
    found = np.zeros(weights.shape)
    water = np.outer(shares(case.periods), numbers(cells["area_km2"]))
    for number, area in enumerate(records(case.areas)):
        own = (cells["area"] == number).to_numpy()
        part = water[:, own] * weights[:, own]
        part = part if part.sum() > 0.0 else water[:, own]
        visits = area.visits_per_year * case.settings.share_of_year
        found[:, own] = visits * part / part.sum() if part.sum() > 0.0 else 0.0
    return found


def answered_again(
    case: Case,
    cells: pd.DataFrame,
    found: tuple[Array, Array],
    work: tuple[pd.DataFrame, pd.DataFrame],
    known: list[Season],
) -> Answers:
    """What is answered of what is seen, from missions and boarding trips, shape (periods, cells) each."""
    seen, visits = found
    if case.settings.answers is None:
        return Answers(visits, seen, seen)
    at = pd.MultiIndex.from_product([case.periods["period_id"], cells["cell_id"]])
    nodes = at.to_frame(index=False).set_axis(["period_id", "cell_id"], axis=1)
    area = case.areas["area_id"].to_numpy()[cells["area"]]
    nodes = nodes.assign(area_id=np.tile(area, len(case.periods)), visits=visits.ravel())
    supply = supplies(case, work, nodes, known).groupby(["period_id", "cell_id"])["share"].sum()
    able = numbers(supply.reindex(at).fillna(0.0)).reshape(seen.shape)
    return Answers(visits, seen, np.where(visits > 0.0, np.minimum(seen, able), seen))


def counted_again(case: Case, found: Answers) -> Array:
    """Effective coverage: what is seen, and of the share of response what is answered, too."""
    answers = case.settings.answers
    if answers is None:
        return found.seen
    share = np.where(found.visits > 0.0, answers.share, 0.0)
    return (1.0 - share) * found.seen + share * found.answered


def trips_again(case: Case, rows: pd.DataFrame, away_nm: Array) -> pd.DataFrame:
    """Hours and cost of boarding trips, from the assets' figures.

    Args:
        case: the case.
        rows: boardings with the figures of their assets.
        away_nm: distance of each [nm].
    """
    boarding_h = case.settings.answers.boarding_h if case.settings.answers else 0.0
    hours = 2.0 * away_nm / numbers(rows["transit_speed_kn"]) + boarding_h
    cost = numbers(rows["cost_per_hour"]) * hours + numbers(rows["cost_per_mission"])
    trips = numbers(rows["trips"])
    return rows.assign(distance_nm=away_nm, trip_hours=trips * hours, trip_cost=trips * cost)


def broken_trips(case: Case, rows: pd.DataFrame) -> Iterator[Finding]:
    """Trips are of boats that board, with access, in time, from bases that they may use.

    Args:
        case: the case.
        rows: boardings as they should be, with the figures of their assets and the area of their cell.
    """
    if case.settings.answers is None:
        return
    allowed = {
        (period, kind): access_table(case, period, BOARD, kind)
        for period in case.periods["period_id"]
        for kind in set(case.assets["kind"])
    }
    most_h = case.settings.answers.response_time_h * (1.0 + TOLERANCE)
    for row in records(rows[rows["trips"] > 0.0]):
        name = f"boardings.csv: {row.asset_id} from {row.base_id} in {row.cell_id}"
        if row.boards != "yes":
            yield f"{name}: it does not board"
        if row.area_id not in allowed[row.period_id, row.kind][row.operator]:
            yield f"{name}: it may not board in {row.area_id}"
        if row.distance_nm / row.transit_speed_kn > most_h:
            yield f"{name}: it is not there in time"
        if row.base_id not in row.bases:
            yield f"{name}: it may not use the base"

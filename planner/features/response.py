"""Response: boats that board what was seen. Equations (16) and (17) of planner/core/README.md.

Reads ``[response]`` of case.toml, ``visits_per_year`` of areas or ``visits`` of risk.csv, ``boards`` of
assets.csv, and the task board of access.csv. A boarding trip goes out for one boarding: t = 2 d / v_transit +
boarding_h [h], from a base from which its boat is there within response_time_h. It answers 1 / (phi N) of a
node with N visits, of which the share phi calls for a boarding.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.case import Case
from planner.core.problem import Booleans, Integers
from planner.features.assembly import Parts, coded
from planner.features.effort import effort_rows, stack
from planner.features.fleet import boards_at_all
from planner.features.funding import payable
from planner.features.limits import asks_for_money
from planner.features.mission import add_work
from planner.features.patrol import mission_cost, transit_hours, useful_bases
from planner.features.risk import Mapped
from planner.features.season import Season, closes_bases
from planner.features.space import Space, Weighted
from planner.frames import Array, numbers, sum_by
from planner.schema.settings import ResponseSettings

TRIP = "boarding"
"""The feature of boarding trips."""
Tables = tuple[pd.DataFrame, pd.Series, pd.Series]


@dataclass(frozen=True, eq=False)
class Trips:
    """Boarding trips that a plan may use.

    Attributes:
        rows: one for each asset, base and cell, as in ``planner.features.effort``.
        calls: boardings that visits call for, phi N, shape (periods, cells).
    """

    rows: pd.DataFrame
    calls: Array


def visits_of_nodes(case: Case, area: npt.NDArray[Any], km2: Array, mapped: Mapped) -> Array:
    """Visits in each node, N, shape (nodes,).

    Those of the risk map where it gives some. An area's visits of the horizon are shared out as its risk is,
    km2 x risk weight, so the weights say where in the area and when vessels come; as its water is where all
    weights are 0. They hold where the map gives no visits; a blank counts as none.

    Args:
        case: the case.
        area: position of the area of each node, shape (nodes,).
        km2: water of each node, times its period's share of the horizon, shape (nodes,).
        mapped: risk weights and visits of the map.
    """
    n_areas = len(case.areas)
    visits = np.nan_to_num(numbers(case.areas["visits_per_year"])) * case.settings.share_of_year
    weighted = km2 * mapped.weight.ravel()
    whole = sum_by(area, weighted, n_areas)
    part = np.where(whole[area] > 0.0, weighted, km2)
    total = sum_by(area, part, n_areas)[area]
    share = np.divide(part, total, out=np.zeros(len(area)), where=total > 0.0)
    return np.asarray(visits[area] * share * mapped.unmapped.ravel() + mapped.visits.ravel())


def with_visits(case: Case, nodes: pd.DataFrame, weighted: Weighted) -> pd.DataFrame:
    """Nodes with ``visits`` and ``response``, the part of their coverage that is answers: 0 without visits.

    Args:
        case: a case with ``[response]``.
        nodes: one for each cell in each period, period by period.
        weighted: its cells, with what the risk map says of them.
    """
    area = np.tile(weighted.cells["area"].to_numpy(dtype=np.int64), len(case.periods))
    visits = visits_of_nodes(case, area, numbers(nodes["km2"]), weighted.mapped)
    share = answers_of(case).share
    return nodes.assign(visits=visits, response=np.where(visits > 0.0, share, 0.0))


def answers_of(case: Case) -> ResponseSettings:
    """The settings of a case with ``[response]``.

    Raises:
        ValueError: it has none.
    """
    if case.settings.answers is None:
        raise ValueError("detections of this case need no answer")
    return case.settings.answers


def trip_rows(case: Case, space: Space, may: Booleans) -> pd.DataFrame:
    """Boarding trips that can be made: one row for each asset that boards, base and cell within its reach.

    Of bases without a limit only the nearest, which is the cheapest, unless money must be spent.

    Args:
        case: a case with ``[response]``.
        space: its cells and distances.
        may: whether assets may board in areas, shape (fleet, areas).

    Returns:
        Rows as in ``planner.features.effort``; their factor is 0.
    """
    cells, distances, settings = space.cells, space.distances.result, answers_of(case)
    area = cells["area"].to_numpy()
    number = {base: at for at, base in enumerate(case.bases["base_id"])}
    unlimited = np.isinf(numbers(case.bases["capacity_hours"])) & ~closes_bases(case)
    unlimited &= not asks_for_money(case)
    parts = []
    for at in np.flatnonzero(boards_at_all(case)).tolist():
        asset = case.assets.iloc[at]
        bases = [number[base] for base in asset["bases"]]
        base_nm = distances.of(asset["kind"])[bases]
        useful = useful_bases(unlimited[bases], base_nm) & may[at, area]
        for base, away_nm, some in zip(bases, base_nm, useful, strict=True):
            cell = np.flatnonzero(some & within_reach(asset, away_nm, settings))
            hours = transit_hours(away_nm[cell], asset["transit_speed_kn"]) + settings.boarding_h
            parts.append(
                effort_rows(
                    asset=at,
                    base=base,
                    cell=cell,
                    area=area[cell],
                    distance_nm=away_nm[cell],
                    mission_hours=hours,
                    factor=0.0,
                    cost=mission_cost(hours, asset["cost_per_hour"], asset["cost_per_mission"]),
                    access=True,
                )
            )
    return stack(parts)


def within_reach(asset: Any, distance_nm: Array, settings: ResponseSettings) -> Booleans:
    """Where an asset can be in time, and come back, shape (cells,).

    d / v_transit <= response_time_h; 2 d / v_transit + boarding_h <= endurance; 2 d <= (1 - reserve) range.
    """
    one_way_h = distance_nm / asset["transit_speed_kn"]
    fuel = 2.0 * distance_nm <= (1.0 - asset["reserve"]) * asset["range_nm"]
    time = 2.0 * one_way_h + settings.boarding_h <= asset["endurance_h"]
    return np.asarray((one_way_h <= settings.response_time_h) & fuel & time)


def boarding_trips(
    case: Case,
    space: Space,
    known: list[Season],
    eligibility: pd.DataFrame,
    nodes: pd.DataFrame,
) -> Trips | None:
    """The boarding trips that a plan may use; none where detections need no answer.

    Args:
        case: the case.
        space: its cells and distances.
        known: its seasons.
        eligibility: who may pay for what, where.
        nodes: the nodes, with ``visits``.
    """
    if case.settings.answers is None:
        return None
    rows = trip_rows(case, space, np.any([season.board for season in known], axis=0))
    calls = case.settings.answers.boarding_share * numbers(nodes["visits"])
    return Trips(rows[payable(rows, eligibility)], calls.reshape(len(known), -1))


def with_boarding_opened(case: Case, known: list[Season], opened: Booleans) -> list[Season]:
    """Seasons in which boats need no access to board in some areas; ``opened``: shape (fleet, areas)."""
    free = opened.copy()
    free[: len(case.assets)] &= boards_at_all(case)[:, None]
    free[len(case.assets) :] = False
    return [replace(season, board=season.board | free) for season in known]


def add_trips(
    parts: Parts, tables: Tables, trips: Trips, account: Integers, season: Season, period: int
) -> None:
    """Add the boarding trips of one period.

    Args:
        parts: what has been added so far.
        tables: assets and sensors; ids of bases, and of areas.
        trips: ``boarding_trips``.
        account: the period's account of each asset and area, shape (assets, areas).
        season: the period.
        period: its position.
    """
    asset, area, cell = (trips.rows[name].to_numpy() for name in ("asset", "area", "cell"))
    weather, calls = season.weather[asset, area], trips.calls[period, cell]
    some = np.flatnonzero(season.board[asset, area] & (calls > 0.0) & (weather > 0.0))
    done = trips.rows.iloc[some]
    feature = coded(np.zeros(len(done), dtype=np.int8), [TRIP])
    number = add_work(parts, tables, done, account, season, feature)
    parts.answer(period * trips.calls.shape[1] + cell[some], number, weather[some] / calls[some])

"""Missions: every row of the effort table that a plan may use becomes an activity, whatever makes it.

Equations (7) and (8): an activity uses hours of its asset and places at its base, draws its cost from
the account of its asset and area (and period, where payments are of periods), and adds its coverage factor to
its nodes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.core.problem import Integers
from planner.features.assembly import Parts, coded, ids_at
from planner.features.effort import NO_BASE
from planner.features.fleet import FEATURES
from planner.features.resources import HOURS, PERIOD_HOURS, PERIOD_PLACES, PLACES
from planner.features.season import Season


def add_missions(
    parts: Parts,
    tables: tuple[pd.DataFrame, pd.Series, pd.Series],
    effort: pd.DataFrame,
    account: Integers,
    season: Season,
    first_node: int,
) -> None:
    """Add the activities of effort rows in one period.

    Their factors are for the horizon; in a part of it as many missions add as much more, equation (5), less
    what weather takes.

    Args:
        parts: what has been added so far; its nodes are the cells, in their order, period by period.
        tables: assets and sensors; ids of bases, and of areas.
        effort: effort rows that a plan may use; rows of one activity have access to different cells.
        account: the period's account of each asset and area, shape (assets, areas).
        season: the period.
        first_node: position of its first node.
    """
    fleet = tables[0]
    activity, first = _numbered(effort["activity"].to_numpy())
    one = effort.iloc[first]
    features = fleet["kind"].map(FEATURES).fillna("patrol")
    codes, names = pd.factorize(features)
    feature = coded(codes[one["asset"].to_numpy()], names.tolist())
    number = add_work(parts, tables, one, account, season, feature)
    asset, area = (effort[name].to_numpy() for name in ("asset", "area"))
    factor = effort["factor"].to_numpy() * season.weather[asset, area] / season.share
    node = first_node + effort["cell"].to_numpy()
    parts.affect(node, number[activity], factor)
    boards = np.flatnonzero(season.board[asset, area])
    parts.answer(node[boards], number[activity[boards]], factor[boards])


def add_work(
    parts: Parts,
    tables: tuple[pd.DataFrame, pd.Series, pd.Series],
    one: pd.DataFrame,
    account: Integers,
    season: Season,
    feature: pd.Categorical,
) -> Integers:
    """Add what rows of work use: hours, places and money.

    Args:
        parts: what has been added so far.
        tables: assets and sensors; ids of bases, and of areas.
        one: a row for each activity.
        account: the period's account of each asset and area, shape (assets, areas).
        season: the period.
        feature: what each is.

    Returns:
        Their positions.
    """
    fleet, bases, areas = tables
    asset, base, paid_in = (one[name].to_numpy() for name in ("asset", "base", "paid_in"))
    number = parts.add_activities(
        "",
        len(one),
        {
            "feature": feature,
            "asset_id": ids_at(fleet["asset_id"], asset),
            "base_id": ids_at(bases, np.where(base == NO_BASE, -1, base)),
            "area_id": ids_at(areas, paid_in),
            "period_id": season.period_id,
        },
        distance_nm=one["distance_nm"].to_numpy(),
    )
    hours = one["mission_hours"].to_numpy()
    own, period = fleet["asset_id"].to_numpy(), season.period_id
    parts.use(parts.find(HOURS, asset_id=own)[asset], number, hours)
    parts.use(parts.find(PERIOD_HOURS, asset_id=own, period_id=period)[asset], number, hours)
    if len(bases):
        ids = bases.to_numpy()
        of_period = parts.find(PERIOD_PLACES, base_id=ids, period_id=period)
        for found in (parts.find(PLACES, base_id=ids), of_period):
            parts.use(np.append(found, -1)[base], number, hours)
    cost = one["cost"].to_numpy()
    parts.use(np.where(cost > 0.0, account[asset, paid_in], -1), number, cost)
    return number


def _numbered(activity: npt.NDArray[np.int32]) -> tuple[Integers, Integers]:
    """The activities numbered through, and the first row of each; rows of one activity are neighbours."""
    new = np.r_[True, activity[1:] != activity[:-1]] if len(activity) else np.zeros(0, dtype=bool)
    return np.cumsum(new) - 1, np.flatnonzero(new)

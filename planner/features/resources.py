"""The kinds of resources that are scarce: whose each is, what it is counted in, and its words.

Accounts, which balance what missions cost and what is paid, and what limits ask for are none of these.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.core.problem import Booleans

HOURS, BUDGET, PLACES = "hours", "budget", "places"
"""Hours of an asset or sensor [h], money of a programme, mission hours at a base [h]."""
PERIOD_HOURS, PERIOD_PLACES = "period_hours", "period_places"
"""Hours of an asset, and mission hours at a base, of one period [h]."""


@dataclass(frozen=True)
class ResourceKind:
    """A kind of resource, of which an owner has so much for each of its units.

    Attributes:
        owner: the column of its resources with the id of their owner.
        limit_kind: its word in tables of shadow prices.
        words: what it is called before the id or the name of its owner, with {period_id} if it has one.
        named_by_owner: whether the name of its owner alone says what it is, beside an hour or a million.
        in_money: whether it is counted in money; else in hours.
        of_period: whether it is of one period; else of the year.
    """

    owner: str
    limit_kind: str
    words: str
    named_by_owner: bool = True
    in_money: bool = False
    of_period: bool = False


RESOURCE_KINDS = {
    HOURS: ResourceKind("asset_id", "asset_hours", "hours of"),
    BUDGET: ResourceKind("programme_id", "budget", "the money of", in_money=True),
    PLACES: ResourceKind("base_id", "base_capacity", "hours at", named_by_owner=False),
    PERIOD_HOURS: ResourceKind("asset_id", "asset_hours", "hours in {period_id} of", of_period=True),
    PERIOD_PLACES: ResourceKind(
        "base_id", "base_capacity", "hours in {period_id} at", named_by_owner=False, of_period=True
    ),
}
LIMITED = {one.limit_kind: one for one in RESOURCE_KINDS.values() if not one.of_period}
"""Those of the year by their word in tables of shadow prices."""


def of_money(prices: pd.DataFrame) -> Booleans:
    """Which rows of a table of shadow prices are of money, not of hours, shape (rows,)."""
    return np.array([LIMITED[kind].in_money for kind in prices["limit_kind"]], dtype=bool)

"""Money: programmes pay for missions, each from its budget, for what and where it may.

Reads programmes.csv. Equation (8): what the missions of an asset in an area cost is what programmes
pay for it, no more and no less (an account for each asset and area, which missions draw from and payments
fill), and all payments of a programme are at most its budget. One unit of a payment is one unit of money.

Where a limit on money names a period, accounts and payments are of an asset, an area and a period, so that it
is known who pays for which period's missions; else they are of the whole horizon, and budgets always are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.case import SERVICES, Case
from planner.core.problem import Integers
from planner.features.assembly import Parts, ids_at
from planner.features.effort import asset_areas
from planner.features.limits import of_areas
from planner.features.resources import BUDGET, RESOURCE_KINDS
from planner.frames import numbers, records

ACCOUNT, PAYMENT = "account", "payment"
"""The kind of the resources that missions draw from, and the feature of the activities that fill them."""


@dataclass(frozen=True)
class Payments:
    """The activities of payments.

    Attributes:
        activity: position of each payment, shape (payments,).
        area: position of the area in which it pays.
        programme: position of the programme that pays.
        period_id: the period whose missions it pays for, "" for those of the whole horizon.
    """

    activity: Integers
    area: Integers
    programme: Integers
    period_id: npt.NDArray[np.object_]


Ids = tuple[pd.Series, pd.Series, pd.Series]
"""Of assets and sensors, areas, programmes."""


def eligibility_table(case: Case, fleet: pd.DataFrame) -> pd.DataFrame:
    """List every (asset, area, programme) in which the programme may pay for the asset's work in the area.

    Args:
        case: the case; its programmes carry resolved lists.
        fleet: assets and sensors, see ``planner.features.fleet``.

    Returns:
        Frame with positions ``asset``, ``area``, ``programme``, by asset, area and programme.
    """
    parts = [np.empty((0, 3), dtype=np.int64)]
    for number, programme in enumerate(records(case.programmes)):
        fundable = fleet["kind"].isin(programme.asset_kinds) & fleet["asset_id"].isin(programme.assets)
        if set(programme.services) != set(SERVICES):
            fundable &= fleet["service"].isin(programme.services)
        assets = np.flatnonzero(fundable)
        areas = np.flatnonzero(case.areas["area_id"].isin(programme.areas))
        pairs = np.stack(np.meshgrid(assets, areas, indexing="ij"), axis=-1).reshape(-1, 2)
        parts.append(np.column_stack([pairs, np.full(len(pairs), number)]))
    table = pd.DataFrame(np.concatenate(parts), columns=["asset", "area", "programme"])
    return table.drop_duplicates().sort_values(["asset", "area", "programme"], ignore_index=True)


def payable(effort: pd.DataFrame, eligibility: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which effort costs nothing, or may be paid for by someone, shape (effort rows,)."""
    shape = _most(effort["asset"], eligibility["asset"]), _most(effort["paid_in"], eligibility["area"])
    eligible = asset_areas(eligibility, shape)
    paid = eligible[effort["asset"].to_numpy(), effort["paid_in"].to_numpy()]
    return np.asarray((effort["cost"].to_numpy() <= 0.0) | paid)


def _most(one: pd.Series, other: pd.Series) -> int:
    return int(max(one.max() if len(one) else 0, other.max() if len(other) else 0)) + 1


def paid_periods(case: Case) -> list[str]:
    """The periods whose missions are paid for apart; "" alone where payments are of the whole horizon."""
    named = ~of_areas(case.limits) & (case.limits["period"] != "")
    return case.periods["period_id"].tolist() if named.any() else [""]


def add_funding(
    parts: Parts, case: Case, fleet: pd.DataFrame, effort: pd.DataFrame, eligibility: pd.DataFrame
) -> tuple[Integers, Payments]:
    """Budgets, accounts, and a payment for every programme that may fill an account.

    Args:
        parts: what has been added so far.
        case: the case.
        fleet: assets and sensors.
        effort: effort rows that a plan may use.
        eligibility: who may pay for what, where.

    Returns:
        The account of each period, asset and area, -1 where nothing costs anything, shape (periods, assets,
        areas); and the payments.
    """
    ids = fleet["asset_id"], case.areas["area_id"], case.programmes["programme_id"]
    words = RESOURCE_KINDS[BUDGET].words
    budget = parts.add_resources(BUDGET, numbers(case.programmes["budget"]), words=words, programme_id=ids[2])
    costs = effort[effort["cost"].to_numpy() > 0.0]
    needed = np.zeros((len(fleet), len(case.areas)), dtype=bool)
    needed[costs["asset"], costs["paid_in"]] = True
    paid = eligibility[needed[eligibility["asset"], eligibility["area"]]]
    where, payer = (paid[name].to_numpy() for name in ("area", "programme"))
    periods = paid_periods(case)
    accounts = np.array([_add_accounts(parts, ids, needed, period) for period in periods])
    payment = [
        _add_payments(parts, ids, paid, account, budget, period)
        for account, period in zip(accounts, periods, strict=True)
    ]
    payments = Payments(
        activity=np.concatenate(payment),
        area=np.tile(where, len(periods)),
        programme=np.tile(payer, len(periods)),
        period_id=np.repeat(np.array(periods, dtype=object), len(paid)),
    )
    return np.broadcast_to(accounts, (len(case.periods), *needed.shape)), payments


def _add_accounts(parts: Parts, ids: Ids, needed: npt.NDArray[np.bool_], period: str) -> Integers:
    """The accounts of a period, or of the whole horizon, -1 where none is needed, shape (assets, areas)."""
    asset, area = np.nonzero(needed)
    account: Integers = np.full(needed.shape, -1, dtype=np.int64)
    account[asset, area] = parts.add_resources(
        ACCOUNT,
        np.zeros(len(asset)),
        exact=True,
        asset_id=ids_at(ids[0], asset),
        area_id=ids_at(ids[1], area),
        period_id=period,
    )
    return account


def _add_payments(
    parts: Parts, ids: Ids, paid: pd.DataFrame, account: Integers, budget: Integers, period: str
) -> Integers:
    """A payment for every programme that may fill an account, shape (rows of ``paid``,)."""
    who, where, payer = (paid[name].to_numpy() for name in ("asset", "area", "programme"))
    payment = parts.add_activities(
        PAYMENT,
        len(paid),
        {
            "asset_id": ids_at(ids[0], who),
            "area_id": ids_at(ids[1], where),
            "programme_id": ids_at(ids[2], payer),
            "period_id": period,
        },
        tie_break=1.0,
    )
    parts.use(account[who, where], payment, -1.0)
    parts.use(budget[payer] if len(budget) else np.zeros(0, int), payment, 1.0)
    return payment

"""What there is of hours and money, the limits that planners set, and how a plan keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner import units
from planner.case import Case
from planner.features.coverage_goal import COVERAGE
from planner.features.spending_goal import SHARE
from planner.frames import numbers, records
from planner.results.contract import LIMITS, conform
from planner.results.ledger import Ledger

Array = npt.NDArray[np.float64]
PRICED = (
    ("hours", "asset_hours", "asset_id", "h"),
    ("budget", "budget", "programme_id", ""),
    ("places", "base_capacity", "base_id", "h"),
)
"""Kinds of resources in ``prices``: the ledger's word, the table's, whose they are, and the unit."""


def price_table(ledger: Ledger, currency: str) -> pd.DataFrame:
    """Every resource with what the plan uses of it and its shadow price: the columns of ``PRICES``.

    Resources of several periods are summed up; the price is that of the period in which a unit adds most.
    """
    parts = []
    for kind, word, owner, unit in PRICED:
        rows = ledger.resources[ledger.resources["kind"] == kind].groupby(owner, sort=False)
        found = rows.agg(
            limit=("capacity", "sum"), used=("used", "sum"), shadow_price=("shadow_price", "max")
        )
        parts.append(
            found.reset_index(names="id").assign(limit_kind=word, unit=f"km2 per {unit or currency}")
        )
    return conform("prices", pd.concat(parts, ignore_index=True))


def limit_table(case: Case, ledger: Ledger, areas: pd.DataFrame, funding: pd.DataFrame) -> pd.DataFrame:
    """Every limit with what the plan reaches of it, its shortfall and its cost: the columns of ``LIMITS``.

    Args:
        case: the case.
        ledger: of the plan.
        areas: frame with the columns of ``AREAS``.
        funding: frame with the columns of ``FUNDING``.
    """
    spending = ledger.resources[ledger.resources["kind"] == "spending"]
    goals = ledger.goals[ledger.goals["kind"] == COVERAGE]
    price = {
        **spending.groupby("limit_id")["shadow_price"].sum(),
        **goals.groupby(["limit_id", "area_id"], observed=True)["shadow_price"].sum(),
    }
    rows = []
    for limit, area, reached, shortfall, _ in reached_limits(case, areas, funding):
        of_money = limit.kind != COVERAGE
        hard = bool(np.isinf(limit.penalty))
        scale = units.MILLION if of_money else 1.0
        each = price.get(limit.limit_id if of_money else (limit.limit_id, area), 0.0) * scale
        rows.append(
            {
                "limit_id": limit.limit_id,
                "kind": limit.kind,
                "programme_id": limit.programme,
                "area_id": area,
                "hard": hard,
                "least": limit.least,
                "reached": reached,
                "shortfall": shortfall,
                "penalty": 0.0 if hard else limit.penalty,
                "paid": 0.0 if hard else limit.penalty * shortfall / scale,
                "shadow_price": each if hard else min(each, limit.penalty),
                "unit": limit_unit(case, limit),
            }
        )
    return conform("limits", pd.DataFrame(rows, columns=list(LIMITS)))


def reached_limits(
    case: Case, areas: pd.DataFrame, funding: pd.DataFrame
) -> Iterator[tuple[Any, str, float, float, float]]:
    """What a plan reaches of every limit of the case: a row for each area of a least coverage.

    Yields:
        The limit's record, its area (or areas, separated by ;), what is reached (a share of the area or of
        the money spent, 1 of nothing spent; or money), the shortfall, and all that was asked for [km² or
        money].
    """
    known = areas.set_index("area_id")[["covered_km2", "area_km2"]]
    budgets = case.programmes.set_index("programme_id")["budget"]
    for limit in records(case.limits):
        if limit.kind == COVERAGE:
            for area in limit.areas:
                covered, km2 = numbers(known.loc[area])
                wanted = limit.least * km2
                yield limit, area, covered / km2, max(0.0, wanted - covered), wanted
            continue
        paid = funding[funding["programme_id"] == limit.programme]
        spent = float(paid["amount"].sum())
        places = ";".join(limit.areas)
        if limit.kind == SHARE:
            inside = float(paid.loc[paid["area_id"].isin(limit.areas), "amount"].sum())
            reached = inside / spent if spent > 0.0 else 1.0
            whole = limit.least * float(budgets[limit.programme])
            yield limit, places, reached, max(0.0, limit.least * spent - inside), whole
        else:
            yield limit, places, spent, max(0.0, limit.least - spent), limit.least


def limit_unit(case: Case, limit: Any) -> str:
    """Unit of a limit's penalty and shadow price."""
    return "km2 per km2" if limit.kind == COVERAGE else f"km2 per million {case.settings.currency}"


def limit_paid(table: pd.DataFrame, shortfall: npt.ArrayLike) -> Array:
    """Penalty times shortfall of the rows of ``LIMITS``; penalties of money are for a million."""
    penalty = numbers(table["penalty"])
    of_money = (table["kind"] != COVERAGE).to_numpy(dtype=bool)
    return np.asarray(
        numbers(shortfall) * np.where(of_money, units.per_million_to_per_unit(penalty), penalty)
    )

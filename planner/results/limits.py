"""What there is of hours and money, the limits that planners set, and how a plan keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from planner import units
from planner.case import Case
from planner.features.coverage_goal import COVERAGE
from planner.features.spending_goal import SHARE
from planner.frames import numbers, records
from planner.results.contract import TABLES, conform
from planner.results.ledger import Ledger

PRICED = (
    ("hours", "asset_hours", "asset_id", "h"),
    ("budget", "budget", "programme_id", ""),
    ("places", "base_capacity", "base_id", "h"),
)
"""Kinds of resources in ``prices``: the ledger's word, the table's, whose they are, and the unit."""


def price_table(ledger: Ledger, currency: str) -> pd.DataFrame:
    """Every resource with what the plan uses of it and its shadow price.

    Resources of several periods are summed up; the price is that of the period in which a unit adds most.
    """
    sums = {"limit": ("capacity", "sum"), "used": ("used", "sum"), "shadow_price": ("shadow_price", "max")}
    parts = []
    for kind, word, owner, unit in PRICED:
        rows = ledger.resources[ledger.resources["kind"] == kind]
        found = rows.groupby(owner, sort=False).agg(**sums).reset_index(names="id")
        parts.append(found.assign(limit_kind=word, unit=f"km2 per {unit or currency}"))
    return conform("prices", pd.concat(parts, ignore_index=True))


def limit_table(case: Case, ledger: Ledger, areas: pd.DataFrame, funding: pd.DataFrame) -> pd.DataFrame:
    """Every limit with what the plan reaches of it, its shortfall and its cost."""
    table = limit_rows(case, areas, funding)
    spending = ledger.resources[ledger.resources["kind"] == "spending"]
    goals = ledger.goals[ledger.goals["kind"] == COVERAGE]
    of_goals = goals.groupby(["limit_id", "area_id"], observed=True)["shadow_price"].sum()
    of_money = spending.groupby("limit_id")["shadow_price"].sum() * units.per_unit_to_per_million(1.0)
    ids = pd.MultiIndex.from_frame(table[["limit_id", "area_id"]])
    price = of_goals.reindex(ids).to_numpy()
    price = np.where(table["kind"] == COVERAGE, price, table["limit_id"].map(of_money))
    price = np.where(table["hard"], price, np.minimum(price, table["penalty"]))
    return conform("limits", table.assign(shadow_price=np.nan_to_num(price)))


def limit_rows(case: Case, areas: pd.DataFrame, funding: pd.DataFrame) -> pd.DataFrame:
    """The limits of the case, a row for each area of a least coverage, with what a plan reaches of them.

    Returns:
        Frame with the columns of ``limits`` but for the shadow price, and ``whole``, all that was asked for
        [km² or money].
    """
    rows = []
    for limit in records(case.limits):
        hard, of_money = bool(np.isinf(limit.penalty)), limit.kind != COVERAGE
        named = {
            "limit_id": limit.limit_id,
            "kind": limit.kind,
            "programme_id": limit.programme,
            "hard": hard,
            "least": limit.least,
            "penalty": 0.0 if hard else limit.penalty,
            "unit": f"km2 per million {case.settings.currency}" if of_money else "km2 per km2",
        }
        found = _of_money(case, limit, funding) if of_money else _of_coverage(limit, areas)
        rows += [{**named, **each} for each in found]
    columns = [name for name in (*TABLES["limits"], "whole") if name != "shadow_price"]
    table = pd.DataFrame(rows, columns=columns)
    per_unit = np.where(table["kind"] == COVERAGE, 1.0, units.per_million_to_per_unit(1.0))
    return table.assign(paid=numbers(table["penalty"]) * per_unit * numbers(table["shortfall"]))


def _of_coverage(limit: Any, areas: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The share of each area that is covered."""
    known = areas.set_index("area_id")[["covered_km2", "area_km2"]]
    for area in limit.areas:
        covered, km2 = numbers(known.loc[area])
        whole = limit.least * km2
        shortfall = max(0.0, whole - covered)
        yield {"area_id": area, "reached": covered / km2, "shortfall": shortfall, "whole": whole}


def _of_money(case: Case, limit: Any, funding: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """What the programme spends, or the share of it in the named areas: 1 of nothing spent."""
    paid = funding[funding["programme_id"] == limit.programme]
    spent, least = float(paid["amount"].sum()), limit.least
    reached, shortfall, whole = spent, least - spent, least
    if limit.kind == SHARE:
        inside = float(paid.loc[paid["area_id"].isin(limit.areas), "amount"].sum())
        budget = case.programmes.set_index("programme_id")["budget"][limit.programme]
        reached = inside / spent if spent > 0.0 else 1.0
        shortfall, whole = least * spent - inside, least * float(budget)
    areas = ";".join(limit.areas)
    yield {"area_id": areas, "reached": reached, "shortfall": max(0.0, shortfall), "whole": whole}

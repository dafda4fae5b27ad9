"""What there is of hours and money, the limits that planners set, and how a plan keeps them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner import units
from planner.case import Case
from planner.case.periods import shares
from planner.features.coverage_goal import COVERAGE
from planner.features.season import HOURS, PLACES
from planner.features.spending_goal import SHARE
from planner.frames import numbers, records
from planner.results.contract import conform, empty
from planner.results.ledger import Ledger
from planner.results.plain_text import figure

PRICED = (
    ("hours", "asset_hours", "asset_id", "h"),
    ("budget", "budget", "programme_id", ""),
    ("places", "base_capacity", "base_id", "h"),
)
"""Kinds of resources in ``prices``: the ledger's word, the table's, whose they are, and the unit."""

OF_PERIODS = ((HOURS, "asset_hours", "asset_id"), (PLACES, "base_capacity", "base_id"))
"""Kinds of resources in ``period_prices``: the ledger's word, the table's, and whose they are."""
HOLDS = ("holds_least", "holds_most")


def price_table(ledger: Ledger, currency: str, ranges: pd.DataFrame | None = None) -> pd.DataFrame:
    """Every resource of the year with what the plan uses of it, its shadow price, and how far that holds.

    Args:
        ledger: the ledger.
        currency: of the money.
        ranges: ``kind`` and ``id`` of limits with ``holds_least`` and ``holds_most``, where that was sought.
    """
    known = (
        {}
        if ranges is None
        else {(row.kind, row.id): (row.holds_least, row.holds_most) for row in records(ranges)}
    )
    resources = ledger.resources
    rows = [
        (
            word,
            name,
            row.capacity,
            row.used,
            row.shadow_price,
            f"km2 per {unit or currency}",
            *known.get((kind, name), (np.nan, np.nan)),
        )
        for kind, word, owner, unit in PRICED
        for row in records(resources[resources["kind"] == kind])
        for name in [getattr(row, owner)]
    ]
    return conform(
        "prices",
        pd.DataFrame(rows, columns=["limit_kind", "id", "limit", "used", "shadow_price", "unit", *HOLDS]),
    )


def period_price_table(ledger: Ledger) -> pd.DataFrame:
    """Hours of assets and at bases in periods, with what the plan uses of them and their shadow price."""
    parts = [
        rows.rename(columns={owner: "id", "capacity": "limit"}).assign(limit_kind=word, unit="km2 per h")
        for kind, word, owner in OF_PERIODS
        if len(rows := ledger.resources[ledger.resources["kind"] == kind].drop(columns="kind"))
    ]
    return conform("period_prices", pd.concat(parts)) if parts else empty("period_prices")


def held_in_words(least: float, most: float, unit: str = "") -> str:
    """How far a shadow price holds: for how much more of its limit; empty where that is not known."""
    if not np.isfinite(least):
        return ""
    end = f" {unit}" if unit else ""
    if not np.isfinite(most):
        return f"at least {figure(least)}{end}"
    return f"{figure(least)} to {figure(most)}{end}"


def limit_table(
    case: Case, ledger: Ledger, areas: pd.DataFrame, area_periods: pd.DataFrame, funding: pd.DataFrame
) -> pd.DataFrame:
    """Every limit with what the plan reaches of it, its shortfall and its cost."""
    table = limit_rows(case, areas, area_periods, funding)
    spending = ledger.resources[ledger.resources["kind"] == "spending"]
    goals = ledger.goals[ledger.goals["kind"] == COVERAGE]
    of_goals = goals.groupby(["limit_id", "area_id"], observed=True)["shadow_price"].sum()
    of_money = spending.groupby("limit_id")["shadow_price"].sum() * units.per_unit_to_per_million(1.0)
    ids = pd.MultiIndex.from_frame(table[["limit_id", "area_id"]])
    price = of_goals.reindex(ids).to_numpy()
    price = np.where(table["kind"] == COVERAGE, price, table["limit_id"].map(of_money))
    price = np.where(table["hard"], price, np.minimum(price, table["penalty"]))
    return conform(
        "limits",
        table.assign(shadow_price=np.nan_to_num(price) + 0.0),  # no negative zero
    )


def limit_rows(
    case: Case, areas: pd.DataFrame, area_periods: pd.DataFrame, funding: pd.DataFrame
) -> pd.DataFrame:
    """The limits of the case, a row for each area of a least coverage, with what a plan reaches of them.

    A least coverage is a part of the area; a least share, of what the programme spends (1 of nothing spent).
    Square kilometres of a period count by its part of the horizon.

    Returns:
        Frame with the columns of ``limits`` but for the shadow price, and ``whole``, all that was asked for
        [km² or money].
    """
    limits, known = case.limits, areas.set_index("area_id")
    if limits.empty:
        return empty("limits").assign(whole=0.0)
    of_area = limits["kind"] == COVERAGE
    named = limits["areas"].map(";".join).where(~of_area, limits["areas"].map(list))
    rows = limits.assign(area_id=named).explode("area_id", ignore_index=True)
    of_area, of_share = rows["kind"] == COVERAGE, rows["kind"] == SHARE
    covered, km2 = (numbers(rows["area_id"].map(known[name])) for name in ("covered_km2", "area_km2"))
    period = (rows["period"].fillna("") if "period" in rows else pd.Series("", rows.index)).to_numpy()
    part = pd.Series(shares(case.periods), case.periods["period_id"]).reindex(period).to_numpy()
    when = pd.MultiIndex.from_arrays([period, rows["area_id"].astype(str)])
    of_period = area_periods.set_index(["period_id", "area_id"])["covered_km2"].reindex(when).to_numpy()
    covered = np.where(period == "", covered, part * of_period)
    km2 = np.where(period == "", km2, part * km2)
    paid = [funding[funding["programme_id"] == programme] for programme in rows["programme"]]
    spent = numbers([each["amount"].sum() for each in paid])
    inside = numbers(
        [
            each.loc[each["area_id"].isin(areas), "amount"].sum()
            for each, areas in zip(paid, rows["areas"], strict=True)
        ]
    )
    budget = numbers(rows["programme"].map(case.programmes.set_index("programme_id")["budget"]))
    least, hard = numbers(rows["least"]), np.isinf(numbers(rows["penalty"]))
    kinds = [of_area, of_share]
    has, of = np.select(kinds, [covered, inside], spent), np.select(kinds, [km2, spent], 1.0)
    shortfall, penalty = np.maximum(0.0, least * of - has), np.where(hard, 0.0, rows["penalty"])
    per_unit = np.where(of_area, 1.0, units.per_million_to_per_unit(1.0))
    return rows.assign(
        programme_id=rows["programme"],
        period_id=period,
        hard=hard,
        reached=np.divide(has, of, out=np.ones(len(rows)), where=of > 0.0),
        shortfall=shortfall,
        whole=least * np.select(kinds, [km2, budget], 1.0),
        penalty=penalty,
        paid=penalty * per_unit * shortfall,
        unit=np.where(of_area, "km2 per km2", f"km2 per million {case.settings.currency}"),
    )

"""What there is of hours and money, the limits that planners set, and how a plan keeps them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner import units
from planner.case import Case
from planner.case.periods import shares
from planner.features.coverage_goal import shortfall
from planner.features.limits import LIMIT_KINDS, of_areas
from planner.features.resources import RESOURCE_KINDS
from planner.features.spending_goal import SPENT
from planner.frames import numbers
from planner.results.contract import conform, empty
from planner.results.ledger import Ledger

HOLDS = ["holds_least", "holds_most"]
OF_PERIODS = "period_prices"
LEAST_PRICE = 1e-6
"""Shadow prices in a period below this are rounding [risk-weighted km² per hour]."""


def price_table(
    ledger: Ledger, currency: str, ranges: pd.DataFrame | None = None, name: str = "prices"
) -> pd.DataFrame:
    """Every resource with what the plan uses of it, its shadow price, and how far that holds.

    ``ranges`` has ``kind`` and ``id`` of limits with ``HOLDS``, where that was sought; ``name`` is that of
    the table: ``prices`` of the year's resources, or ``period_prices``.
    """
    resources, found = ledger.resources.rename(columns={"capacity": "limit"}), list[pd.DataFrame]()
    for kind, one in RESOURCE_KINDS.items():
        if one.of_period == (name == OF_PERIODS):
            own, per = resources[resources["kind"] == kind], currency if one.in_money else "h"
            found.append(own.assign(limit_kind=one.limit_kind, id=own[one.owner], unit=f"km2 per {per}"))
    keys = ["kind", "id"]
    holds = pd.DataFrame(ranges, columns=[*keys, *HOLDS])
    return conform(name, pd.concat(found).merge(holds, on=keys, how="left"))


def scarce_in_periods(prices: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``period_prices`` whose shadow price is more than rounding, the highest first."""
    scarce = prices[prices["shadow_price"] > LEAST_PRICE]
    return scarce.sort_values("shadow_price", ascending=False, kind="stable")


def limit_table(ledger: Ledger, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``limit_rows`` with their shadow prices."""
    if rows.empty:
        return empty("limits")
    spending = ledger.resources[ledger.resources["kind"] == SPENT]
    goals = ledger.goals[ledger.goals["kind"].isin(list(LIMIT_KINDS))]
    of_goals = goals.groupby(["limit_id", "area_id"], observed=True)["shadow_price"].sum()
    of_money = spending.groupby("limit_id")["shadow_price"].sum() * units.per_unit_to_per_million(1.0)
    price = of_goals.reindex(pd.MultiIndex.from_frame(rows[["limit_id", "area_id"]])).to_numpy()
    price = np.where(of_areas(rows), price, rows["limit_id"].map(of_money))
    price = np.where(rows["hard"], price, np.minimum(price, rows["penalty"]))
    return conform("limits", rows.assign(shadow_price=np.nan_to_num(price) + 0.0))  # no negative zero


def limit_rows(
    case: Case, areas: pd.DataFrame, area_periods: pd.DataFrame, funding: pd.DataFrame
) -> pd.DataFrame:
    """The limits of the case, a row for each area of a least coverage, with what a plan reaches of them.

    A least coverage is a part of the area; a least share, of what the programme spends (1 of nothing spent),
    in the period that the limit names, if it does. Square kilometres of a period count by its part of the
    horizon.

    Returns:
        Frame with the columns of ``limits`` but for the shadow price, and ``whole``, all that was asked for
        [km² or money].
    """
    limits = case.limits
    if limits.empty:
        return empty("limits").assign(whole=0.0)
    named = limits["areas"].map(";".join).where(~of_areas(limits), limits["areas"].map(list))
    rows = limits.assign(area_id=named).explode("area_id", ignore_index=True)
    period = (rows["period"].fillna("") if "period" in rows else pd.Series("", rows.index)).to_numpy()
    of_year = areas[["area_id", "covered_km2", "area_km2"]].assign(period_id="", part=1.0)
    part = area_periods["period_id"].map(pd.Series(shares(case.periods), case.periods["period_id"]))
    of_period = area_periods.merge(areas[["area_id", "area_km2"]], on="area_id").assign(part=part)
    known = pd.concat([each for each in (of_year, of_period[list(of_year)]) if len(each)])
    known = known.set_index(["period_id", "area_id"])
    known = known.reindex(pd.MultiIndex.from_arrays([period, rows["area_id"].astype(str)]))
    covered, km2 = (numbers(known[name] * known["part"]) for name in ("covered_km2", "area_km2"))
    paid = [
        funding[(funding["programme_id"] == payer) & ((funding["period_id"] == when) | (when == ""))]
        for payer, when in zip(rows["programme"], period, strict=True)
    ]
    inside = [
        each.loc[each["area_id"].isin(areas), "amount"].sum()
        for each, areas in zip(paid, rows["areas"], strict=True)
    ]
    figures = {
        "covered_km2": covered,
        "area_km2": km2,
        "paid_there": numbers(inside),
        "paid": numbers([each["amount"].sum() for each in paid]),
        "budget": numbers(rows["programme"].map(case.programmes.set_index("programme_id")["budget"])),
        "one": np.ones(len(rows)),
    }
    kinds = [LIMIT_KINDS[kind] for kind in rows["kind"]]
    has, of, whole = (
        numbers([figures[getattr(kind, part)][n] for n, kind in enumerate(kinds)])
        for part in ("reached", "part_of", "whole")
    )
    of_area, least, hard = of_areas(rows), numbers(rows["least"]), np.isinf(numbers(rows["penalty"]))
    missing, penalty = shortfall(least * of, has), np.where(hard, 0.0, rows["penalty"])
    per_unit = np.where(of_area, 1.0, units.per_million_to_per_unit(1.0))
    return rows.assign(
        programme_id=rows["programme"],
        period_id=period,
        hard=hard,
        reached=np.divide(has, of, out=np.ones(len(rows)), where=of > 0.0),
        shortfall=missing,
        whole=least * whole,
        penalty=penalty,
        paid=penalty * per_unit * missing,
        unit=np.where(of_area, "km2 per km2", f"km2 per million {case.settings.currency}"),
    )

"""The facts of an asset or sensor: where it works and could, who pays, what one more of it would bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planner.explanation import checks
from planner.explanation.area import mean_risk
from planner.explanation.plans import Change, Situation, named
from planner.explanation.rates import Increase, cheapest, increases, reach_table
from planner.frames import numbers


@dataclass(frozen=True)
class AssetFacts:
    """An asset or sensor of a plan.

    Attributes:
        asset: ``asset_id``, ``name``, ``kind``, ``operator``, ``units``, ``hours``, ``used_hours``,
            ``shadow_price_km2_per_hour``.
        currency, objective, ratio: of the plan; the smallest coverage / target is NaN unless it is fair.
        bases: names of its bases.
        reach: one row per area that it reaches, see ``rates.reach_table``, with ``risk_weight`` (mean) and
            ``counts_per_hour``: what the next hour there counts, risk-weighted [km²/h].
        n_areas: number of areas of the case.
        work: its rows of allocation.csv with the names ``area`` and ``base``, most hours first.
        payers: ``programme_id``, ``programme``, ``amount``: what each pays for it, largest first.
        price_rank: its place among all assets by the shadow price of an hour, 1 for the highest.
        fleet_size: number of assets and sensors of the case.
        increase: where more coverage is cheapest with it; None where it is of no use.
        with_increase: the plan with that on top.
        unit: what one unit more changes, paid from the money that there is.
        unit_with_money: the same with new money for its hours; None where it costs nothing.
        unit_money: what of that money would be spent; NaN where it costs nothing [money].
        access: what access would change where it has none.
        names: of assets.
    """

    asset: Mapping[str, Any]
    currency: str
    objective: str
    ratio: float
    bases: tuple[str, ...]
    reach: pd.DataFrame
    n_areas: int
    work: pd.DataFrame
    payers: pd.DataFrame
    price_rank: int
    fleet_size: int
    increase: Increase | None
    with_increase: Change | None
    unit: Change | None
    unit_with_money: Change | None
    unit_money: float
    access: checks.Access
    names: Mapping[str, str]


def asset_facts(now: Situation, asset_id: str) -> AssetFacts:
    """The facts of an asset or sensor, and the plans that check them."""
    results, row = now.results, now.asset(asset_id)
    rows = now.effort[(now.effort["asset"] == row["number"]) & (now.effort["factor"] > 0.0)]
    work = results.allocation[results.allocation["asset_id"] == asset_id]
    paid = results.funding[results.funding["asset_id"] == asset_id]
    paid = paid.groupby("programme_id", sort=False)["amount"].sum().reset_index()
    prices = now.fleet["shadow_price_km2_per_hour"]
    higher = prices > row["shadow_price_km2_per_hour"] * (1.0 + 1e-6)
    bases = now.case.assets.set_index("asset_id")["bases"].to_dict() if len(now.case.assets) else {}
    opened = rows[rows["access"] & rows["payable"]]
    more = cheapest(increases(now, opened))
    unit = checks.with_one_unit(now, asset_id) if len(opened) else None
    funded = checks.with_unit_and_money(now, asset_id) if len(rows[rows["access"]]) else None
    return AssetFacts(
        asset=row,
        currency=results.currency,
        objective=results.objective,
        ratio=now.plan.ratio,
        bases=tuple(now.names["base"][base] for base in bases.get(asset_id, ())),
        reach=_reach(now, rows),
        n_areas=len(now.case.areas),
        work=named(now, work, "area", "base").sort_values(
            "mission_hours", ascending=False, ignore_index=True
        ),
        payers=named(now, paid, "programme").sort_values("amount", ascending=False, ignore_index=True),
        price_rank=int(higher.sum()) + 1,
        fleet_size=len(now.fleet),
        increase=more,
        with_increase=_checked(now, more, opened),
        unit=unit,
        unit_with_money=funded[0] if funded else None,
        unit_money=funded[1] if funded else float("nan"),
        access=checks.access_missing(now, rows[rows["payable"]]),
        names=now.names["asset"],
    )


def _checked(now: Situation, more: Increase | None, rows: pd.DataFrame) -> Change | None:
    if more is None:
        return None
    return checks.with_increase(now, more, rows[rows["area"] == now.area_number(more.area_id)])


def _reach(now: Situation, rows: pd.DataFrame) -> pd.DataFrame:
    """Where an asset could work, most water first."""
    table = reach_table(now, rows, "area")
    risk = mean_risk(now)[[now.area_number(one) for one in table["area_id"]]] if len(table) else np.zeros(0)
    hours = numbers(table["hours_per_1000_km2"])
    counts = np.divide(
        1000.0 * risk, hours, out=np.zeros(len(table)), where=np.isfinite(hours) & (hours > 0.0)
    )
    table = table.assign(risk_weight=risk, counts_per_hour=counts)
    return table.sort_values("reached_km2", ascending=False, kind="stable", ignore_index=True)

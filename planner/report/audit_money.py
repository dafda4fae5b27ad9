"""Audit of money and limits: who pays for what, and what the prices stand on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from planner import units
from planner.case import SERVICES, Case
from planner.effort.fleet import fleet_table
from planner.frames import numbers, records
from planner.report.audit_compare import TOLERANCE, Finding, differs, exceeds, unlike
from planner.report.audit_work import placed
from planner.report.results import Results

CENT = 0.01
"""Amounts below half of this are not reported, so that a trace may be missing for each programme."""


def money(case: Case, results: Results) -> Iterator[Finding]:
    """Programmes pay what missions cost, each within its budget."""
    ids = case.programmes["programme_id"]
    paid = results.funding.groupby("programme_id")["amount"].sum()
    spent = ids.map(paid).fillna(0.0)
    reported = results.programmes.set_index("programme_id").loc[ids.tolist()]
    yield from exceeds("funding.csv amount: spending", ids, spent, case.programmes["budget"])
    yield from differs("programmes.csv spent", reported["spent"], spent, ids)
    keys = ["asset_id", "area_id"]
    rows = placed(case, results)
    sums = pd.DataFrame(
        {"cost": rows.groupby(keys)["cost"].sum(), "amount": results.funding.groupby(keys)["amount"].sum()}
    ).fillna(0.0)
    cost, amount = numbers(sums["cost"]), numbers(sums["amount"])
    off = ~(np.abs(cost - amount) <= TOLERANCE * cost + CENT * max(1, len(ids)))
    for (asset, area), cost_here, paid_here in zip(sums.index[off], cost[off], amount[off], strict=True):
        yield f"funding.csv amount: {asset}, {area}: missions cost {cost_here}, programmes pay {paid_here}"


def eligible(asset: pd.Series, programme: pd.Series) -> bool:
    """Whether a programme may fund an asset at all, by kind, asset and service."""
    restricted = set(programme["services"]) != set(SERVICES)
    return (
        asset["kind"] in programme["asset_kinds"]
        and asset["asset_id"] in programme["assets"]
        and (not restricted or asset["service"] in programme["services"])
    )


def eligibility(case: Case, results: Results) -> Iterator[Finding]:
    """Every amount is paid by a programme that may fund the asset in the area."""
    fleet = fleet_table(case).set_index("asset_id", drop=False)
    programmes = case.programmes.set_index("programme_id")
    for row in records(results.funding):
        asset, programme = fleet.loc[row.asset_id], programmes.loc[row.programme_id]
        if not eligible(asset, programme) or row.area_id not in programme["areas"]:
            yield f"funding.csv: {row.programme_id} may not fund {row.asset_id} in {row.area_id}"


def limits(case: Case, results: Results) -> Iterator[Finding]:
    """Limits are those of the case, and used is what missions and amounts add up to."""
    fleet, programmes, bases = fleet_table(case), case.programmes, case.bases
    by_hour, by_money = "km2 per h", f"km2 per {case.settings.currency}"
    hours = results.missions["mission_hours"]
    for kind, ids, limit, used, unit in (
        (
            "asset_hours",
            fleet["asset_id"],
            fleet["capacity_hours"],
            hours.groupby(results.missions["asset_id"]).sum(),
            by_hour,
        ),
        (
            "budget",
            programmes["programme_id"],
            programmes["budget"],
            results.funding.groupby("programme_id")["amount"].sum(),
            by_money,
        ),
        (
            "base_capacity",
            bases["base_id"],
            bases["capacity_hours"],
            hours.groupby(results.missions["base_id"]).sum(),
            by_hour,
        ),
    ):
        rows = results.prices[results.prices["limit_kind"] == kind]
        name = rows["id"]
        of_case = name.map(dict(zip(ids, limit, strict=True)))
        yield from differs(f"prices.csv limit of {kind}", rows["limit"], of_case, name)
        yield from differs(f"prices.csv used of {kind}", rows["used"], name.map(used).fillna(0.0), name)
        yield from unlike(f"prices.csv unit of {kind}", rows["unit"], [unit] * len(rows), name)


def prices(case: Case, results: Results) -> Iterator[Finding]:
    """programmes.csv gives a million's worth of the price of money in prices.csv."""
    del case
    of_money = results.prices[results.prices["limit_kind"] == "budget"].set_index("id")["price"]
    ids = results.programmes["programme_id"]
    yield from differs(
        "programmes.csv price_km2_per_million",
        results.programmes["price_km2_per_million"],
        units.per_unit_to_per_million(numbers(ids.map(of_money))),
        ids,
    )

"""Audit of hours, money and limits: what there is, what is used of it, who pays, and what was asked for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from planner.features.coverage_goal import COVERAGE
from planner.features.fleet import fleet_table
from planner.frames import numbers, records
from planner.results.audit_physics import Evidence
from planner.results.compare import TOLERANCE, Finding, exceeds
from planner.results.ledger import CENT
from planner.results.limits import limit_rows


def resources(seen: Evidence, limited: bool = True) -> pd.DataFrame:
    """What the case has of hours and money, and what missions and funding use of it."""
    case, missions = seen.case, seen.missions
    fleet, programmes, bases = fleet_table(case), case.programmes, case.bases
    hours, money = "km2 per h", f"km2 per {case.settings.currency}"
    of_asset, of_base = (missions.groupby(name)["mission_hours"].sum() for name in ("asset_id", "base_id"))
    of_programme = seen.results.funding.groupby("programme_id")["amount"].sum()
    parts = [
        pd.DataFrame(
            {"limit_kind": kind, "id": ids, "limit": limit, "used": ids.map(used).fillna(0.0), "unit": unit}
        )
        for kind, ids, limit, used, unit in (
            ("asset_hours", fleet["asset_id"], fleet["capacity_hours"], of_asset, hours),
            ("budget", programmes["programme_id"], programmes["budget"], of_programme, money),
            ("base_capacity", bases["base_id"], bases["capacity_hours"], of_base, hours),
        )
    ]
    table = pd.concat(parts, ignore_index=True)
    return table[np.isfinite(numbers(table["limit"]))] if limited else table


def limits_again(seen: Evidence) -> pd.DataFrame:
    """The limits of the case with what missions and funding reach of them."""
    return limit_rows(seen.case, seen.results.areas, seen.results.funding)


def accounts(seen: Evidence) -> Iterator[Finding]:
    """Hours and budgets are within their limits, and programmes pay what missions cost."""
    for kind, rows in resources(seen, limited=False).groupby("limit_kind", sort=False):
        yield from exceeds(str(kind), rows["id"].tolist(), rows["used"], rows["limit"])
    keys = ["asset_id", "area_id"]
    cost = (
        seen.missions.drop(columns="area_id").rename(columns={"payer": "area_id"}).groupby(keys)["cost"].sum()
    )
    table = pd.DataFrame({"cost": cost, "paid": seen.results.funding.groupby(keys)["amount"].sum()}).fillna(
        0.0
    )
    traces = 2.0 * CENT * max(1, len(seen.case.programmes))  # payments of less than a cent are not reported
    for asset, area, each, paid in records(table.reset_index()):
        if not abs(each - paid) <= TOLERANCE * each + traces:
            yield f"funding.csv amount: {asset}, {area}: missions cost {each!s}, programmes pay {paid!s}"


def eligibility(seen: Evidence) -> Iterator[Finding]:
    """Every amount is paid by a programme that may fund the asset in the area."""
    funding, case = seen.results.funding, seen.case
    programme, asset, area = (
        pd.Index(ids).get_indexer(funding[name])
        for name, ids in (
            ("programme_id", case.programmes["programme_id"]),
            ("asset_id", fleet_table(case)["asset_id"]),
            ("area_id", case.areas["area_id"]),
        )
    )
    for row in records(funding[~seen.fundable[programme, asset, area]]):
        yield f"funding.csv: {row.programme_id} may not fund {row.asset_id} in {row.area_id}"


def hard_limits(seen: Evidence) -> Iterator[Finding]:
    """Hard limits hold, and the shadow price of a soft one is no more than its penalty."""
    for limit in records(limits_again(seen)):
        allowed = TOLERANCE * limit.whole + (2.0 * CENT if limit.kind != COVERAGE else 0.0)
        if limit.hard and not limit.shortfall <= allowed:
            yield (
                f"limits.csv {limit.limit_id}, {limit.area_id}: the shortfall of the hard limit is "
                f"{limit.shortfall!s} of {limit.whole!s}"
            )
    for limit in records(seen.results.limits[~seen.results.limits["hard"]]):
        if not limit.shadow_price <= limit.penalty * (1.0 + TOLERANCE):
            yield (
                f"limits.csv shadow_price of {limit.limit_id}: {limit.shadow_price!s} is above its penalty "
                f"{limit.penalty!s}"
            )

"""The limits that a case sets: what each asks for, what the plan reaches, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from planner.charts.data import Plan
from planner.features.coverage_goal import COVERAGE
from planner.features.spending_goal import SHARE, SPENDING
from planner.page.parts import Section, section, table
from planner.page.prose import listed
from planner.results.plain_text import count, percent

HARD = {True: "must hold", False: "may be missed, at a penalty"}


def limits_sections(plan: Plan) -> list[Section]:
    """The section of a plan's limits; none where the case sets none."""
    limits, areas, programmes = (
        plan["limits"],
        plan.names("areas", "area_id"),
        plan.names("programmes", "programme_id"),
    )
    if limits.empty:
        return []
    rows = [_shown(row, areas, programmes, plan.currency) for row in limits.to_dict("records")]
    return [section("limits", [table("limits", limits.assign(**pd.DataFrame(rows)))])]


def _shown(
    row: Mapping[Any, Any], areas: Mapping[str, str], programmes: Mapping[str, str], money: str
) -> dict[str, str]:
    where = (
        listed([areas.get(one, one) for one in row["area_id"].split(";")]) if row["area_id"] else "all areas"
    )
    amount = (lambda value: f"{count(value)} {money}") if row["kind"] == SPENDING else percent
    who = programmes.get(row["programme_id"], row["programme_id"])
    what = {
        COVERAGE: f"Coverage of {where}",
        SHARE: f"Share of what {who} spends that goes to {where}",
        SPENDING: f"Spending of {who}",
    }[row["kind"]]
    missing = f"{count(row['shortfall'])} {money if who else 'km²'}"
    asked = {"what": what, "must": HARD[bool(row["hard"])], "asked": amount(row["least"])}
    return {
        **asked,
        "got": amount(row["reached"]),
        "missing": missing,
        "unit": row["unit"].replace("km2", "km²"),
    }

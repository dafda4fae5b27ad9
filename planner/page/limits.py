"""The limits that a case sets: what each asks for, what the plan reaches, and what it costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from planner.charts.data import Plan
from planner.features.coverage_goal import COVERAGE
from planner.features.spending_goal import SHARE, SPENDING
from planner.page.parts import Section, section, table
from planner.results.plain_text import count, listed, percent

HARD = {True: "must hold", False: "may be missed, at a penalty"}


def limits_sections(plan: Plan) -> list[Section]:
    """The section of a plan's limits; none where the case sets none."""
    limits = plan["limits"]
    if limits.empty:
        return []
    names = {**plan.names("areas", "area_id"), **plan.names("programmes", "programme_id")}
    shown = pd.DataFrame([_shown(row, names, plan.currency) for row in limits.to_dict("records")])
    return [section("limits", [table("limits", limits.drop(columns="area_id").assign(**shown))])]


def _shown(row: Mapping[Any, Any], names: Mapping[str, str], currency: str) -> dict[str, str]:
    where = listed([names[one] for one in filter(None, row["area_id"].split(";"))])
    who = names.get(row["programme_id"], "")
    amount: Callable[[float], str] = percent if row["kind"] != SPENDING else partial(_with_unit, currency)
    what = {
        COVERAGE: f"Coverage of {where}",
        SHARE: f"Share of what {who} spends that goes to {where}",
        SPENDING: f"Spending of {who}",
    }[row["kind"]]
    return {
        **{"what": what, "asked": amount(row["least"]), "got": amount(row["reached"])},
        "missing": _with_unit(currency if who else "km²", row["shortfall"]),
        "must": HARD[bool(row["hard"])],
        "unit": row["unit"].replace("km2", "km²"),
    }


def _with_unit(unit: str, value: float) -> str:
    return f"{count(value)} {unit}"

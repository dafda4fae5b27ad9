"""The page of a comparison: every plan in one page, and what changes from the first."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from planner.charts.comparison import coverage
from planner.charts.data import Plan, plan_of
from planner.charts.ground import Ground
from planner.charts.map_values import Shown, shown
from planner.charts.maps import difference
from planner.page.html import views_page
from planner.page.parts import Section, Table, numeric, text
from planner.page.plan import plan_view
from planner.report.comparison import Comparison
from planner.report.plain_text import safe


def comparison_html(compared: Comparison) -> str:
    """The report of a comparison as HTML: the reference first, the plan after it shown."""
    titles = dict(zip(compared.plans["scenario"], compared.plans["title"], strict=True))
    plans = [plan_of(results, label, titles[label] or label) for label, results in compared.results.items()]
    found = seen(plans)
    totals = totals_of(plans)
    views = []
    for number, each in enumerate(found):
        maps = [difference(each, found[0])] if number else []
        chosen = [plans[0], each.plan] if number else plans
        more = [differences_section(chosen, totals, compared.currency)]
        views.append(plan_view(each.plan, each, more, maps))
    return views_page(views, safe(compared.title), kind="comparison", start=min(1, len(views) - 1))


def seen(plans: Sequence[Plan]) -> list[Shown]:
    """What the maps of several plans show; plans of the same outlines share their ground."""
    grounds: dict[bytes, Ground] = {}
    found = []
    for plan in plans:
        mark = _mark(plan)
        found.append(shown(plan, grounds.get(mark)))
        grounds.setdefault(mark, found[-1].ground)
    return found


def differences_section(plans: Sequence[Plan], totals: pd.DataFrame, currency: str) -> Section:
    """What changes from the first of several plans."""
    parts = [
        plan["areas"][["area_id", "name", "coverage"]].assign(scenario=plan.title, figure="coverage")
        for plan in plans
    ]
    areas = pd.concat(parts, ignore_index=True).rename(columns={"coverage": "value"})
    targets = plans[-1]["areas"].set_index("area_id")["target_coverage"]
    known = targets if set(areas["area_id"]) <= set(targets.index) else None
    columns = [
        text("title", "Plan", "plan"),
        numeric("coverage", "Coverage [%]", "percent"),
        numeric("covered_km2", "Covered [km²]"),
        numeric("shortfall_km2", "Shortfall [km²]"),
        numeric("spent", f"Spent [{currency}]"),
        numeric("hours", "Mission hours [h]"),
        numeric("met", "Areas that meet their target"),
    ]
    caption = "All plans side by side, with their differences from the first"
    return Section(
        "differences",
        "What changes",
        charts=[coverage(areas, known)],
        tables=[Table("totals", caption, columns, totals, ("first",))],
    )


def totals_of(plans: Sequence[Plan]) -> pd.DataFrame:
    """The totals of each plan: plan, title, coverage, covered_km2, shortfall_km2, spent, hours, met."""
    rows = []
    for plan in plans:
        areas = plan["areas"]
        covered = float(areas["covered_km2"].sum())
        rows.append(
            {
                "plan": plan.plan_id,
                "title": plan.title,
                "coverage": covered / float(areas["area_km2"].sum()),
                "covered_km2": covered,
                "shortfall_km2": float(areas["shortfall_km2"].sum()),
                "spent": float(plan["programmes"]["spent"].sum()),
                "hours": float(plan["allocation"]["mission_hours"].sum()),
                "met": int(areas["met"].sum()),
            }
        )
    return pd.DataFrame(rows)


def _mark(plan: Plan) -> bytes:
    """What two plans have in common that can be drawn on one ground."""
    shapes = (*plan.area_geometry, *plan.cell_geometry, *plan.land)
    ids = (*plan["areas"]["area_id"], *plan["cells"]["cell_id"], *plan["reach"]["asset_id"])
    bases = plan["missions"]["base_id"].drop_duplicates().sort_values()
    words = "\n".join((*ids, *bases, plan.bases.to_csv(), plan["reach"].to_csv()))
    return b"".join(shape.wkb for shape in shapes) + words.encode()

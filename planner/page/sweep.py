"""The page of a sweep: the frontier with its shadow price, and the plan of every point under a slider."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from planner.charts.data import plan_of, renamed
from planner.charts.folders import frontier_of
from planner.page.comparison import seen
from planner.page.html import views_page, writes
from planner.page.parts import Section, Table, View, numeric, text
from planner.page.plan import plan_view
from planner.page.prose import Sentence, large, sentence, things
from planner.report.plain_text import count, figure, percent, safe, words
from planner.report.sweep import Axis, Sweep
from planner.report.sweep_text import changes
from planner.units import MILLION

BASE = 0
"""Number of the plan of the case without changes, where no point has a plan."""
GAINS = {"coverage": "risk-weighted km²", "shortfall": "km² of shortfall"}


def sweep_html(swept: Sweep) -> str:
    """The report of a sweep as HTML; everything is computed beforehand."""
    axis = swept.axis
    results = swept.results or {BASE: swept.base}
    values = [axis.amounts[point - 1] if point else axis.present for point in results]
    plans = [
        plan_of(one, _id(point), place(axis, value))
        for (point, one), value in zip(results.items(), values, strict=True)
    ]
    section = frontier_section(swept)
    rows = renamed(swept.points).set_index("point")
    views = []
    for point, found in zip(results, seen(plans), strict=True):
        view = plan_view(found.plan, found, [section])
        lead = _lead(swept, rows.loc[point]) if point else []
        views.append(View(**{**vars(view), "subtitle": found.plan.title, "lead": lead}))
    slider = {"label": label(swept), "values": [f"{count(value)} {safe(axis.unit)}" for value in values]}
    start = min(range(len(values)), key=lambda n: abs(values[n] - axis.present))
    return views_page(views, safe(swept.title), axis=slider, start=start)


def sweep_file(swept: Sweep) -> Callable[[Path], None]:
    """Writes the report of a sweep, given the file: one of the ``others`` of its folder."""
    return writes(lambda: sweep_html(swept))


def frontier_section(swept: Sweep) -> Section:
    """The frontier, its points, and where what is scarce changes."""
    axis = swept.axis
    per = {"budget": f"per million {axis.unit}", "hours": "per hour"}.get(axis.kind, "")
    points = renamed(swept.points)
    swept_as = {"kind": axis.kind, "unit": axis.unit, "present": axis.present}
    drawn = points.assign(plan=[_id(point) for point in points["point"]])
    has = points["point"].isin(list(swept.results))
    rows = points.assign(
        plan=[_id(point) if there else "" for point, there in zip(points["point"], has, strict=True)],
        place=[
            count(amount) if there else f"{count(amount)}: no plan ({words(status)})"
            for amount, status, there in zip(points["amount"], points["status"], has, strict=True)
        ],
        per=points["shadow_price"] * (MILLION if axis.kind == "budget" else 1.0),
    )
    columns = [
        text("place", f"{label(swept)} [{axis.unit}]", "plan"),
        numeric("factor", "Times the case's", "figure"),
        numeric("coverage", "Coverage [%]", "percent"),
        numeric("covered_km2", "Covered [km²]"),
        numeric("shortfall_km2", "Shortfall [km²]"),
        numeric("spent", f"Spent [{swept.currency}]"),
        *([numeric("per", f"Shadow price {per}", "figure")] if per else []),
        numeric("gap", "Optimality gap", "tiny"),
    ]
    shifts = pd.DataFrame(list(changes(swept)), columns=["where", "what"], dtype=object)
    shift_columns = [text("where", "Where"), text("what", "What changes")]
    kept = rows[["plan", "amount", *(column.key for column in columns)]]
    return Section(
        "frontier",
        "The frontier",
        _how_to_read(swept),
        charts=[frontier_of(drawn, swept_as)],
        tables=[
            Table("points", "Every point of the sweep", columns, kept, tall=True),
            Table("changes", "Where what is scarce changes", shift_columns, shifts, tall=True),
        ],
    )


def label(swept: Sweep) -> str:
    """What is swept, in words."""
    axis = swept.axis
    if axis.kind == "spacing":
        return "Spacing of the cells"
    table, key = (
        (swept.base.programmes, "programme_id") if axis.kind == "budget" else (swept.base.fleet, "asset_id")
    )
    what = {"budget": ("Budget", "programme"), "hours": ("Hours", "asset")}[axis.kind]
    if len(axis.ids) > 1:
        return f"{what[0]} of {things(len(axis.ids), what[1])} together"
    return f"{what[0]} of {safe(dict(zip(table[key], table['name'], strict=True))[axis.ids[0]])}"


def place(axis: Axis, amount: float) -> str:
    """A point in words: its amount, and its part of the case's."""
    factor = axis.factor(amount)
    said = f"{large(amount)} {safe(axis.unit)}"
    if axis.kind == "spacing" or not math.isfinite(factor):
        return said
    part = f"{factor:.4g}"
    return f"{said} (as in the case)" if part == "1" else f"{said} ({part} times the case's)"


def _how_to_read(swept: Sweep) -> str:
    if swept.axis.kind == "spacing":
        return (
            "Spacing changes what is measured, not what can be done: these are different models of one case."
        )
    what = f"a million {swept.axis.unit}" if swept.axis.kind == "budget" else "an hour"
    risk = " Plans weigh water by its risk: plain km² may fall where they still gain."
    return (
        f"Every dot is a plan of its own, proven apart from the others; the shadow price is what {what} more "
        "would gain there, at the margin. Click a dot, or move the slider, to see its plan."
        + (risk if swept.objective == "coverage" else "")
    )


def _lead(swept: Sweep, row: Any) -> Sentence:
    axis = swept.axis
    pieces: list[str | tuple[str]] = [
        f"With {place(axis, float(row['amount']))} ",
        (percent(row["coverage"]),),
        " of the water is covered, ",
        (f"{large(row['covered_km2'])} km²",),
        ", and the shortfall is ",
        (f"{large(row['shortfall_km2'])} km²",),
    ]
    unit = GAINS.get(swept.objective, "of the objective")
    if axis.kind == "budget":
        pieces += ["; the shadow price of money is "]
        pieces += [(f"{figure(row['shadow_price_per_million'])} {unit} per million",)]
    elif axis.kind == "hours":
        pieces += ["; the shadow price of an hour is ", (f"{figure(row['shadow_price'])} {unit}",)]
    return sentence(*pieces, "." if str(row["status"]) == "optimal" else ". This plan is not proven.")


def _id(point: int) -> str:
    return f"point_{point}"

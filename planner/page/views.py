"""Pages with the plan of every variant: a comparison's under a list, a sweep's under a slider."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from planner.charts.comparison import coverage
from planner.charts.data import Plan, plan_of
from planner.charts.frontier import frontier
from planner.charts.ground import Ground
from planner.charts.map_values import Shown, shown
from planner.charts.maps import difference
from planner.page.html import views_page
from planner.page.parts import Section, Table, numeric, text
from planner.page.plan import plan_view
from planner.page.prose import Sentence, large, sentence, things
from planner.results.plain_text import count, figure, percent, safe, words
from planner.results.results import Results
from planner.studies.study import Study
from planner.studies.sweep_text import axis_of, changes
from planner.units import MILLION

PRESENT = "as it stands"
"""The plan of the case without changes, where no point of a sweep has one."""
GAINS = {"coverage": "risk-weighted km²", "shortfall": "km² of shortfall"}
TOTALS = {
    "coverage": numeric("coverage", "Coverage [%]", "percent"),
    "covered_km2": numeric("covered_km2", "Covered [km²]"),
    "shortfall_km2": numeric("shortfall_km2", "Shortfall [km²]"),
    "spent": numeric("spent", "Spent [{currency}]"),
    "mission_hours": numeric("mission_hours", "Mission hours [h]"),
}
"""Totals of a comparison that are shown."""


def comparison_html(study: Study) -> str:
    """The page of a comparison: the reference first, the plan after it shown."""
    titles = dict(zip(study.variants["variant"], study.variants["title"], strict=True))
    found = seen(plan_of(one, label, titles[label] or label) for label, one in study.results.items())
    first = found[0].plan.plan_id
    views = []
    for each in found:
        label = each.plan.plan_id
        maps = [difference(each, found[0])] if label != first else []
        chosen = [first, label] if label != first else list(study.results)
        views.append(plan_view(each.plan, each, [_differences(study, chosen, titles)], maps))
    return views_page(views, safe(study.title), kind="comparison", start=min(1, len(views) - 1))


def seen(plans: Iterable[Plan]) -> list[Shown]:
    """What the maps of several plans show; plans of the same outlines share their ground."""
    grounds: dict[bytes, Ground] = {}
    found = []
    for plan in plans:
        mark = _outlines(plan)
        found.append(shown(plan, grounds.get(mark)))
        grounds.setdefault(mark, found[-1].ground)
    return found


def _outlines(plan: Plan) -> bytes:
    """What two plans have in common that can be drawn on one ground."""
    shapes = (*plan.area_geometry, *plan.cell_geometry, *plan.land)
    ids = (*plan["areas"]["area_id"], *plan["cells"]["cell_id"], *plan["reach"]["asset_id"])
    bases = plan["missions"]["base_id"].drop_duplicates().sort_values()
    said = "\n".join((*ids, *bases, plan.bases.to_csv(), plan["reach"].to_csv()))
    return b"".join(shape.wkb for shape in shapes) + said.encode()


def _differences(study: Study, chosen: Sequence[str], titles: dict[str, str]) -> Section:
    """What changes from the first of several plans."""
    areas, totals = study["areas"], study["totals"]
    drawn = areas[areas["scenario"].isin(chosen)]
    drawn = drawn.assign(scenario=drawn["scenario"].map(titles))
    rows = totals.pivot_table(index="scenario", columns="figure", values="value", sort=False).reset_index()
    rows = rows.assign(plan=rows["scenario"], title=rows["scenario"].map(titles))
    columns = [replace(one, label=one.label.format(currency=study.currency)) for one in TOTALS.values()]
    caption = "All plans side by side, with their differences from the first"
    lead = "; ".join(f"{titles[name]} has no plan: {one.message}" for name, one in study.failures.items())
    return Section(
        "differences",
        "What changes",
        lead,
        charts=[
            coverage(areas[areas["scenario"].isin(chosen)].assign(scenario=areas["scenario"].map(titles)))
        ],
        tables=[Table("totals", caption, [text("title", "Plan", "plan"), *columns], rows, ("first",))],
    )


def sweep_html(study: Study) -> str:
    """The page of a sweep: the frontier, and the plan of every point under a slider."""
    axis, points = (
        axis_of(study),
        study["points"].assign(plan=[f"point {n}" for n in study["points"]["point"]]),
    )
    plans: dict[str, Results] = dict(study.results) or {PRESENT: study.base} if study.base else {}
    rows = points.set_index("plan")
    values = [float(rows["amount"].get(name, axis.present)) for name in plans]
    found = seen(
        plan_of(one, name, _place(study, value))
        for (name, one), value in zip(plans.items(), values, strict=True)
    )
    section = _frontier(study, points)
    views = []
    for each in found:
        lead = _lead(study, rows.loc[each.plan.plan_id]) if each.plan.plan_id in rows.index else []
        view = plan_view(each.plan, each, [section])
        views.append(replace(view, subtitle=each.plan.title, lead=lead))
    slider = {"label": _label(study), "values": [f"{count(value)} {safe(axis.unit)}" for value in values]}
    start = min(range(len(values)), key=lambda n: abs(values[n] - axis.present))
    return views_page(views, safe(study.title), axis=slider, start=start)


def _frontier(study: Study, points: pd.DataFrame) -> Section:
    """The frontier, its points, and where what is scarce changes."""
    axis = axis_of(study)
    per = {"budget": f"per million {axis.unit}", "hours": "per hour"}.get(axis.kind, "")
    solved = points["plan"].isin(list(study.results))
    rows = points.assign(
        plan=points["plan"].where(solved, ""),
        place=[
            count(amount) if there else f"{count(amount)}: no plan ({words(status)})"
            for amount, status, there in zip(points["amount"], points["status"], solved, strict=True)
        ],
        per=points["shadow_price"] * (MILLION if axis.kind == "budget" else 1.0),
    )
    columns = [
        text("place", f"{_label(study)} [{axis.unit}]", "plan"),
        numeric("factor", "Times the case's", "figure"),
        numeric("coverage", "Coverage [%]", "percent"),
        numeric("covered_km2", "Covered [km²]"),
        numeric("shortfall_km2", "Shortfall [km²]"),
        numeric("spent", f"Spent [{study.currency}]"),
        *([numeric("per", f"Shadow price {per}", "figure")] if per else []),
        numeric("gap", "Optimality gap", "tiny"),
    ]
    shifts = pd.DataFrame(list(changes(study)), columns=["where", "what"], dtype=object)
    where = [text("where", "Where"), text("what", "What changes")]
    _, sections = study.describe(study)
    return Section(
        "frontier",
        "The frontier",
        f"Click a dot, or move the slider, to see its plan. {' '.join(sections[0].notes)}",
        charts=[frontier(study)],
        tables=[
            Table("points", "Every point of the sweep", columns, rows, tall=True),
            Table("changes", "Where what is scarce changes", where, shifts, tall=True),
        ],
    )


def _label(study: Study) -> str:
    """What is swept, in words."""
    axis = axis_of(study)
    if axis.kind == "spacing" or study.base is None:
        return "Spacing of the cells"
    base = study.base
    what, noun, table, key = {
        "budget": ("Budget", "programme", base.programmes, "programme_id"),
        "hours": ("Hours", "asset", base.fleet, "asset_id"),
    }[axis.kind]
    if len(axis.ids) > 1:
        return f"{what} of {things(len(axis.ids), noun)} together"
    return f"{what} of {safe(dict(zip(table[key], table['name'], strict=True))[axis.ids[0]])}"


def _place(study: Study, amount: float) -> str:
    """A point in words: its amount, and its part of the case's."""
    axis = axis_of(study)
    factor, said = axis.factor(amount), f"{large(amount)} {safe(axis.unit)}"
    if axis.kind == "spacing" or not math.isfinite(factor):
        return said
    part = f"{factor:.4g}"
    return f"{said} (as in the case)" if part == "1" else f"{said} ({part} times the case's)"


def _lead(study: Study, row: Any) -> Sentence:
    kind = axis_of(study).kind
    pieces: list[str | tuple[str]] = [
        f"With {_place(study, float(row['amount']))} ",
        (percent(row["coverage"]),),
        " of the water is covered, ",
        (f"{large(row['covered_km2'])} km²",),
        ", and the shortfall is ",
        (f"{large(row['shortfall_km2'])} km²",),
    ]
    unit = GAINS.get(study.objective, "of the objective")
    if kind == "budget":
        pieces += ["; the shadow price of money is "]
        pieces += [(f"{figure(row['shadow_price_per_million'])} {unit} per million",)]
    elif kind == "hours":
        pieces += ["; the shadow price of an hour is ", (f"{figure(row['shadow_price'])} {unit}",)]
    return sentence(*pieces, "." if str(row["status"]) == "optimal" else ". This plan is not proven.")

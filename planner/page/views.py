"""Pages with the plan of every variant: a comparison's under a list, a sweep's under a slider."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from planner.charts.data import Plan
from planner.charts.ground import Ground
from planner.charts.map_values import Shown, shown
from planner.charts.maps import difference
from planner.page.html import views_page
from planner.page.parts import Section, Sentence, bold, section, sentence, table
from planner.page.plan import plan_view
from planner.results.plain_text import count, figure, large, percent, safe, things, words
from planner.results.sentences import HELD
from planner.studies.engine import AS_IT_STANDS
from planner.studies.kinds.comparison import coverage
from planner.studies.kinds.sweep import axis_of, changes, frontier
from planner.studies.study import Study
from planner.studies.tables import titles_of
from planner.units import MILLION


def comparison_html(study: Study) -> str:
    """The page of a comparison: the reference first, the plan after it shown."""
    titles = titles_of(study)
    found = seen(Plan(one, label, titles[label] or label) for label, one in study.results.items())
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
    shapes = (*plan.results.area_geometry, *plan.results.cell_geometry, *plan.land)
    ids = (*plan["areas"]["area_id"], *plan["cells"]["cell_id"], *plan["reach"]["asset_id"])
    bases = plan["missions"]["base_id"].drop_duplicates().sort_values()
    said = "\n".join((*ids, *bases, plan.results.bases.to_csv(), plan["reach"].to_csv()))
    return b"".join(shape.wkb for shape in shapes) + said.encode()


def _differences(study: Study, chosen: Sequence[str], titles: dict[str, str]) -> Section:
    """What changes from the first of several plans."""
    areas, totals = study["areas"], study["totals"]
    drawn = areas[areas["scenario"].isin(chosen)]
    rows = totals.pivot_table(index="scenario", columns="figure", values="value", sort=False).reset_index()
    rows = rows.assign(plan=rows["scenario"], title=rows["scenario"].map(titles))
    lead = "; ".join(f"{titles[name]} has no plan: {one.message}" for name, one in study.failures.items())
    shown_in = table("totals", rows, currency=study.currency)
    return section("differences", [shown_in], [coverage(drawn, titles)], [(lead, False)])


def sweep_html(study: Study) -> str:
    """The page of a sweep: the frontier, and the plan of every point under a slider."""
    axis, points = axis_of(study), study["points"]
    rows = points.assign(plan=[f"point {n}" for n in points["point"]]).set_index("plan", drop=False)
    base = {AS_IT_STANDS: study.base} if study.base else {}
    plans = dict(study.results) or base
    values = [float(rows["amount"].get(name, axis.present)) for name in plans]
    pairs = zip(plans.items(), values, strict=True)
    found = seen(Plan(one, name, _place(study, value)) for (name, one), value in pairs)
    frontier_section = _frontier(study, rows)
    views = []
    for each in found:
        name = each.plan.plan_id
        view = plan_view(each.plan, each, [frontier_section])
        lead = _lead(study, rows.loc[name]) if name in rows.index else []
        views.append(replace(view, subtitle=each.plan.title, lead=lead))
    slider = {"label": _label(study), "values": [f"{count(value)} {safe(axis.unit)}" for value in values]}
    start = min(range(len(values)), key=lambda n: abs(values[n] - axis.present))
    return views_page(views, safe(study.title), axis=slider, start=start)


def _frontier(study: Study, points: pd.DataFrame) -> Section:
    """The frontier, its points, and where what is scarce changes."""
    axis, solved = axis_of(study), points["plan"].isin(list(study.results))
    why = ": no plan (" + points["status"].map(words) + ")"
    rows = points.assign(
        plan=points["plan"].where(solved, ""),
        place=points["amount"].map(count) + why.where(~solved, ""),
        price=points["shadow_price"] * (MILLION if axis.kind == "budget" else 1.0),
    )
    per = {"budget": f"per million {axis.unit}", "hours": "per hour"}.get(axis.kind, "")
    said = {"swept": _label(study), "unit": axis.unit, "currency": study.currency, "per": per}
    shifts = pd.DataFrame(list(changes(study)), columns=["where", "what"], dtype=object)
    lead = f"Click a dot, or move the slider, to see its plan.{safe(axis.ends)}"
    if per and not study.fair:
        lead += f" A shadow price is what the next of it would gain there, in risk-weighted km² {per}."
    elif per:
        lead += f" Shadow prices are in risk-weighted km² {per}. {HELD}"
    if study.document.get("concave"):
        lead += " Every further one adds less or as much, within the certificates."
    without = [*([] if per else ["price"]), *([] if study.fair else ["least_target_met"])]
    frontier_table = table("points", rows, None, without, **said)
    shown_in = [frontier_table, table("changes", shifts)]
    return section("frontier", shown_in, [frontier(study)], [(lead, False)])


def _label(study: Study) -> str:
    """What is swept, in words."""
    axis, base = axis_of(study), study.base
    if axis.kind == "spacing" or base is None:
        return "Spacing of the cells"
    what, noun, records, key = {
        "budget": ("Budget", "programme", base.programmes, "programme_id"),
        "hours": ("Hours", "asset", base.fleet, "asset_id"),
    }[axis.kind]
    if len(axis.ids) > 1:
        return f"{what} of {things(len(axis.ids), noun)} together"
    return f"{what} of {safe(records.set_index(key)['name'][axis.ids[0]])}"


def _place(study: Study, amount: float) -> str:
    """A point in words: its amount, and its part of the case's."""
    axis = axis_of(study)
    factor, said = axis.factor(amount), f"{large(amount)} {safe(axis.unit)}"
    if axis.kind == "spacing" or not math.isfinite(factor):
        return said
    part = f"{factor:.4g}"
    return f"{said} (as in the case)" if part == "1" else f"{said} ({part} times the case's)"


def _lead(study: Study, row: Any) -> Sentence:
    money, hour = (figure(row[name]) for name in ("shadow_price_per_million", "shadow_price"))
    price = {
        "budget": f"; the shadow price of money is {bold(f'{money} risk-weighted km² per million')}",
        "hours": f"; the shadow price of an hour is {bold(f'{hour} risk-weighted km²')}",
    }.get("" if study.fair else axis_of(study).kind, "")
    proven = "." if str(row["status"]) == "optimal" else ". This plan is not proven."
    return sentence(
        f"With {_place(study, float(row['amount']))} {bold(percent(row['coverage']))} of the water is "
        f"covered, {bold(large(row['covered_km2']) + ' km²')}, and the shortfall is "
        f"{bold(large(row['shortfall_km2']) + ' km²')}{price}{proven}"
    )

"""The page of a capacity plan: its answer, orders, money, coverage, worth, and a slider for the year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from planner.capacity import sums
from planner.capacity.charts import BESIDE, coverage, money, stock, timeline, worth
from planner.capacity.results import CapacityPlan
from planner.capacity.sentences import sentences, span, status, unit
from planner.capacity.write import order_range_rows
from planner.charts.data import Plan
from planner.charts.forms import told
from planner.charts.map_values import Shown, ratio, shown, towards
from planner.charts.maps import THEMES, map_chart
from planner.frames import numbers, records
from planner.page.html import views_page
from planner.page.parts import Section, Sentence, View, bold, maps, section, sentence, table
from planner.page.plan import rings_of
from planner.page.provenance import certificate_section
from planner.results.plain_text import count, figure, percent, safe, things, words
from planner.units import MILLION

_FIGURE = re.compile(r"\d[\d,.]*(?: million)?(?: km²|%)|\d[\d,.]* million [A-Z]{3}\b")
"""Figures of a sentence that stand out."""
MEANS, MEAN = " (means over futures)", "Mean"
SHOWN = ("map_pod", "map_target")
"""The maps that are drawn of areas."""


def capacity_html(plan: CapacityPlan) -> str:
    """The page of a capacity plan as HTML, with a view for each year.

    Raises:
        InputError: the run folder that its map is drawn from cannot be read.
    """
    seen, before, after = _seen(plan), _before(plan), _after(plan)
    scenarios = "; ".join(safe(one["title"] or one["name"]) for one in plan.run["scenarios"])
    title, years = safe(plan.run["title"]), [str(year) for year in plan.years]
    every = View(
        id="",
        title=title,
        label=f"{span(plan)}; {scenarios or 'the case without scenarios'}",
        subtitle="",
        proven=plan.proven,
        badge=status(plan).split(" (")[0] if plan.proven else f"Not proven: {words(plan.run['status'])}",
        sentences=[said(one) for one in (*sentences(plan), status(plan))],
        sections=[],
        rings=rings_of(seen.plan, seen) if seen else [],
    )
    views = []
    for year in plan.years:
        rows = area_rows(plan, year)
        sections = [*before, *([_map(plan, seen, year)] if seen else []), _areas(plan, year, rows), *after]
        areas = [_area(row) for row in rows.to_dict("records")]
        views.append(replace(every, id=str(year), sections=sections, areas=areas))
    axis = {"label": "Year of map and areas", "values": years}
    kicker = "Capacity plan: what to order, when, with whose money"
    return views_page(views, title, kicker, axis=axis, start=len(views) - 1)


def said(text: str) -> Sentence:
    """A sentence whose areas, shares and money stand out."""
    return sentence(_FIGURE.sub(lambda found: bold(found[0]), safe(text)))


def _several(plan: CapacityPlan) -> bool:
    return len(plan["futures"]) > 1


def _before(plan: CapacityPlan) -> list[Section]:
    """Orders, money, and coverage by year."""
    currency, means = safe(plan.run["currency"]), MEANS if _several(plan) else ""
    ordered, paid, years = sums.orders(plan), sums.money(plan), sums.years(plan)
    ordered = ordered.assign(said=ordered["year"].astype(str))
    millions = paid.assign(**{str(name): paid[name] / MILLION for name in paid.select_dtypes("number")})
    whole = millions.select_dtypes("number").sum()
    total = {"name": "All programmes", **{str(name): float(value) for name, value in whole.items()}}
    ends = zip(years["covered_km2_low"], years["covered_km2_high"], strict=True)
    ranges = [f"{count(low)} to {count(high)}" if _several(plan) else "" for low, high in ends]
    years = years.assign(said=years["year"].astype(str), range=ranges)
    shown_in, of = table("capital", millions, total, currency=currency), span(plan)
    return [
        section("orders", [table("orders", ordered, currency=currency)], [timeline(plan), stock(plan)]),
        section("capital", [shown_in], [money(plan)], span=of, currency=currency, means=means),
        section("years", [table("years", years)], [coverage(plan)], means=means),
    ]


def _after(plan: CapacityPlan) -> list[Section]:
    """Worth of options, near-optimal plans, futures, and where it all comes from."""
    found = [_worth(plan), *_beside(plan)]
    others = sums.near(plan)
    if others:
        within = percent(float(plan["alternatives"]["gap_to_best"].max()))
        rows = [table("near", order_range_rows(plan))]
        found.append(section("near", rows, others=things(others, "near-optimal plan"), within=within))
    if _several(plan):
        recourse = plan.run["years"]["recourse_from"]
        waits = f"; those from {recourse} on wait for it" if recourse else ""
        futures = table("futures", plan["futures"], year=str(plan.years[-1]))
        found.append(section("futures", [futures], waits=waits))
    folders = [(f"Plan of {safe(one)}", folder) for folder, one in plan.run["plans"].items()]
    counts = f"{unit(plan)}, over all years and futures"
    return [*found, certificate_section(plan.run, counts, counts, folders)]


def _beside(plan: CapacityPlan) -> list[Section]:
    """An earlier plan, more and less money, scenarios, draws: as far as they were asked for."""
    currency = safe(plan.run["currency"])
    variants = plan["variants"][plan["variants"]["kind"] != "draw"]
    variants = variants.assign(status=variants["status"].map(words))
    tables = []
    if len(plan["changes"]):
        changes = sums.changes(plan)
        tables.append(table("changed", changes.assign(said=changes["year"].astype(str))))
    if len(variants) > 1:
        tables.append(table("variants_beside", variants, unit=unit(plan), currency=currency))
    if sums.drawn(plan)[1]:
        tables.append(table("chosen", sums.chosen(plan), number=str(sums.drawn(plan)[1])))
    charts = [make(plan) for has, make in BESIDE.values() if has(plan)]
    return [section("beside", tables, charts)] if tables else []


def _worth(plan: CapacityPlan) -> Section:
    worth_in, currency = unit(plan), safe(plan.run["currency"])
    rows, unknown = sums.worth(plan)
    ends = zip(rows["worth_low"], rows["worth_high"], strict=True)
    rows = rows.assign(
        certain=[f"{figure(low)} to {figure(high)}" for low, high in ends],
        per_million_running=rows["worth"] / rows["running"].where(rows["running"] > 0.0) * MILLION,
    )
    left = plan["left_out"].sort_values("reduced_worth", ascending=False, kind="stable")
    named = {"worth": rows, "scarce": plan["scarce"], "left_out": left}
    shown_in = [table(name, one, unit=worth_in, currency=currency) for name, one in named.items() if len(one)]
    return section("worth", shown_in, [worth(plan)], notes=unknown, unit=worth_in)


def area_rows(plan: CapacityPlan, year: int) -> pd.DataFrame:
    """Means over futures of every area in a year, the largest shortfall first."""
    rows = plan["area_by_year"]
    figures = ["area_km2", "coverage", "covered_km2", "shortfall_km2", "shortfall_without_km2"]
    found = sums.mean(plan, rows[rows["year"] == year], ["area_id", "name"], figures)
    return found.sort_values("shortfall_km2", ascending=False, kind="stable", ignore_index=True)


def _areas(plan: CapacityPlan, year: int, rows: pd.DataFrame) -> Section:
    sums_of = ("area_km2", "covered_km2", "shortfall_km2", "shortfall_without_km2")
    foot: dict[str, Any] = {"name": "All areas", **{name: float(rows[name].sum()) for name in sums_of}}
    foot["coverage"] = foot["covered_km2"] / foot["area_km2"] if foot["area_km2"] else 0.0
    return section("year", [table("year", rows, foot, year=str(year))], means=MEANS if _several(plan) else "")


def _area(row: Mapping[Any, Any]) -> dict[str, Any]:
    facts = {
        "coverage": percent(row["coverage"]),
        "shortfall": f"{count(row['shortfall_km2'])} km²",
        "without orders": f"{count(row['shortfall_without_km2'])} km²",
    }
    return {"id": row["area_id"], "name": row["name"], "facts": list(facts.items())}


def _seen(plan: CapacityPlan) -> Shown | None:
    """What the maps of the kept plan of the last year show, whose ground is that of all years.

    None where no plan of a year was kept to draw them on.
    """
    block = plan.block()
    if block is None or set(block.areas["area_id"]) != set(plan["area_by_year"]["area_id"]):
        return None
    seen = shown(Plan(block))
    bases: pd.DataFrame = seen.ground.bases.assign(kind="base")  # whose missions differ from year to year
    return replace(seen, ground=replace(seen.ground, bases=bases))


def _map(plan: CapacityPlan, seen: Shown, year: int) -> Section:
    """The maps of a year, by what is shown and by future."""
    scopes = {str(one.title): str(one.future) for one in records(plan["futures"])}
    if _several(plan):
        scopes = {MEAN: "", **scopes}
    themes = [THEMES[name] for name in SHOWN]
    tips = [*told("map", pod="coverage", target="target"), *told("map", "tips_areas")]
    of = {label: _in_year(plan, seen, year, future) for label, future in scopes.items()}
    drawn = {
        (theme.label, label): map_chart(theme, found, "areas", tips, rings=True)
        for theme in themes
        for label, found in of.items()
    }
    return maps("Future", drawn)


def _in_year(plan: CapacityPlan, seen: Shown, year: int, future: str) -> Shown:
    """What the maps of a year show in a future; the mean of all futures if blank."""
    rows, figures = plan["area_by_year"], ["coverage", "shortfall_km2"]
    rows = rows[(rows["year"] == year) & ((rows["future"] == future) | (future == ""))]
    rows = sums.mean(plan, rows, ["area_id"], figures) if future == "" else rows
    areas, by_area = seen.tables["areas"], rows.set_index("area_id")
    pod, short = (numbers(areas["area_id"].map(by_area[name])) for name in figures)
    reached = towards(ratio(pod, numbers(areas["target"])), short)
    kept = areas[["area_id", "area", "target", "geometry"]]
    of = kept.assign(pod=pod.round(4), shortfall_km2=short.round(0), reached=reached.round(4))
    return replace(seen, tables={**seen.tables, "areas": of})

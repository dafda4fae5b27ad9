"""The page of a capacity plan: its answer, orders, money, coverage, worth, and a slider for the year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from planner.capacity import sums
from planner.capacity import sums as beside
from planner.capacity.folder import CapacityPlan
from planner.capacity.sentences import sentences, span, status, unit
from planner.capacity.text import UNKNOWN, standing_rows
from planner.charts.capital import coverage, stock, timeline, worth
from planner.charts.capital_beside import CHARTS as BESIDE
from planner.charts.capital_money import money
from planner.page.capital_map import Maps, maps_of
from planner.page.html import views_page
from planner.page.parts import Section, View, section, table
from planner.page.prose import Sentence, bold, sentence
from planner.page.provenance import certificate_section
from planner.results.plain_text import count, figure, percent, safe, things, words
from planner.units import MILLION

_FIGURE = re.compile(r"\d[\d,.]*(?: million)?(?: km²|%)|\d[\d,.]* million [A-Z]{3}\b")
"""Figures of a sentence that stand out."""
MEANS = " (means over futures)"


def capacity_html(plan: CapacityPlan) -> str:
    """The page of a capacity plan as HTML, with a view for each year.

    Raises:
        InputError: the run folder that its map is drawn from cannot be read.
    """
    maps = maps_of(plan)
    before, after = _before(plan), _after(plan)
    views = [_view(plan, year, maps, before, after) for year in plan.years]
    axis = {"label": "Year of map and areas", "values": [str(year) for year in plan.years]}
    title, kicker = safe(plan.run["title"]), "Capacity plan: what to order, when, with whose money"
    return views_page(views, title, kicker, axis=axis, start=len(views) - 1)


def _view(
    plan: CapacityPlan, year: int, maps: Maps | None, before: list[Section], after: list[Section]
) -> View:
    scenarios = "; ".join(safe(one["title"] or one["name"]) for one in plan.run["scenarios"])
    rows = area_rows(plan, year)
    return View(
        view_id=str(year),
        title=safe(plan.run["title"]),
        label=f"{span(plan)}; {scenarios or 'the case without scenarios'}",
        subtitle="",
        proven=plan.proven,
        badge=status(plan).split(" (")[0] if plan.proven else f"Not proven: {words(plan.run['status'])}",
        sentences=[said(one) for one in (*sentences(plan), status(plan))],
        sections=[*before, *([maps.section(year)] if maps else []), _areas(plan, year, rows), *after],
        areas=[_area(row) for row in rows.to_dict("records")],
        rings=maps.rings if maps else [],
    )


def said(text: str) -> Sentence:
    """A sentence whose areas, shares and money stand out."""
    return sentence(_FIGURE.sub(lambda found: bold(found[0]), safe(text)))


def _before(plan: CapacityPlan) -> list[Section]:
    """Orders, money, and coverage by year."""
    currency, several = safe(plan.run["currency"]), len(plan["futures"]) > 1
    ordered = sums.orders(plan)
    ordered = ordered.assign(said=ordered["year"].astype(str))
    paid = sums.money(plan)
    millions = paid.assign(**{str(name): paid[name] / MILLION for name in paid.select_dtypes("number")})
    years = sums.years(plan)
    ends = zip(years["covered_km2_low"], years["covered_km2_high"], strict=True)
    ranges = [f"{count(low)} to {count(high)}" if several else "" for low, high in ends]
    means = MEANS if several else ""
    return [
        section(
            "orders", [table("orders", ordered, currency=currency)], charts=[timeline(plan), stock(plan)]
        ),
        section(
            "capital",
            [table("capital", millions, _total(millions), currency=currency)],
            charts=[money(plan)],
            span=span(plan),
            currency=currency,
            means=means,
        ),
        section(
            "years",
            [table("years", years.assign(said=years["year"].astype(str), range=ranges))],
            charts=[coverage(plan)],
            means=means,
        ),
    ]


def _after(plan: CapacityPlan) -> list[Section]:
    """Worth of options, near-optimal plans, futures, and where it all comes from."""
    found = [_worth(plan), *_beside(plan)]
    others = sums.near(plan)
    if others:
        within = percent(float(plan["alternatives"]["gap_to_best"].max()))
        rows = [table("near", standing_rows(plan))]
        found.append(section("near", rows, others=things(others, "near-optimal plan"), within=within))
    if len(plan["futures"]) > 1:
        recourse = plan.run["years"]["recourse_from"]
        waits = f"; those from {recourse} on wait for it" if recourse else ""
        futures = table("futures", plan["futures"], year=str(plan.years[-1]))
        found.append(section("futures", [futures], waits=waits))
    proof = certificate_section(plan.run, f"{unit(plan)}, over all years and futures")
    folders = [(f"Plan of {safe(one)}", folder) for folder, one in plan.run["plans"].items()]
    return [*found, replace(proof, facts=[*proof.facts, *folders])]


def _beside(plan: CapacityPlan) -> list[Section]:
    """An earlier plan, more and less money, scenarios, draws: as far as they were asked for."""
    currency = safe(plan.run["currency"])
    variants = plan["variants"][plan["variants"]["kind"] != "draw"]
    charts = [make(plan) for has, make in BESIDE.values() if has(plan)]
    tables = []
    if len(plan["changes"]):
        changes = beside.changes(plan)
        tables.append(table("changed", changes.assign(said=changes["year"].astype(str))))
    if len(variants) > 1:
        tables.append(table("variants_beside", variants, unit=unit(plan), currency=currency))
    if beside.drawn(plan)[1]:
        tables.append(table("chosen", beside.chosen(plan), number=str(beside.drawn(plan)[1])))
    return [section("beside", tables, charts=charts)] if tables else []


def _worth(plan: CapacityPlan) -> Section:
    worth_in, currency = unit(plan), safe(plan.run["currency"])
    rows, unknown = sums.worth(plan)
    ends = zip(rows["worth_low"], rows["worth_high"], strict=True)
    rows = rows.assign(
        certain=[f"{figure(low)} to {figure(high)}" for low, high in ends],
        per_million_running=rows["worth"] / rows["running"].where(rows["running"] > 0.0) * MILLION,
    )
    left = plan["left_out"].sort_values("reduced_worth", ascending=False, kind="stable")
    shown = [table("worth", rows, unit=worth_in, currency=currency)] if len(rows) else []
    shown += [table("scarce", plan["scarce"], unit=worth_in)] if len(plan["scarce"]) else []
    shown += [table("left_out", left, unit=worth_in)] if len(left) else []
    notes = [f"{UNKNOWN}: {', '.join(unknown)}."] if unknown else []
    return section("worth", shown, charts=[worth(plan)], notes=notes, unit=worth_in)


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
    means = MEANS if len(plan["futures"]) > 1 else ""
    return section("year", [table("year", rows, foot, year=str(year))], means=means)


def _area(row: Mapping[Any, Any]) -> dict[str, Any]:
    facts = {
        "coverage": percent(row["coverage"]),
        "shortfall": f"{count(row['shortfall_km2'])} km²",
        "without orders": f"{count(row['shortfall_without_km2'])} km²",
    }
    return {"id": row["area_id"], "name": row["name"], "facts": list(facts.items())}


def _total(rows: pd.DataFrame) -> dict[str, Any]:
    figures = rows.select_dtypes("number")
    return {"name": "All programmes", **{str(name): float(figures[name].sum()) for name in figures}}

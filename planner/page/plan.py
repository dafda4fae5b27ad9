"""The view of one plan: answer, map, programmes, areas, patrols, what is scarce, sources, certificate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from planner.causes.names import ALL
from planner.charts import plan as charts
from planner.charts.data import CAUSE_WORDS, Plan
from planner.charts.ground import sails
from planner.charts.map_values import Shown, shown
from planner.charts.maps import THEMES, Theme, map_chart, period_maps
from planner.features.fleet import works_by_the_hour
from planner.features.limits import LIMIT_KINDS
from planner.features.resources import of_money
from planner.page.answer import answer
from planner.page.parts import Content, Section, View, chosen, maps, section, table
from planner.page.provenance import assumptions_section, certificate_section
from planner.results.coverage import largest_causes
from planner.results.goodness import value_in_words
from planner.results.limits import scarce_in_periods
from planner.results.plain_text import count, listed, often, percent, words
from planner.results.sentences import gains_of, held_in_words
from planner.results.summary import OF_PERIODS as PERIODS_OF_LIMITS
from planner.results.summary import TRIPS_NOTE, response_rows
from planner.results.work import of_periods
from planner.studies.kinds.ladder import waterfall
from planner.units import MILLION

OF_HORIZON = "payments are not tied to periods, so each pays for its part of what the asset costs in the area"
OF_PERIODS = "a limit asks for money in a period, so that each payment is for the missions of one"
"""What is told of spending by period."""
IN_PART = "; where detections need an answer, those without one count in part"
UNITS = {"Cells": "cells", "Areas": "areas"}
PLANNED = (
    " It holds for as much more of the limit as plans prove that a unit still gains nine tenths of it: "
    "looked for up to a million of each budget, and for the scarcest hours. What a whole million gains is "
    "planned, and is shown with the programmes."
)
"""What is told of plans with more of what is scarce, where they were made."""
MILLION_MORE = ", and by how much a million more lowers the objective"
HARD = {True: "must hold", False: "may be missed, at a penalty"}


def plan_view(
    plan: Plan,
    found: Shown | None = None,
    more: Sequence[Section] = (),
    more_maps: Sequence[tuple[Theme, Shown]] = (),
) -> View:
    """The view of a plan, with what its maps show, more sections before them, and more maps."""
    seen = found or shown(plan)
    scenarios = [each.get("title") or each.get("name") for each in plan.run.get("scenarios") or []]
    proven, paid = plan.run["status"] == "optimal", float(plan["limits"]["paid"].sum()) > 0.0
    counts = plan.results.objective, plan.run.get("coverage_worth", 0.0)
    value, of_nothing = value_in_words(*counts, paid), value_in_words(*counts)
    drawn = {
        (theme.label, label): map_chart(theme, of, unit, rings=True)
        for theme, of in (*((theme, seen) for theme in THEMES.values()), *more_maps)
        for label, unit in UNITS.items()
    }
    return View(
        id=plan.plan_id,
        title=str(plan.run["title"]),
        label=plan.title,
        subtitle=f"Scenario: {'; '.join(scenarios)}" if scenarios else "The case without scenarios",
        proven=proven,
        badge="Proven optimal" if proven else f"Not proven: {words(plan.run['status'])}",
        sentences=answer(plan),
        sections=[
            *more,
            maps("By", drawn),
            _programmes(plan),
            _areas(plan),
            *(_response(plan) if len(plan["response"]) else []),
            *(_limits(plan) if len(plan["limits"]) else []),
            _patrols(plan),
            *(_seasons(plan, seen) if len(plan["calendar"]) else []),
            _scarce(plan),
            assumptions_section(plan),
            certificate_section(plan.run, value, of_nothing),
        ],
        areas=[_area(row) for row in plan["areas"].to_dict("records")],
        rings=rings_of(plan, seen),
    )


def _programmes(plan: Plan) -> Section:
    gaps, kinds = charts.gap_by_programme(plan), {"Operator": "operator", "Kind of asset": "kind"}
    rungs = plan["rungs"][plan["rungs"]["programme_id"] == ALL]
    without, million = ([], MILLION_MORE) if len(plan["gains"]) else (["gain"], "")
    currency = plan.results.currency
    rows = table("programmes", programme_rows(plan), None, without, currency=currency, million=million)
    contents = {label: Content([gaps, charts.spending(plan, by)]) for label, by in kinds.items()}
    return chosen("programmes", "Spending by", contents, [rows], [waterfall(rungs)] if len(rungs) else [])


def programme_rows(plan: Plan) -> pd.DataFrame:
    """Programmes with their whole mandates (``area_id`` blank), and with each area of their mandates."""
    known = plan["programmes"].assign(gain=plan["programmes"]["programme_id"].map(gains_of(plan["gains"])))
    whole = known.assign(area_id="", largest_cause=largest_causes(known, plan["causes"], ["programme_id"]))
    fixed = ["programme_id", "name", "donor", "budget", "gain"]
    paid = plan["funding"].groupby(["programme_id", "area_id"])["amount"].sum().rename("spent").reset_index()
    parts = plan["gaps"].merge(known[fixed], on="programme_id")
    parts = parts.merge(paid, on=["programme_id", "area_id"], how="left").fillna({"spent": 0.0})
    both = [each.sort_values("shortfall_km2", ascending=False, kind="stable") for each in (whole, parts)]
    return pd.concat(both, ignore_index=True)


def _areas(plan: Plan) -> Section:
    areas = plan["areas"].sort_values("shortfall_km2", ascending=False, kind="stable")
    foot: dict[str, Any] = {"name": "All areas"}
    foot |= {name: float(areas[name].sum()) for name in ("area_km2", "covered_km2", "shortfall_km2")}
    for name in ("coverage", "target_coverage"):
        foot[name] = float((areas[name] * areas["area_km2"]).sum() / foot["area_km2"])
    counts = IN_PART if len(plan["response"]) else ""
    return section("areas", [table("areas", areas, foot)], [charts.coverage_by_area(plan)], counts=counts)


def _response(plan: Plan) -> list[Section]:
    """What is seen and answered."""
    rows = response_rows(plan["response"], plan["areas"])
    foot: dict[Any, Any] = {**rows[rows["area_id"] == ""].to_dict("records")[0], "name": "All areas"}
    rows = rows[rows["area_id"] != ""].sort_values("unanswered", ascending=False, kind="stable")
    return [section("response", [table("response", rows, foot, currency=plan.results.currency)])]


def _limits(plan: Plan) -> list[Section]:
    """The limits that the case sets: what each asks for, what the plan reaches, and what it costs."""
    limits = plan["limits"]
    names = {**plan.names("areas", "area_id"), **plan.names("programmes", "programme_id")}
    when = limits["period_id"].map(plan.names("periods", "period_id"))
    limits = limits.assign(when=(" in " + when).where(limits["period_id"] != "", ""))
    said = pd.DataFrame([_limit(row, names, plan.results.currency) for row in limits.to_dict("records")])
    rows = table("limits", limits.drop(columns="area_id").assign(**said))
    periods = f" {PERIODS_OF_LIMITS}" if limits["period_id"].ne("").any() else ""
    return [section("limits", [rows], held=plan.held, periods=periods)]


def _limit(row: Mapping[Any, Any], names: Mapping[str, str], currency: str) -> dict[str, str]:
    where = listed([names[one] for one in filter(None, row["area_id"].split(";"))])
    who = names.get(row["programme_id"], "")
    kind = LIMIT_KINDS[row["kind"]]
    what = kind.words.format(where=where, who=who, when=row["when"])
    asked, got = (
        f"{count(row[name])} {currency}" if kind.in_money else percent(row[name])
        for name in ("least", "reached")
    )
    return {
        **{"what": what, "asked": asked, "got": got},
        "missing": f"{count(row['shortfall'])} {currency if who else 'km²'}",
        "must": HARD[bool(row["hard"])],
        "unit": row["unit"].replace("km2", "km²"),
    }


def _patrols(plan: Plan) -> Section:
    fleet, bases = plan["fleet"].set_index("asset_id"), plan.results.bases.set_index("base_id")["name"]
    rows = plan["allocation"].sort_values("mission_hours", ascending=False, kind="stable")
    radar = works_by_the_hour(rows["asset_id"].map(fleet["kind"]))
    rows = rows.assign(
        missions_said=rows["missions"].map(often).where(~radar, "–"),
        asset=rows["asset_id"].map(fleet["name"]),
        operator=rows["asset_id"].map(fleet["operator"]).map(plan.operators),
        name=rows["area_id"].map(plan["areas"].set_index("area_id")["name"]),
        base=rows["base_id"].map(bases).fillna(rows["base_id"]).replace("", "–"),
    )
    shown_by = {"Hours": "mission_hours", "Money": "cost"}
    contents = {label: Content([charts.patrols(plan, of)]) for label, of in shown_by.items()}
    work = table("patrols", rows, currency=plan.results.currency)
    return chosen("patrols", "Show", contents, [work], trips=TRIPS_NOTE if len(plan["boardings"]) else "")


def _seasons(plan: Plan, found: Shown) -> list[Section]:
    """When the work is done."""
    periods, spent = plan.names("periods", "period_id"), plan["programme_periods"]
    rows = spent.assign(
        programme=spent["programme_id"].map(plan.names("programmes", "programme_id")),
        period=spent["period_id"].map(periods),
    )
    how = OF_PERIODS if of_periods(plan["funding"]) else OF_HORIZON
    tables = [table("spending_by_period", rows, currency=plan.results.currency, how=how)]
    scarce = scarce_in_periods(plan["period_prices"])
    if len(scarce):
        scarce = scarce.assign(name=plan.limited(scarce), period=scarce["period_id"].map(periods))
        tables.append(table("period_prices", scarce, held=f".{plan.held}" if plan.held else ""))
    return [
        section(
            "seasons", tables, [charts.calendar(plan), charts.coverage_by_period(plan), period_maps(found)]
        )
    ]


def _scarce(plan: Plan) -> Section:
    limits = plan["prices"]
    money = of_money(limits)
    rows = limits.assign(
        name=plan.limited(limits),
        kind=limits["limit_kind"].map(words),
        part=(limits["used"] / limits["limit"]).where(limits["limit"] > 0.0),
        price=limits["shadow_price"].where(~money, limits["shadow_price"] * MILLION),
        unit=np.where(money, f"a million {plan.results.currency}", "an hour"),
        holds=list(map(held_in_words, limits["holds_least"], limits["holds_most"])),
    ).sort_values(["kind", "price"], ascending=[True, False], kind="stable")
    planned = PLANNED if len(plan["gains"]) else ""
    drawn = [charts.hours(plan), charts.prices(plan)]
    return section("scarce", [table("prices", rows)], drawn, held=plan.held, plans=planned)


def _area(row: Mapping[Any, Any]) -> dict[str, Any]:
    facts = {
        "coverage": percent(row["coverage"]),
        "target": percent(row["target_coverage"]),
        "shortfall": f"{count(row['shortfall_km2'])} km²",
        "largest cause": CAUSE_WORDS[row["largest_cause"]],
    }
    return {"id": row["area_id"], "name": row["name"], "facts": list(facts.items())}


def rings_of(plan: Plan, found: Shown) -> list[dict[str, str]]:
    """The assets whose range can be shown, with its radius and where it starts."""
    bases = dict(zip(plan.results.bases["base_id"], plan.results.bases["name"], strict=True))
    named, reach = plan.names("fleet", "asset_id"), plan["reach"].assign(by_sea=sails(plan))
    rows = []
    for asset_id in found.ground.rings["asset_id"].drop_duplicates():
        here = reach[(reach["asset_id"] == asset_id) & (reach["radius_nm"] > 0.0)]
        radii = ", ".join(dict.fromkeys(f"{count(radius)} nm" for radius in here["radius_nm"]))
        places = ", ".join(dict.fromkeys(bases[one] for one in here["base_id"] if one in bases))
        how = "distance by sea, round land," if here["by_sea"].any() else "geodesic distance"
        note = (
            f"{named[asset_id]} works up to {radii} from {places or 'where it is'} "
            f"({how} that leaves the least time on station)."
        )
        rows.append({"id": str(asset_id), "name": named[asset_id], "note": note})
    return rows

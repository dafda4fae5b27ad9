"""The view of one plan: answer, map, programmes, areas, patrols, what is scarce, sources, certificate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from planner.charts.data import CAUSE_WORDS, Plan, largest_causes, operator_names
from planner.charts.map_values import Shown, shown
from planner.charts.maps import map_chart
from planner.charts.money import spending
from planner.charts.plan import coverage_by_area, gap_by_programme
from planner.charts.scarce import hours, patrols, prices
from planner.charts.spec import Chart
from planner.charts.themes import THEMES, Theme
from planner.page.answer import answer
from planner.page.parts import Choice, Content, Section, Table, View, numeric, text
from planner.page.provenance import assumptions_section, certificate_section
from planner.results.contract import NO_CAUSE
from planner.results.plain_text import count, percent, words
from planner.units import MILLION

LIMIT_WORDS = {"asset_hours": "hours", "budget": "budget", "base_capacity": "hours at a base"}


UNITS = {"Cells": "cells", "Areas": "areas"}


def plan_view(
    plan: Plan,
    found: Shown | None = None,
    more: Sequence[Section] = (),
    maps: Sequence[tuple[Theme, Shown]] = (),
    charts: Sequence[Chart] = (),
) -> View:
    """The view of a plan.

    Args:
        plan: the plan.
        found: what its maps show.
        more: sections before the map.
        maps: more maps, as that of differences.
        charts: more charts of the programmes, as the waterfall of the case's ladder.
    """
    seen = found or shown(plan)
    scenarios = [each.get("title") or each.get("name") for each in plan.run.get("scenarios") or []]
    proven = plan.run["status"] == "optimal"
    return View(
        view_id=plan.plan_id,
        title=str(plan.run["title"]),
        label=plan.title,
        subtitle=f"Scenario: {'; '.join(scenarios)}" if scenarios else "The case without scenarios",
        proven=proven,
        badge="Proven optimal" if proven else f"Not proven: {words(plan.run['status'])}",
        sentences=answer(plan),
        sections=[
            *more,
            map_section(seen, maps),
            programmes_section(plan, charts),
            areas_section(plan),
            patrols_section(plan),
            scarce_section(plan),
            assumptions_section(plan),
            certificate_section(plan),
        ],
        areas=_areas(plan),
        rings=_rings(plan, seen),
    )


def map_section(found: Shown, more: Sequence[tuple[Theme, Shown]] = ()) -> Section:
    """The map, with its choices of what it shows."""
    maps = [*((theme, found) for theme in THEMES.values()), *more]
    return Section(
        "map",
        "Map",
        "Equal areas on the sea are equal areas on the map. Click an area to see it alone; drag or pinch to "
        "move when zoomed in.",
        choices=(Choice("Show", [theme.label for theme, _ in maps]), Choice("By", list(UNITS))),
        variants={
            (theme.label, label): Content([map_chart(theme, seen, unit)])
            for theme, seen in maps
            for label, unit in UNITS.items()
        },
    )


def programmes_section(plan: Plan, charts: Sequence[Chart] = ()) -> Section:
    """Coverage gaps and spending of the programmes."""
    currency = plan.currency
    return Section(
        "programmes",
        "Programmes",
        "What each programme's mandate lacks, and why. Mandates overlap: an area counts in every programme "
        "that may fund it, so these rows are never added up.",
        choices=(Choice("Spending by", ("Operator", "Kind of asset")),),
        variants={
            ("Operator",): Content([gap_by_programme(plan), spending(plan)]),
            ("Kind of asset",): Content([gap_by_programme(plan), spending(plan, "kind")]),
        },
        charts=charts,
        tables=[
            Table(
                "programmes",
                "Programmes: budget, spending, shadow price of money, and the coverage gap",
                [
                    text("name", "Programme", note="donor"),
                    numeric("budget", f"Budget [{currency}]"),
                    numeric("spent", f"Spent [{currency}]"),
                    numeric("shortfall_km2", "Shortfall [km²]"),
                    text("largest_cause", "Largest cause", "cause"),
                    numeric("shadow_price_km2_per_million", "Shadow price [km² per million]", "figure"),
                    numeric("covered_km2", "Covered [km²]"),
                    numeric("target_km2", "Target [km²]"),
                ],
                programme_rows(plan),
                ("programme_id", "area_id"),
            )
        ],
    )


def programme_rows(plan: Plan) -> pd.DataFrame:
    """Programmes with their whole mandates (``area_id`` blank), and with each area of their mandates."""
    known, causes = plan["programmes"], plan["causes"]
    best = largest_causes(causes[causes["level"] == "programme"], "programme_id")
    whole = known.assign(
        area_id="", largest_cause=known["programme_id"].map(best).fillna(NO_CAUSE)
    ).sort_values("shortfall_km2", ascending=False, kind="stable")
    fixed = ["programme_id", "name", "donor", "budget", "shadow_price_km2_per_million"]
    parts = plan["gaps"].merge(known[fixed], on="programme_id")
    paid = plan["funding"].groupby(["programme_id", "area_id"])["amount"].sum().rename("spent").reset_index()
    parts = parts.merge(paid, on=["programme_id", "area_id"], how="left").fillna({"spent": 0.0})
    columns = [*fixed, "area_id", "spent", "shortfall_km2", "largest_cause", "covered_km2", "target_km2"]
    parts = parts.sort_values("shortfall_km2", ascending=False, kind="stable")
    return pd.concat([whole[columns], parts[columns]], ignore_index=True)


def areas_section(plan: Plan) -> Section:
    """Coverage against target of every area."""
    areas = plan["areas"].sort_values("shortfall_km2", ascending=False, kind="stable")
    sums = areas[["area_km2", "covered_km2", "shortfall_km2"]].sum()
    wanted = float((areas["target_coverage"] * areas["area_km2"]).sum())
    foot: dict[str, Any] = {
        **{"name": "All areas", **{str(key): float(value) for key, value in sums.items()}},
        "coverage": sums["covered_km2"] / sums["area_km2"],
        "target_coverage": wanted / sums["area_km2"],
    }
    columns = [
        text("name", "Area", "area"),
        numeric("coverage", "Coverage [%]", "percent"),
        numeric("target_coverage", "Target [%]", "percent", differs=False),
        numeric("shortfall_km2", "Shortfall [km²]"),
        text("largest_cause", "Largest cause", "cause"),
        numeric("covered_km2", "Covered [km²]"),
        numeric("area_km2", "Water [km²]", differs=False),
        numeric("risk_weight", "Risk weight", "figure", differs=False),
    ]
    rows = areas[["area_id", *(column.key for column in columns)]].reset_index(drop=True)
    caption = "Coverage against target by area, the largest shortfall first"
    return Section(
        "areas",
        "Areas",
        "Coverage is the mean chance, over an area's water, that a vessel is detected during its stay. The "
        "shortfall is what is missing to the target.",
        charts=[coverage_by_area(plan)],
        tables=[Table("areas", caption, columns, rows, ("area_id",), foot)],
    )


def patrols_section(plan: Plan) -> Section:
    """Who patrols where."""
    fleet = plan["fleet"].set_index("asset_id")
    bases = dict(zip(plan.bases["base_id"], plan.bases["name"], strict=True))
    allocation = plan["allocation"].sort_values("mission_hours", ascending=False, kind="stable")
    rows = allocation.assign(
        asset=allocation["asset_id"].map(fleet["name"]),
        operator=allocation["asset_id"].map(fleet["operator"]).map(operator_names(plan)),
        name=allocation["area_id"].map(
            dict(zip(plan["areas"]["area_id"], plan["areas"]["name"], strict=True))
        ),
        base=[bases.get(one, one) or "–" for one in allocation["base_id"]],
    )
    columns = [
        text("asset", "Asset"),
        text("operator", "Operator"),
        text("name", "Area", "area"),
        text("base", "From"),
        numeric("missions", "Missions", "figure"),
        numeric("mission_hours", "Hours [h]"),
        numeric("on_station_hours", "On station [h]"),
        numeric("swept_km2", "Swept [km²]"),
        numeric("cost", f"Cost [{plan.currency}]"),
    ]
    key = ("asset_id", "base_id", "area_id")
    caption = "Who patrols where: missions, hours and money by asset and area"
    kept = rows[[*key, *(column.key for column in columns)]].reset_index(drop=True)
    return Section(
        "patrols",
        "Who patrols where",
        choices=(Choice("Show", ("Hours", "Money")),),
        variants={
            ("Hours",): Content([patrols(plan)]),
            ("Money",): Content([patrols(plan, "cost")]),
        },
        tables=[Table("patrols", caption, columns, kept, key, tall=True)],
    )


def scarce_section(plan: Plan) -> Section:
    """What is scarce: hours, money and places, with their shadow prices."""
    named = {
        "asset_hours": dict(zip(plan["fleet"]["asset_id"], plan["fleet"]["name"], strict=True)),
        "budget": dict(zip(plan["programmes"]["programme_id"], plan["programmes"]["name"], strict=True)),
        "base_capacity": dict(zip(plan.bases["base_id"], plan.bases["name"], strict=True)),
    }
    table = plan["prices"]
    money = table["limit_kind"] == "budget"
    rows = pd.DataFrame(
        {
            **{key: table[key] for key in ("limit_kind", "id", "limit", "used")},
            "name": [
                named.get(kind, {}).get(one, one)
                for kind, one in zip(table["limit_kind"], table["id"], strict=True)
            ],
            "kind": [LIMIT_WORDS.get(kind, words(kind)) for kind in table["limit_kind"]],
            "part": (table["used"] / table["limit"]).where(table["limit"] > 0.0),
            "price": table["shadow_price"].where(~money, table["shadow_price"] * MILLION),
            "unit": money.map({True: f"a million {plan.currency}", False: "an hour"}),
        }
    ).sort_values(["kind", "price"], ascending=[True, False], kind="stable")
    columns = [
        text("name", "What is limited"),
        text("kind", "Limit"),
        numeric("limit", "There is [h or money]"),
        numeric("used", "Used [h or money]"),
        numeric("part", "Used [%]", "percent", differs=False),
        numeric("price", "Shadow price [risk-weighted km²]", "figure"),
        text("unit", "for"),
    ]
    caption = "What is scarce: every limit, its use, and its shadow price"
    return Section(
        "scarce",
        "What is scarce",
        "A shadow price is what one more unit would add at the margin, in risk-weighted km² covered. Where "
        "it is zero, there is more than the plan can use.",
        charts=[hours(plan), prices(plan)],
        tables=[
            Table("prices", caption, columns, rows.reset_index(drop=True), ("limit_kind", "id"), tall=True)
        ],
    )


def _areas(plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            "id": area["area_id"],
            "name": area["name"],
            "facts": [
                ("coverage", percent(area["coverage"])),
                ("target", percent(area["target_coverage"])),
                ("shortfall", f"{count(area['shortfall_km2'])} km²"),
                ("largest cause", CAUSE_WORDS[str(area["largest_cause"])]),
            ],
        }
        for area in plan["areas"].to_dict("records")
    ]


def _rings(plan: Plan, found: Shown) -> list[dict[str, str]]:
    """The assets whose range can be shown, with its radius and where it starts."""
    bases = dict(zip(plan.bases["base_id"], plan.bases["name"], strict=True))
    named, reach = plan.names("fleet", "asset_id"), plan["reach"]
    drawn = found.ground.rings["asset_id"].drop_duplicates()
    rows = []
    for asset_id in drawn:
        here = reach[(reach["asset_id"] == asset_id) & (reach["radius_nm"] > 0.0)]
        radii = ", ".join(dict.fromkeys(f"{count(radius)} nm" for radius in here["radius_nm"]))
        places = ", ".join(dict.fromkeys(bases[one] for one in here["base_id"] if one in bases))
        note = (
            f"{named[asset_id]} works up to {radii} from {places or 'where it is'} (geodesic distance that "
            "leaves the least time on station)."
        )
        rows.append({"id": str(asset_id), "name": named[asset_id], "note": note})
    return rows

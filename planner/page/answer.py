"""The answer of a plan in five sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.charts.data import Plan
from planner.page.prose import Sentence, comma, large, sentence, things
from planner.report.plain_text import figure, percent, safe
from planner.units import MILLION

LARGEST = 3
"""Areas that are named."""
LEAST_SHARE = 0.0005
"""Causes below this part of the coverage gap are not named: 0.0% in print."""
CAUSE_CLAUSES = {
    "out_of_range": "lies out of range of everything that may be funded there",
    "no_access": "is for lack of access",
    "asset_hours": "is for lack of hours of boats and aircraft",
    "budget": "is for lack of money",
    "not_prioritised": "is water that could be watched, where the plan prefers other water",
}


def answer(plan: Plan) -> list[Sentence]:
    """What is covered, where it falls short, why, what is scarce, and what is proven."""
    return [_covered(plan), _short(plan), _why(plan), _scarce(plan), _proven(plan.run)]


def _covered(plan: Plan) -> Sentence:
    areas, programmes = plan["areas"], plan["programmes"]
    water, covered = areas["area_km2"].sum(), areas["covered_km2"].sum()
    wanted = float((areas["target_coverage"] * areas["area_km2"]).sum())
    spent, budget = programmes["spent"].sum(), programmes["budget"].sum()
    donors = things(len(programmes), "programme")
    whole = large(spent) == large(budget)
    return sentence(
        f"With all the money of {donors}, " if whole else "With ",
        (f"{large(spent)} {safe(plan.currency)}",),
        ", " if whole else f" of the {large(budget)} {safe(plan.currency)} that {donors} have, ",
        f"{things(len(plan['fleet']), 'asset')} and sensors cover ",
        (percent(covered / water if water else 0.0),),
        f" of {large(water)} km² of water in {things(len(areas), 'area')}, where ",
        (percent(wanted / water if water else 0.0),),
        " is wanted.",
    )


def _short(plan: Plan) -> Sentence:
    areas = plan["areas"]
    met, short = int(areas["met"].sum()), areas[areas["shortfall_km2"] > 0.0]
    if short.empty:
        return sentence(("Every area",), " meets its target.")
    worst = short.nlargest(LARGEST, "shortfall_km2")
    pieces: list[str | tuple[str]] = [
        (f"{met} of {len(areas)}",),
        " areas meet their target; the shortfall of the others is ",
        (f"{large(short['shortfall_km2'].sum())} km²",),
        ", most of it in " if len(short) > 1 else ", all of it in ",
    ]
    for n, area in enumerate(worst.to_dict("records")):
        pieces += [comma(n, len(worst)), f"{safe(area['name'])} ({large(area['shortfall_km2'])} km²)"]
    return sentence(*pieces, ".")


def _why(plan: Plan) -> Sentence:
    causes = plan["causes"]
    sums = causes[causes["level"] == "all"].groupby("cause")["km2"].sum()
    whole = float(sums.sum())
    if whole <= 0.0:
        return sentence("There is no coverage gap to explain.")
    parts = [(cause, float(sums.get(cause, 0.0)) / whole) for cause in CAUSE_CLAUSES]
    ranked = sorted((part for part in parts if part[1] >= LEAST_SHARE), key=lambda part: -part[1])
    pieces: list[str | tuple[str]] = ["Of the coverage gap, "]
    for n, (cause, share) in enumerate(ranked):
        pieces += [comma(n, len(ranked)), (percent(share),), f" {CAUSE_CLAUSES[cause]}"]
    return sentence(*pieces, ".")


def _scarce(plan: Plan) -> Sentence:
    currency = safe(plan.currency)
    money, hours = _scarcest(plan, "budget", "programmes", "programme_id"), _scarcest(plan, "asset_hours")
    pieces: list[str | tuple[str]] = []
    if money:
        name, price = money
        pieces += [f"Money is scarcest in {name}, with a shadow price of "]
        pieces += [(f"{figure(price * MILLION)} risk-weighted km² per million {currency}",)]
    else:
        pieces += ["More money in any programme would add ", ("nothing",)]
    if hours:
        name, price = hours
        pieces += [f"; the scarcest hours are those of {name}, with "]
        pieces += [(f"{figure(price)} risk-weighted km² per hour",)]
    else:
        pieces += ["; more hours of any asset would add ", ("nothing",)]
    return sentence(*pieces, ".")


def _scarcest(
    plan: Plan, limit_kind: str, table: str = "fleet", key: str = "asset_id"
) -> tuple[str, float] | None:
    """Name and shadow price of the scarcest limit of a kind; ``None`` where none is scarce."""
    prices = plan["prices"]
    found = prices[(prices["limit_kind"] == limit_kind) & (prices["shadow_price"] > 0.0)]
    if found.empty:
        return None
    best = found.nlargest(1, "shadow_price").to_dict("records")[0]
    names = dict(zip(plan[table][key], plan[table]["name"], strict=True))
    return safe(names.get(best["id"], best["id"])), float(best["shadow_price"])


def _proven(run: Mapping[str, Any]) -> Sentence:
    gap = run["certificate"].get("gap")
    within = "an unknown part" if gap is None else f"{100.0 * gap:.2g}%"
    if run["status"] == "optimal":
        return sentence(
            "The plan is ",
            ("proven",),
            f" optimal: within the same limits no plan misses less by more than {within} of what this one "
            "misses, and every figure was recomputed from the missions.",
        )
    return sentence(
        "The plan is ", ("not proven",), f" to be the best: another might miss less by up to {within}."
    )

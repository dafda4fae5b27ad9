"""The answer in five sentences, made from the results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.page.plans import Plan
from planner.page.prose import Sentence, comma, large, sentence, things
from planner.report.contract import CAUSES
from planner.report.plain_text import figure, percent, safe

MILLION = 1e6
LARGEST = 3
"""Areas that are named."""
LEAST_SHARE = 0.0005
"""Causes below this part of the gap are not named: 0.0% in print."""


def answer(plan: Plan) -> list[Sentence]:
    """What is covered, where it is short, why, what is scarce, and what is proven."""
    return [_covered(plan), _short(plan), _why(plan), _scarce(plan), _proven(plan.run)]


def _covered(plan: Plan) -> Sentence:
    areas, programmes = plan.tables["areas"], plan.tables["programmes"]
    water, covered = areas["area_km2"].sum(), areas["covered_km2"].sum()
    wanted = float((areas["target_coverage"] * areas["area_km2"]).sum())
    spent, budget = programmes["spent"].sum(), programmes["budget"].sum()
    currency = safe(plan.run["currency"])
    donors = things(len(programmes), "programme")
    whole = large(spent) == large(budget)
    return sentence(
        f"With all the money of {donors}, " if whole else "With ",
        (f"{large(spent)} {currency}",),
        ", " if whole else f" of the {large(budget)} {currency} that {donors} have, ",
        f"{things(len(plan.tables['fleet']), 'asset')} and sensors cover ",
        (percent(covered / water if water else 0.0),),
        f" of {large(water)} km² of water in {things(len(areas), 'area')}, where ",
        (percent(wanted / water if water else 0.0),),
        " is wanted.",
    )


def _short(plan: Plan) -> Sentence:
    areas = plan.tables["areas"]
    met, short = int(areas["met"].sum()), areas[areas["shortfall_km2"] > 0.0]
    if short.empty:
        return sentence(("Every area",), " meets its target.")
    worst = short.nlargest(LARGEST, "shortfall_km2")
    pieces: list[str | tuple[str]] = [
        (f"{met} of {len(areas)}",),
        " areas meet their target; what is missing to the others is ",
        (f"{large(short['shortfall_km2'].sum())} km²",),
        ", most of it in " if len(short) > 1 else ", all of it in ",
    ]
    for n, area in enumerate(worst.to_dict("records")):
        pieces += [comma(n, len(worst)), f"{safe(area['name'])} ({large(area['shortfall_km2'])} km²)"]
    return sentence(*pieces, ".")


def _why(plan: Plan) -> Sentence:
    areas = plan.tables["areas"]
    whole = float(areas["shortfall_km2"].sum())
    if whole <= 0.0:
        return sentence("There is no gap to explain.")
    parts = [(cause, float(areas[f"{cause}_km2"].sum()) / whole) for cause in CAUSES]
    ranked = sorted((part for part in parts if part[1] >= LEAST_SHARE), key=lambda part: -part[1])
    pieces: list[str | tuple[str]] = ["Of the gap, "]
    for n, (cause, share) in enumerate(ranked):
        pieces += [comma(n, len(ranked)), (percent(share),), f" {WANT[cause]}"]
    return sentence(*pieces, ".")


WANT = {
    "out_of_range": "lies out of range of all that may be funded there",
    "no_access": "waits for the consent of the coastal state",
    "asset_hours": "is for want of hours of boats and aircraft",
    "budget": "is for want of money",
    "not_prioritised": "is water that could be watched, where the plan prefers other water",
}


def _scarce(plan: Plan) -> Sentence:
    currency = safe(plan.run["currency"])
    money, hours = _dearest(plan, "budget", "programmes", "programme_id"), _dearest(plan, "asset_hours")
    pieces: list[str | tuple[str]] = []
    if money:
        name, price = money
        pieces += [f"A million {currency} more does most in {name}: at the margin it adds "]
        pieces += [(f"{figure(price * MILLION)} risk-weighted km²",)]
    else:
        pieces += ["More money in any programme would add ", ("nothing",)]
    if hours:
        name, price = hours
        pieces += [f"; the scarcest hours are those of {name}, where one more adds "]
        pieces += [(f"{figure(price)} km²",)]
    else:
        pieces += ["; more hours of any asset would add ", ("nothing",)]
    return sentence(*pieces, ".")


def _dearest(
    plan: Plan, limit_kind: str, table: str = "fleet", key: str = "asset_id"
) -> tuple[str, float] | None:
    """Name and price of the limit of a kind that is worth most; ``None`` where none is worth anything."""
    prices = plan.tables["prices"]
    found = prices[(prices["limit_kind"] == limit_kind) & (prices["price"] > 0.0)]
    if found.empty:
        return None
    best = found.nlargest(1, "price").to_dict("records")[0]
    names = dict(zip(plan.tables[table][key], plan.tables[table]["name"], strict=True))
    return safe(names.get(best["id"], best["id"])), float(best["price"])


def _proven(run: Mapping[str, Any]) -> Sentence:
    proof = run["certificate"]
    gap = proof.get("gap")
    within = "an unknown part" if gap is None else _tiny(gap)
    if run["status"] == "optimal":
        return sentence(
            "The plan is ",
            ("proven",),
            f": none with the same means misses less by more than {within} of what this one misses, ",
            "and every figure was recomputed from the missions.",
        )
    return sentence(
        "The plan is ", ("not proven",), f" to be the best: another might miss less by up to {within}."
    )


def _tiny(share: float) -> str:
    """A small share in per cent, two digits."""
    return f"{100.0 * share:.2g}%"

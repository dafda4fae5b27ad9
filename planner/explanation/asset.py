"""An asset or sensor: where it works and could, who pays, what one more of it would bring."""

from __future__ import annotations

from collections.abc import Iterator

from planner.explanation import words as say
from planner.explanation.increase import access_facts, access_sentence, cheapest_increase, reach_table
from planner.explanation.plans import Facts, Situation, record
from planner.results.limits import scarce_in_periods
from planner.results.plain_text import figure, safe
from planner.results.plain_text import words as plain_words
from planner.studies import edits

LEAST_PART = 1e-6
"""Part of hours below which a difference is rounding."""


def asset_facts(now: Situation, asset_id: str) -> Facts:
    """The facts of an asset or sensor.

    Returns:
        ``asset`` (of ``Situation.fleet``), ``reach`` (by area), ``work`` (of allocation.csv), ``payers``
        (with the ``amount`` that each pays for it), ``price_rank`` (1 for the highest shadow price of an
        hour), ``dearest_period`` (in which its hours are scarcest; empty where they are in none), and others
        that are named as what they are.
    """
    results, row = now.results, record(now.fleet, "asset_id", asset_id)
    rows = now.effort[now.effort["asset"] == row["number"]]
    work = results.allocation[results.allocation["asset_id"] == asset_id]
    paid = results.funding[results.funding["asset_id"] == asset_id]
    paid = paid.groupby("programme_id", sort=False)["amount"].sum().reset_index()
    higher = now.fleet["shadow_price_km2_per_hour"] > row["shadow_price_km2_per_hour"] * (1.0 + 1e-6)
    bases = now.case.assets.set_index("asset_id")["bases"].to_dict() if len(now.case.assets) else {}
    opened, more = rows[rows["access"] & rows["payable"]], edits.with_one_unit_more(now.case, asset_id)
    return {
        "asset": row,
        "currency": results.currency,
        "fair": results.fairness is not None,
        "bases": [now.names["base"][base] for base in bases.get(asset_id, ())],
        "reach": reach_table(now, rows, "area"),
        "n_areas": len(now.case.areas),
        "work": now.named(work, "area", "base").sort_values("mission_hours", ascending=False),
        "payers": now.named(paid, "programme").sort_values("amount", ascending=False),
        "price_rank": int(higher.sum()) + 1,
        "dearest_period": _dearest_period(now, asset_id),
        "fleet_size": len(now.fleet),
        "increase": cheapest_increase(now, opened),
        "with_unit": now.change("with one unit more", more) if len(opened) else None,
        **access_facts(now, rows[rows["payable"]]),
    }


def _dearest_period(now: Situation, asset_id: str) -> Facts:
    """The ``period`` in which an hour more counts most, none in the year, and its ``shadow_price``."""
    prices = scarce_in_periods(now.results.period_prices)
    own = prices[(prices["limit_kind"] == "asset_hours") & (prices["id"] == asset_id)]
    names = now.case.periods.set_index("period_id")["name"]
    for row in own.head(1).to_dict("records"):
        return {"period": names[row["period_id"]], "shadow_price": float(row["shadow_price"])}
    return {}


def asset_sentences(facts: Facts) -> Iterator[str]:
    """What it has and does, who pays, where it could and may work, what more of it would bring."""
    yield _supply(facts)
    if len(facts["work"]):
        yield _work(facts)
    yield _reach(facts)
    unpaid = facts["reach"][facts["reach"]["access"] & ~facts["reach"]["payable"]]
    if len(unpaid):
        yield f"No programme may pay for it in {say.together(unpaid['area'].tolist())}."
    if facts["with_unit"] is not None:
        effect = say.effect(facts["with_unit"])
        yield f"With one unit more, paid from the money that there is, the best plan would {effect}."
    if not (facts["fair"] and _has_price(facts)):
        yield _price(facts)
    yield from say.increase(facts, say.WITH_IT)
    if facts["access"]:
        yield access_sentence(facts, "the areas that it reaches")


def _supply(facts: Facts) -> str:
    asset = facts["asset"]
    units = f"{plain_words(asset['kind'])}, {asset['units']:g} {'unit' if asset['units'] == 1 else 'units'}"
    based = f", based at {say.together(facts['bases'], 5)}" if facts["bases"] else ""
    who = f"{safe(asset['name'])} ({safe(asset['asset_id'])})"
    who += f": {units}, operator {safe(asset['operator'])}{based}"
    has = float(asset["hours"])
    if has <= 0.0:
        return f"{who}. It has no hours."
    supply = f"It has {say.hours(has)}"
    if has < float(asset["year_hours"]) * (1.0 - LEAST_PART):
        supply += f", all that its periods leave of {say.hours(float(asset['year_hours']))}"
    return f"{who}. {supply}. {say.use(float(asset['used_hours']), has, say.hours)}"


def _work(facts: Facts) -> str:
    by_area = facts["work"].groupby("area", sort=False)["mission_hours"].sum().sort_values(ascending=False)
    where = [f"{area} ({say.hours_there(hours)})" for area, hours in by_area.items()]
    paid = say.paid(facts["payers"], "programme", facts["currency"])
    return f"It works in {say.together(where)}, {f'paid by {paid}' if paid else 'at no cost'}."


def _reach(facts: Facts) -> str:
    whole, reach = say.number(facts["n_areas"], "area"), facts["reach"]
    if reach.empty:
        return f"It reaches none of the {whole} with time left to search."
    may = reach[reach["access"]]["area"].tolist()
    if facts["n_areas"] == 1:
        only = say.together(reach["area"].tolist())
        return f"It reaches the only area ({only}), {'with' if may else 'without'} access."
    names = f" ({say.together(may)})" if may else ""
    some = f"all {whole}" if 1 < len(reach) == facts["n_areas"] else f"{len(reach):,} of the {whole}"
    access = "all" if 1 < len(may) == len(reach) else f"{len(may):,}" if may else "none"
    return f"It reaches {some} and has access to {access} of these{names}."


def _has_price(facts: Facts) -> bool:
    """Whether an hour more is worth something; that of a fair plan says little of a fair plan with more."""
    return float(facts["asset"]["shadow_price_km2_per_hour"]) > 0.0 or bool(facts["dearest_period"])


def _price(facts: Facts) -> str:
    price = float(facts["asset"]["shadow_price_km2_per_hour"])
    dearest = facts["dearest_period"]
    there = f"{figure(dearest['shadow_price'])} risk-weighted km²" if dearest else ""
    if price <= 0.0 and dearest:
        return (
            f"One more hour of it in {safe(dearest['period'])} counts {there} (its shadow price); "
            "one more in the year alone would bring nothing."
        )
    if price <= 0.0:
        return "One more hour of it alone would bring nothing."
    rank, size = facts["price_rank"], facts["fleet_size"]
    beside = f", rank {rank} of {size:,} assets and sensors" if size > 1 else ""
    text = f"Its next hour counts {figure(price)} risk-weighted km² (its shadow price){beside}"
    if dearest:
        text += f"; one more of these in {safe(dearest['period'])} counts {there}"
    return f"{text}."

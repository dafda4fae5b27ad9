"""A programme: what it may fund and pays, and what more money would bring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from planner.explanation import words as say
from planner.explanation.increase import access_facts, access_sentence, cheapest_increase, reach_table
from planner.explanation.plans import Facts, Situation, causes_km2, record
from planner.features.effort import asset_areas
from planner.results.plain_text import figure, safe
from planner.solve.solver import Status
from planner.studies import edits
from planner.units import MILLION


def programme_facts(now: Situation, programme_id: str) -> Facts:
    """The facts of a programme.

    Returns:
        ``programme`` (of programmes.csv), ``mandate`` (of gaps.csv), ``reach`` (by asset, of what it may
        fund), ``spending`` (of funding.csv, of all periods), and others that are named as what they are.
    """
    results = now.results
    number = now.case.programmes["programme_id"].tolist().index(programme_id)
    own = now.eligibility[now.eligibility["programme"] == number]
    pairs = asset_areas(own, (len(now.fleet), len(now.case.areas)))
    rows = now.effort[pairs[now.effort["asset"].to_numpy(), now.effort["paid_in"].to_numpy()]]
    programme = record(results.programmes, "programme_id", programme_id)
    mandate, spending, gain = (
        table[table["programme_id"] == programme_id]
        for table in (results.gaps, results.funding, results.gains)
    )
    spending = spending.groupby(["asset_id", "area_id"], sort=False)["amount"].sum().reset_index()
    case = edits.with_budgets(now.case, {programme_id: programme["budget"] + MILLION})
    more = now.change("with a million more", case)
    if more is not None and len(gain) and gain["status"].eq(Status.OPTIMAL).all():
        more = replace(more, least=float(gain["least_km2"].iloc[0]), most=float(gain["most_km2"].iloc[0]))
    return {
        "programme": programme,
        "currency": results.currency,
        "fair": results.fairness is not None,
        "mandate": now.named(mandate, "area"),
        "funds_something": len(own) > 0,
        "reach": reach_table(now, rows, "asset"),
        "spending": now.named(spending, "asset", "area").sort_values("amount", ascending=False),
        "causes_km2": causes_km2(results, "programme", "programme_id", programme_id),
        "increase": cheapest_increase(now, rows[rows["access"] & (rows["cost"] > 0.0)]),
        "with_million": more,
        **access_facts(now, rows),
    }


def programme_sentences(facts: Facts) -> Iterator[str]:
    """What it has, may and does, why water is missed, what more of its money would bring."""
    yield _budget(facts)
    yield _mandate(facts)
    if len(facts["spending"]):
        rows = facts["spending"].assign(what=lambda table: table["asset"] + " in " + table["area"])
        yield f"It pays for {say.paid(rows, 'what', facts['currency'])}."
    yield _limits(facts)
    if facts["causes_km2"].sum() > 0.0:
        yield _causes(facts)
    yield from _million(facts)
    yield from say.increase(facts, "of its areas")
    if facts["access"]:
        yield access_sentence(facts, "its areas")


def _budget(facts: Facts) -> str:
    programme, budget = facts["programme"], float(facts["programme"]["budget"])
    donor = f" of {safe(programme['donor'])}" if programme["donor"] else ""
    who = f"{safe(programme['name'])} ({safe(programme['programme_id'])}){donor}"
    if budget <= 0.0:
        return f"{who} has no money."
    used = say.use(float(programme["spent"]), budget, lambda one: say.money(one, facts["currency"]))
    return f"{who} has {say.money(budget, facts['currency'])}. {used}"


def _mandate(facts: Facts) -> str:
    table = facts["mandate"]
    if table.empty:
        return "There is nothing that it may fund anywhere."
    target, covered, short = (float(table[f"{one}_km2"].sum()) for one in ("target", "covered", "shortfall"))
    areas = f"{say.number(len(table), 'area')} ({say.together(table['area'].tolist())})"
    return (
        f"Its mandate has {areas}. Whoever pays, {say.km2(covered)} are covered there; the targets there "
        f"add up to {say.km2(target)}, with a shortfall of {say.km2(short)}."
    )


def _limits(facts: Facts) -> str:
    reach = facts["reach"]
    may = reach[reach["access"] & (reach["hours"] > 0.0)]
    if not facts["funds_something"]:
        return "There is no asset or sensor that it may fund."
    if may.empty:
        return "Nothing that it may fund has hours, reach and access in its areas."
    assets = say.number(len(may), "asset or sensor", "assets and sensors")
    used = say.used_up(may["used_hours"], may["hours"], "hours")
    return f"{assets} that it may fund can work in its areas; {used}."


def _causes(facts: Facts) -> str:
    """Why its areas stay short of their targets, and what its own money would close there."""
    own, causes = say.km2(facts["causes_km2"]["own_money"]), say.causes(facts["causes_km2"])
    return (
        "Causes of the shortfall in its areas, as limits are lifted one by one with no area anywhere worse "
        f"off: {causes}. Its own money without limit would close {own} there; a plan that "
        "takes coverage from other areas may move more."
    )


def _million(facts: Facts) -> Iterator[str]:
    """What a million more brings, and what the next unit of money counts."""
    change, currency = facts["with_million"], safe(facts["currency"])
    if change is not None:
        means = say.work(change) if change.least > 0.0 else ""
        yield (
            f"With {currency} 1,000,000 more for it, the best plan would {say.effect(change)}."
            f"{f' It would use {means}.' if means else ''}"
        )
    price = float(facts["programme"]["shadow_price_km2_per_million"])
    if price > 0.0 and not facts["fair"]:
        yield (
            f"Its next {currency} alone counts at a rate of {figure(price)} risk-weighted km² per million "
            f"{currency} (its shadow price)."
        )

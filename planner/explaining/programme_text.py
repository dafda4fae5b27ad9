"""A programme in sentences."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planner.explaining import words as say
from planner.explaining.explanation import Consent, ProgrammeFacts
from planner.report.plain_text import figure, safe


def programme_sentences(facts: ProgrammeFacts) -> Iterator[str]:
    """What it has, may and does, what its money is worth, what limits it, what would change its gap."""
    yield _budget(facts)
    yield _mandate(facts)
    yield from _spending(facts)
    yield _price(facts)
    yield from _limits(facts)
    short = float(facts.mandate["shortfall_km2"].sum())
    if short > 0.0:
        one = sum(value > 0.0 for value in facts.causes_km2.values()) == 1
        cause = "this cause" if one else "these causes"
        yield f"Seen from this programme the gap in its areas has {cause}: {say.causes(facts.causes_km2)}."
    areas = facts.mandate.set_index("area_id")
    way = facts.next_way
    if way is not None:
        how = f"for its money with {say.place(way)} in {safe(way.area)}"
        yield say.next_step(way, facts.currency, how, say.time_left(way))
        met = bool(areas["shortfall_km2"].get(way.area_id, 0.0) <= 0.0)
        verdict = say.elsewhere(way, facts.objective, met)
        if verdict:
            yield verdict
    if facts.consents:
        yield say.consents(facts.consents, facts.currency, facts.objective, lambda one: _names(one, areas))


def _names(consent: Consent, areas: pd.DataFrame) -> str:
    return say.together([areas["area"][one] for one in consent.area_ids if one in areas.index])


def _budget(facts: ProgrammeFacts) -> str:
    programme, currency = facts.programme, facts.currency
    donor = f" of {safe(programme['donor'])}" if programme["donor"] else ""
    who = f"{safe(programme['name'])} ({safe(programme['programme_id'])}){donor}"
    budget, spent = programme["budget"], programme["spent"]
    if budget <= 0.0:
        return f"{who} has no money."
    has = f"{who} has {say.money(budget, currency)}"
    if say.none_left(budget - spent, budget):
        return f"{has}, and the plan spends all of it."
    if spent <= 0.0:
        return f"{has}, and the plan spends nothing of it."
    return f"{has}, of which the plan spends {say.money(spent, currency)} ({say.share(spent / budget)})."


def _mandate(facts: ProgrammeFacts) -> str:
    table = facts.mandate
    if table.empty or facts.fundable.empty:
        return "There is nothing that it may fund anywhere."
    assets = say.number(len(facts.fundable), "asset or sensor", "assets and sensors")
    areas = f"{say.number(len(table), 'area')} ({say.together(table['area'].tolist())})"
    target, covered, short = (
        float(table[f"{name}_km2"].sum()) for name in ("target", "covered", "shortfall")
    )
    may = f"It may fund {assets} in {areas}"
    if target <= 0.0:
        return f"{may}; no coverage is asked of that water, and {say.km2(covered)} are covered, whoever pays."
    covers = f"of the {say.km2(target)} wanted there"
    if short <= 0.0:
        return f"{may}; {covers} nothing is missing: every target is met, whoever pays."
    return f"{may}; {covers} {say.km2(short)} are missing, whoever pays."


def _spending(facts: ProgrammeFacts) -> Iterator[str]:
    spending = facts.spending
    total = float(spending["amount"].sum())
    if total <= 0.0:
        return
    parts = [
        f"{safe(row['asset'])} in {safe(row['area'])} ({say.money(row['amount'], facts.currency)}, "
        f"{say.share(row['amount'] / total)})"
        for row in spending.to_dict("records")
    ]
    yield f"It pays for {say.together(parts)}."


def _price(facts: ProgrammeFacts) -> str:
    price = float(facts.programme["price_km2_per_million"])
    unit = say.UNITS.get(facts.objective, "of the plan's objective")
    million = f"One more million {safe(facts.currency)}"
    if price <= 0.0:
        return f"{million} would bring nothing."
    brings = f"{million} would bring about {figure(price)} {unit}"
    others = facts.others[facts.others["programme_id"] != facts.programme["programme_id"]]
    if others.empty:
        return f"{brings}."
    prices = others["price_km2_per_million"]
    dearer = others[prices > price * (1.0 + say.ALIKE_PRICE)]
    same = int(((prices - price).abs() <= price * say.ALIKE_PRICE).sum())
    also = f", as much as with {say.number(same, 'other programme')}" if same else ""
    if dearer.empty:
        return f"{brings}{also}: {'nowhere' if same else 'with no other programme'} would it bring more."
    top = dearer.iloc[0]
    most = f"{safe(top['programme'])} ({figure(top['price_km2_per_million'])})"
    if len(dearer) == 1:
        return f"{brings}{also}; only {most} would do more with it."
    return f"{brings}{also}; {len(dearer):,} programmes would do more with it, most of all {most}."


def _limits(facts: ProgrammeFacts) -> Iterator[str]:
    may = facts.fundable[(facts.fundable["areas"] > 0) & (facts.fundable["hours"] > 0.0)]
    budget, spent = float(facts.programme["budget"]), float(facts.programme["spent"])
    if facts.fundable.empty:
        return
    if may.empty:
        yield "Nothing that it may fund has hours, reach and consent in its areas."
        return
    used = int(say.all_used(may["used_hours"], may["hours"]).sum())
    who = "that it may fund and that may work there"
    some = f"of the {len(may):,} {who} {say.have(used)} no hours left"
    if used == 0:
        some = f"all {len(may):,} {who} have hours left"
    if used == len(may):
        some = f"none of the {used:,} {who} has hours left"
    if len(may) == 1:
        some = f"{safe(may['asset'].iloc[0])}, all {who}, {'has no' if used else 'has'} hours left"
    if say.none_left(budget - spent, budget):
        yield f"{'Both money and hours limit it' if used == len(may) else 'Money limits it'}: {some}."
    elif used:
        yield f"Hours limit it, not money: {some}."
    else:
        left = say.money(budget - spent, facts.currency)
        yield f"Neither money nor hours limit it: {left} are left, and {some}."

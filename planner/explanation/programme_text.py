"""A programme in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator

from planner.explanation import change_words
from planner.explanation import words as say
from planner.explanation.programme import ProgrammeFacts
from planner.results.plain_text import figure, safe


def programme_sentences(facts: ProgrammeFacts) -> Iterator[str]:
    """What it has, may and does, what more of its money would bring, what limits it, what it cannot fix."""
    yield _budget(facts)
    yield _mandate(facts)
    yield from _spending(facts)
    yield from _million(facts)
    yield from _next_unit(facts)
    yield from _limits(facts)
    if sum(facts.causes_km2.values()) > 0.0:
        yield f"Seen from this programme the coverage gap in its areas has {say.causes(facts.causes_km2)}."
    yield from _ample(facts)
    if facts.increase is not None:
        how = f"for its money with {say.place(facts.increase)} in {safe(facts.increase.area)}"
        plan = facts.currency, facts.objective, facts.ratio
        yield change_words.increase(facts.increase, facts.with_increase, plan, how)
    text = change_words.access(facts.access, facts.objective, facts.ratio, "there", facts.names)
    if text:
        yield text


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
    if short <= 0.0:
        wanted = f"of the {say.km2(target)} wanted there nothing is missing"
        return f"{may}; {wanted}: every target is met, whoever pays."
    return f"{may}; of the {say.km2(target)} wanted there {say.km2(short)} are missing, whoever pays."


def _spending(facts: ProgrammeFacts) -> Iterator[str]:
    total = float(facts.spending["amount"].sum())
    if total <= 0.0:
        return
    parts = [
        f"{safe(row['asset'])} in {safe(row['area'])} ({say.money(row['amount'], facts.currency)}, "
        f"{say.share(row['amount'] / total)})"
        for row in facts.spending.to_dict("records")
    ]
    yield f"It pays for {say.together(parts)}."


def _million(facts: ProgrammeFacts) -> Iterator[str]:
    if facts.million is None:
        return
    million = f"A million {safe(facts.currency)} more"
    gain = change_words.brings(facts.million, facts.objective, facts.ratio)
    if not gain:
        yield f"{million} would bring nothing: the plan with it is no better."
        return
    where = change_words.places(facts.million)
    means = change_words.work(facts.million)
    yield (
        f"{million} would {gain} ({change_words.plain_area(facts.million)})"
        f"{f', most of it in {where}' if where else ''}"
        f"{f', with {means}' if means else ''}{_beside_others(facts)}."
    )


def _beside_others(facts: ProgrammeFacts) -> str:
    """How many programmes would certainly do more with a million, as a clause."""
    table = facts.millions
    if len(table) < 2 or math.isfinite(facts.ratio):  # noqa: PLR2004
        return ""
    own = table[table["programme_id"] == facts.programme["programme_id"]].iloc[0]
    more = table[table["least"] > own["most"]]
    if more.empty:
        return "; no other programme would clearly do more with it"
    top = more.iloc[0]
    most = f"{safe(top['programme'])} ({say.about(top['gain'], say.UNITS[facts.objective])})"
    if len(more) == 1:
        return f"; only {most} would do more with it"
    return f"; {len(more):,} programmes would do more with it, most of all {most}"


def _next_unit(facts: ProgrammeFacts) -> Iterator[str]:
    price = float(facts.programme["shadow_price_km2_per_million"])
    if price > 0.0:
        unit = say.UNITS[facts.objective]
        yield (
            f"The next {safe(facts.currency)} alone counts at a rate of {figure(price)} {unit} a million "
            "(its shadow price)."
        )


def _limits(facts: ProgrammeFacts) -> Iterator[str]:
    may = facts.fundable[(facts.fundable["areas"] > 0) & (facts.fundable["hours"] > 0.0)]
    budget, spent = float(facts.programme["budget"]), float(facts.programme["spent"])
    if facts.fundable.empty:
        return
    if may.empty:
        yield "Nothing that it may fund has hours, reach and access in its areas."
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


def _ample(facts: ProgrammeFacts) -> Iterator[str]:
    """What money alone cannot fix."""
    short = float(facts.mandate["shortfall_km2"].sum())
    if facts.ample is None or short <= 0.0:
        return
    spends = (
        f"With all the money that it could use it would spend {say.money(facts.ample_spent, facts.currency)}"
    )
    left = facts.ample_shortfall_km2
    if left <= 0.0:
        yield f"{spends}, and nothing would be missing in its areas."
    elif left < short * (1.0 - say.SMALL):
        yield f"{spends}, and {say.km2(left)} would still be missing in its areas: not for want of its money."
    else:
        yield f"{spends}, and {say.km2(left)} would be missing in its areas: about as much as today."

"""An area in sentences."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from planner.explanation import change_words
from planner.explanation import words as say
from planner.explanation.area import AreaFacts
from planner.explanation.plans import record
from planner.results.plain_text import figure, percent, safe

KEPT = 0.99
"""A least coverage of which so much is reached is kept."""


def area_sentences(facts: AreaFacts) -> Iterator[str]:
    """What is wanted, who could reach it, who may, who pays, what the plan does, what would change it."""
    yield _state(facts)
    yield _reach(facts)
    yield from _access(facts)
    yield _payers(facts)
    yield _work(facts)
    yield from _causes(facts)
    yield from _why_little(facts)
    yield from _increase(facts)
    yield from _asked(facts)
    yield from _fair(facts)
    text = change_words.access(facts.access, facts.objective, facts.ratio, "of it", facts.names)
    if text:
        yield text
    if facts.increase is None and not facts.access.grants:
        yield "Only another asset, a longer range, a nearer base or more hours would change that."


def _state(facts: AreaFacts) -> str:
    area = facts.area
    who = f"{safe(area['name'])} ({safe(area['area_id'])}) is {say.km2(area['area_km2'])} of water"
    covered = f"the plan covers {percent(area['coverage'])}, which is {say.km2(area['covered_km2'])}"
    if area["covered_km2"] <= 0.0:
        covered = "the plan covers nothing of it"
    target = area["target_coverage"] * area["area_km2"]
    if target <= 0.0:
        return f"{who} with a target of 0%: no coverage is asked of it, and {covered}."
    wanted = f"{who} with a target of {percent(area['target_coverage'])}, which is {say.km2(target)}"
    if area["met"]:
        return f"{wanted}; {covered}: the target is met."
    return f"{wanted}; {covered}, a shortfall of {say.km2(area['shortfall_km2'])}."


def _reach(facts: AreaFacts) -> str:
    whole = say.number(facts.fleet_size, "asset or sensor", "assets and sensors")
    if not facts.fleet_size:
        return "The case has no assets and no sensors, so nothing can watch it."
    away = f"{figure(facts.nearest_base_nm)} nm from the middle of its nearest cell"
    if facts.reach.empty:
        base = (
            f"; the nearest base in use is {safe(facts.nearest_base)}, {away}" if facts.nearest_base else ""
        )
        return f"Of {whole} none reaches it with time left to search{base}."
    reaching = f"Of {whole} {len(facts.reach):,} {'reaches' if len(facts.reach) == 1 else 'reach'} it"
    if not (facts.reach["base_id"] != "").any():
        return f"{reaching}, from no base: {say.together(facts.reach['asset'].tolist())}."
    return f"{reaching}; the nearest base in use is {safe(facts.nearest_base)}, {away}."


def _access(facts: AreaFacts) -> Iterator[str]:
    may, may_not = facts.reach[facts.reach["access"]], facts.reach[~facts.reach["access"]]
    if facts.reach.empty:
        return
    if may.empty or may_not.empty:
        one = len(facts.reach) == 1
        who = "It has" if one else "All of them have" if may_not.empty else "None of them has"
        yield f"{who}{' no' if may.empty and one else ''} access ({_operators(facts.reach)})."
        return
    yield (
        f"Of these {say.have(len(may))} access ({_operators(may)}), "
        f"and {say.have(len(may_not))} none ({_operators(may_not)})."
    )


def _operators(reach: pd.DataFrame) -> str:
    operators = list(dict.fromkeys(reach["operator"].tolist()))
    return f"{'operator' if len(operators) == 1 else 'operators'} {say.together(operators, 5)}"


def _payers(facts: AreaFacts) -> str:
    payers = facts.payers
    if payers.empty:
        return "No programme may pay for work there."
    may = f"{say.number(len(payers), 'programme')} may pay for work there"
    paying = payers[payers["paid_here"] > 0.0]
    if paying.empty:
        return f"{may}; {'it pays' if len(payers) == 1 else 'they pay'} nothing there in this plan."
    parts = [
        f"{say.money(paid, facts.currency)} from {safe(name)}"
        for name, paid in zip(paying["programme"], paying["paid_here"], strict=True)
    ]
    return f"{may}; in this plan there is {say.together(parts)}."


def _work(facts: AreaFacts) -> str:
    if facts.work.empty:
        return "The plan sends nothing there."
    cost = float(facts.work["cost"].sum())
    parts = [_done(row) for row in facts.work.to_dict("records")]
    price = f"for {say.money(cost, facts.currency)}" if cost > 0.0 else "at no cost"
    return f"The plan uses {say.together(parts)}, {price}{' in all' if len(parts) > 1 else ''}."


def _done(row: Mapping[Hashable, Any]) -> str:
    time = say.hours(row["mission_hours"])
    if row["kind"] == "fixed":
        return f"{row['asset']} ({time})"
    often = say.often(row["missions"], "scene" if row["kind"] == "satellite" else "mission")
    where = f" from {row['base']}" if row["base"] else ""
    return f"{row['asset']}{where} ({often}, {time})"


def _causes(facts: AreaFacts) -> Iterator[str]:
    if not facts.area["shortfall_km2"] > 0.0 or not sum(facts.causes_km2.values()) > 0.0:
        return
    opened = facts.reach[facts.reach["access"] & facts.reach["payable"]]
    used = int(say.all_used(opened["used_hours"], opened["hours"]).sum())
    spent = int(say.all_used(facts.payers["spent"], facts.payers["budget"]).sum())
    parts = [f"The coverage gap has {say.causes(facts.causes_km2)}"]
    if used:
        who = f"the {len(opened):,} assets and sensors that may work and be paid there"
        some = f"of {who} {say.have(used)} no hours left"
        parts.append(
            some if len(opened) > 1 else "the only one that may work and be paid there has no hours left"
        )
    if spent:
        parts.append(f"{_all_of(spent, len(facts.payers))} no money left")
    yield "; ".join(parts) + "."


def _all_of(some: int, whole: int) -> str:
    if some == whole:
        return {1: "its programme has", 2: "both programmes have"}.get(whole, f"all {whole} programmes have")
    return f"{some} of the {whole} programmes {'has' if some == 1 else 'have'}"


def _why_little(facts: AreaFacts) -> Iterator[str]:
    one = facts.comparison
    if one is None:
        return
    here = say.takes(*one.here, facts.currency)
    there = say.takes(*one.there, facts.currency)
    text = (
        f"At the rate of its next mission 1,000 km² more take {safe(one.asset)} {here} here, at a risk "
        f"weight of {figure(one.weight_here)}, and {there} in {safe(one.area)}, where the plan uses it most, "
        f"at {figure(one.weight_there)}"
    )
    worth = [
        (here / one.weight_here) / (there / one.weight_there)
        if there * one.weight_here * one.weight_there > 0.0
        else 0.0
        for here, there in zip(one.here, one.there, strict=True)
    ]
    if worth[0] > 1.0 + say.SMALL and (worth[1] > 1.0 or one.here[1] <= 0.0 >= one.there[1]):
        text += f": an hour there counts {figure(worth[0])} times as much"
    yield f"{text}."


def _increase(facts: AreaFacts) -> Iterator[str]:
    if facts.increase is None:
        return
    how = f"with {say.place(facts.increase)}"
    if not facts.increase_payable:
        how += ", though no programme may pay for it"
    plan = facts.currency, facts.objective, facts.ratio
    yield change_words.increase(facts.increase, facts.with_increase, plan, how)
    if not facts.counts:
        why = (
            "its risk weight is 0"
            if facts.risk_weight <= 0.0
            else "its target is met, and only shortfalls count"
        )
        yield f"More coverage there counts for nothing in this plan: {why}."


def _asked(facts: AreaFacts) -> Iterator[str]:
    """What a least coverage would take, with the hours and the money that there are."""
    asked = facts.asked
    if asked is None:
        return
    there = max(0.0, asked.change.in_area(str(facts.area["area_id"])))
    limit = f"a least coverage of {percent(asked.share)} ({say.about(asked.km2)} more)"
    if there < KEPT * asked.km2:
        most = (
            f"{say.about(there)} more is the most"
            if there >= change_words.HALF_KM2
            else "no more can be covered"
        )
        yield f"With the hours and money that there are {limit} cannot be kept: {most}{_means(facts)}."
        return
    yield f"With the hours and money that there are {limit} could be kept{_means(facts)}; {_price(facts)}."


def _means(facts: AreaFacts) -> str:
    """With whose hours and whose money a least coverage is kept, as a clause."""
    if facts.asked is None:
        return ""
    area_id, change = str(facts.area["area_id"]), facts.asked.change
    means = change_words.work(change, area_id)
    rows = change.spent[(change.spent["area_id"] == area_id) & (change.spent["change"] > 0.0)]
    by_name = rows.groupby("programme", sort=False)["change"].sum()
    by_name = by_name[by_name >= 0.1 * by_name.max()]
    paid = [f"{safe(name)} ({say.money(value, facts.currency)} more)" for name, value in by_name.items()]
    return (f" with {means}" if means else "") + (f", paid by {say.together(paid)}" if paid else "")


def _price(facts: AreaFacts) -> str:
    """What a least coverage costs elsewhere and in all."""
    asked, objective = facts.asked, facts.objective
    if asked is None:
        return ""
    change, area_id = asked.change, str(facts.area["area_id"])
    if objective == "fair":
        before, after = percent(facts.ratio), percent(change.ratio)
        return f"the smallest coverage / target would be {after} instead of {before}"
    unit = say.UNITS[objective]
    if not change.clear or not change.most < 0.0:
        most = max(0.0, -change.least)
        return f"in all that would cost no more than {say.about(most, unit)}"
    lost = change.in_area(area_id) - change.covered_km2
    where = change_words.places(change, -1.0, area_id)
    elsewhere = (
        f"{say.about(max(0.0, lost))} less elsewhere{f', most of it in {where}' if where else ''}, and "
    )
    size = say.about(-change.gain, unit)
    in_all = f"leave {size} more in all" if objective == "shortfall" else f"{size} less in all"
    return f"it would cover {elsewhere}{in_all}, so the plan does not do it"


def _fair(facts: AreaFacts) -> Iterator[str]:
    if facts.fair is None:
        return
    covered = float(record(facts.fair.areas, "area_id", str(facts.area["area_id"]))["coverage"])
    means = change_words.work(facts.fair, str(facts.area["area_id"]))
    lost = change_words.places(facts.fair, -1.0)
    in_all = change_words.plain_area(facts.fair)
    if facts.objective == "coverage":
        size = say.about(abs(facts.fair.gain), say.UNITS["coverage"])
        in_all = f"{size} {'less' if facts.fair.gain < 0.0 else 'more'} in all ({in_all})"
    yield (
        f'With the objective "fair" {percent(covered)} of it would be covered'
        f"{f', with {means}' if means else ''}, and {in_all}"
        f"{f', with the largest losses in {lost}' if lost else ''}."
    )

"""An area in sentences."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from planner.explanation import words as say
from planner.explanation.area import AreaFacts
from planner.results.plain_text import figure, percent, safe


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
    text = say.access(facts.access, facts.objective, facts.ratio, "of it", facts.names)
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
        base = f"; the nearest base in use is {safe(facts.nearest_base)}, {away}" if facts.nearest_base else ""
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
        some = f"of the {len(opened):,} assets and sensors that may work and be paid there {say.have(used)} no hours left"
        parts.append(some if len(opened) > 1 else "the only one that may work and be paid there has no hours left")
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
        f"The next 1,000 km² would take {safe(one.asset)} {here} here, at a risk weight of {figure(one.weight_here)}, "
        f"and {there} in {safe(one.area)}, where the plan uses it most, at {figure(one.weight_there)}"
    )
    worth = [
        (here / one.weight_here) / (there / one.weight_there) if there * one.weight_here * one.weight_there > 0.0 else 0.0
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
    yield say.increase(facts.increase, facts.with_increase, facts.currency, how)


def _asked(facts: AreaFacts) -> Iterator[str]:
    if facts.asked is None:
        return
    asked, area_id = facts.asked, str(facts.area["area_id"])
    there = asked.change.in_area(area_id)
    text = f"A least coverage of {percent(asked.share)} there ({say.about(asked.km2)} more)"
    if there < 0.99 * asked.km2:
        text += f" cannot be reached with the hours and money that there are: {say.about(max(0.0, there))} more is the most"
        if there < 0.5:  # noqa: PLR2004
            yield f"{text}."
            return
    means = say.work(asked.change, area_id)
    paid = _paid(facts)
    lost = there - asked.change.covered_km2
    by = f" {'; it' if there < 0.99 * asked.km2 else 'would be kept'} with {means}" if means else " would be kept by moving hours within it"
    elsewhere = say.places(asked.change, -1.0, area_id)
    if lost >= 0.5:  # noqa: PLR2004
        cost = f", and would take {say.about(lost)} of coverage elsewhere{f', most of all from {elsewhere}' if elsewhere else ''}"
    else:
        cost = ", and would take no coverage elsewhere"
    yield f"{text}{by}{paid}{cost}{_worse(facts)}."


def _paid(facts: AreaFacts) -> str:
    if facts.asked is None:
        return ""
    spent = facts.asked.change.spent
    rows = spent[(spent["area_id"] == facts.area["area_id"]) & (spent["change"] > 0.0)]
    if rows.empty:
        return ""
    by_name = rows.groupby("programme", sort=False)["change"].sum()
    return ", paid by " + say.together(
        [f"{safe(name)} ({say.money(value, facts.currency)} more)" for name, value in by_name.items()]
    )


def _worse(facts: AreaFacts) -> str:
    """How much worse the plan would be by its objective, where that is certain."""
    change = facts.asked.change if facts.asked else None
    if change is None or facts.objective == "fair" or not change.most < 0.0:
        return ""
    return f": {say.about(-change.gain, say.UNITS[facts.objective])} worse in all, which is why the plan does not do it"


def _fair(facts: AreaFacts) -> Iterator[str]:
    if facts.fair is None:
        return
    rows = facts.fair.areas.set_index("area_id")
    covered = float(rows["coverage"][str(facts.area["area_id"])])
    means = say.work(facts.fair, str(facts.area["area_id"]))
    lost = say.places(facts.fair, -1.0)
    yield (
        f"With the objective \"fair\" it would be covered to {percent(covered)}"
        f"{f', with {means}' if means else ''}; {say.plain_km2(facts.fair)} would be covered in all"
        f"{f', with the largest losses in {lost}' if lost else ''}."
    )

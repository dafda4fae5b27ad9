"""An area in sentences."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from planner.explaining import words as say
from planner.explaining.explanation import AreaFacts
from planner.report.plain_text import figure, percent, safe


def area_sentences(facts: AreaFacts) -> Iterator[str]:
    """What is wanted, who could reach it, who may, who pays, what the plan does, what would change it."""
    yield _state(facts)
    yield _reach(facts)
    yield from _access(facts)
    yield _payers(facts)
    yield _work(facts)
    yield from _scarce(facts)
    yield from _next(facts)


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
    return f"{wanted}; {covered}, so {say.km2(area['shortfall_km2'])} are missing."


def _reach(facts: AreaFacts) -> str:
    whole = say.number(facts.fleet_size, "asset or sensor", "assets and sensors")
    if not facts.fleet_size:
        return "The case has no assets and no sensors, so nothing can watch it."
    if facts.reach.empty:
        base = ""
        if facts.nearest_base:
            away = f"{figure(facts.nearest_base_nm)} nm from the middle of its nearest cell"
            base = f"; the nearest base in use is {safe(facts.nearest_base)}, {away}"
        return f"Of {whole} none reaches it with time left to search{base}."
    based = facts.reach[facts.reach["base_id"] != ""]
    reaching = f"Of {whole} {len(facts.reach):,} {'reaches' if len(facts.reach) == 1 else 'reach'} it"
    if based.empty:
        return f"{reaching}, from no base: {say.together(facts.reach['asset'].tolist())}."
    away = f"{figure(facts.nearest_base_nm)} nm from the middle of its nearest cell"
    return f"{reaching}; the nearest base in use is {safe(facts.nearest_base)}, {away}."


def _access(facts: AreaFacts) -> Iterator[str]:
    may, may_not = facts.reach[facts.reach["access"]], facts.reach[~facts.reach["access"]]
    if facts.reach.empty:
        return
    if may.empty or may_not.empty:
        who = (
            "It has" if len(facts.reach) == 1 else "All of them have" if may_not.empty else "None of them has"
        )
        no = " no" if may.empty and len(facts.reach) == 1 else ""
        yield f"{who}{no} consent to work there ({_operators(facts.reach)})."
        return
    yield (
        f"Of these {say.have(len(may))} consent to work there ({_operators(may)}), "
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
    work = facts.work
    if work.empty:
        return "The plan sends nothing there."
    cost = float(work["cost"].sum())
    parts = [_done(row) for row in work.to_dict("records")]
    price = f"for {say.money(cost, facts.currency)}" if cost > 0.0 else "at no cost"
    return f"The plan uses {say.together(parts)}, {price}{' in all' if len(parts) > 1 else ''}."


def _done(row: Mapping[Hashable, Any]) -> str:
    time = say.hours(row["mission_hours"])
    if row["kind"] == "fixed":
        return f"{row['asset']} ({time})"
    often = say.often(row["missions"], "scene" if row["kind"] == "satellite" else "mission")
    where = f" from {row['base']}" if row["base"] else ""
    return f"{row['asset']}{where} ({often}, {time})"


def _scarce(facts: AreaFacts) -> Iterator[str]:
    if not facts.area["shortfall_km2"] > 0.0:
        return
    opened = facts.reach[facts.reach["access"] & facts.reach["payable"]]
    used = opened[say.all_used(opened["used_hours"], opened["hours"])]
    parts = [f"The gap has {'this cause' if _one(facts) else 'these causes'}: {say.causes(facts.causes_km2)}"]
    if facts.causes_km2["asset_hours"] > 0.0 and len(used):
        some = f"of the {len(opened):,} that may work and be paid there {say.have(len(used))} no hours left"
        parts.append(
            some if len(opened) > 1 else "the only one that may work and be paid there has none left"
        )
    spent = facts.payers[say.all_used(facts.payers["spent"], facts.payers["budget"])]
    if facts.causes_km2["budget"] > 0.0 and len(spent):
        parts.append(f"{_all_of(len(spent), len(facts.payers))} no money left")
    yield "; ".join(parts) + "."


def _one(facts: AreaFacts) -> bool:
    return sum(value > 0.0 for value in facts.causes_km2.values()) == 1


def _all_of(some: int, whole: int) -> str:
    if some == whole:
        return {1: "its programme has", 2: "both programmes have"}.get(whole, f"all {whole} programmes have")
    return f"{some} of the {whole} programmes {'has' if some == 1 else 'have'}"


def _next(facts: AreaFacts) -> Iterator[str]:
    way, currency = facts.next_way, facts.currency
    if way is not None:
        yield say.next_step(way, currency, f"with {say.place(way)}", say.supply(way, currency))
        verdict = say.elsewhere(way, facts.objective, bool(facts.area["met"]))
        if verdict:
            yield verdict
    if facts.consents:
        yield say.consents(facts.consents, currency, facts.objective, lambda _: "it")
    if facts.unpaid is not None and way is None:
        yield (
            f"No programme may pay for what has consent; cheapest would be {say.place(facts.unpaid)}, at "
            f"{say.rate(facts.unpaid, currency)}."
        )
    if way is None and not facts.consents and facts.unpaid is None:
        yield "Only another asset, a longer range or a nearer base would change that."

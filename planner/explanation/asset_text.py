"""An asset or sensor in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from planner.explanation import change_words
from planner.explanation import words as say
from planner.explanation.asset import AssetFacts
from planner.results.plain_text import figure, safe


def asset_sentences(facts: AssetFacts) -> Iterator[str]:
    """What it has and does, who pays, where it could and may work, what more of it would bring."""
    yield _supply(facts)
    yield from _work(facts)
    yield from _why_there(facts)
    yield _reach(facts)
    yield from _unpaid(facts)
    yield from _unit(facts)
    yield _price(facts)
    if facts.increase is not None:
        more = facts.increase
        how = f"in {safe(more.area)}{f' from {safe(more.base)}' if more.base else ''}"
        plan = facts.currency, facts.objective, facts.ratio
        yield change_words.increase(more, facts.with_increase, plan, f"with it {how}")
    text = change_words.access(
        facts.access, facts.objective, facts.ratio, f"in {_denied(facts)}", facts.names
    )
    if text:
        yield text


def _supply(facts: AssetFacts) -> str:
    asset = facts.asset
    one, many = say.KIND_WORDS.get(str(asset["kind"]), ("asset", "assets"))
    units = f"{asset['units']:g} {one if asset['units'] == 1 else many}"
    based = f", based at {say.together(facts.bases, 5)}" if facts.bases else ""
    whose = f"{units} of operator {safe(asset['operator'])}{based}"
    who = f"{safe(asset['name'])} ({safe(asset['asset_id'])}): {whose}"
    has, used = float(asset["hours"]), float(asset["used_hours"])
    if has <= 0.0:
        return f"{who}, with no hours."
    if say.none_left(has - used, has):
        return f"{who}, with {say.hours(has)}, all of which the plan uses."
    if used <= 0.0:
        return f"{who}, with {say.hours(has)}, none of which the plan uses."
    return (
        f"{who}, with {say.hours(has)}, of which the plan uses {say.hours(used)} ({say.share(used / has)})."
    )


def _work(facts: AssetFacts) -> Iterator[str]:
    if facts.work.empty:
        return
    by_area = facts.work.groupby("area", sort=False)["mission_hours"].sum().sort_values(ascending=False)
    total = float(by_area.sum())
    parts = [
        f"{safe(area)} ({say.hours(hours)}{f', {say.share(hours / total)}' if total > 0.0 else ''})"
        for area, hours in by_area.items()
    ]
    if len(parts) == 1:
        parts = [safe(by_area.index[0])]
    if facts.payers.empty:
        yield f"It works in {say.together(parts)}, at no cost."
        return
    paid = [
        f"{safe(name)} ({say.money(amount, facts.currency)})"
        for name, amount in zip(facts.payers["programme"], facts.payers["amount"], strict=True)
    ]
    yield f"It works in {say.together(parts)}, paid by {say.together(paid)}."


def _why_there(facts: AssetFacts) -> Iterator[str]:
    """What the next hour counts where it works most, and where it would count most of the areas left out."""
    if facts.work.empty or facts.objective == "fair":
        return
    worked = facts.work.groupby("area_id")["mission_hours"].sum().sort_values(ascending=False)
    rows = facts.reach[facts.reach["access"] & facts.reach["payable"]]
    rows = rows.sort_values("counts_per_hour", ascending=False, kind="stable")
    most = rows[rows["area_id"] == worked.index[0]]
    others = rows[~rows["area_id"].isin(worked.index)]
    if others.empty or most.empty:
        return
    here, best = most.iloc[0], others.iloc[0]
    if best["counts_per_hour"] > here["counts_per_hour"]:
        return
    yield (
        f"The next hour counts {figure(here['counts_per_hour'])} risk-weighted km² in {safe(here['area'])} "
        f"(risk weight {figure(here['risk_weight'])}), and at most {figure(best['counts_per_hour'])} in the "
        f"areas where it may work but does not (the best: {safe(best['area'])}, risk weight "
        f"{figure(best['risk_weight'])})."
    )


def _reach(facts: AssetFacts) -> str:
    whole, reach = say.number(facts.n_areas, "area"), facts.reach
    if reach.empty:
        return f"Of {whole} it reaches none with time left to search."
    reaches = f"Of {whole} it reaches {len(reach):,}"
    may = reach[reach["access"]]
    if len(may) == len(reach):
        return f"{reaches}, with access to {'it' if len(reach) == 1 else 'all of them'}."
    if may.empty:
        return f"{reaches}, but has no access to {_denied(facts)}."
    return f"{reaches}; it has access to {len(may):,}, but not to {_denied(facts)}."


def _denied(facts: AssetFacts) -> str:
    return say.together(facts.reach.loc[~facts.reach["access"], "area"].tolist())


def _unpaid(facts: AssetFacts) -> Iterator[str]:
    unpaid = facts.reach[facts.reach["access"] & ~facts.reach["payable"]]
    if len(unpaid):
        yield f"No programme may pay for it in {say.together(unpaid['area'].tolist())}."


def _unit(facts: AssetFacts) -> Iterator[str]:
    """What one unit more brings, with the money that there is and with new money."""
    if facts.unit is None and facts.unit_with_money is None:
        return
    gain = change_words.brings(facts.unit, facts.objective, facts.ratio)
    text = "One unit more, paid from the money that there is, would "
    text += f"{gain} ({change_words.plain_area(facts.unit)})" if gain and facts.unit else "bring nothing"
    where = change_words.places(facts.unit) if gain and facts.unit else ""
    text += f", most of it in {where}" if where else ""
    funded = change_words.brings(facts.unit_with_money, facts.objective, facts.ratio)
    if funded:
        new = say.money(facts.unit_money, facts.currency)
        text += f"; with {new} of new money for its hours it would {funded}"
    yield f"{text}."


def _price(facts: AssetFacts) -> str:
    price = float(facts.asset["shadow_price_km2_per_hour"])
    if price <= 0.0:
        idle = not say.none_left(facts.asset["hours"] - facts.asset["used_hours"], facts.asset["hours"])
        return f"The next hour of it would bring nothing{': some are left' if idle else ''}."
    rank = (
        f", the {say.ordinal(facts.price_rank)} of {facts.fleet_size} assets and sensors"
        if facts.fleet_size > 1
        else ""
    )
    return (
        f"The next hour alone counts {figure(price)} {say.UNITS[facts.objective]} (its shadow price){rank}."
    )

"""An asset or sensor in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from planner.explaining import words as say
from planner.explaining.explanation import AssetFacts
from planner.report.plain_text import figure, safe


def asset_sentences(facts: AssetFacts) -> Iterator[str]:
    """What it has and does, who pays, where it could and may work, what its hours are worth."""
    yield _supply(facts)
    yield from _work(facts)
    yield _reach(facts)
    yield from _unpaid(facts)
    yield _price(facts)
    way = facts.next_way
    if way is not None and facts.asset["hours"] > 0.0:
        how = f"in {safe(way.area)}{f' from {safe(way.base)}' if way.base else ''}"
        yield say.next_step(way, facts.currency, how, say.supply(way, facts.currency))
        verdict = say.elsewhere(way, facts.objective, way.area_id in facts.met)
        if verdict:
            yield verdict
    if facts.consents:
        areas = facts.reach.set_index("area_id")["area"]
        yield say.consents(
            facts.consents,
            facts.currency,
            facts.objective,
            lambda one: say.together([areas[each] for each in one.area_ids]),
        )


def _supply(facts: AssetFacts) -> str:
    asset = facts.asset
    one, many = say.KIND_WORDS.get(str(asset["kind"]), ("asset", "assets"))
    units = f"{asset['units']:g} {one if asset['units'] == 1 else many}"
    based = f", based at {say.together(facts.bases, 5)}" if facts.bases else ""
    what = f"{units} of operator {safe(asset['operator'])}{based}"
    who = f"{safe(asset['name'])} ({safe(asset['asset_id'])}): {what}"
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


def _reach(facts: AssetFacts) -> str:
    whole, reach = say.number(facts.n_areas, "area"), facts.reach
    if reach.empty:
        return f"Of {whole} it reaches none with time left to search."
    reaches = f"Of {whole} it reaches {len(reach):,}"
    may, may_not = reach[reach["access"]], reach[~reach["access"]]
    if may_not.empty:
        return f"{reaches}, with consent to work in {'it' if len(reach) == 1 else 'all of them'}."
    names = say.together(may_not["area"].tolist())
    if may.empty:
        return f"{reaches}, but has no consent to work in {names}."
    return f"{reaches}; it has consent in {len(may):,}, but not in {names}."


def _unpaid(facts: AssetFacts) -> Iterator[str]:
    unpaid = facts.reach[facts.reach["access"] & ~facts.reach["payable"]]
    if len(unpaid):
        yield f"No programme may pay for it in {say.together(unpaid['area'].tolist())}."


def _price(facts: AssetFacts) -> str:
    price = float(facts.asset["price_km2_per_hour"])
    if price <= 0.0:
        idle = not say.none_left(facts.asset["hours"] - facts.asset["used_hours"], facts.asset["hours"])
        return f"More hours of it would bring nothing{': some are left' if idle else ''}."
    unit = say.UNITS.get(facts.objective, "of the plan's objective")
    rank = f"{say.place_of(facts.price_rank)} of {facts.fleet_size}" if facts.fleet_size > 1 else ""
    beside = f", the {rank} assets and sensors" if rank else ""
    return f"One more hour of it would bring about {figure(price)} {unit}{beside}."

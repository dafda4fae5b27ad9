"""What another plan changes, in words: what it brings, where, with what, and what access would do."""

from __future__ import annotations

import math
from collections.abc import Mapping

from planner.explanation import words as say
from planner.explanation.checks import Access, Grant, largest
from planner.explanation.plans import Change
from planner.explanation.rates import Increase
from planner.results.plain_text import percent, safe

HALF_KM2 = 0.5
"""Less water than this is none: it would be shown as 0 km²."""


def brings(change: Change | None, objective: str, ratio: float) -> str:
    """What a plan certainly brings, as a verb with its object; "" if nothing.

    Args:
        change: of the other plan; None where there is none.
        objective: of both plans.
        ratio: smallest coverage / target of the plan that is explained, where it is fair.

    Returns:
        ``add 1,350 risk-weighted km² of coverage``, or the like.
    """
    if change is None:
        return ""
    if math.isfinite(change.ratio):
        before, after = percent(ratio), percent(change.ratio)
        return f"raise the smallest coverage / target from {before} to {after}" if before != after else ""
    if not change.least > 0.0 or change.gain < HALF_KM2:
        return ""
    if objective == "shortfall":
        return f"close {say.about(change.gain, say.UNITS[objective])}"
    return f"add {say.about(change.gain, say.UNITS[objective])} of coverage"


def plain_area(change: Change) -> str:
    """Water that is covered more or less, whatever its risk: ``1,160 km² more in plain area``."""
    more = change.covered_km2
    return f"{say.about(abs(more))} {'more' if more >= 0.0 else 'less'} in plain area"


def places(change: Change, sign: float = 1.0, but: str = "") -> str:
    """Where water is covered more, or less: ``Fiji (1,200 km²) and Tonga (30 km²)``; "" where by chance."""
    if not change.clear and not math.isfinite(change.ratio):
        return ""
    table = change.areas[(change.areas["area_id"] != but) & (change.areas["change_km2"].abs() >= HALF_KM2)]
    rows = largest(table, "change_km2", sign)
    return say.together([f"{safe(row['area'])} ({say.about(row['size'])})" for row in rows])


def work(change: Change, area_id: str = "") -> str:
    """Whose hours are added, all over or in an area: ``Patrol boat (240 h more)``; "" if nobody's."""
    table = change.hours if not area_id else change.hours[change.hours["area_id"] == area_id]
    parts = []
    for row in largest(table, "change"):
        where = "" if area_id else f" in {safe(row['area'])}"
        parts.append(f"{safe(row['asset'])}{where} ({say.about(row['size'], 'h')} more)")
    return say.together(parts)


def increase(
    more: Increase, change: Change | None, plan: tuple[str, str, float], how: str, supply: bool = True
) -> str:
    """What covering more takes at the least cost, and the plan that has it on top.

    Args:
        more: the increase.
        change: of the plan with its hours and its money on top; None where it does not cover as much.
        plan: currency, objective and smallest coverage / target of the plan.
        how: with what, where: ``with Patrol boat from Harbour``.
        supply: whether to say what the plan leaves of hours and money.
    """
    currency, objective, ratio = plan
    paid = say.money(more.cost, currency) if more.cost > 0.0 else "no money"
    time = say.often(more.missions, "scene") if more.kind == "satellite" else say.hours(more.hours)
    text = f"More coverage is cheapest {how}: about {time} and {paid} for {say.km2(more.km2)} more"
    if supply:
        text += f"; {say.supply(more, currency)}"
    if change is None:
        return f"{text}."
    gain = brings(change, objective, ratio)
    in_all = f" and would {gain} in all" if gain else ""
    return f"{text}. A plan with that on top covers as much more there{in_all}."


def access(found: Access, objective: str, ratio: float, where: str, names: Mapping[str, str]) -> str:
    """What missing access would change, from the plans with it; "" where none is missing.

    Args:
        found: what was planned.
        objective: of the plan.
        ratio: smallest coverage / target of the plan, if it is fair.
        where: "there", or the like.
        names: of assets.
    """
    if not found.grants:
        return ""
    first = found.grants[0]
    all_of_them = f"the {len(found.grants)} operators that lack it"
    whom = f"operator {safe(first.operator)}" if len(found.grants) == 1 else all_of_them
    if found.all_of_them is None:
        return f"No plan was found with access for {whom}."
    gain = brings(found.all_of_them, objective, ratio)
    could = _could(first, where, names)
    if not gain:
        return f"Access for {whom} would change nothing now: a plan with it is no better. {could}"
    alone = brings(first.change, objective, ratio)
    if not alone:
        return f"Access for {whom} together would {gain}."
    return f"Access for operator {safe(first.operator)} would {alone}. {could}"


def _could(grant: Grant, where: str, names: Mapping[str, str]) -> str:
    only = ""
    if grant.only_km2 >= (1.0 - say.NOTHING_LEFT) * grant.reached_km2:
        only = ", which nobody else may"
    elif grant.only_km2 >= 1.0:
        only = f", {say.km2(grant.only_km2)} of which nobody else may"
    who = say.together([names[one] for one in grant.asset_ids])
    return f"{who} could watch {say.km2(grant.reached_km2)} {where}{only}."

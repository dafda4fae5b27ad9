"""Words and numbers of the sentences that explain a plan; names from the input never steer a terminal."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from planner.explaining.explanation import Consent, Way
from planner.report.plain_text import count, figure, safe

CAUSE_WORDS = {
    "out_of_range": "nothing that could be paid for reaches the water",
    "no_access": "no consent for what reaches the water",
    "asset_hours": "too few hours",
    "budget": "too little money",
    "not_prioritised": "hours and money are left, but the plan prefers other water",
}
KIND_WORDS = {
    "vessel": ("vessel", "vessels"),
    "aircraft": ("aircraft", "aircraft"),
    "uncrewed_aircraft": ("uncrewed aircraft", "uncrewed aircraft"),
    "fixed": ("fixed sensor", "fixed sensors"),
    "satellite": ("satellite tasking", "satellite taskings"),
}
UNITS = {"coverage": "risk-weighted km²", "shortfall": "weighted km² of shortfall"}
"""What a price counts, by the plan's objective."""
BALANCE = 0.02
"""Worth elsewhere and worth here differ by less than this part: the plan is in balance."""
ALIKE_PRICE = 0.005
"""Prices of money that differ by less than this part are the same to three digits."""
MOST_TIMES = 100.0
MOST_NAMES = 3
NOTHING_LEFT = 1e-3
"""Less than this part of the hours or the money is none left."""


def number(value: int, one: str, many: str = "") -> str:
    """``1 asset``, ``3 assets``, ``no assets``."""
    if value == 0:
        return f"no {many or one + 's'}"
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def have(value: int) -> str:
    """``1 has``, ``3 have``, ``none has``."""
    if value == 0:
        return "none has"
    return f"{value:,} {'has' if value == 1 else 'have'}"


def together(names: Sequence[object], most: int = MOST_NAMES) -> str:
    """``a``, ``a and b``, ``a, b and 4 more``; one that is left over is named."""
    shown = [safe(name) for name in names]
    if len(shown) > most + 1:
        shown = [*shown[:most], f"{len(shown) - most} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""


def money(value: float, currency: str) -> str:
    """An amount with its currency; three digits where it is small."""
    return f"{safe(currency)} {count(value) if abs(value) >= 100.0 else figure(value)}"  # noqa: PLR2004


def km2(value: float) -> str:
    """Water."""
    return f"{count(value) if value >= 1.0 or value == 0.0 else figure(value)} km²"


def place_of(rank: int) -> str:
    """``most valuable``, ``2nd most valuable``, ``11th most valuable``."""
    if rank == 1:
        return "most valuable"
    ending = "th" if rank % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{ending} most valuable"


def share(part: float) -> str:
    """A share in whole per cent; what is not all or nothing is not shown as such."""
    if 0.0 < part < 0.01:  # noqa: PLR2004
        return "under 1%"
    return f"{min(math.floor(100.0 * part + 0.5), 99 if part < 1.0 else 100)}%"


def hours(value: float) -> str:
    """Hours."""
    return f"{figure(value)} h"


def often(value: float, one: str) -> str:
    """How many missions or scenes, in three digits: ``0.31 missions``."""
    return f"{figure(value)} {one if abs(value - 1.0) < 0.005 else one + 's'}"  # noqa: PLR2004


def all_used(used: pd.Series, whole: pd.Series) -> pd.Series:
    """Where nothing is left of hours or money, row by row."""
    return used >= (1.0 - NOTHING_LEFT) * whole


def none_left(left: float, whole: float) -> bool:
    """Whether what is left of hours or money is nothing."""
    return left <= NOTHING_LEFT * whole


def causes(parts: Mapping[str, float]) -> str:
    """Causes of a shortfall, largest first, with their shares: ``too little money (62%)``."""
    whole = sum(parts.values())
    ranked = sorted((item for item in parts.items() if item[1] > 0.0), key=lambda item: -item[1])
    shown = [f"{CAUSE_WORDS[cause]} ({share(value / whole)})" for cause, value in ranked]
    return together(shown, len(shown))


def place(way: Way) -> str:
    """The asset of a way and where it starts."""
    return f"{safe(way.asset)} from {safe(way.base)}" if way.base else safe(way.asset)


def rate(way: Way, currency: str) -> str:
    """What a way takes for water: ``52 h and USD 40,000 for 1,000 km² more``."""
    cost = money(way.cost_per_1000_km2, currency) if way.cost_per_1000_km2 > 0.0 else "no money"
    return f"about {hours(way.hours_per_1000_km2)} and {cost} for 1,000 km² more"


def time_left(way: Way) -> str:
    """Whether there are hours for a way, as a clause."""
    if none_left(way.hours_left, way.hours):
        return "its hours are all in use"
    return f"{hours(way.hours_left)} of its {hours(way.hours)} are left"


def supply(way: Way, currency: str) -> str:
    """Whether there are hours and money for a way, as a clause."""
    time = time_left(way)
    if not way.programme_id:
        return time
    left = money(way.budget_left, currency)
    spent = none_left(way.budget_left, 1.0) or way.budget_left < 1.0
    purse = "has nothing left" if spent else f"has {left} left"
    return f"{time}, and {safe(way.programme)}, which may pay, {purse}"


def next_step(way: Way, currency: str, how: str, left: str) -> str:
    """The next way as a sentence: how, what it takes, and whether there are hours and money for it."""
    return f"More coverage is cheapest {how}: {rate(way, currency)}; {left}."


def elsewhere(way: Way, objective: str, met: bool) -> str:
    """Why the plan does not go on with a way, as a sentence; empty where nothing is known.

    Args:
        way: the next way.
        objective: of the plan.
        met: whether the target of the way's area is met.
    """
    times = way.times_elsewhere
    if objective == "shortfall" and met:
        return "More would not count: the target is met, and the plan looks at targets only."
    if math.isinf(times):
        return "More coverage there counts for nothing in this plan: its risk weight is 0."
    if math.isnan(times):
        return ""
    if times > 1.0 + BALANCE:
        return f"The same hours and money bring {as_much(times)} elsewhere, so the plan leaves it at that."
    return (
        "The same hours and money bring just as much elsewhere, so it takes more of them, not another plan, "
        "to cover more."
    )


def consents(found: Sequence[Consent], currency: str, objective: str, where: Callable[[Consent], str]) -> str:
    """What missing consent would change, as a sentence about the most useful one.

    Args:
        found: what operators without consent could do, the most useful first; at least one.
        currency: of the plan.
        objective: of the plan.
        where: the water of a consent, as "it" or the names of areas.
    """
    first = found[0]
    operator, times = f"operator {safe(first.operator)}", first.way.times_elsewhere
    only = ""
    if first.only_km2 >= (1.0 - NOTHING_LEFT) * first.reached_km2:
        only = ", which nobody else may"
    elif first.only_km2 >= 1.0:
        only = f", {km2(first.only_km2)} of which nobody else may"
    could = f"{place(first.way)} could watch {km2(first.reached_km2)} of {where(first)}{only}"
    takes = rate(first.way, currency)
    if math.isfinite(times) and times < 1.0 - BALANCE:
        most, unit = first.most_added, UNITS.get(objective, "")
        added = f", and would add {figure(most)} {unit} at most" if math.isfinite(most) and unit else ""
        return f"Consent for {operator} could help: {could}, at {takes}{added}."
    if all(one.least_times >= 1.0 - BALANCE for one in found):
        whom = f"the {len(found)} operators that lack it" if len(found) > 1 else operator
        best = (
            f"the best of them, {place(first.way)}, takes" if len(found) > 1 else f"{place(first.way)} takes"
        )
        if math.isinf(times):
            return f"Consent for {whom} would change nothing: more coverage there counts for nothing."
        return (
            f"Consent for {whom} would change little now: {best} {takes}, and that brings "
            f"{as_much(times)} elsewhere."
        )
    return f"Consent is missing for {operator}: {could}, at {takes}."


def as_much(times: float) -> str:
    """``1.4 times as much``."""
    if times > MOST_TIMES:
        return f"over {MOST_TIMES:.0f} times as much"
    return f"{figure(times)} times as much" if times > 1.0 + BALANCE else "just as much"

"""Words and numbers of the sentences that explain a plan; names from the input never steer a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from planner.explanation.rates import Increase
from planner.results.plain_text import count, figure, safe
from planner.results.plain_text import words as plain_words

CAUSE_WORDS = {
    "out_of_range": "nothing that could be paid for reaches the water",
    "no_access": "no access for what reaches the water",
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
UNITS = {
    "coverage": "risk-weighted km²",
    "shortfall": "weighted km² of shortfall",
    "fair": "risk-weighted km²",
}
"""What the objective counts."""
MOST_NAMES = 3
NOTHING_LEFT = 1e-3
"""Less than this part of the hours or the money is none left."""
SMALL = 0.01
"""A gain below this part of what it is compared with is small."""


def number(value: int, one: str, many: str = "") -> str:
    """``1 asset``, ``3 assets``, ``no assets``."""
    if value == 0:
        return f"no {many or one + 's'}"
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def have(value: int) -> str:
    """``1 has``, ``3 have``, ``none has``."""
    return "none has" if value == 0 else f"{value:,} {'has' if value == 1 else 'have'}"


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


def about(value: float, unit: str = "km²") -> str:
    """A figure of three digits that differs from plan to plan within their optimality gaps."""
    rounded = float(f"{value:.3g}") if math.isfinite(value) else value
    return f"{figure(rounded)} {unit}"


def hours(value: float) -> str:
    """Hours."""
    return f"{figure(value)} h"


def ordinal(rank: int) -> str:
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
    """Causes of a shortfall, largest first, with their shares: ``this cause: too little money (62%)``."""
    whole = sum(parts.values())
    ranked = sorted((item for item in parts.items() if item[1] > 0.0), key=lambda item: -item[1])
    shown = [
        f"{CAUSE_WORDS.get(cause, plain_words(cause))} ({share(value / whole)})" for cause, value in ranked
    ]
    return f"{'this cause' if len(shown) == 1 else 'these causes'}: {together(shown, len(shown))}"


def place(more: Increase) -> str:
    """The asset of an increase and where it starts."""
    return f"{safe(more.asset)} from {safe(more.base)}" if more.base else safe(more.asset)


def takes(time: float, cost: float, currency: str) -> str:
    """Hours and money: ``52.0 h and USD 40,000``."""
    return f"{hours(time)} and {money(cost, currency) if cost > 0.0 else 'no money'}"


def supply(more: Increase, currency: str) -> str:
    """Whether there are hours and money for an increase today, as a clause."""
    time = f"{hours(more.hours_left)} of its {hours(more.all_hours)} are unused"
    if none_left(more.hours_left, more.all_hours):
        time = "its hours are all in use"
    if not more.programme_id:
        return time
    left = "has nothing left" if more.budget_left < 1.0 else f"has {money(more.budget_left, currency)} left"
    return f"{time}, and {safe(more.programme)}, which may pay, {left}"

"""Words and numbers of the sentences that explain a plan; names from the input never steer a terminal."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pandas as pd

from planner.explanation.plans import Change, Facts
from planner.features.fleet import UNITS_OF_WORK
from planner.frames import numbers
from planner.results.palette import CAUSE_COLOURS
from planner.results.plain_text import count, figure, listed, percent, safe

MOST_NAMES = 3
NOTHING_LEFT = 1e-3
"""Less than this part of the hours or the money is none left."""
SMALL = 0.01
"""A difference below this part of what it is compared with is small."""
CLEAR = 3.0
"""A difference of so many times what the optimality gaps leave open is clear."""
OF_IT, WITH_IT = "of it", "with it"
"""What more is covered of, or with: the area, or the asset, that is spoken of and so not named again."""
ALL_COVERED = 5e-4
"""Less than this part of the water of an area is none: all of it is covered, 100.0% in print."""
HALF_KM2 = 0.5
"""Less water than this is none: it would be shown as 0 km²."""


def number(value: int, one: str, many: str = "") -> str:
    """``1 asset``, ``3 assets``, ``no assets``."""
    return f"{value:,}" * (value > 0) + "no" * (value == 0) + f" {one if value == 1 else many or one + 's'}"


def together(names: Sequence[object], most: int = MOST_NAMES) -> str:
    """``a``, ``a and b``, ``a, b and 4 more``; one that is left over is named."""
    shown = [safe(name) for name in names]
    if len(shown) > most + 1:
        shown = [*shown[:most], f"{len(shown) - most} more"]
    return listed(shown)


def money(value: float, currency: str) -> str:
    """An amount with its currency; three digits where it is small."""
    return f"{safe(currency)} {count(value) if abs(value) >= 100.0 else figure(value)}"  # noqa: PLR2004


def km2(value: float) -> str:
    """Water."""
    return f"{count(value) if value >= 1.0 or value == 0.0 else figure(value)} km²"


def about(value: float) -> str:
    """A figure of three digits: the rest differs from plan to plan within their optimality gaps."""
    return figure(float(f"{value:.3g}"))


def hours(value: float) -> str:
    """Hours."""
    return f"{figure(value)} h"


def hours_there(value: float) -> str:
    """Hours in an area; a sensor that watches several areas counts its hours in the one that pays."""
    return hours(value) if value > 0.0 else "whose hours count in another area"


def share(part: float) -> str:
    """A share in whole per cent; what is not all or nothing is not shown as such."""
    if 0.0 < part < 0.01:  # noqa: PLR2004
        return "under 1%"
    return f"{min(math.floor(100.0 * part + 0.5), 99 if part < 1.0 else 100)}%"


def often(value: float, one: str) -> str:
    """How many missions or scenes, in three digits; less than one is not counted in digits."""
    if 0.0 < value < 1.0:
        return f"less than one {one}"
    return f"{figure(value)} {one if abs(value - 1.0) < 0.005 else one + 's'}"  # noqa: PLR2004


def none_left(left: float, whole: float) -> bool:
    """Whether what is left of hours or money is nothing."""
    return left <= NOTHING_LEFT * whole


def used_up(used: pd.Series, whole: pd.Series, what: str) -> str:
    """``15 of them have no hours left``; none and all in words."""
    some = int((used >= (1.0 - NOTHING_LEFT) * whole).sum())
    if some == len(used):
        return f"{'it has' if some == 1 else 'all of them have'} no {what} left"
    if some == 0:
        return f"{'it still has' if len(used) == 1 else 'all of them still have'} {what}"
    return f"{some} of them {'has' if some == 1 else 'have'} no {what} left"


def use(used: float, whole: float, show: Callable[[float], str]) -> str:
    """What the plan uses of hours or money: ``The plan uses 12 h of it (40%)``, or all or none."""
    if none_left(whole - used, whole):
        return "The plan uses all of it."
    if used <= 0.0:
        return "The plan uses none of it."
    return f"The plan uses {show(used)} of it ({share(used / whole)})."


def paid(table: pd.DataFrame, name: str, currency: str) -> str:
    """Who pays how much, or for what: ``Fund A (USD 300) and Fund B (USD 20)``."""
    return together([f"{row[name]} ({money(row['amount'], currency)})" for row in table.to_dict("records")])


def paid_by(change: Change, area_id: str, currency: str) -> str:
    """Whose money another plan spends more in an area: ``, paid by Fund A (USD 300 more)``, or nothing.

    Only what all spend more where one pays what another paid before: that says nothing of the area.
    """
    here = change.spent[change.spent["area_id"] == area_id]
    more, net = here[here["change"] >= 1.0], float(here["change"].sum())
    if net < 1.0:
        return ""
    if net < (1.0 - SMALL) * float(more["change"].sum()):
        return f", for {money(net, currency)} more"
    names = [f"{row['programme']} ({money(row['change'], currency)} more)" for row in more.to_dict("records")]
    return f", paid by {together(names)}"


def causes(parts: pd.Series) -> str:
    """Causes of a shortfall with their shares, the largest first: ``budget (62%)``."""
    ranked = parts[parts > 0.0].sort_values(ascending=False) / parts.sum()
    told = [f"{CAUSE_COLOURS[str(one)][1]} ({share(part)})" for one, part in ranked.items()]
    return together(told, len(parts))


def effect(change: Change, but: str = "") -> str:
    """What another plan certainly does to the objective, and where: ``cover 90 risk-weighted km² more ...``.

    ``but`` is the id of an area that is not named.
    """
    if all(map(math.isfinite, change.ratios)):
        before, after = (percent(one) for one in change.ratios)
        if before == after:
            return f"leave the smallest coverage / target at {before}"
        return f"change the smallest coverage / target from {before} to {after}"
    if change.least <= 0.0 <= change.most:
        return "be about as good as now"
    size = " to ".join(about(one) for one in sorted((abs(change.least), abs(change.most))))
    if abs(change.gain) > CLEAR * (change.most - change.least):
        size = about(abs(change.gain))
    better = change.gain > 0.0
    where = places(change, 1.0 if better else -1.0, but)
    if change.pays:
        text = (
            f"be {'better' if better else 'worse'} by {size} risk-weighted km² in the objective and penalties"
        )
    elif change.objective == "shortfall":
        text = f"miss {size} risk-weighted km² {'less' if better else 'more'} in the objective"
    else:
        text = f"cover {size} risk-weighted km² {'more' if better else 'less'} in total"
    return text + (f"; coverage would {'rise' if better else 'fall'} most in {where}" if where else "")


def places(change: Change, sign: float = 1.0, but: str = "") -> str:
    """Where most water is covered more, or less: ``Fiji (1,200 km²) and Tonga (30 km²)``."""
    rows = _largest(change.areas[change.areas["area_id"] != but], sign, HALF_KM2)
    return together([f"{safe(row['area'])} ({about(row['size'])} km²)" for row in rows])


def work(change: Change, area_id: str = "") -> str:
    """Whose hours are added, all over or in an area: ``Patrol boat (240 h more)``."""
    table = change.hours[change.hours["area_id"] == area_id] if area_id else change.hours
    rows = [(row, "" if area_id else f" in {safe(row['area'])}") for row in _largest(table)]
    return together([f"{safe(row['asset'])}{where} ({about(row['size'])} h more)" for row, where in rows])


def by_whom(change: Change, area_id: str, currency: str) -> str:
    """Whose hours are added in an area, and who pays: `` with Patrol boat (240 h more), paid by ...``."""
    done = work(change, area_id)
    return (f" with {done}" if done else "") + paid_by(change, area_id, currency)


def means(of_hours: float, cost: float, currency: str) -> str:
    """Hours and money: ``240 h and USD 100,000``."""
    return f"{hours(of_hours)} and {money(cost, currency)}"


def operators(names: Iterable[str], most: int = MOST_NAMES) -> str:
    """``operator fji``, ``operators fji and ton``."""
    known = sorted(set(names))
    return f"{'operator' if len(known) == 1 else 'operators'} {together(known, most)}"


def _largest(table: pd.DataFrame, sign: float = 1.0, least: float = 0.0) -> list[dict[Any, Any]]:
    """The two largest changes of one sign, with ``size``; not those below a tenth of the largest."""
    ranked = table.assign(size=sign * numbers(table["change"])).sort_values("size", ascending=False)
    kept = ranked[(ranked["size"] > least) & (ranked["size"] >= 0.1 * ranked["size"].max())]
    return list(kept.head(2).to_dict("records"))


def increase(facts: Facts, what: str) -> Iterator[str]:
    """The cheapest way to cover more of something, or with it, and whether hours and money are left."""
    more, currency = facts["increase"], facts["currency"]
    if more is None:
        return
    amount = often(more.missions, "scene") if UNITS_OF_WORK.get(more.kind) == "scene" else hours(more.hours)
    left = f"{hours(more.hours_left)} of its {hours(more.all_hours)} are unused"
    if none_left(more.hours_left, more.all_hours):
        left = "All its hours are in use"
    if more.cost > 0.0:
        amount += f" and {money(more.cost, currency)}"
        funds = "nothing" if more.money_left < 1.0 else money(more.money_left, currency)
        has = f"which may pay, {'has' if len(more.payers) == 1 else 'have'} {funds} left"
        left += f"; {together(more.payers)}, {has}" if more.payers else "; no programme may pay for it"
    verb = "see" if more.sees else "cover"
    counts = " (what is seen counts in full only where it is answered)" if more.sees else ""
    where = "" if what == OF_IT else f" in {safe(more.area)}"
    where += "" if what == WITH_IT else f" with {safe(more.asset)}"
    where += f" from {safe(more.base)}" if more.base else ""
    yield (
        f"With the rest of the plan unchanged, the cheapest way to {verb} {km2(more.km2)} more {what} in one "
        f"place{counts} is{where}: {amount}. {left}."
    )

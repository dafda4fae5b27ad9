"""What summary and page say of a plan in sentences, from its tables and from what ``run.json`` says."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from planner.results.goodness import COVERAGE, SCALE_OF, goodness
from planner.results.plain_text import count, figure, often, percent, safe, things
from planner.results.results import Results
from planner.solve.solver import Status

SAID = {
    COVERAGE: "{} of all water covered",
    "risk_weighted_coverage": "risk-weighted coverage {}",
    "targets_reached": "{} of the targets covered, weighted by risk",
    "smallest_ratio": "every area with a target has at least {} of it covered",
}
"""How a share is said."""
NOTHING = {
    "risk_weighted_coverage": "no water has a risk weight above 0, so that no coverage counts",
    "targets_reached": "no area with a risk weight above 0 has a target",
    "smallest_ratio": "nothing usable reaches any area with a target",
}
"""What is said where there is nothing of which a share could be told."""

COUNTED = "counts a detection in full only where it can be answered"
"""What coverage does in cases with ``[response]``."""
HELD = (
    "Every area keeps the share of its target that it has: a fair plan with more would raise the smallest "
    "shares first, and may cover less in all."
)
"""What the shadow prices of fair plans hold on to."""


def in_words(results: Results) -> str:
    """What the plan makes best, as a share."""
    scale, left_out = SCALE_OF[results.objective], results.fairness.left_out if results.fairness else ()
    found = goodness(results)
    if math.isnan(found[scale]):
        return NOTHING[scale]
    without = f" ({things(len(left_out), 'area')} left out)" if left_out else ""
    if results.objective == "fair" and found[scale] >= 1.0:
        return f"every area with a target meets it{without}"
    return SAID[scale].format(percent(found[scale])) + without


def gains_of(gains: pd.DataFrame) -> pd.Series:
    """What a million more gains by ``programme_id``, of the table ``gains``; NaN where no plan was found."""
    found = gains.set_index("programme_id")
    gain = found["gain_of_next_million_km2"]
    return gain.mask((gain <= 0.0) & (found["status"] != Status.OPTIMAL))


def range_in_words(table: pd.DataFrame, run: Mapping[str, Any]) -> str:
    """What the coverage of a plan rests on, by the table ``range`` and ``run.json``."""
    known = run.get("uncertain_figures")
    if table.empty and known == 0:
        return (
            "How sure this is, is not known: no figure of the case has a range (columns such as "
            "sweep_width_nm_low and sweep_width_nm_high give one)."
        )
    if table.empty:
        figures = f"the {count(known)} figures that have ranges" if known else "the ranges of figures"
        figures = "the one figure that has a range" if known == 1 else figures
        return f"How far this varies with {figures} is not known here; planner sensitivity finds it."
    first = table.iloc[0]
    parts = [
        SAID[row["figure"]].format(f"{percent(row['p5'])} to {percent(row['p95'])}")
        + f" ({percent(row['as_it_stands'])} with the figures as they are)"
        for row in table.to_dict("records")
    ]
    lost, some = first["draws"] - first["planned"], first["uncertain_figures"]
    have = "has" if lost == 1 else "have"
    figures = "1 figure has a range" if some == 1 else f"{count(some)} figures have ranges"
    return (
        f"What this rests on: {figures}. In {first['draws']} draws from {'it' if some == 1 else 'them'}, "
        f"planned at cells of {first['spacing_nm']:g} nm, the 5th to 95th percentile is: {'; '.join(parts)}"
        f"{f'; {lost} {have} no plan' if lost else ''}."
    )


def held_in_words(least: float, most: float, unit: str = "") -> str:
    """How far a shadow price holds: for how much more of its limit; empty where that is not known."""
    end = f" {unit}" if unit else ""
    if not math.isfinite(least):
        return ""
    return (
        f"{figure(least)} to {figure(most)}{end}" if math.isfinite(most) else f"at least {figure(least)}{end}"
    )


def response_in_words(table: pd.DataFrame, run: Mapping[str, Any], currency: str) -> str:
    """How much of what is seen is answered, by what, and what that means; empty without ``[response]``.

    Args:
        table: the table ``response``.
        run: what ``run.json`` says, for ``response``.
        currency: of the money.
    """
    whole = table[table["level"] == "all"].sum(numeric_only=True)
    if table.empty:
        return ""
    if not whole["visits"] > 0.0:
        return "No stays of vessels are expected, so that every detection counts in full."
    detected, answered = count(whole["detected"]), count(whole["answered"])
    share = percent(whole["answered"] / whole["detected"]) if whole["detected"] > 0.0 else "-"
    answered = "all of these" if answered == detected != "0" else f"{answered} of these ({share})"
    text = (
        f"Of {count(whole['visits'])} stays of vessels, {detected} {'is' if detected == '1' else 'are'} "
        f"detected, and "
        f"{answered} can be answered, with {count(whole['boardings'])} boardings"
    )
    if whole["trips"] > 0.0:
        cost = f"{count(whole['trip_cost'] / whole['trips'])} {currency}"
        text += f", for which boats go out on {often(whole['trips'])} trips of their own at {cost} each"
    elif whole["boardings"] > 0.0:
        text += ", all by boats on patrol"
    need = run.get("response")
    if not need:
        return f"{text}."
    return (
        f"{text}. Of detections, {percent(need['boarding_share'])} call for a boarding, and all are answered "
        f"where these are boarded: by boats on patrol, or within {need['response_time_h']:g} hours, in "
        f"which boats could be there for {percent(need['stays_in_time'])} of all stays, detected or not."
    )


def risk_in_words(run: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each layer and period of risk.csv, from what ``run.json`` says of them."""
    for row in run.get("risk_layers") or ():
        name = ", ".join(filter(None, ["risk.csv", row["layer"] and f"layer {row['layer']}", row["period"]]))
        weighs = "replaces" if row["mode"] == "replace" else "multiplies"
        gives = ("weights", f"{weighs} the areas' weights"), ("visits", "gives the visits")
        does = " and ".join(text for what, text in gives if row.get(what, what == "weights"))
        near = f"{things(row['cells_by_nearest'], 'cell')} with one within {figure(row['reach_nm'])} nm"
        yield (
            f"{safe(name)} {does} in {things(row['cells_with_places'], 'cell')} "
            f"with places and {near}; it says nothing of {things(row['cells_without'], 'cell')}"
        )

"""What maps can show: the field of each, and its colours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from planner.charts.map_values import Shown
from planner.charts.palette import (
    CAUSE_COLOURS,
    CIVIDIS,
    LESS_MORE,
    RATIOS,
    SHARES,
    TOWARDS,
    VIRIDIS,
    even_edges,
)
from planner.charts.spec import Spec
from planner.frames import numbers

POINTS = (-0.1, -0.03, -0.005, 0.005, 0.03, 0.1)
"""Edges of the classes of differences of POD."""


@dataclass(frozen=True)
class Theme:
    """What a map shows.

    Attributes:
        name: of its figure.
        label: a word for a choice of maps.
        title, note, legend: in words.
        colour: the encoding of its colours.
        unit: "cells" or "areas", whichever the figure for print shows.
    """

    name: str
    label: str
    title: str
    note: str
    legend: str
    colour: Callable[[Shown], Spec]
    unit: str = "cells"


def _classes(field: str, edges: tuple[float, ...], colours: tuple[str, ...], form: str) -> Spec:
    scale = {"type": "threshold", "domain": list(edges), "range": list(colours)}
    legend = {"type": "symbol", "format": form}
    return {"field": field, "type": "quantitative", "scale": scale, "legend": legend}


def _risk(found: Shown) -> Spec:
    edges = even_edges(numbers(found.tables["cells"]["risk"]), len(CIVIDIS))[1:-1]
    steps = np.linspace(0, len(CIVIDIS) - 1, len(edges) + 1).round().astype(int)
    if not edges:
        weight = f"{found.tables['cells']['risk'].max():g}"
        scale = {"domain": [float(weight)], "range": [CIVIDIS[-1]]}
        return {"field": "risk", "type": "nominal", "scale": scale}
    return _classes("risk", tuple(edges), tuple(CIVIDIS[step] for step in steps), "~r")


def _cause(_: Shown) -> Spec:
    scale = {word: colour for colour, word in CAUSE_COLOURS.values()}
    return _named("cause", scale)


def _named(field: str, scale: Mapping[str, str]) -> Spec:
    return {
        **{"field": field, "type": "nominal", "sort": list(scale)},
        "scale": {"domain": list(scale), "range": list(scale.values())},
    }


THEMES: Mapping[str, Theme] = {
    theme.name: theme
    for theme in (
        Theme(
            "map_pod",
            "Detection",
            "How likely a vessel is seen",
            "Probability that a vessel that stays in a cell for its dwell time is detected (POD).",
            "Probability of detection",
            lambda _: _classes("pod", SHARES[1:-1], VIRIDIS, "~%"),
        ),
        Theme(
            "map_target",
            "Against target",
            "Coverage against the target",
            "Coverage reached, as a share of each area's target.",
            "Share of the target reached",
            lambda _: _classes("reached", RATIOS[1:-1], TOWARDS, "~%"),
            "areas",
        ),
        Theme(
            "map_cause",
            "Cause",
            "Why water stays uncovered",
            "Largest cause of what is missing to the area's target, as all programmes together see it.",
            "Cause of the coverage gap",
            _cause,
        ),
        Theme(
            "map_risk",
            "Risk",
            "Where the risk lies",
            "Weight of a km² in the objective: what it costs to miss a vessel there, relative to weight 1.",
            "Risk weight",
            _risk,
        ),
        Theme(
            "map_who",
            "Operator",
            "Who watches where",
            "Who adds the most coverage factor: the area's own state, or another operator.",
            "Operator",
            lambda found: _named("operator", found.scales["operator"]),
        ),
        Theme(
            "map_asset",
            "Asset",
            "Which asset watches where",
            "Which asset or sensor adds the most coverage factor.",
            "Asset or sensor",
            lambda found: _named("asset", found.scales["asset"]),
        ),
    )
}
"""The maps of a plan, by name."""


PRINTED = tuple(name for name in THEMES if name != "map_asset")
"""The maps that are drawn for print."""


DIFFERENCE = Theme(
    "map_difference",
    "Difference",
    "What changes from the reference",
    "Chance of detection (POD), difference from the reference, in percentage points.",
    "Difference of POD",
    lambda _: _classes("difference", POINTS, LESS_MORE, "+~%"),
)

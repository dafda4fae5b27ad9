"""What maps can show: the field of each, and its colours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from planner.charts.map_values import Shown
from planner.charts.spec import Spec
from planner.frames import numbers
from planner.results.palette import (
    CAUSE_COLOURS,
    CIVIDIS,
    LESS_MORE,
    RATIOS,
    SHARES,
    TOWARDS,
    VIRIDIS,
    even_edges,
)

POINTS = (-0.1, -0.03, -0.005, 0.005, 0.03, 0.1)
"""Edges of the classes of differences of POD."""


@dataclass(frozen=True)
class Theme:
    """What a map shows.

    Attributes:
        name: of its figure.
        label: a word for a choice of maps.
        title: in words.
        notes: what is shown of cells, and what of areas.
        legend: a heading for its colours.
        colour: the encoding of its colours.
        unit: "cells" or "areas", whichever the figure for print shows.
    """

    name: str
    label: str
    title: str
    notes: tuple[str, str]
    legend: str
    colour: Callable[[Shown], Spec]
    unit: str = "cells"

    def note(self, by: str) -> str:
        """What the map of "cells" or of "areas" shows."""
        return self.notes[by == "areas"]


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


def _cause(found: Shown) -> Spec:
    there = {cause for table in found.tables.values() for cause in table["cause"]}
    return _named("cause", {word: colour for colour, word in CAUSE_COLOURS.values() if word in there})


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
            (
                "Probability that a vessel that stays in a cell for its dwell time is detected (POD).",
                "Coverage of each area: the mean over its water of the probability that a vessel that stays "
                "for its dwell time is detected (POD).",
            ),
            "Probability of detection",
            lambda _: _classes("pod", SHARES[1:-1], VIRIDIS, "~%"),
        ),
        Theme(
            "map_target",
            "Against target",
            "Coverage against the target",
            (
                "Probability of detection in each cell, as a share of its area's target.",
                "Coverage of each area, as a share of its target.",
            ),
            "Share of the target reached",
            lambda _: _classes("reached", RATIOS[1:-1], TOWARDS, "~%"),
            "areas",
        ),
        Theme(
            "map_cause",
            "Cause",
            "Why water stays uncovered",
            (
                "Largest cause of the shortfall of each cell's area, for all programmes together.",
                "Largest cause of each area's shortfall, for all programmes together.",
            ),
            "Cause of the coverage gap",
            _cause,
        ),
        Theme(
            "map_risk",
            "Risk",
            "Where the risk lies",
            (
                "Weight of each cell in the objective: what it costs to miss a vessel there, relative to "
                "weight 1.",
                "Weight of each area, relative to weight 1; risk.csv may raise or lower it cell by cell.",
            ),
            "Risk weight",
            _risk,
        ),
        Theme(
            "map_who",
            "Operator",
            "Who watches where",
            (
                "Who adds the most coverage factor to each cell: the area's own state, or another operator.",
                "Who sweeps the most of each area: its own state, or another operator.",
            ),
            "Operator",
            lambda found: _named("operator", found.scales["operator"]),
        ),
        Theme(
            "map_asset",
            "Asset",
            "Which asset watches where",
            (
                "Which asset or sensor adds the most coverage factor to each cell.",
                "Which asset or sensor sweeps the most of each area.",
            ),
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
    (
        "Probability of detection (POD) of each cell: difference from the reference, in percentage points.",
        "Coverage of each area: difference from the reference, in percentage points.",
    ),
    "Difference of POD",
    lambda _: _classes("difference", POINTS, LESS_MORE, "+~%"),
)


OF_AREAS = "The plans have other cells: each shows its area's change of coverage, in percentage points."

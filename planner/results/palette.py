"""The colours of maps and charts, in one place: QGIS styles, workbook, figures and pages take them from here.

Colours that stand for different things can be told apart with any colour vision (held by tests): viridis for
shares (Smith and van der Walt 2015) and cividis for risk (Nunez, Anderton and Renslow 2018), both in even
steps of lightness; Okabe and Ito's palette (2008) for kinds.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

VIRIDIS = ("#440154", "#443983", "#31688e", "#21918c", "#35b779", "#90d743", "#fde725")
"""Shares, from none to all."""
CIVIDIS = ("#00224e", "#35456c", "#666970", "#948e77", "#c8b866", "#fee838")
"""Risk, from low to high."""
CAUSE_COLOURS = {
    "choice": ("#cc79a7", "the plan's choice"),
    "earmarks": ("#f0e442", "earmarked money"),
    "own_money": ("#009e73", "its own money"),
    "money": ("#e69f00", "money"),
    "access": ("#d55e00", "access"),
    "response": ("#6a3d9a", "answers to detections"),
    "hours": ("#0072b2", "hours of assets and bases"),
    "out_of_reach": ("#000000", "out of reach"),
    "beyond": ("#56b4e9", "beyond its remit"),
    "none": ("#f0f0f0", "no shortfall"),
    "not_sought": ("#8c8c8c", "causes not sought"),
}
"""Colour and word of every cause of a coverage gap."""
KINDS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")
"""Kinds without an order (operators, scenarios), the most important first."""

SHARES = (0.0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Edges of the classes of POD and coverage."""
RATIOS = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0, np.inf)
TOWARDS = (*VIRIDIS[:5], VIRIDIS[6])
"""Edges of the classes of coverage over target, and their colours: the last is that of targets met."""
FACTORS = (0.0, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 1e9)
"""Edges of the classes of coverage factors."""

PAPER, INK, QUIET, RULE, FAINT = "#ffffff", "#1a1a1a", "#595959", "#b3b3b3", "#ebebeb"
"""Background; text; secondary text; rules and outlines; bars of what is only possible."""
LAND, WATER, OTHERS = "#c9c4b8", "#f4f8fb", "#8c8c8c"
"""Land and open water of maps; kinds that have no colour of their own."""
ASSET_KINDS = {
    "vessel": KINDS[0],
    "aircraft": KINDS[1],
    "uncrewed_aircraft": KINDS[5],
    "fixed": KINDS[4],
    "satellite": KINDS[2],
}
"""Colour of every kind of asset and sensor."""
BASE = "#d55e00"
GAIN, LOSS = "#009e73", "#d55e00"
"""Steps towards the target and away from it."""

LESS_MORE = ("#7f3b08", "#c0661a", "#f2b06a", "#ece9e4", "#a9c9e3", "#4b8fc4", "#134b86")
"""Differences, from much less over the same to much more."""
HEAT = ("#e6f1f3", "#b9dbe0", "#7fbdcb", "#4296b3", "#226a95", "#123c6b")
"""Amounts, from little to much."""
ACCENT, MARK, TARGET = "#0b5c86", "#c2185b", "#b3541e"
"""What is the subject; what is chosen; targets, and the shadow price beside the subject."""

_LESS_MORE_AT_NIGHT = ("#ffb469", "#c97a2b", "#7d4a1e", "#2b3138", "#2b5d8b", "#4f97d4", "#a9d6ff")
_HEAT_AT_NIGHT = ("#1a2e3d", "#1e4a63", "#256c8b", "#3d97ad", "#7cc4bd", "#e0f3c9")
NIGHT = {
    **{PAPER: "#0f1820", INK: "#eaf0f4", QUIET: "#a3b3bf", RULE: "#4b5f6d", FAINT: "#24323d"},
    **{LAND: "#5a5850", WATER: "#121d26", CAUSE_COLOURS["out_of_reach"][0]: "#d0d4d8"},
    **{CAUSE_COLOURS["none"][0]: "#1d2b37", ACCENT: "#58b4e5", MARK: "#ff6fa8", TARGET: "#f0975a"},
    **dict(zip(LESS_MORE, _LESS_MORE_AT_NIGHT, strict=True)),
    **dict(zip(HEAT, _HEAT_AT_NIGHT, strict=True)),
}
"""What must be otherwise on a dark ground, by its colour on paper; all other colours stay as they are."""


def even_edges(values: npt.NDArray[np.float64], most: int) -> list[float]:
    """Round edges of at most ``most`` classes of equal width; none where all values are equal."""
    low, high = float(values.min(initial=np.inf)), float(values.max(initial=-np.inf))
    if not high > low:
        return []
    magnitude = 10.0 ** np.floor(np.log10(high - low))
    for part in (0.1, 0.2, 0.25, 0.5, 1.0, 2.0):
        step = part * magnitude
        first, last = np.floor(low / step + 1e-9), np.ceil(high / step - 1e-9)
        if last - first <= most:
            break
    return [float(f"{number * step:.6g}") for number in np.arange(first, last + 1)]

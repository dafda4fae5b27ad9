"""The colours of maps and charts, in one place: QGIS styles, figures and pages take them from here.

Colours that stand for different things can be told apart with any colour vision (held by tests): viridis for
shares (Smith and van der Walt 2015) and cividis for risk (Nunez, Anderton and Renslow 2018), both in even
steps of lightness; Okabe and Ito's palette (2008) for kinds.
"""

from __future__ import annotations

VIRIDIS = ("#440154", "#443983", "#31688e", "#21918c", "#35b779", "#90d743", "#fde725")
"""Shares, from none to all."""
CIVIDIS = ("#00224e", "#35456c", "#666970", "#948e77", "#c8b866", "#fee838")
"""Risk, from low to high."""
CAUSE_COLOURS = {
    "out_of_range": ("#000000", "out of range"),
    "no_access": ("#d55e00", "no access"),
    "asset_hours": ("#0072b2", "hours of assets"),
    "budget": ("#e69f00", "budget"),
    "not_prioritised": ("#cc79a7", "not prioritised"),
    "none": ("#f0f0f0", "no gap"),
}
"""Colour and word of every cause of a gap."""
KINDS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")
"""Kinds without an order (operators, scenarios), the most important first."""

SHARES = (0.0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Edges of the classes of POD and coverage."""
FACTORS = (0.0, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 1e9)
"""Edges of the classes of coverage factors."""

PAPER, INK, QUIET, RULE, FAINT = "#ffffff", "#1a1a1a", "#595959", "#b3b3b3", "#ebebeb"
"""Background; text; secondary text; rules and outlines; bars of what is only possible."""
LAND, WATER, OTHERS = "#c9c4b8", "#f4f8fb", "#8c8c8c"
"""Land and open water of maps; kinds that have no colour of their own."""
BASE = "#d55e00"
GAIN, LOSS = "#009e73", "#d55e00"
"""Steps towards the target and away from it."""

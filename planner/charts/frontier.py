"""The frontier of a sweep: what is covered at every point, and below it the shadow price of more there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from planner.charts.spec import IN_SHORT, Chart, Spec, layer, nothing, told
from planner.results.palette import ACCENT, MARK, RULE, TARGET
from planner.results.plain_text import safe

if TYPE_CHECKING:
    from planner.charts.studies import Found

SWEPT = {
    "budget": ("budget", "What more money buys"),
    "hours": ("hours", "What more hours buy"),
    "spacing": ("spacing of the cells", "What finer cells change"),
}
"""What is swept, in words, and the title of its frontier."""
SQUARE_ROOT = "The shadow price, in risk-weighted km², is on a square-root scale."
NOW = "Dashed: the case as it stands."
AXIS = 34
"""Room for the figures of the vertical axis [pt]."""


def frontier(study: Found) -> Chart:
    """What is covered at every point of a sweep; a reader chooses the plan of a point that has ``plan``."""
    swept, points = study.document["swept"], study["points"]
    kind, unit = str(swept["kind"]), safe(swept["unit"])
    names = ", ".join(safe(one) for one in swept.get("names") or swept["ids"])
    what, title = SWEPT[kind]
    frame = points.dropna(subset="covered_km2").sort_values("amount", kind="stable")
    if not len(frame):
        return nothing("frontier", title, "No point has a plan.")
    per = {"spacing": "", "budget": f"per million {unit}"}.get(kind, "per hour")
    price = frame["shadow_price_per_million"] if kind == "budget" else frame["shadow_price"]
    plan = [f"point {point}" for point in frame["point"]]
    frame = frame[["amount", "covered_km2"]].assign(shadow_price=price, plan=plan)
    panels = [_panel("covered_km2", ["covered", "[km²]"], 190, ACCENT, {"zero": False})]
    notes = [*([f"Swept: {what} of {names}."] if names else []), NOW]
    if per:
        # far from what there is the first of it is worth a hundred times the last
        scale = {"type": "sqrt", "domainMin": 0}
        panels.append(_panel("shadow_price", ["shadow price", f"[km² {per}]"], 110, TARGET, scale))
        notes.append(SQUARE_ROOT)
    panels[-1]["layer"][0]["encoding"]["x"]["title"] = f"{what} [{unit}]"
    return Chart(
        "frontier",
        title,
        {
            **{"vconcat": panels, "spacing": 10, "data": {"name": "points"}},
            **{"params": [{"name": "plan", "value": None}], "usermeta": {"room": 74}},
        },
        {"points": frame, "now": pd.DataFrame({"x": [swept["present"]]})},
        tuple(notes),
        f"{title}: covered water at every point of the sweep, and below it the shadow price of more; "
        "the same figures are in the table of points.",
    )


def _panel(field: str, title: list[str], height: int, colour: str, scale: Spec) -> Spec:
    x: Spec = {
        **{"field": "amount", "type": "quantitative", "title": None, "axis": {**IN_SHORT, "grid": False}},
        "scale": {"zero": False, "nice": False},
    }
    y = {
        **{"field": field, "type": "quantitative", "title": title, "scale": scale},
        "axis": {**IN_SHORT, "tickCount": 4, "minExtent": AXIS, "maxExtent": AXIS},
    }
    tips = told(
        amount=("amount", ",.0f"),
        covered_km2=("covered [km²]", ",.0f"),
        shadow_price=("shadow price", ",.4~r"),
    )
    chosen = "plan !== null && datum.plan === plan"
    dot = {
        **{"x": x, "y": y, "tooltip": tips},
        "size": {"condition": {"test": chosen, "value": 170}, "value": 34},
        "color": {"condition": {"test": chosen, "value": MARK}, "value": colour},
    }
    now = {"x": {"field": "x", "type": "quantitative"}}
    return {
        "height": height,
        "layer": [
            layer("line", {"x": x, "y": y}, {"color": colour, "strokeWidth": 1.6}),
            layer("rule", now, {"color": RULE, "strokeDash": [4, 4]}, data={"name": "now"}),
            layer("point", dot, {"filled": True, "opacity": 1, "cursor": "pointer"}),
        ],
    }

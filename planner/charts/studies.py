"""Charts of studies along a line of plans: the ladder as a waterfall, the frontier of a sweep.

Each takes a frame with the columns of the study's CSV files, so that whatever made it can be drawn.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.charts.palette import ACCENT, GAIN, INK, LOSS, MARK, QUIET, RULE, TARGET
from planner.charts.spec import (
    BESIDE,
    ROW,
    Chart,
    Spec,
    amount,
    coloured,
    in_two,
    labels,
    layer,
    layered,
    longest,
    names,
    told,
)
from planner.frames import numbers

SQUARE_ROOT = "The shadow price, in risk-weighted km², is on a square-root scale."


def waterfall(
    ladder: pd.DataFrame, title: str = "What each rung takes off the shortfall", note: str = ""
) -> Chart:
    """The ladder as a waterfall: shortfall at the start, what each rung changes, and what is left.

    Args:
        ladder: columns ``rung`` (text), ``shortfall_km2`` (left on that rung) and ``step_km2`` (what the rung
            takes off the one before; blank on the first), in the order of the rungs.
        title: title of the chart.
        note: how to read it.
    """
    if not len(ladder):
        return Chart("ladder", title, empty="There are no rungs.")
    left = numbers(ladder["shortfall_km2"])
    ids = [str(number) for number in range(len(ladder))]
    order = [in_two(name) for name in labels([*ids, "left"], [*ladder["rung"], "what is left"])]
    before = np.concatenate([[0.0], left[:-1]])
    signs = [
        "" if number == 0 else "−" if left[number] <= before[number] else "+" for number in range(len(left))
    ]
    moved = np.abs(np.concatenate([left[:1], left[1:] - left[:-1], left[-1:]]))
    kinds = {"": "start", "−": "less shortfall", "+": "more shortfall"}
    frame = pd.DataFrame(
        {
            "label": order,
            "low": [*np.minimum(before, left), 0.0],
            "high": [*np.maximum(before, left), left[-1]],
            "km2": moved,
            "kind": [*(kinds[sign] for sign in signs), "what is left"],
            "text": [sign + f"{km2:,.0f}" for sign, km2 in zip([*signs, ""], moved, strict=True)],
        }
    )
    links = pd.DataFrame({"label": order[:-1], "next": order[1:], "at": left})
    scale = {"start": QUIET, "less shortfall": GAIN, "more shortfall": LOSS, "what is left": INK}
    scale = {kind: colour for kind, colour in scale.items() if (frame["kind"] == kind).any()}
    y, what = names("label", order), "shortfall to the targets [km²]"
    bars: Spec = {"y": y, "x": amount("low", what), "x2": {"field": "high"}, "color": coloured("kind", scale)}
    bars["tooltip"] = told(label=("", ""), text=("km²", ""))
    joins = {"y": y, "y2": {"field": "next"}, "x": amount("at", what)}
    text = {"y": y, "x": amount("high", what), "text": {"field": "text"}}
    return Chart(
        "ladder",
        title,
        layered(
            "rungs",
            layer("rule", joins, {"color": RULE, "strokeDash": [2, 2]}, data={"name": "links"}),
            layer("bar", bars),
            layer("text", text, BESIDE),
            height={"step": ROW + 5},
            usermeta={"legend": longest(scale), "aside": 26},
        ),
        {"rungs": frame, "links": links},
        (note,) if note else (),
        "The shortfall, and what each limit takes away from it as it is lifted.",
    )


def frontier(
    points: pd.DataFrame,
    what: str,
    unit: str,
    per: str = "",
    title: str = "What more money buys",
    present: float | None = None,
    note: str = "",
) -> Chart:
    """What is covered at every point of a sweep, and below it the shadow price of more there.

    Args:
        points: columns ``amount`` [unit], ``covered_km2`` and ``shadow_price``, in any order; ``plan`` where
            a reader can choose the point's plan.
        what: what is swept: "budget".
        unit: unit of the amounts.
        per: what the shadow price is for, "per million USD"; empty where there is none.
        title: title of the chart.
        present: the amount of the case as it is.
        note: how to read it.
    """
    if not len(points):
        return Chart("frontier", title, empty="There are no points.")
    frame = points.sort_values("amount", kind="stable")
    frame = frame[[name for name in ("amount", "covered_km2", "shadow_price", "plan") if name in frame]]
    price = ["shadow price", f"[km² {per}]"]
    panels = [
        _panel("covered_km2", ["covered", "[km²]"], 190, ACCENT, {"zero": False}),
        # far from what there is the first of it is worth a hundred times the last
        *([_panel("shadow_price", price, 110, TARGET, {"type": "sqrt", "domainMin": 0})] if per else []),
    ]
    panels[-1]["layer"][0]["encoding"]["x"]["title"] = f"{what} [{unit}]"
    return Chart(
        "frontier",
        title,
        {
            **{"vconcat": panels, "spacing": 10, "data": {"name": "points"}},
            **{"params": [{"name": "plan", "value": None}], "usermeta": {"room": 74}},
        },
        {"points": frame, "now": pd.DataFrame({"x": [] if present is None else [present]})},
        tuple(one for one in (note, SQUARE_ROOT if per else "") if one),
        "Covered water at every point of the sweep, and below it the shadow price of more; the same figures "
        "are in the table of points.",
    )


def _panel(field: str, title: list[str], height: int, colour: str, scale: Spec) -> Spec:
    x: Spec = {
        **{"field": "amount", "type": "quantitative", "title": None, "axis": {"format": "~s", "grid": False}},
        "scale": {"zero": False, "nice": False},
    }
    y = {
        **{"field": field, "type": "quantitative", "title": title, "scale": scale},
        "axis": {"format": "~s", "tickCount": 4, "minExtent": 34, "maxExtent": 34},
    }
    tips = told(
        amount=("amount", ",.0f"),
        covered_km2=("covered [km²]", ",.0f"),
        shadow_price=("shadow price", ",.4~r"),
    )
    chosen = "plan !== null && datum.plan === plan"
    dot = {
        "x": x,
        "y": y,
        "tooltip": tips,
        "size": {"condition": {"test": chosen, "value": 170}, "value": 34},
    }
    dot["color"] = {"condition": {"test": chosen, "value": MARK}, "value": colour}
    now = {"x": {"field": "x", "type": "quantitative"}}
    return {
        "height": height,
        "layer": [
            layer("line", {"x": x, "y": y}, {"color": colour, "strokeWidth": 1.6}),
            layer("rule", now, {"color": RULE, "strokeDash": [4, 4]}, data={"name": "now"}),
            layer("point", dot, {"filled": True, "opacity": 1, "cursor": "pointer"}),
        ],
    }

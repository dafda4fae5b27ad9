"""Plans beside a capacity plan as charts: more and less money, and what draws of uncertain figures order."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from planner.capacity import sums as plans
from planner.capacity.folder import CapacityPlan
from planner.capacity.sentences import unit
from planner.charts.capital import panel_axis
from planner.charts.names import named
from planner.charts.spec import (
    IN_SHORT,
    Chart,
    Spec,
    amount,
    beside,
    coloured,
    layer,
    longest,
    nothing,
    row_chart,
    told,
)
from planner.results.palette import ACCENT, KINDS

COLOURS = dict(zip(plans.MONEY.values(), KINDS, strict=False))


def frontier(plan: CapacityPlan) -> Chart:
    """The objective, and what is covered of the targets in the last year, with less and more money."""
    title, year = "What more money brings", plan.years[-1]
    parts = [plans.frontier(plan, what).assign(money=words) for what, words in plans.MONEY.items()]
    rows = pd.concat(parts, ignore_index=True).dropna(subset="objective")
    if rows.empty:
        return nothing("capital_frontier", title, "No plans with less or more money were made.")
    scale = {words: colour for words, colour in COLOURS.items() if (rows["money"] == words).any()}
    panels = [
        _panel("objective", ["objective", f"[{unit(plan)}]"], IN_SHORT, scale),
        _panel("share_of_targets", ["of what the", "targets ask for"], {"format": "~%"}, scale),
    ]
    panels[-1]["layer"][0]["encoding"]["x"]["title"] = "money, times that of the case"
    meta = {"room": 84, "legend": longest(scale)}
    spec: Spec = {"vconcat": panels, "spacing": 12, "data": {"name": "plans"}, "usermeta": meta}
    keep = ["money", "factor", "share_of_targets", "capital", "objective"]
    note = f"Targets: in {year}, mean over futures. Each dot is a plan of its own, in whole units."
    return Chart("capital_frontier", title, spec, {"plans": rows[keep]}, (note,), f"{title}; see the table.")


def _panel(field: str, title: list[str], axis: Spec, scale: Mapping[str, str]) -> Spec:
    x: Spec = {"field": "factor", "type": "quantitative", "title": None, "axis": {"grid": False}}
    y = panel_axis(field, title, axis)
    tips = told(money="money", factor=("times", "~g"), objective=("objective", ",.0f"))
    tips += told(share_of_targets=("of the targets", ".1%"), capital=("capital paid", ",.0f"))
    marks = {"x": x, "y": y, "color": coloured("money", scale)}
    point = {"filled": True, "opacity": 1, "size": 36}
    return {"height": 110, "layer": [layer("line", marks), layer("point", {**marks, "tooltip": tips}, point)]}


def choices(plan: CapacityPlan) -> Chart:
    """In how many plans for draws of the uncertain figures each option is ordered."""
    title, (_, made) = "How often each option is ordered", plans.drawn(plan)
    if not made:
        return nothing("capital_choices", title, "No uncertain figures were drawn.")
    table = plans.chosen(plan)
    called = named(table["option_id"].tolist(), table["name"])
    texts = [f"{part:.0%}, {mean:.1f} units" for part, mean in zip(table["part"], table["mean"], strict=True)]
    frame = table[["part", "planned", "mean"]].assign(label=list(called.label.values()), text=texts)
    x = amount("part", "part of the draws", axis={"format": "%", "tickCount": 5}, scale={"domain": [0, 1]})
    tips = told(label="option", part=("of the draws", ".0%"), mean=("units, mean", ".1f"))
    tips += told(planned=("units of the plan", ",.0f"))
    return row_chart(
        "capital_choices",
        title,
        frame,
        layer("bar", {"x": x, "tooltip": tips}, {"color": ACCENT}),
        beside(x),
        note=f"Over {made} plans, each for a draw of the figures that have ranges; units are means.",
        table="table of options over draws",
        short=called.short,
        aside=70,
    )


CHARTS: Mapping[str, tuple[Callable[[CapacityPlan], bool], Callable[[CapacityPlan], Chart]]] = {
    "capital_frontier": (
        lambda plan: any(len(plans.frontier(plan, what)) > 0 for what in plans.MONEY),
        frontier,
    ),
    "capital_choices": (lambda plan: plans.drawn(plan)[1] > 0, choices),
}
"""The charts of plans beside a plan, by name: whether there is anything to draw, and what draws it."""

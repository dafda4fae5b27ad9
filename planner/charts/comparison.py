"""Coverage of every area in several scenarios."""

from __future__ import annotations

import pandas as pd

from planner.charts.palette import INK, KINDS, LESS_MORE, PAPER, RULE, TARGET
from planner.charts.spec import (
    ROW,
    Chart,
    Spec,
    amount,
    coloured,
    labels,
    layer,
    layered,
    longest,
    names,
    told,
)

MOST_SCENARIOS = len(KINDS)
"""Scenarios that can be told apart by colour and shape; more are shown as a table of differences."""


SHAPES = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "triangle-right")


LARGE_POINT = 3.0
"""Differences beyond this are in the strongest colour [percentage points]."""


def coverage(areas: pd.DataFrame, targets: pd.Series | None = None) -> Chart:
    """Coverage of every area in each scenario, the largest difference from the first first.

    Args:
        areas: the table ``areas`` of a comparison in long form: ``scenario`` (the reference first),
            ``area_id``, ``name``, ``figure``, ``value``.
        targets: coverage wanted, by ``area_id``; drawn as ticks where it is given.
    """
    title = "Coverage of every area, by scenario"
    frame = areas[areas["figure"] == "coverage"].dropna(subset="value")
    if not len(frame):
        return Chart("coverage", title, empty="There is nothing to compare.")
    scenarios = frame["scenario"].drop_duplicates().tolist()
    called = dict(zip(scenarios, labels(scenarios, scenarios), strict=True))
    first = frame[frame["scenario"] == scenarios[0]].set_index("area_id")["value"]
    frame = frame.assign(difference=frame["value"] - frame["area_id"].map(first))
    spread = frame.assign(off=frame["difference"].abs()).groupby("area_id")["off"].max()
    ids = spread.sort_values(ascending=False, kind="stable").index.tolist()
    full = frame.drop_duplicates("area_id").set_index("area_id")["name"]
    named = dict(zip(ids, labels(ids, full.reindex(ids)), strict=True))
    order = [named[one] for one in ids]
    frame = frame.assign(label=frame["area_id"].map(named), shown=frame["scenario"].map(called))
    frame = frame[["scenario", "area_id", "label", "shown", "value", "difference"]]
    kinds = [called[one] for one in scenarios]
    if len(scenarios) > MOST_SCENARIOS:
        return _matrix(title, frame, order, kinds)
    return _dumbbells(title, frame, order, kinds, named, targets)


def _dumbbells(
    title: str,
    frame: pd.DataFrame,
    order: list[str],
    kinds: list[str],
    named: dict[str, str],
    targets: pd.Series | None,
) -> Chart:
    y = names("label", order, grid=True)
    axis = {"format": "%", "tickCount": 6, "grid": False}

    def x(field: str, **more: object) -> Spec:
        return amount(field, "coverage", axis=axis, scale={"domainMin": 0}, **more)

    ends = {"y": y, "x": x("value", aggregate="min"), "x2": {"field": "value", "aggregate": "max"}}
    scale = dict(zip(kinds, KINDS, strict=False))
    shape = {**coloured("shown", scale), "scale": {"domain": kinds, "range": list(SHAPES[: len(kinds)])}}
    tips = told(
        label=("area", ""),
        shown=("scenario", ""),
        value=("coverage", ".1%"),
        difference=("difference", "+.1%"),
    )
    dots = {"y": y, "x": x("value"), "color": coloured("shown", scale), "shape": shape, "tooltip": tips}
    look = {"filled": True, "size": 60, "opacity": 1, "stroke": PAPER, "strokeWidth": 0.6}
    layers = [layer("rule", ends, {"color": RULE, "strokeWidth": 2})]
    # the first scenario lies on top
    data = {"coverage": frame.iloc[::-1].reset_index(drop=True)}
    if targets is not None:
        data["targets"] = pd.DataFrame(
            {"label": [named[one] for one in named], "target": [float(targets[one]) for one in named]}
        )
        tick = {"color": TARGET, "thickness": 2, "opacity": 1}
        tips = told(label=("area", ""), target=("target", ".1%"))
        layers.append(
            layer("tick", {"y": y, "x": x("target"), "tooltip": tips}, tick, data={"name": "targets"})
        )
    layers.append(layer("point", dots, look))
    more = " Ticks: targets." if targets is not None else ""
    return Chart(
        "coverage",
        title,
        layered("coverage", *layers, height={"step": ROW}, usermeta={"legend": longest(kinds)}),
        data,
        (f"Areas by the largest difference from {kinds[0]}.{more}",),
        "Coverage of each area by scenario; the same figures are in the table of areas.",
    )


def _matrix(title: str, frame: pd.DataFrame, order: list[str], kinds: list[str]) -> Chart:
    """Coverage by area and scenario in figures, coloured by the difference from the first."""
    frame = frame.assign(text=[f"{value:.1%}" for value in frame["value"]])
    edges = [edge / 100.0 for edge in (-LARGE_POINT, -1.0, -0.1, 0.1, 1.0, LARGE_POINT)]
    x = {
        **{"field": "shown", "type": "nominal", "sort": kinds},
        "axis": {"title": None, "orient": "top", "labelAngle": -40, "labelLimit": 150, "grid": False},
    }
    y = names("label", order)
    colour = {
        **{"field": "difference", "type": "quantitative", "title": f"difference from {kinds[0]}"},
        "scale": {"type": "threshold", "domain": edges, "range": list(LESS_MORE)},
        "legend": {"format": "+~%"},
    }
    tips = told(
        label=("area", ""),
        shown=("scenario", ""),
        value=("coverage", ".1%"),
        difference=("difference", "+.1%"),
    )
    strong = f"abs(datum.difference) >= {LARGE_POINT / 100}"
    ink = {"condition": {"test": strong, "value": "white"}, "value": INK}
    return Chart(
        "coverage",
        title,
        layered(
            "coverage",
            layer("rect", {"x": x, "y": y, "color": colour, "tooltip": tips}, {"stroke": PAPER}),
            layer("text", {"x": x, "y": y, "text": {"field": "text"}, "color": ink}),
            height={"step": ROW},
            usermeta={"least": 200 + 30 * len(kinds)},
        ),
        {"coverage": frame},
        (f"Areas by the largest difference from {kinds[0]}; colours show the difference from it.",),
        "Coverage of each area by scenario; the same figures are in the table of areas.",
    )

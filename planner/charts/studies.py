"""Charts of studies that took many plans: comparison, sweep, ladder, sensitivity.

Each takes a frame with the columns of the study's CSV files, so that whatever made it can be drawn.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.charts.palette import ACCENT, GAIN, INK, KINDS, LESS_MORE, LOSS, MARK, PAPER, QUIET, RULE, TARGET
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

MOST_SCENARIOS = len(KINDS)
"""Scenarios that can be told apart by colour and shape; more are shown as a table of differences."""
SHAPES = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "triangle-right")
MOST_DRIVERS = 25
SQUARE_ROOT = "The shadow price, in risk-weighted km², is on a square-root scale."
LARGE_POINT = 3.0
"""Differences beyond this are in the strongest colour [percentage points]."""


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


def tornado(effects: pd.DataFrame, unit: str, title: str = "What drives the answer", note: str = "") -> Chart:
    """The result at the low and the high end of every assumption, the widest first.

    Args:
        effects: columns ``name``, ``low``, ``high`` (results where the assumption is low and high) and
            ``base`` (the result as planned); ``sure``, false where it may be chance.
        unit: unit of the results; "%" for shares.
        title: title of the chart.
        note: how to read it.
    """
    if not len(effects):
        return Chart("tornado", title, empty="No assumption has a range.")
    wide = effects.assign(span=(effects["high"] - effects["low"]).abs())
    wide = wide.sort_values("span", ascending=False, kind="stable").reset_index(drop=True)
    hidden = max(0, len(wide) - MOST_DRIVERS)
    wide = wide.head(MOST_DRIVERS)
    order = labels([str(number) for number in range(len(wide))], wide["name"])
    sure = wide.get("sure", True)
    parts = [
        pd.DataFrame({"label": order, "base": wide["base"], "end": wide[side], "kind": word, "sure": sure})
        for side, word in (("low", "assumption low"), ("high", "assumption high"))
    ]
    form = ".1%" if unit == "%" else "~s"
    x = amount("base", _unit(unit), scale={"zero": False}, axis={"format": form, "tickCount": 6})
    scale = {"assumption low": KINDS[4], "assumption high": KINDS[0]}
    bars: Spec = {
        "y": names("label", order),
        "x": x,
        "x2": {"field": "end"},
        "color": coloured("kind", scale),
    }
    bars["opacity"] = {"condition": {"test": "datum.sure", "value": 1}, "value": 0.4}
    bars["tooltip"] = told(
        label=("driver", ""), kind=("", ""), end=("result", ".2%" if unit == "%" else ",.4~r")
    )
    middle = layer(
        "rule",
        {"x": x},
        {"color": INK},
        transform=[{"window": [{"op": "row_number", "as": "n"}]}, {"filter": "datum.n === 1"}],
    )
    more = f" {hidden} assumptions with less effect are not shown." if hidden else ""
    return Chart(
        "tornado",
        title,
        layered("ends", layer("bar", bars), middle, height={"step": ROW - 2}, usermeta={"legend": 16}),
        {"ends": pd.concat(parts, ignore_index=True)},
        tuple(one for one in ((note + more).strip(),) if one),
        "What drives the outcome, the widest first; the same figures are in the table below.",
    )


def ranges(
    results: pd.DataFrame,
    unit: str,
    title: str = "How sure the results are",
    line: str = "lowest to highest",
    name: str = "ranges",
) -> Chart:
    """The range of every result, with the value as planned.

    Args:
        results: columns ``name``, ``low``, ``value``, ``high``, in the order that is shown; ``lower``,
            ``middle`` and ``upper`` where quartiles are known.
        unit: unit of the results; "%" for shares.
        title: title of the chart.
        line: what the line of each result spans.
        name: of the chart.
    """
    if not len(results):
        return Chart(name, title, empty="There are no ranges.")
    order = labels([str(number) for number in range(len(results))], results["name"])
    frame = results.drop(columns="name").assign(label=order)
    y = names("label", order)
    form = ".0%" if unit == "%" else "~s"

    def x(field: str) -> Spec:
        axis = {"format": form, "tickCount": 6}
        return amount(field, _unit(unit), axis=axis, scale={"zero": False})

    tip = ".1%" if unit == "%" else ",.4~r"
    tips = told(label=("of", ""), value=("as planned", tip), low=("low", tip), high=("high", tip))
    span = {"y": y, "x": x("low"), "x2": {"field": "high"}, "tooltip": tips}
    layers = [layer("rule", span, {"color": KINDS[4], "strokeWidth": 3})]
    note = f"Dot: the case as planned. Thin line: {line}."
    if "lower" in frame:
        half = {"y": y, "x": x("lower"), "x2": {"field": "upper"}, "tooltip": tips}
        layers.append(layer("rule", half, {"color": KINDS[4], "strokeWidth": 7}))
        layers.append(
            layer("tick", {"y": y, "x": x("middle")}, {"color": INK, "thickness": 1.6, "opacity": 1})
        )
        note += " Thick line: half of them. Tick: the middle one."
    dot = {"filled": True, "size": 42, "color": MARK, "stroke": PAPER, "strokeWidth": 0.8, "opacity": 1}
    layers.append(layer("point", {"y": y, "x": x("value"), "tooltip": tips}, dot))
    return Chart(
        name,
        title,
        layered("ranges", *layers, height={"step": ROW - 2}),
        {"ranges": frame},
        (note,),
        f"{title}; the same figures are in the table below.",
    )


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


def _unit(unit: str) -> str:
    return "share of the water covered" if unit == "%" else f"[{unit}]"

"""Charts of a study of the assumptions: what drives the answer, and how sure it is."""

from __future__ import annotations

import pandas as pd

from planner.charts.palette import INK, KINDS, MARK, PAPER
from planner.charts.spec import (
    ROW,
    Chart,
    Spec,
    amount,
    coloured,
    labels,
    layer,
    layered,
    names,
    told,
)

MOST_DRIVERS = 25


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


def _unit(unit: str) -> str:
    return "share of the water covered" if unit == "%" else f"[{unit}]"

"""Charts of a study of the assumptions: what drives the answer, and how sure it is."""

from __future__ import annotations

import pandas as pd

from planner.charts.spec import ROW, Chart, Spec, amount, coloured, labels, layer, nothing, row_chart, told
from planner.results.palette import INK, KINDS, MARK, PAPER

MOST_DRIVERS = 25
LOW, HIGH = "assumption low", "assumption high"
ALL = "all"
QUARTERS = (
    "Mean over the quarter of draws in which a driver is lowest, and over that in which it is highest; "
    "the line is the mean of all draws."
)


def tornado(drivers: pd.DataFrame, mean: float, share: bool, title: str) -> Chart:
    """What drives an outcome, the widest first.

    Args:
        drivers: the outcome's rows of ``drivers``: ``driver``, ``low_mean``, ``high_mean`` (the outcome's
            mean where the driver is low and high); ``sure``, false where it may be chance.
        mean: of the outcome.
        share: whether the outcome is a share, not km².
        title: of the chart.
    """
    if not len(drivers):
        return nothing("tornado", title, "No assumption has a range.")
    span = (drivers["high_mean"] - drivers["low_mean"]).abs()
    wide = drivers.loc[span.sort_values(ascending=False, kind="stable").index]
    shown = wide.head(MOST_DRIVERS)
    known = {"label": labels([str(n) for n in range(len(shown))], shown["driver"]), "base": mean}
    known["sure"] = shown.get("sure", True)
    parts = [
        pd.DataFrame({**known, "end": shown[side], "kind": word})
        for side, word in (("low_mean", LOW), ("high_mean", HIGH))
    ]
    x = _outcome("base", share)
    scale = {LOW: KINDS[4], HIGH: KINDS[0]}
    bars: Spec = {"x": x, "x2": {"field": "end"}, "color": coloured("kind", scale)}
    bars["opacity"] = {"condition": {"test": "datum.sure", "value": 1}, "value": 0.4}
    bars["tooltip"] = told(label="driver", kind="", end=("result", ".2%" if share else ",.4~r"))
    one = [{"window": [{"op": "row_number", "as": "n"}]}, {"filter": "datum.n === 1"}]
    middle = layer("rule", {"x": x, "y": None}, {"color": INK}, transform=one)
    hidden = len(wide) - len(shown)
    more = f" {hidden} assumptions with less effect are not shown." if hidden else ""
    ends = pd.concat(parts, ignore_index=True)
    return row_chart(
        "tornado", title, ends, layer("bar", bars), middle, note=QUARTERS + more, scale=scale, step=ROW - 2
    )


def ranges(outcomes: pd.DataFrame, share: bool, unit: str, title: str, name: str = "ranges") -> Chart:
    """The range of outcomes over all draws, with their values as planned.

    Args:
        outcomes: rows of ``outcomes``: ``id``, ``name``, ``base`` and percentiles, in the order shown.
        share: whether the outcomes are shares.
        unit: of outcomes that are none.
        title: of the chart.
        name: of the chart.
    """
    if not len(outcomes):
        return nothing(name, title, "There are no ranges.")
    whole = outcomes["id"].where(outcomes["id"] != ALL, "All areas")
    named = outcomes["name"].where(outcomes["name"] != "", whole)
    frame = outcomes[["base", "p5", "p25", "median", "p75", "p95"]].assign(
        label=labels([str(n) for n in range(len(outcomes))], named)
    )
    form = ".1%" if share else ",.4~r"
    tips = told(label="of", base=("as planned", form), p5=("low", form), p95=("high", form))

    def x(field: str) -> Spec:
        return _outcome(field, share, unit)

    dot = {"filled": True, "size": 42, "color": MARK, "stroke": PAPER, "strokeWidth": 0.8, "opacity": 1}
    wide, half = ({"color": KINDS[4], "strokeWidth": width} for width in (3, 7))
    return row_chart(
        name,
        title,
        frame,
        layer("rule", {"x": x("p5"), "x2": {"field": "p95"}, "tooltip": tips}, wide),
        layer("rule", {"x": x("p25"), "x2": {"field": "p75"}, "tooltip": tips}, half),
        layer("tick", {"x": x("median")}, {"color": INK, "thickness": 1.6, "opacity": 1}),
        layer("point", {"x": x("base"), "tooltip": tips}, dot),
        note="Dot: the case as planned. Thin line: nine of ten draws. Thick line: half of them. "
        "Tick: the middle one.",
        step=ROW - 2,
    )


def _outcome(field: str, share: bool, unit: str = "km²") -> Spec:
    axis = {"format": ".1~%" if share else "~s", "tickCount": 6}
    return amount(
        field, "share of the water covered" if share else f"[{unit}]", axis=axis, scale={"zero": False}
    )

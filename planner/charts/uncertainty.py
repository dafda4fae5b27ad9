"""Charts of a study of the assumptions: what drives the answer, and how sure it is."""

from __future__ import annotations

import re

import pandas as pd

from planner.charts.names import HALF, named
from planner.charts.spec import ROW, Chart, Spec, amount, coloured, layer, nothing, row_chart, told
from planner.results.palette import INK, KINDS, MARK, OTHERS, PAPER
from planner.results.plain_text import count, words
from planner.studies.kinds.sensitivity import Tables, beyond_chance, planned

MOST_DRIVERS = 25
LOW, HIGH, CHANCE = "assumption low", "assumption high", "may be chance"
ALL = "all"
_UNIT = re.compile(r"_(nm|kn|h|km2|deg)$")
QUARTERS = (
    "Mean over the quarter of draws in which a driver is lowest, and over that in which it is highest; "
    "the line is the mean of all draws."
)


def drivers_of(study: Tables) -> pd.DataFrame:
    """The table ``drivers`` with ``called``, ``sure`` (false where it may be chance), ``draws`` (planned)."""
    figures, drivers = figures_of(study), study["drivers"]
    alone = figures["driver"] == figures["figure"]
    called = dict(
        zip(figures["driver"], figures["called"].where(alone, figures["driver"].map(words)), strict=True)
    )
    sure = drivers.index.isin(beyond_chance(study, drivers).index)
    return drivers.assign(called=drivers["driver"].map(called), sure=sure, draws=planned(study))


def figures_of(study: Tables) -> pd.DataFrame:
    """The table ``figures`` with ``called``: what each is of, and which."""
    names = dict(zip(study["outcomes"]["id"], study["outcomes"]["name"], strict=True))
    figures, called = study["figures"], []
    for id_, field in zip(figures["id"], figures["field"], strict=True):
        which = words(_UNIT.sub("", str(field))).replace("fx.rates.", "exchange rate of ")
        of = names.get(id_) or words(id_)
        called.append(f"{of}: {which}" if of else which)
    return figures.assign(called=called)


def tornado(drivers: pd.DataFrame, mean: float, share: bool, title: str) -> Chart:
    """What drives an outcome, the widest first.

    Args:
        drivers: the outcome's rows of ``drivers_of``.
        mean: of the outcome.
        share: whether the outcome is a share, not km².
        title: of the chart.
    """
    if not len(drivers):
        return nothing("tornado", title, "No assumption has a range.")
    span = (drivers["high_mean"] - drivers["low_mean"]).abs()
    wide = drivers.loc[span.sort_values(ascending=False, kind="stable").index]
    shown = wide.head(MOST_DRIVERS)
    called = named(shown["driver"].tolist(), shown["called"], signs=HALF, lines=2)
    known = {"label": list(called.label.values()), "base": mean}
    parts = [
        pd.DataFrame({**known, "end": shown[side], "kind": shown["sure"].map({True: word, False: CHANCE})})
        for side, word in (("low_mean", LOW), ("high_mean", HIGH))
    ]
    x = _outcome("base", share)
    scale = {LOW: KINDS[4], HIGH: KINDS[0], CHANCE: OTHERS}
    scale = {
        kind: colour for kind, colour in scale.items() if any((part["kind"] == kind).any() for part in parts)
    }
    bars: Spec = {"x": x, "x2": {"field": "end"}, "color": coloured("kind", scale)}
    bars["tooltip"] = told(label="driver", kind="", end=("result", ".2%" if share else ",.4~r"))
    one = [{"window": [{"op": "row_number", "as": "n"}]}, {"filter": "datum.n === 1"}]
    middle = layer("rule", {"x": x, "y": None}, {"color": INK}, transform=one)
    hidden = len(wide) - len(shown)
    more = f" {hidden} assumptions with less effect are not shown." if hidden else ""
    if not shown["sure"].any():
        more = f" No driver stands out from chance in {count(shown['draws'].iloc[0])} draws.{more}"
    ends = pd.concat(parts, ignore_index=True)
    return row_chart(
        *("tornado", title, ends, layer("bar", bars), middle),
        note=QUARTERS + more,
        scale=scale,
        short=called.short,
        step=ROW + 3,
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
    if not (outcomes[["p95", "base"]] > 0.0).any(axis=None):
        return nothing(name, title, "All of them are 0, as planned and in nine of ten draws.")
    whole = outcomes["id"].where(outcomes["id"] != ALL, "All areas")
    said = outcomes["name"].where(outcomes["name"] != "", whole)
    called = named(outcomes["id"].tolist(), said)
    frame = outcomes[["base", "p5", "p25", "median", "p75", "p95"]].assign(label=list(called.label.values()))
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
        short=called.short,
        note="Dot: the case as planned. Thin line: nine of ten draws. Thick line: half of them. "
        "Tick: the middle one.",
        step=ROW + 3,
    )


def _outcome(field: str, share: bool, unit: str = "km²") -> Spec:
    axis = {"format": ".1~%" if share else "~s", "tickCount": 6}
    return amount(
        field, "share of the water covered" if share else f"[{unit}]", axis=axis, scale={"zero": False}
    )

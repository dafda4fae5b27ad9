"""Charts of studies that took many plans: ladder, comparison, sweep, sensitivity.

Each takes a frame, so that whatever made it can be drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from planner.figures.lettering import SIZE, SMALL, amounts, cut, names, width
from planner.figures.look import (
    PAGE,
    ROW,
    TALL_ROW,
    Chart,
    Figure,
    colours,
    named_axis,
    rows,
    sentence,
    titled,
)
from planner.frames import numbers
from planner.report.palette import FAINT, GAIN, INK, KINDS, LOSS, PAPER, QUIET, RULE
from planner.report.plain_text import figure

LABELS = 200.0
MOST_SCENARIOS = len(KINDS)
"""Scenarios that one panel can tell apart by colour and shape; more get a panel each."""
SHAPES = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "triangle-right")
ACROSS = 3
"""Panels side by side."""


def waterfall(
    ladder: pd.DataFrame, title: str = "What each rung takes off the shortfall", notes: Sequence[str] = ()
) -> Figure:
    """The ladder as a waterfall: shortfall at the start, what each rung changes, and what is left.

    Args:
        ladder: columns ``rung`` (text), ``shortfall_km2`` (left on that rung) and ``step_km2`` (what the rung
            takes off the one before; blank on the first), in the order of the rungs.
        title: title of the figure.
        notes: lines under the title.
    """
    if not len(ladder):
        return Figure(titled(sentence("There are no rungs."), title, notes))
    left = numbers(ladder["shortfall_km2"])
    factor, word = amounts(float(np.abs(left).max()))
    unit = f"{word} km²".strip()
    ids = [str(number) for number in range(len(ladder))]
    named = names([*ids, "left"], [*ladder["rung"], "what is left"], LABELS, lines=2)
    before = np.concatenate([[0.0], left[:-1]])
    step = numbers(ladder["step_km2"])
    change = ["start", *np.where(left[1:] <= before[1:], "less shortfall", "more shortfall")]
    frame = pd.DataFrame(
        {
            "label": [named[one] for one in ids],
            "low": np.minimum(before, left) / factor,
            "high": np.maximum(before, left) / factor,
            "kind": change,
            "text": [
                figure(left[0] / factor),
                *(f"{'−' if off >= 0.0 else '+'}{figure(abs(off) / factor)}" for off in step[1:]),
            ],
        }
    )
    end = pd.DataFrame(
        {
            "label": named["left"],
            "low": 0.0,
            "high": left[-1:] / factor,
            "kind": "what is left",
            "text": figure(left[-1] / factor),
        }
    )
    frame = pd.concat([frame, end], ignore_index=True)
    order = frame["label"].tolist()
    links = pd.DataFrame({"label": order[:-1], "next": order[1:], "at": left / factor})
    scale = {"start": QUIET, "less shortfall": GAIN, "more shortfall": LOSS, "what is left": INK}
    kept = {kind: colour for kind, colour in scale.items() if (frame["kind"] == kind).any()}
    y = named_axis("label", order)
    bars = (
        alt.Chart(rows(frame))
        .mark_bar()
        .encode(
            y=y,
            x=alt.X(
                "low:Q",
                title=f"shortfall to the targets ({unit})",
                axis=alt.Axis(domain=False, ticks=False, tickCount=5),
            ),
            x2="high:Q",
            color=colours("kind", kept),
        )
    )
    joins = alt.Chart(rows(links)).mark_rule(color=RULE, strokeDash=[2, 2]).encode(y=y, y2="next:N", x="at:Q")
    text = alt.Chart(rows(frame[["label", "high", "text"]])).encode(y=y, x="high:Q", text="text:N")
    text = text.mark_text(align="left", baseline="middle", dx=4, fontSize=SMALL + 0.5)
    chart = alt.layer(joins, bars, text).properties(
        width=PAGE - _room(order) - 40.0, height=TALL_ROW * len(order)
    )
    return Figure(titled(chart, title, notes))


def dumbbell(
    areas: pd.DataFrame, title: str = "Coverage of every area, by scenario", notes: Sequence[str] = ()
) -> Figure:
    """Coverage of every area in each scenario, joined by a line.

    Args:
        areas: the table ``areas`` of a comparison in long form: ``scenario`` (the reference first),
            ``area_id``, ``name``, ``figure``, ``value``.
        title: title of the figure.
        notes: lines under the title.
    """
    frame = areas[areas["figure"] == "coverage"].dropna(subset="value")
    if not len(frame):
        return Figure(titled(sentence("There is nothing to compare."), title, notes))
    scenarios = frame["scenario"].drop_duplicates().tolist()
    called = names(scenarios, scenarios, 150.0)
    first = frame[frame["scenario"] == scenarios[0]].set_index("area_id")["value"]
    spread = (
        frame.assign(off=(frame["value"] - frame["area_id"].map(first)).abs()).groupby("area_id")["off"].max()
    )
    ids = spread.sort_values(ascending=False, kind="stable").index.tolist()
    full = frame.drop_duplicates("area_id").set_index("area_id")["name"]
    named = names(ids, full.reindex(ids), LABELS)
    order = [named[one] for one in ids]
    frame = frame.assign(label=frame["area_id"].map(named), shown=frame["scenario"].map(called))
    if len(scenarios) <= MOST_SCENARIOS:
        plot = PAGE - _room(order) - 16.0
        chart = _dumbbells(frame, order, [called[one] for one in scenarios], plot)
        return Figure(
            titled(chart, title, ["Areas by the largest difference from the first scenario.", *notes])
        )
    plot = (PAGE - _room(order) - 16.0 - 10.0 * (ACROSS - 1)) / ACROSS
    panels = []
    top = float(frame["value"].max())
    for number, scenario in enumerate(scenarios[1:]):
        pair = frame[frame["scenario"].isin([scenarios[0], scenario])]
        pair = pair.assign(shown=np.where(pair["scenario"] == scenario, "scenario", called[scenarios[0]]))
        kinds = [called[scenarios[0]], "scenario"]
        panel = _dumbbells(pair, order, kinds, plot, bare=number % ACROSS > 0, top=top)
        heading = alt.TitleParams(
            text=cut(scenario, plot, SIZE), fontSize=SIZE, anchor="start", frame="group", offset=4
        )
        panels.append(panel.properties(title=heading))
    lines = [alt.hconcat(*panels[at : at + ACROSS], spacing=10) for at in range(0, len(panels), ACROSS)]
    note = f"Each panel: one scenario beside {called[scenarios[0]]}. Areas by the largest difference."
    return Figure(titled(alt.vconcat(*lines), title, [note, *notes]))


def frontier(
    points: pd.DataFrame,
    what: str,
    unit: str,
    per: str = "",
    title: str = "What more money buys",
    notes: Sequence[str] = (),
) -> Figure:
    """What is covered at every point of a sweep, and below it the price of more there.

    Args:
        points: columns ``amount`` [unit], ``covered_km2`` and ``price``, in any order.
        what: what is swept: "budget".
        unit: unit of the amounts.
        per: what the price is for, "per million USD"; empty where there is none.
        title: title of the figure.
        notes: lines under the title.
    """
    if not len(points):
        return Figure(titled(sentence("There are no points."), title, notes))
    frame = points.sort_values("amount", kind="stable")[["amount", "covered_km2", "price"]]
    size, word = amounts(float(frame["amount"].max()))
    km2, large = amounts(float(frame["covered_km2"].max()))
    frame = frame.assign(x=frame["amount"] / size, covered=frame["covered_km2"] / km2)
    base = alt.Chart(rows(frame))
    scale = alt.Scale(domain=[float(frame["x"].min()), float(frame["x"].max())], nice=False)
    named = f"{what} ({f'{word} {unit}'.strip()})"
    covered = alt.Y(
        "covered:Q",
        title=["covered", f"({f'{large} km²'.strip()})"],
        scale=alt.Scale(zero=False),
        axis=alt.Axis(domain=False, tickCount=5),
    )
    price = alt.Y(
        "price:Q",
        title=["price (km² weighted by", f"risk, {per})"],
        # far from what there is the first of it is worth a hundred times the last
        scale=alt.Scale(type="sqrt", domainMin=0),
        axis=alt.Axis(domain=False, tickCount=4),
    )
    panels = [(covered, KINDS[0], 190), *([(price, KINDS[1], 100)] if per else [])]
    drawn = []
    for number, (y, colour, height) in enumerate(panels):
        last = number == len(panels) - 1
        axis = alt.Axis(grid=False, tickCount=8, labels=last)
        placed = base.encode(x=alt.X("x:Q", title=named if last else None, scale=scale, axis=axis), y=y)
        line: dict[str, Any] = {"color": colour, "strokeWidth": 1.6}
        dots: dict[str, Any] = {"color": colour, "size": 18, "filled": True, "opacity": 1}
        layers = alt.layer(placed.mark_line(**line), placed.mark_point(**dots))
        drawn.append(layers.properties(width=PAGE - 60.0, height=height))
    scaled = "The price stands on a square-root scale." if per else ""
    return Figure(titled(alt.vconcat(*drawn, spacing=8), title, [*notes, scaled]))


def tornado(
    effects: pd.DataFrame,
    unit: str,
    title: str = "What the answer hangs on",
    notes: Sequence[str] = (),
    most: int = 25,
) -> Figure:
    """The result at the low and the high end of every assumption, the widest first.

    Args:
        effects: columns ``name``, ``low``, ``high`` (results where the assumption is low and high) and
            ``base`` (the result as planned).
        unit: unit of the results.
        title: title of the figure.
        notes: lines under the title.
        most: most rows; the others are counted in a note.
    """
    if not len(effects):
        return Figure(titled(sentence("No assumption has a range."), title, notes))
    wide = effects.assign(span=(effects["high"] - effects["low"]).abs())
    wide = wide.sort_values("span", ascending=False, kind="stable").reset_index(drop=True)
    hidden = max(0, len(wide) - most)
    wide = wide.head(most)
    ids = [str(number) for number in range(len(wide))]
    order = list(names(ids, wide["name"], LABELS + 20.0).values())
    factor, word = amounts(float(wide[["low", "high", "base"]].abs().to_numpy().max()))
    ends = pd.concat(
        [
            pd.DataFrame(
                {
                    "label": order,
                    "base": wide["base"] / factor,
                    "end": wide[side] / factor,
                    "kind": f"assumption {side}",
                }
            )
            for side in ("low", "high")
        ],
        ignore_index=True,
    )
    axis = alt.Axis(domain=False, ticks=False, tickCount=6)
    x = alt.X("base:Q", title=f"{word} {unit}".strip(), scale=alt.Scale(zero=False), axis=axis)
    bars = (
        alt.Chart(rows(ends))
        .mark_bar(height=ROW * 0.6)
        .encode(
            y=named_axis("label", order),
            x=x,
            x2="end:Q",
            color=colours("kind", {"assumption low": KINDS[4], "assumption high": KINDS[0]}),
        )
    )
    middle = alt.Chart(rows(ends.head(1)[["base"]])).mark_rule(color=INK, strokeWidth=1).encode(x="base:Q")
    chart = alt.layer(bars, middle).properties(width=PAGE - _room(order) - 16.0, height=ROW * len(order))
    more = f"{hidden} assumptions with less effect are not shown." if hidden else ""
    return Figure(titled(chart, title, [more, *notes]))


def ranges(
    results: pd.DataFrame,
    unit: str,
    title: str = "How sure the results are",
    notes: Sequence[str] = (),
    line: str = "lowest to highest",
) -> Figure:
    """The range of every result, with the value as planned.

    Args:
        results: columns ``name``, ``low``, ``value``, ``high``, in the order that is shown.
        unit: unit of the results.
        title: title of the figure.
        notes: lines under the title.
        line: what the line of each result spans.
    """
    if not len(results):
        return Figure(titled(sentence("There are no ranges."), title, notes))
    ids = [str(number) for number in range(len(results))]
    order = list(names(ids, results["name"], LABELS).values())
    factor, word = amounts(float(results[["low", "value", "high"]].abs().to_numpy().max()))
    frame = results[["low", "value", "high"]].div(factor).assign(label=order)
    base = alt.Chart(rows(frame)).encode(y=named_axis("label", order))
    axis = alt.Axis(domain=False, ticks=False, tickCount=6)
    x = alt.X("low:Q", title=f"{word} {unit}".strip(), axis=axis, scale=alt.Scale(zero=False))
    lines = base.mark_rule(color=KINDS[4], strokeWidth=4, strokeCap="round").encode(x=x, x2="high:Q")
    points = base.mark_point(
        filled=True, size=34, color=KINDS[0], stroke=PAPER, strokeWidth=0.8, opacity=1
    ).encode(x="value:Q")
    chart = alt.layer(lines, points).properties(width=PAGE - _room(order) - 16.0, height=ROW * len(order))
    return Figure(titled(chart, title, [f"Dot: as planned. Line: {line}.", *notes]))


def _dumbbells(
    frame: pd.DataFrame,
    order: list[str],
    kinds: list[str],
    plot: float,
    bare: bool = False,
    top: float | None = None,
) -> Chart:
    y = named_axis("label", order, **({"labels": False} if bare else {}))
    scale = alt.Scale(domain=[0, top if top is not None else float(frame["value"].max())])
    axis = alt.Axis(format="%", domain=False, ticks=False, tickCount=4 if bare or top else 6)
    x = alt.X("value:Q", title="coverage", scale=scale, axis=axis)
    ends = frame.groupby("label", sort=False)["value"].agg(["min", "max"]).reset_index()
    lines = alt.Chart(rows(ends)).mark_rule(color=RULE, strokeWidth=2).encode(y=y, x="min:Q", x2="max:Q")
    frame = frame.iloc[::-1]  # the first scenario lies on top
    looks = dict(zip(kinds, KINDS, strict=False))
    legend = alt.Legend(title=None, orient="top", direction="horizontal", columns=3)
    points = (
        alt.Chart(rows(frame[["area_id", "label", "scenario", "shown", "value"]]))
        .mark_point(filled=True, size=42, opacity=1, stroke=PAPER, strokeWidth=0.6)
        .encode(
            y=y,
            x=x,
            color=alt.Color(
                "shown:N",
                sort=kinds,
                scale=alt.Scale(domain=kinds, range=list(looks.values())),
                legend=legend,
            ),
            shape=alt.Shape(
                "shown:N",
                sort=kinds,
                scale=alt.Scale(domain=kinds, range=list(SHAPES[: len(kinds)])),
                legend=legend,
            ),
        )
    )
    grid = alt.Chart(rows(pd.DataFrame({"label": order}))).mark_rule(color=FAINT).encode(y=y)
    return alt.layer(grid, lines, points).properties(width=plot, height=ROW * len(order))


def _room(labels: list[str]) -> float:
    lines = [line for label in labels for line in label.split("\n")]
    return max((width(line, SIZE) for line in lines), default=0.0) + 8.0

"""The charts of a plan: gaps by cause, coverage against target, spending, hours, and what is scarce."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from planner.figures import chart_data
from planner.figures.chart_data import CAUSE_WORDS, case_line
from planner.figures.lettering import SIZE, SMALL, amounts, names, width
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
from planner.report.palette import CAUSE_COLOURS, FAINT, INK, KINDS, PAPER, QUIET, RULE
from planner.report.plain_text import figure
from planner.report.results import Results

LABELS = 200.0
"""Widest name of a bar [pt]."""
OPERATORS = 12
LIMITS, ASSETS = 20, 80
"""Most rows of the charts of prices and of hours; the others are counted in a note."""
CAUSE_SCALE = {word: CAUSE_COLOURS[cause][0] for cause, word in CAUSE_WORDS.items()}


def gap_by_programme(results: Results) -> Figure:
    """What every programme's mandate lacks, by cause."""
    frame = chart_data.gaps_by_programme(results)
    title = "The gap of every programme, by cause"
    if not (frame["km2"] > 0.0).any():
        return Figure(titled(sentence("Every target is met."), title, [case_line(results)]))
    factor, word = amounts(frame["total_km2"].max())
    ids = frame["id"].drop_duplicates().tolist()
    named = names(ids, frame.drop_duplicates("id")["name"], LABELS, lines=2)
    order = [named[one] for one in ids]
    frame = frame.assign(label=frame["id"].map(named), shown=frame["km2"] / factor)
    ends = frame.drop_duplicates("id").assign(end=lambda all_: all_["total_km2"] / factor)
    ends["text"] = [figure(value) for value in ends["total_km2"] / factor]
    plot = PAGE - _room(order) - 40.0
    unit = f"{word} km²".strip()
    parts = [cause for cause in CAUSE_SCALE if frame.loc[frame["cause"] == cause, "km2"].sum() > 0.0]
    bars = (
        alt.Chart(rows(frame[["id", "label", "cause", "km2", "shown"]]))
        .transform_calculate(place="indexof(['" + "','".join(CAUSE_SCALE) + "'], datum.cause)")
        .mark_bar(stroke=PAPER, strokeWidth=0.4)
        .encode(
            y=named_axis("label", order),
            x=alt.X("sum(shown):Q", title=f"shortfall to the targets ({unit})", axis=_axis()),
            color=colours("cause", {cause: CAUSE_SCALE[cause] for cause in parts}),
            order=alt.Order("place:Q"),
        )
    )
    text = (
        alt.Chart(rows(ends[["label", "end", "text"]]))
        .mark_text(align="left", baseline="middle", dx=4, fontSize=SMALL + 0.5)
        .encode(y=named_axis("label", order), x="end:Q", text="text:N")
    )
    note = (
        "Shortfall in each programme's mandate, by what stands in the way as the programme sees it. "
        "Mandates overlap: never add the bars."
    )
    chart = alt.layer(bars, text).properties(width=plot, height=TALL_ROW * len(order))
    return Figure(titled(chart, title, [note, case_line(results)]))


def coverage_by_area(results: Results) -> Figure:
    """Coverage of every area beside its target, the largest gap first."""
    frame = chart_data.coverage_by_area(results)
    named = names(frame["id"].tolist(), frame["name"], LABELS)
    order = [named[one] for one in frame["id"]]
    factor, word = amounts(frame["shortfall_km2"].max())
    unit = f"{word} km²".strip()
    frame = frame.assign(
        label=order,
        gap_end=np.maximum(frame["target"], frame["coverage"]),
        text=[
            f"{coverage:.1%}" + (", met" if met else f", {figure(short / factor)} short")
            for coverage, met, short in zip(
                frame["coverage"], frame["met"], frame["shortfall_km2"], strict=True
            )
        ],
    )
    aside = max(width(text, SMALL + 0.5) for text in [*frame["text"], ""]) + 8.0
    base = alt.Chart(rows(frame)).encode(y=named_axis("label", order))
    share = _axis(format="%")
    kind = colours("kind", {"coverage": KINDS[0], "missing to the target": FAINT, "target": INK})
    wide = (
        base.transform_calculate(kind="'missing to the target'")
        .mark_bar(stroke=RULE, strokeWidth=0.4)
        .encode(
            x=alt.X(
                "gap_end:Q",
                title="coverage (share of the water seen)",
                axis=share,
                scale=alt.Scale(domainMin=0),
            ),
            color=kind,
        )
    )
    bars = base.transform_calculate(kind="'coverage'").mark_bar().encode(x="coverage:Q", color=kind)
    ticks = (
        base.transform_calculate(kind="'target'")
        .mark_tick(thickness=1.8, opacity=1, size=ROW * 0.9)
        .encode(x="target:Q", color=kind)
    )
    text = base.mark_text(align="left", baseline="middle", dx=5, fontSize=SMALL + 0.5).encode(
        x="gap_end:Q", text="text:N"
    )
    chart = alt.layer(wide, bars, ticks, text).properties(
        width=PAGE - _room(order) - aside, height=ROW * max(len(order), 1)
    )
    note = f"Coverage of every area against its target, the largest shortfall first; shortfall in {unit}."
    return Figure(titled(chart, "Coverage against target", [note, case_line(results)]))


def spending(results: Results) -> Figure:
    """Budgets and spending of every programme, and the operators whose work it pays for."""
    budgets = chart_data.budgets(results)
    paid = chart_data.spending(results, OPERATORS)
    title, lines = "Who pays for whose work", [case_line(results)]
    if not (budgets["budget"] > 0.0).any():
        return Figure(titled(sentence("No programme has a budget, and nothing is spent."), title, lines))
    factor, word = amounts(budgets["budget"].max())
    unit = f"{word} {results.currency}".strip()
    named = names(budgets["id"].tolist(), budgets["name"], LABELS - 40.0, lines=2)
    order = [named[one] for one in budgets["id"]]
    frame = budgets.assign(label=order, share=budgets["budget"] / factor, used=budgets["spent"] / factor)
    frame["text"] = [
        f"{figure(used)} of {figure(there)}"
        for used, there in zip(frame["used"], frame["share"], strict=True)
    ]
    height = TALL_ROW * len(order)
    left = 120.0
    base = alt.Chart(rows(frame)).encode(y=named_axis("label", order))
    most = float(frame["share"].max())
    scale = alt.Scale(domain=[0, most * 1.75], nice=False)
    ticks = alt.Axis(values=[0, float(f"{most:.1g}") / 2, float(f"{most:.1g}")], grid=False, format=",.3~g")
    there = base.mark_bar(color=FAINT, stroke=RULE, strokeWidth=0.5).encode(
        x=alt.X("share:Q", title=f"spent of budget ({unit})", scale=scale, axis=ticks)
    )
    used = base.mark_bar(color=KINDS[0]).encode(x=alt.X("used:Q", scale=scale))
    text = base.mark_text(align="left", baseline="middle", dx=3, fontSize=SMALL).encode(
        x=alt.X("share:Q", scale=scale), text="text:N"
    )
    bars = alt.layer(there, used, text).properties(width=left, height=height)
    note = (
        "Left: spending of each programme beside its budget. "
        f"Right: which operator's assets it pays for ({unit})."
    )
    if not len(paid):
        return Figure(titled(bars, title, ["Nothing is spent.", *lines]))
    room = PAGE - _room(order) - left - 14.0
    matrix = _matrix(
        paid.assign(label=paid["id"].map(named), shown=paid["amount"] / factor), order, room, height
    )
    return Figure(titled(alt.hconcat(bars, matrix, spacing=10), title, [note, *lines]))


def hours(results: Results) -> Figure:
    """Hours that are used of those there are, asset by asset."""
    frame = chart_data.hours(results)
    title, lines = "Hours used of the hours there are", [case_line(results)]
    if not len(frame):
        return Figure(titled(sentence("There are no assets and no sensors."), title, lines))
    rest = max(0, len(frame) - ASSETS)
    frame = frame.head(ASSETS)
    named = names(frame["id"].tolist(), frame["name"], LABELS + 50.0, SMALL)
    order = [named[one] for one in frame["id"]]
    frame = frame.assign(
        label=order,
        all=1.0,
        text=[
            f"{used:,.0f} of {limit:,.0f} h"
            for used, limit in zip(frame["used"], frame["limit"], strict=True)
        ],
    )
    aside = max(width(text, SMALL) for text in frame["text"]) + 8.0
    base = alt.Chart(rows(frame)).encode(y=named_axis("label", order, labelFontSize=SMALL))
    scale = alt.Scale(domain=[0, 1])
    kinds = frame["kind"].drop_duplicates().tolist()
    there = base.mark_bar(color=FAINT).encode(x=alt.X("all:Q", scale=scale, axis=None))
    used = base.mark_bar().encode(
        x=alt.X("share:Q", scale=scale, axis=None),
        color=colours("kind", dict(zip(kinds, KINDS, strict=False)), columns=3),
    )
    text = base.mark_text(align="left", baseline="middle", dx=4, fontSize=SMALL).encode(
        x=alt.X("all:Q", scale=scale), text="text:N"
    )
    chart = alt.layer(there, used, text).properties(
        width=PAGE - _room(order, SMALL) - aside, height=(SMALL + 3.5) * len(order)
    )
    note = "Mission hours of every asset and sensor in the plan, by kind, the most hours first."
    more = f"{rest} more with fewer hours are not shown." if rest else ""
    return Figure(titled(chart, title, [f"{note} {more}", *lines]))


def prices(results: Results) -> Figure:
    """What one more hour and one more million would add, where they are scarce."""
    frame = chart_data.prices(results)
    title, lines = "What is scarce, and what more of it would add", [case_line(results)]
    if not len(frame):
        return Figure(titled(sentence("Nothing is scarce: no limit has a price."), title, lines))
    hidden = 0
    named = names(frame["id"].tolist(), frame["name"], LABELS + 40.0)
    room = _room(list(named.values()))
    panels: list[Chart] = []
    for kind, what in (("million", f"million {results.currency} of"), ("hour", "hour of")):
        part = frame[frame["kind"] == kind]
        hidden += max(0, len(part) - LIMITS)
        if len(part):
            panels.append(
                _price_panel(
                    part.head(LIMITS),
                    named,
                    f"One more {what} …",
                    KINDS[2] if kind == "hour" else KINDS[1],
                    room,
                )
            )
    note = "Risk-weighted km² that one more unit would add to what is covered; it holds at the margin."
    more = f"{hidden} lower prices are not shown." if hidden else ""
    whole = panels[0] if len(panels) == 1 else alt.vconcat(*panels)
    return Figure(titled(whole, title, [f"{note} {more}", *lines]))


def _price_panel(frame: pd.DataFrame, named: dict[str, str], title: str, colour: str, room: float) -> Chart:
    order = [named[one] for one in frame["id"]]
    frame = frame.assign(label=order, text=[figure(value) for value in frame["km2"]])
    base = alt.Chart(rows(frame[["id", "label", "km2", "text"]])).encode(y=named_axis("label", order))
    x = alt.X("km2:Q", title="risk-weighted km²", axis=_axis(), scale=alt.Scale(domainMin=0))
    bars = base.mark_bar(color=colour, height=ROW * 0.6).encode(x=x)
    text = base.mark_text(align="left", baseline="middle", dx=4, fontSize=SMALL + 0.5).encode(
        x="km2:Q", text="text:N"
    )
    heading = alt.TitleParams(text=title, anchor="start", fontSize=SIZE + 1, offset=4)
    return alt.layer(bars, text).properties(width=PAGE - room - 40.0, height=ROW * len(order), title=heading)


def _matrix(frame: pd.DataFrame, order: list[str], room: float, height: float) -> Chart:
    """Amounts by programme and operator, written into cells that are the darker the more they are."""
    columns = frame["operator"].drop_duplicates().tolist()
    named = names(columns, columns, 90.0, SMALL)
    most = float(frame["shown"].max())
    frame = frame.assign(
        column=frame["operator"].map(named),
        text=[figure(value) for value in frame["shown"]],
        ink=np.where(frame["shown"] > 0.5 * most, PAPER, INK),
    )
    x = alt.X(
        "column:N",
        sort=[named[one] for one in columns],
        axis=alt.Axis(
            title=None,
            orient="top",
            labelAngle=-45,
            labelFontSize=SMALL,
            ticks=False,
            domain=False,
            labelLimit=0,
        ),
        scale=alt.Scale(paddingInner=0.06, paddingOuter=0.0),
    )
    y = alt.Y(
        "label:N", sort=order, axis=None, scale=alt.Scale(domain=order, paddingInner=0.25, paddingOuter=0.15)
    )
    base = alt.Chart(
        rows(frame[["id", "label", "operator", "column", "amount", "shown", "text", "ink"]])
    ).encode(x=x, y=y)
    fill = alt.Color("shown:Q", scale=alt.Scale(domain=[0, most], range=["#e3eef6", KINDS[0]]), legend=None)
    text = base.mark_text(fontSize=SMALL, baseline="middle").encode(
        text="text:N", color=alt.Color("ink:N", scale=None)
    )
    cells = base.mark_rect().encode(color=fill)
    wide = min(room, 34.0 * len(columns))
    both: Chart = alt.layer(cells, text).resolve_scale(color="independent")
    return both.properties(width=wide, height=height)


def _room(labels: list[str], size: float = SIZE) -> float:
    """Width that the names of a chart's rows take [pt]."""
    lines = [line for label in labels for line in label.split("\n")]
    return max((width(line, size) for line in lines), default=0.0) + 8.0


def _axis(**options: Any) -> alt.Axis:
    return alt.Axis(**{"tickCount": 5, "domain": False, "ticks": False, "titleColor": QUIET, **options})

"""What all charts share: a chart as one Vega-Lite specification, its words and looks, parts that several use.

A specification says nothing of its medium: ``sized`` fits it to a width, ``config`` gives it the letters of
print or screen, and the page turns the colours of paper into those of the night. All words are in
``charts.toml``.
"""

from __future__ import annotations

import textwrap
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from string import Template
from typing import Any, TypeAlias

import pandas as pd

from planner.charts.names import one_line
from planner.results.palette import FAINT, HEAT, INK, KINDS, OTHERS, PAPER, QUIET, RULE
from planner.results.run_json import json_types

Spec: TypeAlias = dict[str, Any]

VEGA_LITE = "6.4"
"""Version of the grammar that specifications are written in."""
GRAMMAR = f"https://vega.github.io/schema/vega-lite/v{VEGA_LITE[0]}.json"
PAGE = 498.0
"""Width of a figure in print without its padding [pt]: about 180 mm with it, two columns of a journal."""
PAD = 6.0
FONT = "Liberation Sans, Arimo, Arial, Helvetica, sans-serif"
"""The renderer brings the first; the next three have its widths, so other machines set text alike."""
SCREEN_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
SIZE, SCREEN_SIZE = 8.0, 12.0
"""Size of text in print and on the screen [pt]."""
LINE, TITLE_LINE = 124, 84
"""Signs of a line under a title, and of a title, that fit the width of a figure."""
MOST_NOTE, MOST_TITLE = 6, 3
"""Lines of a note, and of a title."""
ROW = 17
"""Height of a bar with its room [pt]."""
ASIDE = 26
"""Room on the right for texts at the ends of bars [pt]."""
SHOWN = "(narrow && short[datum.label] || datum.label)"
"""The name of a row."""
IN_SHORT: Spec = {"format": "~s", "labelExpr": "replace(datum.label, /^0[a-zA-Z]$/, '0')"}
"""Large figures of an axis in short, as 2.4M; nothing is 0, not 0M."""
SHARE: Spec = {"format": "%", "tickCount": 5}
AREA = {"name": "area", "value": None}
"""The area that a reader has chosen; none in print."""
IN_AREA = {"filter": "area === null || datum.area_id === area"}


@dataclass(frozen=True)
class Chart:
    """A chart, apart from its medium.

    Attributes:
        name: what it is called: the name of its file.
        title: what it shows.
        spec: a Vega-Lite specification without data, size and looks. ``usermeta`` may say: ``ratio`` (height
            over width of a map, or of each of several), ``units``, ``columns`` and ``gap`` of several (their
            width in the units of their shapes, how many side by side, and the room between), ``room`` (width
            that panels one above the other leave to their names), ``least`` (smallest width), ``aside`` (room
            on the right for texts), ``legend`` (signs of the longest entry of its legend), ``names`` (signs
            of the longest line of its rows' names).
        data: the data that it names; a column ``geometry`` holds GeoJSON.
        notes: how to read it.
        label: what can be read off it, for those who cannot see it.
        empty: what is said in its place where there is nothing to show.
    """

    name: str
    title: str
    spec: Spec = field(default_factory=dict)
    data: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    notes: tuple[str, ...] = ()
    label: str = ""
    empty: str = ""


@cache
def declared() -> dict[str, Any]:
    """What ``charts.toml`` says, by the names of charts."""
    text = resources.files("planner.charts").joinpath("charts.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def chart(
    name: str,
    spec: Spec,
    data: Mapping[str, pd.DataFrame],
    words: Mapping[str, Any] | None = None,
) -> Chart:
    """A chart with the words that are declared for it.

    Args:
        name: see ``Chart``.
        spec: see ``Chart``.
        data: see ``Chart``.
        words: what stands for the $words of its declaration; "rest" is how many are not shown.
    """
    said = {
        key: Template(text).substitute({"rest": 0, **(words or {})})
        for key, text in declared()[name].items()
        if isinstance(text, str) and key not in ("empty", "label")
    }
    rest = said.get("rest") if (words or {}).get("rest", 0) > 0 else ""
    note = " ".join(filter(None, (said.get("note"), rest)))
    label = declared()[name].get("label", "$title; the same figures are in the $table.")
    label = Template(label).substitute(said)
    return Chart(name, said["title"], spec, data, (note,) if note else (), label)


def nothing(name: str, **words: object) -> Chart:
    """What is said in the place of a chart that would show nothing."""
    title, said = (Template(declared()[name][key]).substitute(words) for key in ("title", "empty"))
    return Chart(name, title, empty=said)


def told(name: str, tips: str = "tips", **words: object) -> list[Spec]:
    """What the pointer shows of a chart, as declared: by field its words, and the format of figures."""
    found: list[Spec] = []
    for key, said in declared()[name][tips].items():
        text, *form = (
            Template(part).substitute(words) for part in ([said] if isinstance(said, str) else said)
        )
        kind = {"type": "quantitative", "format": form[0]} if form else {"type": "nominal"}
        found.append({"field": Template(key).substitute(words), "title": text, **kind})
    return found


def printed(chart: Chart, lines: Sequence[str] = ()) -> Spec:
    """The chart for print: with its title, its notes and the lines given, at the width of a page."""
    heading = {
        "text": textwrap.wrap(one_line(chart.title), TITLE_LINE)[:MOST_TITLE],
        "subtitle": [
            part
            for note in (*chart.notes, *lines)
            for part in textwrap.wrap(one_line(note), LINE)[:MOST_NOTE]
        ],
        **{"anchor": "start", "frame": "bounds", "offset": 8},
    }
    data, spec = chart.data, chart.spec
    if chart.empty:
        data = {"said": pd.DataFrame({"text": [chart.empty]})}
        mark = {"align": "left", "fontSize": SIZE + 1, "color": QUIET}
        said = {"text": {"field": "text"}, "x": {"value": 0}, "y": {"value": ROW}}
        spec = layer("text", said, mark, data={"name": "said"}, height=2 * ROW)
    return {
        "$schema": GRAMMAR,
        **sized(spec, PAGE),
        **{"title": heading, "background": PAPER, "description": one_line(chart.title)},
        "padding": {"left": PAD, "top": PAD, "bottom": PAD, "right": PAD + aside(spec)},
        "config": config(True, spec, PAGE),
        "datasets": {name: rows(frame) for name, frame in data.items()},
    }


def sized(spec: Spec, width: float) -> Spec:
    """A specification for a width; the page does the same in ``charts.js``."""
    meta = spec.get("usermeta", {})
    if "vconcat" in spec:
        room = width - meta["room"]
        return {**spec, "vconcat": [{**panel, "width": room} for panel in spec["vconcat"]]}
    if "concat" in spec:
        each = (width - (meta["columns"] - 1) * meta["gap"]) / meta["columns"]
        size = {"width": round(each, 2), "height": round(each * meta["ratio"], 2)}
        scale = {"scale": each / meta["units"]}
        panels = [
            {**panel, **size, "projection": {**panel["projection"], **scale}} for panel in spec["concat"]
        ]
        return {**spec, "concat": panels}
    found = {**spec, "width": max(width, meta.get("least", 0.0))}
    if "ratio" in meta:
        return {**found, "height": round(width * meta["ratio"], 2)}
    return {**found, "autosize": {"type": "fit-x", "contains": "padding"}}


def aside(spec: Spec) -> float:
    """Room on the right for texts at the end of bars."""
    return float(spec.get("usermeta", {}).get("aside", 0.0))


def config(paper: bool, spec: Spec | None = None, width: float = PAGE) -> Spec:
    """Letters, lines and legends for paper or for the screen."""
    size = SIZE if paper else SCREEN_SIZE
    found: Spec = {
        "font": FONT if paper else SCREEN_FONT,
        "view": {"stroke": None},
        "text": {"fontSize": size - 1, "color": INK},
        "bar": {"discreteBandSize": {"band": 0.74}},
        "axis": {
            **{"labelFontSize": size, "titleFontSize": size, "titleFontWeight": "normal", "titlePadding": 6},
            **{"labelColor": INK, "titleColor": QUIET, "gridColor": FAINT, "domain": False},
            **{"tickColor": RULE, "ticks": False, "labelPadding": 4, "labelLimit": 236, "titleLimit": 420},
            **{"labelLineHeight": size + 1, "labelFlush": False, "labelSeparation": 8},
        },
        "legend": {
            **{"labelFontSize": size, "titleFontSize": size, "titleFontWeight": "bold", "titleColor": INK},
            **{"labelColor": INK, "symbolType": "square", "symbolSize": 70, "symbolStrokeWidth": 0.5},
            **{"labelLimit": 220, "titleLimit": 0, "columnPadding": 12, "rowPadding": 2, "offset": 8},
            **{"orient": "top", "direction": "horizontal", "titleOrient": "top"},
            # Vega lays legends out as this says, though the schema of Vega-Lite has forgotten it
            "layout": {"bottom": {"direction": "vertical", "anchor": "start", "margin": 6}},
        },
        "title": {
            **{"fontSize": size + 3, "fontWeight": "bold", "color": INK, "subtitleFontSize": size},
            **{"subtitleColor": QUIET, "subtitlePadding": 4, "subtitleLineHeight": size + 2.5, "limit": 0},
        },
    }
    if spec and "legend" in (meta := spec.get("usermeta", {})):
        room = width - 4.2 * meta.get("names", 0)
        found["legend"]["columns"] = max(1, int(room / (meta["legend"] * 4.4 + 30)))
    return found


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A frame as the rows of a dataset; what is not finite is null."""
    columns = {str(name): json_types(frame[name].tolist()) for name in frame.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def row_chart(
    name: str,
    frame: pd.DataFrame,
    *layers: Spec,
    scale: Mapping[str, str] | None = None,
    transform: Sequence[Spec] = (),
    order: Sequence[str] = (),
    short: Mapping[str, str] | None = None,
    step: float = ROW,
    grid: bool = False,
    data: Mapping[str, pd.DataFrame] | None = None,
    meta: Mapping[str, float] | None = None,
    words: Mapping[str, Any] | None = None,
) -> Chart:
    """A chart of rows, one below the other, each with its name on the left.

    Args:
        name: of the chart.
        frame: the rows; ``label`` is the name of each, in the order that is shown.
        *layers: marks and what they show, as ``layer`` makes them; the vertical axis is added.
        scale: colours by the words of the legend.
        transform: of the rows, for all layers.
        order: the labels in the order shown, where it is not that of the frame.
        short: by label, what stands in its place on a phone.
        step: height of a row [pt].
        grid: whether a line runs along each row.
        data: of single layers.
        meta: of ``usermeta``, see ``Chart``.
        words: see ``chart``.
    """
    shown = order or frame["label"].drop_duplicates().tolist()
    y = names("label", shown, grid=grid)
    marks = []
    for each in layers:
        found = {"y": y, **each["encoding"]}
        marks.append({**each, "encoding": {key: value for key, value in found.items() if value is not None}})
    about: dict[str, float] = {"aside": ASIDE} if any(each["mark"].get("align") for each in layers) else {}
    if scale:
        lines = longest(line for text in shown for line in text.split("\n"))
        about |= {"legend": longest(scale), "names": lines}
    spec: Spec = {"data": {"name": name}, "params": [AREA, *narrow(short or {})], "layer": marks}
    spec |= {"height": {"step": step}, "usermeta": about | dict(meta or {})}
    if transform:
        spec["transform"] = list(transform)
    return chart(name, spec, {name: frame, **(data or {})}, words)


def heat(
    name: str,
    frame: pd.DataFrame,
    across: Sequence[str],
    order: Sequence[str],
    short: Mapping[str, str],
    angle: float = -25,
    words: Mapping[str, Any] | None = None,
) -> Chart:
    """Rows by periods, in shades of ``value``, with ``text`` in each place.

    Args:
        name: of the chart.
        frame: ``label``, ``period``, ``value``, ``text``, and what the pointer shows.
        across: the periods.
        order: the labels.
        short: by label, what stands in its place on a phone.
        angle: of the periods' names [degrees].
        words: see ``chart``.
    """
    top, tips = float(frame["value"].max()) or 1.0, told(name)
    scale = {"type": "quantize", "domain": [0, top], "range": list(HEAT)}
    gap = {"scale": {"paddingInner": 0.06}}
    x = over("period", across, angle, labelLimit=160, zindex=0)
    place = {"y": {**names("label", order, grid=True, zindex=0), **gap}, "x": {**x, **gap}, "tooltip": tips}
    shade = {"field": "value", "type": "quantitative", "legend": None, "scale": scale}
    light = {"condition": {"test": f"datum.value > {0.6 * top}", "value": PAPER}, "value": INK}
    layers = [layer("rect", {**place, "color": shade})]
    layers.append(layer("text", {**place, "text": {"field": "text"}, "color": light}))
    spec: Spec = {"layer": layers, "data": {"name": name}, "params": narrow(short), "height": {"step": ROW}}
    spec["usermeta"] = {"least": 280, "aside": 20}
    kept = dict.fromkeys(["label", "period", "value", "text", *(str(one["field"]) for one in tips)])
    return chart(name, spec, {name: frame[list(kept)]}, words)


def layer(mark: str, encoding: Spec, look: Spec | None = None, **more: Any) -> Spec:
    """One layer: a mark with its looks, and what it shows."""
    return {"mark": {"type": mark, **(look or {})}, "encoding": encoding, **more}


def beside(x: Spec, text: str = "text", **more: Any) -> Spec:
    """A layer of texts at the ends of bars."""
    look = {"align": "left", "baseline": "middle", "dx": 4}
    return layer("text", {"x": x, "text": {"field": text}}, look, **more)


def narrow(short: Mapping[str, str]) -> list[Spec]:
    """Whether a chart is on a phone, and the names that it has there by those that it has else."""
    return [{"name": "narrow", "value": False}, {"name": "short", "value": dict(short)}]


def names(field_: str, order: Sequence[str], **axis: Any) -> Spec:
    """The vertical axis with a name for each row of a chart, in the order given; see ``narrow``."""
    # of a name in two lines the first is above the middle of its row and the second below
    two = {"condition": {"test": f"indexof({SHOWN}, '\\n') >= 0", "value": "bottom"}, "value": "middle"}
    split = {"labelExpr": f"split({SHOWN}, '\\n')", "labelBaseline": two}
    looks = {"title": None, "grid": False, "labelPadding": 6, **split, **axis}
    return {"field": field_, "type": "nominal", "sort": list(order), "axis": looks}


def over(field_: str, order: Sequence[str], angle: float, **axis: Any) -> Spec:
    """The horizontal axis of a table of colours: a name above each column, in the order given."""
    looks = {"title": None, "orient": "top", "labelAngle": angle, **axis}
    return {"field": field_, "type": "nominal", "sort": list(order), "axis": looks}


def amount(field_: str, title: str | None = None, **more: Any) -> Spec:
    """A horizontal axis of figures; large ones in short, as 2.4M."""
    axis = {**IN_SHORT, "tickCount": 5, **more.pop("axis", {})}
    return {"field": field_, "type": "quantitative", "title": title, "axis": axis, **more}


def panel_axis(field_: str, title: Sequence[str], axis: Spec = IN_SHORT, room: int = 40, **more: Any) -> Spec:
    """The vertical axis of a panel, with the same room for its figures in all of them [pt]; not from 0."""
    looks = {**axis, "tickCount": 4, "minExtent": room, "maxExtent": room}
    found = {"field": field_, "type": "quantitative", "title": list(title), "axis": looks}
    return {**found, "scale": {"zero": False}, **more}


def coloured(field_: str, scale: Mapping[str, str], **more: Any) -> Spec:
    """Colours by name, with a legend in the order of the scale."""
    domain = {"domain": list(scale), "range": list(scale.values())}
    return {"field": field_, "type": "nominal", "title": None, "sort": list(scale), "scale": domain, **more}


def ranked_colours(ranked: Sequence[str], rest: str) -> dict[str, str]:
    """A colour for each of the first names; all others are one."""
    return dict(zip(ranked, KINDS, strict=False)) | ({rest: OTHERS} if len(ranked) > len(KINDS) else {})


def longest(texts: Iterable[str]) -> int:
    """Signs of the longest text."""
    return max((len(text) for text in texts), default=0)

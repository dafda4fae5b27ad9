"""What all charts share: a chart as one Vega-Lite specification, its looks, and parts that several use.

A specification says nothing of its medium: ``sized`` fits it to a width, ``config`` gives it the letters of
print or screen, and the page turns the colours of paper into those of the night.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pandas as pd

from planner.charts.names import one_line
from planner.results.palette import FAINT, INK, PAPER, QUIET, RULE
from planner.results.run_json import json_types

Spec: TypeAlias = dict[str, Any]

VEGA_LITE = "6.4"
"""Version of the grammar that specifications are written in."""
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
ROW = 17
"""Height of a bar with its room [pt]."""
MOST_TITLE = 3
MOST_NOTE = 6


@dataclass(frozen=True)
class Chart:
    """A chart, apart from its medium.

    Attributes:
        name: what it is called: the name of its file.
        title: what it shows.
        spec: a Vega-Lite specification without data, size and looks. ``usermeta`` may say: ``ratio`` (height
            over width of a map, or of each of several), ``units``, ``columns`` and ``gap`` of several (their
            width in the units of their shapes, how many side by side, and the room between), ``room`` (width
            that panels one above the other leave to their names),
            ``least`` (smallest width), ``aside`` (room on the right for texts), ``legend`` (signs of the
            longest entry of its legend), ``names`` (signs of the longest line of its rows' names).
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


def printed(chart: Chart, lines: Sequence[str] = ()) -> Spec:
    """The chart for print: with its title, its notes and the lines given, at the width of a page."""
    words = [*chart.notes, *lines]
    heading = {
        "text": textwrap.wrap(one_line(chart.title), TITLE_LINE)[:MOST_TITLE],
        "subtitle": [part for note in words for part in textwrap.wrap(one_line(note), LINE)[:MOST_NOTE]],
        **{"anchor": "start", "frame": "bounds", "offset": 8},
    }
    data = chart.data
    spec = chart.spec
    if chart.empty:
        data = {"said": pd.DataFrame({"text": [chart.empty]})}
        mark = {"type": "text", "align": "left", "fontSize": SIZE + 1, "color": QUIET}
        spec = {"data": {"name": "said"}, "mark": mark, "height": 2 * ROW}
        spec["encoding"] = {"text": {"field": "text"}, "x": {"value": 0}, "y": {"value": ROW}}
    return {
        "$schema": f"https://vega.github.io/schema/vega-lite/v{VEGA_LITE[0]}.json",
        **sized(spec, PAGE),
        **{"title": heading, "background": PAPER, "description": one_line(chart.title)},
        "padding": dict.fromkeys(("left", "top", "bottom"), PAD) | {"right": PAD + aside(spec)},
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
        return {**spec, "concat": [_scaled(panel, each / meta["units"]) | size for panel in spec["concat"]]}
    found = {**spec, "width": max(width, meta.get("least", 0.0))}
    if "ratio" in meta:
        return {**found, "height": round(width * meta["ratio"], 2)}
    return {**found, "autosize": {"type": "fit-x", "contains": "padding"}}


def _scaled(panel: Spec, scale: float) -> Spec:
    """A map of a known scale."""
    return {**panel, "projection": {**panel["projection"], "scale": scale}}


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
    title: str,
    frame: pd.DataFrame,
    *layers: Spec,
    note: str = "",
    table: str = "table below",
    scale: Mapping[str, str] | None = None,
    by_area: bool = False,
    order: Sequence[str] = (),
    short: Mapping[str, str] | None = None,
    step: float = ROW,
    grid: bool = False,
    more: Mapping[str, pd.DataFrame] | None = None,
    **meta: float,
) -> Chart:
    """A chart of rows, one below the other, each with its name on the left.

    Args:
        name: of the chart.
        title: what it shows.
        frame: the rows; ``label`` is the name of each, in the order that is shown.
        layers: marks and what they show, as ``layer`` makes them; the vertical axis is added.
        note: how to read it.
        table: where the same figures are.
        scale: colours by the words of the legend.
        by_area: whether only the rows of the area that a reader has chosen are shown.
        order: the labels in the order shown, where it is not that of the frame.
        short: by label, what stands in its place on a phone.
        step: height of a row [pt].
        grid: whether a line runs along each row.
        more: data of single layers.
        meta: of ``usermeta``, see ``Chart``.
    """
    shown = order or frame["label"].drop_duplicates().tolist()
    y = names("label", shown, grid=grid)
    marks = []
    for each in layers:
        found = {"y": y, **each["encoding"]}
        marks.append({**each, "encoding": {key: value for key, value in found.items() if value is not None}})
    if any(each["mark"].get("align") for each in layers):
        meta = {"aside": ASIDE, **meta}
    if scale:
        lines = longest(line for text in shown for line in text.split("\n"))
        meta = {"legend": longest(scale), "names": lines, **meta}
    spec: Spec = {"data": {"name": name}, "params": [AREA, *narrow(short or {})], "layer": marks}
    spec |= {"height": {"step": step}, "usermeta": meta}
    if by_area:
        spec["transform"] = [IN_AREA]
    data = {name: frame, **(more or {})}
    return Chart(
        name, title, spec, data, (note,) if note else (), f"{title}; the same figures are in the {table}."
    )


def nothing(name: str, title: str, said: str) -> Chart:
    """What is said in the place of a chart that would show nothing."""
    return Chart(name, title, empty=said)


def layer(mark: str, encoding: Spec, look: Spec | None = None, **more: Any) -> Spec:
    """One layer: a mark with its looks, and what it shows."""
    return {"mark": {"type": mark, **(look or {})}, "encoding": encoding, **more}


def beside(x: Spec, text: str = "text", **more: Any) -> Spec:
    """A layer of texts at the ends of bars."""
    return layer("text", {"x": x, "text": {"field": text}}, BESIDE, **more)


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


def amount(field_: str, title: str | None = None, **more: Any) -> Spec:
    """A horizontal axis of figures; large ones in short, as 2.4M."""
    axis = {**IN_SHORT, "tickCount": 5, **more.pop("axis", {})}
    return {"field": field_, "type": "quantitative", "title": title, "axis": axis, **more}


def coloured(field_: str, scale: Mapping[str, str], legend: bool = True, **more: Any) -> Spec:
    """Colours by name, with a legend in the order of the scale."""
    found = {"field": field_, "type": "nominal", "title": None, "sort": list(scale), **more}
    found["scale"] = {"domain": list(scale), "range": list(scale.values())}
    return found if legend else {**found, "legend": None}


def told(**fields: str | tuple[str, str]) -> list[Spec]:
    """What the pointer shows: by field its words, and its format where it is a figure."""
    return [
        {"field": name, "title": said, "type": "nominal"}
        if isinstance(said, str)
        else {"field": name, "title": said[0], "type": "quantitative", "format": said[1]}
        for name, said in fields.items()
    ]


def totals(data_field: str, form: str, what: str = "") -> Spec:
    """The sum of a field, as an encoding."""
    found: Spec = {"aggregate": "sum", "field": data_field, "type": "quantitative"}
    return {**found, **({"format": form} if form else {}), **({"title": what} if what else {})}


def longest(texts: Iterable[str]) -> int:
    """Signs of the longest text."""
    return max((len(text) for text in texts), default=0)


SHOWN = "(narrow && short[datum.label] || datum.label)"
"""The name of a row."""
IN_SHORT: Spec = {"format": "~s", "labelExpr": "replace(datum.label, /^0[a-zA-Z]$/, '0')"}
"""Large figures of an axis in short, as 2.4M; nothing is 0, not 0M."""
AREA = {"name": "area", "value": None}
"""The area that a reader has chosen; none in print."""
IN_AREA = {"filter": "area === null || datum.area_id === area"}
BESIDE: Spec = {"align": "left", "baseline": "middle", "dx": 4}
ASIDE = 26
"""Text at the end of a bar, and the room on the right for it [pt]."""

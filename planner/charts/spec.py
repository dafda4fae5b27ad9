"""A chart as one Vega-Lite specification, apart from its medium, and how it is fitted to print and screen.

A specification says nothing of its medium: ``sized`` fits it to a width, ``config`` gives it the letters of
print or screen, and the page turns the colours of paper into those of the night.
"""

from __future__ import annotations

import textwrap
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from string import Template
from typing import Any, TypeAlias

import pandas as pd

from planner.charts.names import one_line
from planner.results import palette
from planner.results.palette import PAPER, QUIET
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
IN_SHORT: Spec = {"format": "~s", "labelExpr": "replace(datum.label, /^0[a-zA-Z]$/, '0')"}
"""Large figures of an axis in short, as 2.4M; nothing is 0, not 0M."""
IN_AREA = "area === null || datum.area_id === area"
LOOKS: Mapping[str, Any] = {
    **{name: value for name, value in vars(palette).items() if name.isupper()},
    **{f"KIND_{number}": colour for number, colour in enumerate(palette.KINDS)},
    **{"POD_EDGES": palette.SHARES[1:-1], "REACHED_EDGES": palette.RATIOS[1:-1]},
    **{"null": None, "IN_AREA": IN_AREA, "IN_SHORT": IN_SHORT["labelExpr"]},
    "shape": {"field": "geometry", "type": "geojson"},
}
"""What replaces $words in every declaration: colours, and parts of specifications."""


@dataclass(frozen=True)
class Chart:
    """A chart, apart from its medium.

    Attributes:
        name: what it is called: the name of its file.
        title: what it shows.
        spec: a Vega-Lite specification without data, size and style. ``usermeta`` may say: ``ratio`` (height
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
def declared(package: str = "planner.charts", file: str = "charts.toml") -> dict[str, Any]:
    """What a file of declarations says; ``charts.toml`` by the names of charts."""
    return tomllib.loads(resources.files(package).joinpath(file).read_text(encoding="utf-8"))


def filled(said: Any, words: Mapping[str, Any]) -> Any:
    """A declaration with its $words filled in; a text that is one word alone becomes what replaces it."""
    if isinstance(said, dict):
        return {filled(key, words): filled(value, words) for key, value in said.items()}
    if isinstance(said, list):
        return [filled(value, words) for value in said]
    if not isinstance(said, str):
        return said
    return words[said[1:]] if said[:1] == "$" and said[1:] in words else Template(said).substitute(words)


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
        "datasets": json_types(data),
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
    more = {"size": size, "less": size - 1, "line": size + 1, "lines": size + 2.5, "large": size + 3}
    found: Spec = filled(declared()["config"], {**LOOKS, **more, "font": FONT if paper else SCREEN_FONT})
    if spec and "legend" in (meta := spec.get("usermeta", {})):
        room = width - 4.2 * meta.get("names", 0)
        columns = max(1, int(room / (meta["legend"] * 4.4 + 30)))
        found["legend"] |= {"columns": columns, "labelLimit": max(220, room / columns - 30)}
    return found


def layer(mark: str, encoding: Spec, look: Spec | None = None, **more: Any) -> Spec:
    """One layer: a mark with its style, and what it shows."""
    return {"mark": {"type": mark, **(look or {})}, "encoding": encoding, **more}

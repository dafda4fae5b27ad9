"""How QGIS shows the layers of ``results.gpkg``: classes and colours, in the table that it looks for.

Colours can be told apart with any colour vision: viridis for shares, Okabe and Ito's palette for causes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd

from planner.charts.palette import BASE, CAUSE_COLOURS, FACTORS, LAND, PAPER, SHARES, VIRIDIS

_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


@dataclass(frozen=True)
class Look:
    """One class of a layer: its symbol and the word in the legend."""

    colour: str
    label: str
    value: str = ""
    lower: float = 0.0
    upper: float = 0.0


def style_table() -> pd.DataFrame:
    """The rows of QGIS's table ``layer_styles``; the default of each layer is applied when it is opened."""
    shares = [f"{low:.0%} to {high:.0%}" for low, high in pairwise(SHARES)]
    factors = [f"{low:g} to {high:g}" for low, high in pairwise(FACTORS)]
    factors[-1] = f"above {FACTORS[-2]:g}"
    causes = [Look(colour, label, value=cause) for cause, (colour, label) in CAUSE_COLOURS.items()]
    rows = [
        ("areas", "coverage", graduated("coverage", _classes(SHARES, shares), width_mm=0.4), True),
        ("cells", "POD", graduated("pod", _classes(SHARES, shares)), True),
        ("cells", "coverage factor", graduated("coverage_factor", _classes(FACTORS, factors)), False),
        ("cells", "cause of gap", categorised("gap_cause", causes), False),
        ("bases", "bases", single(Look(BASE, "base")), True),
        ("land", "land", plain_fill(Look(LAND, "land")), True),
    ]
    return pd.DataFrame([_row(*row) for row in rows])


def graduated(column: str, looks: Sequence[Look], width_mm: float = 0.1) -> str:
    """QML of polygons in classes of a number."""
    renderer = _renderer("graduatedSymbol", attr=column, graduatedMethod="GraduatedColor")
    ranges = ET.SubElement(renderer, "ranges")
    for number, look in enumerate(looks):
        edges = {"lower": f"{look.lower:.15g}", "upper": f"{look.upper:.15g}", "label": look.label}
        ET.SubElement(ranges, "range", {**edges, "symbol": str(number), "render": "true"})
    return _qml(renderer, [_fill(look, width_mm) for look in looks])


def categorised(column: str, looks: Sequence[Look], width_mm: float = 0.1) -> str:
    """QML of polygons in classes of a word."""
    renderer = _renderer("categorizedSymbol", attr=column)
    categories = ET.SubElement(renderer, "categories")
    for number, look in enumerate(looks):
        word = {"value": look.value, "type": "string", "label": look.label}
        ET.SubElement(categories, "category", {**word, "symbol": str(number), "render": "true"})
    return _qml(renderer, [_fill(look, width_mm) for look in looks])


def single(look: Look) -> str:
    """QML of points that all look the same."""
    marker = {"name": "circle", "color": _rgba(look.colour), "outline_color": _rgba(PAPER), "size": "2.4"}
    layer = {**marker, "outline_width": "0.2", "size_unit": "MM"}
    return _qml(_renderer("singleSymbol"), [("marker", "SimpleMarker", layer)])


def plain_fill(look: Look) -> str:
    """QML of polygons that all look the same, without outlines."""
    return _qml(_renderer("singleSymbol"), [_fill(look, 0.0)])


def _classes(edges: Sequence[float], labels: Sequence[str]) -> list[Look]:
    return [
        Look(colour, label, lower=low, upper=high)
        for colour, label, (low, high) in zip(VIRIDIS, labels, pairwise(edges), strict=True)
    ]


def _fill(look: Look, width_mm: float) -> tuple[str, str, dict[str, str]]:
    layer = {"color": _rgba(look.colour), "style": "solid", "outline_color": _rgba(PAPER)}
    outline = {"outline_style": "solid" if width_mm else "no", "outline_width": f"{width_mm:g}"}
    return "fill", "SimpleFill", {**layer, **outline}


def _renderer(kind: str, **attributes: str) -> ET.Element:
    return ET.Element("renderer-v2", {"type": kind, "symbollevels": "0", "enableorderby": "0", **attributes})


def _qml(renderer: ET.Element, symbols: Sequence[tuple[str, str, dict[str, str]]]) -> str:
    """A QGIS 3 style document; its classes point at symbols by their number."""
    root = ET.Element("qgis", {"version": "3.28.0", "styleCategories": "Symbology"})
    root.append(renderer)
    parent = ET.SubElement(renderer, "symbols")
    for number, (kind, name, options) in enumerate(symbols):
        symbol = ET.SubElement(parent, "symbol", {"type": kind, "name": str(number), "alpha": "1"})
        layer = ET.SubElement(symbol, "layer", {"class": name, "enabled": "1", "locked": "0", "pass": "0"})
        group = ET.SubElement(layer, "Option", {"type": "Map"})
        for key, value in options.items():
            ET.SubElement(group, "Option", {"type": "QString", "name": key, "value": value})
    ET.indent(root, " ")
    return _DOCTYPE + ET.tostring(root, encoding="unicode") + "\n"


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"


def _row(layer: str, name: str, qml: str, default: bool) -> dict[str, Any]:
    return {
        "f_table_catalog": "",
        "f_table_schema": "",
        "f_table_name": layer,
        "f_geometry_column": "geom",
        "styleName": name,
        "styleQML": qml,
        "styleSLD": "",
        "useAsDefault": default,
        "description": f"{layer} by {name}",
        "owner": "",
        "ui": "",
        "update_time": "1970-01-01T00:00:00.000Z",
    }

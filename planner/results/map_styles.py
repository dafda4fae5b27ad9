"""How QGIS shows the layers of ``results.gpkg``: classes and colours, in the table that it looks for.

Colours can be told apart with any colour vision: viridis for shares, Okabe and Ito's palette for causes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pandas as pd

from planner.results.palette import BASE, CAUSE_COLOURS, FACTORS, LAND, PAPER, SHARES, VIRIDIS

_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_MARKER = {"name": "circle", "size": "2.4", "outline_width": "0.2", "size_unit": "MM"}
Classes = Sequence[tuple[str, dict[str, str]]]
"""Colour of each class, and what tells QGIS its values and label."""


class Style(NamedTuple):
    """One way to show a layer: the column that its classes are of, and the width of outlines [mm]."""

    layer: str
    name: str
    classes: Classes
    column: str = ""
    outline_mm: float = 0.1
    default: bool = True


def style_table() -> pd.DataFrame:
    """The rows of QGIS's table ``layer_styles``; the default of each layer is applied when it is opened."""
    shares = _ranges(SHARES, [f"{low:.0%} to {high:.0%}" for low, high in pairwise(SHARES)])
    names = [f"{low:g} to {high:g}" for low, high in pairwise(FACTORS)]
    factors = _ranges(FACTORS, [*names[:-1], f"above {FACTORS[-2]:g}"])
    causes = [
        (colour, {"value": cause, "type": "string", "label": label})
        for cause, (colour, label) in CAUSE_COLOURS.items()
    ]
    styles = (
        Style("areas", "coverage", shares, "coverage", outline_mm=0.4),
        Style("cells", "POD", shares, "pod"),
        Style("cells", "coverage factor", factors, "coverage_factor", default=False),
        Style("cells", "cause of the coverage gap", causes, "cause", default=False),
        Style("bases", "bases", [(BASE, {})]),
        Style("land", "land", [(LAND, {})], outline_mm=0.0),
    )
    table = pd.DataFrame(
        {
            "f_table_name": [style.layer for style in styles],
            "f_geometry_column": "geom",
            "styleName": [style.name for style in styles],
            "styleQML": [qml(style) for style in styles],
            "useAsDefault": [style.default for style in styles],
            "description": [f"{style.layer} by {style.name}" for style in styles],
            "update_time": "1970-01-01T00:00:00.000Z",
        }
    )
    return table.assign(f_table_catalog="", f_table_schema="", styleSLD="", owner="", ui="")


def qml(style: Style) -> str:
    """A QGIS 3 style document; its classes point at symbols by their number."""
    parts, attributes, renderer = [], {}, "singleSymbol"
    if style.column:
        of_ranges = "lower" in style.classes[0][1]
        renderer = "graduatedSymbol" if of_ranges else "categorizedSymbol"
        kind, group = ("range", "ranges") if of_ranges else ("category", "categories")
        attributes = {"attr": style.column, "graduatedMethod": "GraduatedColor"}
        each = [
            _element(kind, {**values, "symbol": str(number), "render": "true"})
            for number, (_, values) in enumerate(style.classes)
        ]
        parts.append(_element(group, {}, each))
    symbols = [_symbol(number, colour, style) for number, (colour, _) in enumerate(style.classes)]
    attributes = {"type": renderer, "symbollevels": "0", "enableorderby": "0", **attributes}
    renderer_v2 = _element("renderer-v2", attributes, [*parts, _element("symbols", {}, symbols)])
    root = _element("qgis", {"version": "3.28.0", "styleCategories": "Symbology"}, [renderer_v2])
    ET.indent(root, " ")
    return _DOCTYPE + ET.tostring(root, encoding="unicode") + "\n"


def _symbol(number: int, colour: str, style: Style) -> ET.Element:
    outline = {
        "outline_style": "solid" if style.outline_mm else "no",
        "outline_width": f"{style.outline_mm:g}",
    }
    kind, name, own = "fill", "SimpleFill", {"style": "solid", **outline}
    if style.layer == "bases":
        kind, name, own = "marker", "SimpleMarker", _MARKER
    options = {"color": _rgba(colour), "outline_color": _rgba(PAPER), **own}
    each = [
        _element("Option", {"type": "QString", "name": key, "value": value}) for key, value in options.items()
    ]
    layer = {"class": name, "enabled": "1", "locked": "0", "pass": "0"}
    simple = _element("layer", layer, [_element("Option", {"type": "Map"}, each)])
    return _element("symbol", {"type": kind, "name": str(number), "alpha": "1"}, [simple])


def _element(tag: str, attributes: dict[str, str], children: Iterable[ET.Element] = ()) -> ET.Element:
    element = ET.Element(tag, attributes)
    element.extend(children)
    return element


def _ranges(edges: Sequence[float], labels: Sequence[str]) -> Classes:
    return [
        (colour, {"lower": f"{low:.15g}", "upper": f"{high:.15g}", "label": label})
        for colour, label, (low, high) in zip(VIRIDIS, labels, pairwise(edges), strict=True)
    ]


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"

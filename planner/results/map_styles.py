"""How QGIS shows the layers of ``results.gpkg``: classes and colours, in the table that it looks for.

Colours can be told apart with any colour vision: viridis for shares, Okabe and Ito's palette for causes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pandas as pd

from planner.results.palette import BASE, CAUSE_COLOURS, FACTORS, LAND, PAPER, SHARES, VIRIDIS

_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
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


@cache
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


def _ranges(edges: Sequence[float], labels: Sequence[str]) -> Classes:
    return [
        (colour, {"lower": f"{low:.15g}", "upper": f"{high:.15g}", "label": label})
        for colour, label, (low, high) in zip(VIRIDIS, labels, pairwise(edges), strict=True)
    ]


def qml(style: Style) -> str:
    """A QGIS 3 style document; its classes point at symbols by their number."""
    root = ET.Element("qgis", version="3.28.0", styleCategories="Symbology")
    shown = ET.SubElement(root, "renderer-v2", type="singleSymbol", symbollevels="0", enableorderby="0")
    if style.column:
        of_ranges = "lower" in style.classes[0][1]
        kind, group = ("range", "ranges") if of_ranges else ("category", "categories")
        shown.set("type", "graduatedSymbol" if of_ranges else "categorizedSymbol")
        shown.attrib |= {"attr": style.column, "graduatedMethod": "GraduatedColor"}
        classes = ET.SubElement(shown, group)
        for number, (_, values) in enumerate(style.classes):
            ET.SubElement(classes, kind, {**values, "symbol": str(number), "render": "true"})
    symbols = ET.SubElement(shown, "symbols")
    for number, (colour, _) in enumerate(style.classes):
        _add_symbol(symbols, number, colour, style)
    ET.indent(root, " ")
    return _DOCTYPE + ET.tostring(root, encoding="unicode") + "\n"


def _add_symbol(symbols: ET.Element, number: int, colour: str, style: Style) -> None:
    kind, name = "fill", "SimpleFill"
    line = "solid" if style.outline_mm else "no"
    own = {"style": "solid", "outline_style": line, "outline_width": f"{style.outline_mm:g}"}
    if style.layer == "bases":
        kind, name = "marker", "SimpleMarker"
        own = {"name": "circle", "size": "2.4", "outline_width": "0.2", "size_unit": "MM"}
    colours = {"color": colour, "outline_color": PAPER}
    rgba = {key: ",".join(map(str, (*bytes.fromhex(one[1:]), 255))) for key, one in colours.items()}
    symbol = ET.SubElement(symbols, "symbol", type=kind, name=str(number), alpha="1")
    layer = ET.SubElement(symbol, "layer", {"class": name, "enabled": "1", "locked": "0", "pass": "0"})
    options = ET.SubElement(layer, "Option", type="Map")
    for key, value in {**rgba, **own}.items():
        ET.SubElement(options, "Option", type="QString", name=key, value=value)

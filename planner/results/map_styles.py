"""How QGIS shows the layers of ``results.gpkg``: classes and colours, in the table that it looks for.

Colours can be told apart with any colour vision: viridis for shares, Okabe and Ito's palette for causes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.etree import ElementTree as ET

import pandas as pd

from planner.results.palette import BASE, CAUSE_COLOURS, FACTORS, LAND, PAPER, SHARES, VIRIDIS

_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_RENDERERS = {"range": ("graduatedSymbol", "ranges"), "category": ("categorizedSymbol", "categories")}
_EMPTY = ("f_table_catalog", "f_table_schema", "styleSLD", "owner", "ui")


@dataclass(frozen=True)
class Style:
    """One way to show a layer.

    Attributes:
        layer: the layer.
        name: what the style shows.
        classes: colour of each class, and what tells QGIS its values and label.
        column: column that the classes are of; empty where all looks the same.
        outline_mm: width of outlines [mm]; 0: none.
        default: whether the layer opens with it.
        points: whether the layer has points, not polygons.
    """

    layer: str
    name: str
    classes: Sequence[tuple[str, dict[str, str]]]
    column: str = ""
    outline_mm: float = 0.1
    default: bool = True
    points: bool = False


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
        Style("bases", "bases", [(BASE, {})], points=True),
        Style("land", "land", [(LAND, {})], outline_mm=0.0),
    )
    rows = [
        {
            **dict.fromkeys(_EMPTY, ""),
            "f_table_name": style.layer,
            "f_geometry_column": "geom",
            "styleName": style.name,
            "styleQML": qml(style),
            "useAsDefault": style.default,
            "description": f"{style.layer} by {style.name}",
            "update_time": "1970-01-01T00:00:00.000Z",
        }
        for style in styles
    ]
    return pd.DataFrame(rows)


def qml(style: Style) -> str:
    """A QGIS 3 style document; its classes point at symbols by their number."""
    kind = "range" if "lower" in style.classes[0][1] else "category"
    renderer_type, group = _RENDERERS[kind] if style.column else ("singleSymbol", "")
    root = ET.Element("qgis", {"version": "3.28.0", "styleCategories": "Symbology"})
    attributes = {"type": renderer_type, "symbollevels": "0", "enableorderby": "0"}
    if style.column:
        attributes |= {"attr": style.column, "graduatedMethod": "GraduatedColor"}
    renderer = ET.SubElement(root, "renderer-v2", attributes)
    if style.column:
        parent = ET.SubElement(renderer, group)
        for number, (_, values) in enumerate(style.classes):
            ET.SubElement(parent, kind, {**values, "symbol": str(number), "render": "true"})
    symbols = ET.SubElement(renderer, "symbols")
    for number, (colour, _) in enumerate(style.classes):
        _symbol(symbols, number, colour, style)
    ET.indent(root, " ")
    return _DOCTYPE + ET.tostring(root, encoding="unicode") + "\n"


def _symbol(parent: ET.Element, number: int, colour: str, style: Style) -> None:
    options = {"color": _rgba(colour), "outline_color": _rgba(PAPER)}
    if style.points:
        kind, name = "marker", "SimpleMarker"
        options |= {"name": "circle", "size": "2.4", "outline_width": "0.2", "size_unit": "MM"}
    else:
        kind, name = "fill", "SimpleFill"
        options |= {"style": "solid", "outline_style": "solid" if style.outline_mm else "no"}
        options["outline_width"] = f"{style.outline_mm:g}"
    symbol = ET.SubElement(parent, "symbol", {"type": kind, "name": str(number), "alpha": "1"})
    layer = ET.SubElement(symbol, "layer", {"class": name, "enabled": "1", "locked": "0", "pass": "0"})
    group = ET.SubElement(layer, "Option", {"type": "Map"})
    for key, value in options.items():
        ET.SubElement(group, "Option", {"type": "QString", "name": key, "value": value})


def _ranges(edges: Sequence[float], labels: Sequence[str]) -> list[tuple[str, dict[str, str]]]:
    return [
        (colour, {"lower": f"{low:.15g}", "upper": f"{high:.15g}", "label": label})
        for colour, label, (low, high) in zip(VIRIDIS, labels, pairwise(edges), strict=True)
    ]


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"

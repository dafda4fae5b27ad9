"""What a figure shows: its specification, the places of its texts, and its pixels."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import vl_convert
from PIL import Image

from planner.charts.spec import VEGA_LITE
from planner.charts.write import rendered

Spec = dict[str, Any]
Box = tuple[float, float, float, float]
EM = 0.5
"""Width of a sign over its height, rather too narrow than too wide."""


def pixels(spec: Spec, dpi: float = 72.0) -> npt.NDArray[np.uint8]:
    """Red, green and blue of every pixel, shape (height, width, 3); at 72 dpi a pixel is a point."""
    return np.asarray(Image.open(io.BytesIO(rendered(spec, "png", dpi))).convert("RGB"))


def near(image: npt.NDArray[np.uint8], colour: str, within: int = 6) -> npt.NDArray[np.bool_]:
    """Pixels of a colour, but for rounding and smoothing."""
    wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
    return (np.abs(image.astype(int) - wanted) <= within).all(axis=2)


def table(spec: Spec, *columns: str) -> list[dict[str, Any]]:
    """The one dataset of the specification that has these columns."""
    found = [rows for rows in spec["datasets"].values() if rows and set(columns) <= set(rows[0])]
    assert len(found) == 1, f"{len(found)} tables with {columns}"
    return list(found[0])


def texts(spec: Spec) -> list[tuple[str, Box]]:
    """Every level text that is drawn and its box on the paper [pt], where the renderer places it."""
    return laid_out(spec)[0]


def laid_out(spec: Spec) -> tuple[list[tuple[str, Box]], tuple[float, float]]:
    """The texts of a figure, see ``texts``, and its width and height [pt]."""
    graph = vl_convert.vegalite_to_scenegraph(spec, vl_version=VEGA_LITE)
    left, top, right, bottom = (spec["padding"][side] for side in ("left", "top", "right", "bottom"))
    if spec.get("autosize", {}).get("contains") == "padding":
        left = right = 0.0  # the width has them already
    size = graph["width"] + left + right, graph["height"] + top + bottom
    return list(_texts(graph["scenegraph"], *graph["origin"])), size


def said(spec: Spec) -> str:
    """All text of a figure."""
    return " ".join(text.replace("\n", " ") for text, _ in texts(spec))


def overlapping(boxes: list[tuple[str, Box]], slack: float = 1.5) -> list[tuple[str, str]]:
    """Pairs of different texts whose boxes cover each other by more than a hair."""
    pairs = []
    for number, (one, a) in enumerate(boxes):
        for other, b in boxes[number + 1 :]:
            across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
            if one != other and across > slack and down > slack:
                pairs.append((one, other))
    return pairs


def _texts(node: dict[str, Any], x: float, y: float) -> Iterator[tuple[str, Box]]:
    for item in node.get("items", []):
        if node.get("marktype") == "group":
            for child in item.get("items", []):
                yield from _texts(child, x + item.get("x", 0.0), y + item.get("y", 0.0))
        elif node.get("marktype") == "text" and _level(item):
            text = item["text"]
            lines = text if isinstance(text, list) else str(text).split("\n")
            yield "\n".join(map(str, lines)), _box(item, [str(line) for line in lines], x, y)


def _level(item: dict[str, Any]) -> bool:
    return bool(item.get("text") and item.get("opacity", 1) and not item.get("angle"))


def _box(item: dict[str, Any], lines: list[str], x: float, y: float) -> Box:
    size = item.get("fontSize", 11.0)
    limit = item.get("limit") or np.inf
    wide = min(limit, max(len(line) for line in lines) * size * EM)
    high = size + (len(lines) - 1) * item.get("lineHeight", size + 2.0)
    west = x + item.get("x", 0.0) + item.get("dx", 0.0)
    west -= {"left": 0.0, "center": 0.5, "right": 1.0}[item.get("align", "left")] * wide
    up = {"top": 0.0, "middle": 0.5, "bottom": 1.0, "alphabetic": 0.8}[item.get("baseline", "alphabetic")]
    north = y + item.get("y", 0.0) + item.get("dy", 0.0) - up * size
    return west, north, west + wide, north + high

"""Charts as files (PNG, SVG or PDF, without a browser or a network), and a folder of them."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import vl_convert

from planner.charts.sources import CAPACITY_NAMES, NAMES, STUDY_NAMES, Source, chosen, of_results, require
from planner.charts.spec import VEGA_LITE
from planner.errors import InputError, Problem
from planner.results.results import Results
from planner.results.run_json import versions
from planner.results.target import FolderKind, write_folder

FORMATS = ("png", "svg", "pdf")
MANIFEST = "figures.json"
ALL = (*NAMES, *STUDY_NAMES, *CAPACITY_NAMES)
FILES = (*(f"{name}.{kind}" for name in ALL for kind in FORMATS), MANIFEST)
FIGURES = FolderKind("set of figures", MANIFEST, "figures", FILES)
LEAST_DPI, MOST_DPI = 36.0, 1200.0
_CLIP = re.compile(r'((?:clip-path="url\(#|id=")clip)(\d+)(\)?")')
_SIGNATURE, _AROUND = 8, 12
"""Bytes before the first chunk of a PNG; bytes of a chunk besides its data."""


def write_figures(
    results: Results | Source,
    folder: str | Path,
    kind: str = "png",
    only: Sequence[str] = (),
    dpi: float = 300.0,
    overwrite: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Path:
    """Draw the maps and charts of a plan or a study, one file each, and ``figures.json``, which lists them.

    Args:
        results: the plan, as ``plan`` or ``read_results`` gives it; or what
            ``planner.charts.sources.of_folder`` finds in the folder of a study.
        folder: name of the folder.
        kind: "png", "svg" or "pdf".
        only: names of figures; all if none is given.
        dpi: pixels per inch of PNG; figures are 180 mm wide.
        overwrite: whether a former set of figures there may be replaced.
        progress: told of every figure.

    Returns:
        The absolute path of the folder.

    Raises:
        InputError: there is no such figure or format.
        OutputError: something stands there that may not be replaced, or the place cannot be written to.
    """
    checked(kind, only, dpi)
    source = of_results(results) if isinstance(results, Results) else results
    names = chosen(source, only)

    def fill(staging: Path) -> None:
        for name in names:
            progress(f"draw {name}")
            (staging / f"{name}.{kind}").write_bytes(rendered(source.spec(name), kind, dpi))
        document = {
            "figures": list(names),
            "title": source.title,
            "status": source.status,
            "inputs": dict(source.inputs),
            "versions": versions(),
            "files": [*(f"{name}.{kind}" for name in names), MANIFEST],
        }
        text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
        (staging / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")

    return write_folder(folder, overwrite, FIGURES, fill)


def checked(kind: str, only: Sequence[str] = (), dpi: float = 300.0) -> None:
    """Check a wish before anything is read.

    Raises:
        InputError: there is no such figure or format, or the resolution is out of bounds.
    """
    if kind not in FORMATS:
        raise InputError([Problem("--format", 0, "", kind, "is not a format", f"name {', '.join(FORMATS)}")])
    if not LEAST_DPI <= dpi <= MOST_DPI:
        rule = f"is not between {LEAST_DPI:g} and {MOST_DPI:g} pixels per inch"
        raise InputError([Problem("--dpi", 0, "", f"{dpi:g}", rule, "print takes 300, a screen 96 to 150")])
    require(only, ALL, "is not a figure")


def rendered(spec: Mapping[str, Any], kind: str, dpi: float = 300.0) -> bytes:
    """Draw a specification.

    Args:
        spec: a whole Vega-Lite specification, as ``planner.charts.spec.printed``; its units are points.
        kind: one of ``FORMATS``.
        dpi: pixels per inch of a PNG; the other two have no pixels.

    Returns:
        The content of the file. SVG names fonts that fall back to any sans serif; PNG and PDF have theirs.
    """
    how: dict[str, Any] = {"vl_version": VEGA_LITE, "allowed_base_urls": []}
    if kind == "svg":
        return renumbered(vl_convert.vegalite_to_svg(dict(spec), **how)).encode()
    if kind == "pdf":
        return vl_convert.vegalite_to_pdf(dict(spec), **how)
    return tighter(vl_convert.vegalite_to_png(dict(spec), scale=1.0, ppi=dpi, **how))


def renumbered(svg: str) -> str:
    """The same SVG with its clip paths counted from 1: the renderer counts on from one figure to the next."""
    number: dict[str, int] = {}

    def again(found: re.Match[str]) -> str:
        return f"{found[1]}{number.setdefault(found[2], len(number) + 1)}{found[3]}"

    return _CLIP.sub(again, svg)


def tighter(png: bytes) -> bytes:
    """The same PNG with its pixels packed as tightly as zlib can; about half the size.

    Source: Portable Network Graphics (PNG) Specification, W3C, sections 5 (chunks) and 10 (compression).
    """
    before, after = [png[:_SIGNATURE]], list[bytes]()
    packed, at = b"", _SIGNATURE
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        chunk = png[at : at + length + _AROUND]
        if kind == b"IDAT":
            packed += chunk[8:-4]
        else:
            (after if packed else before).append(chunk)
        at += length + _AROUND
    body = b"IDAT" + zlib.compress(zlib.decompress(packed), level=9)
    data = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return b"".join([*before, data, *after])

"""Charts as PNG, SVG or PDF, without a browser or a network."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping
from typing import Any

import vl_convert

from planner.charts.spec import VEGA_LITE

FORMATS = ("png", "svg", "pdf")
_CLIP = re.compile(r'((?:clip-path="url\(#|id=")clip)(\d+)(\)?")')
_SIGNATURE, _AROUND = 8, 12
"""Bytes before the first chunk of a PNG; bytes of a chunk besides its data."""


def rendered(spec: Mapping[str, Any], kind: str, dpi: float = 300.0) -> bytes:
    """The file of a whole Vega-Lite specification, as ``planner.charts.spec.printed``; its units are points.

    ``dpi`` are pixels per inch of a PNG. SVG names fonts that fall back to any sans serif; PNG and PDF have
    theirs.
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

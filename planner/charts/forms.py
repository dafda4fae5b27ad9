"""How charts are made of what ``charts.toml`` declares of them: words, layers, rows, panels, shades."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import pandas as pd

from planner.charts.names import Names
from planner.charts.spec import IN_SHORT, LOOKS, ROW, Chart, Spec, declared, filled, layer
from planner.results.palette import HEAT, INK, KINDS, OTHERS, PAPER

Words: TypeAlias = Mapping[str, Any]

ASIDE = 26
"""Room on the right for texts at the ends of bars [pt]."""
SHOWN = "(narrow && short[datum.label] || datum.label)"
"""The name of a row."""
AREA = {"name": "area", "value": None}
"""The area that a reader has chosen; none in print."""
BESIDE: Spec = {"align": "left", "baseline": "middle", "dx": 4}
"""Text at the end of a bar."""
A_SIGN, MOST_SIGNS, HALF_A_COLUMN = 4.5, 34, 30
"""Of slanted names: width of a sign, most signs, and the room that the name's own column has for it [pt]."""


def chart(name: str, spec: Spec, data: Mapping[str, pd.DataFrame], words: Words | None = None) -> Chart:
    """A chart with what is declared to be said of it.

    ``words`` are what replaces the $words of its declaration; "rest" is how many are not shown.
    """
    said, words = declared()[name], {"rest": 0, "currency": "", **(words or {})}
    title = filled(said["title"], words)
    parts = (said.get("note", ""), said.get("rest", "") if words["rest"] > 0 else "")
    note = " ".join(filter(None, (str(filled(part, words)) for part in parts)))
    label = said.get("label", f"$title; the same figures are in the {said.get('table')}.")
    return Chart(name, title, spec, data, (note,) if note else (), filled(label, {"title": title}))


def nothing(name: str, **words: object) -> Chart:
    """What is said in the place of a chart that would show nothing."""
    title, said = (filled(declared()[name][key], words) for key in ("title", "empty"))
    return Chart(name, title, empty=said)


def told(name: str, tips: str = "tips", **words: object) -> list[Spec]:
    """What the pointer shows of a chart, as declared: by field its words, and the format of figures."""
    found: list[Spec] = []
    for key, said in filled(declared()[name][tips], words).items():
        more = {"title": said, "type": "nominal"}
        if isinstance(said, list):
            more = {"title": said[0], "type": "quantitative", "format": said[1]}
        found.append({"field": key, **(said if isinstance(said, dict) else more)})
    return found


def layers(
    name: str,
    data: Mapping[str, pd.DataFrame],
    words: Words,
    axes: Mapping[str, Spec] | None = None,
    scale: Mapping[str, str] | None = None,
) -> list[Spec]:
    """The layers that are declared for a chart, but for those whose own data are empty.

    A layer has ``mark`` with its ``look``, ``data`` and ``filter`` or ``transform`` of its own, ``tips``
    (those of bars and points need not be named), and what it shows by channel, as a field or as Vega-Lite
    has it. ``axes`` are the channels that all layers have, of which a layer says only what is other, or
    false; ``words`` are what replaces the $words, and ``scale`` colours by name.
    """
    base, found = axes or {}, []
    for channels in filled(declared()[name]["layers"], {**LOOKS, **words}):
        about = {"look": {}, "data": "", "filter": "", "transform": [], "tips": "", "keep": False}
        one: Spec = {key: channels.pop(key, value) for key, value in about.items()}
        mark, own, look = channels.pop("mark"), one["data"], one["look"]
        if own and not (one["keep"] or len(data[own])):
            continue
        if base and mark == "text":
            look = {**BESIDE, **look}
            channels.setdefault("text", "text")
        encoding: Spec = {
            **{channel: shown for channel, shown in base.items() if channel not in channels},
            **{key: _channel(key, said, base, scale or {}) for key, said in channels.items() if said},
        }
        if tips := one["tips"] or ("tips" if base and mark in ("bar", "point") else ""):
            encoding["tooltip"] = told(name, tips, **words)
        more: Spec = {"data": {"name": own}} if own else {}
        if only := [{"filter": one["filter"]}] if one["filter"] else one["transform"]:
            more["transform"] = only
        found.append(layer(mark, encoding, look, **more))
    return found


def _channel(name: str, said: Any, axes: Mapping[str, Spec], scale: Mapping[str, str]) -> Any:
    """What a channel shows: a field alone, with what goes with the channel, or as Vega-Lite has it."""
    shown = {"field": said} if isinstance(said, str) else said
    if name in axes:
        return {**axes[name], **shown}
    if name == "order":
        return {"type": "quantitative", **shown}
    return coloured(**{"scale": scale, **shown}) if name == "color" and "field" in shown else shown


def row_chart(
    name: str,
    frame: pd.DataFrame,
    called: Names,
    scale: Mapping[str, str] | None = None,
    order: Sequence[str] = (),
    data: Mapping[str, pd.DataFrame] | None = None,
    words: Words | None = None,
    drawn: Sequence[Spec] = (),
    transform: Sequence[Spec] = (),
    **meta: float,
) -> Chart:
    """A chart of rows, one below the other, each with its name on the left.

    Args:
        name: of the chart.
        frame: the rows; ``label`` is the name of each, in the order that is shown.
        called: what is shown in place of labels on a phone.
        scale: colours by the words of the legend.
        order: the labels in the order shown, where it is not that of the frame.
        data: of single layers.
        words: what replaces the $words of its declaration; "grid": whether a line runs along each row.
        drawn: its layers, but for the vertical axis, if they are not those that are declared.
        transform: of the rows, for all layers.
        **meta: of ``usermeta``, see ``Chart``.
    """
    said, words = declared()[name], {**LOOKS, **(words or {})}
    tables, shown = {name: frame, **(data or {})}, order or frame["label"].drop_duplicates().tolist()
    y = names("label", shown, grid=said.get("grid", False))
    made = [{**one, "encoding": {"y": y, **one["encoding"]}} for one in drawn]
    if not made:
        axes = {"x": amount(**filled(said["x"], words)), "y": y}
        made = layers(name, tables, words, axes, scale)
    about: dict[str, float] = {"aside": ASIDE} if any("align" in each["mark"] for each in made) else {}
    if scale:
        lines = longest(line for text in shown for line in text.split("\n"))
        about |= {"legend": longest(scale), "names": lines}
    spec: Spec = {"data": {"name": name}, "params": [AREA, *narrow(called.short)], "layer": made}
    spec |= {"height": {"step": said.get("step", ROW)}, "usermeta": about | meta}
    return chart(name, spec | ({"transform": list(transform)} if transform else {}), tables, words)


def panels(
    name: str,
    data: Mapping[str, pd.DataFrame],
    words: Words,
    scale: Mapping[str, str] | None = None,
    only: int | None = None,
    **more: Any,
) -> Chart:
    """Panels one above the other, which share their horizontal axis and show the first of the tables.

    Each panel says more of its words; ``scale`` are colours by the words of the legend, ``only`` is how many
    of the panels that are declared are drawn, and ``more`` is of the specification.
    """
    said, made = declared()[name], list[Spec]()
    for one in filled(said["panels"], {**LOOKS, **words})[:only]:
        style = {**one.get("axis", IN_SHORT), "tickCount": 4}
        style |= dict.fromkeys(("minExtent", "maxExtent"), one.get("room", 40))
        y = {"field": one["y"], "type": "quantitative", "title": one["title"], "axis": style}
        y |= {"scale": one.get("scale", {"zero": False})}
        x = {**filled(said["x"], {**LOOKS, **words}), "title": None}
        drawn = layers(name, data, {**words, **one}, {"x": x, "y": y}, scale)
        made.append({"height": one["height"], "layer": drawn})
    for each in made[-1]["layer"]:
        each["encoding"]["x"] = {**each["encoding"]["x"], "title": filled(said["x"].get("title"), words)}
    spec: Spec = {"vconcat": made, "spacing": 12, "data": {"name": next(iter(data))}}
    spec["usermeta"] = {"room": 84, **({"legend": longest(scale)} if scale else {})}
    return chart(name, spec | more, data, words)


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

    The frame has ``label``, ``period``, ``value``, ``text``, and what the pointer shows; ``across`` are the
    periods, their names at an angle [degrees], ``order`` the labels, and ``short`` what they are on a phone.
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
    over_edge = A_SIGN * min(len(across[-1]), MOST_SIGNS) - HALF_A_COLUMN
    spec["usermeta"] = {"least": 280, "aside": max(20.0, over_edge)}
    kept = dict.fromkeys(["label", "period", "value", "text", *(str(one["field"]) for one in tips)])
    return chart(name, spec, {name: frame[list(kept)]}, words)


def narrow(short: Mapping[str, str]) -> list[Spec]:
    """Whether a chart is on a phone, and the names that it has there by those that it has else."""
    return [{"name": "narrow", "value": False}, {"name": "short", "value": dict(short)}]


def names(field_: str, order: Sequence[str], **axis: Any) -> Spec:
    """The vertical axis with a name for each row of a chart, in the order given; see ``narrow``."""
    # of a name in two lines the first is above the middle of its row and the second below
    two = {"condition": {"test": f"indexof({SHOWN}, '\\n') >= 0", "value": "bottom"}, "value": "middle"}
    split = {"labelExpr": f"split({SHOWN}, '\\n')", "labelBaseline": two}
    style = {"title": None, "grid": False, "labelPadding": 6, **split, **axis}
    return {"field": field_, "type": "nominal", "sort": list(order), "axis": style}


def over(field_: str, order: Sequence[str], angle: float, **axis: Any) -> Spec:
    """The horizontal axis of a table of colours: a name above each column, in the order given."""
    style = {"title": None, "orient": "top", "labelAngle": angle, **axis}
    return {"field": field_, "type": "nominal", "sort": list(order), "axis": style}


def amount(title: str | None = None, axis: Spec | None = None, **more: Any) -> Spec:
    """A horizontal axis of figures; large ones in short, as 2.4M."""
    style = {**IN_SHORT, "tickCount": 5, **(axis or {})}
    return {"type": "quantitative", "title": title, "axis": style, **more}


def coloured(field: str, scale: Mapping[str, str], **more: Any) -> Spec:
    """Colours by name, with a legend in the order of the scale."""
    domain = {"domain": list(scale), "range": list(scale.values())}
    return {"field": field, "type": "nominal", "title": None, "sort": list(scale), "scale": domain, **more}


def ranked_colours(ranked: Sequence[str], rest: str) -> dict[str, str]:
    """A colour for each of the first names; all others are one."""
    return dict(zip(ranked, KINDS, strict=False)) | ({rest: OTHERS} if len(ranked) > len(KINDS) else {})


def longest(texts: Iterable[str]) -> int:
    """Signs of the longest text."""
    return max((len(text) for text in texts), default=0)

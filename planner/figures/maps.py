"""The maps of a plan: what is watched, against which target, why not, what is at risk, and who watches."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from planner.figures import lettering
from planner.figures.chart_data import case_line, operator_names
from planner.figures.lettering import SMALL, broken
from planner.figures.look import PAGE, Figure, rows, titled, written
from planner.figures.map_data import MapData, Shapes, by_class, classed
from planner.figures.naming import LEADING
from planner.frames import numbers
from planner.report.palette import (
    CAUSE_COLOURS,
    CIVIDIS,
    INK,
    KINDS,
    LAND,
    OTHERS,
    PAPER,
    QUIET,
    RATIOS,
    RULE,
    SHARES,
    TOWARDS,
    VIRIDIS,
    WATER,
    even_edges,
)
from planner.report.results import Results

LEFT, BELOW = 22.0, 12.0
"""Room for the labels of parallels and meridians [pt]."""
MAP_WIDTH = PAGE - LEFT
HOME, NOBODY, OTHER = "the zone's own state", "nobody", "others"
INDICATIVE = "Indicative outlines, not legal boundaries."
MOST_SOURCES = 2
OPERATOR_WIDTH = 74.0
"""Widest name of an operator in a legend [pt]."""
ONE_LINE = 90
"""Signs of a legend that fit into one line."""
_PREFIX = re.compile(r"^indicative outlines?\s*:\s*", re.IGNORECASE)
DATA = "Lambert azimuthal equal-area projection"


def map_pod(results: Results, data: MapData) -> Figure:
    """Probability of detection of every cell."""
    labels = percent_labels(SHARES)
    classes = classed(results.cells["pod"], SHARES, labels)
    scale = dict(zip(labels, VIRIDIS, strict=True))
    title = "How likely a vessel is seen"
    note = (
        "Probability that a vessel that stays in a cell for its dwell time is detected (POD), cell by cell."
    )
    return _by_cell(results, data, classes, scale, title, note, "Probability of detection")


def map_target(results: Results, data: MapData) -> Figure:
    """Coverage of every area over its target."""
    labels = [*percent_labels(RATIOS[:-1])[:-1], "75 to below 100%", "target met"]
    areas = results.areas
    target = numbers(areas["target_coverage"])
    ratio = np.divide(numbers(areas["coverage"]), target, out=np.full(len(areas), np.inf), where=target > 0.0)
    met = areas["met"].to_numpy(dtype=bool)
    ratio = np.where(met, np.inf, np.minimum(ratio, np.nextafter(1.0, 0.0)))
    classes = classed(ratio, RATIOS, labels)
    scale = dict(zip(labels, TOWARDS, strict=True))
    filled = by_class(data.zone_shapes, classes, labels)
    title = "Coverage against the target, zone by zone"
    return _map(
        results,
        data,
        filled,
        scale,
        title,
        "Coverage reached, as a share of each zone's target.",
        "Share of the target reached",
    )


def map_cause(results: Results, data: MapData) -> Figure:
    """The largest cause of the gap of every cell."""
    words = {cause: word for cause, (_, word) in CAUSE_COLOURS.items()}
    scale = {word: colour for colour, word in CAUSE_COLOURS.values()}
    classes = [words[str(cause)] for cause in results.cells["gap_cause"]]
    note = "Largest cause of what a cell lacks to its zone's target, as all programmes together see it."
    return _by_cell(results, data, classes, scale, "Why water stays uncovered", note, "Cause of the gap")


def map_risk(results: Results, data: MapData) -> Figure:
    """Risk weight of every cell, in classes of equal width."""
    weights = numbers(results.cells["risk_weight"])
    edges = even_edges(weights, len(CIVIDIS))
    labels = [f"{low:g} to {high:g}" for low, high in pairwise(edges)] or [f"{weights.max(initial=0.0):g}"]
    steps = np.linspace(0, len(CIVIDIS) - 1, max(len(labels), 2)).round().astype(int)
    scale = {label: CIVIDIS[step] for label, step in zip(labels, steps[-len(labels) :], strict=True)}
    classes = classed(weights, edges, labels) if edges else [labels[0]] * len(weights)
    note = "Weight of a km² in the objective: what it costs to miss a vessel there, relative to weight 1."
    return _by_cell(results, data, classes, scale, "Where the risk lies", note, "Risk weight")


def map_who(results: Results, data: MapData) -> Figure:
    """Who adds the most coverage factor to every cell: the zone's own state, or which other operator."""
    most = leading_operator(results)
    words = operator_names(results)
    names = {**lettering.names(list(words), words.values(), OPERATOR_WIDTH), HOME: HOME}
    water = results.cells.groupby(most.to_numpy())["area_km2"].sum().drop(NOBODY, errors="ignore")
    ranked = [str(name) for name in water.sort_values(ascending=False, kind="stable").index]
    first = ranked[: len(KINDS)]
    scale = {names[name]: colour for name, colour in zip(first, KINDS, strict=False)}
    if len(ranked) > len(first):
        scale[OTHER] = OTHERS
    if (most == NOBODY).any():
        scale[NOBODY] = CAUSE_COLOURS["none"][0]
    classes = [
        names[name] if name in first else NOBODY if name == NOBODY else OTHER for name in map(str, most)
    ]
    note = "Who adds the most coverage factor to a cell: the zone's own state, or another operator."
    return _by_cell(results, data, classes, scale, "Who watches where", note, "Operator")


def leading_operator(results: Results) -> pd.Series:
    """Operator with the most coverage factor in each cell of ``results.cells``.

    Returns:
        Operators by cell; ``HOME`` for the state of the cell's area, ``NOBODY`` where there is none.
    """
    operator = results.fleet.set_index("asset_id")["operator"]
    missions = results.missions.assign(operator=results.missions["asset_id"].map(operator))
    added = missions.groupby(["cell_id", "operator"], as_index=False)["coverage_factor"].sum()
    added = added[added["coverage_factor"] > 0.0].sort_values(
        ["coverage_factor", "operator"], ascending=[False, True], kind="stable"
    )
    first = added.drop_duplicates("cell_id").set_index("cell_id")["operator"]
    found = results.cells["cell_id"].map(first.to_dict())
    leading = found.where(found.notna(), NOBODY).astype(str)
    state = results.areas.set_index("area_id")["coastal_state"].str.casefold()
    return leading.where(leading != results.cells["area_id"].map(state), HOME)


def percent_labels(edges: Sequence[float]) -> list[str]:
    """Classes of shares as words: 5 to 10%."""
    return [f"{100 * low:g} to {100 * high:g}%" for low, high in pairwise(edges)]


def outline_note(results: Results) -> str:
    """Where the zones' outlines are from, as the case says; and that they are indicative if it says so."""
    sources = list(dict.fromkeys(source for source in results.areas["source"] if source))
    indicative = any("indicative" in source.casefold() for source in sources)
    parts = list(dict.fromkeys(_PREFIX.sub("", source) for source in sources))
    said = "; ".join(parts[:MOST_SOURCES]) + ("; and others" if len(parts) > MOST_SOURCES else "")
    return " ".join(part for part in (INDICATIVE * indicative, f"Outlines: {said}." if said else "") if part)


def _by_cell(
    results: Results,
    data: MapData,
    classes: Sequence[str],
    scale: Mapping[str, str],
    title: str,
    note: str,
    legend: str,
) -> Figure:
    return _map(results, data, by_class(data.cells, classes, list(scale)), scale, title, note, legend)


def _map(
    results: Results,
    data: MapData,
    filled: Shapes,
    scale: Mapping[str, str],
    title: str,
    note: str,
    legend: str,
) -> Figure:
    sheet = data.sheet
    layers: list[Any] = [
        _shapes("graticule").mark_geoshape(filled=False, stroke=RULE, strokeWidth=0.35),
        _filled(scale, legend),
        _shapes("zones").mark_geoshape(filled=False, stroke=PAPER, strokeWidth=1.2, strokeJoin="round"),
        _shapes("zones").mark_geoshape(filled=False, stroke=INK, strokeWidth=0.5, strokeJoin="round"),
        _shapes("land").mark_geoshape(fill=LAND, stroke=LAND, strokeWidth=0.2),
        *_bases(data.bases),
        *_names(data.names),
        *_edge(data.edge),
    ]
    body = (
        alt.layer(*layers)
        .properties(
            width=sheet.width,
            height=sheet.height,
            view=alt.ViewBackground(fill=WATER, stroke=INK, strokeWidth=0.5),
        )
        .resolve_scale(fill="independent", color="independent", shape="independent")
    )
    beyond = _beyond(data.bases_beyond)
    foot = _caption(" ".join(part for part in (outline_note(results), beyond, f"{DATA}.") if part))
    whole = titled(alt.vconcat(body, foot, spacing=2), title, [note, case_line(results)])
    shapes = {"graticule": data.graticule, "classes": filled, "zones": data.zones, "land": data.land}
    return Figure(whole, shapes)


def _beyond(count: int) -> str:
    if count == 1:
        return "1 base lies beyond the map."
    return f"{count} bases lie beyond the map." if count else ""


def _shapes(name: str) -> alt.Chart:
    """Features that are already where they belong on the paper."""
    return alt.Chart(alt.NamedData(name=name)).project(type="identity", scale=1, translate=[0, 0])


def _filled(scale: Mapping[str, str], legend: str) -> alt.Chart:
    domain, colours = list(scale), list(scale.values())
    shown = alt.Legend(
        title=legend,
        orient="bottom",
        direction="horizontal",
        columns=len(domain) if len(" ".join(domain)) < ONE_LINE else 5,
        titleOrient="top",
        offset=20,
    )
    fill = alt.Fill("class:N", sort=domain, scale=alt.Scale(domain=domain, range=colours), legend=shown)
    edge = alt.Stroke("class:N", sort=domain, scale=alt.Scale(domain=domain, range=colours), legend=None)
    filled: alt.Chart = (
        _shapes("classes").mark_geoshape(strokeWidth=0.2, strokeJoin="round").encode(fill=fill, stroke=edge)
    )
    return filled


def _bases(bases: pd.DataFrame) -> list[alt.Chart]:
    words = bases["used"].map({True: "base in use", False: "base without missions"})
    frame = bases.assign(kind=words)[["x", "y", "name", "kind"]].sort_values(
        "kind", ascending=False, kind="stable"
    )
    if not len(frame):
        return []
    kinds = {"base in use": PAPER, "base without missions": OTHERS}
    shown = {kind: colour for kind, colour in kinds.items() if (frame["kind"] == kind).any()}
    fill = alt.Fill(
        "kind:N",
        scale=alt.Scale(domain=list(shown), range=list(shown.values())),
        legend=alt.Legend(
            title=None,
            orient="bottom",
            direction="horizontal",
            symbolType="circle",
            symbolStrokeColor=INK,
            symbolSize=32,
            offset=20,
        ),
    )
    chart = alt.Chart(rows(frame)).mark_point(
        shape="circle", filled=True, size=16, stroke=INK, strokeWidth=0.8, opacity=1, fillOpacity=1
    )
    return [_placed(chart).encode(fill=fill)]


def _names(names: pd.DataFrame) -> list[alt.Chart]:
    layers = []
    for size, group in names.groupby("size", sort=True):
        base = _placed(alt.Chart(rows(group.drop(columns="size")))).encode(text="text:N")
        look: dict[str, Any] = {
            "fontSize": float(str(size)),
            "baseline": "middle",
            "align": "center",
            "lineBreak": "\n",
            "fontWeight": "bold",
            "lineHeight": float(str(size)) + LEADING,
        }
        layers.append(
            base.mark_text(
                **look, stroke=PAPER, strokeWidth=2.2, strokeJoin="round", strokeOpacity=0.85, color=PAPER
            )
        )
        layers.append(base.mark_text(**look, color=INK))
    return layers


def _edge(edge: pd.DataFrame) -> list[alt.Chart]:
    looks: dict[str, dict[str, Any]] = {
        "bottom": {"align": "center", "baseline": "top", "dy": 3},
        "left": {"align": "right", "baseline": "middle", "dx": -3},
    }
    layers = []
    for side, look in looks.items():
        here = edge[edge["side"] == side].drop(columns="side")
        if len(here):
            marks = alt.Chart(rows(here)).mark_text(**look, fontSize=SMALL, color=QUIET)
            layers.append(_placed(marks).encode(text="text:N"))
    return layers


def _placed(marks: alt.Chart) -> alt.Chart:
    """Marks at places on the paper."""
    return marks.encode(x=alt.X("x:Q", scale=None, axis=None), y=alt.Y("y:Q", scale=None, axis=None))


def _caption(text: str) -> alt.Chart:
    lines = broken(text, MAP_WIDTH, SMALL)
    look = {"align": "left", "baseline": "top", "fontSize": SMALL, "color": QUIET}
    return written("\n".join(lines), look, 2.0, (MAP_WIDTH, len(lines) * (SMALL + 2.0)))

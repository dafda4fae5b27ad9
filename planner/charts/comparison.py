"""Coverage of every area in several scenarios."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from planner.charts.names import ONE, labels, named
from planner.charts.spec import Chart, Spec, amount, coloured, layer, nothing, row_chart, told
from planner.results.palette import INK, KINDS, LESS_MORE, PAPER, RULE, TARGET

MOST_SCENARIOS = len(KINDS)
"""Scenarios that can be told apart by colour and shape; more are shown as a table of differences."""
SHAPES = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "triangle-right")
LARGE_POINT = 3.0
"""Differences beyond this are in the strongest colour [percentage points]."""
TITLE, TABLE = "Coverage of every area, by scenario", "table of areas"
TIPS = told(label="area", shown="scenario", value=("coverage", ".1%"), difference=("difference", "+.1%"))


def coverage(areas: pd.DataFrame, titles: Mapping[str, str]) -> Chart:
    """Coverage of every area in each scenario, the largest difference from the first first.

    Args:
        areas: the table ``areas`` of a comparison in long form: ``scenario`` (the reference first),
            ``area_id``, ``name``, ``figure`` (``coverage``, and ``target_coverage`` for ticks), ``value``.
        titles: of the scenarios.
    """
    known = areas.dropna(subset="value")
    frame = known[known["figure"] == "coverage"]
    if not len(frame):
        return nothing("coverage", TITLE, "There is nothing to compare.")
    scenarios = frame["scenario"].drop_duplicates().tolist()
    called = dict(zip(scenarios, labels(scenarios, [titles.get(one, one) for one in scenarios]), strict=True))
    first = frame[frame["scenario"] == scenarios[0]].set_index("area_id")["value"]
    frame = frame.assign(difference=frame["value"] - frame["area_id"].map(first))
    spread = frame["difference"].abs().groupby(frame["area_id"]).max()
    ids = spread.sort_values(ascending=False, kind="stable").index.tolist()
    full = frame.drop_duplicates("area_id").set_index("area_id")["name"]
    called_so = named(ids, full.reindex(ids), signs=ONE, lines=1)
    frame = frame.assign(label=frame["area_id"].map(called_so.label), shown=frame["scenario"].map(called))
    place = frame["area_id"].map({one: n for n, one in enumerate(ids)})
    frame = frame.loc[place.sort_values(kind="stable").index]
    frame = frame[["scenario", "area_id", "label", "shown", "value", "difference"]].reset_index(drop=True)
    kinds = list(called.values())
    if len(kinds) > MOST_SCENARIOS:
        return _matrix(frame, kinds, called_so.short)
    targets = known[(known["figure"] == "target_coverage") & (known["scenario"] == scenarios[-1])]
    targets = targets.assign(label=targets["area_id"].map(called_so.label)).rename(
        columns={"value": "target"}
    )
    return _dumbbells(frame, kinds, called_so.short, targets[["label", "target"]].dropna())


def _dumbbells(
    frame: pd.DataFrame, kinds: list[str], short: Mapping[str, str], targets: pd.DataFrame
) -> Chart:
    axis = {"format": "%", "tickCount": 6, "grid": False}

    def x(field: str, **more: object) -> Spec:
        return amount(field, "coverage", axis=axis, scale={"domainMin": 0}, **more)

    scale = dict(zip(kinds, KINDS, strict=False))
    ends = {"x": x("value", aggregate="min"), "x2": {"field": "value", "aggregate": "max"}}
    shape = {**coloured("shown", scale), "scale": {"domain": kinds, "range": list(SHAPES[: len(kinds)])}}
    dots = {"x": x("value"), "color": coloured("shown", scale), "shape": shape, "tooltip": TIPS}
    tick = {"x": x("target"), "tooltip": told(label="area", target=("target", ".1%"))}
    # the first scenario lies on top
    dots["order"] = {"field": "place", "type": "quantitative", "sort": "descending"}
    place = {name: n for n, name in enumerate(kinds)}
    ticks = [layer("tick", tick, {"color": TARGET, "thickness": 2, "opacity": 1}, data={"name": "targets"})]
    look = {"filled": True, "size": 60, "opacity": 1, "stroke": PAPER, "strokeWidth": 0.6}
    return row_chart(
        "coverage",
        TITLE,
        frame.assign(place=frame["shown"].map(place)).sort_values("place", ascending=False, kind="stable"),
        layer("rule", ends, {"color": RULE, "strokeWidth": 2}),
        *(ticks if len(targets) else []),
        layer("point", dots, look),
        order=frame["label"].drop_duplicates().tolist(),
        note=f"Areas by the largest difference from {kinds[0]}."
        + (" Ticks: targets." if len(targets) else ""),
        table=TABLE,
        scale=scale,
        short=short,
        grid=True,
        more={"targets": targets},
    )


def _matrix(frame: pd.DataFrame, kinds: list[str], short: Mapping[str, str]) -> Chart:
    """Coverage by area and scenario in figures, coloured by the difference from the first."""
    edges = [edge / 100.0 for edge in (-LARGE_POINT, -1.0, -0.1, 0.1, 1.0, LARGE_POINT)]
    x = {
        **{"field": "shown", "type": "nominal", "sort": kinds},
        "axis": {"title": None, "orient": "top", "labelAngle": -40, "labelLimit": 150, "grid": False},
    }
    colour = {
        **{"field": "difference", "type": "quantitative", "title": f"difference from {kinds[0]}"},
        "scale": {"type": "threshold", "domain": edges, "range": list(LESS_MORE)},
        "legend": {"format": "+~%"},
    }
    strong = f"abs(datum.difference) >= {LARGE_POINT / 100}"
    ink = {"condition": {"test": strong, "value": "white"}, "value": INK}
    text = {"field": "value", "type": "quantitative", "format": ".1%"}
    return row_chart(
        "coverage",
        TITLE,
        frame,
        layer("rect", {"x": x, "color": colour, "tooltip": TIPS}, {"stroke": PAPER}),
        layer("text", {"x": x, "text": text, "color": ink}),
        note=f"Areas by the largest difference from {kinds[0]}; colours show the difference from it.",
        table=TABLE,
        short=short,
        least=200 + 30 * len(kinds),
    )

"""The charts of studies, from their tables, whether they were just made or are read from a folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
import pandas as pd

from planner.charts.data import CAUSE_WORDS
from planner.charts.names import ONE, labels, named
from planner.charts.spec import (
    ROW,
    Chart,
    Spec,
    amount,
    beside,
    chart,
    coloured,
    layer,
    nothing,
    over,
    panel_axis,
    row_chart,
    told,
)
from planner.charts.uncertainty import coverage_drivers, outcomes, ranges
from planner.frames import numbers
from planner.results.palette import (
    ACCENT,
    GAIN,
    INK,
    KINDS,
    LESS_MORE,
    LOSS,
    MARK,
    OTHERS,
    PAPER,
    QUIET,
    RULE,
    TARGET,
)
from planner.results.plain_text import figure, safe
from planner.studies.kinds.ladder import STEPS

MOST_ROWS = 30
"""Steps or contingencies that are drawn; the others are counted in a note."""
STEP_KINDS = {
    "programme": ("money for a programme", KINDS[1]),
    "pooled": ("money without any earmark", KINDS[5]),
    "unit": ("one more unit", KINDS[0]),
    "access": ("an access agreement", KINDS[2]),
}
LOSS_KINDS = {
    "named": "named contingency",
    "programme": "programme",
    "asset": "asset or sensor",
    "base": "base",
    "access": "access agreement",
}
AS_PLANNED, REOPTIMISED = "as planned", "re-optimised"
SHAPES = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "triangle-right")
"""Scenarios that can be told apart by colour and shape; more are shown as a table of differences."""
LARGE_POINT = 0.03
"""Differences of coverage beyond this are in the strongest colour."""
SWEPT = {
    "budget": ("budget", "What more money buys"),
    "hours": ("hours", "What more hours buy"),
    "spacing": ("spacing of the cells", "What finer cells change"),
}
"""What is swept, in words, and the title of its frontier."""
SQUARE_ROOT = "The shadow price, in risk-weighted km², is on a square-root scale."
NOW = "Dashed: the case as it stands."


class Found(Protocol):
    """What charts need to know of a study; ``planner.studies.study.Study`` does, and so does its folder."""

    @property
    def kind(self) -> str:
        """One of ``planner.studies.study.KINDS``."""

    @property
    def document(self) -> Mapping[str, Any]:
        """What the manifest says of it."""

    def __getitem__(self, name: str) -> pd.DataFrame:
        """A table by its name."""


def titles_of(study: Found) -> dict[str, str]:
    """What every variant is called."""
    variants = study["variants"]
    return dict(zip(variants["variant"], variants["title"], strict=True))


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
        return nothing("coverage")
    scenarios = frame["scenario"].drop_duplicates().tolist()
    called = dict(zip(scenarios, labels(scenarios, [titles.get(one, one) for one in scenarios]), strict=True))
    first = frame[frame["scenario"] == scenarios[0]].set_index("area_id")["value"]
    frame = frame.assign(difference=frame["value"] - frame["area_id"].map(first))
    spread = frame["difference"].abs().groupby(frame["area_id"]).max()
    ids = spread.sort_values(ascending=False, kind="stable").index.tolist()
    full = frame.drop_duplicates("area_id").set_index("area_id")["name"]
    names = named(ids, full.reindex(ids), signs=ONE, lines=1)
    frame = frame.assign(label=frame["area_id"].map(names.label), shown=frame["scenario"].map(called))
    place = frame["area_id"].map({one: n for n, one in enumerate(ids)})
    frame = frame.loc[place.sort_values(kind="stable").index].reset_index(drop=True)
    frame = frame[["scenario", "area_id", "label", "shown", "value", "difference"]]
    if len(scenarios) > len(SHAPES):
        return _matrix(frame, list(called.values()), names.short)
    targets = known[(known["figure"] == "target_coverage") & (known["scenario"] == scenarios[-1])]
    targets = targets.assign(label=targets["area_id"].map(names.label), target=targets["value"])
    return _dumbbells(frame, list(called.values()), names.short, targets[["label", "target"]].dropna())


def _dumbbells(
    frame: pd.DataFrame, kinds: list[str], short: Mapping[str, str], targets: pd.DataFrame
) -> Chart:
    axis = {"format": "%", "tickCount": 6, "grid": False}

    def x(field: str, **more: object) -> Spec:
        return amount(field, "coverage", axis=axis, scale={"domainMin": 0}, **more)

    scale = dict(zip(kinds, KINDS, strict=False))
    shape = {**coloured("shown", scale), "scale": {"domain": kinds, "range": list(SHAPES[: len(kinds)])}}
    ends = {"x": x("value", aggregate="min"), "x2": {"field": "value", "aggregate": "max"}}
    # the first scenario lies on top
    place = {"field": "place", "type": "quantitative", "sort": "descending"}
    dots = {"x": x("value"), "color": coloured("shown", scale), "shape": shape, "order": place}
    tick = {"x": x("target"), "tooltip": told("coverage", "tips_target")}
    ticks = [layer("tick", tick, {"color": TARGET, "thickness": 2, "opacity": 1}, data={"name": "targets"})]
    look = {"filled": True, "size": 60, "opacity": 1, "stroke": PAPER, "strokeWidth": 0.6}
    order = frame["label"].drop_duplicates().tolist()
    frame = frame.assign(place=frame["shown"].map({name: n for n, name in enumerate(kinds)}))
    return row_chart(
        "coverage",
        frame.sort_values("place", ascending=False, kind="stable"),
        layer("rule", ends, {"color": RULE, "strokeWidth": 2}),
        *(ticks if len(targets) else []),
        layer("point", {**dots, "tooltip": told("coverage")}, look),
        order=order,
        scale=scale,
        short=short,
        grid=True,
        data={"targets": targets},
        words={"first": kinds[0], "how": ". Ticks: targets" if len(targets) else ""},
    )


def _matrix(frame: pd.DataFrame, kinds: list[str], short: Mapping[str, str]) -> Chart:
    """Coverage by area and scenario in figures, coloured by the difference from the first."""
    edges = [-LARGE_POINT, -0.01, -0.001, 0.001, 0.01, LARGE_POINT]
    place = {"x": over("shown", kinds, -40, labelLimit=150, grid=False)}
    colour = {
        **{"field": "difference", "type": "quantitative", "title": f"difference from {kinds[0]}"},
        "scale": {"type": "threshold", "domain": edges, "range": list(LESS_MORE)},
        "legend": {"format": "+~%"},
    }
    strong = f"abs(datum.difference) >= {LARGE_POINT}"
    ink = {"condition": {"test": strong, "value": "white"}, "value": INK}
    text = {"field": "value", "type": "quantitative", "format": ".1%"}
    return row_chart(
        "coverage",
        frame,
        layer("rect", {**place, "color": colour, "tooltip": told("coverage")}, {"stroke": PAPER}),
        layer("text", {**place, "text": text, "color": ink}),
        short=short,
        meta={"least": 200 + 30 * len(kinds)},
        words={"first": kinds[0], "how": "; colours show the difference from it"},
    )


def frontier(study: Found) -> Chart:
    """What is covered at every point of a sweep, and below it the shadow price of more there.

    A reader chooses the plan of a point that has ``plan``.
    """
    swept, points = study.document["swept"], study["points"]
    kind, unit = str(swept["kind"]), safe(swept["unit"])
    of = ", ".join(safe(one) for one in swept.get("names") or swept["ids"])
    what, title = SWEPT[kind]
    frame = points.dropna(subset="covered_km2").sort_values("amount", kind="stable")
    if not len(frame):
        return nothing("frontier", title=title)
    per = {"spacing": "", "budget": f"per million {unit}"}.get(kind, "per hour")
    price = frame["shadow_price_per_million"] if kind == "budget" else frame["shadow_price"]
    plan = [f"point {point}" for point in frame["point"]]
    frame = frame[["amount", "covered_km2"]].assign(shadow_price=price, plan=plan)
    panels = [_panel(panel_axis("covered_km2", ["covered", "[km²]"], room=34), 190, ACCENT)]
    notes = [*([f"Swept: {what} of {of}."] if of else []), NOW]
    if per:
        # far from what there is the first of it is worth a hundred times the last
        root = {"type": "sqrt", "domainMin": 0}
        y = panel_axis("shadow_price", ["shadow price", f"[km² {per}]"], room=34, scale=root)
        panels.append(_panel(y, 110, TARGET))
        notes.append(SQUARE_ROOT)
    panels[-1]["layer"][0]["encoding"]["x"]["title"] = f"{what} [{unit}]"
    spec: Spec = {"vconcat": panels, "spacing": 10, "data": {"name": "points"}, "usermeta": {"room": 74}}
    spec["params"] = [{"name": "plan", "value": None}]
    data = {"points": frame, "now": pd.DataFrame({"x": [swept["present"]]})}
    return replace(chart("frontier", spec, data, {"title": title}), notes=tuple(notes))


def _panel(y: Spec, height: int, colour: str) -> Spec:
    x = amount("amount", axis={"grid": False}, scale={"zero": False, "nice": False})
    del x["axis"]["tickCount"]
    chosen = "plan !== null && datum.plan === plan"
    dot = {
        **{"x": x, "y": y, "tooltip": told("frontier")},
        "size": {"condition": {"test": chosen, "value": 170}, "value": 34},
        "color": {"condition": {"test": chosen, "value": MARK}, "value": colour},
    }
    now = {"x": {"field": "x", "type": "quantitative"}}
    return {
        "height": height,
        "layer": [
            layer("line", {"x": x, "y": y}, {"color": colour, "strokeWidth": 1.6}),
            layer("rule", now, {"color": RULE, "strokeDash": [4, 4]}, data={"name": "now"}),
            layer("point", dot, {"filled": True, "opacity": 1, "cursor": "pointer"}),
        ],
    }


def waterfall(table: pd.DataFrame) -> Chart:
    """The ladder: shortfall at the start, what each rung takes off, and what is left.

    Args:
        table: the rungs of all programmes together: ``rung``, ``shortfall_km2``.
    """
    rungs = table[(table["rung"] != "out_of_reach") & table["shortfall_km2"].notna()]
    if not (rungs["shortfall_km2"] > 0.0).any():
        return nothing("ladder")
    left = numbers(rungs["shortfall_km2"])
    said = ["the plan's shortfall", *(STEPS[one] for one in rungs["rung"][1:]), "what is left: out of reach"]
    short = {str(n): CAUSE_WORDS.get(rung, "") for n, rung in enumerate(rungs["rung"])}
    steps = named([str(n) for n in range(len(said))], said, short)
    before = np.concatenate([[0.0], left[:-1]])
    low, high = [*np.minimum(before, left), 0.0], [*np.maximum(before, left), left[-1]]
    signs = ["", *("" if more == 0.0 else "−" if more < 0.0 else "+" for more in np.diff(left).round()), ""]
    kinds = ["more shortfall" if sign == "+" else "less shortfall" for sign in signs[1:-1]]
    frame = pd.DataFrame({"label": steps.labels, "low": low, "high": high})
    frame["kind"] = ["start", *kinds, "what is left"]
    frame["text"] = [f"{sign}{b - a:,.0f}" for sign, a, b in zip(signs, low, high, strict=True)]
    links = pd.DataFrame({"label": steps.labels[:-1], "next": steps.labels[1:], "at": left})
    scale = {"start": QUIET, "less shortfall": GAIN, "more shortfall": LOSS, "what is left": INK}
    scale = {kind: colour for kind, colour in scale.items() if (frame["kind"] == kind).any()}
    x = amount("low", "shortfall to the targets [km²]")
    bars = {"x": x, "x2": {"field": "high"}, "color": coloured("kind", scale), "tooltip": told("ladder")}
    joins = {"x": {**x, "field": "at"}, "y2": {"field": "next"}}
    return row_chart(
        "ladder",
        frame,
        layer("rule", joins, {"color": RULE, "strokeDash": [2, 2]}, data={"name": "links"}),
        layer("bar", bars),
        beside({**x, "field": "high"}),
        scale=scale,
        short=steps.short,
        step=ROW + 5,
        data={"links": links},
    )


def gains(study: Found) -> Chart:
    """What every next step adds, the most first, with what the certificates prove of it."""
    steps = study["steps"]
    worth = steps[steps["gain"] > 0.0].sort_values("gain", ascending=False, kind="stable")
    if not len(worth):
        return nothing("gains")
    shown = worth.head(MOST_ROWS)
    called = named(shown["variant"].tolist(), shown["variant"].map(titles_of(study)))
    frame = shown[["gain", "gain_least", "gain_most", "predicted"]].assign(
        label=called.labels,
        kind=[STEP_KINDS[kind][0] for kind in shown["kind"]],
        text=[figure(gain) for gain in shown["gain"]],
    )
    scale = dict(pair for kind, pair in STEP_KINDS.items() if (shown["kind"] == kind).any())
    x = amount("gain", "gain [risk-weighted km²]", scale={"domainMin": 0})
    bars = layer("bar", {"x": x, "color": coloured("kind", scale), "tooltip": told("gains")})
    looks: dict[str, Any] = {"scale": scale, "short": called.short, "step": ROW + 3}
    return row_chart("gains", frame, bars, beside(x), words={"rest": len(worth) - len(shown)}, **looks)


def losses(study: Found) -> Chart:
    """What every contingency loses, as planned and with a new plan, the worst first."""
    table = study["losses"]
    lost = table[table["how"] != "not used"].dropna(subset="lost_anew")
    lost = lost.sort_values(["lost_anew", "lost"], ascending=False, kind="stable")
    if not len(lost):
        return nothing("losses")
    shown = lost.head(MOST_ROWS)
    called = named(shown["variant"].tolist(), shown["title"] + ": " + shown["kind"].map(LOSS_KINDS))
    pairs = shown[["lost", "lost_anew"]].to_numpy()
    frame = pd.DataFrame(
        {
            "label": called.labels * 2,
            "kind": [AS_PLANNED] * len(shown) + [REOPTIMISED] * len(shown),
            "km2": pairs.T.ravel(),
            "end": np.tile(pairs.max(axis=1), 2),
            "text": [f"{figure(new)} of {figure(old)}" for old, new in pairs] * 2,
        }
    )
    scale = {AS_PLANNED: OTHERS, REOPTIMISED: LOSS}
    x = amount("km2", "loss [risk-weighted km²]", stack=None)
    bars = layer("bar", {"x": x, "color": coloured("kind", scale), "tooltip": told("losses")})
    ends = beside({**x, "field": "end"}, transform=[{"filter": f"datum.kind === '{REOPTIMISED}'"}])
    looks: dict[str, Any] = {"scale": scale, "short": called.short, "step": ROW + 3}
    return row_chart("losses", frame, bars, ends, words={"rest": len(lost) - len(shown)}, **looks)


def _sure(of: str, title: str, *shown: str) -> Callable[[Found], Chart]:
    """The chart of how far coverage, or the coverage gap, varies."""
    share = of == "coverage"
    unit = "" if share else "km²"
    return lambda study: ranges(outcomes(study, *shown), share, unit, title, f"ranges_{of}")


CHARTS: Mapping[str, Mapping[str, Callable[[Found], Chart]]] = {
    "comparison": {"coverage": lambda study: coverage(study["areas"], titles_of(study))},
    "sweep": {"frontier": frontier},
    "next": {"gains": gains},
    "stress": {"losses": losses},
    "ladder": {"ladder": lambda study: waterfall(study["ladder"])},
    "sensitivity": {
        "tornado": coverage_drivers,
        "ranges_coverage": _sure("coverage", "How sure the coverage is", "coverage", "area_coverage"),
        "ranges_gap": _sure("gap", "How sure the programmes' coverage gaps are", "programme_gap_km2"),
    },
}
"""The charts of every kind of study, by name."""

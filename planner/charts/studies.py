"""The charts of studies, from their tables, whether they were just made or are read from a folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
import pandas as pd

from planner.charts.data import CAUSE_WORDS
from planner.charts.forms import coloured, nothing, over, panels, row_chart, told
from planner.charts.names import ONE, labels, named
from planner.charts.spec import Chart, Spec, layer
from planner.charts.uncertainty import coverage_drivers, outcomes, ranges
from planner.frames import numbers
from planner.results.palette import GAIN, INK, KINDS, LESS_MORE, LOSS, OTHERS, PAPER, QUIET
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
    kinds = list(called.values())
    order, words = frame["label"].drop_duplicates().tolist(), {"first": kinds[0], "how": ""}
    if len(kinds) > len(SHAPES):
        words["how"] = "; colours show the difference from it"
        least = 200 + 30 * len(kinds)
        return row_chart(
            "coverage", frame, names, order=order, words=words, drawn=_matrix(kinds), least=least
        )
    targets = known[(known["figure"] == "target_coverage") & (known["scenario"] == scenarios[-1])]
    targets = targets.assign(label=targets["area_id"].map(names.label), target=targets["value"])
    targets = targets[["label", "target"]].dropna()
    # the first scenario lies on top
    frame = frame.assign(place=frame["shown"].map({name: n for n, name in enumerate(kinds)}))
    frame = frame.sort_values("place", ascending=False, kind="stable")
    scale = dict(zip(kinds, KINDS, strict=False))
    looks = {"shape": coloured("shown", dict(zip(kinds, SHAPES, strict=False)))}
    words["how"] = ". Ticks: targets" if len(targets) else ""
    return row_chart("coverage", frame, names, scale, order, {"targets": targets}, {**words, **looks})


def _matrix(kinds: list[str]) -> list[Spec]:
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
    return [
        layer("rect", {**place, "color": colour, "tooltip": told("coverage")}, {"stroke": PAPER}),
        layer("text", {**place, "text": text, "color": ink}),
    ]


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
    data = {"points": frame, "now": pd.DataFrame({"x": [swept["present"]]})}
    words = {"title": title, "what": what, "unit": unit, "per": per}
    words["chosen"] = "plan !== null && datum.plan === plan"
    more: Spec = {"spacing": 10, "usermeta": {"room": 74}, "params": [{"name": "plan", "value": None}]}
    notes = [f"Swept: {what} of {of}." if of else "", NOW, SQUARE_ROOT if per else ""]
    made = panels("frontier", data, words, only=2 if per else 1, **more)
    return replace(made, notes=tuple(filter(None, notes)))


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
    return row_chart("ladder", frame, steps, scale, data={"links": links})


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
    return row_chart("gains", frame, called, scale, words={"rest": len(worth) - len(shown)})


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
    return row_chart("losses", frame, called, scale, words={"rest": len(lost) - len(shown)})


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

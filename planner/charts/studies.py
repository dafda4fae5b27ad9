"""The charts of studies, from their tables, whether they were just made or are read from a folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
import pandas as pd

from planner.charts.comparison import coverage
from planner.charts.data import CAUSE_WORDS
from planner.charts.frontier import frontier
from planner.charts.names import named
from planner.charts.spec import (
    ROW,
    Chart,
    amount,
    beside,
    coloured,
    layer,
    nothing,
    row_chart,
    told,
)
from planner.charts.uncertainty import ALL, drivers_of, ranges, tornado
from planner.frames import numbers
from planner.results.palette import GAIN, INK, KINDS, LOSS, OTHERS, QUIET, RULE
from planner.results.plain_text import figure
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


def waterfall(table: pd.DataFrame) -> Chart:
    """The ladder: shortfall at the start, what each rung takes off, and what is left.

    Args:
        table: the rungs of all programmes together: ``rung``, ``shortfall_km2``.
    """
    title = "Why the coverage gap is there"
    rungs = table[(table["rung"] != "out_of_reach") & table["shortfall_km2"].notna()]
    if not (rungs["shortfall_km2"] > 0.0).any():
        return nothing("ladder", title, "There is no coverage gap to explain.")
    left, first = numbers(rungs["shortfall_km2"]), [""] + [STEPS[one] for one in rungs["rung"][1:]]
    said = ["the plan's shortfall", *first[1:], "what is left: out of reach"]
    short = {str(n): CAUSE_WORDS.get(rung, "") for n, rung in enumerate(rungs["rung"])}
    steps = named([str(n) for n in range(len(said))], said, short)
    before = np.concatenate([[0.0], left[:-1]])
    low, high = [*np.minimum(before, left), 0.0], [*np.maximum(before, left), left[-1]]
    signs = ["", *("" if more == 0.0 else "−" if more < 0.0 else "+" for more in np.diff(left).round()), ""]
    kinds = {"−": "less shortfall", "": "less shortfall", "+": "more shortfall"}
    frame = pd.DataFrame(
        {
            "label": list(steps.label.values()),
            "low": low,
            "high": high,
            "kind": ["start", *(kinds[sign] for sign in signs[1:-1]), "what is left"],
            "text": [f"{sign}{b - a:,.0f}" for sign, a, b in zip(signs, low, high, strict=True)],
        }
    )
    links = pd.DataFrame({"label": frame["label"][:-1], "next": frame["label"][1:].to_numpy(), "at": left})
    scale = {"start": QUIET, "less shortfall": GAIN, "more shortfall": LOSS, "what is left": INK}
    scale = {kind: colour for kind, colour in scale.items() if (frame["kind"] == kind).any()}
    x = amount("low", "shortfall to the targets [km²]")
    bars = {"x": x, "x2": {"field": "high"}, "color": coloured("kind", scale)}
    joins = {"x": {**x, "field": "at"}, "y2": {"field": "next"}}
    return row_chart(
        "ladder",
        title,
        frame,
        layer("rule", joins, {"color": RULE, "strokeDash": [2, 2]}, data={"name": "links"}),
        layer("bar", {**bars, "tooltip": told(label="", text="km²")}),
        beside({**x, "field": "high"}),
        note="Limits are lifted one after the other; what is left is water that nothing reaches.",
        table="table of rungs",
        scale=scale,
        short=steps.short,
        step=ROW + 5,
        more={"links": links},
    )


def gains(study: Found) -> Chart:
    """What every next step adds, the most first, with what the certificates prove of it."""
    title, steps = "What each next step would add", study["steps"]
    worth = steps[steps["gain"] > 0.0].sort_values("gain", ascending=False, kind="stable")
    if not len(worth):
        return nothing("gains", title, "No step adds anything.")
    shown = worth.head(MOST_ROWS)
    called = named(shown["variant"].tolist(), shown["variant"].map(titles_of(study)))
    frame = shown[["gain", "gain_least", "gain_most", "predicted"]].assign(
        label=list(called.label.values()),
        kind=[STEP_KINDS[kind][0] for kind in shown["kind"]],
        text=[figure(gain) for gain in shown["gain"]],
    )
    scale = dict(pair for kind, pair in STEP_KINDS.items() if (shown["kind"] == kind).any())
    x = amount("gain", "gain [risk-weighted km²]", scale={"domainMin": 0})
    tips = told(
        label="step",
        kind="kind",
        gain=("gain", ",.4~r"),
        gain_least=("at least", ",.4~r"),
        gain_most=("at most", ",.4~r"),
        predicted=("by shadow price", ",.4~r"),
    )
    return row_chart(
        "gains",
        title,
        frame,
        layer("bar", {"x": x, "color": coloured("kind", scale), "tooltip": tips}),
        beside(x),
        note="Each step is planned on its own: gains do not add up." + _hidden(len(worth) - len(shown)),
        table="table of steps",
        scale=scale,
        short=called.short,
        step=ROW + 3,
    )


def losses(study: Found) -> Chart:
    """What every contingency loses, as planned and with a new plan, the worst first."""
    title, table = "What each contingency would lose", study["losses"]
    lost = table[table["how"] != "not used"].dropna(subset="lost_anew")
    lost = lost.sort_values(["lost_anew", "lost"], ascending=False, kind="stable")
    if not len(lost):
        return nothing("losses", title, "The plan makes no use of anything that could be lost.")
    shown = lost.head(MOST_ROWS)
    kinds = shown["kind"].map(LOSS_KINDS)
    called = named(shown["variant"].tolist(), shown["title"] + ": " + kinds)
    order = list(called.label.values())
    frame = pd.DataFrame(
        {
            "label": order * 2,
            "kind": [AS_PLANNED] * len(shown) + [REOPTIMISED] * len(shown),
            "km2": [*shown["lost"], *shown["lost_anew"]],
            "end": np.tile(np.maximum(shown["lost"], shown["lost_anew"]), 2),
            "text": [
                f"{figure(new)} of {figure(old)}" for old, new in shown[["lost", "lost_anew"]].to_numpy()
            ]
            * 2,
        }
    )
    scale = {AS_PLANNED: OTHERS, REOPTIMISED: LOSS}
    x = amount("km2", "loss [risk-weighted km²]", stack=None)
    tips = told(label="without", kind="plan", km2=("loss", ",.4~r"))
    new = {"filter": f"datum.kind === '{REOPTIMISED}'"}
    return row_chart(
        "losses",
        title,
        frame,
        layer("bar", {"x": x, "color": coloured("kind", scale), "tooltip": tips}),
        beside({**x, "field": "end"}, transform=[new]),
        note="As planned: all else stays. Re-optimised: what the best plan without it loses."
        + _hidden(len(lost) - len(shown)),
        table="table of contingencies",
        scale=scale,
        short=called.short,
        step=ROW + 3,
    )


def coverage_drivers(study: Found) -> Chart:
    """What the coverage of all areas hangs on."""
    drivers, whole = drivers_of(study), outcomes(study, "coverage")
    rows = drivers[(drivers["outcome"] == "coverage") & (drivers["id"] == ALL)]
    mean = float(whole["mean"].iloc[0]) if len(whole) else float("nan")
    return tornado(rows, mean, True, "What the coverage of all areas hangs on")


def outcomes(study: Found, *named: str) -> pd.DataFrame:
    """The rows of some outcomes of a study of the assumptions, in the order named."""
    table = study["outcomes"]
    return pd.concat([table[table["outcome"] == name] for name in named], ignore_index=True)


def _hidden(number: int) -> str:
    return f" {number} more with less are not shown." if number > 0 else ""


CHARTS: Mapping[str, Mapping[str, Callable[[Found], Chart]]] = {
    "comparison": {"coverage": lambda study: coverage(study["areas"], titles_of(study))},
    "sweep": {"frontier": frontier},
    "next": {"gains": gains},
    "stress": {"losses": losses},
    "ladder": {"ladder": lambda study: waterfall(study["ladder"])},
    "sensitivity": {
        "tornado": coverage_drivers,
        "ranges_coverage": lambda study: ranges(
            outcomes(study, "coverage", "area_coverage"),
            True,
            "",
            "How sure the coverage is",
            "ranges_coverage",
        ),
        "ranges_gap": lambda study: ranges(
            outcomes(study, "programme_gap_km2"),
            False,
            "km²",
            "How sure the programmes' coverage gaps are",
            "ranges_gap",
        ),
    },
}
"""The charts of every kind of study, by name."""

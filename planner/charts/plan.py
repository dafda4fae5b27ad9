"""Coverage gaps and coverage: the charts of what a plan leaves uncovered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from planner.charts.data import CAUSE_WORDS, Plan
from planner.charts.names import ONE
from planner.charts.spec import (
    ROW,
    Chart,
    Spec,
    amount,
    beside,
    coloured,
    layer,
    nothing,
    row_chart,
    told,
    totals,
)
from planner.results.contract import CAUSES
from planner.results.palette import CAUSE_COLOURS, FAINT, INK, KINDS, PAPER, RULE
from planner.results.plain_text import figure

MOST_AREAS = 60
"""Areas that the chart of coverage shows together."""
EVERYONE, EVERYONE_SHORT = "All areas, each counted once", "All areas, each\ncounted once"


def gap_by_programme(plan: Plan) -> Chart:
    """What every programme's mandate lacks, by cause, and all areas together, each counted once."""
    title, frame = "The coverage gap of every programme, by cause", gaps(plan)
    short = {EVERYONE: EVERYONE_SHORT, **plan.named("programmes", "programme_id").short}
    used = [cause for cause in CAUSES if (frame.loc[frame["cause"] == CAUSE_WORDS[cause], "km2"] > 0.0).any()]
    if not used:
        return nothing("gap_by_programme", title, "Every target is met.")
    scale = {CAUSE_WORDS[cause]: CAUSE_COLOURS[cause][0] for cause in used}
    x = amount("km2", "shortfall to the targets [km²]", aggregate="sum", stack="zero")
    bars = {
        **{"x": x, "color": coloured("cause", scale), "order": {"field": "place", "type": "ordinal"}},
        "tooltip": [*told(label="of", cause="cause"), totals("km2", ",.0f", "shortfall [km²]")],
    }
    sums = beside({**x, "stack": None})
    sums["encoding"]["text"] = totals("km2", ",.3s")
    return row_chart(
        "gap_by_programme",
        title,
        frame,
        layer("bar", bars, {"stroke": PAPER, "strokeWidth": 0.4}),
        sums,
        note="Shortfall in each programme's mandate, by what would close it there with no area anywhere left "
        "worse off: own money is that programme's alone, without limit. Mandates overlap: an area counts in "
        "every programme that may fund it, so never add the bars.",
        table="table of programmes",
        scale=scale,
        by_area=True,
        short=short,
        step=ROW + 3,
    )


def gaps(plan: Plan) -> pd.DataFrame:
    """The parts of the shortfall of all areas, and of every programme's mandate.

    Returns:
        Columns label, programme_id, area_id, cause (in words), km2, place (of the cause); all areas first,
        programmes by falling shortfall.
    """
    causes, named = plan["causes"], plan.named("programmes", "programme_id").label
    found = causes[causes["level"] == "programme"]
    found = found.assign(label=found["programme_id"].map(named))
    short = found.groupby("programme_id")["km2"].sum().reindex(list(named)).fillna(0.0)
    place = {one: n for n, one in enumerate(short.sort_values(ascending=False, kind="stable").index)}
    ranked = found["programme_id"].map(place).sort_values(kind="stable").index
    whole = causes[causes["level"] == "area"].assign(label=EVERYONE)
    both = pd.concat([whole, found.loc[ranked]], ignore_index=True)
    both = both.assign(
        place=both["cause"].map({cause: n for n, cause in enumerate(CAUSES)}),
        cause=both["cause"].map(CAUSE_WORDS),
    )
    return both[["label", "programme_id", "area_id", "cause", "km2", "place"]]


def coverage_by_area(plan: Plan) -> Chart:
    """Coverage of every area beside its target, the largest shortfall first."""
    named, table = plan.named("areas", "area_id", ONE, 1), plan["areas"]
    table = table.assign(spare=table["coverage"] - table["target_coverage"])
    table = table.sort_values(["shortfall_km2", "spare"], ascending=[False, True], kind="stable")
    missing = ", " + table["shortfall_km2"].map(in_short) + " km² short"
    frame = table[["area_id", "coverage", "target_coverage", "shortfall_km2"]].assign(
        place=range(len(table)),
        label=table["area_id"].map(named.label),
        end=np.maximum(table["target_coverage"], table["coverage"]),
        text=table["coverage"].map("{:.1%}".format) + missing.where(~table["met"], ", met"),
    )
    scale = {"coverage": KINDS[0], "missing to the target": FAINT, "target": INK}
    tips = told(
        label="area",
        coverage=("coverage", ".1%"),
        target_coverage=("target", ".1%"),
        shortfall_km2=("shortfall [km²]", ",.0f"),
    )

    def x(field: str) -> Spec:
        axis = {"format": "%", "tickCount": 5}
        return amount(field, "coverage [share of the water]", axis=axis, scale={"domainMin": 0})

    def part(mark: str, field: str, kind: str, look: Spec | None = None) -> Spec:
        shown = {"x": x(field), "color": coloured("is", scale), "tooltip": tips}
        return layer(mark, shown, look, transform=[{"calculate": f"'{kind}'", "as": "is"}])

    rest = len(table) - MOST_AREAS
    chart = row_chart(
        "coverage_by_area",
        "Coverage against target",
        frame,
        part("bar", "end", "missing to the target", {"stroke": RULE, "strokeWidth": 0.4}),
        part("bar", "coverage", "coverage"),
        part("tick", "target_coverage", "target", {"thickness": 1.8, "opacity": 1}),
        beside(x("end")),
        note="Coverage of every area against its target, the largest shortfall first."
        + (f" {rest} more are not shown until they are chosen." if rest > 0 else ""),
        table="table of areas",
        scale=scale,
        short=named.short,
        step=ROW - 2,
    )
    few = f"area === null ? datum.place < {MOST_AREAS} : datum.area_id === area"
    return replace(chart, spec={**chart.spec, "transform": [{"filter": few}]})


def in_short(value: float) -> str:
    """A large number in short: 2.42M, 476k."""
    for size, word in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return figure(value / (1e3 if word == "k" else size)) + word
    return f"{value:,.0f}"

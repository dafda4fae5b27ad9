"""Coverage gaps and coverage: the charts of what a plan leaves uncovered."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.charts.data import (
    ALL,
    CAUSE_WORDS,
    CAUSES,
    Plan,
)
from planner.charts.palette import (
    CAUSE_COLOURS,
    FAINT,
    INK,
    KINDS,
    PAPER,
    RULE,
)
from planner.charts.spec import (
    AREA,
    BESIDE,
    IN_AREA,
    ROW,
    Chart,
    Spec,
    amount,
    coloured,
    in_two,
    layer,
    layered,
    longest,
    names,
    told,
    totals,
)
from planner.report.plain_text import figure

EVERYONE = "All areas, each counted once"


def gap_by_programme(plan: Plan) -> Chart:
    """What every programme's mandate lacks, by cause, and all areas together, each counted once."""
    frame = gaps(plan)
    title = "The coverage gap of every programme, by cause"
    if not (frame["km2"] > 0.0).any():
        return Chart("gap_by_programme", title, empty="Every target is met.")
    order = frame["label"].drop_duplicates().tolist()
    used = [cause for cause in CAUSES if frame.loc[frame["cause"] == CAUSE_WORDS[cause], "km2"].sum() > 0.0]
    scale = {CAUSE_WORDS[cause]: CAUSE_COLOURS[cause][0] for cause in used}
    y = names("label", order)
    bars: Spec = {
        "y": y,
        "x": amount("km2", "shortfall to the targets [km²]", aggregate="sum", stack="zero"),
        "color": coloured("cause", scale),
        "order": {"field": "place", "type": "ordinal"},
        "tooltip": [*told(label=("of", ""), cause=("cause", "")), totals("km2", ",.0f", "shortfall [km²]")],
    }
    sums = {
        "y": y,
        "x": {**totals("km2", "", "shortfall to the targets [km²]"), "stack": None},
        "text": totals("km2", ",.3s"),
    }
    return Chart(
        "gap_by_programme",
        title,
        layered(
            "gaps",
            layer("bar", bars, {"stroke": PAPER, "strokeWidth": 0.4}),
            layer("text", sums, BESIDE),
            params=[AREA],
            transform=[IN_AREA],
            height={"step": ROW + 3},
            usermeta={"legend": longest(scale), "aside": 26},
        ),
        {"gaps": frame},
        (
            "Shortfall in each programme's mandate, by what stands in the way as the programme sees it. "
            "Mandates overlap: an area counts in every programme that may fund it, so never add the bars.",
        ),
        "Shortfall of each programme's mandate by cause; the same figures are in the table of programmes.",
    )


def gaps(plan: Plan) -> pd.DataFrame:
    """The parts of the shortfall of all areas, and of every programme's mandate.

    Returns:
        Columns label, programme_id, area_id, cause (in words), km2, place (of the cause); all areas first,
        programmes by falling shortfall.
    """
    causes, named = plan["causes"], programme_names(plan)
    whole = causes[causes["level"] == "area"]
    whole = whole if len(whole) else causes[causes["level"] == ALL]
    found = causes[causes["level"] == "programme"]
    by_area = found[found["area_id"] != ALL]
    found = by_area if len(by_area) else found
    short = found.groupby("programme_id")["km2"].sum().reindex(list(named)).fillna(0.0)
    ranked = short.sort_values(ascending=False, kind="stable").index.tolist()
    parts = [whole.assign(label=EVERYONE)]
    parts += [found[found["programme_id"] == one].assign(label=named[str(one)]) for one in ranked]
    both = pd.concat(parts, ignore_index=True)
    both = both.assign(place=both["cause"].map({cause: n for n, cause in enumerate(CAUSES)}))
    both["cause"] = both["cause"].map(CAUSE_WORDS)
    return both[["label", "programme_id", "area_id", "cause", "km2", "place"]]


def coverage_by_area(plan: Plan) -> Chart:
    """Coverage of every area beside its target, the largest shortfall first."""
    table = plan["areas"]
    named = plan.names("areas", "area_id")
    table = table.assign(spare=table["coverage"] - table["target_coverage"])
    table = table.sort_values(["shortfall_km2", "spare"], ascending=[False, True], kind="stable")
    frame = table[["area_id", "coverage", "target_coverage", "shortfall_km2"]].assign(
        label=[named[one] for one in table["area_id"]],
        end=np.maximum(table["target_coverage"], table["coverage"]),
        text=[
            f"{coverage:.1%}" + (", met" if met else f", {in_short(short)} km² short")
            for coverage, met, short in zip(
                table["coverage"], table["met"], table["shortfall_km2"], strict=True
            )
        ],
    )
    y = names("label", frame["label"].tolist())
    share = {"format": "%", "tickCount": 5}
    scale = {"coverage": KINDS[0], "missing to the target": FAINT, "target": INK}
    colour = coloured("is", scale)
    tips = told(
        label=("area", ""),
        coverage=("coverage", ".1%"),
        target_coverage=("target", ".1%"),
        shortfall_km2=("shortfall [km²]", ",.0f"),
    )

    def kind(word: str) -> list[Spec]:
        return [{"calculate": f"'{word}'", "as": "is"}]

    what = "coverage [share of the water]"
    end = {**amount("end", what, axis=share), "scale": {"domainMin": 0}}
    wide = {"y": y, "x": end, "color": colour, "tooltip": tips}
    reached = {"y": y, "x": amount("coverage", what, axis=share), "color": colour, "tooltip": tips}
    wanted = {"y": y, "x": amount("target_coverage", what, axis=share), "color": colour, "tooltip": tips}
    return Chart(
        "coverage_by_area",
        "Coverage against target",
        layered(
            "areas",
            layer("bar", wide, {"stroke": RULE, "strokeWidth": 0.4}, transform=kind("missing to the target")),
            layer("bar", reached, transform=kind("coverage")),
            layer("tick", wanted, {"thickness": 1.8, "opacity": 1}, transform=kind("target")),
            layer("text", {"y": y, "x": end, "text": {"field": "text"}}, BESIDE),
            params=[AREA],
            transform=[IN_AREA],
            height={"step": ROW - 2},
            usermeta={"legend": longest(scale), "aside": 26},
        ),
        {"areas": frame},
        ("Coverage of every area against its target, the largest shortfall first.",),
        "Coverage and target of every area; the same figures are in the table of areas.",
    )


def programme_names(plan: Plan) -> dict[str, str]:
    """Names of programmes by id, long ones in two lines."""
    return {one: in_two(name) for one, name in plan.names("programmes", "programme_id").items()}


def in_short(value: float) -> str:
    """A large number in short: 2.42M, 476k."""
    for size, word in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return figure(value / (1e3 if word == "k" else size)) + word
    return f"{value:,.0f}"

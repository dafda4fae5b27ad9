"""Stress: what a plan loses with each thing that it leans on, as planned, and with a new plan without it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Unpack

import numpy as np
import pandas as pd

from planner.case import Case
from planner.charts.forms import nothing, row_chart
from planner.charts.names import named
from planner.charts.spec import Chart
from planner.results.palette import LOSS, OTHERS
from planner.results.plain_text import figure, percent
from planner.results.results import Results
from planner.studies import ranked
from planner.studies.contingencies import Contingency, Left, Plan, contingencies
from planner.studies.engine import Gap, How
from planner.studies.metrics import RATIO
from planner.studies.ranked import OF_OBJECTIVE, RESOLVED, TOTALS, UNUSED, Changes
from planner.studies.study import Study
from planner.studies.tables import Found, Section, declared

NEW = {name: name.replace("_km2", "_reoptimised_km2") for name in TOTALS}
"""Columns of the new plan's totals."""
MOST_SHOWN = 10
"""Contingencies of each kind that the summary shows; losses.csv has them all."""
KINDS = {
    "named": ("Contingencies that the case names", "named contingency"),
    "programme": ("Without one programme", "programme"),
    "asset": ("Without one asset or sensor", "asset or sensor"),
    "base": ("Without one base", "base"),
    "access": ("Without one access agreement (row of access.csv)", "access agreement"),
}
"""Of each kind of contingency its heading, and what the chart calls it."""
SHOWN = ("contingency", "rank", "lost", "lost_reoptimised", "known_to", "saved_share")
KEYS = ["rank", "variant", "kind", "id", "row"]
TABLES = declared("stress")


def stress(case: Case | str | Path, *, gap: Gap = None, **how: Unpack[How]) -> Study:
    """Lose each programme, asset, base and agreement in turn: the loss as planned, and re-optimised.

    Each [stress.NAME] of the case, too. For every contingency: what is lost if all else stays as planned,
    what the best plan without it loses, and where.

    Raises:
        InputError: the case is wrong.
        NoPlanError: the case as it stands has no plan.
    """
    made = Changes.of("stress", case, gap, how)
    base, plan = made.base, Plan(made.base)
    everything = [(gone, plan.without(gone)) for gone in contingencies(base.case)]
    touched = [gone for gone, left in everything if left.used]
    made.runner.progress(f"{len(touched)} of {len(everything)} contingencies touch the plan")
    plans = made.runner.plan(made.shared, touched)
    return made.study(plans, describe, lambda study: _tables(study, base.results, everything))


STUDY = stress


def _tables(
    study: Study, base: Results, everything: list[tuple[Contingency, Left]]
) -> dict[str, pd.DataFrame]:
    """The contingencies, worst first, those without a plan before all others; and what every area loses."""
    table = ranked.of_changes(TABLES["losses"], [gone for gone, _ in everything], study)
    lost = pd.Series([left.lost for _, left in everything], dtype=float)
    best, least, most = ranked.proven(table["change"], table["least"], table["most"], lost)
    table = table.assign(
        lost=lost,
        **{new: table[name] for name, new in NEW.items()},
        **{name: [getattr(left, name).sum() for _, left in everything] for name in TOTALS},
        lost_reoptimised=best,
        lost_reoptimised_least=least,
        lost_reoptimised_most=most,
        saved=lost - best,
        saved_share=((lost - best) / lost).where(lost > 0.0),
        how=[RESOLVED if left.used else UNUSED for _, left in everything],
    )
    table = ranked.ranked(table, ("lost_reoptimised", "lost", "kind", "id", "row"), "first")
    areas = base.areas[["area_id", "area_km2"]]
    planned = [
        areas.assign(variant=gone.name, **{name: getattr(left, name) for name in TOTALS})
        for gone, left in everything
        if left.used
    ]
    rows = pd.concat(planned or [areas.iloc[:0].assign(variant="", **dict.fromkeys(TOTALS, 0.0))])
    new = ranked.by_area(study.differences).rename(columns={**NEW, "coverage": "coverage_reoptimised"})
    rows = rows.assign(coverage=rows["covered_km2"] / rows["area_km2"])
    rows = table[["rank", "variant", "kind", "id", "row"]].merge(rows, on="variant")
    rows = rows.merge(new, "left", ["variant", "area_id"])
    return {"losses": TABLES["losses"].of(table), "areas": TABLES["areas"].of(rows)}


def describe(study: Study) -> tuple[list[str], list[Section]]:
    """The plan as it stands, the contingencies of each kind, and how to read them."""
    rows = study["losses"]
    called = study.called(rows["id"], rows["kind"].replace("access", "operator"))
    called = called.mask((rows["kind"] == "named") & (rows["title"] != ""), rows["title"])
    called += (" (" + rows["share"].map(percent) + ")").where(rows["share"] < 1.0, "")
    called += (" (row " + rows["row"].astype(str) + ")").where(rows["row"] > 0, "")
    return ranked.told(
        *(study, "losses", TABLES["losses"]),
        rows.assign(contingency=called),
        {kind: heading for kind, (heading, _) in KINDS.items()},
        (*SHOWN, *((RATIO,) if study.fair else ()), "where"),
        figure="lost_reoptimised",
        where=("covered_reoptimised_km2", -1.0),
        most=MOST_SHOWN,
        notes=_notes(study),
    )


def _notes(study: Study) -> Iterator[str]:
    yield (
        f"As planned: what is lost, in {OF_OBJECTIVE}, if missions that lean on it fall away and all else "
        "stays. Re-optimised: what the best plan without it loses. Saved: what a new plan wins back. "
        "Losses do not add up: two that stand in for each other cost more together."
    )
    if len(study.failures):
        yield (
            "A dash: no plan was found without it, as where hard limits cannot hold; it ranks first, and "
            "variants.csv says why."
        )
    if study.fair:
        yield (
            f"With the objective {study.objective} the new plan first keeps the smallest coverage/target up; "
            "it may lose more coverage than the plan that stays, or gain some. "
            f"{ranked.of_fair_plans(study)}"
        )
    yield (
        "A lost programme takes away its share of what is paid for each asset in each area. What is lost for "
        "a part of the horizon (in brackets) loses that part of its missions, hours and money."
    )
    yield ranked.BY_CHANCE.format("losses")


AS_PLANNED, REOPTIMISED = "as planned", "re-optimised"


def losses(study: Found) -> Chart:
    """What every contingency loses, as planned and with a new plan, the worst first."""
    table = study["losses"]
    used = table[table["how"] != UNUSED]
    lost = used.dropna(subset="lost_reoptimised")
    missing = len(used) - len(lost)
    without = f" Not shown: {missing:,} without which no plan was found." if missing else ""
    lost = lost.sort_values(["lost_reoptimised", "lost"], ascending=False, kind="stable")
    if not len(lost):
        return nothing("losses")
    shown = lost.head(ranked.MOST_DRAWN)
    called = named(
        shown["variant"].tolist(), shown["title"] + ": " + [KINDS[kind][1] for kind in shown["kind"]]
    )
    pairs = shown[["lost", "lost_reoptimised"]].to_numpy()
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
    words = {"rest": len(lost) - len(shown), "without": without}
    return row_chart("losses", frame, called, scale, words=words)


CHARTS = {"losses": losses}

"""Stress: what a plan loses with each thing that it leans on, as planned, and with a new plan without it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Unpack

import numpy as np
import pandas as pd

from planner.case import Case
from planner.charts.forms import nothing, row_chart
from planner.charts.names import named
from planner.charts.spec import Chart
from planner.core.certificate import Certificate
from planner.frames import numbers
from planner.jobs import Failure
from planner.results.palette import LOSS, OTHERS
from planner.results.plain_text import figure, percent
from planner.results.results import Results
from planner.studies import ranked
from planner.studies.contingencies import Contingency, Left, Plan, contingencies
from planner.studies.engine import CONCAVE, Gap, How, certificate_row, status_row
from planner.studies.ranked import OF_OBJECTIVE, RESOLVED, TOTALS, UNUSED, Changes, Row
from planner.studies.study import Study, study_of
from planner.studies.tables import Found, Section, declared

NEW = {name: name.replace("_km2", "_reoptimised_km2") for name in TOTALS}
"""Columns of the new plan's totals."""
MOST_SHOWN = 10
"""Contingencies of each kind that the summary shows; losses.csv has them all."""
SECTIONS = {
    "named": "Contingencies that the case names",
    "programme": "Without one programme",
    "asset": "Without one asset or sensor",
    "base": "Without one base",
    "access": "Without one access agreement (row of access.csv)",
}
SHOWN = ("contingency", "rank", "lost", "lost_reoptimised", "known_to", "saved_share", "where")
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
    return study_of(
        "stress",
        base.case,
        base.results,
        plans,
        describe,
        titles={gone.name: gone.title for gone in touched},
        tables=lambda differences: _tables(base.results, everything, plans, differences),
        declared=TABLES,
        document={"gap_tolerance": made.gap},
    )


STUDY = stress


def _tables(
    base: Results,
    everything: list[tuple[Contingency, Left]],
    plans: Mapping[str, Results | Failure],
    differences: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """The contingencies, worst first, those without a plan before all others; and what every area loses."""
    rows = [_row(base, gone, left, plans.get(gone.name)) for gone, left in everything]
    order = ("lost_reoptimised", "lost", "kind", "id", "row")
    table = ranked.ranked(TABLES["losses"], rows, differences, order, NEW, "first")
    km2 = numbers(base.areas["area_km2"])
    planned = [
        pd.DataFrame(
            {
                "variant": gone.name,
                "area_id": base.areas["area_id"].to_numpy(),
                "coverage": left.covered_km2 / km2,
                **{name: getattr(left, name) for name in TOTALS},
            }
        )
        for gone, left in everything
        if left.used
    ]
    areas = table[KEYS].iloc[:0]
    if planned:
        new = ranked.by_area(differences).rename(columns={**NEW, "coverage": "coverage_reoptimised"})
        areas = table[list(areas)].merge(pd.concat(planned), on="variant")
        areas = areas.merge(new, "left", ["variant", "area_id"])
    return {"losses": TABLES["losses"].of(table), "areas": TABLES["areas"].of(areas)}


def _row(base: Results, gone: Contingency, left: Left, plan: Results | Failure | None) -> dict[str, object]:
    before = base.certificate
    row: dict[str, object] = {name: getattr(gone, name) for name in ("kind", "id", "row", "title", "share")}
    row |= {name: float(getattr(left, name).sum()) for name in TOTALS}
    row |= {"variant": gone.name, "lost": left.lost, "how": RESOLVED if left.used else UNUSED}
    if isinstance(plan, Failure):
        return row | status_row(plan)
    if plan is None:
        row |= {**certificate_row(before), "rounds": 0, "status": str(base.status)}
        best, least, most = 0.0, 0.0, max(0.0, before.value - before.bound)
    else:
        row |= status_row(plan)
        best, least, most = _lost_reoptimised(before, plan.certificate, left.lost)
    return row | {
        "lost_reoptimised": best,
        "lost_reoptimised_least": least,
        "lost_reoptimised_most": most,
        "saved": left.lost - best,
        "saved_share": (left.lost - best) / left.lost if left.lost > 0.0 else math.nan,
    }


def _lost_reoptimised(before: Certificate, after: Certificate, lost: float) -> tuple[float, float, float]:
    """What the best plan without it loses, with what the certificates allow.

    Where they allow it, it is not below nothing, nor above what is lost if all else stays: the plan that
    stays is a plan too, and both differences come from plans that may be off by their gaps.
    """
    best = after.value - before.value
    least, most = after.bound - before.value, after.value - before.bound
    if best < 0.0 <= most:
        best = 0.0
    if least <= lost < best:
        best = lost
    least = max(0.0, least) if most >= 0.0 else least
    return best, min(least, best), max(most, best)


def describe(study: Study) -> tuple[list[str], list[Section]]:
    """The plan as it stands, the contingencies of each kind, and how to read them."""
    sections = ranked.sections(
        *(study, "losses", TABLES["losses"], study["losses"]),
        {heading: (kind,) for kind, heading in SECTIONS.items()},
        SHOWN,
        called=_name,
        figure="lost_reoptimised",
        where=("covered_reoptimised_km2", -1.0),
        most=MOST_SHOWN,
    )
    notes = Section("How to read this", notes=tuple(_notes(study)))
    return [ranked.value_of_base(study)], [*sections, notes]


def _name(row: Row) -> str:
    if row["kind"] == "access":
        return f"{row['id']} (row {row['row']})"
    if row["share"] < 1.0:
        return f"{row['id']}, {percent(row['share'])} of the time"
    return str(row["id"])


def _notes(study: Study) -> Iterator[str]:
    yield (
        f"As planned: what is lost, in {OF_OBJECTIVE}, if missions that lean on it fall away and all else "
        "stays. Re-optimised: what the best plan without it loses. Saved: what a new plan wins back. "
        "Losses do not add up: two that stand in for each other cost more together."
    )
    if study.objective not in CONCAVE:
        yield (
            f"With the objective {study.objective} the new plan first keeps the smallest coverage/target up; "
            "it may lose more coverage than the plan that stays, or gain some."
        )
    yield (
        "A lost programme takes away its share of what is paid for each asset in each area. What is lost for "
        "a part of the horizon loses that part of its missions, hours and money."
    )
    yield ranked.BY_CHANCE.format("losses")


LOSS_KINDS = {
    "named": "named contingency",
    "programme": "programme",
    "asset": "asset or sensor",
    "base": "base",
    "access": "access agreement",
}
AS_PLANNED, REOPTIMISED = "as planned", "re-optimised"


def losses(study: Found) -> Chart:
    """What every contingency loses, as planned and with a new plan, the worst first."""
    table = study["losses"]
    lost = table[table["how"] != UNUSED].dropna(subset="lost_reoptimised")
    lost = lost.sort_values(["lost_reoptimised", "lost"], ascending=False, kind="stable")
    if not len(lost):
        return nothing("losses")
    shown = lost.head(ranked.MOST_DRAWN)
    called = named(shown["variant"].tolist(), shown["title"] + ": " + shown["kind"].map(LOSS_KINDS))
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
    return row_chart("losses", frame, called, scale, words={"rest": len(lost) - len(shown)})


CHARTS = {"losses": losses}

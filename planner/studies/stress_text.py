"""What is said of contingencies."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from planner.studies.next_text import value_of_base
from planner.studies.study import Study
from planner.studies.text import (
    CONCAVE,
    Column,
    Section,
    count,
    figure,
    named,
    of_objective,
    percent,
    tolerance,
)

MOST_SHOWN = 10
"""Contingencies of each kind that the summary shows; losses.csv has them all."""
MOST_AREAS = 2
"""Areas that are named beside one, those that lose most with a new plan; areas.csv has them all."""
SECTIONS = {
    "named": "Contingencies that the case names",
    "programme": "Without one programme",
    "asset": "Without one asset or sensor",
    "base": "Without one base",
    "access": "Without one access agreement (row of access.csv)",
}
COLUMNS = (
    Column("contingency", "contingency"),
    Column("rank", "rank", count),
    Column("lost", "loss as planned", count),
    Column("lost_anew", "loss re-optimised", count),
    Column("known_to", "known to ±", figure),
    Column("saved_share", "saved", percent),
    Column("where", "largest losses, re-optimised [km²]"),
)


def describe(study: Study) -> tuple[list[str], list[Section]]:
    """The plan as it stands, the contingencies of each kind, and how to read them."""
    notes = Section("How to read this", notes=tuple(_notes(study)))
    return [value_of_base(study)], [*_sections(study), notes]


def _sections(study: Study) -> Iterator[Section]:
    losses = study["losses"]
    for kind, called in SECTIONS.items():
        rows = losses[losses["kind"] == kind]
        if rows.empty:
            continue
        used = rows[rows["how"] != "not used"]
        more, idle = max(0, len(used) - MOST_SHOWN), len(rows) - len(used)
        parts = [f"{more} more in losses.csv"] if more else []
        parts += [f"{idle} that the plan makes no use of"] if idle else []
        notes = (f"and {', '.join(parts)}.",) if parts else ()
        yield Section(called, _shown(study, used.head(MOST_SHOWN)), COLUMNS, notes)


def _shown(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    records, areas = rows.to_dict("records"), study["areas"].rename(columns={"covered_anew_km2": "km2"})
    return rows.assign(
        contingency=[_name(row) for row in records],
        known_to=[tolerance(row, "lost_anew", "lost_anew_least", "lost_anew_most") for row in records],
        where=[named(areas[areas["rank"] == row["rank"]], MOST_AREAS, -1.0) for row in records],
    )


def _name(row: Mapping[Hashable, Any]) -> str:
    if row["kind"] == "access":
        return f"{row['id']} (row {row['row']})"
    if row["share"] < 1.0:
        return f"{row['id']}, {percent(row['share'])} of the time"
    return str(row["id"])


def _notes(study: Study) -> Iterator[str]:
    yield (
        f"As planned: what is lost, in {of_objective(study.objective)}, if missions that lean on it fall "
        "away and all else stays. Re-optimised: what the best plan without it loses. Saved: the part that a "
        "new plan wins back. Losses do not add up: two that stand in for each other cost more together."
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
    yield (
        "Largest losses are plain km² of areas; where two areas are worth the same, single areas may gain or "
        "lose by chance."
    )

"""What is said of contingencies."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from planner.results.plain_text import percent
from planner.studies.stress_tables import TABLES
from planner.studies.study import Study
from planner.studies.tables import Section
from planner.studies.text import CONCAVE, OF_OBJECTIVE, known_to, largest, value_of_base

MOST_SHOWN = 10
"""Contingencies of each kind that the summary shows; losses.csv has them all."""
SECTIONS = {
    "named": "Contingencies that the case names",
    "programme": "Without one programme",
    "asset": "Without one asset or sensor",
    "base": "Without one base",
    "access": "Without one access agreement (row of access.csv)",
}
SHOWN = ("contingency", "rank", "lost", "lost_anew", "known_to", "saved_share", "where")


def describe(study: Study) -> tuple[list[str], list[Section]]:
    """The plan as it stands, the contingencies of each kind, and how to read them."""
    notes = Section("How to read this", notes=tuple(_notes(study)))
    return [value_of_base(study.objective, study.variants)], [*_sections(study), notes]


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
        records = used.head(MOST_SHOWN).to_dict("records")
        shown = used.head(MOST_SHOWN).assign(
            contingency=[_name(row) for row in records],
            known_to=[known_to(row, "lost_anew") for row in records],
            where=[largest(study["areas"], row["rank"], "covered_anew_km2", -1.0) for row in records],
        )
        yield TABLES["losses"].section(called, shown, SHOWN, notes)


def _name(row: Mapping[Hashable, Any]) -> str:
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
    yield (
        "Largest losses are plain km² of areas; where two areas are worth the same, single areas may gain or "
        "lose by chance."
    )

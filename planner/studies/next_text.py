"""What is said of next steps."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from planner.results.plain_text import count, figure
from planner.studies.next_tables import TABLES
from planner.studies.study import Study
from planner.studies.tables import Section
from planner.studies.text import CONCAVE, OF_OBJECTIVE, known_to, largest, value_of_base

MOST_SHOWN = 12
"""Steps of each kind that the summary shows; steps.csv has them all."""
SECTIONS = (
    (("programme", "pooled"), "What {amount} more would add"),
    (("unit",), "What one more unit would add"),
    (("access",), "What one more access agreement would add"),
)
CALLED = {"programme": "more money", "pooled": "pooled money", "unit": "more units", "access": "agreements"}
SHOWN = (
    *("step", "rank", "gain", "known_to", "predicted", "part_of_predicted", "gain_per_million", "where"),
)


def describe(study: Study) -> tuple[list[str], list[Section]]:
    """The plan as it stands, the steps of each kind, and how to read them."""
    notes = Section("How to read this", notes=tuple(_notes(study)))
    return [value_of_base(study.objective, study.variants)], [*_sections(study), notes]


def _sections(study: Study) -> Iterator[Section]:
    steps = study["steps"]
    worth = steps[(steps["how"] != "price") & ~(steps["gain_most"] <= 0.0)]
    amount = f"{count(study.document['amount'])} {study.currency}"
    for kinds, called in SECTIONS:
        rows = worth[worth["kind"].isin(kinds)]
        more = len(rows) - MOST_SHOWN
        notes = (f"and {more} more in steps.csv.",) if more > 0 else ()
        records = rows.head(MOST_SHOWN).to_dict("records")
        shown = rows.head(MOST_SHOWN).assign(
            step=[_name(row) for row in records],
            known_to=[known_to(row, "gain") for row in records],
            where=[largest(study["areas"], row["rank"], "covered_km2") for row in records],
        )
        if records:
            heading = f"{called.format(amount=amount)} [{OF_OBJECTIVE}]"
            yield TABLES["steps"].section(heading, shown, SHOWN, notes)


def _name(row: Mapping[Hashable, Any]) -> str:
    if row["kind"] == "pooled":
        return "without any earmark"
    return f"{row['id']} in {row['in_area']}" if row["kind"] == "access" else str(row["id"])


def _notes(study: Study) -> Iterator[str]:
    nothing = study["steps"][study["steps"]["how"] == "price"]
    if len(nothing):
        kinds = nothing["kind"].value_counts()
        parts = ", ".join(f"{CALLED[str(kind)]}: {number}" for kind, number in kinds.items())
        most = figure(float(nothing["gain_most"].max()))
        yield (
            f"{len(nothing)} steps add nothing ({parts}) and were not planned again: the base plan's shadow "
            f"prices prove it to {most} {OF_OBJECTIVE}."
        )
    if study.objective not in CONCAVE:
        yield (
            f"With the objective {study.objective} a step first raises the smallest coverage/target; "
            "the gain in coverage is what comes with it and may be below 0, and no shadow price foretells it."
        )
    yield (
        "By shadow price: what the step would add if all of it gained as much as its first part; the new "
        "plan can only be at or below that. Gains of different steps do not add up."
    )
    yield (
        "A unit costs nothing here but its running, which the present budgets must pay: its gain per million "
        "is for what the plan then spends more on it. The price of buying it, or of reaching an agreement, "
        "is not known here."
    )
    yield (
        "Largest gains are plain km² of areas; where two areas are worth the same, single areas may gain or "
        "lose by chance."
    )

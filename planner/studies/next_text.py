"""What is said of next steps."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from planner.studies.study import Study
from planner.studies.text import (
    CONCAVE,
    OBJECTIVE_WORDS,
    Column,
    Section,
    count,
    figure,
    named,
    of_objective,
    tolerance,
)

AS_IT_STANDS = "as it stands"
MOST_SHOWN = 12
"""Steps of each kind that the summary shows; steps.csv has them all."""
MOST_AREAS = 2
"""Areas that are named beside a step, those that gain most; areas.csv has them all."""
SECTIONS = (
    (("programme", "pooled"), "What {amount} more would add"),
    (("unit",), "What one more unit would add"),
    (("access",), "What one more access agreement would add"),
)
CALLED = {"programme": "programmes", "pooled": "money", "unit": "units", "access": "agreements"}
COLUMNS = (
    Column("step", "step"),
    Column("rank", "rank", count),
    Column("gain", "gain", count),
    Column("known_to", "known to ±", figure),
    Column("predicted", "by shadow price", count),
    Column("part_of_predicted", "gain / price", lambda one: f"{one:.0%}" if math.isfinite(one) else "-"),
    Column("gain_per_million", "gain per million", count),
    Column("where", "largest gains [km²]"),
)


def describe(study: Study) -> tuple[list[str], list[Section]]:
    """The plan as it stands, the steps of each kind, and how to read them."""
    return [value_of_base(study)], [
        *_sections(study),
        Section("How to read this", notes=tuple(_notes(study))),
    ]


def value_of_base(study: Study) -> str:
    """The value of the plan as it stands, and its bound."""
    base = study.variants.iloc[0]
    return (
        f"The case as it stands: {count(base['plan_value'])} "
        f"{OBJECTIVE_WORDS.get(study.objective, 'of the objective')}; no plan can go below "
        f"{count(base['bound'])} (optimality gap {base['gap']:.1e})."
    )


def _sections(study: Study) -> Iterator[Section]:
    steps = study["steps"]
    worth = steps[(steps["how"] != "price") & ~(steps["gain_most"] <= 0.0)]
    amount = f"{count(study.document['amount'])} {study.currency}"
    for kinds, called in SECTIONS:
        rows = worth[worth["kind"].isin(kinds)]
        if rows.empty:
            continue
        more = len(rows) - MOST_SHOWN
        notes = (f"and {more} more in steps.csv.",) if more > 0 else ()
        heading = f"{called.format(amount=amount)} [{of_objective(study.objective)}]"
        yield Section(heading, _shown(study, rows.head(MOST_SHOWN)), COLUMNS, notes)


def _shown(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    records = rows.to_dict("records")
    return rows.assign(
        step=[_name(row) for row in records],
        known_to=[tolerance(row, "gain", "gain_least", "gain_most") for row in records],
        where=[
            named(areas.rename(columns={"covered_km2": "km2"}), MOST_AREAS)
            for areas in (study["areas"][study["areas"]["rank"] == row["rank"]] for row in records)
        ],
    )


def _name(row: Mapping[Hashable, Any]) -> str:
    if row["kind"] == "pooled":
        return "without any earmark"
    return f"{row['id']} in {row['in_area']}" if row["kind"] == "access" else str(row["id"])


def _notes(study: Study) -> Iterator[str]:
    nothing = study["steps"][study["steps"]["how"] == "price"]
    if len(nothing):
        kinds = nothing["kind"].value_counts()
        parts = ", ".join(f"{number} {CALLED[str(kind)]}" for kind, number in kinds.items())
        most = figure(float(nothing["gain_most"].max()))
        yield (
            f"{len(nothing)} steps add nothing ({parts}) and were not planned again: the base plan's shadow "
            f"prices prove it to {most} {of_objective(study.objective)}."
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

"""Next steps for the terminal, and their folder."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from planner.report.next_steps import PRICED, TABLES, NextSteps
from planner.report.plain_text import cell, count, figure, safe, words
from planner.report.study import Study, StudyKind
from planner.report.study_text import heading, numbers_table, title_lines
from planner.report.summary import OBJECTIVE_WORDS
from planner.report.sweep import CONCAVE
from planner.solve.lp import Status

NEXT = StudyKind("next", tuple(TABLES))
MOST_SHOWN = 12
"""Steps of each kind that the summary shows; steps.csv has them all."""
SECTIONS = (
    (("programme", "pooled"), "What {amount} more would add"),
    (("unit",), "What one more unit would add"),
    (("access",), "What one more access agreement would add"),
)
MOST_AREAS = 2
"""Areas that are named beside a step, those that gain most; areas.csv has them all."""
Row = Mapping[Hashable, Any]


def next_study(found: NextSteps) -> Study:
    """The steps, ready to be written."""
    return Study(
        kind=NEXT,
        tables={name: getattr(found, name) for name in TABLES},
        summary=Group(*_blocks(found)),
        document={
            "title": found.title,
            "scenarios": [{"name": name, "title": title} for name, title in found.scenarios.items()],
            "currency": found.currency,
            "objective": found.objective,
            "amount": found.amount,
            "gap_tolerance": found.gap,
            "as_it_stands": found.base.to_dict("records")[0],
            "inputs": found.plan.run.get("inputs", {}),
        },
    )


def _blocks(found: NextSteps) -> Iterator[RenderableType]:
    yield from title_lines(found.title, found.scenarios)
    yield _proof(found)
    worth = found.steps[(found.steps["how"] != PRICED) & (found.steps["gain_most"] > 0.0)]
    for kinds, called in SECTIONS:
        steps = worth[worth["kind"].isin(kinds)]
        if len(steps):
            yield heading(f"{called.format(amount=_money(found))} [{_gained(found)}]")
            yield _steps(found, steps.head(MOST_SHOWN))
        if len(steps) > MOST_SHOWN:
            yield Text(f"and {len(steps) - MOST_SHOWN} more in steps.csv.")
    yield heading("How to read this")
    yield from _remarks(found)


def _gained(found: NextSteps) -> str:
    return "risk-weighted km²" if found.objective in OBJECTIVE_WORDS else "objective"


def _proof(found: NextSteps) -> Text:
    base = found.base.iloc[0]
    wrong = found.steps[found.steps["status"] != Status.OPTIMAL]
    text = (
        f"The case as it stands: {count(base['plan_value'])} "
        f"{OBJECTIVE_WORDS.get(found.objective, 'of the objective')}; no plan can go below "
        f"{count(base['bound'])} (gap {base['gap']:.1e})."
    )
    if base["status"] != Status.OPTIMAL or len(wrong):
        named = ", ".join(f"{_name(row)} ({words(row['status'])})" for row in wrong.to_dict("records"))
        return Text(f"NOT PROVEN: {named or 'the case as it stands'}. {text}", style="bold red")
    return Text(f"{text} All plans are optimal within the tolerance.", style="green")


def _money(found: NextSteps) -> str:
    return f"{count(found.amount)} {safe(found.currency)}"


def _name(row: Row) -> str:
    name = safe(row["id"])
    return {"pooled": "without any earmark", "access": f"{name} in {safe(row['in_area'])}"}.get(
        row["kind"], name
    )


def _steps(found: NextSteps, steps: pd.DataFrame) -> Table:
    wheres = ("largest gains [km²]",)
    columns = ("rank", "gain", "known to ±", "by price", "gain / price", "gain per million")
    table = numbers_table("step", *columns, *wheres, words=wheres)
    for row in steps.to_dict("records"):
        table.add_row(
            cell(_name(row)),
            count(row["rank"]),
            count(row["gain"]),
            figure(max(row["gain_most"] - row["gain"], row["gain"] - row["gain_least"])),
            count(row["predicted"]),
            f"{row['part_of_predicted']:.0%}" if math.isfinite(row["part_of_predicted"]) else "-",
            count(row["gain_per_million"]),
            cell(_where(found, row)),
        )
    return table


def _where(found: NextSteps, row: Row) -> str:
    areas = found.areas[found.areas["rank"] == row["rank"]].nlargest(MOST_AREAS, "covered_km2")
    some = areas[areas["covered_km2"] >= 1.0]
    return ", ".join(
        f"{name} {count(km2)}" for name, km2 in zip(some["area_id"], some["covered_km2"], strict=True)
    )


def _remarks(found: NextSteps) -> Iterator[Text]:
    nothing = found.steps[(found.steps["how"] == PRICED)]
    if len(nothing):
        kinds = nothing["kind"].value_counts()
        called = {"programme": "programmes", "pooled": "money", "unit": "units", "access": "agreements"}
        parts = ", ".join(f"{number} {called[str(kind)]}" for kind, number in kinds.items())
        yield Text(
            f"{len(nothing)} steps add nothing ({parts}): the base plan's prices prove it to "
            f"{figure(float(nothing['gain_most'].max()))} {_gained(found)}."
        )
    if found.objective not in CONCAVE:
        yield Text(
            f"With the objective {safe(found.objective)} a step first raises the smallest coverage/target; "
            "the gain in coverage is what comes with it and may be below 0, and no price foretells it."
        )
    yield Text(
        "By price: what the step would add if all of it gained as much as its first part; the plan made anew "
        "can only be at or below that. Gains of different steps do not add up."
    )
    yield Text(
        "A unit costs nothing here but its running, which the budgets that there are must pay: its gain per "
        "million is for what the plan then spends more on it. What it costs to buy it, or to reach an "
        "agreement, is not known here."
    )
    yield Text(
        "Largest gains are plain km² of areas; where two areas are worth the same, single areas may gain or "
        "lose by chance."
    )

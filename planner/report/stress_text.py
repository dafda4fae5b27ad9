"""Losses for the terminal, and their folder."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from planner.report.plain_text import cell, count, figure, percent, safe, words
from planner.report.stress import TABLES, UNUSED, Losses
from planner.report.study import Study, StudyKind
from planner.report.study_text import heading, numbers_table, title_lines
from planner.report.summary import OBJECTIVE_WORDS
from planner.report.sweep import CONCAVE
from planner.solve.lp import Status

STRESS = StudyKind("stress", tuple(TABLES))
MOST_SHOWN = 10
"""Losses of each kind that the summary shows; losses.csv has them all."""
MOST_AREAS = 2
"""Areas that are named beside a loss, those that lose most after planning anew; areas.csv has them all."""
SECTIONS = {
    "named": "Losses that the case names",
    "programme": "Without one programme",
    "asset": "Without one asset or sensor",
    "base": "Without one base",
    "access": "Without one access agreement (row of access.csv)",
}
Row = Mapping[Hashable, Any]


def stress_study(found: Losses) -> Study:
    """The losses, ready to be written."""
    return Study(
        kind=STRESS,
        tables={name: getattr(found, name) for name in TABLES},
        summary=Group(*_blocks(found)),
        document={
            "title": found.title,
            "scenarios": [{"name": name, "title": title} for name, title in found.scenarios.items()],
            "currency": found.currency,
            "objective": found.objective,
            "gap_tolerance": found.gap,
            "as_it_stands": found.base.to_dict("records")[0],
            "inputs": found.plan.run.get("inputs", {}),
        },
    )


def _blocks(found: Losses) -> Iterator[RenderableType]:
    yield from title_lines(found.title, found.scenarios)
    yield _proof(found)
    for kind, called in SECTIONS.items():
        rows = found.losses[found.losses["kind"] == kind]
        if rows.empty:
            continue
        yield heading(called)
        used = rows[rows["how"] != UNUSED]
        yield _table(found, used.head(MOST_SHOWN))
        more, idle = max(0, len(used) - MOST_SHOWN), len(rows) - len(used)
        if more or idle:
            parts = [f"{more} more in losses.csv"] if more else []
            parts += [f"{idle} of which the plan makes no use"] if idle else []
            yield Text(f"and {', '.join(parts)}.")
    yield heading("How to read this")
    yield from _remarks(found)


def _proof(found: Losses) -> Text:
    base, wrong = found.base.iloc[0], found.losses[found.losses["status"] != Status.OPTIMAL]
    text = (
        f"The case as it stands: {count(base['plan_value'])} "
        f"{OBJECTIVE_WORDS.get(found.objective, 'of the objective')}; no plan can go below "
        f"{count(base['bound'])} (gap {base['gap']:.1e})."
    )
    if base["status"] != Status.OPTIMAL or len(wrong):
        named = ", ".join(f"{_name(row)} ({words(row['status'])})" for row in wrong.to_dict("records"))
        return Text(f"NOT PROVEN: {named or 'the case as it stands'}. {text}", style="bold red")
    return Text(f"{text} All plans are optimal within the tolerance.", style="green")


def _name(row: Row) -> str:
    name = safe(row["id"])
    if row["kind"] == "access":
        return f"{name} (row {row['row']})"
    return f"{name}, {percent(row['share'])} of the time" if row["share"] < 1.0 else name


def _table(found: Losses, rows: pd.DataFrame) -> Table:
    wheres = ("largest losses after planning anew [km²]",)
    table = numbers_table(
        "lost", "rank", "as planned", "planned anew", "known to ±", "saved", *wheres, words=wheres
    )
    for row in rows.to_dict("records"):
        off = max(row["lost_anew_most"] - row["lost_anew"], row["lost_anew"] - row["lost_anew_least"])
        table.add_row(
            cell(_name(row)),
            count(row["rank"]),
            count(row["lost"]),
            count(row["lost_anew"]),
            figure(off),
            percent(row["saved_share"]),
            cell(_where(found, row)),
        )
    return table


def _where(found: Losses, row: Row) -> str:
    areas = found.areas[found.areas["rank"] == row["rank"]].nsmallest(MOST_AREAS, "covered_anew_km2")
    some = areas[areas["covered_anew_km2"] <= -1.0]
    pairs = zip(some["area_id"], some["covered_anew_km2"], strict=True)
    return ", ".join(f"{name} {count(-km2)}" for name, km2 in pairs)


def _remarks(found: Losses) -> Iterator[Text]:
    unit = "risk-weighted km²" if found.objective in OBJECTIVE_WORDS else "the objective"
    yield Text(
        f"As planned: what is lost, in {unit}, if missions that lean on it fall away and all else stays. "
        "Planned anew: what the best plan without it loses. Saved: the part that planning anew wins back. "
        "Losses do not add up: two that stand in for each other cost more together."
    )
    if found.objective not in CONCAVE:
        yield Text(
            f"With the objective {safe(found.objective)} the new plan first keeps the smallest coverage/"
            "target up; it may lose more coverage than the plan that stays, or gain some."
        )
    yield Text(
        "A lost programme takes away its share of what is paid for each asset in each area. What is lost "
        "for a part of the horizon loses that part of its missions, hours and money."
    )
    yield Text(
        "Largest losses are plain km² of areas; where two areas are worth the same, single areas may gain or "
        "lose by chance."
    )

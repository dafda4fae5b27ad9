"""The words of all studies, for the terminal and for ``summary.txt``."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from planner.results.goodness import OBJECTIVE_WORDS
from planner.results.plain_text import cell, count, safe
from planner.studies.tables import Section

HEADING, WRONG = "bold", ("FAILED", "NOT PROVEN")
CONCAVE = ("coverage", "shortfall")
"""Objectives whose value is convex in budgets and hours, so that what is gained is concave. With "fair" only
the smallest coverage/target is: its coverage is that of the plans that reach the smallest, and may fall."""
OF_OBJECTIVE = "risk-weighted km²"
"""The unit of every objective's value."""
MOST_AREAS = 2
"""Areas that are named beside a step or a contingency."""


def render(
    title: str,
    scenarios: Mapping[str, str],
    proof: tuple[str, bool],
    sentences: Sequence[str],
    sections: Sequence[Section],
) -> RenderableType:
    """A study as something that rich can show."""
    lines = [Text(safe(title), style=HEADING)]
    lines += [Text(f"Scenario {safe(name)}: {safe(called)}") for name, called in scenarios.items()]
    lines.append(Text(safe(proof[0]), style="green" if proof[1] else "bold red"))
    lines += [Text(safe(one), style="bold red" if one.startswith(WRONG) else "") for one in sentences]
    return Group(*lines, *(block for section in sections for block in _blocks(section)))


def _blocks(section: Section) -> Iterator[RenderableType]:
    yield Text(f"\n{safe(section.heading)}" if section.heading else "", style=HEADING)
    if section.table is not None and len(section.table):
        yield _table(section)
    for note in section.notes:
        yield Text(safe(note))


def _table(section: Section) -> Table:
    """A table whose first column gives way when the terminal is narrow; its numbers never do."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column(safe(section.columns[0].heading), min_width=5)
    for one in section.columns[1:]:
        if one.show is None:
            table.add_column(safe(one.heading), overflow="fold", vertical="bottom")
        else:
            title = safe(one.heading).replace(" ", "\n")
            table.add_column(title, justify="right", no_wrap=True, vertical="bottom")
    for row in section.shown().itertuples(index=False):
        texts = zip(row, section.columns, strict=True)
        table.add_row(*(cell(value) if column.show is None else value for value, column in texts))
    return table


def value_of_base(objective: str, variants: pd.DataFrame) -> str:
    """The value of the plan as it stands, the first of the variants, and its bound."""
    base = variants.iloc[0]
    return (
        f"The case as it stands: {count(base['plan_value'])} {OBJECTIVE_WORDS[objective]}; no plan can go "
        f"below {count(base['bound'])} (optimality gap {base['gap']:.1e})."
    )


def known_to(row: Mapping[Hashable, Any], figure: str) -> float:
    """By how much a figure may be off to either side, by its certified interval."""
    return float(max(row[f"{figure}_most"] - row[figure], row[figure] - row[f"{figure}_least"]))


def largest(areas: pd.DataFrame, rank: int, figure: str, sign: float = 1.0) -> str:
    """The areas of a rank that gain (or, with sign -1, lose) most, with km²."""
    own = areas[areas["rank"] == rank]
    some = own.assign(size=sign * own[figure]).nlargest(MOST_AREAS, "size")
    some = some[some["size"] >= 1.0]
    return ", ".join(f"{name} {count(km2)}" for name, km2 in zip(some["area_id"], some["size"], strict=True))

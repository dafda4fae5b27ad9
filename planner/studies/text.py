"""The words and tables of all studies, for the terminal and for ``summary.txt``."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from planner.results.plain_text import cell, count, figure, percent, safe

__all__ = ["Column", "Section", "count", "figure", "percent", "points", "render", "safe", "signed"]

HEADING = "bold"
OBJECTIVE_WORDS = {
    "coverage": "risk-weighted km² missed",
    "shortfall": "risk-weighted km² short of the targets",
    "fair": "risk-weighted km² missed",
}
CONCAVE = ("coverage", "shortfall")
"""Objectives whose value is convex in budgets and hours, so that what is gained is concave. With "fair" only
the smallest coverage/target is: its coverage is that of the plans that reach the smallest, and may fall."""


@dataclass(frozen=True)
class Column:
    """A column of a section's table.

    Attributes:
        source: the column of the frame that it shows.
        title: its heading.
        show: turns a value into text; a text column where None.
    """

    source: str
    title: str
    show: Callable[[float], str] | None = None


@dataclass(frozen=True, eq=False)
class Section:
    """A heading, a table and notes.

    Attributes:
        heading: of the section.
        table: the rows that are shown.
        columns: how; the first names the row.
        notes: sentences below the table.
        chart: a Vega-Lite specification for the page, if there is one.
    """

    heading: str
    table: pd.DataFrame | None = None
    columns: tuple[Column, ...] = ()
    notes: tuple[str, ...] = ()
    chart: Mapping[str, Any] | None = None

    def shown(self) -> pd.DataFrame:
        """The table as text, with the titles of its columns."""
        if self.table is None:
            return pd.DataFrame()
        return pd.DataFrame(
            {
                one.title: [
                    str(value) if one.show is None else one.show(value) for value in self.table[one.source]
                ]
                for one in self.columns
            },
            dtype="str",
        )


def render(
    title: str,
    scenarios: Mapping[str, str],
    proof: tuple[str, bool],
    sentences: Sequence[str],
    sections: Sequence[Section],
) -> RenderableType:
    """A study as something that rich can show."""
    return Group(*_blocks(title, scenarios, proof, sentences, sections))


def _blocks(
    title: str,
    scenarios: Mapping[str, str],
    proof: tuple[str, bool],
    sentences: Sequence[str],
    sections: Sequence[Section],
) -> Iterator[RenderableType]:
    yield Text(safe(title), style=HEADING)
    for name, called in scenarios.items():
        yield Text(f"Scenario {safe(name)}: {safe(called)}")
    yield Text(safe(proof[0]), style="green" if proof[1] else "bold red")
    for sentence in sentences:
        yield Text(safe(sentence), style="bold red" if sentence.startswith(("FAILED", "NOT PROVEN")) else "")
    for section in sections:
        yield Text(f"\n{safe(section.heading)}" if section.heading else "", style=HEADING)
        if section.table is not None and len(section.table):
            yield _table(section)
        for note in section.notes:
            yield Text(safe(note))


def _table(section: Section) -> Table:
    """A table whose first column gives way when the terminal is narrow; its numbers never do."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column(safe(section.columns[0].title), min_width=5)
    for one in section.columns[1:]:
        if one.show is None:
            table.add_column(safe(one.title), overflow="fold", vertical="bottom")
        else:
            title = safe(one.title).replace(" ", "\n")
            table.add_column(title, justify="right", no_wrap=True, vertical="bottom")
    for row in section.shown().itertuples(index=False):
        table.add_row(
            *(
                cell(value) if column.show is None else value
                for value, column in zip(row, section.columns, strict=True)
            )
        )
    return table


def signed(value: float) -> str:
    """A difference as a whole number with its sign."""
    return f"{round(value):+,}" if math.isfinite(value) else "-"


def points(share: float) -> str:
    """A difference of shares, in percentage points."""
    return f"{round(100.0 * share, 1) + 0.0:+.1f}" if math.isfinite(share) else "-"


def of_objective(objective: str) -> str:
    """The unit of the objective's value in words."""
    return "risk-weighted km²" if objective in OBJECTIVE_WORDS else "the objective"


def tolerance(row: Mapping[Hashable, Any], middle: str, low: str, high: str) -> float:
    """By how much a figure may be off to either side, by its certified interval."""
    return float(max(row[high] - row[middle], row[middle] - row[low]))


def named(pairs: pd.DataFrame, most: int, sign: float = 1.0) -> str:
    """The areas that gain (or, with sign -1, lose) most, with km²: area_id and km2 in the columns."""
    some = pairs.assign(size=sign * pairs["km2"]).nlargest(most, "size")
    some = some[some["size"] >= 1.0]
    return ", ".join(f"{name} {count(km2)}" for name, km2 in zip(some["area_id"], some["size"], strict=True))

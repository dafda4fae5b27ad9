"""The tables of all studies: a column is declared once, with its type, meaning, title and format.

The files, their meanings in the manifest, the tables of the terminal and those of the page derive from it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from planner.results.contract import stacked
from planner.results.plain_text import count, percent, words

Show = Callable[[Any], str]


@dataclass(frozen=True)
class Column:
    """A column of a study's table.

    Attributes:
        name: its name.
        kind: its type in the file; "" for one that only summaries show.
        meaning: what it holds, with its unit.
        title: its heading in summaries; its name in words if not given.
        show: turns a value into text for summaries; a column of text where None.
    """

    name: str
    kind: str = ""
    meaning: str = ""
    title: str | None = None
    show: Show | None = None

    @property
    def heading(self) -> str:
        """Its heading in summaries."""
        return words(self.name) if self.title is None else self.title


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
        """The table as text, with the headings of its columns."""
        if self.table is None:
            return pd.DataFrame()
        shown = {n: self.table[one.name].map(one.show or str) for n, one in enumerate(self.columns)}
        return pd.DataFrame(shown, dtype="str").set_axis([one.heading for one in self.columns], axis=1)


@dataclass(frozen=True)
class Table:
    """The columns of a table."""

    columns: tuple[Column, ...]

    @property
    def contract(self) -> dict[str, tuple[str, str]]:
        """Type and meaning of the columns of its file."""
        return {one.name: (one.kind, one.meaning) for one in self.columns if one.kind}

    def of_rows(self, rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
        """Rows as a frame with the columns and types of the file; what a row lacks is blank."""
        return self.of(pd.DataFrame(list(rows)).reindex(columns=list(self.contract)))

    def of(self, *frames: pd.DataFrame) -> pd.DataFrame:
        """Frames, one under another, with exactly the columns and types of the file.

        Raises:
            KeyError: a column is missing.
        """
        some = [frame for frame in frames if len(frame)]
        return stacked(self.contract, some or [pd.DataFrame(columns=list(self.contract))])

    def section(
        self, heading: str, rows: pd.DataFrame, names: Iterable[str], notes: tuple[str, ...] = ()
    ) -> Section:
        """A section that shows some of the columns of rows.

        Args:
            heading: of the section.
            rows: the rows, with columns that only summaries show.
            names: columns that are shown, in their order.
            notes: sentences below the table.
        """
        known = {one.name: one for one in self.columns}
        return Section(heading, rows, tuple(known[name] for name in names), notes)


def meanings(tables: Mapping[str, Table]) -> dict[str, dict[str, str]]:
    """What every column of every file means, for a manifest."""
    return {name: {key: text for key, (_, text) in one.contract.items()} for name, one in tables.items()}


def small(value: float) -> str:
    """A gap, as 1.0e-05."""
    return f"{value:.1e}" if math.isfinite(value) else "no plan"


def signed(value: float) -> str:
    """A difference as a whole number with its sign."""
    return f"{round(value):+,}" if math.isfinite(value) else "-"


def points(share: float) -> str:
    """A difference of shares, in percentage points."""
    return f"{round(100.0 * share, 1) + 0.0:+.1f}" if math.isfinite(share) else "-"


STATUS = Column("status", "str", "optimal, or why the plan is not proven, or why there is none")
VALUE = Column(
    "plan_value", "float64", "objective of the plan [risk-weighted km² missed, or short]", None, count
)
BOUND = Column("bound", "float64", "no plan has a value below this")
GAP = Column("gap", "float64", "(plan_value - bound) / plan_value", "optimality gap", small)
TOLERANCE = Column("gap_tolerance", "float64", "the gap that was asked for [-]")
ROUNDS = Column("rounds", "int64", "linear programs that were solved; 0 where none was needed")
CERTIFICATE = (STATUS, VALUE, BOUND, GAP, ROUNDS)
"""The certificate of a plan."""
COVERAGE = Column("coverage", "float64", "area-weighted mean probability of detection [share]", None, percent)
COVERED = Column("covered_km2", "float64", "sum of cell area x POD [km²]", "covered km²", count)
SHORTFALL = Column("shortfall_km2", "float64", "what is missing to the targets [km²]", "shortfall km²", count)

"""The tables of all studies: a column is declared once, with its type, meaning, title and format.

The files, their meanings in the manifest, the tables of the terminal and those of the page derive from it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd
from rich.console import Group, RenderableType
from rich.text import Text

from planner.charts import spec
from planner.results.contract import stacked
from planner.results.plain_text import count, figure, percent, safe, titled, words
from planner.results.text_table import HEADING, Show, heading, shown_table

NO_PLAN, NOT_PROVEN = "NO PLAN", "NOT PROVEN"
WRONG = "FAILED", NO_PLAN, NOT_PROVEN


def small(value: float) -> str:
    """A gap, as 1.0e-05."""
    return f"{value:.1e}" if math.isfinite(value) else "no plan"


def finite(form: str) -> Show:
    """How a number is shown by a format; a dash for what is not finite."""
    return lambda value: form.format(value) if math.isfinite(value) else "-"


def signed(value: float) -> str:
    """A difference as a whole number with its sign."""
    return f"{round(value):+,}" if math.isfinite(value) else "-"


SHOWN: Mapping[str, Show | None] = {
    **{"": None, "count": count, "figure": figure, "percent": percent, "small": small, "text": str},
    **{"signed": signed, "factor": finite("{:.3f}"), "whole": finite("{:.0f}"), "part": finite("{:.0%}")},
    **{"correlation": "{:+z.2f}".format, "points": lambda share: f"{100.0 * share:+z.1f}"},
    **{"year": str, "times": "{:g}".format},
}
"""How figures are shown in summaries, by the words that columns use; "" is a column of text."""


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


def columns(text: str) -> tuple[Column, ...]:
    """Columns, one a line: ``name | type | meaning | title | how it is shown``, what is at the end if needed.

    A type may be left blank (only summaries show the column), and so may a title (its name in words; "-" for
    none). How it is shown is a word of ``SHOWN``.
    """
    return tuple(_column(*(part.strip() for part in line.split("|"))) for line in text.strip().splitlines())


def _column(name: str, kind: str = "", meaning: str = "", title: str = "", show: str = "") -> Column:
    return Column(name, kind, meaning, "" if title == "-" else title or None, SHOWN[show])


@dataclass(frozen=True, eq=False)
class Section:
    """A heading, a table and notes.

    Attributes:
        heading: of the section.
        table: the rows that are shown.
        columns: how; the first names the row.
        notes: sentences below the table.
    """

    heading: str
    table: pd.DataFrame | None = None
    columns: tuple[Column, ...] = ()
    notes: tuple[str, ...] = ()

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

    def of_rows(self, rows: pd.DataFrame | Sequence[Mapping[str, object]]) -> pd.DataFrame:
        """Rows as a frame with the columns and types of the file; what they lack is blank."""
        return self.of(pd.DataFrame(rows).reindex(columns=list(self.contract)))

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
        """A section that shows the named columns of rows, in their order, with notes below."""
        known = {one.name: one for one in self.columns}
        return Section(heading, rows, tuple(known[name] for name in names), notes)


def declared(kind: str) -> dict[str, Table]:
    """The tables that ``tables.toml`` has for a kind of study, or for "all", by name."""
    every = spec.declared("planner.studies", "tables.toml")
    groups = every["all"] | every.get(kind, {})

    def lines(name: str) -> Iterator[str]:
        for line in groups[name].strip().splitlines():
            yield from lines(line[1:].strip()) if line.startswith("&") else [line]

    names = (name for name in every.get(kind, {}) if not name.startswith("_"))
    return {name: Table(columns("\n".join(lines(name)))) for name in names}


class Found(Protocol):
    """What charts need to know of a study; whether it was just made or is read from its folder."""

    @property
    def kind(self) -> str:
        """One of ``kinds.names()``."""

    @property
    def document(self) -> Mapping[str, Any]:
        """What the manifest says of it."""

    def __getitem__(self, name: str) -> pd.DataFrame:
        """A table by its name."""


def titles_of(study: Found) -> dict[str, str]:
    """What every variant is called."""
    variants = study["variants"]
    return dict(zip(variants["variant"], variants["title"], strict=True))


def shown(columns: Sequence[Column], *frames: pd.DataFrame) -> RenderableType:
    """Columns of frames, with a rule between these, for the terminal; texts are wrapped, not cut."""
    return shown_table([(one.heading, one.name, one.show) for one in columns], *frames, wrapped=True)


def render(
    title: str,
    scenarios: Mapping[str, str],
    proof: tuple[str, bool],
    sentences: Sequence[str],
    sections: Sequence[Section],
) -> RenderableType:
    """A study as something that rich can show, for the terminal and for ``summary.txt``."""
    lines = [Text(safe(title), style=HEADING)]
    lines += [Text(f"Scenario {titled(name, called)}") for name, called in scenarios.items()]
    lines.append(Text(safe(proof[0]), style="green" if proof[1] else "bold red"))
    lines += [Text(safe(one), style="bold red" if one.startswith(WRONG) else "") for one in sentences]
    return Group(*lines, *(block for section in sections for block in _blocks(section)))


def _blocks(section: Section) -> Iterator[RenderableType]:
    yield heading(safe(section.heading)) if section.heading else Text()
    if section.table is not None and len(section.table):
        yield shown(section.columns, section.table)
    yield from (Text(safe(note)) for note in section.notes)

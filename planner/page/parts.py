"""What a page is made of: views with sentences and sections; sections with charts, tables and facts.

Headings, captions and columns are declared in ``looks/sections.toml``; ``section`` and ``table`` fill them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from string import Template
from typing import Any

import pandas as pd

from planner.charts.spec import Chart
from planner.page.prose import Sentence

TEXTS = ("text", "code", "cause", "area", "plan")
"""Kinds of columns that hold no figures."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        key: of the rows.
        label: its heading.
        kind: how it is shown: "text", "code", "cause" (with its colour), "area" or "plan" (a button that
            chooses it); for figures "count" (whole), "percent" (of a share), "figure" (three digits),
            "signed", "points" (of a difference of shares), "tiny" (1.0e-05).
        note: key of small text under it.
        differs: whether differences from the reference are shown; those of figures are if nothing is said.
        said: key of the text that stands for a figure.
    """

    key: str
    label: str
    kind: str = "text"
    note: str = ""
    differs: bool | None = None
    said: str = ""

    @property
    def written(self) -> dict[str, Any]:
        """The column as the page has it."""
        differs = self.kind not in TEXTS if self.differs is None else self.differs
        return {**vars(self), "differs": differs}


@dataclass(frozen=True)
class Table:
    """A table, sorted by a click on a heading.

    Rows with ``area_id`` are shown for the area that is chosen; where it is blank, for all areas together.
    Rows with ``plan`` are marked where they are of the plan that is shown.

    Attributes:
        name: what it is called; its element is ``NAME-table``.
        caption: what it shows.
        columns: in their order.
        rows: with the columns' keys.
        key: columns that tell rows apart, for differences from the same table of the reference; "first" alone
            for differences from the first row.
        foot: the last row, while no area is chosen.
        tall: whether it scrolls in a box of its own.
        search: label of a field to search it with; none if blank.
        mark: column whose value becomes the class of the row.
        paper: rows that are printed; all if 0.
        file: the file of the run that has all rows, named on paper.
    """

    name: str
    caption: str
    columns: Sequence[Column]
    rows: pd.DataFrame = field(repr=False)
    key: tuple[str, ...] = ()
    foot: Mapping[str, Any] | None = None
    tall: bool = False
    search: str = ""
    mark: str = ""
    paper: int = 0
    file: str = ""

    @property
    def needed(self) -> pd.DataFrame:
        """The columns of the rows that the page needs."""
        keys = [
            *self.key,
            *(name for one in self.columns for name in (one.key, one.note, one.said)),
            self.mark,
        ]
        return self.rows[[name for name in dict.fromkeys((*keys, "plan", "area_id")) if name in self.rows]]


@dataclass(frozen=True)
class Content:
    """Charts and tables that are shown together."""

    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()


@dataclass(frozen=True)
class Section:
    """A part of a page, with a heading.

    Attributes:
        name: the anchor of its links.
        heading: its heading, also in the list of parts.
        lead: how to read it.
        charts, tables: shown one below the other.
        facts: pairs of words and texts.
        choices: what the reader chooses: its label, and the words to choose from.
        variants: charts and tables by the words chosen, one of each choice, before the fixed ones.
        notes: sentences at the end.
        listed: lines of a list at the end, as warnings.
    """

    name: str
    heading: str
    lead: Sentence = field(default_factory=list)
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()
    facts: Sequence[tuple[str, str]] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    variants: Mapping[tuple[str, ...], Content] = field(default_factory=dict)
    notes: Sequence[str] = ()
    listed: Sequence[str] = ()


@dataclass(frozen=True)
class View:
    """One plan of a page, or all of a study's page.

    Attributes:
        view_id: what it is called in rows with ``plan``.
        title: the heading of the page while it is shown.
        label: its name among the others.
        subtitle: after the badge.
        proven: whether the badge says so; ``badge`` is its text.
        sentences: the answer.
        sections: in their order; all views of a page have the same but for their content.
        lead: a sentence before the answer.
        areas: ``id``, ``name`` and ``facts`` (pairs) of every area that can be chosen.
        rings: ``id``, ``name`` and ``note`` of every asset whose range can be shown.
    """

    view_id: str
    title: str
    label: str
    subtitle: str
    proven: bool
    badge: str
    sentences: Sequence[Sentence]
    sections: Sequence[Section]
    lead: Sentence = field(default_factory=list)
    areas: Sequence[Mapping[str, Any]] = ()
    rings: Sequence[Mapping[str, str]] = ()


def section(name: str, tables: Sequence[Table] = (), lead: Sentence | None = None, **rest: Any) -> Section:
    """A section that ``sections.toml`` declares; ``rest`` are its other attributes, and its lead's words."""
    said = _declared()[name]
    words = {key: rest.pop(key) for key in list(rest) if key not in Section.__dataclass_fields__}
    written = [(Template(said.get("lead", "")).substitute(words), False)]
    return Section(name, said["heading"], written if lead is None else lead, tables=tables, **rest)


def table(
    name: str, rows: pd.DataFrame, foot: Mapping[str, Any] | None = None, without: str = "", **words: str
) -> Table:
    """A table that ``sections.toml`` declares.

    Args:
        name: of the table.
        rows: with the keys of its columns.
        foot: its last row.
        without: key of a column that is left out.
        words: what stands for the $words of its columns and caption.
    """
    said = dict(next(one["tables"][name] for one in _declared().values() if name in one.get("tables", ())))
    columns = [
        Column(**{key: _filled(value, words) for key, value in one.items()})
        for one in said.pop("columns")
        if one["key"] != without
    ]
    caption, key = _filled(said.pop("caption"), words), tuple(said.pop("key", ()))
    return Table(name, caption, columns, rows.reset_index(drop=True), key, foot, **said)


@cache
def _declared() -> dict[str, Any]:
    text = resources.files("planner.page").joinpath("looks", "sections.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _filled(value: Any, words: Mapping[str, str]) -> Any:
    return Template(value).substitute(words) if isinstance(value, str) else value

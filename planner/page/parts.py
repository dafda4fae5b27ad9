"""What a page is made of: views with sentences and sections; sections with charts, tables and facts.

Headings, captions and columns are declared in ``static/sections.toml``; ``section`` and ``table`` fill them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from planner.charts.spec import Chart, declared, filled
from planner.results.plain_text import safe

Sentence = list[tuple[str, bool]]
"""Pieces of a sentence; those with ``True`` are its figures."""
SECTIONS = "planner.page", "static/sections.toml"
_MARK = "\x00"
"""Before and after a figure; text from a case never has it, see ``planner.results.plain_text.safe``."""


def bold(text: object) -> str:
    """A figure, or a name from the case, of a sentence."""
    return f"{_MARK}{safe(text)}{_MARK}"


def sentence(text: str) -> Sentence:
    """A sentence as pieces: those made by ``bold`` are its figures."""
    return [(piece, n % 2 == 1) for n, piece in enumerate(text.split(_MARK)) if piece]


@dataclass(frozen=True)
class Table:
    """A table, sorted by a click on a heading.

    Rows with ``area_id`` are shown for the area that is chosen; where it is blank, for all areas together.
    Rows with ``plan`` are marked where they are of the plan that is shown.

    Attributes:
        name: what it is called; its element is ``NAME-table``.
        caption: what it shows.
        columns: each with ``key`` (of the rows) and ``label`` (its heading), and if need be ``kind``: "text",
            "code", "cause" (with its colour), "area" or "plan" (a button that chooses it); for figures
            "count" (whole), "percent" (of a share), "figure" (three digits), "signed", "points" (of a
            difference of shares), "tiny" (1.0e-05); ``note``, key of small text under it; ``differs``,
            whether differences from the reference are shown (those of figures are, if nothing is said);
            ``said``, key of the text that stands for a figure.
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
    columns: Sequence[Mapping[str, Any]]
    rows: pd.DataFrame = field(repr=False)
    key: Sequence[str] = ()
    foot: Mapping[str, Any] | None = None
    tall: bool = False
    search: str = ""
    mark: str = ""
    paper: int = 0
    file: str = ""

    @property
    def needed(self) -> pd.DataFrame:
        """The columns of the rows that the page needs."""
        shown = [one.get(part) for one in self.columns for part in ("key", "note", "said")]
        keys = dict.fromkeys((*self.key, *shown, self.mark, "plan", "area_id"))
        return self.rows[[name for name in keys if name in self.rows]]


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
        fixed: charts and tables, one below the other.
        facts: pairs of words and texts.
        choices: what the reader chooses: its label, and the words to choose from.
        variants: charts and tables by the words chosen, one of each choice, before the fixed ones.
        notes: sentences at the end.
        listed: lines of a list at the end, as warnings.
    """

    name: str
    heading: str
    lead: Sentence = field(default_factory=list)
    fixed: Content = Content()
    facts: Sequence[tuple[str, str]] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    variants: Mapping[tuple[str, ...], Content] = field(default_factory=dict)
    notes: Sequence[str] = ()
    listed: Sequence[str] = ()


@dataclass(frozen=True)
class View:
    """One plan of a page, or all of a study's page.

    Attributes:
        id: what it is called in rows with ``plan``.
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

    id: str
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


def section(
    name: str,
    tables: Sequence[Table] = (),
    charts: Sequence[Chart] = (),
    lead: Sentence | None = None,
    **rest: Any,
) -> Section:
    """A section that ``sections.toml`` declares; ``rest`` are its other attributes, and its lead's words."""
    said = declared(*SECTIONS)[name]
    words = {key: rest.pop(key) for key in list(rest) if key not in Section.__dataclass_fields__}
    written = [(filled(said.get("lead", ""), words), False)]
    return Section(name, said["heading"], written if lead is None else lead, Content(charts, tables), **rest)


def chosen(name: str, choice: str, variants: Mapping[str, Content], *fixed: Any, **rest: Any) -> Section:
    """A section whose content the reader chooses by a word; see ``section``."""
    by = {(label,): content for label, content in variants.items()}
    return section(name, *fixed, choices={choice: list(variants)}, variants=by, **rest)


def maps(by: str, charts: Mapping[tuple[str, str], Chart]) -> Section:
    """The section of maps, which the reader chooses by what they show and by one thing more."""
    shown, others = (list(dict.fromkeys(words)) for words in zip(*charts, strict=True))
    variants = {words: Content([chart]) for words, chart in charts.items()}
    return section("map", choices={"Show": shown, by: others}, variants=variants)


def table(
    name: str,
    rows: pd.DataFrame,
    foot: Mapping[str, Any] | None = None,
    without: Sequence[str] = (),
    **words: str,
) -> Table:
    """A table that ``sections.toml`` declares, without some of its columns if need be.

    ``words`` are what replaces the $words of its columns and caption.
    """
    every = declared(*SECTIONS)
    said = dict(next(one["tables"][name] for one in every.values() if name in one.get("tables", ())))
    found = [_column(one, every["columns"]) for one in said.pop("columns")]
    columns = [filled(one, words) for one in found if one["key"] not in without]
    caption, key = filled(said.pop("caption"), words), said.pop("key", ())
    return Table(name, caption, columns, rows.reset_index(drop=True), key, foot, **said)


def _column(said: str | dict[str, Any], standard: Mapping[str, Any]) -> dict[str, Any]:
    """A column as its table declares it: by its parts, as "key | label | kind", or a key of ``standard``."""
    if isinstance(said, dict):
        return said
    parts = [part.strip() for part in said.split("|")]
    found: dict[str, Any] = dict(zip(("key", "label", "kind"), parts, strict=False))
    found.update(standard.get(said, {}))
    return found

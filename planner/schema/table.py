"""A table of inputs: its file, its columns, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from planner.schema.columns import HIGH, LOW, Column

MOST_ROWS = 50_000
"""Rows taken from a table: a hundred times the world's fleets of patrol; more is an export gone wrong."""


@dataclass(frozen=True)
class Table:
    """One table of inputs.

    Attributes:
        name: What edits, sources and uncertainty call it.
        file: The name of its file.
        text: What it is for.
        declared: The columns; a name stands several times where it means something else by kind of row.
        id: The column that names a row; empty where rows have no name.
        unique: Whether no two rows may have the same id.
        space: The table with which it shares its ids; its own name if empty.
        outlines: Whether its rows are features with an outline: no scenario can add one.
        optional: Whether the file may be left out.
        capital: Whether only a capacity plan reads it.
        most_rows: Rows that are taken.
    """

    name: str
    file: str
    text: str
    declared: tuple[Column, ...]
    id: str = ""
    unique: bool = True
    space: str = ""
    outlines: bool = False
    optional: bool = False
    capital: bool = False
    most_rows: int = MOST_ROWS

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """Every column by name, companions last; of several meanings the first."""
        found: dict[str, Column] = {}
        for column in self._with_companions():
            found.setdefault(column.name, column)
        return found

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of row that have different columns; empty if all rows are alike."""
        return self.columns["kind"].choices if any(column.kinds for column in self.declared) else ()

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The columns that every row must fill, whatever its kind."""
        return tuple(
            name
            for name in self.columns
            if all(name in of_kind and of_kind[name].required for of_kind in self._by_kind.values())
        )

    @cached_property
    def numeric(self) -> tuple[str, ...]:
        """The columns that hold numbers, companions included."""
        return tuple(name for name, column in self.columns.items() if column.numeric)

    @cached_property
    def figures(self) -> tuple[str, ...]:
        """The columns that hold numbers, without companions: what has a source, and may be uncertain."""
        return tuple(name for name in self.numeric if self.figure_of(name) == name)

    @property
    def noun(self) -> str:
        """What a row is called."""
        return self.name.removesuffix("s")

    def of_kind(self, kind: str = "") -> Mapping[str, Column]:
        """The columns of a kind of row, companions included."""
        return self._by_kind[kind if self.kinds else ""]

    def kinds_with(self, column: str) -> tuple[str, ...]:
        """The kinds of row that have a column; none for a column of every row."""
        having = tuple(kind for kind in self.kinds if column in self._by_kind[kind])
        return having if len(having) < len(self.kinds) else ()

    def figure_of(self, name: str) -> str:
        """The figure whose companion a column is; the column's own name if it is none."""
        figure = name.removesuffix(LOW).removesuffix(HIGH)
        return figure if figure in self.columns else name

    def companions_of(self, name: str) -> tuple[str, ...]:
        """The columns with the range of a figure."""
        return tuple(name + end for end in (LOW, HIGH) if name + end in self.columns)

    @cached_property
    def _by_kind(self) -> Mapping[str, Mapping[str, Column]]:
        return {
            kind: {
                column.name: column
                for column in self._with_companions()
                if not column.kinds or not kind or kind in column.kinds
            }
            for kind in self.kinds or ("",)
        }

    def _with_companions(self) -> list[Column]:
        return [*self.declared, *(end for column in self.declared for end in column.companions())]

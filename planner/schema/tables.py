"""The tables of a case and every column of every one of them, as ``tables.toml`` declares them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from operator import ge, gt, le, lt
from typing import Any

from planner.schema.codes import data_text

CASE, RISK_MAP = "case", "risk"
"""What sources and uncertainty call ``case.toml`` and the risk map, whose figures belong to no row."""
ID_CHARACTERS, NAME_CHARACTERS, TEXT_CHARACTERS = 64, 200, 2000
MOST_ROWS = 50_000
"""Rows taken from a table: a hundred times the world's fleets of patrol; more is an export gone wrong."""
LOW, HIGH = "_low", "_high"
BY_TABLE = "the table named beside it"
"""The reference of a list of ids to the table that the row's column ``table`` names."""
UNBOUNDED = 1e6
"""Bounds from here on only catch slips, and are not told."""


@dataclass(frozen=True)
class Column:
    """One column of a table of inputs.

    Attributes:
        type: "number", "text", "id", "word", "ids", "fields", "choice", "choices", "day", "country" or
            "currency".
        text: What the value is; completes the remedy "give ...".
        unit: The unit of a number, as it follows "in"; empty for shares, counts and indices.
        domain: Which values are allowed, in words; made from the rest if empty.
        default, blank: What a blank cell means; and in words.
        least, most, above, below: Bounds of a number, the first two included, the others not.
        choices: The words allowed for "choice" and "choices"; with ``everything`` a list may be ``*``.
        references: The tables whose ids the value names (``BY_TABLE``: the one named beside it).
        cascade: Whether a row goes with the last record that this column names; else that is a problem.
        money: Whether the number is an amount in the currency of the row.
        per_million: Whether the number is what a million of the currency of the row costs.
        yearly: Whether the number is that of a year, of which a shorter horizon takes its part; in a row that
            names a period it is that of the period, and taken as it is.
        ranged: Whether the number may have a likely range, in companions ``X_low`` and ``X_high``.
        place: Whether the number says where something is.
        capital: Whether only a capacity plan reads it.
        kinds: The kinds of row that have the column; all kinds if empty.
        adds: What an option that has the column adds to; anything if empty.
        usual: The range of usual values by kind of row ("*": of every kind); of money in US dollars.
    """

    name: str
    type: str
    text: str
    unit: str = ""
    domain: str = ""
    required: bool = True
    default: object = None
    blank: str = ""
    least: float | None = None
    most: float | None = None
    above: float | None = None
    below: float | None = None
    characters: int = TEXT_CHARACTERS
    choices: tuple[str, ...] = ()
    everything: bool = False
    references: tuple[str, ...] = ()
    cascade: bool = False
    money: bool = False
    per_million: bool = False
    yearly: bool = False
    ranged: bool = False
    place: bool = False
    whole: bool = False
    capital: bool = False
    kinds: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    usual: tuple[tuple[str, float, float], ...] = ()

    @property
    def what(self) -> str:
        """What the value is, with its unit."""
        return f"{self.text}, in {self.unit}" if self.unit else self.text

    @property
    def description(self) -> str:
        """What the value is, with its unit; its domain, and whether it is a year's."""
        year = "; a horizon of less than 360 days takes its part" if self.yearly else ""
        return f"{self.what}; {self._domain}{self._usual}{year}"

    @property
    def listed(self) -> bool:
        """Whether the cell holds a list, separated by ``;``."""
        return self.type in ("ids", "fields", "choices")

    @property
    def numeric(self) -> bool:
        """Whether the cell holds a number."""
        return self.type == "number"

    def allows(self, number: float) -> bool:
        """Whether a number is within the bounds."""
        bounds = ((ge, self.least), (le, self.most), (gt, self.above), (lt, self.below))
        return all(bound is None or holds(number, bound) for holds, bound in bounds)

    def companions(self) -> tuple[Column, ...]:
        """The columns of the number's likely range."""
        own = f"likely value of {self.name} ({self.text[0].lower()}{self.text[1:]})"
        end: dict[str, Any] = {"required": False, "ranged": False, "usual": ()}
        end["domain"] = f"{self._domain}, or blank"
        low = replace(self, name=self.name + LOW, text=f"The lowest {own}", **end)
        high = replace(self, name=self.name + HIGH, text=f"The highest {own}", **end)
        return (low, high) if self.ranged else ()

    @property
    def _domain(self) -> str:
        if self.domain:
            return self.domain
        if self.type == "choice":
            return f"{', '.join(self.choices[:-1])} or {self.choices[-1]}"
        if self.type == "choices":
            return f"{', '.join(self.choices)}, separated by ;{', or * for all' if self.everything else ''}"
        if self.type == "text":
            return f"text of up to {self.characters} characters"
        return f"{self._bounds}, blank {self.blank}" if self.blank else self._bounds

    @property
    def _usual(self) -> str:
        unit = " US dollars" if self.money else ""
        ranges = (
            f"{low:,.12g} to {high:,.12g}{unit}" + (f" for {kind.replace('_', ' ')}" if kind != "*" else "")
            for kind, low, high in self.usual
        )
        return f" (usually {', '.join(ranges)})" if self.usual else ""

    @property
    def _bounds(self) -> str:
        low = f"{self.least:g}" if self.least is not None else f"above {self.above:g}"
        if self.below is not None:
            return f"{low} to below {self.below:g}"
        if self.most is None or self.most >= UNBOUNDED:
            return f"at least {low}" if self.least is not None else low
        return f"{low} to {self.most:.10g}"


@dataclass(frozen=True)
class Table:
    """One table of inputs, in a file of its own that may be ``optional``.

    Attributes:
        name: What edits, sources and uncertainty call it.
        declared: The columns; a name stands several times where it means something else by kind of row.
        id: The column that names a row; empty where rows have no name.
        unique: Whether no two rows may have the same id.
        space: The table with which it shares its ids; its own name if empty.
        outlines: Whether its rows are features with an outline: no scenario can add one.
        capital: Whether only a capacity plan reads it.
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
        for column in self._all:
            found.setdefault(column.name, column)
        return found

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of row that have different columns; empty if all rows are alike."""
        return self.columns["kind"].choices if any(column.kinds for column in self.declared) else ()

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The columns that every row must fill, whatever its kind."""
        needed = [{name for name, one in of.items() if one.required} for of in self._by_kind.values()]
        return tuple(name for name in self.columns if all(name in names for names in needed))

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
        return self.name if self.name.endswith("ss") else self.name.removesuffix("s")

    def of_kind(self, kind: object = "") -> Mapping[str, Column]:
        """The columns of a kind of row, companions included; of an unknown one those of all."""
        return self._by_kind.get(kind, self.columns) if self.kinds else self.columns

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
    def _by_kind(self) -> Mapping[object, Mapping[str, Column]]:
        return {
            kind: {one.name: one for one in self._all if not one.kinds or not kind or kind in one.kinds}
            for kind in self.kinds or ("",)
        }

    @cached_property
    def _all(self) -> tuple[Column, ...]:
        return (*self.declared, *(end for column in self.declared for end in column.companions()))


_DECLARED: dict[str, Any] = tomllib.loads(data_text("tables.toml"))
_KINDS: dict[str, dict[str, Any]] = _DECLARED.pop("kinds")


def _column(stated: dict[str, Any]) -> Column:
    while "is" in stated:
        stated = {**_KINDS[stated["is"]], **{key: value for key, value in stated.items() if key != "is"}}
    how: dict[str, Any] = {"required": not stated.keys() & {"default", "blank"}}
    return Column(**(how | {key: _frozen(value) for key, value in stated.items()}))


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


TABLES = {
    name: Table(name=name, declared=tuple(map(_column, stated.pop("columns"))), **stated)
    for name, stated in _DECLARED.items()
}
"""Every table by name, in the order in which messages and documents list them."""
AREAS, LIMITS, OPTIONS, PERIODS, PROGRAMMES, RISK, UNCERTAINTY = (
    TABLES[name] for name in ("areas", "limits", "options", "periods", "programmes", RISK_MAP, "uncertainty")
)
MAPPED = ("weight", "visits")
"""The figures of the risk map, each of which has one source, and one range as a factor on all rows."""
RECORDS = tuple(table for table in TABLES.values() if table.id)
"""The tables whose rows have an id: what scenarios change, add and remove."""
CHANGEABLE = tuple(table.name for table in RECORDS)
WHOLE = tuple(table for table in TABLES.values() if table not in (AREAS, RISK))
"""The CSV tables that are kept whole; the risk map is read in pieces."""
CAPITAL = tuple(table for table in WHOLE if table.capital)
"""The tables that only a capacity plan reads."""
FUNDABLE_KINDS = PROGRAMMES.columns["asset_kinds"].choices
SERVICES = PROGRAMMES.columns["services"].choices

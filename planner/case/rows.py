"""Rows of tables as parsed records, each with its place: edits copy them, checks read them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from planner.errors import Problem
from planner.schema.messages import Place, message, said, show
from planner.schema.tables import BY_TABLE, Column, Table
from planner.schema.values import EITHER, Ambiguous, Exact, adapter, readings

ROWS_AT_ONCE = 20_000
"""Rows in one call of pydantic: enough to make the call itself free, few enough to bound what errors cost."""
OWN = object()
"""In the place of a value: the row's own."""
Values = Mapping[str, Any]
Numbered = tuple[int, Mapping[str, object]]
"""The number of a row, and its filled cells."""
MARKS = frozenset(".,")
_DECIMAL = re.compile(r"[-+]?(0?|\d{4,})[.,]\d+|[-+]?\d*[.,](\d{1,2}|\d{4,})")
"""A number whose mark can only be that of its decimals."""
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,}|(?:[ \xa0\u202f'’]\d{3})+(?:,\d+)?)")
"""A number whose thousands are grouped as they are where decimals have a comma."""
_GROUP_MARKS = re.compile(r"[. \xa0\u202f'’]")


@dataclass(frozen=True)
class Row:
    """One row of a table, written in its file, or in the scenario that adds it.

    Attributes:
        values: The parsed values of its columns; of a row that is not valid only its id.
        changed: The columns that an edit has set, each with the place of the edit.
        like: The id of the row that a new one was copied from.
    """

    number: int
    place: Place
    values: Values
    valid: bool = True
    changed: Mapping[str, Place] = field(default_factory=dict)
    like: str = ""

    def __getitem__(self, column: str) -> Any:
        return self.values.get(column)

    def problem(self, column: str, key: str, value: object = OWN, **words: Any) -> Problem:
        """A problem of a column, at the place that has set it; its value is shown if no other is given."""
        place = self.changed.get(column) or self.place.below(column)
        shown = self[column] if value is OWN else value
        return place.problem(key, None if shown == "" else shown, **words)


@dataclass(frozen=True)
class Rows:
    """The rows of one table, in their order."""

    table: Table
    rows: tuple[Row, ...] = ()

    @property
    def file(self) -> str:
        """Where they are."""
        return self.table.file

    @cached_property
    def valid(self) -> tuple[Row, ...]:
        """The rows that could be parsed."""
        return tuple(row for row in self.rows if row.valid)

    @cached_property
    def by_id(self) -> Mapping[str, Sequence[Row]]:
        """The rows by id, valid or not."""
        found: dict[str, list[Row]] = {}
        for row in self.rows if self.table.id else ():
            if isinstance(row[self.table.id], str):
                found.setdefault(row[self.table.id], []).append(row)
        return found

    def columns(self, row: Row) -> Mapping[str, Column]:
        """The columns that a row of its kind has."""
        return self.table.of_kind(row["kind"])

    def currency(self, row: Row, name: str) -> str:
        """The currency of a figure, "" if it is not money."""
        column = self.columns(row).get(name)
        return str(row["currency"]) if column is not None and column.money else ""

    def key(self, row: Row) -> str:
        """The id of a row, "" in a table without ids."""
        return str(row[self.table.id] or "") if self.table.id else ""


def referenced(row: Row, column: Column) -> tuple[str, ...]:
    """The tables whose ids a column of a row names."""
    return (str(row["table"]),) if BY_TABLE in column.references else column.references


def parse(
    table: Table, header: Collection[str], cells: Sequence[Numbered], *, strict: bool = False
) -> tuple[list[Row], list[Problem]]:
    """The rows of a file, valid or not, and their problems; a column that its header lacks is none of theirs.

    ``cells`` has the number and the filled cells of each row, of known columns only; with ``strict`` a number
    must be one already (features), else it may be text (CSV).
    """
    told = {(name, "blank") for name in table.required if name not in header}
    found: list[Row] = []
    problems: list[Problem] = []
    for start in range(0, len(cells), ROWS_AT_ONCE):
        piece = cells[start : start + ROWS_AT_ONCE]
        values, errors = _validated(adapter(table.name), [row for _, row in piece], strict)
        for (number, raw), one in zip(piece, values, strict=True):
            known = {table.id: raw[table.id]} if table.id in raw else {}
            place = Place(table.file, number)
            found.append(Row(number, place, known if one is None else one, one is not None))
        for error in errors:
            column, wrong = _message(table, error)
            if (column, wrong.code) not in told:
                problems.append(Place(table.file, piece[int(error["loc"][0])][0], column).wrong(wrong))
    return found, problems


def parse_row(table: Table, values: Values) -> tuple[Values | None, list[tuple[str, Problem]]]:
    """The parsed values of one row, or None with the columns that are wrong and what is wrong with them."""
    columns = table.of_kind(values.get("kind"))
    filled = {}
    for name, value in values.items():
        if isinstance(value, str) and value and name in columns and columns[name].numeric:
            (filled[name],) = plain_numbers([value], [columns[name]])
        elif not (value is None or (isinstance(value, str | tuple) and not value)):
            filled[name] = value
    (parsed,), errors = _validated(adapter(table.name), [filled], strict=False)
    return parsed, [_message(table, error) for error in errors]


def _validated(
    rows: TypeAdapter[list[Any]], cells: Sequence[Mapping[str, object]], strict: bool
) -> tuple[list[Values | None], list[ErrorDetails]]:
    try:
        return [record.__dict__ for record in rows.validate_python(cells, strict=strict)], []
    except ValidationError as error:
        errors = error.errors(include_url=False)
        wrong = {detail["loc"][0] for detail in errors}
        right = [row for at, row in enumerate(cells) if at not in wrong]
        valid = iter(rows.validate_python(right, strict=strict))
        return [None if at in wrong else next(valid).__dict__ for at in range(len(cells))], errors


def _message(table: Table, error: ErrorDetails) -> tuple[str, Problem]:
    """The column, and what is wrong with its value."""
    location, kind = error["loc"][1:], ""
    if table.kinds:
        kind, location = str(location[0]) if location else "", location[1:] or ("kind",)
    column = str(location[0])
    declared = table.of_kind(kind).get(column) or table.columns.get(column)
    found = message(error, declared.description if declared else "")
    if kind and found.code == "unknown_key":
        found = said("not_of_this_kind", kind=kind, noun=table.noun)
    elif kind and error["type"] == "missing":
        found = replace(found, rule=said("blank.kind", kind=kind, noun=table.noun, give="").rule)
    return column, found


def tidy(name: str) -> str:
    """The name of a column as tables have it: small letters, and _ for spaces and hyphens."""
    return re.sub(r"[\s-]+", "_", name.strip().lower())


def is_ignored(name: str) -> bool:
    """Whether a column holds remarks of the user: ``notes``, ``remarks``, or a name that begins with #."""
    return name.startswith("#") or tidy(name) in ("notes", "remarks")


def check_columns(columns: Sequence[str], table: Table, line: int) -> list[Problem]:
    """Problems for the columns that are unknown and for those that are missing."""
    problems, header = [], Place(table.file, line)
    for name in columns:
        if not name:
            problems.append(header.problem("unnamed_column"))
        elif name not in table.columns and not is_ignored(name):
            free = [column for column in table.columns if column not in columns]
            place = header.below(show(name))
            problems.append(place.problem("unknown_column", table=table.name, right=free, word=name))
    whats = {name: table.columns[name].what for name in table.required if name not in columns}
    for name, what in whats.items():
        words = {"name": name, "what": f"{what[0].lower()}{what[1:]}"}
        problems.append(header.below(name).problem("missing_column", **words))
    return problems


def plain_numbers(texts: Sequence[str], columns: Sequence[Column], decimal_comma: bool = False) -> list[str]:
    """The numbers of a column with decimal points and without separators; other texts stay as they are.

    ``1.200`` may be 1.2 or 1,200. It is what the other numbers of the column show the mark to be, or what the
    bounds of the column leave; else it becomes ``Ambiguous``, which no check accepts as a number.

    ``columns`` has the meaning of each text, or one for all; ``decimal_comma`` lets decimals have a comma.
    """
    odd = {at for at, text in enumerate(texts) if "," in text or text[-4:-3] in MARKS}
    odd -= {at for at in odd if isinstance(texts[at], Exact)}
    grouped = {at for at, text in enumerate(texts) if decimal_comma and _GROUPED.fullmatch(text)}
    found = list(texts)
    for at in grouped:
        found[at] = _GROUP_MARKS.sub("", texts[at]).replace(",", ".")
    decimals = [text for text in texts if odd and _DECIMAL.fullmatch(text)]
    seen = {mark for mark in MARKS if any(mark in text for text in decimals)}
    for at in odd - grouped:
        text, either = texts[at], EITHER.fullmatch(texts[at])
        mark = either[1] if either else ""
        if either and mark not in seen:
            read = _one_reading(text, columns[at % len(columns)], mark == "." and bool(grouped))
            if mark == "." or decimal_comma or isinstance(read, Ambiguous):
                found[at] = read
        elif decimal_comma and text.count(",") == 1 and "." not in text:
            found[at] = text.replace(",", ".")
    return found


def _one_reading(text: str, column: Column, grouped: bool) -> str:
    right = [one for one in readings(text) if column.allows(float(one))]
    if grouped:
        return readings(text)[1]
    return right[0] if len(right) == 1 else Ambiguous(text)

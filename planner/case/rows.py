"""Rows of tables as parsed records, each with its place: edits copy them, checks read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from planner.errors import Problem
from planner.schema.messages import Message, message
from planner.schema.records import adapter
from planner.schema.table import Table
from planner.schema.wording import show, suggestion

MOST_PROBLEMS = 1000
"""Problems listed for one file; a last one says that there are more. Nobody reads a million of them."""
ROWS_AT_ONCE = 20_000
"""Rows in one call of pydantic: enough to make the call itself free, few enough to bound what errors cost."""


@dataclass(frozen=True)
class Place:
    """Where a value is written: a cell of a file, a key of case.toml, or an option of the command line."""

    file: str
    row: int
    column: str

    def problem(self, value: object, code: str, rule: str, remedy: str) -> Problem:
        """A problem of the value there; "" shows no value."""
        shown = "" if value == "" else show(value)
        return Problem(self.file, self.row, self.column, shown, rule, remedy, code)

    def wrong(self, said: Message) -> Problem:
        """The problem of the value there that a message is about."""
        return Problem(self.file, self.row, self.column, *said[1:], said.code)

    def below(self, column: str) -> Place:
        """The place of a column of a record that is written here."""
        return replace(self, column=".".join(part for part in (self.column, column) if part))

    def __str__(self) -> str:
        if self.row == 0:
            return f"the change {show(self.column)}"
        return f"{show(self.column)} in {self.file} row {self.row}"


@dataclass(frozen=True)
class Row:
    """One row of a table.

    Attributes:
        number: Its number in the file.
        place: Where it is written: its file, or the scenario that adds it.
        values: The parsed values of its columns; of a row that is not valid only its id.
        valid: Whether it could be parsed.
        changed: The columns that an edit has set, each with the place of the edit.
    """

    number: int
    place: Place
    values: Mapping[str, Any]
    valid: bool = True
    changed: Mapping[str, Place] = field(default_factory=dict)

    def __getitem__(self, column: str) -> Any:
        return self.values.get(column)

    def problem(self, column: str, value: object, code: str, rule: str, remedy: str) -> Problem:
        """A problem of a column, at the place that has set it."""
        place = self.changed.get(column) or self.place.below(column)
        return place.problem(value, code, rule, remedy)


@dataclass(frozen=True)
class Rows:
    """The rows of one table, in their order."""

    table: Table
    file: str
    rows: tuple[Row, ...] = ()

    @cached_property
    def valid(self) -> tuple[Row, ...]:
        """The rows that could be parsed."""
        return tuple(row for row in self.rows if row.valid)

    @cached_property
    def by_id(self) -> Mapping[str, Sequence[Row]]:
        """The rows by id, valid or not."""
        found: dict[str, list[Row]] = {}
        for row in self.rows if self.table.id else ():
            key = row[self.table.id]
            if isinstance(key, str):
                found.setdefault(key, []).append(row)
        return found

    def key(self, row: Row) -> str:
        """The id of a row, "" in a table without ids."""
        return str(row[self.table.id] or "") if self.table.id else ""


def parse(
    table: Table, file: str, cells: Sequence[tuple[int, Mapping[str, object]]], *, strict: bool = False
) -> tuple[list[Row], list[Problem]]:
    """The rows of a file, valid or not, and their problems.

    Args:
        table: The table.
        file: The name of the file.
        cells: The number and the filled cells of each row; only known columns.
        strict: Whether a number must be one already (features) or may be text (CSV).
    """
    found: list[Row] = []
    problems: list[Problem] = []
    for start in range(0, len(cells), ROWS_AT_ONCE):
        piece = cells[start : start + ROWS_AT_ONCE]
        values, errors = _validated(adapter(table.name), [row for _, row in piece], strict)
        for (number, raw), one in zip(piece, values, strict=True):
            known = {table.id: raw[table.id]} if table.id in raw else {}
            found.append(Row(number, Place(file, number, ""), known if one is None else one, one is not None))
        for at, column, said in _messages(table, errors):
            problems.append(Place(file, piece[at][0], column).wrong(said))
    return found, problems


def parse_row(
    table: Table, values: Mapping[str, object]
) -> tuple[Mapping[str, Any] | None, list[tuple[str, Message]]]:
    """The parsed values of one row, or None with the columns that are wrong and what is wrong with them."""
    filled = {name: value for name, value in values.items() if value is not None and value != ""}
    (parsed,), errors = _validated(adapter(table.name), [filled], strict=False)
    return parsed, [(column, said) for _, column, said in _messages(table, errors)]


def _validated(
    rows_adapter: TypeAdapter[list[Any]], cells: Sequence[Mapping[str, object]], strict: bool
) -> tuple[list[Mapping[str, Any] | None], list[ErrorDetails]]:
    try:
        return [record.__dict__ for record in rows_adapter.validate_python(cells, strict=strict)], []
    except ValidationError as error:
        errors = error.errors(include_url=False)
        wrong = {detail["loc"][0] for detail in errors}
        right = [row for at, row in enumerate(cells) if at not in wrong]
        valid = iter(rows_adapter.validate_python(right, strict=strict))
        return [None if at in wrong else next(valid).__dict__ for at in range(len(cells))], errors


def _messages(table: Table, errors: Iterable[ErrorDetails]) -> Iterable[tuple[int, str, Message]]:
    """The position of the row, the column, and what is wrong."""
    for error in errors:
        at, location = int(error["loc"][0]), error["loc"][1:]
        kind = ""
        if table.kinds:
            kind, location = str(location[0]) if location else "", location[1:] or ("kind",)
        column = str(location[0])
        declared = (table.of_kind(kind) if kind or not table.kinds else table.columns).get(column)
        description = (declared or table.columns[column]).description if column in table.columns else ""
        said = message(error, description)
        if kind and said.code == "unknown_key":
            rule = f"is filled, but a {kind} {table.noun} has none"
            said = Message("not_of_this_kind", "", rule, "leave it blank, or correct the kind")
        elif kind and error["type"] == "missing":
            said = said._replace(rule=f"is blank, but a {kind} {table.noun} needs it")
        yield at, column, said


def check_columns(columns: Sequence[str], table: Table, file: str, line: int) -> list[Problem]:
    """Problems for the columns that are unknown and for those that are missing."""
    problems = []
    for name in columns:
        if name in table.columns:
            continue
        if not name:
            rule, remedy = "has a column without a name", "name the column, or remove it"
            problems.append(Problem(file, line, "", "", rule, remedy, "unnamed_column"))
            continue
        free = [column for column in table.columns if column not in columns]
        rule, remedy = f"is not a column of {table.name}", suggestion(name, free, "remove the column")
        problems.append(Problem(file, line, show(name), "", rule, remedy, "unknown_column"))
    for name in table.required:
        if name not in columns:
            what = table.columns[name].what
            remedy = f"add a column {name}: {what[0].lower()}{what[1:]}"
            rule = "is a required column and is missing"
            problems.append(Problem(file, line, name, "", rule, remedy, "missing_column"))
    return problems


def capped(problems: Sequence[Problem], file: str) -> list[Problem]:
    """At most ``MOST_PROBLEMS`` problems, and one that says that there are more."""
    if len(problems) <= MOST_PROBLEMS:
        return list(problems)
    rule = f"has more problems than the {MOST_PROBLEMS:,} that are listed"
    more = Problem(file, 0, "", "", rule, "correct these, then check again", "too_many_problems")
    return [*problems[:MOST_PROBLEMS], more]

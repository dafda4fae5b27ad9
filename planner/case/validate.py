"""From raw rows to records: many rows in one call, every broken field worded as a problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from planner.case.csv_file import RawRow, RawTable
from planner.case.settings import Settings
from planner.case.tables import TableSpec
from planner.case.toml_file import line_of
from planner.case.translate import find_field, give, shown_input, words
from planner.case.wording import MOST_PROBLEMS, show
from planner.errors import Problem

ROWS_AT_ONCE = 20_000
"""Rows in one call of pydantic: enough to make the call itself free, few enough to bound what errors cost."""
CASE_FILE = "case.toml"


@dataclass
class Records:
    """The valid records of one table, each with its row's number."""

    spec: TableSpec
    file: str
    numbers: list[int] = field(default_factory=list)
    records: list[Any] = field(default_factory=list)

    def __iter__(self) -> Any:
        """Pairs of row number and record."""
        return iter(zip(self.numbers, self.records, strict=True))


def validate_table(table: RawTable, *, strict: bool = False) -> tuple[Records, list[Problem]]:
    """The records of the rows that are valid, and the problems of the others.

    Args:
        table: The raw rows.
        strict: Whether a number must already be one (GeoJSON, GeoPackage) or may be text (CSV).
    """
    found = Records(table.spec, table.file)
    problems = list(table.problems)
    rows = [row for row in table.rows if row.number not in table.broken]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        chunk = rows[start : start + ROWS_AT_ONCE]
        valid, errors = _validate(table.spec, chunk, strict=strict)
        found.numbers.extend(row.number for row, _ in valid)
        found.records.extend(record for _, record in valid)
        problems.extend(_problems(table, chunk, errors))
    return found, capped(problems, table.file)


def _validate(
    spec: TableSpec, rows: Sequence[RawRow], *, strict: bool
) -> tuple[list[tuple[RawRow, Any]], list[ErrorDetails]]:
    cells = [row.cells for row in rows]
    errors: list[ErrorDetails] = []
    try:
        records = spec.adapter.validate_python(cells, strict=strict)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        wrong = {detail["loc"][0] for detail in errors}
        rows = [row for at, row in enumerate(rows) if at not in wrong]
        records = spec.adapter.validate_python([row.cells for row in rows], strict=strict)
    return list(zip(rows, records, strict=True)), errors


def _problems(table: RawTable, rows: Sequence[RawRow], errors: Sequence[ErrorDetails]) -> list[Problem]:
    problems = []
    for error in errors:
        row, location = rows[int(error["loc"][0])], error["loc"][1:]
        kind = ""
        if len(table.spec.records) > 1:
            kind, location = str(location[0]) if location else "", location[1:] or ("kind",)
        column = str(location[0])
        if error["type"] == "missing" and column in table.spec.required and column not in table.columns:
            continue  # said once, for the header
        record = table.spec.kinds.get(kind)
        field = (record.model_fields if record else table.spec.fields).get(column)
        rule, remedy = words(error, field or table.spec.fields.get(column), list(table.spec.fields))
        value = shown_input(error)
        if kind and error["type"] == "extra_forbidden":
            rule, remedy = (
                f"is filled, but a {kind} {table.spec.noun} has none",
                "leave it blank, or correct the kind",
            )
        elif kind and error["type"] == "missing":
            rule = f"is missing for a {kind} {table.spec.noun}"
        elif error["type"] == "missing":
            rule = "is blank"
        if column in row.changed:
            rule += f" (set by {row.changed[column]})"
        problems.append(Problem(table.file, row.number, column, value, rule, remedy))
    return problems


def capped(problems: list[Problem], file: str) -> list[Problem]:
    """At most ``MOST_PROBLEMS`` problems, and one that says that there are more."""
    if len(problems) <= MOST_PROBLEMS:
        return problems
    rule = f"has more problems than the {MOST_PROBLEMS:,} that are listed"
    return [*problems[:MOST_PROBLEMS], Problem(file, 0, "", "", rule, "correct these, then check again")]


def validate_settings(
    values: dict[str, object], text: str, changed: Mapping[str, str] | None = None
) -> tuple[Settings | None, list[Problem]]:
    """The settings of ``case.toml``, or the problems of its keys.

    Args:
        values: What the TOML text says, scenarios left out, changes made.
        text: The TOML text, for the lines of the keys.
        changed: The keys that changes have set, each with what the change is called in messages.
    """
    try:
        return Settings.model_validate(values, strict=True), []
    except ValidationError as error:
        return None, capped(
            [_key_problem(detail, text, changed or {}) for detail in error.errors(include_url=False)],
            CASE_FILE,
        )


def _key_problem(error: ErrorDetails, text: str, changed: Mapping[str, str]) -> Problem:
    path = tuple(str(step) for step in error["loc"] if step != "[key]")
    field, _ = find_field(Settings, path)
    _, choices = find_field(Settings, path[:-1])
    rule, remedy = words(error, field, choices or tuple(Settings.model_fields))
    if error["type"] == "extra_forbidden":
        rule = (
            "is not a key of case.toml"
            if len(path) == 1
            else f"is not a key of [{show('.'.join(path[:-1]))}]"
        )
    if error["type"] == "missing":
        remedy = f"add {path[-1]}: {give(field)}"
    key = ".".join(path)
    if key in changed:
        rule += f" (set by {changed[key]})"
    row = line_of(text, path[:-1] if error["type"] == "missing" else path)
    return Problem(CASE_FILE, row, show(key), shown_input(error), rule, remedy)

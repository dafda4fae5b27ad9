"""Reading a CSV file into raw rows: text by column, with the line on which an editor shows the row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from planner.case.files import problem
from planner.case.tables import TableSpec
from planner.case.wording import MOST_PROBLEMS, listed, show, suggestion
from planner.errors import InputError, Problem


@dataclass
class RawRow:
    """One row as it stands in the file: only known columns, only cells that are not blank.

    ``changed`` holds the columns that a change has filled, each with what the change is called in messages.
    """

    number: int
    cells: dict[str, object]
    changed: dict[str, str] = field(default_factory=dict)


@dataclass
class RawTable:
    """A file's rows, the columns that it has and the problems of its shape."""

    spec: TableSpec
    file: str
    columns: tuple[str, ...]
    rows: list[RawRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)
    """Numbers of rows of a wrong shape: kept for their ids only."""
    added: dict[int, tuple[str, int, str]] = field(default_factory=dict)
    """File, row and key of the records that a scenario adds, by the number that they have here."""

    def copy(self) -> RawTable:
        """A copy whose rows may be changed."""
        rows = [RawRow(row.number, dict(row.cells), dict(row.changed)) for row in self.rows]
        return replace(self, rows=rows, added=dict(self.added))

    def ids(self) -> dict[str, list[RawRow]]:
        """The rows by id as they stand in the file, valid or not."""
        found: dict[str, list[RawRow]] = {}
        for row in self.rows:
            key = row.cells.get(self.spec.id_column)
            if isinstance(key, str):
                found.setdefault(key, []).append(row)
        return found


def csv_rows(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV text that are not blank, each with the number of its first line.

    Raises:
        InputError: quotes that are not closed or stand in the middle of a cell, or a cell of over 131,072
            characters.
    """
    reader = csv.reader(_lines(text), strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _malformed(file, line, error) from None
        cells = [cell.strip(" \t") for cell in cells]
        if any(cells):
            yield line, cells
        line = reader.line_num + 1


def _lines(text: str) -> Iterator[str]:
    # io.StringIO keeps four bytes a character; the pieces keep a file of 100 MB within its own size.
    start, size, piece = 0, len(text), 1 << 20
    while start < size:
        end = min(size, start + piece)
        if end < size:
            cut = text.rfind("\n", start, end)
            if cut < 0:
                cut = text.find("\n", end)
            end = size if cut < 0 else cut + 1
        yield from io.StringIO(text[start:end], newline="")
        start = end


def _malformed(file: str, line: int, error: csv.Error) -> InputError:
    said = str(error)
    if "field larger" in said:
        rule = f"has a cell of over {csv.field_size_limit():,} characters"
        return problem(file, rule, "shorten the cell, or close the quote that begins on this row", row=line)
    if "unexpected end" in said:
        return problem(
            file, 'ends inside a quoted cell (")', "close the quote that begins on this row", row=line
        )
    rule = f"is not well-formed CSV ({said})"
    return problem(
        file, rule, 'put cells with commas or quotes in quotes, and double the quotes inside ("")', row=line
    )


def read_header(
    header: list[str], spec: TableSpec, file: str, line: int
) -> tuple[tuple[str, ...], list[Problem]]:
    """The columns of a CSV file and what is wrong with them.

    Raises:
        InputError: nothing can be read below this header: wrong separator, or the same column twice.
    """
    if len(header) == 1 and any(mark in header[0] for mark in (";", "\t")) and "," not in header[0]:
        mark = "semicolons" if ";" in header[0] else "tabs"
        raise problem(
            file, f"has its columns separated by {mark}", "save it with commas between the columns", row=line
        )
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        rule = "is the name of several columns"
        raise problem(file, rule, "keep one column of each name", row=line, value=listed(twice))
    return tuple(header), check_columns(header, spec, file, line)


def check_columns(columns: list[str], spec: TableSpec, file: str, line: int) -> list[Problem]:
    """Problems for the columns that are unknown and for those that are missing."""
    problems = []
    missing = [name for name in spec.required if name not in columns]
    for name in columns:
        if name in spec.fields:
            continue
        if not name:
            rule, remedy = "has a column without a name", "name the column, or remove it"
            problems.append(Problem(file, line, "", "", rule, remedy))
            continue
        free = [column for column in spec.fields if column not in columns]
        rule = f"is not a column of {spec.name}"
        remedy = suggestion(name, free, "remove the column")
        problems.append(Problem(file, line, show(name), "", rule, remedy))
    for name in missing:
        what = (spec.fields[name].description or name).partition("; ")[0]
        remedy = f"add a column {name}: {what[0].lower()}{what[1:]}"
        problems.append(Problem(file, line, name, "", "is a required column and is missing", remedy))
    return problems


def read_table(text: str, spec: TableSpec, file: str) -> RawTable:
    """The raw table of a CSV text.

    Raises:
        InputError: the file is not CSV, its header cannot be used, or it has too many rows.
    """
    rows = csv_rows(text, file)
    line, header = next(rows, (1, [""]))
    columns, problems = read_header(header, spec, file, line)
    table = RawTable(spec, file, columns, problems=problems)
    known = [(at, name) for at, name in enumerate(columns) if name in spec.fields]
    for number, cells in islice(rows, spec.most_rows):
        table.rows.append(
            RawRow(number, {name: cells[at] for at, name in known if at < len(cells) and cells[at] != ""})
        )
        if len(cells) != len(columns):
            table.broken.add(number)
            if len(table.broken) <= MOST_PROBLEMS:
                problems.append(ragged(file, number, len(cells), len(columns)))
    beyond = next(rows, None)
    if beyond:
        raise too_many_rows(file, spec, beyond[0])
    return table


def ragged(file: str, number: int, cells: int, columns: int) -> Problem:
    """The problem of a row with too many or too few cells."""
    rule = f"has {cells} cells where the header has {columns}"
    remedy = "put cells with commas in quotes" if cells > columns else "add the missing commas"
    return Problem(file, number, "", "", rule, remedy)


def too_many_rows(file: str, spec: TableSpec, number: int) -> InputError:
    """The error for a table with more rows than are taken."""
    rule = f"has more than {spec.most_rows:,} rows"
    return problem(file, rule, "leave out rows that the plan does not need", row=number)

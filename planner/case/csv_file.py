"""Reading a CSV file: its header is checked, its rows are parsed in pieces of bounded memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from planner.case.files import problem
from planner.case.rows import ROWS_AT_ONCE, Place, Row, Rows, capped, check_columns, parse
from planner.errors import InputError, Problem
from planner.schema.table import Table
from planner.schema.wording import listed


@dataclass(frozen=True)
class Piece:
    """Some rows of a CSV file, each with its number and as many cells as the header; and their problems.

    Rows of a wrong shape are in ``ragged``: they are kept for their ids.
    """

    header: list[str]
    rows: list[tuple[int, list[str]]]
    ragged: list[tuple[int, list[str]]]
    problems: list[Problem]


def read_table(text: str, table: Table) -> tuple[Rows, list[Problem]]:
    """The rows of a CSV text, and their problems.

    Raises:
        InputError: the file is not CSV, its header cannot be used, or it has too many rows.
    """
    rows: list[Row] = []
    problems: list[Problem] = []
    for piece in read_pieces(text, table):
        found, wrong = parsed(piece, table)
        rows += found
        problems += [*piece.problems, *wrong]
    rows.sort(key=lambda row: row.number)
    return Rows(table, table.file, tuple(rows)), capped(problems, table.file)


def read_pieces(text: str, table: Table) -> Iterator[Piece]:
    """The rows of a CSV text, ``ROWS_AT_ONCE`` at a time, and at least one piece.

    Raises:
        InputError: as ``read_table``.
    """
    rows = csv_rows(text, table.file)
    line, header = next(rows, (1, [""]))
    problems = _header_problems(header, table, line)
    taken = 0
    while (piece := list(islice(rows, ROWS_AT_ONCE))) or not taken:
        taken += max(len(piece), 1)
        if taken > table.most_rows:
            rule = f"has more than {table.most_rows:,} rows"
            remedy = "leave out rows that the plan does not need"
            raise problem(table.file, "too_many_rows", rule, remedy, row=piece[table.most_rows - taken][0])
        whole = [row for row in piece if len(row[1]) == len(header)]
        ragged = [row for row in piece if len(row[1]) != len(header)]
        problems += [_ragged(table.file, number, len(cells), len(header)) for number, cells in ragged]
        yield Piece(header, whole, ragged, problems)
        problems = []


def parsed(piece: Piece, table: Table) -> tuple[list[Row], list[Problem]]:
    """The rows of a piece as records, and the problems of those that are wrong."""
    known = [(at, name) for at, name in enumerate(piece.header) if name in table.columns]
    cells = [(number, {name: row[at] for at, name in known if row[at] != ""}) for number, row in piece.rows]
    rows, problems = parse(table, table.file, cells)
    id_at = piece.header.index(table.id) if table.id in piece.header else len(piece.header)
    rows += [
        Row(
            number,
            Place(table.file, number, ""),
            {table.id: row[id_at]} if id_at < len(row) else {},
            valid=False,
        )
        for number, row in piece.ragged
    ]
    said = {(name, "blank") for name in table.required if name not in piece.header}
    return rows, [each for each in problems if (each.column, each.code) not in said]


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
        remedy = "shorten the cell, or close the quote that begins on this row"
        return problem(file, "cell_too_long", rule, remedy, row=line)
    if "unexpected end" in said:
        rule, remedy = 'ends inside a quoted cell (")', "close the quote that begins on this row"
        return problem(file, "malformed_csv", rule, remedy, row=line)
    rule = f"is not well-formed CSV ({said})"
    remedy = 'put cells with commas or quotes in quotes, and double the quotes inside ("")'
    return problem(file, "malformed_csv", rule, remedy, row=line)


def _header_problems(header: list[str], table: Table, line: int) -> list[Problem]:
    """What is wrong with the columns.

    Raises:
        InputError: nothing can be read below this header: wrong separator, or the same column twice.
    """
    if len(header) == 1 and any(mark in header[0] for mark in (";", "\t")) and "," not in header[0]:
        rule = f"has its columns separated by {'semicolons' if ';' in header[0] else 'tabs'}"
        raise problem(table.file, "separator", rule, "save it with commas between the columns", row=line)
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        rule, remedy = "is the name of several columns", "keep one column of each name"
        raise problem(table.file, "column_twice", rule, remedy, row=line, value=listed(twice))
    return check_columns(header, table, table.file, line)


def _ragged(file: str, number: int, cells: int, columns: int) -> Problem:
    rule = f"has {cells} cells where the header has {columns}"
    remedy = "put cells with commas in quotes" if cells > columns else "add the missing commas"
    return Problem(file, number, "", "", rule, remedy, "cells")

"""Reading a CSV file: its header is checked, its rows are parsed in pieces of bounded memory."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from planner.case.rows import ROWS_AT_ONCE, Row, Rows, check_columns, is_ignored, parse, plain_numbers, tidy
from planner.errors import Problem
from planner.schema.messages import Place, capped
from planner.schema.tables import Table

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_SEPARATOR = re.compile(r'"?sep=(.)"?[ \t]*(?:\r\n|\r|\n)', re.IGNORECASE)
SEPARATORS = ",;\t|"
Numbered = tuple[int, list[Any]]
"""The number of a row, and its cells."""


@dataclass(frozen=True)
class Piece:
    """Some rows of a CSV file, each with its number and as many cells as the header; and their problems.

    Rows of a wrong shape are in ``ragged``: they are kept for their ids.
    """

    header: list[str]
    rows: list[Numbered]
    ragged: list[Numbered]
    problems: list[Problem]


def read_table(text: str | Iterator[Numbered], table: Table) -> tuple[Rows, list[Problem]]:
    """The rows of a CSV text, or of a sheet, and their problems.

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
    return Rows(table, tuple(rows)), capped(problems, table.file)


def read_pieces(text: str | Iterator[Numbered], table: Table) -> Iterator[Piece]:
    """The rows of a CSV text, or of a sheet, ``ROWS_AT_ONCE`` at a time, and at least one piece.

    Raises:
        InputError: as ``read_table``.
    """
    in_sheet = not isinstance(text, str)
    mark, begin = separator_of(text, table.columns.keys()) if isinstance(text, str) else (",", 0)
    rows = csv_rows(text, table.file, mark, begin) if isinstance(text, str) else text
    line, header = next(rows, (1, [""]))
    while len(header) > 1 and not header[-1]:
        header.pop()
    header = [tidy(name) if is_ignored(name) or tidy(name) in table.columns else name for name in header]
    twice = tuple(sorted({name for name in header if header.count(name) > 1 and not is_ignored(name)} - {""}))
    if twice:
        raise Place(table.file, line).error("column_twice", twice)
    problems = check_columns(header, table, line)
    blank = [name not in table.required for name in header]
    taken = 0
    while (piece := list(islice(rows, ROWS_AT_ONCE))) or not taken:
        taken += max(len(piece), 1)
        if taken > table.most_rows:
            first = piece[table.most_rows - taken][0]
            raise Place(table.file, first).error("too_many_rows", most=table.most_rows)
        for _, cells in piece:
            while len(cells) > len(header) and not cells[-1]:
                cells.pop()
            if in_sheet or all(blank[len(cells) :]):  # as Excel leaves out the last ones
                cells.extend([""] * (len(header) - len(cells)))
        whole = [row for row in piece if len(row[1]) == len(header)]
        ragged = [row for row in piece if len(row[1]) != len(header)]
        for number, cells in ragged:
            place, count = Place(table.file, number), len(cells)
            if in_sheet:
                stray = next(cell for cell in cells[len(header) :] if cell)
                problems.append(place.problem("unnamed_column.cell", stray))
                continue
            key = "cells.many" if count > len(header) else "cells"
            problems.append(place.problem(key, cells=count, s="s"[: count > 1], columns=len(header)))
        _read_numbers(header, [cells for _, cells in whole], table, decimal_comma=mark != ",")
        yield Piece(header, whole, ragged, problems)
        problems = []


def parsed(piece: Piece, table: Table) -> tuple[list[Row], list[Problem]]:
    """The rows of a piece as records, and the problems of those that are wrong."""
    known = [(at, name) for at, name in enumerate(piece.header) if name in table.columns]
    cells = [(number, {name: row[at] for at, name in known if row[at] != ""}) for number, row in piece.rows]
    rows, problems = parse(table, piece.header, cells)
    id_at = piece.header.index(table.id) if table.id in piece.header else len(piece.header)
    for number, row in piece.ragged:
        values = {table.id: row[id_at]} if id_at < len(row) else {}
        rows.append(Row(number, Place(table.file, number), values, valid=False))
    return rows, problems


def separator_of(text: str, columns: Collection[str]) -> tuple[str, int]:
    """The separator between the columns of a text, whose header may have ``columns``, and where that begins.

    A line ``sep=;`` may come first.
    """
    stated = _SEPARATOR.match(text)
    if stated:
        return stated[1], stated.end()
    right = {tidy(name) for name in columns}
    first = next((line[0] for line in _LINE.finditer(text) if line[0].strip()), "")
    names = {one: {tidy(name.strip().strip('"')) for name in first.split(one)} for one in SEPARATORS}
    return max(SEPARATORS, key=lambda one: len(names[one] & right)), 0


def _read_numbers(header: list[str], rows: list[list[str]], table: Table, decimal_comma: bool) -> None:
    """Puts the numbers of rows as Python writes them in the place of those of a spreadsheet."""
    kinds = [row[header.index("kind")] for row in rows] if table.kinds and "kind" in header else [""]
    for at, name in enumerate(header):
        if name in table.numeric:
            columns = [table.of_kind(kind).get(name, table.columns[name]) for kind in kinds]
            numbers = plain_numbers([row[at] for row in rows], columns, decimal_comma)
            for row, number in zip(rows, numbers, strict=True):
                row[at] = number


def csv_rows(text: str, file: str, separator: str = ",", begin: int = 0) -> Iterator[Numbered]:
    """The rows of a CSV text that are not blank, each with the number of its first line.

    ``begin`` is where its header begins, below a line that names the separator.

    Raises:
        InputError: quotes that are not closed or stand in the middle of a cell, or a cell of over 131,072
            characters.
    """
    # io.StringIO would keep four bytes a character; lines that are found one by one cost nothing
    lines = (found[0] for found in _LINE.finditer(text, begin))
    reader = csv.reader(lines, strict=True, delimiter=separator)
    skipped = 1 if begin else 0
    line = 1 + skipped
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            place, said = Place(file, line), str(error)
            if "field larger" in said:
                raise place.error("cell_too_long", most=csv.field_size_limit()) from None
            key = "malformed_csv.open" if "unexpected end" in said else "malformed_csv"
            raise place.error(key, said=said) from None
        cells = [cell.strip(" \t\xa0") for cell in cells]
        if any(cells):
            yield line, cells
        line = reader.line_num + 1 + skipped

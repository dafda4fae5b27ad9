"""Reading a CSV file: its header is checked, its rows are parsed in pieces of bounded memory."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from planner.case.place import Place, capped
from planner.case.rows import ROWS_AT_ONCE, Row, Rows, check_columns, parse
from planner.errors import InputError, Problem
from planner.schema.table import Table

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


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
            first = piece[table.most_rows - taken][0]
            raise Place(table.file, first).error("too_many_rows", most=table.most_rows)
        whole = [row for row in piece if len(row[1]) == len(header)]
        ragged = [row for row in piece if len(row[1]) != len(header)]
        for number, cells in ragged:
            key = "cells.many" if len(cells) > len(header) else "cells"
            problems.append(Place(table.file, number).problem(key, cells=len(cells), columns=len(header)))
        yield Piece(header, whole, ragged, problems)
        problems = []


def parsed(piece: Piece, table: Table) -> tuple[list[Row], list[Problem]]:
    """The rows of a piece as records, and the problems of those that are wrong."""
    known = [(at, name) for at, name in enumerate(piece.header) if name in table.columns]
    cells = [(number, {name: row[at] for at, name in known if row[at] != ""}) for number, row in piece.rows]
    rows, problems = parse(table, table.file, cells)
    id_at = piece.header.index(table.id) if table.id in piece.header else len(piece.header)
    for number, row in piece.ragged:
        values = {table.id: row[id_at]} if id_at < len(row) else {}
        rows.append(Row(number, Place(table.file, number), values, valid=False))
    said = {(name, "blank") for name in table.required if name not in piece.header}
    return rows, [each for each in problems if (each.column, each.code) not in said]


def csv_rows(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV text that are not blank, each with the number of its first line.

    Raises:
        InputError: quotes that are not closed or stand in the middle of a cell, or a cell of over 131,072
            characters.
    """
    # io.StringIO would keep four bytes a character; lines that are found one by one cost nothing
    reader = csv.reader((found[0] for found in _LINE.finditer(text)), strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _malformed(Place(file, line), str(error)) from None
        cells = [cell.strip(" \t") for cell in cells]
        if any(cells):
            yield line, cells
        line = reader.line_num + 1


def _malformed(place: Place, said: str) -> InputError:
    if "field larger" in said:
        return place.error("cell_too_long", most=csv.field_size_limit())
    return place.error("malformed_csv.open" if "unexpected end" in said else "malformed_csv", said=said)


def _header_problems(header: list[str], table: Table, line: int) -> list[Problem]:
    """What is wrong with the columns.

    Raises:
        InputError: nothing can be read below this header: wrong separator, or the same column twice.
    """
    place = Place(table.file, line)
    if len(header) == 1 and any(mark in header[0] for mark in (";", "\t")) and "," not in header[0]:
        raise place.error("separator", marks="semicolons" if ";" in header[0] else "tabs")
    twice = tuple(sorted({name for name in header if name and header.count(name) > 1}))
    if twice:
        raise place.error("column_twice", twice)
    return check_columns(header, table, table.file, line)

"""The tables of a case as the sheets of one workbook, ``case.xlsx``, beside its outlines.

A sheet is called like its table (assets, "Assets" or assets.csv), and has the columns of the CSV file. The
sheet ``case`` is ``case.toml``: a key, as ``--set`` takes it, and its value in each row.
"""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from collections.abc import Iterator

import openpyxl

from planner.case.files import MOST_BYTES, reason
from planner.case.place import Place
from planner.case.rows import is_ignored, tidy
from planner.errors import InputError, Problem
from planner.schema.tables import AREAS, CASE, TABLES
from planner.schema.values import Exact

WORKBOOK = "case.xlsx"
SHEETS = (CASE, *(name for name in TABLES if name != AREAS.name))
HEADER = ("key", "value")
"""How the sheet ``case`` may begin."""
_UNREADABLE = zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, SyntaxError, OSError
"""What openpyxl raises for a file that is no workbook, or a damaged one."""
Sheet = list[tuple[int, list[object]]]
"""The rows of a sheet that are not blank, each with its number."""


def sheet_file(name: str) -> str:
    """What messages call a sheet."""
    return f"{WORKBOOK} {name}"


def read_workbook(data: bytes) -> tuple[dict[str, Sheet], list[Problem]]:
    """The sheets by the name of their table, and a warning for each sheet that is not read.

    Raises:
        InputError: it is no workbook, two sheets are of one table, or a formula has no value.
    """
    place = Place(WORKBOOK)
    try:
        size = sum(info.file_size for info in zipfile.ZipFile(io.BytesIO(data)).infolist())
        if size > MOST_BYTES:
            raise place.error("too_large.file", size=size / 1e6, limit=MOST_BYTES / 1e6)
        values, formulas = (
            openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=only) for only in (True, False)
        )
        found: dict[str, Sheet] = {}
        problems, warnings = list[Problem](), list[Problem]()
        for sheet, stated in zip(values.worksheets, formulas.worksheets, strict=True):
            name = tidy(sheet.title).removesuffix(".csv")
            below = Place(sheet_file(sheet.title))
            if is_ignored(sheet.title):
                continue
            if name not in SHEETS:
                warnings.append(below.problem("unknown_sheet", right=SHEETS, word=name))
            elif name in found:
                problems.append(below.problem("sheet_twice", name=name))
            else:
                rows = zip(sheet.iter_rows(values_only=True), stated.iter_rows(values_only=True), strict=True)
                numbered = [(number, *pair) for number, pair in enumerate(rows, start=1)]
                found[name] = [(number, list(row)) for number, row, _ in numbered if any(map(_filled, row))]
                problems += [
                    Place(below.file, number).problem("no_value", formula)
                    for number, row, formula_row in numbered
                    for cell, formula in zip(row, formula_row, strict=True)
                    if cell is None and formula is not None
                ]
    except _UNREADABLE as error:
        raise place.error("unreadable.workbook", said=reason(error)) from None
    if problems:
        raise InputError(problems)
    return found, warnings


def _filled(cell: object) -> bool:
    return cell is not None and str(cell).strip() != ""


def as_rows(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """The rows of a sheet as those of a CSV file: texts, of which numbers can be read one way only."""
    for number, cells in sheet:
        yield number, [_text(cell) for cell in cells]


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, int | float):
        return Exact(int(cell) if cell == int(cell) else repr(cell))
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
    return "" if cell is None else str(cell).strip(" \t\xa0")


def as_toml(sheet: Sheet) -> str:
    """The sheet ``case`` as the text of ``case.toml``, with every key in the line of its row.

    Raises:
        InputError: a row has no key, or no value.
    """
    lines: dict[int, str] = {}
    for number, cells in sheet:
        key, value = (_text(cell) for cell in (*cells, None, None)[:2])
        if is_ignored(key) or (not lines and (tidy(key), tidy(value)) == HEADER):
            continue
        if not key or not value:
            raise Place(sheet_file(CASE), number).error("no_value.key", key or value)
        steps = ".".join(json.dumps(step.strip()) for step in key.split("."))
        plain = isinstance(cells[1], bool | int | float | datetime.datetime)
        lines[number] = f"{steps} = {value if plain else json.dumps(value)}"
    return "\n".join(lines.get(number, "") for number in range(1, max(lines, default=0) + 1)) + "\n"

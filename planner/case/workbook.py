"""The tables of a case as the sheets of one workbook, ``case.xlsx``, beside its outlines.

A sheet is called like its table (assets, "Assets" or assets.csv), and has the columns of the CSV file. The
sheet ``case`` is ``case.toml``: a key, as ``--set`` takes it, and its value in each row.
"""

from __future__ import annotations

import datetime
import io
import json
import tomllib
import warnings
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.case.files import CASE_FILE, MOST_BYTES, reason
from planner.case.rows import is_ignored, tidy
from planner.errors import InputError, Problem
from planner.schema.messages import Place
from planner.schema.settings import find
from planner.schema.tables import AREAS, CASE, TABLES, Table
from planner.schema.values import Exact

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

WORKBOOK = "case.xlsx"
SHEETS = (CASE, *(name for name in TABLES if name != AREAS.name))
HEADER = ("key", "value")
"""How the sheet ``case`` may begin."""
AS_TYPED, AS_TEXT, AS_DATE = "General", "@", "yyyy-mm-dd"
"""Formats of cells: a column of text stays text, whatever is typed into it."""
MOST_WIDTH = 80
"""Of a column, in characters."""
_UNREADABLE = zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, SyntaxError, OSError
"""What openpyxl raises for a file that is not a workbook, or a damaged one."""
Sheet = list[tuple[int, list[object]]]
"""The rows of a sheet that are not blank, each with its number."""


def sheet_file(name: str) -> str:
    """What messages call a sheet."""
    return f"{WORKBOOK} {name}"


def read_workbook(data: bytes) -> tuple[dict[str, Sheet], list[Problem]]:
    """The sheets by the name of their table, and a warning for each sheet that is not read.

    Raises:
        InputError: it is not a workbook, two sheets are of one table, or a formula has no value.
    """
    import openpyxl  # noqa: PLC0415 (only workbooks pay for the import)

    place = Place(WORKBOOK)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl would lose in writing, and of styles
        try:
            size = sum(info.file_size for info in zipfile.ZipFile(io.BytesIO(data)).infolist())
            if size > MOST_BYTES:
                raise place.error("too_large.file", size=size / 1e6, limit=MOST_BYTES / 1e6)
            how: dict[str, Any] = {"read_only": True}
            values = openpyxl.load_workbook(io.BytesIO(data), data_only=True, **how)
            return _sheets(values.worksheets, openpyxl.load_workbook(io.BytesIO(data), **how).worksheets)
        except _UNREADABLE as error:
            raise place.error("unreadable.workbook", said=reason(error)) from None


def _sheets(
    values: Sequence[Worksheet], formulas: Sequence[Worksheet]
) -> tuple[dict[str, Sheet], list[Problem]]:
    """The sheets that are read, from what their cells hold and from their formulas; as ``read_workbook``."""
    found: dict[str, Sheet] = {}
    problems, unread = list[Problem](), list[Problem]()
    for sheet, stated in zip(values, formulas, strict=True):
        name = tidy(sheet.title).removesuffix(".csv")
        below = Place(sheet_file(sheet.title))
        if is_ignored(sheet.title):
            continue
        if name not in SHEETS:
            if any(any(map(_filled, row)) for row in _rows_of(sheet)):
                unread.append(below.problem("unknown_sheet", right=SHEETS, word=name))
            continue
        filled: Sheet = []
        for number, pair in enumerate(zip(_rows_of(sheet), _rows_of(stated), strict=True), start=1):
            filled += [(number, list(pair[0]))] if any(map(_filled, pair[0])) else []
            lost = (formula for cell, formula in zip(*pair, strict=True) if cell is None)
            at = Place(below.file, number)
            problems += [at.problem("no_value", formula) for formula in lost if formula is not None]
        if name in found:
            problems.append(below.problem("sheet_twice", name=name))
        elif filled:  # else it is as if it were not there
            found[name] = filled
    if problems:
        raise InputError(problems)
    return found, unread


def _rows_of(sheet: Any) -> Iterator[tuple[object, ...]]:
    """The cells of each row of a sheet, whatever it says of its size: some programs write a wrong one."""
    sheet.reset_dimensions()
    yield from sheet.iter_rows(values_only=True)


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


def workbook_of(files: Mapping[str, str]) -> bytes:
    """The settings and tables of a case as one workbook, from their texts by the name of the file."""
    from planner.sheets import add_sheet, new_book  # noqa: PLC0415 (likewise)

    book = new_book()
    settings = pd.DataFrame(_rows(tomllib.loads(files[CASE_FILE])), columns=[*HEADER, "notes"], dtype=object)
    _finish(add_sheet(book, CASE, settings), settings, (HEADER[1],))
    for table in TABLES.values():
        if table is not AREAS and table.file in files:
            cells = _cells(table, files[table.file])
            _finish(add_sheet(book, table.name, cells), cells, table.numeric)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _rows(
    values: Mapping[str, Any], before: tuple[str, ...] = ()
) -> Iterator[tuple[str, object, str | None]]:
    """Each key of case.toml that holds a value, with it and with what it means."""
    for name, value in values.items():
        path = (*before, name)
        if isinstance(value, dict):
            yield from _rows(value, path)
        else:
            field = find(path)
            text = ";".join(value) if isinstance(value, list) else value
            yield ".".join(path), text, field.description if field else None


def _cells(table: Table, text: str) -> pd.DataFrame:
    """The cells of a CSV file: numbers where the table has numbers, else text; blank ones are NaN."""
    cells = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, na_values=[""])
    return cells.assign(**{name: pd.to_numeric(cells[name]) for name in cells if name in table.numeric})


def _finish(sheet: Worksheet, cells: pd.DataFrame, numeric: Collection[str]) -> None:
    """Format the columns of a sheet as what they hold, as wide as that is."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 (likewise)

    for at, name in enumerate(cells, start=1):
        column = sheet.column_dimensions[get_column_letter(at)]
        column.width = min(max(map(len, [name, *cells[name].dropna().astype(str)])) + 2, MOST_WIDTH)
        column.number_format = AS_TYPED if name in numeric else AS_TEXT
        for (cell,) in sheet.iter_rows(min_row=2, min_col=at, max_col=at):
            cell.number_format = AS_DATE if isinstance(cell.value, datetime.date) else column.number_format

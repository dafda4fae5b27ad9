"""A comparison as one workbook: charts, and a sheet for every table with scenarios side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from planner.studies.scenario_tables import side_by_side
from planner.studies.study import Study
from planner.studies.workbook_charts import add_charts

WORKBOOK = "comparison.xlsx"

SHARE, SMALL, WHOLE = "0.0%", "0.0000", "#,##0"
FORMATS = {
    **dict.fromkeys(("target_coverage", "coverage"), SHARE),
    **dict.fromkeys(("gap", "gap_tolerance"), "0.0E+00"),
    **dict.fromkeys(("shadow_price", "shadow_price_km2_per_hour"), SMALL),
    "missions": "#,##0.0",
    **dict.fromkeys(("least", "reached"), "#,##0.0###"),
}
"""Number formats by figure; the others are whole numbers with thousands separators."""
TEXT_WIDTH, NUMBER_WIDTH = 26, 16


def write_workbook(compared: Study, file: Path) -> None:
    """Write charts, their numbers, and a sheet for the plans and for each table of a comparison.

    Text is always text, also where it begins with a sign that a spreadsheet takes for a formula.
    """
    book = Workbook()
    del book[book.sheetnames[0]]
    _sheet(book, "variants", compared.variants, "")
    first = str(compared.document["reference"])
    for name, table in compared.tables.items():
        values = side_by_side(table)
        differences = side_by_side(table, "difference").drop(columns=first, errors="ignore")
        differences.columns = pd.Index([f"{label} - {first}" for label in differences.columns])
        _sheet(book, name, pd.concat([values, differences], axis=1).reset_index(), "figure")
    add_charts(book, compared, _put)
    book.save(file)
    book.close()


def _sheet(book: Workbook, name: str, table: pd.DataFrame, figure: str) -> None:
    sheet: Worksheet = book.create_sheet(name)
    for n, column in enumerate(table.columns, start=1):
        _put(sheet.cell(1, n), str(column)).font = Font(bold=True)
        is_text = not pd.api.types.is_numeric_dtype(table[column])
        sheet.column_dimensions[get_column_letter(n)].width = TEXT_WIDTH if is_text else NUMBER_WIDTH
    for r, row in enumerate(table.to_dict("records"), start=2):
        for n, (name_of, value) in enumerate(row.items(), start=1):
            cell = _put(sheet.cell(r, n), value)
            if not isinstance(value, str):
                cell.number_format = FORMATS.get(str(row.get(figure, name_of)), WHOLE)
    text_columns = sum(not pd.api.types.is_numeric_dtype(table[column]) for column in table)
    frozen = text_columns if figure else 1
    sheet.freeze_panes = f"{get_column_letter(frozen + 1)}2"
    sheet.auto_filter.ref = sheet.dimensions


def _put(cell: Cell | MergedCell, value: Any) -> Cell:
    """Fill a cell; text stays text, what is not there stays blank."""
    if isinstance(cell, MergedCell):
        raise TypeError("no cells are merged here")
    if isinstance(value, str):
        cell.value = value
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))  # it stays text when it is edited, too
    elif pd.notna(value):
        cell.value = float(value)
    return cell

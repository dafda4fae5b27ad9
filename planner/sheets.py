"""Tables as sheets of a workbook; text is always text, even where it looks like a formula."""

from __future__ import annotations

import datetime
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

SHARE, SMALL, WHOLE = "0.0%", "0.0000", "#,##0"
FORMATS = {
    **dict.fromkeys(("target_coverage", "coverage"), SHARE),
    **dict.fromkeys(("gap", "tolerance"), "0.0E+00"),
    **dict.fromkeys(("shadow_price", "shadow_price_km2_per_hour"), SMALL),
    "missions": "#,##0.0",
    **dict.fromkeys(("least", "reached"), "#,##0.0###"),
}
"""Number formats by figure; the others are whole numbers with thousands separators."""
TEXT_WIDTH, NUMBER_WIDTH = 26, 16
FORMULA_SIGNS = ("=", "+", "-", "@")


def new_book() -> Workbook:
    """A workbook without sheets."""
    book = Workbook()
    del book[book.sheetnames[0]]
    return book


def add_sheet(book: Workbook, name: str, table: pd.DataFrame, figure: str = "") -> Worksheet:
    """Add a table as a sheet with filters and a frozen head; what is NaN stays blank.

    Args:
        book: the workbook.
        name: of the sheet.
        table: the table.
        figure: column that names the figure of each row, where the columns are not figures themselves.
    """
    sheet: Worksheet = book.create_sheet(name)
    of_text = [not pd.api.types.is_numeric_dtype(table[column]) for column in table]
    for n, (column, is_text) in enumerate(zip(table.columns, of_text, strict=True), start=1):
        put(sheet.cell(1, n), str(column)).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(n)].width = TEXT_WIDTH if is_text else NUMBER_WIDTH
    for r, row in enumerate(table.to_dict("records"), start=2):
        for n, (name_of, value) in enumerate(row.items(), start=1):
            cell = put(sheet.cell(r, n), value)
            if not isinstance(value, str):
                cell.number_format = FORMATS.get(str(row.get(figure, name_of)), WHOLE)
    print_set_up(sheet)
    sheet.print_title_rows = "1:1"
    sheet.freeze_panes = f"{get_column_letter((sum(of_text) if figure else 1) + 1)}2"
    sheet.auto_filter.ref = sheet.dimensions
    return sheet


def print_set_up(sheet: Worksheet) -> None:
    """Print a sheet on landscape A4, as wide as the page, with its name and the number of the page."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    footer: Any = sheet.oddFooter
    footer.left.text, footer.right.text = "&A", "&P / &N"


def put(cell: Cell | MergedCell, value: Any) -> Cell:
    """Fill a cell; text stays text, what is not there stays blank.

    Raises:
        TypeError: the cell is part of a merged one.
    """
    if isinstance(cell, MergedCell):
        raise TypeError("a merged cell cannot be filled")
    if isinstance(value, str):
        cell.value = value
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA_SIGNS)  # it stays text when it is edited, too
    elif pd.notna(value):
        cell.value = value if isinstance(value, bool | datetime.date) else float(value)
    return cell

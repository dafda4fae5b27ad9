from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from planner.results.workbook import add_sheet, new_book, put


def test_text_is_never_a_formula_and_what_is_missing_stays_blank(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {"name": ["=1+1", "@sum", "Fiji"], "coverage": [0.25, float("nan"), 1.0], "cost": [1e6, 2.0, 3.0]}
    )
    book = new_book()
    add_sheet(book, "areas", table)
    book.save(tmp_path / "book.xlsx")
    sheet = load_workbook(tmp_path / "book.xlsx")["areas"]
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[1]] == ["=1+1", 0.25, 1e6]
    assert [(row[0].data_type, row[0].quotePrefix) for row in rows[1:]] == [
        ("s", True),
        ("s", True),
        ("s", False),
    ]
    assert rows[2][1].value is None
    assert (rows[1][1].number_format, rows[1][2].number_format) == ("0.0%", "#,##0")
    assert sheet.freeze_panes == "B2"


def test_rows_of_figures_have_the_format_of_their_figure() -> None:
    table = pd.DataFrame({"area_id": "fiji", "figure": ["coverage", "covered_km2"], "plan": [0.5, 1e5]})
    book = new_book()
    sheet = add_sheet(book, "areas", table, figure="figure")
    assert [sheet.cell(row, 3).number_format for row in (2, 3)] == ["0.0%", "#,##0"]
    assert sheet.freeze_panes == "C2"
    sheet.merge_cells("A5:B5")
    with pytest.raises(TypeError, match="merged"):
        put(sheet["B5"], 1.0)

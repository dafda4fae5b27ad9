"""A case as one workbook beside its outlines: the same case as its files, and what is wrong with sheets."""

from __future__ import annotations

import csv
import datetime
import tomllib
from collections.abc import Iterator
from typing import Any

import openpyxl
import pandas as pd
import pytest

from planner.errors import Problem
from tests.case.conftest import Folder


def _typed(cell: str) -> object:
    """A cell as a spreadsheet holds it: numbers are numbers."""
    try:
        return float(cell) if "." in cell or "e" in cell else int(cell)
    except ValueError:
        return cell or None


def _flat(table: dict[str, Any], before: str = "") -> Iterator[tuple[str, object]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield before + key, datetime.datetime(2025, 6, 30) if key == "date" else value


@pytest.fixture
def sheets(folder: Folder) -> dict[str, list[list[object]]]:
    """The tables and settings of the example as rows of cells; their files are removed."""
    found: dict[str, list[list[object]]] = {
        "case": [["Key", "Value"], *map(list, _flat(tomllib.loads(folder.text("case.toml"))))]
    }
    for path in sorted(folder.path.glob("*.csv")):
        rows = [[_typed(cell) for cell in row] for row in csv.reader(path.read_text("utf-8").splitlines())]
        found[path.stem.title()] = rows
        folder.remove(path.name)
    folder.remove("case.toml")
    return found


def _write(folder: Folder, sheets: dict[str, list[list[object]]]) -> Folder:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(folder.path / "case.xlsx")
    return folder


Sheets = dict[str, list[list[object]]]


def test_a_workbook_is_the_same_case_as_its_files(folder: Folder, sheets: Sheets, tmp_path: Any) -> None:
    (tmp_path / "files").mkdir()
    sheets["Assets"][1][sheets["Assets"][0].index("sweep_width_nm")] = 12.345  # where text would be ambiguous
    case = _write(folder, sheets).read(scenario="half_budgets")
    assert case.settings.title == "Example: two zones, two donors"
    assert case.settings.fx is not None
    assert case.settings.fx.date == datetime.date(2025, 6, 30)
    assert case.assets["sweep_width_nm"][0] == 12.345
    assert case.warnings == ()
    # half of 1.2 million AUD at 0.65, and half of what the case has for eyes
    assert case.programmes["budget"][0] == 600_000 * 0.65
    assert set(case.hashes) == {"areas.geojson", "case.xlsx"}


def test_frames_are_those_of_the_files(folder: Folder, sheets: Sheets) -> None:
    case = _write(folder, sheets).read()
    (folder.path / "case.xlsx").unlink()
    for name, rows in sheets.items():
        if name != "case":
            pd.DataFrame(rows[1:], columns=rows[0]).to_csv(folder.path / f"{name.lower()}.csv", index=False)
    lines = [f"{key} = {value!r}".replace("'", '"') for key, value in sheets["case"][1:] if key != "fx.date"]
    folder.write("case.toml", "\n".join([*lines, "fx.date = 2025-06-30", ""]).replace('"half', "'half"[1:]))
    expected = folder.read()
    for name in ("assets", "bases", "sensors", "programmes", "access", "sources", "uncertainty"):
        pd.testing.assert_frame_equal(getattr(case, name), getattr(expected, name), check_exact=True)


@pytest.mark.parametrize(
    ("sheet", "row", "cell", "place", "code"),
    [
        ("Programmes", 1, ("budget", "much"), ("case.xlsx programmes", 2, "budget"), "not_a_number"),
        ("Programmes", 1, ("budget", "1.200"), ("case.xlsx programmes", 2, "budget"), "not_a_number"),
        ("Programmes", 1, ("budget", "=1+1"), ("case.xlsx Programmes", 2, ""), "no_value"),
        ("Programmes", 0, ("budget", "funds"), ("case.xlsx programmes", 1, "budget"), "missing_column"),
        ("case", 3, ("Value", -1), ("case.xlsx case", 4, "horizon_days"), "too_small"),
        ("case", 3, ("Value", None), ("case.xlsx case", 4, ""), "no_value"),
        ("case", 3, ("Key", "horizon"), ("case.xlsx case", 4, "horizon"), "unknown_key"),
    ],
)
def test_what_is_wrong_names_the_sheet_and_the_row(
    folder: Folder, sheets: Sheets, sheet: str, row: int, cell: tuple[str, object], place: Any, code: str
) -> None:
    column, value = cell
    sheets[sheet][row][sheets[sheet][0].index(column)] = value
    found = {((one.file, one.row, one.column), one.code) for one in _write(folder, sheets).problems()}
    assert (place, code) in found


def _codes(problems: tuple[Problem, ...]) -> set[tuple[str, str]]:
    return {(one.file, one.code) for one in problems}


def test_a_table_is_in_the_workbook_or_in_a_file(folder: Folder, sheets: Sheets) -> None:
    _write(folder, sheets).write("bases.csv", "base_id\n").write("case.toml", "title = 'x'\n")
    assert _codes(folder.problems()) == {(f"case.xlsx {name}", "sheet_twice") for name in ("bases", "case")}
    folder.remove("bases.csv").remove("case.toml")
    assert _codes(_write(folder, {**sheets, "bases.csv": []}).problems()) >= {
        ("case.xlsx bases.csv", "sheet_twice")
    }


def test_sheets_that_are_not_read_are_said_but_for_notes(folder: Folder, sheets: Sheets) -> None:
    case = _write(folder, {**sheets, "Notes": [["x"]], "# mine": [["x"]], "asset": [["x"]]}).read()
    (warning,) = case.warnings
    assert (warning.file, warning.code) == ("case.xlsx asset", "unknown_sheet")
    assert "write assets" in warning.remedy


@pytest.mark.parametrize("content", [b"text", b"PK\x03\x04 broken", b""])
def test_what_is_no_workbook(folder: Folder, content: bytes) -> None:
    assert ("case.xlsx", "unreadable") in _codes(folder.write("case.xlsx", content).problems())

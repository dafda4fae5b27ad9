"""A case as one workbook beside its outlines: the same case as its files, and what is wrong with sheets."""

from __future__ import annotations

import csv
import datetime
import re
import shutil
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from planner.case.check import checked_case
from planner.case.folder import RawCase, case_folder, read_folder
from planner.case.new import write_new_case
from planner.case.workbook import workbook_of
from planner.cli import app
from planner.errors import Problem
from planner.results.target import default_folder
from tests.case.conftest import Folder

CASES = Path(__file__).parents[2] / "inputs"


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
    assert _codes(_write(folder, {**sheets, "bases.csv": [["base_id"]]}).problems()) >= {
        ("case.xlsx bases.csv", "sheet_twice")
    }


def test_a_sheet_without_cells_is_as_none(folder: Folder, sheets: Sheets) -> None:
    assert _write(folder, {**sheets, "Limits": [], "Sheet1": []}).read().warnings == ()
    problem = _write(folder, {**sheets, "Assets": [[None], []]}).problems()[0]
    assert (problem.file, problem.code) == ("assets.csv", "missing_file")
    assert "a sheet assets to case.xlsx" in problem.remedy


def test_a_cell_beside_the_columns_is_shown(folder: Folder, sheets: Sheets) -> None:
    sheets["Access"][1] += [None, "to be checked"]
    problem = _write(folder, sheets).only_problem()
    assert (problem.file, problem.row, problem.value) == ("case.xlsx access", 2, '"to be checked"')
    assert "name the column" in problem.remedy


def _patched(folder: Folder, member: str, old: str, new: str) -> Folder:
    """The workbook with something else in one of its parts."""
    path = folder.path / "case.xlsx"
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text, count = re.subn(old, new, parts[member].decode(), count=1)
    assert count == 1
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**parts, member: text.encode()}.items():
            archive.writestr(name, data)
    return folder


VALIDATION = '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
"""Drop-down lists as Excel has written them since 2010."""


@pytest.mark.parametrize(
    ("member", "old", "new"),
    [
        ("xl/worksheets/sheet2.xml", "</worksheet>", VALIDATION),
        (
            "xl/worksheets/sheet2.xml",
            "</worksheet>",
            "<headerFooter><oddHeader>&amp;X</oddHeader></headerFooter></worksheet>",
        ),
        ("xl/styles.xml", "<cellStyles.*</cellStyles>", ""),
        ("xl/worksheets/sheet2.xml", '<dimension ref="[^"]*"', '<dimension ref="A1:B2"'),  # a wrong size
        ("xl/worksheets/sheet2.xml", '<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"'),
    ],
)
def test_what_other_programs_write_is_read_without_a_warning(
    folder: Folder, sheets: Sheets, member: str, old: str, new: str
) -> None:
    expected = _write(folder, sheets).read()
    case = _patched(folder, member, old, new).read()
    assert case.warnings == ()
    for name in ("assets", "bases", "sensors", "programmes", "access", "sources"):
        pd.testing.assert_frame_equal(getattr(case, name), getattr(expected, name), check_exact=True)


def test_a_day_beyond_the_calendar_is_a_problem_of_its_cell(folder: Folder, sheets: Sheets) -> None:
    book = openpyxl.load_workbook(_write(folder, sheets).path / "case.xlsx")
    cell = book["Assets"].cell(2, sheets["Assets"][0].index("hours_per_unit") + 1, 99_999_999_999)
    cell.number_format = "yyyy-mm-dd"
    book.save(folder.path / "case.xlsx")
    problem = folder.only_problem()
    assert (problem.column, problem.code) == ("hours_per_unit", "not_a_number")


def test_sheets_that_are_not_read_are_said_but_for_notes(folder: Folder, sheets: Sheets) -> None:
    case = _write(folder, {**sheets, "Notes": [["x"]], "# mine": [["x"]], "asset": [["x"]]}).read()
    (warning,) = case.warnings
    assert (warning.file, warning.code) == ("case.xlsx asset", "unknown_sheet")
    assert "write assets" in warning.remedy


@pytest.mark.parametrize("content", [b"text", b"PK\x03\x04 broken", b""])
def test_what_is_no_workbook(folder: Folder, content: bytes) -> None:
    assert ("case.xlsx", "unreadable") in _codes(folder.write("case.xlsx", content).problems())


def test_tables_of_a_workbook_that_cannot_be_read_are_not_said_to_be_missing(
    folder: Folder, sheets: Sheets
) -> None:
    assert sheets
    assert folder.write("case.xlsx", b"PK\x03\x04 broken").only_problem().code == "unreadable"


def _in_a_cell(value: object) -> object:
    """Lists as a cell has them."""
    if isinstance(value, dict):
        return {key: _in_a_cell(one) for key, one in value.items()}
    return ";".join(value) if isinstance(value, list | tuple) else value


def _contents(raw: RawCase) -> dict[str, object]:
    """What was read, but for the places where it is written."""
    tables = {name: [dict(row.values) for row in rows.rows] for name, rows in raw.tables.items()}
    named = {**raw.scenarios, **raw.futures}
    changes = {
        name: [(edit.action, edit.key, _in_a_cell(edit.value)) for edit in one.edits]
        for name, one in named.items()
    }
    outlines = {number: outline.wkb for number, outline in raw.outlines.items()}
    return {
        "tables": tables,
        "changes": changes,
        "settings": raw.settings,
        "stress": raw.stress,
        "outlines": outlines,
        "problems": raw.problems,
    }


@pytest.mark.parametrize("case", ["new", "tiny", "pacific"])
def test_a_workbook_that_is_written_reads_back_as_the_same_case(tmp_path: Path, case: str) -> None:
    files, book = CASES / case, tmp_path / "book"
    if case == "new":
        files = tmp_path / "files"
        write_new_case(files)
        write_new_case(book, workbook=True)
    else:
        texts = {path.name: path.read_text("utf-8") for path in files.iterdir() if path.is_file()}
        book.mkdir()
        (book / "case.xlsx").write_bytes(workbook_of(texts))
        for path in files.glob("*.geojson"):
            shutil.copy(path, book)
    expected, found = read_folder(files), read_folder(book / "case.xlsx")
    assert set(found.hashes) == {
        "case.xlsx",
        *(name for name in expected.hashes if name.endswith(".geojson")),
    }
    for what, contents in _contents(expected).items():
        assert _contents(found)[what] == contents, what
    pd.testing.assert_frame_equal(found.risk, expected.risk, check_exact=True)


def test_a_new_workbook_is_clean_and_made_for_a_spreadsheet(tmp_path: Path) -> None:
    written = write_new_case(tmp_path / "case", workbook=True)
    assert [path.name for path in written] == ["case.xlsx", "README.md", "areas.geojson"]
    checked = checked_case(written[0])
    assert (checked.problems, checked.warnings) == ((), ())
    book = openpyxl.load_workbook(written[0])
    assert book.sheetnames[:3] == ["case", "bases", "assets"]
    for sheet in book:
        assert sheet.freeze_panes == "B2"
        assert all(cell.font.bold for cell in sheet[1])
        # ids stay text, whatever is typed into the rows below
        assert (sheet["A2"].data_type, sheet["A2"].number_format) == ("s", "@")
        assert sheet.column_dimensions["A"].number_format == "@"
    assets = {cell.value: below for cell, below in zip(*book["assets"].iter_rows(max_row=2), strict=True)}
    assert (assets["units"].value, assets["units"].number_format) == (1, "General")
    assert (assets["source"].value, assets["currency"].value) == ("assumed", "AUD")
    rows = {str(key): (value, notes) for key, value, notes in book["case"].iter_rows(values_only=True)}
    assert rows["key"] == ("value", "notes")
    assert rows["fx.rates.AUD"][0] == 0.65
    assert "for one unit of each" in str(rows["fx.rates.AUD"][1])


@pytest.mark.parametrize("file", ["case.toml", "CASE.xlsx"])
def test_a_file_stands_for_its_folder(folder: Folder, file: str) -> None:
    (folder.path / file).touch()
    assert case_folder(folder.path / file) == folder.path
    assert default_folder(folder.path / file, "invest").name == f"{folder.path.name}_invest"


def test_commands_take_a_workbook(tmp_path: Path) -> None:
    book = tmp_path / "case" / "case.xlsx"
    assert CliRunner().invoke(app, ["new", str(book.parent), "--workbook"]).exit_code == 0
    found = CliRunner().invoke(app, ["check", str(book), "--scenario", "half_budgets"])
    assert (found.exit_code, found.output[:4]) == (0, "ok: "), found.output
    found = CliRunner().invoke(app, ["check", str(book.with_name("areas.geojson"))])
    assert found.exit_code == 2
    assert "case.toml or case.xlsx" in found.output


def test_other_files_and_what_is_missing_stand_for_nothing(folder: Folder) -> None:
    for name in ("areas.geojson", "case.xlsx"):  # there is no workbook
        assert case_folder(folder.path / name) == folder.path / name
    (folder.path / "case.xlsx").mkdir()
    assert case_folder(folder.path / "case.xlsx") == folder.path / "case.xlsx"

"""CSV as spreadsheets write it: separators, decimal commas, encodings, empty ends, headers, notes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from planner.case.rows import parse_row, plain_numbers
from planner.schema.tables import TABLES
from planner.schema.values import Ambiguous
from tests.case.conftest import Folder

TABLE_NAMES = ("bases", "assets", "sensors", "programmes", "access", "sources")


def rewritten(folder: Folder, write: Callable[[pd.DataFrame, Path], None]) -> Folder:
    """The case with every table written otherwise."""
    for path in folder.path.glob("*.csv"):
        write(pd.read_csv(path, dtype=str, keep_default_na=False), path)
    return folder


def comma(cell: str) -> str:
    return cell.replace(".", ",") if cell.replace(".", "").lstrip("-").isdigit() else cell


def continental(table: pd.DataFrame, path: Path) -> None:
    """As Excel writes "CSV (MS-DOS)" in Germany or France: semicolons, decimal commas, CRLF."""
    table.map(comma).to_csv(path, index=False, sep=";", lineterminator="\r\n")


def unicode_text(table: pd.DataFrame, path: Path) -> None:
    """As Excel writes "Unicode text": UTF-16 with tabs."""
    table.to_csv(path, index=False, sep="\t", encoding="utf-16")


def pipes(table: pd.DataFrame, path: Path) -> None:
    """As databases export it."""
    table.to_csv(path, index=False, sep="|")


def big_endian(table: pd.DataFrame, path: Path) -> None:
    path.write_bytes(table.to_csv(index=False).encode("utf-16-be"))


def named_separator(table: pd.DataFrame, path: Path) -> None:
    path.write_text(
        "sep=;\r\n" + table.to_csv(index=False, sep=";", lineterminator="\r\n"), "utf-8", newline=""
    )


def empty_ends(table: pd.DataFrame, path: Path) -> None:
    """Columns and rows of nothing at the end, and rows whose last empty cells are left out."""
    lines = table.assign(x="", y="").to_csv(index=False).splitlines()
    head = lines[0].removesuffix("x,y")
    path.write_text(
        "\n".join([head + ",", *(line.rstrip(",") for line in lines[1:]), ",,,,", ",,", ""]), "utf-8"
    )


def headers_and_notes(table: pd.DataFrame, path: Path) -> None:
    """Names of columns as people write them, columns of their own, and one without a name at the end."""
    named = {name: name.replace("_", " ").title() + " " for name in table.columns}
    table = table.rename(columns=named).assign(Notes="our own", **{"# checked": "by me", "Remarks": "x"})
    table.to_csv(path, index=False)


@pytest.mark.parametrize(
    "write",
    [continental, unicode_text, pipes, big_endian, named_separator, empty_ends, headers_and_notes],
    ids=lambda write: write.__name__,
)
def test_tables_are_the_same_however_a_spreadsheet_writes_them(
    folder: Folder, write: Callable[[pd.DataFrame, Path], None]
) -> None:
    folder.write("risk.csv", "lon,lat,weight\n178.25,-18.5,2.25\n")
    expected = folder.read()
    case = rewritten(folder, write).read()
    for name in (*TABLE_NAMES, "risk", "uncertainty"):
        pd.testing.assert_frame_equal(getattr(case, name), getattr(expected, name), check_exact=True)
    assert case.warnings == expected.warnings


def test_windows_1252_is_read_and_said(folder: Folder) -> None:
    folder.replace("access.csv", "Example of a boarding", "Accord de Nouméa – boarding")
    folder.write("access.csv", folder.text("access.csv").encode("cp1252"))
    case = folder.read()
    assert case.access["basis"][1].startswith("Accord de Nouméa – boarding")
    assert [(warning.file, warning.code) for warning in case.warnings] == [("access.csv", "guessed_encoding")]


def test_rows_below_a_line_that_names_the_separator_keep_their_numbers(folder: Folder) -> None:
    folder.write("access.csv", "sep=;\noperator;areas;basis\nfji;nowhere;x\n")
    assert folder.only_problem().row == 3


def test_lists_in_cells_are_quoted_where_semicolons_separate_columns(folder: Folder) -> None:
    folder.write("access.csv", 'operator;areas;basis\npartner_air;"west;east";x\n')
    assert folder.read().access["areas"][0] == ("west", "east")


def test_a_row_may_only_lack_cells_that_may_be_blank(folder: Folder) -> None:
    text = folder.text("access.csv").splitlines()
    folder.write("access.csv", "\n".join([text[0], text[1].rpartition(",")[0], "fji,east"]))
    assert [(each.row, each.code) for each in folder.problems()] == [(3, "cells")]


BUDGET = TABLES["programmes"].columns["budget"]
SPEED = TABLES["assets"].columns["search_speed_kn"]
LAT = TABLES["bases"].columns["lat"]


@pytest.mark.parametrize(
    ("texts", "column", "expected"),
    [
        (["1.200", "2500"], BUDGET, None),
        (["1,200"], BUDGET, None),
        (["-18.130"], LAT, "-18.130"),  # -18,130 is no latitude
        (["-18,130"], LAT, "-18.130"),
        (["12.500"], SPEED, "12.500"),  # 12,500 knots are not allowed
        (["1.200", "0.5"], BUDGET, "1.200"),  # the other number has decimals after a point
        (["1.200", "12.25"], BUDGET, "1.200"),
        (["1.200", "1.200.000"], BUDGET, "1200"),  # there points stand between thousands
        (["1,200", "12,5"], BUDGET, "1.200"),
        (["1.200,50"], BUDGET, "1200.50"),
        (["1.200.000"], BUDGET, "1200000"),
        (["1 200 000"], BUDGET, "1200000"),
        (["1\u202f200,5"], BUDGET, "1200.5"),
        (["0,5"], BUDGET, "0.5"),
        (["1e3"], BUDGET, "1e3"),
        (["1,2,3"], BUDGET, "1,2,3"),
        (["1_200"], BUDGET, "1_200"),
    ],
)
def test_numbers_where_decimals_may_have_a_comma(
    texts: list[str], column: object, expected: str | None
) -> None:
    found = plain_numbers(texts, [column], decimal_comma=True)[0]  # type: ignore[list-item]
    assert isinstance(found, Ambiguous) if expected is None else found == expected


@pytest.mark.parametrize("value", ["1_900", "1;2", "[1]"])
def test_what_is_no_number_is_refused_in_every_numeric_column(value: str) -> None:
    for table in TABLES.values():
        for column in table.numeric:
            kind = {"kind": (table.kinds_with(column) or table.kinds)[0]} if table.kinds else {}
            _, wrong = parse_row(table, {**kind, column: value})
            assert "not_a_number" in [message.code for name, message in wrong if name == column]

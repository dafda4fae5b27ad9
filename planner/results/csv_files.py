"""Tables as CSV files: every number and text comes back as it was, and no text is run as a formula.

A spreadsheet takes text that begins with = + - @, a tab or a line's end for a formula. Such text is written
behind an apostrophe, which reading takes away again; numbers are never touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
"""How text begins that a spreadsheet runs, or that is behind apostrophes for that."""
NUMBER = re.compile(r"[+-](\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]inf")
EXACT = {} if pd.__version__ >= "3" else {"float_precision": "round_trip"}
"""How numbers are read to their last digit, which later versions do anyway."""


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV: shortest digits that give each number back, booleans as true and false."""
    shown = table.copy(deep=False)
    for name, column in table.items():
        if column.dtype.kind not in "iuf":
            shown[name] = column.map(_quoted, na_action="ignore").astype("object")
    return shown.to_csv(index=False, lineterminator="\n")


def write_csv(table: pd.DataFrame, file: Path) -> None:
    """Write a table as UTF-8 CSV, see ``csv_text``."""
    file.write_text(csv_text(table), encoding="utf-8", newline="")


def header_of(file: Path) -> list[str]:
    """The columns of a table that ``write_csv`` has written; errors as of ``read_csv``."""
    return [str(name) for name in pd.read_csv(file, nrows=0, encoding="utf-8")]


def read_csv(file: Path, types: Mapping[str, str] | None = None, blanks: Iterable[str] = ()) -> pd.DataFrame:
    """Read a table that ``write_csv`` has written; columns of numbers that are named may have blanks.

    ``types`` are those of the columns that are wanted; all are read, as text, if none are given.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not such a table.
    """
    read: dict[str, Any] = {"keep_default_na": False, "encoding": "utf-8", "dtype": types or "str", **EXACT}
    if types:
        read |= {"usecols": list(types), "na_values": {name: [""] for name in blanks}}
    table: pd.DataFrame = pd.read_csv(file, **read)
    texts = [name for name, kind in table.dtypes.items() if not pd.api.types.is_numeric_dtype(kind)]
    return table.assign(**{str(name): table[name].map(_bare) for name in texts if len(table)})


def _quoted(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    is_formula = isinstance(value, str) and FORMULA.match(value) and not NUMBER.fullmatch(value)
    return f"'{value}" if is_formula else value


def _bare(text: str) -> str:
    return text[1:] if text[:1] == "'" and FORMULA.match(text) else text

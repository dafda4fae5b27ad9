"""What a folder that the planner wrote holds, by its manifest; and reading the tables of studies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from planner.errors import InputError, Problem
from planner.report.run_json import RUN_JSON

KINDS = ("run", "comparison", "sweep", "next", "stress", "ladder", "sensitivity")
"""What folders hold."""
STUDY_JSON = "study.json"
"""The manifest of every study, which says what kind it is of."""
COMMANDS = {"comparison": "compare"}
"""Commands that are not called like what they write."""


def kind_of(folder: Path) -> str | None:
    """What a folder holds, one of ``KINDS``; None where it has no manifest of the planner's."""
    if (folder / RUN_JSON).is_file():
        return "run"
    try:
        kind = json.loads((folder / STUDY_JSON).read_text(encoding="utf-8"))["kind"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return kind if kind in KINDS else None


def command_of(kind: str) -> str:
    """The command that writes a kind of folder."""
    return f"planner {COMMANDS.get(kind, kind)}"


def require_run(folder: Path, remedies: Mapping[str, str]) -> None:
    """Refuse the folder of a study where that of a run is wanted, and say what to do with it.

    A folder that holds nothing known is let pass: who reads it says what is missing.

    Args:
        folder: the folder.
        remedies: what to do instead, by kind.

    Raises:
        InputError: the folder is that of a study.
    """
    kind = kind_of(folder)
    if kind not in (None, "run"):
        remedy = remedies.get(str(kind), "name a folder that planner run has written")
        rule = f"is what {command_of(str(kind))} writes, not the folder of a run"
        raise InputError([Problem(RUN_JSON, 0, "", str(folder), rule, remedy)])


def study_document(folder: Path, kind: str) -> dict[str, Any]:
    """What the manifest of a study says of it.

    Raises:
        InputError: it cannot be read.
    """
    name = STUDY_JSON
    try:
        document = json.loads((folder / name).read_text(encoding="utf-8"))
    except OSError as error:
        raise _broken(folder, name, f"cannot be read ({error.strerror})", kind) from error
    except (ValueError, RecursionError) as error:
        raise _broken(folder, name, f"is not JSON ({error})", kind) from error
    found = document.get(kind, document) if isinstance(document, dict) else None
    if not isinstance(found, dict) or "title" not in found:
        raise _broken(folder, name, "is not as it was written", kind)
    return found


def study_table(folder: Path, kind: str, name: str, columns: Mapping[str, str]) -> pd.DataFrame:
    """Columns of a table of a study, as it was written.

    Args:
        folder: the folder.
        kind: what it holds.
        name: the table, without ``.csv``.
        columns: type of each column, "str" or "float64"; a blank figure is not a number.

    Raises:
        InputError: the file is missing, or not as it was written.
    """
    file = f"{name}.csv"
    types: Any = dict(columns)
    blanks = {column: [""] for column, type_ in columns.items() if type_ == "float64"}
    try:
        table = pd.read_csv(
            folder / file,
            usecols=list(columns),
            dtype=types,
            keep_default_na=False,
            na_values=blanks,
            encoding="utf-8",
        )
    except OSError as error:
        raise _broken(folder, file, f"cannot be read ({error.strerror})", kind) from error
    except ValueError as error:
        raise _broken(folder, file, f"cannot be understood ({error})", kind) from error
    return table[list(columns)]


def _broken(folder: Path, file: str, rule: str, kind: str) -> InputError:
    remedy = f"make the folder anew with {command_of(kind)}"
    return InputError([Problem(file, 0, "", str(folder), rule, remedy)])

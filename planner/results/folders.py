"""What a folder that the planner wrote holds, by its manifest; and reading its manifest and tables back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from planner.errors import InputError, Problem
from planner.results.run_json import RUN_JSON

KINDS = ("run", "comparison", "sweep", "next", "stress", "ladder", "sensitivity")
"""What a folder may hold; its manifest has the same name."""
COMMANDS = {"comparison": "compare"}
"""Commands whose name differs from that of what they write."""


def kind_of(folder: Path) -> str | None:
    """What a folder holds, one of ``KINDS``; None where it has no manifest of the planner's."""
    return next((kind for kind in KINDS if (folder / f"{kind}.json").is_file()), None)


def command_of(kind: str) -> str:
    """The command that writes a kind of folder."""
    return f"planner {COMMANDS.get(kind, kind)}"


def require_run(folder: Path, remedies: Mapping[str, str]) -> None:
    """Refuse the folder of a study where that of a run is wanted; ``remedies`` say what to do, by kind.

    A folder without a manifest passes: whoever reads it says what is missing.

    Raises:
        InputError: the folder is that of a study.
    """
    kind = kind_of(folder)
    if kind not in (None, "run"):
        remedy = remedies.get(str(kind), "name a folder that planner run has written")
        rule = f"was written by {command_of(str(kind))}; it is not the folder of a run"
        raise InputError([Problem(RUN_JSON, 0, "", str(folder), rule, remedy)])


def broken(folder: Path, file: str, rule: str, kind: str = "run") -> InputError:
    """What is wrong with a file of a folder of a kind."""
    remedy = f"name a folder that {command_of(kind)} has written, or make it again"
    return InputError([Problem(file, 0, "", str(folder), rule, remedy)])


def read_manifest(folder: Path, kind: str = "run") -> dict[str, Any]:
    """The manifest of a folder.

    Raises:
        InputError: it cannot be read.
    """
    name = f"{kind}.json"
    try:
        document = json.loads((folder / name).read_text(encoding="utf-8"))
    except OSError as error:
        raise broken(folder, name, f"cannot be read ({error.strerror})", kind) from error
    except (ValueError, RecursionError) as error:
        raise broken(folder, name, f"is not JSON ({error})", kind) from error
    if not isinstance(document, dict):
        raise broken(folder, name, "is not as it was written", kind)
    return document


def study_document(folder: Path, kind: str) -> dict[str, Any]:
    """What the manifest of a study says of it.

    Raises:
        InputError: it cannot be read.
    """
    document = read_manifest(folder, kind)
    found = document.get(kind, document)
    if not isinstance(found, dict) or "title" not in found:
        raise broken(folder, f"{kind}.json", "is not as it was written", kind)
    return found


def study_table(folder: Path, kind: str, name: str, columns: Mapping[str, str]) -> pd.DataFrame:
    """Columns of a table of a study, with their types ("str" or "float64"); a blank figure is not a number.

    Raises:
        InputError: the file is missing, or not as it was written.
    """
    return read_table(
        folder, name, columns, [name for name, type_ in columns.items() if type_ == "float64"], kind
    )


def read_table(
    folder: Path, name: str, columns: Mapping[str, str], may_be_blank: Iterable[str], kind: str = "run"
) -> pd.DataFrame:
    """Columns of a table of a folder, with their types; as ``study_table``."""
    types: Any = dict(columns)
    file, blanks = f"{name}.csv", {column: [""] for column in may_be_blank}
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
        raise broken(folder, file, f"cannot be read ({error.strerror})", kind) from error
    except ValueError as error:
        raise broken(folder, file, f"cannot be understood ({error})", kind) from error
    return table[list(columns)]

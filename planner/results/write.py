"""Write a run folder, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from planner.errors import OutputError
from planner.results.contract import TABLES
from planner.results.geopackage import write_geopackage
from planner.results.place import staged
from planner.results.results import Results
from planner.results.run_json import GEOPACKAGE, RUN_JSON, SUMMARY, run_document
from planner.results.summary import summary_text
from planner.results.target import RUN, FolderKind, check_target


def write(
    results: Results,
    folder: str | Path,
    overwrite: bool = False,
    others: Mapping[str, Callable[[Path], None]] | None = None,
) -> Path:
    """Write the files of a run: the tables, ``run.json``, ``results.gpkg`` and ``summary.txt``.

    A process that is killed at any moment leaves either what was there before or the whole new folder
    (``planner.results.place`` says how). Missing parent folders are made.

    Args:
        results: what is written.
        folder: name of the folder.
        overwrite: whether a former run there may be replaced.
        others: more files by name, such as the report; each is written by its function, given its path, when
            the files above are there.

    Returns:
        The absolute path of the folder.

    Raises:
        OutputError: something is there that may not be replaced, or the place cannot be written to; what
            was there is untouched.
    """
    return write_folder(folder, overwrite, RUN, lambda staging: _write_files(results, staging, others or {}))


def write_folder(folder: str | Path, overwrite: bool, kind: FolderKind, fill: Callable[[Path], None]) -> Path:
    """Write a folder whole or not at all.

    Args:
        folder: name of the folder.
        overwrite: whether a former folder of this kind may be replaced.
        kind: what is written.
        fill: writes the files into the folder that it is given.

    Returns:
        The absolute path of the folder.

    Raises:
        OutputError: as ``write``.
    """
    target = check_target(folder, overwrite, kind)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with staged(target) as staging:
            fill(staging)
            check_target(target, overwrite, kind)  # again: the writing took its time
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"{target} cannot be written: {reason}; make room or name another --out") from error
    return target


def write_csv(table: pd.DataFrame, file: Path) -> None:
    """Write a table as UTF-8 CSV: shortest digits that give each number back, booleans as true and false."""
    written = table.copy(deep=False)
    for name in table.select_dtypes("bool"):
        written[name] = np.where(table[name], "true", "false")
    written.to_csv(file, index=False, lineterminator="\n", encoding="utf-8")


def _write_files(results: Results, folder: Path, others: Mapping[str, Callable[[Path], None]]) -> None:
    for name in TABLES:
        write_csv(getattr(results, name), folder / f"{name}.csv")
    write_geopackage(results, folder / GEOPACKAGE)
    (folder / SUMMARY).write_text(summary_text(results), encoding="utf-8", newline="\n")
    document = json.dumps(run_document(results, others), indent=2, ensure_ascii=False, allow_nan=False)
    (folder / RUN_JSON).write_text(document + "\n", encoding="utf-8", newline="\n")
    for name, make in others.items():
        make(folder / name)

"""Write a run folder, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from planner.results.contract import TABLES
from planner.results.geopackage import write_geopackage
from planner.results.results import Results
from planner.results.run_json import GEOPACKAGE, RUN_JSON, SUMMARY, run_document
from planner.results.summary import summary_text
from planner.results.target import RUN, write_folder

__all__ = ["write", "write_csv", "write_folder"]


def write(
    results: Results,
    folder: str | Path,
    overwrite: bool = False,
    others: Mapping[str, Callable[[Path], None]] | None = None,
) -> Path:
    """Write the files of a run: the tables, ``run.json``, ``results.gpkg`` and ``summary.txt``.

    A process that is killed at any moment leaves either what was there before or the whole new folder
    (``planner.results.whole_file`` says how). Missing parent folders are made.

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
    more = others or {}

    def fill(staging: Path) -> None:
        for name in TABLES:
            write_csv(getattr(results, name), staging / f"{name}.csv")
        write_geopackage(results, staging / GEOPACKAGE)
        document = json.dumps(run_document(results, more), indent=2, ensure_ascii=False, allow_nan=False)
        for name, text in ((SUMMARY, summary_text(results)), (RUN_JSON, document + "\n")):
            (staging / name).write_text(text, encoding="utf-8", newline="\n")
        for name, make in more.items():
            make(staging / name)

    return write_folder(folder, overwrite, RUN, fill)


def write_csv(table: pd.DataFrame, file: Path) -> None:
    """Write a table as UTF-8 CSV: shortest digits that give each number back, booleans as true and false."""
    flags = {name: np.where(table[name], "true", "false") for name in map(str, table.select_dtypes("bool"))}
    table.assign(**flags).to_csv(file, index=False, lineterminator="\n", encoding="utf-8")

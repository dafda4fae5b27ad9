"""Write the folder of a study that took many plans: its tables as CSV, a summary, and a manifest."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import RenderableType

from planner.report.plain_text import plain
from planner.report.run_json import REPORT, SUMMARY, json_types, versions
from planner.report.target import FolderKind
from planner.report.write import write_csv, write_folder


@dataclass(frozen=True)
class StudyKind:
    """A kind of study.

    Attributes:
        name: what it is called: ``sweep`` is written to ``CASE_sweep`` with the manifest ``sweep.json``.
        tables: names of its tables, each one CSV file.
        others: files that it writes besides.
    """

    name: str
    tables: tuple[str, ...]
    others: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The files of its folder."""
        return (*(f"{name}.csv" for name in self.tables), *self.others, SUMMARY, self.manifest)

    @property
    def manifest(self) -> str:
        """The file that says how the study came about."""
        return f"{self.name}.json"

    @property
    def folder(self) -> FolderKind:
        """How such a folder is known again, so that it may be replaced; a report may stand in it too."""
        return FolderKind(self.name, self.manifest, self.name, (*self.files, REPORT))


@dataclass(frozen=True)
class Study:
    """What a study has found, ready to be shown and written.

    Attributes:
        kind: its kind.
        tables: the tables by name, as ``kind.tables`` has them.
        summary: what the terminal shows, and ``summary.txt``.
        document: what the manifest says of it: title, certificates, inputs (any types that have JSON).
        others: writes each of ``kind.others``, given its path.
    """

    kind: StudyKind
    tables: Mapping[str, pd.DataFrame]
    summary: RenderableType
    document: Mapping[str, Any]
    others: Mapping[str, Callable[[Path], None]] = field(default_factory=dict)


def write_study(
    study: Study,
    folder: str | Path,
    overwrite: bool = False,
    others: Mapping[str, Callable[[Path], None]] | None = None,
) -> Path:
    """Write a study's folder, whole or not at all.

    Args:
        study: what is written.
        folder: name of the folder.
        overwrite: whether a former study of the same kind there may be replaced.
        others: more files by name, as the report; each is written by its function, given its path.

    Returns:
        The absolute path of the folder.

    Raises:
        OutputError: something stands there that may not be replaced, or the place cannot be written to.
    """
    more = others or {}
    return write_folder(folder, overwrite, study.kind.folder, lambda staging: _fill(study, staging, more))


def _fill(study: Study, folder: Path, more: Mapping[str, Callable[[Path], None]]) -> None:
    for name in study.kind.tables:
        write_csv(study.tables[name], folder / f"{name}.csv")
    for name in study.kind.others:
        study.others[name](folder / name)
    (folder / SUMMARY).write_text(plain(study.summary), encoding="utf-8", newline="\n")
    document = {
        study.kind.name: json_types(study.document),
        "versions": versions(),
        "files": [*study.kind.files, *more],
    }
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    (folder / study.kind.manifest).write_text(text + "\n", encoding="utf-8", newline="\n")
    for name, make in more.items():
        make(folder / name)

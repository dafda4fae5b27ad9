"""Write the folder of a comparison, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from planner.report.comparison import TABLES, Comparison
from planner.report.comparison_text import comparison_text
from planner.report.run_json import REPORT, SUMMARY, json_types, versions
from planner.report.target import FolderKind
from planner.report.workbook import write_workbook
from planner.report.write import write_csv, write_folder

MANIFEST = "comparison.json"
WORKBOOK = "comparison.xlsx"
FILES = ("plans.csv", *(f"{name}.csv" for name in TABLES), WORKBOOK, SUMMARY, MANIFEST)
COMPARISON = FolderKind("comparison", MANIFEST, "plans", (*FILES, REPORT))


def write_comparison(
    compared: Comparison,
    folder: str | Path,
    overwrite: bool = False,
    others: Mapping[str, Callable[[Path], None]] | None = None,
) -> Path:
    """Write the tables as CSV, ``comparison.xlsx``, ``summary.txt`` and ``comparison.json``.

    Args:
        compared: what is written.
        folder: name of the folder.
        overwrite: whether a former comparison there may be replaced.
        others: more files by name, as the report; each is written by its function, given its path.

    Returns:
        The absolute path of the folder.

    Raises:
        OutputError: something stands there that may not be replaced, or the place cannot be written to.
    """
    return write_folder(folder, overwrite, COMPARISON, lambda staging: _fill(compared, staging, others or {}))


def comparison_document(compared: Comparison, others: Iterable[str] = ()) -> dict[str, Any]:
    """What ``comparison.json`` says: each plan with its certificate, scenarios, inputs and warnings.

    ``others`` are files of the folder besides ``FILES``.
    """
    proofs = compared.plans.to_dict("records")
    plans = [
        {
            **json_types(proof),
            **json_types({name: one.run.get(name) for name in ("scenarios", "inputs", "seconds", "counts")}),
            "warnings": [str(warning) for warning in one.warnings],
        }
        for proof, one in zip(proofs, compared.results.values(), strict=True)
    ]
    return {
        "title": compared.title,
        "currency": compared.currency,
        "reference": compared.scenarios[0],
        "plans": plans,
        "versions": versions(),
        "files": [*FILES, *others],
    }


def _fill(compared: Comparison, folder: Path, others: Mapping[str, Callable[[Path], None]]) -> None:
    for name in ("plans", *TABLES):
        write_csv(getattr(compared, name), folder / f"{name}.csv")
    write_workbook(compared, folder / WORKBOOK)
    (folder / SUMMARY).write_text(comparison_text(compared), encoding="utf-8", newline="\n")
    document = json.dumps(
        comparison_document(compared, others), indent=2, ensure_ascii=False, allow_nan=False
    )
    (folder / MANIFEST).write_text(document + "\n", encoding="utf-8", newline="\n")
    for name, make in others.items():
        make(folder / name)

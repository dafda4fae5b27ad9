"""Write a run folder, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from planner.results.contract import TABLES
from planner.results.csv_files import write_csv
from planner.results.geopackage import write_geopackage
from planner.results.results import Results
from planner.results.run_json import GEOPACKAGE, RUN_JSON, SUMMARY, json_text, run_document
from planner.results.summary import summary_text
from planner.results.target import RUN, write_folder


def write(
    results: Results,
    folder: str | Path,
    overwrite: bool = False,
    others: Mapping[str, Callable[[Path], None]] | None = None,
) -> Path:
    """Write the files of a run: the tables, ``run.json``, ``results.gpkg`` and ``summary.txt``.

    A process that is killed at any moment leaves either what was there before or the whole new folder
    (``planner.results.whole_file`` says how). Missing parent folders are made. With ``overwrite`` a former
    run may be replaced. ``others`` are more files by name, such as the report: each is written by its
    function, given its path, when the files above are there.

    Returns:
        The absolute path of the folder.

    Raises:
        OutputError: something is there that may not be replaced, or the place cannot be written to; what
            was there is untouched.
    """

    def fill(staging: Path) -> None:
        write_run(results, staging, others or {})
        for name, make in (others or {}).items():
            make(staging / name)

    return write_folder(folder, overwrite, RUN, fill)


def write_run(results: Results, folder: Path, others: Iterable[str] = ()) -> None:
    """Write the files of a run into a folder that is there; ``others`` are those that will be beside them."""
    write_tables(results, folder, others)
    (folder / SUMMARY).write_text(summary_text(results), encoding="utf-8", newline="\n")


def write_tables(results: Results, folder: Path, others: Iterable[str] = (), outlines: bool = True) -> None:
    """Write what ``read_results`` reads: the tables, ``run.json`` and, with outlines, ``results.gpkg``."""
    for name in TABLES:
        write_csv(getattr(results, name), folder / f"{name}.csv")
    if outlines:
        write_geopackage(results, folder / GEOPACKAGE)
    document = json_text(run_document(results, others))
    (folder / RUN_JSON).write_text(document, encoding="utf-8", newline="\n")

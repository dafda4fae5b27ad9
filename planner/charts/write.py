"""Write a folder of figures, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from planner.charts.render import FORMATS, rendered
from planner.charts.sources import CAPACITY_NAMES, NAMES, STUDY_NAMES, Source, chosen, of_results
from planner.errors import InputError, Problem
from planner.results.results import Results
from planner.results.run_json import versions
from planner.results.target import FolderKind, write_folder

MANIFEST = "figures.json"
ALL = (*NAMES, *STUDY_NAMES, *CAPACITY_NAMES)
FILES = (*(f"{name}.{kind}" for name in ALL for kind in FORMATS), MANIFEST)
FIGURES = FolderKind("set of figures", MANIFEST, "figures", FILES)
LEAST_DPI, MOST_DPI = 36.0, 1200.0


def write_figures(
    results: Results | Source,
    folder: str | Path,
    kind: str = "png",
    only: Sequence[str] = (),
    dpi: float = 300.0,
    overwrite: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Path:
    """Draw the maps and charts of a plan or a study, one file each, and ``figures.json``, which lists them.

    Args:
        results: the plan, as ``plan`` or ``read_results`` gives it; or what
            ``planner.charts.folders.of_folder`` finds in the folder of a study.
        folder: name of the folder.
        kind: "png", "svg" or "pdf".
        only: names of figures; all if none is given.
        dpi: pixels per inch of PNG; figures are 180 mm wide.
        overwrite: whether a former set of figures there may be replaced.
        progress: told of every figure.

    Returns:
        The absolute path of the folder.

    Raises:
        InputError: there is no such figure or format.
        OutputError: something stands there that may not be replaced, or the place cannot be written to.
    """
    checked(kind, only, dpi)
    source = of_results(results) if isinstance(results, Results) else results
    names = chosen(source, only)

    def fill(staging: Path) -> None:
        for name in names:
            progress(f"draw {name}")
            (staging / f"{name}.{kind}").write_bytes(rendered(source.spec(name), kind, dpi))
        document = {
            "figures": list(names),
            "title": source.title,
            "status": source.status,
            "inputs": dict(source.inputs),
            "versions": versions(),
            "files": [*(f"{name}.{kind}" for name in names), MANIFEST],
        }
        text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
        (staging / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")

    return write_folder(folder, overwrite, FIGURES, fill)


def checked(kind: str, only: Sequence[str] = (), dpi: float = 300.0) -> None:
    """Check a wish before anything is read.

    Raises:
        InputError: there is no such figure or format, or the resolution is out of bounds.
    """
    if kind not in FORMATS:
        raise InputError([Problem("--format", 0, "", kind, "is not a format", f"name {', '.join(FORMATS)}")])
    if not LEAST_DPI <= dpi <= MOST_DPI:
        rule = f"is not between {LEAST_DPI:g} and {MOST_DPI:g} pixels per inch"
        raise InputError([Problem("--dpi", 0, "", f"{dpi:g}", rule, "print takes 300, a screen 96 to 150")])
    strangers = [name for name in only if name not in ALL]
    if strangers:
        remedy = f"name one or several of {', '.join(ALL)}"
        raise InputError([Problem("--only", 0, "", name, "is not a figure", remedy) for name in strangers])

"""Write a folder of figures, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from planner.errors import InputError, Problem
from planner.figures.catalogue import NAMES, chosen, draw
from planner.figures.render import FORMATS, rendered
from planner.report.results import Results
from planner.report.run_json import versions
from planner.report.target import FolderKind
from planner.report.write import write_folder

MANIFEST = "figures.json"
FILES = (*(f"{name}.{kind}" for name in NAMES for kind in FORMATS), MANIFEST)
FIGURES = FolderKind("set of figures", MANIFEST, "figures", FILES)
LEAST_DPI, MOST_DPI = 36.0, 1200.0


def write_figures(
    results: Results,
    folder: str | Path,
    kind: str = "png",
    only: Sequence[str] = (),
    dpi: float = 300.0,
    overwrite: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Path:
    """Draw the maps and charts of a plan, one file each, and ``figures.json``, which lists them.

    Args:
        results: the plan, as ``plan`` or ``read_results`` gives it.
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
    names = checked(kind, only, dpi)

    def fill(staging: Path) -> None:
        for name, figure in draw(results, names):
            progress(f"draw {name}")
            (staging / f"{name}.{kind}").write_bytes(rendered(figure, kind, dpi))
        document = {
            "figures": list(names),
            "title": results.title,
            "status": str(results.status),
            "inputs": results.run.get("inputs", {}),
            "versions": versions(),
            "files": [*(f"{name}.{kind}" for name in names), MANIFEST],
        }
        text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
        (staging / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")

    return write_folder(folder, overwrite, FIGURES, fill)


def checked(kind: str, only: Sequence[str] = (), dpi: float = 300.0) -> tuple[str, ...]:
    """The names of the figures that are wanted, once the rest of the wish is found to be sound.

    Raises:
        InputError: there is no such figure or format, or the resolution is out of bounds.
    """
    if kind not in FORMATS:
        raise InputError([Problem("--format", 0, "", kind, "is not a format", f"name {', '.join(FORMATS)}")])
    if not LEAST_DPI <= dpi <= MOST_DPI:
        rule = f"is not between {LEAST_DPI:g} and {MOST_DPI:g} pixels per inch"
        raise InputError([Problem("--dpi", 0, "", f"{dpi:g}", rule, "print takes 300, a screen 96 to 150")])
    return chosen(only)

"""The tiny case with other files beside its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import planner
from planner.case import Case

TINY = Path(__file__).parents[2] / "inputs" / "tiny"


def tiny_with(place: Path, changes: dict[str, object], **tables: str) -> Case:
    """A copy of it in a folder, with tables of these texts, read with changes."""
    folder = place / "tiny"
    shutil.copytree(TINY, folder, dirs_exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return planner.read_case(folder, changes=changes)

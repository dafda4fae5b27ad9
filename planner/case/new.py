"""Writing a small commented case to start from; every figure in it is an assumption."""

from __future__ import annotations

import os
import shutil
from importlib.resources import files
from pathlib import Path

from planner.case.areas import AREA_FILES
from planner.case.files import CASE_FILE, reason
from planner.case.workbook import WORKBOOK, workbook_of
from planner.errors import OutputError
from planner.schema.documents import reference

README = "README.md"


def example() -> dict[str, str]:
    """Name and text of every file of the example; its README goes on with all columns, as declared."""
    folder = files("planner.case") / "example"
    found = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}
    found[README] += reference()
    return dict(sorted(found.items(), key=lambda item: (item[0] != CASE_FILE, item[0])))


def write_new_case(folder: str | Path, workbook: bool = False) -> list[Path]:
    """Writes the case into a folder that does not exist yet or is empty, whole or not at all.

    Settings and tables may be written as one ``workbook``. Returns the files that were written.

    Raises:
        OutputError: the folder holds something already, or cannot be written.
    """
    folder, texts = Path(folder), example()
    contents = {name: text.encode() for name, text in texts.items()}
    if workbook:
        beside_it = {name: contents[name] for name in contents if name in (README, *AREA_FILES)}
        contents = {WORKBOOK: workbook_of(texts), **beside_it}
    beside = folder.with_name(f".planner-new-{os.getpid()}")
    try:
        there = folder.exists() or folder.is_symlink()
        if there and (not folder.is_dir() or any(folder.iterdir())):
            raise OutputError(f"{folder} already exists and is not an empty folder; name a new folder")
        beside.mkdir(parents=True)
        for name, content in contents.items():
            (beside / name).write_bytes(content)
        if there:
            folder.rmdir()
        beside.rename(folder)
    except (OSError, ValueError) as error:
        shutil.rmtree(beside, ignore_errors=True)
        raise OutputError(f"{folder} cannot be written ({reason(error)}); choose another place") from error
    return [folder / name for name in contents]

"""Writing a small commented case to start from; every figure in it is an assumption."""

from __future__ import annotations

import os
import shutil
import tempfile
from importlib.resources import files
from pathlib import Path

from planner.case.files import CASE_FILE, reason
from planner.errors import OutputError
from planner.schema.documents import reference

README = "README.md"


def example() -> dict[str, str]:
    """Name and text of every file of the example; its README goes on with all columns, as declared."""
    found = {
        file.name: file.read_text(encoding="utf-8") for file in (files("planner.case") / "example").iterdir()
    }
    found[README] += reference()
    return dict(sorted(found.items(), key=lambda item: (item[0] != CASE_FILE, item[0])))


def write_new_case(folder: str | Path) -> list[Path]:
    """Writes the case into a folder that does not exist yet or is empty, whole or not at all.

    Returns:
        The files that were written.

    Raises:
        OutputError: the folder holds something already, or cannot be written.
    """
    folder, texts = Path(folder), example()
    try:
        there = folder.exists() or folder.is_symlink()
        if there and (not folder.is_dir() or any(folder.iterdir())):
            raise OutputError(f"{folder} exists already and is not an empty folder; name a new folder")
        folder.parent.mkdir(parents=True, exist_ok=True)
        _write(folder, texts)
    except (OSError, ValueError) as error:
        raise OutputError(f"{folder} cannot be written ({reason(error)}); choose another place") from error
    return [folder / name for name in texts]


def _write(folder: Path, texts: dict[str, str]) -> None:
    """Fills a folder beside the place and moves it there in one step."""
    beside = Path(tempfile.mkdtemp(prefix=".planner-new-", dir=folder.parent))
    try:
        for name, text in texts.items():
            (beside / name).write_text(text, encoding="utf-8", newline="\n")
        beside.chmod(0o777 & ~_umask())
        if folder.exists():
            folder.rmdir()
        beside.rename(folder)
    except OSError:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

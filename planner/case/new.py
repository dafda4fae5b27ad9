"""Writing a small commented case to start from."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from planner.case.files import reason
from planner.case.tables import TABLES, TableSpec
from planner.case.template import EXPLAINED, FILES, PURPOSES, README_HEAD
from planner.errors import OutputError

README = "README.md"
COMPANIONS = ("_low", "_high")


def write_new_case(folder: str | Path) -> list[Path]:
    """Writes the case into a folder that does not exist yet or is empty, whole or not at all.

    Returns:
        The files that were written.

    Raises:
        OutputError: the folder holds something already, or cannot be written.
    """
    folder = Path(folder)
    try:
        there = folder.exists() or folder.is_symlink()
        if there and (not folder.is_dir() or any(folder.iterdir())):
            raise OutputError(f"{folder} exists already and is not an empty folder; name a new folder")
        folder.parent.mkdir(parents=True, exist_ok=True)
        _write(folder)
    except (OSError, ValueError) as error:
        raise OutputError(f"{folder} cannot be written ({reason(error)}); choose another place") from error
    return [folder / name for name in (*FILES, README)]


def _write(folder: Path) -> None:
    """Fills a folder beside the place and moves it there in one step."""
    beside = Path(tempfile.mkdtemp(prefix=".planner-new-", dir=folder.parent))
    try:
        for name, text in (*FILES.items(), (README, readme())):
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


def readme() -> str:
    """The README of a new case: what every file is for, and every column with its unit and domain."""
    parts = [README_HEAD, _section("case.toml", [])]
    parts += [_section(name, _columns(name)) for name in (*FILES, *EXPLAINED) if name != "case.toml"]
    return "\n".join(parts)


def _section(name: str, columns: list[str]) -> str:
    return "\n".join([f"## {name}", "", PURPOSES[name], *(["", *columns] if columns else []), ""])


def _columns(file: str) -> list[str]:
    spec = next(spec for spec in TABLES.values() if spec.file == file)
    return [
        f"- `{name}`{'*' if name in spec.required else ''}: {field.description}{_condition(spec, name)}"
        for name, field in spec.fields.items()
        if not (name.endswith(COMPANIONS) and name.removesuffix("_low").removesuffix("_high") in spec.fields)
    ]


def _condition(spec: TableSpec, column: str) -> str:
    kinds = spec.kinds_with(column)
    return f" (filled for {' and '.join(kinds)}, else blank)" if kinds else ""

"""Where results may be written: a free name, or the folder of a former run when that is asked for."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from planner.case.folder import case_folder
from planner.errors import OutputError, is_text
from planner.results.run_json import FILES, REPORT, RUN_JSON
from planner.results.whole_file import check_file, recover, staged

MODEL_FORMATS = (".mps", ".lp")
_SIDE_FILES = ("-wal", "-shm", "-journal")
"""Endings of the files that SQLite, and so QGIS, keeps beside an open results.gpkg."""


@dataclass(frozen=True)
class FolderKind:
    """A kind of folder that the planner writes whole.

    Attributes:
        name: what it holds, in messages.
        manifest: the file that lists the folder's files under ``files``.
        mark: what the manifest of this kind says under ``kind``; a key that it has, where it has no ``kind``.
        files: files that it may always hold.
    """

    name: str
    manifest: str
    mark: str
    files: tuple[str, ...]


RUN = FolderKind("run", RUN_JSON, "certificate", (*FILES, REPORT))


def check_target(folder: str | Path, overwrite: bool = False, kind: FolderKind = RUN) -> Path:
    """Check, before the long work, that results may be written to a folder.

    Only a folder of the same kind (a former run), and nothing but its files, may be replaced: no file of the
    user's own is ever removed. A former run that was moved aside by a killed run is put back first.

    Returns:
        The absolute path, symbolic links followed.

    Raises:
        OutputError: something is there that may not be replaced, or the place cannot be written to.
    """
    try:
        target = Path(folder).expanduser().resolve()
        recover(target)
        taken = os.path.lexists(target)
    except (OSError, RuntimeError, ValueError) as error:
        raise OutputError(f"{str(folder)!r} cannot be used: {error}; name another --out") from error
    if not is_text(str(target)):
        raise OutputError(f"{str(target)!r} is not UTF-8; rename that folder, or name another --out")
    if taken and (why := _not_replaceable(target, overwrite, kind)):
        raise OutputError(f"{target} {why}")
    if not target.name:
        raise OutputError(f"{target} is the root of the file system; name a folder with --out")
    parent = next(folder for folder in target.parents if os.path.lexists(folder))
    if not parent.is_dir():
        raise OutputError(f"{target} cannot be made: {parent} is a file; name another --out")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise OutputError(f"{target} cannot be made: no right to write in {parent}; name another --out")
    return target


def write_folder(folder: str | Path, overwrite: bool, kind: FolderKind, fill: Callable[[Path], None]) -> Path:
    """Write a folder whole or not at all, by what ``fill`` writes into the folder that it is given.

    Returns:
        The absolute path of the folder; missing parent folders are made.

    Raises:
        OutputError: something is there that may not be replaced, or the place cannot be written to; what
            was there is untouched.
    """
    target = check_target(folder, overwrite, kind)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with staged(target) as staging:
            fill(staging)
            check_target(target, overwrite, kind)  # again: the writing took its time
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"{target} cannot be written: {reason}; make room or name another --out") from error
    return target


def default_folder(case: Path, study: str = "") -> Path:
    """Where the results of a case, or of a study of it, are written by default."""
    name = case_folder(case).resolve().name or "case"
    return Path("results") / (f"{name}_{study}" if study else name)


def check_model_files(files: Sequence[Path], target: Path, overwrite: bool = False) -> None:
    """Check, before the long work, that the linear program may be written to files outside the results.

    Raises:
        OutputError: an unknown format, a file that may not be replaced, or a place inside the results.
    """
    for file in files:
        if file.suffix not in MODEL_FORMATS:
            raise OutputError(f"{file}: a model file must end in .mps or .lp; choose one of them")
        check_file(file, overwrite)
        if file.resolve().is_relative_to(target):
            where = "lies in the folder of results, which is written whole"
            raise OutputError(f"{file} {where}; name another place")


def _not_replaceable(target: Path, overwrite: bool, kind: FolderKind) -> str:
    """Why what is there may not be replaced, and what to do; empty if it may be."""
    if not target.is_dir():
        return "is a file; name a folder with --out"
    if not overwrite:
        return f"exists; name another --out, or replace a former {kind.name} with --overwrite"
    try:
        known = _files_of(target, kind) if any(target.iterdir()) else set()
        present = set(_names(target, known))
    except OSError as error:
        return f"cannot be read: {error.strerror}; name another --out"
    foreign = sorted(present - known)
    if foreign and kind.manifest not in known:
        return f"is not the folder of a former {kind.name} and is never replaced; name another --out"
    some = ", ".join(repr(name) for name in foreign[:3]) + (" and more" if foreign[3:] else "")
    return f"holds {some}, which no {kind.name} wrote; move it away or name another --out" if some else ""


def _names(folder: Path, known: set[str], before: str = "") -> Iterator[str]:
    """The names in a folder, and by their paths those in its folders that files are known of."""
    for entry in folder.iterdir():
        name = before + entry.name
        if entry.is_dir() and any(one.startswith(f"{name}/") for one in known):
            yield from _names(entry, known, f"{name}/")
        else:
            yield name


def _files_of(target: Path, kind: FolderKind) -> set[str]:
    """Names that a folder of a kind may hold, by its own list; none if it is not of that kind."""
    try:
        run = json.loads((target / kind.manifest).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return set()
    known = isinstance(run, dict) and isinstance(run.get("files"), list)
    if not known or (run["kind"] != kind.mark if "kind" in run else kind.mark not in run):
        return set()
    names = {str(name) for name in run["files"]} | set(kind.files)
    reports = {name.removesuffix(RUN_JSON) + REPORT for name in names if name.endswith(f"/{RUN_JSON}")}
    maps = {name + ending for name in names if name.endswith(".gpkg") for ending in _SIDE_FILES}
    return names | reports | maps

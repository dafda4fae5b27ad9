"""Finished tasks, each in a file of its own, so that a run that was interrupted or killed can go on.

A store is a folder beside the folder of results: ``store.json`` says what it was made from,
``task_NAME.json`` is one finished task, written whole or not at all. It only serves the same tasks of the
same software on the same inputs; with any other it is refused. Failures are not kept: the next run tries
them again.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.analysis.digest import digest
from planner.analysis.exact_json import decode, encode
from planner.analysis.identity import difference, identity
from planner.errors import OutputError
from planner.report.whole_file import write_whole

MANIFEST = "store.json"
MARK = "planner store"
ENDING = ".part"
READABLE = ("draws.csv", "failures.csv")
"""Tables that a study may leave in its store when it is interrupted: what is done so far."""

_NOT_PLAIN = re.compile("[^A-Za-z0-9_.-]+")
_FILE = re.compile(r"task_.*\.json|\.planner-file-[0-9a-f]+")


def store_of(results: Path) -> Path:
    """The store beside a folder of results: ``results/pacific_sensitivity.part``."""
    return results.with_name(results.name + ENDING)


def check_store(folder: Path, resume: bool, overwrite: bool = False) -> None:
    """Check, before the long work, that a store may be begun or gone on with.

    Args:
        folder: the store's folder.
        resume: whether what it holds is wanted.
        overwrite: whether a store that is there may be thrown away.

    Raises:
        OutputError: something stands there that is no store, or a store that is not to be resumed.
    """
    if _is_free(folder):
        return
    _manifest(folder)
    if resume:
        return
    if overwrite:
        remove_store(folder)
        return
    raise OutputError(_in_the_way(folder))


def remove_store(folder: Path) -> None:
    """Remove a store, and nothing that no store holds.

    Raises:
        OutputError: the folder holds other files, or cannot be removed.
    """
    if not _is_free(folder):
        _manifest(folder)
    elif not folder.exists():
        return
    try:
        foreign = sorted(file.name for file in folder.iterdir() if not _own(file.name))
        if foreign:
            raise OutputError(f"{folder} holds {foreign[0]!r}, which no run wrote; move that away")
        shutil.rmtree(folder)
    except OSError as error:
        raise OutputError(f"{folder} cannot be removed: {error.strerror}; remove it by hand") from error


def made_from(work: Callable[..., Any], shared: object) -> dict[str, Any]:
    """What a store is made from: the work, a digest of what its tasks share, and the software."""
    return {
        "work": f"{work.__module__}.{work.__qualname__}",
        "shared": digest(shared),
        "software": identity(),
    }


@dataclass(frozen=True)
class Store:
    """A store that is open for the tasks of one run.

    Attributes:
        folder: where it is; made with the first task that is kept.
        made: what it is made from.
        tasks: digest of each task, by name.
    """

    folder: Path
    made: Mapping[str, Any]
    tasks: Mapping[str, str]

    def read(self) -> dict[str, Any]:
        """The results of the tasks that are finished; a file that cannot be read counts as not there.

        Raises:
            OutputError: a file is of another task of the same name.
        """
        found = {}
        for name in self.tasks:
            file = self.folder / _file(name)
            try:
                kept = json.loads(file.read_text(encoding="utf-8"))
                result = decode(kept["result"])
                stale = kept["task"] != name or kept["made_from"] != self.tasks[name]
            except (OSError, ValueError, KeyError, TypeError, AttributeError, ImportError):
                continue
            if stale:
                raise OutputError(_stale(self.folder, f"{name} has other figures there"))
            found[name] = result
        return found

    def keep(self, name: str, result: Any) -> None:
        """Write the result of a task, whole or not at all.

        Raises:
            OutputError: it cannot be written.
        """
        if not (self.folder / MANIFEST).exists():
            self._begin()
        kept = {"task": name, "made_from": self.tasks[name], "result": encode(result)}
        text = json.dumps(kept, ensure_ascii=False, allow_nan=False)
        write_whole(self.folder / _file(name), text + "\n", overwrite=True)

    def _begin(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or str(error)
            raise OutputError(f"{self.folder} cannot be made: {reason}; choose another --out") from error
        text = json.dumps({MARK: dict(self.made), "tasks": list(self.tasks)}, indent=2, ensure_ascii=False)
        write_whole(self.folder / MANIFEST, text + "\n")


def open_store(folder: Path, made: Mapping[str, Any], tasks: Mapping[str, Any], resume: bool) -> Store:
    """Begin a store, or go on with one that is there.

    Args:
        folder: its folder.
        made: what ``made_from`` says.
        tasks: the tasks by name.
        resume: whether to go on with a store that is there.

    Raises:
        OutputError: a store is there and is not to be resumed, was made from something else, or the folder
            is no store.
    """
    store = Store(folder, made, {name: digest(task) for name, task in tasks.items()})
    if not _is_free(folder):
        if not resume:
            raise OutputError(_in_the_way(folder))
        _check_same(folder, _manifest(folder), made)
    return store


def _check_same(folder: Path, was: Mapping[str, Any], made: Mapping[str, Any]) -> None:
    software = difference(made["software"], was.get("software", {}))
    if software:
        raise OutputError(_stale(folder, f"it was made with {software}"))
    if was.get("work") != made["work"]:
        raise OutputError(_stale(folder, "it is of another study"))
    if was.get("shared") != made["shared"]:
        raise OutputError(_stale(folder, "the case or the options were others"))


def _manifest(folder: Path) -> Mapping[str, Any]:
    """What a store was made from.

    Raises:
        OutputError: the folder is no store.
    """
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))[MARK]
        if isinstance(found, dict) and isinstance(found.get("software"), dict):
            return found
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise OutputError(f"{folder} is not what a run left: it is never touched; name another --out")


def _is_free(folder: Path) -> bool:
    """Whether nothing stands there, or a run was killed before it had begun its store."""
    try:
        return not os.path.lexists(folder) or all(file.name.startswith(".") for file in folder.iterdir())
    except OSError as error:
        raise OutputError(f"{folder} cannot be read: {error.strerror}; name another --out") from error


def _in_the_way(folder: Path) -> str:
    done = sum(1 for file in folder.glob("task_*.json"))
    return (
        f"{folder} holds {done} finished tasks of a run that did not end (or has not yet); go on with it "
        "with --resume, or begin anew with --overwrite"
    )


def _stale(folder: Path, why: str) -> str:
    return f"{folder} cannot be resumed: {why}; begin anew with --overwrite, or name another --out"


def _file(name: str) -> str:
    """The file of a task: its name as far as that can be a file's, and a digest that makes it unique."""
    return f"task_{_NOT_PLAIN.sub('_', name)[:60]}_{digest(name)[:8]}.json"


def _own(name: str) -> bool:
    return name == MANIFEST or name in READABLE or bool(_FILE.fullmatch(name))

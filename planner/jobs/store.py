"""Finished tasks, each in a folder of its own, so that a run that was interrupted or killed can go on.

A store is a folder beside the folder of results. ``store.json`` says which software it was made with. Each
finished task is a folder ``task_NAME``, written whole or not at all: the files of its result as a ``Form``
writes them (tables as CSV, the rest as JSON), and ``task.json`` with a digest of what it was made from and
of every file. Nothing that stands in a store decides which code is run. Failures are not kept: the next run
tries them again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from planner.errors import OutputError
from planner.jobs.digest import digest
from planner.jobs.software import difference, identity
from planner.results.whole_file import write_whole

MANIFEST, TASK = "store.json", "task.json"
MARK = "planner store"
ENDING = ".part"
HIDDEN = ".planner-task-"
READABLE = ("variants.csv", "draws.csv", "failures.csv")
"""Tables that a study may leave in its store when it is interrupted: what is done so far."""

_NOT_PLAIN = re.compile("[^A-Za-z0-9_.-]+")
_OWN = re.compile(r"task_.*|\.planner-(file|task)-[0-9a-f]+")


class Form(Protocol):
    """How the results of tasks are written as files, and read back."""

    def write(self, result: Any, folder: Path) -> None:
        """Write the files of a result into an empty folder."""

    def read(self, folder: Path) -> Any:
        """The result that was written, to the last digit; any error means that it counts as not there."""


def store_of(results: Path) -> Path:
    """The store beside a folder of results: ``results/pacific_sweep.part``."""
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
    _software(folder)
    if resume:
        return
    if not overwrite:
        raise OutputError(_in_the_way(folder))
    remove_store(folder)


def remove_store(folder: Path) -> None:
    """Remove a store, and nothing that no store holds.

    Raises:
        OutputError: the folder holds other files, or cannot be removed.
    """
    if not _is_free(folder):
        _software(folder)
    elif not folder.exists():
        return
    try:
        foreign = sorted(file.name for file in folder.iterdir() if not _own(file.name))
        if foreign:
            raise OutputError(f"{folder} holds {foreign[0]!r}, which no run wrote; move that away")
        shutil.rmtree(folder)
    except OSError as error:
        raise OutputError(f"{folder} cannot be removed: {error.strerror}; remove it by hand") from error


@dataclass(frozen=True)
class Store:
    """A store that is open for the tasks of one run.

    Attributes:
        folder: where it is; made with the first task that is kept.
        form: how results are written.
        tasks: digest of what each task is made from, by name.
    """

    folder: Path
    form: Form
    tasks: Mapping[str, str]

    def read(self) -> dict[str, Any]:
        """The results of the tasks that are finished; what cannot be read counts as not there.

        Raises:
            OutputError: a result is of another task of the same name.
        """
        found = {}
        for name in self.tasks:
            try:
                folder = self.folder / _folder(name)
                kept = _kept(folder)
                stale = kept["made_from"] != self.tasks[name]
                if not stale:
                    found[name] = self.form.read(folder)
            except Exception:
                continue
            if stale:
                raise OutputError(_stale(self.folder, f"{name} was made from other inputs or options"))
        return found

    def keep(self, name: str, result: Any) -> None:
        """Write the result of a task, whole or not at all.

        Raises:
            OutputError: it cannot be written.
        """
        hidden = self.folder / f"{HIDDEN}{secrets.token_hex(8)}"
        target = self.folder / _folder(name)
        try:
            if not (self.folder / MANIFEST).exists():
                self.folder.mkdir(parents=True, exist_ok=True)
                text = json.dumps({MARK: {"software": identity()}}, indent=2, ensure_ascii=False)
                write_whole(self.folder / MANIFEST, text + "\n")
            hidden.mkdir()
            self.form.write(result, hidden)
            files = {file.name: _sha256(file) for file in sorted(hidden.iterdir())}
            kept = {"task": name, "made_from": self.tasks[name], "files": files}
            (hidden / TASK).write_text(json.dumps(kept, ensure_ascii=False) + "\n", encoding="utf-8")
            if target.exists():  # it could not be read
                shutil.rmtree(target)
            hidden.rename(target)
        except OSError as error:
            reason = error.strerror or str(error)
            raise OutputError(f"{target} cannot be written: {reason}; choose another --out") from error


def open_store(folder: Path, form: Form, made_from: object, tasks: Mapping[str, Any], resume: bool) -> Store:
    """Begin a store, or go on with one that is there.

    Args:
        folder: its folder.
        form: how results are written.
        made_from: what all tasks have in common: the case, the study, its options.
        tasks: the tasks by name.
        resume: whether to go on with a store that is there.

    Raises:
        OutputError: a store is there and is not to be resumed, was made with other software, or the folder
            is no store.
    """
    common = digest(made_from)
    store = Store(folder, form, {name: digest((common, task)) for name, task in tasks.items()})
    if not _is_free(folder):
        if not resume:
            raise OutputError(_in_the_way(folder))
        other = difference(identity(), _software(folder))
        if other:
            raise OutputError(_stale(folder, f"it was made with {other}"))
    return store


def _kept(folder: Path) -> Mapping[str, Any]:
    """What ``task.json`` says, where every file is as it was written.

    Raises:
        ValueError: a file was changed.
    """
    kept: Mapping[str, Any] = json.loads((folder / TASK).read_text(encoding="utf-8"))
    if any(_sha256(folder / Path(name).name) != wanted for name, wanted in kept["files"].items()):
        raise ValueError("a file was changed")
    return kept


def _software(folder: Path) -> Mapping[str, str]:
    """The software that a store was made with.

    Raises:
        OutputError: the folder is no store.
    """
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))[MARK]["software"]
        if isinstance(found, dict):
            return found
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    raise OutputError(f"{folder} is not what a run left: it is never touched; name another --out")


def _is_free(folder: Path) -> bool:
    """Whether nothing stands there, or a run was killed before it had begun its store."""
    try:
        return not os.path.lexists(folder) or all(file.name.startswith(".") for file in folder.iterdir())
    except OSError as error:
        raise OutputError(f"{folder} cannot be read: {error.strerror}; name another --out") from error


def _in_the_way(folder: Path) -> str:
    done = sum(1 for _ in folder.glob(f"task_*/{TASK}"))
    return (
        f"{folder} holds {done} finished tasks of a run that did not end (or is still running); resume it "
        "with --resume, or start again with --overwrite"
    )


def _stale(folder: Path, why: str) -> str:
    return f"{folder} cannot be resumed: {why}; start again with --overwrite, or name another --out"


def _folder(name: str) -> str:
    """The folder of a task: its name as far as that can be a file's, and a digest that makes it unique."""
    return f"task_{_NOT_PLAIN.sub('_', name)[:60]}_{digest(name)[:8]}"


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _own(name: str) -> bool:
    return name == MANIFEST or name in READABLE or bool(_OWN.fullmatch(name))

"""Finished tasks, each in a folder of its own, so that a run that was interrupted or killed can go on.

A store is a folder beside the folder of results. Each finished task is a folder ``task_NAME``, written whole
or not at all: the files of its result as a ``Form`` writes them, and ``task.json`` with the software and a
digest of what it was made from, and of every file. Nothing that is read from a store decides which code is
run; what cannot be read counts as not there. Failures are not kept: the next run tries them again.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from planner.errors import OutputError
from planner.jobs.digest import digest
from planner.jobs.worker import difference, identity

TASK = "task.json"
ENDING = ".part"
HIDDEN = ".planner-"
READABLE = ("variants.csv", "draws.csv", "failures.csv")
"""Tables that a study may leave in its store when it is interrupted: what is done so far."""
_NOT_PLAIN = re.compile("[^A-Za-z0-9_.-]+")


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
        OutputError: something is there that is no store, or a store that is not to be resumed.
    """
    done = _tasks(folder)
    if done and not resume and not overwrite:
        raise OutputError(
            f"{folder} holds {done} finished tasks of a run that did not end (or is still running); resume "
            "it with --resume, or start again with --overwrite"
        )
    if done and not resume:
        remove_store(folder)


def remove_store(folder: Path) -> None:
    """Remove a store, and nothing that no store holds.

    Raises:
        OutputError: the folder holds other files, or cannot be removed.
    """
    _tasks(folder)
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise OutputError(f"{folder} cannot be removed: {error.strerror}; remove it by hand") from error


@dataclass(frozen=True)
class Store:
    """A store that is open for the tasks of one run, after ``check_store``.

    Attributes:
        folder: where it is; made with the first task that is kept.
        form: how results are written.
        tasks: digest of what each task is made from, by name.
    """

    folder: Path
    form: Form
    tasks: Mapping[str, str]

    def read(self) -> dict[str, Any]:
        """The results of the tasks that are finished.

        Raises:
            OutputError: a result is of another task of the same name, or was made with other software.
        """
        found = {}
        for name, made_from in self.tasks.items():
            place = self.folder / _folder(name)
            try:
                kept = json.loads((place / TASK).read_text(encoding="utf-8"))
                if any(_sha256(place / Path(file).name) != one for file, one in kept["files"].items()):
                    continue
                stale = difference(identity(), kept["software"])
                if not stale and kept["made_from"] != made_from:
                    stale = "other inputs or options"
                if not stale:
                    found[name] = self.form.read(place)
            except Exception:
                continue
            if stale:
                why = f"{name} was made with {stale}; start again with --overwrite, or name another --out"
                raise OutputError(f"{self.folder} cannot be resumed: {why}")
        return found

    def keep(self, name: str, result: Any) -> None:
        """Write the result of a task, whole or not at all.

        Raises:
            OutputError: it cannot be written.
        """
        hidden = self.folder / f"{HIDDEN}task-{secrets.token_hex(8)}"
        target = self.folder / _folder(name)
        try:
            hidden.mkdir(parents=True)
            self.form.write(result, hidden)
            files = {file.name: _sha256(file) for file in sorted(hidden.iterdir())}
            kept = {"task": name, "software": identity(), "made_from": self.tasks[name], "files": files}
            (hidden / TASK).write_text(json.dumps(kept, ensure_ascii=False) + "\n", encoding="utf-8")
            if target.exists():  # it could not be read
                shutil.rmtree(target)
            hidden.rename(target)
        except OSError as error:
            reason = error.strerror or str(error)
            raise OutputError(f"{target} cannot be written: {reason}; choose another --out") from error


def _tasks(folder: Path) -> int:
    """Number of finished tasks; 0 where nothing is there.

    Raises:
        OutputError: the folder holds what no store does.
    """
    try:
        tasks = list(folder.glob(f"task_*/{TASK}"))
        own = {*(READABLE if tasks else ()), *(file.parent.name for file in tasks)}
        foreign = [one.name for one in folder.iterdir() if one.name not in own]
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise OutputError(f"{folder} cannot be read: {error.strerror}; name another --out") from error
    strangers = sorted(name for name in foreign if not name.startswith(HIDDEN))
    if strangers:
        raise OutputError(f"{folder} holds {strangers[0]!r}, which no run wrote; move that away")
    return len(tasks)


def _folder(name: str) -> str:
    """The folder of a task: its name as far as that can be a file's, and a digest that makes it unique."""
    return f"task_{_NOT_PLAIN.sub('_', name)[:60]}_{digest(name)[:8]}"


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()

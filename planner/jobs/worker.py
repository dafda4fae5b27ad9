"""What a worker does, wherever it works: one task at a time, and a failure is an answer like any other.

Results are only promised to be the same, bit for bit, where the software is: see ``identity``.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from multiprocessing import parent_process
from pathlib import Path
from typing import Any, TypeVar

from planner.errors import OUT_OF_MEMORY, InputError, NoPlanError, PlannerError
from planner.results.run_json import versions

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Result = TypeVar("Result")

FAULT = "fault"
"""Status of a task that ended in an error of the program, not of the input."""
MEMORY = "out of memory"
"""Status of a task that does not fit into memory."""
LOST = "worker lost"
"""Status of a task whose worker died again and again."""
OTHER_VERSION = "other version"
"""Status of a task that a worker with other software refused."""
CODE = "planner's code"
"""The digest of the planner's own modules: a version number says little while a version is worked on."""

_AT_HAND: dict[str, tuple[Callable[[Any, Any], Any], Any]] = {}
"""In a worker: the work and what its tasks share, by the run that they are of; only the last run's."""
_ONE_AT_A_TIME = threading.Lock()
"""One task at a time in each process: HiGHS sets its threads up once for all, and memory is for one plan."""


@dataclass(frozen=True)
class Failure:
    """A task that failed: why, in the words that the user reads.

    Attributes:
        message: why.
        status: of a plan that was not found, one of ``planner.solve.solver.Status``; else ``FAULT``,
            ``MEMORY``, ``LOST`` or "".
        kind: name of the error.
        trace: where the program failed, for an error that is its own fault.
        no_plan: the error itself, where there is no plan: it may name limits that conflict.
    """

    message: str
    status: str = ""
    kind: str = ""
    trace: str = ""
    no_plan: NoPlanError | None = field(default=None, compare=False)

    def error(self, where: str) -> NoPlanError:
        """The failure as an error, for studies that cannot do without this task: ``where`` it failed."""
        if self.no_plan:
            return self.no_plan.of(where)
        return NoPlanError(self.status, f"{where}: {self.message}")


@cache
def identity() -> dict[str, str]:
    """Versions of the planner, of Python and of every library that results depend on, and ``CODE``."""
    folder, found = Path(__file__).parents[1], hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        found.update(file.relative_to(folder).as_posix().encode())
        found.update(file.read_bytes())
    return {**versions(), "scipy": metadata.version("scipy"), CODE: found.hexdigest()[:12]}


def difference(wanted: Mapping[str, str], other: Mapping[str, str]) -> str:
    """What differs, as "numpy 2.1.0 instead of 2.0.2"; "" where all is the same."""
    names = [name for name in wanted if other.get(name) != wanted[name]]
    return ", ".join(f"{name} {other.get(name) or 'missing'} instead of {wanted[name]}" for name in names)


def attempt(work: Callable[[Shared, Task], Result], shared: Shared, task: Task) -> Result | Failure:
    """Do the work for one task; any error becomes a failure, so that one task does not end all others."""
    try:
        return work(shared, task)
    except Exception as error:  # the other tasks' hours of work are not lost for it: it is reported
        return failure(error)


def failure(error: BaseException) -> Failure:
    """The failure that an error is."""
    kind = type(error).__name__
    if isinstance(error, MemoryError):
        return Failure(OUT_OF_MEMORY, MEMORY, kind)
    if isinstance(error, InputError):
        return Failure("; ".join(map(str, error.problems)), kind=kind)
    if isinstance(error, PlannerError):
        no_plan = error if isinstance(error, NoPlanError) else None
        return Failure(str(error), str(getattr(error, "status", "")), kind, no_plan=no_plan)
    return Failure(f"{kind}: {error}", FAULT, kind, "".join(traceback.format_exception(error)))


def begin() -> None:
    """Make a process of this machine ready: Ctrl-C is for its parent, with which it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def answer(run: str, payload: bytes | None, task: bytes, software: dict[str, str] | None = None) -> Any:
    """Answer a task.

    Args:
        run: name of the run, with which what its tasks share is unpacked only once.
        payload: the pickled pair of the work and what its tasks share; None if they are in the file ``run``.
        task: the pickled task.
        software: identity of the software that asks; a worker with another one refuses.
    """
    other = difference(software, identity()) if software is not None else ""
    if other:
        return Failure(other, OTHER_VERSION)
    with _ONE_AT_A_TIME:
        if run not in _AT_HAND:
            _AT_HAND.clear()
            _AT_HAND[run] = pickle.loads(Path(run).read_bytes() if payload is None else payload)
        work, shared = _AT_HAND[run]
        return attempt(work, shared, pickle.loads(task))


def _end_with_parent() -> None:
    """End this process when its parent has ended, however that came about."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)

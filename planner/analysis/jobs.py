"""Many independent tasks, one after another or side by side, with the same results bit for bit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from planner.errors import PlannerError

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Result = TypeVar("Result")
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Jobs:
    """How tasks are run.

    Attributes:
        workers: processes on this machine; 1 runs the tasks in this process.
        scheduler: address of a Dask scheduler that runs them instead, as tcp://host:8786.
        store: folder in which every finished task is kept, so that an interrupted run goes on from there.
    """

    workers: int = 1
    scheduler: str | None = None
    store: Path | None = None


@dataclass(frozen=True)
class Failure:
    """A task that failed: why, in the words that the user reads."""

    message: str
    status: str = ""


def run_tasks(
    work: Callable[[Shared, Task], Result],
    shared: Shared,
    tasks: Mapping[str, Task],
    how: Jobs | None = None,  # noqa: ARG001 - used when tasks run side by side
    progress: Progress = lambda _: None,
) -> dict[str, Result | Failure]:
    """Do the same work for every task; what it returns may not depend on the other tasks or their order.

    Args:
        work: a function of a module, given ``shared`` and one task.
        shared: what all tasks read; can be pickled.
        tasks: the tasks by a name that is unique; can be pickled.
        how: where and how many at a time.
        progress: told of every finished task in a sentence.

    Returns:
        The result of every task, or why it failed, in the order of the tasks.
    """
    found: dict[str, Result | Failure] = {}
    for number, (name, task) in enumerate(tasks.items(), start=1):
        try:
            found[name] = work(shared, task)
        except PlannerError as error:
            found[name] = Failure(str(error), str(getattr(error, "status", "")))
        progress(f"{number} of {len(tasks)}: {name}")
    return found

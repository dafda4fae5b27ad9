"""Many independent tasks, one after another or side by side, with the same results bit for bit.

One task is one piece of work: a plan, a draw, a point of a sweep. It is given what all tasks share and its
own figures, and nothing else, so that neither the order nor the place of the work can change a result.

- one worker: in this process (``worker.attempt``);
- several: processes of this machine, one task at a time each (``pool``);
- a scheduler: the workers of a running Dask cluster (``cluster``, extra ``distributed``).

A task that fails is a ``Failure`` among the results. With a store (``store``) every result is kept in a
folder of its own as soon as it is there, and a run that was killed goes on with what is missing.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from planner.errors import Interrupted, PlannerError
from planner.jobs.store import Form, Store, open_store
from planner.jobs.worker import Failure, attempt

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Result = TypeVar("Result")
Progress = Callable[[str], None]

MINUTE_S, HOUR_S = 60.0, 3600.0


@dataclass(frozen=True)
class Jobs:
    """How tasks are run.

    Attributes:
        workers: processes on this machine; 1 runs the tasks in this process.
        scheduler: address of a Dask scheduler that runs them instead, as tcp://host:8786.
        store: folder in which every finished task is kept, so that an interrupted run goes on from there.
            Who asked for it removes it (``store.remove_store``) when the results are in their place.
        resume: whether to go on with what the store holds; else a store that is there is an error.
    """

    workers: int = 1
    scheduler: str | None = None
    store: Path | None = None
    resume: bool = False


def run_tasks(
    work: Callable[[Shared, Task], Result],
    shared: Shared,
    tasks: Mapping[str, Task],
    how: Jobs | None = None,
    progress: Progress = lambda _: None,
    *,
    form: Form | None = None,
    made_from: object = None,
) -> dict[str, Result | Failure]:
    """Do the same work for every task; what it returns may not depend on the other tasks or their order.

    Args:
        work: a function of a module, given ``shared`` and one task.
        shared: what all tasks read; can be pickled.
        tasks: the tasks by a name that is unique; can be pickled.
        how: where and how many at a time.
        progress: told of every finished task in a sentence, with the time left.
        form: how a store keeps results; without one nothing is kept.
        made_from: what results depend on besides the task itself: a store serves no other.

    Returns:
        The result of every task, or why it failed, in the order of the tasks.

    Raises:
        Interrupted: Ctrl-C; ``partial`` holds what is finished, and a store keeps it.
        PlannerError: the store is of another run, or the cluster cannot be used.
    """
    how = how or Jobs()
    found: dict[str, Any] = {}
    store: Store | None = None
    if how.store is not None and form is not None:
        store = open_store(how.store, form, made_from, tasks, how.resume)
        found |= store.read()
    waiting = {name: task for name, task in tasks.items() if name not in found}
    if found:
        progress(f"{len(found)} of {len(tasks)} are there from before")
    left = _TimeLeft(time.monotonic(), len(waiting))
    try:
        with closing(_finished(work, shared, waiting, how, progress)) as finished:
            for number, (name, result) in enumerate(finished, start=1):
                found[name] = result
                if store is not None and not isinstance(result, Failure):
                    store.keep(name, result)
                failed = f" failed: {result.message}" if isinstance(result, Failure) else ""
                progress(f"{len(found)} of {len(tasks)}: {name}{failed}{left.after(number)}")
    except KeyboardInterrupt as error:
        partial = {name: found[name] for name in tasks if name in found}
        raise ended_early(partial, len(tasks), how.store) from error
    return {name: found[name] for name in tasks}


def ended_early(partial: Mapping[str, Any], number: int, store: Path | None) -> Interrupted:
    """What Ctrl-C ends with: says what is done and how to go on."""
    done = sum(not isinstance(result, Failure) for result in partial.values())
    message = f"Interrupted: {done} of {number} are done"
    if store is None:
        return Interrupted(f"{message}; nothing is kept.", partial)
    return Interrupted(
        f"{message} and kept in {store}; the same command with --resume goes on from there.", partial
    )


def _finished(
    work: Callable[[Shared, Task], Result],
    shared: Shared,
    tasks: Mapping[str, Task],
    how: Jobs,
    progress: Progress,
) -> Generator[tuple[str, Result | Failure], None, None]:
    """Every task with its result, as they are finished."""
    if how.workers < 1:
        raise PlannerError(f"{how.workers} worker processes cannot work; give 1 or more")
    if not tasks:
        return
    if how.scheduler is not None:
        from planner.jobs.cluster import on_cluster  # noqa: PLC0415 - an extra

        yield from on_cluster(how.scheduler, pickle.dumps((work, shared)), tasks, progress)
    elif how.workers > 1 and len(tasks) > 1:
        from planner.jobs.pool import side_by_side  # noqa: PLC0415 - only where it is asked for

        yield from side_by_side(pickle.dumps((work, shared)), tasks, how.workers)
    else:
        for name, task in tasks.items():
            yield name, attempt(work, shared, task)


@dataclass(frozen=True)
class _TimeLeft:
    """The time that the rest will take at the pace so far."""

    since: float
    number: int

    def after(self, finished: int) -> str:
        """Such as ", about 3 min left"; nothing once all is done."""
        rest = self.number - finished
        seconds = (time.monotonic() - self.since) / finished * rest
        return f", about {_duration(seconds)} left" if rest else ""


def _duration(seconds: float) -> str:
    if seconds < MINUTE_S:
        return f"{max(1.0, seconds):.0f} s"
    if seconds < HOUR_S:
        return f"{seconds / MINUTE_S:.0f} min"
    return f"{seconds // HOUR_S:.0f} h {seconds % HOUR_S / MINUTE_S:.0f} min"

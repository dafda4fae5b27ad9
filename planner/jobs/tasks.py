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
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import Any

from planner.errors import Interrupted, NoPlanError, PlannerError
from planner.jobs.digest import digest
from planner.jobs.pool import Pool
from planner.jobs.store import Form, Store, check_store
from planner.jobs.worker import Failure, Result, Shared, Task, attempt

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
        pool: the processes on this machine, which stay for the next tasks.
    """

    workers: int = 1
    scheduler: str | None = None
    store: Path | None = None
    resume: bool = False
    pool: Pool = field(default_factory=Pool, compare=False, repr=False)


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
        if not how.resume:  # else who resumes has checked it, once for all that follows
            check_store(how.store, resume=False)
        common = digest(made_from)
        store = Store(how.store, form, {name: digest((common, task)) for name, task in tasks.items()})
        found |= store.read()
    waiting = {name: task for name, task in tasks.items() if name not in found}
    if found:
        progress(f"{len(found)} of {len(tasks)} are there from before")
    began = monotonic()
    try:
        with closing(_finished(work, shared, waiting, how, progress)) as finished:
            for number, (name, result) in enumerate(finished, start=1):
                found[name] = result
                if store is not None and not isinstance(result, Failure):
                    store.keep(name, result)
                failed = f" failed: {result.message}" if isinstance(result, Failure) else ""
                left = (monotonic() - began) / number * (len(waiting) - number)
                rest = f", about {_duration(left)} left" if number < len(waiting) else ""
                progress(f"{len(found)} of {len(tasks)}: {name}{failed}{rest}")
    except KeyboardInterrupt as error:
        partial = {name: found[name] for name in tasks if name in found}
        done = sum(not isinstance(result, Failure) for result in partial.values())
        kept = "; nothing is kept."
        if how.store is not None:
            kept = f" and kept in {how.store}; the same command with --resume goes on from there."
        raise Interrupted(f"Interrupted: {done} of {len(tasks)} are done{kept}", partial) from error
    return {name: found[name] for name in tasks}


def side_by_side(
    jobs: Jobs, progress: Progress, form: Form | None = None
) -> Callable[[Callable[[Any, Any], Any], Any, Mapping[str, Any]], Mapping[str, Any]]:
    """A way to run tasks all of which must succeed: how many at a time and where.

    Args:
        jobs: how; with a store and a form it goes on with what is there, which ``check_store`` has allowed.
        progress: as of ``run_tasks``.
        form: how a store keeps results; without one nothing is kept. What a result is made from is all in its
            task and the task's name.

    Returns:
        A function of the work, what all tasks share, and the tasks, which raises ``NoPlanError`` where one of
        them fails.
    """
    how = replace(jobs, resume=True)

    def run(work: Callable[[Any, Any], Any], shared: Any, tasks: Mapping[str, Any]) -> Mapping[str, Any]:
        found = run_tasks(work, shared, tasks, how, progress, form=form)
        for failure in found.values():
            if isinstance(failure, Failure):
                raise NoPlanError(failure.status, failure.message)
        return found

    return run


def _finished(
    work: Callable[[Shared, Task], Result],
    shared: Shared,
    tasks: Mapping[str, Task],
    how: Jobs,
    progress: Progress,
) -> Generator[tuple[str, Result | Failure], None, None]:
    if how.workers < 1:
        raise PlannerError(f"{how.workers} worker processes cannot work; give 1 or more")
    if not tasks:
        return
    if how.scheduler is not None:
        from planner.jobs.cluster import on_cluster  # noqa: PLC0415 - an extra

        yield from on_cluster(how.scheduler, pickle.dumps((work, shared)), tasks, progress)
    elif how.workers > 1 and len(tasks) > 1:
        yield from how.pool.run(work, shared, tasks, how.workers)
    else:
        for name, task in tasks.items():
            yield name, attempt(work, shared, task)


def _duration(seconds: float) -> str:
    if seconds < MINUTE_S:
        return f"{max(1.0, seconds):.0f} s"
    if seconds < HOUR_S:
        return f"{seconds / MINUTE_S:.0f} min"
    return f"{seconds // HOUR_S:.0f} h {seconds % HOUR_S / MINUTE_S:.0f} min"

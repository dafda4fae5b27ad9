"""Tasks on processes of this machine; a process that dies costs no task but its own, and that is repeated.

When a process dies, all tasks that were at work are suspected. Each suspect is then done alone, so that it is
known which one takes its process down; that one is tried ``MOST_DEATHS`` times at most.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import active_children, get_context
from typing import Any

from planner.errors import PlannerError
from planner.jobs.worker import HERE, LOST, Failure, answer, begin, failure

MOST_DEATHS = 3
"""Processes that a task may take down, and processes in a row that may die before they have begun."""
_DIED = object()


def side_by_side(payload: bytes, tasks: Mapping[str, Any], workers: int) -> Iterator[tuple[str, Any]]:
    """Every task with its result, as they are finished.

    Args:
        payload: the pickled pair of the work and what its tasks share: given once to each process.
        tasks: the tasks by name.
        workers: number of processes.

    Raises:
        PlannerError: no process can be started.
    """
    waiting, deaths, others = dict(tasks), Counter[str](), set(active_children())
    try:
        while waiting:
            suspects = [name for name in waiting if deaths[name]]
            chosen = {name: waiting[name] for name in suspects[:1] or waiting}
            for name, result in _round(payload, chosen, 1 if suspects else workers):
                deaths[name] += result is _DIED
                if result is not _DIED or deaths[name] >= MOST_DEATHS:
                    del waiting[name]
                    said = f"its worker process died {MOST_DEATHS} times (out of memory?)"
                    yield name, Failure(said, LOST) if result is _DIED else result
    finally:  # processes that are still at work, which only an interrupt or an error leaves
        for process in set(active_children()) - others:
            process.terminate()


def _round(payload: bytes, tasks: Mapping[str, Any], workers: int) -> Iterator[tuple[str, Any]]:
    """Tasks with their results until all are done or a process dies: ``_DIED`` for those then at work."""
    executor, left = _started(payload, min(workers, len(tasks))), iter(tasks.items())
    running: dict[Future[Any], str] = {}
    alive = True
    starting: contextlib.AbstractContextManager[None] = _deaf_to_interrupts()
    try:
        while True:
            with contextlib.suppress(BrokenProcessPool), starting:
                for name, task in islice(left, workers - len(running) if alive else 0):
                    running[executor.submit(answer, HERE, b"", pickle.dumps(task))] = name
            starting = contextlib.nullcontext()  # all processes are there: a Ctrl-C in here would be lost
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                name, error = running.pop(future), future.exception()
                alive = alive and not isinstance(error, BrokenProcessPool)
                if isinstance(error, BrokenProcessPool):
                    yield name, _DIED
                else:
                    yield name, future.result() if error is None else failure(error)
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _started(payload: bytes, workers: int) -> ProcessPoolExecutor:
    """An executor whose first process has begun."""
    for _ in range(MOST_DEATHS):
        executor = ProcessPoolExecutor(workers, get_context("spawn"), begin, (payload,))
        with _deaf_to_interrupts():
            first = executor.submit(os.getpid)
        if not isinstance(first.exception(), BrokenProcessPool):
            return executor
        executor.shutdown(wait=False)
    raise PlannerError(
        f"{MOST_DEATHS} worker processes died before they had begun; try --jobs 1, and from a script of "
        'your own call the planner below `if __name__ == "__main__":`'
    )


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Processes started in here never hear Ctrl-C, not even while they start: their parent ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

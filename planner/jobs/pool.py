"""Tasks on processes of this machine; a process that dies costs no task but its own, and that is repeated.

Every worker is an executor with a single process, given one task at a time: when a process is killed it is
known which task it had. A new process takes its place and the task is tried again, ``MOST_DEATHS`` times at
most: a task that takes its process down every time would otherwise never end.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import threading
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any

from planner.errors import PlannerError
from planner.jobs.worker import LOST, Failure, answer_here, begin, failure

MOST_DEATHS = 3
"""Processes that a task may take down, and processes in a row that may die before they have begun."""

STARTING = None
"""In the place of a task's name: the process is only asked for its id."""

Running = dict["Future[Any]", tuple[ProcessPoolExecutor, str | None]]


def side_by_side(payload: bytes, tasks: Mapping[str, Any], workers: int) -> Iterator[tuple[str, Any]]:
    """Every task with its result, as they are finished.

    Args:
        payload: the pickled pair of the work and what its tasks share: given once to each process.
        tasks: the tasks by name.
        workers: number of processes.

    Raises:
        PlannerError: no process can be started.
    """
    waiting = deque(tasks)
    running: Running = {}
    pids: dict[ProcessPoolExecutor, int] = {}
    deaths: Counter[str | None] = Counter()
    try:
        for _ in range(min(workers, len(tasks))):
            _hire(payload, running)
        while running:
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                executor, name = running.pop(future)
                died = isinstance(future.exception(), BrokenProcessPool)
                if died:
                    _let_go(executor, pids)
                    deaths[name] += 1
                    again = deaths[name] < MOST_DEATHS
                    if name is not STARTING and again:
                        waiting.appendleft(name)
                    if waiting and (again or name is not STARTING):
                        _hire(payload, running)
                    if not again:
                        yield _lost(name)
                    continue
                if name is STARTING:
                    pids[executor], deaths[STARTING] = future.result(), 0
                if waiting:
                    _give(executor, waiting, tasks, running, payload)
                else:
                    executor.shutdown(wait=False)
                if name is not STARTING:
                    yield name, _result(future)
    finally:
        _dismiss(running, pids)


def _hire(payload: bytes, running: Running) -> None:
    """Start a process, and ask it for its id."""
    executor = ProcessPoolExecutor(1, get_context("spawn"), begin, (payload,))
    with _deaf_to_interrupts():
        running[executor.submit(os.getpid)] = (executor, STARTING)


def _give(
    executor: ProcessPoolExecutor,
    waiting: deque[str],
    tasks: Mapping[str, Any],
    running: Running,
    payload: bytes,
) -> None:
    """Give the next task to a process that is free, or to a new one if that has just died."""
    try:
        future = executor.submit(answer_here, pickle.dumps(tasks[waiting[0]]))
    except BrokenProcessPool:
        executor.shutdown(wait=False)
        _hire(payload, running)
        return
    running[future] = (executor, waiting.popleft())


def _result(future: Future[Any]) -> Any:
    error = future.exception()
    return future.result() if error is None else failure(error)


def _lost(name: str | None) -> tuple[str, Failure]:
    if name is STARTING:
        raise PlannerError(
            f"{MOST_DEATHS} worker processes died before they had begun; try --jobs 1, and from a script of "
            'your own call the planner below `if __name__ == "__main__":`'
        )
    return name, Failure(
        f"its worker process died {MOST_DEATHS} times (out of memory?)", LOST, BrokenProcessPool.__name__
    )


def _let_go(executor: ProcessPoolExecutor, pids: dict[ProcessPoolExecutor, int]) -> None:
    pids.pop(executor, None)
    executor.shutdown(wait=False)


def _dismiss(running: Running, pids: Mapping[ProcessPoolExecutor, int]) -> None:
    """End the processes that are still at work, which only an interrupt or an error leaves."""
    for executor, _ in running.values():
        if executor in pids:
            with contextlib.suppress(OSError):
                os.kill(pids[executor], signal.SIGTERM)
        executor.shutdown(wait=False, cancel_futures=True)


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

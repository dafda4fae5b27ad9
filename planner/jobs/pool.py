"""Tasks on processes of this machine; a process that dies costs no task but its own, and that is repeated.

When a process dies, all tasks that were at work are suspected. Each suspect is then done alone, so that it is
known which one takes its process down; that one is tried ``MOST_DEATHS`` times at most.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import signal
import tempfile
import threading
import weakref
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing import active_children, get_context, resource_tracker
from pathlib import Path
from typing import Any

from planner.errors import PlannerError
from planner.jobs.worker import LOST, Failure, answer, begin, failure

MOST_DEATHS = 3
"""Processes that a task may take down, and processes in a row that may die before they have begun."""
LISTENS_S = 0.2
"""How often it is asked whether there was a Ctrl-C."""
_DIED = object()


class Pool:
    """Processes that stay for the next tasks, until nobody holds the pool or its work is broken off."""

    def __init__(self) -> None:
        self._executor: ProcessPoolExecutor | None = None
        self._given: tuple[Any, Any, str] = (None, None, "")

    def run(
        self, work: Callable[[Any, Any], Any], shared: Any, tasks: Mapping[str, Any], workers: int
    ) -> Iterator[tuple[str, Any]]:
        """Every task with its result, as they are finished; what is shared is read once by each process.

        Raises:
            PlannerError: no process can be started.
        """
        with _interrupts_when_asked() as listen:
            yield from self._rounds(self._give(work, shared), tasks, workers, listen)
            listen()

    def _rounds(
        self, run: str, tasks: Mapping[str, Any], workers: int, listen: Callable[[], None]
    ) -> Iterator[tuple[str, Any]]:
        """As ``run``, of work that was given."""
        waiting, deaths = dict(tasks), Counter[str]()
        try:
            while waiting:
                suspects = [name for name in waiting if deaths[name]]
                chosen = {name: waiting[name] for name in suspects[:1] or waiting}
                for name, result in self._round(run, chosen, 1 if suspects else workers, listen):
                    deaths[name] += result is _DIED
                    if result is not _DIED or deaths[name] >= MOST_DEATHS:
                        del waiting[name]
                        said = f"its worker process died {MOST_DEATHS} times (out of memory?)"
                        yield name, Failure(said, LOST) if result is _DIED else result
        finally:
            if waiting:  # an interrupt or an error: processes are still at work
                self._end()

    def _give(self, work: Callable[[Any, Any], Any], shared: Any) -> str:
        """Put what tasks share into a file, unless the tasks before had the same; its name."""
        if self._given[0] is not work or self._given[1] is not shared:
            payload = pickle.dumps((work, shared))
            folder = tempfile.mkdtemp(prefix="planner-")
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            file = Path(folder) / hashlib.sha256(payload).hexdigest()
            file.write_bytes(payload)
            self._given = work, shared, str(file)
        return self._given[2]

    def _round(
        self, run: str, tasks: Mapping[str, Any], workers: int, listen: Callable[[], None]
    ) -> Iterator[tuple[str, Any]]:
        """Tasks with their results until all are done or a process dies: ``_DIED`` for those then at work."""
        executor, left = self._started(workers), iter(tasks.items())
        running: dict[Future[Any], str] = {}
        while True:
            free = workers - len(running) if self._executor else 0
            with suppress(BrokenProcessPool), _deaf_to_interrupts():
                for name, task in islice(left, free):
                    running[executor.submit(answer, run, None, pickle.dumps(task))] = name
            if not running:
                return
            listen()
            for future in wait(running, LISTENS_S, return_when=FIRST_COMPLETED).done:
                name, error = running.pop(future), future.exception()
                if isinstance(error, BrokenProcessPool):
                    self._executor = None
                    yield name, _DIED
                else:
                    yield name, future.result() if error is None else failure(error)

    def _started(self, workers: int) -> ProcessPoolExecutor:
        for _ in range(MOST_DEATHS):
            if self._executor is None:
                self._others = set(active_children())
                executor = ProcessPoolExecutor(workers, get_context("spawn"), begin)
                with _deaf_to_interrupts():
                    first = executor.submit(os.getpid)
                self._executor = None if isinstance(first.exception(), BrokenProcessPool) else executor
        if self._executor is None:
            raise PlannerError(
                f"{MOST_DEATHS} worker processes died before they had begun; try --jobs 1, and from a script "
                'of your own call the planner below `if __name__ == "__main__":`'
            )
        return self._executor

    def _end(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
            for process in set(active_children()) - self._others:
                process.terminate()
        self._executor = None


@contextmanager
def _interrupts_when_asked() -> Iterator[Callable[[], None]]:
    """A function that raises KeyboardInterrupt if there was a Ctrl-C, which is raised nowhere else meanwhile.

    Raised in the middle of what hands tasks to processes, it can leave a lock taken for good.
    """
    heard: list[int] = []

    def listen() -> None:
        if heard:
            raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGINT)
    if not callable(before) or threading.current_thread() is not threading.main_thread():
        yield listen
        return
    signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        yield listen
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Processes started in here never hear Ctrl-C, not even while they start: their parent ends them.

    A Ctrl-C that comes meanwhile is heard afterwards.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # which would let interrupts in
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

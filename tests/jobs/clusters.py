"""A real Dask cluster on this machine: a scheduler and worker processes, started and ended one by one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass
class Cluster:
    """The processes of a cluster.

    Attributes:
        address: of the scheduler.
        workers: the worker processes.
    """

    address: str
    workers: list[subprocess.Popen[str]] = field(default_factory=list)

    def add_worker(self) -> subprocess.Popen[str]:
        worker = _start(
            "dask_worker", self.address, "--nthreads", "1", "--nworkers", "1", "--no-nanny", "--no-dashboard"
        )
        _wait_for(worker, r"Registered to")
        self.workers.append(worker)
        return worker


@contextmanager
def cluster(workers: int) -> Iterator[Cluster]:
    scheduler = _start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    started = Cluster("")
    try:
        started.address = _wait_for(scheduler, r"Scheduler at: +(tcp://\S+)")
        for _ in range(workers):
            started.add_worker()
        yield started
    finally:
        for process in (*started.workers, scheduler):
            process.kill()
            process.wait()
            if process.stderr:
                process.stderr.close()


def _start(module: str, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{module}", *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore"},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )


def _wait_for(process: subprocess.Popen[str], pattern: str) -> str:
    """The first group of a line of the process's log; the rest of the log is read away."""
    assert process.stderr
    seen = []
    for line in process.stderr:
        seen.append(line)
        found = re.search(pattern, line)
        if found:
            threading.Thread(target=_drain, args=(process,), daemon=True).start()
            return found[1] if found.groups() else ""
    raise AssertionError(f"the process ended: {''.join(seen)}")


def _drain(process: subprocess.Popen[str]) -> None:
    assert process.stderr
    try:
        for _ in process.stderr:
            pass
    except ValueError:  # closed
        pass

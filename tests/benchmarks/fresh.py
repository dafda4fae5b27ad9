"""Measurements in processes of their own, so that none has another one's memory or caches."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from typing import Any


def measured(name: str, limit_s: float, /, **arguments: Any) -> dict[str, Any]:
    """What ``tests.benchmarks.one`` says of a measurement, and what the system says of its process.

    Args:
        name: the measurement.
        limit_s: wall clock after which the process is ended [s].
        arguments: those of the measurement.
    """
    return spent(["-m", "tests.benchmarks.one", name, json.dumps(arguments)], limit_s)


def planner(limit_s: float, *arguments: str) -> dict[str, Any]:
    """What a command of the planner costs, from its first import to its last file."""
    return spent(["-m", "planner.cli", *arguments], limit_s)


def spent(arguments: list[str], limit_s: float) -> dict[str, Any]:
    """What a Python process costs.

    Args:
        arguments: what follows the interpreter.
        limit_s: wall clock after which it is ended [s].

    Returns:
        ``process_cpu_s``, ``process_wall_s``, ``peak_mb``; the figures of its last line where that is JSON;
        ``ended``, why, where it ran into the limit or failed.
    """
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen([sys.executable, "-W", "ignore", *arguments], stdout=out, stderr=err)
        late = threading.Event()
        timer = threading.Timer(limit_s, lambda: (late.set(), process.kill()))
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        lines, trouble = out.read().strip().splitlines(), err.read().strip().splitlines()
    found: dict[str, Any] = {
        "process_cpu_s": usage.ru_utime + usage.ru_stime,
        "process_wall_s": time.perf_counter() - started,
        "peak_mb": usage.ru_maxrss / 1024.0,
    }
    if process.returncode == 0:
        return found | (json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {})
    reason = f"> {limit_s:,.0f} s" if late.is_set() else (trouble or ["failed"])[-1]
    return found | {"ended": reason}

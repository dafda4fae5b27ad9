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

    Returns:
        Its figures, ``process_cpu_s``, ``process_wall_s`` and ``peak_mb``; only these, and ``ended``, where
        it ran into the limit or failed.
    """
    command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.one", name, json.dumps(arguments)]
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(command, stdout=out, stderr=err)
        ended = threading.Event()
        timer = threading.Timer(limit_s, lambda: (ended.set(), process.kill()))
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
    if process.returncode == 0 and lines:
        return found | json.loads(lines[-1])
    reason = f"> {limit_s:,.0f} s" if ended.is_set() else (trouble[-1] if trouble else "failed")
    return found | {"ended": reason}

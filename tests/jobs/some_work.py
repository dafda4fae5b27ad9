"""Work for the tests of jobs: functions of a module, as worker processes need them."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.errors import NoPlanError


class JsonForm:
    """Results that are JSON, as the tests' tasks have them."""

    def write(self, result: Any, folder: Path) -> None:
        (folder / "result.json").write_text(json.dumps(result), encoding="utf-8")

    def read(self, folder: Path) -> Any:
        return json.loads((folder / "result.json").read_text("utf-8"))


FORM = JsonForm()


def sums(shared: list[float], task: tuple[int, float]) -> dict[str, Any]:
    """Numbers whose last digits depend on the order of every operation."""
    number, factor = task
    values = np.cumsum(np.sin(np.asarray(shared) * factor))
    table = pd.DataFrame({"value": values, "name": [f"é {number}"] * len(values), "yes": values > 0})
    return {"number": number, "total": float(values.sum()), "missing": float("nan"), "table": table}


def fails_at_two(shared: str, task: int) -> int:
    if task == 2:
        raise NoPlanError("time_limit", f"{shared}: no time")
    if task == 3:
        raise ZeroDivisionError("a fault")
    return task


def counted(folder: Path, task: str) -> str:
    """Leaves a mark for every time that it is called."""
    with (folder / task).open("a", encoding="utf-8") as file:
        file.write("x")
    return task


def dies_once(folder: Path, task: str) -> str:
    """The process is killed by the first call for the task ``dies``; always for the task ``always``."""
    mark = folder / f"{task}_was_here"
    if task == "always" or (task == "dies" and not mark.exists()):
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.01)
    return task


def slow(folder: Path, task: int) -> int:
    """Waits for a file if there is a reason to."""
    (folder / f"began_{task}").touch()
    deadline = time.monotonic() + 120
    while task >= 3 and not (folder / "go").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    return task * task


def interrupted(_: None, task: int) -> int:
    if task == 2:
        raise KeyboardInterrupt
    return task


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that other processes do."""
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.02)

"""A process that is told, line by line, to have a child write results, and to see it killed.

Each line: target folder, and when: "after SECONDS", while the child writes version after version and dawdles
at each step on the file system, or "step NUMBER", where it kills itself just before that step. Children are
forked, so that the libraries are loaded only once.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pandas as pd

from planner.results import write as write_module
from planner.results.results import Results
from planner.results.write import write
from tests.results.conftest import make_results

VERSIONS = ("old", "new")
STEPS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree"}
"""Steps that make, move or remove names."""
DAWDLE_S = 0.005
ROWS = 1000


def version(name: str, rows: int = ROWS) -> Results:
    """Results that are told apart by their title, with a table of so many missions."""
    results = make_results(title=name)
    missions = pd.concat([results.missions] * rows, ignore_index=True)
    return make_results(title=name, missions=missions.assign(cell_id=name))


LESS = {"write_geopackage": lambda _, file: file.touch(), "TABLES": ("areas", "missions")}
"""What is written where many steps are to take little time: the map's steps Python does not know of."""


def at_each_step(act: Callable[[], None]) -> None:
    """Have something done before every step on the file system that Python knows of."""
    sys.addaudithook(lambda event, _: act() if event in STEPS else None)


def write_until_killed(folder: Path, results: list[Results], when: str) -> None:
    """Write the newer version first, and the older one again if there is time; of many steps small ones."""
    word, number = when.split()
    if word == "after":
        at_each_step(lambda: time.sleep(DAWDLE_S))
        for turn in count(1):
            write(results[turn % 2], folder, overwrite=True)
    vars(write_module).update(LESS)
    steps = count(1)

    def kill_at_step() -> None:
        if next(steps) == int(number):
            os.kill(os.getpid(), signal.SIGKILL)

    at_each_step(kill_at_step)
    write(results[2], folder, overwrite=True)
    os._exit(0)


def main() -> None:
    os.fsync = lambda _: None  # a killed process loses nothing that it wrote; a power cut would
    results = [*(version(name) for name in VERSIONS), version(VERSIONS[1], 1)]
    for line in sys.stdin:
        folder, when = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            write_until_killed(Path(folder), results, when)
        if when.startswith("after"):
            time.sleep(float(when.split()[1]))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else f"ended {os.WEXITSTATUS(status)}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()

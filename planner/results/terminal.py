"""What a terminal shows during and after the work; nothing from the input is ever taken for markup."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from rich.console import Console, RenderableType
from rich.status import Status as Spinner
from rich.text import Text

from planner.errors import Problem
from planner.results.csv_files import csv_text
from planner.results.plain_text import safe, things
from planner.results.whole_file import write_whole

if TYPE_CHECKING:
    from planner.case import Case

MOST_PROBLEMS = 50
"""Problems that a terminal shows; the file has them all."""
ALL = "; planner check CASE --out FILE.csv writes them all"
NOT_A_TERMINAL_WIDTH = 110
plural = things


class Progress:
    """Steps of the work on standard error, one line each; on a terminal with the seconds since the start.

    A terminal also shows that the work goes on.
    """

    def __init__(self, quiet: bool = False) -> None:
        self._console = errors()
        self._quiet = quiet
        self._since = time.perf_counter()
        self._spinner: Spinner | None = None

    def __call__(self, step: str) -> None:
        """Say which step the work has come to."""
        if self._quiet:
            return
        timed = f"{time.perf_counter() - self._since:7.1f} s  " if self._spinner else ""
        self._console.print(Text(timed + safe(step), style="dim"), soft_wrap=True)

    def __enter__(self) -> Progress:
        if self._console.is_terminal and not self._quiet:
            self._spinner = self._console.status("working")
            self._spinner.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._spinner is not None:
            self._spinner.stop()


def show(content: RenderableType) -> None:
    """Print to standard output, as wide as the terminal; a string is one line, however long."""
    is_line = isinstance(content, str)
    _console(stderr=False).print(Text(safe(content)) if is_line else content, soft_wrap=is_line)


def errors() -> Console:
    """Standard error."""
    return _console(stderr=True)


def say(message: str, style: str = "red") -> None:
    """Print a message to standard error, one line of the message a line."""
    for line in message.splitlines():
        errors().print(Text(safe(line), style=style), soft_wrap=True)


def show_problems(problems: Sequence[Problem], hint: str = ALL) -> None:
    """Print one line for each problem to standard error, then how many; ``hint``: where all are."""
    for problem in problems[:MOST_PROBLEMS]:
        say(str(problem))
    more = f", of which {MOST_PROBLEMS} are shown{hint}" if len(problems) > MOST_PROBLEMS else ""
    say(plural(len(problems), "problem") + more)


def show_warnings(warnings: Sequence[Problem], hint: str = ALL) -> None:
    """Print one line for each warning to standard error, as ``show_problems``."""
    for warning in warnings[:MOST_PROBLEMS]:
        say(f"warning: {warning}", style="yellow")
    if len(warnings) > MOST_PROBLEMS:
        say(f"and {plural(len(warnings) - MOST_PROBLEMS, 'more warning')}{hint}", style="yellow")


def checked_case(case: Case, warnings: Sequence[Problem]) -> str:
    """What a case without problems holds."""
    tables = ("areas", "bases", "assets", "sensors", "programmes")
    counts = ", ".join(plural(len(getattr(case, name)), name[:-1]) for name in tables)
    return f"ok: {case.settings.title}: {counts}, {plural(len(warnings), 'warning')}"


def write_problems(
    file: Path, problems: Iterable[Problem], warnings: Iterable[Problem], overwrite: bool
) -> None:
    """Write problems as CSV: the fields of a ``Problem``, and its severity (error or warning).

    Raises:
        OutputError: the file exists and may not be replaced, or cannot be written.
    """
    found = {"error": problems, "warning": warnings}
    rows = [{**asdict(one), "severity": severity} for severity, some in found.items() for one in some]
    table = pd.DataFrame(rows, columns=[*(field.name for field in fields(Problem)), "severity"])
    write_whole(file, csv_text(table), overwrite)


def _console(stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else NOT_A_TERMINAL_WIDTH
    return Console(stderr=stderr, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)

"""What can go wrong, in the words that the user reads; each kind has its own exit code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong (or, as a warning, remarkable) in one place of the input.

    ``row`` counts lines as an editor does (the header of a CSV file is row 1) or features from 1 in a
    file of areas; 0 means that the problem belongs to no row. ``column`` is a column, a key such as
    ``cells.spacing_nm``, or empty.
    """

    file: str
    row: int
    column: str
    value: str
    rule: str
    remedy: str

    def __str__(self) -> str:
        place = (
            self.file + (f" row {self.row}" if self.row else "") + (f", {self.column}" if self.column else "")
        )
        value = f"{self.value} " if self.value else ""
        return f"{place}: {value}{self.rule}; {self.remedy}"


class PlannerError(Exception):
    """Base of every error that is meant for the user; ``exit_code`` is what the command line returns."""

    exit_code = 2


class InputError(PlannerError):
    """The input cannot be planned with; carries every problem that was found."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class OutputError(PlannerError):
    """The results cannot be written where they were asked for; what stood there is untouched."""

    exit_code = 2


class NoPlanError(PlannerError):
    """No plan that can be shown as optimal; ``status`` is one of the words of ``planner.solve.lp.Status``."""

    exit_code = 3

    def __init__(self, status: str, message: str) -> None:
        self.status = status
        super().__init__(message)


class AuditError(PlannerError):
    """The plan, recomputed from its missions, breaks a limit: a fault of the program, never a report."""

    exit_code = 3


class Interrupted(KeyboardInterrupt):
    """Ctrl-C in the middle of many tasks; says what is kept and how to go on.

    Attributes:
        partial: what the finished tasks have found, by name.
    """

    def __init__(self, message: str, partial: Mapping[str, Any]) -> None:
        self.partial = partial
        super().__init__(message)

"""What can go wrong, in the words that the user reads; each kind has its own exit code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

OUT_OF_MEMORY = "There is too little memory for this: ask for less (cells.spacing_nm), or give it more"
"""What is said where memory runs out."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong (or, as a warning, probably not meant) in one place of the input.

    ``row`` counts lines as an editor does (the header of a CSV file is row 1) or features from 1 in a
    file of areas; 0 means that the problem belongs to no row. ``column`` is a column, a key such as
    ``cells.spacing_nm``, or empty. ``code`` names the rule that is broken, and
    stays where wording changes.
    """

    file: str
    row: int
    column: str
    value: str
    rule: str
    remedy: str
    code: str = ""

    def __str__(self) -> str:
        place = (
            self.file + (f" row {self.row}" if self.row else "") + (f", {self.column}" if self.column else "")
        )
        value = f"{self.value} " if self.value else ""
        return f"{place}: {value}{self.rule}; {self.remedy}"


def is_text(name: str) -> bool:
    """Whether a name is text: one that is not UTF-8 on the disk comes as half characters."""
    return name.encode("utf-8", "replace").decode("utf-8") == name


class PlannerError(Exception):
    """Base of every error that is meant for the user; ``exit_code`` is what the command line returns."""

    exit_code = 2


class InputError(PlannerError):
    """The input cannot be planned with; carries every problem that was found, and the warnings."""

    def __init__(self, problems: Iterable[Problem], warnings: Iterable[Problem] = ()) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        self.warnings: tuple[Problem, ...] = tuple(warnings)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[Any, ...]:
        """What another process makes the error again from."""
        return type(self), (self.problems, self.warnings)


class OutputError(PlannerError):
    """The results cannot be written where they were asked for; what stood there is untouched."""


class NoPlanError(PlannerError):
    """No plan that can be shown as optimal; ``status`` is one of the words of ``planner.solve.lp.Status``."""

    exit_code = 3

    def __init__(self, status: str, message: str) -> None:
        self.status = status
        super().__init__(message)

    def __reduce__(self) -> tuple[Any, ...]:
        """What another process makes the error again from."""
        return type(self), (self.status, str(self))

    def of(self, what: str) -> NoPlanError:
        """The same error with what it belongs to before its message."""
        kind, (status, message, *data) = self.__reduce__()
        again: NoPlanError = kind(status, f"{what}: {message}", *data)
        return again


@dataclass(frozen=True)
class BrokenLimit:
    """A hard limit that cannot hold beside others, and what can be had of it.

    Attributes:
        limit_id: the limit.
        kind: least_coverage, least_share or least_spending.
        programme_id: its programme; empty for a least coverage.
        area_id: its area, or its areas separated by ;.
        least: what it asks for: a share of the area, a share of the money, or money.
        at_most: what can be had of it, in the same unit.
        file: where it is.
        row: in which row.
        words: what it asks for, with the place of its amount as {least}.
        subject: who or where it is about.
        in_money: whether least and at_most are money.
    """

    limit_id: str
    kind: str
    programme_id: str
    area_id: str
    least: float
    at_most: float
    file: str
    row: int
    words: str = ""
    subject: str = ""
    in_money: bool = False


class LimitsError(NoPlanError):
    """Hard limits cannot all hold.

    Attributes:
        conflict: a smallest set of limits that cannot hold together: without any one of them the others can.
            ``at_most`` is what the least relaxation of this set alone leaves of each.
        relaxation: the limits that give way in the least relaxation under which all hard limits hold.
    """

    def __init__(
        self, status: str, message: str, conflict: Iterable[BrokenLimit], relaxation: Iterable[BrokenLimit]
    ) -> None:
        self.conflict = tuple(conflict)
        self.relaxation = tuple(relaxation)
        super().__init__(status, message)

    def __reduce__(self) -> tuple[Any, ...]:
        """As that of ``NoPlanError``."""
        return type(self), (self.status, str(self), self.conflict, self.relaxation)


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

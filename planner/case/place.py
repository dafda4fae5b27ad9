"""Where a value is written, and the problems of the value there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from planner.errors import InputError, Problem
from planner.schema.wording import Message, said, show

MOST_PROBLEMS = 1000
"""Problems listed for one file; a last one says that there are more. Nobody reads a million of them."""


@dataclass(frozen=True)
class Place:
    """A cell of a file, a key of case.toml, or an option of the command line."""

    file: str
    row: int = 0
    column: str = ""

    def problem(self, key: str, value: object = None, **words: Any) -> Problem:
        """The problem of the value there, in the words of the catalogue (``messages.said``)."""
        return self.wrong(said(key, value, **words))

    def error(self, key: str, value: object = None, **words: Any) -> InputError:
        """An InputError with that problem."""
        return InputError([self.problem(key, value, **words)])

    def wrong(self, message: Message) -> Problem:
        """The problem of the value there that a message is about."""
        return Problem(self.file, self.row, self.column, *message[1:], message.code)

    def below(self, column: str) -> Place:
        """The place of a column of a record that is written here."""
        return replace(self, column=".".join(part for part in (self.column, column) if part))

    def __str__(self) -> str:
        if self.row == 0:
            return f"the change {show(self.column)}"
        return f"{show(self.column)} in {self.file} row {self.row}"


def capped(problems: Sequence[Problem], file: str) -> list[Problem]:
    """At most ``MOST_PROBLEMS`` problems, and one that says that there are more."""
    if len(problems) <= MOST_PROBLEMS:
        return list(problems)
    more = Place(file).problem("too_many_problems", most=MOST_PROBLEMS)
    return [*problems[:MOST_PROBLEMS], more]

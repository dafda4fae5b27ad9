"""What the texts of all studies share: title, headings, tables of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from planner.errors import NoPlanError
from planner.report.plain_text import safe
from planner.report.summary import HEADING
from planner.solve.lp import MESSAGES, Status


def title_lines(title: str, scenarios: Mapping[str, str]) -> Iterator[Text]:
    """The title of the case, and the scenarios that it was planned with."""
    yield Text(safe(title), style=HEADING)
    for name, called in scenarios.items():
        yield Text(f"Scenario {safe(name)}: {safe(called)}")


def heading(text: str) -> Text:
    """A heading, with a blank line before it."""
    return Text(f"\n{text}", style=HEADING)


def numbers_table(name: str, *columns: str, words: tuple[str, ...] = ()) -> Table:
    """A table whose first column gives way when the terminal is narrow; its numbers never do.

    Args:
        name: of the first column.
        columns: of the others; the words of each stand below each other.
        words: those of the columns that hold words, not numbers.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column(name, min_width=5)
    for column in columns:
        if column in words:
            table.add_column(column, overflow="fold", vertical="bottom")
        else:
            table.add_column(column.replace(" ", "\n"), justify="right", no_wrap=True, vertical="bottom")
    return table


def require_proofs(plans: pd.DataFrame) -> None:
    """Refuse to call a study done one of whose plans is not proven; it is written and says so.

    Args:
        plans: a table with the ``status`` of every plan.

    Raises:
        NoPlanError: the status of the first one that is not OPTIMAL.
    """
    wrong = plans[plans["status"] != Status.OPTIMAL]
    if len(wrong):
        status = Status(wrong["status"].iloc[0])
        raise NoPlanError(status, f"{len(wrong)} of {len(plans)} plans: {MESSAGES[status]}")

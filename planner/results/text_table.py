"""Tables of summaries, for the terminal and as text: texts give way where it is narrow, numbers never do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import wrap
from typing import Any

import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from planner.results.plain_text import cell, safe

Show = Callable[[Any], str]
Columns = Sequence[tuple[str, str, Show | None]]
"""Heading, column of the frame, and how its figures are shown; a column of text where None."""
HEADING = "bold"
LEAST_WIDTH = 5
"""Characters of a text that are left where the terminal is narrow."""


def heading(text: str) -> Text:
    """A heading of a summary."""
    return Text(f"\n{text}", style=HEADING)


def shown_table(columns: Columns, *sections: pd.DataFrame, wrapped: bool = False) -> Table:
    """A table of frames, with a rule between them; its first column names the row.

    Headings are broken at blanks where they are wider than what is below them; and so are texts that are to
    be ``wrapped``, which are cut else.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    texts = [
        [[(show or str)(row[name]) for _, name, show in columns] for row in frame.to_dict("records")]
        for frame in sections
    ]
    for number, (title, _, show) in enumerate(columns):
        width = max((len(row[number]) for rows in texts for row in rows), default=0)
        lines = wrap(safe(title), max(1, width), break_long_words=False, break_on_hyphens=False)
        options: dict[str, Any] = {"header": "\n".join(lines), "vertical": "bottom"}
        if number and show:
            table.add_column(**options, justify="right", no_wrap=True)
        else:
            table.add_column(**options, min_width=LEAST_WIDTH)
    for rows in texts:
        table.add_section()
        for row in rows:
            table.add_row(*(Text(safe(text)) if wrapped else cell(text) for text in row))
    return table

"""Tables of summaries: what is written where, at any width."""

from __future__ import annotations

import pandas as pd

from planner.results.plain_text import count, plain
from planner.results.text_table import Columns, shown_table

COLUMNS: Columns = (
    ("area", "name", None),
    ("covered km²", "km2", count),
    ("target", "target", str),
    ("largest cause", "cause", None),
)
ROW = {"name": "Fiji", "km2": 1200.0, "target": "10.0%", "cause": "hours"}


def lines(*rows: dict[str, object], width: int = 60) -> list[str]:
    return plain(shown_table(COLUMNS, *(pd.DataFrame([row]) for row in rows)), width).splitlines()


def test_headings_are_broken_where_they_are_wider_than_what_is_below() -> None:
    assert [one for one in lines(ROW, {**ROW, "name": "all"}) if "─" not in one] == [
        "       covered          largest",
        "area       km²  target  cause",
        "Fiji     1,200   10.0%  hours",
        "",
        "all      1,200   10.0%  hours",
    ]
    whole = lines({**ROW, "km2": 12_345_678_901.0, "cause": "nearer bases or range"})
    assert whole[0] == "area      covered km²  target  largest cause"


def test_texts_give_way_and_figures_do_not() -> None:
    long = {**ROW, "name": "An archipelago of many islands", "km2": 123_456_789.0}
    # of 40 columns the figures have 11 and 6, the cause 7 ("largest"), and the space between them 3 x 2
    assert lines(long, width=40)[-1] == "An archip…  123,456,789   10.0%  hours"
    for width in (40, 60):
        assert "123,456,789" in lines(long, width=width)[-1]
        assert max(map(len, lines(long, width=width))) <= width


def test_nothing_of_a_text_is_markup() -> None:
    assert "[red]:boom:[/red]" in lines({**ROW, "cause": "[red]:boom:[/red]"})[-1]

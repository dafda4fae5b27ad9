"""Text is cut and broken to its room, and names stay apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from planner.figures.lettering import ELLIPSIS, SIZE, amounts, broken, cut, names, width
from planner.figures.look import Figure, rows
from tests.figures.drawn import pixels

import altair as alt  # isort: skip

SAMPLES = [
    "Federated States of Micronesia",
    "Kiribati (Gilbert Islands)",
    "WWWW mmmm",
    "illicit fitting",
    "£ § Ā ʻ",
    "0123456789",
]


@pytest.mark.parametrize("text", SAMPLES)
def test_widths_are_never_less_than_what_is_drawn(text: str) -> None:
    marks = alt.Chart(rows(pd.DataFrame({"t": [text]}))).mark_text(
        align="left", font="Liberation Sans", fontSize=20
    )
    chart = marks.encode(x=alt.value(0), y=alt.value(20), text="t:N").properties(width=500, height=40)
    dark = (pixels(Figure(chart.configure_view(stroke=None))) < 128).all(axis=2)
    across = np.flatnonzero(dark.any(axis=0))
    drawn = across[-1] - across[0] + 1
    assert drawn <= width(text, 20.0) + 1.0
    assert drawn >= 0.7 * width(text, 20.0)


def test_cut() -> None:
    assert cut("Fiji", 100.0) == "Fiji"
    short = cut("Pacific Maritime Security Program", 60.0)
    assert short.endswith(ELLIPSIS)
    assert width(short) <= 60.0
    assert cut("a  b\x1b[31m", 200.0) == "a b�[31m"


def test_broken() -> None:
    lines = broken("Pacific Maritime Security Program and Operation Solania", 80.0, lines=2)
    assert len(lines) == 2
    assert lines[1].endswith(ELLIPSIS)
    assert all(width(line) <= 80.0 for line in lines)
    assert broken("", 80.0) == []
    assert broken("one two", 800.0) == ["one two"]


def test_names_that_look_alike_get_their_id() -> None:
    long = "The very long name of a programme that ends in "
    found = names(["a", "b", "c"], [f"{long} one", f"{long} two", ""], 80.0)
    assert len(set(found.values())) == 3
    assert found["a"].endswith("(a)")
    assert found["c"] == "c"


@pytest.mark.parametrize(
    ("most", "expected"),
    [(0.0, (1.0, "")), (9_999.0, (1.0, "")), (529_000.0, (1e3, "thousand")), (2.9e6, (1e6, "million"))],
)
def test_amounts(most: float, expected: tuple[float, str]) -> None:
    assert amounts(most) == expected
    assert SIZE > 0

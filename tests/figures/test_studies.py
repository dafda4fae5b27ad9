"""Charts of studies show the numbers of their frames."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from planner.figures import studies
from planner.figures.look import Figure
from planner.figures.render import rendered
from planner.report.palette import GAIN, KINDS, LOSS
from tests.figures.drawn import data, near, overlapping, paper, pixels, table, texts

LADDER = pd.DataFrame(
    {
        "rung": ["as planned", "all hours & <money>", "access"],
        "shortfall_km2": [1000.0, 400.0, 500.0],
        "step_km2": [np.nan, 600.0, -100.0],
    }
)
EFFECTS = pd.DataFrame(
    {
        "name": ["speed", "width", "dwell"],
        "low": [90.0, 50.0, 100.0],
        "high": [120.0, 180.0, 100.0],
        "base": 100.0,
    }
)


def comparison(scenarios: int) -> pd.DataFrame:
    rows = [
        (f"s{number}", area, name, "coverage", 0.1 * place + 0.05 * number * place)
        for number in range(scenarios)
        for place, (area, name) in enumerate([("a", "West"), ("b", "East"), ("c", "<script>")])
    ]
    return pd.DataFrame(rows, columns=["scenario", "area_id", "name", "figure", "value"])


def test_waterfall() -> None:
    drawn = studies.waterfall(LADDER)
    shown = table(drawn, "low", "high", "kind")
    # 1000, down by 600 to 400, up by 100 to 500, which is left
    assert [(row["low"], row["high"]) for row in shown] == [(0, 1000), (400, 1000), (400, 500), (0, 500)]
    assert [row["kind"] for row in shown] == ["start", "less shortfall", "more shortfall", "what is left"]
    assert [row["text"] for row in shown] == ["1,000", "−600", "+100", "500"]
    image = pixels(drawn)
    assert near(image, GAIN).sum() > 200
    assert near(image, LOSS).sum() > 100


def test_dumbbell() -> None:
    drawn = studies.dumbbell(comparison(3))
    shown = table(drawn, "scenario", "value")
    assert len(shown) == 9
    assert {(row["scenario"], row["area_id"]): row["value"] for row in shown}["s2", "c"] == pytest.approx(0.4)
    ends = table(drawn, "min", "max")
    assert [row["label"] for row in ends if row["max"] - row["min"] > 0.15] == ["<script>"], "0.2 to 0.4"
    image = pixels(drawn)
    assert all(near(image, colour).sum() > 20 for colour in KINDS[:3])


def test_many_scenarios_get_a_panel_each() -> None:
    drawn = studies.dumbbell(comparison(9))
    assert {f"s{number}" for number in range(1, 9)} <= {text for text, _ in texts(drawn)}
    panels = [rows for rows in data(drawn) if rows and "scenario" in rows[0]]
    assert len(panels) == 8
    assert all({row["scenario"] for row in rows} == {"s0", f"s{n}"} for n, rows in enumerate(panels, start=1))


def test_frontier() -> None:
    sweep = pd.DataFrame(
        {"amount": [3e6, 1e6, 2e6], "covered_km2": [30.0, 10.0, 25.0], "price": [1.0, 9.0, 5.0]}
    )
    drawn = studies.frontier(sweep, "budget", "USD", "per million USD")
    shown = table(drawn, "amount", "covered_km2")
    assert [(row["amount"], row["covered_km2"], row["price"]) for row in shown] == [
        (1e6, 10.0, 9.0),
        (2e6, 25.0, 5.0),
        (3e6, 30.0, 1.0),
    ]
    assert "budget (million USD)" in [text for text, _ in texts(drawn)]
    assert near(pixels(drawn), KINDS[1]).sum() > 50, "the price"
    assert near(pixels(studies.frontier(sweep, "spacing", "nm")), KINDS[1]).sum() == 0, "has no price"


def test_tornado_is_sorted_by_span() -> None:
    drawn = studies.tornado(EFFECTS, "km²")
    # spans 130, 30, 0
    assert [row["label"] for row in table(drawn, "end", "kind")][:3] == ["width", "speed", "dwell"]
    assert [row["end"] for row in table(drawn, "end", "kind")] == [50.0, 90.0, 100.0, 180.0, 120.0, 100.0]
    few = studies.tornado(EFFECTS, "km²", most=1)
    assert any("2 assumptions with less effect are not shown." in text for text, _ in texts(few))


def test_ranges() -> None:
    frame = pd.DataFrame(
        {"name": ["West", "East"], "low": [1.0, 2.0], "value": [2.0, 2.0], "high": [4.0, 2.0]}
    )
    shown = table(studies.ranges(frame, "km²"), "low", "value", "high")
    assert [(row["low"], row["value"], row["high"]) for row in shown] == [(1, 2, 4), (2, 2, 2)]


@pytest.mark.parametrize(
    "drawn",
    [
        studies.waterfall(LADDER),
        studies.dumbbell(comparison(3)),
        studies.dumbbell(comparison(9)),
        studies.tornado(EFFECTS, "km²"),
    ],
    ids=["waterfall", "dumbbell", "panels", "tornado"],
)
def test_nothing_overlaps(drawn: Figure) -> None:
    assert overlapping(texts(drawn)) == []
    assert paper(drawn)[0] < 530
    assert b"<script" not in rendered(drawn, "svg")


@pytest.mark.parametrize(
    "drawn",
    [
        studies.waterfall(LADDER.iloc[:0]),
        studies.waterfall(LADDER.iloc[:1]),
        studies.waterfall(LADDER.assign(shortfall_km2=0.0, step_km2=0.0)),
        studies.dumbbell(comparison(3).iloc[:0]),
        studies.dumbbell(comparison(1)),
        studies.frontier(pd.DataFrame({"amount": [], "covered_km2": [], "price": []}), "budget", "USD"),
        studies.frontier(
            pd.DataFrame({"amount": [1.0], "covered_km2": [1.0], "price": [0.0]}), "budget", "USD", "per h"
        ),
        studies.tornado(EFFECTS.iloc[:0], "km²"),
        studies.tornado(EFFECTS.iloc[2:], "km²"),
        studies.ranges(EFFECTS.assign(value=1.0).iloc[:0], "km²"),
    ],
)
def test_nothing_or_little_to_show(drawn: Figure) -> None:
    assert rendered(drawn, "png", 72.0).startswith(b"\x89PNG")

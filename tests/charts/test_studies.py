"""Charts of studies show the numbers of their frames."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from planner.charts import studies, uncertainty
from planner.charts.comparison import coverage
from planner.charts.render import rendered
from planner.charts.spec import Chart, printed
from planner.results.palette import GAIN, KINDS, LESS_MORE, LOSS, TARGET
from tests.charts.drawn import near, overlapping, pixels, said, table, texts

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


TARGETS = pd.Series({"a": 0.3, "b": 0.4, "c": 0.5})


def comparison(scenarios: int) -> pd.DataFrame:
    rows = [
        (f"s{number}", area, name, "coverage", 0.1 * place + 0.05 * number * place)
        for number in range(scenarios)
        for place, (area, name) in enumerate([("a", "West"), ("b", "East"), ("c", "<script>")])
    ]
    return pd.DataFrame(rows, columns=["scenario", "area_id", "name", "figure", "value"])


def test_waterfall() -> None:
    drawn = printed(studies.waterfall(LADDER))
    shown = table(drawn, "low", "high", "kind")
    # 1000, down by 600 to 400, up by 100 to 500, which is left
    assert [(row["low"], row["high"]) for row in shown] == [(0, 1000), (400, 1000), (400, 500), (0, 500)]
    assert [row["kind"] for row in shown] == ["start", "less shortfall", "more shortfall", "what is left"]
    assert [row["text"] for row in shown] == ["1,000", "−600", "+100", "500"]
    image = pixels(drawn)
    assert near(image, GAIN).sum() > 200
    assert near(image, LOSS).sum() > 100


def test_dumbbell() -> None:
    drawn = printed(coverage(comparison(3), TARGETS))
    shown = table(drawn, "scenario", "value")
    assert len(shown) == 9
    assert {(row["scenario"], row["area_id"]): row["value"] for row in shown}["s2", "c"] == pytest.approx(0.4)
    assert [row["target"] for row in table(drawn, "target")] == [0.5, 0.4, 0.3], "the largest change first"
    image = pixels(drawn)
    assert all(near(image, colour).sum() > 20 for colour in KINDS[:3])


def test_many_scenarios_are_a_table_of_differences() -> None:
    drawn = printed(coverage(comparison(9)))
    assert {(row["scenario"], row["area_id"]): row["difference"] for row in table(drawn, "difference")}[
        "s8", "c"
    ] == pytest.approx(0.8)
    assert "60.0%" in said(drawn)
    image = pixels(drawn)
    assert near(image, LESS_MORE[-1]).sum() > near(image, LESS_MORE[3]).sum() > 100


def test_frontier() -> None:
    sweep = pd.DataFrame(
        {"amount": [3e6, 1e6, 2e6], "covered_km2": [30.0, 10.0, 25.0], "shadow_price": [1.0, 9.0, 5.0]}
    )
    drawn = printed(studies.frontier(sweep, "budget", "USD", "per million USD", present=2e6))
    shown = table(drawn, "amount", "covered_km2")
    assert [(row["amount"], row["covered_km2"], row["shadow_price"]) for row in shown] == [
        (1e6, 10.0, 9.0),
        (2e6, 25.0, 5.0),
        (3e6, 30.0, 1.0),
    ]
    assert "budget [USD]" in [text for text, _ in texts(drawn)]
    assert near(pixels(drawn), TARGET).sum() > 50, "the shadow price"
    assert near(pixels(printed(studies.frontier(sweep, "spacing", "nm"))), TARGET).sum() == 0, "has none"


def test_tornado_is_sorted_by_span() -> None:
    drawn = printed(uncertainty.tornado(EFFECTS, "km²"))
    # spans 130, 30, 0
    assert [row["label"] for row in table(drawn, "end", "kind")][:3] == ["width", "speed", "dwell"]
    assert [row["end"] for row in table(drawn, "end", "kind")] == [50.0, 90.0, 100.0, 180.0, 120.0, 100.0]
    many = pd.concat([EFFECTS] * 10, ignore_index=True)
    few = said(printed(uncertainty.tornado(many, "km²")))
    assert f"{30 - uncertainty.MOST_DRIVERS} assumptions with less effect are not shown." in few


def test_ranges() -> None:
    frame = pd.DataFrame(
        {"name": ["West", "East"], "low": [1.0, 2.0], "value": [2.0, 2.0], "high": [4.0, 2.0]}
    )
    shown = table(printed(uncertainty.ranges(frame, "km²")), "low", "value", "high")
    assert [(row["low"], row["value"], row["high"]) for row in shown] == [(1, 2, 4), (2, 2, 2)]


@pytest.mark.parametrize(
    "drawn",
    [
        studies.waterfall(LADDER),
        coverage(comparison(3)),
        coverage(comparison(9)),
        uncertainty.tornado(EFFECTS, "km²"),
    ],
    ids=["waterfall", "dumbbell", "table", "tornado"],
)
def test_nothing_overlaps(drawn: Chart) -> None:
    spec = printed(drawn)
    assert overlapping(texts(spec)) == []
    assert pixels(spec).shape[1] < 545
    assert b"<script" not in rendered(spec, "svg")


@pytest.mark.parametrize(
    "drawn",
    [
        studies.waterfall(LADDER.iloc[:0]),
        studies.waterfall(LADDER.iloc[:1]),
        studies.waterfall(LADDER.assign(shortfall_km2=0.0, step_km2=0.0)),
        coverage(comparison(3).iloc[:0]),
        coverage(comparison(1)),
        studies.frontier(
            pd.DataFrame({"amount": [], "covered_km2": [], "shadow_price": []}), "budget", "USD"
        ),
        studies.frontier(
            pd.DataFrame({"amount": [1.0], "covered_km2": [1.0], "shadow_price": [0.0]}),
            "budget",
            "USD",
            "per h",
        ),
        uncertainty.tornado(EFFECTS.iloc[:0], "km²"),
        uncertainty.tornado(EFFECTS.iloc[2:], "km²"),
        uncertainty.ranges(EFFECTS.assign(value=1.0).iloc[:0], "km²"),
    ],
)
def test_nothing_or_little_to_show(drawn: Chart) -> None:
    assert rendered(printed(drawn), "png", 72.0).startswith(b"\x89PNG")

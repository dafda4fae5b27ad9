"""The page of a capacity plan in a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from planner.capacity.write import write_capacity_plan
from planner.page.write import write_report
from tests.capacity.made_up import block, make_invest
from tests.page.conftest import Sheet, number

Show = Callable[..., Sheet]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_invest(plans={(2030, "calm"): block()})
    return write_report(write_capacity_plan(made, tmp_path_factory.mktemp("capacity") / "out"))


def test_the_slider_shows_another_year(show: Show, page: Path) -> None:
    sheet = show(page)
    assert sheet.text("#slider-value") == "2030"
    # mean over futures: 15,000 in calm years, 13,000 in 1 of 4; missing to 18,750
    assert [number(cell) for cell in sheet.table("#year-table")[0][2:4]] == [14_500.0, 4_250.0]
    before = sheet.picture()
    sheet.page.fill("#slider", "0")
    sheet.ready()
    assert [number(cell) for cell in sheet.table("#year-table")[0][2:4]] == [9_500.0, 9_250.0]
    assert (sheet.picture() != before).any(), "the map shows the year"
    assert sheet.text("#answer").startswith("Order 2 x New patrol boat"), "the answer is that of all years"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_by_all_on_any_screen(show: Show, page: Path, scheme: str) -> None:
    sheet = show(page, width=390, color_scheme=scheme)
    assert sheet.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert sheet.faults() == []
    shown = sheet.page.eval_on_selector_all(".chart svg", "all => all.length")
    assert shown >= 6, "timeline, stock, money, coverage, map, worth"

"""The page of a comparison: the picker moves the maps, the charts and the tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

import planner
from tests.page.conftest import READY, Sheet
from tests.page.test_page import drawn, pick, serious

Show = Callable[..., Sheet]
Compared = tuple[planner.Comparison, Path]


def choose(sheet: Sheet, plan: str) -> None:
    sheet.page.select_option("#plan", plan)
    sheet.page.wait_for_selector(READY, state="attached")


def test_picker_moves_tables_and_maps(show: Show, comparison: Compared) -> None:
    compared, file = comparison
    sheet = show(file)
    pictures = set()
    for label, results in compared.results.items():
        choose(sheet, label)
        areas = results.areas.sort_values("shortfall_km2", ascending=False, kind="stable")
        shown = sheet.table("#areas-table")
        assert [row[1].split("\n")[0] for row in shown] == [f"{value:.1%}" for value in areas["coverage"]]
        assert results.title in sheet.text("#title")
        pictures.add(sheet.pixels("#map-2 canvas" if label != "baseline" else "#map-1 canvas"))
        assert sheet.page.locator("#maps canvas").count() == (1 if label == "baseline" else 2)
    assert len(pictures) == len(compared.results)


def test_differences_are_those_of_the_comparison(show: Show, comparison: Compared) -> None:
    compared, file = comparison
    sheet = show(file)
    choose(sheet, "no_shiprider")
    found = compared.areas[
        (compared.areas["scenario"] == "no_shiprider") & (compared.areas["figure"] == "shortfall_km2")
    ].set_index("area_id")["difference"]
    names = compared.results["baseline"].areas.set_index("name")["area_id"]
    for row in sheet.table("#areas-table"):
        difference = float(row[3].split("\n")[1].replace(",", "").replace("−", "-"))
        assert difference == pytest.approx(found[names[row[0]]], abs=0.51)
    totals = {row[0]: row for row in sheet.table("#totals-table")}
    assert len(totals) == 3
    spent = compared.totals.set_index(["scenario", "figure"])["difference"]
    shown = totals["Shiprider agreements withdrawn"][4].split("\n")[1]
    assert float(shown.replace(",", "").replace("−", "-")) == pytest.approx(
        spent["no_shiprider", "spent"], abs=0.51
    )


def test_difference_map_and_dumbbells(show: Show, comparison: Compared) -> None:
    _, file = comparison
    sheet = show(file)
    choose(sheet, "satellites_at_scale")
    pick(sheet, "view", "difference")
    sheet.page.wait_for_selector(READY, state="attached")
    assert sheet.page.locator("#maps canvas").count() == 1
    assert "difference" in sheet.text("#map-title")
    first = drawn(sheet)
    choose(sheet, "no_shiprider")
    assert drawn(sheet) != first
    areas = len(sheet.table("#areas-table"))
    assert sheet.page.locator("#dumbbell-chart svg .mark-symbol path").count() == 2 * areas


def test_phone_and_accessibility(show: Show, comparison: Compared) -> None:
    _, file = comparison
    sheet = show(file, 375, 720, is_mobile=True, has_touch=True)
    assert sheet.page.evaluate("document.documentElement.scrollWidth") == 375
    faults = Axe().run(sheet.page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in faults if serious(fault)] == []

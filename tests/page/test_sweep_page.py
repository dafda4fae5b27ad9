"""The page of a sweep: the slider moves the sentence, the map, the charts and the tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe

import planner
from planner.page.sweep import sweep_file, sweep_html
from planner.report.sweep import Axis, Sweep, sweep_of
from planner.report.sweep_text import sweep_study
from tests.page.conftest import PACIFIC, READY, Sheet
from tests.page.test_page import drawn, number, serious
from tests.report.conftest import make_results

Show = Callable[..., Sheet]
MOST_BYTES = 10_000_000
POINTS = 25


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sweep, Path]:
    """A sweep of all budgets of the Pacific case, and its folder with the report."""
    found = planner.sweep(PACIFIC, all_programmes=True, steps=POINTS)
    folder = tmp_path_factory.mktemp("page") / "swept"
    planner.write_study(sweep_study(found), folder, others={"report.html": sweep_file(found)})
    return found, folder / "report.html"


def move(sheet: Sheet, point: int) -> None:
    """Move the slider to a point, counted from 1."""
    sheet.page.eval_on_selector(
        "#slider",
        "(slider, at) => { slider.value = at; slider.dispatchEvent(new Event('input')); }",
        str(point - 1),
    )
    sheet.page.wait_for_selector(READY, state="attached")


def test_size(swept: tuple[Sweep, Path]) -> None:
    assert swept[1].stat().st_size < MOST_BYTES


def test_it_starts_where_the_case_stands(show: Show, swept: tuple[Sweep, Path]) -> None:
    found, file = swept
    sheet = show(file)
    # 25 points from 0 to 3 times: the ninth is 8 x 3/24 = 1 time what stands in the case
    assert sheet.page.input_value("#slider") == "8"
    assert f"{found.axis.present:,.0f} USD" in sheet.text("#plans")
    shown = sheet.table("#areas-table")
    stands = found.areas[found.areas["point"] == 9]
    names = found.base.areas.set_index("area_id")["name"]
    assert {row[0]: row[1] for row in shown} == {
        names[area_id]: f"{coverage:.1%}"
        for area_id, coverage in zip(stands["area_id"], stands["coverage"], strict=True)
    }


def test_slider_moves_sentence_map_and_tables(show: Show, swept: tuple[Sweep, Path]) -> None:
    found, file = swept
    sheet = show(file)
    names = found.base.areas.set_index("area_id")["name"]
    pictures, leads = set(), set()
    for point in (1, 4, 9, 25):
        move(sheet, point)
        row = found.points.set_index("point").loc[point]
        lead = sheet.text("#lead")
        assert f"{row['coverage']:.1%} of the water" in lead
        assert f"{row['price_per_million']:,.0f} risk-weighted km²" in lead
        areas = found.areas[found.areas["point"] == point]
        shown = {each[0]: each for each in sheet.table("#areas-table")}
        for area_id, coverage, shortfall in zip(
            areas["area_id"], areas["coverage"], areas["shortfall_km2"], strict=True
        ):
            assert shown[names[area_id]][1] == f"{coverage:.1%}"
            assert number(shown[names[area_id]][3]) == pytest.approx(shortfall, abs=0.51)
        programmes = found.programmes[found.programmes["point"] == point]
        spent = sorted(number(each[2]) for each in sheet.table("#programmes-table"))
        assert spent == pytest.approx(sorted(programmes["spent"]), abs=0.51)
        assert f"{row['amount']:,.0f} USD" in sheet.text("#slider-value")
        pictures.add(drawn(sheet))
        leads.add(lead)
    assert len(pictures) == len(leads) == 4


def test_frontier_and_its_points_are_those_of_the_csv(show: Show, swept: tuple[Sweep, Path]) -> None:
    found, file = swept
    sheet = show(file)
    shown = sheet.table("#points-table")
    for column, name in ((0, "amount"), (3, "covered_km2"), (4, "shortfall_km2"), (5, "spent")):
        assert [number(row[column]) for row in shown] == pytest.approx(found.points[name].tolist(), abs=0.51)
    assert [row[2] for row in shown] == [f"{value:.1%}" for value in found.points["coverage"]]
    dots = sheet.page.locator("#frontier-chart .mark-symbol path")
    assert dots.count() == 2 * POINTS, "covered, and its price"
    dots.nth(2).click()
    sheet.page.wait_for_selector(READY, state="attached")
    assert number(sheet.text("#slider-value").split()[0]) == pytest.approx(found.axis.amounts[2], abs=0.51)
    sheet.page.locator("#points-table button.area").nth(5).click()
    sheet.page.wait_for_selector(READY, state="attached")
    assert number(sheet.text("#slider-value").split()[0]) == pytest.approx(found.axis.amounts[5], abs=0.51)
    steps = found.scarce[["point_from", "point_to"]].drop_duplicates()
    assert len(sheet.table("#changes-table")) == len(steps)


def test_slider_on_a_phone_by_keys_and_without_faults(show: Show, swept: tuple[Sweep, Path]) -> None:
    found, file = swept
    sheet = show(file, 375, 720, is_mobile=True, has_touch=True)
    assert sheet.page.evaluate("document.documentElement.scrollWidth") == 375
    sheet.page.focus("#slider")
    for _ in range(3):
        sheet.page.keyboard.press("ArrowRight")
    sheet.page.wait_for_selector(READY, state="attached")
    assert f"{found.axis.amounts[11]:,.0f} USD" in sheet.text("#slider-value")
    assert found.points["coverage"].map("{:.1%}".format)[11] in sheet.text("#lead")
    faults = Axe().run(sheet.page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in faults if serious(fault)] == []


@pytest.mark.parametrize(
    ("axis", "said"),
    [
        (Axis("hours", ("boat",), (1.0,), "h", 100.0, (50.0, 100.0)), "one more hour gains"),
        (Axis("spacing", (), (), "nm", 60.0, (40.0, 60.0)), "60 nm"),
    ],
)
def test_hours_and_spacing(show: Show, tmp_path: Path, axis: Axis, said: str) -> None:
    made = make_results()
    hours = made.prices.iloc[:1].assign(limit_kind="asset_hours", id="p8")
    made = make_results(prices=pd.concat([made.prices, hours], ignore_index=True))
    ids = ("p8",) if axis.ids else ()
    axis = Axis(axis.kind, ids, axis.shares, axis.unit, axis.present, axis.amounts)
    file = tmp_path / "sweep.html"
    file.write_text(sweep_html(sweep_of(axis, made, {1: made, 2: made}, {})), encoding="utf-8")
    sheet = show(file)
    assert said in sheet.text("#lead") + sheet.text("#plans")
    panels = 2 if axis.kind == "hours" else 1
    assert sheet.page.locator("#frontier-chart .mark-symbol path").count() == 2 * panels


def test_points_without_a_plan_are_named_and_not_on_the_slider(show: Show, tmp_path: Path) -> None:
    made = make_results()
    programme = str(made.programmes["programme_id"].iloc[0])
    axis = Axis("budget", (programme,), (1.0,), "USD", 1e6, (0.0, 1e6, 2e6))
    file = tmp_path / "sweep.html"
    found = sweep_of(axis, made, {2: made, 3: made}, {1: "infeasible"})
    file.write_text(sweep_html(found), encoding="utf-8")
    sheet = show(file)
    assert sheet.page.get_attribute("#slider", "max") == "1"
    assert sheet.table("#points-table")[0][0] == "0: no plan (infeasible)"
    assert np.isnan(found.points["covered_km2"].iloc[0])
    assert "1,000,000 USD" in sheet.text("#slider-value")

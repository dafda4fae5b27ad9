"""The page of one run, as its reader has it: in a browser, with the network cut off."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pypdf import PdfReader

from planner.charts.names import PHONE
from planner.results.palette import CAUSE_COLOURS, LAND, NIGHT, VIRIDIS, WATER
from tests.pacific import TOGETHER
from tests.page.conftest import Sheet, number, share

pytestmark = TOGETHER
Show = Callable[..., Sheet]
MAP = "#map-1 svg"
THEMES = ("Detection", "Against target", "Cause", "Risk", "Operator", "Asset")
MOST_BYTES = 3_500_000
MOST_PAGES = 12
LINES = """
texts => texts.map(text => (text.children.length ? [...text.children] : [text]).map(each => each.textContent))
"""
A4 = (595, 842)
"""210 x 297 mm in points of 1/72 inch."""


def csv(run: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(run / f"{name}.csv")


def test_one_file_that_is_not_too_large(run: Path) -> None:
    assert (run / "report.html").stat().st_size <= MOST_BYTES


def test_answer_has_the_figures_of_the_tables(sheet: Sheet, run: Path) -> None:
    areas, programmes = csv(run, "areas"), csv(run, "programmes")
    sentences = sheet.page.eval_on_selector_all("#answer li", "items => items.map(item => item.innerText)")
    assert len(sentences) == 6
    assert f"{programmes['spent'].sum() / 1e6:.1f} million USD" in sentences[0]
    assert f"{areas['covered_km2'].sum() / areas['area_km2'].sum():.1%}" in sentences[0]
    assert f"{int(areas['met'].sum())} of {len(areas)}" in sentences[2]
    worst = areas.nlargest(1, "shortfall_km2").iloc[0]
    assert f"{worst['name']} ({worst['shortfall_km2']:,.0f} km²)" in sentences[2]
    causes = csv(run, "causes")
    hours = causes[(causes["level"] == "all") & (causes["cause"] == "hours")]["km2"].sum()
    assert f"{hours / areas['shortfall_km2'].sum():.1%}" in sentences[3]
    gain = csv(run, "gains")["gain_of_next_million_km2"].max()
    assert f"the objective is {gain:,.0f} risk-weighted km² less" in sentences[4]
    assert "proven" in sentences[5]


def test_tables_are_those_of_the_csv(sheet: Sheet, run: Path) -> None:
    areas = csv(run, "areas").sort_values("shortfall_km2", ascending=False, kind="stable")
    shown = sheet.table("#areas-table")
    assert [row[0] for row in shown] == areas["name"].tolist()
    assert [row[1] for row in shown] == [f"{value:.1%}" for value in areas["coverage"]]
    for column, name in ((3, "shortfall_km2"), (5, "covered_km2"), (6, "area_km2")):
        assert [number(row[column]) for row in shown] == pytest.approx(areas[name].tolist(), abs=0.5)
    programmes = csv(run, "programmes").sort_values("shortfall_km2", ascending=False, kind="stable")
    shown = sheet.table("#programmes-table")
    for column, name in ((1, "budget"), (2, "spent"), (3, "shortfall_km2"), (6, "target_km2")):
        assert [number(row[column]) for row in shown] == pytest.approx(programmes[name].tolist(), abs=0.5)
    for table, name, columns in (
        ("patrols", "allocation", {5: "mission_hours", 7: "swept_km2", 8: "cost"}),
        ("prices", "prices", {2: "limit", 3: "used"}),
    ):
        expected, shown = csv(run, name), sheet.table(f"#{table}-table")
        assert len(shown) == len(expected)
        for column, key in columns.items():
            found = sorted(number(row[column]) for row in shown)
            assert found == pytest.approx(sorted(expected[key]), abs=0.51)


def test_assumptions_and_provenance(sheet: Sheet, run: Path) -> None:
    figures, manifest = csv(run, "assumptions"), json.loads((run / "run.json").read_text(encoding="utf-8"))
    counts = figures["basis"].value_counts()
    lead = sheet.text("#assumptions .lead")
    assert all(f"{counts[name]} {name}" in lead for name in ("stated", "derived", "assumed"))
    assert {tuple(row) for row in sheet.table("#inputs-table")} == set(manifest["inputs"].items())
    assert f"{manifest['certificate']['bound']:,.0f}" in sheet.text("#certificate .facts")
    sheet.page.fill("#assumptions-search", "sweep width")
    sheet.page.fill("#assumptions-search", "dwell_days")
    sheet.page.fill("#assumptions-search", "dwell days")
    assert [row[1] for row in sheet.table("#assumptions-table")] == ["dwell days"]
    sheet.page.fill("#assumptions-search", "")


def test_map_has_land_and_areas_on_both_sides_of_180(sheet: Sheet) -> None:
    picture = sheet.picture()
    assert 0.05 < share(picture, LAND) < 0.25, "Australia and the islands"
    assert 0.3 < share(picture, WATER) < 0.8, "the sea around: no area fills the globe"
    box = sheet.page.locator(f'{MAP} text:text-is("180°")').bounding_box()
    whole = sheet.page.locator(MAP).bounding_box()
    assert box is not None
    assert whole is not None
    middle = int((box["x"] + box["width"] / 2 - whole["x"]) / whole["width"] * picture.shape[1])
    assert 0.4 < middle / picture.shape[1] < 0.7, "the Pacific is in the middle"
    for side in (picture[:, :middle], picture[:, middle:]):
        assert sum(share(side, colour) for colour in VIRIDIS) > 0.02


def test_every_map_is_drawn_for_cells_and_areas(show: Show, run: Path) -> None:
    sheet = show(run / "report.html")
    seen = set()
    for unit in ("Cells", "Areas"):
        sheet.pick(unit)
        for theme in THEMES:
            sheet.pick(theme)
            seen.add(sheet.picture().tobytes())
            assert sheet.page.locator(f"{MAP} .mark-symbol path").count() >= 4, "a legend"
    assert len(seen) == 2 * len(THEMES), "each is another picture"
    sheet.pick("Cause")
    areas = csv(run, "areas")
    km2 = areas.groupby("largest_cause")["area_km2"].sum()
    picture = sheet.picture()
    # Equal areas: pixels are to each other as km².
    most, next_most = km2.nlargest(2).index
    parts = share(picture, CAUSE_COLOURS[most][0]) / share(picture, CAUSE_COLOURS[next_most][0])
    assert parts == pytest.approx(km2[most] / km2[next_most], rel=0.08)


def centre_of(sheet: Sheet, name: str) -> dict[str, float]:
    """Where an area's name is in the map, in pixels of its picture."""
    text = sheet.page.locator(f'{MAP} text:text-is("{name}")').first
    text.scroll_into_view_if_needed()
    box, whole = text.bounding_box(), sheet.page.locator(MAP).bounding_box()
    assert box is not None
    assert whole is not None
    return {
        "x": box["x"] - whole["x"] + box["width"] / 2,
        "y": box["y"] - whole["y"] + box["height"] / 2,
    }


def test_click_on_an_area_filters_tables_and_charts_and_again_clears(sheet: Sheet, run: Path) -> None:
    bars = sheet.page.locator("#gap_by_programme-chart .mark-rect path")
    before = bars.count()
    for _ in range(2):
        sheet.page.click(MAP, position=centre_of(sheet, "Tuvalu"))
        if sheet.page.is_visible("#chosen"):
            allocation, gaps = csv(run, "allocation"), csv(run, "gaps")
            here = gaps[(gaps["area_id"] == "tuvalu") & (gaps["programme_id"] != "total")]
            assert [row[0] for row in sheet.table("#areas-table")] == ["Tuvalu"]
            assert len(sheet.table("#patrols-table")) == (allocation["area_id"] == "tuvalu").sum()
            shown = sorted(number(row[3]) for row in sheet.table("#programmes-table"))
            assert shown == pytest.approx(sorted(here["shortfall_km2"]), abs=0.51)
            assert "Tuvalu" in sheet.text("#chosen")
            assert sheet.page.input_value("#zone") == "tuvalu"
            sheet.page.wait_for_timeout(200)
            assert bars.count() < before
            assert share(sheet.picture(), "#c2185b") > 0.0, "its outline"
    assert len(sheet.table("#areas-table")) == len(csv(run, "areas"))
    assert not sheet.page.is_visible("#chosen")
    sheet.page.wait_for_timeout(200)
    assert bars.count() == before


def test_all_can_be_done_with_the_keyboard(show: Show, run: Path) -> None:
    sheet = show(run / "report.html")
    before = sheet.picture()
    sheet.page.focus(".map")
    sheet.page.keyboard.press("+")
    sheet.page.keyboard.press("ArrowLeft")
    assert (sheet.picture() != before).any()
    sheet.page.keyboard.press("0")
    sheet.page.evaluate("document.activeElement.blur()")
    np.testing.assert_array_equal(sheet.picture(), before)
    sheet.page.select_option("#zone", "fiji")
    assert [row[0] for row in sheet.table("#areas-table")] == ["Fiji"]
    sheet.page.focus(".map")
    sheet.page.keyboard.press("Escape")
    assert len(sheet.table("#areas-table")) > 1
    sheet.page.focus("#map-choice-0-0")
    sheet.page.keyboard.press("ArrowRight")
    assert sheet.page.is_checked("#map-choice-0-1")
    assert sheet.page.evaluate("document.activeElement.id") == "map-choice-0-1"
    sheet.page.focus("#areas-table th button")
    sheet.page.keyboard.press("Enter")
    names = [row[0] for row in sheet.table("#areas-table")]
    assert names == sorted(names)


def test_hover_shows_the_figures_of_the_cell(sheet: Sheet, run: Path) -> None:
    sheet.page.hover(MAP, position=centre_of(sheet, "Nauru"))
    sheet.page.wait_for_selector("#vg-tooltip-element.visible")
    told = dict(
        sheet.page.eval_on_selector_all(
            "#vg-tooltip-element tr", "rows => rows.map(row => [...row.children].map(cell => cell.innerText))"
        )
    )
    assert told["area"] == "Nauru"
    cell = csv(run, "cells").set_index("cell_id").loc[told["cell"]]
    assert cell["area_id"] == "nauru"
    assert told["chance of detection (POD)"] == f"{cell['pod']:.1%}"


def test_rings_have_the_radius_of_equation_2(show: Show, run: Path) -> None:
    sheet = show(run / "report.html")
    before = sheet.picture()
    sheet.page.select_option("#ring", "png_guardian")
    assert (sheet.picture() != before).any()
    # assets.csv: endurance 480 h, transit and search at 12 kn, range 3,000 nm less a reserve of 10%, at least
    # 24 h on station: min((480 - 24) x 12, 0.9 x 3000 - 24 x 12) / 2 = min(5472, 2412) / 2 = 1,206 nm.
    assert "1,206 nm" in sheet.text("#ring-note")


def test_no_serious_fault_of_accessibility(show: Show, run: Path) -> None:
    assert show(run / "report.html").faults() == []
    assert show(run / "report.html", color_scheme="dark").faults("color-contrast") == []


def test_fits_a_phone(show: Show, run: Path) -> None:
    sheet = show(run / "report.html", 375, 720, is_mobile=True, has_touch=True)
    assert sheet.page.evaluate("document.documentElement.scrollWidth") == 375
    assert sheet.page.evaluate("document.querySelector('#areas-table .scroll').scrollWidth") > 375
    sheet.page.select_option("#zone", "tonga")
    assert sheet.page.evaluate("document.documentElement.scrollWidth") == 375
    assert sheet.page.locator(f"{MAP} text[opacity='1']").count() == 0 or share(sheet.picture(), LAND) > 0.02


def test_every_bar_has_its_own_name_on_a_phone(show: Show, run: Path) -> None:
    sheet = show(run / "report.html", 390, 844, is_mobile=True, has_touch=True)
    for chart, table in (("hours", "fleet"), ("coverage_by_area", "areas"), ("spending", "programmes")):
        axis = sheet.page.locator(f"#{chart}-chart .role-axis-label").last
        names = axis.locator("text").evaluate_all(LINES)
        assert len(names) == len({tuple(name) for name in names}) == len(csv(run, table)), chart
        assert not any(line.endswith("…") for name in names for line in name[-1:]), "the id tells it apart"
        assert all(len(line) <= PHONE for name in names for line in name)


def test_a_wide_screen_is_used(show: Show, run: Path) -> None:
    sheet = show(run / "report.html", 1400)
    where = "id => { const { left, right, top } = document.querySelector(id).getBoundingClientRect(); "
    where += "return [left, right, top]; }"
    gap, spending, chart, table = (
        sheet.page.evaluate(where, name)
        for name in ("#gap_by_programme-chart", "#spending-chart", "#areas .charts", "#areas .tables")
    )
    assert gap[2] == spending[2], "side by side"
    assert spending[1] > 1300
    assert table[0] > chart[1], "beside it"


def test_dark_by_wish_and_by_button(show: Show, run: Path) -> None:
    light = show(run / "report.html")
    assert light.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    light.page.click("#theme")
    night = light.page.evaluate("getComputedStyle(document.body).backgroundColor")
    dark = show(run / "report.html", color_scheme="dark")
    assert dark.page.evaluate("getComputedStyle(document.body).backgroundColor") == night
    assert share(light.picture(), LAND) < 0.001
    assert share(light.picture(), NIGHT[LAND]) > 0.05
    np.testing.assert_array_equal(light.picture(), dark.picture())


def test_prints_on_white_without_controls(show: Show, run: Path, tmp_path: Path) -> None:
    sheet = show(run / "report.html", color_scheme="dark")
    sheet.page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    sheets: Any = PdfReader(tmp_path / "report.pdf").pages
    pages = [page.extract_text() for page in sheets]
    assert all(page.strip() for page in pages)
    assert "The answer" in pages[0]
    assert len(pages) <= MOST_PAGES
    headings = sheet.page.eval_on_selector_all("h2, .tables h3", "found => found.map(each => each.innerText)")
    assert not any(page.rstrip().endswith(heading) for page in pages for heading in headings if heading)
    assert sum("On station" in page.replace("\n", " ") for page in pages) >= 2, "on each page of the table"
    assert "rows; allocation.csv has all of them" in " ".join("".join(pages).split())
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in sheets} == {A4}
    sheet.page.emulate_media(media="print", color_scheme="dark")
    assert not any(sheet.page.is_visible(each) for each in ("nav", "#theme", ".controls", ".zoom"))
    assert sheet.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert share(sheet.picture(), LAND) > 0.05

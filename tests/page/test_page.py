"""The page of one run, as its reader has it: in a browser, with the network cut off."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from pypdf import PdfReader

from planner.report.palette import CAUSE_COLOURS, LAND, VIRIDIS, WATER
from tests.page.conftest import Sheet
from tests.page.pictures import pixels, share

Show = Callable[..., Sheet]
MAP = "#map-1 canvas"
LAYERS = ("pod", "target", "cause", "risk", "asset", "operator")
MOST_BYTES = 3_000_000
A4 = (595, 842)
"""210 x 297 mm in points of 1/72 inch."""


def number(text: str) -> float:
    return float(text.replace(",", "").replace("%", "").replace("−", "-").splitlines()[0])


def csv(run: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(run / f"{name}.csv")


def drawn(sheet: Sheet) -> str:
    """The picture of the map, when it is drawn."""
    sheet.page.wait_for_timeout(150)
    url: str = sheet.pixels()
    return url


def pick(sheet: Sheet, name: str, value: str) -> None:
    sheet.page.click(f'label[for="{name}-{value}"]')


def test_one_file_of_at_most_three_megabytes(run: Path) -> None:
    assert (run / "report.html").stat().st_size <= MOST_BYTES


def test_answer_has_the_figures_of_the_tables(show: Show, run: Path) -> None:
    sheet = show(run / "report.html")
    areas, programmes = csv(run, "areas"), csv(run, "programmes")
    sentences = sheet.page.eval_on_selector_all("#answer li", "items => items.map(item => item.innerText)")
    assert len(sentences) == 5
    assert f"{programmes['spent'].sum() / 1e6:.1f} million USD" in sentences[0]
    assert f"{areas['covered_km2'].sum() / areas['area_km2'].sum():.1%}" in sentences[0]
    assert f"{int(areas['met'].sum())} of {len(areas)}" in sentences[1]
    worst = areas.nlargest(1, "shortfall_km2").iloc[0]
    assert f"{worst['name']} ({worst['shortfall_km2']:,.0f} km²)" in sentences[1]
    assert f"{areas['asset_hours_km2'].sum() / areas['shortfall_km2'].sum():.1%}" in sentences[2]
    prices = csv(run, "prices")
    dearest = prices[prices["limit_kind"] == "budget"]["price"].max() * 1e6
    assert f"{dearest:,.0f} risk-weighted km²" in sentences[3]
    assert "proven" in sentences[4]


def test_areas_are_those_of_the_csv_by_gap(show: Show, run: Path) -> None:
    sheet = show(run / "report.html")
    expected = csv(run, "areas").sort_values("shortfall_km2", ascending=False, kind="stable")
    shown = sheet.table("#areas-table")
    assert [row[0] for row in shown] == expected["name"].tolist()
    assert [row[1] for row in shown] == [f"{value:.1%}" for value in expected["coverage"]]
    assert [row[2] for row in shown] == [f"{value:.1%}" for value in expected["target_coverage"]]
    for column, name in ((3, "shortfall_km2"), (5, "covered_km2"), (6, "area_km2")):
        assert [number(row[column]) for row in shown] == pytest.approx(expected[name].tolist(), abs=0.5)


def test_programmes_patrols_and_prices_are_those_of_the_csv(show: Show, run: Path) -> None:
    sheet = show(run / "report.html")
    programmes = csv(run, "programmes").sort_values("shortfall_km2", ascending=False, kind="stable")
    shown = sheet.table("#programmes-table")
    for column, name in ((1, "budget"), (2, "spent"), (3, "shortfall_km2")):
        assert [number(row[column]) for row in shown] == pytest.approx(programmes[name].tolist(), abs=0.5)
    allocation, shown = csv(run, "allocation"), sheet.table("#patrols-table")
    assert len(shown) == len(allocation)
    for column, name in ((5, "mission_hours"), (7, "swept_km2"), (8, "cost")):
        assert sorted(number(row[column]) for row in shown) == pytest.approx(
            sorted(allocation[name]), abs=0.51
        )
    prices, shown = csv(run, "prices"), sheet.table("#prices-table")
    assert len(shown) == len(prices)
    assert sorted(number(row[2]) for row in shown) == pytest.approx(sorted(prices["limit"]), abs=0.51)


def test_assumptions_and_provenance(show: Show, run: Path) -> None:
    sheet = show(run / "report.html")
    figures, manifest = csv(run, "assumptions"), json.loads((run / "run.json").read_text(encoding="utf-8"))
    counts = figures["basis"].value_counts()
    basis = sheet.text("#basis")
    assert all(f"{counts[name]} {name}" in basis for name in ("stated", "derived", "assumed"))
    assert {tuple(row) for row in sheet.table("#inputs-table")} == set(manifest["inputs"].items())
    assert f"{manifest['certificate']['bound']:,.0f}" in sheet.text("#certificate-facts")
    sheet.page.fill("#assumptions-search", "sweep width")
    sheet.page.fill("#assumptions-search", "dwell_days")
    assert [row[1] for row in sheet.table("#assumptions-table")] == ["dwell days"]


def test_map_has_land_and_zones_on_both_sides_of_180(show: Show, run: Path) -> None:
    sheet = show(run / "report.html")
    picture = pixels(drawn(sheet))
    assert 0.05 < share(picture, LAND) < 0.25, "Australia and the islands"
    assert 0.3 < share(picture, WATER) < 0.8, "the sea around: no zone fills the globe"
    ground = sheet.page.evaluate("JSON.parse(document.getElementById('data').textContent).grounds[0]")
    start = float(ground["meridian180"].removeprefix("M").split()[0])
    meridian = int(start / ground["width"] * picture.shape[1])
    for side in (picture[:, :meridian], picture[:, meridian:]):
        assert sum(share(side, colour) for colour in VIRIDIS) > 0.02


def test_every_layer_is_drawn_for_cells_and_zones(show: Show, run: Path) -> None:
    sheet = show(run / "report.html")
    seen = {}
    for unit in ("cells", "zones"):
        pick(sheet, "unit", unit)
        for layer in LAYERS:
            pick(sheet, "layer", layer)
            seen[unit, layer] = drawn(sheet)
            assert sheet.page.locator("#map-legend li").count() >= 4
            assert sheet.text("#map-title")
    assert len(set(seen.values())) == len(seen), "each is another picture"


def test_colours_of_zones_are_those_of_their_figures(show: Show, run: Path) -> None:
    sheet = show(run / "report.html")
    pick(sheet, "unit", "zones")
    pick(sheet, "layer", "cause")
    picture = pixels(drawn(sheet))
    areas = csv(run, "areas")
    causes = ["out_of_range", "no_access", "asset_hours", "budget", "not_prioritised"]
    largest = areas[[f"{cause}_km2" for cause in causes]].to_numpy().argmax(axis=1)
    short = areas["shortfall_km2"].to_numpy() > 0
    km2 = areas["area_km2"].to_numpy()
    hours = km2[short & (largest == 2)].sum()
    budget = km2[short & (largest == 3)].sum()
    # Equal areas: pixels are to each other as km².
    assert share(picture, CAUSE_COLOURS["asset_hours"][0]) / share(
        picture, CAUSE_COLOURS["budget"][0]
    ) == pytest.approx(hours / budget, rel=0.05)


def centre_of(sheet: Sheet, area_id: str) -> dict[str, float]:
    """Where the name of an area stands in the map, in pixels of the page's element."""
    found: dict[str, float] = sheet.page.evaluate(
        """id => {
            const ground = JSON.parse(document.getElementById("data").textContent).grounds[0];
            const at = ground.areas.id.indexOf(id);
            const box = document.querySelector("#map-1 canvas").getBoundingClientRect();
            const [x, y] = [ground.areas.x[at] / ground.width, ground.areas.y[at] / ground.height];
            return {x: x * box.width, y: y * box.height};
        }""",
        area_id,
    )
    return found


def test_click_on_a_zone_filters_the_tables_and_again_clears(show: Show, run: Path) -> None:
    sheet = show(run / "report.html")
    sheet.page.click(MAP, position=centre_of(sheet, "tuvalu"))
    allocation = csv(run, "allocation")
    gaps = csv(run, "gaps")
    assert [row[0] for row in sheet.table("#areas-table")] == ["Tuvalu"]
    assert len(sheet.table("#patrols-table")) == (allocation["area_id"] == "tuvalu").sum()
    here = gaps[(gaps["area_id"] == "tuvalu") & (gaps["programme_id"] != "total")]
    assert len(sheet.table("#programmes-table")) == len(here)
    assert "Tuvalu" in sheet.text("#chosen")
    assert sheet.page.input_value("#zone") == "tuvalu"
    sheet.page.click(MAP, position=centre_of(sheet, "tuvalu"))
    assert len(sheet.table("#areas-table")) == len(csv(run, "areas"))
    assert not sheet.page.is_visible("#chosen")


def test_all_can_be_done_with_the_keyboard(show: Show, run: Path) -> None:
    sheet = show(run / "report.html")
    before = drawn(sheet)
    sheet.page.focus(".map")
    sheet.page.keyboard.press("+")
    sheet.page.keyboard.press("ArrowLeft")
    assert drawn(sheet) != before
    sheet.page.keyboard.press("0")
    assert drawn(sheet) == before
    sheet.page.select_option("#zone", "fiji")
    assert [row[0] for row in sheet.table("#areas-table")] == ["Fiji"]
    sheet.page.focus(".map")
    sheet.page.keyboard.press("Escape")
    assert len(sheet.table("#areas-table")) > 1
    sheet.page.focus("#layer-pod")
    sheet.page.keyboard.press("ArrowRight")
    assert sheet.page.is_checked("#layer-target")
    sheet.page.focus("#areas-table th button")
    sheet.page.keyboard.press("Enter")
    names = [row[0] for row in sheet.table("#areas-table")]
    assert names == sorted(names)


def test_hover_shows_the_figures_of_the_cell(show: Show, run: Path) -> None:
    sheet = show(run / "report.html")
    at = centre_of(sheet, "nauru")
    sheet.page.locator(MAP).scroll_into_view_if_needed()
    sheet.page.wait_for_timeout(200)
    sheet.page.hover(MAP, position=at)
    sheet.page.wait_for_selector("#tip:not([hidden])")
    told = sheet.text("#tip")
    assert told.startswith("Nauru")
    cell = csv(run, "cells").set_index("cell_id").loc[told.split("cell\n")[-1].strip()]
    assert cell["area_id"] == "nauru"
    assert f"{cell['pod']:.1%}" in told


def test_rings_have_the_radius_of_equation_2(show: Show, run: Path) -> None:
    sheet = show(run / "report.html")
    before = drawn(sheet)
    sheet.page.select_option("#ring", "png_guardian")
    assert drawn(sheet) != before
    # assets.csv: endurance 480 h, transit and search at 12 kn, range 3,000 nm less a reserve of 10%, at least
    # 24 h on station: min((480 - 24) x 12, 0.9 x 3000 - 24 x 12) / 2 = min(5472, 2412) / 2 = 1,206 nm.
    assert "1,206 nm" in sheet.text("#ring-note")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_fault_of_accessibility(show: Show, run: Path, scheme: str) -> None:
    sheet = show(run / "report.html", color_scheme=scheme)
    sheet.page.wait_for_timeout(300)
    faults = Axe().run(sheet.page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in faults if serious(fault)] == []


def serious(fault: dict[str, Any]) -> bool:
    return fault["impact"] in ("serious", "critical")


def test_fits_a_phone(show: Show, run: Path) -> None:
    sheet = show(run / "report.html", 375, 720, is_mobile=True, has_touch=True)
    assert sheet.page.evaluate("document.documentElement.scrollWidth") == 375
    assert sheet.page.evaluate("document.querySelector('#areas-table .scroll').scrollWidth") > 375
    sheet.page.select_option("#zone", "tonga")
    assert sheet.page.evaluate("document.documentElement.scrollWidth") == 375


def test_dark_by_wish_and_by_button(show: Show, run: Path) -> None:
    light = show(run / "report.html")
    assert light.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    light.page.click("#theme")
    night = light.page.evaluate("getComputedStyle(document.body).backgroundColor")
    dark = show(run / "report.html", color_scheme="dark")
    assert dark.page.evaluate("getComputedStyle(document.body).backgroundColor") == night
    assert share(pixels(drawn(light)), LAND) == 0.0
    np.testing.assert_array_equal(pixels(drawn(light)), pixels(drawn(dark)))


def sheets(folder: Path) -> Any:
    return PdfReader(folder / "report.pdf").pages


def test_prints_on_white_without_controls(show: Show, run: Path, tmp_path: Path) -> None:
    sheet = show(run / "report.html", color_scheme="dark")
    document = sheet.page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    assert document.startswith(b"%PDF")
    pages = [page.extract_text() for page in sheets(tmp_path)]
    assert all(page.strip() for page in pages)
    assert "The answer" in pages[0]
    assert "The map" in pages[0]
    assert sum("On station" in page.replace("\n", " ") for page in pages) > 2, "headings on every page"
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in sheets(tmp_path)} == {A4}
    sheet.page.emulate_media(media="print", color_scheme="dark")
    sheet.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not any(sheet.page.is_visible(each) for each in ("nav", "#theme", "#map-controls", ".zoom"))
    assert sheet.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert share(pixels(drawn(sheet)), LAND) > 0.05

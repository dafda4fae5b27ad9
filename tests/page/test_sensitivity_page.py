"""The page of a study of the assumptions: its ranges, drivers and rankings are those of the CSV files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

import planner
from planner.case.new import write_new_case
from planner.page.sensitivity import answer, sensitivity_file, sensitivity_html
from planner.report.sensitivity import Sensitivity
from tests.page.conftest import Sheet
from tests.page.test_page import number, pick, serious

Show = Callable[..., Sheet]
Studied = tuple[Sensitivity, Path]


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Studied:
    """A study of the small case that planner new writes, and its folder with the report."""
    place = tmp_path_factory.mktemp("page")
    write_new_case(place / "small")
    found = planner.sensitivity(place / "small", 24, 3)
    planner.write_sensitivity(found, place / "study", others={"report.html": sensitivity_file(found)})
    return found, place / "study"


def csv(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv")


def test_answer_has_the_figures_of_the_csv(show: Show, studied: Studied) -> None:
    _, folder = studied
    sheet = show(folder / "report.html")
    sentences = sheet.page.eval_on_selector_all("#answer li", "items => items.map(item => item.innerText)")
    assert len(sentences) == 5
    outcomes = csv(folder, "outcomes").set_index(["outcome", "id"])
    whole = outcomes.loc["coverage", "all"]
    assert all(f"{whole[name]:.1%}" in sentences[0] for name in ("p5", "p95", "median", "base"))
    drivers = csv(folder, "drivers")
    first = drivers[drivers["outcome"] == "coverage"].iloc[0]
    assert first["driver"] in sentences[2]
    assert f"{first['low_mean']:.1%} where it is lowest" in sentences[2]
    ranking = csv(folder, "ranking")
    assert f"{ranking.loc[ranking['kind'] == 'programme', 'share_first'].max():.1%}" in sentences[3]
    assert "All 24 plans are proven" in sentences[4]
    assert "All plans proven optimal" in sheet.text("#subtitle")


def test_ranges_are_those_of_the_csv(show: Show, studied: Studied) -> None:
    _, folder = studied
    sheet = show(folder / "report.html")
    outcomes = csv(folder, "outcomes")
    columns = ["base", "mean", "p5", "p25", "median", "p75", "p95"]
    for outcome, whole in (("area_coverage", "coverage"), ("programme_gap_km2", ""), ("programme_spent", "")):
        pick(sheet, "outcome", outcome)
        expected = outcomes[outcomes["outcome"].isin([outcome, whole])]
        shown = sheet.table("#ranges-table")
        assert len(shown) == len(expected)
        for row, values in zip(shown, expected[columns].to_numpy(), strict=True):
            scale = 100.0 if outcome == "area_coverage" else 1.0
            near = 0.051 if outcome == "area_coverage" else 0.51
            assert [number(each) for each in row[1:]] == pytest.approx(values * scale, abs=near)
    names = outcomes.loc[outcomes["outcome"] == "area_coverage", "name"].tolist()
    pick(sheet, "outcome", "area_shortfall_km2")
    assert [row[0] for row in sheet.table("#ranges-table")] == ["Shortfall of all areas", *names]
    expect(sheet.page.locator("#ranges-chart .mark-symbol path")).to_have_count(len(names))


def test_drivers_follow_the_outcome(show: Show, studied: Studied) -> None:
    _, folder = studied
    sheet = show(folder / "report.html")
    drivers = csv(folder, "drivers")
    area = str(drivers.loc[drivers["outcome"] == "area_coverage", "id"].iloc[0])
    for outcome, one in (("coverage", "all"), ("area_coverage", area)):
        sheet.page.select_option("#driven", f"{outcome}/{one}")
        expected = drivers[(drivers["outcome"] == outcome) & (drivers["id"] == one)]
        shown = sheet.table("#drivers-table")
        assert [row[0].split("\n")[0] for row in shown] == expected["driver"].tolist()
        assert [number(row[2]) for row in shown] == pytest.approx(100 * expected["low_mean"], abs=0.051)
        assert [number(row[3]) for row in shown] == pytest.approx(100 * expected["high_mean"], abs=0.051)
        expect(sheet.page.locator("#drivers-chart .mark-rect path")).to_have_count(2 * len(expected))


def test_ranking_figures_and_provenance(show: Show, studied: Studied) -> None:
    found, folder = studied
    sheet = show(folder / "report.html")
    ranking = csv(folder, "ranking")
    for kind in ("programme", "asset"):
        expected = ranking[ranking["kind"] == kind]
        shown = sheet.table(f"#{kind}s-table")
        assert [row[0] for row in shown] == expected["name"].tolist()
        assert [number(row[1]) for row in shown] == pytest.approx(100 * expected["share_first"], abs=0.051)
    figures = csv(folder, "figures")
    assert [row[0].split("\n")[0] for row in sheet.table("#figures-table")] == figures["figure"].tolist()
    sheet.page.fill("#figures-search", "dwell_days")
    assert [row[0] for row in sheet.table("#figures-table")] == ["dwell_days"]
    assert "seed 3" in sheet.text("#certificate-facts")
    assert {tuple(row) for row in sheet.table("#inputs-table")} == set(found.inputs.items())
    assert sheet.page.locator("#failures").is_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone_and_accessibility(show: Show, studied: Studied, scheme: str) -> None:
    _, folder = studied
    sheet = show(folder / "report.html", 375, 720, is_mobile=True, has_touch=True, color_scheme=scheme)
    assert sheet.page.evaluate("document.documentElement.scrollWidth") == 375
    faults = Axe().run(sheet.page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in faults if serious(fault)] == []


def test_failures_are_named_and_text_stays_text(show: Show, studied: Studied, tmp_path: Path) -> None:
    found, _ = studied
    wicked = "</script><img src=x onerror=alert(1)> <b>"
    draws = found.draws.assign(status=["failed", *["optimal"] * 23])
    failures = pd.DataFrame(
        {"draw": ["draw_01"], "status": ["infeasible"], "message": [wicked], "trace": [""]}
    )
    changed = replace(found, title=wicked, draws=draws, failures=failures)
    last = "".join(piece for piece, _ in list(answer(changed))[-1])
    assert last == "23 of 24 plans are proven; 1 draw without a plan, in no figure here."
    file = tmp_path / "failed.html"
    file.write_text(sensitivity_html(changed), encoding="utf-8")
    sheet = show(file)
    assert sheet.page.locator("img, b").count() == 0
    assert sheet.text("#title") == wicked
    assert sheet.table("#failures-table") == [["draw 01", "infeasible", wicked]]
    assert "Not all plans are proven" in sheet.text("#subtitle")

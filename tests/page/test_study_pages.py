"""Pages of studies: picker, slider and choices move sentences, maps, charts and tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from planner.page.sweep import sweep_html
from planner.results.sensitivity import Sensitivity
from planner.results.sweep import Axis, Sweep, sweep_of
from playwright.sync_api import expect

import planner
from planner.case.new import write_new_case
from planner.page.sensitivity import answer, sensitivity_file, sensitivity_html
from tests.page.conftest import PACIFIC, Sheet, number
from tests.report.conftest import make_results

Show = Callable[..., Sheet]
Compared = tuple[planner.Comparison, Path]
POINTS = 5


@pytest.fixture(scope="session")
def swept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sweep, Path]:
    """A sweep of all budgets of the Pacific case in large cells, and its report."""
    found = planner.sweep(PACIFIC, all_programmes=True, steps=POINTS, changes={"cells.spacing_nm": "150"})
    file = tmp_path_factory.mktemp("page") / "swept.html"
    file.write_text(sweep_html(found), encoding="utf-8")
    return found, file


@pytest.fixture(scope="session")
def studied(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sensitivity, Path]:
    """A study of the small case that planner new writes, and its folder with the report."""
    place = tmp_path_factory.mktemp("page")
    write_new_case(place / "small")
    found = planner.sensitivity(place / "small", 24, 3)
    planner.write_sensitivity(found, place / "study", others={"report.html": sensitivity_file(found)})
    return found, place / "study"


def csv(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv")


def test_picker_moves_tables_and_maps(show: Show, comparison: Compared) -> None:
    compared, file = comparison
    sheet = show(file)
    pictures = set()
    for label, results in compared.results.items():
        sheet.page.select_option("#plan", label)
        sheet.ready()
        areas = results.areas.sort_values("shortfall_km2", ascending=False, kind="stable")
        shown = [row[1].split("\n")[0] for row in sheet.table("#areas-table")]
        assert shown == [f"{value:.1%}" for value in areas["coverage"]]
        assert results.title in sheet.text("#title")
        pictures.add(sheet.picture(f"#map-{1 if label == 'baseline' else 2} svg").tobytes())
        assert sheet.page.locator(".maps svg").count() == (1 if label == "baseline" else 2)
    assert len(pictures) == len(compared.results)


def test_differences_are_those_of_the_comparison(show: Show, comparison: Compared) -> None:
    compared, file = comparison
    sheet = show(file)
    sheet.page.select_option("#plan", "no_shiprider")
    sheet.ready()
    rows = compared.areas[compared.areas["scenario"] == "no_shiprider"]
    found = rows[rows["figure"] == "shortfall_km2"].set_index("area_id")["difference"]
    names = compared.results["baseline"].areas.set_index("name")["area_id"]
    for row in sheet.table("#areas-table"):
        assert number(row[3].split("\n")[1]) == pytest.approx(found[names[row[0]]], abs=0.51)
    totals = {row[0]: row for row in sheet.table("#totals-table")}
    assert len(totals) == 3
    spent = compared.totals.set_index(["scenario", "figure"])["difference"]["no_shiprider", "spent"]
    title = compared.plans.set_index("scenario")["title"]["no_shiprider"]
    assert number(totals[title][4].split("\n")[1]) == pytest.approx(spent, abs=0.51)
    areas = len(sheet.table("#areas-table"))
    expect(sheet.page.locator("#coverage-chart .role-mark.mark-symbol path")).to_have_count(2 * areas)


def test_difference_map(show: Show, comparison: Compared) -> None:
    sheet = show(comparison[1])
    sheet.page.select_option("#plan", "satellites_at_scale")
    sheet.ready()
    sheet.pick("Difference")
    assert sheet.page.locator(".maps svg").count() == 1
    assert "What changes" in sheet.text("#map h3")
    first = sheet.picture()
    sheet.page.select_option("#plan", "no_shiprider")
    sheet.ready()
    assert (sheet.picture() != first).any()


def test_slider_moves_sentence_map_and_tables(show: Show, swept: tuple[Sweep, Path]) -> None:
    found, file = swept
    sheet = show(file)
    # 5 points from 0 to 3 times: the nearest to what the case has is 0.75 times
    assert sheet.page.input_value("#slider") == "1"
    names = found.base.areas.set_index("area_id")["name"]
    points = found.points.set_index("point")
    pictures, leads = set(), set()
    for point in (1, 3, 5):
        move = "(slider, at) => { slider.value = at; slider.dispatchEvent(new Event('input')); }"
        sheet.page.eval_on_selector("#slider", move, str(point - 1))
        sheet.ready()
        row = points.loc[point]
        lead = sheet.text("#lead")
        assert f"{row['coverage']:.1%} of the water" in lead
        assert f"{row['price_per_million']:,.0f} risk-weighted km²" in lead or row["price_per_million"] < 100
        areas = found.areas[found.areas["point"] == point]
        shown = {each[0]: each for each in sheet.table("#areas-table")}
        for area_id, coverage, shortfall in areas[["area_id", "coverage", "shortfall_km2"]].to_numpy():
            assert shown[names[area_id]][1] == f"{coverage:.1%}"
            assert number(shown[names[area_id]][3]) == pytest.approx(shortfall, abs=0.51)
        spent = sorted(number(each[2]) for each in sheet.table("#programmes-table"))
        programmes = found.programmes[found.programmes["point"] == point]
        assert spent == pytest.approx(sorted(programmes["spent"]), abs=0.51)
        assert sheet.text("#slider-value") == f"{row['amount']:,.0f} USD"
        pictures.add(sheet.picture().tobytes())
        leads.add(lead)
    assert len(pictures) == len(leads) == 3


def test_frontier_and_its_points_are_those_of_the_csv(show: Show, swept: tuple[Sweep, Path]) -> None:
    found, file = swept
    sheet = show(file)
    shown = sheet.table("#points-table")
    for column, name in ((0, "amount"), (3, "covered_km2"), (4, "shortfall_km2"), (5, "spent")):
        assert [number(row[column]) for row in shown] == pytest.approx(found.points[name].tolist(), abs=0.51)
    dots = sheet.page.locator("#frontier-chart .role-mark.mark-symbol path")
    assert dots.count() == 2 * POINTS, "covered, and its shadow price"
    dots.nth(2).click()
    sheet.ready()
    assert sheet.text("#slider-value") == f"{found.axis.amounts[2]:,.0f} USD"
    sheet.page.locator("#points-table button.link").nth(3).click()
    sheet.ready()
    assert sheet.text("#slider-value") == f"{found.axis.amounts[3]:,.0f} USD"
    steps = found.scarce[["point_from", "point_to"]].drop_duplicates()
    assert len(sheet.table("#changes-table")) == len(steps)


def test_slider_on_a_phone_by_keys_and_without_faults(show: Show, swept: tuple[Sweep, Path]) -> None:
    found, file = swept
    sheet = show(file, 375, 720, is_mobile=True, has_touch=True)
    assert sheet.page.evaluate("document.documentElement.scrollWidth") == 375
    sheet.page.focus("#slider")
    sheet.page.keyboard.press("ArrowRight")
    sheet.ready()
    assert sheet.text("#slider-value") == f"{found.axis.amounts[2]:,.0f} USD"
    assert sheet.faults() == []


@pytest.mark.parametrize(
    ("axis", "said"),
    [
        (Axis("hours", ("p8",), (1.0,), "h", 100.0, (50.0, 100.0)), "shadow price of an hour"),
        (Axis("spacing", (), (), "nm", 60.0, (40.0, 60.0)), "60 nm"),
    ],
)
def test_hours_and_spacing(show: Show, tmp_path: Path, axis: Axis, said: str) -> None:
    made = make_results()
    hours = made.prices.iloc[:1].assign(limit_kind="asset_hours", id="p8")
    made = make_results(prices=pd.concat([made.prices, hours], ignore_index=True))
    file = tmp_path / "sweep.html"
    file.write_text(sweep_html(sweep_of(axis, made, {1: made, 2: made}, {})), encoding="utf-8")
    sheet = show(file)
    assert said in sheet.text("#lead") + sheet.text("#plans")
    panels = 2 if axis.kind == "hours" else 1
    assert sheet.page.locator("#frontier-chart .role-mark.mark-symbol path").count() == 2 * panels


def test_points_without_a_plan_are_named_and_not_on_the_slider(show: Show, tmp_path: Path) -> None:
    made = make_results()
    programme = str(made.programmes["programme_id"].iloc[0])
    axis = Axis("budget", (programme,), (1.0,), "USD", 1e6, (0.0, 1e6, 2e6))
    found = sweep_of(axis, made, {2: made, 3: made}, {1: "infeasible"})
    file = tmp_path / "sweep.html"
    file.write_text(sweep_html(found), encoding="utf-8")
    sheet = show(file)
    assert sheet.page.get_attribute("#slider", "max") == "1"
    assert sheet.table("#points-table")[0][0] == "0: no plan (infeasible)"
    assert np.isnan(found.points["covered_km2"].iloc[0])
    assert "1,000,000 USD" in sheet.text("#slider-value")


def test_sensitivity_has_the_figures_of_the_csv(show: Show, studied: tuple[Sensitivity, Path]) -> None:
    found, folder = studied
    sheet = show(folder / "report.html")
    sentences = sheet.page.eval_on_selector_all("#answer li", "items => items.map(item => item.innerText)")
    outcomes, drivers, ranking = (csv(folder, name) for name in ("outcomes", "drivers", "ranking"))
    whole = outcomes.set_index(["outcome", "id"]).loc["coverage", "all"]
    assert all(f"{whole[name]:.1%}" in sentences[0] for name in ("p5", "p95", "median", "base"))
    first = drivers[drivers["outcome"] == "coverage"].iloc[0]
    assert first["driver"] in sentences[2]
    assert f"{first['low_mean']:.1%} where it is lowest" in sentences[2]
    assert f"{ranking.loc[ranking['kind'] == 'programme', 'share_first'].max():.1%}" in sentences[3]
    assert "All 24 plans are proven" in sentences[4]
    columns = ["base", "mean", "p5", "p25", "median", "p75", "p95"]
    for label, outcome, scale in (
        ("Coverage of areas", ["coverage", "area_coverage"], 100.0),
        ("Spending", ["programme_spent"], 1.0),
        ("Shortfall of areas", ["shortfall_km2", "area_shortfall_km2"], 1.0),
    ):
        sheet.pick(label)
        expected = outcomes[outcomes["outcome"].isin(outcome)]
        shown = [[number(each) for each in row[1:]] for row in sheet.table("#ranges-table")]
        np.testing.assert_allclose(
            shown, scale * expected[columns].to_numpy(), atol=0.51 if scale == 1.0 else 0.051
        )
    areas = int((outcomes["outcome"] == "area_coverage").sum())
    expect(sheet.page.locator("#ranges-chart .mark-symbol path")).to_have_count(areas)
    for kind in ("programme", "asset"):
        expected = ranking[ranking["kind"] == kind]
        shown = sheet.table(f"#{kind}s-table")
        assert [row[0] for row in shown] == expected["name"].tolist()
        assert [number(row[1]) for row in shown] == pytest.approx(100 * expected["share_first"], abs=0.051)
    figures = csv(folder, "figures")
    assert [row[0].split("\n")[0] for row in sheet.table("#figures-table")] == figures["figure"].tolist()
    sheet.page.fill("#figures-search", "dwell_days")
    assert [row[0] for row in sheet.table("#figures-table")] == ["dwell_days"]
    assert "seed 3" in sheet.text("#certificate .facts")
    assert {tuple(row) for row in sheet.table("#inputs-table")} == set(found.inputs.items())


def test_drivers_follow_the_outcome(show: Show, studied: tuple[Sensitivity, Path]) -> None:
    _, folder = studied
    sheet = show(folder / "report.html")
    drivers, outcomes = csv(folder, "drivers"), csv(folder, "outcomes")
    area = outcomes[outcomes["outcome"] == "area_coverage"].iloc[0]
    for label, outcome, one in (
        ("Coverage of all areas", "coverage", "all"),
        (f"Coverage of {area['name']}", "area_coverage", area["id"]),
    ):
        if sheet.page.locator("select#drivers-choice-0").count():
            sheet.page.select_option("#drivers-choice-0", label)
            sheet.ready()
        else:
            sheet.pick(label)
        expected = drivers[(drivers["outcome"] == outcome) & (drivers["id"] == one)]
        shown = sheet.table("#drivers-table")
        assert [row[0].split("\n")[0] for row in shown] == expected["driver"].tolist()
        assert [number(row[2]) for row in shown] == pytest.approx(100 * expected["low_mean"], abs=0.051)
        expect(sheet.page.locator("#tornado-chart .role-mark.mark-rect path")).to_have_count(
            2 * len(expected)
        )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phones_and_accessibility(
    show: Show, studied: tuple[Sensitivity, Path], comparison: Compared, scheme: str
) -> None:
    for file in (studied[1] / "report.html", comparison[1]):
        sheet = show(file, 375, 720, is_mobile=True, has_touch=True, color_scheme=scheme)
        assert sheet.page.evaluate("document.documentElement.scrollWidth") == 375
        assert sheet.faults() == []


def test_failures_are_named_and_text_stays_text(
    show: Show, studied: tuple[Sensitivity, Path], tmp_path: Path
) -> None:
    wicked = "</script><img src=x onerror=alert(1)> <b>"
    draws = studied[0].draws.assign(status=["failed", *["optimal"] * 23])
    failures = pd.DataFrame(
        {"draw": ["draw_01"], "status": ["infeasible"], "message": [wicked], "trace": [""]}
    )
    changed = replace(studied[0], title=wicked, draws=draws, failures=failures)
    last = "".join(piece for piece, _ in list(answer(changed))[-1])
    assert last == "23 of 24 plans are proven; 1 draw without a plan, in no figure here."
    file = tmp_path / "failed.html"
    file.write_text(sensitivity_html(changed), encoding="utf-8")
    sheet = show(file)
    assert sheet.page.locator("img, b").count() == 0
    assert sheet.text("#title") == wicked
    assert sheet.table("#failures-table") == [["draw 01", "infeasible", wicked]]
    assert "Not all plans are proven" in sheet.text("#subtitle")

"""Pages of studies: picker, slider and choices move sentences, maps, charts and tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from planner.case import read_case
from planner.jobs import Failure
from planner.page.study import of_draws, study_html
from planner.results.results import Results
from planner.studies.axis import Axis
from planner.studies.engine import variant_table
from planner.studies.kinds.sweep import describe, sweep_tables
from planner.studies.metrics import differences
from planner.studies.study import Study
from tests.charts import made
from tests.page.conftest import Sheet, number
from tests.results.conftest import make_results

pytestmark = pytest.mark.xdist_group("studies")  # what they share is made once
Show = Callable[..., Sheet]
WICKED = "</script><img src=x onerror=alert(1)> <b>"


def page(kind: str) -> Path:
    return made.folder(kind) / "report.html"


def csv(kind: str, name: str) -> pd.DataFrame:
    return pd.read_csv(made.folder(kind) / f"{name}.csv")


def test_picker_moves_tables_and_maps(show: Show) -> None:
    found, sheet = made.study("comparison"), show(page("comparison"))
    pictures = set()
    for label, results in found.results.items():
        sheet.page.select_option("#plan", label)
        sheet.ready()
        areas = results.areas.sort_values("shortfall_km2", ascending=False, kind="stable")
        shown = [row[1].split("\n")[0] for row in sheet.table("#areas-table")]
        assert shown == [f"{value:.1%}" for value in areas["coverage"]]
        pictures.add(sheet.picture(f"#map-{1 if label == 'baseline' else 2} svg").tobytes())
        assert sheet.page.locator(".maps svg").count() == (1 if label == "baseline" else 2)
    assert len(pictures) == len(found.results)


def test_differences_are_those_of_the_comparison(show: Show) -> None:
    found, sheet = made.study("comparison"), show(page("comparison"))
    rows = found["areas"]
    rows = rows[(rows["scenario"] == "half_budgets") & (rows["figure"] == "shortfall_km2")]
    difference = rows.set_index("name")["difference"]
    for row in sheet.table("#areas-table"):
        assert number(row[3].split("\n")[1]) == pytest.approx(difference[row[0]], abs=0.51)
    totals = {row[0]: row for row in sheet.table("#totals-table")}
    assert len(totals) == 2
    spent = found["totals"].set_index(["scenario", "figure"])["difference"]["half_budgets", "spent"]
    title = found.variants.set_index("variant")["title"]["half_budgets"]
    assert number(totals[title][4].split("\n")[1]) == pytest.approx(spent, abs=0.51)
    expect(sheet.page.locator("#coverage-chart .role-mark.mark-symbol path")).to_have_count(
        2 * len(difference)
    )
    sheet.pick("Difference")
    assert sheet.page.locator(".maps svg").count() == 1
    assert "What changes" in sheet.text("#map h3")


def test_slider_moves_sentence_map_and_tables(show: Show) -> None:
    found, sheet = made.study("sweep"), show(page("sweep"))
    # 4 points from 0 to 3 times: the second is what the case has
    assert sheet.page.input_value("#slider") == "1"
    names = found.base.areas.set_index("area_id")["name"] if found.base else {}
    points: Any = found["points"].set_index("point")
    pictures, leads = set(), set()
    for point in (1, 2, 4):
        move = "(slider, at) => { slider.value = at; slider.dispatchEvent(new Event('input')); }"
        sheet.page.eval_on_selector("#slider", move, str(point - 1))
        sheet.ready()
        row = points.loc[point]
        lead = sheet.text("#lead")
        assert f"{row['coverage']:.1%} of the water" in lead
        areas = found["areas"][found["areas"]["point"] == point]
        shown = {each[0]: each for each in sheet.table("#areas-table")}
        for area_id, coverage, shortfall in areas[["area_id", "coverage", "shortfall_km2"]].to_numpy():
            assert shown[names[area_id]][1] == f"{coverage:.1%}"
            assert number(shown[names[area_id]][3]) == pytest.approx(shortfall, abs=0.51)
        assert sheet.text("#slider-value") == f"{row['amount']:,.0f} USD"
        pictures.add(sheet.picture().tobytes())
        leads.add(lead)
    assert len(pictures) == len(leads) == 3


def test_frontier_and_its_points_are_those_of_the_csv(show: Show) -> None:
    points, scarce, sheet = csv("sweep", "points"), csv("sweep", "scarce"), show(page("sweep"))
    shown = sheet.table("#points-table")
    for column, name in ((0, "amount"), (3, "covered_km2"), (4, "shortfall_km2"), (5, "spent")):
        assert [number(row[column]) for row in shown] == pytest.approx(points[name].tolist(), abs=0.51)
    dots = sheet.page.locator("#frontier-chart .role-mark.mark-symbol path")
    assert dots.count() == 2 * made.POINTS, "covered, and its shadow price"
    dots.nth(2).click()
    sheet.ready()
    assert sheet.text("#slider-value") == f"{points['amount'][2]:,.0f} USD"
    sheet.page.locator("#points-table button.link").nth(3).click()
    sheet.ready()
    assert sheet.text("#slider-value") == f"{points['amount'][3]:,.0f} USD"
    assert len(sheet.table("#changes-table")) == len(scarce[["point_from", "point_to"]].drop_duplicates())


@pytest.mark.parametrize("width", [1180, 1280, 1500])
def test_a_chart_stays_beside_its_tables(show: Show, width: int) -> None:
    sheet = show(page("sweep"), width)
    chart, table = (
        sheet.page.locator(one).bounding_box() for one in ("#frontier-chart svg", "#points-table")
    )
    assert chart is not None
    assert table is not None
    assert chart["x"] + chart["width"] <= table["x"]


def swept(axis: Axis, base: Results, plans: dict[int, Results | Failure]) -> Study:
    """A sweep from made-up plans."""
    study = made.study("sweep")
    names = {f"point {n}": one for n, one in plans.items()}
    solved = {name: one for name, one in names.items() if isinstance(one, Results)}
    failed = {name: one for name, one in names.items() if isinstance(one, Failure)}
    found = replace(
        study,
        base=base,
        results=solved,
        failures=failed,
        variants=variant_table(names, {}),
        differences=differences(base, solved),
        document={"swept": vars(axis)},
        describe=describe,
    )
    return replace(found, tables=sweep_tables(read_case(made.case()), axis, base, found))


@pytest.mark.parametrize(
    ("axis", "said"),
    [
        (Axis("hours", ("p8",), (1.0,), "h", 100.0, (50.0, 100.0)), "shadow price of an hour"),
        (Axis("spacing", (), (), "nm", 60.0, (40.0, 60.0)), "60 nm"),
    ],
)
def test_hours_and_spacing(show: Show, tmp_path: Path, axis: Axis, said: str) -> None:
    base = make_results()
    hours = base.prices.iloc[:1].assign(limit_kind="asset_hours", id="p8")
    base = make_results(prices=pd.concat([base.prices, hours], ignore_index=True))
    file = tmp_path / "sweep.html"
    file.write_text(study_html(swept(axis, base, {1: base, 2: base})), encoding="utf-8")
    sheet = show(file)
    assert said in sheet.text("#lead") + sheet.text("#plans")
    panels = 2 if axis.kind == "hours" else 1
    assert sheet.page.locator("#frontier-chart .role-mark.mark-symbol path").count() == 2 * panels


@pytest.mark.parametrize("objective", ["coverage", "fair"])
def test_shadow_prices_of_fair_sweeps_are_not_what_the_next_would_gain(objective: str) -> None:
    base = make_results(objective=objective)
    axis = Axis("budget", ("pacific_fund",), (1.0,), "USD", 1e6, (1e6, 2e6))
    text = study_html(replace(swept(axis, base, {1: base, 2: base}), objective=objective))
    fair = objective == "fair"
    assert ("a fair plan with more would raise the smallest shares first" in text) == fair
    assert ("is what the next of it would gain there, in risk-weighted km² per million" in text) != fair
    assert ("the shadow price of money is" in text) != fair


def test_points_without_a_plan_are_named_and_not_on_the_slider(show: Show, tmp_path: Path) -> None:
    base = make_results()
    axis = Axis("budget", ("pacific_fund",), (1.0,), "USD", 1e6, (0.0, 1e6, 2e6))
    failed = Failure("no plan", "infeasible")
    file = tmp_path / "sweep.html"
    file.write_text(study_html(swept(axis, base, {1: failed, 2: base, 3: base})), encoding="utf-8")
    sheet = show(file)
    assert sheet.page.get_attribute("#slider", "max") == "1"
    assert sheet.table("#points-table")[0][0] == "0: no plan (infeasible)"
    assert "1,000,000 USD" in sheet.text("#slider-value")


def test_sensitivity_has_the_figures_of_the_csv(show: Show) -> None:
    sheet = show(page("sensitivity"))
    sentences = sheet.page.eval_on_selector_all("#answer li", "items => items.map(item => item.innerText)")
    outcomes, drivers, ranking = (csv("sensitivity", name) for name in ("outcomes", "drivers", "ranking"))
    whole = outcomes.set_index(["outcome", "id"]).loc["coverage", "all"]
    assert all(f"{whole[name]:.1%}" in sentences[0] for name in ("p5", "p95", "median", "base"))
    first = drivers[drivers["outcome"] == "coverage"].iloc[0]
    assert first["driver"] == "dwell_days"
    assert "dwell days (" in sentences[2]
    assert f"{first['low_mean']:.1%} where it is lowest" in sentences[2]
    assert f"{ranking.loc[ranking['kind'] == 'programme', 'share_first'].max():.1%}" in sentences[3]
    assert f"All {made.DRAWS + 1} plans are optimal" in sentences[4]
    columns = ["base", "mean", "p5", "p25", "median", "p75", "p95"]
    for label, outcome, scale in (
        ("Coverage of areas", ["coverage", "area_coverage"], 100.0),
        ("Spending", ["programme_spent"], 1.0),
    ):
        sheet.pick(label)
        expected = outcomes[outcomes["outcome"].isin(outcome)]
        shown = [[number(each) for each in row[1:]] for row in sheet.table("#ranges-table")]
        rounding = 0.51 if scale == 1.0 else 0.051
        np.testing.assert_allclose(shown, scale * expected[columns].to_numpy(), atol=rounding)
    ranked = sheet.table("#ranking-table")
    assert [row[0].split("\n") for row in ranked] == ranking[["name", "kind"]].to_numpy().tolist()
    assert [number(row[1]) for row in ranked] == pytest.approx(100 * ranking["share_first"], abs=0.051)
    sheet.page.fill("#figures-search", "dwell_days")
    assert [row[0] for row in sheet.table("#figures-table")] == ["dwell days\ndwell_days"]
    assert "seed 3" in sheet.text("#certificate .facts")
    assert {row[0] for row in sheet.table("#inputs-table")} >= {"case.toml", "areas.geojson"}


def test_drivers_follow_the_outcome(show: Show) -> None:
    drivers, outcomes, sheet = (
        csv("sensitivity", "drivers"),
        csv("sensitivity", "outcomes"),
        show(page("sensitivity")),
    )
    area = outcomes[outcomes["outcome"] == "area_coverage"].iloc[0]
    sheet.pick(f"Coverage of {area['name']}")
    expected = drivers[(drivers["outcome"] == "area_coverage") & (drivers["id"] == area["id"])]
    shown = sheet.table("#drivers-table")
    assert {row[0].split("\n")[0] for row in shown} == {
        *("dwell days", "radar", "Patrol support: budget", "Civil surveillance: budget")
    }
    assert [number(row[2]) for row in shown] == pytest.approx(100 * expected["low_mean"], abs=0.051)
    expect(sheet.page.locator("#tornado-chart .role-mark.mark-rect path")).to_have_count(2 * len(expected))


def test_tables_of_the_other_studies_sort_by_their_figures(show: Show) -> None:
    losses, sheet = csv("stress", "losses"), show(page("stress"))
    losses = losses[(losses["kind"] == "asset") & (losses["how"] != "not used")]
    heading = sheet.page.locator("section", has_text="Without one asset or sensor").last
    rows = heading.locator("tbody tr")
    assert rows.count() == len(losses)
    heading.locator("th button", has_text="Loss as planned").click()
    assert number(rows.first.locator("> *").nth(2).inner_text()) == pytest.approx(
        losses["lost"].max(), abs=0.51
    )
    assert sheet.page.locator("#losses-chart .role-mark.mark-rect path").count() > 2 * len(losses)
    assert len(sheet.table("#variants-table")) == len(csv("stress", "variants"))


def test_words_of_the_ladder_are_no_ids() -> None:
    study = made.study("ladder")
    assert study.base is not None
    ids = study.base.programmes["programme_id"].replace("eyes", "money")
    base = replace(study.base, programmes=study.base.programmes.assign(programme_id=ids))
    assert "... and with unlimited money" in study_html(replace(study, base=base))


def test_what_is_lost_has_its_name() -> None:
    study = made.study("stress")
    losses = study["losses"].copy()
    at = losses.index[losses["kind"] == "base"][0]
    named = {"kind": "named", "id": "storm", "title": "A storm closes a port", "share": 0.5}
    losses.loc[at, list(named)] = list(named.values())
    text = study_html(replace(study, tables={**study.tables, "losses": losses}))
    assert "A storm closes a port (50.0%)" in text
    assert study.names["operator", "fji"] == "Fiji"
    assert "partner air (row 1)" in text
    assert " of the objective" not in study_html(replace(study, objective="fair", tables=study.tables))


@pytest.mark.parametrize("kind", made.KINDS)
def test_phones_and_accessibility(show: Show, kind: str) -> None:
    scheme = "dark" if kind in ("sweep", "sensitivity") else "light"
    sheet = show(page(kind), 375, 720, is_mobile=True, has_touch=True, color_scheme=scheme)
    assert sheet.page.evaluate("document.documentElement.scrollWidth") == 375
    assert sheet.faults() == []
    if kind == "sweep":
        sheet.page.focus("#slider")
        sheet.page.keyboard.press("ArrowRight")
        sheet.ready()
        assert sheet.text("#slider-value") == f"{csv('sweep', 'points')['amount'][2]:,.0f} USD"


def test_failures_are_named_and_text_stays_text(show: Show, tmp_path: Path) -> None:
    found = made.study("sensitivity")
    failures = pd.DataFrame(
        {"draw": ["draw_01"], "status": ["infeasible"], "message": [WICKED], "trace": [""]}
    )
    status = ["optimal", "infeasible", *["optimal"] * (made.DRAWS - 1)]
    changed = replace(
        found,
        title=WICKED,
        tables={**found.tables, "failures": failures},
        variants=found.variants.assign(
            status=status,
            plan_value=found.variants["plan_value"].where(pd.Series(status) == "optimal"),
        ),
    )
    file = tmp_path / "failed.html"
    file.write_text(study_html(changed), encoding="utf-8")
    sheet = show(file)
    assert sheet.page.locator("img, b").count() == 0
    assert sheet.text("#title") == WICKED
    assert sheet.table("#failures-table") == [["draw 01", "infeasible", WICKED]]
    assert "Not all have a proven plan" in sheet.text("#subtitle")
    assert "NO PLAN: draw_01 (infeasible). The other plans" in sheet.text("#answer")
    none = replace(found, tables={**found.tables, "draws": found["draws"].assign(status="failed")})
    assert list(of_draws(none)) == []


def test_drivers_of_coverage_are_not_said_to_drive_the_shortfall() -> None:
    study = made.study("sensitivity")
    drivers = study["drivers"]
    own = drivers[(drivers["outcome"] == "coverage") & (drivers["id"] == "all")].set_index("driver")
    (said,) = (one for one in of_draws(study) if " most: " in one)
    assert said.startswith("What drives the coverage of all areas most: ")
    strongest = own.loc[own["rank_correlation"].abs().idxmax()]
    assert f"({strongest['low_mean']:.1%} where it is lowest, " in said

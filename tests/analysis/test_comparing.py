"""Plans side by side: the tiny case by hand, what is computed again, laws, the files, what is refused."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import planner
from planner import groundwork as ground
from planner.analysis.digest import digest
from planner.charts.palette import CAUSE_COLOURS
from planner.errors import InputError, OutputError
from planner.groundwork import groundwork
from planner.report.comparison import TABLES, Comparison, side_by_side
from planner.report.comparison_text import comparison_text
from planner.report.contract import CAUSES
from planner.report.write_comparison import FILES

TINY = Path(__file__).parents[2] / "inputs" / "tiny"
SCENARIOS = """
[scenarios.boat_fund_gone]
title = "=HYPERLINK(\\"x\\")"
remove.programmes = ["boat_fund"]

[scenarios.no_plane]
title = "No plane"
assets.plane.units = 0

[scenarios.new_fund]
add.programmes.third = {like = "boat_fund", name = "=1+1", donor = "@x", budget = 100_000}

[scenarios.pooled]
programmes."*".asset_kinds = "*"

[scenarios.yen]
currency = "AUD"
fx.rates.AUD = 1
fx.rates.USD = 2
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    case = tmp_path_factory.mktemp("cases") / "tiny"
    shutil.copytree(TINY, case)
    with (case / "case.toml").open("a", encoding="utf-8") as file:
        file.write(SCENARIOS)
    return case


@pytest.fixture(scope="module")
def compared(folder: Path) -> Comparison:
    return planner.compare(folder, ["no_plane", "boat_fund_gone", "new_fund"], baseline=True)


def value(table: pd.DataFrame, column: str, **where: str) -> float:
    rows = table
    for name, wanted in where.items():
        rows = rows[rows[name] == wanted]
    assert len(rows) == 1
    return float(rows[column].iloc[0])


def test_the_tiny_case_without_its_plane_by_hand(compared: Comparison) -> None:
    # The boat has 1200 h: five missions of 240 h and 100,000 USD each, of the 1,200,000 that there are.
    # With the README's 0.055710 a mission, C = 0.27855 in the dateline zone: 49,235.7 (1 - e^-0.27855) km2.
    # The eastern zone, where the boat has no consent, gets nothing. With the plane: 24,896 and 14,487 km2.
    dateline = 49_235.7 * -math.expm1(-5 * 0.055710)
    no_plane = {"scenario": "no_plane", "figure": "covered_km2"}
    assert value(compared.areas, "value", area_id="dateline", **no_plane) == pytest.approx(dateline, rel=1e-4)
    assert value(compared.areas, "value", area_id="eastern", **no_plane) == 0
    assert value(compared.areas, "difference", area_id="dateline", **no_plane) == pytest.approx(
        dateline - 24_896, rel=1e-3
    )
    assert value(compared.totals, "difference", **no_plane) == pytest.approx(dateline - 39_384, rel=1e-3)
    spent = {"scenario": "no_plane", "figure": "spent"}
    assert value(compared.totals, "value", **spent) == pytest.approx(500_000)
    assert value(compared.totals, "difference", **spent) == pytest.approx(-700_000)
    hours = {"scenario": "no_plane", "figure": "mission_hours"}
    assert value(compared.hours, "value", asset_id="boat", **hours) == pytest.approx(1200)
    assert value(compared.hours, "difference", asset_id="plane", **hours) == pytest.approx(-160)


def test_money_is_free_where_the_boat_has_no_hours_left(compared: Comparison) -> None:
    price = {"limit_kind": "budget", "figure": "price", "id": "open_fund"}
    assert value(compared.prices, "value", scenario="no_plane", **price) == pytest.approx(0, abs=1e-9)
    assert value(compared.prices, "difference", scenario="no_plane", **price) == pytest.approx(
        -0.0135595, rel=1e-4
    )


def test_the_first_plan_is_the_reference_and_equals_its_own_run(compared: Comparison) -> None:
    assert compared.scenarios == ["baseline", "no_plane", "boat_fund_gone", "new_fund"]
    own = planner.plan(planner.read_case(TINY))
    pd.testing.assert_frame_equal(compared.results["baseline"].areas, own.areas)
    for name in TABLES:
        table = getattr(compared, name)
        assert (table[table["scenario"] == "baseline"]["difference"].dropna() == 0).all(), name
        wide = side_by_side(table)
        if name == "limits":
            assert table.empty, "this case has none"
            continue
        assert list(wide) == compared.scenarios
        assert not wide.index.duplicated().any()
    assert (compared.plans["status"] == "optimal").all()
    assert (compared.plans["gap"] <= compared.plans["gap_tolerance"]).all()
    assert (compared.plans["bound"] <= compared.plans["plan_value"]).all()


def test_records_that_only_some_plans_have_are_blank_elsewhere(compared: Comparison) -> None:
    budgets = compared.programmes[compared.programmes["figure"] == "budget"]
    by_plan = budgets.pivot_table(index="programme_id", columns="scenario", values="value")
    assert math.isnan(by_plan.loc["boat_fund", "boat_fund_gone"])
    assert math.isnan(by_plan.loc["third", "baseline"])
    assert by_plan.loc["third", "new_fund"] == 50_000
    new = {"scenario": "new_fund", "programme_id": "third", "figure": "budget"}
    assert math.isnan(value(compared.programmes, "difference", **new))
    causes = [f"{cause}_km2" for cause in CAUSES]
    rows = compared.programmes[compared.programmes["figure"].isin(causes)]
    sums = rows.groupby(["scenario", "programme_id"])["value"].sum(min_count=1)
    short = compared.programmes[compared.programmes["figure"] == "shortfall_km2"]
    expected = short.set_index(["scenario", "programme_id"])["value"]
    pd.testing.assert_series_equal(sums, expected.sort_index(), check_names=False)


def test_the_order_of_scenarios_only_moves_the_reference(folder: Path, compared: Comparison) -> None:
    other = planner.compare(folder, ["new_fund", "no_plane"])
    assert other.scenarios == ["new_fund", "no_plane"]
    for name in [name for name in TABLES if name != "limits"]:
        one, two = side_by_side(getattr(compared, name)), side_by_side(getattr(other, name))
        pd.testing.assert_series_equal(
            one["no_plane"].dropna().sort_index(), two["no_plane"].dropna().sort_index()
        )


def test_pooling_and_more_money_never_hurt(folder: Path) -> None:
    plans = planner.compare(
        folder, ["pooled", "new_fund", "pooled, new_fund", "boat_fund_gone"], baseline=True
    )
    missed = plans.plans.set_index("scenario")
    for better, worse in [
        ("pooled", "baseline"),
        ("new_fund", "baseline"),
        ("pooled,new_fund", "pooled"),
        ("baseline", "boat_fund_gone"),
    ]:
        assert missed.loc[better, "bound"] <= missed.loc[worse, "plan_value"], (better, worse)


def test_only_what_a_scenario_touches_is_made_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = groundwork(planner.read_case(folder))
    money = groundwork(planner.read_case(folder, {"programmes.open_fund.budget": 1}, "no_plane"), [base])
    assert (money.outlines, money.weighted, money.reach, money.table) == (
        base.outlines,
        base.weighted,
        base.reach,
        base.table,
    ), "money and hours"
    for change in (
        {"assets.boat.cost_per_hour": 1},
        {"access.air_company.areas": "eastern"},
        {"dwell_days": 6},
    ):
        other = groundwork(planner.read_case(folder, change), [base])
        assert other.reach is base.reach
        assert other.cells is base.cells
        assert other.table is not base.table
    weights = groundwork(planner.read_case(folder, {"areas.eastern.risk_weight": 9}), [base])
    assert weights.outlines is base.outlines
    assert weights.cells is not base.cells
    moved = groundwork(planner.read_case(folder, {"bases.harbour.lon": 176}), [base])
    assert moved.outlines is base.outlines
    assert moved.reach is not base.reach
    assert moved.table is not base.table
    finer = groundwork(planner.read_case(folder, {"cells.spacing_nm": 60}), [base])
    assert finer.outlines is not base.outlines
    cut = []
    monkeypatch.setattr(ground, "make_cells", lambda *given: cut.append(1) or _real(*given))
    planner.compare(folder, ["no_plane", "new_fund"], baseline=True)
    assert cut == [1]


_real = ground.make_cells


def test_reused_groundwork_gives_the_plan_of_a_single_run(folder: Path) -> None:
    cases = {
        "base": planner.read_case(folder),
        "access": planner.read_case(folder, {"access.air_company.areas": "eastern"}),
        "moved": planner.read_case(folder, {"bases.harbour.lon": 176}),
    }
    together = planner.compare(cases)
    for label, case in cases.items():
        pd.testing.assert_frame_equal(together.results[label].missions, planner.plan(case).missions)


def test_plans_side_by_side_and_resumed_are_those_of_one_process(
    folder: Path, compared: Comparison, tmp_path: Path
) -> None:
    scenarios, store = ["no_plane", "boat_fund_gone", "new_fund"], tmp_path / "run.part"
    two = planner.compare(folder, scenarios, baseline=True, jobs=planner.Jobs(workers=2, store=store))
    kept = sorted(store.glob("task_*.json"))
    assert len(kept) == 4
    kept[0].unlink()
    said: list[str] = []
    resumed = planner.compare(
        folder, scenarios, baseline=True, jobs=planner.Jobs(store=store, resume=True), progress=said.append
    )
    assert "3 of 4 are there from before" in said
    for other in (two, resumed):
        for name in ("plans", *TABLES):
            assert digest(getattr(other, name)) == digest(getattr(compared, name)), name
        for label, results in compared.results.items():
            assert digest(other.results[label].missions) == digest(results.missions)


def test_a_scenario_without_a_plan_is_named_and_leaves_no_store(folder: Path, tmp_path: Path) -> None:
    how = planner.Jobs(workers=2, store=tmp_path / "run.part")
    late = {"solver.time_limit_s": 1e-6}
    with pytest.raises(planner.NoPlanError, match="scenario baseline: the time limit was reached"):
        planner.compare(folder, ["no_plane"], changes=late, jobs=how)
    assert not (tmp_path / "run.part").exists()


def test_the_folder_and_its_workbook_read_back(compared: Comparison, tmp_path: Path) -> None:
    out = planner.write_comparison(compared, tmp_path / "out")
    assert sorted(file.name for file in out.iterdir()) == sorted(FILES)
    book = openpyxl.load_workbook(out / "comparison.xlsx")
    assert book.sheetnames == ["charts", "chart_data", "plans", *TABLES]
    sheet = book["areas"]
    header = [cell.value for cell in sheet[1]]
    assert header[:4] == ["area_id", "name", "figure", "baseline"]
    assert header[-1] == "new_fund - baseline"
    assert sheet.freeze_panes == "D2"
    rows = {(row[0].value, row[2].value): row for row in sheet.iter_rows(min_row=2)}
    coverage, covered = rows["eastern", "coverage"], rows["eastern", "covered_km2"]
    assert coverage[3].value == pytest.approx(0.58849, rel=1e-4)
    assert (coverage[3].number_format, covered[3].number_format) == ("0.0%", "#,##0")
    assert covered[7].value == pytest.approx(-14_487, rel=1e-4), "no plane, less the baseline"
    texts = [cell for page in book for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert {"=1+1", "@x", '=HYPERLINK("x")'} <= {cell.value for cell in texts}
    assert {cell.data_type for cell in texts} == {"s"}
    read = pd.read_csv(out / "areas.csv")
    assert list(read) == ["scenario", "area_id", "name", "figure", "value", "difference"]
    assert read["value"].tolist() == compared.areas["value"].tolist()
    told = json.loads((out / "comparison.json").read_text("utf-8"))
    assert [plan["scenario"] for plan in told["plans"]] == compared.scenarios
    assert all(plan["gap"] <= plan["gap_tolerance"] for plan in told["plans"])
    text = (out / "summary.txt").read_text("utf-8")
    assert text == comparison_text(compared)
    assert "boat_fund: no access" in text
    assert "Hours of assets and sensors that differ" in text


def test_charts_of_the_workbook_show_the_numbers_of_its_sheets(compared: Comparison, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(planner.write_comparison(compared, tmp_path / "out") / "comparison.xlsx")
    coverage, gaps, causes = (_charted(book, chart) for chart in book["charts"]._charts)
    for shown, sheet, figure in ((coverage, "areas", "coverage"), (gaps, "programmes", "shortfall_km2")):
        names, *rows = book[sheet].iter_rows(values_only=True)
        wanted = [dict(zip(names, row, strict=True)) for row in rows]
        wanted = [row for row in wanted if row["figure"] == figure]
        assert list(shown) == compared.scenarios
        for scenario, bars in shown.items():
            assert list(bars.values()) == [row[scenario] for row in wanted]
            assert all(label.startswith(row["name"]) for label, row in zip(bars, wanted, strict=True))
    totals = {
        row[0]: dict(zip(compared.scenarios, row[1:], strict=False))
        for row in book["totals"].iter_rows(values_only=True)
    }
    for cause in CAUSES:
        assert causes[CAUSE_COLOURS[cause][1]] == totals[f"{cause}_km2"]


def _charted(book: openpyxl.Workbook, chart: Any) -> dict[str, dict[str, float]]:
    """What a chart shows, read from the cells that it refers to: by series and label."""

    def cells(reference: str) -> list[Any]:
        sheet, place = reference.replace("'", "").split("!")
        found = book[sheet][place.replace("$", "")]
        return [cell.value for row in found for cell in row] if isinstance(found, tuple) else [found.value]

    return {
        cells(series.tx.strRef.f)[0]: dict(
            zip(cells(series.cat.numRef.f), cells(series.val.numRef.f), strict=True)
        )
        for series in chart.series
    }


def test_a_folder_of_another_kind_is_never_replaced(compared: Comparison, tmp_path: Path) -> None:
    run = planner.write(compared.results["baseline"], tmp_path / "run")
    with pytest.raises(OutputError, match="is not the folder of a former comparison"):
        planner.write_comparison(compared, run, overwrite=True)
    out = planner.write_comparison(compared, tmp_path / "out")
    with pytest.raises(OutputError, match="is not the folder of a former run"):
        planner.write(compared.results["baseline"], out, overwrite=True)
    with pytest.raises(OutputError, match="replace a former comparison with --overwrite"):
        planner.write_comparison(compared, out)
    planner.write_comparison(compared, out, overwrite=True)
    assert {file.name for file in tmp_path.iterdir()} == {"run", "out"}


@pytest.mark.parametrize(
    ("scenarios", "rule"),
    [
        (["no_plane", "no_plan"], "is no scenario of the case; write no_plane"),
        (["no_plane", "no_plane"], "no_plane is compared twice"),
        (["no_plane", "yen"], "is the currency of yen, but the first plan has USD"),
    ],
)
def test_what_cannot_be_compared(folder: Path, scenarios: list[str], rule: str) -> None:
    with pytest.raises(InputError, match=rule):
        planner.compare(folder, scenarios)


def test_a_case_without_scenarios_has_nothing_to_compare() -> None:
    with pytest.raises(InputError, match="has no scenario to compare"):
        planner.compare(TINY)

"""Comparisons: the tiny case by hand, records that come and go, missing plans, files."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import planner
from planner.causes.names import CAUSES_OF_ALL
from planner.errors import InputError, NoPlanError, OutputError
from planner.features.space import make_space
from planner.results.contract import CAUSES
from planner.results.palette import CAUSE_COLOURS, KINDS
from planner.results.plain_text import plain
from planner.studies.study import require_proofs, write_study
from planner.studies.workbook import TABLES, Block, draw_chart, side_by_side
from tests.studies.conftest import BOAT, DATELINE, TINY, same_tables, written

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

[scenarios.strict]
add.limits.watch = {kind = "least_coverage", areas = "eastern", least = 0.99}

[scenarios.yen]
currency = "AUD"
fx.rates.AUD = 1
fx.rates.USD = 2
"""
LIMITS = "limit_id,kind,programme,areas,least,penalty,currency,source\n"
WANTED = ["no_plane", "boat_fund_gone", "new_fund"]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cases") / "tiny"
    shutil.copytree(TINY, folder)
    (folder / "limits.csv").write_text(LIMITS, encoding="utf-8")
    with (folder / "case.toml").open("a", encoding="utf-8") as file:
        file.write(SCENARIOS)
    return folder


@pytest.fixture(scope="module")
def compared(case: Path) -> planner.Study:
    return planner.compare(case, WANTED, baseline=True, causes=True)


def value(table: pd.DataFrame, column: str, **where: str) -> float:
    for name, wanted in where.items():
        table = table[table[name] == wanted]
    assert len(table) == 1
    return float(table[column].iloc[0])


def test_the_tiny_case_without_its_plane_by_hand(compared: planner.Study) -> None:
    # The boat has 1200 h: five missions of 240 h and 100,000 USD each, of the 1,200,000 that there are.
    # With the README's 0.055710 a mission, C = 0.27855 in the dateline zone: 49,235.7 (1 - e^-0.27855) km2.
    # The eastern zone, where the boat has no access, gets nothing. With the plane: 24,896 and 14,487 km2.
    dateline = DATELINE * -math.expm1(-5 * BOAT)
    no_plane = {"scenario": "no_plane", "figure": "covered_km2"}
    areas, totals = compared["areas"], compared["totals"]
    assert value(areas, "value", area_id="dateline", **no_plane) == pytest.approx(dateline, rel=1e-4)
    assert value(areas, "value", area_id="eastern", **no_plane) == 0
    change = value(areas, "difference", area_id="dateline", **no_plane)
    assert change == pytest.approx(dateline - 24_896, rel=1e-3)
    assert value(totals, "difference", **no_plane) == pytest.approx(dateline - 39_384, rel=1e-3)
    spent = {"scenario": "no_plane", "figure": "spent"}
    assert value(totals, "value", **spent) == pytest.approx(500_000)
    assert value(totals, "difference", **spent) == pytest.approx(-700_000)
    hours = {"scenario": "no_plane", "figure": "mission_hours"}
    assert value(compared["hours"], "value", asset_id="boat", **hours) == pytest.approx(1200)
    assert value(compared["hours"], "difference", asset_id="plane", **hours) == pytest.approx(-160)
    # money is free where the boat has no hours left
    price = {"limit_kind": "budget", "figure": "shadow_price", "id": "open_fund", "scenario": "no_plane"}
    assert value(compared["prices"], "value", **price) == pytest.approx(0, abs=1e-9)
    assert value(compared["prices"], "difference", **price) == pytest.approx(-0.0135595, rel=1e-4)


def test_values_of_other_objectives_are_not_compared(case: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(case, tmp_path / "case"))
    with (other / "case.toml").open("a", encoding="utf-8") as file:
        file.write('\n[scenarios.targets]\nobjective = "shortfall"\n')
        file.write('[scenarios.halves]\nobjective = "shortfall"\ncoverage_worth = 0.5\n')
    found = planner.compare(other, ["targets", "halves", "targets,no_plane"])
    rows = found.differences[found.differences["metric"] == "objective"].set_index("variant")
    ends = ["reference", "difference", "difference_low", "difference_high"]
    assert rows.loc["halves", ends].isna().all()
    assert rows.loc["targets,no_plane", ends].notna().all()
    text = " ".join(plain(found.summary).split())
    assert "Made for another objective, and so without its value: halves." in text


def test_the_first_plan_is_the_reference_and_equals_its_own_run(
    compared: planner.Study, tiny_plan: planner.Results
) -> None:
    labels = ["baseline", *WANTED]
    assert list(compared.results) == labels
    pd.testing.assert_frame_equal(compared.results["baseline"].areas, tiny_plan.areas)
    for name, table in compared.tables.items():
        assert (table[table["scenario"] == "baseline"]["difference"].dropna() == 0).all(), name
        if name != "limits":
            assert list(side_by_side(table)) == labels
            assert not side_by_side(table).index.duplicated().any()
    assert compared["limits"].empty, "this case has none"
    variants = compared.variants
    assert (variants["status"] == "optimal").all()
    assert (variants["gap"] <= variants["gap_tolerance"]).all()
    rows = compared.differences.set_index(["variant", "metric", "id"])["difference"]
    assert rows["no_plane", "covered_km2", "all"] == pytest.approx(
        value(compared["totals"], "difference", scenario="no_plane", figure="covered_km2")
    )


def test_records_that_only_some_plans_have_are_blank_elsewhere(compared: planner.Study) -> None:
    programmes = compared["programmes"]
    budgets = programmes[programmes["figure"] == "budget"]
    by_plan = budgets.pivot_table(index="programme_id", columns="scenario", values="value")
    assert math.isnan(by_plan.loc["boat_fund", "boat_fund_gone"])
    assert math.isnan(by_plan.loc["third", "baseline"])
    assert by_plan.loc["third", "new_fund"] == 50_000
    new = {"scenario": "new_fund", "programme_id": "third", "figure": "budget"}
    assert math.isnan(value(programmes, "difference", **new))
    rows = programmes[programmes["figure"].isin([f"{cause}_km2" for cause in CAUSES])]
    sums = rows.groupby(["scenario", "programme_id"])["value"].sum(min_count=1)
    short = programmes[programmes["figure"] == "shortfall_km2"]
    expected = short.set_index(["scenario", "programme_id"])["value"]
    pd.testing.assert_series_equal(sums, expected.sort_index(), check_names=False)


def test_pooling_and_more_money_never_hurt(case: Path) -> None:
    plans = planner.compare(case, ["pooled", "new_fund", "pooled, new_fund", "boat_fund_gone"], baseline=True)
    missed = plans.variants.set_index("variant")
    for better, worse in [
        ("pooled", "baseline"),
        ("new_fund", "baseline"),
        ("pooled,new_fund", "pooled"),
        ("baseline", "boat_fund_gone"),
    ]:
        assert missed.loc[better, "bound"] <= missed.loc[worse, "plan_value"], (better, worse)


def test_shared_spaces_give_the_plans_of_single_runs(case: Path) -> None:
    cases = {
        "base": planner.read_case(case),
        "access": planner.read_case(case, {"access.air_company.areas": "eastern"}),
        "moved": planner.read_case(case, {"bases.harbour.lon": 176}),
    }
    together = planner.compare(cases)
    for label, one in cases.items():
        pd.testing.assert_frame_equal(
            together.results[label].missions, planner.plan(one, causes=False).missions
        )


def test_more_than_a_hundred_scenarios_are_a_table_without_a_warning() -> None:
    labels = [f"s{number}" for number in range(130)]
    rows = [("shortfall_km2", label, float(at), 0.0) for at, label in enumerate(labels)]
    table = pd.DataFrame(rows, columns=["figure", "scenario", "value", "difference"])
    wide = side_by_side(table).reset_index()  # pandas warns of frames of many blocks
    assert wide.loc[0, labels].tolist() == [float(number) for number in range(130)]


def test_plans_side_by_side_and_resumed_are_those_of_one_process(case: Path, tmp_path: Path) -> None:
    how = planner.Jobs(workers=2, store=tmp_path / "run.part")
    two = planner.compare(case, ["no_plane"], jobs=how)
    kept = sorted(how.store.glob("task_*")) if how.store else []
    assert len(kept) == 2
    shutil.rmtree(kept[1])
    said: list[str] = []
    how = planner.Jobs(store=how.store, resume=True)
    resumed = planner.compare(case, ["no_plane"], jobs=how, progress=said.append)
    assert "1 of 2 are there from before" in said
    same_tables(two, resumed)
    for label, results in two.results.items():
        pd.testing.assert_frame_equal(resumed.results[label].missions, results.missions, check_exact=True)


def test_a_scenario_without_a_plan_does_not_lose_the_others(case: Path, tmp_path: Path) -> None:
    for scenarios, reference in ((["strict", "no_plane"], "baseline"), (["strict", "no_plane"], "strict")):
        found = planner.compare(case, scenarios, baseline=reference == "baseline")
        assert found.variants.set_index("variant")["status"]["strict"] == "infeasible"
        assert "no_plane" in found.results
        known = found["totals"][found["totals"]["scenario"] == "no_plane"]["difference"].notna()
        assert known.all() == (reference == "baseline")
        folder = write_study(found, tmp_path / reference)
        text = " ".join((folder / "summary.txt").read_text("utf-8").split())
        # a scenario without a title is not called twice
        assert "FAILED: strict: the hard limit watch" in text
        assert "no_plane: No plane (optimal, " in text
        assert f"Differences are from {reference}." in text
        with pytest.raises(NoPlanError, match=r"of \d plans: strict: .*limit watch"):
            require_proofs(found)
    failure = found.failures["strict"]
    assert failure.no_plan is not None
    assert failure.no_plan.conflict[0].limit_id == "watch"  # type: ignore[attr-defined]


def test_without_any_plan_there_is_nothing_to_compare(case: Path) -> None:
    with pytest.raises(NoPlanError, match="scenario baseline: the time limit was reached"):
        planner.compare(case, ["no_plane"], changes={"solver.time_limit_s": 1e-6})


def test_where_nothing_is_short(case: Path) -> None:
    low = {"target_coverage": 0.01, "areas.eastern.target_coverage": 0.01}
    text = plain(planner.compare(case, ["new_fund"], changes=low).summary)
    assert "Totals, with the change from baseline" in text
    assert "shortfall, km², by" not in text


def test_the_folder_and_its_workbook_read_back(compared: planner.Study, tmp_path: Path) -> None:
    told, text = written(compared, tmp_path / "out")
    book = openpyxl.load_workbook(tmp_path / "out" / "comparison.xlsx")
    assert book.sheetnames == ["about", "charts", "chart_data", "variants", *TABLES]
    sheet = book["areas"]
    header = [cell.value for cell in sheet[1]]
    assert header[:5] == ["area_id", "name", "figure", "unit", "baseline"]
    assert header[-1] == "new_fund - baseline"
    assert sheet.freeze_panes == "E2"
    rows = {(row[0].value, row[2].value): row for row in sheet.iter_rows(min_row=2)}
    coverage, covered = rows["eastern", "coverage"], rows["eastern", "covered_km2"]
    assert [row[3].value for row in (coverage, covered)] == ["share", "km2"]
    assert coverage[4].value == pytest.approx(0.58849, rel=1e-4)
    assert (coverage[4].number_format, covered[4].number_format) == ("0.0%", "#,##0")
    assert covered[8].value == pytest.approx(-14_487, rel=1e-4), "no plane, less the baseline"
    texts = [cell for page in book for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert {"=1+1", '=HYPERLINK("x")'} <= {cell.value for cell in texts}
    assert {cell.data_type for cell in texts} == {"s"}
    assert list(compared["areas"]) == [
        *("scenario", "area_id", "name", "figure", "unit", "value", "difference")
    ]
    assert [plan["scenario"] for plan in told["plans"]] == list(compared.results)
    changes = [line.split() for line in text.splitlines() if line.startswith("no_plane")]
    # the eastern zone loses all of its 14,487 km²; the README of the case works them out
    (line,) = [line for line in changes if line[1:6] == ["covered", "km²", "of", "Eastern", "zone"]]
    was, is_, change = (float(text.replace(",", "")) for text in line[6:])
    assert (was, is_, change) == (pytest.approx(14_487, rel=1e-4), 0, -was)
    assert sum("covered km² of" in " ".join(line) for line in changes) == 2
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.sheet_properties.pageSetUpPr.fitToPage) == (
            "landscape",
            1,
        )
    about = {row[0]: row[1] for row in book["about"].iter_rows(values_only=True)}
    assert about["Money"] == "USD"
    assert set(book.sheetnames) - {"about"} <= set(about), "every sheet is explained"


def test_charts_of_the_workbook_show_the_numbers_of_its_sheets(
    compared: planner.Study, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(write_study(compared, tmp_path / "out") / "comparison.xlsx")
    charts: Any = book["charts"]
    coverage, gaps, causes = (_charted(book, chart) for chart in charts._charts)
    for shown, sheet, figure in ((coverage, "areas", "coverage"), (gaps, "programmes", "shortfall_km2")):
        names, *rows = book[sheet].iter_rows(values_only=True)
        wanted = [dict(zip(names, row, strict=True)) for row in rows]
        wanted = [row for row in wanted if row["figure"] == figure]
        assert list(shown) == list(compared.results)
        for scenario, bars in shown.items():
            assert list(bars.values()) == [row[scenario] for row in wanted]
    totals = {
        row[0]: dict(zip(compared.results, row[2:], strict=False))
        for row in book["totals"].iter_rows(values_only=True)
    }
    told = [cause for cause in CAUSES_OF_ALL if f"{cause}_km2" in totals]
    assert causes == {CAUSE_COLOURS[cause][1]: totals[f"{cause}_km2"] for cause in told}
    assert all(any(totals[f"{cause}_km2"].values()) for cause in told), "what is 0 in every plan is left out"
    assert 0 < len(told) < len(CAUSES_OF_ALL)


def test_charts_tell_more_scenarios_apart_than_there_are_colours() -> None:
    labels = [f"s{n}" for n in range(20)]
    block = Block("x", pd.DataFrame([range(20)], columns=labels, index=["area"]), "0", KINDS)
    series = draw_chart(openpyxl.Workbook().create_sheet(), block, 1).series
    fills = {(one.spPr.solidFill and one.spPr.ln.solidFill.srgbClr, _hatch(one)) for one in series}
    assert len(fills) == len(labels)


def _hatch(series: Any) -> tuple[str, str] | None:
    hatched = series.spPr.pattFill
    return hatched and (hatched.prst, hatched.fgClr.srgbClr)


def _charted(book: openpyxl.Workbook, chart: Any) -> dict[str, dict[str, float]]:
    """What a chart shows, read from the cells that it refers to: by series and label."""

    def cells(reference: str) -> list[Any]:
        sheet, place = reference.replace("'", "").split("!")
        found = book[sheet][place.replace("$", "")]
        return [cell.value for row in found for cell in row] if isinstance(found, tuple) else [found.value]

    return {
        cells(one.tx.strRef.f)[0]: dict(zip(cells(one.cat.numRef.f), cells(one.val.numRef.f), strict=True))
        for one in chart.series
    }


def test_a_folder_of_another_kind_is_never_replaced(compared: planner.Study, tmp_path: Path) -> None:
    plan = compared.results["baseline"]
    run = planner.write(plan, tmp_path / "run")
    with pytest.raises(OutputError, match="is not the folder of a former comparison"):
        write_study(compared, run, overwrite=True)
    out = write_study(compared, tmp_path / "out")
    with pytest.raises(OutputError, match="is not the folder of a former run"):
        planner.write(plan, out, overwrite=True)
    with pytest.raises(OutputError, match="replace a former comparison with --overwrite"):
        write_study(compared, out)
    write_study(compared, out, overwrite=True)
    assert {file.name for file in tmp_path.iterdir()} == {"run", "out"}


@pytest.mark.parametrize(
    ("scenarios", "rule"),
    [
        (["no_plane", "no_plan"], "is not a scenario of the case; write no_plane"),
        (["no_plane", "no_plane"], "no_plane is compared twice"),
        (["no_plane", "yen"], "is the currency of yen, but the first plan has USD"),
    ],
)
def test_what_cannot_be_compared(case: Path, scenarios: list[str], rule: str) -> None:
    with pytest.raises(InputError, match=rule):
        planner.compare(case, scenarios)
    with pytest.raises(InputError, match="has no scenario to compare"):
        planner.compare(TINY)


def test_only_what_a_scenario_touches_is_made_again(case: Path) -> None:
    base = make_space(planner.read_case(case))
    money = make_space(planner.read_case(case, {"programmes.open_fund.budget": 1}, "no_plane"), [base])
    assert money.table is base.table
    access = make_space(planner.read_case(case, {"access.air_company.areas": "eastern"}), [base])
    assert access.distances is base.distances
    assert access.table is not base.table

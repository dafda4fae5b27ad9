"""Pages of made-up results: names that look like markup, no land, plans that are not proven."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import planner
from planner.charts.data import Plan
from planner.charts.plan import coverage_by_area
from planner.core.fairness import FairLevel, FairShares
from planner.page.answer import answer
from planner.page.html import data_element, policy, script, views_page
from planner.page.parts import Content, Section, Table, View
from planner.page.plan import plan_view
from planner.page.pool import Pool
from planner.results.contract import conform
from planner.results.palette import LAND
from planner.results.results import Results
from planner.results.write import write
from planner.solve.solver import Status
from tests.page.conftest import Sheet, share
from tests.results.conftest import make_results

Show = Callable[..., Sheet]
WICKED = "</script><script>document.title='taken'</script><img src=x onerror=alert(1)> & <b>"


def sentences(**changes: Any) -> list[str]:
    return ["".join(piece for piece, _ in sentence) for sentence in answer(Plan(make_results(**changes)))]


def page_of(results: Results, file: Path) -> Path:
    file.write_text(views_page([plan_view(Plan(results))], results.title), encoding="utf-8")
    return file


def test_answer_by_hand() -> None:
    # conftest: 1,200,000 km² at 30% and 750,000 km² at 12%, both with a target of 50%:
    # covered 360,000 + 90,000 of 1,950,000 = 23.1%; short 240,000 + 285,000;
    # causes: money 3/4 of 240,000 = 34.3%, access 285,000 = 54.3%, hours the rest = 11.4%.
    # A million more for Pacific Fund: 1,100, and 900 km² more coverage; no hours have a price.
    # Optimality gap (1,500,000 - 1,499,900) / 1,500,000.
    found = sentences()
    assert found[0] == (
        "With 540,000 USD of the 2.00 million USD that 2 programmes have, 2 assets and sensors cover 23.1% "
        "of 1.95 million km² of water in 2 areas, where 50.0% is wanted."
    )
    assert found[1].startswith("How far this varies with the ranges of figures is not known here")
    assert found[2] == (
        "0 of 2 areas meet their target; the shortfall is 525,000 km², the largest parts of it in "
        "Tuvalu (285,000 km²) and Fiji (240,000 km²)."
    )
    assert found[3] == (
        "Of the coverage gap, as limits are lifted one after the other, 34.3% takes more money, 54.3% takes "
        "access that is not given and 11.4% takes more hours of assets and bases."
    )
    assert found[4] == (
        "A million more USD does most in Pacific Fund: the objective is 1,100 risk-weighted km² less, with "
        "900 km² more coverage, in a plan made with it; more hours of any asset alone would add nothing."
    )
    assert found[5].startswith(
        "The plan is proven optimal for its objective: within the same limits no plan is better by more than "
        "0.0067% of its value"
    )


def test_a_plan_that_is_not_proven_is_never_called_so(show: Show, tmp_path: Path) -> None:
    last = sentences(status=Status.TIME_LIMIT)[-1]
    said = "The plan is not proven to be the best: by its objective another might be better by up to 0.0067%"
    assert last == f"{said} of its value."
    sheet = show(page_of(make_results(status=Status.TIME_LIMIT), tmp_path / "open.html"))
    assert "Not proven: time limit" in sheet.text("#subtitle")


def test_nothing_short_and_nothing_scarce() -> None:
    made = make_results()
    areas = made.areas.assign(shortfall_km2=0.0, met=True)
    found = sentences(
        areas=areas,
        causes=made.causes.assign(km2=0.0),
        gains=made.gains.assign(gain_of_next_million_km2=0.0),
        prices=made.prices.assign(shadow_price=0.0),
    )
    assert found[2:5] == [
        "Every area meets its target.",
        "There is no coverage gap to explain.",
        "A million more USD in any programme would add nothing; "
        "more hours of any asset alone would add nothing.",
    ]


def test_text_from_files_stays_text(show: Show, tmp_path: Path) -> None:
    made = make_results()
    wicked = make_results(
        title=WICKED,
        areas=made.areas.assign(name=WICKED),
        programmes=made.programmes.assign(name=WICKED, donor=WICKED),
        fleet=made.fleet.assign(name=WICKED, operator=WICKED),
        bases=made.bases.assign(name=WICKED, country=WICKED),
        assumptions=made.assumptions.assign(source=WICKED, note=WICKED),
    )
    sheet = show(page_of(wicked, tmp_path / "wicked.html"))
    assert sheet.page.locator("img, b").count() == 0
    assert sheet.page.title() == WICKED
    assert sheet.text("#title") == WICKED
    assert {row[0] for row in sheet.table("#areas-table")} == {WICKED}
    for theme in ("Asset", "Operator"):
        sheet.pick(theme)
    sheet.page.select_option("#zone", "tuvalu")
    assert WICKED in sheet.text("#chosen")


def test_a_case_without_land_shows_the_coarse_coast_and_says_so(show: Show, tmp_path: Path) -> None:
    sheet = show(page_of(make_results(), tmp_path / "bare.html"))
    assert "coarse coast of Natural Earth" in sheet.text("#map .note")
    assert share(sheet.picture(), LAND) > 0.002, "Fiji and its neighbours"


def limits(rows: str) -> pd.DataFrame:
    """The table of limits from CSV: limit_id, kind, programme_id, area_id, period_id, least, reached."""
    names = ["limit_id", "kind", "programme_id", "area_id", "period_id", "least", "reached"]
    table = pd.read_csv(io.StringIO(rows), names=names, keep_default_na=False)
    nothing = dict.fromkeys(("shortfall", "penalty", "paid", "shadow_price"), 0.0)
    return conform("limits", table.assign(hard=False, unit="km2 per km2", **nothing))


def test_limits_of_a_period_name_it() -> None:
    rows = limits("""\
a,least_coverage,pacific_fund,fiji,wet,0,0
b,least_share,pacific_fund,fiji,wet,0,0
c,least_spending,pacific_fund,fiji,wet,0,0
year,least_spending,pacific_fund,fiji,,0,0
""")
    periods = pd.DataFrame([["wet", "Wet season", "11-01", "04-30", 181.0]])
    periods.columns = list(make_results().periods)
    made = make_results(limits=rows, periods=periods)
    (found,) = (one for one in plan_view(Plan(made)).sections if one.name == "limits")
    (table,) = found.fixed.tables
    assert table.rows["what"].tolist() == [
        "Coverage of Fiji in Wet season",
        "Share of what Pacific Fund spends in Wet season that goes to Fiji",
        "Spending of Pacific Fund in Wet season",
        "Spending of Pacific Fund",
    ]


def test_limits_are_shown_with_names_and_zeros(show: Show, tmp_path: Path) -> None:
    rows = limits("west,least_coverage,,fiji,,0.1,0.3\nfund,least_spending,pacific_fund,,,5e5,5.4e5\n")
    sheet = show(page_of(make_results(limits=rows), tmp_path / "limits.html"))
    assert "Limits" in sheet.text("#parts")
    shown = sheet.table("#limits-table")
    assert shown[0][:4] == ["Coverage of Fiji\nwest", "10.0%", "30.0%", "0 km²"]
    assert shown[1][:4] == ["Spending of Pacific Fund\nfund", "500,000 USD", "540,000 USD", "0 USD"]
    assert [row[5:7] for row in shown] == [["0", "0"]] * 2
    assert "limits" not in [one.name for one in plan_view(Plan(make_results())).sections]


def test_the_page_of_any_study(show: Show, tmp_path: Path) -> None:
    plan = Plan(make_results())
    rows = pd.DataFrame({"name": ["a", "b"], "plan": "x", "km2": [1.0, 2.5], "share": [0.125, float("nan")]})
    columns = [
        {"key": "name", "label": "Step"},
        {"key": "km2", "label": "km²", "kind": "figure"},
        {"key": "share", "label": "Share", "kind": "percent"},
    ]
    table = Table("steps", "Steps", columns, rows)
    content = Content([coverage_by_area(plan)], [table])
    section = Section("steps", "Next steps", [("How to read it.", False)], content)
    file = tmp_path / "next.html"
    answer_ = [[("It is ", False), ("so", True)]]
    view = View("study", "A study", "A study", "", True, "All plans proven optimal", answer_, [section])
    file.write_text(views_page([view], "A study"), encoding="utf-8")
    sheet = show(file)
    assert sheet.text("#answer") == "It is so"
    assert sheet.table("#steps-table") == [["a", "1", "12.5%"], ["b", "2.5", "–"]]
    sheet.page.click("#steps-table th button >> nth=1")
    assert [row[0] for row in sheet.table("#steps-table")] == ["b", "a"], "the most first"
    assert sheet.page.locator("#coverage_by_area-chart .mark-rect path").count() >= 4


def test_views_share_what_they_have_in_common() -> None:
    one, other = (plan_view(Plan(make_results(), name)) for name in ("one", "other"))
    pool = Pool()
    first = pool.view(one)
    size = len(pool.contents)
    assert pool.view(other)["sections"] == first["sections"]
    assert len(pool.contents) == size
    json.dumps(pool.contents, allow_nan=False)


def test_data_cannot_close_its_element() -> None:
    written = data_element({"name": WICKED + "\u2028"})
    assert not re.search("[<>&\u2028]", written)


@pytest.mark.parametrize("code", ['x = "</script>"', 'y = "<!--<script>"'])
def test_code_cannot_close_its_element(code: str) -> None:
    assert not re.search(r"</script|<!--|<script", script(code))


def test_policy_lets_nothing_be_loaded() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in policy("let a = 1").split(";"))
    assert rules["default-src"] == "'none'"
    # printf 'let a = 1' | openssl dgst -sha256 -binary | base64
    assert rules["script-src"] == "'sha256-LAfYd7pbFUgwfQu8b4q135PeTG2z+/coPEUYCd74eCQ='"
    assert "unsafe-eval" not in policy("")
    assert "http" not in policy("")


def test_the_run_s_ladder_is_drawn_as_a_waterfall(show: Show, tmp_path: Path) -> None:
    sheet = show(planner.write_report(write(make_results(), tmp_path / "run")))
    bars = sheet.page.locator("#ladder-chart .role-mark.mark-rect path")
    # rungs.csv: 525,000 of the plan; choice and earmarks nothing, money 180,000, access 285,000, hours 60,000
    widths = [bars.nth(n).bounding_box()["width"] for n in range(bars.count())]
    assert widths[3] / widths[0] == pytest.approx(180 / 525, rel=0.02)
    assert widths[4] / widths[0] == pytest.approx(285 / 525, rel=0.02)
    assert "285,000" in (sheet.page.text_content("#ladder-chart") or "")


def test_a_report_is_not_written_over_without_being_asked(tmp_path: Path) -> None:
    with pytest.raises(planner.InputError, match="name a folder that planner run or planner invest has"):
        planner.write_report(tmp_path)
    folder = write(make_results(), tmp_path / "run")
    file = planner.write_report(folder)
    assert file == folder / "report.html"
    with pytest.raises(planner.OutputError, match="exists"):
        planner.write_report(folder)
    assert planner.write_report(folder, overwrite=True) == file
    write(make_results(), folder, overwrite=True)  # a report does not keep its folder from being replaced
    assert not file.exists()


def test_what_is_not_used_does_not_cover_and_what_is_left_is_not_spent() -> None:
    made = make_results()
    # of two assets one works; of 2,000,000 USD all but 900 are spent: 2.00 million, but not all the money
    spent = made.programmes.assign(spent=[1_000_000.0, 999_100.0])
    found = sentences(programmes=spent, allocation=made.allocation.iloc[:1])
    assert found[0].startswith(
        "With 2.00 million USD, all but 900 USD of what 2 programmes have, "
        "1 of 2 assets and sensors covers 23.1% of "
    )
    whole = sentences(programmes=spent.assign(spent=spent["budget"]))
    assert whole[0].startswith(
        "With all the money of 2 programmes, 2.00 million USD, 2 assets and sensors cover"
    )


def test_prices_of_a_fair_plan_are_not_said_to_be_what_more_would_bring() -> None:
    shares = FairShares.of([FairLevel(0.6, 0.6, ("fiji",))], ["tuvalu"])
    fair = {"objective": "fair", "fairness": shares, "gains": make_results().gains.iloc[:0]}
    assert sentences(**fair)[4] == (
        'What a million more USD, or an hour more, would bring is not worked out for the objective "fair".'
    )
    view = plan_view(Plan(make_results(**fair)))
    parts = {section.name: section for section in view.sections}
    lead = "".join(piece for piece, _ in parts["scarce"].lead)
    assert "Every area keeps the share of its target that it has" in lead
    assert "million" not in lead
    (rows,) = parts["programmes"].variants["Operator",].tables or parts["programmes"].fixed.tables
    assert rows.caption == "Programmes: budget, spending, and the coverage gap of the mandate"
    assert "gain" not in [column["key"] for column in rows.columns]
    other = {section.name: section for section in plan_view(Plan(make_results())).sections}["scarce"]
    lead = "".join(piece for piece, _ in other.lead)
    assert "Every area keeps" not in lead
    assert "What a whole million gains is planned" in lead


def test_penalties_are_part_of_the_value_and_not_of_doing_nothing() -> None:
    limit = {
        "limit_id": "most",
        "kind": "least_coverage",
        "programme_id": "",
        "area_id": "fiji",
        "period_id": "",
    }
    row = {**limit, "hard": False, "least": 0.5, "reached": 0.3, "shortfall": 240_000.0, "penalty": 0.1}
    limits = pd.DataFrame([{**row, "paid": 24_000.0, "shadow_price": 0.1, "unit": "km2 per km2"}])
    run = {**make_results().run, "status": "optimal"}
    view = plan_view(Plan(make_results(limits=conform("limits", limits), run=run)))
    facts = dict(next(section for section in view.sections if section.name == "certificate").facts)
    assert facts["Value of the plan"] == "1,500,000 risk-weighted km² missed and penalties"
    assert facts["With nothing done, limits aside"] == "1,950,000 risk-weighted km² missed"

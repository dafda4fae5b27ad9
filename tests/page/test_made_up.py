"""Pages of made-up results: names that look like markup, no land, plans that are not proven."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import planner
from planner.page.answer import answer
from planner.page.document import document
from planner.page.html import data_element, page_html, policy, script
from planner.page.plans import plan_of
from planner.report.contract import CAUSES
from planner.report.write import write
from planner.solve.lp import Status
from tests.page.conftest import Sheet
from tests.page.test_page import pick
from tests.report.conftest import make_results

Show = Callable[..., Sheet]
WICKED = "</script><script>document.title='taken'</script><img src=x onerror=alert(1)> & <b>"


def sentences(**changes: Any) -> list[str]:
    return ["".join(piece for piece, _ in sentence) for sentence in answer(plan_of(make_results(**changes)))]


def test_answer_by_hand() -> None:
    # conftest: 1,200,000 km² at 30% and 750,000 km² at 12%, both with a target of 50%:
    # covered 360,000 + 90,000 of 1,950,000 = 23.1%; short 240,000 + 285,000;
    # causes: no access 285,000 = 54.3%, budget 3/4 of 240,000 = 34.3%, hours the rest = 11.4%.
    # The one budget's price is 0.1 km² per USD; no hours have one. Gap (1,500,000 - 1,499,900) / 1,500,000.
    found = sentences()
    assert found[0] == (
        "With 540,000 USD of the 2.00 million USD that 2 programmes have, 2 assets and sensors cover 23.1% "
        "of 1.95 million km² of water in 2 areas, where 50.0% is wanted."
    )
    assert found[1] == (
        "0 of 2 areas meet their target; what is missing to the others is 525,000 km², most of it in "
        "Tuvalu (285,000 km²) and Fiji (240,000 km²)."
    )
    assert found[2] == (
        "Of the gap, 54.3% waits for the consent of the coastal state, 34.3% is for want of money and "
        "11.4% is for want of hours of boats and aircraft."
    )
    assert found[3] == (
        "A million USD more does most in Pacific Fund: at the margin it adds 100,000 risk-weighted km²; "
        "more hours of any asset would add nothing."
    )
    assert found[4].startswith(
        "The plan is proven: none with the same means misses less by more than 0.0067%"
    )


def test_a_plan_that_is_not_proven_is_never_called_so() -> None:
    last = sentences(status=Status.TIME_LIMIT)[-1]
    assert last == "The plan is not proven to be the best: another might miss less by up to 0.0067%."


def test_nothing_short_and_nothing_scarce() -> None:
    made = make_results()
    nothing = dict.fromkeys([f"{cause}_km2" for cause in CAUSES], 0.0)
    areas = made.areas.assign(shortfall_km2=0.0, met=True, **nothing)
    found = sentences(areas=areas, prices=made.prices.assign(price=0.0))
    assert found[1] == "Every area meets its target."
    assert found[2] == "There is no gap to explain."
    assert (
        found[3]
        == "More money in any programme would add nothing; more hours of any asset would add nothing."
    )


def test_text_from_files_stays_text(show: Show, tmp_path: Path) -> None:
    made = make_results()
    wicked = {
        "title": WICKED,
        "areas": made.areas.assign(name=WICKED),
        "programmes": made.programmes.assign(name=WICKED, donor=WICKED),
        "fleet": made.fleet.assign(name=WICKED, operator=WICKED),
        "bases": made.bases.assign(name=WICKED, country=WICKED),
        "assumptions": made.assumptions.assign(source=WICKED, note=WICKED),
    }
    file = tmp_path / "wicked.html"
    file.write_text(page_html(document([plan_of(make_results(**wicked))]), WICKED), encoding="utf-8")
    sheet = show(file)
    assert sheet.page.locator("img, b").count() == 0
    assert sheet.page.title() == WICKED
    assert sheet.text("#title") == WICKED
    assert {row[0] for row in sheet.table("#areas-table")} == {WICKED}
    for layer in ("asset", "operator"):
        pick(sheet, "layer", layer)
    sheet.page.select_option("#zone", "tuvalu")
    assert WICKED in sheet.text("#chosen")


def test_a_case_without_land_says_so(show: Show, tmp_path: Path) -> None:
    file = tmp_path / "bare.html"
    file.write_text(page_html(document([plan_of(make_results())]), "Two zones"), encoding="utf-8")
    sheet = show(file)
    assert "no land.geojson" in sheet.text("#land-note")
    assert sheet.page.locator("#map-1 canvas").count() == 1


def test_not_proven_is_the_first_thing_on_the_page(show: Show, tmp_path: Path) -> None:
    plan = plan_of(make_results(status=Status.TIME_LIMIT))
    file = tmp_path / "open.html"
    file.write_text(page_html(document([plan]), "Two zones"), encoding="utf-8")
    assert "Not proven" in show(file).text("#subtitle")


def test_plans_share_what_they_have_in_common() -> None:
    one, other = plan_of(make_results(), "one"), plan_of(make_results(), "other")
    alone, both = document([one]), document([one, other])
    assert len(both["grounds"]) == 1
    assert both["pool"] == alone["pool"]
    assert both["plans"][0]["tables"] == both["plans"][1]["tables"]


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


def test_ladder_is_drawn_as_a_waterfall(show: Show, tmp_path: Path) -> None:
    run = write(make_results(), tmp_path / "run")
    (tmp_path / "ladder.csv").write_text(
        "rung,title,shortfall_km2,step_km2\nplan,The plan,525000,0\nmoney,Unlimited money,300000,225000\n",
        encoding="utf-8",
    )
    file = planner.write_report(run, ladder=tmp_path)
    sheet = show(file)
    bars = sheet.page.locator("#ladder-chart .mark-rect path")
    assert bars.count() == 2
    whole, step = (bars.nth(n).bounding_box() for n in (0, 1))
    assert step["width"] / whole["width"] == pytest.approx(225 / 525, rel=0.02)
    assert "225,000" in sheet.page.text_content("#ladder-chart")
    with pytest.raises(planner.InputError, match="planner ladder"):
        planner.write_report(run, overwrite=True, ladder=run)

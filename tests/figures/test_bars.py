"""The charts of a plan show the numbers of its tables, whatever its names, and when there is nothing."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from planner.errors import InputError
from planner.figures import bars, chart_data
from planner.figures.catalogue import CHARTS, NAMES, draw
from planner.figures.render import rendered
from planner.figures.sources import chosen, of_results
from planner.report.contract import CAUSES
from planner.report.read_results import read_results
from planner.report.results import Results
from planner.report.write import write
from planner.solve.lp import Status
from tests.figures.drawn import data, near, overlapping, paper, pixels, table, texts
from tests.report.conftest import make_results

EVIL = '<script>alert("x")</script> & </svg>'
LONG = "A programme whose name is longer than any page is wide " * 6


def test_gaps_are_those_of_the_csv(tmp_path: Path, plan: Results) -> None:
    folder = write(plan, tmp_path / "run")
    shown = table(bars.gap_by_programme(read_results(folder)), "cause", "km2")
    csv = pd.read_csv(folder / "gaps.csv").groupby("programme_id")[[f"{cause}_km2" for cause in CAUSES]].sum()
    assert len(shown) == 3 * len(CAUSES), "two programmes and the total"
    for row in shown:
        cause = next(cause for cause, word in chart_data.CAUSE_WORDS.items() if word == row["cause"])
        assert row["km2"] == csv.loc[row["id"], f"{cause}_km2"]


def test_gaps_fall_after_the_total() -> None:
    # gaps by hand in tests/report/conftest.py: fiji is 240,000 km² short, tuvalu 285,000
    frame = chart_data.gaps_by_programme(make_results()).drop_duplicates("id")
    assert frame["id"].tolist() == ["total", "pacific_fund", "island_aid"]
    assert frame["total_km2"].tolist() == pytest.approx([240_000.0, 525_000.0, 285_000.0])


def test_coverage_is_that_of_the_csv(tmp_path: Path, plan: Results) -> None:
    folder = write(plan, tmp_path / "run")
    csv = pd.read_csv(folder / "areas.csv").set_index("area_id")
    tables = [
        rows for rows in data(bars.coverage_by_area(read_results(folder))) if rows and "coverage" in rows[0]
    ]
    assert len(tables) == 1
    assert [row["id"] for row in tables[0]] == ["tuvalu", "fiji"], "the larger shortfall first"
    for row in tables[0]:
        area = csv.loc[row["id"]]
        assert (row["coverage"], row["target"]) == (area["coverage"], area["target_coverage"])
        assert row["shortfall_km2"] == area["shortfall_km2"]


def test_spending_is_that_of_the_csv(plan: Results) -> None:
    shown = table(bars.spending(plan), "operator", "amount")
    assert [(row["id"], row["operator"], row["amount"]) for row in shown] == [
        ("pacific_fund", "Fiji", 540_000.0)
    ]
    bought = table(bars.spending(plan), "budget", "spent")
    assert {row["id"]: row["spent"] for row in bought} == {"pacific_fund": 540_000.0, "island_aid": 0.0}


def test_operators_beyond_the_most_are_one(plan: Results) -> None:
    names = [f"op_{number}" for number in range(5)]
    fleet = pd.concat([plan.fleet.iloc[:1]] * 5, ignore_index=True).assign(asset_id=names, operator=names)
    funding = pd.concat([plan.funding] * 5, ignore_index=True).assign(
        asset_id=names, amount=[1.0, 5.0, 4.0, 2.0, 3.0]
    )
    found = chart_data.spending(make_results(fleet=fleet, funding=funding), most=3)
    assert found[["operator", "amount"]].to_numpy().tolist() == [
        ["op 1", 5.0],
        ["op 2", 4.0],
        ["others", 6.0],
    ]


def test_hours_are_those_of_the_csv() -> None:
    limits = pd.DataFrame(
        {
            "limit_kind": "asset_hours",
            "id": ["p8", "eye"],
            "limit": [80.0, 0.0],
            "used": [60.0, 0.0],
            "price": 0.0,
            "unit": "x",
        }
    )
    shown = table(bars.hours(make_results(prices=limits)), "used", "limit")
    assert [(row["id"], row["used"], row["limit"], row["share"]) for row in shown] == [
        ("p8", 60.0, 80.0, 0.75),
        ("eye", 0.0, 0.0, 0.0),
    ]


def test_prices_are_those_of_the_csv(plan: Results) -> None:
    # 0.1 km² for one more dollar are 100,000 for one more million
    shown = table(bars.prices(plan), "km2")
    assert [(row["id"], row["km2"]) for row in shown] == [("budget pacific_fund", pytest.approx(100_000.0))]


@pytest.mark.parametrize("name", list(CHARTS))
def test_nothing_overlaps_or_is_cut(plan: Results, name: str) -> None:
    drawn = CHARTS[name](plan)
    found = texts(drawn)
    assert overlapping(found) == []
    wide, high = paper(drawn)
    assert wide < 530
    assert all(box[3] < high for _, box in found)


@pytest.mark.parametrize("name", NAMES)
def test_names_from_the_input_stay_names(plan: Results, name: str) -> None:
    evil = make_results(
        title=EVIL,
        land=plan.land,
        areas=plan.areas.assign(name=[EVIL, "nul\x00 \x1b[31m bell\x07"], source=EVIL),
        programmes=plan.programmes.assign(name=EVIL, donor=EVIL),
        fleet=plan.fleet.assign(name=EVIL),
        bases=plan.bases.assign(name=EVIL),
    )
    svg = rendered(dict(draw(evil, [name]))[name], "svg").decode()
    tree = ET.fromstring(svg)  # sound XML
    assert not [node for node in tree.iter() if node.tag.endswith("script")]
    assert "<script" not in svg
    assert "&lt;script&gt;alert(" in svg


@pytest.mark.parametrize("name", NAMES)
def test_very_long_names(plan: Results, name: str) -> None:
    long = make_results(
        title=LONG,
        areas=plan.areas.assign(name=[LONG + "one", LONG + "two"], source=LONG),
        programmes=plan.programmes.assign(name=LONG),
        fleet=plan.fleet.assign(name=LONG, operator=["o" * 60, "p" * 60]),
    )
    wide, high = paper(dict(draw(long, [name]))[name])
    assert wide < 560
    assert high < 800


@pytest.mark.parametrize("name", NAMES)
def test_nothing_to_show(name: str) -> None:
    base = make_results()
    empty = {
        table: getattr(base, table).iloc[:0]
        for table in ("missions", "allocation", "funding", "prices", "fleet")
    }
    idle = make_results(
        **empty,
        programmes=base.programmes.assign(spent=0.0, budget=0.0),
        areas=base.areas.iloc[:1].assign(coverage=0.0, shortfall_km2=0.0, met=True),
        area_geometry=base.area_geometry[:1],
        gaps=base.gaps.iloc[:0],
    )
    figure = dict(draw(idle, [name]))[name]
    assert rendered(figure, "png", 72.0).startswith(b"\x89PNG")
    assert texts(figure)


def test_a_programme_without_spending_keeps_its_bar(plan: Results) -> None:
    unspent = make_results(funding=plan.funding.iloc[:0], programmes=plan.programmes.assign(spent=0.0))
    shown = [text for text, _ in texts(bars.spending(unspent))]
    assert any("Nothing is spent." in text for text in shown)
    assert "0 of 1.00" in shown


def test_bars_have_their_colours(plan: Results) -> None:
    image = pixels(bars.gap_by_programme(plan))
    for word in ("out of range", "no access", "budget"):
        assert near(image, bars.CAUSE_SCALE[word]).sum() > 100, word


def test_a_plan_that_is_not_proven_says_so(plan: Results) -> None:
    unproven = make_results(status=Status.TIME_LIMIT)
    for name, figure in draw(unproven, ("map_pod", "hours")):
        assert any("NOT PROVEN to be optimal (time limit)" in text for text, _ in texts(figure)), name
    assert not any("NOT PROVEN" in text for text, _ in texts(bars.hours(plan)))


def test_equal_plans_give_equal_files(plan: Results) -> None:
    for kind in ("svg", "png"):
        one, two = (rendered(dict(draw(plan, ["map_who"]))["map_who"], kind, 72.0) for _ in range(2))
        assert one == two


def test_figures_are_chosen_by_name(plan: Results) -> None:
    source = of_results(plan)
    assert chosen(source, []) == NAMES
    assert chosen(source, ["hours", "map_pod"]) == ("map_pod", "hours")
    with pytest.raises(InputError, match=r"frontier is not a figure of this folder; name one .* of map_pod"):
        chosen(source, ["frontier"])

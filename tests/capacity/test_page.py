from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from planner.capacity.charts import CHARTS
from planner.capacity.results import InvestResults, capacity_plan_of, read_capacity_plan
from planner.capacity.sentences import sentences
from planner.capacity.write import write_capacity_plan
from planner.charts.spec import Chart
from planner.page.capital import capacity_html, said
from planner.page.figures import of_folder
from planner.page.parts import bold, sentence
from planner.page.write import write_report
from tests.capacity.made_up import block, make_invest, nothing_ordered
from tests.charts.drawn import overlapping, texts


def chart(name: str, made: InvestResults | None = None) -> Chart:
    return CHARTS[name](capacity_plan_of(made or make_invest()))


def rows(shown: Chart, name: str, *columns: str) -> list[tuple[Any, ...]]:
    return list(shown.data[name][list(columns)].itertuples(index=False, name=None))


def test_the_timeline_goes_from_the_order_to_the_end_of_its_service_or_of_the_years() -> None:
    found = chart("capital_timeline")
    boats, radar = "New patrol boat (Kiribati, Harbour)", "Coastal radar (Tuvalu)"
    assert rows(found, "capital_timeline", "label", "start", "stop", "part") == [
        (boats, 2028, 2031, "in service"),
        (radar, 2029, 2031, "in service"),
        (boats, 2027, 2028, "ordered, not yet here"),
        (radar, 2028, 2029, "ordered, not yet here"),
    ]
    assert rows(found, "units", "label", "year", "text") == [(boats, 2027, "2"), (radar, 2028, "1")]


def test_stock_shows_what_is_there_and_what_is_ordered() -> None:
    found = rows(chart("capital_stock"), "capital_stock", "label", "period", "text")
    boats, radars = ("1", "3", "3", "3"), ("0", "0", "1", "1")
    years = ("2027", "2028", "2029", "2030")
    assert set(found) == {
        *(("Patrol boat", *pair) for pair in zip(years, boats, strict=True)),
        *(("Coastal radar (Tuvalu)", *pair) for pair in zip(years, radars, strict=True)),
    }


def test_years_without_a_row_have_no_unit() -> None:
    made = make_invest()
    kept = made.stock[(made.stock["asset_id"] != "boat") | (made.stock["year"] < 2029)]
    aged = kept.assign(units=kept["units"] * 0.97)  # 2.91 boats
    found = rows(chart("capital_stock", make_invest(stock=aged)), "capital_stock", "label", "period", "text")
    assert [row[2] for row in found if row[0] == "Patrol boat"] == ["1", "2.9", "0", "0"]


def test_money_is_what_is_paid_against_what_there_is_with_what_was_carried_on() -> None:
    found = chart("capital_money")
    paid = rows(found, "paid", "year", "kind", "payer", "amount")
    assert ("2027", "capital", "Boats only", 2e6) in paid
    assert ("2029", "running", "Anything anywhere", 9.5e5) in paid  # 350,000 of upkeep, 600,000 of missions
    there = {(year, kind): amount for year, kind, amount in rows(found, "there", "year", "kind", "amount")}
    assert [there[one, "capital"] for one in ("2027", "2028", "2029")] == [6.5e6, 1.5e6, 5e5]


def test_coverage_by_year_has_the_band_of_futures() -> None:
    found = rows(chart("capital_coverage"), "years", "year", "kind", "covered", "covered_low", "covered_high")
    assert ("2030", "with the orders", 39_500.0, 38_000.0, 40_000.0) in found
    assert ("2030", "without any order", 29_500.0, 28_000.0, 30_000.0) in found


def test_charts_of_a_plan_without_orders_say_so() -> None:
    said_of = {name: chart(name, nothing_ordered()).empty for name in CHARTS}
    assert said_of["capital_timeline"] == said_of["capital_worth"] == "Nothing is ordered."
    assert said_of["capital_stock"] == ""  # the made-up stock still changes
    bare = make_invest(option_values=make_invest().option_values.iloc[:0])
    assert chart("capital_worth", bare).empty == "What options are worth was not planned."


def test_what_stands_out_in_a_sentence() -> None:
    assert said("In 2030 39,500 km², 52.7% of the water, for 7.00 million USD.") == sentence(
        f"In 2030 {bold('39,500 km²')}, {bold('52.7%')} of the water, for {bold('7.00 million USD')}."
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_invest(plans={(2030, "calm"): block()})
    return write_capacity_plan(made, tmp_path_factory.mktemp("page") / "out")


def document(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    made: dict[str, Any] = json.loads(found[1])
    return made


def test_the_page_has_a_view_for_each_year_and_starts_with_the_last(folder: Path) -> None:
    plan = read_capacity_plan(folder)
    found = document(write_report(folder).read_text(encoding="utf-8"))
    assert found["axis"]["values"] == ["2027", "2028", "2029", "2030"]
    assert found["start"] == 3
    first, last = found["views"][0], found["views"][3]
    assert ["".join(text for text, _ in one) for one in last["sentences"]][:-1] == sentences(plan)
    names = [found["pool"][at]["name"] for at in last["sections"]]
    wanted = ["orders", "capital", "years", "map", "year", "worth", "near", "futures", "certificate"]
    assert names == wanted
    differ = [name for name, a, b in zip(names, first["sections"], last["sections"], strict=True) if a != b]
    assert differ == ["map", "year"]
    maps = found["pool"][last["sections"][3]]["variants"]
    assert set(maps) == {f"{show}/{of}" for show in ("Detection", "Against target") for of in MAPS}


MAPS = ("Mean", "Calm seas", "Storms")


def test_a_page_without_a_kept_plan_has_no_map(tmp_path: Path) -> None:
    made = write_capacity_plan(make_invest(("calm",)), tmp_path / "out")
    found = document(capacity_html(read_capacity_plan(made)))
    names = [found["pool"][at]["name"] for at in found["views"][0]["sections"]]
    assert "map" not in names
    assert "futures" not in names


@pytest.mark.parametrize("name", list(CHARTS))
def test_no_text_of_a_figure_covers_another(name: str, folder: Path) -> None:
    assert overlapping(texts(of_folder(folder).spec(name))) == []

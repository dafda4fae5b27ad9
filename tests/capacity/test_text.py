from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.capacity import sums
from planner.capacity.results import InvestResults, capacity_plan_of
from planner.capacity.sentences import sentences, status
from planner.capacity.write import summary
from planner.results.plain_text import plain
from tests.capacity.made_up import make_invest, nothing_ordered


def answer(made: InvestResults) -> str:
    return "\n".join(sentences(capacity_plan_of(made)))


def text(made: InvestResults) -> str:
    return plain(summary(capacity_plan_of(made)), 140)


def test_the_answer_by_hand() -> None:
    # Mean over futures, 3/4 and 1/4: 2,000 km² less in storms, so 500 less than calm.
    #   2030: 39,500 of 75,000 = 52.7 %; without 29,500 = 39.3 %. Short in the second area alone: 18,750 -
    #   15,000 + 500 = 4,250 of the 38,750 wanted: 89.0 % are covered; without 9,250: 76.1 %.
    # Weights 1, 1/1.1, 1/1.21, 1/1.331 over their sum 3.48685: 0.286792, 0.260720, 0.237018, 0.215471.
    #   Orders add 0, 6,000, 10,000, 10,000: 1,564.3 + 2,370.2 + 2,154.7 = 6,089; half in the second area.
    # Objective: short + 0.1 x (75,000 - covered): without 9,250 + 4,550 = 13,800; with 13,800 - 3,045 - 609 =
    #   10,146, bounds 20 below each.
    found = answer(make_invest()).splitlines()
    assert found == [
        "Order 2 x New patrol boat (Kiribati, Harbour) in 2027 and 1 x Coastal radar (Tuvalu) in 2028, "
        "for 7.00 million USD of capital.",
        "Capital is paid by Anything anywhere (5.00 million) and Boats only (2.00 million); 500,000 of "
        "the 7.50 million USD of capital in 2027 to 2030 is left.",
        "Keeping it in service costs 1.00 million USD in 2027 to 2030, paid by Anything anywhere (1.00 "
        "million); 600,000 of the 4.80 million USD of running money is left after all missions.",
        "In 2030 the plan covers 39,500 km², 52.7% of the water and 89.0% of what the targets ask for "
        "(mean over 2 futures, from 38,000 to 40,000 km²); without any order 29,500 km², 39.3% and 76.1%.",
        "As the mean of 2027 to 2030 discounted by 10.0% a year, orders add 6,089 km² of coverage (35,589"
        " against 29,500), and take away 3,045 km² of shortfall (6,205 against 9,250).",
        "It leaves a shortfall of 4,250 km² in 2030 (mean over futures), all of it in Eastern zone (4,250).",
        "The objective is 10,146 risk-weighted km² (shortfall to the targets, and 0.1 x what is missed at"
        " all), mean of 2027 to 2030 discounted by 10.0% a year, expected over 2 futures; no plan can go "
        "below 10,126. Without any order it is 13,800: the best orders lower it by 3,634 to 3,674.",
        "In this plan and 2 near-optimal plans (objective at most 0.8% above that of the plan) there is "
        "always at least 2 x New patrol boat (Kiribati, Harbour); units of Coastal radar (Tuvalu) (0 to "
        "1) and Contract aircraft (Airfield) (0 to 1) are interchangeable.",
        "Worth most for its capital is Coastal radar: the objective of the best plan without it is 900 "
        "risk-weighted km² higher (certified: 880 to 915), 900 for each million.",
        "The objective would be lowered by more crews or berths, in risk-weighted km²: 12 more people for "
        "Kiribati by 40.0 (certified: 15.0 to 60.0).",
        "The best option that was left out is Contract aircraft: a unit would gain at most 120 "
        "risk-weighted km² (why it is not: running money: 900,000 USD a year, of which programmes that "
        "may pay it have 50,000 left in 2029).",
    ]
    assert status(capacity_plan_of(make_invest())) == (
        "Optimal within the tolerance (optimality gap 0.20%, tolerance 0.50%)."
    )


def test_nothing_ordered_says_what_is_certain_and_nothing_of_orders() -> None:
    found = answer(nothing_ordered())
    # value 13,800, bound 13,780
    assert "Order nothing: no orders would lower the objective by more than 20.0 risk-weighted km²." in found
    assert "No capital is spent; there is 7.50 million USD of capital." in found
    assert "In 2030 the plan covers 29,500 km², 39.3% of the water" in found
    for never in ("without any order", "orders add", "near-optimal", "Keeping it", "A million of capital"):
        assert never not in found
    assert "\nOrders" not in text(nothing_ordered())


def test_one_future_is_no_mean() -> None:
    found = text(make_invest(("calm",)))
    assert "In 2030 the plan covers 40,000 km², 53.3% of the water and 90.3%" in found.replace("\n", " ")
    for never in ("mean over", "means over", "expected over", "Futures (in"):
        assert never not in found


def test_what_was_not_looked_for_is_said() -> None:
    bare = make_invest()
    left = {name: getattr(bare, name).iloc[:0] for name in ("alternatives", "order_ranges", "option_values")}
    found = answer(make_invest(**left, alternatives_ended="not asked"))
    assert "Near-optimal plans with other orders were not looked for." in found
    assert "What each option is worth was not planned." in found
    alone = {name: getattr(bare, name).query(query) for name, query in (("alternatives", "plan == 0"),)}
    assert "No near-optimal plan with other orders was found." in answer(make_invest(**alone))
    late = make_invest(**alone, alternatives_ended="out of time")
    assert "other orders was found in the time (--time-limit)." in answer(late)


def test_many_orders_that_are_interchangeable_are_counted() -> None:
    made = make_invest()
    loose = made.order_ranges.tail(1).loc[lambda table: table.index.repeat(8)]
    found = answer(make_invest(order_ranges=pd.concat([made.order_ranges.head(1), loose])))
    assert "Contract aircraft (Airfield) (0 to 1) and of 2 other orders are interchangeable." in found


def test_only_what_is_certainly_worth_something_is_called_so() -> None:
    table = make_invest().option_values
    open_gap = table.assign(worth_low=[-100.0, -200.0])
    assert "the optimality gap leaves too much open" in answer(make_invest(option_values=open_gap))
    late = table.assign(worth=[3_000.0, np.inf], per_million_capital=[500.0, np.inf])
    found = text(make_invest(option_values=late))
    assert (
        "Worth most for its capital of the options whose worth is known is New patrol boat: the objective of "
        "the best plan without it is 3,000 risk-weighted km² higher" in found.replace("\n", " ")
    )
    assert "What these options are worth was not found in the time: Coastal radar (at least 880)." in found
    none = table.assign(worth=np.inf, per_million_capital=np.inf)
    assert "What each option is worth was not found in the time." in answer(make_invest(option_values=none))


def test_a_plan_that_is_not_proven_is_never_called_optimal() -> None:
    made = make_invest()
    proof = replace(made.certificate, bound=made.certificate.value * 0.9)
    found = text(replace(made, status="time_limit", certificate=proof))
    assert "NOT PROVEN, best plan so far (optimality gap 10.00%, tolerance 0.50%)." in found
    assert "--time-limit" in found
    assert "Optimal" not in found


@pytest.mark.parametrize(
    ("gap", "tolerance", "said"),
    [
        (2.34e-5, 1e-6, "optimality gap 0.0023%, tolerance 0.00010%"),
        (0.0, 1e-4, "optimality gap 0.00%, tolerance 0.010%"),
        (1.2345e-3, 5e-3, "optimality gap 0.12%, tolerance 0.50%"),
    ],
)
def test_a_gap_that_is_open_is_not_told_as_none(gap: float, tolerance: float, said: str) -> None:
    made = make_invest()
    proof = replace(made.certificate, bound=made.certificate.value * (1.0 - gap), tolerance=tolerance)
    assert said in text(replace(made, status="time_limit", certificate=proof)).replace("\n", " ")


def test_orders_that_wait_for_the_future_are_told_apart_from_those_that_do_not() -> None:
    made = make_invest()
    case = made.capital_case
    orders = made.orders.assign(future=["", "storm"])
    paid = made.capital.assign(future=["", "", "storm"])
    waits = replace(case, years=replace(case.years, recourse_from=2028))
    found = answer(make_invest(capital_case=waits, orders=orders, capital=paid))
    assert found.startswith("Order 2 x New patrol boat (Kiribati, Harbour) in 2027, for 6.00 million USD")
    assert (
        "Orders from 2028 on wait for the future: if Calm seas, nothing; if Storms, 1 x Coastal radar."
        in found
    )
    assert "Coastal radar if Storms" in text(make_invest(capital_case=waits, orders=orders, capital=paid))


def test_many_orders_are_told_by_option() -> None:
    made = make_invest()
    many = [
        made.orders.assign(year=year, option_id=f"{n}", units=n + 1)
        for n, year in enumerate(range(2027, 2031))
    ]
    found = answer(make_invest(orders=pd.concat(many), option_values=made.option_values.iloc[:0]))
    # 1 + 2 + 3 + 4 units of each of two candidates, of one option a year
    assert found.startswith("Order 20 units, for 28.0 million USD of capital: ")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"shortfall_km2": 0.0}, "In 2030 every target is met in every future."),
        ({"shortfall_km2": 100.0}, "(mean over futures), in Dateline zone (100) and Eastern zone (100)."),
    ],
)
def test_what_is_left(change: dict[str, Any], said: str) -> None:
    made = make_invest()
    assert said in answer(make_invest(area_by_year=made.area_by_year.assign(**change)))


def test_money_that_is_left_is_a_mean_only_where_futures_differ() -> None:
    made = make_invest()
    half = made.running["budget"].where(made.running["future"] == "calm", made.running["budget"] / 2.0)
    found = answer(make_invest(running=made.running.assign(budget=half, left=0.0)))
    # 4.8 million, in storms (1 in 4) half: 4.2
    assert (
        "none of the 4.20 million USD of running money is left after all missions (means over futures)."
        in found
    )


def test_sums_by_programme_and_year() -> None:
    plan = capacity_plan_of(make_invest())
    money = sums.money(plan).set_index("programme_id")
    assert money.loc[
        "open_fund", ["capital", "capital_spent", "fixed", "hours", "running_left"]
    ].tolist() == [*(5.5e6, 5e6, 1e6, 2.4e6, 6e5)]
    years = sums.years(plan).set_index("year")
    row = ["covered_km2", "covered_km2_low", "covered_km2_high", "ordered"]
    assert years.loc[2029, row].tolist() == [39_500.0, 38_000.0, 40_000.0, 3.0]

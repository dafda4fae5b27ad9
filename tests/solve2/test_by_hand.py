"""Optima and shadow prices worked out by hand.

A plan within a relative gap g of its bound has prices whose relative error is at most about sqrt(2 g V / M):
the bound at a price off by the share d loses d^2 / 2 of M, the price times the coverage factors' number of
nodes it buys in, and V is the plan's value. So values are compared to 1e-8, prices to ``PRICE``.
"""

from __future__ import annotations

from dataclasses import replace
from math import exp, log, sqrt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.core.problem import Problem
from planner.features.assembly import Parts
from planner.solve2.optimise import optimise
from planner.solve2.solution import Solution
from planner.solve2.solver import Status
from tests.small_case import SmallCase, work

GAP = 1e-8
PRICE = 1e-3
"""sqrt(2e-8 V / M) is 1.4e-4 where V = M, and below this where V is up to 50 M."""


def solved(case: SmallCase | Problem) -> Solution:
    problem = case.problem() if isinstance(case, SmallCase) else case
    solution = optimise(problem, gap_tolerance=GAP)
    assert solution.status is Status.OPTIMAL
    assert solution.certificate.gap <= GAP
    return solution


def value(solution: Solution) -> float:
    return solution.certificate.value


def price(solution: Solution, kind: str, **ids: Any) -> np.ndarray:
    """Shadow prices of resources by their ids."""
    at = solution.program.problem.find(kind, **ids)
    return np.asarray(solution.prices.resource[at])


def hours(solution: Solution, asset: int = 0) -> float:
    return float(price(solution, "hours", asset_id=f"asset_{asset}")[0])


def budget(solution: Solution, programme: int = 0) -> float:
    return float(price(solution, "budget", programme_id=f"programme_{programme}")[0])


def done(solution: Solution) -> np.ndarray:
    """What is done of each activity that adds coverage."""
    return np.asarray(solution.x[solution.program.problem.n_effects > 0])


def paid(solution: Solution) -> np.ndarray:
    """What is paid, by payment: in the order of assets, areas and programmes."""
    return np.asarray(solution.x[(solution.program.problem.activities["feature"] == "payment").to_numpy()])


def test_one_cell_one_asset() -> None:
    # C = g H / m = 0.08 x 100 / 4 = 2: 1000 e^-2; an hour more gains 1000 e^-2 x 0.08 / 4
    solution = solved(SmallCase(work([0], [0], [0.08], hours=4.0), cell_km2=[500.0], risk=[2.0], hours=[100.0]))
    assert solution.x == pytest.approx([25.0], rel=1e-9)
    assert solution.factor == pytest.approx([2.0], rel=1e-9)
    assert value(solution) == pytest.approx(1000 * exp(-2), rel=GAP)
    assert hours(solution) == pytest.approx(20 * exp(-2), rel=PRICE)
    assert solution.certificate.stake == pytest.approx(1000.0, rel=1e-15)


def test_two_cells_by_water_filling() -> None:
    # C1 + C2 = 0.1 x 40 = 4 and 1000 e^-C1 = 400 e^-C2: C1 - C2 = ln 2.5; each misses sqrt(1000 x 400) e^-2
    solution = solved(SmallCase(work([0, 0], [0, 1], [0.1, 0.1]), cell_km2=[1000.0, 400.0], hours=[40.0]))
    level = sqrt(400_000) * exp(-2)
    assert value(solution) == pytest.approx(2 * level, rel=GAP)
    # the value is flat at the optimum: a gap of 1e-8 leaves sqrt(2e-8 x 2) = 2e-4 for the split
    assert solution.factor == pytest.approx([2 + log(2.5) / 2, 2 - log(2.5) / 2], abs=2e-4)
    assert hours(solution) == pytest.approx(0.1 * level, rel=PRICE)
    assert solution.prices.node == pytest.approx([level, level], rel=PRICE)


def test_a_cell_that_is_not_worth_the_hours() -> None:
    # 0.1 x 5 = 0.5 is below ln 2.5 = 0.92: all of it goes to the first: 1000 e^-0.5 + 400; price 100 e^-0.5
    solution = solved(SmallCase(work([0, 0], [0, 1], [0.1, 0.1]), cell_km2=[1000.0, 400.0], hours=[5.0]))
    assert solution.factor == pytest.approx([0.5, 0.0], rel=1e-9)
    assert value(solution) == pytest.approx(1000 * exp(-0.5) + 400, rel=GAP)
    assert hours(solution) == pytest.approx(100 * exp(-0.5), rel=PRICE)


def test_budget_is_the_limit() -> None:
    # 1000 / 50 = 20 missions, C = 20 x 0.05 = 1; a unit of money gains 1000 e^-1 x 0.05 / 50; hours are free
    effort = work([0], [0], [0.05], hours=2.0, cost=50.0)
    solution = solved(SmallCase(effort, cell_km2=[1000.0], hours=[1e4], budgets=[1000.0], pays=[(0, 0, 0)]))
    assert (paid(solution), done(solution)) == (pytest.approx([1000.0]), pytest.approx([20.0]))
    assert value(solution) == pytest.approx(1000 * exp(-1), rel=GAP)
    assert budget(solution) == pytest.approx(exp(-1), rel=PRICE)
    # the account's price is that of the money that fills it
    assert price(solution, "account", asset_id="asset_0", area_id="area_0") == pytest.approx([exp(-1)], rel=PRICE)
    assert hours(solution) == pytest.approx(0.0, abs=1e-9)


def test_two_bases_share_the_asset_s_hours() -> None:
    # near base: 4 h a mission, 40 h of capacity: 10 missions; far base: 8 h, the other 60 h: 7.5 missions.
    # C = 0.05 x 17.5 = 0.875, price of C 1000 e^-0.875; an asset's hour is a far one, 0.05 / 8 of it; an
    # hour at the near base turns 1/8 of a far mission into 1/4 of a near one: another 0.05 / 8
    effort = work([0, 0], [0, 0], [0.05, 0.05], base=[0, 1], hours=[4.0, 8.0])
    solution = solved(SmallCase(effort, cell_km2=[1000.0], hours=[100.0], places=[40.0, np.inf]))
    assert solution.x == pytest.approx([10.0, 7.5], rel=1e-9)
    assert value(solution) == pytest.approx(1000 * exp(-0.875), rel=GAP)
    hour = 1000 * exp(-0.875) * 0.05 / 8
    assert hours(solution) == pytest.approx(hour, rel=PRICE)
    assert price(solution, "places", base_id="base_0") == pytest.approx([hour], rel=PRICE)


def two_programmes(budgets: list[float]) -> SmallCase:
    """Programme 0 pays in both areas, programme 1 in area 1 only; a mission of 10 adds 0.1 in either."""
    return SmallCase(
        work([0, 0], [0, 1], [0.1, 0.1], area=[0, 1], cost=10.0),
        cell_km2=[1000.0, 1000.0], cell_area=[0, 1], targets=[1.0, 1.0], hours=[1e4], budgets=budgets,
        pays=[(0, 0, 0), (0, 1, 0), (0, 1, 1)],
    )  # fmt: skip


def test_money_that_is_bound_to_an_area_stays_there() -> None:
    # 300 of programme 1 in area 1: C = 3; so programme 0 puts its 100 into area 0: C = 1
    solution = solved(two_programmes([100.0, 300.0]))
    assert solution.factor == pytest.approx([1.0, 3.0], rel=1e-6)
    assert value(solution) == pytest.approx(1000 * (exp(-1) + exp(-3)), rel=GAP)
    assert budget(solution, 0) == pytest.approx(10 * exp(-1), rel=PRICE)
    # the last digits of a gap of 1e-8 hide more of the smaller price: V / M = (e^-1 + e^-3) / e^-3 = 8.4
    assert budget(solution, 1) == pytest.approx(10 * exp(-3), rel=PRICE)
    assert paid(solution) == pytest.approx([100.0, 0.0, 300.0], rel=1e-6, abs=1e-3)


def test_free_money_levels_what_bound_money_began() -> None:
    # 400 in all, C = 2 each: programme 0 pays 200 in area 0 and 100 in area 1; both prices are 10 e^-2
    solution = solved(two_programmes([300.0, 100.0]))
    assert value(solution) == pytest.approx(2000 * exp(-2), rel=GAP)
    assert [budget(solution, n) for n in (0, 1)] == pytest.approx([10 * exp(-2)] * 2, rel=PRICE)
    # 0.01 of C is a unit of money: 2e-4 of C is 0.02
    assert paid(solution) == pytest.approx([200.0, 100.0, 100.0], abs=0.02)


def shortfall(total_hours: float, **others: Any) -> SmallCase:
    """Two areas of one cell each, targets 0.5 and 0.9, which C = ln 2 and ln 10 meet."""
    given: dict[str, Any] = {
        "cell_km2": [1000.0, 1000.0], "cell_area": [0, 1], "targets": [0.5, 0.9], "objective": "shortfall",
    }  # fmt: skip
    return SmallCase(work([0, 0], [0, 1], [0.1, 0.1], area=[0, 1]), hours=[total_hours], **{**given, **others})


def test_shortfall_stops_at_a_target_that_is_met() -> None:
    # C adds up to 2: area 0 takes ln 2, area 1 the rest: covered 1000 (1 - 2 e^-2), short 2000 e^-2 - 100;
    # an hour more gains 1000 x 2 e^-2 x 0.1 there; a km2 in area 0 is worth what its hour gains in area 1:
    # 2 e^-2 / e^-ln 2 = 4 e^-2
    solution = solved(shortfall(20.0))
    assert value(solution) == pytest.approx(2000 * exp(-2) - 100, rel=GAP)
    assert solution.factor == pytest.approx([log(2), 2 - log(2)], abs=2e-4)
    assert hours(solution) == pytest.approx(200 * exp(-2), rel=PRICE)
    assert solution.prices.goal == pytest.approx([4 * exp(-2), 1.0], rel=PRICE)


def test_shortfall_below_both_targets_is_shared() -> None:
    # C = 0.5 each, both under ln 2: short 500 - 1000 (1 - e^-0.5) and 900 - 1000 (1 - e^-0.5)
    solution = solved(shortfall(10.0))
    assert value(solution) == pytest.approx(2000 * exp(-0.5) - 600, rel=GAP)
    assert hours(solution) == pytest.approx(100 * exp(-0.5), rel=PRICE)


def test_shortfall_of_nothing_when_hours_abound() -> None:
    # ln 2 + ln 10 = 3.0: 29.96 h are enough
    solution = solved(shortfall(40.0))
    assert value(solution) == 0.0
    assert hours(solution) == pytest.approx(0.0, abs=1e-12)


def test_shortfall_weighs_the_areas() -> None:
    # weights 1 and 3, C = 0.5 each had equal weights: now 3 e^-C1 = e^-C0, C1 - C0 = ln 3 > 1: all to area 1
    solution = solved(shortfall(10.0, area_risk=[1.0, 3.0]))
    assert solution.factor == pytest.approx([0.0, 1.0], abs=1e-6)
    assert value(solution) == pytest.approx(500 + 3 * (1000 * exp(-1) - 100), rel=GAP)
    assert hours(solution) == pytest.approx(300 * exp(-1), rel=PRICE)


def radar(**others: Any) -> SmallCase:
    """A radar of two cells: an hour adds 0.01 to 1000 km2 and 0.02 to 500 km2 and costs 2."""
    effort = work([0, 0], [0, 1], [0.01, 0.02], cost=2.0, activity=[0, 0])
    given = {"hours": [100.0], "budgets": [1e6], "pays": [(0, 0, 0)], **others}
    return SmallCase(given.pop("effort", effort), cell_km2=[1000.0, 500.0], **given)


def test_joint_activity_by_its_hours() -> None:
    # 100 hours: C = 1 and 2; an hour more gains 1000 e^-1 x 0.01 + 500 e^-2 x 0.02
    solution = solved(radar())
    assert done(solution) == pytest.approx([100.0], rel=1e-9)
    assert value(solution) == pytest.approx(1000 * exp(-1) + 500 * exp(-2), rel=GAP)
    assert hours(solution) == pytest.approx(10 * exp(-1) + 10 * exp(-2), rel=PRICE)


def test_joint_activity_by_its_budget() -> None:
    # 100 / 2 = 50 h: C = 0.5 and 1; a unit of money gains half an hour, 1000 e^-0.5 x 0.01 + 500 e^-1 x 0.02
    solution = solved(radar(budgets=[100.0]))
    assert done(solution) == pytest.approx([50.0], rel=1e-9)
    assert value(solution) == pytest.approx(1000 * exp(-0.5) + 500 * exp(-1), rel=GAP)
    assert budget(solution) == pytest.approx(5 * exp(-0.5) + 5 * exp(-1), rel=PRICE)


def test_joint_activity_of_which_one_cell_is_left_keeps_its_hours() -> None:
    # no access to cell 1: the radar still has 100 hours: C = 1 in cell 0
    one = work([0, 0], [0, 1], [0.01, 0.02], cost=2.0, activity=[0, 0], access=[True, False])
    solution = solved(radar(effort=one))
    assert done(solution) == pytest.approx([100.0], rel=1e-9)
    assert value(solution) == pytest.approx(1000 * exp(-1) + 500, rel=GAP)


def test_joint_activity_beside_a_patrol() -> None:
    # the radar runs 100 h anyway (it is free): C = 1 and 2; the patrol's C = 1 goes to the cell that misses
    # more, 1000 e^-1 against 500 e^-2: all to cell 0 (1000 e^-2 = 135 is still above 500 e^-2 = 68)
    effort = work([0, 0, 1, 1], [0, 1, 0, 1], [0.01, 0.02, 0.1, 0.1], activity=[0, 0, 1, 2])
    solution = solved(SmallCase(effort, cell_km2=[1000.0, 500.0], hours=[100.0, 10.0]))
    assert solution.x == pytest.approx([100.0, 10.0, 0.0], rel=1e-9)
    assert value(solution) == pytest.approx(1500 * exp(-2), rel=GAP)
    assert [hours(solution, n) for n in (0, 1)] == pytest.approx([20 * exp(-2), 100 * exp(-2)], rel=PRICE)


def test_costs_of_activities_are_part_of_the_objective() -> None:
    # nobody's budget: a mission adds 0.1 to 1000 km2 and costs 20 in the objective: C = ln (1000 x 0.1 / 20) =
    # ln 5, 10 ln 5 = 16.1 missions of the 40 h; 200 missed and 20 x 16.1 paid
    problem = SmallCase(work([0], [0], [0.1]), cell_km2=[1000.0], hours=[40.0]).problem()
    solution = solved(replace(problem, activities=problem.activities.assign(cost=20.0)))
    assert solution.factor == pytest.approx([log(5)], rel=1e-3)
    assert value(solution) == pytest.approx(200 + 200 * log(5), rel=GAP)
    assert hours(solution) == pytest.approx(0.0, abs=1e-6)


def two_periods(year: float, wet: float) -> Problem:
    """Cells "near" and "far" in the wet and the dry period; the boat's hours of the year, and of the wet period.

    In the wet period a mission adds 0.05 and in the dry 0.1; near weighs 600 and 400, far 300 and 200.
    """
    ids = {"cell_id": ["near", "far"] * 2, "area_id": "home", "period_id": ["wet", "wet", "dry", "dry"]}
    nodes = pd.DataFrame({**ids, "km2": [100.0, 50.0] * 2, "weight": [600.0, 300.0, 400.0, 200.0]})
    for name in ids:
        nodes[name] = pd.Categorical(nodes[name])
    parts = Parts(nodes)
    parts.add_resources("hours", year, asset_id="boat", period_id="year")
    parts.add_resources("hours", wet, asset_id="boat", period_id="wet")
    missions = parts.add_activities("patrol", 4, {"asset_id": "boat", "period_id": nodes["period_id"].array})
    parts.use(parts.find("hours", asset_id="boat", period_id="year"), missions, 1.0)
    parts.use(parts.find("hours", asset_id="boat", period_id=nodes["period_id"].to_numpy()), missions, 1.0)
    parts.affect(np.arange(4), missions, np.array([0.05, 0.05, 0.1, 0.1]))
    return parts.problem()


def test_two_periods_share_the_hours_of_the_year() -> None:
    # All four nodes at one price h of an hour: w g e^-C = h. 30 and 15 in the wet, 40 and 20 in the dry, times
    # e^-C. Hours: 20 ln(30 / h) + 20 ln(15 / h) + 10 ln(40 / h) + 10 ln(20 / h) = 70:
    # 60 ln h = 20 ln 450 + 10 ln 800 - 70. Missed is h / g: 20 h twice and 10 h twice.
    solution = solved(two_periods(70.0, 1000.0))
    h = exp((20 * log(450) + 10 * log(800) - 70) / 60)
    assert value(solution) == pytest.approx(60 * h, rel=GAP)
    assert solution.factor == pytest.approx([log(w / h) for w in (30, 15, 40, 20)], abs=1e-3)
    assert price(solution, "hours", asset_id="boat", period_id=["year", "wet"]) == pytest.approx([h, 0.0], rel=PRICE, abs=1e-6)


def test_hours_of_a_period_bind_beside_those_of_the_year() -> None:
    # 20 h in the wet: 20 ln(450 / p^2) = 20, p = sqrt(450 / e) = 12.87, and both of its cells are watched as
    # 15 > p; the other 50 h in the dry: 10 ln(800 / h^2) = 50, h = sqrt(800) e^-2.5 = 2.32. An hour of the year
    # is worth h (in the dry), one of the wet p - h beside it. Missed: 2 x 20 p and 2 x 10 h
    solution = solved(two_periods(70.0, 20.0))
    p, h = sqrt(450 / exp(1)), sqrt(800) * exp(-2.5)
    assert value(solution) == pytest.approx(40 * p + 20 * h, rel=GAP)
    by_period = price(solution, "hours", asset_id="boat", period_id=["year", "wet"])
    # V / M of the price of the year is 40 p / 20 h + 1 = 12
    assert by_period == pytest.approx([h, p - h], rel=PRICE)
    used = solution.x[:2].sum(), solution.x[2:].sum()
    assert used == pytest.approx((20.0, 50.0), rel=1e-6)


def test_a_period_that_needs_no_limit_of_its_own_keeps_the_year_s_price() -> None:
    # with h = 7.27 of the first test, the wet takes 20 ln(450 / h^2) = 42.8 of the year's 70 hours
    free, bound = solved(two_periods(70.0, 1000.0)), solved(two_periods(70.0, 43.0))
    assert value(free) == pytest.approx(value(bound), rel=2 * GAP)
    assert price(bound, "hours", asset_id="boat", period_id="wet") == pytest.approx([0.0], abs=1e-6)

"""Limits worked out by hand: a least coverage, money that must be spent, and limits that conflict."""

from __future__ import annotations

import pickle
from dataclasses import replace
from math import exp, log, sqrt

import numpy as np
import pytest

from planner.errors import LimitsError
from planner.solve.optimise import optimise
from planner.solve.solver import Status
from tests.small_case import Limit, SmallCase, least_coverage, least_share, least_spending, work
from tests.solve.test_by_hand import GAP, PRICE, budget, hours, paid, price, solved, value


def two_areas(hours: float = 10.0, targets: tuple[float, float] = (1.0, 1.0)) -> SmallCase:
    """Cells of 1000 and 400 km2, each an area; an hour adds 0.1 to the coverage factor of either."""
    return SmallCase(
        work([0, 0], [0, 1], [0.1, 0.1], area=[0, 1]),
        cell_km2=[1000.0, 400.0],
        cell_area=[0, 1],
        targets=targets,
        hours=[hours],
    )


def conflict(problem: SmallCase) -> LimitsError:
    with pytest.raises(LimitsError) as caught:
        optimise(problem.problem(), 1e-6)
    return caught.value


def test_a_least_coverage_takes_hours_from_better_water() -> None:
    # C0 + C1 = 1. Without the limit C0 - C1 = ln 2.5, so C1 = 0.04. 20 % of area 1 need C1 = -ln 0.8:
    # C0 = 1 + ln 0.8, missed 1000 e^-1 / 0.8 + 320. An hour more goes to cell 0: 100 e^-1 / 0.8.
    # One km2 more in area 1 takes 1 / 320 of C, worth 1250 e^-1 in cell 0, and is itself covered
    solution = solved(two_areas().limited(least_coverage(1, 0.2)))
    assert value(solution) == pytest.approx(1250 * exp(-1) + 320, rel=GAP)
    assert solution.factor == pytest.approx([1 + log(0.8), -log(0.8)], abs=1e-6)
    assert hours(solution) == pytest.approx(125 * exp(-1), rel=PRICE)
    assert solution.prices.goal == pytest.approx([1250 * exp(-1) / 320 - 1], rel=2 * PRICE)


def test_a_limit_that_holds_anyway_has_no_price() -> None:
    free, bound = solved(two_areas()), solved(two_areas().limited(least_coverage(1, 0.01)))
    assert value(bound) == pytest.approx(value(free), rel=2 * GAP)
    assert bound.prices.goal == pytest.approx([0.0], abs=1e-9)


def test_a_soft_limit_is_missed_where_its_penalty_is_below_its_price() -> None:
    # 0.3 a km2, below 1250 e^-1 / 320 - 1 = 0.44: cell 1 counts 1.3 x 400 = 520 until the limit holds;
    # C0 - C1 = ln (1000 / 520), C1 = 0.173: 15.9 % covered of 20 %
    solution = solved(two_areas().limited(least_coverage(1, 0.2, penalty=0.3)))
    c1 = (1 - log(1000 / 520)) / 2
    short = 80 - 400 * (1 - exp(-c1))
    expected = 1000 * exp(-(1 - c1)) + 400 * exp(-c1) + 0.3 * short
    assert value(solution) == pytest.approx(expected, rel=GAP)
    assert value(solution) == pytest.approx(2 * sqrt(520_000) * exp(-0.5) - 96, rel=GAP)
    assert solution.factor[1] == pytest.approx(c1, abs=1e-3)
    assert solution.prices.goal == pytest.approx([0.3], rel=1e-9)
    assert solution.certificate.stake == pytest.approx(1400)  # no limit inflates it


@pytest.mark.parametrize("penalty", [0.5, 50.0])
def test_a_soft_limit_is_kept_where_its_penalty_is_above_its_price(penalty: float) -> None:
    solution = solved(two_areas().limited(least_coverage(1, 0.2, penalty=penalty)))
    assert value(solution) == pytest.approx(1250 * exp(-1) + 320, rel=2 * GAP)


def purse(*limits: Limit, hours: tuple[float, float] = (10.0, 1000.0)) -> SmallCase:
    """One programme of 300; asset 0 works in area 0, asset 1 in area 1; a mission costs 10 and adds 0.1."""
    problem = SmallCase(
        work([0, 1], [0, 1], [0.1, 0.1], area=[0, 1], cost=10.0),
        cell_km2=[400.0, 1000.0],
        cell_area=[0, 1],
        targets=[1.0, 1.0],
        hours=hours,
        budgets=[300.0],
        pays=[(0, 0, 0), (1, 1, 0)],
    )
    return problem.limited(*limits) if limits else problem


def test_a_least_share_ties_money_to_an_area() -> None:
    # 30 missions; unbound: C0 + C1 = 3, C1 - C0 = ln 2.5: C0 = 1.04, but hours end it at 1. Half of the money
    # cannot go to area 0 (100 is all that its hours take), so only 200 are spent: C1 = 1
    free, bound = solved(purse()), solved(purse(least_share(0, [0], 0.5)))
    assert value(free) == pytest.approx(400 * exp(-1) + 1000 * exp(-2), rel=GAP)
    assert value(bound) == pytest.approx(1400 * exp(-1), rel=GAP)
    assert paid(bound) == pytest.approx([100.0, 100.0], rel=1e-6)
    assert budget(bound) == pytest.approx(0.0, abs=1e-9)
    # a unit of money less owed to area 0 lets 2 more units be spent in area 1: each gains 10 e^-1
    assert price(bound, "spending", limit_id="l0") == pytest.approx([20 * exp(-1)], rel=PRICE)


def test_money_that_must_be_spent_goes_where_it_does_most() -> None:
    # asset 1 costs nothing elsewhere here: with a price for hours alone nobody would fly asset 0, whose
    # water counts nothing; a least spending of 50 has 5 missions flown there. Soft: not at all
    problem = replace(purse(hours=(10.0, 0.0)), risk=[0.0, 1.0])
    money = [float(paid(optimise(problem.limited(one).problem(), 1e-6)).sum()) for one in (
        least_spending(0, 50.0), least_spending(0, 50.0, penalty=0.0),
    )]  # fmt: skip
    assert money == pytest.approx([50.0, 0.0], abs=1e-6)


@pytest.mark.parametrize("left", [0.0, 1e-15, 1e-11])
def test_money_that_cannot_be_spent_makes_no_water_free(left: float) -> None:
    # asset 1 has no hours, or as good as none, so 50 at 1 each are not spent; 1620 km2 are never covered:
    # what is missed counts twice, less 180. In the 10 h of asset 0 an hour gains the same in all cells,
    # L = g w exp(-C):
    # 10 ln (100 / L) + 5 ln (100 / L) + 10 / 3 ln (90 / L) = 10; what is missed is L / g in each
    case = SmallCase(
        work([0, 0, 0, 1, 1, 1], [0, 1, 2] * 2, [0.1, 0.2, 0.3] * 2, cost=[0.0] * 3 + [10.0] * 3),
        cell_km2=[1000.0, 500.0, 300.0], hours=[10.0, left], budgets=[300.0], pays=[(1, 0, 0)],
        limits=(least_spending(0, 50.0, penalty=1e6), least_coverage(0, 0.9, penalty=1.0)),
    )  # fmt: skip
    gain = exp((15 * log(100) + 10 / 3 * log(90) - 10) / (55 / 3))
    assert value(solved(case)) == pytest.approx(2 * 55 / 3 * gain - 180 + 50, rel=GAP)


def test_the_price_of_a_least_spending() -> None:
    # 10 h, 10 a mission in area 0, 20 in area 1: 150 to be spent take 5 missions in each, 1400 e^-0.5; free
    # it would be C0 - C1 = ln 2.5. A unit less moves 0.1 mission, 0.01 of C, from 400 km2 to 1000
    problem = SmallCase(
        work([0, 0], [0, 1], [0.1, 0.1], area=[0, 1], cost=[10.0, 20.0]),
        cell_km2=[1000.0, 400.0],
        cell_area=[0, 1],
        targets=[1.0, 1.0],
        hours=[10.0],
        budgets=[1e6],
        pays=[(0, 0, 0), (0, 1, 0)],
    )
    solution = solved(problem.limited(least_spending(0, 150.0)))
    assert value(solution) == pytest.approx(1400 * exp(-0.5), rel=GAP)
    assert paid(solution).sum() == pytest.approx(150.0, rel=1e-6)
    assert price(solution, "spending", limit_id="l0") == pytest.approx([6 * exp(-0.5)], rel=PRICE)
    assert budget(solution) == pytest.approx(0.0, abs=1e-9)


def test_two_limits_that_conflict_and_their_least_relaxation() -> None:
    # half of each area needs C = ln 2 in each, 1.39 in all, and there is 1. Of each the part r is missed
    # more: (0.5 + r0) (0.5 + r1) = e^-1, whose sum is least where both are e^-0.5: 39.35 % can be had.
    # The sum is flat there: e^-0.5 d^2 more for d of C, so e^0.5 r^2 for r of what is missed, and a gap of
    # 1e-6 of the sum leaves r up to sqrt(e^-0.5 1e-6 2 (e^-0.5 - 0.5)) = 3.6e-4
    flat = sqrt(exp(-0.5) * 1e-6 * 2 * (exp(-0.5) - 0.5))
    error = conflict(
        two_areas().limited(least_coverage(0, 0.5), least_coverage(1, 0.5), least_coverage(1, 0.1))
    )
    assert [one.limit_id for one in error.conflict] == ["l0", "l1"]
    assert [one.at_most for one in error.conflict] == pytest.approx([1 - exp(-0.5)] * 2, abs=flat)
    assert [(one.limit_id, one.row) for one in error.relaxation] == [("l0", 2), ("l1", 3)]
    assert [one.at_most for one in error.relaxation] == pytest.approx([1 - exp(-0.5)] * 2, abs=flat)
    assert error.exit_code == 3
    assert error.status == Status.INFEASIBLE
    for word in ("l0 (limits.csv row 2)", "50.00% of area_1", "% instead of 50.00%", "hours of asset_0"):
        assert word in str(error), word


def test_a_limit_that_cannot_hold_alone() -> None:
    # all 10 h in area 0: 1 - e^-1 of it
    error = conflict(two_areas().limited(least_coverage(0, 0.8), least_coverage(1, 0.3)))
    (one,) = error.conflict
    assert (one.limit_id, one.kind, one.area_id, one.least) == ("l0", "least_coverage", "area_0", 0.8)
    assert one.at_most == pytest.approx(1 - exp(-1), rel=1e-4)
    assert "at least 80.00% of area_0 covered; at most 63.21% can be had" in str(error)
    assert "even without all other limits" in str(error)


def test_water_beyond_reach_is_said() -> None:
    problem = SmallCase(work([0], [0], [0.1]), cell_km2=[300.0, 700.0], hours=[1e3])
    error = conflict(problem.limited(least_coverage(0, 0.4)))
    assert error.conflict[0].at_most == pytest.approx(0.3, rel=1e-4)
    assert "30.0% of the water of area_0 is reached" in str(error)


def test_a_least_spending_above_the_budget() -> None:
    error = conflict(purse(least_spending(0, 400.0)))
    assert [one.at_most for one in error.conflict] == pytest.approx([300.0], rel=1e-6)
    assert "the money of programme_0 comes to 300" in str(error)
    assert error.conflict[0].programme_id == "programme_0"


def test_a_share_and_a_spending_that_conflict() -> None:
    # 100 is all that area 0 takes, so with half of it there 200 can be spent, not 250. Giving up spending
    # takes 50 / 250 = 0.2; spending 250 leaves the share 25 short of 125, 25 / (0.5 x 300) = 0.17: the share
    # gives way, to 100 of 250. Every limit beside them holds
    error = conflict(purse(least_share(0, [0], 0.5), least_spending(0, 250.0), least_coverage(1, 0.2)))
    assert [one.limit_id for one in error.conflict] == ["l0", "l1"]
    assert [one.limit_id for one in error.relaxation] == ["l0"]
    assert error.relaxation[0].at_most == pytest.approx(0.4, rel=1e-4)
    assert error.relaxation[0].area_id == "area_0"


def test_the_error_survives_the_way_to_another_process() -> None:
    error = conflict(purse(least_spending(0, 400.0)))
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.status) == (str(error), error.status)
    assert (again.conflict, again.relaxation) == (error.conflict, error.relaxation)
    named = error.of("scenario a")
    assert isinstance(named, LimitsError)
    assert str(named).startswith("scenario a: the hard limit l0")
    assert (named.conflict, named.relaxation) == (error.conflict, error.relaxation)


def test_without_any_one_of_a_smallest_set_the_others_hold() -> None:
    limits = [
        least_coverage(0, 0.4),
        least_coverage(1, 0.3),
        least_coverage(0, 0.35),
        least_coverage(1, 0.45),
    ]
    error = conflict(two_areas().limited(*limits))
    chosen = [int(one.limit_id[1:]) for one in error.conflict]
    assert len(chosen) == 2
    for left_out in chosen:
        optimise(two_areas().limited(*(limits[n] for n in chosen if n != left_out)).problem(), 1e-6)


def test_the_least_relaxation_makes_them_hold_and_a_little_less_does_not() -> None:
    limits = [least_coverage(0, 0.6), least_coverage(1, 0.3)]
    error = conflict(two_areas().limited(*limits))
    for part, holds in ((1.0, True), (1.003, False)):
        had = {one.limit_id: one.at_most * part for one in error.relaxation}
        eased = [{**one, "least": had.get(f"l{n}", one["least"])} for n, one in enumerate(limits)]
        if holds:
            optimise(two_areas().limited(*eased).problem(), 1e-6)
        else:
            conflict(two_areas().limited(*eased))


def test_a_limit_on_what_nothing_reaches_and_asks_for_nothing() -> None:
    problem = SmallCase(
        work([0], [0], [0.1], area=[0]),
        cell_km2=[1000.0, 400.0],
        cell_area=[0, 1],
        targets=[1.0, 1.0],
        hours=[10.0],
    )
    solution = solved(problem.limited(least_coverage(1, 0.0)))
    assert value(solution) == pytest.approx(1000 * exp(-1) + 400, rel=GAP)
    assert conflict(problem.limited(least_coverage(1, 0.1))).conflict[0].at_most == 0.0


def test_hard_limits_beside_the_objective_shortfall() -> None:
    # targets 50 % and 0: all hours would go to area 0 until C0 = ln 2; a fifth of area 1 takes -ln 0.8 of 1
    problem = replace(two_areas(9.0, (0.9, 0.0)), objective="shortfall")
    solution = solved(problem.limited(least_coverage(1, 0.2)))
    assert solution.factor == pytest.approx([0.9 + log(0.8), -log(0.8)], abs=1e-6)
    assert value(solution) == pytest.approx(1000 * exp(-0.9) / 0.8 - 100, rel=GAP)


def test_cbc_keeps_limits_too() -> None:
    solution = optimise(two_areas().limited(least_coverage(1, 0.2)).problem(), 1e-6, solver="cbc")
    assert value(solution) == pytest.approx(1250 * exp(-1) + 320, rel=1e-6)
    assert np.isfinite(solution.prices.goal).all()

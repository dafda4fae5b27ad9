"""Cells that are alike stand together, and nothing but the time that it takes is different."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import LimitsError
from planner.frames import sum_by
from planner.model.breakpoints import Breakpoints
from planner.model.problem import Objective, PlanningProblem
from planner.solve.certificate import (
    KEPT,
    cell_weight,
    coverage_factors,
    lower_bound,
    short_of_demands,
    short_of_money,
    true_value,
)
from planner.solve.grouping import Grouped, divided, each_alone, grouped, leaders
from planner.solve.lp import Status
from planner.solve.optimise import optimise
from planner.solve.prices import Prices
from tests.limits import Limit, least_coverage, least_share, least_spending, limited
from tests.problems import make_problem, simple_effort
from tests.solve.test_sifting import random_problem, sift


def line(
    n_cells: int, *, objective: Objective = "coverage", risk: float | np.ndarray = 1.0
) -> PlanningProblem:
    """Cells along a line of three areas, and six assets whose missions shrink with the distance."""
    at = np.linspace(0.0, 1.0, n_cells)
    bases, reach = np.array([0.05, 0.3, 0.5, 0.55, 0.8, 0.95]), np.array([0.3, 0.5, 0.6, 0.2, 0.7, 0.4])
    away = np.abs(at[None, :] - bases[:, None])
    asset, cell = np.nonzero(away < reach[:, None])
    area = np.minimum(2, (3.0 * at).astype(int))
    station = 10.0 * (1.0 - away[asset, cell] / reach[asset])
    rate = np.array([30.0, 20.0, 10.0, 50.0, 15.0, 25.0])
    km2 = np.full(n_cells, 1e5 / n_cells)
    return make_problem(
        simple_effort(
            asset,
            cell,
            rate[asset] * station / km2[cell],
            area=area[cell],
            base=asset,
            hours=10.0,
            cost=np.array([3.0, 5.0, 2.0, 8.0, 4.0, 1.0])[asset],
        ),
        cell_km2=km2,
        cell_area=area,
        risk=risk * np.ones(n_cells),
        targets=[0.6, 0.3, 0.5],
        hours=[800.0, 1500.0, 3000.0, 500.0, 2500.0, 900.0],
        base_hours=[np.inf] * 5 + [600.0],
        budgets=[700.0, 900.0],
        eligibility=[(a, i, p) for a in range(6) for i in range(3) for p in range(2) if (a + i + p) % 3],
        objective=objective,
    )


def some_prices(problem: PlanningProblem, seed: int) -> Prices:
    random = np.random.default_rng(seed)
    return Prices(
        asset_hours=random.uniform(0.0, 50.0, len(problem.assets)),
        base_hours=random.uniform(0.0, 5.0, len(problem.bases)),
        budget=random.uniform(0.0, 50.0, len(problem.programmes)),
        coverage_factor=random.uniform(0.0, 100.0, len(problem.cells)),
        least_missions=np.zeros(len(problem.cells)),
        shortfall=np.zeros(len(problem.demands)),
        spending=np.zeros(len(problem.money_demands)),
    )


def test_a_mission_of_two_cells_worked_out_by_hand() -> None:
    # g = 0.2 and 0.1: for 1 of coverage factor, 5 missions in cell 0 and 10 in cell 1. So of a mission of
    # both, a third goes to cell 0: each gains 1/15, it takes 2/3 + 2 h and costs 4/3 + 4. Asset 1 reaches
    # cell 0 alone.
    problem = make_problem(
        simple_effort([0, 0, 1], [0, 1, 0], [0.2, 0.1, 0.5], hours=[2.0, 3.0, 1.0], cost=[4.0, 6.0, 0.0]),
        cell_km2=[100.0, 300.0],
        risk=[2.0, 1.0],
        hours=[10.0, 10.0],
        budgets=[100.0],
        eligibility=[(0, 0, 0)],
    )
    groups = grouped(problem, np.array([0, 0]))
    (row,) = groups.problem.usable.to_dict("records")
    assert (row["asset"], row["cell"], row["pair"]) == (0, 0, 0)
    assert row["factor"] == pytest.approx(1.0 / 15.0)
    assert row["mission_hours"] == pytest.approx(8.0 / 3.0)
    assert row["cost"] == pytest.approx(16.0 / 3.0)
    assert groups.problem.cell_km2.tolist() == [400.0, 0.0]
    assert groups.problem.weight.tolist() == [500.0, 0.0]
    # 3 missions of the group: 1 in cell 0 and 2 in cell 1; none of asset 1
    assert groups.missions(np.array([3.0])).tolist() == pytest.approx([1.0, 2.0, 0.0])


@given(st.integers(0, 10_000), st.integers(1, 12))
def test_a_plan_of_groups_is_a_plan_of_the_cells(seed: int, wide: int) -> None:
    problem = random_problem(seed, 60)
    problem.cells["least_missions"] = 0.0
    # any cells of an area may stand together if they have no joint activity
    random = np.random.default_rng(seed)
    leader = first_of(np.stack([problem.cell_area, random.integers(0, wide, 60)], axis=1), problem)
    groups = grouped(problem, leader)
    of_groups = random.uniform(0.0, 3.0, groups.problem.n_activities)
    missions = groups.missions(of_groups)
    for group_problem, done in ((groups.problem, of_groups), (problem, missions)):
        rows = group_problem.usable
        times = done[rows["activity"].to_numpy()]
        hours = sum_by(rows["asset"], times * rows["mission_hours"], len(problem.assets))
        based = rows["base"] >= 0
        at_base = sum_by(rows["base"][based], (times * rows["mission_hours"])[based], len(problem.bases))
        paid = rows["pair"] >= 0
        money = sum_by(rows["pair"][paid], (times * rows["cost"])[paid], len(problem.pairs))
        factor = coverage_factors(group_problem, done)
        found = [*hours, *at_base, *money, true_value(group_problem, factor[leader])]
        if group_problem is groups.problem:
            expected, expected_factor = found, factor[leader]
    reached = factor > 0.0
    assert found == pytest.approx(expected)
    assert factor[reached] == pytest.approx(expected_factor[reached])


def first_of(keys: np.ndarray, problem: PlanningProblem) -> np.ndarray:
    """Groups of cells with equal keys; those of the radar stand alone."""
    rows = problem.usable
    joint = np.unique(rows["cell"][~problem.alone])
    keys = np.column_stack([keys, np.zeros(len(keys), dtype=int)])
    keys[joint, -1] = joint + 1
    _, first, group = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return np.asarray(first[group.ravel()])


@pytest.mark.parametrize("tolerance", [1e-2, 1e-4])
@pytest.mark.parametrize("seed", range(3))
def test_leaders_lead_themselves_and_odd_cells_stand_alone(seed: int, tolerance: float) -> None:
    problem = line(900)
    problem.cells.loc[seed * 7, "least_missions"] = 1.0
    problem.cells["least_missions"] = problem.cells["least_missions"].fillna(0.0)
    again = problem.effort[problem.effort["cell"] == 100].iloc[[0]]  # two rows of one asset from one base
    radar = problem.effort[problem.effort["cell"].isin([200, 201])].drop_duplicates("cell")
    extra = [
        again.assign(activity=10**6),
        radar.assign(activity=10**6 + 1, asset=1, base=-1),
    ]
    problem = replace(problem, effort=problem.effort.__class__(np.concatenate([problem.effort, *extra]),
                      columns=problem.effort.columns).astype(problem.effort.dtypes))  # fmt: skip
    leader = leaders(problem, some_prices(problem, seed), tolerance)
    assert (leader[leader] == leader).all()
    assert (leader <= np.arange(900)).all()
    assert (problem.cell_area[leader] == problem.cell_area).all()
    for odd in (seed * 7, 100, 200, 201):
        assert np.flatnonzero(leader == odd).tolist() == [odd]
        assert leader[odd] == odd


def test_wider_tolerances_make_fewer_groups_and_many_groups_are_none() -> None:
    problem = line(2000)
    prices = optimise(problem, 1e-5).prices
    number = [len(np.unique(leaders(problem, prices, tolerance))) for tolerance in (1e-2, 1e-3, 1e-4, 1e-9)]
    assert number[0] < number[1] < number[2] < 1000
    assert number[3] == 2000


@pytest.mark.parametrize("objective", ["coverage", "shortfall", "fair"])
def test_plans_with_and_without_groups_have_the_same_value(
    objective: Objective, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = line(2000, objective=objective)
    together = optimise(problem, 1e-4)
    assert len(together.program.cells) < 1000
    monkeypatch.setattr("planner.solve.grouping.FEW", 0.0)
    alone = optimise(problem, 1e-4)
    assert len(alone.program.cells) > 1500
    assert (together.status, alone.status) == (Status.OPTIMAL, Status.OPTIMAL)
    size = together.certificate.size
    assert abs(together.certificate.plan_value - alone.certificate.plan_value) <= 1e-4 * size
    assert alone.certificate.bound <= together.certificate.plan_value + 1e-12 * size
    assert together.certificate.bound <= alone.certificate.plan_value + 1e-12 * size


@pytest.mark.parametrize("objective", ["coverage", "shortfall"])
@pytest.mark.parametrize("plenty", [1.0, 30.0])
@pytest.mark.parametrize("seed", range(6))
def test_however_coarse_groups_are_they_lead_to_the_optimum(
    seed: int, plenty: float, objective: Objective, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = random_problem(seed, 150, objective=objective, plenty=plenty)
    problem.cells["least_missions"] = 0.0
    whole = optimise(problem, 1e-6)
    sift(monkeypatch, 40)
    monkeypatch.setattr("planner.solve.grouping.OF_WIDTH", 1e6)
    monkeypatch.setattr("planner.solve.grouping.OF_TIE", 1e6)
    monkeypatch.setattr("planner.solve.grouping.FEW", 1.0)
    together = optimise(problem, 1e-6, max_rounds=60)
    assert (whole.status, together.status) == (Status.OPTIMAL, Status.OPTIMAL)
    size = max(whole.certificate.size, together.certificate.size)
    assert abs(whole.certificate.plan_value - together.certificate.plan_value) <= 2e-6 * size


LIMITS = [
    [least_coverage(1, 0.25)],
    [least_coverage(0, 0.9, 30.0), least_coverage(2, 0.35)],
    [least_spending(0, 650.0), least_share(1, [2], 0.4)],
]


@pytest.mark.parametrize("limits", LIMITS)
def test_limits_hold_in_groups_too(limits: list[Limit], monkeypatch: pytest.MonkeyPatch) -> None:
    problem = limited(line(2000), *limits)
    together = optimise(problem, 1e-4)
    assert len(together.program.cells) < 1000
    # all rows of all cells in one program
    for place in ("planner.solve.rounds", "planner.solve.sifting"):
        monkeypatch.setattr(f"{place}.WHOLE_CELLS", 10_000)
    whole = optimise(problem, 1e-4)
    assert len(whole.program.cells) == 2000
    assert (together.status, whole.status) == (Status.OPTIMAL, Status.OPTIMAL)
    size = whole.certificate.size
    assert abs(together.certificate.plan_value - whole.certificate.plan_value) <= 1e-4 * size
    for solution in (together, whole):
        hard = problem.demands.hard
        short = short_of_demands(problem, solution.factor)[hard]
        assert (short <= KEPT * problem.demands.km2[hard]).all()
        owed = problem.money_demands
        assert (short_of_money(problem, solution.money) <= KEPT * owed.whole).all()


def test_limits_that_conflict_do_so_in_groups() -> None:
    problem = limited(line(2000), least_coverage(0, 0.97), least_coverage(1, 0.9), least_coverage(2, 0.97))
    with pytest.raises(LimitsError) as caught:
        optimise(problem, 1e-4)
    assert caught.value.conflict


def test_small_gaps_are_reached_where_groups_would_lose_more(monkeypatch: pytest.MonkeyPatch) -> None:
    # groups a hundred times wider than the tolerance allows must be divided, and are
    monkeypatch.setattr("planner.solve.grouping.OF_WIDTH", 500.0)
    monkeypatch.setattr("planner.solve.grouping.OF_TIE", 2000.0)
    rough = np.random.default_rng(1).uniform(0.5, 1.5, 1500)
    solution = optimise(line(1500, risk=rough), 1e-5)
    assert solution.status is Status.OPTIMAL
    assert solution.certificate.rounds > 1


def test_groups_that_cost_too_much_are_divided_and_only_these() -> None:
    # At 5 an hour, a mission of 1 h that adds 0.1 asks 50 for a unit of coverage factor. Cells of 100 want
    # ln(100/50) = 0.69; those of 400 want 2.08. Cells 0 and 1 are alike, 2 and 3 are not: together they have
    # 500 and ask 100, want ln 5 = 1.61 and cost 100 (1 + 1.61) = 260.9; alone they would cost
    # 50 (1 + 0.69) + 50 (1 + 2.08) = 238.6.
    problem = make_problem(
        simple_effort([0] * 4, [0, 1, 2, 3], [0.1] * 4),
        cell_km2=[100.0, 100.0, 100.0, 400.0],
        hours=[50.0],
    )
    prices = replace(some_prices(problem, 0), asset_hours=np.array([5.0]))
    groups = grouped(problem, np.array([0, 0, 2, 2]))
    cells, few = lower_bound(problem, prices), lower_bound(groups.problem, prices)
    alone = 50.0 * (1.0 + np.log(2.0)) + 50.0 * (1.0 + np.log(8.0))
    assert few - cells == pytest.approx(100.0 * (1.0 + np.log(5.0)) - alone)
    parts = divided(groups, prices, 1e-4, 1.0)
    assert parts.leader.tolist() == [0, 0, 2, 3]
    assert parts.width < groups.width
    # 22.3 is not too much where a hundred is allowed
    assert divided(groups, prices, 1e-4, 100.0) is groups


def test_prices_of_groups_add_up() -> None:
    problem = line(50)
    leader = first_of(np.stack([problem.cell_area, np.arange(50) // 4], axis=1), problem)
    groups: Grouped = grouped(problem, leader)
    prices = some_prices(problem, 3)
    of_groups = groups.prices_of_groups(prices)
    assert of_groups.coverage_factor.sum() == pytest.approx(prices.coverage_factor.sum())
    assert (of_groups.coverage_factor[leader != np.arange(50)] == 0.0).all()
    back = groups.prices_of_cells(of_groups)
    assert groups.prices_of_groups(back).coverage_factor == pytest.approx(of_groups.coverage_factor)
    # in a group, prices are as weights: all cells have one coverage factor
    ratio = back.coverage_factor / cell_weight(problem, prices)
    assert ratio == pytest.approx(ratio[leader])


def test_cells_alone_are_the_problem_itself() -> None:
    problem = random_problem(2, 30)
    groups = grouped(problem, each_alone(problem))
    assert groups.problem is problem
    missions = np.arange(problem.n_activities, dtype=float)
    assert groups.missions(missions).tolist() == missions.tolist()


def test_breakpoints_are_given_to_all_cells_of_a_group() -> None:
    points = Breakpoints.from_points(np.array([0, 0, 0, 3, 3]), np.array([0.0, 1.0, 2.0, 0.0, 5.0]))
    given_to = points.given_to(np.array([0, 0, 2, 3]))
    assert given_to.cell.tolist() == [0, 0, 1, 1, 3]
    assert given_to.low.tolist() == [0.0, 1.0, 0.0, 1.0, 0.0]
    assert given_to.high.tolist() == [1.0, 2.0, 1.0, 2.0, 5.0]

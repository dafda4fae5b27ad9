"""Nodes that are alike are grouped, a part of the activities is seen, and nothing but the time is
different."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from planner.core.certificate import (
    KEPT,
    coverage_factors,
    lower_bound,
    short_of_goals,
    true_value,
    valuation,
)
from planner.core.prices import Prices
from planner.core.problem import Problem
from planner.errors import LimitsError
from planner.solve.aggregation import aggregated, divided, groups, single
from planner.solve.optimise import optimise
from planner.solve.samples import samples
from planner.solve.sifting import better, near_optimal
from planner.solve.solver import Status
from tests.oracle import linear_optimum
from tests.small_case import Limit, SmallCase, least_coverage, least_share, least_spending, random_case, work


def sift(monkeypatch: pytest.MonkeyPatch, nodes: int = 40) -> None:
    """Sample and sift problems of more than so many nodes, with samples of half as many."""
    for place in ("samples", "rounds"):
        monkeypatch.setattr(f"planner.solve.{place}.WHOLE_NODES", nodes)
    monkeypatch.setattr("planner.solve.samples.SAMPLE_NODES", nodes // 2)
    monkeypatch.setattr("planner.solve.sifting.LEAST_OF_PATTERN", 3)


def line(n_cells: int, *, risk: float | np.ndarray = 1.0, **others: Any) -> SmallCase:
    """Cells along a line of three areas, and six assets whose missions shrink with the distance."""
    at = np.linspace(0.0, 1.0, n_cells)
    bases, reach = np.array([0.05, 0.3, 0.5, 0.55, 0.8, 0.95]), np.array([0.3, 0.5, 0.6, 0.2, 0.7, 0.4])
    away = np.abs(at[None, :] - bases[:, None])
    asset, cell = np.nonzero(away < reach[:, None])
    area = np.minimum(2, (3.0 * at).astype(int))
    station = 10.0 * (1.0 - away[asset, cell] / reach[asset])
    rate, km2 = np.array([30.0, 20.0, 10.0, 50.0, 15.0, 25.0]), np.full(n_cells, 1e5 / n_cells)
    return SmallCase(
        work(
            asset.tolist(), cell.tolist(), rate[asset] * station / km2[cell], area=area[cell], base=asset.tolist(),  # noqa: E501
            hours=10.0, cost=np.array([3.0, 5.0, 2.0, 8.0, 4.0, 1.0])[asset],
        ),
        cell_km2=km2, cell_area=area, risk=risk * np.ones(n_cells), targets=[0.6, 0.3, 0.5],
        hours=[800.0, 1500.0, 3000.0, 500.0, 2500.0, 900.0], places=[np.inf] * 5 + [600.0], budgets=[700.0, 900.0],  # noqa: E501
        pays=[(a, i, p) for a in range(6) for i in range(3) for p in range(2) if (a + i + p) % 3], **others,
    )  # fmt: skip


def test_a_mission_of_two_cells_worked_out_by_hand() -> None:
    # g = 0.2 and 0.1: for 1 of coverage factor, 5 missions in cell 0 and 10 in cell 1. So of a mission of
    # both, a third goes to cell 0: each gains 1/15, it takes 2/3 + 2 h and costs 4/3 + 4. Asset 1 reaches
    # cell 0 alone: it is left out.
    problem = SmallCase(
        work([0, 0, 1], [0, 1, 0], [0.2, 0.1, 0.5], hours=[2.0, 3.0, 1.0], cost=[4.0, 6.0, 0.0]),
        cell_km2=[100.0, 300.0], risk=[2.0, 1.0], hours=[10.0, 10.0], budgets=[100.0], pays=[(0, 0, 0)],
    ).problem()  # fmt: skip
    grouped = aggregated(problem, np.array([0, 0]))
    whole = grouped.problem
    assert whole.effect.toarray() == pytest.approx(np.array([[0.0, 1 / 15]]))
    hours, account = (whole.find(kind, asset_id="asset_0")[0] for kind in ("hours", "account"))
    assert whole.usage.toarray()[[hours, account], 1] == pytest.approx([8 / 3, 16 / 3])
    assert (whole.km2.tolist(), whole.weight.tolist()) == ([400.0], [500.0])
    # 3 missions of the group: 1 in cell 0 and 2 in cell 1; none of asset 1; payments stay what they are
    assert grouped.disaggregated(np.array([16.0, 3.0])).tolist() == pytest.approx([16.0, 1.0, 2.0, 0.0])


def first_members(problem: Problem, wide: int, seed: int) -> np.ndarray:
    """Any nodes of an area grouped, but those of the radar."""
    random = np.random.default_rng(seed)
    key = problem.nodes["area_id"].cat.codes.to_numpy() * 100 + random.integers(0, wide, len(problem.nodes))
    key = np.where(problem.in_joint, 10_000 + np.arange(len(key)), key)
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    return np.asarray(first[group])


@given(st.integers(0, 10_000), st.integers(1, 12))
def test_a_plan_of_groups_is_a_plan_of_the_nodes(seed: int, wide: int) -> None:
    problem = random_case(seed % 5, n_cells=40).problem()
    found = aggregated(problem, first_members(problem, wide, seed))
    x = np.random.default_rng(seed).uniform(0.0, 3.0, len(found.problem.activities))
    of_nodes = found.disaggregated(x)
    assert problem.usage @ of_nodes == pytest.approx(found.problem.usage @ x)
    factor, of_groups = coverage_factors(problem, of_nodes), coverage_factors(found.problem, x)
    assert factor == pytest.approx(of_groups[found.group])
    assert true_value(problem, of_nodes, factor) == pytest.approx(true_value(found.problem, x, of_groups))
    assert found.problem.cover.sum() == pytest.approx(problem.cover.sum())


def some_prices(problem: Problem, seed: int) -> Prices:
    random = np.random.default_rng(seed)
    resource = np.where(np.isfinite(problem.capacity), random.uniform(0.0, 20.0, len(problem.resources)), 0.0)
    return Prices(resource, np.zeros(len(problem.goals)), random.uniform(0.0, 100.0, len(problem.nodes)))


def test_prices_of_groups_add_up() -> None:
    problem = line(50).problem()
    found = aggregated(problem, first_members(problem, 4, 1))
    prices = some_prices(problem, 3)
    of_groups = found.prices_of_groups(prices)
    assert of_groups.node.sum() == pytest.approx(prices.node.sum())
    back = found.prices_of_nodes(of_groups)
    assert found.prices_of_groups(back).node == pytest.approx(of_groups.node)
    # in a group, prices are as weights: all nodes have one coverage factor
    ratio = back.node / problem.weight
    assert ratio == pytest.approx(ratio[found.representative][found.group])


def test_single_nodes_are_the_problem_itself() -> None:
    problem = random_case(2).problem()
    x = np.arange(len(problem.activities), dtype=float)
    assert single(problem).problem is problem
    assert single(problem).disaggregated(x).tolist() == x.tolist()


def test_wider_tolerances_make_fewer_groups_and_many_groups_are_none() -> None:
    problem = line(1500).problem()
    at = valuation(problem, optimise(problem, 1e-4).prices)
    alone = np.arange(1500) % 500 == 7
    found = [groups(problem, at, tolerance, alone) for tolerance in (1e-2, 1e-3, 1e-9)]
    number = [len(np.unique(first)) for first in found]
    assert number[0] < number[1] <= number[2] == 1500
    for first in found:
        assert (first[first] == first).all()
        assert (first <= np.arange(1500)).all()
        assert np.bincount(first, minlength=1500)[alone].tolist() == [1, 1, 1]
        areas = problem.nodes["area_id"].cat.codes.to_numpy()
        assert (areas[first] == areas).all()


def test_groups_that_cost_too_much_are_divided_and_only_these() -> None:
    # At 5 an hour, a mission of 1 h that adds 0.1 asks 50 for a unit of coverage factor. Cells of 100 want
    # ln(100/50) = 0.69; those of 400 want 2.08. Cells 0 and 1 are alike, 2 and 3 are not: together they have
    # 500 and ask 100, want ln 5 = 1.61 and cost 100 (1 + 1.61) = 260.9; alone they would cost
    # 50 (1 + 0.69) + 50 (1 + 2.08) = 238.6.
    case = SmallCase(
        work([0] * 4, [0, 1, 2, 3], [0.1] * 4), cell_km2=[100.0, 100.0, 100.0, 400.0], hours=[50.0]
    )
    problem = case.problem()
    prices = Prices(np.array([5.0]), np.zeros(0), np.full(4, np.inf))
    found = aggregated(problem, np.array([0, 0, 2, 2]))
    few = lower_bound(found.problem, found.prices_of_groups(prices)) - lower_bound(problem, prices)
    alone = 50.0 * (1.0 + np.log(2.0)) + 50.0 * (1.0 + np.log(8.0))
    assert few == pytest.approx(100.0 * (1.0 + np.log(5.0)) - alone)
    at = valuation(found.problem, found.prices_of_groups(prices))
    none = np.zeros(2, dtype=bool)
    parts = divided(found, prices, at, 1e-4, 1.0, none)
    assert parts.representative[parts.group].tolist() == [0, 0, 2, 3]
    assert parts.width < found.width
    # 22.3 is not too much where a hundred is allowed
    assert divided(found, prices, at, 1e-4, 100.0, none) is found


def test_groups_that_prices_rest_on_are_divided_where_they_alone_cost_too_much() -> None:
    # As above: cells of 100 and 400 cost 22.3 more together than alone. Those of 100 and 130 have 230, want
    # ln 2.3 and cost 100 (1 + 0.833) = 183.3; alone 50 (1 + 0.693) + 50 (1 + 0.956) = 182.4: 0.86 more.
    km2 = [100.0, 400.0, 100.0, 130.0, 100.0]
    problem = SmallCase(work([0] * 5, range(5), [0.1] * 5), cell_km2=km2, hours=[50.0]).problem()
    prices = Prices(np.array([5.0]), np.zeros(0), np.full(5, np.inf))
    found = aggregated(problem, np.array([0, 0, 2, 2, 4]))
    at = valuation(found.problem, found.prices_of_groups(prices))

    def firsts(allowed: float, together: list[bool]) -> list[int]:
        parts = divided(found, prices, at, 1e-4, allowed, np.array(together))
        return list(parts.representative[parts.group])

    # half of the gap that is wanted is too much for all three, a third of that for one
    assert firsts(5.0, [False, False, False]) == [0, 1, 2, 3, 4]  # a third of 2.5 is less than 0.86
    assert firsts(5.0, [False, True, False]) == [0, 1, 2, 2, 4]  # half of 2.5 is more
    assert firsts(3.0, [False, True, False]) == [0, 1, 2, 3, 4]  # half of 1.5 is less
    assert firsts(5.0, [True, False, False]) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("objective", ["coverage", "shortfall", "fair"])
def test_grouped_and_single_plans_have_the_same_value(
    objective: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = line(900, objective=objective).problem()
    together = optimise(problem, 1e-4)
    assert len(together.program.nodes) < 700
    monkeypatch.setattr("planner.solve.aggregation.FEW", 0.0)
    alone = optimise(problem, 1e-4)
    assert len(alone.program.nodes) == 900
    meet(together, alone, 1e-4)


def meet(one: Any, other: Any, gap: float) -> None:
    """Both are proven, and neither bound is above the other's plan."""
    assert (one.status, other.status) == (Status.OPTIMAL, Status.OPTIMAL)
    scale = max(one.certificate.scale, other.certificate.scale)
    assert abs(one.certificate.value - other.certificate.value) <= 2 * gap * scale
    slack = 1e-9 * scale + max(one.certificate.slack, other.certificate.slack)
    assert one.certificate.bound <= other.certificate.value + slack
    assert other.certificate.bound <= one.certificate.value + slack


@pytest.mark.parametrize("objective", ["coverage", "shortfall"])
@pytest.mark.parametrize("seed", range(2))
def test_however_coarse_samples_and_groups_are_they_lead_to_the_optimum(
    seed: int, objective: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = random_case(seed, n_cells=100, objective=objective).problem()
    whole = optimise(problem, 1e-5)
    sift(monkeypatch)
    for name, size in (("OF_WIDTH", 1e6), ("OF_TIE", 1e6), ("FEW", 1.0)):
        monkeypatch.setattr(f"planner.solve.aggregation.{name}", size)
    meet(whole, optimise(problem, 1e-5, max_rounds=60), 1e-5)


@pytest.mark.parametrize("seed", range(2))
def test_sifted_plans_against_chords_of_all_activities(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = random_case(seed, n_cells=60).problem()
    sift(monkeypatch, 20)
    solution = optimise(problem, 1e-6)
    expected = linear_optimum(problem, points=np.arange(0.0, 12.0, 0.1))
    assert expected is not None
    best = true_value(problem, expected.x, coverage_factors(problem, expected.x))
    assert solution.certificate.bound <= best * (1 + 1e-7)
    assert solution.certificate.value <= best * (1 + 1e-6)


LIMITS = [
    [least_coverage(1, 0.25)],
    [least_coverage(0, 0.9, 30.0), least_coverage(2, 0.35)],
    [least_spending(0, 650.0), least_share(1, [2], 0.4)],
]


@pytest.mark.parametrize("limits", LIMITS)
def test_limits_hold_in_groups_too(limits: list[Limit], monkeypatch: pytest.MonkeyPatch) -> None:
    problem = line(700).limited(*limits).problem()
    together = optimise(problem, 1e-4)
    sift(monkeypatch, 10_000)
    whole = optimise(problem, 1e-4)
    assert len(together.program.nodes) < len(whole.program.nodes) == 700
    meet(together, whole, 1e-4)
    for solution in (together, whole):
        short = short_of_goals(problem, solution.x, solution.factor)
        assert (short <= KEPT * problem.wanted)[problem.hard].all()


def test_limits_that_conflict_do_so_in_groups() -> None:
    limits = least_coverage(0, 0.97), least_coverage(1, 0.9), least_coverage(2, 0.97)
    with pytest.raises(LimitsError) as caught:
        optimise(line(700).limited(*limits).problem(), 1e-4)
    assert caught.value.conflict


def test_many_cells_meet_water_filling() -> None:
    # max sum a (1 - exp(-b x)), sum x = T: x = max(0, ln(a b / lam) / b), lam is the price of T
    n_cells, random = 1500, np.random.default_rng(7)
    a, b = random.uniform(10.0, 1000.0, n_cells), random.uniform(0.01, 2.0, n_cells)
    total = 0.7 * n_cells

    def allocation(lam: float) -> np.ndarray:
        return np.maximum(0.0, np.log(a * b / lam) / b)

    lam = brentq(lambda value: allocation(value).sum() - total, 1e-12, float((a * b).max()))
    expected = float(a @ np.exp(-b * allocation(lam)))
    effort = work([0] * n_cells, list(range(n_cells)), b)
    solution = optimise(SmallCase(effort, cell_km2=a, hours=[total]).problem(), 1e-6)
    assert solution.certificate.value == pytest.approx(expected, rel=2e-6)
    assert solution.certificate.bound <= expected * (1 + 1e-12)
    assert solution.prices.resource[0] == pytest.approx(lam, rel=1e-2)


def test_samples_stand_for_the_water_around_them() -> None:
    problem = line(2400).problem()
    (only,) = samples(problem)
    assert len(only.problem.nodes) == 300
    assert only.problem.km2.sum() == pytest.approx(problem.km2.sum())
    assert only.problem.weight.sum() == pytest.approx(problem.weight.sum())
    assert only.problem.capacity.tolist() == problem.capacity.tolist()
    assert samples(line(600).problem()) == []


def test_activities_cheaper_than_their_node_pays_are_added_and_only_those(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # prices: an hour of asset 0 costs 10, of asset 1 costs 1; one hour adds 0.1 everywhere.
    # Asset 0 pays 100 per unit of coverage factor in cell 0. Asset 1 would pay 10: better. In cell 1 missing
    # everything costs 5 (5 km2): no activity is worth it. Cell 2 was not seen and is worth 500: asset 1 is.
    effort = work([0, 1, 0, 1, 1], [0, 0, 1, 1, 2], [0.1] * 5)
    problem = SmallCase(effort, cell_km2=[300.0, 5.0, 500.0], hours=[1, 1]).problem()
    at = valuation(problem, Prices(np.array([10.0, 1.0]), np.zeros(0), np.array([100.0, 5.0, 0.0])))
    assert better(problem, at, np.array([True, False, True, False, False])).tolist() == [
        True,
        True,
        True,
        False,
        True,
    ]
    # at the start: within a twentieth of the cheapest of the node, and worth 1.3 times what missing it costs
    monkeypatch.setattr("planner.solve.sifting.LEAST_OF_PATTERN", 0)
    assert near_optimal(problem, at).tolist() == [False, True, False, False, True]
    # asset 0 has none of these, so it gets its best: cell 0 at ten times the cheapest, before cell 1
    monkeypatch.setattr("planner.solve.sifting.LEAST_OF_PATTERN", 1)
    assert near_optimal(problem, at).tolist() == [True, True, False, False, True]

"""What must hold for every planning problem, on random small ones.

Plans are solved to a gap of ``GAP``: two values of the same optimum differ by at most that part, and a value
that must not grow may grow by no more.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.model.problem import Objective, PlanningProblem
from planner.report import gaps
from planner.report.contract import CAUSES
from planner.solve.certificate import idle_value
from planner.solve.optimise import optimise
from tests.solve.random_problems import random_problem

GAP = 1e-6
quick = settings(derandomize=True, max_examples=6, deadline=None)
seeds = st.integers(0, 10**6)
objectives: st.SearchStrategy[Objective] = st.sampled_from(["coverage", "shortfall"])


def small(seed: int, objective: Objective = "coverage", *, free: bool = True) -> PlanningProblem:
    return random_problem(seed, n_cells=6, n_assets=3, objective=objective, free=free)


def ends(problem: PlanningProblem) -> tuple[float, float]:
    """Bound and value of the plan: the optimum lies between them."""
    proof = optimise(problem, GAP).certificate
    # the solver keeps every limit to 1e-7 of it, which may be worth as much of doing nothing
    slack = 1e-7 * proof.idle_value
    return proof.bound - slack, proof.plan_value + slack


def never_worse(before: PlanningProblem, after: PlanningProblem) -> None:
    """What cannot be beaten after is not above the plan before; the plan after is so by its gap only."""
    (_, high), (after_low, after_high) = ends(before), ends(after)
    assert after_low <= high
    assert after_high <= high + (after_high - after_low)


def same_optimum(one: PlanningProblem, other: PlanningProblem) -> None:
    """Neither bound is above the other's plan, and the plans differ by their gaps only."""
    (low, high), (other_low, other_high) = ends(one), ends(other)
    assert low <= other_high
    assert other_low <= high
    assert abs(high - other_high) <= max(high - low, other_high - other_low)


@quick
@given(seeds, objectives, st.floats(1.0, 5.0), st.integers(0, 2))
def test_more_budget_never_hurts(seed: int, objective: Objective, factor: float, number: int) -> None:
    problem = small(seed, objective)
    more = np.where(np.arange(3) == number, factor, 1.0)
    programmes = problem.programmes.assign(budget=problem.programmes["budget"] * more)
    never_worse(problem, replace(problem, programmes=programmes))


@quick
@given(seeds, objectives, st.floats(1.0, 5.0))
def test_more_hours_never_hurt(seed: int, objective: Objective, factor: float) -> None:
    problem = small(seed, objective)
    assets = problem.assets.assign(capacity_hours=problem.assets["capacity_hours"] * factor)
    never_worse(problem, replace(problem, assets=assets))


@quick
@given(seeds, objectives)
def test_another_programme_never_hurts(seed: int, objective: Objective) -> None:
    problem = small(seed, objective)
    new = pd.DataFrame({"programme_id": ["new"], "budget": [1e5]})
    pays = [(asset, area, 3) for asset in range(len(problem.assets)) for area in range(3)]
    more = pd.DataFrame(pays, columns=["asset", "area", "programme"])
    after = replace(
        problem,
        programmes=pd.concat([problem.programmes, new], ignore_index=True),
        eligibility=pd.concat([problem.eligibility, more], ignore_index=True),
    )
    never_worse(problem, after)


def patrols(problem: PlanningProblem) -> PlanningProblem:
    """Without the radar: more consent makes a radar's hour dearer, for it may have to pay for more of it."""
    joint = problem.effort["activity"].duplicated(keep=False)
    return replace(problem, effort=problem.effort[~joint].reset_index(drop=True))


@quick
@given(seeds, objectives)
def test_more_consent_never_hurts(seed: int, objective: Objective) -> None:
    problem = patrols(small(seed, objective))
    never_worse(problem, replace(problem, effort=problem.effort.assign(access=True)))


@quick
@given(seeds, objectives, st.sampled_from([1e-3, 0.65, 150.0, 1e6]))
def test_currency_does_not_matter(seed: int, objective: Objective, rate: float) -> None:
    problem = small(seed, objective)
    other = replace(
        problem,
        effort=problem.effort.assign(cost=problem.effort["cost"] * rate),
        programmes=problem.programmes.assign(budget=problem.programmes["budget"] * rate),
    )
    same_optimum(problem, other)
    # a bound at prices off by d loses d^2 / 2 of what they govern: with a gap of 1e-8, d is below 1e-2 where
    # that is more than 1 / 5000 of the value
    here, there = (optimise(p, 1e-8).prices.budget for p in (problem, other))
    assert there * rate == pytest.approx(here, abs=1e-2 * max(here.max(), 1e-12))


def reordered(table: pd.DataFrame, order: np.ndarray) -> pd.DataFrame:
    return table.iloc[order].reset_index(drop=True)


def permuted(problem: PlanningProblem, seed: int) -> PlanningProblem:
    """Every table in another order, positions following."""
    random = np.random.default_rng(seed)
    sizes = {
        "cell": len(problem.cells),
        "area": len(problem.areas),
        "asset": len(problem.assets),
        "base": len(problem.bases),
        "programme": len(problem.programmes),
    }
    order = {name: random.permutation(size) for name, size in sizes.items()}
    # where each old position has gone; the last entry keeps -1, which is "no base"
    place = {name: np.append(np.argsort(places), -1) for name, places in order.items()}

    def follow(table: pd.DataFrame) -> pd.DataFrame:
        columns = [name for name in place if name in table]
        moved = {name: place[name][table[name].to_numpy()].astype(table[name].dtype) for name in columns}
        return reordered(table.assign(**moved), random.permutation(len(table)))

    cells = problem.cells.assign(area=place["area"][problem.cells["area"]])
    return replace(
        problem,
        cells=reordered(cells, order["cell"]),
        areas=reordered(problem.areas, order["area"]),
        assets=reordered(problem.assets, order["asset"]),
        bases=reordered(problem.bases, order["base"]),
        programmes=reordered(problem.programmes, order["programme"]),
        effort=follow(problem.effort),
        eligibility=follow(problem.eligibility),
        mandate=follow(problem.mandate),
    )


@quick
@given(seeds, objectives)
def test_order_of_rows_does_not_matter(seed: int, objective: Objective) -> None:
    problem = small(seed, objective)
    same_optimum(problem, permuted(problem, seed))


@quick
@given(seeds, objectives, st.integers(0, 5))
def test_splitting_a_cell_in_two_halves_does_not_matter(seed: int, objective: Objective, cell: int) -> None:
    """Halves of a cell take half of its missions each: an hour adds twice the factor to half of the water.

    A radar watches both halves as it watched the whole: the same factor in each, half of the hour.
    """
    problem = small(seed, objective)
    half = len(problem.cells)
    km2 = problem.cells["area_km2"].to_numpy() * np.where(np.arange(half) == cell, 0.5, 1.0)
    cells = pd.concat([problem.cells.assign(area_km2=km2)] * 2).iloc[[*range(half), half + cell]]
    effort = problem.effort
    joint = effort["activity"].duplicated(keep=False)
    here = effort["cell"] == cell
    patrol, radar = here & ~joint, here & joint
    doubled = effort.assign(factor=effort["factor"] * np.where(patrol, 2.0, 1.0))
    for column in ("mission_hours", "on_station_hours", "cost"):
        doubled[column] *= np.where(radar, 0.5, 1.0)
    copy = doubled[here].assign(cell=half)
    new = effort["activity"].max() + 1 + np.arange(len(copy))
    copy["activity"] = np.where(radar[here], copy["activity"], new)
    split = replace(
        problem,
        cells=cells.reset_index(drop=True),
        effort=pd.concat([doubled, copy], ignore_index=True).astype(effort.dtypes),
    )
    same_optimum(problem, split)


@quick
@given(seeds, objectives)
def test_no_money_where_everything_costs_leaves_all_of_the_target(seed: int, objective: Objective) -> None:
    problem = small(seed, objective, free=False)
    problem = replace(problem, programmes=problem.programmes.assign(budget=0.0))
    solution = optimise(problem)
    assert solution.certificate.plan_value == pytest.approx(idle_value(problem), rel=1e-9)
    found = gaps.coverage(problem, solution.factor)
    assert found.shortfall_km2 == pytest.approx(problem.target_km2, rel=1e-9)
    table = gaps.gap_table(problem, solution.prices, found)
    assert (table["covered_km2"] <= 1e-6).all()
    assert table["asset_hours_km2"].to_numpy() == pytest.approx(np.zeros(len(table)), abs=1e-6)


@quick
@given(seeds, objectives)
def test_parts_of_gaps_sum_to_the_shortfall(seed: int, objective: Objective) -> None:
    problem = small(seed, objective)
    solution = optimise(problem)
    found = gaps.coverage(problem, solution.factor)
    table = gaps.gap_table(problem, solution.prices, found)
    parts = table[[f"{cause}_km2" for cause in CAUSES]].to_numpy()
    assert (parts >= 0.0).all()
    size = problem.area_km2.sum()
    assert parts.sum(axis=1) == pytest.approx(table["shortfall_km2"].to_numpy(), abs=1e-12 * size)
    for programme, area in problem.mandate.itertuples(index=False):
        row = table[
            (table["programme_id"] == f"programme_{programme}") & (table["area_id"] == f"area_{area}")
        ]
        assert row["target_km2"].tolist() == pytest.approx([problem.target_km2[area]], rel=1e-12)
        assert row["shortfall_km2"].tolist() == pytest.approx([found.shortfall_km2[area]], abs=1e-12 * size)
    assert len(table) == len(problem.mandate) + 1


@quick
@given(seeds, objectives)
def test_the_total_counts_each_area_once(seed: int, objective: Objective) -> None:
    problem = small(seed, objective)
    solution = optimise(problem)
    found = gaps.coverage(problem, solution.factor)
    table = gaps.gap_table(problem, solution.prices, found)
    total = table[table["programme_id"] == "total"].iloc[0]
    assert total["target_km2"] == pytest.approx(problem.target_km2.sum(), rel=1e-12)
    assert total["covered_km2"] == pytest.approx(found.covered_km2.sum(), rel=1e-12)
    assert total["shortfall_km2"] == pytest.approx(found.shortfall_km2.sum(), rel=1e-12)
    shares = gaps.everyones_causes(problem, solution.prices)
    by_area = gaps.cause_km2(problem, found, shares)
    assert by_area.shape == (3, len(CAUSES))
    assert by_area.sum(axis=1) == pytest.approx(found.shortfall_km2, abs=1e-9)
    parts = total[[f"{cause}_km2" for cause in CAUSES]].to_numpy(dtype=float)
    assert parts == pytest.approx(by_area.sum(axis=0), abs=1e-9)
    assert shares.sum(axis=1) == pytest.approx(np.ones(len(problem.cells)), rel=1e-12)


@quick
@given(seeds, objectives)
def test_prices_are_never_negative(seed: int, objective: Objective) -> None:
    prices = optimise(small(seed, objective)).prices
    for name, values in vars(prices).items():
        assert (values >= 0.0).all(), name
        assert np.isfinite(values).all(), name


@quick
@given(seeds, objectives)
def test_limits_with_slack_have_no_price(seed: int, objective: Objective) -> None:
    """Complementary slackness, for the hours of assets and for budgets."""
    problem = small(seed, objective)
    # of one round, so that plan and prices belong to one linear program
    solution = optimise(problem, GAP, max_rounds=1)
    rows = problem.usable
    hours = rows["mission_hours"].to_numpy() * solution.missions[rows["activity"]]
    used = np.bincount(rows["asset"], hours, len(problem.assets))
    slack = 1.0 - used / problem.assets["capacity_hours"].to_numpy()
    assert solution.prices.asset_hours[slack > 1e-6].max(initial=0.0) <= 1e-9
    paid = np.bincount(problem.funding["programme"], solution.money, 3)
    idle = 1.0 - paid / problem.programmes["budget"].to_numpy()
    assert solution.prices.budget[idle > 1e-6].max(initial=0.0) <= 1e-12

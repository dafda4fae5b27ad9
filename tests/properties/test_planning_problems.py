"""What must hold for every case, on random small ones.

Plans are solved to a gap of ``GAP``: two values of the same optimum differ by at most that part, and a value
that must not grow may grow by no more.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from planner.core.certificate import covered_km2, smallest_ratio
from planner.core.problem import Problem
from planner.errors import LimitsError
from planner.features.effort import stack
from planner.solve.optimise import optimise
from tests.small_case import Limit, SmallCase, least_coverage, least_share, least_spending, random_case, work

GAP = 1e-6
few = settings(max_examples=4)
seeds = st.integers(0, 10**6)
objectives = st.sampled_from(["coverage", "shortfall"])
shares = st.floats(0.05, 0.95)


def small(seed: int, objective: str = "coverage", **others: bool) -> SmallCase:
    return random_case(seed, n_cells=6, n_assets=3, objective=objective, **others)


def ends(case: SmallCase | Problem) -> tuple[float, float]:
    """Bound and value of the plan: the optimum lies between them; infinite where limits conflict."""
    problem = case.problem() if isinstance(case, SmallCase) else case
    try:
        proof = optimise(problem, GAP).certificate
    except LimitsError:
        return np.inf, np.inf
    # the solver keeps every limit to 1e-7 of it, hard goals to 3e-7, which may be worth as much
    slack = (1e-6 if problem.hard.any() else 1e-7) * problem.stake
    return proof.bound - slack, proof.value + slack


def never_worse(before: SmallCase, after: SmallCase) -> None:
    """What cannot be beaten after is not above the plan before."""
    assert ends(after)[0] <= ends(before)[1]


def same_optimum(one: SmallCase | Problem, other: SmallCase | Problem) -> None:
    """Neither bound is above the other's plan."""
    (low, high), (other_low, other_high) = ends(one), ends(other)
    assert low <= other_high
    assert other_low <= high


@few
@given(seeds, objectives, st.floats(1.0, 5.0), st.integers(0, 2))
def test_more_money_and_hours_never_hurt(seed: int, objective: str, factor: float, number: int) -> None:
    case = small(seed, objective)
    more = np.where(np.arange(3) == number, factor, 1.0)
    never_worse(case, replace(case, budgets=case.budgets * more))
    never_worse(case, replace(case, hours=np.array(case.hours) * np.r_[more, factor]))
    never_worse(case, replace(case, places=np.array(case.places) * factor))


@few
@given(seeds, objectives, st.integers(0, 3), st.integers(0, 2))
def test_another_programme_and_one_more_payer_never_hurt(
    seed: int, objective: str, asset: int, area: int
) -> None:
    case = small(seed, objective)
    more = [(asset, area, programme) for programme in range(3)]
    never_worse(case, replace(case, pays=sorted({*case.pays, *more})))
    new = [(n, i, 3) for n in range(len(case.hours)) for i in range(3)]
    never_worse(case, replace(case, budgets=[*case.budgets, 1e5], pays=[*case.pays, *new]))


@few
@given(seeds, objectives)
def test_more_access_never_hurts_also_that_of_a_radar(seed: int, objective: str) -> None:
    case = small(seed, objective)
    joint = case.effort["activity"].duplicated(keep=False)
    hidden = case.effort.assign(access=case.effort["access"] & ~(joint & (case.effort["cell"] == 2)))
    never_worse(replace(case, effort=hidden), case)
    never_worse(case, replace(case, effort=case.effort.assign(access=True)))


@few
@given(seeds, objectives, st.sampled_from([1e-3, 150.0, 1e6]))
def test_currency_and_units_do_not_matter(seed: int, objective: str, rate: float) -> None:
    case = small(seed, objective)
    cost, hours = case.effort["cost"] * rate, case.effort["mission_hours"] * rate
    same_optimum(case, replace(case, effort=case.effort.assign(cost=cost), budgets=case.budgets * rate))
    longer = {"hours": np.array(case.hours) * rate, "places": np.array(case.places) * rate}
    same_optimum(case, replace(case, effort=case.effort.assign(mission_hours=hours), **longer))
    (low, high), (other_low, other_high) = (
        ends(case),
        ends(replace(case, cell_km2=np.array(case.cell_km2) * rate)),
    )
    assert low <= other_high / rate * (1 + 1e-9)
    assert other_low / rate <= high * (1 + 1e-9)


@few
@given(seeds, objectives)
def test_order_of_rows_does_not_matter(seed: int, objective: str) -> None:
    """Nodes, activities, resources and goals in another order, the matrices following."""
    problem, random = small(seed, objective).problem(), np.random.default_rng(seed)
    node, activity, resource, goal = (
        random.permutation(n) for n in (*problem.effect.shape, problem.usage.shape[0], len(problem.goals))
    )
    mixed = Problem(
        nodes=problem.nodes.iloc[node],
        activities=problem.activities.iloc[activity],
        resources=problem.resources.iloc[resource],
        effect=problem.effect[:, activity].tocsr()[node].tocsc(),
        usage=problem.usage[:, activity].tocsr()[resource].tocsc(),
        goals=problem.goals.iloc[goal],
        cover=problem.cover[goal][:, node].tocsr(),
    )
    same_optimum(problem, mixed)


@few
@given(seeds, objectives, st.integers(0, 5))
def test_splitting_a_cell_in_two_halves_does_not_matter(seed: int, objective: str, cell: int) -> None:
    """Halves of a cell take half of its missions each: one adds twice the factor to half of the water; a
    radar
    watches both halves as it watched the whole.
    """
    case = small(seed, objective)
    km2 = np.array(case.cell_km2) * np.where(np.arange(6) == cell, 0.5, 1.0)
    joint = case.effort["activity"].duplicated(keep=False)
    here = case.effort["cell"] == cell
    doubled = case.effort.assign(factor=case.effort["factor"] * np.where(here & ~joint, 2.0, 1.0))
    copy = doubled[here].assign(cell=6)
    new = case.effort["activity"].max() + 1 + np.arange(len(copy))
    copy["activity"] = np.where(joint[here], copy["activity"], new)
    effort = pd.concat([doubled, copy]).sort_values("activity", kind="stable", ignore_index=True)
    split = replace(
        case, effort=effort.astype(case.effort.dtypes), cell_km2=[*km2, km2[cell]],
        cell_area=[*case.cell_area, case.cell_area[cell]], risk=[*case.risk, case.risk[cell]],
    )  # fmt: skip
    same_optimum(case, split)


@few
@given(seeds, objectives)
def test_a_twin_of_half_the_hours_each_does_what_one_does(seed: int, objective: str) -> None:
    case = small(seed, objective, radar=False)
    twin = case.effort[case.effort["asset"] == 0].assign(asset=4)
    halves = np.array([*case.hours, case.hours[0]]) * np.array([0.5, 1.0, 1.0, 1.0, 0.5])
    pays = [*case.pays, *((4, area, p) for a, area, p in case.pays if a == 0)]
    same_optimum(
        case,
        replace(
            case, effort=stack([case.effort, twin.assign(activity=range(len(twin)))]), hours=halves, pays=pays
        ),
    )


@few
@given(seeds, objectives)
def test_no_money_where_everything_costs_leaves_all_of_it(seed: int, objective: str) -> None:
    problem = replace(small(seed, objective, free=False), budgets=[0.0] * 3).problem()
    solution = optimise(problem)
    assert solution.certificate.value == problem.stake
    assert not solution.x.any()


@few
@given(seeds, objectives)
def test_prices_are_not_negative_and_what_has_slack_has_none(seed: int, objective: str) -> None:
    problem = small(seed, objective).problem()
    # of one round, so that plan and prices belong to one linear program
    solution = optimise(problem, GAP, max_rounds=1)
    prices = solution.prices.resource
    assert (prices[~problem.exact] >= 0.0).all()
    assert np.isfinite(prices).all()
    with np.errstate(invalid="ignore", divide="ignore"):
        slack = 1.0 - (problem.usage @ solution.x) / problem.capacity
    idle = np.isfinite(problem.capacity) & ~problem.exact & (slack > 1e-6)
    worth = prices[idle] * problem.capacity[idle]
    assert (
        worth.max(initial=0.0) <= 1e-4 * problem.stake
    )  # prices of next to nothing help the bound, see floored


def some_limits(seed: int, part: float, penalty: tuple[float, float] = (np.inf, np.inf)) -> list[Limit]:
    """Limits of all kinds; penalties are per km² and per million."""
    return [
        least_coverage(seed % 3, 0.5 * part, penalty[0]),
        least_share(seed % 2, [seed % 3], part, penalty[1]),
        least_spending((seed + 1) % 3, 1e5 * part, penalty[1]),
    ]


@few
@given(seeds, shares, shares)
def test_a_looser_limit_is_never_worse(seed: int, part: float, less: float) -> None:
    case = small(seed)
    tight = case.limited(*some_limits(seed, part))
    loose = case.limited(*some_limits(seed, part * less))
    never_worse(tight, loose)
    never_worse(loose, case)


@few
@given(seeds, shares)
def test_a_huge_penalty_is_a_hard_limit_and_none_is_no_limit(seed: int, part: float) -> None:
    case = small(seed)
    hard = ends(case.limited(*some_limits(seed, part)))
    soft = ends(case.limited(*some_limits(seed, part, penalty=(1e3, 1e9))))
    if np.isfinite(hard[0]):
        assert soft[0] <= hard[1]
        assert hard[0] <= soft[1]
    else:
        assert soft[1] > case.problem().stake, "something is paid"
    same_optimum(case, case.limited(*some_limits(seed, part, penalty=(0.0, 0.0))))


@few
@given(seeds, shares)
@example(75851, 0.32337594512737655)  # a limit 1e-4 above what can be had; a radar with small units
@example(867351, 0.9038488469383626)  # nothing can be had of a share, but for rounding
def test_the_least_relaxation_can_be_had_and_the_conflict_is_irreducible(seed: int, part: float) -> None:
    case = small(seed)
    limits = [least_coverage(area, part) for area in range(3)] + some_limits(seed, part)[1:]
    try:
        optimise(case.limited(*limits).problem(), GAP)
    except LimitsError as error:
        had = {one.limit_id: one.at_most for one in error.relaxation}
        eased = [
            {**one, "least": min(one["least"], had.get(f"l{n}", np.inf)) * (1 - 1e-5)}
            for n, one in enumerate(limits)
        ]
        assert had
        assert min(had.values()) >= 0.0
        assert np.isfinite(ends(case.limited(*eased))[0])
        chosen = [int(one.limit_id[1:]) for one in error.conflict]
        assert not np.isfinite(ends(case.limited(*(limits[n] for n in chosen)))[0])
        for left in chosen:
            others = [limits[n] for n in chosen if n != left]
            assert np.isfinite(ends(case.limited(*others))[0]), "it conflicts without this one, too"


@few
@given(seeds)
def test_no_other_plan_has_a_larger_smallest_ratio(seed: int) -> None:
    case = small(seed)
    problem = replace(case, objective="fair").problem()
    fair = optimise(problem, GAP)
    assert fair.fairness is not None
    if fair.fairness.left_out:
        return
    own = smallest_ratio(problem, fair.x, fair.factor)  # at most 1
    assert own == pytest.approx(fair.fairness.smallest_ratio, rel=3 * GAP, abs=1e-9)
    assert own <= fair.fairness.bound * (1 + 1e-9)
    for other in (
        case,
        replace(case, objective="shortfall"),
        case.limited(least_coverage(seed % 3, 0.4, penalty=5.0)),
    ):
        plan = optimise(other.problem(), GAP)
        assert smallest_ratio(problem, plan.x, plan.factor) <= own * (1 + 2 * GAP) + 1e-9
    assert fair.certificate.value >= optimise(case.problem(), GAP).certificate.bound
    assert (covered_km2(problem, fair.x, fair.factor) >= own * problem.ratio_km2 * (1 - 1e-9)).all()


@few
@given(seeds)
@example(831877)  # without levels above the first, an area would have more and another less
@example(112017)
def test_no_area_can_have_more_but_at_the_cost_of_one_that_has_no_more(seed: int) -> None:
    """Leximin: the bound of a plan for an area alone, that leaves the others what they have, or its ratio."""
    targets = np.random.default_rng(seed).uniform(0.5, 1.0, 3)
    case = replace(small(seed), targets=targets)
    problem = replace(case, objective="fair").problem()
    fair = optimise(problem, GAP)
    assert fair.fairness is not None
    if fair.fairness.left_out:
        return
    own = np.minimum(1.0, covered_km2(problem, fair.x, fair.factor) / problem.ratio_km2)
    for area in range(3):
        kept = np.minimum(own, own[area]) * targets
        alone = replace(case, risk=(np.arange(6) % 3 == area).astype(float))
        proof = optimise(
            alone.limited(*(least_coverage(n, kept[n]) for n in range(3) if n != area)).problem(), GAP
        ).certificate
        can = min(1.0, (proof.stake - proof.bound) / problem.ratio_km2[area])
        assert can <= own[area] + 100 * GAP, (area, own)


def test_a_base_without_limit_is_no_limit_and_time_that_takes_nothing_is_free() -> None:
    rows = work([0], [0], [0.1], base=0)
    for top in (np.inf, 1e9):
        solution = optimise(SmallCase(rows, cell_km2=[1000.0], hours=[10.0], places=[top]).problem())
        assert abs(solution.certificate.value - 1000 * np.exp(-1)) <= 0.04
    free = SmallCase(work([0], [0], [1.0], hours=0.0), cell_km2=[1000.0], hours=[0.0])
    for case in (free, SmallCase(work([0], [0], [1.0]), cell_km2=[1000.0], hours=[1e6])):
        solution = optimise(case.problem())
        assert solution.certificate.proven
        assert solution.certificate.value <= 1000.0 * 1e-6

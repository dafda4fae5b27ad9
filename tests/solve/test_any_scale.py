"""Random cases at every scale against dense chords and tangents: what is called optimal is, and is proven.

40 cases by default, and as many of kinds that are hard to prove; PLANNER_RANDOM_CASES=500 tries more.
"""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from planner.core.certificate import LEAST_SCALE, covered_km2, short_of_goals, true_value
from planner.core.problem import Problem
from planner.errors import LimitsError
from planner.features.effort import stack
from planner.features.limits import COVERAGE, SHARE, SPENDING
from planner.solve.optimise import optimise
from planner.solve.solution import Solution
from planner.solve.solver import Status
from tests.oracle import Optimum, chord_lines, linear_optimum, tangent_lines
from tests.small_case import Limit, SmallCase, least_coverage, least_share, least_spending, work

NUMBER = int(os.environ.get("PLANNER_RANDOM_CASES", "40"))
CHUNK = 10
GAP = 1e-4
ROUGH = 1e-6
"""What the oracle's own program is off by at most, as a part of all that is at stake."""


def case_at_any_scale(seed: int) -> SmallCase:
    """Costs from 1e-3 to 1e9, areas from 1 to 1e7 km², risk from 1e-6 to 1e6, budgets from 0 to 1e15."""
    random = np.random.default_rng(seed)

    def sizes(low: float, high: float, number: int) -> np.ndarray:
        """Sizes of which some cases have all alike, others anything."""
        spread = random.choice([0.0, 0.3, 1.0])
        middle = random.uniform(low, high)
        ends = (
            np.maximum(low, middle - spread * (high - low)),
            np.minimum(high, middle + spread * (high - low)),
        )
        return np.asarray(10.0 ** random.uniform(*ends, number))

    n_cells, n_assets, n_areas = (
        int(random.integers(1, 9)),
        int(random.integers(1, 5)),
        int(random.integers(1, 4)),
    )
    n_payers = int(random.integers(1, 4))
    area = random.integers(0, n_areas, n_cells)
    km2 = sizes(0.0, 7.0, n_cells)
    asset, cell = np.nonzero(random.random((n_assets, n_cells)) < 0.7)
    hours = random.uniform(0.5, 50.0, len(asset))
    swept = sizes(-2.0, 5.0, n_assets)[asset] * random.uniform(0.3, 3.0, len(asset))
    hourly = sizes(-3.0, 9.0, n_assets) * (random.random(n_assets) < 0.85)
    rows = [
        work(
            asset.tolist(), cell.tolist(), swept / km2[cell], area=area[cell], base=random.integers(0, 2, len(asset)),  # noqa: E501
            hours=hours, cost=hours * hourly[asset],
        )
    ]  # fmt: skip
    if random.random() < 0.5:  # a radar, which may graze a cell
        seen = np.flatnonzero(random.random(n_cells) < 0.6)
        rows.append(
            work(
                [n_assets] * len(seen), seen.tolist(), sizes(-12.0, -2.0, len(seen)), area=area[seen],
                cost=float(sizes(-3.0, 5.0, 1)[0]), activity=[0] * len(seen), paid_in=area[seen[:1]].sum(),
            )
        )  # fmt: skip
    budgets = sizes(-2.0, 15.0, n_payers) * (random.random(n_payers) < 0.85)
    objective = str(random.choice(["coverage", "shortfall", "fair"], p=[0.45, 0.4, 0.15]))
    return SmallCase(
        effort=stack(rows),
        cell_km2=km2,
        cell_area=area,
        risk=sizes(-6.0, 6.0, n_cells) * (random.random(n_cells) < 0.9),
        targets=random.uniform(0.0, 1.0, n_areas),
        area_risk=sizes(-6.0, 6.0, n_areas),
        hours=sizes(-1.0, 5.0, n_assets + 1) * (random.random(n_assets + 1) < 0.9),
        places=[float(sizes(0.0, 5.0, 1)[0]), np.inf],
        budgets=budgets,
        pays=[
            (a, i, p)
            for a in range(n_assets + 1)
            for i in range(n_areas)
            for p in range(n_payers)
            if random.random() < 0.7
        ],
        objective=objective,
        limits=tuple(_some_limits(random, n_areas, budgets)) if random.random() < 0.5 else (),
    )


def _some_limits(
    random: np.random.Generator, n_areas: int, budgets: np.ndarray, least: float = -6.0
) -> list[Limit]:
    payer, area = int(random.integers(len(budgets))), int(random.integers(n_areas))
    penalty = [np.inf, 10.0 ** random.uniform(least, 12)][int(random.random() < 0.6)]
    every = [
        least_coverage(area, random.uniform(0.0, 0.8), penalty),
        least_share(payer, [area], random.uniform(0.0, 1.0), penalty),
        least_spending(payer, float(random.uniform(0.0, 0.8) * budgets[payer]), penalty),
    ]
    return [one for one in every if random.random() < 0.5]


def hostile_case(seed: int, kind: str) -> SmallCase:
    """A case of ``case_at_any_scale`` made harder: next to no money, prohibitive costs, many limits."""
    random, case = np.random.default_rng(seed + 7), case_at_any_scale(seed)
    n_areas, n_assets, budgets = len(case.targets), len(case.hours), np.asarray(case.budgets)
    if kind == "next to no money":
        return replace(case, budgets=10.0 ** random.uniform(-20.0, 1.0, len(budgets)))
    if kind == "priced out":
        dearer = np.where(random.random(n_assets) < 0.5, 10.0 ** random.uniform(3.0, 9.0), 1.0)
        cost = case.effort["cost"] * dearer[case.effort["asset"]]
        return replace(case, effort=case.effort.assign(cost=cost))
    if kind == "nothing asked of some areas":
        none = random.random(n_areas) < 0.5
        risk = np.where(none[np.asarray(case.cell_area)], 0.0, case.risk)
        weight = np.where(none, 0.0, case.area_risk)
        return replace(case, targets=np.where(none, 0.0, case.targets), area_risk=weight, risk=risk)
    if kind == "a radar that grazes cells":
        cells, patrol = np.arange(len(case.cell_km2)), case.effort[case.effort["asset"] < n_assets - 1]
        patrol = patrol.assign(activity=pd.factorize(patrol["activity"])[0])
        trace = 10.0 ** random.uniform(-14.0, -3.0, len(cells))
        radar = work(
            [n_assets - 1] * len(cells), cells.tolist(), trace, area=case.cell_area, activity=0 * cells
        )
        return replace(case, effort=stack([patrol, radar]))
    # limits whose penalties have nothing to do with each other, some of them hard
    limits = [one for _ in range(3) for one in _some_limits(random, n_areas, budgets, 3.0)]
    return replace(case, limits=tuple(limits), objective="fair" if kind == "fair, limits" else case.objective)


HOSTILE = (
    "next to no money",
    "priced out",
    "nothing asked of some areas",
    "a radar that grazes cells",
    "many limits",
    "fair, limits",
)


NOT_PROVEN = {491}
"""Left without a proof, and said to be: what a limit asks for, at 2e11 a million, is a part of 1e-9 of what
a mission beside it costs, less than the rounding of the solver."""


def feasible(problem: Problem, x: np.ndarray) -> None:
    """Every resource is kept to 1e-6 of what there is, or of what is taken from it."""
    assert (x >= 0.0).all()
    kinds = problem.resources["kind"].astype(str).to_numpy()
    some = np.flatnonzero(np.isfinite(problem.capacity) & (kinds != "spending"))  # the latter are goals
    usage, capacity = problem.usage.tocsr()[some], problem.capacity[some]
    over, size = usage @ x - capacity, np.maximum(abs(capacity), abs(usage) @ x)
    over = np.where(problem.exact[some], abs(over), over)
    assert (over <= 1e-6 * size).all(), kinds[some[over > 1e-6 * size]]


def meets(problem: Problem, solution: Solution) -> None:
    """The plan can be done, is as good as the best chords, and not better than the best tangents."""
    feasible(problem, solution.x)
    if solution.fairness is not None:
        _meets_ratio(problem, solution)
        return
    chords, tangents = linear_optimum(problem), linear_optimum(problem, tangent_lines)
    assert tangents is not None, "a plan where there is none"
    rough, proof = ROUGH * problem.stake, solution.certificate
    assert proof.value == pytest.approx(true_value(problem, solution.x, solution.factor), rel=1e-9)
    assert proof.value >= tangents.value - rough - GAP * abs(tangents.value), "better than possible"
    if chords is not None:
        best = min(chords.value, _value_at(problem, chords))
        assert proof.value <= best + rough + 2 * GAP * proof.scale, "called optimal"
        assert proof.bound <= best + rough, "bound above a plan"


def _value_at(problem: Problem, optimum: Optimum) -> float:
    value = true_value(problem, optimum.x, problem.effect @ optimum.x)
    hard = problem.hard & (short_of_goals(problem, optimum.x, problem.effect @ optimum.x) > 0.0)
    return np.inf if hard.any() else value


def _meets_ratio(problem: Problem, solution: Solution) -> None:
    fairness = solution.fairness
    assert fairness is not None
    out = problem.goals["area_id"].astype(str).isin(fairness.left_out) & (problem.ratio_km2 > 0.0)
    kept = np.flatnonzero(~out.to_numpy())
    problem = problem.with_goals(problem.goals.iloc[kept], problem.cover[kept])
    if not problem.has_ratio:
        assert not fairness.levels
        return
    low, high = linear_optimum(problem), linear_optimum(problem, tangent_lines)
    assert high is not None, "a plan where there is none"
    least, most = (min(1.0, one.ratio) for one in (low or high, high))  # more than a target is not asked for
    assert fairness.smallest_ratio <= most + ROUGH * problem.stake + GAP * most
    if low is not None:
        assert fairness.smallest_ratio >= least - ROUGH * problem.stake - 2 * GAP * least
        assert fairness.bound >= least - ROUGH * problem.stake
    share = problem.ratio_km2 > 0.0
    reached = covered_km2(problem, solution.x, solution.factor)[share] / problem.ratio_km2[share]
    whole = np.asarray(problem.cover.sum(axis=1)).ravel()[share] / problem.ratio_km2[share]
    assert reached.min() >= fairness.smallest_ratio - GAP * max(fairness.bound, LEAST_SCALE * whole.min())


def conclusive(problem: Problem) -> bool:
    """Whether the oracle can solve it: penalties that dwarf all else are beyond its arithmetic."""
    soft = np.isfinite(problem.penalty)
    return not (problem.penalty[soft] * problem.wanted[soft] > 1e5 * problem.stake).any()


def outcome(case: SmallCase) -> str:
    """How a case ends; raises where that is wrong."""
    problem = case.problem()
    try:
        solution = optimise(problem, GAP)
    except LimitsError:
        assert linear_optimum(problem, chord_lines) is None or problem.has_ratio, "no conflict"
        return "conflict"
    assert solution.status is Status.OPTIMAL, (solution.status, str(solution.certificate))
    assert solution.certificate.proven
    if conclusive(problem):
        meets(problem, solution)
        return "checked"
    feasible(problem, solution.x)
    return "optimal"


@pytest.mark.parametrize("first", range(0, NUMBER, CHUNK))
def test_what_is_called_optimal_is(first: int) -> None:
    found = []
    for seed in range(first, first + CHUNK):
        try:
            found.append(outcome(case_at_any_scale(seed)))
        except Exception as error:
            error.add_note(f"seed {seed}")
            raise
    assert found.count("checked") >= CHUNK // 3


@pytest.mark.parametrize("first", range(0, NUMBER, CHUNK))
def test_what_is_called_optimal_is_where_that_is_hard_to_prove(first: int) -> None:
    for seed in range(first, first + CHUNK):
        kind = HOSTILE[seed % len(HOSTILE)]
        if seed in NOT_PROVEN:
            with pytest.raises(AssertionError, match="round_limit"):
                outcome(hostile_case(seed, kind))
            continue
        try:
            outcome(hostile_case(seed, kind))
        except Exception as error:
            error.add_note(f"seed {seed}: {kind}")
            raise


def test_every_objective_and_kind_of_limit_is_among_the_cases() -> None:
    cases = [case_at_any_scale(seed) for seed in range(40)]
    assert {case.objective for case in cases} == {"coverage", "shortfall", "fair"}
    limits = [limit for case in cases for limit in case.limits]
    kinds = {(limit["kind"], np.isfinite(limit["penalty"])) for limit in limits}
    assert kinds == {(kind, soft) for kind in (COVERAGE, SHARE, SPENDING) for soft in (True, False)}
    for sizes, low, high in (
        ([case.cell_km2 for case in cases], 1e1, 1e6),
        ([case.risk for case in cases], 1e-5, 1e5),
        ([case.budgets for case in cases], 1e0, 1e13),
        ([case.effort["cost"] / case.effort["mission_hours"] for case in cases], 1e-2, 1e8),
    ):
        found = np.concatenate(sizes)
        assert found[found > 0.0].min() < low
        assert found.max() > high


def test_a_share_of_spending_far_below_the_budget_is_not_rounded_away() -> None:
    """0.05 of 3e5 are spent: what is rounding of the budget would be all that the limit asks for."""
    assert outcome(case_at_any_scale(88)) in ("checked", "optimal")

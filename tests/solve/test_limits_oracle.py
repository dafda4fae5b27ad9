"""Limits and fair shares against scipy's constrained minimisation of the exponential itself, on small
problems; their prices against solves with the limit moved; and the bound at any prices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from planner.errors import LimitsError
from planner.model.problem import PlanningProblem
from planner.solve.certificate import KEPT, lower_bound
from planner.solve.limits import with_penalties
from planner.solve.lp import Status
from planner.solve.optimise import optimise
from planner.solve.prices import Prices
from tests.limits import Limit, least_coverage, least_share, least_spending, limited, limits_table
from tests.solve.random_problems import random_problem

Array = np.ndarray[Any, np.dtype[np.float64]]


class Oracle:
    """A problem as scipy sees it: z = missions by activity, then money by funding row, each in parts of the
    most that it can be, and last the smallest ratio.
    """

    def __init__(self, problem: PlanningProblem) -> None:
        self.problem = problem
        rows, funding = problem.usable, problem.funding
        n_x, n_f = problem.n_activities, len(funding)
        self.size = n_x + n_f + 1
        budget = problem.programmes["budget"].to_numpy()
        self.most = np.r_[problem.activity_bound, budget[funding["programme"]], 1.0]
        self.gain = np.zeros((len(problem.cells), self.size))
        np.add.at(self.gain, (rows["cell"], rows["activity"]), rows["factor"])
        self.money = np.zeros((len(problem.programmes), len(problem.areas), self.size))
        pair = problem.pairs.to_numpy()[funding["pair"]]
        self.money[funding["programme"], pair[:, 1], n_x + np.arange(n_f)] = 1.0
        below, limit = [], []
        for column, table in (("asset", problem.assets), ("base", problem.bases)):
            for n, hours in enumerate(table["capacity_hours"]):
                row = np.zeros(self.size)
                mine = rows[rows[column] == n]
                np.add.at(row, mine["activity"].to_numpy(), mine["mission_hours"].to_numpy())
                if np.isfinite(hours):
                    below.append(row)
                    limit.append(hours)
        below += list(self.money.sum(axis=1))
        limit += budget.tolist()
        self.below, self.limit = np.array(below) * self.most, np.array(limit)
        paid = np.zeros((len(problem.pairs), self.size))
        costing = rows[rows["pair"] >= 0]
        np.add.at(paid, (costing["pair"], costing["activity"]), costing["cost"])
        paid[funding["pair"], n_x + np.arange(n_f)] -= 1.0
        paid = paid[np.abs(paid).sum(axis=1) > 0] * self.most
        self.paid = paid / np.abs(paid).max(axis=1, keepdims=True)
        self.gain, self.money = self.gain * self.most, self.money * self.most
        self.inside = (problem.cell_area == np.arange(len(problem.areas))[:, None]) * problem.cell_km2

    def covered(self, z: Array) -> Array:
        """Covered km2 of each area."""
        return np.asarray(self.inside @ -np.expm1(-self.gain @ z))

    def slope(self, z: Array) -> Array:
        """Derivative of ``covered``, shape (areas, z)."""
        return np.asarray((self.inside * np.exp(-self.gain @ z)) @ self.gain)

    def constraints(self, limits: list[Limit]) -> list[dict[str, Any]]:
        """Hours, money, and hard limits, each in parts of itself."""
        found: list[dict[str, Any]] = [
            self.linear("ineq", -self.below / self.limit[:, None], np.ones(len(self.limit))),
            self.linear("eq", self.paid, np.zeros(len(self.paid))),
        ]
        area_km2, budget = self.problem.area_km2, self.problem.programmes["budget"].to_numpy()
        for one in limits:
            least: Any = one["least"]
            if one["kind"] == "least_coverage":
                found.append(self.least_covered(one["area"], float(least * area_km2[one["area"]])))
                continue
            mine = self.money[one["programme"]] / budget[one["programme"]]
            if one["kind"] == "least_spending":
                row, need = mine.sum(axis=0), least / budget[one["programme"]]
            else:
                row, need = mine[list(one["areas"])].sum(axis=0) - least * mine.sum(axis=0), 0.0  # type: ignore[call-overload]
            found.append(self.linear("ineq", row[None, :], np.array([-need])))
        return found

    @staticmethod
    def linear(kind: str, matrix: Array, constant: Array) -> dict[str, Any]:
        return {"type": kind, "fun": lambda z: matrix @ z + constant, "jac": lambda _: matrix}

    def least_covered(self, area: Any, km2: float) -> dict[str, Any]:
        size = self.problem.area_km2[area]
        return {
            "type": "ineq",
            "fun": lambda z: (self.covered(z)[area] - km2) / size,
            "jac": lambda z: self.slope(z)[area] / size,
        }

    def shares(self) -> list[dict[str, Any]]:
        """Covered_i >= t target_i, in parts of the target."""
        target = self.problem.target_km2
        t = np.eye(self.size)[-1]
        return [
            {
                "type": "ineq",
                "fun": lambda z, a=area: self.covered(z)[a] / target[a] - z[-1],
                "jac": lambda z, a=area: self.slope(z)[a] / target[a] - t,
            }
            for area in range(len(target))
        ]

    def best(
        self, value: Callable[[Array], float], slope: Callable[[Array], Array], rules: list[dict[str, Any]]
    ) -> float:
        found = minimize(
            value,
            np.full(self.size, 0.02),
            jac=slope,
            bounds=[(0.0, None)] * self.size,
            constraints=rules,
            method="SLSQP",
            options={"ftol": 1e-12, "maxiter": 2000},
        )
        assert found.success, found.message
        return float(found.fun)

    def missed(self, z: Array) -> float:
        return float(self.problem.weight @ np.exp(-self.gain @ z)) / float(self.problem.weight.sum())

    def missed_slope(self, z: Array) -> Array:
        weight = self.problem.weight / self.problem.weight.sum()
        return np.asarray(-(weight * np.exp(-self.gain @ z)) @ self.gain)


def limits_of(problem: PlanningProblem, seed: int) -> list[Limit]:
    """Limits between what the best plan and doing nothing reach, so that they bind."""
    free = optimise(problem, 1e-6)
    pod = -np.expm1(-free.factor)
    reached = np.bincount(problem.cell_area, problem.cell_km2 * pod, 3) / problem.area_km2
    poorest = int(np.argmin(reached))
    best = [
        optimise(
            replace(problem, objective="shortfall", areas=problem.areas.assign(
                risk_weight=(np.arange(3) == poorest).astype(float), target_coverage=1.0)), 1e-4
        )
    ]  # fmt: skip
    most = np.bincount(problem.cell_area, problem.cell_km2 * -np.expm1(-best[0].factor), 3)[poorest]
    wanted = 0.5 * (reached[poorest] + most / problem.area_km2[poorest])
    payer = seed % 3
    spent = float(free.money[problem.funding["programme"] == payer].sum())
    return [
        least_coverage(poorest, wanted),
        least_share(payer, [poorest], 0.2),
        least_spending(payer, spent / 2),
    ]


def small(seed: int) -> PlanningProblem:
    return random_problem(seed, n_cells=3, n_assets=2)


@pytest.mark.parametrize("seed", range(6))
def test_hard_limits(seed: int) -> None:
    problem = small(seed)
    oracle, tried = Oracle(problem), 0
    first, second, third = limits_of(problem, seed)
    for limits in ([first], [second], [first, third], [first, second, third]):
        try:
            solution = optimise(limited(problem, *limits), 1e-7)
        except LimitsError:
            continue
        tried += 1
        expected = oracle.best(oracle.missed, oracle.missed_slope, oracle.constraints(limits))
        assert solution.status is Status.OPTIMAL
        # as in test_oracles; SLSQP keeps its constraints to about 1e-9, the planner its limits to 3e-7
        value = solution.certificate.plan_value / float(problem.weight.sum())
        assert value == pytest.approx(expected, rel=2e-6)
    assert tried >= 2


@pytest.mark.parametrize("seed", range(6))
def test_fair_plans(seed: int) -> None:
    problem = small(seed)
    solution = optimise(replace(problem, objective="fair"), 1e-6)
    shares = solution.fairness
    assert solution.status is Status.OPTIMAL
    assert shares is not None
    oracle = Oracle(problem)
    if not shares.areas.all():
        pytest.skip("an area is left out")
    rules = [*oracle.constraints([]), *oracle.shares()]
    t = np.eye(oracle.size)[-1]
    ratio = -oracle.best(lambda z: -float(z[-1]), lambda _: -t, rules)
    assert shares.ratio == pytest.approx(ratio, rel=2e-6)
    # the second stage may give up half of the tolerance of the ratio that the first one has found
    fixed = oracle.linear("ineq", t[None, :], np.array([-shares.ratio * (1 - 5e-7)]))
    expected = oracle.best(oracle.missed, oracle.missed_slope, [*rules, fixed])
    value = solution.certificate.plan_value / float(problem.weight.sum())
    assert value == pytest.approx(expected, rel=5e-6)


@pytest.mark.parametrize("kind", ["coverage", "share"])
def test_prices_agree_with_moved_limits(kind: str) -> None:
    """The derivative of the best value, by a central difference of 1 % of the limit: see ``test_prices``."""
    problem, limit, whole = _priced(0, kind)
    solution = optimise(limited(problem, limit), 1e-8)
    price = float(np.concatenate([solution.prices.shortfall, solution.prices.spending])[0])
    step = 0.01
    ends = []
    for by in (-step, step):
        moved = {**limit, "least": limit["least"] * (1 + by)}  # type: ignore[operator]
        ends.append(optimise(limited(problem, moved), 1e-8).certificate.plan_value)
    assert price > 0.0
    assert (ends[1] - ends[0]) / (2 * step) == pytest.approx(price * whole(solution), rel=0.01)


def _priced(seed: int, kind: str) -> tuple[PlanningProblem, Limit, Callable[[Any], float]]:
    """A problem, a limit that binds, and what it asks for in all [km2 or money]."""
    problem = random_problem(seed, n_cells=9, n_assets=3)
    free = optimise(problem, 1e-6)
    payer = int(np.argmax(np.bincount(problem.funding["programme"], free.money, 3)))
    mine = (problem.funding["programme"] == payer).to_numpy()
    area = problem.pairs["area"].to_numpy()[problem.funding["pair"]]
    if kind == "coverage":
        covered = np.bincount(problem.cell_area, problem.cell_km2 * -np.expm1(-free.factor), 3)
        poorest = int(np.argmin(covered / problem.area_km2))
        least = 1.3 * float(covered[poorest] / problem.area_km2[poorest])
        return problem, least_coverage(poorest, least), lambda _: least * float(problem.area_km2[poorest])
    share = np.bincount(area[mine], free.money[mine], 3) / free.money[mine].sum()
    place = int(np.argsort(share)[1])
    least = 0.5 * (1.0 + float(share[place])) if share[place] > 0.1 else 0.3
    limit = least_share(payer, [place], least)
    return problem, limit, lambda found: least * float(found.money[mine].sum())


LIMITED = [
    limited(
        random_problem(seed),
        least_coverage(0, 0.3, penalty=2.0),
        least_coverage(1, 0.3, penalty=0.1),
        least_share(0, [1], 0.5, penalty=0.05),
        least_spending(1, 1e5, penalty=0.02),
    )
    for seed in range(3)
]
FAIR = [
    replace(random_problem(seed), objective="smallest_ratio", fair=np.array([True, True, True]))
    for seed in (1, 2, 3)
]
PROBLEMS = [*LIMITED, *FAIR]
BEST = [optimise(problem, 1e-7) for problem in PROBLEMS]


@settings(derandomize=True, max_examples=120, deadline=None)
@given(
    st.integers(0, len(PROBLEMS) - 1), st.integers(0, 10**6), st.sampled_from([1e-6, 1e-3, 0.1, 1.0, 10.0])
)
def test_no_prices_push_the_bound_above_a_plan(number: int, seed: int, size: float) -> None:
    problem, best = PROBLEMS[number], BEST[number]
    random = np.random.default_rng(seed)
    n_cells = len(problem.cells)
    sizes = {
        "asset_hours": (len(problem.assets), 1.0),
        "base_hours": (len(problem.bases), 1.0),
        "budget": (len(problem.programmes), 1e-3),
        "coverage_factor": (n_cells, 1e2),
        "least_missions": (n_cells, 1.0),
        "shortfall": (len(problem.demands), 1.0),
        "spending": (len(problem.money_demands), 1e-2),
    }
    drawn = {
        name: size * unit * random.exponential(size=k) * (random.random(k) < 0.67)
        for name, (k, unit) in sizes.items()
    }
    drawn["base_hours"] = np.where(np.isfinite(problem.bases["capacity_hours"]), drawn["base_hours"], 0.0)
    proof = best.certificate
    assert lower_bound(problem, Prices(**drawn)) <= proof.plan_value + 1e-7 * proof.idle_value
    near = {name: getattr(best.prices, name) * random.uniform(0.7, 1.3, k) for name, (k, _) in sizes.items()}
    assert lower_bound(problem, Prices(**near)) <= proof.plan_value + 1e-7 * proof.idle_value


def test_penalties_of_hard_limits_are_more_than_all_there_is() -> None:
    problem = limited(
        random_problem(0), least_coverage(0, 0.5), least_spending(1, 1e5), least_share(0, [0], 0.5)
    )
    penalised = with_penalties(problem, 10.0)
    budget = problem.programmes["budget"].iloc[0]
    whole = np.array([0.5 * problem.area_km2[0], 1e5, 0.5 * budget])
    assert penalised.limits["penalty"].to_numpy() * whole == pytest.approx([10 * problem.weight.sum()] * 3)
    assert problem.limits.equals(limits_table(*_again(problem)))


def _again(problem: PlanningProblem) -> list[Limit]:
    del problem
    return [least_coverage(0, 0.5), least_spending(1, 1e5), least_share(0, [0], 0.5)]


def test_hard_limits_are_kept_to_rounding() -> None:
    problem = random_problem(2)
    solution = optimise(limited(problem, least_coverage(2, 0.45)), 1e-4)
    covered = np.bincount(problem.cell_area, problem.cell_km2 * -np.expm1(-solution.factor), 3)
    assert covered[2] >= 0.45 * problem.area_km2[2] * (1 - KEPT)

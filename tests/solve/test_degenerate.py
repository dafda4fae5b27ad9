"""Problems at the edge: nothing to do, nothing to do it with, nothing in reach, and numbers of every size."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from planner.model.problem import Objective, PlanningProblem
from planner.solve.lp import SolverName, Status
from planner.solve.optimise import optimise
from planner.solve.solution import Solution
from tests.problems import make_problem, simple_effort
from tests.solve.random_problems import random_problem

OBJECTIVES: list[Objective] = ["coverage", "shortfall"]
SOLVERS: list[SolverName] = ["highs", "cbc"]
BOTH = [(objective, solver) for objective in OBJECTIVES for solver in SOLVERS]


def idle(solution: Solution, expected: float) -> None:
    """The plan is to do nothing, and that is proven."""
    assert solution.status is Status.OPTIMAL
    assert solution.missions.sum() == pytest.approx(0.0, abs=1e-9)
    assert solution.certificate.plan_value == pytest.approx(expected, rel=1e-12)
    assert expected * (1 - 1e-4) <= solution.certificate.bound <= expected * (1 + 1e-12)


@pytest.mark.parametrize(("objective", "solver"), BOTH)
def test_no_effort_rows_at_all(objective: Objective, solver: SolverName) -> None:
    # 1000 km2 of risk 1 missed; target 0.4: 400 km2 short
    problem = make_problem(
        simple_effort([], [], []),
        cell_km2=[1000.0],
        targets=[0.4],
        hours=[5.0],
        budgets=[9.0],
        objective=objective,
    )
    idle(optimise(problem, solver=solver), {"coverage": 1000.0, "shortfall": 400.0}[objective])


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_no_fleet_no_bases_no_programmes(objective: Objective) -> None:
    problem = make_problem(
        simple_effort([], [], []), cell_km2=[10.0, 20.0], targets=[1.0], objective=objective
    )
    idle(optimise(problem), 30.0)


@pytest.mark.parametrize(("objective", "solver"), BOTH)
def test_no_consent_anywhere(objective: Objective, solver: SolverName) -> None:
    problem = make_problem(
        simple_effort([0, 0], [0, 1], [0.1, 0.1], access=False),
        cell_km2=[10.0, 20.0],
        targets=[0.5],
        hours=[100.0],
        objective=objective,
    )
    idle(optimise(problem, solver=solver), {"coverage": 30.0, "shortfall": 15.0}[objective])


@pytest.mark.parametrize("limits", [{"budgets": [0.0]}, {"hours": [0.0]}, {"base_hours": [0.0]}])
@pytest.mark.parametrize(("objective", "solver"), BOTH)
def test_nothing_to_do_it_with(
    limits: dict[str, list[float]], objective: Objective, solver: SolverName
) -> None:
    problem = make_problem(
        simple_effort([0, 0], [0, 1], [0.1, 0.1], base=0, cost=7.0),
        cell_km2=[10.0, 20.0],
        targets=[0.5],
        objective=objective,
        eligibility=[(0, 0, 0)],
        **{"hours": [100.0], "base_hours": [100.0], "budgets": [100.0], **limits},  # type: ignore[arg-type]
    )
    idle(optimise(problem, solver=solver), {"coverage": 30.0, "shortfall": 15.0}[objective])


def test_no_programme_may_pay() -> None:
    problem = make_problem(
        simple_effort([0], [0], [0.1], cost=7.0), cell_km2=[10.0], hours=[100.0], budgets=[1e6]
    )
    idle(optimise(problem), 10.0)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_no_risk_and_no_target(objective: Objective) -> None:
    problem = make_problem(
        simple_effort([0, 0], [0, 1], [0.1, 0.1], cost=7.0),
        cell_km2=[10.0, 20.0],
        risk=[0.0, 0.0],
        targets=[0.0],
        hours=[100.0],
        budgets=[100.0],
        eligibility=[(0, 0, 0)],
        objective=objective,
    )
    solution = optimise(problem)
    idle(solution, 0.0)
    assert solution.certificate.gap == 0.0
    assert solution.money.tolist() == [0.0]


def test_unreachable_water_is_missed_whole_beside_what_is_covered() -> None:
    # cell 0: C = 1; cell 1 is out of reach: 1000 e^-1 + 500
    problem = make_problem(simple_effort([0], [0], [0.1]), cell_km2=[1000.0, 500.0], hours=[10.0])
    solution = optimise(problem, 1e-8)
    assert solution.certificate.plan_value == pytest.approx(1000 * exp(-1) + 500, rel=1e-8)
    assert solution.factor[1] == 0.0


def test_an_unreachable_area_is_short_of_all_of_its_target() -> None:
    problem = make_problem(
        simple_effort([0], [0], [0.1]),
        cell_km2=[1000.0, 500.0],
        cell_area=[0, 1],
        targets=[0.5, 0.8],
        hours=[10.0],
        objective="shortfall",
    )
    # area 0: C = 1 covers 632 of 500 wanted; area 1: 0.8 x 500 short
    solution = optimise(problem)
    assert solution.status is Status.OPTIMAL
    assert solution.certificate.plan_value == pytest.approx(400.0, rel=1e-4)


def test_a_base_without_limit_is_no_limit() -> None:
    rows = simple_effort([0], [0], [0.1], base=0)
    limits = [
        optimise(make_problem(rows, cell_km2=[1000.0], hours=[10.0], base_hours=[top]))
        for top in (np.inf, 1e9)
    ]
    for solution in limits:
        assert solution.certificate.plan_value == pytest.approx(1000 * exp(-1), rel=1e-4)
        assert solution.prices.base_hours.tolist() == [0.0]


def test_identical_assets_do_what_one_of_twice_the_hours_does() -> None:
    cells = [1000.0, 700.0, 300.0]
    twins = make_problem(
        simple_effort([0] * 3 + [1] * 3, [0, 1, 2] * 2, [0.1] * 6), cell_km2=cells, hours=[15.0, 15.0]
    )
    one = make_problem(simple_effort([0] * 3, [0, 1, 2], [0.1] * 3), cell_km2=cells, hours=[30.0])
    two, whole = optimise(twins, 1e-8), optimise(one, 1e-8)
    assert two.certificate.plan_value == pytest.approx(whole.certificate.plan_value, rel=2e-8)
    assert two.prices.asset_hours == pytest.approx(np.repeat(whole.prices.asset_hours, 2), rel=1e-3)


def test_hours_without_end_cover_everything() -> None:
    # C of 1e6 is far beyond the last breakpoint: nothing is missed, and the certificate copes
    problem = make_problem(simple_effort([0], [0], [1.0]), cell_km2=[1000.0], hours=[1e6])
    solution = optimise(problem)
    assert solution.status is Status.OPTIMAL
    assert solution.certificate.plan_value <= 1000.0 * 1e-6


def test_effort_that_takes_no_hours_and_no_money() -> None:
    problem = make_problem(simple_effort([0], [0], [1.0], hours=0.0), cell_km2=[1000.0], hours=[0.0])
    solution = optimise(problem)
    assert solution.status is Status.OPTIMAL
    assert solution.certificate.plan_value <= 1000.0 * 1e-6


def scaled(
    problem: PlanningProblem, *, money: float = 1.0, km2: float = 1.0, hours: float = 1.0
) -> PlanningProblem:
    """The same problem in other units: of money, of area, of time."""
    return replace(
        problem,
        cells=problem.cells.assign(area_km2=problem.cells["area_km2"] * km2),
        assets=problem.assets.assign(capacity_hours=problem.assets["capacity_hours"] * hours),
        bases=problem.bases.assign(capacity_hours=problem.bases["capacity_hours"] * hours),
        programmes=problem.programmes.assign(budget=problem.programmes["budget"] * money),
        effort=problem.effort.assign(
            cost=problem.effort["cost"] * money, mission_hours=problem.effort["mission_hours"] * hours
        ),
    )


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize(
    "units",
    [
        {"money": 150.0},
        {"money": 1e-6},
        {"money": 1e9},
        {"km2": 1e-6},
        {"km2": 1e6},
        {"hours": 3600.0},
        {"hours": 1e-4},
    ],
)
def test_units_do_not_matter(objective: Objective, units: dict[str, float]) -> None:
    problem = random_problem(1, objective=objective)
    here, there = optimise(problem, 1e-6), optimise(scaled(problem, **units), 1e-6)
    assert there.status is Status.OPTIMAL
    expected = here.certificate.plan_value * units.get("km2", 1.0)
    # each is within 1e-6 above the optimum
    assert there.certificate.plan_value == pytest.approx(expected, rel=1.1e-6)


@pytest.mark.parametrize("small", [1e-3, 1.0])
def test_a_small_budget_beside_a_large_one_is_kept(small: float) -> None:
    # what the solver may overspend by must be small beside each budget, not beside the largest
    problem = random_problem(2)
    problem = replace(problem, programmes=problem.programmes.assign(budget=[1e9, small * 1e3, 2e5]))
    solution = optimise(problem)
    paid = np.bincount(problem.funding["programme"], solution.money, 3)
    assert (paid <= problem.programmes["budget"] * (1 + 1e-6)).all()


def test_one_unit_beside_millions_of_hours() -> None:
    # an asset of an hour beside one of ten million: each limit is kept to 1e-7 of itself
    problem = make_problem(
        simple_effort([0, 0, 1, 1], [0, 1, 0, 1], [0.1, 0.2, 1e-7, 1e-7]),
        cell_km2=[1000.0, 500.0],
        hours=[1.0, 1e7],
    )
    solution = optimise(problem, 1e-6)
    used = np.bincount(problem.usable["asset"], solution.missions)
    assert (used <= np.array([1.0, 1e7]) * (1 + 1e-7)).all()
    assert solution.status is Status.OPTIMAL


@pytest.mark.parametrize("hours", [40.0, 80.0, 120.0])
def test_nearly_everything_is_covered_for_half_of_the_money(hours: float) -> None:
    """The price that keeps money together must stay small beside what is missed, however little that is."""
    # C = 0.1 x hours = 4, 8, 12: missed 1000 e^-C; half of the money is spent
    problem = make_problem(
        simple_effort([0], [0], [0.1], cost=5.0),
        cell_km2=[1000.0],
        hours=[hours],
        budgets=[10.0 * hours],
        eligibility=[(0, 0, 0)],
    )
    solution = optimise(problem)
    assert solution.status is Status.OPTIMAL
    assert solution.certificate.plan_value == pytest.approx(1000 * exp(-0.1 * hours), rel=1e-4)

"""Independent oracles: the same chords through scipy's linear programming, and the exponential itself through
scipy's constrained minimisation; and HiGHS against CBC.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog, minimize

from planner.model.build import build
from planner.model.problem import Objective, PlanningProblem
from planner.solve.lp import SolverName, Status, solve_lp
from planner.solve.optimise import optimise
from planner.solve.refine import FIRST_POINTS, first_breakpoints
from tests.solve.random_problems import random_problem

OBJECTIVES: list[Objective] = ["coverage", "shortfall"]
Matrices = tuple[np.ndarray, np.ndarray, np.ndarray]


def fundable_ways(problem: PlanningProblem) -> list[dict[str, object]]:
    """Every activity with every way to pay for it: one programme per (asset, area) where it costs.

    The activities' rows are read from the effort table itself; a joint activity keeps its rows that have
    access and a payer, and takes its whole hours and cost whatever is left of it.
    """
    pays = set(problem.eligibility.itertuples(index=False, name=None))
    ways = []
    for _, rows in problem.effort.groupby("activity"):
        whole_hours, whole_cost = rows["mission_hours"].sum(), rows["cost"].sum()
        asset = int(rows["asset"].iloc[0])
        payers = {area: [p for p in range(3) if (asset, area, p) in pays] for area in set(rows["area"])}
        left = rows[[bool(r.access) and (r.cost <= 0 or bool(payers[r.area])) for r in rows.itertuples()]]
        if left.empty:
            continue
        share = left["cost"] / left["cost"].sum() if whole_cost > 0 else left["cost"]
        ways.append(
            {
                "asset": asset,
                "base": int(rows["base"].iloc[0]),
                "hours": whole_hours,
                "gain": list(zip(left["cell"], left["factor"], strict=True)),
                "bills": [
                    (payers[area], whole_cost * part.sum())
                    for area, part in share.groupby(left["area"])
                    if whole_cost > 0
                ],
            }
        )
    return ways


def limits_matrix(problem: PlanningProblem) -> tuple[Matrices, np.ndarray]:
    """x by activity and y by (activity, bill, payer): A_ub z <= b_ub, A_eq z = 0; and C = G z."""
    ways = fundable_ways(problem)
    bills = [(w, b) for w, way in enumerate(ways) for b in range(len(way["bills"]))]  # type: ignore[arg-type]
    payers = [(k, p) for k, (w, b) in enumerate(bills) for p in ways[w]["bills"][b][0]]  # type: ignore[index]
    n_x, n = len(ways), len(ways) + len(payers)
    hours = np.zeros((len(problem.assets), n))
    base_hours = np.zeros((len(problem.bases), n))
    budget = np.zeros((len(problem.programmes), n))
    paid = np.zeros((len(bills), n))
    gain = np.zeros((len(problem.cells), n))
    for w, way in enumerate(ways):
        hours[way["asset"], w] = way["hours"]
        if way["base"] >= 0:  # type: ignore[operator]
            base_hours[way["base"], w] = way["hours"]
        for cell, factor in way["gain"]:  # type: ignore[attr-defined]
            gain[cell, w] += factor
    for k, (w, b) in enumerate(bills):
        paid[k, w] = ways[w]["bills"][b][1]  # type: ignore[index]
    for column, (k, p) in enumerate(payers, start=n_x):
        paid[k, column] = -1.0
        budget[p, column] = 1.0
    bound = np.concatenate(
        [problem.assets["capacity_hours"], problem.bases["capacity_hours"], problem.programmes["budget"]]
    )
    finite = np.isfinite(bound)
    a_ub = np.vstack([hours, base_hours, budget])[finite]
    return (a_ub, bound[finite], paid), gain


def chord_optimum(problem: PlanningProblem) -> float:
    """The optimum on the first breakpoints, with u >= chord rows as equation (12) is written."""
    (a_ub, b_ub, a_eq), gain = limits_matrix(problem)
    n_cells, n_z = gain.shape
    # columns: z, u; then one shortfall per area; C needs no column
    n_areas = len(problem.areas)
    low, high = FIRST_POINTS[:-1], FIRST_POINTS[1:]
    slope = (np.exp(-high) - np.exp(-low)) / (high - low)
    rows, bounds = [], []
    for cell in range(n_cells):
        # u >= e^-low + slope (C - low); u >= e^-last
        for n in range(len(slope)):
            rows.append(np.r_[slope[n] * gain[cell], -np.eye(n_cells)[cell], np.zeros(n_areas)])
            bounds.append(slope[n] * low[n] - np.exp(-low[n]))
        rows.append(np.r_[np.zeros(n_z), -np.eye(n_cells)[cell], np.zeros(n_areas)])
        bounds.append(-np.exp(-high[-1]))
    for area in range(n_areas):
        # shortfall >= target - sum km2 (1 - u)
        km2 = problem.cell_km2 * (problem.cell_area == area)
        rows.append(np.r_[np.zeros(n_z), km2, -np.eye(n_areas)[area]])
        bounds.append(km2.sum() - problem.target_km2[area])
    pad = np.zeros((len(a_ub), n_cells + n_areas))
    cost = np.zeros(n_z + n_cells + n_areas)
    if problem.objective == "coverage":
        cost[n_z : n_z + n_cells] = problem.weight
    else:
        cost[n_z + n_cells :] = problem.area_weight
    result = linprog(
        cost,
        A_ub=np.vstack([np.hstack([a_ub, pad]), np.array(rows)]),
        b_ub=np.r_[b_ub, bounds],
        A_eq=np.hstack([a_eq, np.zeros((len(a_eq), n_cells + n_areas))]) if len(a_eq) else None,
        b_eq=np.zeros(len(a_eq)) if len(a_eq) else None,
        method="highs",
    )
    assert result.status == 0
    return float(result.fun)


@pytest.mark.parametrize("solver", ["highs", "cbc"])
@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("seed", range(4))
def test_first_round_against_the_same_chords_written_otherwise(
    solver: SolverName, objective: Objective, seed: int
) -> None:
    problem = random_problem(seed, objective=objective)
    idle = problem.weight.sum() if objective == "coverage" else problem.target_km2 @ problem.area_weight
    program = build(problem, first_breakpoints(problem), 1e-9 * idle)
    found = solve_lp(program.lp, program.variables.all(), program.all_rows(), solver).objective
    found *= program.scale.objective
    expected = chord_optimum(problem)
    # the price of money adds up to 1e-11 of doing nothing; both solvers keep rows to 1e-7 of their units
    assert found == pytest.approx(expected, abs=1e-7 * idle)


@pytest.mark.parametrize("seed", range(6))
def test_plan_against_a_convex_oracle(seed: int) -> None:
    """scipy's SLSQP on the exponential itself, from the plan's own scale of numbers but no plan."""
    problem = random_problem(seed, n_cells=3, n_assets=2)
    (a_ub, b_ub, a_eq), gain = limits_matrix(problem)
    # each variable in units of the most that any one limit allows of it
    allowed = np.divide(b_ub[:, None], a_ub, out=np.full(a_ub.shape, 1e9), where=a_ub > 0)
    most = allowed.min(axis=0)
    weight = problem.weight / problem.weight.sum()
    gain, a_ub, a_eq = gain * most, a_ub * most / b_ub[:, None], a_eq * most
    a_eq = a_eq / np.abs(a_eq).max(axis=1, keepdims=True)
    result = minimize(
        lambda z: weight @ np.exp(-gain @ z),
        np.full(gain.shape[1], 0.01),
        jac=lambda z: -(weight * np.exp(-gain @ z)) @ gain,
        bounds=[(0.0, None)] * gain.shape[1],
        constraints=[
            {"type": "ineq", "fun": lambda z: 1.0 - a_ub @ z, "jac": lambda _: -a_ub},
            {"type": "eq", "fun": lambda z: a_eq @ z, "jac": lambda _: a_eq},
        ],
        method="SLSQP",
        options={"ftol": 1e-12, "maxiter": 1000},
    )
    assert result.success, result.message
    solution = optimise(problem, 1e-7)
    assert solution.status is Status.OPTIMAL
    # SLSQP stops when a step gains less than 1e-12 and keeps its constraints to about 1e-9 of each;
    # the plan is within 1e-7 of the optimum
    assert solution.certificate.plan_value == pytest.approx(result.fun * problem.weight.sum(), rel=2e-7)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("seed", [1, 2, 4])
def test_highs_and_cbc_meet(objective: Objective, seed: int) -> None:
    problem = random_problem(seed, objective=objective)
    highs, cbc = (optimise(problem, 1e-6, solver=solver) for solver in ("highs", "cbc"))
    assert highs.status is cbc.status is Status.OPTIMAL
    # either plan is within 1e-6 above the optimum, either bound below both plans
    assert cbc.certificate.plan_value == pytest.approx(highs.certificate.plan_value, rel=1.1e-6)
    assert cbc.certificate.bound <= highs.certificate.plan_value * (1 + 1e-9)
    assert highs.certificate.bound <= cbc.certificate.plan_value * (1 + 1e-9)

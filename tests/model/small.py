"""The problem whose rows the tests of this folder write out by hand.

Asset 0 is a boat (3000 h) at bases 0 and 1, asset 1 a plane (400 h) at base 1, asset 2 a radar (8760 h) that
watches cells 0 and 1 at once. Base 0 has no limit, base 1 serves 500 h. Cells 0 and 1 are area 0, cell 2 is
area 1. Programme 0 (2,000,000) pays boat and radar everywhere, programme 1 (500,000) the plane everywhere and
the boat in area 1.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pulp

from planner.model.breakpoints import Breakpoints
from planner.model.build import LinearProgram, build
from planner.model.problem import Objective, PlanningProblem
from tests.problems import make_problem, simple_effort

GAP = 1e-4
IDLE = {"coverage": 7000.0, "shortfall": 4500.0}
"""The objective of doing nothing: 1000 + 4000 + 2000; 1 x 1500 + 3 x 1000."""
BREAKPOINTS = Breakpoints.from_points(np.array([0, 0, 0, 1, 1, 2, 2]), np.array([0.0, 1, 2, 0, 1, 0, 2]))
"""Cell 0: 0, 1, 2; cell 1: 0, 1; cell 2: 0, 2."""
ELIGIBILITY = [(0, 0, 0), (0, 1, 0), (2, 0, 0), (2, 1, 0), (0, 1, 1), (1, 0, 1), (1, 1, 1)]


def small_problem(objective: Objective = "coverage") -> PlanningProblem:
    problem = make_problem(
        simple_effort(
            asset=[0, 0, 1, 1, 0, 2, 2],
            base=[0, 0, 1, 1, 1, -1, -1],
            cell=[0, 2, 1, 2, 0, 0, 1],
            area=[0, 1, 0, 1, 0, 0, 0],
            factor=[0.02, 0.01, 0.05, 0.03, 0.02, 1e-4, 3e-4],
            hours=[50.0, 80.0, 8.0, 6.0, 60.0, 0.25, 0.75],
            cost=[40_000.0, 64_000.0, 50_000.0, 45_000.0, 48_000.0, 5.0, 15.0],
            activity=[0, 1, 2, 3, 4, 5, 5],
        ),
        cell_km2=[1000.0, 2000.0, 4000.0],
        cell_area=[0, 0, 1],
        risk=[1.0, 2.0, 0.5],
        targets=[0.5, 0.25],
        hours=[3000.0, 400.0, 8760.0],
        base_hours=[np.inf, 500.0],
        budgets=[2e6, 5e5],
        eligibility=ELIGIBILITY,
        objective=objective,
    )
    return replace(problem, areas=problem.areas.assign(risk_weight=[1.0, 3.0]))


def small_program(objective: Objective = "coverage") -> LinearProgram:
    return build(small_problem(objective), BREAKPOINTS, GAP * IDLE[objective])


def written(row: pulp.LpConstraint) -> tuple[dict[str, float], str, float]:
    """Terms by name of the variable, sense and bound."""
    sense = {pulp.LpConstraintLE: "<=", pulp.LpConstraintGE: ">=", pulp.LpConstraintEQ: "="}[row.sense]
    return {variable.name: value for variable, value in row.items()}, sense, -row.constant

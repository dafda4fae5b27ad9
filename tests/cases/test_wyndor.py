"""Published case 5: Wyndor Glass (Hillier and Lieberman): max 3x + 5y; x <= 4; 2y <= 12; 3x + 2y <= 18."""

from __future__ import annotations

import pulp
import pytest

from planner.solve2.solver import SolverName, solve_lp


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_optimum_and_prices(solver: SolverName) -> None:
    lp = pulp.LpProblem("wyndor", pulp.LpMinimize)
    x, y = lp.add_variable("x", 0), lp.add_variable("y", 0)
    lp.setObjective(-3 * x - 5 * y)
    rows = [x <= 4, 2 * y <= 12, 3 * x + 2 * y <= 18]
    for number, row in enumerate(rows):
        lp.addConstraint(row, f"plant_{number}")
    solution = solve_lp(lp, [x, y], rows, solver)
    assert solution.objective == pytest.approx(-36.0)
    assert solution.values == pytest.approx([2.0, 6.0])
    assert -solution.duals == pytest.approx([0.0, 1.5, 1.0])

"""Published case 5: Wyndor Glass (Hillier and Lieberman): max 3x + 5y; x <= 4; 2y <= 12; 3x + 2y <= 18."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from planner.core.linear import LinearProgram
from planner.solve.solver import SolverName, solve_lp


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_optimum_and_prices(solver: SolverName) -> None:
    lp = LinearProgram(
        np.array([-3.0, -5.0]),
        0.0,
        np.full(2, np.inf),
        sparse.csr_array([[1.0, 0.0], [0.0, 2.0], [3.0, 2.0]]),
        np.full(3, -np.inf),
        np.array([4.0, 12.0, 18.0]),
    )
    solution = solve_lp(lp, solver)
    assert solution.objective == pytest.approx(-36.0)
    assert solution.values == pytest.approx([2.0, 6.0])
    assert -solution.duals == pytest.approx([0.0, 1.5, 1.0])

"""Mixed-integer programs from a start, against scipy's without one."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from planner.core.linear import LinearProgram
from planner.solve.mixed_integer import solve_mixed

FREE = np.inf


def test_a_start_is_not_called_optimal_for_what_presolve_took_out_of_it() -> None:
    """The worst of two futures, cut from a capacity plan of six orders: HiGHS 1.16.0 calls the start optimal,
    whose value it says is less than half of what it is."""
    b, c = 0.5147070108494713, 0.4643201761807944
    rows = [
        ({0: -1.0, 9: 1.0}, -FREE, 0.0),
        ({6: -0.06, 11: 1.0}, 0.0, 0.0),
        ({10: -0.02, 12: 1.0}, 0.0, 0.0),
        ({3: -0.01, 4: -0.01, 5: -0.01, 13: 1.0}, 0.0, 0.0),
        ({11: 1.0, 12: 1.0, 13: 1.0}, -FREE, 1.14),
        ({3: -10.0, 4: -10.0, 5: -10.0, 7: 10.0}, -FREE, 0.0),
        ({3: -10.0, 4: -10.0, 5: -10.0, 8: 10.0}, -FREE, 0.0),
        ({14: -1.0, 16: 1.0}, 0.0, FREE),
        ({15: -1.0, 16: 1.0}, 0.0, FREE),
        ({1: b, 2: b, 6: 0.0343199221097477, 8: 1.0, 10: b, 11: -0.5531937688984352, 12: -0.5531937688984352,
          13: -0.5531937688984352, 15: 0.0004225014750799305}, 3.927105247635872, FREE),
        ({1: c, 2: c, 7: 1.0, 9: c, 14: 0.0008244954100445}, 4.187041022435171, FREE),
        ({8: 0.4214405714374962, 11: -1.0, 12: -1.0, 13: -1.0, 15: 0.0002994260694061618},
         2.454838324921181, FREE),
    ]  # fmt: skip
    matrix = np.zeros((len(rows), 17))
    for number, (terms, _, _) in enumerate(rows):
        matrix[number, list(terms)] = list(terms.values())
    cost = np.r_[np.zeros(16), 0.23549004536480234]
    upper, integer = np.r_[np.ones(6), np.full(11, FREE)], np.arange(17) < 6
    least, most = (np.array(one) for one in zip(*[(low, high) for _, low, high in rows], strict=True))
    start = np.zeros(17)
    start[[0, 4, 7, 8, 9, 10, 12, 13]] = (
        1,
        1,
        0.9025,
        0.9025,
        1,
        0.07970736311139176,
        0.0015941472622278,
        0.01,
    )
    start[14:] = 3471.479606507085, 7147.791835058725, 7147.791835058725
    lp = LinearProgram(cost, 0.0, upper, sparse.csr_array(matrix), least, most)
    true = milp(
        cost, integrality=integer, bounds=Bounds(0, upper), constraints=LinearConstraint(matrix, least, most)
    )
    found = solve_mixed(lp, integer, 1e-9, 60.0, start)
    assert np.isclose(found.objective, true.fun, rtol=1e-6)
    assert np.isclose(found.bound, true.fun, rtol=1e-6)

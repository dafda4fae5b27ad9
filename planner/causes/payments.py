"""Who pays for given missions: a small linear program of the payments alone."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from planner.core.linear import LinearProgram
from planner.core.problem import Array, Problem
from planner.errors import NoPlanError
from planner.solve.solver import solve_lp


def repaid(problem: Problem, x: Array) -> Array | None:
    """The activities of a plan with other payments, so that every budget of the problem is kept.

    Args:
        problem: the problem.
        x: units of each activity; what fills exact resources (payments) is chosen again, shape (activities,).

    Returns:
        The activities; none where they cannot be paid for, or use more of another resource than there is.
    """
    exact, amount = problem.exact_of
    pays = np.flatnonzero((exact >= 0) & (amount < 0.0))
    others = x.copy()
    others[pays] = 0.0
    taken = np.asarray(problem.usage @ others)
    left = np.where(np.isfinite(problem.capacity), problem.capacity - taken, np.inf)
    usage = problem.usage[:, pays].tocsr()
    used = np.diff(usage.indptr) > 0
    limited = np.flatnonzero(used & ~problem.exact & np.isfinite(left))
    filled = np.flatnonzero(used & problem.exact)
    if (taken[problem.exact & ~used] > 0.0).any():
        return None
    unit = max(1.0, float(taken.max(initial=1.0)))
    given = -taken[filled] / unit
    program = LinearProgram(
        np.ones(len(pays)),
        0.0,
        np.full(len(pays), np.inf),
        sparse.vstack([usage[limited], usage[filled]], format="csr"),
        np.concatenate([np.full(len(limited), -np.inf), given]),
        np.concatenate([left[limited] / unit, given]),
    )
    try:
        found = solve_lp(program)
    except NoPlanError:
        return None
    others[pays] = found.values * unit
    return others

"""Who pays for given missions: a small linear program of the payments alone."""

from __future__ import annotations

import numpy as np
import scipy

from planner.core.problem import Array, Problem


def paid_anew(problem: Problem, x: Array) -> Array | None:
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
    found = scipy.optimize.linprog(
        np.ones(len(pays)),
        A_ub=usage[limited],
        b_ub=left[limited] / unit,
        A_eq=usage[filled],
        b_eq=-taken[filled] / unit,
        method="highs",
    )
    if found.status != 0 or found.x is None:
        return None
    others[pays] = found.x * unit
    return others

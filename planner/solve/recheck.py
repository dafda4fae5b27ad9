"""A plan held against its own problem: use of resources and value, worked out again.

Quicker than the audit of results, which measures all from the case: for the many plans of a study.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from planner.core.certificate import coverage_factors, true_value
from planner.core.problem import RESOURCE_IDS, Problem

if TYPE_CHECKING:
    from planner.solve.solution import Solution

TRACE = 1e-6
"""What rounding may make of a capacity, as a part of it or of the largest of its kind."""
VALUE = 1e-6
"""What rounding may make of a value, as a part of it or of ``LEAST`` of what is at stake."""
LEAST = 1e-3


def findings(problem: Problem, solution: Solution) -> Iterator[str]:
    """Everything that is wrong with a plan."""
    x = solution.x
    if not (x >= 0.0).all():
        yield "activities are negative or not numbers"
    used, capacity = np.asarray(problem.usage @ x), problem.capacity
    size = np.abs(np.where(np.isfinite(capacity), capacity, 0.0)) + abs(problem.usage) @ np.abs(x)
    most = np.where(np.isfinite(problem.most_used), problem.most_used, 0.0)
    trace = TRACE * np.maximum(size, most)
    over = (used > capacity + trace) | (problem.exact & (used < capacity - trace))
    for at in np.flatnonzero(over).tolist():
        name = " ".join(str(one) for one in problem.resources.iloc[at][list(RESOURCE_IDS)] if one)
        yield f"{name}: {used[at]:g} is used of {capacity[at]:g}"
    proof = solution.certificate
    if solution.fairness is None:  # the certificate of a fair plan is of its coverage
        again = true_value(problem, x, coverage_factors(problem, x))
        if not abs(again - proof.value) <= VALUE * max(abs(again), abs(proof.value), LEAST * proof.stake):
            yield f"value: {proof.value:g} is reported, {again:g} is right"
    if proof.contradicts:
        yield f"the bound {proof.bound:g} is above the value {proof.value:g}"

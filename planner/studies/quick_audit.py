"""A plan held against its own problem: use of resources and value, worked out again.

Quicker than ``planner.results.audit``, which measures all from the case: for the many plans of a study.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from planner.core.certificate import coverage_factors, true_value
from planner.core.problem import RESOURCE_IDS
from planner.pipeline import Prepared
from planner.results.compare import Finding, differs
from planner.solve.solution import Solution

TRACE = 1e-6
"""What rounding may make of a capacity, as a part of it or of the largest of its kind."""


def findings(prepared: Prepared, solution: Solution) -> Iterator[Finding]:
    """Everything that is wrong with a plan."""
    problem, x = prepared.problem, solution.x
    if not (x >= 0.0).all():
        yield "activities are negative or not numbers"
    used, capacity = np.asarray(problem.usage @ x), problem.capacity
    size = np.where(np.isfinite(capacity), np.maximum(np.abs(capacity), problem.most_used), np.inf)
    trace = TRACE * np.where(np.isfinite(size), size, 0.0)
    over = (used > capacity + trace) | (problem.exact & (used < capacity - trace))
    for at in np.flatnonzero(over).tolist():
        name = " ".join(str(one) for one in problem.resources.iloc[at][list(RESOURCE_IDS)] if one)
        yield f"{name}: {used[at]:g} is used of {capacity[at]:g}"
    proof = solution.certificate
    if solution.fairness is None:  # the certificate of a fair plan is of its coverage
        again = true_value(problem, x, coverage_factors(problem, x))
        yield from differs("value", [proof.value], [again], size=1e-3 * proof.stake)
    if proof.contradicts:
        yield f"the bound {proof.bound:g} is above the value {proof.value:g}"

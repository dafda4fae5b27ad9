"""The few calls by which studies plan: space, prepared, solution, check, results, bound.

This is the only module of the studies that knows how a plan comes about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from planner.core.certificate import Certificate, coverage_factors, true_value
from planner.core.prices import KnownPrices
from planner.core.problem import RESOURCE_IDS
from planner.core.search_theory import pod
from planner.errors import AuditError
from planner.features.fleet import access_table, fleet_table
from planner.features.space import Space, make_space
from planner.frames import numbers, sum_by
from planner.pipeline import Prepared, Progress, bound, plan, prepare, report, solve
from planner.results.audit import audit
from planner.results.compare import Finding, differs
from planner.results.results import Results
from planner.solve.solution import Solution
from planner.solve.solver import MESSAGES, Status
from planner.solve.warm_start import WarmStart

__all__ = [
    "MESSAGES",
    "Certificate",
    "KnownPrices",
    "Prepared",
    "Progress",
    "Results",
    "Solution",
    "Space",
    "Status",
    "WarmStart",
    "access_table",
    "audit",
    "bound",
    "check",
    "figures",
    "fleet_table",
    "make_space",
    "plan",
    "pod",
    "prepare",
    "reachable_km2",
    "reached_areas",
    "report",
    "solve",
]

Array = npt.NDArray[np.float64]

FIGURES = {"plan_value": "value", "gap_tolerance": "tolerance"}
"""Columns of a certificate's figures that are not called as its attributes are."""
TRACE = 1e-6
"""What rounding may make of a capacity, as a part of it or of the largest of its kind."""


def figures(proof: Certificate, names: Sequence[str]) -> dict[str, float]:
    """Figures of a certificate by the names of their columns."""
    return {name: getattr(proof, FIGURES.get(name, name)) for name in names}


def reachable_km2(prepared: Prepared) -> Array:
    """Water of each area that could be watched if hours had no end, shape (areas,) [km²].

    All of a cell where a patrol or a satellite reaches it. Of a cell that only fixed sensors see, the water
    in their footprints, 1 - product of (1 - share), and never less than they watch with their own hours.
    """
    case, cells, effort = prepared.case, prepared.space.cells, prepared.space.effort
    effort = effort[numbers(effort["factor"]) > 0.0]
    cell, asset = effort["cell"].to_numpy(), effort["asset"].to_numpy()
    fleet = fleet_table(case)
    fixed = (fleet["kind"] == "fixed").to_numpy()[asset]
    outside, factor = np.ones(len(cells)), np.zeros(len(cells))
    for at, (share, _) in prepared.space.distances.result.footprints.items():
        seen = np.zeros(len(cells), dtype=bool)
        seen[cell[asset == len(case.assets) + at]] = True
        outside *= np.where(seen, 1.0 - share, 1.0)
    capacity = numbers(fleet["capacity_hours"])
    np.add.at(factor, cell[fixed], (numbers(effort["factor"]) * capacity[asset])[fixed])
    reached = np.maximum(1.0 - outside, pod(factor))
    reached[cell[~fixed]] = 1.0
    return sum_by(cells["area"], numbers(cells["area_km2"]) * reached, len(case.areas))


def reached_areas(prepared: Prepared) -> dict[str, list[str]]:
    """The areas that the assets of each operator reach, with or without access, in the order of the case."""
    effort, fleet = prepared.space.effort, fleet_table(prepared.case)
    operator = fleet["operator"].to_numpy()[effort["asset"].to_numpy()]
    area = effort["area"].to_numpy()
    ids = prepared.case.areas["area_id"].to_numpy()
    return {
        name: [str(one) for one in ids[np.unique(area[operator == name])]]
        for name in dict.fromkeys(fleet["operator"])
    }


def check(prepared: Prepared, solution: Solution) -> None:
    """Work use of resources, coverage and value out again, and compare with every limit.

    Raises:
        AuditError: with every finding.
    """
    findings = list(_findings(prepared, solution))
    if findings:
        raise AuditError("the plan does not pass its audit:\n" + "\n".join(findings))


def _findings(prepared: Prepared, solution: Solution) -> Iterator[Finding]:
    problem, x = prepared.problem, solution.x
    if not (x >= 0.0).all():
        yield "activities are negative or not numbers"
    used, capacity = np.asarray(problem.usage @ x), problem.capacity
    size = np.where(np.isfinite(capacity), np.maximum(np.abs(capacity), problem.most_used), np.inf)
    trace = TRACE * np.where(np.isfinite(size), size, 0.0)
    over = (used > capacity + trace) | (problem.exact & (used < capacity - trace))
    for at in np.flatnonzero(over).tolist():
        row = problem.resources.iloc[at]
        name = " ".join(str(row[one]) for one in RESOURCE_IDS if row[one])
        yield f"{name}: {used[at]:g} is used of {capacity[at]:g}"
    factor = coverage_factors(problem, x)
    proof = solution.certificate
    if solution.fairness is None:  # the certificate of a fair plan is of its coverage
        again = true_value(problem, x, factor)
        yield from differs("value", [proof.value], [again], size=1e-3 * proof.stake)
    if proof.contradicts:
        yield f"the bound {proof.bound:g} is above the value {proof.value:g}"

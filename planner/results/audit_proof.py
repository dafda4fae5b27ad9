"""Audit of what is proven: the plan's value, its bound, and how fair a fair plan is."""

from __future__ import annotations

import math
from collections.abc import Iterator

from planner.core import search_theory
from planner.core.certificate import LEAST_SCALE
from planner.frames import numbers
from planner.results.audit_physics import Evidence
from planner.results.compare import TOLERANCE, Finding, differs
from planner.results.results import Results

ROUNDING = 1e-12
"""What rounding may make of a value, as a part of what is at stake."""


def certificate(seen: Evidence) -> Iterator[Finding]:
    """The plan's value and what is at stake, and a bound that proves what the status says."""
    results, proof = seen.results, seen.results.certificate
    for name in ("value", "bound", "stake", "tolerance"):
        if not math.isfinite(getattr(proof, name)):
            yield f"run.json {name}: {getattr(proof, name)!s} is not a finite number"
    value, stake = _values(results)
    yield from differs("run.json value", [proof.value], [value], size=1e-3 * stake)
    yield from differs("run.json stake", [proof.stake], [stake])
    if not 0.0 <= proof.bound <= value * (1.0 + TOLERANCE) + 1e-9 * stake:
        yield f"run.json bound: the bound {proof.bound!s} is above the plan's value {value!s}, or below 0"
    tolerance = seen.case.settings.solver.gap_tolerance
    yield from differs("run.json tolerance", [proof.tolerance], [tolerance])
    gap, allowed = value - proof.bound, tolerance * max(value, LEAST_SCALE * stake) + ROUNDING * stake
    if results.status.value == "optimal" and not gap <= allowed:
        yield f"run.json status: optimal, but the gap is {gap!s}, more than {allowed!s}"


def _values(results: Results) -> tuple[float, float]:
    """What the plan misses and pays, and what doing nothing would miss [risk-weighted km²]."""
    cells, areas = results.cells, results.areas
    if results.objective == "shortfall":
        weight = numbers(areas["risk_weight"])
        value = weight @ numbers(areas["shortfall_km2"])
        stake = weight @ (numbers(areas["target_coverage"]) * numbers(areas["area_km2"]))
    else:
        weight = numbers(cells["area_km2"]) * numbers(cells["risk_weight"])
        value, stake = weight @ search_theory.missed(numbers(cells["coverage_factor"])), weight.sum()
    return float(value + results.limits["paid"].sum()), float(stake)


def fairness(seen: Evidence) -> Iterator[Finding]:
    """The smallest coverage / target over the areas of a fair plan, and its proof."""
    case, results = seen.case, seen.results
    shares = results.fairness
    if (shares is None) != (results.objective != "fair"):
        yield f"run.json fairness: missing, or there without the objective fair ({results.objective})"
    if shares is None:
        return
    with_target = case.areas.loc[case.areas["target_coverage"] > 0.0, "area_id"].tolist()
    if sorted([*shares.areas, *shares.left_out]) != sorted(with_target):
        yield "run.json fairness: areas with a target are missing, or there are others"
        return
    rows = results.areas.set_index("area_id").loc[list(shares.areas)]
    ratio = numbers(rows["covered_km2"] / (rows["target_coverage"] * rows["area_km2"]))
    yield from differs("run.json smallest_ratio", [shares.smallest_ratio], [ratio.min()])
    if not shares.bound >= shares.smallest_ratio:
        yield f"run.json fairness: the bound {shares.bound!s} is below the ratio {shares.smallest_ratio!s}"
    allowed = case.settings.solver.gap_tolerance * (1.0 + TOLERANCE) * shares.bound + 1e-8
    if results.status.value == "optimal" and not shares.bound - shares.smallest_ratio <= allowed:
        yield f"run.json fairness: optimal, but the gap is {shares.gap!s}"

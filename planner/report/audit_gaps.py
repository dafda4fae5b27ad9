"""Audit of what is covered and what is missing: cells, areas, programmes, gaps, and the certificate."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from planner.case import Case
from planner.effort import search_theory
from planner.frames import numbers
from planner.report.audit_compare import TOLERANCE, Finding, differs, unlike
from planner.report.audit_limits import penalties
from planner.report.audit_tables import TOTAL
from planner.report.contract import CAUSES
from planner.report.results import Results

KM2 = ["target_km2", "covered_km2", "shortfall_km2"]
CAUSE_KM2 = [f"{cause}_km2" for cause in CAUSES]
NO_GAP = "none"
NEGLIGIBLE = 1e-4
"""The gap is relative to the plan's value, but to no less than this part of the value of doing nothing."""
ROUNDING = 1e-12
"""What rounding may make of a value, as a part of that of doing nothing."""


def coverage(case: Case, results: Results) -> Iterator[Finding]:
    """Coverage of cells and areas, and what areas miss to their targets."""
    cells, ids = results.cells, case.areas["area_id"]
    gained = results.missions.groupby("cell_id")["coverage_factor"].sum()
    factor = numbers(cells["cell_id"].map(gained).fillna(0.0))
    pod, of_cell = search_theory.pod(factor), cells["cell_id"]
    yield from differs("cells.csv coverage_factor", cells["coverage_factor"], factor, of_cell)
    yield from differs("cells.csv pod", cells["pod"], pod, of_cell)
    areas = results.areas.set_index("area_id").loc[ids.tolist()]
    km2 = numbers(ids.map(cells.groupby("area_id")["area_km2"].sum()))
    covered = numbers(ids.map((cells["area_km2"] * pod).groupby(cells["area_id"]).sum()))
    target = numbers(case.areas["target_coverage"]) * km2
    shortfall = np.maximum(0.0, target - covered)
    yield from differs("areas.csv area_km2", areas["area_km2"], km2, ids)
    yield from differs("areas.csv covered_km2", areas["covered_km2"], covered, ids)
    yield from differs("areas.csv coverage", areas["coverage"], covered / km2, ids)
    yield from differs("areas.csv shortfall_km2", areas["shortfall_km2"], shortfall, ids, size=target)
    yield from unlike("areas.csv met", areas["met"], areas["shortfall_km2"] <= 0.0, ids)


def gaps(case: Case, results: Results) -> Iterator[Finding]:
    """Gaps of every programme and area, of mandates and of all areas, against areas.csv."""
    areas = _areas(case, results)
    table = results.gaps
    of_total = table["programme_id"] == TOTAL
    rows, total = table[~of_total], table[of_total]
    names = rows["programme_id"] + ", " + rows["area_id"]
    size = rows["area_id"].map(areas["target_km2"])
    mandates = [areas.loc[list(mandate), KM2].sum() for mandate in case.programmes["areas"]]
    ids = case.programmes["programme_id"].tolist()
    programmes = results.programmes.set_index("programme_id").loc[ids]
    for column in KM2:
        again = rows["area_id"].map(areas[column])
        yield from differs(f"gaps.csv {column}", rows[column], again, names, size)
        yield from differs(
            f"programmes.csv {column}",
            programmes[column],
            [float(sums[column]) for sums in mandates],
            ids,
            [float(sums["target_km2"]) for sums in mandates],
        )
    for column in (*KM2, *CAUSE_KM2):
        sums = [float(areas[column].sum())]
        yield from differs(f"gaps.csv {column} of total", total[column], sums, size=areas["target_km2"].sum())


def parts(case: Case, results: Results) -> Iterator[Finding]:
    """Causes add up to the shortfall, and a cell has a cause where its area has a shortfall."""
    areas, cells = _areas(case, results), results.cells
    for name, table, ids, target in (
        (
            "gaps.csv",
            results.gaps,
            results.gaps["programme_id"] + ", " + results.gaps["area_id"],
            results.gaps["target_km2"],
        ),
        ("areas.csv", areas, areas.index, areas["target_km2"]),
    ):
        again = table[CAUSE_KM2].sum(axis=1)
        yield from differs(
            f"{name} causes", table["shortfall_km2"], again, ids, size=ROUNDING / TOLERANCE * target
        )
    cause = cells["gap_cause"]
    for word in sorted(set(cause) - {*CAUSES, NO_GAP}):
        yield f"cells.csv gap_cause: {word} is not a cause"
    shortfall = cells["area_id"].map(areas["shortfall_km2"])
    partly = cells["pod"] < 1.0  # where all is seen, rounding decides whether a trace is missing
    wrong = partly & ((cause != NO_GAP) != (shortfall > 0.0))
    for row in cells.assign(shortfall=shortfall)[wrong].head(1).itertuples():
        yield (
            f"cells.csv gap_cause: {row.cell_id} has {row.gap_cause}, the shortfall of {row.area_id} is "
            f"{row.shortfall!s} ({wrong.sum()} of {len(cells)} differ)"
        )


def certificate(case: Case, results: Results) -> Iterator[Finding]:
    """The plan's value and that of doing nothing, and a bound that proves what the status says."""
    proof, cells, areas = results.certificate, results.cells, _areas(case, results)
    for name in ("plan_value", "bound", "idle_value", "gap_tolerance"):
        if not math.isfinite(getattr(proof, name)):
            yield f"run.json {name}: {getattr(proof, name)!s} is not a finite number"
    paid, paid_idle = penalties(results)
    if results.objective in ("coverage", "fair"):
        weight = numbers(cells["area_km2"]) * numbers(cells["risk_weight"])
        left, of_idle = search_theory.missed(numbers(cells["coverage_factor"])), np.ones(len(cells))
    else:
        weight = numbers(case.areas["risk_weight"])
        left, of_idle = numbers(areas["shortfall_km2"]), numbers(areas["target_km2"])
    value, idle = float(weight @ left) + paid, float(weight @ of_idle) + paid_idle
    yield from differs("run.json plan_value", [proof.plan_value], [value], size=1e-3 * idle)
    yield from differs("run.json idle_value", [proof.idle_value], [idle])
    if not 0.0 <= proof.bound <= value * (1.0 + TOLERANCE) + 1e-9 * idle:
        yield f"run.json bound: the bound {proof.bound!s} is above the plan's value {value!s}, or below 0"
    tolerance = case.settings.solver.gap_tolerance
    yield from differs("run.json gap_tolerance", [proof.gap_tolerance], [tolerance])
    gap, allowed = value - proof.bound, tolerance * max(value, NEGLIGIBLE * idle) + ROUNDING * idle
    if results.status.value == "optimal" and not gap <= allowed:
        yield f"run.json status: optimal, but the gap is {gap!s}, more than {allowed!s}"


def _areas(case: Case, results: Results) -> pd.DataFrame:
    """areas.csv in the case's order, with targets in km²."""
    areas = results.areas.set_index("area_id").loc[case.areas["area_id"].tolist()]
    return areas.assign(target_km2=numbers(case.areas["target_coverage"]) * numbers(areas["area_km2"]))

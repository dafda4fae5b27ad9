"""The audit: all that is reported, worked out again from the case and the missions, against every limit.

Nothing of the solver, the effort table or the problem's matrices is used: distances and footprints are
measured again (sea routes roughly, on a grid), missions are worked out again from the assets' figures, sums
are taken again; then the ledger must balance. What differs by more than ``TOLERANCE`` is an error, never a
report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from planner.case import Case
from planner.case.periods import shares
from planner.core import search_theory
from planner.errors import AuditError
from planner.features.fleet import fleet_table, reach_table
from planner.features.risk import risk_weights
from planner.frames import numbers
from planner.geometry.area import areas_km2
from planner.results import audit_causes, audit_seasons, coverage, work
from planner.results.audit_checks import CHECKS, resources
from planner.results.audit_physics import KEYS, Evidence, broken_rules, gather_evidence
from planner.results.audit_response import answered_again, counted_again, visits_again
from planner.results.audit_routes import routes
from planner.results.by_period import period_tables
from planner.results.compare import TOLERANCE, Expected, Finding, differs, rows_differ, values_differ
from planner.results.contract import TABLES, conform
from planner.results.csv_files import BLANKS
from planner.results.limits import limit_rows
from planner.results.response import KEYS as RESPONSE_KEYS
from planner.results.response import response_table
from planner.results.results import Results

__all__ = ["TOLERANCE", "audit"]

SIGNED = ("lon", "lat", "more_covered_km2", "less_shortfall_km2")
"""Columns whose numbers may be negative."""


def audit(case: Case, results: Results) -> None:
    """Work the plan out again from its missions and compare it with the tables and with every limit.

    Args:
        case: the case that was planned.
        results: what is about to be reported.

    Raises:
        AuditError: a figure differs or a limit is broken; lists all findings. Where rows are missing or do
            not belong, it lists these alone, as all else depends on them.
    """
    findings = list(_strangers(case, results))
    with np.errstate(all="ignore"):  # what is not a number is a finding
        if not findings:
            seen = gather_evidence(case, results)
            expected = tables_again(seen)
            for name, table in expected.items():
                findings += rows_differ(name, getattr(results, name), table)
            if not findings:
                findings += _not_numbers(results)
                for name, table in expected.items():
                    findings += values_differ(name, getattr(results, name), table)
                findings += [
                    finding for check in (*CHECKS, audit_causes.causes, routes) for finding in check(seen)
                ]
            findings += broken_rules(seen)
    if findings:
        raise AuditError("the plan does not pass its audit:\n" + "\n".join(findings))


def tables_again(seen: Evidence) -> dict[str, Expected]:
    """Every table as it should be, from the case, the outlines of the cells, missions and funding."""
    case, results = seen.case, seen.results
    placed = results.cells.assign(area=seen.area, lon=np.mod(numbers(results.cells["lon"]), 360.0))
    placed["area_km2"] = areas_km2(results.cell_geometry)
    placed["geometry"] = results.cell_geometry
    periods, share = case.periods["period_id"].tolist(), shares(case.periods)
    weights = risk_weights(case.areas, case.risk, placed, case.settings.cells.spacing_nm, periods)
    placed["risk_weight"] = share @ weights
    gained = seen.missions.groupby(["period_id", "cell_id"])["coverage_factor"].sum()
    by_period = [
        numbers(gained.reindex(pd.MultiIndex.from_product([[period], placed["cell_id"]])).fillna(0.0)) / part
        for period, part in zip(periods, share, strict=True)
    ]
    seen_again, visits = search_theory.pod(np.array(by_period)), visits_again(case, placed, weights)
    trips = conform("boardings", seen.boardings)
    answers = answered_again(case, placed, (seen_again, visits), (seen.missions, trips), seen.seasons)
    counts = counted_again(case, answers)
    found = coverage.coverage(case.areas, placed, np.array(by_period), share, counts)
    cells = coverage.cell_table(placed, case.areas, found, results.cells["cause"].to_numpy(dtype=object))
    areas = coverage.area_table(case.areas, found, "").drop(columns="largest_cause")
    gaps = coverage.gap_table(case.programmes, areas)
    prices = results.prices[["limit_kind", "id", "shadow_price"]]
    programmes = coverage.programme_table(case.programmes, gaps, results.funding, prices)
    done = conform("missions", seen.work)
    allocation = work.allocation_table(done, cells)
    of_periods = period_tables(case, placed, found, weights, (done, results.funding))
    response = response_table(case, placed, answers, (seen.missions, trips, results.funding), seen.seasons)
    limited = resources(seen).replace(np.inf, np.nan).dropna()
    limits = limit_rows(case, results.areas, results.area_periods, results.funding)
    size = {"shortfall_km2": "target_km2"}
    return {
        "areas": Expected(["area_id"], areas.assign(target_km2=found.target_km2), size),
        "gaps": Expected(["programme_id", "area_id"], gaps, size),
        "programmes": Expected(["programme_id"], programmes, size),
        "fleet": Expected(["asset_id"], fleet_table(case)),
        "missions": Expected(KEYS, seen.missions),
        "boardings": Expected(KEYS, trips),
        "response": Expected(RESPONSE_KEYS, response.drop(columns="shadow_price")),
        "allocation": Expected(["asset_id", "base_id", "area_id"], allocation),
        "prices": Expected(["limit_kind", "id"], limited),
        "cells": Expected(["cell_id"], cells),
        "limits": Expected(["limit_id", "area_id"], limits, {"shortfall": "whole"}),
        "reach": Expected(["asset_id", "base_id"], conform("reach", reach_table(case))),
        "periods": Expected(["period_id"], conform("periods", case.periods)),
        "area_periods": Expected(["period_id", "area_id"], of_periods["area_periods"]),
        "calendar": Expected(["asset_id", "period_id", "area_id"], of_periods["calendar"]),
        "programme_periods": Expected(["programme_id", "period_id"], of_periods["programme_periods"]),
        "period_prices": Expected(
            ["limit_kind", "id", "period_id"], audit_seasons.limited(case, seen.seasons, seen.work)
        ),
        "cell_periods": Expected(["cell_id", "period_id"], of_periods["cell_periods"]),
    }


def _strangers(case: Case, results: Results) -> Iterator[Finding]:
    """Missions, funding and cells speak only of what is in the case."""
    known: dict[str, Iterable[str]] = {
        "asset_id": fleet_table(case)["asset_id"],
        "base_id": [*case.bases["base_id"], ""],
        "cell_id": results.cells["cell_id"],
        "programme_id": case.programmes["programme_id"],
        "area_id": case.areas["area_id"],
    }
    for name in ("missions", "boardings", "funding", "cells"):
        table: pd.DataFrame = getattr(results, name)
        for column in [column for column in table if column in known]:
            for stranger in sorted(set(table[column]) - set(known[str(column)])):
                yield f"{name}.csv {column}: {stranger} is not known"
    if len(results.cell_geometry) != len(results.cells):
        yield f"cells.csv: {len(results.cells)} cells, {len(results.cell_geometry)} geometries"
    for key in ("objective", "currency"):
        yield from differs(f"run.json {key}", getattr(results, key), getattr(case.settings, key))


def _not_numbers(results: Results) -> Iterator[Finding]:
    """No figure is NaN (but where blanks are allowed) or infinite, none negative but longitudes and such."""
    for name, contract in TABLES.items():
        table: pd.DataFrame = getattr(results, name)
        for column in (column for column, (kind, _) in contract.items() if kind == "float64"):
            values = numbers(table[column])
            bad = ~np.isfinite(values) & ~(np.isnan(values) & (column in BLANKS))
            if bad.any():
                yield f"{name}.csv {column}: {values[bad][0]!s} is not a finite number ({bad.sum()} rows)"
            below = values < -1e-12 * float(np.nanmax(np.abs(values[~bad]), initial=0.0))
            if below.any() and column not in SIGNED:
                yield f"{name}.csv {column}: {values[below][0]!s} is negative ({below.sum()} rows)"

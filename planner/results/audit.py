"""The audit: all that is reported, worked out again from the case and the missions, against every limit.

Nothing of the solver, the effort table or the problem's matrices is used: distances and footprints are
measured again (sea routes roughly, on a grid), missions are worked out again from the assets' figures, sums
are taken again; then the ledger must balance. What differs by more than ``TOLERANCE`` is an error, never a
report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import numpy as np
import pandas as pd

from planner.case import Case
from planner.case.periods import shares
from planner.core import search_theory
from planner.errors import AuditError
from planner.features.fleet import fleet_table
from planner.features.risk import Mapped, weighed
from planner.frames import Array, numbers, records, sum_by
from planner.geometry.area import areas_km2
from planner.results.audit_causes import causes
from planner.results.audit_checks import CHECKS, broken_rules, resources
from planner.results.audit_physics import Evidence
from planner.results.audit_routes import routes
from planner.results.build import tables_of
from planner.results.compare import TOLERANCE, Finding, differs, rows_differ, values_differ
from planner.results.contract import BLANK, SIGNED, TABLES, conform, marked
from planner.results.coverage import coverage, in_periods
from planner.results.response import NODE, Answers, supplies
from planner.results.results import Results

__all__ = ["TOLERANCE", "audit"]


def audit(case: Case, results: Results) -> None:
    """Work the plan out again from its missions and compare it with the tables and with every limit.

    Raises:
        AuditError: a figure differs or a limit is broken; lists all findings. Where rows are missing or do
            not belong, it lists these alone, as all else depends on them.
    """
    findings = list(_strangers(case, results))
    with np.errstate(all="ignore"):  # what is not a number is a finding
        if not findings:
            seen = Evidence(case, results)
            pairs = [(name, getattr(results, name), table) for name, table in tables_again(seen).items()]
            findings += chain.from_iterable(rows_differ(*pair) for pair in pairs)
            if not findings:
                findings += _not_numbers(results)
                findings += chain.from_iterable(values_differ(*pair) for pair in pairs)
                findings += chain.from_iterable(check(seen) for check in (*CHECKS, causes, routes))
            findings += broken_rules(seen)
    if findings:
        raise AuditError("the plan does not pass its audit:\n" + "\n".join(findings))


def tables_again(seen: Evidence) -> dict[str, pd.DataFrame]:
    """Every table as it should be, as far as it follows from the case, the cells, missions and funding."""
    case, results = seen.case, seen.results
    cells = seen.cells.assign(area=seen.area, area_km2=areas_km2(results.cell_geometry))
    periods, share = case.periods["period_id"].tolist(), shares(case.periods)
    of_periods = dict(zip(periods, share.tolist(), strict=True))
    mapped = weighed(case.areas, case.risk, cells, case.settings.cells.spacing_nm, of_periods)
    weights, visits = mapped.weight, _visits(case, cells, mapped)
    cells["risk_weight"] = share @ weights
    node = pd.Index(periods).get_indexer(seen.missions["period_id"]) * len(cells)
    node += pd.Index(cells["cell_id"]).get_indexer(seen.missions["cell_id"])
    gained = sum_by(node, seen.missions["coverage_factor"], len(periods) * len(cells))
    by_period = gained.reshape(len(periods), -1) / share[:, None]
    known = {
        "missions": conform("missions", seen.missions),
        "boardings": conform("boardings", seen.boardings),
        **{name: getattr(results, name) for name in ("funding", "causes", "prices")},
    }
    answers = _answers(seen, cells, known, search_theory.pod(by_period), visits)
    found = coverage(case.areas, cells, by_period, share, _counts(case, answers))
    tables = tables_of(case, cells, found, answers, weights, known, seen.seasons)
    tables["areas"]["target_km2"] = found.target_km2
    limited = resources(seen)
    limited = limited[np.isfinite(limited["limit"])]
    of_year, most = (limited[own] for own in (limited["period_id"] == "", limited["period_id"] != ""))
    if len(most):
        most = most.merge(of_year, on=["limit_kind", "id"], how="left", suffixes=("", "_of_year"))
        most = most[~(most["limit"] >= most["limit_of_year"])]
    return {
        **tables,
        "response": tables["response"].drop(columns="shadow_price"),
        "missions": known["missions"],
        "boardings": known["boardings"],
        "prices": of_year,
        "period_prices": most,
    }


def _visits(case: Case, cells: pd.DataFrame, mapped: Mapped) -> Array:
    """Visits in periods, shape (periods, cells): the map's, or the area's by risk x water x days."""
    found, weights = mapped.visits.copy(), mapped.weight
    water = np.outer(shares(case.periods), numbers(cells["area_km2"]))
    for number, area in enumerate(records(case.areas)):
        own = (cells["area"] == number).to_numpy()
        part = water[:, own] * weights[:, own]
        part = part if part.sum() > 0.0 else water[:, own]
        visits = area.visits_per_year * case.settings.share_of_year
        if visits > 0.0 and part.sum() > 0.0:
            found[:, own] += mapped.unmapped[:, own] * visits * part / part.sum()
    return found


def _answers(
    seen: Evidence, cells: pd.DataFrame, known: dict[str, pd.DataFrame], pod: Array, visits: Array
) -> Answers:
    """What is answered of what is seen, from missions and boarding trips."""
    case = seen.case
    if case.settings.answers is None:
        return Answers(visits, pod, pod)
    nodes = in_periods(case, cells["cell_id"], visits=visits)
    nodes["area_id"] = np.tile(case.areas["area_id"].to_numpy()[cells["area"]], len(case.periods))
    supply = supplies(case, known["missions"], known["boardings"], nodes, seen.seasons)
    sums = supply.groupby(NODE)["share"].sum().reindex(pd.MultiIndex.from_frame(nodes[NODE]))
    able = numbers(sums.fillna(0.0)).reshape(pod.shape)
    return Answers(visits, pod, np.where(visits > 0.0, np.minimum(pod, able), pod))


def _counts(case: Case, found: Answers) -> Array:
    """Effective coverage: what is seen, and of the share of response what is answered, too."""
    need = case.settings.answers
    share = np.where(found.visits > 0.0, need.share if need else 0.0, 0.0)
    return (1.0 - share) * found.seen + share * found.answered


def _strangers(case: Case, results: Results) -> Iterator[Finding]:
    """Missions, funding and cells speak only of what is in the case."""
    known: dict[str, Iterable[str]] = {
        "asset_id": fleet_table(case)["asset_id"],
        "base_id": [*case.bases["base_id"], ""],
        "cell_id": results.cells["cell_id"],
        "programme_id": case.programmes["programme_id"],
        "period_id": [*case.periods["period_id"], ""],
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
        kinds = contract.items() if len(table) else ()
        for column in (column for column, (kind, _) in kinds if kind == "float64"):
            values = numbers(table[column])
            bad = ~np.isfinite(values) & ~(np.isnan(values) & (column in marked(name, BLANK)))
            if bad.any():
                yield f"{name}.csv {column}: {values[bad][0]!s} is not a finite number ({bad.sum()} rows)"
            below = values < -1e-12 * float(np.nanmax(np.abs(values[~bad]), initial=0.0))
            if below.any() and column not in marked(name, SIGNED):
                yield f"{name}.csv {column}: {values[below][0]!s} is negative ({below.sum()} rows)"

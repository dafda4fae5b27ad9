"""The whole way on one page: case -> cells -> effort -> model -> solution -> report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

from planner.case import Case
from planner.effort.build import effort_table, most_rows
from planner.effort.eligibility import eligibility_table
from planner.effort.fleet import fleet_table
from planner.effort.limits import COVERAGE, limit_table
from planner.effort.rings import reach_table
from planner.errors import Problem
from planner.geometry.longitude import signed_lon
from planner.groundwork import Groundwork, groundwork, weighted_cells
from planner.model.demands import LIMIT_TYPES
from planner.model.problem import PlanningProblem
from planner.report import activity, gaps, limits, tables
from planner.report.audit import audit
from planner.report.contract import conform
from planner.report.results import Results
from planner.solve.model_file import write_model
from planner.solve.optimise import optimise
from planner.solve.solution import Solution
from planner.solve.start import Start

Progress = Callable[[str], None]

MANY_ROWS = 40_000_000
"""An effort table that might get so long keeps only what is of use: a row takes 69 bytes, and as much again
where it is usable. In the Pacific case a third of the rows that might be are."""


def plan(
    case: Case,
    progress: Progress = lambda _: None,
    model_files: Sequence[Path] = (),
    before: Sequence[Groundwork] = (),
) -> Results:
    """Plan a case and report it; every result is certified and audited.

    Args:
        case: the case, from ``read_case``.
        progress: told of every step in a sentence.
        model_files: files ending in .mps or .lp that the linear program of the final round is written to.
        before: groundwork of other cases, taken over as far as its inputs are the same.

    Returns:
        The results as frames. ``results.status`` is OPTIMAL only with a certificate within its tolerance.

    Raises:
        NoPlanError: no plan was found; a ``LimitsError`` where hard limits conflict.
        AuditError: the plan does not stand up to its audit.
        OutputError: a model file cannot be written.
    """
    seconds: dict[str, float] = {}
    with _stage("cells", seconds, progress):
        cut = weighted_cells(case, before)
    with _stage("effort", seconds, progress):
        ground = groundwork(case, before, cut, nearest=_too_many_rows(case, len(cut[1].result)))
        cells = ground.cells
        problem = planning_problem(case, cells, ground.effort)
    with _stage("solve", seconds, progress):
        solution = solve(case, problem, progress)
    seconds["solver"] = solution.solver_seconds
    for file in model_files:
        write_model(solution.program, file)
    with _stage("report", seconds, progress):
        results = report(case, cells, problem, solution, seconds)
    with _stage("audit", seconds, progress):
        audit(case, results)
    return results


def _too_many_rows(case: Case, n_cells: int) -> bool:
    """Whether an effort table of all bases might not fit into memory, and can do with the nearest ones."""
    of_money = bool((case.limits["kind"] != COVERAGE).any())
    return most_rows(case, n_cells) > MANY_ROWS and not of_money


def cell_frame(case: Case) -> pd.DataFrame:
    """Cut the areas into cells and weigh them.

    Returns:
        The cells with ``area`` (position in ``case.areas``) and ``risk_weight``.
    """
    _, weighted = weighted_cells(case)
    return weighted.result


def planning_problem(case: Case, cells: pd.DataFrame, effort: pd.DataFrame | None = None) -> PlanningProblem:
    """Reduce a case to what the solver sees; the effort table is made where it is not given."""
    fleet = fleet_table(case)
    programmes = case.programmes
    position = {area: number for number, area in enumerate(case.areas["area_id"])}
    mandate = [(number, position[area]) for number, areas in enumerate(programmes["areas"]) for area in areas]
    return PlanningProblem(
        cells=cells[["area", "area_km2", "risk_weight"]],
        areas=case.areas[["area_id", "risk_weight", "target_coverage"]],
        assets=fleet[["asset_id", "capacity_hours"]],
        bases=case.bases[["base_id", "capacity_hours"]],
        programmes=programmes[["programme_id", "budget"]],
        effort=effort_table(case, cells) if effort is None else effort,
        eligibility=eligibility_table(case, fleet),
        mandate=pd.DataFrame(mandate, columns=["programme", "area"], dtype="int64"),
        objective=case.settings.objective,
        limits=limit_table(case).astype(LIMIT_TYPES),
    )


def solve(
    case: Case, problem: PlanningProblem, progress: Progress = lambda _: None, start: Start | None = None
) -> Solution:
    """Solve a case's problem with the case's solver settings; ``start`` as in ``optimise``."""
    settings = case.settings.solver
    return optimise(
        problem,
        gap_tolerance=settings.gap_tolerance,
        solver=settings.name,
        time_limit_s=settings.time_limit_s,
        max_rounds=settings.max_rounds,
        progress=progress,
        start=start,
    )


def report(
    case: Case,
    cells: pd.DataFrame,
    problem: PlanningProblem,
    solution: Solution,
    seconds: dict[str, float],
) -> Results:
    """Turn a solution into the tables that the user gets."""
    prices, currency = solution.prices, case.settings.currency
    found = gaps.coverage(problem, solution.factor)
    everyone = gaps.everyones_causes(problem, prices)
    cause = gaps.largest_cause(found, everyone)
    cell_table = tables.cell_table(cells, problem, solution.factor, found, cause)
    missions = activity.mission_table(problem, solution.missions, cells["cell_id"])
    allocation = activity.allocation_table(missions, cell_table)
    funding = activity.funding_table(problem, solution.money)
    bases = case.bases[["base_id", "name", "country", "lon", "lat"]]
    fleet = fleet_table(case)
    shares = limits.fair_shares(problem, solution.fairness, found.covered_km2)
    return Results(
        title=case.settings.title,
        currency=currency,
        objective=problem.objective,
        status=solution.status,
        certificate=solution.certificate,
        areas=tables.area_table(case, problem, found, everyone),
        gaps=gaps.gap_table(problem, prices, found, everyone),
        programmes=tables.programme_table(case, problem, prices, found, funding),
        fleet=conform("fleet", fleet),
        allocation=allocation,
        missions=missions,
        funding=funding,
        prices=tables.price_table(problem, prices, missions, funding, currency),
        cells=cell_table,
        assumptions=conform("assumptions", case.sources),
        reach=conform("reach", reach_table(case)),
        bases=bases.assign(lon=signed_lon(bases["lon"].to_numpy())),
        area_geometry=np.asarray(case.areas["geometry"], dtype=object),
        cell_geometry=np.asarray(cells["geometry"], dtype=object),
        land=case.land,
        warnings=(*case.warnings, *idle_assets(problem.effort, fleet), *limits.left_out(case, shares)),
        run={
            "inputs": dict(case.hashes),
            "scenarios": [{"name": name, "title": title} for name, title in case.scenarios.items()],
            "seconds": seconds,
            "counts": _counts(problem, solution),
            "linear_program": {
                "objective": solution.lp_objective,
                "objective_unit_km2": solution.program.scale.objective,
            },
            "effort_by_kind": _effort_by_kind(allocation, fleet),
        },
        limits=limits.limit_rows(problem, prices, solution.factor, solution.money, currency),
        fairness=shares,
    )


def check(case: Case) -> tuple[Problem, ...]:
    """What is remarkable in a case: what reading it has shown, and assets that reach nothing."""
    return (*case.warnings, *idle_assets(effort_table(case, cell_frame(case)), fleet_table(case)))


def idle_assets(effort: pd.DataFrame, fleet: pd.DataFrame) -> Iterator[Problem]:
    """A warning for every asset and sensor that reaches no cell at all."""
    reaching = set(effort["asset"].tolist())
    for number, asset in enumerate(fleet.itertuples(index=False)):
        if number not in reaching:
            file = "sensors.csv" if asset.kind in ("fixed", "satellite") else "assets.csv"
            yield Problem(
                file=file,
                row=0,
                column="",
                value=str(asset.asset_id),
                rule="reaches no cell of any area",
                remedy="check its bases, range, endurance, reserve and least time on station",
            )


def _counts(problem: PlanningProblem, solution: Solution) -> dict[str, int]:
    lp = solution.program.lp
    return {
        "areas": len(problem.areas),
        "cells": len(problem.cells),
        "assets": len(problem.assets),
        "programmes": len(problem.programmes),
        "effort_rows": len(problem.effort),
        "usable_effort_rows": len(problem.usable),
        "lp_rows": lp.numConstraints(),
        "lp_columns": lp.numVariables(),
    }


def _effort_by_kind(allocation: pd.DataFrame, fleet: pd.DataFrame) -> dict[str, dict[str, float]]:
    kind = allocation["asset_id"].map(fleet.set_index("asset_id")["kind"])
    sums = allocation.groupby(kind)[
        ["missions", "mission_hours", "on_station_hours", "swept_km2", "cost"]
    ].sum()
    return {str(name): {str(k): float(v) for k, v in row.items()} for name, row in sums.iterrows()}


@contextmanager
def _stage(name: str, seconds: dict[str, float], progress: Progress) -> Iterator[None]:
    progress(name)
    started = time.perf_counter()
    yield
    seconds[name] = time.perf_counter() - started

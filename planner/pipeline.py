"""The whole way on one page: case -> space -> features -> core -> solution -> ledger -> results."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from planner.case import Case
from planner.causes.find import NO_CAUSES, Causes, Run, find_causes
from planner.core.certificate import best_bound
from planner.core.first_unit import with_first_units
from planner.core.prices import KnownPrices
from planner.core.problem import Problem
from planner.features.assemble import problem_of
from planner.features.fleet import fleet_table, works_by_the_hour
from planner.features.limits import asks_for_money
from planner.features.space import Space, make_cells_of, make_space, most_rows
from planner.results.audit import audit
from planner.results.build import make_results
from planner.results.results import Results
from planner.solve.gather import gathered
from planner.solve.model_file import write_model
from planner.solve.optimise import optimise
from planner.solve.solution import Solution
from planner.solve.warm_start import WarmStart

Progress = Callable[[str], None]

MANY_ROWS = 40_000_000
"""An effort table that might get so long keeps only what is of use: a row takes 45 bytes, and as much again
where it is usable. In the Pacific case a third of the rows that might be are."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A case ready to be solved.

    Attributes:
        case: the case.
        space: its cells, distances and effort.
        problem: what the solver sees of them.
    """

    case: Case
    space: Space
    problem: Problem


def plan(
    case: Case,
    progress: Progress = lambda _: None,
    model_files: Sequence[Path] = (),
    before: Sequence[Space] = (),
    causes: bool = True,
    run: Run | None = None,
) -> Results:
    """Plan a case and report it; every result is certified and audited.

    Args:
        case: the case, from ``read_case``, whose ``changes`` are checked; frames of a case that are edited
            afterwards are taken as they are.
        progress: told of every step in a sentence.
        model_files: files ending in .mps or .lp that the linear program of the final round is written to.
        before: spaces of other cases, taken over as far as their inputs are the same.
        causes: whether to look for the causes of coverage gaps (plans with limits lifted), and for what a
            million more for each programme gains.
        run: how these plans are made; one after the other if not given.

    Returns:
        The results as frames. ``results.status`` is OPTIMAL only with a certificate within its tolerance.

    Raises:
        NoPlanError: no plan was found; a ``LimitsError`` where hard limits conflict.
        AuditError: the plan does not pass its audit.
        OutputError: a model file cannot be written.
    """
    seconds: dict[str, float] = {}
    prepared = prepare(case, before, progress, seconds)
    with _stage("solve", seconds, progress):
        solution = solve(prepared, progress)
    seconds["solver"] = solution.solver_seconds
    for file in model_files:
        write_model(solution.program, file)
    found = NO_CAUSES
    if causes:
        with _stage("causes", seconds, progress):
            found = find_causes(case, prepared.space, solution, progress, run, problem=prepared.problem)
    with _stage("report", seconds, progress):
        results = report(prepared, solution, seconds, found)
    with _stage("audit", seconds, progress):
        audit(case, results)
    return results


def prepare(
    case: Case,
    before: Sequence[Space] = (),
    progress: Progress = lambda _: None,
    seconds: dict[str, float] | None = None,
) -> Prepared:
    """Cut the cells, measure, derive the effort, and put the problem together.

    Args:
        case: the case.
        before: spaces of other cases, taken over as far as their inputs are the same.
        progress: told of every step in a sentence.
        seconds: gets the time of every step [s].
    """
    taken = {} if seconds is None else seconds
    with _stage("cells", taken, progress):
        cells = make_cells_of(case, before)
    with _stage("effort", taken, progress):
        many = most_rows(case, len(cells[0].result) * len(case.periods)) > MANY_ROWS and not asks_for_money(
            case
        )
        space = make_space(case, before, cells, nearest=many)
    with _stage("problem", taken, progress):
        problem = problem_of(case, space)
    return Prepared(case, space, problem)


def solve(
    prepared: Prepared, progress: Progress = lambda _: None, start: WarmStart | None = None
) -> Solution:
    """Solve a prepared case with the case's solver settings; ``start`` as in ``optimise``."""
    settings = prepared.case.settings.solver
    solution = optimise(
        prepared.problem,
        gap_tolerance=settings.gap_tolerance,
        solver=settings.name,
        time_limit_s=settings.time_limit_s,
        max_rounds=settings.max_rounds,
        progress=progress,
        start=start,
    )
    fleet = fleet_table(prepared.case)
    by_the_hour = fleet["asset_id"][works_by_the_hour(fleet["kind"])]
    counted = ~prepared.problem.activities["asset_id"].isin(by_the_hour).to_numpy()
    solution = gathered(prepared.problem, solution, counted)
    return replace(solution, prices=with_first_units(prepared.problem, solution.prices))


def report(
    prepared: Prepared,
    solution: Solution,
    seconds: dict[str, float] | None = None,
    causes: Causes = NO_CAUSES,
) -> Results:
    """Turn a solution into the tables that the user gets."""
    program, problem = solution.program, prepared.problem
    run: dict[str, Any] = {
        "seconds": seconds or {},
        "counts": {
            "areas": len(prepared.case.areas),
            "cells": len(prepared.space.cells),
            "nodes": len(problem.nodes),
            "assets": len(fleet_table(prepared.case)),
            "programmes": len(prepared.case.programmes),
            "effort_rows": len(prepared.space.effort),
            "activities": len(problem.activities),
            "resources": len(problem.resources),
            "lp_rows": len(program.lp.lower),
            "lp_columns": len(program.lp.cost),
        },
        "linear_program": {
            "objective": solution.lp_objective,
            "objective_unit_km2": program.units.objective,
        },
    }
    return make_results(prepared.case, prepared.space, problem, solution, run, causes)


def bound(prepared: Prepared, known: KnownPrices, value: float, tolerance: float = 1e-4) -> float:
    """Objective that no plan of a prepared case can beat, at prices known from another case.

    Args:
        prepared: the case.
        known: prices of another solution, ``solution.start.prices`` or ``KnownPrices.of``.
        value: what the gap that is wanted is relative to, such as the value of that solution.
        tolerance: that gap.
    """
    return best_bound(prepared.problem, known.for_problem(prepared.problem), value, tolerance)[0]


@contextmanager
def _stage(name: str, seconds: dict[str, float], progress: Progress) -> Iterator[None]:
    progress(name)
    started = time.perf_counter()
    yield
    seconds[name] = time.perf_counter() - started

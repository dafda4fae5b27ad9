"""The ladder: the shortfall of a plan as pooling, money, consent and hours are granted one after another.

A plan that aims at coverage may miss targets that it could keep, and given more money it goes for cheap
water first: its shortfall may grow. So each rung below the plan is the *least total shortfall* [km², every
area counting alike] under its limits, and the first step says what the plan's own objective prefers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import numpy.typing as npt

from planner.analysis.jobs import Jobs
from planner.analysis.rungs import Rung, climb, rung_table, steps_km2
from planner.case import Case
from planner.effort import search_theory
from planner.frames import numbers, sum_by
from planner.groundwork import Groundwork, groundwork
from planner.model.problem import PlanningProblem
from planner.planning import Progress, plan, planning_problem
from planner.report.ladder import STEPS, Ladder, ladder_table
from planner.report.results import Results

Array = npt.NDArray[np.float64]


def ladder(
    case: Case,
    results: Results | None = None,
    *,
    before: Sequence[Groundwork] = (),
    jobs: Jobs | None = None,
    progress: Progress = lambda _: None,
) -> Ladder:
    """Climb down from a plan's shortfall: choice, earmarking, money, access, hours, out of reach.

    Args:
        case: the case.
        results: the case's plan, if it was made already; else it is made.
        before: groundwork of other cases, taken over as far as its inputs are the same.
        jobs: where the rungs are solved.
        progress: told of every step in a sentence.

    Raises:
        NoPlanError: there is no plan, or none on some rung.
        ValueError: the results are not those of the case.
    """
    ground = groundwork(case, before)
    problem = planning_problem(case, ground.cells, ground.effort)
    own = plan(case, progress, before=[ground]) if results is None else results
    if own.areas["area_id"].tolist() != problem.areas["area_id"].tolist():
        raise ValueError("the results are not those of the case: their areas differ")
    top = Rung("plan", own.objective, numbers(own.areas["shortfall_km2"]), 0.0, own.certificate, own.status)
    rungs = climb(problem, top, reached_share(case, problem, ground), case.settings.solver, jobs, progress)
    return _tables(case, own, problem, rungs)


def reached_share(case: Case, problem: PlanningProblem, ground: Groundwork) -> Array:
    """Share of each cell that can be watched if hours had no end, shape (cells,).

    All of it where a patrol or a satellite reaches it. Of a cell that only fixed sensors see, the water in
    their footprints, 1 - product of (1 - share), and never less than they watch with the hours they have.
    """
    n_cells = len(problem.cells)
    effort = problem.effort[numbers(problem.effort["factor"]) > 0.0]
    cell, asset = effort["cell"].to_numpy(), effort["asset"].to_numpy()
    first = len(case.assets)
    sensors = {first + at: share for at, share in ground.reach.result.sensor_share.items()}
    fixed = np.isin(asset, list(sensors))
    outside, factor = np.ones(n_cells), np.zeros(n_cells)
    for number, share in sensors.items():
        seen = np.zeros(n_cells, dtype=bool)
        seen[cell[asset == number]] = True
        outside *= np.where(seen, 1.0 - share, 1.0)
    capacity = numbers(problem.assets["capacity_hours"])
    np.add.at(factor, cell[fixed], (numbers(effort["factor"]) * capacity[asset])[fixed])
    reached = np.maximum(1.0 - outside, search_theory.pod(factor))
    reached[cell[~fixed]] = 1.0
    return reached


def over_mandates(problem: PlanningProblem, km2: Array) -> Array:
    """Sums over the areas of each programme's mandate, shape (programmes,)."""
    mandate = problem.mandate
    return sum_by(mandate["programme"], km2[mandate["area"]], len(problem.programmes))


def _tables(case: Case, own: Results, problem: PlanningProblem, rungs: Sequence[Rung]) -> Ladder:
    columns = {"shortfall": rungs[0].shortfall_km2, **steps_km2(rungs)}
    areas = {f"{name}_km2": km2 for name, km2 in columns.items()}
    programmes = {name: over_mandates(problem, km2) for name, km2 in areas.items()}
    return Ladder(
        title=case.settings.title,
        rungs=rung_table(rungs),
        areas=ladder_table("ladder_areas", case.areas[["area_id", "name"]].assign(**areas)),
        programmes=ladder_table(
            "ladder_programmes", case.programmes[["programme_id", "name"]].assign(**programmes)
        ),
        document={
            "title": case.settings.title,
            "scenarios": own.run.get("scenarios", []),
            "inputs": dict(case.hashes),
            "plan": {**asdict(own.certificate), "gap": own.certificate.gap, "status": str(own.status)},
            "steps": dict(STEPS),
        },
    )

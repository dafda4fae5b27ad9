"""The few calls by which studies plan: space, prepared, solution, check, results, bound.

This is the only module of the studies that knows how a plan comes about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from planner import planning
from planner.case import Case
from planner.effort import search_theory
from planner.effort.fleet import access_table, fleet_table
from planner.errors import AuditError
from planner.frames import numbers, sum_by
from planner.groundwork import Groundwork, Made, groundwork
from planner.model.problem import PlanningProblem
from planner.report.audit import audit
from planner.report.audit_compare import Finding, differs, exceeds
from planner.report.results import Results
from planner.solve.certificate import Certificate, lower_bound, true_value
from planner.solve.lp import MESSAGES, Status
from planner.solve.prices import Prices
from planner.solve.solution import Solution
from planner.solve.start import Start

__all__ = [
    "MESSAGES",
    "Certificate",
    "Prepared",
    "Prices",
    "Progress",
    "Results",
    "Solution",
    "Space",
    "Start",
    "Status",
    "audit",
    "bound",
    "check",
    "fleet_table",
    "make_space",
    "plan",
    "prepare",
    "reachable_km2",
    "reached_areas",
    "report",
    "solve",
]

Array = npt.NDArray[np.float64]
Progress = Callable[[str], None]

TRACE = 1e-9
"""What the solver's tolerance may make of a limit of 0, as a part of the largest limit of its kind."""
OF_EFFORT = ("areas", "bases", "assets", "sensors", "land", "risk")
"""Frames of a case that the effort table is made from, besides access and settings."""


@dataclass(frozen=True, eq=False)
class Space:
    """What can be done where: cells, distances, footprints and effort of a case."""

    case: Case
    ground: Groundwork


@dataclass(frozen=True, eq=False)
class Prepared:
    """A case with its space, ready to be solved."""

    case: Case
    space: Space
    problem: PlanningProblem


def make_space(case: Case, before: Sequence[Space] = ()) -> Space:
    """The space of a case; what other spaces have in common with it is taken over."""
    for one in before:
        if case is one.case:
            return one
        settings = ("cells", "horizon_days", "dwell_days")
        alike = all(getattr(case, name) is getattr(one.case, name) for name in OF_EFFORT)
        if alike and all(getattr(case.settings, s) == getattr(one.case.settings, s) for s in settings):
            return Space(case, _with_access(case, one))
    return Space(case, groundwork(case, [one.ground for one in before]))


def _with_access(case: Case, space: Space) -> Groundwork:
    """The groundwork of a case that differs in access alone."""
    if case.access is space.case.access:
        return space.ground
    effort, allowed = space.ground.effort, access_table(case)
    fleet, areas = fleet_table(case), case.areas["area_id"]
    may = np.array([areas.isin(list(allowed[one])) for one in fleet["operator"]]).reshape(-1, len(areas))
    access = may[effort["asset"].to_numpy(), effort["area"].to_numpy()]
    return replace(space.ground, table=Made((), effort.assign(access=access)))


def prepare(case: Case, before: Sequence[Space] = ()) -> Prepared:
    """A case ready to be solved."""
    space = make_space(case, before)
    return Prepared(case, space, planning.planning_problem(case, space.ground.cells, space.ground.effort))


def solve(prepared: Prepared, progress: Progress = lambda _: None, start: Start | None = None) -> Solution:
    """Solve to the case's gap; with a start from another plan of the same cells and fleet.

    Raises:
        NoPlanError: there is no plan.
    """
    return planning.solve(prepared.case, prepared.problem, progress, start)


def report(prepared: Prepared, solution: Solution, seconds: Mapping[str, float] | None = None) -> Results:
    """The plan as tables."""
    cells, problem = prepared.space.ground.cells, prepared.problem
    return planning.report(prepared.case, cells, problem, solution, dict(seconds or {}))


def plan(case: Case, progress: Progress = lambda _: None, before: Sequence[Space] = ()) -> Results:
    """The audited plan of a case."""
    return planning.plan(case, progress, before=[one.ground for one in before])


def bound(prepared: Prepared, prices: Prices) -> float:
    """No plan of the case has a value below this, by the prices of another plan (weak duality)."""
    return lower_bound(prepared.problem, prices)


def reachable_km2(prepared: Prepared) -> Array:
    """Water of each area that could be watched if hours had no end, shape (areas,) [km²].

    All of a cell where a patrol or a satellite reaches it. Of a cell that only fixed sensors see, the water
    in their footprints, 1 - product of (1 - share), and never less than they watch with their own hours.
    """
    problem, n_cells = prepared.problem, len(prepared.problem.cells)
    effort = problem.effort[numbers(problem.effort["factor"]) > 0.0]
    cell, asset = effort["cell"].to_numpy(), effort["asset"].to_numpy()
    first, shares = len(prepared.case.assets), prepared.space.ground.reach.result.sensor_share
    sensors = {first + at: share for at, share in shares.items()}
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
    return sum_by(problem.cell_area, problem.cell_km2 * reached, len(problem.areas))


def check(prepared: Prepared, solution: Solution) -> None:
    """Work hours, money, coverage and value out again from the missions, and compare with every limit.

    Raises:
        AuditError: with every finding.
    """
    findings = list(_findings(prepared.problem, solution))
    if findings:
        raise AuditError("the plan does not pass its audit:\n" + "\n".join(findings))


def _findings(problem: PlanningProblem, solution: Solution) -> Iterator[Finding]:
    rows = problem.usable
    done = rows.assign(missions=solution.missions[rows["activity"].to_numpy()])
    done = done[done["missions"] > 0.0]
    times = numbers(done["missions"])
    hours, costs = times * numbers(done["mission_hours"]), times * numbers(done["cost"])
    based = done["base"].to_numpy() >= 0
    assets, bases, programmes, pairs = problem.assets, problem.bases, problem.programmes, problem.pairs
    largest = numbers(programmes["budget"]).max(initial=0.0)
    trace = TRACE * numbers(assets["capacity_hours"]).max(initial=0.0)
    used = sum_by(done["asset"], hours, len(assets))
    yield from exceeds("hours", assets["asset_id"], used, numbers(assets["capacity_hours"]) + trace)
    used = sum_by(done["base"].to_numpy()[based], hours[based], len(bases))
    yield from exceeds("hours from base", bases["base_id"], used, numbers(bases["capacity_hours"]) + trace)
    if not (solution.missions >= 0.0).all() or not (solution.money >= 0.0).all():
        yield "missions or amounts are negative or not numbers"
    spent = sum_by(problem.funding["programme"], solution.money, len(programmes))
    limit = numbers(programmes["budget"]) + TRACE * largest
    yield from exceeds("spending", programmes["programme_id"], spent, limit)
    names = assets["asset_id"].to_numpy()[pairs["asset"]] + " in "
    names = names + problem.areas["area_id"].to_numpy()[pairs["area"]]
    pair = problem.pair_of(done)
    due = sum_by(pair[pair >= 0], costs[pair >= 0], len(pairs))
    paid = sum_by(problem.funding["pair"], solution.money, len(pairs))
    yield from differs("what is paid for", paid, due, names, size=largest)
    if (costs[pair < 0] > 0.0).any():
        yield "missions that no programme may pay for"
    if not (done["access"].to_numpy() | (numbers(done["factor"]) <= 0.0)).all():
        yield "missions add to the coverage of water without access"
    factor = sum_by(done["cell"], times * numbers(done["factor"]), len(problem.cells))
    # the certificate of a fair plan is of its coverage
    of = replace(problem, objective="coverage") if problem.objective == "fair" else problem
    proof, again = solution.certificate, true_value(of, factor, solution.money)
    yield from differs("value", [proof.plan_value], [again], size=1e-3 * proof.idle_value)


def reached_areas(prepared: Prepared) -> dict[str, list[str]]:
    """The areas that the assets of each operator reach, with or without access, in the order of the case."""
    effort, fleet = prepared.problem.effort, fleet_table(prepared.case)
    operator = fleet["operator"].to_numpy()[effort["asset"].to_numpy()]
    area = effort["area"].to_numpy()
    ids = prepared.case.areas["area_id"].to_numpy()
    return {
        name: [str(one) for one in ids[np.unique(area[operator == name])]]
        for name in dict.fromkeys(fleet["operator"])
    }

"""Plan a case once, then variants of it that differ in budgets, hours, base capacity or access alone.

Cells, distances and effort are made once. Every variant is solved from the base plan's start and never from
that of another variant, so that results depend on neither order nor the number of processes. What a variant
uses, spends and misses is worked out again from its missions, without the solver, before anything is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner import planning
from planner.case import Case, read_case
from planner.errors import AuditError
from planner.frames import numbers, sum_by
from planner.groundwork import Groundwork, groundwork
from planner.model.problem import PlanningProblem
from planner.planning import Progress
from planner.report.audit import audit
from planner.report.audit_compare import Finding, differs, exceeds
from planner.report.results import Results
from planner.solve.certificate import Certificate, true_value
from planner.solve.lp import Status
from planner.solve.prices import Prices
from planner.solve.solution import Solution
from planner.solve.start import Start

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

GAP = 1e-6
"""Relative gap of plans whose differences are told: a million, a boat, an agreement or a port is worth some
1e-4 to 1e-3 of what is missed, and plans to 1e-6 tell that to a per cent or so; 1e-4 would drown it."""
TRACE = 1e-9
"""What the solver's tolerance may make of a limit of 0, as a part of the largest limit of its kind."""
TIGHTER = 0.1
"""The base plan, which is in every difference, is solved to this part of the gap."""


@dataclass(frozen=True, eq=False)
class Base:
    """The plan that all variants start from.

    Attributes:
        case: the case.
        ground: its cells and effort.
        problem: what the solver saw.
        solution: the plan, with its start for others.
        results: the plan as it is reported, audited.
    """

    case: Case
    ground: Groundwork
    problem: PlanningProblem
    solution: Solution
    results: Results


@dataclass(frozen=True, eq=False)
class Variant:
    """What differs from the base plan's problem; None where nothing does.

    Attributes:
        budgets: of every programme, shape (programmes,) [money].
        hours: of every asset and sensor, shape (assets,) [h].
        base_hours: capacity of every base, shape (bases,) [h].
        access: consent for every row of the effort table, shape (rows,).
    """

    budgets: Array | None = None
    hours: Array | None = None
    base_hours: Array | None = None
    access: Booleans | None = None


@dataclass(frozen=True, eq=False)
class Shared:
    """What every process that solves variants is given; can be pickled.

    Attributes:
        case: the case, for its solver settings.
        problem: the problem that variants change.
        start: where the solution of every variant starts from: that of the base plan.
    """

    case: Case
    problem: PlanningProblem
    start: Start


@dataclass(frozen=True, eq=False)
class Resolved:
    """The plan of a variant, without its linear program: small, and can be pickled.

    Attributes:
        status: OPTIMAL, or why the plan is not proven.
        certificate: its value and bound.
        factor: coverage factor of each cell, shape (cells,).
        spent: of each programme, shape (programmes,) [money].
        hours: worked by each asset, shape (assets,) [h].
        cost: of each asset's missions, shape (assets,) [money].
        prices: what the bound stands on.
    """

    status: Status
    certificate: Certificate
    factor: Array
    spent: Array
    hours: Array
    cost: Array
    prices: Prices


def the_case(case: Case | str | Path, scenario: str | None, changes: Mapping[str, object] | None) -> Case:
    """The case itself, or the one in a folder; scenarios and changes are for folders."""
    if isinstance(case, Case):
        if scenario or changes:
            raise ValueError("scenario and changes are made when a folder is read; give read_case them")
        return case
    return read_case(case, changes, scenario)


def base_plan(case: Case, progress: Progress = lambda _: None, before: Sequence[Groundwork] = ()) -> Base:
    """Plan the case as ``planner.plan`` does, and keep what variants start from.

    Raises:
        NoPlanError: no plan was found.
        AuditError: the plan does not stand up to its audit.
    """
    progress("cells and effort")
    ground = groundwork(case, before)
    problem = planning.planning_problem(case, ground.cells, ground.effort)
    progress("solve the case as it stands")
    solution = planning.solve(case, problem, progress)
    results = planning.report(case, ground.cells, problem, solution, {})
    audit(case, results)
    return Base(case, ground, problem, solution, results)


def with_gap(case: Case, gap: float | None) -> Case:
    """The case, solved to another gap where one is given."""
    if gap is None:
        return case
    solver = case.settings.solver.model_copy(update={"gap_tolerance": gap})
    return replace(case, settings=case.settings.model_copy(update={"solver": solver}))


def lean(case: Case) -> Case:
    """The case without what only geography and messages need, for other processes."""
    return replace(
        case,
        land=None,
        risk=case.risk.iloc[:0],
        sources=case.sources.iloc[:0],
        areas=case.areas.assign(geometry=None),
        warnings=(),
    )


def changed(problem: PlanningProblem, variant: Variant) -> PlanningProblem:
    """The problem with what the variant changes."""
    if variant.budgets is not None:
        problem = replace(problem, programmes=problem.programmes.assign(budget=variant.budgets))
    if variant.hours is not None:
        problem = replace(problem, assets=problem.assets.assign(capacity_hours=variant.hours))
    if variant.base_hours is not None:
        problem = replace(problem, bases=problem.bases.assign(capacity_hours=variant.base_hours))
    if variant.access is not None:
        problem = replace(problem, effort=problem.effort.assign(access=variant.access))
    return problem


def resolve(shared: Shared, variant: Variant) -> Resolved:
    """Solve a variant and hold its plan against every limit.

    Raises:
        NoPlanError: the variant has no plan.
        AuditError: its plan, worked out again from its missions, breaks a limit or has another value.
    """
    problem = changed(shared.problem, variant)
    solution = planning.solve(shared.case, problem, start=shared.start)
    hold(problem, solution)
    return resolved(problem, solution)


def resolved(problem: PlanningProblem, solution: Solution) -> Resolved:
    """What is kept of a solution."""
    rows = problem.usable
    times = solution.missions[rows["activity"].to_numpy()]
    return Resolved(
        status=solution.status,
        certificate=solution.certificate,
        factor=solution.factor,
        spent=sum_by(problem.funding["programme"], solution.money, len(problem.programmes)),
        hours=sum_by(rows["asset"], times * numbers(rows["mission_hours"]), len(problem.assets)),
        cost=sum_by(rows["asset"], times * numbers(rows["cost"]), len(problem.assets)),
        prices=solution.prices,
    )


def hold(problem: PlanningProblem, solution: Solution) -> None:
    """Work hours, money, coverage and value out again from the missions, and compare with every limit.

    The definitions are those of the audit (``planner.report.audit``), on the effort table, which the base
    plan's own audit has measured again from the case.

    Raises:
        AuditError: with every finding.
    """
    findings = list(_findings(problem, solution))
    if findings:
        raise AuditError("the plan does not stand up to its audit:\n" + "\n".join(findings))


def _findings(problem: PlanningProblem, solution: Solution) -> Iterator[Finding]:
    rows = problem.usable
    done = rows.assign(missions=solution.missions[rows["activity"].to_numpy()])
    done = done[done["missions"] > 0.0]
    times = numbers(done["missions"])
    hours = times * numbers(done["mission_hours"])
    assets, bases, programmes = problem.assets, problem.bases, problem.programmes
    # of a limit of 0 no part is rounding: a trace of the largest of its kind is
    trace = TRACE * numbers(assets["capacity_hours"]).max(initial=0.0)
    used = sum_by(done["asset"], hours, len(assets))
    limit = numbers(assets["capacity_hours"]) + trace
    yield from exceeds("hours", assets["asset_id"], used, limit)
    based = done["base"].to_numpy() >= 0
    used = sum_by(done["base"].to_numpy()[based], hours[based], len(bases))
    limit = numbers(bases["capacity_hours"]) + trace
    yield from exceeds("hours from base", bases["base_id"], used, limit)
    if not (solution.missions >= 0.0).all() or not (solution.money >= 0.0).all():
        yield "missions or amounts are negative or not numbers"
    spent = sum_by(problem.funding["programme"], solution.money, len(programmes))
    trace = TRACE * numbers(programmes["budget"]).max(initial=0.0)
    limit = numbers(programmes["budget"]) + trace
    yield from exceeds("spending", programmes["programme_id"], spent, limit)
    pairs = problem.pairs
    names = assets["asset_id"].to_numpy()[pairs["asset"]] + " in "
    names = names + problem.areas["area_id"].to_numpy()[pairs["area"]]
    pair = problem.pair_of(done)
    costs = times * numbers(done["cost"])
    due = sum_by(pair[pair >= 0], costs[pair >= 0], len(pairs))
    paid = sum_by(problem.funding["pair"], solution.money, len(pairs))
    yield from differs(
        "what is paid for", paid, due, names, size=numbers(programmes["budget"]).max(initial=0.0)
    )
    if (costs[pair < 0] > 0.0).any():
        yield "missions that no programme may pay for"
    works = done["access"].to_numpy() | (numbers(done["factor"]) <= 0.0)
    if not works.all():
        yield "missions add to the coverage of water without consent"
    factor = sum_by(done["cell"], times * numbers(done["factor"]), len(problem.cells))
    proof = solution.certificate
    again = true_value(valued(problem), factor, solution.money)
    yield from differs("value", [proof.plan_value], [again], size=1e-3 * proof.idle_value)


def valued(problem: PlanningProblem) -> PlanningProblem:
    """The problem whose objective the certificate is of: that of a fair plan is the coverage."""
    return replace(problem, objective="coverage") if problem.objective == "fair" else problem


def proof_figures(status: str, proof: Certificate) -> dict[str, object]:
    """A certificate as the columns that every table of plans has."""
    return {
        "status": str(status),
        "plan_value": proof.plan_value,
        "bound": proof.bound,
        "gap": proof.gap,
        "rounds": proof.rounds,
    }


def position(ids: pd.Series) -> dict[str, int]:
    """Position of every id in its table."""
    return {str(name): number for number, name in enumerate(ids)}

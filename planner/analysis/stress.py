"""Resilience: what a plan loses with each thing that it leans on, and what planning anew saves of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner import planning
from planner.analysis.jobs import Failure, Jobs, run_tasks
from planner.analysis.losing import Loss, losses
from planner.analysis.resolving import (
    GAP,
    TIGHTER,
    Resolved,
    Shared,
    base_plan,
    hold,
    lean,
    proof_figures,
    resolve,
    resolved,
    the_case,
    valued,
    with_gap,
)
from planner.case import Case
from planner.errors import AuditError
from planner.model.problem import PlanningProblem
from planner.planning import Progress
from planner.report.contract import stacked
from planner.report.gaps import Coverage, coverage
from planner.report.stress import AREAS, BASE, LOSSES, RESOLVED, UNUSED, Losses
from planner.solve.certificate import Certificate, true_value

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Kept:
    """A loss, and the plan that stays as it is without what is lost.

    Attributes:
        loss: what is lost.
        factor: coverage factors that are left, shape (cells,).
        value: objective that is left.
        used: whether the plan had made any use of it.
    """

    loss: Loss
    factor: Array
    value: float
    used: bool


def stress(
    case: Case | str | Path,
    *,
    gap: float = GAP,
    scenario: str | None = None,
    changes: Mapping[str, object] | None = None,
    jobs: Jobs | None = None,
    progress: Progress = lambda _: None,
) -> Losses:
    """Lose each programme, asset, base and access agreement in turn, and each [stress.NAME] of the case.

    For every loss: what is lost if all else stays as planned, what the best plan without it loses, and where.

    Args:
        case: a case folder, or a case.
        gap: relative gap to solve to, or the case's own where that is smaller.
        scenario: as in ``read_case``, for a folder.
        changes: as in ``read_case``, for a folder.
        jobs: how the losses are planned with.
        progress: told of every step in a sentence.

    Raises:
        InputError: the case is wrong.
        NoPlanError: the case as it stands has no plan.
        AuditError: a plan does not stand up to its audit.
    """
    found = the_case(case, scenario, changes)
    plain = base_plan(found, progress)
    problem = plain.problem
    gap = min(gap, found.settings.solver.gap_tolerance)
    fine = with_gap(lean(found), gap * TIGHTER)
    progress("solve the case as it stands more exactly")
    solution = planning.solve(fine, problem, progress, plain.solution.start)
    hold(problem, solution)
    base = resolved(problem, solution)
    everything = []
    # a plan that stays as it is may break hard limits: its missions are what counts
    soft = problem.limits[~problem.limits["hard"]].reset_index(drop=True)
    counted = replace(valued(problem), limits=soft)
    for loss in losses(found, problem):
        factor, money = loss.kept(problem, solution)
        value, used = true_value(counted, factor, money), bool((factor < base.factor).any())
        everything.append(Kept(loss, factor, value, used))
    tasks = {one.loss.label: one.loss.variant(problem) for one in everything if one.used}
    progress(f"{len(tasks)} of {len(everything)} losses touch the plan")
    plans = run_tasks(resolve, Shared(with_gap(fine, gap), problem, solution.start), tasks, jobs, progress)
    for label, plan in plans.items():
        if isinstance(plan, Failure) and not plan.status:
            raise AuditError(f"{label}: {plan.message}")
    table, areas = _tables(problem, base, everything, plans)
    return Losses(
        title=found.settings.title,
        scenarios=dict(found.scenarios),
        currency=found.settings.currency,
        objective=problem.objective,
        gap=gap,
        plan=plain.results,
        losses=table,
        areas=areas,
        base=stacked(BASE, [pd.DataFrame([proof_figures(base.status, base.certificate)])]),
    )


def _tables(
    problem: PlanningProblem,
    base: Resolved,
    everything: Sequence[Kept],
    plans: Mapping[str, Resolved | Failure],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The losses, worst first, and where each of them is."""
    before = coverage(problem, base.factor)
    rows, parts = [], []
    for number, kept in enumerate(everything):
        plan = plans.get(kept.loss.label)
        stays = coverage(problem, kept.factor)
        anew = (
            before if plan is None else coverage(problem, plan.factor) if isinstance(plan, Resolved) else None
        )
        rows.append({"number": number, **_figures(base, kept, plan), **_sums(before, stays, anew)})
        if kept.used:
            parts.append(_where(problem, before, stays, anew).assign(number=number))
    table = pd.DataFrame(rows).reindex(columns=["number", *LOSSES])
    order = ["lost_anew", "lost", "kind", "id", "row"]
    rising = [False, False, True, True, True]
    table = table.sort_values(order, ascending=rising, na_position="first", ignore_index=True)
    table["rank"] = np.arange(1, len(table) + 1)
    keys = table[["number", "rank", "kind", "id", "row"]]
    areas = [keys.merge(part, on="number") for part in parts]
    where = pd.concat(areas).sort_values("rank", kind="stable") if areas else pd.DataFrame()
    return stacked(LOSSES, [table]), stacked(AREAS, [where])


def _figures(base: Resolved, kept: Kept, plan: Resolved | Failure | None) -> dict[str, object]:
    before, loss = base.certificate, kept.loss
    lost = kept.value - before.plan_value
    row: dict[str, object] = {
        "kind": loss.kind,
        "id": loss.name,
        "row": loss.row,
        "title": loss.title,
        "share": loss.share,
        "lost": lost,
        "how": RESOLVED if kept.used else UNUSED,
    }
    if isinstance(plan, Failure):
        return row | {"status": plan.status, "rounds": 0}
    status = base.status if plan is None else plan.status
    if plan is None:
        anew, least, most = 0.0, 0.0, max(0.0, before.plan_value - before.bound)
    else:
        anew, least, most = _lost_anew(before, plan.certificate, lost)
    rounds = {"rounds": 0} if plan is None else {}
    proof = before if plan is None else plan.certificate
    return row | {
        **proof_figures(status, proof),
        **rounds,
        "lost_anew": anew,
        "lost_anew_least": least,
        "lost_anew_most": most,
        "saved": lost - anew,
        "saved_share": (lost - anew) / lost if lost > 0.0 else math.nan,
    }


def _lost_anew(before: Certificate, after: Certificate, lost: float) -> tuple[float, float, float]:
    """What the best plan without it loses, with what the certificates allow.

    Where they allow it, it is not below nothing, nor above what is lost if all else stays: the plan that
    stays is a plan too, and both differences come from plans that may be off by their gaps.
    """
    anew = after.plan_value - before.plan_value
    least, most = after.bound - before.plan_value, after.plan_value - before.bound
    if anew < 0.0 <= most:
        anew = 0.0
    if least <= lost < anew:
        anew = lost
    least = max(0.0, least) if most >= 0.0 else least
    return anew, min(least, anew), max(most, anew)


def _sums(before: Coverage, stays: Coverage, anew: Coverage | None) -> dict[str, float]:
    sums = {
        "covered_km2": float((stays.covered_km2 - before.covered_km2).sum()),
        "shortfall_km2": float((stays.shortfall_km2 - before.shortfall_km2).sum()),
    }
    if anew is not None:
        sums["covered_anew_km2"] = float((anew.covered_km2 - before.covered_km2).sum())
        sums["shortfall_anew_km2"] = float((anew.shortfall_km2 - before.shortfall_km2).sum())
    return sums


def _where(
    problem: PlanningProblem, before: Coverage, stays: Coverage, anew: Coverage | None
) -> pd.DataFrame:
    nothing = np.full(len(problem.areas), np.nan)
    covered = nothing if anew is None else anew.covered_km2 - before.covered_km2
    short = nothing if anew is None else anew.shortfall_km2 - before.shortfall_km2
    kept = stays.covered_km2 - before.covered_km2
    return pd.DataFrame(
        {
            "area_id": problem.areas["area_id"].to_numpy(),
            "coverage": kept / problem.area_km2,
            "coverage_anew": covered / problem.area_km2,
            "covered_km2": kept,
            "covered_anew_km2": covered,
            "shortfall_km2": stays.shortfall_km2 - before.shortfall_km2,
            "shortfall_anew_km2": short,
        }
    )

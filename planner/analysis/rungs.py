"""The rungs of the ladder: least shortfalls as pooling, money, consent and hours are granted in turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.analysis.jobs import Failure, Jobs, run_tasks
from planner.case.settings import SolverSettings
from planner.frames import numbers, sum_by
from planner.model.demands import no_limits
from planner.model.problem import PlanningProblem
from planner.planning import Progress
from planner.report.ladder import RUNGS, ladder_table
from planner.solve.certificate import Certificate, shortfall_km2
from planner.solve.lp import Status
from planner.solve.optimise import optimise

Array = npt.NDArray[np.float64]

TOLERANCE = 1e-4
"""Largest relative gap of a rung; the case's own where that is finer."""


@dataclass(frozen=True)
class Rung:
    """The plan of one rung.

    Attributes:
        name: one of ``RUNGS``.
        objective: what the plan minimises.
        shortfall_km2: by area, shape (areas,) [km²].
        least_km2: no plan of this rung has a smaller total shortfall [km²].
        certificate: of the plan's objective.
        status: OPTIMAL where it is proven.
    """

    name: str
    objective: str
    shortfall_km2: Array
    least_km2: float
    certificate: Certificate
    status: Status

    @property
    def total_km2(self) -> float:
        """Shortfall of all areas [km²]."""
        return float(self.shortfall_km2.sum())


def climb(
    problem: PlanningProblem,
    top: Rung,
    reached: Array,
    settings: SolverSettings,
    jobs: Jobs | None = None,
    progress: Progress = lambda _: None,
) -> list[Rung]:
    """The rungs of a problem, from the plan to unlimited hours.

    A plan of one rung keeps the limits of all rungs below it. So where the solver's plan of a lower rung is
    worse, within its gap, than that of the rung above, the latter is the better plan of both: no step is
    ever negative. For the same reason what no plan of a lower rung can beat holds for the rungs above too.

    Args:
        problem: the problem of the plan.
        top: the plan.
        reached: share of each cell that can be watched at all, shape (cells,).
        settings: solver settings; the gap is ``TOLERANCE`` or finer.
        jobs: where the rungs are solved.
        progress: told of every step in a sentence.

    Raises:
        NoPlanError: no plan on some rung.
    """
    found = run_tasks(_solved, (problem, settings), {name: name for name in _LIFTED}, jobs, progress)
    rungs = [top]
    for name, rung in found.items():
        if isinstance(rung, Failure):
            raise rung.error(f"rung {name}")
        rungs.append(_better(rungs[-1], rung))
    rungs.append(_better(rungs[-1], _unlimited_hours(problem, reached)))
    return _with_bounds_from_below(rungs)


def relaxed(problem: PlanningProblem, rung: str) -> PlanningProblem:
    """The problem of a rung: least total shortfall, without the limits that are lifted down to it.

    What planners ask for themselves (``limits.csv``) is part of what they prefer: "choice" lifts it.
    """
    areas = problem.areas.assign(risk_weight=1.0)
    problem = replace(problem, objective="shortfall", areas=areas, limits=no_limits())
    for name, lift in _LIFTED.items():
        problem = lift(problem)
        if name == rung:
            return problem
    raise ValueError(f"{rung} is no rung with a linear program")


def pooled(problem: PlanningProblem) -> PlanningProblem:
    """All money with the first programme, which may pay for every asset in every area."""
    budget = numbers(problem.programmes["budget"])
    if not len(budget):
        return problem
    asset, area = np.indices((len(problem.assets), len(problem.areas))).reshape(2, -1)
    whole = np.zeros(len(budget))
    whole[0] = budget.sum()
    return replace(
        problem,
        programmes=problem.programmes.assign(budget=whole),
        eligibility=pd.DataFrame({"asset": asset, "area": area, "programme": np.zeros_like(asset)}),
    )


def _without_cost(problem: PlanningProblem) -> PlanningProblem:
    """Unlimited money is money that nothing costs: no budget row, no price of money, no programme asked."""
    return replace(problem, effort=problem.effort.assign(cost=0.0))


def _with_access(problem: PlanningProblem) -> PlanningProblem:
    return replace(problem, effort=problem.effort.assign(access=True))


_LIFTED: Mapping[str, Callable[[PlanningProblem], PlanningProblem]] = {
    "choice": lambda problem: problem,
    "earmarking": pooled,
    "money": _without_cost,
    "access": _with_access,
}
"""What each rung with a linear program lifts, besides what those above have lifted."""


def _solved(shared: tuple[PlanningProblem, SolverSettings], name: str) -> Rung:
    """Solve one rung to its certificate."""
    problem, settings = relaxed(shared[0], name), shared[1]
    solution = optimise(
        problem,
        min(settings.gap_tolerance, TOLERANCE),
        solver=settings.name,
        time_limit_s=settings.time_limit_s,
        max_rounds=settings.max_rounds,
    )
    short = shortfall_km2(problem, solution.factor)
    proof = solution.certificate
    return Rung(name, "shortfall", short, proof.bound, proof, solution.status)


def _unlimited_hours(problem: PlanningProblem, reached: Array) -> Rung:
    """Shortfall = max(0, target - water that is reached), in every area: what endless effort tends to."""
    km2 = sum_by(problem.cell_area, problem.cell_km2 * reached, len(problem.areas))
    short = np.maximum(0.0, problem.target_km2 - km2)
    total = float(short.sum())
    proof = Certificate(total, total, float(problem.target_km2.sum()), rounds=0, gap_tolerance=0.0)
    return Rung("hours", "closed_form", short, total, proof, Status.OPTIMAL)


def _better(above: Rung, rung: Rung) -> Rung:
    """The rung with the plan of the rung above, where that one is the better."""
    if rung.total_km2 <= above.total_km2:
        return rung
    proof = replace(rung.certificate, plan_value=above.total_km2)
    return replace(
        rung,
        shortfall_km2=above.shortfall_km2,
        certificate=proof,
        status=Status.OPTIMAL if proof.proven else rung.status,
    )


def _with_bounds_from_below(rungs: Sequence[Rung]) -> list[Rung]:
    """Every rung with the largest least shortfall of those below it, which have fewer limits."""
    least, found = 0.0, []
    for rung in reversed(rungs):
        least = max(least, rung.least_km2)
        if rung.name == "plan" or least <= rung.certificate.bound:
            found.append(rung)
            continue
        proof = replace(rung.certificate, bound=least)
        status = Status.OPTIMAL if proof.proven else rung.status
        found.append(replace(rung, least_km2=least, certificate=proof, status=status))
    return found[::-1]


def steps_km2(rungs: Sequence[Rung]) -> dict[str, Array]:
    """What each step takes away in every area, and what is left at last, by the names of ``STEPS`` [km²].

    The steps sum to the shortfall of the first rung, in every area; single ones can have either sign.
    """
    steps = {rung.name: above.shortfall_km2 - rung.shortfall_km2 for above, rung in pairwise(rungs)}
    return {**steps, "out_of_reach": rungs[-1].shortfall_km2}


def rung_table(rungs: Sequence[Rung]) -> pd.DataFrame:
    """The rungs with their steps and certificates, and below them what is out of reach.

    Returns:
        Frame with the columns of ``LADDER``.
    """
    ground = replace(
        rungs[-1],
        name="out_of_reach",
        shortfall_km2=np.zeros_like(rungs[-1].shortfall_km2),
        least_km2=0.0,
        certificate=replace(rungs[-1].certificate, plan_value=0.0, bound=0.0),
    )
    rows = []
    for above, rung in zip([None, *rungs], [*rungs, ground], strict=True):
        proof, step, least, most = rung.certificate, 0.0, 0.0, 0.0
        if above is not None:
            step = above.total_km2 - rung.total_km2
            known = above.total_km2 if above.name == "plan" else above.least_km2
            least, most = max(0.0, known - rung.total_km2), above.total_km2 - rung.least_km2
        rows.append(
            {
                "rung": rung.name,
                "title": RUNGS[rung.name],
                "shortfall_km2": rung.total_km2,
                "step_km2": step,
                "step_least_km2": least,
                "step_most_km2": most,
                "objective": rung.objective,
                "plan_value": proof.plan_value,
                "bound": proof.bound,
                "gap": proof.gap,
                "gap_tolerance": proof.gap_tolerance,
                "rounds": proof.rounds,
                "status": str(rung.status),
            }
        )
    return ladder_table("ladder", pd.DataFrame(rows))

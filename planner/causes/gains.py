"""What a million more for each programme would gain: a plan of its own for each, never a shadow price."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from planner.case import Case
from planner.core.certificate import best_bound
from planner.core.problem import Array, Problem
from planner.core.search_theory import pod
from planner.errors import NoPlanError
from planner.features.assemble import problem_of
from planner.features.season import shares
from planner.features.space import Space
from planner.frames import numbers
from planner.solve.optimise import optimise
from planner.solve.recheck import findings
from planner.solve.solution import Solution
from planner.solve.solver import Status
from planner.solve.warm_start import WarmStart
from planner.units import MILLION

GAP, TIGHTER = 1e-6, 0.1
"""Optimality gap of the plans whose difference is a gain, and the part of it to which the base is solved: a
million is worth some 1e-4 of what is missed, and plans to 1e-6 tell that to a per cent."""


@dataclass(frozen=True, eq=False)
class Base:
    """The plan that gains are measured from; can be pickled.

    Attributes:
        case: the case.
        space: its cells and its effort table.
        solution: its plan, solved to ``GAP`` x ``TIGHTER``.
        covered_km2, shortfall_km2: of all areas [km²].
    """

    case: Case
    space: Space
    solution: Solution
    covered_km2: float
    shortfall_km2: float


def base_of(case: Case, space: Space, start: WarmStart | None) -> Base:
    """The case's plan, solved finely enough.

    Raises:
        NoPlanError: there is none.
    """
    solution = _solved(case, problem_of(case, space), GAP * TIGHTER, start)
    return Base(case, space, solution, *_sums(case, space, solution.factor))


def gain_of_next_million(base: Base, programme_id: str) -> dict[str, object]:
    """What a million more for a programme gains, as a row of the table ``gains``; not for fair plans."""
    case, before = base.case, base.solution.certificate
    budget = numbers(case.programmes["budget"])
    budget = budget + MILLION * (case.programmes["programme_id"] == programme_id).to_numpy()
    richer = replace(case, programmes=case.programmes.assign(budget=budget))
    row: dict[str, object] = {"programme_id": programme_id}
    problem = problem_of(richer, base.space)
    prices = base.solution.start.prices.for_problem(problem)
    bound = best_bound(problem, prices, before.value, GAP)[0]
    if before.value - bound <= GAP * before.scale:  # no plan gains more than the gap
        return row | _figures(0.0, 0.0, max(0.0, before.value - bound), 0.0, 0.0, str(Status.OPTIMAL))
    try:
        found = _solved(case, problem, GAP, base.solution.start)
    except NoPlanError as error:
        return row | _figures(0.0, 0.0, before.value, 0.0, 0.0, str(error.status))
    after = found.certificate
    covered, short = _sums(case, base.space, found.factor)
    gain = max(0.0, before.value - after.value)
    least, most = max(0.0, before.bound - after.value), max(0.0, before.value - after.bound)
    return row | _figures(
        gain, least, most, covered - base.covered_km2, base.shortfall_km2 - short, str(found.status)
    )


def _figures(*values: object) -> dict[str, object]:
    names = ("gain_of_next_million_km2", "least_km2", "most_km2", "more_covered_km2", "less_shortfall_km2")
    return dict(zip((*names, "status"), values, strict=True))


def _solved(case: Case, problem: Problem, gap: float, start: WarmStart | None) -> Solution:
    settings = case.settings.solver
    found = optimise(
        problem,
        min(gap, settings.gap_tolerance),
        solver=settings.name,
        time_limit_s=settings.time_limit_s,
        max_rounds=settings.max_rounds,
        start=start,
    )
    wrong = list(findings(problem, found))
    if wrong:
        raise NoPlanError(Status.NUMERICAL, f"the plan does not hold: {wrong[0]}")
    return found


def _sums(case: Case, space: Space, factor: Array) -> tuple[float, float]:
    """Coverage and shortfall of all areas together [km²]."""
    cells = space.cells
    km2 = numbers(cells["area_km2"])
    mean = shares(case) @ pod(factor).reshape(-1, len(cells))
    table = pd.DataFrame({"area": cells["area"], "km2": km2, "covered": km2 * mean})
    sums = table.groupby("area").sum().reindex(range(len(case.areas)), fill_value=0.0)
    short = numbers(case.areas["target_coverage"]) * numbers(sums["km2"]) - numbers(sums["covered"])
    return float(sums["covered"].sum()), float(np.maximum(0.0, short).sum())

"""What plans are short of limits, limit by limit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planner.effort import search_theory
from planner.frames import records, sum_by
from planner.model.demands import COVERAGE, SHARE
from planner.model.problem import PlanningProblem
from planner.solve.certificate import KEPT, short_of_demands, short_of_money

Array = npt.NDArray[np.float64]


def by_limit(problem: PlanningProblem, of_demands: Array, of_money: Array) -> Array:
    """Values of demands for coverage and for money as values of the limits, shape (limits,).

    Args:
        problem: the problem.
        of_demands: by demand for coverage; those of limits come last among them.
        of_money: by demand for money.
    """
    of_coverage = (problem.limits["kind"] == COVERAGE).to_numpy(dtype=bool)
    values = np.zeros(len(problem.limits))
    values[of_coverage] = of_demands[len(of_demands) - int(of_coverage.sum()) :]
    values[~of_coverage] = of_money
    return values


def whole_limits(problem: PlanningProblem) -> Array:
    """All that each limit asks for, shape (limits,) [km² or money]; see ``MoneyDemands.whole``."""
    return by_limit(problem, problem.demands.km2, problem.money_demands.whole)


def short_of_limits(problem: PlanningProblem, factor: Array, money: Array) -> Array:
    """What a plan is short of each limit, shape (limits,) [km² or money]."""
    return by_limit(problem, short_of_demands(problem, factor), short_of_money(problem, money))


def kept(problem: PlanningProblem, factor: Array, money: Array) -> bool:
    """Whether a plan keeps every hard limit, but for rounding."""
    short = short_of_limits(problem, factor, money)
    hard = problem.limits["hard"].to_numpy(dtype=bool)
    return bool((short <= KEPT * whole_limits(problem))[hard].all())


def reached_of_limits(problem: PlanningProblem, factor: Array, money: Array) -> Array:
    """What a plan reaches of each limit, in the unit of its ``least``; a share of nothing spent is 1.

    Args:
        problem: the problem.
        factor: coverage factor of each cell, shape (cells,).
        money: amounts by row of ``PlanningProblem.funding`` [money].
    """
    covered = sum_by(problem.cell_area, problem.cell_km2 * search_theory.pod(factor), len(problem.areas))
    payer = problem.funding["programme"].to_numpy()
    area = problem.pairs["area"].to_numpy()[problem.funding["pair"].to_numpy()]
    reached = np.zeros(len(problem.limits))
    for n, row in enumerate(records(problem.limits)):
        if row.kind == COVERAGE:
            reached[n] = covered[row.area] / problem.area_km2[row.area]
            continue
        paid = money[payer == row.programme]
        inside = paid[np.isin(area[payer == row.programme], row.areas)]
        spent = float(paid.sum())
        share = float(inside.sum()) / spent if spent > 0.0 else 1.0
        reached[n] = share if row.kind == SHARE else spent
    return reached

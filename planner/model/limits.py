"""Rows for what a plan owes: coverage of areas, and money spent in places."""

from __future__ import annotations

import numpy as np
import pulp

from planner.model.breakpoints import Breakpoints
from planner.model.problem import PlanningProblem
from planner.model.rows import Terms, add_row, terms
from planner.model.scale import Scale
from planner.model.variables import Variables


def least_coverage(
    lp: pulp.LpProblem,
    problem: PlanningProblem,
    variables: Variables,
    breakpoints: Breakpoints,
    scale: Scale,
) -> dict[int, pulp.LpConstraint]:
    """Equation (13): covered_i + short_k >= km2_k + ratio_km2_k t, for every demand k for coverage [km²].

    covered_i = sum over the cells of area i of area x slope x factor, which understates it as the chords do.
    A target (objective "shortfall") and a soft limit may be short at a penalty, a hard limit may not; a fair
    share asks for the part t of its target.

    Returns:
        Row handles by position of the demand.
    """
    demands = problem.demands
    if not len(demands):
        return {}
    km2 = problem.cell_km2[breakpoints.cell] * breakpoints.slope
    covered = terms(problem.cell_area[breakpoints.cell], variables.factor, km2, len(problem.areas))
    rows = {}
    for n, (area, short, unit) in enumerate(
        zip(demands.area.tolist(), variables.shortfall, scale.demand.tolist(), strict=True)
    ):
        row: Terms = [(short, 1.0), *((factor, each / unit) for factor, each in covered[area])]
        row += [(t, -float(demands.ratio_km2[n]) * scale.objective / unit) for t in variables.ratio]
        rows[n] = add_row(lp, f"area_{n}", row, pulp.LpConstraintGE, float(demands.km2[n] / unit))
    return rows


def least_money(
    lp: pulp.LpProblem, problem: PlanningProblem, variables: Variables, scale: Scale
) -> dict[int, pulp.LpConstraint]:
    """Equations (14) and (15), for every demand k for money of a programme p [money].

    (14) least spending: sum over assets and areas of f + short_k >= amount
    (15) least share:    sum over assets and the named areas of f + short_k >= share x sum over all areas of f

    Returns:
        Row handles by position of the demand.
    """
    demands = problem.money_demands
    payer = problem.funding["programme"].to_numpy()
    area = problem.pairs["area"].to_numpy()[problem.funding["pair"].to_numpy()]
    rows = {}
    for n, short in enumerate(variables.money_short):
        unit = float(scale.money_demand[n])
        part = np.where(payer == demands.programme[n], demands.part[n][area], 0.0) * scale.money / unit
        paid = np.flatnonzero(part).tolist()
        row: Terms = [(short, 1.0), *((variables.money[column], float(part[column])) for column in paid)]
        rows[n] = add_row(lp, f"spending_{n}", row, pulp.LpConstraintGE, float(demands.amount[n] / unit))
    return rows

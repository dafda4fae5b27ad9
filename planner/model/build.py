"""The linear program on one page."""

from __future__ import annotations

from dataclasses import dataclass

import pulp

from planner.model import coverage, funding, hours, limits
from planner.model.breakpoints import Breakpoints
from planner.model.objective import set_objective
from planner.model.problem import PlanningProblem
from planner.model.scale import Scale, scale_of
from planner.model.variables import Variables, add_variables

Rows = dict[int, pulp.LpConstraint]


@dataclass(frozen=True)
class LinearProgram:
    """A built linear program with the handles of its variables and rows, by kind and position."""

    lp: pulp.LpProblem
    variables: Variables
    breakpoints: Breakpoints
    scale: Scale
    asset_hours: Rows
    base_capacity: Rows
    funding: Rows
    budgets: Rows
    cells: Rows
    areas: Rows
    least_missions: Rows
    spending: Rows

    @property
    def rows(self) -> dict[str, Rows]:
        """All rows by kind, each by position, in an order that is always the same."""
        return {
            "asset_hours": self.asset_hours,
            "base_capacity": self.base_capacity,
            "funding": self.funding,
            "budgets": self.budgets,
            "cells": self.cells,
            "areas": self.areas,
            "least_missions": self.least_missions,
            "spending": self.spending,
        }

    def all_rows(self) -> list[pulp.LpConstraint]:
        """The handles of all rows, in the order of ``rows``."""
        return [row for rows in self.rows.values() for row in rows.values()]


def build(problem: PlanningProblem, breakpoints: Breakpoints, allowed: float) -> LinearProgram:
    """Build the linear program of a problem on given breakpoints, equations (7) to (15).

    Args:
        problem: what is to be planned.
        breakpoints: intervals of the chords, for the cells that effort can reach.
        allowed: gap that the plan may have [objective]; fixes how small the price of money is that lets the
            cheapest of equal plans win.
    """
    lp = pulp.LpProblem("plan", pulp.LpMinimize)
    scale = scale_of(problem)
    variables = add_variables(lp, problem, breakpoints)
    set_objective(lp, problem, variables, breakpoints, scale, allowed)
    return LinearProgram(
        lp=lp,
        variables=variables,
        breakpoints=breakpoints,
        scale=scale,
        asset_hours=hours.asset_hours(lp, problem, variables, scale),
        base_capacity=hours.base_capacity(lp, problem, variables, scale),
        funding=funding.funding(lp, problem, variables, scale),
        budgets=funding.budgets(lp, problem, variables, scale),
        cells=coverage.coverage_factor(lp, problem, variables, breakpoints),
        areas=limits.least_coverage(lp, problem, variables, breakpoints, scale),
        least_missions=coverage.least_missions(lp, problem, variables),
        spending=limits.least_money(lp, problem, variables, scale),
    )

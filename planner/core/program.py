"""The linear program of a problem on given breakpoints, built with PuLP from the matrices.

The solver sees numbers near 1: an activity in units of its most, a resource as a part of what there is of
it, the objective in ``Units.objective``. Entries that are too small to matter are left out here, not by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pulp
from scipy import sparse

from planner.core.breakpoints import Breakpoints
from planner.core.problem import FULL, Array, Integers, Matrix, Problem

Terms = list[tuple[pulp.LpVariable, float]]

OBJECTIVE_SIZE = 1e4
"""The objective with no effort at all, in the solver's units, is between this and ten times it."""
RATIO_SIZE = 1e3
"""So is the largest smallest ratio that could be thought of."""
SMALL_ENTRY = 1e-11
"""Entries of a row below this part of its unit are left out: with all activities at their most they add up to
less than the solver's own tolerance."""
TIE_BREAK = 0.01
"""What the tie-break may move the objective by, as a part of the gap that is allowed."""
LEAST_WORTH = 1e-4
"""What the tie-break may count, as a part of what its money is worth at best."""
LEAST_FACTOR = 1e-6
"""Least unit of a coverage factor: the solver keeps rows to 1e-7, which is much where little can be had."""


@dataclass(frozen=True)
class Units:
    """Natural units per unit of the solver.

    Attributes:
        activity: of each activity.
        resource: of each resource.
        node: of the coverage factor of each node, 1 but where next to nothing can be had.
        goal: of each goal.
        objective: of the objective.
    """

    activity: Array
    resource: Array
    node: Array
    goal: Array
    objective: float


@dataclass(frozen=True)
class Program:
    """A built linear program with the handles of its variables and rows.

    Attributes:
        lp: the program.
        problem: what it was built from.
        breakpoints: its intervals.
        units: its units.
        tie_break: small price of money in its objective [objective per money].
        x: activities of the program, positions in the problem, one variable each.
        short: goals whose shortfall is a variable, positions in the problem.
        resources, nodes, goals: positions in the problem of its rows of each kind.
        variables: all variables: x, one of each interval, short, and the smallest ratio if there is one.
        rows: all rows: resources, nodes, goals.
    """

    lp: pulp.LpProblem
    problem: Problem
    breakpoints: Breakpoints
    units: Units
    tie_break: float
    x: Integers
    short: Integers
    resources: Integers
    nodes: Integers
    goals: Integers
    variables: list[pulp.LpVariable]
    rows: list[pulp.LpConstraint]

    def split_columns(self, values: np.ndarray) -> dict[str, np.ndarray]:
        """Values of all variables by kind: x, interval, short, ratio."""
        ends = np.cumsum([len(self.x), len(self.breakpoints.node), len(self.short)])
        return dict(zip(("x", "interval", "short", "ratio"), np.split(values, ends), strict=True))

    def split_rows(self, values: np.ndarray) -> dict[str, np.ndarray]:
        """Values of all rows by kind: resource, node, goal."""
        ends = np.cumsum([len(self.resources), len(self.nodes)])
        return dict(zip(("resource", "node", "goal"), np.split(values, ends), strict=True))


def power_of_ten(values: Array) -> Array:
    """The power of ten at or below each value; 1 for values that are zero or infinite."""
    array = np.asarray(values, dtype=np.float64)
    usual = np.isfinite(array) & (array > 0.0)
    exponent = np.floor(np.log10(np.where(usual, array, 1.0)))
    return np.asarray(10.0**exponent)


def build(problem: Problem, breakpoints: Breakpoints, allowed: float) -> Program:
    """Build the linear program of a problem on given breakpoints.

    Args:
        problem: what is to be planned.
        breakpoints: intervals of the chords, for the nodes that activities reach.
        allowed: gap that the plan may have [objective]; fixes how small the tie-break is.
    """
    lp = pulp.LpProblem("plan", pulp.LpMinimize)
    x_at = np.flatnonzero(~problem.negligible & (problem.most > 0.0))
    resources = _binding(problem, x_at)
    goals = np.flatnonzero(problem.for_coverage)
    units = units_of(problem, x_at)
    tie_break = tie_break_of(problem, allowed)
    upper = problem.activities["upper"].to_numpy()[x_at] / units.activity[x_at]
    x = [
        lp.add_variable(f"x_{n}", 0, most if most < np.inf else None)
        for n, most in zip(x_at.tolist(), upper.tolist(), strict=True)
    ]
    width = breakpoints.width / units.node[breakpoints.node]
    factor = [lp.add_variable(f"c_{n}", 0, most) for n, most in enumerate(width.tolist())]
    short = [lp.add_variable(f"s_{n}", 0, _most_short(problem, n)) for n in goals.tolist()]
    ratio = [lp.add_variable("t", 0, FULL / units.objective)] if problem.has_ratio else []
    nodes = np.unique(breakpoints.node)
    usage = problem.usage[:, x_at].tocsr()[resources]
    usage = (
        sparse.diags_array(1.0 / units.resource[resources]) @ usage @ sparse.diags_array(units.activity[x_at])
    )
    effect = problem.effect[:, x_at].tocsr()[nodes] @ sparse.diags_array(units.activity[x_at])
    effect = sparse.diags_array(1.0 / units.node[nodes]) @ effect
    rows = [
        *_resource_rows(lp, problem, resources, usage, x, units),
        *_node_rows(lp, effect, breakpoints, x, factor),
        *_goal_rows(lp, problem, goals, breakpoints, (factor, short, ratio), units),
    ]
    _set_objective(lp, problem, (x_at, goals), breakpoints, (x, factor, short, ratio), units, tie_break)
    variables = [*x, *factor, *short, *ratio]
    return Program(
        lp, problem, breakpoints, units, tie_break, x_at, goals, resources, nodes, goals, variables, rows
    )


def units_of(problem: Problem, x: Integers) -> Units:
    """Choose the units for a problem, whose program has the activities ``x``."""
    stake = power_of_ten(np.array([problem.stake]))[0]
    objective = float(stake) / (RATIO_SIZE if problem.has_ratio else OBJECTIVE_SIZE)
    most = problem.most
    column = np.repeat(np.arange(len(most)), problem.n_effects)
    largest = np.zeros(len(most))
    np.maximum.at(largest, column, problem.effect.data)
    with np.errstate(divide="ignore"):
        otherwise = np.where(largest > 0.0, 1.0 / largest, 1.0)
    activity = np.where(np.isfinite(most) & (most > 0.0), most, otherwise)
    capacity = problem.capacity
    # what is short of a goal for money may be anything: its unit is that of its resource
    free = np.isinf(most) & (problem.n_effects == 0)
    used = np.zeros(len(most), dtype=bool)
    used[x] = ~free[x]
    usage = problem.usage
    row_largest = _largest_by_row(usage @ sparse.diags_array(np.where(used, activity, 0.0)))
    of_row = np.where(np.isfinite(capacity) & (capacity != 0.0), np.abs(capacity), row_largest)
    column = np.repeat(np.arange(len(most)), np.diff(usage.indptr))
    entry = free[column] & (of_row[usage.indices] > 0.0)
    largest = np.zeros(len(most))
    np.maximum.at(largest, column[entry], of_row[usage.indices[entry]] / np.abs(usage.data[entry]))
    activity = np.where(largest > 0.0, largest, activity)
    node = np.clip(power_of_ten(problem.effect @ most), LEAST_FACTOR, 1.0)
    return Units(activity, power_of_ten(of_row), node, _goal_units(problem, objective), objective)


def _largest_by_row(matrix: Matrix) -> Array:
    """The largest absolute entry of each row, 0 where there is none."""
    found = np.zeros(matrix.shape[0])
    np.maximum.at(found, matrix.indices, np.abs(matrix.data))
    return found


def _goal_units(problem: Problem, objective: float) -> Array:
    """What is worth as much as the objective's unit, or less for small goals; ratios have their own."""
    unit = power_of_ten(problem.wanted)
    if not problem.has_ratio:
        worth = np.where(problem.penalty > 0.0, np.minimum(1.0, problem.penalty), 1.0)
        unit = np.minimum(unit, power_of_ten(objective / worth))
    share = problem.ratio_km2 * objective
    return np.asarray(np.where(share > 0.0, share, unit))


def _binding(problem: Problem, x: Integers) -> Integers:
    """Resources that some activity uses, and that are not more than all activities together can use.

    Were one left out that limits an activity, that one alone could use all of it: so none is.
    """
    used = np.zeros(len(problem.resources), dtype=bool)
    used[problem.usage[:, x].indices] = True
    with np.errstate(invalid="ignore"):
        may = problem.exact | ~(problem.most_used < (1.0 - 1e-9) * problem.capacity)
    return np.flatnonzero(used & may & np.isfinite(problem.capacity))


def tie_break_of(problem: Problem, allowed: float) -> float:
    """A price of money that lets the cheapest of equal plans win [objective per money]; a power of ten.

    It moves the objective by at most ``TIE_BREAK`` of the gap that is allowed, and counts at most
    ``LEAST_WORTH`` of what money is worth at its best, so that it never outweighs it.
    """
    priced = np.flatnonzero((problem.tie_break > 0.0) & (problem.most > 0.0))
    if not len(priced) or problem.has_ratio or allowed <= 0.0:
        return 0.0
    money = _largest_payments(problem, priced)
    if not 0.0 < money < np.inf:
        return 0.0
    price = min(TIE_BREAK * allowed / money, LEAST_WORTH * _least_worth(problem))
    return float(power_of_ten(np.array([price]))[0]) if price > 0.0 else 0.0


def _largest_payments(problem: Problem, priced: Integers) -> float:
    """Most money that all payments together can be: no more than their resources, nor than what is needed."""
    usage = problem.usage[:, priced].tocsc()
    column = np.repeat(np.arange(len(priced)), np.diff(usage.indptr))
    limited = np.flatnonzero((usage.data > 0.0) & ~problem.exact[usage.indices])
    of_payment = problem.most[priced] * problem.tie_break[priced]
    by_resource = np.bincount(usage.indices[limited], of_payment[column[limited]], len(problem.resources))
    some = by_resource > 0.0
    return float(np.minimum(by_resource, np.maximum(0.0, problem.capacity))[some].sum())


def _least_worth(problem: Problem) -> float:
    """What money is worth at its best, where that is least: the best ratio of worth to cost, by account."""
    at, node, factor = problem.singles
    account, cost = problem.exact_of
    some = (account[at] >= 0) & ~problem.negligible[at]
    penalty = np.where(np.isfinite(problem.penalty), problem.penalty, 0.0)
    worth = problem.weight + problem.cover.T @ np.where(problem.goals["at_stake"], penalty, 0.0)
    # a penalty of a limit may be far above what it takes to keep it
    worth = np.where(worth > 0.0, worth, problem.cover.T @ penalty)
    best = np.zeros(len(problem.resources))
    np.maximum.at(best, account[at[some]], worth[node[some]] * factor[some] / cost[at[some]])
    return float(best[best > 0.0].min(initial=np.inf))


def _most_short(problem: Problem, goal: int) -> float | None:
    """No bound where there is a penalty; nothing where that is infinite."""
    return None if np.isfinite(problem.penalty[goal]) else 0.0


def terms_of(matrix: Matrix, variables: Sequence[pulp.LpVariable], least: float = SMALL_ENTRY) -> list[Terms]:
    """The terms of each row of a matrix (csr), shape (rows, variables)."""
    handles = np.array(variables, dtype=object)
    kept = np.abs(matrix.data) > least
    ends = np.concatenate([[0], np.cumsum(kept)])[matrix.indptr].tolist()
    pairs = list(zip(handles[matrix.indices[kept]].tolist(), matrix.data[kept].tolist(), strict=True))
    return [pairs[low:high] for low, high in pairwise(ends)]


def _resource_rows(
    lp: pulp.LpProblem,
    problem: Problem,
    resources: Integers,
    usage: Matrix,
    x: list[pulp.LpVariable],
    units: Units,
) -> list[pulp.LpConstraint]:
    """U x <= r, or = where the resource is exact; in units of each resource."""
    limit = (problem.capacity[resources] / units.resource[resources]).tolist()
    sense = np.where(problem.exact[resources], pulp.LpConstraintEQ, pulp.LpConstraintLE).tolist()
    grouped = terms_of(usage.tocsr(), x)
    return [
        _add_row(lp, f"r_{n}", row, each, bound)
        for n, row, each, bound in zip(resources.tolist(), grouped, sense, limit, strict=True)
    ]


def _node_rows(
    lp: pulp.LpProblem,
    effect: Matrix,
    breakpoints: Breakpoints,
    x: list[pulp.LpVariable],
    factor: list[pulp.LpVariable],
) -> list[pulp.LpConstraint]:
    """Sum over intervals of the factor <= Y x, for every node that has breakpoints.

    The intervals' slopes fall, so the best use of a coverage factor fills them from below: their sum is C
    and 1 - sum(slope x factor) is the chord of exp(-C). Effort beyond the last point adds nothing, hence
    "<=" and not "=".
    """
    nodes, first = np.unique(breakpoints.node, return_index=True)
    ends = [*first.tolist(), len(factor)]
    added = terms_of((-effect).tocsr(), x)
    rows = []
    for n, node in enumerate(nodes.tolist()):
        gained = [(each, 1.0) for each in factor[ends[n] : ends[n + 1]]]
        rows.append(_add_row(lp, f"n_{node}", gained + added[n], pulp.LpConstraintLE, 0.0))
    return rows


def _goal_rows(
    lp: pulp.LpProblem,
    problem: Problem,
    goals: Integers,
    breakpoints: Breakpoints,
    variables: tuple[list[pulp.LpVariable], list[pulp.LpVariable], list[pulp.LpVariable]],
    units: Units,
) -> list[pulp.LpConstraint]:
    """Covered + short >= wanted + ratio_km2 t, for every goal for coverage [km²].

    Covered is the sum of km2 x slope x factor, which understates it as the chords do.
    """
    if not len(goals):
        return []
    factor, short, ratio = variables
    of_goal = 1.0 / units.goal[goals]
    cover = sparse.diags_array(of_goal) @ problem.cover[goals][:, breakpoints.node]
    slope = breakpoints.slope * units.node[breakpoints.node]
    covered = terms_of((cover @ sparse.diags_array(slope)).tocsr(), factor)
    rows = []
    for n, goal in enumerate(goals.tolist()):
        row: Terms = [(short[n], 1.0), *covered[n]]
        row += [(t, -float(problem.ratio_km2[goal]) * units.objective * of_goal[n]) for t in ratio]
        rows.append(
            _add_row(lp, f"g_{goal}", row, pulp.LpConstraintGE, float(problem.wanted[goal] * of_goal[n]))
        )
    return rows


def _set_objective(
    lp: pulp.LpProblem,
    problem: Problem,
    at: tuple[Integers, Integers],
    breakpoints: Breakpoints,
    variables: tuple[list[pulp.LpVariable], ...],
    units: Units,
    tie_break: float,
) -> None:
    """What is missed, by chords; costs; penalties; less the smallest ratio; the tie-break."""
    x_at, goals = at
    x, factor, short, ratio = variables
    slope = breakpoints.slope * units.node[breakpoints.node]
    gain = problem.weight[breakpoints.node] * slope / units.objective
    cost = (problem.cost + tie_break * problem.tie_break)[x_at] * units.activity[x_at] / units.objective
    penalty = np.where(np.isfinite(problem.penalty), problem.penalty, 0.0)[goals]
    penalty = penalty * units.goal[goals] / units.objective
    some = np.flatnonzero(cost).tolist()
    terms: Terms = [
        *zip(factor, (-gain).tolist(), strict=True),
        *((x[n], float(cost[n])) for n in some),
        *zip(short, penalty.tolist(), strict=True),
        *((t, -1.0) for t in ratio),
    ]
    constant = float(problem.weight.sum()) / units.objective
    lp.setObjective(pulp.LpAffineExpression(terms, constant))


def _add_row(lp: pulp.LpProblem, name: str, row: Terms, sense: int, bound: float) -> pulp.LpConstraint:
    constraint = pulp.LpConstraint(pulp.LpAffineExpression(row), sense, name, bound)
    lp.addConstraint(constraint)
    return constraint

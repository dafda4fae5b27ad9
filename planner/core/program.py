"""The linear program of a problem on given breakpoints, built from the matrices.

The solver sees numbers near 1: an activity in units of its most, a resource as a part of what there is of
it, the objective in ``Units.objective``. Entries that are too small to matter are left out here, not by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from planner.core.breakpoints import Breakpoints
from planner.core.linear import LinearProgram, PulpProgram
from planner.core.problem import FULL, NEGLIGIBLE, Array, Booleans, Integers, Matrix, Problem
from planner.frames import once

OBJECTIVE_SIZE = 1e4
"""The objective with no effort at all, in the solver's units, is between this and ten times it."""
RATIO_SIZE = 1e3
"""So is the largest smallest ratio that could be thought of."""
SMALL_ENTRY = NEGLIGIBLE
"""Entries of a row below this part of its unit are left out: with all activities at their most they add up to
less than the solver's own tolerance."""
LEAST_ANSWER = 1e-4
"""Least unit of the share of a node that is not answered."""
TIE_BREAK = 0.01
"""What the tie-break may move the objective by, as a part of the gap that is allowed."""
LEAST_WORTH = 1e-4
"""What the tie-break may count, as a part of what its money is worth at best."""
COLUMNS = ("x", "interval", "short", "unanswered", "ratio")
ROWS = ("resource", "node", "goal", "answer")
Entries = tuple[Integers, Integers, Array]
"""Rows, columns and values of a block of the program."""
LEAST_FACTOR = 1e-6
"""Least unit of a coverage factor: the solver keeps rows to 1e-7, which is much where little can be had."""


@dataclass(frozen=True)
class Units:
    """Natural units per unit of the solver.

    Attributes:
        activity: of each activity.
        resource: of each resource.
        node: of the coverage factor of each node, 1 but where next to nothing can be had.
        answer: of the share of each node that is seen and not answered, likewise.
        goal: of each goal.
        objective: of the objective.
    """

    activity: Array
    resource: Array
    node: Array
    answer: Array
    goal: Array
    objective: float


@dataclass(frozen=True, eq=False)
class Program:
    """A built linear program, and what its variables and rows are.

    Its variables are x, one of each interval, short, what is seen and not answered in nodes where that
    counts, and the smallest ratio if there is one; its rows are those of resources, nodes, goals, answers:
    what is seen in a node is answered or not.

    Attributes:
        lp: the program.
        problem: what it was built from.
        breakpoints: its intervals.
        units: its units.
        tie_break: small price of money in its objective [objective per money].
        x: activities of the program, positions in the problem, one variable each.
        short: goals whose shortfall is a variable, positions in the problem.
        resources, nodes, goals: positions in the problem of its rows of each kind.
        answered: nodes of which some part may be answered, one variable and one row each.
    """

    lp: LinearProgram
    problem: Problem
    breakpoints: Breakpoints
    units: Units
    tie_break: float
    x: Integers
    short: Integers
    resources: Integers
    nodes: Integers
    goals: Integers
    answered: Integers

    @cached_property
    def column(self) -> Integers:
        """The variable of each activity of the problem (-1: none), shape (activities,)."""
        found = np.full(len(self.problem.activities), -1, dtype=np.int64)
        found[self.x] = np.arange(len(self.x))
        return found

    def in_problem(self, of_x: Booleans) -> Booleans:
        """Which activities of the problem are chosen, from which variables x are, shape (activities,)."""
        found = np.zeros(len(self.problem.activities), dtype=bool)
        found[self.x[of_x]] = True
        return found

    def split_columns(self, values: np.ndarray) -> dict[str, np.ndarray]:
        """Values of all variables by kind: ``COLUMNS``."""
        ends = np.cumsum([len(self.x), len(self.breakpoints.node), len(self.short), len(self.answered)])
        return dict(zip(COLUMNS, np.split(values, ends), strict=True))

    def as_pulp(self) -> PulpProgram:
        """The program in PuLP; its variables and rows are called by the letters below and a number.

        x, c, s, u, t: activities, intervals, shortfalls, what is not answered, ratio; r, n, g, b: rows of
        resources, nodes, goals, and of boardings.
        """
        width, ratio = len(self.breakpoints.node), int(self.problem.has_ratio)
        columns = {"x": self.x, "c": np.arange(width), "s": self.short, "u": self.answered}
        columns["t"] = np.arange(ratio)
        rows = {"r": self.resources, "n": self.nodes, "g": self.goals, "b": self.answered}
        return self.lp.as_pulp(
            *([f"{k}_{n}" for k, some in kinds.items() for n in some.tolist()] for kinds in (columns, rows))
        )

    def split_rows(self, values: np.ndarray) -> dict[str, np.ndarray]:
        """Values of all rows by kind: ``ROWS``."""
        numbers = len(self.resources), len(self.nodes), len(self.goals)
        return dict(zip(ROWS, np.split(values, np.cumsum(numbers)), strict=True))


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
    x, resources, units, usage = _of_activities(problem)
    goals = np.flatnonzero(problem.for_coverage)
    tie_break = tie_break_of(problem, allowed)
    nodes = np.unique(breakpoints.node)
    answered = _answered(problem, x, nodes)
    of_goal = 1.0 / units.goal[goals]
    cost = _cost(problem, (x, goals, answered), breakpoints, units, tie_break)
    upper = [
        problem.activities["upper"].to_numpy()[x] / units.activity[x],
        breakpoints.width / units.node[breakpoints.node],
        np.where(np.isfinite(problem.penalty[goals]), np.inf, 0.0),
        1.0 / units.answer[answered],
        np.full(int(problem.has_ratio), FULL / units.objective),
    ]
    limit = problem.capacity[resources] / units.resource[resources]
    blocks = {
        ("resource", "x"): usage,
        **_node_rows(problem, nodes, x, breakpoints, units),
        **_goal_rows(problem, goals, answered, breakpoints, units),
    }
    if problem.answers is not None and len(answered):
        answers, all_of = problem.answers.tocsr()[answered][:, x], np.arange(len(answered))
        blocks["answer", "x"] = _scaled(-1.0 / units.answer[answered], answers, units.activity[x])
        blocks["answer", "interval"] = _seen(problem, answered, breakpoints, units)
        blocks["answer", "unanswered"] = all_of, all_of, -np.ones(len(answered))
    free = np.full(len(answered), -np.inf)
    lower = [np.where(problem.exact[resources], limit, -np.inf), np.full(len(nodes), -np.inf)]
    most = [limit, np.zeros(len(nodes)), np.full(len(goals), np.inf)]
    lp = LinearProgram(
        np.concatenate(cost),
        float(problem.weight.sum()) / units.objective,
        np.concatenate(upper),
        _placed(blocks, [len(each) for each in (resources, nodes, goals, answered)], list(map(len, upper))),
        np.concatenate([*lower, problem.wanted[goals] * of_goal, free]),
        np.concatenate([*most, np.zeros(len(free))]),
    )
    return Program(lp, problem, breakpoints, units, tie_break, x, goals, resources, nodes, goals, answered)


@once
def _of_activities(problem: Problem) -> tuple[Integers, Integers, Units, Entries]:
    """Activities, resources, units and rows of resources: nothing of them depends on breakpoints."""
    x = np.flatnonzero(~problem.negligible & (problem.most > 0.0))
    units, resources = units_of(problem, x), _binding(problem, x)
    used = problem.usage[:, x].tocsr()[resources]
    return x, resources, units, _scaled(1.0 / units.resource[resources], used, units.activity[x])


def _placed(
    blocks: Mapping[tuple[str, str], Entries], heights: Sequence[int], widths: Sequence[int]
) -> Matrix:
    """The matrix of blocks by kinds of rows and columns; heights of ``ROWS``, widths of ``COLUMNS``."""
    top = dict(zip(ROWS, np.cumsum([0, *heights[:-1]]), strict=True))
    left = dict(zip(COLUMNS, np.cumsum([0, *widths[:-1]]), strict=True))
    rows = np.concatenate([of_row + top[row] for (row, _), (of_row, _, _) in blocks.items()])
    columns = np.concatenate([of_column + left[column] for (_, column), (_, of_column, _) in blocks.items()])
    values = np.concatenate([each for _, _, each in blocks.values()])
    return sparse.csr_array((values, (rows, columns)), shape=(sum(heights), sum(widths)))


def units_of(problem: Problem, x: Integers) -> Units:
    """Choose the units for a problem, whose program has the activities ``x``."""
    stake = power_of_ten(np.array([problem.stake]))[0]
    objective = float(stake) / (RATIO_SIZE if problem.has_ratio else OBJECTIVE_SIZE)
    most = problem.most
    largest = problem.largest
    with np.errstate(divide="ignore"):
        otherwise = np.where(largest > 0.0, 1.0 / largest, 1.0)
    activity = np.where(np.isfinite(most) & (most > 0.0), most, otherwise)
    capacity = problem.capacity
    # what is short of a goal for money may be anything: its unit is that of its resource
    free = np.isinf(most) & (largest == 0.0)
    used = np.zeros(len(most), dtype=bool)
    used[x] = ~free[x]
    usage = problem.usage
    row_largest = _largest_by_row(usage @ sparse.diags_array(np.where(used, activity, 0.0)))
    of_row = np.where(np.isfinite(capacity) & (capacity != 0.0), np.abs(capacity), row_largest)
    column = problem.user
    entry = free[column] & (of_row[usage.indices] > 0.0)
    largest = np.zeros(len(most))
    np.maximum.at(largest, column[entry], of_row[usage.indices[entry]] / np.abs(usage.data[entry]))
    activity = np.where(largest > 0.0, largest, activity)
    node = np.clip(power_of_ten(problem.effect @ most), LEAST_FACTOR, 1.0)
    answer = np.ones(len(node))
    if problem.answers is not None:
        answer = np.clip(power_of_ten(problem.answers @ most), LEAST_ANSWER, 1.0)
    return Units(activity, power_of_ten(of_row), node, answer, _goal_units(problem, objective), objective)


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
    if not problem.stake > 0.0:
        allowed = 1.0  # nothing counts: no money is better spent than kept
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
    some = (account[at] >= 0) & ~problem.slight[at]
    penalty = np.where(np.isfinite(problem.penalty), problem.penalty, 0.0)
    worth = problem.weight + problem.cover.T @ np.where(problem.goals["at_stake"], penalty, 0.0)
    # a penalty of a limit may be far above what it takes to keep it
    worth = np.where(worth > 0.0, worth, problem.cover.T @ penalty)
    best = np.zeros(len(problem.resources))
    np.maximum.at(best, account[at[some]], worth[node[some]] * factor[some] / cost[at[some]])
    at, node, share = problem.trips
    some = (account[at] >= 0) & ~problem.slight[at]
    answers = (worth * problem.response)[node[some]] * share[some]
    np.maximum.at(best, account[at[some]], answers / cost[at[some]])
    return float(best[best > 0.0].min(initial=np.inf))


def _node_rows(
    problem: Problem, nodes: Integers, x: Integers, breakpoints: Breakpoints, units: Units
) -> dict[tuple[str, str], Entries]:
    """Sum over intervals of the factor - Y x <= 0, for every node that has breakpoints.

    The intervals' slopes fall, so the best use of a coverage factor fills them from below: their sum is C
    and 1 - sum(slope x factor) is the chord of exp(-C). Effort beyond the last point adds nothing, hence
    "<=" and not "=".
    """
    added = _scaled(-1.0 / units.node[nodes], problem.effect[:, x].tocsr()[nodes], units.activity[x])
    n = len(breakpoints.node)
    gained = np.searchsorted(nodes, breakpoints.node), np.arange(n), np.ones(n)
    return {("node", "x"): added, ("node", "interval"): gained}


def _answered(problem: Problem, x: Integers, nodes: Integers) -> Integers:
    """Nodes with breakpoints in which some activity of the program answers."""
    if problem.answers is None:
        return np.zeros(0, dtype=np.int64)
    able = np.zeros(len(problem.nodes), dtype=bool)
    able[problem.answers[:, x].indices] = True
    able &= problem.response > 0.0
    return nodes[able[nodes]]


def _seen(problem: Problem, answered: Integers, breakpoints: Breakpoints, units: Units) -> Entries:
    """What is seen by chords, sum of slope x factor, for every node that may be answered.

    It is boarded or not: seen - H x - not answered <= 0.
    """
    of_row = 1.0 / units.answer[answered]
    own = np.full(len(problem.nodes), -1, dtype=np.int64)
    own[answered] = np.arange(len(answered))
    row = own[breakpoints.node]
    some = np.flatnonzero(row >= 0)
    slope = (breakpoints.slope * units.node[breakpoints.node])[some] * of_row[row[some]]
    return row[some], some, slope


def _seen_counts(problem: Problem, answered: Integers) -> Array:
    """The part of what is seen that counts, less what is not answered, shape (nodes,)."""
    part = 1.0 - problem.response
    part[answered] = 1.0
    return part


def _goal_rows(
    problem: Problem, goals: Integers, answered: Integers, breakpoints: Breakpoints, units: Units
) -> dict[tuple[str, str], Entries]:
    """Covered + short - ratio_km2 t >= wanted, for every goal for coverage [km²].

    Covered is the sum of km2 x slope x factor, which understates it as the chords do, less what is not
    answered.
    """
    if not len(goals):
        return {}
    of_goal, cover = 1.0 / units.goal[goals], problem.cover[goals]
    slope = breakpoints.slope * (units.node * _seen_counts(problem, answered))[breakpoints.node]
    each = np.arange(len(goals))
    blocks = {
        ("goal", "interval"): _scaled(of_goal, cover[:, breakpoints.node], slope),
        ("goal", "short"): (each, each, np.ones(len(goals))),
    }
    if len(answered):
        lost = (problem.response * units.answer)[answered]
        blocks["goal", "unanswered"] = _scaled(of_goal, cover[:, answered], -lost)
    if problem.has_ratio:
        asked = np.flatnonzero(problem.ratio_km2[goals])
        of_ratio = -(problem.ratio_km2[goals] * units.objective * of_goal)[asked]
        blocks["goal", "ratio"] = asked, np.zeros(len(asked), dtype=np.int64), of_ratio
    return blocks


def _cost(
    problem: Problem,
    at: tuple[Integers, Integers, Integers],
    breakpoints: Breakpoints,
    units: Units,
    tie_break: float,
) -> list[Array]:
    """What is missed, by chords; costs; penalties; less the smallest ratio; the tie-break."""
    x, goals, answered = at
    slope = breakpoints.slope * units.node[breakpoints.node]
    weight = problem.weight * _seen_counts(problem, answered)
    gain = weight[breakpoints.node] * slope / units.objective
    lost = (problem.weight * problem.response * units.answer)[answered] / units.objective
    cost = (problem.cost + tie_break * problem.tie_break)[x] * units.activity[x] / units.objective
    penalty = np.where(np.isfinite(problem.penalty), problem.penalty, 0.0)[goals]
    short = penalty * units.goal[goals] / units.objective
    return [cost, -gain, short, lost, -np.ones(int(problem.has_ratio))]


def _scaled(rows: Array, matrix: Matrix, columns: Array) -> Entries:
    """The matrix in units of its rows and columns, without entries that are too small to matter."""
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    data = rows[row] * matrix.data * columns[matrix.indices]
    large = np.abs(data) > SMALL_ENTRY
    return row[large], matrix.indices[large], data[large]

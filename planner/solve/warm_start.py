"""Warm starts: prices and a simplex basis that outlive the linear program that they come from.

The programs of successive rounds, of a sample and the whole, of a budget sweep or of a scenario have most of
their columns and rows in common. So a basis is kept by keys that say what its members are (this mission, this
programme's payment, that asset's hours) and given to the next program, whatever its columns, rows and
breakpoints. What is known keeps its status; what is new is where prices want it: the cheapest activity of a
node is basic, the intervals worth filling are full, so the prices that the basis stands for are those known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from planner.core.breakpoints import Breakpoints
from planner.core.certificate import Valuation
from planner.core.prices import KnownPrices, Prices, among, positions
from planner.core.problem import Array, Booleans, Integers, Keys, Problem
from planner.core.program import COLUMNS, ROWS, Program
from planner.solve.solver import BASIC, LOWER, UPPER, Basis, LpSolution

Statuses = npt.NDArray[np.int8]

TIE = 1e-9
"""Prices that differ by less than this part are equal."""
WRONG = 1e-6
"""A basis in which an activity costs by a larger part more than it adds stands for other prices."""
SELDOM = 1e-3
"""How often an asset is basic at least, so that all have some turn."""
TURN = 0.4142135623730951  # any irrational number spreads the turns evenly


@dataclass(frozen=True, eq=False)
class Known:
    """Statuses of one kind of columns or rows, by keys that mean the same in every program."""

    key: Keys
    status: Statuses

    def of(self, key: Keys, otherwise: int) -> tuple[Statuses, Booleans]:
        """The status of each key, and whether it is known."""
        at, found = positions(key, self.key)
        status = np.full(len(key), otherwise, dtype=np.int8)
        status[found] = self.status[at[found]]
        return status, found


NOTHING = Known(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int8))


@dataclass(frozen=True, eq=False)
class WarmStart:
    """What is kept of a solution; it can be used for any other problem.

    Attributes:
        prices: its prices.
        inside: nodes of which an interval is basic, by key.
        spare: nodes in which more is basic than they have rows, by key: there resources get their prices.
        columns: statuses of its columns by kind (x, short, unanswered, ratio); empty where no basis is known.
        rows: statuses of its rows by kind (resource, node, goal, answer).
        near: whether the problem is so like the one it comes from that its prices are nearly right: then no
            sample is asked first, and the first round is as fine as the gap that is wanted.
    """

    prices: KnownPrices
    inside: Keys = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    spare: Keys = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    columns: Mapping[str, Known] = field(default_factory=dict)
    rows: Mapping[str, Known] = field(default_factory=dict)
    near: bool = False

    def used(self, problem: Problem) -> Booleans:
        """Which activities of a problem are in the basis, shape (activities,)."""
        status, _ = self.columns.get("x", NOTHING).of(problem.activity_keys, LOWER)
        return np.asarray(status == BASIC)

    def inside_of(self, problem: Problem) -> Booleans:
        """Nodes of a problem of which an interval is basic, shape (nodes,)."""
        return among(problem.node_keys, self.inside)

    def alone_of(self, problem: Problem) -> Booleans:
        """Nodes of a problem that must not be grouped with others, so that the basis is kept, (nodes,)."""
        return among(problem.node_keys, self.spare)

    def scaled(self, factor: Array | float) -> WarmStart:
        """The same with the prices of nodes times a factor, shape (nodes,): a sample's for the whole."""
        return replace(self, prices=self.prices.scaled(factor))

    def of_sample(self, problem: Problem, share: Array) -> WarmStart:
        """The start of the whole as that of a sample, whose nodes have a share of what they stand for."""
        prices = self.prices.for_problem(problem)
        return replace(self, prices=KnownPrices.of(problem, replace(prices, node=prices.node / share)))

    def with_prices(self, problem: Problem, prices: Prices) -> WarmStart:
        """The same basis with other prices, of a problem."""
        return replace(self, prices=KnownPrices.of(problem, prices))


def start_of(
    program: Program, solution: LpSolution, at: Valuation, problem: Problem, prices: Prices
) -> WarmStart:
    """Keep what a later program may start from.

    Args:
        program: the program.
        solution: its solution.
        at: valuation of what the program was built from, at its prices.
        problem: the whole problem.
        prices: prices of the whole problem.
    """
    known = KnownPrices.of(problem, prices)
    if solution.basis is None:
        return WarmStart(known)
    part, breakpoints = program.problem, program.breakpoints
    columns = {kind: found.copy() for kind, found in program.split_columns(solution.basis.columns).items()}
    rows = {kind: found.copy() for kind, found in program.split_rows(solution.basis.rows).items()}
    interval = columns.pop("interval")
    basic_intervals = np.bincount(breakpoints.node[interval == BASIC], minlength=len(part.nodes))
    _fill_accounts(program, at, columns, rows, basic_intervals)
    keys = _column_keys(program)
    spare = _spare(program, columns, rows, basic_intervals)
    return WarmStart(
        known,
        part.node_keys[basic_intervals > 0],
        part.node_keys[spare > 0],
        {kind: Known(keys[kind], found) for kind, found in columns.items()},
        {kind: Known(key, rows[kind]) for kind, key in _row_keys(program).items()},
    )


def _column_keys(program: Program) -> dict[str, Keys]:
    problem = program.problem
    return {
        "x": problem.activity_keys[program.x],
        "short": problem.goal_keys[program.short],
        "unanswered": problem.node_keys[program.answered],
        "ratio": np.zeros(int(problem.has_ratio), dtype=np.uint64),
    }


def _row_keys(program: Program) -> dict[str, Keys]:
    problem = program.problem
    return {
        "resource": problem.resource_keys[program.resources],
        "node": problem.node_keys[program.nodes],
        "goal": problem.goal_keys[program.goals],
        "answer": problem.node_keys[program.answered],
    }


def _cheapest_fills(problem: Problem, at: Valuation) -> Integers:
    """The activity that fills each exact resource at the lowest price (-1: none), shape (resources,)."""
    exact, amount = problem.exact_of
    fills = np.flatnonzero((amount < 0.0) & (problem.n_effects == 0) & (problem.most > 0.0))
    price = (at.reduced[fills] - at.prices.resource[exact[fills]] * amount[fills]) / -amount[fills]
    order = fills[np.lexsort((price, exact[fills]))][::-1]
    found = np.full(len(problem.resources), -1, dtype=np.int64)
    found[exact[order]] = order  # the last one written is the cheapest
    return found


def _spare(
    program: Program, columns: Mapping[str, Statuses], rows: Mapping[str, Statuses], intervals: Integers
) -> Integers:
    """Basic columns and slacks of each node, activities of several nodes aside, beyond its rows (nodes,)."""
    problem = program.problem
    basic = program.in_problem(columns["x"] == BASIC)
    activity, node, _ = problem.placed
    number = np.bincount(node[basic[activity]], minlength=len(problem.nodes)) + intervals
    number[program.nodes] += (rows["node"] == BASIC).astype(np.int64) - 1
    answers = (rows["answer"] == BASIC).astype(np.int64) + (columns["unanswered"] == BASIC) - 1
    number[program.answered] += answers
    return np.asarray(number)


def _fill_accounts(
    program: Program,
    at: Valuation,
    columns: Mapping[str, Statuses],
    rows: Mapping[str, Statuses],
    intervals: Integers,
) -> None:
    """Let what fills an exact resource be basic, also where nothing is taken from it (in place).

    Where nothing is taken from an account, the dual of its row may be anything up to the price of money, and
    nodes that a later program adds would find its missions cheaper than they are. So a payment enters the
    basis at zero, in place of the row's slack, or of a mission at zero in a node with something else basic.
    """
    problem, x, resource = program.problem, columns["x"], rows["resource"]
    if not len(problem.activities):
        return
    column = program.column
    fill = _cheapest_fills(problem, at)
    can = (fill >= 0) & (column[fill] >= 0)
    free = (resource == BASIC) & problem.exact[program.resources] & can[program.resources]
    x[column[fill[program.resources[free]]]] = BASIC
    resource[free] = LOWER
    exact, amount = problem.exact_of
    basic = program.in_problem(x == BASIC)
    paid = np.zeros(len(problem.resources), dtype=bool)
    paid[exact[basic & (amount < 0.0)]] = True
    activity, node, _ = problem.placed
    some = basic[activity]
    activity, node = activity[some], node[some]
    spare = _spare(program, columns, rows, intervals)
    account = exact[activity]
    unpaid = (account >= 0) & ~paid[account] & can[account]
    for one in np.flatnonzero(unpaid & (spare[node] > 0)).tolist():
        if not paid[account[one]] and spare[node[one]] > 0:
            spare[node[one]] -= 1
            paid[account[one]] = True
            x[column[activity[one]]] = LOWER
            x[column[fill[account[one]]]] = BASIC


def basis_for(start: WarmStart, program: Program, at: Valuation, part: Valuation) -> Basis | None:
    """The basis that a program may start from.

    Args:
        start: what is known.
        program: the program.
        at: valuation of the problem with all its activities, at the prices that are known.
        part: valuation of the problem that the program was built from, at the same prices.

    Returns:
        The basis; none where none is known.
    """
    if not start.columns:
        return None
    problem, breakpoints = program.problem, program.breakpoints
    columns = {
        kind: start.columns.get(kind, NOTHING).of(key, LOWER)[0]
        for kind, key in _column_keys(program).items()
    }
    rows, known = {}, {}
    for kind, key in _row_keys(program).items():
        rows[kind], known[kind] = start.rows.get(kind, NOTHING).of(key, BASIC)
    answered = np.zeros(len(problem.nodes), dtype=bool)
    answered[program.answered] = True
    # a node that only here has nothing that answers is new: it has a row less
    gone = ~answered & among(problem.node_keys, start.rows.get("answer", NOTHING).key)
    inside = start.inside_of(problem) & ~gone
    column = program.column
    activity, of_activity, _ = problem.placed
    own = column[activity[gone[of_activity]]]
    columns["x"][own[own >= 0]] = LOWER
    known["node"] &= ~gone[program.nodes]
    basic = program.in_problem(columns["x"] == BASIC)
    ratio = _ratios(program, part)
    cheapest, price = _cheapest_activity(problem, ratio, basic)
    node = program.nodes
    new = ~known["node"] & (cheapest[node] >= 0)
    rows["node"][new] = UPPER
    only = np.where(answered, -1, _only_activity(problem, basic, inside))  # else see _settle_answers
    other = (only[node] >= 0) & (rows["node"] != BASIC)
    other[other] = ratio[only[node[other]]] > _tied_with(price[node[other]])
    columns["x"][column[only[node[other]]]] = LOWER
    columns["x"][column[cheapest[node[other | new]]]] = BASIC
    price = np.minimum(price, at.prices.node)
    inside = _settle_answers(program, part, (columns, rows), known["answer"], inside)
    fill = _cheapest_fills(problem, part)[program.resources]
    account = ~known["resource"] & (fill >= 0)
    columns["x"][column[fill[account]]] = BASIC
    rows["resource"][account] = LOWER
    ordered = [
        columns["x"],
        _intervals(at.worth, price, breakpoints, inside),
        *(columns[kind] for kind in COLUMNS[2:]),
    ]
    return Basis(np.concatenate(ordered), np.concatenate([rows[kind] for kind in ROWS]))


def _settle_answers(
    program: Program,
    part: Valuation,
    basis: tuple[dict[str, Statuses], dict[str, Statuses]],
    known: Booleans,
    inside: Booleans,
) -> Booleans:
    """The basis in nodes with answers that are new, or whose own prices it does not stand for (in place).

    Such a node has two rows. Its cheapest effort is basic, for the price of a unit of coverage factor; for
    the price of an answer the cheapest that answers, or the slack where answers are free, or what is not
    answered where they would cost as much as they are worth.

    Args:
        program: the program.
        part: valuation of what the program was built from.
        basis: statuses of columns and rows by kind.
        known: nodes with answers that are known, shape (answered,).
        inside: nodes in which an interval is basic, shape (nodes,).

    Returns:
        Nodes in which an interval is basic.
    """
    columns, rows = basis
    node = program.answered
    if not len(node):
        return inside
    problem, answer = program.problem, np.asarray(part.answer)
    full = problem.response * (part.worth + answer)
    column = program.column
    sees, answers = _effort_and_answers(program, part)
    free, dear = answer <= TIE * full, answer >= _less(full)
    wrong = _wrong_activity(program, part, columns["x"] == BASIC) | (inside & (part.wanted <= 0.0))
    found = wrong[node] | ((rows["answer"] == BASIC) & ~free[node])
    found |= (columns["unanswered"] == BASIC) & ~dear[node]
    found |= (rows["node"] == BASIC)[np.searchsorted(program.nodes, node)] & (sees[node] >= 0)
    found &= known & (_spare(program, columns, rows, inside.astype(np.int64))[node] == 0)
    found = (found | ~known) & (sees[node] >= 0) & (free | dear | (answers >= 0))[node]
    some = np.zeros(len(problem.nodes), dtype=bool)
    some[node[found]] = True
    activity, place, _ = problem.placed
    own = column[activity[some[place]]]
    columns["x"][own[own >= 0]] = LOWER
    columns["x"][column[sees[some]]] = BASIC
    columns["x"][column[answers[some & ~free & ~dear]]] = BASIC
    rows["node"][some[program.nodes]] = UPPER
    rows["answer"][found] = np.where(free[node[found]], BASIC, UPPER)
    columns["unanswered"][found] = np.where(dear[node[found]] & ~free[node[found]], BASIC, LOWER)
    return np.asarray(inside & ~some)


def _wrong_activity(program: Program, part: Valuation, basic: Booleans) -> Booleans:
    """Nodes in which an activity is basic that costs more than it adds and answers, shape (nodes,)."""
    problem = program.problem
    in_basis = program.in_problem(basic)
    activity, node, factor = problem.placed
    worth = np.where(problem.n_effects[activity] > 0, part.supply[node] * factor, 0.0)
    size = worth + problem.response[node] * np.abs(part.worth[node])
    off = in_basis[activity] & (np.abs(part.reduced[activity] - worth) > WRONG * size)
    found = np.zeros(len(problem.nodes), dtype=bool)
    found[node[off]] = True
    return found


def _effort_and_answers(program: Program, part: Valuation) -> tuple[Integers, Integers]:
    """The cheapest effort, and the cheapest other activity that answers (-1: none), shape (nodes,) each."""
    problem = program.problem
    in_program = program.column >= 0
    at, node, share = problem.answering
    cost = part.reduced.copy()  # without what answers are worth
    cost[at] += np.asarray(part.answer)[node] * share
    activity, place, factor = problem.singles
    sees = _least(place, cost[activity] / factor, activity, in_program, len(problem.nodes))
    factor_of = np.zeros(len(problem.activities))
    factor_of[activity] = factor
    other = in_program.copy()
    other[sees[sees >= 0]] = False
    with np.errstate(invalid="ignore"):
        price = (cost[at] - np.where(factor_of[at] > 0.0, part.supply[node] * factor_of[at], 0.0)) / share
    return sees, _least(node, price, at, other, len(problem.nodes))


def _least(node: Integers, price: Array, activity: Integers, allowed: Booleans, n_nodes: int) -> Integers:
    """The cheapest activity in each node among those that are allowed (-1: none), shape (nodes,)."""
    some = np.flatnonzero(allowed[activity] & np.isfinite(price))
    order = some[np.lexsort((price[some], node[some]))][::-1]
    found = np.full(n_nodes, -1, dtype=np.int64)
    found[node[order]] = activity[order]
    return found


def implied_bounds(program: Program) -> Array:
    """Upper bounds of the variables beyond what resources imply, in the order of the columns.

    They never bind, so the prices stay those of the resources. But a column with two bounds is never dual
    infeasible: the dual simplex method needs no first phase, which took most of its time.

    Returns:
        Twice what the resources allow, plus one; infinite where they allow any number.
    """
    most = program.problem.most[program.x] / program.units.activity[program.x]
    return np.concatenate([2.0 * most + 1.0, np.full(len(program.lp.cost) - len(most), np.inf)])


def _only_activity(problem: Problem, basic: Booleans, inside: Booleans) -> Integers:
    """The activity that alone is basic in each node; -1 where there is none, or an interval, or another."""
    activity, node, _ = problem.singles
    some = basic[activity]
    number = np.bincount(node[some], minlength=len(problem.nodes)) + inside
    only = np.full(len(problem.nodes), -1, dtype=np.int64)
    only[node[some]] = activity[some]
    only[number != 1] = -1
    return only


def _ratios(program: Program, at: Valuation) -> Array:
    """Price of a unit of coverage factor by each activity of one node, tie-break included, else infinite."""
    problem = program.problem
    activity, _, factor = problem.singles
    exact, amount = problem.exact_of
    price = at.reduced[activity] + program.tie_break * np.where(exact >= 0, amount, 0.0)[activity]
    in_program = program.column >= 0
    ratio = np.full(len(problem.activities), np.inf)
    ratio[activity] = np.where(in_program[activity], price / factor, np.inf)
    return ratio


def _tied_with(ratio: Array) -> Array:
    """Up to where ratios are equal but for rounding."""
    return np.asarray(ratio + TIE * np.abs(ratio))


def _less(worth: Array) -> Array:
    """Below which prices are less but for rounding."""
    return np.asarray(worth - TIE * np.abs(worth))


def _cheapest_activity(problem: Problem, ratio: Array, basic: Booleans) -> tuple[Integers, Array]:
    """The activity that adds to each node at the lowest price (-1: none), and that price, shape (nodes,).

    Where several assets do it at the same price (twins, satellites), they take the nodes in turn, as often as
    they are basic in the nodes that are known: else one would have them all, and the simplex method would
    move nodes to the others one by one.

    Args:
        problem: what the program is built from.
        ratio: price of a unit of coverage factor by each activity, shape (activities,).
        basic: activities that are known to be basic, shape (activities,).
    """
    activities, nodes, _ = problem.singles
    kinds = problem.main_resource + 1
    price = np.full(len(problem.nodes), np.inf)
    np.minimum.at(price, nodes, ratio[activities])
    best = np.flatnonzero(np.isfinite(ratio[activities]) & (ratio[activities] <= _tied_with(price[nodes])))
    best = best[np.argsort(nodes[best], kind="stable")]
    node = nodes[best]
    used = np.bincount(kinds[activities], basic[activities], len(problem.resources) + 1)
    often = used[kinds[activities[best]]] + SELDOM
    first = np.r_[True, node[1:] != node[:-1]] if len(best) else np.zeros(0, dtype=bool)
    group = np.cumsum(first) - 1
    before = np.cumsum(often) - often
    share = (before - before[first][group]) / np.bincount(group, often)[group] if len(best) else before
    turn = (node * TURN) % 1.0
    chosen = np.flatnonzero(share <= turn)  # the last of each node is the one whose turn it is
    cheapest = np.full(len(problem.nodes), -1, dtype=np.int64)
    cheapest[node[chosen]] = activities[best[chosen]]
    return cheapest, price


def _intervals(worth: Array, price: Array, breakpoints: Breakpoints, inside: Booleans) -> Statuses:
    """Intervals worth their price are full, the others empty; where one was basic, that at the price.

    So the prices that a basis stands for are kept when breakpoints are moved, not the coverage factors: the
    dual simplex method goes on from there.
    """
    node = breakpoints.node
    status = np.where(worth[node] * breakpoints.slope > price[node], UPPER, LOWER).astype(np.int8)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = np.where(inside, np.maximum(0.0, np.log(worth / price)), np.nan)[node]
    status[(breakpoints.low <= at) & (at < breakpoints.high)] = BASIC  # NaN is in none
    return status

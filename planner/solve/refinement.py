"""Where the chords need to be finer: the breakpoints of the first and of the next round."""

from __future__ import annotations

import numpy as np

from planner.core.breakpoints import Breakpoints
from planner.core.certificate import Certificate, Valuation, best_responses
from planner.core.problem import Array, Booleans, Integers, Problem

FIRST_POINTS = np.array([0.0, 0.1, 0.3, 0.6, 1.0, 1.6, 2.5, 4.0, 7.0])
"""Coverage factors of the first round: chords between them are within 2 % of the exponential."""
LARGEST_FACTOR = 40.0
"""Beyond this, less than 1e-17 of the targets are missed."""
WINDOW = np.array([-0.25, -0.05, 0.05, 0.25])
"""New points around a coverage factor, in lengths of the interval that it is in."""
TIED_WIDTH = 0.016
"""Width of the interval around an expected coverage factor that comes from prices [-]. A plan at an end of it
misses up to 0.016^2 / 2 = 1.3e-4 too much of what it misses; 0.016^2 / 24 = 1e-5 in the mean."""
AROUND = np.array([-0.12, -0.03, 0.03, 2.5])
"""Points beside that interval [-]; the last is far, in case the expectation is."""
KEPT = 3.0
"""Points of earlier rounds stay within so many lengths of the interval in which a node's choice is now."""
BESIDE = 4.0
"""Points beside the interval around a coverage factor that is expected in a later round, in its widths."""
SMALL = 1e-4
"""Coverage factors below this are small: two terms of a series are exact to 1e-12 [-]."""
GOLDEN = 0.6180339887498949


def first_breakpoints(
    problem: Problem,
    at: Valuation | None = None,
    inside: Booleans | None = None,
    width: float = TIED_WIDTH,
) -> Breakpoints:
    """Breakpoints to start with, for every node that an activity reaches and that counts.

    Args:
        problem: the problem whose linear program is to be built.
        at: what nodes are worth and cost at prices that are known, with all activities that there are; then
            the points are around what each node would choose, else they are the same everywhere.
        inside: nodes in which the basis that comes with the prices has an interval, shape (nodes,).
        width: of the interval around what a node would choose [-].
    """
    reached = np.flatnonzero(problem.reached & problem.counts)
    if at is None:
        node = np.repeat(reached, len(FIRST_POINTS))
        return Breakpoints.from_points(node, np.tile(FIRST_POINTS, len(reached)))
    centre = wanted_factor(at)[reached]
    widths = np.full(len(reached), width)
    centre = _spread(reached, centre, widths, inside)
    around = AROUND if width >= TIED_WIDTH else np.append(AROUND, [-BESIDE * width, BESIDE * width])
    points = np.column_stack([np.zeros(len(reached)), centre[:, None] + around[None, :]])
    node = np.repeat(reached, points.shape[1])
    return _with_tied(node, np.maximum(points, 0.0).ravel(), reached, centre, widths, 0.5 * width)


def fine_width(tolerance: float) -> float:
    """The width whose plans miss, h^2 / 24 in the mean, a tenth of a gap too much; ``TIED_WIDTH`` at most."""
    return min(TIED_WIDTH, float(np.sqrt(2.4 * tolerance)))


def _spread(nodes: Integers, centre: Array, width: Array, inside: Booleans | None) -> Array:
    """Centres moved by up to half a width, each node's by another part of it.

    Were all nodes to take their next interval at exactly the prices that are known, the simplex method would
    go from one to the next of thousands of equal ones; and a plan at the ends of intervals is off by half a
    width everywhere instead of by a quarter. Nodes in which the basis has an interval must not be moved:
    their slopes are what the prices of the basis rest on.
    """
    part = (nodes * GOLDEN) % 1.0 - 0.5  # as even as any sequence
    moved = np.maximum(0.0, centre + width * part)
    return np.where((centre > 0.0) & ~(False if inside is None else inside[nodes]), moved, centre)


def wanted_factor(at: Valuation) -> Array:
    """The coverage factor that each node would choose, at most ``LARGEST_FACTOR``, shape (nodes,)."""
    return np.clip(np.nan_to_num(at.wanted, nan=0.0, posinf=LARGEST_FACTOR), 0.0, LARGEST_FACTOR)


def with_nodes_of(breakpoints: Breakpoints, problem: Problem, at: Valuation) -> Breakpoints:
    """Breakpoints that have first points for nodes which only now are reached, see ``first_breakpoints``."""
    first = first_breakpoints(problem, at)
    new = ~np.isin(first.node, breakpoints.node)
    order = np.argsort(np.concatenate([breakpoints.node, first.node[new]]), kind="stable")
    return Breakpoints(
        *(
            np.concatenate([old, added[new]])[order]
            for old, added in (
                (breakpoints.node, first.node),
                (breakpoints.low, first.low),
                (breakpoints.high, first.high),
            )
        )
    )


def gap_by_node(at: Valuation, factor: Array) -> Array:
    """What each node adds to the gap: W exp(-C) + pi C of the plan, less the node's own minimum.

    Args:
        at: worth and supply at the prices of the round.
        factor: coverage factor of the plan, shape (nodes,).

    Returns:
        Contribution of each node, not negative, shape (nodes,) [objective].
    """
    finite = np.where(np.isfinite(at.supply), at.supply, 0.0)
    value = at.worth * np.exp(-factor) + finite * factor
    best = np.where(np.isfinite(at.supply), best_responses(at.worth, at.supply)[1], at.worth)
    return np.maximum(0.0, value - best)


def refined(
    problem: Problem,
    breakpoints: Breakpoints,
    at: Valuation,
    factor: Array,
    certificate: Certificate,
    inside: Booleans | None = None,
    better: Array | None = None,
) -> Breakpoints:
    """Add breakpoints around the coverage factor that each node would choose at the prices, and its plan's.

    Nodes whose part of the gap is small already are left alone.

    Args:
        problem: the problem.
        breakpoints: those of the round.
        at: worth and supply at the prices of the round.
        factor: coverage factor of the plan, shape (nodes,).
        certificate: value of the plan so far, and the gap that is wanted.
        inside: nodes in which the basis has an interval, shape (nodes,).
        better: coverage factor of an earlier plan, where it was better, shape (nodes,). The next program
            knows it: where goals are nearly out of reach, plans would else get worse and better for ever.

    Returns:
        Breakpoints of the next round.
    """
    if not len(breakpoints.node):
        return breakpoints
    allowed = certificate.tolerance * certificate.scale
    part = gap_by_node(at, factor)
    if len(problem.goals) or problem.answers is not None:  # which rest on the chords
        part = part + at.worth * _chord_error(breakpoints, factor)
    nodes = np.unique(breakpoints.node)
    nodes = nodes[part[nodes] > 0.1 * allowed / len(nodes)]
    wanted, done = wanted_factor(at)[nodes], np.minimum(factor[nodes], LARGEST_FACTOR)
    here, there = _interval_of(breakpoints, nodes, wanted), _interval_of(breakpoints, nodes, done)
    # a chord of length h is off by at most h^2 / 8 of what is missed, so points need not be closer than this
    missed = float(at.worth @ np.exp(-factor))
    least = 0.25 * np.sqrt(8.0 * allowed / missed) if missed > allowed else 1.0
    length = _length(breakpoints, here, wanted)
    # an interval may be long because little was known of its node; the prices know more
    width = np.maximum(np.minimum(0.1 * length, TIED_WIDTH), least)
    known = np.zeros(0)
    if better is not None:
        known = np.minimum(better[nodes], LARGEST_FACTOR)
        width = np.clip(0.5 * np.abs(known - wanted), least, width)
    distant = np.abs(done - wanted) > width
    old_node, old_point = _kept(breakpoints, nodes, wanted, done, KEPT * np.maximum(length, BESIDE * width))
    points = np.concatenate(
        [
            (wanted[:, None] + length[:, None] * WINDOW[None, [0, -1]]).ravel(),
            (wanted[:, None] + BESIDE * width[:, None] * np.array([-1.0, 1.0])).ravel(),
            (done[:, None] + _length(breakpoints, there, done)[:, None] * WINDOW[None, :])[distant].ravel(),
            known,
        ]
    )
    new_node = np.concatenate(
        [np.tile(np.repeat(nodes, 2), 2), np.repeat(nodes[distant], len(WINDOW)), nodes[: len(known)]]
    )
    return _with_tied(
        np.concatenate([old_node, new_node]),
        np.concatenate([old_point, np.clip(points, 0.0, LARGEST_FACTOR)]),
        nodes,
        _spread(nodes, wanted, width, inside),
        width,
        least,
    )


def _kept(
    breakpoints: Breakpoints, nodes: Integers, wanted: Array, done: Array, span: Array
) -> tuple[Integers, Array]:
    """Points that stay: the first and last of each node, those near what it would choose and what it does."""
    node, point = breakpoints.points()
    place = np.zeros((3, int(node.max()) + 1))
    place[:, nodes] = wanted, done, span
    refined = np.zeros(place.shape[1], dtype=bool)
    refined[nodes] = True
    near = np.min(np.abs(point - place[:2, node]), axis=0) <= place[2, node]
    stays = near | ~refined[node] | (point == 0.0) | np.r_[node[1:] != node[:-1], True]
    return node[stays], point[stays]


def _interval_of(breakpoints: Breakpoints, nodes: Integers, factor: Array) -> Integers:
    """The interval that holds each factor, or the last of its node."""
    span = LARGEST_FACTOR * 2.0
    key = breakpoints.node * span + breakpoints.low
    return np.asarray(np.searchsorted(key, nodes * span + factor, side="right") - 1)


def _length(breakpoints: Breakpoints, at: Integers, factor: Array) -> Array:
    """Lengths of intervals; where the factor is beyond the last, as much again as there is."""
    inside = factor <= breakpoints.high[at]
    return np.where(inside, breakpoints.width[at], 2.0 * breakpoints.high[at])


def tied_interval(centre: Array, width: Array, least: float = 0.0) -> tuple[Array, Array]:
    """The interval whose chord has the slope of exp(-C) at its centre: (1 - e^-h) / h e^-low = e^-centre.

    A node that wants a coverage factor C at a price has exp(-C) = price / worth, so the price at which it
    takes this interval is the price that is known: a basis keeps its prices on new breakpoints.

    Args:
        centre: coverage factors, shape (nodes,).
        width: width h of each interval, shape (nodes,).
        least: an interval that would start between 0 and this starts at 0, and has the width that this takes.

    Returns:
        Lower and upper ends; both are 0 where the centre is.
    """
    low = centre - np.log(width / -np.expm1(-width))
    from_zero = 2.0 * centre + centre**2 / 3.0
    # else the series is exact, and Newton's method would divide 0 by 0
    far = (centre > SMALL) & (low < least)
    for _ in range(4):  # Newton on ln(h / (1 - e^-h)) = centre
        h = from_zero[far]
        error = np.log(h / -np.expm1(-h)) - centre[far]
        from_zero[far] = h - error / (1.0 / h - 1.0 / np.expm1(h))
    within = low >= least
    return np.where(within, low, 0.0), np.where(within, low + width, from_zero)


def _with_tied(
    node: Integers, point: Array, nodes: Integers, centre: Array, width: Array, least: float
) -> Breakpoints:
    """Breakpoints at given points, none closer than ``least``, and at the tied intervals of given nodes."""
    start, end = tied_interval(centre, width, least)
    worth = (end >= 0.25 * least) & (centre < LARGEST_FACTOR)
    tied, start, end = nodes[worth], start[worth], end[worth]
    n_nodes = int(node.max(initial=-1)) + 1
    low, high = np.full(n_nodes, np.inf), np.full(n_nodes, -np.inf)
    low[tied], high[tied] = start, end
    away = (point <= low[node] - least) | (point >= high[node] + least)
    node, point = _distinct(node[away], point[away], least)
    node = np.concatenate([node, tied, tied, tied])
    point = np.concatenate([point, np.zeros(len(tied)), start, end])
    order = np.lexsort((point, node))
    node, point = node[order], point[order]
    first = np.ones(len(node), dtype=bool)
    first[1:] = (node[1:] != node[:-1]) | (point[1:] != point[:-1])
    return Breakpoints.from_points(node[first], point[first])


def _distinct(node: Integers, point: Array, least: float) -> tuple[Integers, Array]:
    """Drop points that are closer than ``least`` to the next point kept below them; 0 always stays."""
    order = np.lexsort((point, node))
    node, point = node[order], point[order]
    if not len(node):
        return node, point
    slot = np.floor(point / least)
    keep = np.r_[True, (node[1:] != node[:-1]) | (slot[1:] != slot[:-1])]
    return node[keep], point[keep]


def _chord_error(breakpoints: Breakpoints, factor: Array) -> Array:
    """Chord less exponential at each node's factor."""
    nodes = np.unique(breakpoints.node)
    filled = np.clip(factor[breakpoints.node] - breakpoints.low, 0.0, breakpoints.width)
    chord = np.ones(len(factor))
    np.subtract.at(chord, breakpoints.node, breakpoints.slope * filled)
    error = np.zeros(len(factor))
    error[nodes] = chord[nodes] - np.exp(-factor[nodes])
    return np.maximum(0.0, error)

"""Which activities the linear program needs to see: a few of many, found by their prices.

The resources that tie nodes together are few. Given their prices, the price of a unit of coverage factor by
each activity is known, and only the cheapest activities of a node can be of use to it. So the linear program
is given near-optimal ones only; its duals then price all activities, and those that would do better are
added, until the bound of the certificate, which knows of all of them, meets the plan.

Sources: column generation (Dantzig and Wolfe 1960; Gilmore and Gomory 1961); sifting (Bixby, Gregory, Lustig,
Marsten and Shanno 1992, Operations Research 40, 885-897).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.core.certificate import Valuation
from planner.core.problem import Array, Booleans, Integers, Problem

NEAR = 0.05
"""Activities with a price up to this much above the cheapest of their node are taken at the start."""
WORTH = 1.3
"""Activities with a price up to this much above what missing the node costs are taken at the start."""
MOST_AT_START = 4
MOST_ADDED = 2
"""Activities of a node that are taken at the start, and added in a round."""
LEAST_OF_PATTERN, MOST_OF_PATTERN, PART_OF_NODES = 40, 250, 16
"""Activities that use the same first resource which are taken at the start, even if others of their nodes are
cheaper: a sample has few activities of an asset that reaches few nodes, and its price is not known well. One
for every so many nodes, within these bounds."""
MOST_OF_ALL = 40_000
"""Such activities of all resources together, about; where these are many, some of each are added later."""
WORSE = 0.003
"""An activity is added where its price is at most by this part above that of its node: a tight gap would else
find a few more that are better by a hair in each round."""


@dataclass(frozen=True, eq=False)
class Offers:
    """What activities that add to one node ask for a unit of coverage factor.

    Attributes:
        activity: position of each, shape (offers,).
        node: its node.
        ratio: what it asks for [objective per unit].
        cheapest: the least of each node but of slight ones, infinite where there is none, shape (nodes,).
    """

    activity: Integers
    node: Integers
    ratio: Array
    cheapest: Array

    def promising(self, problem: Problem, worth: Array) -> Booleans:
        """Which offers are near the cheapest of their node and worth it, shape (offers,)."""
        best = self.cheapest[self.node]
        near = best + NEAR * np.abs(best) + 1e-12 * worth[self.node]
        # which goals will be short is not known before: every node of theirs is worth its cheapest activities
        worth_it = (self.ratio <= WORTH * worth[self.node]) | problem.in_goals[self.node]
        return np.asarray((self.ratio <= near) & worth_it)


def offers(problem: Problem, at: Valuation) -> Offers:
    """The offers of all activities that add to one node and can be of use."""
    activity, node, factor = problem.singles
    some = ~problem.negligible[activity]
    activity, node = activity[some], node[some]
    ratio = at.reduced[activity] / factor[some]
    cheapest, counts = np.full(len(problem.nodes), np.inf), ~problem.slight[activity]
    np.minimum.at(cheapest, node[counts], ratio[counts])
    return Offers(activity, node, ratio, cheapest)


def answers_on_offer(problem: Problem, at: Valuation) -> Offers:
    """The offers of all trips that can be of use: what each asks for answering all of a node."""
    activity, node, share = problem.trips
    some = ~problem.negligible[activity] & (at.supply < at.worth)[node]
    activity, node = activity[some], node[some]
    spare = np.broadcast_to(np.asarray(at.answer), len(problem.nodes))[node] * share[some]
    ratio = (at.reduced[activity] + spare) / share[some]
    cheapest = np.full(len(problem.nodes), np.inf)
    np.minimum.at(cheapest, node, ratio)
    return Offers(activity, node, ratio, cheapest)


def good_answers(problem: Problem, at: Valuation, above: float, most: int, seen: Booleans) -> Integers:
    """Trips that are among the cheapest of their node, and ask for little more than it pays.

    Args:
        problem: the problem.
        at: its valuation.
        above: how much more, as a part.
        most: most trips of a node.
        seen: trips that need not be found, shape (activities,).
    """
    found = answers_on_offer(problem, at)
    pays = np.broadcast_to(np.asarray(at.answer), len(problem.nodes))[found.node]
    good = (found.ratio <= (1.0 + above) * pays) & ~seen[found.activity]
    return found.activity[good & _among_first(found.node, found.ratio, good, most)]


def near_optimal(problem: Problem, at: Valuation) -> Booleans:
    """The activities to start with: the cheapest of each node at given prices, where they are worth it.

    Those of no node, of several nodes, and those that must be done are always taken.

    Returns:
        Which activities are active, shape (activities,).
    """
    found = offers(problem, at)
    good = found.promising(problem, at.worth)
    chosen = good & _among_first(found.node, found.ratio, good, MOST_AT_START)
    chosen |= _dutiful(problem)[found.activity]
    main = problem.main_resource[found.activity] + 1
    enough = min(MOST_OF_PATTERN, max(LEAST_OF_PATTERN, len(problem.nodes) // PART_OF_NODES))
    enough = min(enough, max(MOST_AT_START, MOST_OF_ALL // max(1, len(np.unique(main)))))
    few = np.bincount(main[chosen], minlength=len(problem.resources) + 1) < enough
    limit = np.minimum(found.cheapest, at.worth)[found.node]
    with np.errstate(divide="ignore", invalid="ignore"):
        above = (found.ratio - limit) / np.maximum(np.abs(limit), 1e-12 * at.worth[found.node])
    chosen |= _among_first(main, above, few[main], enough)
    active: Booleans = np.asarray(problem.n_effects != 1)
    active[problem.trips[0]] = False
    active[found.activity[chosen]] = True
    active[good_answers(problem, at, WORTH - 1.0, MOST_AT_START, active)] = True
    return active


def better(problem: Problem, at: Valuation, active: Booleans) -> Booleans:
    """Add the activities that ask for no more than what the last linear program pays in their node.

    Args:
        problem: the whole problem.
        at: the valuation at the duals of the last linear program, whose ``prices.node`` say what it pays in
            nodes; a node that it did not see pays what missing it costs.
        active: activities that the last linear program saw, shape (activities,).

    Returns:
        Which activities are active in the next round, shape (activities,).
    """
    found = offers(problem, at)
    seen = np.zeros(len(problem.nodes), dtype=bool)
    seen[problem.effect[:, np.flatnonzero(active)].indices] = True
    pays = np.where(seen, np.minimum(at.prices.node, at.worth), at.worth)
    good = (found.ratio < (1.0 + WORSE) * pays[found.node]) & ~active[found.activity]
    result = active.copy()
    chosen = good & _among_first(found.node, found.ratio, good, MOST_ADDED)
    main = problem.main_resource[found.activity]
    if len(np.unique(main)) > len(problem.nodes):
        part = np.divide(found.ratio, pays[found.node], out=np.ones(len(good)), where=good)
        chosen |= good & _among_first(main, part, good, MOST_ADDED)
    result[found.activity[chosen]] = True
    result[good_answers(problem, at, WORSE, MOST_ADDED, active)] = True
    return result


def _dutiful(problem: Problem) -> Booleans:
    """Activities that supply a resource of which something must be supplied, shape (activities,)."""
    usage = problem.usage
    duty = np.zeros(usage.shape[1], dtype=bool)
    duty[problem.user[(usage.data < 0.0) & (problem.capacity[usage.indices] < 0.0)]] = True
    return duty


def _among_first(group: Integers, ratio: Array, counted: Booleans, most: int) -> Booleans:
    """Which of the counted ones are among the cheapest of their group."""
    some = np.flatnonzero(counted)
    order = some[np.lexsort((some, ratio[some], group[some]))]
    first = np.searchsorted(group[order], group[order], side="left")
    rank = np.arange(len(order)) - first
    chosen = np.zeros(len(group), dtype=bool)
    chosen[order[rank < most]] = True
    return chosen

"""Aggregation: what the linear program sees of many nodes is a few groups of similar nodes.

At fine spacing neighbours differ little: at known prices the same assets watch them, at nearly the same
price of each, up to nearly the same coverage factor. A group of such nodes is given one coverage factor,
and so is one node to the linear program, with the water of all. Whatever it does there can be done in the
nodes: a plan of groups is a plan of the problem, with exactly the same hours, money and value. It is a
restriction, and what it costs shows in the certificate, whose bound knows of all nodes; groups in which it
costs too much are divided in the next round.

Source: aggregation and disaggregation of linear programs with an error bound (Zipkin 1980, Operations
Research 28, 1299-1309; Rogers, Plante, Wong and Evans 1991, Operations Research 39, 553-582).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from planner.core.certificate import Valuation, node_worth, valuation
from planner.core.prices import Prices
from planner.core.problem import Array, Booleans, Integers, Keys, Matrix, Problem, keys_of, mixed_keys
from planner.frames import sum_by
from planner.solve.refinement import LARGEST_FACTOR
from planner.solve.sifting import NEAR, Offers, answers_on_offer, offers

OF_WIDTH = 0.05
"""What groups may lose by one coverage factor for all their nodes, as a part of the gap that is wanted."""
OF_TIE = 20.0
"""Width of the prices of a group's assets, in gaps that are wanted: their mean is what the plan pays for."""
MOST_LOST, OF_RATIO = 0.5, 0.3
"""Groups are divided where they cost more than this part of the gap that is wanted; the second where a
smallest ratio is part of the objective: with 0.5 the fair plan at 10 nm takes 300 s instead of 36."""
FINER = 3.0
"""How much narrower groups are that are divided."""
FEW = 0.7
"""Nodes stay single where there would be more groups than this part of them."""
MANY = np.uint64(2**20)


@dataclass(frozen=True, eq=False)
class Aggregated:
    """A problem whose nodes are grouped.

    Attributes:
        whole: the problem.
        problem: the problem of the groups: one node each, with the water and the effect of all its members.
        group: the group of each node, shape (nodes,); groups are in the order of their first members.
        parts: units of the whole problem's activities for one unit of each of the groups', shape
            (activities of the whole, activities of the groups).
        width: how much the members of a group may differ, as a part of what they may at first.
    """

    whole: Problem
    problem: Problem
    group: Integers
    parts: Matrix
    width: float = 1.0

    @property
    def representative(self) -> Integers:
        """The first member of each group, shape (groups,)."""
        return np.unique(self.group, return_index=True)[1]

    def disaggregated(self, x: Array) -> Array:
        """Activities of the whole from those of the groups."""
        return np.asarray(self.parts @ x)

    def prices_of_groups(self, prices: Prices) -> Prices:
        """Prices of the whole as those of the groups: a unit of coverage factor is one in every member."""
        node = np.bincount(self.group, np.where(np.isfinite(prices.node), prices.node, 0.0))
        unknown = np.bincount(self.group, ~np.isfinite(prices.node)) > 0
        return replace(prices, node=np.where(unknown, np.inf, node))

    def prices_of_nodes(self, prices: Prices) -> Prices:
        """Prices of the groups as those of the whole: each member's part is that of its worth.

        All members of a group have one coverage factor C, and price = worth exp(-C), less what is paid for
        answers.
        """
        whole = self.whole
        if whole.answers is None:
            worth = node_worth(whole, prices)
        else:
            worth = valuation(whole, replace(prices, node=np.full(len(whole.nodes), np.inf))).worth
        total = np.bincount(self.group, worth)[self.group]
        share = np.divide(worth, total, out=np.zeros(len(worth)), where=total > 0.0)
        price = prices.node[self.group]
        return replace(
            prices, node=np.where(np.isfinite(price), np.where(share > 0.0, price, 0.0) * share, np.inf)
        )


def single(problem: Problem) -> Aggregated:
    """Every node as its own group."""
    n_nodes, n_activities = problem.effect.shape
    return Aggregated(problem, problem, np.arange(n_nodes), sparse.eye_array(n_activities, format="csc"))


def aggregated(problem: Problem, first: Integers, width: float = 1.0) -> Aggregated:
    """Group nodes.

    A unit of a group's activity is one of the same asset from the same base, shared out over the members so
    that each gains as much: the parts are as 1 / g, where g is the factor that one adds to the member. What
    only some of the members have is left out.

    Args:
        problem: the problem.
        first: of each node: the first member of its group, see ``groups``, shape (nodes,).
        width: how much the members of a group may differ, as a part of what they may at first.
    """
    representative, group = np.unique(first, return_inverse=True)
    if len(representative) == len(first):
        return single(problem)
    size = np.bincount(group)
    at, node, factor = problem.placed
    several = size[group[node]] > 1
    shared, of_group, effort = at[several], group[node[several]], 1.0 / factor[several]
    keys, joined = np.unique(
        mixed_keys(patterns(problem)[shared] ^ mixed_keys(of_group)), return_inverse=True
    )
    together = sum_by(joined, effort, len(keys))
    number = np.bincount(joined, minlength=len(keys))
    complete = (number == _first_values(joined, size[of_group], len(keys)))[joined]
    represents = complete & (node[several] == representative[of_group])
    kept = np.ones(len(problem.activities), dtype=bool)
    kept[shared[~represents]] = False
    new = np.cumsum(kept) - 1
    column = np.zeros(len(keys), dtype=np.int64)
    column[joined[represents]] = new[shared[represents]]
    alone = kept.copy()
    alone[shared] = False
    parts = sparse.coo_array(
        (
            np.concatenate([np.ones(int(alone.sum())), (effort / together[joined])[complete]]),
            (
                np.concatenate([np.flatnonzero(alone), shared[complete]]),
                np.concatenate([new[alone], column[joined[complete]]]),
            ),
        ),
        (len(kept), int(kept.sum())),
    ).tocsc()
    one = problem.keeping(kept)
    members = sparse.csr_array((np.ones(len(group)), (np.arange(len(group)), group)))
    effect = _renumbered(one.effect, group, len(representative))
    answers = None if one.answers is None else _renumbered(one.answers, group, len(representative))
    representing, whole = new[shared[represents]], 1.0 / together[joined[represents]]
    sees = one.n_effects[representing] > 0
    if answers is not None:
        boards = np.diff(answers.indptr)[representing] > 0
        answers.data[answers.indptr[representing[boards]]] *= (whole / factor[several][represents])[boards]
    effect.data[effect.indptr[representing[sees]]] = whole[sees]
    weight, km2 = np.bincount(group, problem.weight), np.bincount(group, problem.km2)
    small = one.changed(
        {"nodes": representative},
        nodes=problem.nodes.iloc[representative].assign(km2=km2, weight=weight),
        effect=effect,
        usage=(problem.usage @ parts).tocsc(),
        activities=one.activities.assign(cost=np.asarray(parts.T @ problem.activities["cost"].to_numpy())),
        cover=(problem.cover @ members).tocsr(),
        answers=answers,
    )
    return Aggregated(problem, small, group, parts, width)


def _first_values(group: Integers, values: Integers, number: int) -> Integers:
    found = np.zeros(number, dtype=np.int64)
    found[group] = values
    return found


def _renumbered(effect: Matrix, group: Integers, n_groups: int) -> Matrix:
    """The effect of activities on groups; those on several nodes are on groups of one member."""
    return sparse.csc_array(
        (effect.data.copy(), group[effect.indices], effect.indptr), shape=(n_groups, effect.shape[1])
    )


def patterns(problem: Problem) -> Keys:
    """A number for all ids of each activity but its node: one asset from one base, shape (activities,).

    Of patrols that answer, too, and how much of what they see.
    """
    keys = problem.pattern_keys.copy()
    at, _, share = problem.answering
    at, share = at[problem.single[at]], share[problem.single[at]]
    ratio = np.round(share / problem.effect.data[problem.effect.indptr[at]], 9)
    keys[at] = mixed_keys(keys[at] ^ ratio.view(np.uint64))
    return keys


def groups(problem: Problem, at: Valuation, tolerance: float, alone: Booleans) -> Integers:
    """The first member of each node's group: nodes are grouped where prices say that they are similar.

    Similar are nodes that would choose the same coverage factor but for ``_width``, and that the same assets
    watch from the same bases at prices which are, each as a multiple of the cheapest, the same but for
    ``_tie``. Nodes with joint activities, and nodes that have two activities of one asset from one base, or
    some that must be done, stay single.

    Args:
        problem: the problem.
        at: what nodes are worth and cost at prices that are known.
        tolerance: largest relative gap that the plan may have.
        alone: nodes that stay single for other reasons, shape (nodes,).
    """
    everyone = np.where(alone, np.arange(len(problem.nodes)) + 1, 0)
    first = _similar(problem, at, everyone, _width(tolerance), _tie(tolerance))
    few = len(np.unique(first)) <= FEW * len(first)
    return first if few else np.arange(len(first))


def divided(
    last: Aggregated,
    prices: Prices,
    of_groups: Valuation,
    tolerance: float,
    allowed: float,
    together: Booleans,
) -> Aggregated:
    """The groups of the next round: those whose members turn out to be too different are divided.

    At given prices a group costs what it misses at its best coverage factor by its cheapest activity, less
    what its members would each on their own: the difference between the bound of the groups and that of the
    nodes.

    Args:
        last: the groups of the last round.
        prices: prices of the whole that it found.
        of_groups: valuation of the groups at them.
        tolerance: largest relative gap that the plan may have.
        allowed: that gap [objective].
        together: groups that are divided only where they alone cost too much: the prices of resources rest on
            what is basic in them, shape (groups,).

    Returns:
        The groups; the same ones where none needs to be divided.
    """
    whole, group = last.whole, last.group
    if last.problem is whole:
        return last
    at = valuation(whole, prices)
    lost = of_groups.least - np.bincount(group, at.least)
    most = (OF_RATIO if whole.has_ratio else MOST_LOST) * allowed
    if float(lost.sum()) <= most:
        return last
    width = last.width / FINER
    divide = lost > most / len(lost)
    if float(lost[together].sum()) <= 0.5 * most:
        divide &= ~together
    if not divide.any():
        return last
    parts = _similar(whole, at, group, width * _width(tolerance), width**2 * _tie(tolerance))
    return aggregated(whole, np.where(divide[group], parts, last.representative[group]), width)


def _width(tolerance: float) -> float:
    """Width of the coverage factors of a group: it misses width^2 / 24 too much of what it misses."""
    return float(np.sqrt(24.0 * OF_WIDTH * tolerance))


def _tie(tolerance: float) -> float:
    """Width of the prices, as multiples of the cheapest, of an asset in the nodes of a group.

    So it is near the cheapest; the further above it, the wider, as such assets are seldom used.
    """
    return OF_TIE * tolerance


def _similar(problem: Problem, at: Valuation, before: Integers, width: float, tie: float) -> Integers:
    """The first node of each set of similar nodes that were grouped before, for each node."""
    found = offers(problem, at)
    with np.errstate(divide="ignore", invalid="ignore"):
        wanted = np.log(at.worth / found.cheapest)
    wanted = np.floor(np.clip(np.nan_to_num(wanted, nan=-1.0), -1.0, LARGEST_FACTOR) / width)
    kinds = patterns(problem)
    seen = np.zeros(len(problem.nodes), dtype=np.uint64)
    _add_offers(seen, found, found.promising(problem, at.worth), kinds, tie)
    if problem.answers is not None:
        trips = answers_on_offer(problem, at)
        near = trips.ratio <= (1.0 + NEAR) * trips.cheapest[trips.node]
        _add_offers(seen, trips, near, kinds, tie)
        seen += mixed_keys(problem.response.view(np.uint64))
    goals = np.zeros(len(problem.nodes), dtype=np.uint64)
    cover = problem.cover.tocoo()
    np.add.at(goals, cover.col, mixed_keys(cover.row))
    itself = np.arange(len(seen))
    alone = np.where(_singular(problem, kinds), itself + 1, 0)
    keys = (seen, wanted, before, goals, keys_of(problem.nodes, ("area_id", "period_id")), alone)
    order = np.lexsort(keys)  # stable: the first of equal ones is the first node
    new = np.r_[True, np.any([key[order[1:]] != key[order[:-1]] for key in keys], axis=0)]
    first = np.empty(len(order), dtype=np.int64)
    first[order] = order[new][np.cumsum(new) - 1]
    return first


def _add_offers(seen: Keys, found: Offers, some: Booleans, kinds: Keys, tie: float) -> None:
    """Add to each node's key what some of the offers are and how far above its cheapest (in place)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        above = found.ratio / found.cheapest[found.node] - 1.0
    # where a start is far off, prices may be negative
    above = np.maximum(0.0, np.nan_to_num(above, nan=0.0, posinf=0.0))
    step = np.floor(2.0 * np.log1p(above[some] / (2.0 * tie))).astype(np.int64).astype(np.uint64)
    np.add.at(seen, found.node[some], mixed_keys(kinds[found.activity[some]] * MANY + step))


def _singular(problem: Problem, kinds: Keys) -> Booleans:
    """Nodes that cannot be grouped with others, shape (nodes,)."""
    at, node, _ = problem.placed
    single_kind = mixed_keys(kinds[at] ^ mixed_keys(node))
    twice = pd.Series(single_kind).duplicated(keep=False).to_numpy()
    supplies = np.zeros(len(kinds), dtype=bool)
    supplies[problem.user[problem.usage.data < 0.0]] = True
    found = problem.in_joint.copy()
    slight = problem.negligible & (problem.most > 0.0)  # what cannot be done at all cannot be in a group
    found[node[twice | supplies[at] | slight[at]]] = True
    return found

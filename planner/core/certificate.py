"""How good a plan is at least: its true value and a bound that no plan can beat.

The bound is the Lagrangian of the problem (README.md beside this file): at given prices every node on its own
minimises W exp(-C) + pi C, which has a closed form (with what answers cost: (W - rho) exp(-C) + pi C + rho),
and the resources are paid for at their prices. It holds
for any prices that are not negative, so it does not lean on the solver. Source: weak duality; for the closed
form, the optimal allocation of search effort (Stone, Theory of Optimal Search, 1975, chapter 2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from planner.core.prices import Prices, completed, reduced_costs
from planner.core.problem import FULL, Array, Problem
from planner.core.search_theory import missed, pod

LEAST_SCALE = 1e-4
"""The optimality gap is relative to the value, or to this part of ``Problem.stake`` where that is more."""
SHOWN_WHOLE = 100.0
"""Smaller values, such as ratios, are shown to four digits."""
KEPT = 3e-7
"""A hard goal is kept where no more than this part of its size is short: rounding of the solver."""
ROUNDING = 1e-9
"""A bound above the value by more than this part is not rounding."""
FLOOR = 0.01
"""What the small prices of ``floored`` may cost a bound, as a part of the gap that is wanted."""


@dataclass(frozen=True)
class Certificate:
    """Proof of a plan's quality.

    Attributes:
        value: true objective of the plan, with the exponential.
        bound: no plan has a value below this.
        stake: the objective of doing nothing, but for limits beside it; see ``Problem.stake``.
        rounds: linear programs that were solved.
        tolerance: the gap that was asked for.
        slack: what the value may be below its bound, as hard goals are kept but for rounding.
    """

    value: float
    bound: float
    stake: float
    rounds: int
    tolerance: float
    slack: float = 0.0

    @property
    def scale(self) -> float:
        """What the gap is relative to: the plan's value, or ``LEAST_SCALE`` of what is at stake if more."""
        return max(abs(self.value), LEAST_SCALE * self.stake)

    @property
    def gap(self) -> float:
        """(value - bound) / scale; infinite where a value is not a number, or below its bound."""
        if not (math.isfinite(self.value) and math.isfinite(self.bound)) or self.contradicts:
            return math.inf
        difference = max(0.0, self.value - self.bound)
        if self.scale > 0.0:
            return difference / self.scale
        return math.inf if difference > 0.0 else 0.0

    @property
    def contradicts(self) -> bool:
        """Whether the value is below its bound: then one of the two is wrong."""
        return self.bound - self.value > self.slack + ROUNDING * max(self.scale, abs(self.bound))

    @property
    def proven(self) -> bool:
        """Whether the plan may be called optimal."""
        return self.gap <= self.tolerance

    def __str__(self) -> str:
        value, bound = (
            f"{each:,.1f}" if abs(each) >= SHOWN_WHOLE else f"{each:.4g}" for each in (self.value, self.bound)
        )
        return f"value {value}, bound {bound}, gap {self.gap:.1e}"


def coverage_factors(problem: Problem, x: Array) -> Array:
    """C = Y x in each node, shape (nodes,); x by activity."""
    return np.asarray(problem.effect @ x)


def answered(problem: Problem, x: Array, factor: Array) -> Array:
    """The share of what is there that is seen and answered, min(1 - exp(-C), H x), shape (nodes,)."""
    seen = pod(factor)
    return seen if problem.answers is None else np.minimum(seen, problem.answers @ x)


def coverage_of(problem: Problem, x: Array, factor: Array) -> Array:
    """Effective coverage (1 - beta) (1 - exp(-C)) + beta a, which everything counts, shape (nodes,)."""
    seen = pod(factor)
    if problem.answers is None:
        return seen
    return np.asarray(seen + problem.response * (answered(problem, x, factor) - seen))


def not_covered(problem: Problem, x: Array, factor: Array) -> Array:
    """What effective coverage leaves of each node, shape (nodes,); exact where next to nothing is left."""
    left = missed(factor)
    if problem.answers is None:
        return left
    return np.asarray(left + problem.response * (pod(factor) - answered(problem, x, factor)))


def covered_km2(problem: Problem, x: Array, factor: Array) -> Array:
    """Sum of km2 times coverage over the nodes of each goal for coverage, shape (goals,) [km²]."""
    return np.asarray(problem.cover @ coverage_of(problem, x, factor))


def short_of_goals(problem: Problem, x: Array, factor: Array) -> Array:
    """What is missing to each goal, shape (goals,) [km² or money]; a smallest ratio lacks nothing."""
    short = np.maximum(0.0, problem.wanted - covered_km2(problem, x, factor))
    of_money = ~problem.for_coverage
    short[of_money] = x[problem.goals["unmet"].to_numpy()[of_money]]
    return short


def goal_sizes(problem: Problem, x: Array) -> Array:
    """What rounding of each goal is a part of, shape (goals,) [km² or money].

    What it asks for; of a share of spending no more than what is spent, which may be far below the budget.
    """
    sizes = problem.wanted.copy()
    of_money = ~problem.for_coverage
    if of_money.any():
        unmet = problem.goals["unmet"].to_numpy()[of_money]
        spent = x.copy()
        spent[unmet] = 0.0
        moved = abs(problem.usage) @ spent + abs(problem.capacity)
        sizes[of_money] = np.minimum(sizes[of_money], moved[problem.usage[:, unmet].indices])
    return sizes


def smallest_ratio(problem: Problem, x: Array, factor: Array) -> float:
    """The smallest covered / ratio_km2 over the goals that have one, at most ``FULL``; 0 without any."""
    share = problem.ratio_km2 > 0.0
    covered = covered_km2(problem, x, factor)[share] - problem.wanted[share]
    return float((covered / problem.ratio_km2[share]).min(initial=FULL)) if share.any() else 0.0


def true_value(problem: Problem, x: Array, factor: Array) -> float:
    """The objective of a plan, with the exponential and not its chords; penalties of what is short included.

    A hard goal that is kept to ``KEPT`` is kept.
    """
    without = problem.cost.copy()
    without[problem.goals["unmet"].to_numpy()[~problem.for_coverage]] = 0.0
    value = float(problem.weight @ not_covered(problem, x, factor)) + float(without @ x) + 0.0
    if problem.has_ratio:
        value -= smallest_ratio(problem, x, factor)
    short = short_of_goals(problem, x, factor)
    short[problem.ratio_km2 > 0.0] = 0.0
    counts = short > np.where(problem.hard, KEPT * goal_sizes(problem, x), 0.0)
    return value + float(problem.penalty[counts] @ short[counts])


def slack_of(problem: Problem) -> float:
    """What hard goals that are kept but for rounding may spare a plan [objective]."""
    some = problem.hard & np.isfinite(problem.penalty)
    return KEPT * float(problem.penalty[some] @ problem.wanted[some])


def goal_worth(problem: Problem, prices: Prices) -> Array:
    """What a km² covered counts by each goal, shape (goals,) [objective per km²]; 0 for money.

    Its price, but no more than its penalty. Those of a smallest ratio are made to add up to 1 over what they
    ask for: the smallest ratio is at most the mean of the ratios at such weights, whatever they are.
    """
    worth = np.where(problem.for_coverage, np.minimum(np.maximum(0.0, prices.goal), problem.penalty), 0.0)
    share = problem.ratio_km2 > 0.0
    if share.any():
        of_one = worth[share] * problem.ratio_km2[share]
        total = float(of_one.sum())
        even = 1.0 / int(share.sum())
        worth[share] = (of_one / total if total > 0.0 else even) / problem.ratio_km2[share]
    return worth


def node_worth(problem: Problem, prices: Prices) -> Array:
    """What missing all of a node costs at given prices: its weight and its goals' worth, shape (nodes,)."""
    return np.asarray(problem.weight + problem.cover.T @ goal_worth(problem, prices))


def cheapest_supply(problem: Problem, prices: Prices, reduced: Array, worth: Array) -> Array:
    """Price of one more unit of coverage factor by the cheapest activity, shape (nodes,) [objective].

    Infinite where nothing reaches the node. Where a joint activity does, no more than the solver's own price,
    which knows of all its nodes, nor than what missing the node costs.

    Args:
        problem: the problem.
        prices: prices.
        reduced: ``reduced_costs`` at them, shape (activities,).
        worth: ``node_worth`` at them, shape (nodes,).
    """
    at, node, factor = problem.singles
    some = ~problem.slight[at]
    price = np.full(len(problem.nodes), np.inf)
    np.minimum.at(price, node[some], np.maximum(0.0, reduced[at[some]] / factor[some]))
    joint = problem.in_joint
    price[joint] = np.minimum(price[joint], np.minimum(prices.node, worth)[joint])
    return price


@dataclass(frozen=True, eq=False)
class Valuation:
    """What things are worth and cost at given prices.

    Attributes:
        prices: the prices, completed.
        worth: what missing all of a node costs, less ``answer``: what seeing all of it is worth, shape
            (nodes,).
        reduced: reduced cost of each activity without what it adds to nodes, less what its answers are worth,
            shape (activities,).
        supply: price of a unit of coverage factor by the cheapest activity, shape (nodes,).
        answer: rho, the price of answering all of a node, at most what answers are worth, shape (nodes,); 0
            where detections need no answer.
    """

    prices: Prices
    worth: Array
    reduced: Array
    supply: Array
    answer: Array | float = 0.0

    @property
    def wanted(self) -> Array:
        """The coverage factor that each node would choose, shape (nodes,); may be infinite."""
        return best_responses(self.worth, self.supply)[0]

    @property
    def least(self) -> Array:
        """What each node misses and pays for at its own best, shape (nodes,)."""
        return np.asarray(best_responses(self.worth, self.supply)[1] + self.answer)


def cheapest_answer(problem: Problem, reduced: Array, supply: Array, worth: Array) -> Array:
    """Price of answering all of each node, rho = min(p_t, p_b - pi, beta W), shape (nodes,) [objective].

    p_t: by the cheapest trip; p_b: of a unit of coverage factor by the cheapest patrol that answers, which is
    paid for both what it sees and what it answers. Of all prices of one node's two wants that no activity
    would gain at, these give the best bound: with pi + rho = p_b it grows in pi.

    Args:
        problem: the problem, in which detections need an answer.
        reduced: ``reduced_costs`` at the prices, shape (activities,).
        supply: ``cheapest_supply`` at them, shape (nodes,).
        worth: ``node_worth`` at them, shape (nodes,).
    """
    at, node, share = problem.answering
    some = ~problem.slight[at]
    at, node, share = at[some], node[some], share[some]
    sees = problem.n_effects[at] > 0
    spare = np.maximum(0.0, reduced[at] / share)
    factor = problem.effect.data[problem.effect.indptr[at[sees]]]
    spare[sees] = np.maximum(0.0, reduced[at[sees]] - supply[node[sees]] * factor) / share[sees]
    price = problem.response * worth
    np.minimum.at(price, node, spare)
    return price


def valuation(problem: Problem, prices: Prices) -> Valuation:
    """Value a problem at given prices."""
    prices = completed(problem, prices)
    worth, reduced = node_worth(problem, prices), reduced_costs(problem, prices)
    supply = cheapest_supply(problem, prices, reduced, worth)
    if problem.answers is None:
        return Valuation(prices, worth, reduced, supply)
    answer = cheapest_answer(problem, reduced, supply, worth)
    return Valuation(prices, worth - answer, reduced - problem.answers.T @ answer, supply, answer)


def best_responses(worth: Array, price: Array) -> tuple[Array, Array]:
    """Each node's own minimum of W exp(-C) + pi C over C >= 0.

    C* = ln(W / pi) where pi < W, else 0 (infinite where the price is 0 and the worth not).

    Args:
        worth: what missing all of the node costs, shape (nodes,).
        price: of a unit of coverage factor, shape (nodes,); may be infinite.

    Returns:
        C* and the minimum, each of shape (nodes,).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(worth > 0.0, worth / price, 0.0)
        factor = np.maximum(0.0, np.log(ratio))
        value = np.where(factor > 0.0, price * (1.0 + factor), worth)
    return factor, np.where((price == 0.0) | (worth == 0.0), 0.0, value)


def _paid_in_nodes(problem: Problem, at: Valuation) -> Array:
    """Price of a unit of coverage factor, shape (nodes,): the solver's own where the bound is better for it.

    What an activity that adds next to nothing asks for a unit may be off by much, as the solver's tolerance
    is divided by what it adds. Then its node pays the solver's price, and it is charged at its most.
    """
    pays = np.minimum(at.prices.node, at.worth)
    activity, node, factor = problem.singles
    cheaper = np.flatnonzero(at.reduced[activity] < pays[node] * factor)
    activity, node, factor = activity[cheaper], node[cheaper], factor[cheaper]
    gain = (pays[node] * factor - at.reduced[activity]) * problem.most[activity]
    charge = np.bincount(node, gain, len(pays))
    least = best_responses(at.worth, at.supply)[1]
    better = np.isfinite(at.prices.node) & (best_responses(at.worth, pays)[1] - least > charge)
    return np.where(better, pays, at.supply)


def lower_bound(problem: Problem, prices: Prices) -> float:
    """Objective that no plan can beat, from any prices: nothing missed is less than nothing."""
    return max(-FULL if problem.has_ratio else 0.0, lagrangian(problem, prices))


def lagrangian(problem: Problem, prices: Prices) -> float:
    """What no plan can beat, from any prices; may be below 0.

    sum_n [rho_n + min_C ((W_n - rho_n) exp(-C) + pi_n C)] + worth'(wanted - km2) - lambda'r, and what
    activities would still gain at these prices at their most (joint ones; those that ask for less than their
    node pays; slight ones). At fixed prices it is affine in the capacities r, but for that last part,
    which is less the less there is.
    """
    at = valuation(problem, prices)
    supply = _paid_in_nodes(problem, at)
    value = float((best_responses(at.worth, supply)[1] + at.answer).sum())
    gain = at.reduced - problem.effect.T @ np.minimum(supply, at.worth)
    value += _charged(problem, at.reduced, gain, max(1.0, abs(value)))
    of_goal = goal_worth(problem, at.prices)
    total = np.asarray(problem.cover.sum(axis=1)).ravel()
    value += float(of_goal @ np.where(of_goal > 0.0, problem.wanted - total, 0.0))
    scarce = at.prices.resource != 0.0
    value -= float(at.prices.resource[scarce] @ problem.capacity[scarce])
    return value


def _charged(problem: Problem, reduced: Array, gain: Array, size: float) -> float:
    """What activities that still gain can gain at most, not above 0.

    Each at its most; or those that share the resource that limits them most, with all of it. What is rounding
    of the reduced cost gains nothing; where nothing limits an activity, what is rounding of ``size``.
    """
    rounding = 1e-15 * np.where(np.isfinite(problem.most), np.abs(reduced), size)
    at = np.flatnonzero((gain < -rounding) & (problem.most > 0.0))
    if not len(at):
        return 0.0
    each = gain[at] * problem.most[at]
    main = problem.main_resource[at]
    one = main >= 0
    total = float(each[~one].sum())
    if not one.any():
        return total
    used = np.zeros(len(at))
    used[one] = np.asarray(problem.usage[main[one], at[one]]).ravel()
    alone = np.bincount(main[one], each[one], len(problem.resources))
    per_unit = np.zeros(len(problem.resources))
    np.minimum.at(per_unit, main[one], gain[at[one]] / used[one])
    together = np.zeros(len(per_unit))
    gains = per_unit < 0.0
    together[gains] = per_unit[gains] * np.maximum(0.0, problem.capacity[gains])
    return total + float(np.fmax(alone, together).sum())


def floored(problem: Problem, prices: Prices, allowed: float) -> Prices:
    """Prices of which none is 0 only by rounding or by the tie-break.

    A resource without a price makes what only it limits free, and a node that can be had for nothing misses
    nothing. So each finite resource gets a price of at least ``FLOOR`` allowed / (its capacity x number of
    resources), which costs the bound next to nothing.

    Args:
        problem: the problem.
        prices: prices.
        allowed: gap that is wanted [objective].
    """
    can = np.isfinite(problem.capacity) & (problem.capacity > 0.0) & ~problem.exact
    floor = np.zeros(len(can))
    with np.errstate(over="ignore"):
        floor[can] = FLOOR * allowed / max(1, int(can.sum())) / problem.capacity[can]
    return replace(prices, resource=np.maximum(prices.resource, np.minimum(floor, 1e200)))


def best_bound(problem: Problem, prices: Prices, value: float, tolerance: float) -> tuple[float, Prices]:
    """The better of the bounds at prices and at ``floored`` ones, and the prices that it rests on.

    Args:
        problem: the problem.
        prices: prices of a linear program.
        value: value of the plan.
        tolerance: largest relative gap that is wanted.
    """
    bound = lower_bound(problem, prices)
    proof = Certificate(value, bound, problem.stake, 0, tolerance)
    if proof.proven and bound == 0.0 and not problem.has_ratio:  # nothing is missed: nothing is to be gained
        return bound, Prices(*(np.zeros_like(one) for one in (prices.resource, prices.goal, prices.node)))
    if proof.proven:
        return bound, prices
    small = floored(problem, prices, tolerance * proof.scale)
    other = lower_bound(problem, small)
    return (other, small) if other > bound else (bound, prices)

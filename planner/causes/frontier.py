"""How far a shadow price holds, from plans with more of a limit and what their certificates say between.

What the best plan misses is convex in what there is of a limit. So a plan's bound, moved along its price, is
a bound everywhere (weak duality), and what is missed between two plans is at most their mixture: slopes are
bracketed wherever a plan and a bound are known, and one more plan where the tangents cross tells most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from planner.core.problem import Array

FALLEN = 0.9
"""A price holds as long as the slope is at least this part of it."""
MOST_PLANS = 2
"""Most plans that are made to say how far a price holds, beside those that are made anyway."""
ENOUGH = 0.5
"""It is known well enough when it holds to this part of where it has fallen."""
INSIDE = 0.02
"""A new plan is no nearer to its neighbours than this part of the way between them."""


@dataclass(frozen=True)
class Point:
    """What is known of the best plan with more of a limit.

    Attributes:
        more: of the limit, beside what there is.
        value: what a plan misses.
        bound: no plan misses less.
        price: what the next unit gains there, by the prices that the bound rests on.
    """

    more: float
    value: float
    bound: float
    price: float


def tangents(more: Array, bound: Array, price: Array) -> Array:
    """The bound that each point's price gives at every other point, shape (points, points)."""
    return np.asarray(bound[:, None] - price[:, None] * (more[None, :] - more[:, None]))


def held(points: Sequence[Point]) -> tuple[float, float]:
    """How much more of a limit there can be before its slope has fallen to ``FALLEN`` of the first price.

    A tangent at i, a plan at j, a_i < a_j: the slope at d is at least (tangent_i(d) - value_j) / (a_j - d).
    A plan at i and a tangent at j: it is at most (value_i - tangent_j(d)) / (d - a_i).

    Args:
        points: what is known, the first with what there is.

    Returns:
        It is proven to hold to the first, and to have fallen from the second on; infinite where unknown.
    """
    more, value, bound, price = (
        np.array([getattr(one, name) for one in points]) for name in ("more", "value", "bound", "price")
    )
    floor, at_0 = FALLEN * price[0], bound + price * more
    least, most = 0.0, np.inf
    for i, j in np.ndindex(len(points), len(points)):
        if more[i] < more[j] and price[i] > floor:
            holds = (at_0[i] - value[j] - floor * more[j]) / (price[i] - floor)
            least = max(least, min(holds, more[j]))
        if price[j] < floor:
            most = min(most, max(more[i], (value[i] - at_0[j] + floor * more[i]) / (floor - price[j])))
    return float(min(least, most)), float(most)


def explored(points: Sequence[Point], plan: Callable[[float], Point | None]) -> tuple[float, float]:
    """As ``held``, with more plans where they tell most, as long as it is not known well enough.

    Args:
        points: what is known, the first with what there is.
        plan: the best plan with more of the limit; none where it was not found.
    """
    known = sorted(points, key=lambda one: one.more)
    for _ in range(MOST_PLANS):
        least, most = held(known)
        falls = [
            (one, other)
            for one, other in pairwise(known)
            if one.price > FALLEN * known[0].price >= other.price
        ]
        if not falls or least >= ENOUGH * most:
            break
        one, other = falls[0]
        crossing = (one.bound + one.price * one.more - other.bound - other.price * other.more) / (
            one.price - other.price
        )
        edge = INSIDE * (other.more - one.more)
        new = plan(float(np.clip(crossing, one.more + edge, other.more - edge)))
        if new is None:
            break
        known = sorted([*known, new], key=lambda point: point.more)
    return held(known)

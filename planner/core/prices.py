"""Shadow prices: what one more unit of each scarce thing would gain at the optimum."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from planner.core.problem import Array, Booleans, Keys, Problem


@dataclass(frozen=True, eq=False)
class Prices:
    """Dual values in natural units, of the sign in which more of a resource is worth more.

    Attributes:
        resource: per unit of each resource, shape (resources,); not negative but for exact ones.
        goal: what a unit less of each goal is worth, shape (goals,) [objective per km² or money]; of a goal
            for money it is the price of its resource.
        node: per unit of coverage factor in each node, shape (nodes,) [objective]; infinite where unknown.
    """

    resource: Array
    goal: Array
    node: Array


@dataclass(frozen=True, eq=False)
class KnownPrices:
    """Prices by keys that mean the same in every problem (``Problem.node_keys`` and the like)."""

    prices: Prices
    resource_keys: Keys
    goal_keys: Keys
    node_keys: Keys

    @classmethod
    def of(cls, problem: Problem, prices: Prices) -> KnownPrices:
        """The prices of a problem."""
        return cls(prices, problem.resource_keys, problem.goal_keys, problem.node_keys)

    def for_problem(self, problem: Problem) -> Prices:
        """As prices of another problem; what is new has no price, a new node an unknown one."""
        known = self.prices
        resource = looked_up(problem.resource_keys, self.resource_keys, known.resource, 0.0)
        return Prices(
            resource=np.where(np.isfinite(problem.capacity), resource, 0.0),
            goal=looked_up(problem.goal_keys, self.goal_keys, known.goal, 0.0),
            node=looked_up(problem.node_keys, self.node_keys, known.node, np.inf),
        )

    def scaled(self, factor: Array | float) -> KnownPrices:
        """The same with the prices of nodes times a factor, shape (nodes,)."""
        return replace(self, prices=replace(self.prices, node=self.prices.node * factor))


def looked_up(keys: Keys, known_keys: Keys, values: Array, otherwise: float) -> Array:
    """The value of each key, where it is known."""
    if len(keys) == len(known_keys) and np.array_equal(keys, known_keys):
        return values.copy()
    at, found = positions(keys, known_keys)
    result = np.full(len(keys), otherwise)
    result[found] = values[at[found]]
    return result


def positions(keys: Keys, others: Keys) -> tuple[np.ndarray, np.ndarray]:
    """The first position of each key among others (-1: none), and whether it is there."""
    first = np.flatnonzero(~pd.Index(others).duplicated())
    at = np.append(first, -1)[pd.Index(others[first]).get_indexer(pd.Index(keys))]
    return at, at >= 0


def among(keys: Keys, others: Keys) -> Booleans:
    """Whether each key is among others; by hashes, several times quicker than by sorting them."""
    return np.asarray(pd.Index(keys).isin(others))


def completed(problem: Problem, prices: Prices) -> Prices:
    """The prices with those that follow from others: the best ones for a bound.

    What can be had at a penalty is worth no more than that; what is supplied (an account, by payments) is
    worth what its cheapest supply costs.
    """
    usage, cost = problem.usage, problem.cost
    resource = np.where(np.isfinite(problem.capacity), prices.resource, 0.0)
    resource = np.where(problem.exact, resource, np.maximum(0.0, resource))
    without_effect = problem.n_effects == 0
    alone = np.flatnonzero(without_effect & (np.diff(usage.indptr) == 1))
    entry = usage.indptr[alone]
    supplies = usage.data[entry] < 0.0
    at, amount = usage.indices[entry][supplies], -usage.data[entry][supplies]
    np.minimum.at(resource, at, cost[alone[supplies]] / amount)
    exact, of_exact = problem.exact_of
    fills, used = problem.fills
    others = np.where(problem.exact, 0.0, resource)
    price = (cost[fills] + (used @ others)) / -of_exact[fills]
    supplied = np.full(len(resource), np.inf)
    np.minimum.at(supplied, exact[fills], price)
    return replace(prices, resource=np.where(np.isfinite(supplied), supplied, resource))


def reduced_costs(problem: Problem, prices: Prices) -> Array:
    """C + U'lambda: what a unit of each activity costs at given prices, shape (activities,) [objective]."""
    return np.asarray(problem.cost + problem.usage.T @ prices.resource)

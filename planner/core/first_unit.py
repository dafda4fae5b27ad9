"""Shadow prices of what there is nothing of: an asset without units, a programme without money.

Nothing that needs it is in the linear program, so no dual says what the first unit would gain. It is what the
best of these activities would gain, C = effect' pi - (c + U'lambda), for a unit of what it lacks: the least
price at which none of them would be worth having, so that the certificate's bound stays what it is.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.core.certificate import valuation
from planner.core.prices import Prices, completed, reduced_costs
from planner.core.problem import Array, Booleans, Problem


def with_first_units(problem: Problem, prices: Prices) -> Prices:
    """The prices with those of resources of which there is nothing.

    Where an activity lacks several things, the first of them in the table of resources has all of its gain:
    money gains nothing where there are no hours to pay for.

    Args:
        problem: the problem.
        prices: prices of its plan.
    """
    lacking = ~problem.exact & (problem.capacity <= 0.0) & ~problem.supplied
    if not lacking.any():
        return prices
    prices = completed(problem, prices)
    at = valuation(problem, prices)
    resource, empty = _accounts(problem, prices.resource, lacking)
    priced = replace(prices, resource=resource)
    gain = problem.effect.T @ np.minimum(at.supply, at.worth) - reduced_costs(problem, priced)
    if problem.answers is not None:
        gain += problem.answers.T @ at.answer
    usage = problem.usage.tocsr()
    works = problem.n_effects > 0
    works[problem.trips[0]] = True
    own = lacking & (usage @ works.astype(np.float64) > 0.0)
    for row in np.concatenate([np.flatnonzero(some) for some in (own, empty, lacking & ~own)]):
        entries = slice(usage.indptr[row], usage.indptr[row + 1])
        columns, amount = usage.indices[entries], usage.data[entries]
        users = amount > 0.0
        more = float((gain[columns[users]] / amount[users]).max(initial=0.0))
        resource[row] += more
        gain[columns] -= more * amount
    return priced


def _accounts(problem: Problem, resource: Array, lacking: Booleans) -> tuple[Array, Booleans]:
    """Prices of accounts that nothing is taken from: of the cheapest that could fill them, else 0.

    Returns:
        Prices of all resources, and the accounts that nobody has money for, shape (resources,) each.
    """
    exact, amount = problem.exact_of
    fills = (exact >= 0) & (amount < 0.0) & (problem.n_effects == 0)
    live = fills & (problem.most > 0.0)
    unused = problem.exact.copy()
    unused[exact[live]] = False
    others = np.where(problem.exact, 0.0, resource)
    able = np.flatnonzero(fills & (problem.usage.T @ lacking.astype(np.float64) == 0.0))
    price = (problem.cost[able] + problem.usage[:, able].T @ others) / -amount[able]
    cheapest = np.full(len(resource), np.inf)
    np.minimum.at(cheapest, exact[able], price)
    known = np.isfinite(cheapest)
    return np.where(unused, np.where(known, cheapest, 0.0), resource), unused & ~known

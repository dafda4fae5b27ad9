"""First prices of a problem of very many assets, from some of them in place of all.

What an hour of an asset is worth follows from the prices of nodes and money: it is the price at which none of
its missions would still gain. So a few assets, each with the hours of all that it stands for, are enough.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.core.certificate import valuation
from planner.core.prices import among
from planner.core.problem import Problem
from planner.solve.samples import every
from planner.solve.solver import BASIC, UPPER
from planner.solve.warm_start import NOTHING, Known, WarmStart

MANY = 60_000
"""Up to so many activities the linear program is given all where there are few nodes."""
FEW = 15_000
"""Activities of the sample, about."""
LEAST = 2.0
"""Resources that one of the sample stands for, at least."""


def resource_sample(problem: Problem) -> Problem | None:
    """The problem with some of the resources that limit activities most, with the capacity of all.

    Returns:
        The sample; none where there are not very many activities, or few resources that limit them.
    """
    main = problem.main_resource
    placed = np.zeros(len(main), dtype=bool)
    placed[problem.placed[0]] = True
    limiting = np.unique(main[placed & (main >= 0)])
    step = len(problem.activities) / FEW
    if len(problem.activities) <= MANY or len(limiting) < LEAST * step:
        return None
    chosen = np.isin(np.arange(len(problem.resources)), limiting[every(step, len(limiting))])
    scale = np.where(chosen, len(limiting) / int(chosen.sum()), 1.0)
    part = problem.keeping(~np.isin(main, limiting) | chosen[main] | ~placed)
    return part.with_capacity(problem.capacity * scale)


def start_of_all(problem: Problem, start: WarmStart) -> WarmStart:
    """Where a problem may start from, given the start that its ``resource_sample`` has led to."""
    at = valuation(problem, start.prices.for_problem(problem))
    activity, node, factor = problem.singles
    main = problem.main_resource[activity]
    some = (main >= 0) & ~problem.negligible[activity]
    activity, node, factor, main = activity[some], node[some], factor[some], main[some]
    pays = np.minimum(at.prices.node, at.worth)[node] * factor
    each = (pays - at.reduced[activity]) / np.asarray(problem.usage[main, activity]).ravel()
    order = np.lexsort((each, main))
    last = np.flatnonzero(np.diff(main[order], append=-1))  # the best of each resource
    best = order[last]
    seen = start.rows.get("resource", NOTHING)
    new = (each[best] > 0.0) & ~among(problem.resource_keys[main[best]], seen.key)
    best = best[new]
    resource = at.prices.resource.copy()
    resource[main[best]] = each[best]
    x = start.columns.get("x", NOTHING)
    status = np.full(len(best), BASIC, dtype=np.int8)
    columns = {"x": _with(x, Known(problem.activity_keys[activity[best]], status))}
    rows = {"resource": _with(seen, Known(problem.resource_keys[main[best]], np.full_like(status, UPPER)))}
    found = replace(start, columns={**start.columns, **columns}, rows={**start.rows, **rows})
    return found.with_prices(problem, replace(at.prices, resource=resource))


def _with(known: Known, more: Known) -> Known:
    """What is known, and more; where both know something, the latter."""
    old = ~among(known.key, more.key)
    return Known(np.concatenate([known.key[old], more.key]), np.concatenate([known.status[old], more.status]))

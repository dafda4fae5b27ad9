"""Samples of a problem's nodes, each in place of the water around it: first prices and a basis."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from planner.core.problem import Array, Integers, Matrix, Problem
from planner.frames import sum_by

WHOLE_NODES = 600
"""Up to so many nodes the linear program is given all activities: two samples' worth. Measured on random
instances, sifting (with aggregation) takes 1.4 times as long at 150 nodes, as long at 600, and half as long
at 1,200; on the Pacific case 1.1 times as long at 620 nodes, two thirds at 890, and a third at 2,300
(``python -m tests.benchmarks.scale FOLDER sifting_rule``)."""
SAMPLE_NODES = 300
"""Nodes of the sample that the first prices are taken from."""
SAMPLE_TOLERANCE = 1e-3
"""Gap at which the prices of a sample are good enough to start from."""
GROWTH = 8.0
"""How many times larger each next sample is, about."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Some nodes of a problem.

    Attributes:
        problem: the problem of these nodes.
        share: of the water that each stands for, what is its own, shape (nodes of the sample,).
    """

    problem: Problem
    share: Array


def samples(problem: Problem, known: bool = False) -> list[Sample]:
    """Samples of growing size: each gives the next one prices and a basis to start from.

    The first has about ``SAMPLE_NODES`` nodes, each next one has these and about ``GROWTH`` times as many,
    and the whole as many again. None for a problem that is small itself; where prices are known, only the
    largest of several.
    """
    n_nodes = len(problem.nodes)
    if n_nodes <= WHOLE_NODES:
        return []
    steps = max(1, round(math.log(n_nodes / SAMPLE_NODES) / math.log(GROWTH)))
    growth = (n_nodes / SAMPLE_NODES) ** (1.0 / steps)
    if known and steps == 1:
        return []
    nodes, found = np.arange(n_nodes), []
    for _ in range(1 if known else steps):
        nodes = nodes[every(growth, len(nodes))]
        found.append(sample(problem, nodes))
    return found[::-1]


def every(step: float, number: int) -> Integers:
    """Every so many of a number of positions, spread evenly."""
    return np.floor(np.arange(0.5, number / step) * step).astype(np.int64)


def sample(problem: Problem, kept: Integers) -> Sample:
    """Some nodes of a problem, each in place of the water around it, to take first prices from.

    Activities of several nodes, and what must be done in nodes, are left out: prices to start from need not
    be exact.

    Args:
        problem: the whole problem.
        kept: position of each node of the sample, ascending. Nodes come in the order of their areas and the
            grid, so that ``every`` so many of them are spread evenly, and the next ones are neighbours.

    Returns:
        The sample: its nodes have the water of all nodes that are next to them, and what an activity adds is
        spread over that, so hours and money are those of the whole.
    """
    halfway = 0.5 * (kept[1:] + kept[:-1])
    stands_for = np.searchsorted(halfway, np.arange(len(problem.nodes)))
    km2 = sum_by(stands_for, problem.km2, len(kept))
    own = problem.km2[kept]
    share = np.divide(own, km2, out=np.ones(len(kept)), where=km2 > 0.0)
    chosen = np.zeros(len(problem.nodes), dtype=bool)
    chosen[kept] = True
    at, node, _ = problem.placed
    active = problem.n_effects == 0
    active[at] = chosen[node]
    part = problem.keeping(active)
    small = part.changed(
        {"nodes": kept},
        nodes=problem.nodes.iloc[kept].assign(km2=km2, weight=problem.weight[kept] / share),
        resources=_without_duties(part),
        effect=_spread(part.effect, kept, share),
        goals=problem.goals.assign(unmet=part.goals["unmet"]),
        cover=(problem.cover[:, kept] @ sparse.diags_array(1.0 / share)).tocsr(),
        answers=_spread(part.answers, kept, share),
    )
    return Sample(small, share)


def _spread(acts: Matrix | None, kept: Integers, share: Array) -> Matrix | None:
    """What activities do in the nodes that are kept, spread over the water that these stand for."""
    return None if acts is None else (sparse.diags_array(share) @ acts.tocsr()[kept]).tocsc()


def _without_duties(part: Problem):  # type: ignore[no-untyped-def]
    """Resources of which none must be supplied by what is done in nodes."""
    usage = part.usage
    supplied = np.zeros(len(part.resources), dtype=bool)
    supplied[usage.indices[(usage.data < 0.0) & (part.n_effects[part.user] == 0)]] = True
    return part.resources.assign(
        capacity=np.where(supplied, part.capacity, np.where(part.capacity < 0.0, 0.0, part.capacity))
    )

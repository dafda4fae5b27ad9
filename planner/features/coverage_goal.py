"""Coverage that is wanted: targets of areas, least coverages, fair shares. Equation (10).

Reads ``target_coverage`` and ``risk_weight`` of areas, ``objective`` of case.toml, and the rows of limits.csv
of kind least_coverage. covered_i + short_k >= wanted_k + ratio_k t, for every goal k of an area i, where
covered_i is the sum over its nodes of km2 (1 - exp(-C)).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from planner.case import Case
from planner.core.problem import Integers
from planner.features.assembly import Parts
from planner.features.limits import COVERAGE, LIMIT_KINDS, of_areas
from planner.frames import Array, numbers, records, sum_by

ROUNDING = 1e-9
"""A target is met where no more than this part of it is missing: sums in another order differ as much."""


def add_coverage_goals(parts: Parts, case: Case, area: Integers, weight: Array | None = None) -> None:
    """Goals for coverage: those of the objective first, then the limits.

    Args:
        parts: what has been added so far.
        case: the case.
        area: position of the area of each node, shape (nodes,).
        weight: risk weight of each area, shape (areas,) [-]; as its file has it if None.
    """
    ids = case.areas["area_id"].to_numpy()
    order = np.argsort(area, kind="stable")
    ends = np.searchsorted(area[order], np.arange(len(ids) + 1))
    nodes = [order[low:high] for low, high in pairwise(ends.tolist())]
    km2 = sum_by(area, parts.nodes["km2"], len(ids))
    target = numbers(case.areas["target_coverage"]) * km2
    if case.settings.objective == "shortfall":
        weight = numbers(case.areas["risk_weight"]) if weight is None else weight
        parts.add_goals(
            nodes, {"kind": "target", "area_id": ids}, wanted=target, penalty=weight, at_stake=True
        )
    if case.settings.objective == "fair":
        some = np.flatnonzero(target > 0.0)
        goals = {"kind": "fair_share", "area_id": ids[some]}
        parts.add_goals([nodes[n] for n in some], goals, ratio_km2=target[some], at_stake=True)
    position = {name: number for number, name in enumerate(ids)}
    asks = LIMIT_KINDS[COVERAGE].asks
    for limit in records(case.limits[of_areas(case.limits)]):
        at = [position[name] for name in limit.areas]
        meant = [nodes[n] for n in at]
        if limit.period:
            meant = [some[(parts.nodes["period_id"] == limit.period).to_numpy()[some]] for some in meant]
        when = f" in {limit.period}" if limit.period else ""
        parts.add_goals(
            meant,
            {"kind": COVERAGE, "area_id": ids[at], "limit_id": limit.limit_id, "period_id": limit.period},
            wanted=[limit.least * float(parts.nodes["km2"].to_numpy()[some].sum()) for some in meant],
            penalty=float(limit.penalty),
            hard=bool(np.isinf(limit.penalty)),
            least=limit.least,
            words=[asks.format(least="{least}", where=name, when=when) for name in limit.areas],
            subject=list(limit.areas),
            file=limit.file,
            row=limit.row,
        )


def shortfall(target_km2: Array, covered_km2: Array) -> Array:
    """What is missing to targets, and not by rounding alone, shape (areas,) [km²]."""
    missing = target_km2 - covered_km2
    return np.where(missing > ROUNDING * target_km2, missing, 0.0)

"""Other masters of a plan: some orders forbidden, just some made, none at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse

from planner.capacity.model import CapitalProgram
from planner.frames import records
from planner.solve.decomposition import Decomposition, Incumbent, Master


def without(master: Master, columns: Iterable[int], free: Iterable[int] = ()) -> Master:
    """The master in which some variables are 0; and some others have no upper bound."""
    upper = master.lp.upper.copy()
    upper[list(columns)] = 0.0
    upper[list(free)] = np.inf
    return replace(master, lp=replace(master.lp, upper=upper))


def held(master: Master, made: CapitalProgram, orders: pd.DataFrame) -> Master:
    """The master in which just these orders are made."""
    wanted: dict[tuple[str, int, str], float] = {}
    for one in records(orders):
        key = one.candidate_id, int(one.year), one.future
        wanted[key] = wanted.get(key, 0.0) + float(one.units)
    groups: dict[tuple[str, int, str], list[int]] = {}
    for (number, year, scope, _), column in made.columns.of("order").items():
        groups.setdefault((made.candidates[number].candidate_id, year, scope), []).append(column)
    lp = master.lp
    rows = made.columns.matrix([dict.fromkeys(columns, 1.0) for columns in groups.values()])
    units = np.array([wanted.pop(key, 0.0) for key in groups])
    if wanted:
        raise ValueError(f"these orders are not possible: {sorted(wanted)}")
    matrix = sparse.vstack([lp.matrix, rows]).tocsr()
    lower, most = np.concatenate([lp.lower, units]), np.concatenate([lp.most, units])
    return replace(master, lp=replace(lp, matrix=matrix, lower=lower, most=most))


def without_orders(search: Decomposition, made: CapitalProgram, master: Master) -> Incumbent:
    """The plan in which nothing is ordered."""
    master = without(master, made.columns.of("order").values(), made.columns.of("missed").values())
    again = search.again(master, search.gap, np.inf)
    decisions = again.solve(whole=True).decisions
    plans = again.plans(decisions)
    missed = np.array([one.value for one in plans])
    return Incumbent(decisions, tuple(plans), again.objective(decisions, missed))


def bounds_of(search: Decomposition, bare: Incumbent) -> tuple[float, float]:
    """Value and bound of decisions that leave nothing open but the plans of the blocks."""
    bounds = np.array([one.value - one.gap * abs(one.value) for one in bare.plans])
    return bare.value, min(bare.value, search.objective(bare.decisions, bounds))

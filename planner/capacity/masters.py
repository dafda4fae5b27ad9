"""Other masters of a plan: some orders forbidden, just some made, none at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse

from planner.capacity.model import CapitalProgram
from planner.core.linear import LinearProgram
from planner.core.problem import Array, Matrix
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
    keys = list(dict.fromkeys(key[:3] for key in made.columns.of("order")))
    ids = {key: (made.candidates[key[0]].candidate_id, *key[1:]) for key in keys}
    units = np.array([wanted.pop(ids[key], 0.0) for key in keys])
    if wanted:
        raise ValueError(f"these orders are not possible: {sorted(wanted)}")
    rows = made.columns.matrix([made.ordered(*key) for key in keys])
    return replace(master, lp=with_rows(master.lp, rows, units, units))


def with_rows(lp: LinearProgram, rows: Matrix, least: Array, most: Array) -> LinearProgram:
    """A program with more rows, least <= rows x <= most."""
    matrix = sparse.vstack([lp.matrix, rows]).tocsr()
    lower, upper = np.concatenate([lp.lower, least]), np.concatenate([lp.most, most])
    return replace(lp, matrix=matrix, lower=lower, most=upper)


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

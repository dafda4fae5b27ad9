"""Other masters of a plan: orders forbidden, held, none; and plans nearly as good, or nearest to another."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from planner.capacity.model import CapitalProgram
from planner.capacity.program import most_covered
from planner.capacity.results import ALL_FOUND, NO_OTHERS, OUT_OF_TIME, frame
from planner.core.linear import LinearProgram
from planner.core.problem import Array, Matrix
from planner.errors import NoPlanError
from planner.frames import records
from planner.pipeline import Progress
from planner.results.plain_text import listed
from planner.solve.decomposition import Decomposition, Incumbent, Master
from planner.solve.solver import Status


def without(master: Master, columns: Iterable[int]) -> Master:
    """The master in which some variables are 0."""
    upper = master.lp.upper.copy()
    upper[list(columns)] = 0.0
    return replace(master, lp=replace(master.lp, upper=upper))


def held(master: Master, made: CapitalProgram, orders: pd.DataFrame) -> Master:
    """The master in which just these orders are made.

    Raises:
        NoPlanError: some of them are not possible in its case: it has no such option, or no such year.
    """
    keys = list(dict.fromkeys(key[:3] for key in made.columns.of["order"]))
    at = {(made.candidates[key[0]].candidate_id, *key[1:]): number for number, key in enumerate(keys)}
    units, lost = np.zeros(len(keys)), []
    for one in records(orders):
        scopes = made.scopes.get(one.year, ()) if one.future == "" else (one.future,)
        found = [at[key] for scope in scopes if (key := (one.candidate_id, one.year, scope)) in at]
        units[found] += one.units
        lost += [] if found else [f"{one.candidate_id} in {one.year}"]
    if lost:
        raise NoPlanError(Status.INFEASIBLE, f"these orders are not possible: {listed(lost)}")
    rows = made.columns.matrix([made.ordered(*key) for key in keys])
    return replace(master, lp=with_rows(master.lp, rows, units, units))


def with_rows(lp: LinearProgram, rows: Matrix, least: Array, most: Array) -> LinearProgram:
    """A program with more rows, least <= rows x <= most."""
    matrix = sparse.vstack([lp.matrix, rows]).tocsr()
    lower, upper = np.concatenate([lp.lower, least]), np.concatenate([lp.most, most])
    return replace(lp, matrix=matrix, lower=lower, most=upper)


def without_orders(search: Decomposition, made: CapitalProgram, master: Master) -> tuple[Incumbent, float]:
    """The plan in which nothing is ordered, and its bound: no such plan has a lower objective.

    Of least cost: the cheapest that reaches what is wanted, or if none does the one that comes nearest, which
    has no objective.
    """
    master = without(master, made.columns.of["order"].values())
    again = search.again(master, search.gap, np.inf)
    if made.case.years.objective == "cost":
        closest = search.again(most_covered(made, master), search.gap, np.inf)
        best = best_of(again) or best_of(closest)
        if best is not None:
            missed = np.array([plan.value for plan in best.plans])
            value = search.objective(best.decisions, missed)
            return replace(best, value=value), min(value, again.bound)
        again = closest
    bare = _planned(again, again.solve(whole=True).decisions)
    bounds = np.array([one.value - one.gap * abs(one.value) for one in bare.plans])
    return bare, min(bare.value, search.objective(bare.decisions, bounds))


def _planned(search: Decomposition, decisions: Array) -> Incumbent:
    """Decisions with the plans of their blocks, and what these come to."""
    plans = tuple(search.plans(decisions))
    return Incumbent(decisions, plans, search.objective(decisions, np.array([one.value for one in plans])))


def best_of(search: Decomposition) -> Incumbent | None:
    """The best plan of a search, none where there is none."""
    with contextlib.suppress(NoPlanError):
        search.run()
    return search.best


NEAR, AIM = 0.01, 0.006
"""Plans within the first part of the best are near-optimal; the second is aimed at by the cuts, which promise
too much."""
MOST_PLANS = 4
"""Near-optimal plans that are looked for."""
TRIES = 4
"""Searches for each of them: what the cuts promise may be less than it is."""
COARSE = 0.05
"""The gap of the other objective."""
ROUNDING = 1e-6


def near_optimal(
    search: Decomposition, made: CapitalProgram, best: Incumbent, seconds: float, progress: Progress
) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Plans within ``NEAR`` of the best that order as little as can be of what earlier ones do, in a time.

    Units that wait for the future count by its probability.

    Hop, skip and jump (Brill, Chang and Hopkins 1982; modelling to generate alternatives).

    Returns:
        The tables ``alternatives`` and ``order_ranges``, and why there are no more.
    """
    end = time.monotonic() + seconds
    found, ended = [best], ALL_FOUND
    often, chance = np.zeros(len(made.candidates)), np.array([one.probability for one in made.case.futures])
    for number in range(1, MOST_PLANS + 1):
        progress(f"near-optimal plan {number} of at most {MOST_PLANS}")
        often += np.minimum(1.0, chance @ made.units(found[-1].decisions))
        search.deadline = time.monotonic() + (end - time.monotonic()) / (MOST_PLANS + 1 - number)
        cost = np.zeros(len(search.master.lp.cost))
        for (candidate, *_), column in made.columns.of["order"].items():
            cost[column] = often[candidate]
        upper, most = search.master.lp.upper, (1.0 + NEAR) * best.value
        aims = ((1.0 + part) * best.value for part in (AIM, NEAR))  # the first leaves out what is just near
        others = (_within(search, best, cost, upper, most, aim=aim) for aim in aims)
        other = next((one for one in others if one is not None and not _among(made, one, found)), None)
        if other is None:
            ended = OUT_OF_TIME if time.monotonic() >= search.deadline else NO_OTHERS
            break
        found.append(other)
    rows = [row for number, one in enumerate(found) for row in _plan_rows(made, number, one, best.value)]
    units = np.array([made.units(one.decisions) for one in found]).round().astype(int)
    least, most = units.min(axis=(0, 1)), units.max(axis=(0, 1))  # over plans and futures
    counts = pd.DataFrame({"units": units[0].max(axis=0), "least": least, "most": most})
    ranges = pd.concat([made.case.candidates[["candidate_id", "option_id"]], counts], axis=1)[most > 0]
    return frame("alternatives", rows), ranges.reset_index(drop=True), ended


def _among(made: CapitalProgram, plan: Incumbent, plans: Sequence[Incumbent]) -> bool:
    """Whether a plan orders what one of several does."""
    units = made.units(plan.decisions)
    return any(np.allclose(units, made.units(one.decisions)) for one in plans)


def nearest(
    search: Decomposition, made: CapitalProgram, best: Incumbent, bound: float, orders: pd.DataFrame
) -> Incumbent:
    """Of all plans within the gap the one that changes the fewest orders of an earlier plan; else the best.

    Orders of the earlier plan may be made smaller or left out, others may be new.
    """
    before = orders.groupby(["candidate_id", "year", "future"])["units"].sum().to_dict()
    futures = [one.name for one in made.case.futures]
    cost, upper = np.zeros(len(search.master.lp.cost)), search.master.lp.upper.copy()
    for (number, year, scope, _), column in made.columns.of["order"].items():
        key = made.candidates[number].candidate_id, year
        waits = min(before.get((*key, one), 0.0) for one in ([scope] if scope else futures))
        units = float(before.get((*key, ""), 0.0) + waits)
        cost[column] = -1.0 if units else 1.0
        upper[column] = min(upper[column], units) if units else upper[column]
    most = bound / (1.0 - search.gap) if search.gap < 1.0 else np.inf
    found = _within(search, best, cost, upper, max(most, best.value))
    return best if found is None else found


def changed_orders(before: pd.DataFrame, after: pd.DataFrame, futures: Sequence[str]) -> pd.DataFrame:
    """Orders that two plans do not share: year, candidate_id, option_id, future, before, after [units].

    An order whatever the future is one in each of them, where the other plan's waits for it.
    """
    keys, plans = ["year", "candidate_id", "option_id"], ["before", "after"]
    both = pd.concat([one.assign(plan=name) for name, one in zip(plans, (before, after), strict=True)])
    in_all = both["future"] == ""
    waits = (~in_all).groupby([both[key] for key in keys]).transform("any")
    parts = [both[~(in_all & waits)], *(both[in_all & waits].assign(future=one) for one in futures)]
    units = pd.concat(parts).pivot_table("units", [*keys, "future"], "plan", aggfunc="sum", fill_value=0)
    table = units.reindex(columns=plans, fill_value=0).reset_index().rename_axis(columns=None)
    return table[table["before"] != table["after"]].sort_values([*keys, "future"], ignore_index=True)


def _within(
    search: Decomposition,
    best: Incumbent,
    cost: Array,
    upper: Array,
    value: float,
    aim: float = np.inf,
) -> Incumbent | None:
    """The plan that is best by another objective among those whose own is at most a value.

    ``aim``: what it is to be at most by the cuts, which promise too much.
    """
    lp, master = search.master.lp, search.master
    most = np.array([(min(aim, value) + master.slack) / master.unit])
    limited = with_rows(lp, sparse.csr_array(lp.cost[None, :]), np.array([-np.inf]), most)
    again = search.again(replace(master, lp=replace(limited, cost=cost, upper=upper)), COARSE, np.inf)
    for _ in range(TRIES):
        try:
            found = _planned(search, again.solve(True, best.decisions).decisions)
        except NoPlanError:
            return None
        if found.value <= value * (1.0 + ROUNDING):
            return found
    return None


def _plan_rows(made: CapitalProgram, plan: int, one: Incumbent, best: float) -> Iterator[dict[str, Any]]:
    """The orders of a plan as rows; of a plan that orders nothing one without an option."""
    about = {"plan": plan, "objective": one.value, "gap_to_best": one.value / best - 1.0}
    blank = dict.fromkeys(("option_id", "recipient", "base_id", "future"), "")
    if not made.units(one.decisions).round().any():
        yield {**about, **blank, "year": made.case.years.first, "units": 0}
    for (number, year, scope, _), column in made.columns.of["order"].items():
        units = round(float(one.decisions[column]))
        if units > 0:
            order = {"year": year, "future": scope, "units": units}
            yield {**about, **made.candidates[number]._asdict(), **order}

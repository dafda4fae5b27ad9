"""What orders are worth, plans that are nearly as good, and what was left out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from planner.capacity.program import MILLION, CapitalProgram
from planner.case.capital import ASSET, BASE, SENSOR
from planner.core.certificate import Certificate
from planner.core.problem import Array
from planner.errors import NoPlanError
from planner.frames import records
from planner.solve.decomposition import Decomposition, Incumbent, Master
from planner.solve.mixed_integer import solve_mixed

Progress = Callable[[str], None]
VALUE_COLUMNS = ["option_id", "name", "units", "capital", "running", "worth", "worth_low", "worth_high"]
NO_VALUES = pd.DataFrame(columns=[*VALUE_COLUMNS, "per_million_capital"])
PLAN_COLUMNS = ["plan", "objective", "gap_to_best", "option_id", "recipient", "base_id", "year", "units"]
STANDING_COLUMNS = ["candidate_id", "option_id", "units", "least", "most"]
NEAR = 0.01
"""Plans within this part of the best are near-optimal."""
MOST_PLANS = 4
"""Near-optimal plans that are looked for."""
TRIES = 4
"""Searches for each of them: what the cuts promise may be less than it is."""
ROUNDING = 1e-6
ASKING_S = 10.0
"""Time for the question whether one more unit can be had [s]."""
VALUES_SHARE = 0.7
"""Of the time for values and near-optimal plans, the part that values may take."""


@dataclass(frozen=True, eq=False)
class Alternatives:
    """Near-optimal plans: their orders, and the units of each candidate over all of them."""

    plans: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=PLAN_COLUMNS))
    standing: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=STANDING_COLUMNS))


NO_ALTERNATIVES = Alternatives()


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


def option_values(
    search: Decomposition, made: CapitalProgram, proof: Certificate, orders: pd.DataFrame, progress: Progress
) -> pd.DataFrame:
    """What each option that is ordered is worth: the best plan without it, less the plan.

    The interval is certified: the bound without it less the value, the value without it less the bound.
    """
    rows = []
    seconds = VALUES_SHARE * (search.deadline - time.monotonic()) / max(1, orders["option_id"].nunique())
    running_cost = made.case.candidates.groupby("option_id")["running_cost"].first().to_dict()
    for option, mine in orders.groupby("option_id", sort=False):
        progress(f"the plan without {option}")
        columns = [
            column
            for (number, *_), column in made.columns.of("order").items()
            if made.candidates[number].option_id == option
        ]
        again = search.again(without(search.master, columns), search.gap, seconds)
        again.best = _rest(again, made, orders[orders["option_id"] != option])
        with suppress(NoPlanError):
            again.run()
        value = np.inf if again.best is None else again.best.value
        capital = float(mine["capital"].sum())
        worth = value - proof.value
        low, high = max(again.bound, proof.bound) - proof.value, value - proof.bound
        running = float(running_cost[option]) * float(mine["units"].sum())
        each = worth / capital * MILLION if capital > 0.0 else np.nan
        known = (option, mine["name"].iloc[0], int(mine["units"].sum()), capital, running)
        rows.append((*known, worth, low, high, each))
    return pd.DataFrame(rows, columns=[*VALUE_COLUMNS, "per_million_capital"])


def _rest(again: Decomposition, made: CapitalProgram, orders: pd.DataFrame) -> Incumbent | None:
    """The plan with some orders held, if they are possible."""
    only = again.again(held(again.master, made, orders), again.gap, np.inf)
    try:
        decisions = only.solve(whole=True).decisions
        plans = tuple(only.plans(decisions))
    except NoPlanError:
        return None
    value = again.objective(decisions, np.array([one.value for one in plans]))
    return Incumbent(decisions, plans, value) if np.isfinite(value) else None


def near_optimal(search: Decomposition, made: CapitalProgram, progress: Progress) -> Alternatives:
    """Plans within ``NEAR`` of the best that order as little as can be of what earlier ones do.

    Hop, skip and jump (Brill, Chang and Hopkins 1982; modelling to generate alternatives).
    """
    best = search.best
    if best is None:
        return NO_ALTERNATIVES
    found = [best]
    often = np.zeros(len(made.candidates))
    for number in range(1, MOST_PLANS + 1):
        progress(f"near-optimal plan {number} of at most {MOST_PLANS}")
        often += np.minimum(1.0, _units(made, found[-1].decisions))
        other = _different(search, made, best, often)
        if other is None:
            break
        new = _units(made, other.decisions)
        if any(np.allclose(new, _units(made, each.decisions)) for each in found):
            break
        found.append(other)
    table = [_plan_rows(made, number, one, best.value) for number, one in enumerate(found)]
    units = np.array([_units(made, one.decisions) for one in found])
    some = np.flatnonzero(units.max(axis=0) > 0)
    standing = []
    for n in some.tolist():
        one = made.candidates[n]
        counts = [round(float(each)) for each in (units[0, n], units[:, n].min(), units[:, n].max())]
        standing.append((one.candidate_id, one.option_id, *counts))
    plans = pd.DataFrame([row for rows in table for row in rows], columns=PLAN_COLUMNS)
    return Alternatives(plans, pd.DataFrame(standing, columns=STANDING_COLUMNS))


def _different(
    search: Decomposition, made: CapitalProgram, best: Incumbent, often: Array
) -> Incumbent | None:
    cost = np.zeros(len(search.master.lp.cost))
    for (number, *_), column in made.columns.of("order").items():
        cost[column] = often[number]
    return _within(search, best, cost, search.master.lp.upper, (1.0 + NEAR) * best.value)


def nearest(
    search: Decomposition, made: CapitalProgram, best: Incumbent, bound: float, orders: pd.DataFrame
) -> Incumbent:
    """Of all plans within the gap the one that changes the fewest orders of an earlier plan; else the best.

    Orders of the earlier plan may be made smaller or left out, others may be new.
    """
    before: dict[tuple[str, int], float] = {}
    for one in records(orders):
        key = one.candidate_id, int(one.year)
        before[key] = before.get(key, 0.0) + float(one.units)
    cost, upper = np.zeros(len(search.master.lp.cost)), search.master.lp.upper.copy()
    for (number, year, *_), column in made.columns.of("order").items():
        units = before.get((made.candidates[number].candidate_id, year), 0.0)
        cost[column] = -1.0 if units else 1.0
        upper[column] = min(upper[column], units) if units else upper[column]
    most = bound / (1.0 - search.gap) if search.gap < 1.0 else np.inf
    found = _within(search, best, cost, upper, max(most, best.value), start=False)
    return best if found is None else found


def changed_orders(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Orders that two plans do not share: year, candidate_id, option_id, before, after [units]."""
    keys = ["year", "candidate_id", "option_id"]
    units = [one.groupby(keys)["units"].sum() for one in (before, after)]
    table = pd.concat(units, axis=1, keys=["before", "after"]).fillna(0).reset_index()
    return table[table["before"] != table["after"]].sort_values(keys, ignore_index=True)


def _within(
    search: Decomposition, best: Incumbent, cost: Array, upper: Array, value: float, start: bool = True
) -> Incumbent | None:
    """The plan that is best by another objective among those whose own is at most a value."""
    lp, master = search.master.lp, search.master
    most = (value + master.slack) / master.unit
    matrix = sparse.vstack([lp.matrix, sparse.csr_array(lp.cost[None, :])]).tocsr()
    other = replace(
        lp,
        cost=cost,
        upper=upper,
        matrix=matrix,
        lower=np.append(lp.lower, -np.inf),
        most=np.append(lp.most, most),
    )
    again = search.again(replace(master, lp=other), 0.05, np.inf)
    for _ in range(TRIES):
        try:
            values = again.solve(whole=True, start=best.decisions if start else None).decisions
        except NoPlanError:
            return None
        plans = tuple(again.plans(values))
        found = search.objective(values, np.array([one.value for one in plans]))
        if found <= value * (1.0 + ROUNDING):
            return Incumbent(values, plans, found)
    return None


def _units(made: CapitalProgram, values: Array) -> Array:
    """Units of each candidate that are ordered in all years, the mean over futures, shape (candidates,)."""
    found = np.zeros(len(made.candidates))
    for (number, _, scope, _), column in made.columns.of("order").items():
        chance = next((one.probability for one in made.case.futures if one.name == scope), 1.0)
        found[number] += chance * values[column]
    return found


def _plan_rows(made: CapitalProgram, plan: int, one: Incumbent, best: float) -> list[tuple[Any, ...]]:
    rows = []
    for (number, year, _, _), column in made.columns.of("order").items():
        units = round(float(one.decisions[column]))
        if units > 0:
            each = made.candidates[number]
            known = (each.option_id, each.recipient, each.base_id, year, units)
            rows.append((plan, one.value, one.value / best - 1.0, *known))
    return rows


def left_out(
    search: Decomposition, made: CapitalProgram, best: Incumbent, orders: pd.DataFrame
) -> pd.DataFrame:
    """Options that are not ordered: what a unit could gain at most, and what it lacks.

    At the plan's prices a unit gains no more than the price of its hours over its years (what is missed is
    convex in them); what it costs is not taken off.
    """
    slopes = _slopes(search, best)
    rows = []
    for option, some in made.case.candidates.groupby("option_id", sort=False):
        if option in set(orders["option_id"]):
            continue
        gains = {number: _most_worth(made, number, slopes) for number in some.index}
        number = max(gains, key=lambda one: gains[one])
        lacks = _lacks(made, number, best)
        rows.append((option, made.candidates[number].name, gains[number], lacks))
    table = pd.DataFrame(rows, columns=["option_id", "name", "reduced_worth", "lacks"])
    return table.sort_values("reduced_worth", ascending=False, ignore_index=True)


def _slopes(search: Decomposition, best: Incumbent) -> dict[tuple[int, str], Array]:
    """What a unit of each lever gains in each block at the plan's prices, in the objective."""
    found = {}
    for block, plan in zip(search.blocks, best.plans, strict=True):
        cut = search.templates[block.template].cut(plan.prices, len(block.offset))
        found[block.key] = block.weight * cut.slope
    return found


def _most_worth(made: CapitalProgram, number: int, slopes: dict[tuple[int, str], Array]) -> float:
    """The most that a unit of a candidate could gain, over the years in which it may be ordered."""
    one, years = made.candidates[number], made.case.years
    if one.adds not in (ASSET, SENSOR, BASE):
        return 0.0
    base = one.adds == BASE
    lever = made.targets[f"base {one.target_id}" if base else one.target_id]
    units = float(one.capacity_hours) if base else 1.0
    survival = float(made.case.survival[number])
    best = 0.0
    for year in range(max(one.first_year, years.first), min(one.last_year, years.last_order) + 1):
        gain = 0.0
        for (of_year, _), slope in slopes.items():
            age = of_year - year - int(one.lead_years)
            if 0 <= age < one.life_years:
                gain += survival**age * units * float(slope[lever])
        best = max(best, gain)
    return best


def _lacks(made: CapitalProgram, number: int, best: Incumbent) -> str:
    """What one unit of a candidate lacks beside all that is ordered and in service, in words.

    Whether it is possible is asked of the master, with one kind of limit lifted after the other.
    """
    one, case = made.candidates[number], made.case
    if not any(key[0] == number for key in made.columns.of("order")):
        paying = case.payers["candidate_id"].eq(one.candidate_id).any()
        if one.capital_cost > 0.0 and not paying:
            return "nobody may pay for it"
        return f"it would not be in service by {case.years.last}"
    if _possible(made, number, best, frozenset()):
        return "it could be had beside all that is ordered, and gains no more than the optimality gap"
    kinds = [kind for kind in dict.fromkeys(made.columns.lacks) if kind]
    alone = next((kind for kind in kinds if _possible(made, number, best, frozenset({kind}))), "")
    return f"beside all that is ordered it lacks {alone or ' or '.join(kinds)}"


def _possible(made: CapitalProgram, number: int, best: Incumbent, lifted: frozenset[str]) -> bool:
    """Whether a unit of a candidate can be had, and be in service once, beside a plan's orders and stock."""
    columns, lp = made.columns, made.columns.program()
    least = {}
    for kind in ("order", "service"):
        for key, column in columns.of(kind).items():
            least[column] = 0.0 if key[0] == number else float(best.decisions[column])
    held_at = [({column: 1.0}, units - ROUNDING) for column, units in least.items() if units > ROUNDING]
    new = {column: 1.0 for key, column in columns.of("order").items() if key[0] == number}
    held_at.append((new, 1.0))
    for future in made.case.futures:
        keys = [key for key in columns.of("service") if key[0] == number and key[2] == future.name]
        if keys:
            share = float(made.case.survival[number]) ** len(made.case.years.years)
            served = columns.of("service")
            held_at.append(({served[key]: 1.0 for key in keys}, share))
    kept = np.array([kind not in lifted for kind in columns.lacks], dtype=bool)
    rows = columns.matrix([terms for terms, _ in held_at])
    wanted = np.array([units for _, units in held_at])
    program = replace(
        lp,
        cost=np.zeros(len(lp.cost)),
        matrix=sparse.vstack([lp.matrix[kept], rows]).tocsr(),
        lower=np.concatenate([lp.lower[kept], wanted]),
        most=np.concatenate([lp.most[kept], np.full(len(wanted), np.inf)]),
    )
    try:
        solve_mixed(program, columns.integer, 1.0, ASKING_S)
    except NoPlanError:
        return False
    return True

"""Options that a plan leaves out: what a unit could gain at most, and what it lacks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse

from planner.capacity.model import CapitalProgram
from planner.case.capital import ASSET, BASE, SENSOR
from planner.core.problem import Array
from planner.errors import NoPlanError
from planner.solve.decomposition import Decomposition, Incumbent
from planner.solve.mixed_integer import solve_mixed

ASKING_S = 10.0
"""Time for the question whether one more unit can be had [s]."""
ROUNDING = 1e-6


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

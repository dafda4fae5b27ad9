"""Options that a plan leaves out: what a unit could gain at most, and what it lacks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from planner.capacity.masters import with_rows
from planner.capacity.model import CapitalProgram, lever_of
from planner.capacity.results import frame
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
        rows.append({"option_id": option, "reduced_worth": gains[number], "lacks": lacks})
    return frame("left_out", rows).sort_values("reduced_worth", ascending=False, ignore_index=True)


def _slopes(search: Decomposition, best: Incumbent) -> dict[tuple[int, str], Array]:
    """What a unit of each lever gains in each block at the plan's prices, in the objective."""
    found = {}
    for block, plan in zip(search.blocks, best.plans, strict=True):
        cut = search.templates[block.template].cut(plan.prices, len(block.offset))
        found[block.key] = block.weight * cut.slope
    return found


def _most_worth(made: CapitalProgram, number: int, slopes: dict[tuple[int, str], Array]) -> float:
    """The most that a unit of a candidate could gain, over the years in which it may be ordered."""
    one, years, lever = made.candidates[number], made.case.years, lever_of(made.candidates[number])
    if lever is None:
        return 0.0
    at, units = made.position[lever[0]], lever[1]
    survival = float(made.case.survival[number])
    best = 0.0
    for year in range(max(one.first_year, years.first), min(one.last_year, years.last_order) + 1):
        gain = 0.0
        for (of_year, _), slope in slopes.items():
            age = of_year - year - int(one.lead_years)
            if 0 <= age < one.life_years:
                gain += survival**age * units * float(slope[at])
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
    wanted: list[tuple[dict[int, float], float]] = []
    new: dict[str, dict[int, float]] = {}
    for kind in ("order", "service"):
        for key, column in columns.of(kind).items():
            units = float(best.decisions[column])
            if key[0] == number:
                new.setdefault("" if kind == "order" else key[2], {})[column] = 1.0
            elif units > ROUNDING:
                wanted.append(({column: 1.0}, units - ROUNDING))
    served = float(made.case.survival[number]) ** len(made.case.years.years)
    wanted += [(terms, served if future else 1.0) for future, terms in new.items()]
    kept = np.array([kind not in lifted for kind in columns.lacks], dtype=bool)
    rows, least = columns.matrix([terms for terms, _ in wanted]), np.array([units for _, units in wanted])
    program = replace(lp, matrix=lp.matrix[kept], lower=lp.lower[kept], most=lp.most[kept])
    program = with_rows(program, rows, least, np.full(len(least), np.inf))
    program = replace(program, cost=np.zeros(len(lp.cost)))
    try:
        solve_mixed(program, columns.integer, 1.0, ASKING_S)
    except NoPlanError:
        return False
    return True

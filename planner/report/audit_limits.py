"""Audit of the limits that planners set, and of fair shares, from missions and funding alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner import units
from planner.case import Case
from planner.effort import search_theory
from planner.frames import numbers, records
from planner.report.audit_compare import TOLERANCE, Finding, differs, keys_of, unlike
from planner.report.audit_money import CENT
from planner.report.results import Results

Array = npt.NDArray[np.float64]
KEYS = ["limit_id", "area_id"]
COVERAGE, SHARE, SPENDING = "least_coverage", "least_share", "least_spending"


def expected(case: Case) -> dict[tuple[object, ...], Any]:
    """The limit of each row that limits.csv should have, by limit and area."""
    found: dict[tuple[object, ...], Any] = {}
    for limit in records(case.limits):
        places = limit.areas if limit.kind == COVERAGE else (";".join(limit.areas),)
        found |= {(limit.limit_id, place): limit for place in places}
    return found


def limits(case: Case, results: Results) -> Iterator[Finding]:
    """What is reached, short and paid, worked out again; hard limits hold."""
    table = results.limits
    if table.empty:
        return
    wanted = expected(case)
    keys = keys_of(table, KEYS)
    names = [", ".join(str(part) for part in key if part) for key in keys]
    each = [wanted[key] for key in keys]
    for column, again in (
        ("kind", [limit.kind for limit in each]),
        ("programme_id", [limit.programme for limit in each]),
        ("hard", [bool(np.isinf(limit.penalty)) for limit in each]),
        ("unit", [_unit(case, limit) for limit in each]),
    ):
        yield from unlike(f"limits.csv {column}", table[column], again, names)
    penalty = np.array([0.0 if np.isinf(limit.penalty) else limit.penalty for limit in each])
    yield from _by_unit("least", table, np.array([limit.least for limit in each]), names)
    yield from differs("limits.csv penalty", table["penalty"], penalty, names)
    worked = [_worked_out(case, results, limit, key[1]) for limit, key in zip(each, keys, strict=True)]
    reached, short, whole = (np.array(column) for column in zip(*worked, strict=True))
    yield from _by_unit("reached", table, reached, names)
    yield from differs("limits.csv short", table["short"], short, names, size=whole)
    yield from differs("limits.csv paid", table["paid"], _paid(table), names, size=_paid(table, whole))
    broken = table["hard"].to_numpy() & ~(short <= TOLERANCE * whole + _cents(table))
    for n in np.flatnonzero(broken):
        yield f"limits.csv {names[n]}: the hard limit is short of {whole[n]!s} by {short[n]!s}"
    over = ~table["hard"].to_numpy() & ~(numbers(table["price"]) <= penalty * (1.0 + TOLERANCE))
    for n in np.flatnonzero(over):
        price = table["price"].iloc[n]
        yield f"limits.csv price of {names[n]}: {price!s} is above its penalty {penalty[n]!s}"


def _by_unit(column: str, table: pd.DataFrame, again: Array, names: Sequence[str]) -> Iterator[Finding]:
    """Compare shares with shares and money with money: a difference is measured by the column's largest."""
    of_money = (table["kind"] == SPENDING).to_numpy()
    for rows in (of_money, ~of_money):
        where = np.asarray(names, dtype=object)[rows]
        yield from differs(f"limits.csv {column}", table[column][rows], again[rows], where)


def fairness(case: Case, results: Results) -> Iterator[Finding]:
    """The smallest coverage / target over the areas of a fair plan, and its proof."""
    shares = results.fairness
    if (shares is None) != (results.objective != "fair"):
        yield f"run.json fairness: missing, or there without the objective fair ({results.objective})"
    if shares is None:
        return
    areas = results.areas.set_index("area_id")
    wanted = numbers(case.areas["target_coverage"]) > 0.0
    with_target = case.areas.loc[wanted, "area_id"].tolist()
    if sorted([*shares.areas, *shares.left_out]) != sorted(with_target):
        yield "run.json fairness: areas with a target are missing, or there are others"
        return
    rows = areas.loc[list(shares.areas)]
    ratio = numbers(rows["covered_km2"]) / (numbers(rows["target_coverage"]) * numbers(rows["area_km2"]))
    yield from differs("run.json smallest_ratio", [shares.smallest_ratio], [ratio.min()])
    if not shares.bound >= shares.smallest_ratio:
        yield f"run.json fairness: the bound {shares.bound!s} is below the ratio {shares.smallest_ratio!s}"
    allowed = case.settings.solver.gap_tolerance * (1.0 + TOLERANCE) * shares.bound + 1e-8
    if results.status.value == "optimal" and not shares.bound - shares.smallest_ratio <= allowed:
        yield f"run.json fairness: optimal, but the gap is {shares.gap!s}"


def penalties(results: Results) -> tuple[float, float]:
    """What soft limits add to the plan's value, and to that of doing nothing [risk-weighted km²]."""
    table = results.limits
    if table.empty:
        return 0.0, 0.0
    km2 = results.areas.set_index("area_id")["area_km2"]
    idle = numbers(table["least"]) * numbers(table["area_id"].map(km2).fillna(1.0))
    idle = np.where(table["kind"] == SHARE, 0.0, idle)
    return float(_paid(table).sum()), float(_paid(table, idle).sum())


def _unit(case: Case, limit: Any) -> str:
    return "km2 per km2" if limit.kind == COVERAGE else f"km2 per million {case.settings.currency}"


def _paid(table: pd.DataFrame, short: Array | None = None) -> Array:
    """Penalty times what is short; money penalties are for a million."""
    lacking = numbers(table["short"]) if short is None else short
    penalty = numbers(table["penalty"])
    of_money = (table["kind"] != COVERAGE).to_numpy()
    return np.asarray(lacking * np.where(of_money, units.per_million_to_per_unit(penalty), penalty))


def _cents(table: pd.DataFrame) -> Array:
    """What amounts that are too small to be reported may make."""
    return np.asarray(np.where(table["kind"] != COVERAGE, CENT, 0.0))


def _worked_out(case: Case, results: Results, limit: Any, area: object) -> tuple[float, float, float]:
    """What is reached of a limit, what is short, and what that is relative to."""
    if limit.kind == COVERAGE:
        cells = results.cells[results.cells["area_id"] == area]
        gained = results.missions.groupby("cell_id")["coverage_factor"].sum()
        factor = numbers(cells["cell_id"].map(gained).fillna(0.0))
        km2 = numbers(cells["area_km2"])
        covered = float(km2 @ search_theory.pod(factor))
        wanted = float(limit.least * km2.sum())
        return covered / float(km2.sum()), max(0.0, wanted - covered), wanted
    paid = results.funding[results.funding["programme_id"] == limit.programme]
    spent = float(paid["amount"].sum())
    if limit.kind == SHARE:
        inside = float(paid.loc[paid["area_id"].isin(limit.areas), "amount"].sum())
        budgets = case.programmes.set_index("programme_id")["budget"]
        reached = inside / spent if spent > 0.0 else 1.0
        return reached, max(0.0, limit.least * spent - inside), float(limit.least * budgets[limit.programme])
    return spent, max(0.0, float(limit.least) - spent), float(limit.least)

"""What must hold of a plan besides its figures: limits, accounts, the ledger, and what is proven."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from planner import units
from planner.core import search_theory
from planner.core.certificate import LEAST_SCALE
from planner.core.problem import FULL, RESOURCE_IDS
from planner.features.fleet import fleet_table
from planner.features.limits import LIMIT_KINDS, of_areas
from planner.frames import Array, looked_up, numbers, once, records, sum_by, sum_of
from planner.results.audit_physics import Evidence
from planner.results.compare import TOLERANCE, Finding, differs
from planner.results.ledger import CENT
from planner.results.limits import limit_rows, price_table
from planner.results.work import in_season, part_of_horizon

ROUNDING = 1e-12
"""What rounding may make of a value, as a part of what is at stake."""


@once
def resources(seen: Evidence) -> pd.DataFrame:
    """What the case has of hours and money (infinite where there is no limit), and what is used of it.

    Returns:
        ``limit_kind``, ``id``, ``period_id`` ("" for the year), ``limit``, ``used`` and ``unit``, of the year
        and, where the case tells periods apart, of each of them.
    """
    case, fleet, work = seen.case, fleet_table(seen.case), seen.work
    assets, bases, programmes = fleet["asset_id"], case.bases["base_id"], case.programmes["programme_id"]

    def told(kind: str, ids: pd.Series, limit: Array, rows: pd.DataFrame, period: str = "") -> pd.DataFrame:
        amount, per = ("amount", case.settings.currency) if kind == "budget" else ("mission_hours", "h")
        found = {"id": ids, "limit": limit, "used": sum_of(ids, rows[str(ids.name)], rows[amount])}
        return pd.DataFrame({**found, "limit_kind": kind, "period_id": period, "unit": f"km2 per {per}"})

    parts = [
        told("asset_hours", assets, numbers(fleet["capacity_hours"]), work),
        told("budget", programmes, numbers(case.programmes["budget"]), seen.results.funding),
        told("base_capacity", bases, numbers(case.bases["capacity_hours"]), work),
    ]
    for season in seen.seasons if len(seen.seasons) > 1 else ():
        own, period = work[work["period_id"] == season.period_id], season.period_id
        parts.append(told("asset_hours", assets, season.hours, own, period))
        parts.append(told("base_capacity", bases, season.places, own, period))
    return pd.concat(parts, ignore_index=True)


def broken_rules(seen: Evidence) -> Iterator[Finding]:
    """Nothing works without access; patrols are within range, from bases that they may use."""
    case, results = seen.case, seen.results
    rows = results.missions
    rows = rows.assign(**looked_up(rows["cell_id"], results.cells, ["area_id"]))
    working = ~(numbers(rows["coverage_factor"]) <= 0.0) & ~in_season(case, seen.seasons, rows, "access")
    for asset, area in _pairs(rows[working], "area_id"):
        yield f"missions.csv cell_id: {asset} works in {area} without access"
    for season in seen.seasons:
        closed = case.bases["base_id"][season.places <= 0.0]
        own = rows[(rows["period_id"] == season.period_id) & rows["base_id"].isin(closed)]
        for asset, base in _pairs(own, "base_id"):
            yield f"missions.csv base_id: {asset} uses {base}, which is closed in {season.period_id}"
    patrols = seen.patrols
    far = ~(patrols["station_h"] >= numbers(patrols["min_on_station_h"]) * (1.0 - TOLERANCE))
    for n in np.flatnonzero(far):
        asset, cell, base = (patrols[name][n] for name in ("asset_id", "cell_id", "base_id"))
        yield f"missions.csv cell_id: {asset} does not reach {cell} from {base}"
    bases = dict(zip(case.assets["asset_id"], case.assets["bases"], strict=True))
    bases |= dict.fromkeys(case.sensors["sensor_id"], ("",))
    for asset, base in _pairs(rows, "base_id"):
        if base not in bases[asset]:
            yield f"missions.csv base_id: {asset} may not use {base or 'no base'}"
    yield from _broken_trips(seen)


def _pairs(rows: pd.DataFrame, column: str) -> list[tuple[str, str]]:
    return sorted(set(zip(rows["asset_id"], rows[column], strict=True)))


def _broken_trips(seen: Evidence) -> Iterator[Finding]:
    """Trips are of boats that board, with access, in time, from bases that they may use."""
    case, answers = seen.case, seen.case.settings.answers
    if answers is None:
        return
    most_h = answers.response_time_h * (1.0 + TOLERANCE)
    trips = seen.boardings[seen.boardings["trips"] > 0.0]
    for row in records(trips.assign(may=in_season(case, seen.seasons, trips, "board"))):
        name = f"boardings.csv: {row.asset_id} from {row.base_id} in {row.cell_id}"
        if row.boards != "yes":
            yield f"{name}: it does not board"
        elif not row.may:
            yield f"{name}: it may not board in {row.area_id}"
        if row.distance_nm / row.transit_speed_kn > most_h:
            yield f"{name}: it is not there in time"
        if row.base_id not in row.bases:
            yield f"{name}: it may not use the base"


def accounts(seen: Evidence) -> Iterator[Finding]:
    """Hours and budgets are within their limits, and programmes pay what missions cost."""
    found = resources(seen)
    for row in records(found[~(found["used"] <= found["limit"] * (1.0 + TOLERANCE) + 1e-9)]):
        when = f" in {row.period_id}" if row.period_id else ""
        yield f"{row.limit_kind} of {row.id}{when}: {row.used!s} is more than {row.limit!s}"
    keys = ["asset_id", "area_id", "period_id"]
    work = seen.work.drop(columns="area_id").rename(columns={"payer": "area_id"})
    of_money = [limit for limit in records(seen.case.limits) if not LIMIT_KINDS[limit.kind].of_area]
    if not any(limit.period for limit in of_money):  # else payments have to be told apart by period
        work = work.assign(period_id="")
    paid = seen.results.funding.rename(columns={"amount": "paid"})
    traces = 2.0 * CENT * max(1, len(seen.case.programmes))  # payments of less than a cent are not reported
    table = pd.concat([work[[*keys, "cost"]], paid[[*keys, "paid"]]]).groupby(keys)[["cost", "paid"]].sum()
    off = ~((table["cost"] - table["paid"]).abs() <= TOLERANCE * table["cost"] + traces)
    for *names, each, amount in records(table[off].reset_index()):
        what = ", ".join(filter(None, names))
        yield f"funding.csv amount: {what}: missions cost {each!s}, programmes pay {amount!s}"


def eligibility(seen: Evidence) -> Iterator[Finding]:
    """Every amount is paid by a programme that may fund the asset in the area."""
    funding, case = seen.results.funding, seen.case
    owners = (case.programmes["programme_id"], fleet_table(case)["asset_id"], case.areas["area_id"])
    at = tuple(pd.Index(ids).get_indexer(funding[str(ids.name)]) for ids in owners)
    for row in records(funding[~seen.fundable[at]]):
        yield f"funding.csv: {row.programme_id} may not fund {row.asset_id} in {row.area_id}"


def hard_limits(seen: Evidence) -> Iterator[Finding]:
    """Hard limits hold, and the shadow price of a soft one is no more than its penalty."""
    table = limit_rows(seen.case, seen.results.areas, seen.results.area_periods, seen.results.funding)
    for limit in records(table[table["hard"]]):
        allowed = TOLERANCE * limit.whole + (2.0 * CENT if not LIMIT_KINDS[limit.kind].of_area else 0.0)
        if not limit.shortfall <= allowed:
            what = f"limits.csv {limit.limit_id}, {limit.area_id}: the shortfall of the hard limit is"
            yield f"{what} {limit.shortfall!s} of {limit.whole!s}"
    for limit in records(seen.results.limits[~seen.results.limits["hard"]]):
        if not limit.shadow_price <= limit.penalty * (1.0 + TOLERANCE):
            what = f"limits.csv shadow_price of {limit.limit_id}: {limit.shadow_price!s}"
            yield f"{what} is above its penalty {limit.penalty!s}"


def spending_limits(seen: Evidence) -> Iterator[Finding]:
    """What is told of limits on money follows from the payments, of their period where they name one."""
    payments, told = list(records(seen.results.funding)), seen.results.limits.set_index("limit_id")
    for limit in records(seen.case.limits[~of_areas(seen.case.limits)]):
        own = [one for one in payments if one.programme_id == limit.programme]
        own = [one for one in own if limit.period in ("", one.period_id)]
        paid = spent = math.fsum(one.amount for one in own)
        wanted, kind = limit.least, LIMIT_KINDS[limit.kind]
        if kind.reached == "paid_there":
            paid = math.fsum(one.amount for one in own if one.area_id in limit.areas)
        if kind.part_of == "paid":
            wanted *= spent
        row, name = told.loc[limit.limit_id], f"limits.csv {limit.limit_id}"
        short, size = max(0.0, wanted - paid), max(wanted, paid)
        yield from differs(f"{name} period_id", row["period_id"], limit.period)
        yield from differs(f"{name} shortfall", float(row["shortfall"]), short, size=size)


def balances(seen: Evidence) -> Iterator[Finding]:
    """Every resource of the ledger is used within its capacity, and exactly up to it where it must be."""
    ledger = seen.results.ledger
    if ledger is None:
        return
    rows, usage = ledger.resources, ledger.usage
    keys, own = (list(zip(*(each[name] for name in RESOURCE_IDS), strict=True)) for each in (rows, usage))
    capacity, amount = numbers(rows["capacity"]), numbers(usage["amount"])
    at = {key: n for n, key in enumerate(keys, start=1)}
    resource = np.array([at.get(key, 0) for key in own], dtype=np.intp)
    used, size, entries = (
        sum_by(resource, each, len(keys) + 1)[1:] for each in (amount, np.abs(amount), np.ones(len(own)))
    )
    size = np.maximum(size, np.abs(capacity))
    yield from differs("ledger used", rows["used"], used, keys, size)
    over, allowed = used - capacity, TOLERANCE * size + 2.0 * CENT * np.maximum(entries, 1.0)
    for n in np.flatnonzero((over > allowed) | (rows["exact"] & (over < -allowed)) | np.isnan(over)):
        name = ", ".join(part for part in keys[n] if part)
        yield f"ledger: {name}: used {rows['used'].iloc[n]!s} of {capacity[n]!s}"


def pivots(seen: Evidence) -> Iterator[Finding]:
    """What the tables say of hours, money and coverage is what the ledger says."""
    results, ledger = seen.results, seen.results.ledger
    if ledger is None:
        return
    again = price_table(ledger, results.currency)
    keys, known = (list(zip(each["limit_kind"], each["id"], strict=True)) for each in (again, results.prices))
    at = {key: n for n, key in enumerate(known)}
    prices = results.prices.reindex([at.get(key, -1) for key in keys])
    for column in ("limit", "used", "shadow_price"):
        yield from differs(f"prices.csv {column} against the ledger", prices[column], again[column], keys)
    cells, effect = results.cells, ledger.effect
    mean = numbers(effect["factor"]) * part_of_horizon(seen.case, effect)
    factor = sum_of(cells["cell_id"], effect["cell_id"], mean)
    name = "cells.csv coverage_factor against the ledger"
    yield from differs(name, cells["coverage_factor"], factor, cells["cell_id"].tolist())
    cost = results.missions["cost"].sum() + results.boardings["trip_cost"].sum()
    for name, told, kind in (
        ("missions.csv cost", cost, "account"),
        ("funding.csv amount", results.funding["amount"].sum(), "budget"),
    ):
        whole = ledger.used(kind)["amount"].clip(lower=0.0).sum()
        yield from differs(f"{name} against the ledger", told, whole)


def certificate(seen: Evidence) -> Iterator[Finding]:
    """The plan's value and what is at stake, and a bound that proves what the status says."""
    results, proof = seen.results, seen.results.certificate
    for name in ("value", "bound", "stake", "tolerance"):
        if not math.isfinite(getattr(proof, name)):
            yield f"run.json {name}: {getattr(proof, name)!s} is not a finite number"
    value, stake = _values(seen)
    tolerance = seen.case.settings.solver.gap_tolerance
    yield from differs("run.json value", proof.value, value, size=1e-3 * stake)
    yield from differs("run.json stake", proof.stake, stake)
    yield from differs("run.json tolerance", proof.tolerance, tolerance)
    if not 0.0 <= proof.bound <= value * (1.0 + TOLERANCE) + 1e-9 * stake:
        yield f"run.json bound: the bound {proof.bound!s} is above the plan's value {value!s}, or below 0"
    gap, allowed = value - proof.bound, tolerance * max(value, LEAST_SCALE * stake) + ROUNDING * stake
    if results.status.value == "optimal" and not gap <= allowed:
        yield f"run.json status: optimal, but the gap is {gap!s}, more than {allowed!s}"


def _values(seen: Evidence) -> tuple[float, float]:
    """What the plan misses and pays, and what doing nothing would miss [risk-weighted km²]."""
    results, coverage_worth = seen.results, seen.case.settings.coverage_worth
    cells, areas = results.cells, results.areas
    nodes = cells if len(seen.seasons) == 1 else results.cell_periods
    km2 = numbers(nodes["cell_id"].map(cells.set_index("cell_id")["area_km2"]))
    if len(seen.seasons) > 1:
        km2 = km2 * numbers(nodes["period_id"].map({one.period_id: one.share for one in seen.seasons}))
    of_nodes = km2 * numbers(nodes["risk_weight"])
    missed = 1.0 - numbers(nodes["coverage"])
    if seen.case.settings.answers is None:  # exact where next to nothing is missed
        missed = search_theory.missed(numbers(nodes["coverage_factor"]))
    value, stake = (of_nodes * missed).sum(), of_nodes.sum()
    if results.objective == "shortfall":
        weight = areas["risk_weight"]
        value = coverage_worth * value + (weight * areas["shortfall_km2"]).sum()
        target = areas["target_coverage"] * areas["area_km2"]
        stake = coverage_worth * stake + (weight * target).sum()
    if not stake > 0.0:  # of nothing but limits: all that they cost
        asked = limit_rows(seen.case, areas, results.area_periods, results.funding)
        rate = np.where(of_areas(asked), 1.0, units.per_million_to_per_unit(1.0))
        stake = (numbers(asked["penalty"]) * rate * numbers(asked["whole"])).sum() if len(asked) else 0.0
    return float(value + results.limits["paid"].sum()), float(stake)


def fairness(seen: Evidence) -> Iterator[Finding]:
    """Every level of a fair plan: the smallest coverage / target from it upwards, and its proof."""
    case, results = seen.case, seen.results
    shares = results.fairness
    if (shares is None) != (results.objective != "fair"):
        yield f"run.json fairness: missing, or there without the objective fair ({results.objective})"
    if shares is None:
        return
    target = results.areas.set_index("area_id")["target_coverage"]
    with_target = target.index[target > 0.0].tolist()
    levelled = [area for level in shares.levels for area in level.areas]
    if any(sorted([*some, *shares.left_out]) != sorted(with_target) for some in (shares.areas, levelled)):
        yield "run.json fairness: areas with a target are missing, or there are others"
        return
    rows = results.areas.set_index("area_id")
    ratio = rows["covered_km2"] / (target * rows["area_km2"])
    first = (shares.levels[0].bound, shares.levels[0].ratio) if shares.levels else (0.0, 0.0)
    yield from differs("run.json smallest_ratio", shares.smallest_ratio, first[1])
    tolerance = case.settings.solver.gap_tolerance * (1.0 + TOLERANCE)
    for number, level in enumerate(shares.levels):
        of_level = f"run.json fairness: level {number + 1}:"
        above = [area for one in shares.levels[number:] for area in one.areas]
        yield from differs(f"{of_level} ratio", level.ratio, min(FULL, ratio[above].min()))
        if not level.bound >= level.ratio:
            yield f"{of_level} the bound {level.bound!s} is below the ratio {level.ratio!s}"
        allowed = tolerance * max(level.bound, LEAST_SCALE / target.max()) + 1e-8
        if results.status.value == "optimal" and not level.bound - level.ratio <= allowed:
            yield f"{of_level} optimal, but the gap is {level.bound - level.ratio!s}"
    if (shares.bound, shares.smallest_ratio) != first:
        yield f"run.json fairness: the bound {shares.bound!s} is not that of the first level"


CHECKS: tuple[Callable[[Evidence], Iterator[Finding]], ...] = (
    accounts,
    eligibility,
    hard_limits,
    spending_limits,
    balances,
    pivots,
    certificate,
    fairness,
)

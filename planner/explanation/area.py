"""The facts of an area: who reaches it, who may work and pay there, what more coverage of it would take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planner.explanation import checks
from planner.explanation.plans import Change, Situation, by_cause, named, record
from planner.explanation.rates import STEP_KM2, Increase, cheapest, increases, reach_table
from planner.frames import numbers, sum_by

LITTLE = 0.25
"""An area gets little that is covered to less than this part of its target, and of the mean coverage."""
LEAST = 0.05
"""The least coverage that is tried for an area that gets little, or its target where that is less."""


@dataclass(frozen=True)
class Comparison:
    """What an asset takes for 1,000 km² more in this area, and in the area where the plan uses it most.

    Attributes:
        asset_id, asset: the asset.
        here, there: hours and money for 1,000 km² more, at the rate of the next mission.
        area_id, area: where the plan uses it most.
        weight_here, weight_there: mean risk weight of the two areas.
    """

    asset_id: str
    asset: str
    here: tuple[float, float]
    there: tuple[float, float]
    area_id: str
    area: str
    weight_here: float
    weight_there: float


@dataclass(frozen=True)
class AreaFacts:
    """An area of a plan.

    Attributes:
        area: its row of areas.csv.
        currency, objective, ratio: of the plan; the smallest coverage / target is NaN unless it is fair.
        risk_weight: mean risk weight of its cells.
        fleet_size: number of assets and sensors of the case.
        nearest_base, nearest_base_nm: of the bases that any asset uses; empty and NaN where there is none.
        reach: one row per asset that reaches some of it, see ``rates.reach_table``.
        payers: one row per programme with the area in its mandate: ``programme_id``, ``programme``,
            ``paid_here``, ``budget``, ``spent``.
        work: its rows of allocation.csv with the names ``asset``, ``kind`` and ``base``.
        causes_km2: the shortfall by cause, as in causes.csv.
        increase: the cheapest increase with access, that may be paid where any may; None where there is none.
        increase_payable: whether some programme may pay for it.
        with_increase: the plan with that on top.
        asked: the plan with a least coverage; None where nothing more can be covered.
        access: what missing access would change.
        counts: whether more coverage there counts in the plan's objective, or for one of its limits.
        little: whether the area gets little, though it could be watched.
        comparison: why, if so: the asset that would serve it where it is used now.
        fair: what the objective "fair" would change, if so.
    """

    area: Mapping[str, Any]
    currency: str
    objective: str
    ratio: float
    risk_weight: float
    fleet_size: int
    nearest_base: str
    nearest_base_nm: float
    reach: pd.DataFrame
    payers: pd.DataFrame
    work: pd.DataFrame
    causes_km2: Mapping[str, float]
    increase: Increase | None
    increase_payable: bool
    with_increase: Change | None
    asked: checks.Asked | None
    access: checks.Access
    counts: bool
    little: bool
    comparison: Comparison | None
    fair: Change | None
    names: Mapping[str, str]


def area_facts(now: Situation, area_id: str) -> AreaFacts:
    """The facts of an area, and the plans that check them."""
    results, number = now.results, now.area_number(area_id)
    rows = now.effort[(now.effort["area"] == number) & (now.effort["factor"] > 0.0)]
    area = record(results.areas, "area_id", area_id)
    work = results.allocation[results.allocation["area_id"] == area_id]
    work = named(now, work, "asset", "base").assign(
        kind=work["asset_id"].map(now.fleet.set_index("asset_id")["kind"]).to_numpy()
    )
    causes = results.causes[(results.causes["level"] == "area") & (results.causes["area_id"] == area_id)]
    opened = rows[rows["access"] & rows["payable"]]
    more = cheapest(increases(now, opened))
    payable = more is not None
    if more is None:
        more = cheapest(increases(now, rows[rows["access"]]))
    risk = float(mean_risk(now)[number])
    counts = _counts(now, area, risk)
    little = payable and counts and _gets_little(now, area)
    base, base_nm = nearest_base(now, number)
    target = float(area["target_coverage"])
    return AreaFacts(
        area=area,
        currency=results.currency,
        objective=results.objective,
        ratio=now.plan.ratio,
        risk_weight=risk,
        fleet_size=len(now.fleet),
        nearest_base=base,
        nearest_base_nm=base_nm,
        reach=reach_table(now, rows, "asset"),
        payers=_payers(now, area_id),
        work=work.sort_values("mission_hours", ascending=False, ignore_index=True),
        causes_km2=by_cause(causes),
        increase=more,
        increase_payable=payable,
        with_increase=checks.with_increase(now, more, rows[rows["access"]]) if more else None,
        asked=_asked(now, area, LEAST if little else 0.0, target) if payable and counts else None,
        access=checks.access_missing(now, rows[rows["payable"]]),
        counts=counts,
        little=little,
        comparison=_comparison(now, opened, area_id) if little else None,
        fair=checks.with_fair_shares(now)
        if little and target > 0.0 and results.objective != "fair"
        else None,
        names=now.names["asset"],
    )


def mean_risk(now: Situation) -> np.ndarray:
    """Mean risk weight of the water of each area, or for "shortfall" that of the area, shape (areas,)."""
    if now.results.objective == "shortfall":
        return numbers(now.case.areas["risk_weight"])
    cells = now.plan.prepared.space.cells
    km2 = numbers(cells["area_km2"])
    size = len(now.case.areas)
    return np.asarray(
        sum_by(cells["area"], km2 * numbers(cells["risk_weight"]), size) / sum_by(cells["area"], km2, size)
    )


def nearest_base(now: Situation, area: int) -> tuple[str, float]:
    """The base, of those that assets use, that is nearest to any cell of an area; "" and NaN without one."""
    used = {base for bases in now.case.assets["bases"] for base in bases} if len(now.case.assets) else set()
    at = np.flatnonzero(now.case.bases["base_id"].isin(used))
    inside = (now.plan.prepared.space.cells["area"] == area).to_numpy()
    if not len(at) or not inside.any():
        return "", float("nan")
    distance = now.plan.prepared.space.distances.result.base_nm[at][:, inside].min(axis=1)
    number = int(at[np.argmin(distance)])
    return now.names["base"][str(now.case.bases["base_id"].iloc[number])], float(distance.min())


def _counts(now: Situation, area: Mapping[str, Any], risk: float) -> bool:
    """Whether more coverage of an area counts: by weight, towards its target, or for a limit."""
    limits = now.results.limits
    limited = limits["area_id"].eq(area["area_id"]) & (limits["shortfall"] > 0.0)
    met = now.results.objective == "shortfall" and bool(area["met"])
    return bool(limited.any()) or (risk > 0.0 and not met)


def _gets_little(now: Situation, area: Mapping[str, Any]) -> bool:
    areas = now.results.areas
    mean = float(areas["covered_km2"].sum() / areas["area_km2"].sum())
    target = float(area["target_coverage"]) or 1.0
    return bool(area["coverage"] < LITTLE * min(mean, target))


def _asked(now: Situation, area: Mapping[str, Any], least: float, target: float) -> checks.Asked | None:
    """The plan with a step more coverage; or, of an area that gets little, with ``least``."""
    whole, covered = float(area["area_km2"]), float(area["covered_km2"])
    share = min(least, target) if target > 0.0 else least
    if share * whole <= covered:
        share = (covered + min(STEP_KM2, 0.5 * (whole - covered))) / whole
    return checks.with_least_coverage(now, str(area["area_id"]), share)


def _payers(now: Situation, area_id: str) -> pd.DataFrame:
    """Programmes with an area in their mandate and what they pay there, see ``AreaFacts.payers``."""
    results = now.results
    may = [area_id in areas for areas in now.case.programmes["areas"]]
    here = results.funding[results.funding["area_id"] == area_id].groupby("programme_id")["amount"].sum()
    table = named(now, results.programmes[np.asarray(may, dtype=bool)], "programme")
    table = table.assign(paid_here=table["programme_id"].map(here).fillna(0.0).to_numpy(dtype=np.float64))
    columns = ["programme_id", "programme", "paid_here", "budget", "spent"]
    return table[columns].sort_values("paid_here", ascending=False, kind="stable", ignore_index=True)


def _comparison(now: Situation, rows: pd.DataFrame, area_id: str) -> Comparison | None:
    """Of the assets that may serve an area the one that the plan uses most, and where it uses it."""
    assets = now.fleet["asset_id"].iloc[rows["asset"].unique()]
    done = now.results.allocation[now.results.allocation["asset_id"].isin(assets)]
    sums = done[done["area_id"] != area_id].groupby(["asset_id", "area_id"])["mission_hours"].sum()
    ranked = sums[sums > 0.0].sort_values(ascending=False).reset_index()
    if not len(ranked):
        return None
    asset_id, there = str(ranked["asset_id"].iloc[0]), str(ranked["area_id"].iloc[0])
    number, other = now.asset(asset_id)["number"], now.area_number(there)
    effort = now.effort[(now.effort["asset"] == number) & now.effort["access"] & now.effort["payable"]]
    rates = reach_table(now, effort, "area")
    risk = mean_risk(now)

    def rate(one: str) -> tuple[float, float]:
        row = record(rates, "area_id", one)
        return float(row["hours_per_1000_km2"]), float(row["cost_per_1000_km2"])

    return Comparison(
        asset_id=asset_id,
        asset=now.names["asset"][asset_id],
        here=rate(area_id),
        there=rate(there),
        area_id=there,
        area=now.names["area"][there],
        weight_here=float(risk[now.area_number(area_id)]),
        weight_there=float(risk[other]),
    )

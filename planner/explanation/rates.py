"""What covering more of an area takes: hours and money of each asset, with the rest of the plan as it is.

A cell z of which the plan leaves m_z = km2_z exp(-C_z) unseen gains m_z (1 - exp(-g x)) from x more missions
of factor g (equations (5), (7) and (11) of the design).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import brentq

from planner import units
from planner.explanation.plans import Situation
from planner.features.effort import NO_BASE
from planner.frames import numbers, sum_by

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

STEP_KM2 = 1000.0
"""More coverage is asked for in steps of so much: a km² takes too little to picture [km²]."""
MOST_PART = 0.5
"""No more is asked for than this part of what an asset could still cover: the last of it takes any time."""


@dataclass(frozen=True)
class Increase:
    """What an asset takes to cover more of an area at the least cost, with the rest of the plan as it is.

    Attributes:
        asset_id, asset, kind, operator: the asset or sensor.
        base_id, base: where most of the hours start; empty where there is none.
        area_id, area: where it watches.
        km2: water covered more [km²].
        missions: missions, scenes, or hours of a fixed sensor that it takes.
        hours: mission hours that it takes, never more than its units have in the horizon, all hours of it,
            beside those that the plan uses [h].
        cost: money that it takes [money].
        hours_left: hours that the plan leaves of it [h].
        all_hours: what it has [h].
        programme_id, programme: of those who may pay the one with most money left; empty where nobody may, or
            nothing is to be paid.
        budget_left: what the plan leaves of that programme's budget; NaN without one [money].
    """

    asset_id: str
    asset: str
    kind: str
    operator: str
    base_id: str
    base: str
    area_id: str
    area: str
    km2: float
    missions: float
    hours: float
    cost: float
    hours_left: float
    all_hours: float
    programme_id: str
    programme: str
    budget_left: float


@dataclass(frozen=True, eq=False)
class _Filling:
    """What covering up to ``most_km2`` more takes: hours, money and the missions of each effort row."""

    most_km2: float
    takes: Callable[[float], tuple[float, float, Array]]


def increase(now: Situation, rows: pd.DataFrame, km2: float = STEP_KM2) -> Increase | None:
    """What one asset takes to cover more of one area.

    Args:
        now: the plan.
        rows: effort rows of the asset in the area that may be used.
        km2: water to be covered more; less where that is more than half of what it could, or takes more hours
            than there are [km²].

    Returns:
        None where it has no hours or nothing more can be covered.
    """
    rows = rows[numbers(rows["factor"]) > 0.0]
    if not len(rows):
        return None
    asset = now.fleet.iloc[int(rows["asset"].iloc[0])]
    horizon = units.days_to_hours(now.case.settings.horizon_days)
    spare = max(float(asset["units"]) * horizon, float(asset["hours"])) - float(asset["used_hours"])
    joint = bool(rows["activity"].duplicated().any()) or asset["kind"] == "fixed"
    filling = (_joint if joint else _by_cell)(now, rows)
    wanted = min(km2, MOST_PART * filling.most_km2)
    if asset["hours"] <= 0.0 or wanted <= 0.0 or spare <= 0.0:
        return None
    if filling.takes(wanted)[0] > spare:
        wanted = float(brentq(lambda one: filling.takes(one)[0] - spare, 0.0, wanted, xtol=1e-9 * wanted))
    hours, cost, by_row = filling.takes(wanted)  # missions of each row
    if not wanted > 0.0 or not np.isfinite(hours):
        return None
    area = now.case.areas.iloc[int(rows["area"].iloc[0])]
    base = int(rows["base"].iloc[int(np.argmax(by_row))])
    base_id = "" if base == NO_BASE else str(now.case.bases["base_id"].iloc[base])
    payer = _payer(now, rows) if cost > 0.0 else None
    return Increase(
        asset_id=str(asset["asset_id"]),
        asset=str(asset["asset"]),
        kind=str(asset["kind"]),
        operator=str(asset["operator"]),
        base_id=base_id,
        base=now.names["base"][base_id],
        area_id=str(area["area_id"]),
        area=now.names["area"][str(area["area_id"])],
        km2=wanted,
        missions=float(by_row.sum()),
        hours=hours,
        cost=cost,
        hours_left=max(0.0, float(asset["hours"] - asset["used_hours"])),
        all_hours=float(asset["hours"]),
        programme_id="" if payer is None else str(payer["programme_id"]),
        programme="" if payer is None else now.names["programme"][str(payer["programme_id"])],
        budget_left=float("nan") if payer is None else max(0.0, float(payer["budget"] - payer["spent"])),
    )


def cheapest(found: list[Increase]) -> Increase | None:
    """Of the increases of a full step the one with the least money, then the least hours, per km²."""
    if not found:
        return None
    full = max(one.km2 for one in found) * (1.0 - 1e-6)
    return min(
        (one for one in found if one.km2 >= full), key=lambda one: (one.cost / one.km2, one.hours / one.km2)
    )


def increases(now: Situation, rows: pd.DataFrame, km2: float = STEP_KM2) -> list[Increase]:
    """The increases of every asset in every area of some effort rows."""
    groups = rows.groupby(["asset", "area"], sort=True)
    found = (increase(now, part, km2) for _, part in groups)
    return [one for one in found if one is not None]


def reach_table(now: Situation, rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """What could be done by each asset (or in each area), used or not.

    Args:
        now: the plan.
        rows: effort rows of one area (or of one asset), with access or without.
        by: "asset" or "area".

    Returns:
        ``<by>_id``, ``<by>``, ``access``, ``payable``, ``base_id``, ``base`` (of the next mission),
        ``distance_nm`` (the least), ``reached_km2``, ``missed_km2``, ``hours_per_1000_km2`` and
        ``cost_per_1000_km2`` at the rate of the next mission, infinite where it covers nothing; of
        assets ``kind``, ``operator``, ``hours``, ``used_hours`` and ``shadow_price_km2_per_hour`` too;
        nearest first.
    """
    cells = now.plan.prepared.space.cells
    km2 = numbers(cells["area_km2"])
    found = []
    for number in np.unique(rows[by].to_numpy()).tolist():
        part = rows[rows[by] == number]
        cell = part["cell"].unique()
        next_one = _next_mission(now, part)
        base = int(part["base"].iloc[next_one[2]])
        base_id = "" if base == NO_BASE else str(now.case.bases["base_id"].iloc[base])
        owner = (now.fleet if by == "asset" else now.case.areas).iloc[number]
        ids = {f"{by}_id": owner[f"{by}_id"], by: now.names[by][owner[f"{by}_id"]]}
        more = (
            ("kind", "operator", "hours", "used_hours", "shadow_price_km2_per_hour") if by == "asset" else ()
        )
        found.append(
            {
                **ids,
                **{name: owner[name] for name in more},
                "access": bool(part["access"].any()),
                "payable": bool((part["payable"] & part["access"]).any() or part["payable"].all()),
                "base_id": base_id,
                "base": now.names["base"][base_id],
                "distance_nm": float(part["distance_nm"].min()),
                "reached_km2": float(km2[cell].sum()),
                "missed_km2": float(now.missed_km2[cell].sum()),
                "hours_per_1000_km2": next_one[0] * STEP_KM2,
                "cost_per_1000_km2": next_one[1] * STEP_KM2,
            }
        )
    columns = [f"{by}_id", by, *(("kind", "operator") if by == "asset" else ()), "access", "payable"]
    columns += [
        "base_id",
        "base",
        "distance_nm",
        "reached_km2",
        "missed_km2",
        "hours_per_1000_km2",
        "cost_per_1000_km2",
    ]
    columns += ["hours", "used_hours", "shadow_price_km2_per_hour"] if by == "asset" else []
    table = pd.DataFrame(found, columns=columns)
    return table.sort_values("distance_nm", kind="stable", ignore_index=True)


def _next_mission(now: Situation, rows: pd.DataFrame) -> tuple[float, float, int]:
    """Hours and money per km² of the next mission of least money, then hours; and the position of its row."""
    gain = now.missed_km2[rows["cell"].to_numpy()] * numbers(rows["factor"])
    at = np.unique(rows["activity"].to_numpy(), return_inverse=True)[1]
    gain = sum_by(at, gain, int(at.max()) + 1)[at]
    with np.errstate(divide="ignore"):
        hours, cost = (numbers(rows[name]) / gain for name in ("mission_hours", "cost"))
    cost = np.where(numbers(rows["cost"]) > 0.0, cost, 0.0)
    best = int(np.lexsort((hours, np.where(np.isfinite(hours), cost, np.inf)))[0])
    return float(hours[best]), float(cost[best]) if np.isfinite(hours[best]) else float("inf"), best


def _by_cell(now: Situation, rows: pd.DataFrame) -> _Filling:
    """Water filling at the least cost: coverage factor goes where its next unit costs least for its gain.

    Each cell takes its cheapest activity, at p_z for a unit of coverage factor. Sum m_z (1 - exp(-dC_z)) is
    to be the gain wanted at the least sum of p_z dC_z, so dC_z = ln(mu m_z / p_z) where that is above 0; over
    the cells in the order of p / m this makes mu = sum p / (sum m - wanted).
    """
    factor, cost, hours = (numbers(rows[name]) for name in ("factor", "cost", "mission_hours"))
    of_cost = bool((cost > 0.0).all())
    price = (cost if of_cost else hours) / factor
    cell = rows["cell"].to_numpy()
    missed = now.missed_km2[cell]
    order = np.lexsort((price, cell))
    first = order[np.r_[True, cell[order][1:] != cell[order][:-1]]]
    first = first[missed[first] > 0.0]
    first = first[np.argsort(price[first] / missed[first], kind="stable")]
    sum_price, sum_missed = np.cumsum(price[first]), np.cumsum(missed[first])
    ratio = price[first] / missed[first]
    most = float(sum_missed[-1]) if len(first) else 0.0

    def takes(wanted: float) -> tuple[float, float, Array]:
        with np.errstate(divide="ignore"):
            mu = np.where(sum_missed > wanted, sum_price / (sum_missed - wanted), np.inf)
        last = int(np.flatnonzero(mu <= np.append(ratio[1:], np.inf))[0])
        more = np.maximum(0.0, np.log(mu[last] / ratio[: last + 1]))
        missions = np.zeros(len(rows))
        missions[first[: last + 1]] = more / factor[first[: last + 1]]
        return float(missions @ hours), float(missions @ cost), missions

    return _Filling(most, takes)


def _joint(now: Situation, rows: pd.DataFrame) -> _Filling:
    """Hours of a fixed sensor, all cells of its footprint at once."""
    factor, missed = numbers(rows["factor"]), now.missed_km2[rows["cell"].to_numpy()]
    hours, cost = float(rows["mission_hours"].iloc[0]), float(rows["cost"].iloc[0])

    def gain(missions: float) -> float:
        return float(missed @ -np.expm1(-factor * missions))

    def takes(wanted: float) -> tuple[float, float, Array]:
        most = 1.0
        while gain(most) < wanted:
            most *= 2.0
        missions = float(brentq(lambda one: gain(one) - wanted, 0.0, most, xtol=1e-12 * most))
        return missions * hours, missions * cost, np.full(len(rows), missions / len(rows))

    return _Filling(float(missed.sum()), takes)


def _payer(now: Situation, rows: pd.DataFrame) -> pd.Series | None:
    """Of the programmes that may pay for an asset in an area the one with most money left."""
    may = now.eligibility
    where = (may["asset"] == rows["asset"].iloc[0]) & (may["area"] == rows["paid_in"].iloc[0])
    found = now.results.programmes.iloc[may.loc[where, "programme"].unique()]
    if not len(found):
        return None
    payer: pd.Series = found.iloc[int(np.argmax(numbers(found["budget"]) - numbers(found["spent"])))]
    return payer

"""What is done and who pays: missions, boarding trips, their sums, and funding, read off the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.case import Case
from planner.case.periods import shares
from planner.features.fleet import works_by_the_hour
from planner.features.funding import ACCOUNT
from planner.features.resources import BUDGET, HOURS
from planner.features.response import TRIP
from planner.features.season import Season
from planner.frames import Array, looked_up, numbers
from planner.geometry.distance import distances_nm
from planner.results.contract import conform
from planner.results.ledger import Ledger

SUMS = ["missions", "mission_hours", "on_station_hours", "swept_km2", "cost"]


def mission_table(case: Case, ledger: Ledger, cells: pd.DataFrame) -> pd.DataFrame:
    """One row per asset, base, cell and period that the plan uses; every figure is the period's total.

    Hours, missions and cost of an activity that watches many cells at once are spread over those of the area
    that pays, by the water swept (over all where it sweeps none there).
    """
    done = ledger.activities.rename(columns={"area_id": "payer"})
    done = done.assign(hours=ledger.taken(done, HOURS), cost=ledger.taken(done, ACCOUNT))
    of_done = ("asset_id", "base_id", "payer", "level", "distance_nm", "hours", "cost")
    rows = ledger.effect.assign(
        **looked_up(ledger.effect["activity"], done, of_done),
        **looked_up(ledger.effect["cell_id"], cells, ["lon", "lat", "area_km2"]),
    )
    days = case.settings.horizon_days / case.settings.dwell_days
    factor = rows["factor"] * part_of_horizon(case, rows)  # what it adds to the horizon's mean
    swept = factor * rows["area_km2"] * days  # equation (5)
    pays = swept.where(rows["area_id"] == rows["payer"], 0.0)
    of_payer, whole = (each.groupby(rows["activity"]).transform("sum") for each in (pays, swept))
    share = (pays / of_payer).where(of_payer > 0.0, swept / whole)
    speed = looked_up(rows["asset_id"], case.assets, ["transit_speed_kn"])["transit_speed_kn"]
    transit = (2.0 * rows["distance_nm"] / numbers(speed)).fillna(0.0) * rows["level"]  # equation (1)
    table = rows.assign(
        distance_nm=_distances(case, rows),
        missions=rows["level"] * share,
        mission_hours=rows["hours"] * share,
        on_station_hours=(rows["hours"] - transit) * share,
        swept_km2=swept,
        cost=rows["cost"] * share,
        coverage_factor=factor,
    )
    by_cell = table.groupby(["asset_id", "base_id", "cell_id", "period_id"], sort=False)
    sums = by_cell[[*SUMS, "coverage_factor"]].sum()
    return conform("missions", sums.assign(distance_nm=by_cell["distance_nm"].first()).reset_index())


def _distances(case: Case, rows: pd.DataFrame) -> pd.Series:
    """From the base, or from the fixed sensor, to the cell; 0 for a satellite [nm]."""
    sensors = case.sensors[works_by_the_hour(case.sensors["kind"])].set_index("sensor_id")
    fixed = rows["asset_id"].isin(sensors.index)
    ends = sensors.loc[rows["asset_id"][fixed]], rows[fixed]
    away = rows["distance_nm"].fillna(0.0)
    away[fixed] = distances_nm(*(numbers(each[name]) for each in ends for name in ("lon", "lat")))
    return away


def boarding_table(ledger: Ledger) -> pd.DataFrame:
    """One row per asset, base, cell and period from which boarding trips go; all trips of the period."""
    done = ledger.activities[ledger.activities["feature"] == TRIP].drop(columns=["period_id", "area_id"])
    done = done.assign(trip_hours=ledger.taken(done, HOURS), trip_cost=ledger.taken(done, ACCOUNT))
    rows = done.merge(ledger.answers[["activity", "cell_id", "period_id"]], on="activity")
    return conform("boardings", rows.rename(columns={"level": "trips"}))


def with_trips(missions: pd.DataFrame, boardings: pd.DataFrame) -> pd.DataFrame:
    """Missions and boarding trips as rows of missions: trips are none, but take hours and cost money."""
    if boardings.empty:
        return missions
    trips = boardings.rename(columns={"trip_hours": "mission_hours", "trip_cost": "cost"})
    both = pd.concat([missions, trips[[name for name in missions if name in trips]]], ignore_index=True)
    return both.fillna(dict.fromkeys(missions.select_dtypes("float"), 0.0))


def allocation_table(work: pd.DataFrame) -> pd.DataFrame:
    """Sums of missions and trips (``area_id``: of their cells) by area."""
    sums = work.groupby(["asset_id", "base_id", "area_id"], sort=False)[SUMS].sum()
    return conform("allocation", sums.reset_index())


def funding_table(ledger: Ledger) -> pd.DataFrame:
    """What each programme pays for each asset in each area, and period where payments are of periods."""
    paid = ledger.used(BUDGET)[["activity", "amount"]].merge(ledger.activities, on="activity")
    keys = ["programme_id", "asset_id", "area_id", "period_id"]
    return conform("funding", paid.groupby(keys, sort=False)["amount"].sum().reset_index())


def calendar_table(work: pd.DataFrame) -> pd.DataFrame:
    """Sums of missions and trips by asset, period and area."""
    table = work.groupby(["asset_id", "period_id", "area_id"], sort=False)[SUMS].sum().reset_index()
    whole = table.groupby("asset_id")["mission_hours"].transform("sum")
    return conform("calendar", table.assign(share_of_hours=table["mission_hours"] / whole))


def programme_period_table(work: pd.DataFrame, funding: pd.DataFrame) -> pd.DataFrame:
    """What programmes pay in each period.

    A payment of the whole horizon pays in each for its part of what the asset costs in the area.
    """
    keys, rows = ["asset_id", "area_id"], funding.sort_values("programme_id", kind="stable")
    if not of_periods(funding):
        cost = work.groupby([*keys, "period_id"], sort=False)["cost"].sum().reset_index()
        cost["part"] = cost["cost"] / cost.groupby(keys)["cost"].transform("sum")
        rows = funding.drop(columns="period_id").merge(cost, on=keys)
        rows["amount"] *= rows["part"]
    sums = rows.groupby(["programme_id", "period_id"], sort=False)["amount"].sum()
    return conform("programme_periods", sums.reset_index())


def of_periods(funding: pd.DataFrame) -> bool:
    """Whether payments are for missions of a period, see ``planner.features.funding``."""
    return bool((funding["period_id"] != "").any())


def effort_by_kind(allocation: pd.DataFrame, fleet: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Sums of the allocation by kind of asset."""
    kind = allocation["asset_id"].map(fleet.set_index("asset_id")["kind"])
    sums: Any = allocation.groupby(kind)[SUMS].sum()
    return dict(sums.to_dict("index"))


def part_of_horizon(case: Case, rows: pd.DataFrame) -> Array:
    """The part of the horizon that the period of each row is, shape (rows,) [-]."""
    at = pd.Index(case.periods["period_id"]).get_indexer(rows["period_id"])
    return np.asarray(shares(case.periods)[at])


def in_season(case: Case, known: Sequence[Season], rows: pd.DataFrame, figure: str) -> npt.NDArray[Any]:
    """What the periods of rows allow their assets in their areas: ``access``, ``board`` or ``weather``."""
    fleet = pd.concat([case.assets["asset_id"], case.sensors["sensor_id"]])
    ids = {"period_id": case.periods["period_id"], "asset_id": fleet, "area_id": case.areas["area_id"]}
    at = tuple(pd.Index(each).get_indexer(rows[name]) for name, each in ids.items())
    found: npt.NDArray[Any] = np.array([getattr(season, figure) for season in known])[at]
    return found

"""What is done and who pays: missions by cell, their sums by area, and funding, read off the ledger."""

from __future__ import annotations

import pandas as pd

from planner.case import Case
from planner.case.periods import shares
from planner.frames import looked_up, numbers
from planner.geometry.distance import distances_nm
from planner.results.contract import conform
from planner.results.ledger import Ledger

SUMS = ["missions", "mission_hours", "on_station_hours", "swept_km2", "cost"]


def mission_table(case: Case, ledger: Ledger, cells: pd.DataFrame) -> pd.DataFrame:
    """One row per asset, base, cell and period that the plan uses; every figure is the period's total.

    Hours, missions and cost of an activity that watches many cells at once are spread over those of the area
    that pays, by the water swept (over all where it sweeps none there).

    Args:
        case: the case.
        ledger: of the plan.
        cells: ``cell_id``, ``lon``, ``lat`` and ``area_km2`` of the cells.
    """
    done = ledger.activities.drop(columns="period_id").rename(columns={"area_id": "payer"})
    for name, kind in (("hours", "hours"), ("cost", "account")):
        used = ledger.used(kind).groupby("activity")["amount"].sum()
        done[name] = used.reindex(done["activity"]).fillna(0.0).to_numpy()
    rows = ledger.effect.merge(done, on="activity")
    rows = rows.assign(**looked_up(rows["cell_id"], cells, ["lon", "lat", "area_km2"]))
    days = case.settings.horizon_days / case.settings.dwell_days
    part = pd.Series(shares(case.periods), case.periods["period_id"])
    factor = rows["factor"] * rows["period_id"].map(part)  # what it adds to the horizon's mean
    swept = factor * rows["area_km2"] * days  # equation (5)
    pays = swept.where(rows["area_id"] == rows["payer"], 0.0)
    of_payer, whole = (each.groupby(rows["activity"]).transform("sum") for each in (pays, swept))
    share = (pays / of_payer).where(of_payer > 0.0, swept / whole)
    speed = looked_up(rows["asset_id"], case.assets, ["transit_speed_kn"])["transit_speed_kn"]
    transit = (2.0 * rows["distance_nm"] / speed).fillna(0.0) * rows["level"]  # equation (1)
    table = rows.assign(
        distance_nm=_distances(case, rows),
        missions=rows["level"] * share,
        mission_hours=rows["hours"] * share,
        on_station_hours=(rows["hours"] - transit) * share,
        swept_km2=swept,
        cost=rows["cost"] * share,
        coverage_factor=factor,
    )
    sums = dict.fromkeys([*SUMS, "coverage_factor"], "sum")
    by_cell = table.groupby(["asset_id", "base_id", "cell_id", "period_id"], sort=False, as_index=False)
    return conform("missions", by_cell.agg({"distance_nm": "first", **sums}))


def allocation_table(missions: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Sum the missions over the cells of each area."""
    by_area = missions.assign(**looked_up(missions["cell_id"], cells, ["area_id"]))
    sums = by_area.groupby(["asset_id", "base_id", "area_id"], sort=False)[SUMS].sum()
    return conform("allocation", sums.reset_index())


def funding_table(ledger: Ledger) -> pd.DataFrame:
    """What each programme pays for each asset in each area."""
    paid = ledger.used("budget")[["activity", "amount"]].merge(ledger.activities, on="activity")
    keys = ["programme_id", "asset_id", "area_id"]
    return conform("funding", paid.groupby(keys, sort=False)["amount"].sum().reset_index())


def effort_by_kind(allocation: pd.DataFrame, fleet: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Sums of the allocation by kind of asset."""
    kind = allocation["asset_id"].map(fleet.set_index("asset_id")["kind"])
    sums = allocation.groupby(kind)[SUMS].sum()
    return {str(name): dict(zip(SUMS, row.tolist(), strict=True)) for name, row in sums.iterrows()}


def _distances(case: Case, rows: pd.DataFrame) -> pd.Series:
    """From the base, or from the fixed sensor, to the cell; 0 for a satellite [nm]."""
    sensors = case.sensors[case.sensors["kind"] == "fixed"].set_index("sensor_id")
    fixed = rows["asset_id"].isin(sensors.index)
    at, seen = sensors.loc[rows["asset_id"][fixed]], rows[fixed]
    away = rows["distance_nm"].fillna(0.0)
    places = (numbers(each) for each in (at["lon"], at["lat"], seen["lon"], seen["lat"]))
    away[fixed] = distances_nm(*places)
    return away

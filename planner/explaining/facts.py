"""The facts behind an explanation, from the tables of a plan, its effort table and its prices."""

from __future__ import annotations

import numpy as np

from planner.explaining.explanation import AreaFacts, AssetFacts, ProgrammeFacts
from planner.explaining.situation import Situation, nearest_base
from planner.explaining.tables import (
    consents,
    fundable,
    kinds,
    named,
    next_way,
    payers,
    reach_by_area,
    reach_by_asset,
    record,
    with_hours,
)
from planner.explaining.ways import programmes_ways
from planner.report.contract import CAUSES


def area_facts(now: Situation, area_id: str) -> AreaFacts:
    """The facts of an area."""
    results = now.results
    area = now.case.areas["area_id"].tolist().index(area_id)
    rows = now.ways[now.ways["area"] == area]
    row = record(results.areas, "area_id", area_id)
    base, base_nm = nearest_base(now, area)
    work = results.allocation[results.allocation["area_id"] == area_id]
    opened = rows[rows["access"] & rows["payable"]]
    return AreaFacts(
        area=row,
        currency=results.currency,
        objective=results.objective,
        fleet_size=len(now.fleet),
        nearest_base=base,
        nearest_base_nm=base_nm,
        reach=reach_by_asset(now, rows, area),
        payers=payers(now, area_id, area),
        work=named(now, work, "asset", "base")
        .assign(kind=work["asset_id"].map(kinds(now)).to_numpy())
        .sort_values("mission_hours", ascending=False, ignore_index=True),
        causes_km2={cause: row[f"{cause}_km2"] for cause in CAUSES},
        next_way=next_way(now, with_hours(now, opened)),
        consents=consents(now, rows, np.asarray([area])),
        unpaid=next_way(now, with_hours(now, rows[rows["access"] & ~rows["payable"]])),
    )


def programme_facts(now: Situation, programme_id: str) -> ProgrammeFacts:
    """The facts of a programme."""
    results, problem = now.results, now.at.problem
    number = now.case.programmes["programme_id"].tolist().index(programme_id)
    rows = programmes_ways(now.at, number)
    rows = rows[rows["payable"]]
    mandate = results.gaps[results.gaps["programme_id"] == programme_id]
    areas = problem.mandate.loc[problem.mandate["programme"] == number, "area"].to_numpy(dtype=np.int64)
    spending = results.funding[results.funding["programme_id"] == programme_id]
    prices = results.programmes[["programme_id", "price_km2_per_million"]]
    return ProgrammeFacts(
        programme=record(results.programmes, "programme_id", programme_id),
        currency=results.currency,
        objective=results.objective,
        mandate=named(now, mandate, "area").reset_index(drop=True),
        fundable=fundable(now, number, rows),
        spending=named(now, spending, "asset", "area").sort_values(
            "amount", ascending=False, ignore_index=True
        ),
        causes_km2={cause: float(mandate[f"{cause}_km2"].sum()) for cause in CAUSES},
        others=named(now, prices, "programme").sort_values(
            "price_km2_per_million", ascending=False, kind="stable", ignore_index=True
        ),
        next_way=next_way(now, with_hours(now, rows[rows["access"]]), number),
        consents=consents(now, rows, areas, number),
    )


def asset_facts(now: Situation, asset_id: str) -> AssetFacts:
    """The facts of an asset or sensor."""
    results = now.results
    number = now.fleet["asset_id"].tolist().index(asset_id)
    rows = now.ways[now.ways["asset"] == number]
    work = results.allocation[results.allocation["asset_id"] == asset_id]
    paid = results.funding[results.funding["asset_id"] == asset_id]
    by_programme = paid.groupby("programme_id", sort=False)["amount"].sum().reset_index()
    fleet = now.fleet.rename(columns={"capacity_hours": "hours"})
    row = record(fleet, "asset_id", asset_id)
    dearer = fleet["price_km2_per_hour"] > row["price_km2_per_hour"] * (1.0 + 1e-6)
    bases = now.case.assets.set_index("asset_id")["bases"].to_dict() if len(now.case.assets) else {}
    opened = rows[rows["access"] & rows["payable"]]
    return AssetFacts(
        asset=row,
        currency=results.currency,
        objective=results.objective,
        bases=tuple(now.names["base"][base] for base in bases.get(asset_id, ())),
        reach=reach_by_area(now, rows),
        n_areas=len(now.case.areas),
        met=tuple(results.areas.loc[results.areas["met"], "area_id"]),
        work=named(now, work, "area", "base").sort_values(
            "mission_hours", ascending=False, ignore_index=True
        ),
        payers=named(now, by_programme, "programme").sort_values(
            "amount", ascending=False, ignore_index=True
        ),
        price_rank=int(dearer.sum()) + 1,
        fleet_size=len(fleet),
        next_way=next_way(now, opened),
        consents=consents(now, rows, np.arange(len(now.case.areas))),
    )

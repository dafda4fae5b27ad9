"""From a solution to the results: the ledger, and every table that is read off it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from planner.case import Case
from planner.core.problem import Problem as CoreProblem
from planner.effort.fleet import fleet_table
from planner.effort.missions import reach_nm
from planner.errors import Problem
from planner.frames import records
from planner.geometry.longitude import signed_lon
from planner.results import coverage, limits, work
from planner.results.causes import find_causes, gap_causes, largest_causes
from planner.results.contract import REACH, conform
from planner.results.ledger import make_ledger
from planner.results.results import FairShares, Results


def make_results(
    case: Case, space: Any, problem: CoreProblem, solution: Any, run: Mapping[str, Any] | None = None
) -> Results:
    """Turn a solution into the tables that the user gets.

    Args:
        case: the case.
        space: its ``cells`` (with ``area``, the position in the areas) and ``effort`` table.
        problem: the problem that was solved.
        solution: its solution.
        run: more for ``run.json`` (JSON types only): ``seconds``, ``counts``, ``linear_program``.
    """
    cells, currency = space.cells, case.settings.currency
    ledger = make_ledger(problem, solution.x, solution.factor, solution.prices)
    found = coverage.of_ledger(case, cells, ledger)
    causes = find_causes(case, space, problem, ledger, found)
    by_area = largest_causes(causes.table, "area").droplevel("programme_id")
    areas = coverage.area_table(case.areas, found, by_area.loc[case.areas["area_id"]].to_numpy())
    gaps = coverage.gap_table(case.programmes, areas)
    cell_table = coverage.cell_table(cells, case.areas, found, causes.cell)
    missions = work.mission_table(case, ledger, cells)
    allocation = work.allocation_table(missions, cell_table)
    funding = work.funding_table(ledger)
    prices = limits.price_table(ledger, currency)
    bases = case.bases[["base_id", "name", "country", "lon", "lat"]]
    fleet = fleet_table(case)
    shares = fair_shares(case, solution.fairness, found)
    return Results(
        title=case.settings.title,
        currency=currency,
        objective=case.settings.objective,
        status=solution.status,
        certificate=solution.certificate,
        areas=areas,
        gaps=conform("gaps", gaps.assign(largest_cause=gap_causes(gaps, causes.table))),
        causes=causes.table,
        programmes=coverage.programme_table(case.programmes, gaps, funding, prices),
        fleet=conform("fleet", fleet),
        allocation=allocation,
        missions=missions,
        funding=funding,
        prices=prices,
        cells=cell_table,
        assumptions=conform("assumptions", case.sources),
        reach=reach_table(case),
        bases=bases.assign(lon=signed_lon(bases["lon"].to_numpy())),
        area_geometry=np.asarray(case.areas["geometry"], dtype=object),
        cell_geometry=np.asarray(cells["geometry"], dtype=object),
        land=case.land,
        warnings=(*case.warnings, *idle_assets(space.effort, fleet), *left_out(case, shares)),
        run={
            "inputs": dict(case.hashes),
            "scenarios": [{"name": name, "title": title} for name, title in case.scenarios.items()],
            **(run or {}),
            "effort_by_kind": work.effort_by_kind(allocation, fleet),
        },
        limits=limits.limit_table(case, ledger, areas, funding),
        fairness=shares,
        ledger=ledger,
    )


def fair_shares(case: Case, fairness: Any, found: coverage.Coverage) -> FairShares | None:
    """How fair a plan is, in the ids of its areas; None for other objectives.

    Args:
        case: the case.
        fairness: of the solution: ``areas`` (which the plan is fair to, shape (areas,)) and ``bound``.
        found: coverage of the plan.
    """
    if fairness is None:
        return None
    ids = case.areas["area_id"].to_numpy(dtype=object)
    ratio = float((found.covered_km2 / found.target_km2)[fairness.areas].min())
    bound = max(fairness.bound, ratio)
    return FairShares(
        smallest_ratio=ratio,
        bound=bound,
        gap=(bound - ratio) / bound if bound > 0.0 else 0.0,
        areas=tuple(ids[fairness.areas]),
        left_out=tuple(ids[~fairness.areas & (found.target_km2 > 0.0)]),
    )


def reach_table(case: Case) -> pd.DataFrame:
    """The reach of every asset from each of its bases, and the footprint of every fixed sensor.

    Satellites have no row: a scene can be taken anywhere.
    """
    place = {base.base_id: (base.lon, base.lat) for base in records(case.bases)}
    rows = []
    for asset in records(case.assets):
        radius = reach_nm(
            asset.transit_speed_kn,
            asset.search_speed_kn,
            asset.endurance_h,
            asset.range_nm,
            asset.reserve,
            asset.min_on_station_h,
        )
        rows += [(asset.asset_id, base, *place[base], radius) for base in asset.bases]
    for sensor in records(case.sensors[case.sensors["kind"] == "fixed"]):
        rows.append((sensor.sensor_id, "", sensor.lon, sensor.lat, sensor.radius_nm))
    table = pd.DataFrame(rows, columns=list(REACH))
    return conform("reach", table.assign(lon=signed_lon(table["lon"].to_numpy(dtype="float64"))))


def idle_assets(effort: pd.DataFrame, fleet: pd.DataFrame) -> Iterator[Problem]:
    """A warning for every asset and sensor that reaches no cell at all."""
    reaching = set(effort["asset"].tolist())
    for number, asset in enumerate(records(fleet)):
        if number not in reaching:
            yield Problem(
                file="sensors.csv" if asset.kind in ("fixed", "satellite") else "assets.csv",
                row=0,
                column="",
                value=str(asset.asset_id),
                rule="reaches no cell of any area",
                remedy="check its bases, range, endurance, reserve and least time on station",
            )


def left_out(case: Case, shares: FairShares | None) -> Iterator[Problem]:
    """A warning for every area that a fair plan cannot be fair to."""
    for area in shares.left_out if shares else ():
        yield Problem(
            file=next((name for name in case.hashes if name.startswith("areas.")), "areas"),
            row=0,
            column="area_id",
            value=area,
            rule="is left out of the fair shares: nothing with access, hours and money reaches it",
            remedy="give it access, an asset in range, or a programme that pays; or the target 0",
        )

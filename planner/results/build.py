"""From a solution to the results: the ledger, and every table that is read off it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from planner.case import Case
from planner.causes.find import NO_CAUSES, Causes
from planner.core.problem import FULL
from planner.core.problem import Problem as CoreProblem
from planner.errors import Problem
from planner.features.fleet import fleet_table, reach_table
from planner.features.reach import space_warnings
from planner.features.risk import served
from planner.features.season import seasons
from planner.features.space import Space
from planner.geometry.longitude import signed_lon
from planner.results import coverage, limits, work
from planner.results.by_period import period_tables
from planner.results.causes import area_causes, cell_causes, gap_causes
from planner.results.contract import conform, empty
from planner.results.goodness import goodness
from planner.results.ledger import make_ledger
from planner.results.response import (
    answers_in,
    boarding_prices,
    boarding_table,
    response_table,
    with_trips,
)
from planner.results.results import FairLevel, FairShares, Results
from planner.solve.solution import Fairness, Solution


def make_results(
    case: Case,
    space: Space,
    problem: CoreProblem,
    solution: Solution,
    run: Mapping[str, Any] | None = None,
    causes: Causes = NO_CAUSES,
) -> Results:
    """Turn a solution into the tables that the user gets.

    Args:
        case: the case.
        space: its cells and its effort table.
        problem: the problem that was solved.
        solution: its solution.
        run: more for ``run.json``: ``seconds``, ``counts``, ``linear_program``.
        causes: of the coverage gaps, where they were looked for.
    """
    cells, currency = space.cells, case.settings.currency
    ledger = make_ledger(problem, solution.x, solution.factor, solution.prices)
    found = coverage.of_nodes(case, cells, ledger.nodes)
    why, rungs, gains = (
        conform(name, table) if len(table) else empty(name)
        for name, table in (("causes", causes.table), ("rungs", causes.rungs), ("gains", causes.gains))
    )
    areas = coverage.area_table(case.areas, found, "")
    areas = areas.assign(largest_cause=area_causes(areas, why))
    gaps = coverage.gap_table(case.programmes, areas)
    of_cells = cell_causes(cells["area"].to_numpy(), found.pod, areas["largest_cause"].to_numpy(dtype=object))
    cell_table = coverage.cell_table(cells, case.areas, found, of_cells)
    missions, boardings = work.mission_table(case, ledger, cells), boarding_table(ledger)
    done = with_trips(missions, boardings)
    allocation = work.allocation_table(done, cell_table)
    funding = work.funding_table(ledger)
    answers, need = answers_in(case, cells, ledger.nodes), case.settings.answers
    price = None if need is None else boarding_prices(problem, solution.prices, need.boarding_share)
    prices = limits.price_table(ledger, currency, causes.ranges)
    weights = space.weighted.result.by_period
    of_periods = period_tables(case, cells, found, weights, (done, funding))
    bases = case.bases[["base_id", "name", "country", "lon", "lat"]]
    fleet = fleet_table(case)
    shares = fair_shares(solution.fairness, areas)
    results = Results(
        title=case.settings.title,
        currency=currency,
        objective=case.settings.objective,
        status=solution.status,
        certificate=solution.certificate,
        areas=areas,
        gaps=conform("gaps", gaps.assign(largest_cause=gap_causes(gaps, why))),
        causes=why,
        rungs=rungs,
        gains=gains,
        programmes=coverage.programme_table(case.programmes, gaps, funding, prices),
        fleet=conform("fleet", fleet),
        allocation=allocation,
        missions=missions,
        funding=funding,
        prices=prices,
        cells=cell_table,
        assumptions=conform("assumptions", case.sources),
        reach=conform("reach", reach_table(case)),
        periods=conform("periods", case.periods),
        **of_periods,
        boardings=boardings,
        response=response_table(case, cells, answers, (missions, boardings, funding), seasons(case), price),
        period_prices=limits.period_price_table(ledger),
        bases=bases.assign(lon=signed_lon(bases["lon"].to_numpy())),
        area_geometry=np.asarray(case.areas["geometry"], dtype=object),
        cell_geometry=np.asarray(cells["geometry"], dtype=object),
        land=case.land,
        warnings=(*case.warnings, *space_warnings(case, space), *left_out(case, shares)),
        run={
            "inputs": dict(case.hashes),
            "scenarios": [{"name": name, "title": title} for name, title in case.scenarios.items()],
            **(run or {}),
            "uncertain_figures": len(case.uncertainty),
            "routing": "sea" if case.by_sea else "geodesic",
            "risk_layers": served(space.weighted.result.layers),
            "effort_by_kind": work.effort_by_kind(allocation, fleet),
            "short_names": short_names(case),
        },
        limits=limits.limit_table(case, ledger, areas, of_periods["area_periods"], funding),
        fairness=shares,
        ledger=ledger,
    )
    return replace(
        results,
        run={**results.run, "goodness": goodness(results), "coverage_worth": case.settings.coverage_worth},
    )


def short_names(case: Case) -> dict[str, dict[str, str]]:
    """The short names that the case gives, by table of results and id."""
    found: dict[str, dict[str, str]] = {"areas": {}, "programmes": {}, "fleet": {}}
    keys = (
        ("areas", "area_id"),
        ("programmes", "programme_id"),
        ("assets", "asset_id"),
        ("sensors", "sensor_id"),
    )
    for table, key in keys:
        rows = getattr(case, table)
        if "short_name" in rows:
            given = dict(zip(rows[key], rows["short_name"], strict=True))
            found.get(table, found["fleet"]).update({one: name for one, name in given.items() if name})
    return found


def fair_shares(fairness: Fairness | None, areas: pd.DataFrame) -> FairShares | None:
    """How fair a plan is, from the table ``areas``; None for other objectives."""
    if fairness is None:
        return None
    own = areas.set_index("area_id")
    ratio = own["covered_km2"] / (own["target_coverage"] * own["area_km2"])
    levels: list[FairLevel] = []
    least = FULL
    for level in reversed(fairness.levels):
        least = min(least, float(ratio[list(level.area_ids)].min()))
        levels.insert(0, FairLevel(least, max(level.bound, least), level.area_ids))
    bound = levels[0].bound
    gap = (bound - least) / bound if bound > 0.0 else 0.0
    return FairShares(least, bound, gap, fairness.area_ids, fairness.left_out, tuple(levels))


def left_out(case: Case, shares: FairShares | None) -> Iterator[Problem]:
    """A warning for every area that a fair plan cannot be fair to."""
    file = next((name for name in case.hashes if name.startswith("areas.")), "areas")
    rule = "is left out of the fair shares: nothing with access, hours and money reaches it"
    remedy = "give it access, an asset in range, or a programme that pays; or the target 0"
    for area in shares.left_out if shares else ():
        yield Problem(file, 0, "area_id", area, rule, remedy)

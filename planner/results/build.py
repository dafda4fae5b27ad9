"""From a solution to the results: the ledger, and every table that is read off it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from planner.case import Case
from planner.causes.find import NO_CAUSES, Causes
from planner.core.fairness import FairLevel, FairShares
from planner.core.problem import FULL
from planner.core.problem import Problem as CoreProblem
from planner.errors import Problem
from planner.features.fleet import fleet_table, reach_table
from planner.features.reach import space_warnings
from planner.features.risk import served
from planner.features.season import Season, seasons
from planner.features.space import Space
from planner.frames import Array, looked_up
from planner.geometry.longitude import signed_lon
from planner.results import coverage, limits, work
from planner.results.contract import conform, empty
from planner.results.coverage import Coverage
from planner.results.goodness import goodness
from planner.results.ledger import Ledger, make_ledger
from planner.results.response import Answers, boarding_prices, response_table, within_time
from planner.results.results import Results
from planner.solve.solution import Solution


def make_results(
    case: Case,
    space: Space,
    problem: CoreProblem,
    solution: Solution,
    run: Mapping[str, Any] | None = None,
    causes: Causes = NO_CAUSES,
) -> Results:
    """Turn a solution into the tables that the user gets.

    ``run`` is more for ``run.json``: ``seconds``, ``counts``, ``linear_program``.
    """
    cells, settings = space.cells, case.settings
    ledger = make_ledger(problem, solution.x, solution.factor, solution.prices)
    known = _known(case, cells, ledger, causes)
    covered = coverage.of_nodes(case, cells, ledger.nodes)
    answers = Answers(*coverage.by_cell(case, cells, ledger.nodes, "visits", "pod", "answered"))
    need, weights = settings.answers, space.weighted.result.by_period
    price = None
    if need is not None:
        price = boarding_prices(problem, solution.prices, solution.factor, need.boarding_share)
    tables = tables_of(case, cells, covered, answers, weights, known, seasons(case), price)
    tables["limits"] = limits.limit_table(ledger, tables["limits"])
    bases = case.bases[["base_id", "name", "country", "lon", "lat"]]
    shares = fair_shares(solution.fairness, tables["areas"])
    results = Results(
        title=settings.title,
        currency=settings.currency,
        objective=settings.objective,
        status=solution.status,
        certificate=solution.certificate,
        **known,
        **tables,
        assumptions=conform("assumptions", case.sources),
        bases=bases.assign(lon=signed_lon(bases["lon"].to_numpy())),
        area_geometry=np.asarray(case.areas["geometry"], dtype=object),
        cell_geometry=np.asarray(cells["geometry"], dtype=object),
        land=case.land,
        warnings=(*case.warnings, *space_warnings(case, space), *left_out(case, shares)),
        run={
            "inputs": dict(case.hashes),
            "scenarios": [{"name": name, "title": title} for name, title in case.scenarios.items()],
            "uncertain_figures": len(case.uncertainty),
            "routing": "sea" if case.by_sea else "geodesic",
            "risk_layers": served(space.weighted.result.mapped.layers),
            "short_names": short_names(case),
            **({} if need is None else {"response": {**need.model_dump(), **within_time(problem)}}),
            **(run or {}),
            "effort_by_kind": work.effort_by_kind(tables["allocation"], tables["fleet"]),
        },
        fairness=shares,
        ledger=ledger,
    )
    more = {"goodness": goodness(results), "coverage_worth": settings.coverage_worth}
    return replace(results, run={**results.run, **more})


def _known(case: Case, cells: pd.DataFrame, ledger: Ledger, causes: Causes) -> dict[str, pd.DataFrame]:
    """The tables that other tables are made from: what was done, its prices, and causes of coverage gaps."""
    found = {"causes": causes.table, "rungs": causes.rungs, "gains": causes.gains}
    known = {name: conform(name, table) if len(table) else empty(name) for name, table in found.items()}
    currency = case.settings.currency
    return known | {
        "missions": work.mission_table(case, ledger, cells),
        "boardings": work.boarding_table(ledger),
        "funding": work.funding_table(ledger),
        "prices": limits.price_table(ledger, currency, causes.ranges),
        "period_prices": limits.price_table(ledger, currency, name="period_prices"),
    }


def tables_of(
    case: Case,
    cells: pd.DataFrame,
    found: Coverage,
    answers: Answers,
    weights: Array,
    known: Mapping[str, pd.DataFrame],
    allowed: Sequence[Season],
    price: Array | None = None,
) -> dict[str, pd.DataFrame]:
    """The tables that follow from the case and from what was done; of ``limits`` the rows.

    The cells have ``area`` (position in the areas); ``found`` is what is covered of them, ``weights`` their
    risk weight in each period, shape (periods, cells). ``known`` are the tables ``missions``, ``boardings``,
    ``funding``, ``causes`` and ``prices``; ``allowed`` is what each period allows, and ``price`` the shadow
    price of a boarding in each node, shape (nodes,) [objective].
    """
    areas = coverage.area_table(case.areas, found, known["causes"])
    gaps = coverage.gap_table(case.programmes, areas, known["causes"])
    visits = answers.visits if case.settings.answers else np.full(weights.shape, np.nan)
    placed = coverage.cell_table(cells, areas, found, visits)
    done = work.with_trips(known["missions"], known["boardings"])
    done = done.assign(**looked_up(done["cell_id"], placed, ["area_id"]))
    tables = {
        "areas": areas,
        "gaps": gaps,
        "cells": placed,
        "programmes": coverage.programme_table(case.programmes, gaps, known["funding"], known["prices"]),
        "fleet": conform("fleet", fleet_table(case)),
        "reach": conform("reach", reach_table(case)),
        "periods": conform("periods", case.periods),
        "allocation": work.allocation_table(done),
        **{name: empty(name) for name in ("area_periods", "cell_periods", "calendar", "programme_periods")},
    }
    if len(case.periods) > 1:
        tables["area_periods"] = coverage.area_period_table(case, cells, found, weights)
        tables["cell_periods"] = coverage.cell_period_table(case, cells, found, weights, visits)
        tables["calendar"] = work.calendar_table(done)
        tables["programme_periods"] = work.programme_period_table(done, known["funding"])
    of_work = known["missions"], known["boardings"], known["funding"]
    tables["response"] = response_table(case, cells, answers, of_work, allowed, price)
    tables["limits"] = limits.limit_rows(case, areas, tables["area_periods"], known["funding"])
    return tables


def short_names(case: Case) -> dict[str, dict[str, str]]:
    """The short names that the case gives, by table of results and id."""
    found: dict[str, dict[str, str]] = {"areas": {}, "programmes": {}, "fleet": {}}
    for table in ("areas", "programmes", "assets", "sensors"):
        rows = getattr(case, table)
        if "short_name" in rows:
            given = zip(rows[f"{table[:-1]}_id"], rows["short_name"], strict=True)
            found.get(table, found["fleet"]).update({one: name for one, name in given if name})
    return found


def fair_shares(found: FairShares | None, areas: pd.DataFrame) -> FairShares | None:
    """How fair a plan is that was found, from the table ``areas``; None for other objectives."""
    if found is None:
        return None
    own = areas.set_index("area_id")
    ratio = own["covered_km2"] / (own["target_coverage"] * own["area_km2"])
    levels: list[FairLevel] = []
    least = FULL
    for level in reversed(found.levels):
        least = min(least, float(ratio[list(level.areas)].min()))
        levels.insert(0, FairLevel(least, max(level.bound, least), level.areas))
    return FairShares.of(levels, found.left_out)


def left_out(case: Case, shares: FairShares | None) -> Iterator[Problem]:
    """A warning for every area that a fair plan cannot be fair to."""
    file = next((name for name in case.hashes if name.startswith("areas.")), "areas")
    rule = "is left out of the fair shares: nothing with access, hours and money reaches it"
    remedy = "give it access, an asset in range, or a programme that pays; or the target 0"
    for area in shares.left_out if shares else ():
        yield Problem(file, 0, "area_id", area, rule, remedy)

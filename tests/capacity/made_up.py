"""A capacity plan that was never solved: four years, two futures, three options, tables worked out by hand.

Two areas of 50,000 and 25,000 km² with targets of 40 % and 75 %: 20,000 + 18,750 = 38,750 km² are wanted.

    bought     2 boats in 2027 (in service from 2028), 1 radar in 2028 (from 2029); no aircraft
    covered    in calm years 30,000 (20,000 + 10,000), with the boats 36,000 (23,000 + 13,000), with the
               radar, too, 40,000 (25,000 + 15,000); in stormy ones 2,000 less, all of it in the second area
    without    what 2027 has
    objective  shortfall to the targets + 0.1 x what is not covered, as the case says
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import planner
from planner.capacity.results import InvestResults, frame
from planner.case import Case
from planner.case.capital import CapitalCase, Future, Years
from planner.core.certificate import Certificate
from planner.results.results import Results

TINY = Path(__file__).parents[2] / "inputs" / "tiny"
YEARS = Years(2027, 2030, 2029, 0.1)
FUTURES = {"calm": ("Calm seas", 0.75), "storm": ("Storms", 0.25)}
AREAS = {"dateline": (50_000.0, 0.4), "eastern": (25_000.0, 0.75)}
CALM = {2027: (20e3, 10e3), 2028: (23e3, 13e3), 2029: (25e3, 15e3), 2030: (25e3, 15e3)}
"""Covered with the orders, by year and area [km²]."""
STORM = 2e3
WEIGHTS = {2027 + n: 1.1**-n / (1.0 + 1.1**-1 + 1.1**-2 + 1.1**-3) for n in range(4)}
"""A year counts a tenth less than the one before, all together 1."""
BOATS, RADAR, PLANE = "boats__kir__harbour", "radar__tuv", "plane__air_company__airfield"


@cache
def case() -> Case:
    return planner.read_case(TINY, {"objective": "shortfall", "cells.spacing_nm": "300"})


@cache
def block() -> Results:
    """The plan of the tiny case, which stands for that of the last year."""
    return planner.plan(case(), causes=False)


def make_invest(futures: tuple[str, ...] = ("calm", "storm"), **changes: Any) -> InvestResults:
    """The made-up plan, in fewer futures or with some of its attributes replaced."""
    chances = {"calm": 1.0} if len(futures) == 1 else {one: FUTURES[one][1] for one in futures}
    areas = _areas(chances)
    years = _years(areas, chances)
    weight = years["year"].map(WEIGHTS) * years["probability"]
    value, before = (float((weight * years[name]).sum()) for name in ("objective", "objective_without"))
    found: dict[str, Any] = {
        "capital_case": _capital_case(chances),
        "status": "optimal",
        "certificate": _certificate(value, value - 20.0),
        "nothing": _certificate(before, before - 20.0),
        **_orders(),
        "running": _running(list(chances)),
        "stock": _stock(list(chances)),
        "coverage_by_year": years,
        "area_by_year": areas,
        "futures": _futures(years, chances),
        **_alternatives(value),
        "seconds": {"solve": 12.5},
        "counts": {"blocks": 8, "passes": 3},
    }
    return InvestResults(**{**found, **changes})


def nothing_ordered(**changes: Any) -> InvestResults:
    """The plan in which nothing is ordered."""
    made = make_invest()
    years, areas = made.coverage_by_year, made.area_by_year
    same = {
        name: years[f"{name.removesuffix('_km2')}_without_km2"] for name in ("covered_km2", "shortfall_km2")
    }
    years = years.assign(
        **same,
        objective=years["objective_without"],
        share_of_targets=1.0 - years["shortfall_without_km2"] / years["target_km2"],
    )
    left = {
        "capital_budgets": made.capital_budgets.assign(spent=0.0),
        "running": made.running.assign(fixed=0.0),
        "coverage_by_year": years,
        "area_by_year": areas.assign(shortfall_km2=areas["shortfall_without_km2"]),
        "certificate": made.nothing,
    }
    gone = ("orders", "capital", "option_values", "alternatives", "order_ranges")
    return make_invest(**{**{name: getattr(made, name).iloc[:0] for name in gone}, **left, **changes})


def _certificate(value: float, bound: float) -> Certificate:
    return Certificate(value=value, bound=bound, stake=1e6, rounds=4, tolerance=0.005)


def _capital_case(chances: dict[str, float]) -> CapitalCase:
    rows = (
        (BOATS, "boats", "New patrol boat", "asset", "boat", "kir", "harbour", 4, 3e6, 1.5e5, 1, 20),
        (RADAR, "radar", "Coastal radar", "sensor", "radar__tuv", "tuv", "", 1, 1e6, 5e4, 1, 15),
        (PLANE, "plane", "Contract aircraft", "asset", "plane", "air_company", "airfield", 2, 0.0, 9e5, 0, 4),
    )
    names = ("candidate_id", "option_id", "name", "adds", "target_id", "recipient", "base_id", "most_units")
    columns = [*names, "capital_cost", "running_cost", "lead_years", "life_years"]
    some, whole = np.ones((2, 4)), case()
    empty = ("requires", "excludes", "payers", "runners", "crews", "berths", "carry_over")
    return CapitalCase(
        case=whole,
        years=YEARS,
        candidates=pd.DataFrame(rows, columns=columns),
        survival=np.ones(3),
        **{name: pd.DataFrame() for name in empty},
        futures=tuple(Future(one, FUTURES[one][0], p, whole, some, some, some) for one, p in chances.items()),
    )


def _areas(chances: dict[str, float]) -> pd.DataFrame:
    names, rows = case().areas.set_index("area_id")["name"], []
    for year, covered in CALM.items():
        for future in chances:
            for (area, (km2, target)), calm, before in zip(AREAS.items(), covered, CALM[2027], strict=True):
                less = STORM if (future, area) == ("storm", "eastern") else 0.0
                there, bare = calm - less, before - less
                short, without = (max(0.0, target * km2 - one) for one in (there, bare))
                rows.append((year, future, area, names[area], km2, there / km2, there, short, bare, without))
    return frame("area_by_year", rows)


def _years(areas: pd.DataFrame, chances: dict[str, float]) -> pd.DataFrame:
    figures = ["area_km2", "covered_km2", "shortfall_km2", "shortfall_without_km2", "covered_without_km2"]
    sums = areas.groupby(["year", "future"], sort=False)[figures].sum().reset_index()
    objective = sums["shortfall_km2"] + 0.1 * (75_000.0 - sums["covered_km2"])
    return sums.assign(
        probability=sums["future"].map(chances),
        target_km2=38_750.0,
        share_of_targets=1.0 - sums["shortfall_km2"] / 38_750.0,
        objective=objective,
        bound=objective - 5.0,
        objective_without=sums["shortfall_without_km2"] + 0.1 * (75_000.0 - sums["covered_without_km2"]),
    )


def _orders() -> dict[str, pd.DataFrame]:
    boat, radar = (
        ("boats", "New patrol boat", "asset", "boat"),
        ("radar", "Coastal radar", "sensor", "radar__tuv"),
    )
    ordered = [
        (2027, BOATS, *boat, "kir", "harbour", "", 2, 6e6, 2028, 2047),
        (2028, RADAR, *radar, "tuv", "", "", 1, 1e6, 2029, 2043),
    ]
    paid = [(2027, "open_fund", BOATS, 4e6), (2027, "boat_fund", BOATS, 2e6), (2028, "open_fund", RADAR, 1e6)]
    budgets = [
        *[(2027, "open_fund", "", 4.5e6, 0.0, 4e6, 5e5), (2028, "open_fund", "", 1e6, 5e5, 1e6, 5e5)],
        *[(2029, "open_fund", "", 0.0, 5e5, 0.0, 0.0), (2027, "boat_fund", "", 2e6, 0.0, 2e6, 0.0)],
    ]
    capital = pd.DataFrame(paid, columns=["year", "programme_id", "candidate_id", "amount"])
    return {
        "orders": frame("orders", ordered),
        "capital": capital.assign(future=""),
        "capital_budgets": frame("capital_budgets", budgets),
    }


def _running(futures: list[str]) -> pd.DataFrame:
    """300,000 a year for two boats from 2028 on, 50,000 for the radar from 2029 on: 1,000,000 in all."""
    rows = []
    for year, cost in {2027: 0.0, 2028: 3e5, 2029: 3.5e5, 2030: 3.5e5}.items():
        for future in futures:
            rows.append((year, future, "open_fund", 1e6, cost, 6e5, 4e5 - cost))
            rows.append((year, future, "boat_fund", 2e5, 0.0, 2e5, 0.0))
    return frame("running", rows)


def _stock(futures: list[str]) -> pd.DataFrame:
    boat, plane = ("Patrol boat", "kir", "harbour"), ("Patrol aircraft", "air_company", "airfield")
    rows = []
    for year in CALM:
        for future in futures:
            boats, radars = 2.0 * (year > 2027), 1.0 * (year > 2028)
            rows += [
                (year, future, "boat", *boat, 1.0, boats, 1.0 + boats, 12.0 * boats),
                (year, future, "plane", *plane, 2.0, 0.0, 2.0, 0.0),
                (year, future, "radar__tuv", "Coastal radar, Tuvalu", "tuv", "", 0.0, radars, radars, 0.0),
            ]
    return frame("stock", rows)


def _futures(years: pd.DataFrame, chances: dict[str, float]) -> pd.DataFrame:
    sums = (years["objective"] * years["year"].map(WEIGHTS)).groupby(years["future"]).sum()
    last = years[years["year"] == 2030].set_index("future")[["covered_km2", "shortfall_km2"]]
    ends = [(one, FUTURES[one][0], p, sums[one], sums[one] - 20.0) for one, p in chances.items()]
    return frame("futures", [(*row, *last.loc[row[0]]) for row in ends])


def _alternatives(value: float) -> dict[str, Any]:
    boats, plane = ("boats", "kir", "harbour"), ("plane", "air_company", "airfield")
    radar = ("radar", "tuv", "")
    near = [
        (0, value, 0.0, *boats, 2027, 2),
        (0, value, 0.0, *radar, 2028, 1),
        (1, 1.004 * value, 0.004, *boats, 2027, 2),
        (1, 1.004 * value, 0.004, *plane, 2028, 1),
        (2, 1.008 * value, 0.008, *boats, 2028, 2),
        (2, 1.008 * value, 0.008, *radar, 2028, 1),
    ]
    names = ["plan", "objective", "gap_to_best", "option_id", "recipient", "base_id", "year", "units"]
    ranges = [(BOATS, "boats", 2, 2, 2), (RADAR, "radar", 1, 0, 1), (PLANE, "plane", 0, 0, 1)]
    values = [
        ("boats", "New patrol boat", 2, 6e6, 9e5, 3_000.0, 2_980.0, 3_015.0, 500.0, "proven"),
        ("radar", "Coastal radar", 1, 1e6, 1e5, 900.0, 880.0, 915.0, 900.0, "proven"),
    ]
    lacks = "running money: 900,000 USD a year, of which programmes that may pay it have 50,000 left in 2029"
    return {
        "alternatives": pd.DataFrame(near, columns=names).assign(future=""),
        "order_ranges": pd.DataFrame(ranges, columns=["candidate_id", "option_id", "units", "least", "most"]),
        "option_values": frame("option_values", values),
        "scarce": frame("scarce", [("crews", "kir", "", 12.0, 40.0, 15.0, 60.0, "proven")]),
        "alternatives_ended": "all found",
        "left_out": frame("left_out", [("plane", "Contract aircraft", 120.0, lacks)]),
    }

"""The tables of an explanation: who reaches what, who pays, and the next way of each."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.effort.table import NO_BASE
from planner.explaining.explanation import UNIT_KM2, Consent, Way
from planner.explaining.situation import Situation
from planner.explaining.ways import best, most_added, times_elsewhere
from planner.frames import numbers

Booleans = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]


def record(table: pd.DataFrame, column: str, wanted: str) -> dict[str, Any]:
    """The row with an id, as a dictionary."""
    found = table[table[column] == wanted].to_dict("records")[0]
    return {str(name): value for name, value in found.items()}


def named(now: Situation, table: pd.DataFrame, *things: str) -> pd.DataFrame:
    """A table with the names of its ids: ``asset`` from ``asset_id``; an empty id has no name."""
    found = table.copy()
    for thing in things:
        names = now.names[thing]
        found[thing] = pd.Series([names.get(one, "") for one in found[f"{thing}_id"]], found.index, "str")
    return found


def kinds(now: Situation) -> dict[str, str]:
    """Kind of each asset and sensor, by id."""
    return dict(zip(now.fleet["asset_id"], now.fleet["kind"], strict=True))


def with_hours(now: Situation, rows: pd.DataFrame) -> pd.DataFrame:
    """The ways of assets that have any hours."""
    has = numbers(now.fleet["capacity_hours"]) > 0.0
    kept: pd.DataFrame = rows[has[rows["asset"].to_numpy()]]
    return kept


def next_way(now: Situation, rows: pd.DataFrame, programme: int | None = None) -> Way | None:
    """The way that the plan would take next, of some; see ``planner.explaining.ways.best``.

    Args:
        now: the plan.
        rows: the ways to choose from.
        programme: who pays, by position; if not given, whoever may whose money is worth least.
    """
    chosen = best(rows)
    if chosen is None:
        return None
    way = rows.iloc[chosen]
    asset, area = now.fleet.iloc[int(way["asset"])], now.case.areas.iloc[int(way["area"])]
    payer = _payer(now, way) if programme is None else programme
    money = now.results.programmes.iloc[payer] if payer is not None and way["cost"] > 0.0 else None
    times = times_elsewhere(rows.iloc[[chosen]])[0]
    base = int(way["base"])
    base_id = "" if base == NO_BASE else str(now.case.bases["base_id"].iloc[base])
    return Way(
        asset_id=str(asset["asset_id"]),
        asset=now.names["asset"][asset["asset_id"]],
        kind=str(asset["kind"]),
        operator=str(asset["operator"]),
        base_id=base_id,
        base=now.names["base"].get(base_id, ""),
        area_id=str(area["area_id"]),
        area=now.names["area"][area["area_id"]],
        hours_per_1000_km2=float(way["hours"] / way["gain_km2"]) * UNIT_KM2,
        cost_per_1000_km2=float(way["cost"] / way["gain_km2"]) * UNIT_KM2,
        times_elsewhere=float(times),
        hours=float(asset["capacity_hours"]),
        hours_left=float(max(0.0, asset["capacity_hours"] - asset["used_hours"])),
        programme_id="" if money is None else str(money["programme_id"]),
        programme="" if money is None else now.names["programme"][money["programme_id"]],
        budget_left=float("nan") if money is None else float(max(0.0, money["budget"] - money["spent"])),
    )


def _payer(now: Situation, way: pd.Series) -> int | None:
    """Of the programmes that may pay the one whose money is worth least, of equals the one with most left."""
    table = now.at.problem.eligibility
    may = table[(table["asset"] == way["asset"]) & (table["area"] == way["area"])]["programme"].unique()
    if not len(may):
        return None
    money = now.results.programmes.iloc[may]
    left = numbers(money["budget"]) - numbers(money["spent"])
    return int(may[np.lexsort((-left, now.at.prices.budget[may]))[0]])


def reach_by_asset(now: Situation, rows: pd.DataFrame, area: int) -> pd.DataFrame:
    """What each asset could do in an area, see ``AreaFacts.reach``; nearest first."""
    found = []
    for number in rows["asset"].unique().tolist():
        ways = rows[rows["asset"] == number]
        asset = now.fleet.iloc[number]
        found.append(
            {
                "asset_id": asset["asset_id"],
                "asset": now.names["asset"][asset["asset_id"]],
                "kind": asset["kind"],
                "operator": asset["operator"],
                **_reach(now, ways),
                "distance_nm": float(ways["distance_nm"].min()),
                "reached_km2": float(now.at.problem.cell_km2[_cells(now, ways) & _inside(now, area)].sum()),
                "hours": float(asset["capacity_hours"]),
                "used_hours": float(asset["used_hours"]),
                "price_km2_per_hour": float(asset["price_km2_per_hour"]),
            }
        )
    columns = [
        *("asset_id", "asset", "kind", "operator", "access", "payable", "base_id", "base", "distance_nm"),
        *("reached_km2", "hours_per_1000_km2", "cost_per_1000_km2"),
        *("hours", "used_hours", "price_km2_per_hour"),
    ]
    table = pd.DataFrame(found, columns=columns)
    return table.sort_values("distance_nm", kind="stable", ignore_index=True)


def reach_by_area(now: Situation, rows: pd.DataFrame) -> pd.DataFrame:
    """What an asset could do in each area, see ``AssetFacts.reach``; most water first."""
    found = []
    for area in sorted(rows["area"].unique().tolist()):
        ways = rows[rows["area"] == area]
        area_id = str(now.case.areas["area_id"].iloc[area])
        reach = _reach(now, ways)
        del reach["base_id"], reach["base"]
        km2 = float(now.at.problem.cell_km2[_cells(now, ways) & _inside(now, area)].sum())
        found.append({"area_id": area_id, "area": now.names["area"][area_id], "reached_km2": km2, **reach})
    columns = [
        "area_id",
        "area",
        "access",
        "payable",
        "reached_km2",
        "hours_per_1000_km2",
        "cost_per_1000_km2",
    ]
    table = pd.DataFrame(found, columns=columns)
    return table.sort_values("reached_km2", ascending=False, kind="stable", ignore_index=True)


def _reach(now: Situation, ways: pd.DataFrame) -> dict[str, Any]:
    way = next_way(now, ways)
    return {
        "access": bool(ways["access"].any()),
        "payable": bool(ways["payable"].any()),
        "base_id": way.base_id if way else "",
        "base": way.base if way else "",
        "hours_per_1000_km2": way.hours_per_1000_km2 if way else float("inf"),
        "cost_per_1000_km2": way.cost_per_1000_km2 if way else float("inf"),
    }


def _inside(now: Situation, area: int) -> Booleans:
    return np.asarray(now.at.problem.cell_area == area)


def _cells(now: Situation, ways: pd.DataFrame) -> Booleans:
    """Which cells the assets of some ways reach in the areas of these, shape (cells,)."""
    problem = now.at.problem
    pairs = np.zeros((len(problem.assets), len(problem.areas)), dtype=bool)
    pairs[ways["asset"].to_numpy(), ways["area"].to_numpy()] = True
    effort = problem.effort
    of = pairs[effort["asset"].to_numpy(), effort["area"].to_numpy()] & (numbers(effort["factor"]) > 0.0)
    return np.asarray(np.bincount(effort["cell"].to_numpy()[of], minlength=len(problem.cells)) > 0)


def payers(now: Situation, area_id: str, area: int) -> pd.DataFrame:
    """Programmes with an area in their mandate and what they pay there, see ``AreaFacts.payers``."""
    problem, results = now.at.problem, now.results
    may = problem.mandate.loc[problem.mandate["area"] == area, "programme"].to_numpy(dtype=np.int64)
    here = results.funding[results.funding["area_id"] == area_id]
    paid = here.groupby("programme_id")["amount"].sum()
    table = results.programmes.iloc[np.sort(may)]
    table = named(now, table, "programme").assign(
        paid_here=table["programme_id"].map(paid).fillna(0.0).to_numpy(dtype=np.float64)
    )
    columns = ["programme_id", "programme", "paid_here", "budget", "spent", "price_km2_per_million"]
    return table[columns].sort_values("paid_here", ascending=False, kind="stable", ignore_index=True)


def fundable(now: Situation, programme: int, rows: pd.DataFrame) -> pd.DataFrame:
    """Assets that a programme may fund somewhere, see ``ProgrammeFacts.fundable``; most hours first."""
    eligibility = now.at.problem.eligibility
    assets = eligibility.loc[eligibility["programme"] == programme, "asset"].unique()
    opened = rows[rows["access"]].groupby("asset")["area"].nunique()
    table = now.fleet.iloc[np.sort(assets)].rename(columns={"capacity_hours": "hours"})
    table = named(now, table, "asset").assign(areas=[int(opened.get(asset, 0)) for asset in np.sort(assets)])
    columns = ["asset_id", "asset", "kind", "operator", "areas", "hours", "used_hours", "price_km2_per_hour"]
    return table[columns].sort_values("hours", ascending=False, kind="stable", ignore_index=True)


def consents(
    now: Situation, rows: pd.DataFrame, areas: Integers, programme: int | None = None
) -> tuple[Consent, ...]:
    """What operators could do in some areas where they have no consent, but may be paid; most useful first.

    Args:
        now: the plan.
        rows: the ways to look at.
        areas: positions of the areas.
        programme: who pays, by position; if not given, anybody who may.
    """
    inside = with_hours(now, rows[rows["area"].isin(areas)])
    missing = inside[~inside["access"] & inside["payable"]]
    if not len(missing):
        return ()
    opened = with_hours(now, now.ways[now.ways["access"] & now.ways["payable"]])
    served = _cells(now, opened)
    operator = now.fleet["operator"].to_numpy(dtype=object)[missing["asset"].to_numpy()]
    capacity, km2 = numbers(now.fleet["capacity_hours"]), now.at.problem.cell_km2
    everyone = with_hours(now, now.ways[~now.ways["access"] & now.ways["payable"]])
    whose = now.fleet["operator"].to_numpy(dtype=object)[everyone["asset"].to_numpy()]
    found = []
    for one in sorted(set(operator)):
        own = missing[operator == one]
        way = next_way(now, own, programme)
        if way is None:
            continue
        reached = _cells(now, own)
        where = np.sort(own["area"].unique())
        all_of_it = everyone[(whose == one) & everyone["area"].isin(where)]
        times = times_elsewhere(all_of_it)
        found.append(
            Consent(
                operator=str(one),
                area_ids=tuple(now.case.areas["area_id"].iloc[where]),
                way=way,
                reached_km2=float(km2[reached].sum()),
                only_km2=float(km2[reached & ~served].sum()),
                least_times=float(times.min()) if len(times) else float("nan"),
                most_added=most_added(all_of_it, capacity),
            )
        )
    return tuple(sorted(found, key=_usefulness))


def _usefulness(consent: Consent) -> tuple[float, float, float]:
    most = consent.most_added
    times = consent.way.times_elsewhere
    return (
        -most if np.isfinite(most) else -np.inf,
        times if np.isfinite(times) else np.inf,
        -consent.reached_km2,
    )

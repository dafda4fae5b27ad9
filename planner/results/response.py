"""What is seen, what is answered, and by whom: boarding trips, and the table ``response``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.case import Case
from planner.case.periods import shares
from planner.core.certificate import valuation
from planner.core.prices import Prices
from planner.core.problem import Problem
from planner.features.response import TRIP, answers_of
from planner.features.season import Season
from planner.frames import Array, numbers
from planner.results.contract import conform, empty
from planner.results.ledger import Ledger
from planner.results.plain_text import count, percent

COUNTS = ["visits", "detected", "answered", "unanswered"]
"""Stays of vessels in cells: all, seen, answered, seen but not answered."""
DONE = ["boardings", "trips", "trip_hours", "trip_cost"]
KEYS = ["level", "period_id", "area_id", "asset_id", "programme_id"]
ALL = "all"


@dataclass(frozen=True, eq=False)
class Answers:
    """What is there, seen and answered, shape (periods, cells) each.

    Attributes:
        visits: stays of vessels.
        seen: the share of them that is detected.
        answered: the share that is detected and answered.
    """

    visits: Array
    seen: Array
    answered: Array


def answers_in(case: Case, cells: pd.DataFrame, nodes: pd.DataFrame) -> Answers:
    """What the nodes of a ledger say, period by period."""
    at = pd.MultiIndex.from_product([case.periods["period_id"], cells["cell_id"]])
    rows = nodes.set_index(["period_id", "cell_id"]).reindex(at)
    shape = len(case.periods), len(cells)
    return Answers(*(numbers(rows[name]).reshape(shape) for name in ("visits", "pod", "answered")))


def boarding_table(ledger: Ledger) -> pd.DataFrame:
    """One row per asset, base, cell and period from which boarding trips go; all trips of the period."""
    done = ledger.activities[ledger.activities["feature"] == TRIP].drop(columns=["period_id", "area_id"])
    if done.empty:
        return empty("boardings")
    rows = done.merge(ledger.answers[["activity", "cell_id", "period_id"]], on="activity")
    for name, kind in (("trip_hours", "hours"), ("trip_cost", "account")):
        rows[name] = rows["activity"].map(ledger.used(kind).groupby("activity")["amount"].sum()).fillna(0.0)
    return conform("boardings", rows.rename(columns={"level": "trips"}))


def with_trips(missions: pd.DataFrame, boardings: pd.DataFrame) -> pd.DataFrame:
    """Missions and boarding trips as rows of missions: trips are none, but take hours and cost money."""
    if boardings.empty:
        return missions
    trips = boardings.rename(columns={"trip_hours": "mission_hours", "trip_cost": "cost"})
    both = pd.concat([missions, trips[[name for name in missions if name in trips]]], ignore_index=True)
    return both.fillna(dict.fromkeys(missions.select_dtypes("float"), 0.0))


def response_table(
    case: Case,
    cells: pd.DataFrame,
    found: Answers,
    work: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
    known: list[Season],
    price: Array | None = None,
) -> pd.DataFrame:
    """The table ``response``: visits seen and answered, and who answers at what cost.

    Boardings of a node are those of its answered visits, phi N a, shared out over those who could make them
    by what each could. A programme has made as much of an asset's boardings in an area as it pays of its
    work there.

    Args:
        case: the case.
        cells: its cells, with ``area`` (position in the areas).
        found: what is there, seen and answered.
        work: the tables ``missions``, ``boardings`` and ``funding``.
        known: what each period allows.
        price: shadow price of a boarding in each node, shape (nodes,) [objective]; of an area that of the
            cell in which one more would gain most.
    """
    if case.settings.answers is None:
        return empty("response")
    missions, boardings, funding = work
    area = case.areas["area_id"].to_numpy()[cells["area"]]
    nodes = pd.DataFrame(
        {
            "period_id": np.repeat(case.periods["period_id"].to_numpy(), len(cells)),
            "area_id": np.tile(area, len(case.periods)),
            "cell_id": np.tile(cells["cell_id"].to_numpy(), len(case.periods)),
            "shadow_price": np.zeros(found.visits.size) if price is None else price,
            "visits": found.visits.ravel(),
            "detected": (found.visits * found.seen).ravel(),
            "answered": (found.visits * found.answered).ravel(),
        }
    )
    nodes["unanswered"] = nodes["detected"] - nodes["answered"]
    who = _boarded(case, nodes, supplies(case, (missions, boardings), nodes, known), boardings)
    by_area = nodes.groupby(["period_id", "area_id"], sort=False)[COUNTS].sum()
    done = who.groupby(["period_id", "area_id"], sort=False)[DONE].sum()
    most = nodes.groupby(["period_id", "area_id"], sort=False)["shadow_price"].max()
    areas = by_area.join([done, most]).fillna(0.0).reset_index().assign(level="area")
    whole = areas.groupby("period_id", sort=False)[[*COUNTS, *DONE]].sum().reset_index().assign(level=ALL)
    assets = who.groupby(["period_id", "area_id", "asset_id"], sort=False)[DONE].sum().reset_index()
    parts = [whole, areas, assets.assign(level="asset"), _programmes(case, areas, assets, funding)]
    table = pd.concat(parts, ignore_index=True)
    table = table.assign(**{name: table[name].fillna("") for name in KEYS if name in table})
    table = table.assign(**{name: table[name].fillna(0.0) for name in (*COUNTS, *DONE, "shadow_price")})
    cost = table["trip_cost"].div(table["trips"].where(table["trips"] > 0.0)).fillna(0.0)
    return conform("response", table.assign(cost_per_trip=cost))


def supplies(
    case: Case, work: tuple[pd.DataFrame, pd.DataFrame], nodes: pd.DataFrame, known: list[Season]
) -> pd.DataFrame:
    """What each asset could answer of a node: ``asset_id``, ``cell_id``, ``period_id``, ``share``, ``trip``.

    Patrols the coverage factor that they add in the period; trips 1 / (phi N) each, less what weather takes.
    """
    missions, boardings = work
    part = pd.Series(shares(case.periods), case.periods["period_id"])
    patrols = missions[_board(case, known, missions, nodes)]
    factor = patrols["coverage_factor"] / patrols["period_id"].map(part)
    keys = ["asset_id", "cell_id", "period_id"]
    visits = nodes.set_index(["period_id", "cell_id"])["visits"]
    at = pd.MultiIndex.from_frame(boardings[["period_id", "cell_id"]])
    calls = answers_of(case).boarding_share * numbers(visits.reindex(at))
    share = numbers(boardings["trips"]) * _weather(case, known, boardings, nodes) / calls
    return pd.concat(
        [patrols[keys].assign(share=factor, trip=False), boardings[keys].assign(share=share, trip=True)],
        ignore_index=True,
    )


def _at(case: Case, rows: pd.DataFrame, nodes: pd.DataFrame) -> tuple[Array, Array]:
    """Positions of each row's asset in the fleet, and of its area."""
    fleet = pd.Index([*case.assets["asset_id"], *case.sensors["sensor_id"]])
    area = nodes.drop_duplicates("cell_id").set_index("cell_id")["area_id"]
    areas = pd.Index(case.areas["area_id"])
    return fleet.get_indexer(rows["asset_id"]), areas.get_indexer(rows["cell_id"].map(area))


def _board(case: Case, known: list[Season], rows: pd.DataFrame, nodes: pd.DataFrame) -> Array:
    asset, area = _at(case, rows, nodes)
    found = np.zeros(len(rows), dtype=bool)
    for season in known:
        some = (rows["period_id"] == season.period_id).to_numpy()
        found[some] = season.board[asset[some], area[some]]
    return found


def _weather(case: Case, known: list[Season], rows: pd.DataFrame, nodes: pd.DataFrame) -> Array:
    asset, area = _at(case, rows, nodes)
    found = np.ones(len(rows))
    for season in known:
        some = (rows["period_id"] == season.period_id).to_numpy()
        found[some] = season.weather[asset[some], area[some]]
    return found


def _boarded(case: Case, nodes: pd.DataFrame, supply: pd.DataFrame, boardings: pd.DataFrame) -> pd.DataFrame:
    """``DONE`` by period, area and asset."""
    keys = ["period_id", "cell_id"]
    rows = supply.merge(nodes[[*keys, "area_id", "answered"]], on=keys)
    whole = rows.groupby(keys)["share"].transform("sum")
    calls = answers_of(case).boarding_share * rows["answered"]
    boarded = rows.assign(boardings=(calls * rows["share"] / whole.where(whole > 0.0)).fillna(0.0))
    trips = boardings.merge(nodes[[*keys, "area_id"]], on=keys)
    both = pd.concat([boarded, trips], ignore_index=True)
    return both.groupby(["period_id", "area_id", "asset_id"], sort=False)[DONE].sum().reset_index()


def _programmes(case: Case, areas: pd.DataFrame, assets: pd.DataFrame, funding: pd.DataFrame) -> pd.DataFrame:
    """Visits in the mandate of each programme, and what it has paid of boardings."""
    mandate = case.programmes[["programme_id", "areas"]].explode("areas").dropna()
    mandate = mandate.rename(columns={"areas": "area_id"})
    counted = mandate.merge(areas, on="area_id").groupby(["programme_id", "period_id"], sort=False)[COUNTS]
    part = funding["amount"] / funding.groupby(["asset_id", "area_id"])["amount"].transform("sum")
    paid = assets.merge(funding.assign(part=part), on=["asset_id", "area_id"])
    paid[DONE] = paid[DONE].mul(paid["part"], axis=0)
    done = paid.groupby(["programme_id", "period_id"], sort=False)[DONE].sum()
    return counted.sum().join(done).reset_index().assign(level="programme")


def boarding_prices(problem: Problem, prices: Prices, share: float) -> Array:
    """Shadow price of a boarding in each node, rho / (phi N), shape (nodes,) [objective]; 0 without visits.

    Args:
        problem: the problem that was solved.
        prices: its prices.
        share: phi, the share of detections that call for a boarding.
    """
    answer = np.broadcast_to(np.asarray(valuation(problem, prices).answer), len(problem.nodes))
    calls = share * numbers(problem.nodes["visits"])
    return np.asarray(np.divide(answer, calls, out=np.zeros(len(calls)), where=calls > 0.0))


def response_in_words(table: pd.DataFrame, currency: str) -> str:
    """How much of what is seen is answered, and by what; empty where detections need no answer."""
    whole = table[table["level"] == ALL]
    if whole.empty:
        return ""
    visits, detected, answered = (float(whole[name].sum()) for name in COUNTS[:3])
    boardings, trips, cost = (float(whole[name].sum()) for name in ("boardings", "trips", "trip_cost"))
    share = f" ({percent(answered / detected)})" if detected > 0.0 else ""
    text = (
        f"Of {count(visits)} stays of vessels {count(detected)} are detected, and of these "
        f"{count(answered)}{share} can be answered, with {count(boardings)} boardings"
    )
    if trips <= 0.0:
        return f"{text}, all by boats on patrol." if boardings > 0.0 else f"{text}."
    return f"{text}, {count(trips)} of them on trips of their own at {count(cost / trips)} {currency} each."

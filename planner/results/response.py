"""What is seen, what is answered, and by whom: the table ``response``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.case import Case
from planner.core.certificate import valuation
from planner.core.prices import Prices
from planner.core.problem import NEGLIGIBLE, Problem
from planner.features.response import answers_of
from planner.features.season import Season
from planner.frames import Array, looked_up, numbers
from planner.results.contract import conform, empty, marked
from planner.results.coverage import in_periods
from planner.results.work import in_season, of_periods, part_of_horizon

COUNTS = ["visits", "detected", "answered", "unanswered"]
"""Stays of vessels in cells: all, seen, answered, seen but not answered."""
DONE = ["boardings", "trips", "trip_hours", "trip_cost"]
NODE = ["period_id", "cell_id"]
AREA = ["period_id", "area_id"]


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


def response_table(
    case: Case,
    cells: pd.DataFrame,
    found: Answers,
    done: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
    known: Sequence[Season],
    price: Array | None = None,
) -> pd.DataFrame:
    """The table ``response``: visits seen and answered, and who answers at what cost.

    Boardings of a node are those of its answered visits, phi N a, shared out over those who could make them
    by what each could. A programme has made as much of an asset's boardings in an area as it pays of its
    work there, of the period where payments are of periods.

    Args:
        case: the case.
        cells: its cells, with ``area`` (position in the areas).
        found: what is there, seen and answered.
        done: the tables ``missions``, ``boardings`` and ``funding``.
        known: what each period allows.
        price: shadow price of a boarding in each node, shape (nodes,) [objective]; of an area that of the
            cell in which one more would gain most.
    """
    if case.settings.answers is None:
        return empty("response")
    missions, boardings, funding = done
    detected, answered = found.visits * found.seen, found.visits * found.answered
    nodes = in_periods(
        case, cells["cell_id"], visits=found.visits, detected=detected, answered=answered,
        unanswered=detected - answered,
        shadow_price=np.zeros(found.visits.shape) if price is None else price,
    )  # fmt: skip
    nodes["area_id"] = np.tile(case.areas["area_id"].to_numpy()[cells["area"]], len(case.periods))
    supply = supplies(case, missions, boardings, nodes, known)
    who = _boarded(case, nodes, supply, boardings)
    by_area = nodes.groupby(AREA, sort=False)
    areas = by_area[COUNTS].sum().join([who.groupby(AREA)[DONE].sum(), by_area["shadow_price"].max()])
    areas = areas.fillna(0.0).reset_index().assign(level="area")
    whole = areas.groupby("period_id", sort=False)[[*COUNTS, *DONE]].sum().reset_index().assign(level="all")
    table = pd.concat([whole, areas, who.assign(level="asset"), _programmes(case, areas, who, funding)])
    numeric = [*COUNTS, *DONE, "shadow_price"]
    table = table.fillna({**dict.fromkeys(marked("response", "key"), ""), **dict.fromkeys(numeric, 0.0)})
    cost = table["trip_cost"].div(table["trips"].where(table["trips"] > 0.0)).fillna(0.0)
    return conform("response", table.assign(cost_per_trip=cost))


def supplies(
    case: Case,
    missions: pd.DataFrame,
    boardings: pd.DataFrame,
    nodes: pd.DataFrame,
    known: Sequence[Season],
) -> pd.DataFrame:
    """What each asset could answer of a node: ``asset_id``, ``cell_id``, ``period_id``, ``share``.

    Patrols the coverage factor that they add in the period; trips 1 / (phi N) each, less what weather takes.
    """
    area = nodes.drop_duplicates("cell_id")
    patrols, trips = (
        rows.assign(**looked_up(rows["cell_id"], area, ["area_id"])) for rows in (missions, boardings)
    )
    patrols = patrols[in_season(case, known, patrols, "board")]
    factor = patrols["coverage_factor"] / part_of_horizon(case, patrols)
    visits = nodes.set_index(NODE)["visits"].reindex(pd.MultiIndex.from_frame(trips[NODE]))
    boarded = numbers(trips["trips"]) * in_season(case, known, trips, "weather")
    share = boarded / (answers_of(case).boarding_share * numbers(visits))
    parts = [patrols.assign(share=factor), trips.assign(share=share)]
    return pd.concat([part[["asset_id", *NODE, "share"]] for part in parts], ignore_index=True)


def _boarded(case: Case, nodes: pd.DataFrame, supply: pd.DataFrame, boardings: pd.DataFrame) -> pd.DataFrame:
    """``DONE`` by period, area and asset."""
    rows = supply.merge(nodes[[*NODE, "area_id", "answered"]], on=NODE)
    whole = rows.groupby(NODE)["share"].transform("sum")
    calls = answers_of(case).boarding_share * rows["answered"]
    boarded = rows.assign(boardings=(calls * rows["share"] / whole.where(whole > 0.0)).fillna(0.0))
    both = pd.concat([boarded, boardings.merge(nodes[[*NODE, "area_id"]], on=NODE)])
    return both.groupby([*AREA, "asset_id"], sort=False)[DONE].sum().reset_index()


def _programmes(case: Case, areas: pd.DataFrame, assets: pd.DataFrame, funding: pd.DataFrame) -> pd.DataFrame:
    """Visits in the mandate of each programme, and what it has paid of boardings."""
    mandate = case.programmes[["programme_id", "areas"]].explode("areas").dropna()
    mandate = mandate.rename(columns={"areas": "area_id"})
    keys = ["programme_id", "period_id"]
    counted = mandate.merge(areas, on="area_id").groupby(keys, sort=False)[COUNTS].sum()
    paid_for = ["asset_id", "area_id", *(["period_id"] if of_periods(funding) else [])]
    part = funding["amount"] / funding.groupby(paid_for)["amount"].transform("sum")
    payers = funding[["programme_id", *paid_for]].assign(part=part)
    paid = assets.merge(payers, on=paid_for)
    paid[DONE] = paid[DONE].mul(paid["part"], axis=0)
    done = paid.groupby(keys, sort=False)[DONE].sum()
    return counted.join(done).reset_index().assign(level="programme")


def within_time(problem: Problem) -> dict[str, float]:
    """``stays_in_time``: the part of all stays for which a boat could make a trip and board in time [-]."""
    visits = numbers(problem.nodes["visits"])
    found = np.zeros(len(visits), dtype=bool)
    found[problem.trips[1]] = True
    return {"stays_in_time": float(visits[found].sum() / visits.sum()) if visits.sum() > 0.0 else 0.0}


def boarding_prices(problem: Problem, prices: Prices, factor: Array, share: float) -> Array:
    """What one boarding more would gain in each node, shape (nodes,) [objective]; 0 without visits.

    Where something is seen rho / (phi N). Where nothing is, there is nothing to board: a boarding gains what
    the node misses less what seeing it costs, W - pi, if that is anything; W - pi <= rho, or it were seen.

    Args:
        problem: the problem that was solved.
        prices: its prices.
        factor: the plan's coverage factor in each node, shape (nodes,).
        share: phi, the share of detections that call for a boarding.
    """
    at = valuation(problem, prices)
    answer = np.broadcast_to(np.asarray(at.answer), len(problem.nodes))
    unseen = np.minimum(answer, np.maximum(0.0, at.worth + answer - at.supply))
    gain = np.where(factor > NEGLIGIBLE, answer, unseen)
    calls = share * numbers(problem.nodes["visits"])
    return np.asarray(np.divide(gain, calls, out=np.zeros(len(calls)), where=calls > 0.0))

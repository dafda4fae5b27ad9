"""Problems in which detections need an answer, made without geography."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from planner.core.problem import Problem
from planner.features.assembly import Parts, coded
from planner.solve.optimise import optimise
from tests.oracle import chord_lines, linear_optimum, tangent_lines

Array = np.ndarray[Any, np.dtype[np.float64]]


def problem_with_answers(
    weight: Array,
    share: Array | float,
    scenes: Array,
    trips: Array,
    patrols: Array,
    hours: tuple[float, float],
    km2: Array | None = None,
    target: float | None = None,
) -> Problem:
    """One satellite, and one boat that boards: on trips and on patrol.

    Args:
        weight: of each node, shape (nodes,).
        share: beta of each node.
        scenes: coverage factor of a scene in each node, shape (nodes,).
        trips: share of each node that a trip of one hour answers; 0: none gets there.
        patrols: coverage factor of an hour of patrol in each node, and what it answers; 0: none.
        hours: scenes, and hours of the boat.
        km2: water of each node, for a target.
        target: least coverage of all nodes together, at 5 weights a km² short.
    """
    n_nodes = len(weight)
    nodes = pd.DataFrame(
        {
            "cell_id": [f"cell_{n}" for n in range(n_nodes)],
            "area_id": "area_0",
            "period_id": "",
            "km2": np.ones(n_nodes) if km2 is None else km2,
            "weight": weight,
            "response": np.broadcast_to(share, n_nodes),
        }
    )
    parts = Parts(nodes)
    assets = ("satellite", "boat")
    parts.add_resources("hours", hours, words="hours of", asset_id=assets)
    for feature, asset, amount in (("satellite", 0, scenes), ("boarding", 1, trips), ("patrol", 1, patrols)):
        node = np.flatnonzero(amount)
        at = parts.add_activities(feature, len(node), {"asset_id": assets[asset], "area_id": "area_0"})
        parts.use(np.full(len(node), asset), at, 1.0)
        if feature != "boarding":
            parts.affect(node, at, amount[node])
        if feature != "satellite":
            parts.answer(node, at, amount[node])
    if target is not None:
        ids = {"kind": "target", "area_id": "area_0"}
        parts.add_goals(
            [np.arange(n_nodes)], ids, wanted=target * nodes["km2"].sum(), penalty=5.0, at_stake=True
        )
    return parts.problem()


ASSETS = np.array(["plane", "satellite", "boat", "cutter"], dtype=object)
PROGRAMMES = np.array(["a", "b"], dtype=object)
BOARDS = np.array([False, False, True, True])
SPEED, STATION = np.array([240.0, np.inf, 14.0, 18.0]), np.array([4.0, 1.0, 48.0, 90.0])
"""Of each asset [kn] and [h]."""
SWEPT, HOURS = np.array([6_000.0, 20_000.0, 240.0, 420.0]), np.array([900.0, 60.0, 2500.0, 1500.0])
"""Of each asset [km² an hour on station] and [h a year]; half to twice as much is drawn."""
PRICE = np.array([6_000.0, 900.0, 250.0, 700.0])
"""Of an hour."""


def year_with_answers(seed: int) -> Problem:
    """A random year of seasons: an aircraft, a satellite and two boats that board, at distances, with money.

    Missions take 2 d / v and time on station; boats get to a node within two days or do not answer there.
    Hours of a season and of the year both hold; missions are paid from accounts, these by two programmes.
    """
    rng = np.random.default_rng(seed)
    cells, seasons = int(rng.integers(2, 7)), int(rng.integers(1, 4))
    some = rng.uniform(0.5, 2.0, (3, 4))
    distance, km2 = rng.uniform(20.0, 900.0, (4, cells)), rng.uniform(3e4, 3e5, cells)
    days = rng.dirichlet(np.ones(seasons))
    cell, season = (one.ravel() for one in np.indices((cells, seasons)))
    risk = rng.dirichlet(np.ones(seasons), cells).ravel() * rng.uniform(0.2, 3.0, cells)[cell]
    share = rng.choice([0.0, rng.uniform(0.1, 1.0)], cells, p=[0.1, 0.9])[cell]
    stays = rng.uniform(20.0, 400.0, len(cell))
    nodes = pd.DataFrame(
        {
            "cell_id": [f"cell_{n}" for n in cell],
            "area_id": "area_0",
            "period_id": [f"season_{n}" for n in season],
            "km2": km2[cell] * days[season],
            "weight": km2[cell] * risk,
            "response": share,
        }
    )
    periods = nodes["period_id"].to_numpy(dtype=object)
    parts = Parts(nodes)
    hours = parts.add_resources("hours", HOURS * some[0], words="hours of", asset_id=ASSETS)
    given = rng.dirichlet(np.full(seasons, 4.0), 4) * (1.3 * HOURS * some[0])[:, None]
    owners = {"asset_id": np.repeat(ASSETS, seasons), "period_id": np.tile(periods[:seasons], 4)}
    of_season = parts.add_resources("period_hours", given.ravel(), words="hours of", **owners)
    account = parts.add_resources("account", np.zeros(4), exact=True, asset_id=ASSETS)
    budgets = rng.uniform(1e5, 4e6, 2)
    budget = parts.add_resources("budget", budgets, words="the money of", programme_id=PROGRAMMES)
    who, payer = np.nonzero(rng.random((4, 2)) < 0.8)
    paid = {"asset_id": coded(who, ASSETS), "programme_id": coded(payer, PROGRAMMES)}
    payment = parts.add_activities("payment", len(who), paid, tie_break=1.0)
    parts.use(account[who], payment, -1.0)
    parts.use(budget[payer], payment, 1.0)
    for n, asset in enumerate(ASSETS):
        way, may = 2.0 * distance[n, cell] / SPEED[n], rng.random(len(cell)) < 0.85
        board = BOARDS[n] & may & (way / 2.0 <= 48.0) & (share > 0.0)
        for feature, there, taken in (("patrol", may, way + STATION[n]), ("boarding", board, way + 4.0)):
            node = np.flatnonzero(there)
            ids: dict[str, Any] = {
                "asset_id": asset,
                "area_id": "area_0",
                "period_id": coded(season[node], periods[:seasons]),
            }
            at = parts.add_activities(feature, len(node), ids)
            parts.use(hours[n], at, taken[node])
            parts.use(of_season[n * seasons + season[node]], at, taken[node])
            parts.use(account[n], at, (PRICE * some[1])[n] * taken[node])
            if feature == "boarding":
                parts.answer(node, at, 1.0 / (0.1 * stays[node]))
                continue
            swept = (SWEPT * some[2] * STATION)[n]
            factor = swept / km2[cell[node]] * 0.5 / (365.0 * days[season[node]])
            parts.affect(node, at, factor)
            met = board[node]
            parts.answer(node[met], at[met], factor[met])
    if rng.random() < 0.5:
        total = rng.uniform(0.1, 0.9) * nodes["km2"].sum()
        of, penalty = {"kind": "target", "area_id": "area_0"}, rng.uniform(0.1, 9.0)
        parts.add_goals([np.arange(len(nodes))], of, wanted=total, penalty=penalty, at_stake=True)
    return parts.problem()


def between_chords_and_tangents(problem: Problem, tolerance: float = 1e-5) -> float:
    """The gap of a plan that lies where dense chords and tangents allow, to 1e-7 of what is at stake."""
    found = optimise(problem, tolerance).certificate
    assert found.proven
    least, most = linear_optimum(problem, tangent_lines), linear_optimum(problem, chord_lines)
    assert least is not None
    assert most is not None
    rounding = 1e-7 * problem.stake
    assert least.value - rounding <= found.value <= most.value + found.gap * found.scale + rounding
    assert found.bound <= most.value + rounding
    return found.gap

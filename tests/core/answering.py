"""Problems in which detections need an answer, made without geography."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from planner.core.problem import Problem
from planner.features.assembly import Parts

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

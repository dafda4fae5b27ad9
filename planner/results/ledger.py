"""The ledger of a plan: what every activity uses and adds, with ids; every table of results is read off it.

Only what the plan does is written down: of millions of activities those with a level above 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from planner.core.prices import Prices
from planner.core.problem import Problem
from planner.effort import search_theory
from planner.frames import numbers

Array = npt.NDArray[np.float64]

CENT = 0.005
"""Payments below this are rounding of the solver and are not reported [money]."""
ACTIVITY_IDS = ["feature", "asset_id", "base_id", "area_id", "programme_id", "period_id"]
RESOURCE_IDS = ["kind", "asset_id", "base_id", "area_id", "programme_id", "limit_id", "period_id"]
NODE_IDS = ["cell_id", "area_id", "period_id"]


@dataclass(frozen=True)
class Ledger:
    """What a plan does, and what that uses and adds.

    Attributes:
        activities: ``activity`` (number), ids, ``level`` (missions, scenes, hours, money) and ``distance_nm``
            of the activities that the plan uses.
        usage: ids of the resource, ``activity`` and ``amount`` used; negative where it supplies.
        effect: ids of the node, ``activity`` and ``factor``, the coverage factor that it adds.
        resources: ids, ``capacity``, ``exact``, ``used`` and ``shadow_price`` of all resources.
        nodes: ids, ``km2``, ``weight``, ``factor`` and ``pod`` of all nodes.
        goals: ids, ``kind``, ``wanted_km2``, ``ratio_km2``, ``penalty``, ``hard``, ``reached_km2``,
            ``shortfall_km2`` and ``shadow_price`` of all goals.
    """

    activities: pd.DataFrame
    usage: pd.DataFrame
    effect: pd.DataFrame
    resources: pd.DataFrame
    nodes: pd.DataFrame
    goals: pd.DataFrame

    def used(self, kind: str) -> pd.DataFrame:
        """Usage of the resources of one kind, as rows of ``usage``."""
        return self.usage[self.usage["kind"] == kind]


def make_ledger(problem: Problem, x: Array, factor: Array, prices: Prices) -> Ledger:
    """Write down what a plan does.

    Args:
        problem: the problem.
        x: level of each activity, shape (activities,).
        factor: coverage factor of each node, shape (nodes,).
        prices: shadow prices.
    """
    is_payment = (problem.activities["feature"] == "payment").to_numpy(dtype=bool)
    done = np.flatnonzero(np.where(is_payment, x >= CENT, x > 0.0))
    level = numbers(x)[done]
    activities = _text(problem.activities.iloc[done], ACTIVITY_IDS)
    activities = activities.assign(
        activity=done, level=level, distance_nm=numbers(problem.activities["distance_nm"])[done]
    )
    usage = _entries(problem.usage, done, level, _text(problem.resources, RESOURCE_IDS), "amount")
    effect = _entries(problem.effect, done, level, _text(problem.nodes, NODE_IDS), "factor")
    used = np.bincount(usage.index, usage["amount"], len(problem.resources))
    pod = search_theory.pod(factor)
    goals = problem.goals.table
    reached = problem.goals.cover @ pod
    return Ledger(
        activities=activities.reset_index(drop=True),
        usage=usage.reset_index(drop=True),
        effect=effect.reset_index(drop=True),
        resources=_text(problem.resources, RESOURCE_IDS).assign(
            capacity=numbers(problem.resources["capacity"]),
            exact=problem.resources["exact"].to_numpy(dtype=bool),
            used=used,
            shadow_price=prices.resource,
        ),
        nodes=_text(problem.nodes, NODE_IDS).assign(
            km2=numbers(problem.nodes["km2"]), weight=numbers(problem.nodes["weight"]), factor=factor, pod=pod
        ),
        goals=goals.reset_index(drop=True).assign(
            reached_km2=reached,
            shortfall_km2=np.maximum(0.0, numbers(goals["wanted_km2"]) - reached),
            shadow_price=prices.goal,
        ),
    )


def _entries(
    matrix: sparse.csc_array, done: npt.NDArray[np.intp], level: Array, ids: pd.DataFrame, name: str
) -> pd.DataFrame:
    """The entries of a matrix in the columns that are done, times their level; indexed by their row."""
    part = matrix[:, done].tocoo()
    rows = ids.iloc[part.row].set_axis(part.row, axis=0)
    return rows.assign(activity=done[part.col], **{name: part.data * level[part.col]})


def _text(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Ids as text: categories of different tables do not compare."""
    return pd.DataFrame({name: frame[name].to_numpy(dtype=object) for name in columns})

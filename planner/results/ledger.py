"""The ledger of a plan: what every activity uses and adds, with ids; every table of results is read off it.

Only what the plan does is written down: of millions of activities those with a level above 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.core import search_theory
from planner.core.prices import Prices
from planner.core.problem import ACTIVITY_IDS, NODE_IDS, RESOURCE_IDS, Matrix, Problem
from planner.frames import numbers, sum_by

Array = npt.NDArray[np.float64]

CENT = 0.005
"""Payments below this are rounding of the solver and are not reported [money]."""


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
        goals: the goals of the problem, with ``reached_km2`` (0 of money), ``shortfall`` [km² or money] and
            ``shadow_price``.
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
    """Write down what a plan of levels ``x``, shape (activities,), and factors, shape (nodes,), does."""
    is_payment = (problem.activities["feature"] == "payment").to_numpy(dtype=bool)
    done = np.flatnonzero(np.where(is_payment, x >= CENT, x > 0.0))
    level = numbers(x)[done]
    activities = _text(problem.activities.iloc[done], ACTIVITY_IDS)
    activities = activities.assign(
        activity=done, level=level, distance_nm=numbers(problem.activities["distance_nm"])[done]
    )
    usage = _entries(problem.usage, done, level, _text(problem.resources, RESOURCE_IDS), "amount")
    effect = _entries(problem.effect, done, level, _text(problem.nodes, NODE_IDS), "factor")
    used = sum_by(usage.index, usage["amount"], len(problem.resources))
    pod = search_theory.pod(factor)
    reached = problem.cover @ pod
    unmet = problem.goals["unmet"].to_numpy()
    return Ledger(
        activities=activities.reset_index(drop=True),
        usage=usage.reset_index(drop=True),
        effect=effect.reset_index(drop=True),
        resources=_text(problem.resources, RESOURCE_IDS).assign(
            capacity=problem.capacity,
            exact=problem.exact,
            used=used,
            shadow_price=prices.resource,
        ),
        nodes=_text(problem.nodes, NODE_IDS).assign(
            km2=problem.km2, weight=problem.weight, factor=factor, pod=pod
        ),
        goals=problem.goals.assign(
            reached_km2=reached,
            shortfall=np.where(
                unmet < 0, np.maximum(0.0, problem.wanted - reached), np.append(x, 0.0)[unmet]
            ),
            shadow_price=prices.goal,
        ),
    )


def _entries(
    matrix: Matrix, done: npt.NDArray[np.intp], level: Array, ids: pd.DataFrame, name: str
) -> pd.DataFrame:
    """The entries of a matrix in the columns that are done, times their level; indexed by their row."""
    part = matrix[:, done].tocoo()
    rows: pd.DataFrame = ids.iloc[part.row].set_axis(part.row, axis=0)
    return rows.assign(activity=done[part.col], **{name: part.data * level[part.col]})


def _text(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Ids as text: categories of different tables do not compare."""
    return pd.DataFrame({name: frame[name].to_numpy(dtype=object) for name in columns})

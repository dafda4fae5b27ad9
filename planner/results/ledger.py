"""The ledger of a plan: what every activity uses and adds, with ids; every table of results is read off it.

Only what the plan does is written down: of millions of activities those with a level above 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.core import search_theory
from planner.core.certificate import answered, coverage_of, covered_km2
from planner.core.prices import Prices
from planner.core.problem import ACTIVITY_IDS, NODE_IDS, RESOURCE_IDS, Matrix, Problem
from planner.features.funding import PAYMENT
from planner.frames import Array, numbers

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
        nodes: ids, ``km2``, ``weight``, ``factor``, ``pod``, ``coverage`` (what counts as covered),
            ``answered`` (the share that is seen and answered) and ``visits`` (NaN where they do not count) of
            all nodes.
        answers: ids of the node, ``activity`` and ``share``, what it can answer of the node.
        goals: the goals of the problem, with ``reached_km2`` (0 of money), ``shortfall`` [km² or money] and
            ``shadow_price``.
    """

    activities: pd.DataFrame
    usage: pd.DataFrame
    effect: pd.DataFrame
    resources: pd.DataFrame
    nodes: pd.DataFrame
    answers: pd.DataFrame
    goals: pd.DataFrame

    def used(self, kind: str) -> pd.DataFrame:
        """Usage of the resources of one kind, as rows of ``usage``."""
        return self.usage[self.usage["kind"] == kind]

    def taken(self, activities: pd.DataFrame, kind: str) -> Array:
        """What each of some activities takes of the resources of one kind, shape (activities,)."""
        sums = self.used(kind).groupby("activity")["amount"].sum()
        return numbers(sums.reindex(activities["activity"]).fillna(0.0))


def make_ledger(problem: Problem, x: Array, factor: Array, prices: Prices) -> Ledger:
    """Write down what a plan of levels ``x``, shape (activities,), and factors, shape (nodes,), does."""
    is_payment = (problem.activities["feature"] == PAYMENT).to_numpy(dtype=bool)
    done = np.flatnonzero(np.where(is_payment, x >= CENT, x > 0.0))
    level = numbers(x)[done]
    distance_nm = numbers(problem.activities["distance_nm"])[done]
    of_done = {"activity": done, "level": level, "distance_nm": distance_nm}
    resource_ids, node_ids = _text(problem.resources, RESOURCE_IDS), _text(problem.nodes, NODE_IDS)
    of_resources = {
        "capacity": problem.capacity,
        "exact": problem.exact,
        "used": problem.usage[:, done] @ level,
        "shadow_price": prices.resource,
    }
    of_nodes = {
        "km2": problem.km2,
        "weight": problem.weight,
        "factor": factor,
        "pod": search_theory.pod(factor),
        "coverage": coverage_of(problem, x, factor),
        "answered": answered(problem, x, factor),
        "visits": problem.nodes["visits"].to_numpy() if "visits" in problem.nodes else np.nan,
    }
    able = problem.effect[:, []] if problem.answers is None else problem.answers[:, done]
    reached = covered_km2(problem, x, factor)
    unmet = problem.goals["unmet"].to_numpy()
    return Ledger(
        activities=pd.DataFrame({**_text(problem.activities.iloc[done], ACTIVITY_IDS), **of_done}),
        usage=_entries(problem.usage[:, done], done, level, resource_ids, "amount"),
        effect=_entries(problem.effect[:, done], done, level, node_ids, "factor"),
        resources=pd.DataFrame({**resource_ids, **of_resources}),
        nodes=pd.DataFrame({**node_ids, **of_nodes}),
        answers=_entries(able, done, level, node_ids, "share"),
        goals=problem.goals.assign(
            reached_km2=reached,
            shortfall=np.where(
                unmet < 0, np.maximum(0.0, problem.wanted - reached), np.append(x, 0.0)[unmet]
            ),
            shadow_price=prices.goal,
        ),
    )


def _entries(
    matrix: Matrix, done: npt.NDArray[np.intp], level: Array, ids: Mapping[str, Any], name: str
) -> pd.DataFrame:
    """The entries of a matrix, whose columns are done, times their level."""
    part = matrix.tocoo()
    rows = {key: each[part.row] for key, each in ids.items()}
    return pd.DataFrame({**rows, "activity": done[part.col], name: part.data * level[part.col]})


def _text(frame: pd.DataFrame, columns: Sequence[str]) -> dict[str, Any]:
    """Ids as arrays of text: categories of different tables do not compare."""
    return {name: frame[name].astype("str").array for name in columns}

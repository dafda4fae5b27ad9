"""The parts of a problem, as features add them; rows of different features meet by their ids alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.core.problem import ACTIVITY_IDS, GOAL_IDS, RESOURCE_IDS, Integers, Problem, columns_of, find

Triplets = list[tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]]
GOAL_TYPES = {
    "wanted": "float64",
    "ratio_km2": "float64",
    "penalty": "float64",
    "hard": "bool",
    "unmet": "int64",
    "at_stake": "bool",
    "least": "float64",
    "of_spent": "bool",
    "in_money": "bool",
    "named_areas": "str",
    "words": "str",
    "subject": "str",
    "file": "str",
    "row": "int64",
}


class Parts:
    """What features have added so far.

    Attributes:
        nodes: the nodes of the problem, see ``Problem``.
    """

    def __init__(self, nodes: pd.DataFrame) -> None:
        self.nodes = nodes
        self._resources: list[pd.DataFrame] = [
            _frame(0, RESOURCE_IDS, {}, capacity=0.0, exact=False, words="", owner="")
        ]
        self._n_resources = 0
        self._activities: list[pd.DataFrame] = []
        self._goals: list[pd.DataFrame] = []
        self._n_activities = 0
        self._effect: Triplets = []
        self._usage: Triplets = []
        self._cover: Triplets = []
        self._answers: Triplets = []

    @property
    def resources(self) -> pd.DataFrame:
        """All resources so far, see ``Problem``."""
        if len(self._resources) > 1:
            self._resources = [pd.concat(self._resources, ignore_index=True)]
        return self._resources[0]

    def add_resources(
        self, kind: str, capacity: npt.ArrayLike, *, exact: bool = False, words: str = "", **ids: Any
    ) -> Integers:
        """Add resources of a kind.

        Args:
            kind: kind of the resources.
            capacity: what there is of each, shape (resources,).
            exact: whether all of it must be used.
            words: what they are called in messages, before the id of their owner.
            ids: ids by column of ``RESOURCE_IDS``, one or one for each.

        Returns:
            Their positions.
        """
        amount = np.atleast_1d(np.asarray(capacity, dtype=np.float64))
        first = self._n_resources
        owner: Any = next(iter(ids.values()), "") if words else ""
        values = {"capacity": amount, "exact": exact, "words": words, "owner": owner}
        table = _frame(len(amount), RESOURCE_IDS, {"kind": kind, **ids}, **values)
        if len(table):
            self._resources.append(table)
        self._n_resources += len(table)
        return np.arange(first, self._n_resources)

    def find(self, kind: str, **ids: Any) -> Integers:
        """Positions of resources, as ``Problem.find``."""
        return find(self.resources, kind, ids)

    def add_activities(self, feature: str, number: int, ids: dict[str, Any], **values: Any) -> Integers:
        """Add activities of a feature.

        Args:
            feature: its name.
            number: how many.
            ids: ids by column of ``ACTIVITY_IDS``, one or one for each; categoricals stay what they are.
            values: cost, upper, tie_break, distance_nm, where they are not 0, infinite, 0 and unknown.

        Returns:
            Their positions.
        """
        given = {"distance_nm": np.nan, "cost": 0.0, "upper": np.inf, "tie_break": 0.0, **values}
        self._activities.append(_frame(number, ACTIVITY_IDS, {"feature": feature, **ids}, **given))
        self._n_activities += number
        return np.arange(self._n_activities - number, self._n_activities)

    def use(self, resource: npt.ArrayLike, activity: npt.ArrayLike, amount: npt.ArrayLike) -> None:
        """Let activities use resources (supply, where the amount is negative); resource -1 is none."""
        rows, columns, values = np.broadcast_arrays(resource, activity, np.asarray(amount, dtype=np.float64))
        some = (rows >= 0) & (values != 0.0)
        self._usage.append((rows[some], columns[some], values[some]))

    def affect(self, node: npt.ArrayLike, activity: npt.ArrayLike, factor: npt.ArrayLike) -> None:
        """Let activities add coverage factors to nodes."""
        self._effect.append((node, activity, factor))

    def answer(self, node: npt.ArrayLike, activity: npt.ArrayLike, share: npt.ArrayLike) -> None:
        """Let activities answer a share of what is there in nodes; counts where nodes have ``response``."""
        self._answers.append((node, activity, share))

    def add_goals(self, nodes: list[Integers], ids: dict[str, Any], **values: Any) -> None:
        """Add goals for coverage of nodes, or for money where ``unmet`` names activities and nodes are empty.

        Args:
            nodes: positions of the nodes that count for each goal.
            ids: ids by column of ``GOAL_IDS``, one or one for each.
            values: the other columns of ``Problem.goals``, where they are not 0, infinite, or false.
        """
        given: dict[str, Any] = {
            "wanted": 0.0,
            "ratio_km2": 0.0,
            "penalty": np.inf,
            "hard": False,
            "unmet": -1,
        }
        given |= {"at_stake": False, "least": 0.0, "of_spent": False, "in_money": False}
        given |= {"named_areas": "", "words": "", "subject": "", "file": "", "row": 0}
        first = sum(map(len, self._goals))
        self._goals.append(_frame(len(nodes), GOAL_IDS, ids, **{**given, **values}))
        km2 = self.nodes["km2"].to_numpy()
        for number, some in enumerate(nodes, start=first):
            self._cover.append((np.full(len(some), number), some, km2[some]))

    def problem(self) -> Problem:
        """The problem that all parts make up."""
        n_nodes, n_resources = len(self.nodes), len(self.resources)
        goals = [_frame(0, GOAL_IDS, {}, **dict.fromkeys(GOAL_TYPES, 0)), *self._goals]
        activities = self._activities or [
            _frame(0, ACTIVITY_IDS, {}, distance_nm=0.0, cost=0.0, upper=0.0, tie_break=0.0)
        ]
        table = pd.concat(goals, ignore_index=True).astype(GOAL_TYPES)
        return Problem(
            nodes=self.nodes,
            activities=_stacked(activities),
            resources=self.resources.astype({"capacity": "float64", "exact": "bool"}),
            effect=columns_of(self._effect, (n_nodes, self._n_activities)),
            usage=columns_of(self._usage, (n_resources, self._n_activities)),
            goals=table,
            cover=columns_of(self._cover, (len(table), n_nodes)).tocsr(),
            answers=columns_of(self._answers, (n_nodes, self._n_activities))
            if "response" in self.nodes
            else None,
        )


def _frame(number: int, names: tuple[str, ...], ids: dict[str, Any], **values: Any) -> pd.DataFrame:
    """A table of ids and values; ids that are not given are ""."""
    unknown = set(ids) - set(names)
    if unknown:
        raise ValueError(f"unknown ids {sorted(unknown)}")
    columns: dict[str, Any] = {}
    for name in names:
        given = ids.get(name, "")
        if isinstance(given, str) or not number:  # ids of nothing have no type
            category = given if isinstance(given, str) else ""
            columns[name] = coded(np.zeros(number, dtype=np.int8), [category])
        else:
            columns[name] = given if isinstance(given, pd.Categorical) else pd.Categorical(given)
    for name, value in values.items():
        columns[name] = np.broadcast_to(value, number)
    return pd.DataFrame(columns)


def _stacked(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Tables under each other, whose categoricals stay categoricals."""
    names = list(tables[0].columns)
    columns: dict[str, Any] = {}
    for name in names:
        parts = [table[name] for table in tables]
        if name in ACTIVITY_IDS:
            columns[name] = pd.api.types.union_categoricals(parts)
        else:
            columns[name] = np.concatenate([part.to_numpy(dtype=np.float64) for part in parts])
    return pd.DataFrame(columns)


def coded(codes: npt.NDArray[Any], names: Sequence[str]) -> pd.Categorical:
    """Names by code, without a text for each row."""
    return pd.Categorical.from_codes(codes, dtype=_categories(tuple(names)), validate=False)


@lru_cache
def _categories(names: tuple[str, ...]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(pd.Index(names, dtype=object))


def ids_at(ids: pd.Series, position: npt.ArrayLike) -> pd.Categorical:
    """Ids by position, "" where it is negative, without a text for each row."""
    codes = np.asarray(position, dtype=np.int64) + 1
    return coded(np.maximum(codes, 0), ["", *ids.tolist()])

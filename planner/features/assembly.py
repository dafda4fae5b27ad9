"""The parts of a problem, as features add them; rows of different features meet by their ids alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.core.problem import ACTIVITY_IDS, GOAL_IDS, RESOURCE_IDS, Integers, Problem, columns_of, find

Triplets = list[tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]]
Columns = dict[str, Any]
"""Categoricals and arrays by column, which are stacked quicker than frames are."""
ACTIVITY_TYPES = dict.fromkeys(("distance_nm", "cost", "upper", "tie_break"), "float64")
RESOURCE_TYPES = {"capacity": "float64", "exact": "bool", "words": "str", "owner": "str"}
GOAL_TYPES = {
    "wanted": "float64",
    "ratio_km2": "float64",
    "penalty": "float64",
    "hard": "bool",
    "unmet": "int64",
    "at_stake": "bool",
    "least": "float64",
    "of_spent": "bool",
    "paid_from": "str",
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
        self._resources: list[Columns] = []
        self._stacked_resources: pd.DataFrame | None = None
        self._activities: list[Columns] = []
        self._goals: list[Columns] = []
        self._n_resources = self._n_activities = self._n_goals = 0
        self._effect: Triplets = []
        self._usage: Triplets = []
        self._cover: Triplets = []
        self._answers: Triplets = []

    @property
    def resources(self) -> pd.DataFrame:
        """All resources so far, see ``Problem``."""
        if self._stacked_resources is None:
            self._stacked_resources = _stacked(self._resources, RESOURCE_IDS, RESOURCE_TYPES)
        return self._stacked_resources

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
        self._resources.append(_columns(len(amount), RESOURCE_IDS, {"kind": kind, **ids}, **values))
        self._stacked_resources = None
        self._n_resources += len(amount)
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
        self._activities.append(_columns(number, ACTIVITY_IDS, {"feature": feature, **ids}, **given))
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
        given |= {"paid_from": "", "named_areas": "", "words": "", "subject": "", "file": "", "row": 0}
        first = self._n_goals
        self._n_goals += len(nodes)
        self._goals.append(_columns(len(nodes), GOAL_IDS, ids, **{**given, **values}))
        km2 = self.nodes["km2"].to_numpy()
        for number, some in enumerate(nodes, start=first):
            self._cover.append((np.full(len(some), number), some, km2[some]))

    def problem(self) -> Problem:
        """The problem that all parts make up."""
        n_nodes, n_resources = len(self.nodes), len(self.resources)
        return Problem(
            nodes=self.nodes,
            activities=_stacked(self._activities, ACTIVITY_IDS, ACTIVITY_TYPES),
            resources=self.resources,
            effect=columns_of(self._effect, (n_nodes, self._n_activities)),
            usage=columns_of(self._usage, (n_resources, self._n_activities)),
            goals=_stacked(self._goals, GOAL_IDS, GOAL_TYPES),
            cover=columns_of(self._cover, (self._n_goals, n_nodes)).tocsr(),
            answers=columns_of(self._answers, (n_nodes, self._n_activities))
            if "response" in self.nodes
            else None,
        )


def _columns(number: int, names: tuple[str, ...], ids: dict[str, Any], **values: Any) -> Columns:
    """Columns of ids and values; ids that are not given are ""."""
    unknown = set(ids) - set(names)
    if unknown:
        raise ValueError(f"unknown ids {sorted(unknown)}")
    columns: Columns = {}
    for name in names:
        given = ids.get(name, "")
        if isinstance(given, str) or not number:  # ids of nothing have no type
            category = given if isinstance(given, str) else ""
            columns[name] = coded(np.zeros(number, dtype=np.int8), [category])
        else:
            columns[name] = given if isinstance(given, pd.Categorical) else pd.Categorical(given)
    for name, value in values.items():
        columns[name] = np.broadcast_to(value, number)
    return columns


def _stacked(tables: Sequence[Columns], ids: Sequence[str], types: Mapping[str, str]) -> pd.DataFrame:
    """Columns under each other, in one table: ids as categoricals, values as what they are."""
    columns: Columns = {name: coded(np.zeros(0, dtype=np.int8), [""]) for name in ids}
    columns |= {name: np.zeros(0, dtype=object if kind == "str" else kind) for name, kind in types.items()}
    for name in columns if tables else ():
        parts = [table[name] for table in tables]
        if name in ids:
            columns[name] = _joined(parts)
        else:
            columns[name] = np.concatenate(parts).astype(columns[name].dtype)
    return pd.DataFrame(columns)


def _joined(parts: Sequence[pd.Categorical]) -> pd.Categorical:
    """Categoricals under each other."""
    names = list(dict.fromkeys(name for part in parts for name in part.categories.tolist()))
    at = {name: code for code, name in enumerate(names)}
    codes = [np.array([at[name] for name in part.categories.tolist()], dtype=np.int32) for part in parts]
    return coded(np.concatenate([own[part.codes] for own, part in zip(codes, parts, strict=True)]), names)


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

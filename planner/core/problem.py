"""What the solver sees: nodes that are watched, activities, resources and goals; nothing of geography.

    min   sum_n w_n exp(-C_n) + c'x + sum_k penalty_k short_k        C = Y x
    s.t.  U x <= r  (= where a resource is exact),  0 <= x <= upper
          sum_n km2_kn (1 - exp(-C_n)) + short_k >= wanted_k + ratio_k t       for every goal k for coverage

and less t <= 1, the smallest ratio, where a goal has one (README.md beside this file). Where detections need
an answer, 1 - exp(-C_n) is effective coverage instead: (1 - beta_n) (1 - exp(-C_n)) + beta_n a_n with
a_n <= 1 - exp(-C_n) and a_n <= (H x)_n. Ids tie the tables to the case; positions (row numbers) only tie them
to the matrices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from planner.frames import numbers

Array = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
Matrix = Any
"""A scipy sparse array of float64 in column order (csc)."""

NEGLIGIBLE = 1e-11
"""A coverage factor up to this is none [-]: the linear program leaves such entries out."""

FULL = 1.0
"""The ratio of an area that meets its target; more of it is not asked for."""

NODE_IDS = ("cell_id", "area_id", "period_id")
ACTIVITY_IDS = ("feature", "asset_id", "base_id", "area_id", "programme_id", "limit_id", "period_id")
RESOURCE_IDS = ("kind", "asset_id", "base_id", "area_id", "programme_id", "limit_id", "period_id")
GOAL_IDS = ("kind", "area_id", "programme_id", "limit_id", "period_id")
_KEYS = {
    "nodes": ("node_keys",),
    "activities": ("pattern_keys", "activity_keys"),
    "resources": ("resource_keys",),
    "goals": ("goal_keys",),
}
_WORK = frozenset({"nodes", "activities", "effect", "usage", "answers"})
_OF_WORK = ("user", "n_effects", "single", "singles", "answering", "trips", "placed", "largest", "in_joint")
_OF_WORK_AND_LIMITS = ("exact_of", "supplied", "_most", "fills")
"""What follows from ``_WORK`` alone, and from it and the resources: problems that share these share it."""


@dataclass(frozen=True, eq=False)
class Problem:
    """A case, reduced to numbers. ``planner.features`` makes it; nothing here knows what an activity is.

    Attributes:
        nodes: cells in periods: ``NODE_IDS``, ``km2``, ``weight`` [objective if all of it is missed]; where
            detections need an answer ``response``, beta, the part of a node's coverage that is answers [-].
        activities: ``ACTIVITY_IDS`` ("" where there is none), ``distance_nm``, ``cost`` [objective per unit],
            ``upper`` [units], ``tie_break`` [money per unit]: of plans that are equally good the one with
            the least sum of tie_break x is taken.
        resources: ``RESOURCE_IDS``, ``capacity`` [unit of the resource; infinite where there is no limit],
            ``exact``: whether all of it must be used, no more and no less; for messages ``words``, ``owner``.
        effect: coverage factor that one unit adds to a node, shape (nodes, activities).
        usage: what one unit uses of a resource, or supplies where negative, shape (resources, activities).
        goals: what is wanted: ``GOAL_IDS``; ``wanted`` [km² or money]; ``ratio_km2``, wanted for each unit of
            the smallest ratio t [km²]; ``penalty`` [objective per unit short], infinite where nothing may be
            short; ``hard``, whether it must hold, whatever its penalty; ``unmet``, the activity that stands
            for what is short of a goal for money (-1: a goal for coverage); ``at_stake``, whether it is part
            of the objective itself, as targets are, not a limit set beside it. For messages: ``least``, what
            was asked for as it was asked [share, or money where ``in_money``; a share of what is spent where
            ``of_spent``], ``paid_from``, the kind of the resource of its programme that a goal for money is
            paid from, ``words``, ``subject``, ``named_areas``, ``file`` and ``row``.
        cover: water of each node that counts for a goal, shape (goals, nodes) [km²].
        answers: share of what is there in a node that one unit can answer, H, shape (nodes, activities) [-];
            each activity answers in one node at most, that which it adds to if it does. None where
            detections need no answer.
    """

    nodes: pd.DataFrame
    activities: pd.DataFrame
    resources: pd.DataFrame
    effect: Matrix
    usage: Matrix
    goals: pd.DataFrame
    cover: Matrix
    answers: Matrix | None = None

    @cached_property
    def weight(self) -> Array:
        """What missing all of a node counts whatever its goals, shape (nodes,) [objective]."""
        return numbers(self.nodes["weight"])

    @cached_property
    def km2(self) -> Array:
        """Water of each node, shape (nodes,) [km²]."""
        return numbers(self.nodes["km2"])

    @cached_property
    def capacity(self) -> Array:
        """What there is of each resource, shape (resources,)."""
        return numbers(self.resources["capacity"])

    @cached_property
    def exact(self) -> Booleans:
        """Resources of which all must be used, shape (resources,)."""
        return self.resources["exact"].to_numpy(dtype=bool)

    @cached_property
    def cost(self) -> Array:
        """What a unit of each activity adds to the objective, penalties included, shape (activities,)."""
        cost = numbers(self.activities["cost"]).copy()
        of_money = self.goals["unmet"].to_numpy() >= 0
        unmet = self.goals["unmet"].to_numpy()[of_money]
        cost[unmet] = np.minimum(self.penalty[of_money], np.finfo(np.float64).max)
        return cost

    @cached_property
    def tie_break(self) -> Array:
        """Money of one unit of each activity, shape (activities,)."""
        return numbers(self.activities["tie_break"])

    @cached_property
    def wanted(self) -> Array:
        """What each goal asks for, shape (goals,) [km² or money]; of money no more than can be short of it.

        A share of a budget that is far more than can ever be spent would else be kept by spending nothing.
        """
        wanted = numbers(self.goals["wanted"]).copy()
        of_money = np.flatnonzero(~self.for_coverage)
        if len(of_money):
            resource = self.usage[:, self.goals["unmet"].to_numpy()[of_money]].indices
            most_short = np.maximum(0.0, self.most_used[resource] - self.capacity[resource])
            wanted[of_money] = np.minimum(wanted[of_money], most_short)
        return wanted

    @cached_property
    def ratio_km2(self) -> Array:
        """What each goal asks for each unit of the smallest ratio, shape (goals,) [km²]."""
        return numbers(self.goals["ratio_km2"])

    @cached_property
    def penalty(self) -> Array:
        """What each unit short of a goal costs, shape (goals,) [objective per km² or money]."""
        return numbers(self.goals["penalty"])

    @cached_property
    def hard(self) -> Booleans:
        """Goals that must hold, shape (goals,)."""
        return self.goals["hard"].to_numpy(dtype=bool)

    @cached_property
    def for_coverage(self) -> Booleans:
        """Goals for coverage; the others are for money, shape (goals,)."""
        return np.asarray(self.goals["unmet"].to_numpy() < 0)

    @property
    def has_ratio(self) -> bool:
        """Whether the smallest ratio is part of the objective."""
        return bool((self.ratio_km2 > 0.0).any())

    @cached_property
    def n_effects(self) -> Integers:
        """Number of nodes that each activity adds to, shape (activities,)."""
        return np.asarray(np.diff(self.effect.indptr), dtype=np.int64)

    @cached_property
    def largest(self) -> Array:
        """The largest factor, or share of answers, that a unit adds to a node, shape (activities,)."""
        found = np.zeros(self.effect.shape[1])
        np.maximum.at(found, np.repeat(np.arange(len(found)), self.n_effects), self.effect.data)
        trips, _, share = self.trips
        found[trips] = share
        return found

    @cached_property
    def user(self) -> Integers:
        """The activity of each entry of ``usage``, shape (entries,)."""
        return np.repeat(np.arange(self.usage.shape[1]), np.diff(self.usage.indptr))

    @cached_property
    def supplied(self) -> Booleans:
        """Resources that some activity supplies, shape (resources,)."""
        found = np.zeros(len(self.resources), dtype=bool)
        found[self.usage.indices[self.usage.data < 0.0]] = True
        return found

    @cached_property
    def single(self) -> Booleans:
        """Activities that add to one node, shape (activities,)."""
        return np.asarray(self.n_effects == 1)

    @cached_property
    def singles(self) -> tuple[Integers, Integers, Array]:
        """Position, node and coverage factor of every activity that adds to one node."""
        at = np.flatnonzero(self.single)
        first = self.effect.indptr[at]
        return at, self.effect.indices[first].astype(np.int64), self.effect.data[first]

    @cached_property
    def response(self) -> Array:
        """The part of each node's coverage that is answers, beta, shape (nodes,) [-]."""
        none = np.zeros(len(self.nodes))
        return none if self.answers is None else numbers(self.nodes["response"])

    @cached_property
    def answering(self) -> tuple[Integers, Integers, Array]:
        """Position, node and share of every activity that answers detections."""
        if self.answers is None:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)
        at = np.flatnonzero(np.diff(self.answers.indptr))
        first = self.answers.indptr[at]
        return at, self.answers.indices[first].astype(np.int64), self.answers.data[first]

    @cached_property
    def trips(self) -> tuple[Integers, Integers, Array]:
        """The same of activities that do nothing but answer."""
        at, node, share = self.answering
        some = self.n_effects[at] == 0
        return at[some], node[some], share[some]

    @cached_property
    def placed(self) -> tuple[Integers, Integers, Array]:
        """Position, node and amount of every activity of one node: its factor, or what it answers."""
        if self.answers is None:
            return self.singles
        parts = [np.concatenate(pair) for pair in zip(self.singles, self.trips, strict=True)]
        order = np.argsort(parts[0], kind="stable")
        return parts[0][order], parts[1][order], parts[2][order]

    @cached_property
    def in_joint(self) -> Booleans:
        """Nodes that an activity of several nodes adds to, shape (nodes,)."""
        found = np.zeros(len(self.nodes), dtype=bool)
        joint = np.repeat(self.n_effects > 1, self.n_effects)
        found[self.effect.indices[joint]] = True
        return found

    @cached_property
    def reached(self) -> Booleans:
        """Nodes that some activity adds to, shape (nodes,)."""
        return np.bincount(self.effect.indices, minlength=len(self.nodes)) > 0

    @cached_property
    def counts(self) -> Booleans:
        """Nodes whose coverage can be of use, shape (nodes,)."""
        return np.asarray((self.weight > 0.0) | self.in_goals)

    @cached_property
    def in_goals(self) -> Booleans:
        """Nodes that count for some goal, shape (nodes,)."""
        return np.asarray(np.diff(self.cover.tocsc().indptr) > 0)

    @cached_property
    def exact_of(self) -> tuple[Integers, Array]:
        """The exact resource of each activity (-1: none) and a unit's use of it, shape (activities,)."""
        chosen = np.flatnonzero(self.exact[self.usage.indices])
        row, amount = np.full(self.usage.shape[1], -1, dtype=np.int64), np.zeros(self.usage.shape[1])
        row[self.user[chosen]] = self.usage.indices[chosen]
        amount[self.user[chosen]] = self.usage.data[chosen]
        return row, amount

    @cached_property
    def fills(self) -> tuple[Integers, Matrix]:
        """Activities that only supply exact resources, and what a unit of each uses, (fills x resources).

        Without those that can supply next to nothing beside another: they say nothing of what it costs.
        """
        exact, amount = self.exact_of
        some = np.flatnonzero((self.n_effects == 0) & (amount < 0.0) & (self.most > 0.0))
        given = -amount[some] * self.most[some]
        largest = np.zeros(len(self.resources))
        np.maximum.at(largest, exact[some], np.where(np.isfinite(given), given, 0.0))
        some = some[given > NEGLIGIBLE * largest[exact[some]]]
        return some, self.usage[:, some].T

    @cached_property
    def most(self) -> Array:
        """Most units of each activity that its own upper bound and the resources allow, shape (activities,).

        A resource that nothing supplies allows capacity / usage; what fills an exact resource can be no more
        than all that is taken from it.
        """
        return self._most[0]

    @cached_property
    def most_used(self) -> Array:
        """Most that can be used of each resource, were all activities at their most, shape (resources,)."""
        return self._most[1]

    @cached_property
    def main_resource(self) -> Integers:
        """The resource that limits each activity most (-1: none), shape (activities,)."""
        return self._most[2]

    @cached_property
    def _most(self) -> tuple[Array, Array, Integers]:
        usage, column = self.usage, self.user
        limits = ~self.supplied & np.isfinite(self.capacity)
        allows = (usage.data > 0.0) & limits[usage.indices]
        ratio = np.maximum(0.0, self.capacity[usage.indices[allows]]) / usage.data[allows]
        most = numbers(self.activities["upper"]).copy()
        np.minimum.at(most, column[allows], ratio)
        main = np.full(len(most), -1, dtype=np.int64)
        tight = ratio <= most[column[allows]]
        main[column[allows][tight]] = usage.indices[allows][tight]

        def used() -> Array:
            with np.errstate(invalid="ignore"):
                amount = np.where(usage.data > 0.0, usage.data * most[column], 0.0)
            return np.bincount(usage.indices, amount, len(self.resources)).astype(np.float64)

        taken = used()
        fills = (usage.data < 0.0) & self.exact[usage.indices]
        np.minimum.at(most, column[fills], taken[usage.indices[fills]] / -usage.data[fills])
        filled = np.bincount(usage.indices[fills], (most[column] * -usage.data)[fills], len(self.resources))
        draws = (usage.data > 0.0) & self.exact[usage.indices]
        np.minimum.at(most, column[draws], filled[usage.indices[draws]] / usage.data[draws])
        return most, used(), main

    @cached_property
    def slight(self) -> Booleans:
        """Activities that can add or answer next to nothing, even at their most, shape (activities,).

        What they ask for says nothing of what their nodes cost; the bound charges what they could add.
        """
        acts = self.n_effects > 0
        acts[self.trips[0]] = True
        with np.errstate(invalid="ignore"):
            return acts & ~(self.largest * self.most > NEGLIGIBLE)

    @cached_property
    def negligible(self) -> Booleans:
        """Slight activities that are left out of the linear program, shape (activities,).

        Those that take money which a goal asks to be spent stay, where they can be done at all.
        """
        return self.slight & ~(self._spends & (self.most > 0.0))

    @cached_property
    def _spends(self) -> Booleans:
        """Activities that draw on an account which payments that a goal counts may fill, (activities,)."""
        account, amount = self.exact_of
        unmet = self.goals["unmet"].to_numpy()
        counts = self.usage[:, unmet[unmet >= 0]].indices
        payments = self.user[np.isin(self.usage.indices, counts)]
        return (amount > 0.0) & np.isin(account, account[payments][amount[payments] < 0.0])

    @cached_property
    def stake(self) -> float:
        """The objective of doing nothing, but for limits set beside it: what no penalty can inflate.

        Of a smallest ratio: the largest that is asked for. Of nothing but limits: all that they cost.
        """
        if self.has_ratio:
            return FULL
        own = self.goals["at_stake"].to_numpy(dtype=bool)
        value = float(self.weight.sum()) + float(self.penalty[own] @ self.wanted[own])
        if value > 0.0:
            return value
        soft = np.isfinite(self.penalty)
        return float(self.penalty[soft] @ self.wanted[soft])

    @cached_property
    def node_keys(self) -> Keys:
        """A number for each node that means the same in every problem, shape (nodes,)."""
        return keys_of(self.nodes, NODE_IDS)

    @cached_property
    def activity_keys(self) -> Keys:
        """A number for each activity that means the same in every problem, shape (activities,)."""
        keys = self.pattern_keys.copy()
        at, node, _ = self.placed
        keys[at] = mixed_keys(keys[at] ^ self.node_keys[node])
        return keys

    @cached_property
    def pattern_keys(self) -> Keys:
        """A number for all ids of each activity but its node, shape (activities,)."""
        return keys_of(self.activities, ACTIVITY_IDS)

    @cached_property
    def resource_keys(self) -> Keys:
        """A number for each resource that means the same in every problem, shape (resources,)."""
        return keys_of(self.resources, RESOURCE_IDS)

    @cached_property
    def goal_keys(self) -> Keys:
        """A number for each goal that means the same in every problem, shape (goals,)."""
        return keys_of(self.goals, GOAL_IDS)

    def find(self, kind: str, **ids: Any) -> Integers:
        """Positions of resources by their ids.

        Args:
            kind: kind of the resource.
            ids: an id, or an array of ids, for each column that tells the resources of the kind apart.

        Returns:
            A position for each, -1 where there is none, shape (ids,).
        """
        return find(self.resources, kind, ids)

    def keeping(self, activities: Booleans) -> Problem:
        """The problem with some of its activities, which ``activities`` says, shape (activities,)."""
        at = np.flatnonzero(activities)
        new = np.full(len(activities), -1, dtype=np.int64)
        new[at] = np.arange(len(at))
        unmet = self.goals["unmet"].to_numpy()
        return self.changed(
            {"activities": at},
            activities=self.activities.iloc[at],
            effect=self.effect[:, at],
            usage=self.usage[:, at],
            goals=self.goals.assign(unmet=np.where(unmet >= 0, new[unmet], -1)),
            answers=None if self.answers is None else self.answers[:, at],
        )

    def with_goals(self, goals: pd.DataFrame, cover: Matrix | None = None) -> Problem:
        """The problem with other goals; ``cover`` where their nodes are others too."""
        return self.changed({"goals": None}, goals=goals, cover=self.cover if cover is None else cover)

    def with_capacity(self, capacity: Array) -> Problem:
        """The problem with another capacity of its resources, shape (resources,)."""
        return self.changed(resources=self.resources.assign(capacity=capacity))

    def penalised(self, penalty: Array) -> Problem:
        """The problem with penalties for its goals; then what is short of money has no upper bound."""
        unmet = self.goals["unmet"].to_numpy()
        upper = numbers(self.activities["upper"]).copy()
        upper[unmet[(unmet >= 0) & np.isfinite(penalty)]] = np.inf
        return self.changed(
            goals=self.goals.assign(penalty=penalty), activities=self.activities.assign(upper=upper)
        )

    def changed(self, rows: Mapping[str, Integers | None] | None = None, **members: Any) -> Problem:
        """The problem with other members, which knows what follows from those that stay, such as keys of ids.

        Args:
            rows: of tables with other rows (nodes, activities, resources, goals) the positions of those that
                stay, in their order; None where their ids are new.
            members: the new members.
        """
        rows, part = rows or {}, replace(self, **members)
        for table, names in _KEYS.items():
            at = rows.get(table, slice(None))
            known = {} if at is None else {name: getattr(self, name)[at] for name in names}
            vars(part).update(known)
        if not _WORK & set(members):
            shared = _OF_WORK if "resources" in members else _OF_WORK + _OF_WORK_AND_LIMITS
            vars(part).update({name: getattr(self, name) for name in shared})
        return part


def find(resources: pd.DataFrame, kind: str, ids: Mapping[str, Any]) -> Integers:
    """As ``Problem.find``, in a table of resources."""
    wanted = np.broadcast_arrays(*(np.atleast_1d(np.asarray(each, dtype=object)) for each in ids.values()))
    some = np.flatnonzero((resources["kind"] == kind).to_numpy())
    keys = zip(*(resources[name].to_numpy(dtype=object)[some] for name in ids), strict=True)
    known = dict(zip(keys, some.tolist(), strict=True))
    return np.array([known.get(key, -1) for key in zip(*wanted, strict=True)], dtype=np.int64)


def keys_of(table: pd.DataFrame, columns: tuple[str, ...]) -> Keys:
    """A number for each row, made of the text of its ids alone."""
    keys = np.zeros(len(table), dtype=np.uint64)
    for name in columns:
        codes, texts = _codes(table[name])
        of_text = pd.util.hash_array(texts.astype(object), categorize=False)
        keys = mixed_keys(keys ^ of_text[codes] if len(of_text) else keys)
    return keys


def _codes(column: pd.Series) -> tuple[Integers, npt.NDArray[np.object_]]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return np.asarray(column.cat.codes, dtype=np.int64), np.asarray(column.cat.categories, dtype=object)
    codes, texts = pd.factorize(column.to_numpy(dtype=object))
    return np.asarray(codes, dtype=np.int64), np.asarray(texts, dtype=object)


def mixed_keys(number: npt.NDArray[np.integer[Any]]) -> Keys:
    """Numbers spread over all of 64 bits, so that sums of them tell sets apart (splitmix64, Steele 2014)."""
    mixed = number.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))


def columns_of(
    parts: list[tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]], shape: tuple[int, int]
) -> Matrix:
    """A sparse matrix in column order from (row, column, value) parts; equal places are added up."""
    rows, columns, values = (
        np.concatenate([np.asarray(part[n]) for part in parts]) if parts else np.zeros(0) for n in range(3)
    )
    found = sparse.coo_array(
        (values.astype(np.float64), (rows.astype(np.int32), columns.astype(np.int32))), shape
    )
    return found.tocsc()

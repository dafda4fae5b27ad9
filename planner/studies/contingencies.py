"""What could be lost: every programme, asset, base and access agreement, and what a case names together.

And what is left of a plan that stays as it is when something that it leans on is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.case import Case
from planner.case.scenarios import Stress
from planner.core.certificate import coverage_factors, coverage_of, true_value
from planner.core.problem import Integers, Problem
from planner.features.fleet import fleet_table
from planner.features.limits import LIMIT_KINDS
from planner.features.season import seasons
from planner.frames import numbers, records, sum_by
from planner.solve.solution import with_unmet
from planner.studies.engine import Base
from planner.studies.ranked import Change

Array = npt.NDArray[np.float64]
ACCESS = "access"
"""The table of a case whose edit takes access away; the kind of the loss of a row of it."""


@dataclass(frozen=True, eq=False)
class Contingency(Change):
    """Things that are lost together.

    The kind is "programme", "asset", "base", "access" or "named"; the id that of a programme, asset, base or
    operator, or the name in case.toml.

    Attributes:
        row: number of the operator's row of access.csv, from 1; else 0.
        share: share of the horizon for which it is lost, above 0 to 1.
        programmes, assets, bases: ids of what is lost; of access, ``edits`` has the table that is left.
    """

    row: int = 0
    share: float = 1.0
    programmes: Collection[str] = ()
    assets: Collection[str] = ()
    bases: Collection[str] = ()

    def case_of(self, case: Case, context: Any = None) -> Case:  # noqa: ARG002 - as of ``Variant``
        """The case without what is lost.

        Budgets and hours of what is lost shrink by the share of the horizon, and so do the hours of assets
        that have no base left, and what a lost programme must spend at least. From a base that is lost for a
        share s come at most (1 - s) of its capacity, or of the hours of all assets that may work from it
        where that is less: hours are taken to fall evenly over the horizon. The plan that stays as it is
        keeps to all of this.
        """
        left, edits, bases = 1.0 - self.share, dict(self.edits), set(self.bases)
        homes = list(zip(case.assets["asset_id"], case.assets["bases"], strict=True))
        homeless = {asset for asset, own in homes if own and set(own) <= bases}
        for frame, id_column, column, lost in (
            ("programmes", "programme_id", "budget", self.programmes),
            ("assets", "asset_id", "hours_per_unit", {*self.assets, *homeless}),
            ("sensors", "sensor_id", "hours_per_unit", self.assets),
        ):
            table = getattr(case, frame)
            gone = table[id_column].isin(list(lost)) if len(table) else pd.Series(dtype=bool)
            if gone.any():
                factor = np.where(gone, left, 1.0)
                edits[frame] = table.assign(**{column: numbers(table[column]) * factor})
        amounts = [LIMIT_KINDS[kind].in_money for kind in case.limits["kind"]]
        owed = case.limits["programme"].isin(list(self.programmes)) & np.array(amounts, dtype=bool)
        if owed.any():
            least = numbers(case.limits["least"]) * np.where(owed, left, 1.0)
            edits["limits"] = case.limits.assign(least=least)
        if bases:
            hours = numbers(case.assets["units"]) * numbers(case.assets["hours_per_unit"])
            each = list(zip(case.assets["bases"], hours, strict=True))
            all_hours = numbers([sum(h for own, h in each if base in own) for base in case.bases["base_id"]])
            capacity, gone = numbers(case.bases["capacity_hours"]), case.bases["base_id"].isin(list(bases))
            least = left * np.minimum(capacity, all_hours)
            edits["bases"] = case.bases.assign(capacity_hours=np.where(gone, least, capacity))
        return replace(case, **edits)


def contingencies(case: Case) -> Iterator[Contingency]:
    """Everything that could be lost: what the case names, then programmes, assets, bases, access."""
    for stress in case.stress.values():
        yield _named(case, stress)
    for kind, rows in (("programme", case.programmes), ("asset", fleet_table(case)), ("base", case.bases)):
        for one in rows[[f"{kind}_id", "name"]].itertuples(index=False):
            what: dict[str, Any] = {f"{kind}s": [one[0]]}
            yield contingency(kind, str(one[0]), str(one[1]), **what)
    yield from _agreements(case)


def contingency(kind: str, key: str, title: str, row: int = 0, **what: Any) -> Contingency:
    """A contingency, with a name of its own; ``what`` is lost: attributes of ``Contingency``."""
    name = f"{kind} {key}" + (f" row {row}" if row else "")
    return Contingency(name, kind=kind, id=key, title=title, row=row, **what)


def _named(case: Case, stress: Stress) -> Contingency:
    everywhere, table = frozenset(case.areas["area_id"]), case.access
    for operator, areas in stress.access:
        gone = frozenset(areas) or everywhere
        kept = [
            tuple(area for area in own if one != operator or area not in gone)
            for one, own in zip(table["operator"], table["areas"], strict=True)
        ]
        table = table.assign(areas=pd.Series(kept, index=table.index, dtype=object))
    ids = {name: getattr(stress, name) for name in ("share", "programmes", "assets", "bases")}
    edits = {ACCESS: table} if stress.access else {}
    return contingency("named", stress.name, stress.title, edits=edits, **ids)


def _agreements(case: Case) -> Iterator[Contingency]:
    """Every row of access.csv of an operator that has assets or sensors."""
    table, operators = case.access, {*fleet_table(case)["operator"]}
    number = (table.groupby("operator").cumcount() + 1).tolist()
    for at, (one, row) in enumerate(zip(records(table), number, strict=True)):
        if one.operator in operators:
            edits = {ACCESS: table.drop(index=table.index[at])}
            yield contingency(ACCESS, one.operator, one.basis, row, edits=edits)


@dataclass(frozen=True, eq=False)
class Left:
    """What a plan comes to without something.

    By how much its objective is worse, whether it had made any use of what is lost, and the change of each
    area's covered km² and shortfall, shape (areas,).
    """

    lost: float
    used: bool
    covered_km2: Array
    shortfall_km2: Array


@dataclass(frozen=True, eq=False)
class Plan:
    """A plan that things can be taken away from."""

    base: Base

    @cached_property
    def problem(self) -> Problem:
        """Its problem; a plan that stays as it is may break hard goals, and is not asked to be fair."""
        problem = self.base.prepared.problem
        goals = problem.goals
        free = goals["hard"] | (goals["ratio_km2"] > 0.0)
        return replace(problem, goals=goals.assign(penalty=goals["penalty"].where(~free, 0.0), ratio_km2=0.0))

    def without(self, gone: Contingency) -> Left:
        """What is left if all else stays as planned.

        Missions that lean on something that is lost fall away for the share of the horizon. A lost programme
        takes away its share of what is paid for the asset in the area; the others pay for what is left. A
        radar that loses access to some of its cells still watches the others, and costs what it did; so does
        a patrol that may watch, but no longer board.
        """
        problem, x = self.problem, self.base.solution.x
        activities = problem.activities
        touched = activities["asset_id"].isin(gone.assets) | activities["base_id"].isin(gone.bases)
        work = problem.n_effects > 0
        trips, of_trip, _ = problem.trips
        work[trips] = True
        away = np.where(work, np.maximum(touched.to_numpy(dtype=np.float64), self._unpaid(gone)), 0.0)
        column, node = np.repeat(np.arange(len(x)), problem.n_effects), problem.effect.indices
        barred = self._barred(gone, "access", column, node)
        alone = np.where(problem.n_effects == 1, np.bincount(column, barred, len(x)), 0.0)
        alone[trips] = self._barred(gone, "board", trips, of_trip)
        done = x * (1.0 - gone.share * np.maximum(away, alone))
        added = problem.effect.data * x[column]
        lost = added * np.maximum(away[column], barred)
        before = coverage_factors(problem, x)
        factor = before - gone.share * np.bincount(problem.effect.indices, lost, len(before))
        left = self._answering(gone)
        worse = true_value(left, self._paid(gone, done), factor) - true_value(problem, x, before)
        areas = self.base.results.areas
        at = pd.Index(areas["area_id"]).get_indexer(problem.nodes["area_id"])
        shares = coverage_of(problem, x, before), coverage_of(left, done, factor)
        covered = [sum_by(at, problem.km2 * share, len(areas)) for share in shares]
        target_km2 = numbers(areas["target_coverage"]) * numbers(areas["area_km2"])
        short = [np.maximum(0.0, target_km2 - one) for one in covered]
        answers, _, had = problem.answering
        fewer = (x[answers] * had - done[answers] * left.answering[2]) > 0.0
        used = bool((lost > 0.0).any() or fewer.any())
        return Left(worse, used, covered[1] - covered[0], short[1] - short[0])

    def _answering(self, gone: Contingency) -> Problem:
        """The problem in which nobody answers where they may no longer board."""
        problem = self.problem
        if problem.answers is None or ACCESS not in gone.edits:
            return problem
        at, node, _ = problem.answering
        share, answers = np.zeros(len(problem.activities)), problem.answers.copy()
        share[at] = gone.share * self._barred(gone, "board", at, node)
        share[problem.trips[0]] = 0.0  # which fall away themselves
        answers.data = answers.data * (1.0 - np.repeat(share, np.diff(answers.indptr)))
        return replace(problem, answers=answers)

    def _barred(self, gone: Contingency, right: str, activity: Integers, node: Integers) -> Array:
        """1 where an activity may no longer do in a node what it did there, shape (pairs of these,).

        ``right``: "access" or "board", of ``Season``.
        """
        if ACCESS not in gone.edits:
            return np.zeros(len(node))
        case, problem = self.base.case, self.problem
        now, then = seasons(case), seasons(gone.case_of(case))
        pairs = zip(now, then, strict=True)
        lost = np.array([getattr(one, right) & ~getattr(other, right) for one, other in pairs])
        fleet = pd.Index(fleet_table(case)["asset_id"])
        asset = fleet.get_indexer(problem.activities["asset_id"].astype(str))[activity]
        area = pd.Index(case.areas["area_id"]).get_indexer(problem.nodes["area_id"].astype(str))[node]
        period = node // (len(problem.nodes) // len(now))
        return np.asarray(lost[period, asset, area], dtype=np.float64)

    def _unpaid(self, gone: Contingency) -> Array:
        """The lost programmes' share of what each activity's account is paid, shape (activities,)."""
        account, amount = self.problem.exact_of
        some, size = account >= 0, len(self.problem.resources)
        paid = np.where(some & (amount < 0.0), -amount * self.base.solution.x, 0.0)
        own = self.problem.activities["programme_id"].isin(gone.programmes).to_numpy()
        whole, part = (np.bincount(account[some], each[some], size) for each in (paid, paid * own))
        share = np.divide(part, whole, out=np.zeros(size), where=whole > 0.0)
        return np.where(some & (amount > 0.0), share[account], 0.0)

    def _paid(self, gone: Contingency, done: Array) -> Array:
        """Who pays what is left to pay: as before, but lost programmes by the share less."""
        account, amount = self.problem.exact_of
        some, size = account >= 0, len(self.problem.resources)
        pays = some & (amount < 0.0)
        own = self.problem.activities["programme_id"].isin(gone.programmes).to_numpy()
        x = np.where(pays, done * (1.0 - gone.share * own), done)
        due, paid = (
            np.bincount(account[some], np.maximum(sign * (amount * x)[some], 0.0), size) for sign in (1, -1)
        )
        scale = np.divide(due, paid, out=np.zeros(size), where=paid > 0.0)
        return with_unmet(self._owing(gone), np.where(pays, x * scale[account], x))

    def _owing(self, gone: Contingency) -> Problem:
        """The problem in which lost programmes must spend as much less as they are lost."""
        problem, goals = self.problem, self.problem.goals
        unmet = goals["unmet"][goals["in_money"] & goals["programme_id"].isin(gone.programmes)]
        capacity = problem.capacity.copy()
        capacity[problem.usage[:, unmet.to_numpy()].indices] *= 1.0 - gone.share
        return problem.with_capacity(capacity) if len(unmet) else problem

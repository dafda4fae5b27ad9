"""What is left of a plan that stays as it is when something that it leans on is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from planner.core.certificate import coverage_factors, coverage_of, true_value
from planner.core.problem import Integers, Problem
from planner.features.fleet import fleet_table
from planner.frames import numbers, sum_by
from planner.solve.solution import with_unmet
from planner.studies.contingencies import Contingency
from planner.studies.engine import Base

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Left:
    """What a plan comes to without something.

    Attributes:
        lost: by how much its objective is worse.
        used: whether it had made any use of what is lost.
        covered_km2: change of each area's covered km², shape (areas,).
        shortfall_km2: change of each area's shortfall, shape (areas,).
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
        radar that loses access to some of its cells still watches the others, and costs what it did.
        """
        problem, x = self.problem, self.base.solution.x
        activities = problem.activities
        touched = activities["asset_id"].isin(gone.assets) | activities["base_id"].isin(gone.bases)
        work = problem.n_effects > 0
        trips, of_trip, _ = problem.trips
        work[trips] = True
        away = np.where(work, np.maximum(touched.to_numpy(dtype=np.float64), self._unpaid(gone)), 0.0)
        column, node = np.repeat(np.arange(len(x)), problem.n_effects), problem.effect.indices
        barred = self._barred(gone, column, node)
        alone = np.where(problem.n_effects == 1, np.bincount(column, barred, len(x)), 0.0)
        alone[trips] = self._barred(gone, trips, of_trip)
        done = x * (1.0 - gone.share * np.maximum(away, alone))
        added = problem.effect.data * x[column]
        lost = added * np.maximum(away[column], barred)
        before = coverage_factors(problem, x)
        factor = before - gone.share * np.bincount(problem.effect.indices, lost, len(before))
        worse = true_value(problem, self._paid(gone, done), factor) - true_value(problem, x, before)
        covered = [self._covered(coverage_of(problem, *one)) for one in ((x, before), (done, factor))]
        short = [np.maximum(0.0, self._target_km2 - one) for one in covered]
        return Left(worse, bool((lost > 0.0).any()), covered[1] - covered[0], short[1] - short[0])

    @cached_property
    def _target_km2(self) -> Array:
        areas = self.base.results.areas
        return numbers(areas["target_coverage"]) * numbers(areas["area_km2"])

    def _covered(self, share: Array) -> Array:
        nodes = self.problem.nodes
        area = self.base.case.areas["area_id"]
        at = nodes["area_id"].map({name: n for n, name in enumerate(area)}).to_numpy(dtype=np.int64)
        return sum_by(at, numbers(nodes["km2"]) * share, len(area))

    def _barred(self, gone: Contingency, activity: Integers, node: Integers) -> Array:
        """1 for what an activity does in a node without access, shape (pairs of these,)."""
        nodes = self.problem.nodes
        if not gone.access:
            return np.zeros(len(node))
        fleet = fleet_table(self.base.case)
        operator = self.problem.activities["asset_id"].map(
            dict(zip(fleet["asset_id"], fleet["operator"], strict=True))
        )
        barred = np.zeros(len(node))
        who = operator.astype(str).to_numpy()[activity]
        area = nodes["area_id"].astype(str).to_numpy()[node]
        for one, zone in gone.access:
            barred[(who == one) & (area == zone)] = 1.0
        return barred

    def _unpaid(self, gone: Contingency) -> Array:
        """The lost programmes' share of what each activity's account is paid, shape (activities,)."""
        account, amount = self.problem.exact_of
        size = len(self.problem.resources)
        paid = np.where((account >= 0) & (amount < 0.0), -amount * self.base.solution.x, 0.0)
        lost = paid * self.problem.activities["programme_id"].isin(gone.programmes).to_numpy()
        whole = np.bincount(account[account >= 0], paid[account >= 0], size)
        part = np.bincount(account[account >= 0], lost[account >= 0], size)
        share = np.divide(part, whole, out=np.zeros(size), where=whole > 0.0)
        return np.where((account >= 0) & (amount > 0.0), share[account], 0.0)

    def _paid(self, gone: Contingency, done: Array) -> Array:
        """Who pays what is left to pay: as before, but lost programmes by the share less."""
        account, amount = self.problem.exact_of
        some, size = account >= 0, len(self.problem.resources)
        pays = some & (amount < 0.0)
        lost = self.problem.activities["programme_id"].isin(gone.programmes).to_numpy()
        x = np.where(pays, done * (1.0 - gone.share * lost), done)
        flow = amount * x
        due = np.bincount(account[some], np.maximum(flow[some], 0.0), size)
        paid = np.bincount(account[some], np.maximum(-flow[some], 0.0), size)
        scale = np.divide(due, paid, out=np.zeros(size), where=paid > 0.0)
        return with_unmet(self.problem, np.where(pays, x * scale[account], x))

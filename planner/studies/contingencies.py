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
from planner.features.fleet import access_table, fleet_table
from planner.features.limits import LIMIT_KINDS
from planner.frames import numbers, records, sum_by
from planner.solve.solution import with_unmet
from planner.studies.engine import Base
from planner.studies.ranked import Change

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Contingency(Change):
    """Things that are lost together.

    The kind is "programme", "asset", "base", "access" or "named"; the id that of a programme, asset, base or
    operator, or the name in case.toml.

    Attributes:
        row: number of the operator's row of access.csv, from 1; else 0.
        share: share of the horizon for which it is lost, above 0 to 1.
        programmes, assets, bases: ids of what is lost.
        access: pairs (operator, area) whose access is lost; ``edits`` has the table that is left.
    """

    row: int = 0
    share: float = 1.0
    programmes: Collection[str] = ()
    assets: Collection[str] = ()
    bases: Collection[str] = ()
    access: Collection[tuple[str, str]] = ()

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
    access: set[tuple[str, str]] = set()
    now, home = access_table(case), access_table(replace(case, access=table.iloc[:0]))
    for operator, areas in stress.access:
        gone = (frozenset(areas) or everywhere) - home.get(operator, frozenset())
        access |= {(operator, area) for area in gone & now.get(operator, frozenset())}
        kept = [
            tuple(area for area in own if one != operator or area not in gone)
            for one, own in zip(table["operator"], table["areas"], strict=True)
        ]
        table = table.assign(areas=pd.Series(kept, index=table.index, dtype=object))
    ids = {name: getattr(stress, name) for name in ("share", "programmes", "assets", "bases")}
    edits = {"access": table} if access else {}
    return contingency("named", stress.name, stress.title, access=access, edits=edits, **ids)


def _agreements(case: Case) -> Iterator[Contingency]:
    """Every row of access.csv; an area that another row gives too, or that is home, is not lost."""
    table, now = case.access, access_table(case)
    operators = {*fleet_table(case)["operator"]}
    number = (table.groupby("operator").cumcount() + 1).tolist()
    for at, (one, row) in enumerate(zip(records(table), number, strict=True)):
        if one.operator in operators:
            edits = {"access": table.drop(index=table.index[at])}
            gone = now[one.operator] - access_table(replace(case, **edits))[one.operator]
            access = {(one.operator, area) for area in gone}
            yield contingency("access", one.operator, one.basis, row, access=access, edits=edits)


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
        areas = self.base.results.areas
        at = pd.Index(areas["area_id"]).get_indexer(problem.nodes["area_id"])
        shares = (coverage_of(problem, *one) for one in ((x, before), (done, factor)))
        covered = [sum_by(at, problem.km2 * share, len(areas)) for share in shares]
        target_km2 = numbers(areas["target_coverage"]) * numbers(areas["area_km2"])
        short = [np.maximum(0.0, target_km2 - one) for one in covered]
        return Left(worse, bool((lost > 0.0).any()), covered[1] - covered[0], short[1] - short[0])

    def _barred(self, gone: Contingency, activity: Integers, node: Integers) -> Array:
        """1 for what an activity does in a node without access, shape (pairs of these,)."""
        barred = np.zeros(len(node))
        if gone.access:
            fleet = fleet_table(self.base.case).set_index("asset_id")["operator"]
            operator = self.problem.activities["asset_id"].map(fleet.to_dict())
            who = operator.astype(str).to_numpy()[activity]
            area = self.problem.nodes["area_id"].astype(str).to_numpy()[node]
            for one, zone in gone.access:
                barred[(who == one) & (area == zone)] = 1.0
        return barred

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
        return with_unmet(self.problem, np.where(pays, x * scale[account], x))

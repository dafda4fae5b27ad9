"""The plans that years and futures of a case have in common, and how every plan of a year is kept.

A plan is known by what it was made from: the contents of its template, its capacities, the gap that was
asked for. A run that goes on asks the same questions in the same order, so that it is given the same plans,
cuts and starts, and ends as it would have; of a case that was changed nothing fits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from planner.capacity.model import lever_of, positions
from planner.case import Case
from planner.case.capital import CapitalCase
from planner.core.prices import KnownPrices, Prices
from planner.core.problem import Array, Matrix, Problem
from planner.features.resources import RESOURCE_KINDS
from planner.frames import numbers, records
from planner.jobs import Jobs, side_by_side
from planner.jobs.digest import digest
from planner.pipeline import Prepared, Progress, prepare
from planner.solve.decomposition import Decomposition, Many, Planned, Template, one_by_one
from planner.solve.warm_start import Known, WarmStart


def largest(case: CapitalCase) -> Array:
    """The most of every lever that any year of any future may have, shape (levers,)."""
    found = np.concatenate(
        [
            np.max([future.units.max(axis=1) for future in case.futures], axis=0),
            np.max([future.running.max(axis=1) for future in case.futures], axis=0),
            np.max([numbers(future.case.bases["capacity_hours"]) for future in case.futures], axis=0),
        ]
    )
    position = positions(case.futures[0].case)
    for one in records(case.candidates):
        lever = lever_of(one)
        if lever is not None:
            found[position[lever[0]]] += min(one.most_units, one.most_each) * lever[1]
    return found


def with_levers(case: Case, levers: Array) -> Case:
    """A case with other units of its fleet, budgets, and capacities of bases, in that order."""
    sizes = [len(one) for one in (case.assets, case.sensors, case.programmes)]
    assets, sensors, money, places = np.split(levers, np.cumsum(sizes))
    unlimited = np.isinf(numbers(case.bases["capacity_hours"]))
    return replace(
        case,
        assets=case.assets.assign(units=assets),
        sensors=case.sensors.assign(units=sensors) if len(sensors) else case.sensors,
        programmes=case.programmes.assign(budget=money),
        bases=case.bases.assign(capacity_hours=np.where(unlimited, np.inf, places)),
    )


def template_of(prepared: Prepared, levers: Array, name: str) -> Template:
    """The template of a future's plan, prepared with the largest levers; ``name``: its contents'."""
    problem, position = prepared.problem, positions(prepared.case)
    lever = np.full(len(problem.resources), -1, dtype=np.int64)
    for kind, one in RESOURCE_KINDS.items():
        at = (problem.resources["kind"] == kind).to_numpy()
        lever[at] = [position[one.owner, own] for own in problem.resources[one.owner][at]]
    most = np.where(lever >= 0, levers[lever], 0.0)
    lever[~np.isfinite(problem.capacity) | (most <= 0.0)] = -1
    per_unit = np.divide(problem.capacity, most, out=np.zeros(len(lever)), where=lever >= 0)
    return Template(problem, lever, per_unit, digest((name, lever, per_unit)))


@dataclass(frozen=True, eq=False)
class Worked:
    """What a plan was made with, for plans of cases whose futures are the same but for money and orders.

    Attributes:
        futures: the cases of its futures.
        levers: the largest levers, shape (levers,).
        templates: plans that years and futures have in common.
        template_of: the template of each future.
        prepared: each future's case at its largest.
        search: the search, with its cuts and plans.
    """

    futures: tuple[Case, ...]
    levers: Array
    templates: list[Template]
    template_of: tuple[int, ...]
    prepared: list[Prepared]
    search: Decomposition | None = None

    def fits(self, case: CapitalCase) -> bool:
        """Whether the plans of a case are among those that these templates stand for."""
        same = len(self.futures) == len(case.futures) and all(
            one is each.case for one, each in zip(self.futures, case.futures, strict=True)
        )
        return same and bool((largest(case) <= self.levers).all())


def worked(case: CapitalCase, levers: Array, progress: Progress) -> Worked:
    """The templates of a case: cells, effort and problem of each future at its largest."""
    templates: dict[str, Template] = {}
    number: list[int] = []
    prepared: list[Prepared] = []
    for future in case.futures:
        progress(f"cells and effort of the future {future.name}")
        made = prepare(with_levers(future.case, levers), [one.space for one in prepared])
        name = contents(made.problem)
        if name not in templates:
            templates[name] = template_of(made, levers, name)
        number.append(list(templates).index(name))
        prepared.append(made)
    cases = tuple(one.case for one in case.futures)
    return Worked(cases, levers, list(templates.values()), tuple(number), prepared)


FILE = "plan.npz"
KINDS = ("resource", "goal", "node")


def contents(problem: Problem) -> str:
    """A digest of all that a plan of a problem depends on."""
    columns = [
        table[name].to_numpy()
        for table, names in (
            (problem.nodes, ("km2", "weight", *({"response"} & {*problem.nodes}))),
            (problem.activities, ("cost", "upper", "tie_break")),
            (problem.resources, ("capacity", "exact")),
            (problem.goals, ("wanted", "ratio_km2", "penalty", "hard", "unmet", "at_stake")),
        )
        for name in names
    ]
    matrices = [problem.effect, problem.usage, problem.cover, problem.answers]
    keys = [getattr(problem, f"{kind}_keys") for kind in (*KINDS, "activity")]
    return digest((columns, [one if one is None else _entries(one) for one in matrices], keys))


def _entries(matrix: Matrix) -> tuple[object, ...]:
    entries = matrix.tocoo()
    order = np.lexsort((entries.col, entries.row))
    places = (one[order].astype(np.int64) for one in (entries.row, entries.col))
    return matrix.shape, *places, entries.data[order]


def planner_of(jobs: Jobs | None) -> Many:
    """What makes plans of years: where and how many at a time, each kept in the store if there is one."""
    if jobs is None:
        return one_by_one
    run = side_by_side(jobs, lambda _: None, PlanForm())

    def many(work: Any, shared: Any, tasks: Mapping[str, Any]) -> Mapping[str, Any]:
        names = {name: digest((shared[one.template].name, one)) for name, one in tasks.items()}
        found = run(work, shared, {names[name]: one for name, one in tasks.items()})
        return {name: found[key] for name, key in names.items()}

    return many


class PlanForm:
    """The plan of a year and where a similar one may start from, see ``planner.jobs.store.Form``."""

    def write(self, result: tuple[Planned, WarmStart], folder: Path) -> None:
        """Write all arrays of both into one file."""
        plan, start = result
        found = {
            **{name: getattr(plan, name) for name in ("value", "gap", "x", "factor", "capacity")},
            **{f"price {kind}": getattr(plan.prices, kind) for kind in KINDS},
            **{f"known {kind}": getattr(start.prices.prices, kind) for kind in KINDS},
            **{f"key {kind}": getattr(start.prices, f"{kind}_keys") for kind in KINDS},
            "inside": start.inside,
            "spare": start.spare,
        }
        for part in ("columns", "rows"):
            for kind, one in getattr(start, part).items():
                found |= {f"{part} {kind} key": one.key, f"{part} {kind} status": one.status}
        np.savez_compressed(folder / FILE, **found)

    def read(self, folder: Path) -> tuple[Planned, WarmStart]:
        """What was written."""
        with np.load(folder / FILE, allow_pickle=False) as file:
            found = {name: file[name] for name in file.files}
        of_plan, of_start = (
            Prices(**{kind: found[f"{whose} {kind}"] for kind in KINDS}) for whose in ("price", "known")
        )
        known = KnownPrices(of_start, **{f"{kind}_keys": found[f"key {kind}"] for kind in KINDS})
        value, gap = (float(found[name]) for name in ("value", "gap"))
        plan = Planned(value, gap, found["x"], found["factor"], of_plan, found["capacity"])
        columns, rows = (_statuses(found, part) for part in ("columns", "rows"))
        return plan, WarmStart(known, found["inside"], found["spare"], columns, rows)


def _statuses(found: Mapping[str, Any], part: str) -> dict[str, Known]:
    kinds = [name.split()[1] for name in found if name.startswith(part) and name.endswith("key")]
    return {kind: Known(found[f"{part} {kind} key"], found[f"{part} {kind} status"]) for kind in kinds}

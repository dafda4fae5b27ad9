"""The plans that years and futures of a case have in common, with the most that any of them may have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from planner.capacity.kept import contents
from planner.capacity.model import MONEY, PLACES, UNITS, lever_of, positions
from planner.case import Case
from planner.case.capital import CapitalCase
from planner.core.problem import Array
from planner.frames import numbers, records
from planner.jobs.digest import digest
from planner.pipeline import Prepared, prepare
from planner.solve.decomposition import Decomposition, Template

Progress = Callable[[str], None]
RESOURCES = {
    **dict.fromkeys(("hours", "period_hours"), (UNITS, "asset_id")),
    "budget": (MONEY, "programme_id"),
    **dict.fromkeys(("places", "period_places"), (PLACES, "base_id")),
}
"""The lever that each kind of resource is so much a unit of, and the column with its id."""


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
    for kind, (of, column) in RESOURCES.items():
        at = (problem.resources["kind"] == kind).to_numpy()
        lever[at] = [position[of, one] for one in problem.resources[column][at]]
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
        alike = len(self.futures) == len(case.futures) and all(
            one is each.case for one, each in zip(self.futures, case.futures, strict=True)
        )
        return alike and bool((largest(case) <= self.levers).all())


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

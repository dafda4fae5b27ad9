"""The causes of every coverage gap, of all programmes together and of each alone, as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from planner.case import Case
from planner.causes.climb import Climber, Rung
from planner.causes.gains import base_of, gain_of_next_million
from planner.causes.lifted import Remit, Situation
from planner.causes.names import ALL, CAUSES_OF_ALL, CAUSES_OF_PROGRAMME
from planner.core.certificate import Certificate
from planner.core.problem import Array, Booleans, Problem
from planner.features.space import Space
from planner.solve.solution import Solution
from planner.solve.solver import Status

TOLERANCE = 1e-3
"""Largest optimality gap of a rung; ten times the case's own where that is finer."""
Progress = Callable[[str], None]
Run = Callable[[Callable[[Any, Any], Any], Any, Mapping[str, Any]], Mapping[str, Any]]
"""How the same work is done for every task, given what all tasks share: in this process, or side by side."""


@dataclass(frozen=True, eq=False)
class Causes:
    """Causes of the coverage gaps of a plan; empty tables where they were not looked for.

    Attributes:
        table: the table ``causes``: a row for every cause, 0 where it has no part.
        rungs: the table ``rungs``: the plans that the causes are the differences of.
        gains: the table ``gains``: what a million more for each programme gains.
    """

    table: pd.DataFrame
    rungs: pd.DataFrame
    gains: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Start:
    """Where every climb starts from; can be pickled.

    Attributes:
        climber: plans the rungs.
        problem: ``Situation.problem`` of the case.
        choice: the first rung, which is that of all.
        rich: one programme's money without limit: the plan of others may be the same.
    """

    climber: Climber
    problem: Problem
    choice: Rung
    rich: Rung | None


NO_CAUSES = Causes(pd.DataFrame(), pd.DataFrame(), pd.DataFrame())


def one_by_one(progress: Progress) -> Run:
    """Do the work of every task in this process, and tell of each."""

    def run(work: Callable[[Any, Any], Any], shared: Any, tasks: Mapping[str, Any]) -> Mapping[str, Any]:
        found = {}
        for number, (name, task) in enumerate(tasks.items(), start=1):
            found[name] = work(shared, task)
            progress(f"{number} of {len(tasks)}: {name}")
        return found

    return run


def find_causes(
    case: Case,
    space: Space,
    plan: Solution,
    progress: Progress = lambda _: None,
    run: Run | None = None,
) -> Causes:
    """Why each area stays short of its target, as all programmes together and as each programme see it.

    Args:
        case: the case.
        space: its cells and its effort table.
        plan: its plan.
        progress: told of every rung in a sentence.
        run: how climbs and gains are worked out; one after the other if not given.

    Raises:
        AuditError: the plan of a rung does not keep its own limits.
    """
    world = Situation.of(case, space)
    run = run or one_by_one(progress)
    climber = Climber(world, min(TOLERANCE, case.settings.solver.gap_tolerance * 10.0))
    short = world.shortfall_km2(plan.factor)
    value = world.weighted(short)
    proof = Certificate(value, value, world.weighted(world.target_km2), 0, climber.tolerance)
    top = Rung("plan", short, proof, Status.OPTIMAL, "plan", plan.factor)
    problem = world.problem()
    choice = climber.planned("choice", problem, top)
    remits = {one: Remit.of(world, one) for one in case.programmes["programme_id"]}
    rich = next((climber.rich(remit, choice, problem) for remit in remits.values()), None)
    progress("limits are lifted one after the other")
    found = run(climb, Start(climber, problem, choice, rich), {ALL: None, **remits})
    areas = case.areas["area_id"].to_numpy(dtype=object)
    rungs = [top, choice, *found[ALL]]
    tables = [_steps("area", ALL, areas, rungs, CAUSES_OF_ALL)]
    told = [*_rows(ALL, rungs, np.ones(len(areas), dtype=bool))]
    by_cause = tables[0].groupby("cause", sort=False, as_index=False)
    whole = by_cause.agg(km2=("km2", "sum"), gap=("gap", "first"))
    tables.insert(0, whole.assign(level="all", programme_id=ALL, area_id=ALL))
    for programme_id, remit in remits.items():
        own = [top, choice, *found[programme_id]]
        some = [replace(rung, shortfall_km2=rung.shortfall_km2[remit.mandate]) for rung in own]
        tables.append(_steps("programme", programme_id, areas[remit.mandate], some, CAUSES_OF_PROGRAMME))
        told += _rows(programme_id, own, remit.mandate)
    progress("a million more for each programme")
    # the coverage of fair plans is not concave in money: what a million gains says little of the next
    ids = {one: one for one in remits if case.settings.objective != "fair"}
    gains = run(gain_of_next_million, base_of(case, space, plan.start), ids) if ids else {}
    return Causes(
        pd.concat(tables, ignore_index=True), pd.DataFrame(told), pd.DataFrame(list(gains.values()))
    )


def climb(start: Start, remit: Remit | None) -> list[Rung]:
    """The rungs above the best choice, of all programmes together or of one."""
    if remit is None:
        return start.climber.all_programmes(start.choice)
    return start.climber.one_programme(remit, start.choice, start.problem, start.rich)


def _steps(
    level: str, programme_id: str, areas: Array, rungs: Sequence[Rung], causes: Sequence[str]
) -> pd.DataFrame:
    """What each rung takes away from the shortfall of each area, and what is left."""
    short = [rung.shortfall_km2 for rung in rungs]
    parts = [above - below for above, below in pairwise(short)] + [short[-1]]
    gaps = [rung.certificate.gap for rung in rungs[1:]]
    return pd.DataFrame(
        {
            "level": level,
            "programme_id": programme_id,
            "area_id": np.repeat(areas, len(causes)),
            "cause": np.tile(np.array(causes, dtype=object), len(areas)),
            "km2": np.stack(parts, axis=1).ravel(),
            "gap": np.tile([*gaps, gaps[-1]], len(areas)),
        }
    )


def _rows(programme_id: str, rungs: Sequence[Rung], some: Booleans) -> Iterator[dict[str, object]]:
    for rung in rungs:
        proof = rung.certificate
        yield {
            "programme_id": programme_id,
            "rung": rung.name,
            "shortfall_km2": float(rung.shortfall_km2[some].sum()),
            "method": rung.method,
            "value": proof.value,
            "bound": proof.bound,
            "gap": proof.gap,
            "tolerance": proof.tolerance,
            "rounds": proof.rounds,
            "status": str(rung.status),
        }

"""The causes of every coverage gap, of all programmes together and of each alone, as tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from planner.case import Case
from planner.causes.gains import Limit, base_of, gains_and_ranges, of_one_price, scarcest_asset
from planner.causes.lifted import Remit, Situation
from planner.causes.names import ALL, CAUSES_OF_PROGRAMME, causes_of_all
from planner.causes.rungs import Ladder, Rung
from planner.core.certificate import Certificate
from planner.core.problem import Array, Booleans, Problem
from planner.errors import NoPlanError
from planner.features.assemble import problem_of
from planner.features.resources import BUDGET
from planner.features.space import Space
from planner.solve.solution import Solution
from planner.solve.solver import Status
from planner.units import MILLION

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
        ranges: ``kind`` and ``id`` of limits, and how far their shadow prices hold, ``holds_least`` and
            ``holds_most``.
    """

    table: pd.DataFrame
    rungs: pd.DataFrame
    gains: pd.DataFrame
    ranges: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Start:
    """Where the rungs of everybody start from; can be pickled.

    Attributes:
        ladder: plans the rungs.
        problem: ``Situation.problem`` of the case.
        choice: the first rung, which is that of all.
    """

    ladder: Ladder
    problem: Problem
    choice: Rung


NO_CAUSES = Causes(pd.DataFrame(), pd.DataFrame(), pd.DataFrame(), pd.DataFrame())


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
    of: Collection[str] | None = None,
    problem: Problem | None = None,
) -> Causes:
    """Why each area stays short of its target, as all programmes together and as each programme see it.

    Args:
        case: the case.
        space: its cells and its effort table.
        plan: its plan.
        progress: told of every rung in a sentence.
        run: how rungs and gains are worked out; one after the other if not given.
        of: ``ALL`` and ids of programmes whose causes and gains are wanted; of everybody if not given.
        problem: what was solved; it is made again if not given.
    """
    world = Situation.of(case, space)
    run = run or one_by_one(progress)
    ladder = Ladder(world, min(TOLERANCE, case.settings.solver.gap_tolerance * 10.0))
    short = world.shortfall_km2(plan.covered)
    value = world.weighted(short)
    proof = Certificate(value, value, world.weighted(world.target_km2), 0, ladder.tolerance)
    top = Rung("plan", short, proof, Status.OPTIMAL, "plan", plan.covered)
    whole = world.problem()
    choice = ladder.planned("choice", whole, top)
    remits = {one: Remit.of(world, one) for one in case.programmes["programme_id"]}
    progress("limits are lifted one after the other")
    tasks = {name: remit for name, remit in {ALL: None, **remits}.items() if of is None or name in of}
    found = run(rungs_above, Start(ladder, whole, choice), tasks)
    areas = case.areas["area_id"].to_numpy(dtype=object)
    tables: list[pd.DataFrame] = []
    told: list[dict[str, object]] = []
    for name, remit in tasks.items():
        rungs = [top, choice, *found[name]]
        some = np.ones(len(areas), dtype=bool) if remit is None else remit.mandate
        told += _rows(name, rungs, some)
        own = [replace(rung, shortfall_km2=rung.shortfall_km2[some]) for rung in rungs]
        if remit is not None:
            tables.append(_steps("programme", name, areas[some], own, CAUSES_OF_PROGRAMME))
            continue
        by_area = _steps("area", ALL, areas, own, causes_of_all(case.settings.answers is not None))
        sums = by_area.groupby("cause", sort=False, as_index=False).agg(
            km2=("km2", "sum"), gap=("gap", "first")
        )
        tables += [sums.assign(level="all", programme_id=ALL, area_id=ALL), by_area]
    worth = pd.DataFrame()
    if case.settings.objective != "fair" and any(name in tasks for name in remits):
        worth = _gains(world, problem or problem_of(case, space), plan, progress, run, of)
    of_money = worth[worth["kind"] == BUDGET].rename(columns={"id": "programme_id"}) if len(worth) else worth
    return Causes(pd.concat(tables, ignore_index=True), pd.DataFrame(told), of_money, worth)


def _gains(
    world: Situation,
    problem: Problem,
    plan: Solution,
    progress: Progress,
    run: Run,
    of: Collection[str] | None,
) -> pd.DataFrame:
    """What a million more for each programme gains, and how far prices hold, as ``gain_and_range`` tells it.

    Nothing without a fine enough plan, and not asked of fair plans: their coverage is not concave in money,
    so what a million gains says little of the next. Of hours, only those of the scarcest asset.
    """
    programmes = [one for one in world.case.programmes["programme_id"] if of is None or one in of]
    limits = [Limit(BUDGET, str(one), MILLION) for one in programmes]
    progress("a million more for each programme")
    try:
        base = base_of(world, problem, plan.start)
    except NoPlanError as error:
        progress(f"there is no plan to measure gains from: {error}")
        return pd.DataFrame()
    scarcest = scarcest_asset(base) if of is None else None
    hours = [scarcest] if scarcest else []
    groups = [*of_one_price(base, limits), *([hours] if hours else [])]
    tasks = {f"{some[0].kind} of {', '.join(one.id for one in some)}": some for some in groups}
    found = [row for rows in run(gains_and_ranges, base, tasks).values() for row in rows]
    table = pd.DataFrame(found).set_index(["kind", "id"], drop=False)
    return table.loc[[(one.kind, one.id) for one in (*limits, *hours)]].reset_index(drop=True)


def rungs_above(start: Start, remit: Remit | None) -> list[Rung]:
    """The rungs above the best choice, of all programmes together or of one."""
    if remit is None:
        return start.ladder.all_programmes(start.choice)
    return start.ladder.one_programme(remit, start.choice, start.problem)


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

"""Plans of years that are kept as soon as they are there, so that a run that was killed can go on.

A plan is known by what it was made from: the contents of its template, its capacities, the gap that was
asked for. A run that goes on asks the same questions in the same order, so that it is given the same plans,
cuts and starts, and ends as it would have; of a case that was changed nothing fits.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from planner.core.prices import KnownPrices, Prices
from planner.core.problem import Matrix, Problem
from planner.jobs import Jobs, side_by_side
from planner.jobs.digest import digest
from planner.solve.decomposition import Many, Planned, one_by_one
from planner.solve.warm_start import Known, WarmStart

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
        parts = (_statuses(found, part) for part in ("columns", "rows"))
        return plan, WarmStart(known, found["inside"], found["spare"], *parts)


def _statuses(found: Mapping[str, Any], part: str) -> dict[str, Known]:
    kinds = [name.split()[1] for name in found if name.startswith(part) and name.endswith("key")]
    return {kind: Known(found[f"{part} {kind} key"], found[f"{part} {kind} status"]) for kind in kinds}

"""Walk the frontier: plans of one case with more and less money, hours, or finer cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner import planning
from planner.analysis.jobs import Failure, Jobs, run_tasks
from planner.analysis.resolving import Base, base_plan, hold, lean, position, the_case, with_gap
from planner.case import Case
from planner.case.settings import CellSettings
from planner.case.wording import listed, show, suggestion
from planner.effort.fleet import fleet_table
from planner.errors import AuditError, InputError, Problem
from planner.frames import numbers
from planner.planning import Progress
from planner.report.results import Results
from planner.report.sweep import Axis, Sweep, contradictions, sweep_of
from planner.solve.start import Start

Array = npt.NDArray[np.float64]
STEPS = 25
FEWEST = 2
COMMAND = "planner sweep"


@dataclass(frozen=True, eq=False)
class Shared:
    """What every point is planned from; can be pickled.

    Attributes:
        case: the case, without its outlines.
        cells: its cells, without outlines.
        effort: its effort table.
        axis: what is swept.
        starts: where points may start from, the nearest by its amount: the base plan, and the last point.
            Never any other point, so that neither their order nor what runs beside them matters.
    """

    case: Case
    cells: pd.DataFrame
    effort: pd.DataFrame
    axis: Axis
    starts: tuple[tuple[float, Start], ...]


def sweep(
    case: Case | str | Path,
    *,
    programmes: Sequence[str] = (),
    assets: Sequence[str] = (),
    all_programmes: bool = False,
    spacing: bool = False,
    start: float = 0.0,
    stop: float = 3.0,
    steps: int = STEPS,
    amount: bool = False,
    gap: float | None = None,
    scenario: str | None = None,
    changes: Mapping[str, object] | None = None,
    jobs: Jobs | None = None,
    progress: Progress = lambda _: None,
) -> Sweep:
    """Plan a case at evenly spaced points of money, hours or spacing; the whole frontier, with its prices.

    Several programmes (or assets) move together, each in proportion to what it has.

    Args:
        case: a case folder, or a case.
        programmes: programmes whose budgets are swept.
        assets: assets and sensors whose hours are swept.
        all_programmes: whether the budgets of all programmes are.
        spacing: whether ``cells.spacing_nm`` is, from ``start`` to ``stop`` [nm].
        start: the first point: a factor on what stands in the case, or an amount.
        stop: the last point.
        steps: number of points.
        amount: whether the points are amounts: money in the case's currency, or hours, of all that is swept
            together.
        gap: relative gap to solve to; the case's own if not given.
        scenario: as in ``read_case``, for a folder.
        changes: as in ``read_case``, for a folder.
        jobs: how the points are planned.
        progress: told of every step in a sentence.

    Raises:
        InputError: the case, or what is to be swept, is wrong.
        NoPlanError: the case as it stands has no plan.
        AuditError: a plan, or the frontier, does not stand up to its audit.
    """
    found = with_gap(the_case(case, scenario, changes), gap)
    ids = list(found.programmes["programme_id"]) if all_programmes else list(programmes)
    axis = _axis(found, ids, assets, spacing=spacing, start=start, stop=stop, steps=steps, amount=amount)
    base = base_plan(found, progress)
    plans, statuses = _plans(base, axis, jobs, progress)
    swept = sweep_of(axis, base.results, plans, statuses)
    wrong = list(contradictions(swept))
    if wrong:
        raise AuditError("the frontier does not stand up to its audit:\n" + "\n".join(wrong))
    return swept


def _plans(
    base: Base, axis: Axis, jobs: Jobs | None, progress: Progress
) -> tuple[dict[int, Results], dict[int, str]]:
    """The plan of every point, or why there is none."""
    tasks = {
        f"point {n}, {amount:,.6g} {axis.unit}": amount for n, amount in enumerate(axis.amounts, start=1)
    }
    found: Mapping[str, Results | Failure]
    if axis.kind == "spacing":
        found = run_tasks(plan_spacing, base.case, tasks, jobs, progress)
    else:
        found = _points(base, axis, tasks, jobs, progress)
    plans, statuses = {}, {}
    for n, name in enumerate(tasks, start=1):
        one = found[name]
        if isinstance(one, Results):
            plans[n] = one if axis.kind == "spacing" else _whole(base.results, one)
        elif one.status:
            statuses[n] = one.status
        else:
            raise AuditError(f"{name}: {one.message}")
    return plans, statuses


def _points(
    base: Base, axis: Axis, tasks: Mapping[str, float], jobs: Jobs | None, progress: Progress
) -> dict[str, Results | Failure]:
    """The points of budgets or hours: the last one from the base plan, the others from the nearer of the two.

    Far from the base plan its prices mislead, and a second round is needed that the last point saves.
    """
    cells = base.ground.cells.assign(geometry=None)
    here = (axis.present, base.solution.start)
    shared = Shared(lean(base.case), cells, base.ground.effort, axis, (here,))
    last = list(tasks)[-1]
    alone = (
        None if jobs is None else replace(jobs, store=None, resume=False)
    )  # the others are what takes long
    (end,) = run_tasks(plan_with_start, shared, {last: tasks[last]}, alone, progress).values()
    plan: Results | Failure
    if isinstance(end, Failure):
        plan = end
    else:
        plan, start = end
        shared = replace(shared, starts=(here, (tasks[last], start)))
    others = {name: amount for name, amount in tasks.items() if name != last}
    return {**run_tasks(plan_point, shared, others, jobs, progress), last: plan}


def plan_point(shared: Shared, amount: float) -> Results:
    """Plan one point of budgets or hours; its cells and effort are those of the base plan.

    Returns:
        The plan without outlines and sources, which are those of the base plan too.
    """
    return plan_with_start(shared, amount)[0]


def plan_with_start(shared: Shared, amount: float) -> tuple[Results, Start]:
    """As ``plan_point``, with what other points may start from."""
    case = moved(shared.case, shared.axis, amount)
    problem = planning.planning_problem(case, shared.cells, shared.effort)
    _, start = min(shared.starts, key=lambda one: abs(one[0] - amount))
    solution = planning.solve(case, problem, start=start)
    hold(problem, solution)
    results = planning.report(case, shared.cells, problem, solution, {})
    nothing = np.empty(0, dtype=object)
    plan = replace(results, area_geometry=nothing, cell_geometry=nothing, run=_small(results))
    return plan, solution.start


def plan_spacing(case: Case, spacing_nm: float) -> Results:
    """Plan the case with cells of another spacing."""
    cells = CellSettings(spacing_nm=spacing_nm)
    return planning.plan(replace(case, settings=case.settings.model_copy(update={"cells": cells})))


def moved(case: Case, axis: Axis, amount: float) -> Case:
    """The case with the amount of what is swept, each part in proportion to what it has."""
    part = {name: share * amount for name, share in zip(axis.ids, axis.shares, strict=True)}
    if axis.kind == "budget":
        return replace(case, programmes=_with(case.programmes, "programme_id", "budget", part))
    assets = _with_hours(case.assets, "asset_id", part)
    return replace(case, assets=assets, sensors=_with_hours(case.sensors, "sensor_id", part))


def _with(table: pd.DataFrame, key: str, column: str, values: Mapping[str, float]) -> pd.DataFrame:
    new = table[key].map(values)
    return table.assign(**{column: new.where(new.notna(), table[column]).astype(np.float64)})


def _with_hours(table: pd.DataFrame, key: str, hours: Mapping[str, float]) -> pd.DataFrame:
    """Give assets or sensors other hours: of the units that there are, or of one where there are none."""
    if table.empty:
        return table
    swept = table[key].isin(list(hours))
    there = table.assign(units=table["units"].where(~swept | (table["units"] > 0), 1))
    units = dict(zip(there[key], numbers(there["units"]), strict=True))
    own = {name: value / units[name] for name, value in hours.items() if name in units}
    return _with(there, key, "hours_per_unit", own)


def _whole(base: Results, one: Results) -> Results:
    """A point's plan with what it shares with the base plan."""
    return replace(
        one,
        assumptions=base.assumptions,
        area_geometry=base.area_geometry,
        cell_geometry=base.cell_geometry,
        land=base.land,
        warnings=base.warnings,
        run={**base.run, **one.run},
    )


def _small(results: Results) -> dict[str, object]:
    return {name: results.run[name] for name in ("counts", "linear_program", "effort_by_kind")}


def _axis(
    case: Case,
    programmes: Sequence[str],
    assets: Sequence[str],
    *,
    spacing: bool,
    start: float,
    stop: float,
    steps: int,
    amount: bool,
) -> Axis:
    """What is swept, with the amount of every point."""
    given = [bool(programmes), bool(assets), spacing]
    if sum(given) != 1:
        rule = "nothing to sweep is named" if not any(given) else "sweeps one kind of thing at a time"
        raise _wrong("", rule, "name programmes, or assets, or the spacing")
    if not (np.isfinite([start, stop]).all() and 0.0 <= start < stop):
        raise _wrong(f"{start:g} to {stop:g}", "is no range", "begin at 0 or above, and end above that")
    if steps < FEWEST:
        raise _wrong(str(steps), "is too few points for a frontier", f"give --steps {FEWEST} or more")
    points = np.linspace(start, stop, steps)
    if spacing:
        return _spacing(case, points)
    ids, stands, kind = _stands(case, programmes, assets)
    present = sum(stands.values())
    unit = case.settings.currency if kind == "budget" else "h"
    if present <= 0.0 and (not amount or len(ids) > 1):
        remedy = "sweep one of them by amounts" if len(ids) > 1 else "sweep it by amounts"
        raise _wrong(listed(ids), "stands at 0, so that no factor moves it", f"{remedy} (--amount)")
    shares = tuple(stands[name] / present for name in ids) if len(ids) > 1 else (1.0,)
    amounts = points if amount else points * present
    return Axis(kind, tuple(ids), shares, unit, present, tuple(amounts.tolist()))


def _spacing(case: Case, points: Array) -> Axis:
    field = CellSettings.model_fields["spacing_nm"]
    least, most = (
        float(getattr(limit, end)) for limit, end in zip(field.metadata, ("ge", "le"), strict=True)
    )
    if points[0] < least or points[-1] > most:
        remedy = f"give --from and --to between {least:g} and {most:g} nautical miles"
        raise _wrong(f"{points[0]:g} to {points[-1]:g}", "is no range of spacings", remedy)
    return Axis("spacing", (), (), "nm", case.settings.cells.spacing_nm, tuple(points.tolist()))


def _stands(
    case: Case, programmes: Sequence[str], assets: Sequence[str]
) -> tuple[list[str], dict[str, float], str]:
    """The ids that are swept, what each has, and the kind."""
    if programmes:
        table, key, column, kind = case.programmes, "programme_id", "budget", "budget"
    else:
        table, key, column, kind = fleet_table(case), "asset_id", "capacity_hours", "hours"
    ids, known = list(programmes or assets), position(table[key])
    what = "programme" if programmes else "asset or sensor"
    problems = [
        Problem(
            COMMAND, 0, f"--{key.removesuffix('_id')}", show(name), f"is no {what}", suggestion(name, known)
        )
        for name in dict.fromkeys(ids)
        if name not in known
    ]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        problems.append(Problem(COMMAND, 0, "", listed(twice), "is named twice", "name it once"))
    if problems:
        raise InputError(problems)
    stands = dict(zip(table[key], numbers(table[column]).tolist(), strict=True))
    return ids, {name: stands[name] for name in ids}, kind


def _wrong(value: str, rule: str, remedy: str) -> InputError:
    return InputError([Problem(COMMAND, 0, "", value, rule, remedy)])

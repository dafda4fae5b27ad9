"""Sweep: plans of one case with more and less money, hours, or finer cells: the frontier and its price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.case import Case
from planner.errors import AuditError, InputError, Problem
from planner.features.fleet import fleet_table
from planner.frames import numbers
from planner.jobs import Failure, run_tasks
from planner.results.results import Results
from planner.schema.settings import CellSettings
from planner.schema.wording import listed, show, suggestion
from planner.studies.engine import (
    Base,
    How,
    Runner,
    Shared,
    Variant,
    base_plan,
    plan_with_start,
    status_row,
    the_case,
    with_gap,
)
from planner.studies.kept import ALL_TABLES
from planner.studies.study import Study, study_of
from planner.studies.sweep_tables import TABLES, Axis, contradictions, point_name, points_table, sweep_tables
from planner.studies.sweep_text import describe
from planner.studies.text import CONCAVE

Array = npt.NDArray[np.float64]
STEPS = 25
FEWEST = 2
COMMAND = "planner sweep"
LEAST = {"budget": 0.01, "hours": 0.001}
"""What is above 0 and below this is a slip: no plan can tell it from nothing, nor its price from chance."""
FROM_BASE = ("assumptions", "bases", "area_geometry", "cell_geometry", "land", "warnings")
"""What a point's plan has in common with that of the case as it stands."""


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
    **how: Unpack[How],
) -> Study:
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
        how: see ``How``.

    Returns:
        The study; its variants are the points, by "point N"; a point without a plan is in ``failures``.

    Raises:
        InputError: the case, or what is to be swept, is wrong.
        NoPlanError: the case as it stands has no plan.
        AuditError: the frontier contradicts itself.
    """
    found = with_gap(the_case(case, how), gap)
    ids = list(found.programmes["programme_id"]) if all_programmes else list(programmes)
    axis = _axis(found, ids, assets, spacing=spacing, start=start, stop=stop, steps=steps, amount=amount)
    runner = Runner("sweep", (found, axis), how)
    base = base_plan(found, runner.progress)
    plans = _plans(base, axis, runner)
    wrong = list(contradictions(axis, base.results, points_table(axis, plans)))
    if wrong:
        raise AuditError("the frontier does not pass its audit:\n" + "\n".join(wrong))
    return study_of(
        "sweep",
        found,
        base.results,
        {point_name(n): one for n, one in plans.items()},
        describe,
        titles={point_name(n): axis.place(value) for n, value in enumerate(axis.amounts, start=1)},
        tables=lambda differences: sweep_tables(axis, base.results, plans, differences),
        declared=TABLES,
        document={
            "concave": axis.kind != "spacing" and base.results.objective in CONCAVE,
            "swept": asdict(axis),
            "as_it_stands": status_row(base.results),
        },
        first=False,
    )


def _plans(base: Base, axis: Axis, runner: Runner) -> dict[int, Results | Failure]:
    """The plan of every point, or why there is none.

    Budgets and hours: the last point starts from the base plan, the others from the nearer of the two. Far
    from the base plan its prices mislead, and a second round is needed that the last point saves.
    """
    points = [
        Variant(f"point {n}, {amount:,.6g} {axis.unit}", moved(base.case, axis, amount), amount)
        for n, amount in enumerate(axis.amounts, start=1)
    ]
    if axis.kind == "spacing":
        shared = Shared(base.case, (base.space,), tables=ALL_TABLES, outlines=True, audited=True)
        return dict(enumerate(runner.plan(shared, points).values(), start=1))
    tables = tuple(name for name in ALL_TABLES if name != "assumptions")
    here = (axis.present, base.solution.start)
    shared = Shared(base.case, (base.space,), (here,), tables)
    last = points[-1]
    alone = replace(runner.jobs, store=None, resume=False)  # the others are what takes long
    (end,) = run_tasks(plan_with_start, shared, {last.name: last}, alone, runner.progress).values()
    if not isinstance(end, Failure):
        shared = replace(shared, starts=(here, (last.at, end[1])))
    found = runner.plan(shared, points[:-1])
    found[last.name] = end if isinstance(end, Failure) else end[0]
    rest = {name: getattr(base.results, name) for name in FROM_BASE}
    return {
        n: one if isinstance(one, Failure) else replace(one, **rest, run={**base.results.run, **one.run})
        for n, one in enumerate(found.values(), start=1)
    }


def moved(case: Case, axis: Axis, amount: float) -> dict[str, Any]:
    """What an amount of what is swept replaces in a case, each part in proportion to what it has."""
    if axis.kind == "spacing":
        cells = CellSettings(spacing_nm=amount)
        return {"settings": case.settings.model_copy(update={"cells": cells})}
    part = {name: share * amount for name, share in zip(axis.ids, axis.shares, strict=True)}
    if axis.kind == "budget":
        return {"programmes": _with(case.programmes, "programme_id", "budget", part)}
    assets = _with_hours(case.assets, "asset_id", part)
    return {"assets": assets, "sensors": _with_hours(case.sensors, "sensor_id", part)}


def _with(table: pd.DataFrame, key: str, column: str, values: Mapping[str, float]) -> pd.DataFrame:
    new = table[key].map(values)
    return table.assign(**{column: new.where(new.notna(), table[column]).astype(np.float64)})


def _with_hours(table: pd.DataFrame, key: str, hours: Mapping[str, float]) -> pd.DataFrame:
    """Give assets or sensors other hours: of the units that there are, or of one where there are none."""
    swept = table[key].isin(list(hours))
    if not swept.any():
        return table
    there = table.assign(units=table["units"].where(~swept | (table["units"] > 0), 1))
    units_of = dict(zip(there[key], numbers(there["units"]), strict=True))
    own = {name: value / units_of[name] for name, value in hours.items() if name in units_of}
    return _with(there, key, "hours_per_unit", own)


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
        rule, remedy = "is not a range", "begin at 0 or above, and end above that"
        raise _wrong(f"{start:g} to {stop:g}", rule, remedy)
    if steps < FEWEST:
        raise _wrong(str(steps), "is too few points for a frontier", f"give --steps {FEWEST} or more")
    points = np.linspace(start, stop, steps)
    if spacing:
        return _spacing(case, points)
    names, stands, kind = _swept(case, programmes, assets)
    ids = tuple(names)
    present = sum(stands.values())
    unit = case.settings.currency if kind == "budget" else "h"
    if present <= 0.0 and (not amount or len(ids) > 1):
        remedy = "sweep one of them by amounts" if len(ids) > 1 else "sweep it by amounts"
        raise _wrong(listed(ids), "is 0, so that no factor moves it", f"{remedy} (--amount)")
    shares = tuple(stands[name] / present for name in ids) if len(ids) > 1 else (1.0,)
    amounts = points if amount else points * present
    part = np.outer(amounts, shares)
    too_small = part[(part > 0.0) & (part < LEAST[kind])]
    if len(too_small):
        rule = f"is above 0 but less than {LEAST[kind]:g} {unit}"
        raise _wrong(f"{too_small[0]:g} {unit}", rule, "begin at 0, or at more than that")
    return Axis(kind, ids, shares, unit, present, tuple(amounts.tolist()), tuple(names.values()))


def _spacing(case: Case, points: Array) -> Axis:
    limits = CellSettings.model_fields["spacing_nm"].metadata
    least, most = (
        next(float(getattr(one, end)) for one in limits if hasattr(one, end)) for end in ("ge", "le")
    )
    if points[0] < least or points[-1] > most:
        remedy = f"give --from and --to between {least:g} and {most:g} nautical miles"
        raise _wrong(f"{points[0]:g} to {points[-1]:g}", "is not a range of spacings", remedy)
    return Axis("spacing", (), (), "nm", case.settings.cells.spacing_nm, tuple(points.tolist()))


def _swept(
    case: Case, programmes: Sequence[str], assets: Sequence[str]
) -> tuple[dict[str, str], dict[str, float], str]:
    """The names of what is swept by id, what each has, and the kind."""
    if programmes:
        table, key, column, kind = case.programmes, "programme_id", "budget", "budget"
    else:
        table, key, column, kind = fleet_table(case), "asset_id", "capacity_hours", "hours"
    ids, stands = (
        list(programmes or assets),
        dict(zip(table[key], numbers(table[column]).tolist(), strict=True)),
    )
    what, option = "programme" if programmes else "asset or sensor", f"--{key.removesuffix('_id')}"
    problems = [
        Problem(
            COMMAND,
            0,
            option,
            show(name),
            f"is not {'a' if programmes else 'an'} {what}",
            suggestion(name, stands),
        )
        for name in dict.fromkeys(ids)
        if name not in stands
    ]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        problems.append(Problem(COMMAND, 0, "", listed(twice), "is named twice", "name it once"))
    if problems:
        raise InputError(problems)
    called = dict(zip(table[key], table["name"], strict=True))
    return {name: called[name] for name in ids}, {name: stands[name] for name in ids}, kind


def _wrong(value: str, rule: str, remedy: str) -> InputError:
    return InputError([Problem(COMMAND, 0, "", value, rule, remedy)])

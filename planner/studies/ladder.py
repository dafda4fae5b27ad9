"""Ladder: the shortfall of a plan as pooling, money, access and hours are granted one after another.

A plan that aims at coverage may miss targets that it could keep, and given more money it goes for cheap
water first: its shortfall may grow. So each rung below the plan is the *least total shortfall* [km², every
area counting alike] under its limits, and the first step says what the plan's own objective prefers. Each
rung is an edit of the case above it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.case import SERVICES, Case
from planner.errors import NoPlanError
from planner.frames import numbers
from planner.jobs import Failure, Jobs
from planner.studies import ladder_text, planning
from planner.studies.engine import Runner, Shared, Variant, with_gap, with_settings
from planner.studies.ladder_tables import STEPS, TABLES, Rung, areas_table, known_km2, rung_table, steps_km2
from planner.studies.planning import Certificate, Progress, Results, Space, Status, fleet_table
from planner.studies.study import Study, study_of
from planner.studies.tables import meanings

Array = npt.NDArray[np.float64]

TOLERANCE = 1e-4
"""Largest optimality gap of a rung; the case's own where that is finer."""


def ladder(
    case: Case,
    results: Results | None = None,
    *,
    before: Sequence[Space] = (),
    jobs: Jobs | None = None,
    progress: Progress = lambda _: None,
) -> Study:
    """Climb down from a plan's shortfall: choice, earmarking, money, access, hours, out of reach.

    Args:
        case: the case.
        results: the case's plan, if it was made already; else it is made.
        before: spaces of other cases, taken over as far as their inputs are the same.
        jobs: where the rungs are solved.
        progress: told of every step in a sentence.

    Returns:
        The study; a rung without a plan is among its ``failures``, and its step is blank.

    Raises:
        NoPlanError: there is no plan.
        ValueError: the results are not those of the case.
    """
    space = planning.make_space(case, before)
    own = planning.plan(case, progress, before=[space]) if results is None else results
    if own.areas["area_id"].tolist() != case.areas["area_id"].tolist():
        raise ValueError("the results are not those of the case: their areas differ")
    rungs, plans = climb(case, own, space, jobs or Jobs(), progress)
    shortfall = {"shortfall": known_km2(rungs[0]), **steps_km2(rungs)}
    proof = {**asdict(own.certificate), "gap": own.certificate.gap, "status": str(own.status)}
    return study_of(
        "ladder",
        case,
        own,
        plans,
        first=("plan", own),
        tables={
            "ladder": rung_table(rungs),
            "ladder_areas": areas_table("ladder_areas", case.areas, shortfall),
            "ladder_programmes": areas_table(
                "ladder_programmes",
                case.programmes,
                {name: _over_mandates(case, km2) for name, km2 in shortfall.items()},
            ),
        },
        document={
            "inputs": dict(case.hashes),
            "plan": proof,
            "steps": dict(STEPS),
            "columns": meanings(TABLES),
        },
        describe=ladder_text.describe,
    )


def climb(
    case: Case, own: Results, space: Space, jobs: Jobs, progress: Progress = lambda _: None
) -> tuple[list[Rung], dict[str, Results | Failure]]:
    """The rungs of a case from its plan to unlimited hours, and the plans of those that are solved.

    A plan of one rung keeps the limits of all rungs below it. So where the solver's plan of a lower rung is
    worse, within its gap, than that of the rung above, the latter is the better plan of both: no step is
    ever negative. For the same reason what no plan of a lower rung can beat holds for the rungs above too.
    """
    edits = rung_edits(case)
    shared = Shared(case, (space,), tables=("areas",))
    runner = Runner("ladder", case, jobs, progress)
    plans = runner.plan(shared, [Variant(name, each) for name, each in edits.items()])
    top = Rung("plan", own.objective, numbers(own.areas["shortfall_km2"]), 0.0, own.certificate, own.status)
    rungs = [top]
    for name, plan in plans.items():
        if isinstance(plan, Failure):
            rungs.append(replace(top, name=name, shortfall_km2=None, status=_status(plan)))
            continue
        km2, proof = numbers(plan.areas["shortfall_km2"]), plan.certificate
        found = Rung(name, "shortfall", km2, proof.bound, proof, plan.status)
        rungs.append(better(_last(rungs), found))
    everywhere = planning.prepare(replace(case, **edits["access"]), [space])
    rungs.append(better(_last(rungs), _unlimited_hours(case, own, planning.reachable_km2(everywhere))))
    return with_bounds_from_below(rungs), plans


def _status(failure: Failure) -> Status:
    try:
        return Status(failure.status)
    except ValueError as error:
        raise NoPlanError(failure.status, failure.message) from error


def rung_edits(case: Case) -> dict[str, dict[str, Any]]:
    """What each rung replaces in the case: least total shortfall, and all that is lifted down to it.

    What planners ask for themselves (``limits.csv``) is part of what they prefer: "choice" lifts it.
    """
    fine = with_gap(case, min(case.settings.solver.gap_tolerance, TOLERANCE))
    edits: dict[str, Any] = {
        "settings": with_settings(fine, objective="shortfall").settings,
        "areas": case.areas.assign(risk_weight=1.0),
        "limits": case.limits.iloc[:0],
    }
    found = {"choice": dict(edits)}
    for name, lift in _LIFTED.items():
        edits |= lift(case)
        found[name] = dict(edits)
    return found


def _pooled(case: Case) -> dict[str, Any]:
    """All money in one programme that may pay for everything everywhere."""
    money = case.programmes
    if money.empty:
        return {}
    fleet = fleet_table(case)
    one = money.iloc[[0]].assign(budget=numbers(money["budget"]).sum())
    anything = {
        "asset_kinds": tuple(fleet["kind"].unique()),
        "assets": tuple(fleet["asset_id"]),
        "areas": tuple(case.areas["area_id"]),
        "services": tuple(SERVICES),
    }
    lists = {name: pd.Series([each], index=one.index, dtype=object) for name, each in anything.items()}
    return {"programmes": one.assign(**lists)}


def _without_cost(case: Case) -> dict[str, Any]:
    """Unlimited money is money that nothing costs: no budget is used, no programme is asked."""
    costs = ("cost_per_hour", "cost_per_mission", "cost_per_scene")
    return {
        frame: getattr(case, frame).assign(**{name: 0.0 for name in costs if name in getattr(case, frame)})
        for frame in ("assets", "sensors")
    }


def _with_access(case: Case) -> dict[str, Any]:
    operators = list(dict.fromkeys(fleet_table(case)["operator"]))
    given = {"operator": operators, "areas": [tuple(case.areas["area_id"])] * len(operators)}
    blank = [""] * len(operators)
    return {"access": pd.DataFrame({name: given.get(name, blank) for name in case.access.columns})}


_LIFTED: Mapping[str, Callable[[Case], dict[str, Any]]] = {
    "earmarking": _pooled,
    "money": _without_cost,
    "access": _with_access,
}
"""What each rung lifts, besides what those above have lifted."""


def _unlimited_hours(case: Case, own: Results, reachable_km2: Array) -> Rung:
    """Shortfall = max(0, target - water that is reached), in every area: what endless effort tends to."""
    target = numbers(case.areas["target_coverage"]) * numbers(own.areas["area_km2"])
    short = np.maximum(0.0, target - reachable_km2)
    total = float(short.sum())
    proof = replace(own.certificate, value=total, bound=total, rounds=0, tolerance=0.0)
    return Rung("hours", "closed_form", short, total, proof, Status.OPTIMAL)


def _last(rungs: Sequence[Rung]) -> Rung:
    """The lowest rung that has a plan."""
    return next(one for one in reversed(rungs) if one.shortfall_km2 is not None)


def better(above: Rung, rung: Rung) -> Rung:
    """The rung with the plan of the rung above, where that one is the better."""
    if rung.total_km2 <= above.total_km2:
        return rung
    proof: Certificate = replace(rung.certificate, value=above.total_km2)
    status = Status.OPTIMAL if proof.proven else rung.status
    return replace(rung, shortfall_km2=above.shortfall_km2, certificate=proof, status=status)


def with_bounds_from_below(rungs: Sequence[Rung]) -> list[Rung]:
    """Every rung with the largest least shortfall of those below it, which have fewer limits."""
    least, found = 0.0, []
    for rung in reversed(rungs):
        solved = rung.shortfall_km2 is not None
        least = max(least, rung.least_km2) if solved else least
        if rung.name == "plan" or not solved or least <= rung.certificate.bound:
            found.append(rung)
            continue
        proof = replace(rung.certificate, bound=least)
        status = Status.OPTIMAL if proof.proven else rung.status
        found.append(replace(rung, least_km2=least, certificate=proof, status=status))
    return found[::-1]


def _over_mandates(case: Case, km2: Array) -> Array:
    """Sums over the areas of each programme's mandate, shape (programmes,)."""
    areas = case.areas["area_id"]
    return numbers([km2[areas.isin(list(own)).to_numpy()].sum() for own in case.programmes["areas"]])

"""Ladder: the shortfall of a plan as pooling, money, access and hours are granted one after another.

A plan that aims at coverage may miss targets that it could keep, and given more money it goes for cheap
water first: its shortfall may grow. So each rung below the plan is the *least total shortfall* [km², every
area counting alike] under its limits, and the first step says what the plan's own objective prefers. Each
rung is an edit of the case above it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner import pipeline
from planner.case import SERVICES, Case
from planner.core.certificate import Certificate
from planner.core.search_theory import pod
from planner.errors import NoPlanError
from planner.features.fleet import fleet_table
from planner.features.space import Space, make_space
from planner.frames import numbers, sum_by
from planner.jobs import Failure, Jobs
from planner.pipeline import Prepared, Progress
from planner.results.plain_text import count, percent
from planner.results.results import Results
from planner.solve.solver import Status
from planner.studies.engine import How, Runner, Shared, Variant, silent, with_gap, with_settings
from planner.studies.ladder_tables import STEPS, TABLES, Rung, areas_table, known_km2, rung_table, steps_km2
from planner.studies.study import Study, study_of
from planner.studies.tables import Section

Array = npt.NDArray[np.float64]

TOLERANCE = 1e-4
"""Largest optimality gap of a rung; the case's own where that is finer."""
RUNGS_SHOWN = ("title", "shortfall_km2", "step", "share", "proof", "takes_away")
ORDER_NOTE = (
    "Each rung keeps what the rungs above it grant. A step depends on this order: hours come last, so they "
    "bear what money and access alone cannot do."
)
SIGN_NOTE = (
    "The steps of all areas together are never negative. Those of a single area can be: what is freed goes "
    "where it saves most, and may leave other water."
)
MANDATE_NOTE = "Mandates overlap: never add these rows. Their steps can have either sign, too."


def ladder(
    case: Case,
    results: Results | None = None,
    *,
    before: Sequence[Space] = (),
    jobs: Jobs | None = None,
    progress: Progress = silent,
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
    space = make_space(case, before)
    own = pipeline.plan(case, progress, before=[space]) if results is None else results
    if own.areas["area_id"].tolist() != case.areas["area_id"].tolist():
        raise ValueError("the results are not those of the case: their areas differ")
    rungs, plans = climb(case, own, space, How(jobs=jobs, progress=progress))
    steps = {"shortfall": known_km2(rungs[0]), **steps_km2(rungs)}
    of_programmes = {name: _over_mandates(case, km2) for name, km2 in steps.items()}
    return study_of(
        "ladder",
        case,
        own,
        {"plan": own, **plans},
        describe,
        tables={
            "ladder": rung_table(rungs),
            "ladder_areas": areas_table("ladder_areas", case.areas, steps),
            "ladder_programmes": areas_table("ladder_programmes", case.programmes, of_programmes),
        },
        declared=TABLES,
        document={
            "plan": {**asdict(own.certificate), "gap": own.certificate.gap, "status": str(own.status)},
            "steps": dict(STEPS),
        },
        first=False,
    )


def describe(study: Study) -> tuple[list[str], list[Section]]:
    """The rungs with their steps, then the steps of every area and programme."""
    failed = [f"FAILED: rung {name}: {one.message}" for name, one in study.failures.items()]
    return failed, list(_sections(study))


def _sections(study: Study) -> Iterator[Section]:
    rungs = study["ladder"]
    whole, first = float(rungs["shortfall_km2"].iloc[0]), rungs["rung"] == "plan"
    proofs = [
        (f"{row['gap']:.0e}" if row["rounds"] else "exact")
        + ("" if row["status"] == "optimal" else " not proven")
        for row in rungs.to_dict("records")
    ]
    shown = rungs.assign(
        step=rungs["step_km2"].map(count).where(~first, ""),
        share=(rungs["step_km2"] / (whole or math.nan)).map(percent).where(~first & bool(whole), ""),
        proof=proofs,
        takes_away=[STEPS.get(name, "") for name in rungs["rung"]],
    )
    heading = "Why the coverage gap is there: shortfall of all areas as limits are lifted"
    yield TABLES["ladder"].section(heading, shown, RUNGS_SHOWN, (ORDER_NOTE,))
    for name, heading, note in (
        ("ladder_areas", "By area [km²]", SIGN_NOTE),
        ("ladder_programmes", "By programme, in its mandate [km²]", MANDATE_NOTE),
    ):
        if len(study[name]):
            steps = [f"{step}_km2" for step in ("shortfall", *STEPS)]
            yield TABLES[name].section(heading, study[name], ("name", *steps), (note,))


def climb(
    case: Case, own: Results, space: Space, how: How
) -> tuple[list[Rung], dict[str, Results | Failure]]:
    """The rungs of a case from its plan to unlimited hours, and the plans of those that are solved.

    A plan of one rung keeps the limits of all rungs below it. So where the solver's plan of a lower rung is
    worse, within its gap, than that of the rung above, the latter is the better plan of both: no step is
    ever negative. For the same reason what no plan of a lower rung can beat holds for the rungs above too.
    """
    edits = rung_edits(case)
    shared = Shared(case, (space,))
    plans = Runner("ladder", case, how).plan(shared, [Variant(name, each) for name, each in edits.items()])
    top = Rung("plan", own.objective, numbers(own.areas["shortfall_km2"]), 0.0, own.certificate, own.status)
    rungs = [top]
    for name, plan in plans.items():
        if isinstance(plan, Failure):
            rungs.append(replace(top, name=name, shortfall_km2=None, status=_status(plan)))
            continue
        km2, proof = numbers(plan.areas["shortfall_km2"]), plan.certificate
        found = Rung(name, "shortfall", km2, proof.bound, proof, plan.status)
        rungs.append(better(_last(rungs), found))
    everywhere = pipeline.prepare(replace(case, **edits["access"]), [space])
    rungs.append(better(_last(rungs), _unlimited_hours(case, own, reachable_km2(everywhere))))
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


def reachable_km2(prepared: Prepared) -> Array:
    """Water of each area that could be watched if hours had no end, shape (areas,) [km²].

    All of a cell where a patrol or a satellite reaches it. Of a cell that only fixed sensors see, the water
    in their footprints, 1 - product of (1 - share), and never less than they watch with their own hours.
    """
    case, cells, effort = prepared.case, prepared.space.cells, prepared.space.effort
    effort = effort[numbers(effort["factor"]) > 0.0]
    cell, asset = effort["cell"].to_numpy(), effort["asset"].to_numpy()
    fleet = fleet_table(case)
    fixed = (fleet["kind"] == "fixed").to_numpy()[asset]
    outside, factor = np.ones(len(cells)), np.zeros(len(cells))
    for at, (share, _) in prepared.space.distances.result.footprints.items():
        seen = np.zeros(len(cells), dtype=bool)
        seen[cell[asset == len(case.assets) + at]] = True
        outside *= np.where(seen, 1.0 - share, 1.0)
    capacity = numbers(fleet["capacity_hours"])
    np.add.at(factor, cell[fixed], (numbers(effort["factor"]) * capacity[asset])[fixed])
    reached = np.maximum(1.0 - outside, pod(factor))
    reached[cell[~fixed]] = 1.0
    return sum_by(cells["area"], numbers(cells["area_km2"]) * reached, len(case.areas))


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

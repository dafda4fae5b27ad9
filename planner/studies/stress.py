"""Stress: what a plan loses with each thing that it leans on, as planned, and with a new plan without it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from planner.case import Case
from planner.frames import numbers
from planner.jobs import Failure, Jobs
from planner.studies import stress_text
from planner.studies.as_planned import Left, Plan
from planner.studies.contingencies import Contingency, contingencies
from planner.studies.engine import (
    FAILED,
    GAP,
    TIGHTER,
    Base,
    Runner,
    Shared,
    Variant,
    base_plan,
    the_case,
    with_gap,
)
from planner.studies.next_text import AS_IT_STANDS
from planner.studies.planning import Certificate, Progress, Results, figures
from planner.studies.study import Study, study_of
from planner.studies.tables import Contract, meanings, table_of
from planner.studies.where import changes_by_area, total

RESOLVED, UNUSED = "re-solved", "not used"
TABLES: Mapping[str, Contract] = {
    "losses": {
        "rank": ("int64", "by what is lost with a new plan, from 1"),
        "kind": ("str", "programme, asset, base, access (a row of access.csv) or named ([stress.NAME])"),
        "id": ("str", "programme, asset or sensor, base, operator, or name"),
        "row": ("int64", "for access: number of the operator's row, from 1; else 0"),
        "title": ("str", "what it is called"),
        "share": ("float64", "share of the horizon for which it is lost"),
        "lost": ("float64", "lost if all else stays as planned [objective]"),
        "lost_anew": ("float64", "lost by the best plan without it [objective]"),
        "lost_anew_least": ("float64", "at least this, by the two certificates [objective]"),
        "lost_anew_most": ("float64", "at most this, by the two certificates [objective]"),
        "saved": ("float64", "what a new plan saves: lost - lost_anew [objective]"),
        "saved_share": ("float64", "saved / lost; blank where nothing is lost"),
        "covered_km2": ("float64", "change of the covered km² of all areas if all else stays [km²]"),
        "covered_anew_km2": ("float64", "the same with a new plan [km²]"),
        "shortfall_km2": ("float64", "change of the shortfall of all areas if all else stays [km²]"),
        "shortfall_anew_km2": ("float64", "the same with a new plan [km²]"),
        "how": ("str", "re-solved, or not used: the plan does without it, and stays as it is"),
        "status": ("str", "optimal, or why the new plan is not proven, or why there is none"),
        "plan_value": ("float64", "of the new plan [risk-weighted km² missed, or short]"),
        "bound": ("float64", "no plan without it has a value below this"),
        "gap": ("float64", "(plan_value - bound) / plan_value"),
        "rounds": ("int64", "linear programs that were solved; 0 where the plan does without it"),
    },
    "areas": {
        "rank": ("int64", "rank of the contingency"),
        "kind": ("str", "its kind"),
        "id": ("str", "programme, asset or sensor, base, operator, or name"),
        "row": ("int64", "for access: number of the operator's row, from 1; else 0"),
        "area_id": ("str", "area"),
        "coverage": ("float64", "change of the coverage if all else stays as planned [share]"),
        "coverage_anew": ("float64", "change of the coverage with a new plan [share]"),
        "covered_km2": ("float64", "change of the covered km² if all else stays as planned [km²]"),
        "covered_anew_km2": ("float64", "change of the covered km² with a new plan [km²]"),
        "shortfall_km2": ("float64", "change of the shortfall if all else stays as planned [km²]"),
        "shortfall_anew_km2": ("float64", "change of the shortfall with a new plan [km²]"),
    },
}


@dataclass(frozen=True, eq=False)
class Outcome:
    """A contingency, what is left as planned, and the new plan, where one was made."""

    gone: Contingency
    left: Left
    plan: Results | Failure | None


def stress(
    case: Case | str | Path,
    *,
    gap: float = GAP,
    scenario: str | None = None,
    changes: Mapping[str, object] | None = None,
    jobs: Jobs | None = None,
    progress: Progress = lambda _: None,
) -> Study:
    """Lose each programme, asset, base and access agreement in turn, and each [stress.NAME] of the case.

    For every contingency: what is lost if all else stays as planned, what the best plan without it loses, and
    where.

    Args:
        case: a case folder, or a case.
        gap: relative gap to solve to, or the case's own where that is smaller.
        scenario: as in ``read_case``, for a folder.
        changes: as in ``read_case``, for a folder.
        jobs: how the contingencies are planned with.
        progress: told of every step in a sentence.

    Raises:
        InputError: the case is wrong.
        NoPlanError: the case as it stands has no plan.
    """
    found = the_case(case, scenario, changes)
    gap = min(gap, found.settings.solver.gap_tolerance)
    base = base_plan(with_gap(found, gap * TIGHTER), progress)
    plan = Plan(base.results)
    everything = [(gone, plan.without(gone)) for gone in contingencies(found)]
    touched = [gone for gone, left in everything if left.used]
    progress(f"{len(touched)} of {len(everything)} contingencies touch the plan")
    shared = Shared(with_gap(base.case, gap), (base.space,), ((0.0, base.solution.start),), tables=("areas",))
    runner = Runner("stress", (found, gap), jobs or Jobs(), progress)
    plans = runner.plan(shared, [Variant(gone.name, gone.edits) for gone in touched])
    ranked = _ranked(base, [Outcome(gone, left, plans.get(gone.name)) for gone, left in everything])
    return study_of(
        "stress",
        found,
        base.results,
        plans,
        {gone.name: gone.title for gone in touched},
        first=(AS_IT_STANDS, base.results),
        tables={
            "losses": table_of(TABLES["losses"], [row for row, _ in ranked]),
            "areas": table_of(
                TABLES["areas"], [area for row, one in ranked for area in _where(base, row, one)]
            ),
        },
        document={"gap_tolerance": gap, "inputs": dict(found.hashes), "columns": meanings(TABLES)},
        describe=stress_text.describe,
    )


def _ranked(base: Base, outcomes: Sequence[Outcome]) -> list[tuple[dict[str, object], Outcome]]:
    """The outcomes with their rows, worst first; those without a plan before all others."""
    rows = [_row(base.results, one) for one in outcomes]
    table = pd.DataFrame(rows).reindex(columns=list(TABLES["losses"]))
    order = table.sort_values(
        ["lost_anew", "lost", "kind", "id", "row"],
        ascending=[False, False, True, True, True],
        na_position="first",
    ).index
    return [({**rows[n], "rank": rank}, outcomes[n]) for rank, n in enumerate(order, start=1)]


def _row(base: Results, one: Outcome) -> dict[str, object]:
    gone, left, plan, before = one.gone, one.left, one.plan, base.certificate
    row: dict[str, object] = {name: getattr(gone, name) for name in ("kind", "id", "row", "title", "share")}
    row |= {
        "lost": left.lost,
        "covered_km2": float(left.covered_km2.sum()),
        "shortfall_km2": float(left.shortfall_km2.sum()),
        "how": RESOLVED if left.used else UNUSED,
    }
    if isinstance(plan, Failure):
        return row | {"status": plan.status or FAILED, "rounds": 0}
    proof = before if plan is None else plan.certificate
    if plan is None:
        anew, least, most = 0.0, 0.0, max(0.0, before.value - before.bound)
    else:
        anew, least, most = _lost_anew(before, proof, left.lost)
    return row | {
        "status": str(base.status if plan is None else plan.status),
        **figures(proof, ("plan_value", "bound", "gap")),
        "rounds": 0 if plan is None else proof.rounds,
        "lost_anew": anew,
        "lost_anew_least": least,
        "lost_anew_most": most,
        "saved": left.lost - anew,
        "saved_share": (left.lost - anew) / left.lost if left.lost > 0.0 else math.nan,
        "covered_anew_km2": total(base, plan, "covered_km2"),
        "shortfall_anew_km2": total(base, plan, "shortfall_km2"),
    }


def _lost_anew(before: Certificate, after: Certificate, lost: float) -> tuple[float, float, float]:
    """What the best plan without it loses, with what the certificates allow.

    Where they allow it, it is not below nothing, nor above what is lost if all else stays: the plan that
    stays is a plan too, and both differences come from plans that may be off by their gaps.
    """
    anew = after.value - before.value
    least, most = after.bound - before.value, after.value - before.bound
    if anew < 0.0 <= most:
        anew = 0.0
    if least <= lost < anew:
        anew = lost
    least = max(0.0, least) if most >= 0.0 else least
    return anew, min(least, anew), max(most, anew)


def _where(base: Base, row: Mapping[str, object], one: Outcome) -> list[dict[str, object]]:
    """What every area loses, as planned and with a new plan."""
    if not one.left.used:
        return []
    areas, left = base.results.areas, one.left
    keys = {name: row[name] for name in ("rank", "kind", "id", "row")}
    anew = list(changes_by_area(base.results, one.plan)) if isinstance(one.plan, Results) else None
    found = []
    for n, (area, km2) in enumerate(zip(areas["area_id"], numbers(areas["area_km2"]), strict=True)):
        new = anew[n] if anew is not None else {}
        found.append(
            {
                **keys,
                "area_id": area,
                "coverage": left.covered_km2[n] / km2,
                "covered_km2": left.covered_km2[n],
                "shortfall_km2": left.shortfall_km2[n],
                "coverage_anew": new.get("coverage", np.nan),
                "covered_anew_km2": new.get("covered_km2", np.nan),
                "shortfall_anew_km2": new.get("shortfall_km2", np.nan),
            }
        )
    return found

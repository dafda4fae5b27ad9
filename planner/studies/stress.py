"""Stress: what a plan loses with each thing that it leans on, as planned, and with a new plan without it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Unpack

import numpy as np
import pandas as pd

from planner.case import Case
from planner.causes.names import ALL
from planner.core.certificate import Certificate
from planner.frames import numbers
from planner.jobs import Failure
from planner.results.results import Results
from planner.studies.as_planned import Left, Plan
from planner.studies.contingencies import Contingency, contingencies
from planner.studies.engine import (
    GAP,
    TIGHTER,
    How,
    Runner,
    Shared,
    base_plan,
    certificate_row,
    status_row,
    the_case,
    with_gap,
)
from planner.studies.metrics import wide
from planner.studies.stress_tables import TABLES
from planner.studies.stress_text import describe
from planner.studies.study import Study, study_of

RESOLVED, UNUSED = "re-solved", "not used"
CHANGES = ("covered_km2", "shortfall_km2")


def stress(case: Case | str | Path, *, gap: float = GAP, **how: Unpack[How]) -> Study:
    """Lose each programme, asset, base and access agreement in turn, and each [stress.NAME] of the case.

    For every contingency: what is lost if all else stays as planned, what the best plan without it loses, and
    where.

    Args:
        case: a case folder, or a case.
        gap: relative gap to solve to, or the case's own where that is smaller.
        how: see ``How``.

    Raises:
        InputError: the case is wrong.
        NoPlanError: the case as it stands has no plan.
    """
    found = the_case(case, how)
    gap = min(gap, found.settings.solver.gap_tolerance)
    runner = Runner("stress", (found, gap), how)
    base = base_plan(with_gap(found, gap * TIGHTER), runner.progress)
    plan = Plan(base)
    everything = [(gone, plan.without(gone)) for gone in contingencies(found)]
    touched = [gone for gone, left in everything if left.used]
    runner.progress(f"{len(touched)} of {len(everything)} contingencies touch the plan")
    shared = Shared(with_gap(base.case, gap), (base.space,), ((0.0, base.solution.start),))
    plans = runner.plan(shared, touched)
    return study_of(
        "stress",
        found,
        base.results,
        plans,
        describe,
        titles={gone.name: gone.title for gone in touched},
        tables=lambda differences: _tables(base.results, everything, plans, differences),
        declared=TABLES,
        document={"gap_tolerance": gap},
    )


def _tables(
    base: Results,
    everything: list[tuple[Contingency, Left]],
    plans: Mapping[str, Results | Failure],
    differences: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """The contingencies, worst first, those without a plan before all others; and what every area loses."""
    anew = {name: name.replace("_km2", "_anew_km2") for name in CHANGES}
    rows = [_row(base, gone, left, plans.get(gone.name)) for gone, left in everything]
    table = pd.DataFrame(rows).reindex(columns=list(TABLES["losses"].contract))
    change = wide(differences, ALL, CHANGES, "difference").set_index("variant")
    for name, column in anew.items():
        table[column] = table["variant"].map(change[name]).fillna(0.0).where(table["lost_anew"].notna())
    order = ["lost_anew", "lost", "kind", "id", "row"]
    table = table.sort_values(order, ascending=[False, False, True, True, True], na_position="first")
    table["rank"] = np.arange(1, len(table) + 1)
    areas, km2 = base.areas["area_id"].to_numpy(), numbers(base.areas["area_km2"])
    planned = [
        pd.DataFrame(
            {
                "variant": gone.name,
                "area_id": areas,
                "coverage": left.covered_km2 / km2,
                "covered_km2": left.covered_km2,
                "shortfall_km2": left.shortfall_km2,
            }
        )
        for gone, left in everything
        if left.used
    ]
    new = wide(differences, "area", ("coverage", *CHANGES), "difference")
    new = new.rename(columns={**anew, "coverage": "coverage_anew"})
    names = table[["rank", "variant", "kind", "id", "row"]]
    where = (
        [names.merge(pd.concat(planned), on="variant").merge(new, "left", ["variant", "area_id"])]
        if planned
        else []
    )
    return {"losses": TABLES["losses"].of(table), "areas": TABLES["areas"].of(*where)}


def _row(base: Results, gone: Contingency, left: Left, plan: Results | Failure | None) -> dict[str, object]:
    before = base.certificate
    row: dict[str, object] = {name: getattr(gone, name) for name in ("kind", "id", "row", "title", "share")}
    row |= {
        "variant": gone.name,
        "lost": left.lost,
        "covered_km2": float(left.covered_km2.sum()),
        "shortfall_km2": float(left.shortfall_km2.sum()),
        "how": RESOLVED if left.used else UNUSED,
    }
    if isinstance(plan, Failure):
        return row | status_row(plan)
    if plan is None:
        row |= {**certificate_row(before), "rounds": 0, "status": str(base.status)}
        anew, least, most = 0.0, 0.0, max(0.0, before.value - before.bound)
    else:
        row |= status_row(plan)
        anew, least, most = _lost_anew(before, plan.certificate, left.lost)
    return row | {
        "lost_anew": anew,
        "lost_anew_least": least,
        "lost_anew_most": most,
        "saved": left.lost - anew,
        "saved_share": (left.lost - anew) / left.lost if left.lost > 0.0 else math.nan,
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

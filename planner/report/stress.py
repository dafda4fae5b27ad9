"""Losses: what a plan loses with each thing that it leans on, and what planning anew saves, as tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from planner.report.contract import Contract
from planner.report.results import Results

RESOLVED, UNUSED = "re-solved", "not used"

LOSSES: Contract = {
    "rank": ("int64", "by what is lost after planning anew, from 1"),
    "kind": ("str", "programme, asset, base, access (a row of access.csv) or named ([stress.NAME])"),
    "id": ("str", "programme, asset or sensor, base, operator, or name"),
    "row": ("int64", "for access: number of the operator's row, from 1; else 0"),
    "title": ("str", "what it is called"),
    "share": ("float64", "share of the horizon for which it is lost"),
    "lost": ("float64", "lost if all else stays as planned [objective]"),
    "lost_anew": ("float64", "lost by the best plan without it [objective]"),
    "lost_anew_least": ("float64", "at least this, by the two certificates [objective]"),
    "lost_anew_most": ("float64", "at most this, by the two certificates [objective]"),
    "saved": ("float64", "what planning anew saves: lost - lost_anew [objective]"),
    "saved_share": ("float64", "saved / lost; blank where nothing is lost"),
    "covered_km2": ("float64", "change of the covered km² of all areas if all else stays [km²]"),
    "covered_anew_km2": ("float64", "the same after planning anew [km²]"),
    "shortfall_km2": ("float64", "change of the shortfall of all areas if all else stays [km²]"),
    "shortfall_anew_km2": ("float64", "the same after planning anew [km²]"),
    "how": ("str", "re-solved, or not used: the plan does without it, and stays as it is"),
    "status": ("str", "optimal, or why the new plan is not proven, or why there is none"),
    "plan_value": ("float64", "of the new plan [risk-weighted km² missed, or short]"),
    "bound": ("float64", "no plan without it has a value below this"),
    "gap": ("float64", "(plan_value - bound) / plan_value"),
    "rounds": ("int64", "linear programs that were solved; 0 where the plan does without it"),
}
AREAS: Contract = {
    "rank": ("int64", "rank of the loss"),
    "kind": ("str", "kind of the loss"),
    "id": ("str", "programme, asset or sensor, base, operator, or name"),
    "row": ("int64", "for access: number of the operator's row, from 1; else 0"),
    "area_id": ("str", "area"),
    "coverage": ("float64", "change of the coverage if all else stays as planned [share]"),
    "coverage_anew": ("float64", "change of the coverage after planning anew [share]"),
    "covered_km2": ("float64", "change of the covered km² if all else stays as planned [km²]"),
    "covered_anew_km2": ("float64", "change of the covered km² after planning anew [km²]"),
    "shortfall_km2": ("float64", "change of the shortfall if all else stays as planned [km²]"),
    "shortfall_anew_km2": ("float64", "change of the shortfall after planning anew [km²]"),
}
BASE: Contract = {
    "status": ("str", "optimal, or why the plan is not proven"),
    "plan_value": ("float64", "objective of the case as it stands [risk-weighted km² missed, or short]"),
    "bound": ("float64", "no plan has a value below this"),
    "gap": ("float64", "(plan_value - bound) / plan_value"),
    "rounds": ("int64", "linear programs that were solved"),
}
TABLES: Mapping[str, Contract] = {"losses": LOSSES, "areas": AREAS, "base": BASE}


@dataclass(frozen=True, eq=False)
class Losses:
    """What the plan of a case loses with each thing that it leans on.

    Attributes:
        title: of the case.
        scenarios: titles of its scenarios by name.
        currency: of all money.
        objective: of the plans.
        gap: relative gap that plans were solved to.
        plan: the case as it stands, as it is reported.
        losses, areas, base: the tables, with the columns of this module, worst loss first.
    """

    title: str
    scenarios: Mapping[str, str]
    currency: str
    objective: str
    gap: float
    plan: Results = field(repr=False)
    losses: pd.DataFrame
    areas: pd.DataFrame
    base: pd.DataFrame

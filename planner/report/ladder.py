"""The ladder: what is left of a shortfall as limit after limit is lifted, and the tables that say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from planner.report.contract import Contract
from planner.solve.lp import Status

RUNGS: Mapping[str, str] = {
    "plan": "The plan",
    "choice": "Least shortfall within the same limits",
    "earmarking": "... and with all money in one pool that may pay for anything anywhere",
    "money": "... and with unlimited money",
    "access": "... and with consent everywhere",
    "hours": "... and with unlimited hours",
    "out_of_reach": "Nothing left: the rest is water that nothing reaches",
}
"""The rungs from the top down, and what holds on each; every rung lifts one limit more than the one above."""

STEPS: Mapping[str, str] = {
    "choice": "what the plan prefers over targets",
    "earmarking": "money tied to assets and areas",
    "money": "want of money",
    "access": "want of consent",
    "hours": "want of hours",
    "out_of_reach": "out of reach",
}
"""What each step down to a rung takes away, in words."""

_STEP_MEANING = {
    "choice": "shortfall that is left because the plan prefers something else over targets [km²]",
    "earmarking": "less shortfall with all programmes' money in one pool [km²]",
    "money": "less shortfall with unlimited money, after that [km²]",
    "access": "less shortfall with consent everywhere, after that [km²]",
    "hours": "less shortfall with unlimited hours of assets, sensors and bases, after that [km²]",
    "out_of_reach": "shortfall that is left then: water that nothing reaches [km²]",
}
_STEP_COLUMNS: Contract = {f"{step}_km2": ("float64", _STEP_MEANING[step]) for step in STEPS}

LADDER: Contract = {
    "rung": ("str", "plan, choice, earmarking, money, access, hours or out_of_reach"),
    "title": ("str", "what holds on this rung"),
    "shortfall_km2": ("float64", "shortfall of all areas on this rung [km²]"),
    "step_km2": ("float64", "shortfall of the rung above less that of this one, never negative [km²]"),
    "step_least_km2": ("float64", "the proven least that the step can be [km²]"),
    "step_most_km2": ("float64", "the proven most that the step can be [km²]"),
    "objective": ("str", "what the rung's plan minimises: coverage, shortfall, or closed_form"),
    "plan_value": ("float64", "the objective of the rung's plan [risk-weighted km², or km²]"),
    "bound": ("float64", "no plan of this rung has a lower one"),
    "gap": ("float64", "relative gap between plan and bound [-]"),
    "gap_tolerance": ("float64", "the gap that was asked for [-]"),
    "rounds": ("int64", "linear programs that were solved; 0 for a closed form"),
    "status": ("str", "optimal, or why the rung is not proven"),
}
LADDER_AREAS: Contract = {
    "area_id": ("str", "area"),
    "name": ("str", "name of the area"),
    "shortfall_km2": ("float64", "shortfall of the plan, the sum of the steps [km²]"),
    **_STEP_COLUMNS,
}
LADDER_PROGRAMMES: Contract = {
    "programme_id": ("str", "programme"),
    "name": ("str", "name of the programme"),
    "shortfall_km2": ("float64", "shortfall of the plan in its mandate, the sum of the steps [km²]"),
    **_STEP_COLUMNS,
}
TABLES: Mapping[str, Contract] = {
    "ladder": LADDER,
    "ladder_areas": LADDER_AREAS,
    "ladder_programmes": LADDER_PROGRAMMES,
}
"""Columns of the ladder's tables. Steps of single areas and programmes can have either sign: what is freed
is used where most shortfall goes, and moves effort away from other water. Mandates overlap: rows of
programmes are never added."""


@dataclass(frozen=True)
class Ladder:
    """Why a gap is there: the shortfall of a plan, and what is left of it as limits are lifted in turn.

    Attributes:
        title: title of the case.
        rungs: one row per rung, columns of ``LADDER``; the steps sum to the shortfall of the plan.
        areas: one row per area, columns of ``LADDER_AREAS``.
        programmes: one row per programme, for its mandate, columns of ``LADDER_PROGRAMMES``.
        document: scenarios, inputs and the plan's certificate, for the manifest.
    """

    title: str
    rungs: pd.DataFrame
    areas: pd.DataFrame
    programmes: pd.DataFrame
    document: Mapping[str, Any]

    @property
    def unproven(self) -> Sequence[str]:
        """The rungs whose plan is not proven."""
        return self.rungs.loc[self.rungs["status"] != Status.OPTIMAL, "rung"].tolist()

    @property
    def status(self) -> Status:
        """OPTIMAL when every rung is proven, else the status of the first that is not."""
        found = self.rungs.loc[self.rungs["status"] != Status.OPTIMAL, "status"].tolist()
        return Status(found[0]) if found else Status.OPTIMAL


def ladder_table(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """A table with exactly the columns and types of its contract."""
    types = {column: kind for column, (kind, _) in TABLES[name].items()}
    return table[list(types)].astype(types).reset_index(drop=True)

"""Next steps: what one more million, unit or agreement would add, as tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from planner.report.contract import Contract
from planner.report.results import Results

RESOLVED, PRICED = "re-solved", "price"

STEPS: Contract = {
    "rank": ("int64", "by gain, from 1"),
    "rank_per_cost": ("Int64", "by gain per million, from 1; blank where no cost is known"),
    "kind": ("str", "programme, pooled (money for anything anywhere), unit or access"),
    "id": ("str", "programme, asset or sensor, or operator; empty for pooled"),
    "in_area": ("str", "area of the agreement; empty for the others"),
    "amount": ("float64", "what is added [unit]"),
    "unit": ("str", "the currency, unit or agreement"),
    "gain": ("float64", "what it adds: value of the base plan less that of the new one [objective]"),
    "gain_least": ("float64", "it adds at least this, by the two certificates [objective]"),
    "gain_most": ("float64", "it adds at most this, by the two certificates and the price [objective]"),
    "predicted": (
        "float64",
        "price x amount: what it would add if every unit gained as the first [objective]",
    ),
    "part_of_predicted": ("float64", "gain / predicted, blank where nothing is predicted"),
    "covered_km2": ("float64", "change of the covered km² of all areas [km²]"),
    "shortfall_km2": ("float64", "change of the shortfall of all areas [km²]"),
    "cost": (
        "float64",
        "the money added, or what the plan then spends more on the asset; blank if unknown [money]",
    ),
    "gain_per_million": ("float64", "gain for a million of cost [objective]"),
    "how": ("str", "re-solved, or price: the base plan's prices prove that nothing can be gained"),
    "status": ("str", "optimal, or why the new plan is not proven, or why there is none"),
    "plan_value": ("float64", "of the new plan [risk-weighted km² missed, or short]"),
    "bound": ("float64", "no plan with the step has a value below this"),
    "gap": ("float64", "(plan_value - bound) / plan_value"),
    "rounds": ("int64", "linear programs that were solved; 0 where the base plan's prices were enough"),
}
AREAS: Contract = {
    "rank": ("int64", "rank of the step"),
    "kind": ("str", "kind of the step"),
    "id": ("str", "programme, asset or sensor, or operator; empty for pooled"),
    "in_area": ("str", "area of the agreement; empty for the others"),
    "area_id": ("str", "area"),
    "coverage": ("float64", "change of the coverage [share]"),
    "covered_km2": ("float64", "change of the covered km² [km²]"),
    "shortfall_km2": ("float64", "change of the shortfall [km²]"),
}
BASE: Contract = {
    "status": ("str", "optimal, or why the plan is not proven"),
    "plan_value": ("float64", "objective of the case as it stands [risk-weighted km² missed, or short]"),
    "bound": ("float64", "no plan has a value below this"),
    "gap": ("float64", "(plan_value - bound) / plan_value"),
    "rounds": ("int64", "linear programs that were solved"),
}
TABLES: Mapping[str, Contract] = {"steps": STEPS, "areas": AREAS, "base": BASE}


@dataclass(frozen=True, eq=False)
class NextSteps:
    """What single steps would add to the plan of a case.

    Attributes:
        title: of the case.
        scenarios: titles of its scenarios by name.
        currency: of all money.
        objective: of the plans.
        amount: money that each programme was given [money].
        gap: relative gap that plans were solved to.
        plan: the case as it stands, as it is reported.
        steps, areas, base: the tables, with the columns of this module, best step first.
    """

    title: str
    scenarios: Mapping[str, str]
    currency: str
    objective: str
    amount: float
    gap: float
    plan: Results = field(repr=False)
    steps: pd.DataFrame
    areas: pd.DataFrame
    base: pd.DataFrame

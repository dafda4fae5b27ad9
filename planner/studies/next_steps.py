"""Next steps: what one more million, unit or access agreement adds, each by a plan of its own.

With the base plan's shadow prices every step has an upper bound on its gain before anything is solved (weak
duality: no plan with the step is below the bound that these prices give its case). Where that bound proves
that nothing is gained, the step is not planned.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner import units
from planner.case import SERVICES, Case
from planner.errors import InputError, Problem
from planner.frames import numbers, records
from planner.jobs import Failure, Jobs
from planner.studies import next_text, planning
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
from planner.studies.planning import (
    Certificate,
    KnownPrices,
    Progress,
    Results,
    access_table,
    figures,
    fleet_table,
)
from planner.studies.study import Study, study_of
from planner.studies.tables import Contract, meanings, stacked, table_of
from planner.studies.text import CONCAVE
from planner.studies.where import changes_by_area, total

AMOUNT = 1e6
WELL_TOLD = 0.1
"""A gain is told well enough when its plan's gap is narrower than this part of it; else it is planned again
to ``TIGHTER``."""
POOLED = "*"
"""The programme that money without any earmark goes to; no programme of a case has this id."""
COMMAND = "planner next"
RESOLVED, PRICED = "re-solved", "price"
KEPT = ("areas", "allocation")
"""Tables that are kept of the plan of a step."""
TABLES: Mapping[str, Contract] = {
    "steps": {
        "rank": ("int64", "by gain, from 1"),
        "rank_per_cost": ("Int64", "by gain per million, from 1; blank where no cost is known"),
        "kind": ("str", "programme, pooled (money for anything anywhere), unit or access"),
        "id": ("str", "programme, asset or sensor, or operator; empty for pooled"),
        "in_area": ("str", "area of the agreement; empty for the others"),
        "amount": ("float64", "what is added [unit]"),
        "unit": ("str", "the currency, unit or agreement"),
        "gain": ("float64", "what it adds: value of the base plan less that of the new one [objective]"),
        "gain_least": ("float64", "it adds at least this, by the two certificates [objective]"),
        "gain_most": ("float64", "it adds at most this, by certificates and shadow prices [objective]"),
        "predicted": ("float64", "shadow price x amount: as if every unit gained as the first [objective]"),
        "part_of_predicted": ("float64", "gain / predicted, blank where nothing is predicted"),
        "covered_km2": ("float64", "change of the covered km² of all areas [km²]"),
        "shortfall_km2": ("float64", "change of the shortfall of all areas [km²]"),
        "cost": ("float64", "the money added, or spent more on the asset; blank if unknown [money]"),
        "gain_per_million": ("float64", "gain for a million of cost [objective]"),
        "how": ("str", "re-solved, or price: shadow prices prove that nothing can be gained"),
        "status": ("str", "optimal, or why the new plan is not proven, or why there is none"),
        "plan_value": ("float64", "of the new plan [risk-weighted km² missed, or short]"),
        "bound": ("float64", "no plan with the step has a value below this"),
        "gap": ("float64", "(plan_value - bound) / plan_value"),
        "rounds": ("int64", "linear programs that were solved; 0 where shadow prices were enough"),
    },
    "areas": {
        "rank": ("int64", "rank of the step"),
        "kind": ("str", "kind of the step"),
        "id": ("str", "programme, asset or sensor, or operator; empty for pooled"),
        "in_area": ("str", "area of the agreement; empty for the others"),
        "area_id": ("str", "area"),
        "coverage": ("float64", "change of the coverage [share]"),
        "covered_km2": ("float64", "change of the covered km² [km²]"),
        "shortfall_km2": ("float64", "change of the shortfall [km²]"),
    },
}


@dataclass(frozen=True, eq=False)
class Step:
    """One thing that could be done.

    Attributes:
        kind: "programme", "pooled", "unit" or "access".
        id: programme, asset, or operator.
        in_area: of the agreement.
        amount: what is added.
        edits: what it changes in the case.
    """

    kind: str
    id: str
    in_area: str
    amount: float
    edits: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The step in a few words, unique."""
        return " ".join(part for part in (self.kind, self.id, self.in_area) if part)


def next_steps(
    case: Case | str | Path,
    *,
    amount: float = AMOUNT,
    gap: float = GAP,
    scenario: str | None = None,
    changes: Mapping[str, object] | None = None,
    jobs: Jobs | None = None,
    progress: Progress = lambda _: None,
) -> Study:
    """Plan the case with one step more, for every step that there is, and rank the steps by what they add.

    Steps: ``amount`` more for each programme, and without any earmark; one more unit of each asset and
    sensor, with the hours of a unit; one more agreement for each operator in each area that it lacks and
    its assets reach.

    Args:
        case: a case folder, or a case.
        amount: money that is added, in the case's currency.
        gap: relative gap to solve to, or the case's own where that is smaller.
        scenario: as in ``read_case``, for a folder.
        changes: as in ``read_case``, for a folder.
        jobs: how the steps are planned.
        progress: told of every step in a sentence.

    Raises:
        InputError: the case or the amount is wrong.
        NoPlanError: the case as it stands has no plan.
    """
    if not (math.isfinite(amount) and amount > 0.0):
        rule, remedy = "must be greater than 0", "give an amount of money in the case's currency"
        raise InputError([Problem(COMMAND, 0, "--amount", f"{amount:g}", rule, remedy)])
    found = with_pooled(the_case(case, scenario, changes))
    gap = min(gap, found.settings.solver.gap_tolerance)
    base = base_plan(with_gap(found, gap * TIGHTER), progress)
    steps = list(_steps(base, amount))
    progress(f"what shadow prices say of {len(steps)} steps")
    least = {step.name: _least(base, step) for step in steps}
    worth = [step for step in steps if _may_gain(base.results.certificate, least[step.name])]
    runner = Runner("next", (found, amount, gap), jobs or Jobs(), progress)
    shared = Shared(with_gap(base.case, gap), (base.space,), ((0.0, base.solution.start),), KEPT)
    plans = runner.plan(shared, [Variant(step.name, step.edits) for step in worth])
    again = [step for step in worth if _badly_told(plans[step.name], base.results.certificate)]
    finer = replace(shared, case=base.case)
    plans |= runner.plan(finer, [Variant(step.name, step.edits) for step in again], "finer: ")
    table = _ranked([_row(base, step, least[step.name], plans.get(step.name)) for step in steps])
    return study_of(
        "next",
        found,
        base.results,
        plans,
        first=(next_text.AS_IT_STANDS, base.results),
        tables={"steps": table, "areas": _areas(base, table, plans)},
        document={
            "amount": amount,
            "gap_tolerance": gap,
            "inputs": dict(found.hashes),
            "columns": meanings(TABLES),
        },
        describe=next_text.describe,
    )


def with_pooled(case: Case) -> Case:
    """The case with one more programme, without money, that may pay for anything anywhere."""
    fleet = fleet_table(case)
    columns = {
        "programme_id": POOLED,
        "name": "Money without any earmark",
        "budget": 0.0,
        "currency": case.settings.currency,
        "asset_kinds": tuple(fleet["kind"].unique()),
        "assets": tuple(fleet["asset_id"]),
        "areas": tuple(case.areas["area_id"]),
        "services": tuple(SERVICES),
    }
    old = case.programmes
    blank = {name: "" if not pd.api.types.is_numeric_dtype(old[name]) else math.nan for name in old.columns}
    new = pd.DataFrame({name: [columns.get(name, blank[name])] for name in old.columns})
    both = pd.concat([old, new.astype(old.dtypes.to_dict())], ignore_index=True) if len(old) else new
    return replace(case, programmes=both)


def _steps(base: Base, amount: float) -> Iterator[Step]:
    case = base.case
    money = case.programmes
    for name in money["programme_id"]:
        more = numbers(money["budget"]) + amount * (money["programme_id"] == name).to_numpy()
        kind, key = ("pooled", "") if name == POOLED else ("programme", name)
        yield Step(kind, key, "", amount, {"programmes": money.assign(budget=more)})
    for frame, key in (("assets", "asset_id"), ("sensors", "sensor_id")):
        table = getattr(case, frame)
        for name in table[key] if len(table) else ():
            more = table["units"] + (table[key] == name)
            yield Step("unit", name, "", 1.0, {frame: table.assign(units=more)})
    for operator, area in _lacking(base):
        given = {"operator": operator, "areas": (area,)}
        row = pd.DataFrame({name: [given.get(name, "")] for name in case.access.columns})
        access = pd.concat([case.access, row], ignore_index=True) if len(case.access) else row
        yield Step("access", operator, area, 1.0, {"access": access})


def _lacking(base: Base) -> Iterator[tuple[str, str]]:
    """Every operator and area that it has no access to and that its assets reach."""
    reached, allowed = planning.reached_areas(base.prepared), access_table(base.case)
    for operator, areas in reached.items():
        for area in areas:
            if area not in allowed[operator]:
                yield operator, area


def _least(base: Base, step: Step) -> float:
    """No plan with the step has a value below this, by the base plan's shadow prices.

    A fair plan's prices say nothing of that: with the step, the smallest coverage/target that they stand for
    is another one. What is left is that nothing missed is the least.
    """
    if base.results.objective not in CONCAVE:
        return 0.0
    prepared = planning.prepare(replace(base.case, **step.edits), [base.space])
    known = KnownPrices.of(base.prepared.problem, base.solution.prices)
    proof = base.solution.certificate
    return planning.bound(prepared, known, proof.value, proof.tolerance)


def _may_gain(base: Certificate, least: float) -> bool:
    """Whether the prices leave room for a gain: more than the base plan may itself be off."""
    return base.bound - least > max(base.value - base.bound, 1e-12 * base.stake)


def _badly_told(plan: Results | Failure, base: Certificate) -> bool:
    if isinstance(plan, Failure):
        return False
    gain = base.value - plan.certificate.value
    return plan.certificate.value - plan.certificate.bound > WELL_TOLD * gain


def _row(base: Base, step: Step, least: float, plan: Results | Failure | None) -> dict[str, object]:
    """One step in figures; a step without a plan of its own has the base plan's."""
    before, concave = base.results.certificate, base.results.objective in CONCAVE
    predicted = max(0.0, before.bound - least) if concave else math.nan
    unit = {"unit": "unit", "access": "agreement"}.get(step.kind, base.case.settings.currency)
    row: dict[str, object] = {name: getattr(step, name) for name in ("kind", "id", "in_area", "amount")}
    row |= {"unit": unit, "predicted": predicted, "how": PRICED if plan is None else RESOLVED}
    if isinstance(plan, Failure):
        return row | {"status": plan.status or FAILED, "rounds": 0}
    priced = replace(before, bound=max(0.0, min(before.bound, least)), rounds=0)
    after = priced if plan is None else plan.certificate
    most = before.value - max(after.bound, priced.bound)
    gain = min(before.value - after.value, most)
    if gain < 0.0 <= most:  # the base plan is a plan too, with the step
        gain = 0.0
    return row | {
        "status": str(base.results.status if plan is None else plan.status),
        **figures(after, ("plan_value", "bound", "gap", "rounds")),
        "gain": gain,
        "gain_least": min(max(0.0, before.bound - after.value), gain),
        "gain_most": most,
        "part_of_predicted": gain / predicted if plan is not None and predicted > 0.0 else math.nan,
        "covered_km2": total(base.results, plan, "covered_km2"),
        "shortfall_km2": total(base.results, plan, "shortfall_km2"),
        "cost": _cost(step, base.results, plan),
    }


def _cost(step: Step, base: Results, plan: Results | None) -> float:
    """The money that is added, or what the plan spends more on the asset that has one unit more."""
    if step.kind in ("programme", "pooled"):
        return step.amount
    if step.kind != "unit" or plan is None:
        return math.nan
    spent = [one.allocation.loc[one.allocation["asset_id"] == step.id, "cost"].sum() for one in (base, plan)]
    more = float(spent[1] - spent[0])
    return more if more > 1.0 else math.nan


def _ranked(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """The steps by gain; of equals, such as those that gain nothing, by prediction, kind and name."""
    table = pd.DataFrame(list(rows)).reindex(columns=list(TABLES["steps"]))
    table["gain_per_million"] = units.per_unit_to_per_million(numbers(table["gain"])) / numbers(table["cost"])
    order = table.sort_values(
        ["gain", "predicted", "kind", "id", "in_area"], ascending=[False, False, True, True, True]
    )
    order["rank"] = np.arange(1, len(order) + 1)
    per_cost = order["gain_per_million"].where(order["gain"] > 0.0)
    order["rank_per_cost"] = per_cost.rank(ascending=False, method="min").astype("Int64")
    return stacked(TABLES["steps"], [order])


def _areas(base: Base, steps: pd.DataFrame, plans: Mapping[str, Results | Failure]) -> pd.DataFrame:
    """Where each step that was planned adds, and where it takes away."""
    rows: list[Mapping[str, object]] = []
    for step in records(steps[["rank", "kind", "id", "in_area"]]):
        plan = plans.get(" ".join(part for part in (step.kind, step.id, step.in_area) if part))
        if isinstance(plan, Results):
            rows += [{**step._asdict(), **one} for one in changes_by_area(base.results, plan)]
    return table_of(TABLES["areas"], rows)

"""Next steps: what one more million, unit or access agreement adds, each by a plan of its own.

With the base plan's shadow prices every step has an upper bound on its gain before anything is solved (weak
duality: no plan with the step is below the bound that these prices give its case). Where that bound proves
that nothing is gained, the step is not planned.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import pandas as pd

from planner import pipeline, units
from planner.case import SERVICES, Case
from planner.causes.names import ALL
from planner.core.certificate import Certificate
from planner.core.prices import KnownPrices
from planner.errors import InputError, Problem
from planner.features.fleet import access_table, fleet_table
from planner.frames import numbers
from planner.jobs import Failure
from planner.results.results import Results
from planner.schema.codes import COUNTRIES
from planner.studies.engine import (
    GAP,
    TIGHTER,
    Base,
    How,
    Runner,
    Shared,
    Variant,
    base_plan,
    certificate_row,
    status_row,
    the_case,
    with_gap,
)
from planner.studies.metrics import wide
from planner.studies.next_tables import TABLES
from planner.studies.next_text import describe
from planner.studies.study import Study, study_of
from planner.studies.text import CONCAVE

AMOUNT = 1e6
WELL_TOLD = 0.1
"""A gain is told well enough when its plan's gap is narrower than this part of it; else it is planned again
to ``TIGHTER``."""
POOLED = "*"
"""The programme that money without any earmark goes to; no programme of a case has this id."""
COMMAND = "planner next"
RESOLVED, PRICED = "re-solved", "price"


@dataclass(frozen=True, eq=False)
class Step(Variant):
    """One thing that could be done.

    Attributes:
        kind: "programme", "pooled", "unit" or "access".
        id: programme, asset, or operator.
        in_area: of the agreement.
        amount: what is added.
    """

    kind: str = ""
    id: str = ""
    in_area: str = ""
    amount: float = 1.0


def next_steps(
    case: Case | str | Path, *, amount: float = AMOUNT, gap: float = GAP, **how: Unpack[How]
) -> Study:
    """Plan the case with one step more, for every step that there is, and rank the steps by what they add.

    Steps: ``amount`` more for each programme, and without any earmark; one more unit of each asset and
    sensor, with the hours of a unit; one more agreement for each operator in each area that it lacks and
    its assets reach.

    Args:
        case: a case folder, or a case.
        amount: money that is added, in the case's currency.
        gap: relative gap to solve to, or the case's own where that is smaller.
        how: see ``How``.

    Raises:
        InputError: the case or the amount is wrong.
        NoPlanError: the case as it stands has no plan.
    """
    if not (math.isfinite(amount) and amount > 0.0):
        rule, remedy = "must be greater than 0", "give an amount of money in the case's currency"
        raise InputError([Problem(COMMAND, 0, "--amount", f"{amount:g}", rule, remedy)])
    found = with_pooled(the_case(case, how))
    gap = min(gap, found.settings.solver.gap_tolerance)
    runner = Runner("next", (found, amount, gap), how)
    base = base_plan(with_gap(found, gap * TIGHTER), runner.progress)
    steps = list(_steps(base, amount))
    runner.progress(f"what shadow prices say of {len(steps)} steps")
    least, proof = _bounds(base, steps), base.results.certificate
    shared = Shared(with_gap(base.case, gap), (base.space,), ((0.0, base.solution.start),))
    plans = runner.plan(shared, [step for step in steps if _may_gain(proof, least[step.name])])
    again = [step for step in steps if step.name in plans and _badly_told(plans[step.name], proof)]
    plans |= runner.plan(replace(shared, case=base.case), again, "finer: ")
    return study_of(
        "next",
        found,
        base.results,
        plans,
        describe,
        titles=_titles(steps, base.results),
        tables=lambda differences: _tables(base, steps, least, plans, differences),
        declared=TABLES,
        document={"amount": amount, "gap_tolerance": gap},
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
        yield _step(kind, key, "", amount, programmes=money.assign(budget=more))
    for frame, key in (("assets", "asset_id"), ("sensors", "sensor_id")):
        table = getattr(case, frame)
        for name in table[key] if len(table) else ():
            yield _step(
                "unit", name, "", 1.0, **{frame: table.assign(units=table["units"] + (table[key] == name))}
            )
    for operator, area in _lacking(base):
        yield _step("access", operator, area, 1.0, access=_with_access(case, operator, [area]))


def _with_access(case: Case, operator: str, areas: Sequence[str]) -> pd.DataFrame:
    given = {"operator": operator, "areas": tuple(areas)}
    row = pd.DataFrame({name: [given.get(name, "")] for name in case.access.columns})
    return pd.concat([case.access, row], ignore_index=True) if len(case.access) else row


def _step(kind: str, key: str, area: str, amount: float, **edits: Any) -> Step:
    """A step; its name says what it is."""
    name = " ".join(part for part in (kind, key, area) if part)
    return Step(name, edits, kind=kind, id=key, in_area=area, amount=amount)


def _titles(steps: Sequence[Step], plan: Results) -> dict[str, str]:
    """What every step is called, by its name."""
    tables = (plan.programmes, "programme_id"), (plan.fleet, "asset_id"), (plan.areas, "area_id")
    names = {one: name for table, key in tables for one, name in zip(table[key], table["name"], strict=True)}
    words: Mapping[str, Callable[[Step], str]] = {
        "pooled": lambda _: "money without any earmark",
        "programme": lambda step: f"money for {names[step.id]}",
        "unit": lambda step: f"one more of {names[step.id]}",
        "access": lambda step: f"{COUNTRIES.get(step.id.upper(), step.id)} in {names[step.in_area]}",
    }
    return {step.name: words[step.kind](step) for step in steps}


def _lacking(base: Base) -> Iterator[tuple[str, str]]:
    """Every operator and area that it has no access to and that its assets reach."""
    effort, fleet = base.space.effort, fleet_table(base.case)
    operator = fleet["operator"].to_numpy()[effort["asset"].to_numpy()]
    area, allowed = effort["area"].to_numpy(), access_table(base.case)
    ids = base.case.areas["area_id"].to_numpy()
    for name in dict.fromkeys(fleet["operator"]):
        yield from (
            (name, str(one)) for one in ids[np.unique(area[operator == name])] if one not in allowed[name]
        )


def _bounds(base: Base, steps: Sequence[Step]) -> dict[str, float]:
    """What no plan with each step can beat; all agreements of an operator at once where these add nothing."""
    least: dict[str, float] = {}
    for operator in dict.fromkeys(step.id for step in steps if step.kind == "access"):
        own = [step for step in steps if step.kind == "access" and step.id == operator]
        table = _with_access(base.case, operator, [step.in_area for step in own])
        together = _least(base, Step(operator, {"access": table}))
        if not _may_gain(base.results.certificate, together):
            least |= {step.name: together for step in own}
    return {step.name: least[step.name] if step.name in least else _least(base, step) for step in steps}


def _least(base: Base, step: Step) -> float:
    """No plan with the step has a value below this, by the base plan's shadow prices.

    A fair plan's prices say nothing of that: with the step, the smallest coverage/target that they stand for
    is another one. What is left is that nothing missed is the least.
    """
    if base.results.objective not in CONCAVE:
        return 0.0
    prepared = pipeline.prepare(step.case_of(base.case, None), [base.space])
    known = KnownPrices.of(base.prepared.problem, base.solution.prices)
    proof = base.solution.certificate
    return pipeline.bound(prepared, known, proof.value, proof.tolerance)


def _may_gain(base: Certificate, least: float) -> bool:
    """Whether the prices leave room for a gain: more than the base plan may itself be off."""
    return base.bound - least > max(base.value - base.bound, 1e-12 * base.stake)


def _badly_told(plan: Results | Failure, base: Certificate) -> bool:
    if isinstance(plan, Failure):
        return False
    gain = base.value - plan.certificate.value
    return plan.certificate.value - plan.certificate.bound > WELL_TOLD * gain


def _tables(
    base: Base,
    steps: list[Step],
    least: Mapping[str, float],
    plans: Mapping[str, Results | Failure],
    differences: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """The steps by gain, and where each that was planned adds, and takes away.

    Of equals, such as those that gain nothing, the first is that of the larger prediction, then by name.
    """
    change = wide(differences, ALL, ("covered_km2", "shortfall_km2"), "difference").set_index("variant")
    rows = [_row(base, step, least[step.name], plans.get(step.name)) for step in steps]
    table = pd.DataFrame(rows).reindex(columns=list(TABLES["steps"].contract))
    for name in change:
        table[name] = table["variant"].map(change[name]).fillna(0.0).where(table["gain"].notna())
    table["gain_per_million"] = units.per_unit_to_per_million(numbers(table["gain"])) / numbers(table["cost"])
    ends = ["gain", "predicted", "kind", "id", "in_area"]
    table = table.sort_values(ends, ascending=[False, False, True, True, True])
    table["rank"] = np.arange(1, len(table) + 1)
    per_cost = table["gain_per_million"].where(table["gain"] > 0.0)
    table["rank_per_cost"] = per_cost.rank(ascending=False, method="min").astype("Int64")
    areas = wide(differences, "area", ("coverage", "covered_km2", "shortfall_km2"), "difference")
    names = table[["rank", "variant", "kind", "id", "in_area"]]
    return {"steps": TABLES["steps"].of(table), "areas": TABLES["areas"].of(names.merge(areas, on="variant"))}


def _row(base: Base, step: Step, least: float, plan: Results | Failure | None) -> dict[str, object]:
    """One step in figures; a step without a plan of its own has the base plan's."""
    before, concave = base.results.certificate, base.results.objective in CONCAVE
    predicted = max(0.0, before.bound - least) if concave else math.nan
    unit = {"unit": "unit", "access": "agreement"}.get(step.kind, base.case.settings.currency)
    row: dict[str, object] = {name: getattr(step, name) for name in ("kind", "id", "in_area", "amount")}
    row |= {"variant": step.name, "unit": unit, "predicted": predicted}
    row |= {"how": PRICED if plan is None else RESOLVED}
    if isinstance(plan, Failure):
        return row | status_row(plan)
    priced = replace(before, bound=max(0.0, min(before.bound, least)), rounds=0)
    after = priced if plan is None else plan.certificate
    most = before.value - max(after.bound, priced.bound)
    gain = min(before.value - after.value, most)
    if gain < 0.0 <= most:  # the base plan is a plan too, with the step
        gain = 0.0
    return row | {
        **certificate_row(after),
        "status": str(base.results.status if plan is None else plan.status),
        "gain": gain,
        "gain_least": min(max(0.0, before.bound - after.value), gain),
        "gain_most": most,
        "part_of_predicted": gain / predicted if plan is not None and predicted > 0.0 else math.nan,
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

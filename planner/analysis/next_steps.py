"""What to do next: what one more million, unit or access agreement adds, by planning with it.

With the base plan's prices every step has an upper bound on its gain before anything is solved (weak duality:
no plan with the step is below the bound that these prices give the changed problem). Where that bound proves
that nothing is gained, the step is not planned.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner import planning, units
from planner.analysis.jobs import Failure, Jobs, run_tasks
from planner.analysis.resolving import (
    GAP,
    TIGHTER,
    Resolved,
    Shared,
    Variant,
    base_plan,
    changed,
    hold,
    lean,
    proof_figures,
    resolve,
    resolved,
    the_case,
    with_gap,
)
from planner.case import Case
from planner.effort.fleet import access_table, fleet_table
from planner.errors import AuditError, InputError, Problem
from planner.frames import numbers, records
from planner.model.problem import PlanningProblem
from planner.planning import Progress
from planner.report.contract import stacked
from planner.report.gaps import coverage
from planner.report.next_steps import AREAS, BASE, PRICED, RESOLVED, STEPS, NextSteps
from planner.report.sweep import CONCAVE
from planner.solve.certificate import Certificate, lower_bound

Array = npt.NDArray[np.float64]

AMOUNT = 1e6
WELL_TOLD = 0.1
"""A gain is told well enough when its plan's gap is narrower than this part of it; else it is planned again
to ``TIGHTER``."""
POOLED = "*"
"""The programme that money without any earmark goes to; no programme of a case has this id."""
COMMAND = "planner next"


@dataclass(frozen=True, eq=False)
class Step:
    """One thing that could be done.

    Attributes:
        kind: "programme", "pooled", "unit" or "access".
        name: programme, asset, or operator.
        area: of the agreement.
        amount: what is added.
        variant: what it changes.
    """

    kind: str
    name: str
    area: str
    amount: float
    variant: Variant

    @property
    def label(self) -> str:
        """The step in a few words, unique."""
        return " ".join(part for part in (self.kind, self.name, self.area) if part)


def next_steps(
    case: Case | str | Path,
    *,
    amount: float = AMOUNT,
    gap: float = GAP,
    scenario: str | None = None,
    changes: Mapping[str, object] | None = None,
    jobs: Jobs | None = None,
    progress: Progress = lambda _: None,
) -> NextSteps:
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
        AuditError: a plan does not stand up to its audit.
    """
    if not (math.isfinite(amount) and amount > 0.0):
        rule, remedy = "is no amount of money", "give an amount above 0, in the case's currency"
        raise InputError([Problem(COMMAND, 0, "--amount", f"{amount:g}", rule, remedy)])
    found = the_case(case, scenario, changes)
    plain = base_plan(found, progress)
    gap = min(gap, found.settings.solver.gap_tolerance)
    fine = with_gap(lean(found), gap * TIGHTER)
    problem = with_pooled(plain.problem)
    progress("solve the case as it stands more exactly")
    solution = planning.solve(fine, problem, progress)
    hold(problem, solution)
    base = resolved(problem, solution)
    steps = list(_steps(found, problem, amount))
    progress(f"what prices say of {len(steps)} steps")
    least = {step.label: _least(problem, step, base) for step in steps}
    worth = [step for step in steps if _may_gain(base.certificate, least[step.label])]
    plans = _planned(Shared(with_gap(fine, gap), problem, solution.start), worth, jobs, progress)
    again = [step for step in worth if _badly_told(plans[step.label], base.certificate)]
    plans |= _planned(Shared(fine, problem, solution.start), again, jobs, progress)
    table = _ranked(
        [_row(found, problem, step, base, least[step.label], plans.get(step.label)) for step in steps]
    )
    return NextSteps(
        title=found.settings.title,
        scenarios=dict(found.scenarios),
        currency=found.settings.currency,
        objective=problem.objective,
        amount=amount,
        gap=gap,
        plan=plain.results,
        steps=table,
        areas=_areas(problem, base, table, plans),
        base=stacked(BASE, [pd.DataFrame([proof_figures(base.status, base.certificate)])]),
    )


def with_pooled(problem: PlanningProblem) -> PlanningProblem:
    """The problem with one more programme, without money, that may pay for anything anywhere."""
    number = len(problem.programmes)
    asset, area = np.divmod(np.arange(len(problem.assets) * len(problem.areas)), len(problem.areas))
    every = pd.DataFrame({"asset": asset, "area": area, "programme": number})
    pooled = pd.DataFrame({"programme_id": [POOLED], "budget": [0.0]})
    return replace(
        problem,
        programmes=pd.concat([problem.programmes, pooled], ignore_index=True),
        eligibility=pd.concat([problem.eligibility, every], ignore_index=True),
    )


def _steps(case: Case, problem: PlanningProblem, amount: float) -> Iterator[Step]:
    budgets = numbers(problem.programmes["budget"])
    for number, name in enumerate(problem.programmes["programme_id"]):
        more = Variant(budgets=budgets + amount * (np.arange(len(budgets)) == number))
        pooled = name == POOLED
        yield Step("pooled" if pooled else "programme", "" if pooled else name, "", amount, more)
    fleet = fleet_table(case)
    hours = numbers(problem.assets["capacity_hours"])
    own = np.concatenate([numbers(case.assets["hours_per_unit"]), numbers(case.sensors["hours_per_unit"])])
    for number, name in enumerate(fleet["asset_id"]):
        more = Variant(hours=hours + own[number] * (np.arange(len(hours)) == number))
        yield Step("unit", name, "", 1.0, more)
    yield from _agreements(case, problem, fleet)


def _agreements(case: Case, problem: PlanningProblem, fleet: pd.DataFrame) -> Iterator[Step]:
    """Every operator in every area that it lacks and that its assets reach."""
    effort = problem.effort
    operator = fleet["operator"].to_numpy()[effort["asset"].to_numpy()]
    area, has = effort["area"].to_numpy(), effort["access"].to_numpy()
    allowed = access_table(case)
    for name in dict.fromkeys(fleet["operator"]):
        mine = operator == name
        for number, area_id in enumerate(problem.areas["area_id"]):
            rows = mine & (area == number)
            if area_id not in allowed[name] and rows.any():
                yield Step("access", name, area_id, 1.0, Variant(access=has | rows))


def _least(problem: PlanningProblem, step: Step, base: Resolved) -> float:
    """No plan with the step has a value below this, by the base plan's prices.

    A fair plan's prices say nothing of that: with the step, the smallest coverage/target that they stand for
    is another one. What is left is that nothing missed is the least.
    """
    if problem.objective not in CONCAVE:
        return 0.0
    return lower_bound(changed(problem, step.variant), base.prices)


def _may_gain(base: Certificate, least: float) -> bool:
    """Whether the prices leave room for a gain: more than the base plan may itself be off."""
    return base.bound - least > max(base.plan_value - base.bound, 1e-12 * base.idle_value)


def _badly_told(plan: Resolved | Failure, base: Certificate) -> bool:
    if isinstance(plan, Failure):
        return False
    gain = base.plan_value - plan.certificate.plan_value
    return plan.certificate.plan_value - plan.certificate.bound > WELL_TOLD * gain


def _planned(
    shared: Shared, steps: list[Step], jobs: Jobs | None, progress: Progress
) -> dict[str, Resolved | Failure]:
    """The plan of every step, or why there is none."""
    tasks = {step.label: step.variant for step in steps}
    plans = run_tasks(resolve, shared, tasks, jobs, progress)
    for label, plan in plans.items():
        if isinstance(plan, Failure) and not plan.status:
            raise AuditError(f"{label}: {plan.message}")
    return plans


def _row(
    case: Case,
    problem: PlanningProblem,
    step: Step,
    base: Resolved,
    least: float,
    plan: Resolved | Failure | None,
) -> dict[str, object]:
    """One step in figures; a step without a plan of its own has the base plan's."""
    before = base.certificate
    predicted = max(0.0, before.bound - least) if problem.objective in CONCAVE else math.nan
    row: dict[str, object] = {
        "kind": step.kind,
        "id": step.name,
        "in_area": step.area,
        "amount": step.amount,
        "unit": {"unit": "unit", "access": "agreement"}.get(step.kind, case.settings.currency),
        "predicted": predicted,
        "how": PRICED if plan is None else RESOLVED,
    }
    if isinstance(plan, Failure):
        return row | {"status": plan.status, "rounds": 0}
    priced = replace(before, bound=max(0.0, min(before.bound, least)), rounds=0)
    after = priced if plan is None else plan.certificate
    status = base.status if plan is None else plan.status
    most = before.plan_value - max(after.bound, priced.bound)
    gain = min(before.plan_value - after.plan_value, most)
    if gain < 0.0 <= most:  # the base plan is a plan too, with the step
        gain = 0.0
    row |= {
        **proof_figures(status, after),
        "gain": gain,
        "gain_least": min(max(0.0, before.bound - after.plan_value), gain),
        "gain_most": most,
        "part_of_predicted": gain / predicted if plan is not None and predicted > 0.0 else math.nan,
        "covered_km2": 0.0,
        "shortfall_km2": 0.0,
    }
    if plan is None:
        return row | {"cost": step.amount if step.kind in ("programme", "pooled") else math.nan}
    old, new = coverage(problem, base.factor), coverage(problem, plan.factor)
    row["covered_km2"] = float((new.covered_km2 - old.covered_km2).sum())
    row["shortfall_km2"] = float((new.shortfall_km2 - old.shortfall_km2).sum())
    return row | {"cost": _cost(problem, step, base, plan)}


def _cost(problem: PlanningProblem, step: Step, base: Resolved, plan: Resolved) -> float:
    """The money that is added, or what the plan spends more on the asset that has one unit more."""
    if step.kind in ("programme", "pooled"):
        return step.amount
    if step.kind != "unit":
        return math.nan
    number = problem.assets["asset_id"].tolist().index(step.name)
    more = float(plan.cost[number] - base.cost[number])
    return more if more > 1.0 else math.nan


def _ranked(rows: list[dict[str, object]]) -> pd.DataFrame:
    """The steps by gain; of equals, such as those that gain nothing, by prediction, kind and name."""
    table = pd.DataFrame(rows).reindex(columns=list(STEPS))
    table["gain_per_million"] = units.per_unit_to_per_million(numbers(table["gain"])) / numbers(table["cost"])
    order = table.sort_values(
        ["gain", "predicted", "kind", "id", "in_area"], ascending=[False, False, True, True, True]
    )
    order["rank"] = np.arange(1, len(order) + 1)
    per_cost = order["gain_per_million"].where(order["gain"] > 0.0)
    order["rank_per_cost"] = per_cost.rank(ascending=False, method="min").astype("Int64")
    return stacked(STEPS, [order])


def _areas(
    problem: PlanningProblem, base: Resolved, steps: pd.DataFrame, plans: Mapping[str, Resolved | Failure]
) -> pd.DataFrame:
    """Where each step that was planned adds, and where it takes away."""
    before = coverage(problem, base.factor)
    parts = []
    for step in records(steps[["rank", "kind", "id", "in_area"]]):
        plan = plans.get(" ".join(part for part in (step.kind, step.id, step.in_area) if part))
        if not isinstance(plan, Resolved):
            continue
        after = coverage(problem, plan.factor)
        more = after.covered_km2 - before.covered_km2
        parts.append(
            pd.DataFrame(
                {
                    **step._asdict(),
                    "area_id": problem.areas["area_id"].to_numpy(),
                    "coverage": more / problem.area_km2,
                    "covered_km2": more,
                    "shortfall_km2": after.shortfall_km2 - before.shortfall_km2,
                }
            )
        )
    return stacked(AREAS, parts)

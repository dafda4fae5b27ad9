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
from typing import Annotated, Unpack

import numpy as np
import pandas as pd
from typer import Option

from planner import pipeline, units
from planner.case import SERVICES, Case
from planner.charts.forms import nothing, row_chart
from planner.charts.names import named
from planner.charts.spec import Chart
from planner.core.certificate import Certificate
from planner.core.prices import KnownPrices
from planner.core.problem import Booleans
from planner.errors import InputError, Problem
from planner.features.effort import asset_areas
from planner.features.fleet import fleet_operators, fleet_table
from planner.features.response import trip_rows
from planner.features.season import seasons
from planner.frames import numbers
from planner.results.palette import KINDS as COLOURS
from planner.results.plain_text import count, figure, things
from planner.results.results import Results
from planner.schema.codes import COUNTRIES
from planner.studies import edits, ranked
from planner.studies.engine import Base, Gap, How
from planner.studies.metrics import RATIO, names_of, wide
from planner.studies.ranked import OF_OBJECTIVE, RESOLVED, Change, Changes
from planner.studies.study import Study
from planner.studies.tables import Found, Section, declared, titles_of

WELL_TOLD = 0.1
"""A gain is told well enough when its plan's gap is narrower than this part of it; else it is planned again
as tightly as the base plan."""
POOLED = "*"
"""The programme that money without any earmark goes to; no programme of a case has this id."""
PRICED = "price"
MOST_SHOWN = 12
"""Steps of each kind that the summary shows; steps.csv has them all."""
KINDS = {
    "programme": ("What {} more would add", "more money", "money for a programme", COLOURS[1]),
    "pooled": ("What {} more would add", "pooled money", "money without any earmark", COLOURS[5]),
    "unit": ("What one more unit would add", "more units", "one more unit", COLOURS[0]),
    "access": ("What one more access agreement would add", "agreements", "an access agreement", COLOURS[2]),
}
"""Of each kind of step its heading, what notes and the chart call it, and its colour."""
PREDICTED = ("predicted", "part_of_predicted")
SHOWN = ("step", "rank", "gain", "known_to", "gain_per_million", "where")
"""What the summary shows of steps; what prices foretell stands before what a million gains."""
TABLES = declared("next")


@dataclass(frozen=True, eq=False)
class Step(Change):
    """An ``amount`` of money of a programme or "pooled", a "unit", an "access" agreement in an area."""

    in_area: str = ""
    amount: float = 1.0


def next_steps(
    case: Case | str | Path,
    *,
    amount: Annotated[
        float,
        Option(
            metavar="MONEY", help="What every programme is given over the horizon, in the case's currency."
        ),
    ] = 1e6,
    gap: Gap = None,
    **how: Unpack[How],
) -> Study:
    """Rank what one more million, unit or access agreement would add, each by a plan of its own.

    Steps: ``amount`` more for each programme, and without any earmark; one more unit of each asset and
    sensor, with the hours of a unit; one more agreement for each operator in each area in which its assets
    could do more than they may.

    Raises:
        InputError: the case or the amount is wrong.
        NoPlanError: the case as it stands has no plan.
    """
    if not (math.isfinite(amount) and amount > 0.0):
        rule, remedy = "must be greater than 0", "give an amount of money in the case's currency"
        raise InputError([Problem("planner next", 0, "--amount", f"{amount:g}", rule, remedy)])
    made = Changes.of("next", case, gap, how, (amount,), with_pooled)
    base, runner = made.base, made.runner
    steps = list(_steps(base, amount))
    runner.progress(f"what shadow prices say of {len(steps)} steps")
    least, proof = _bounds(base, steps), base.results.certificate
    plans = runner.plan(made.shared, [step for step in steps if _may_gain(proof, least[step.name])])
    told = {name: one.certificate for name, one in plans.items() if isinstance(one, Results)}
    badly = [
        step
        for step in steps
        if (one := told.get(step.name)) and one.value - one.bound > WELL_TOLD * (proof.value - one.value)
    ]
    plans |= runner.plan(replace(made.shared, case=base.case), badly, "finer: ")
    return made.study(
        plans, describe, lambda study: _tables(study, base.results, steps, least), amount=amount
    )


STUDY = next_steps


def with_pooled(case: Case) -> Case:
    """The case with one more programme, without money, that may pay for anything anywhere."""
    fleet = fleet_table(case)
    pooled = {
        "programme_id": POOLED,
        "name": "Money without any earmark",
        "budget": 0.0,
        "currency": case.settings.currency,
        "asset_kinds": tuple(fleet["kind"].unique()),
        "assets": tuple(fleet["asset_id"]),
        "areas": tuple(case.areas["area_id"]),
        "services": tuple(SERVICES),
    }
    return replace(case, programmes=edits.with_rows(case.programmes, [pooled]))


def _steps(base: Base, amount: float) -> Iterator[Step]:
    case, names, fleet = base.case, names_of(base.results), fleet_table(base.case)
    for one, budget in zip(case.programmes["programme_id"], case.programmes["budget"], strict=True):
        more = {"programmes": edits.with_budgets(case, {one: budget + amount}).programmes}
        if one == POOLED:
            title = "money without any earmark"
            yield Step("pooled", more, kind="pooled", title=title, amount=amount)
        else:
            title = f"money for {names['programme', one]}"
            yield Step(f"programme {one}", more, kind="programme", id=one, title=title, amount=amount)
    for one in fleet["asset_id"]:
        whole = edits.with_one_unit_more(case, one)
        more = {"assets": whole.assets, "sensors": whole.sensors}
        yield Step(f"unit {one}", more, kind="unit", id=one, title=f"one more of {names['asset', one]}")
    lacks = _lacks(base)
    for one in dict.fromkeys(fleet["operator"]):
        for area in case.areas["area_id"].to_numpy()[lacks[fleet["operator"] == one].any(axis=0)]:
            title = f"{COUNTRIES.get(one.upper(), one)} in {names['area', area]}"
            more = {"access": edits.with_access(case, {one: [area]}).access}
            yield Step(f"access {one} {area}", more, kind="access", id=one, title=title, in_area=area)


def _lacks(base: Base) -> Booleans:
    """Whether an agreement would let assets and sensors do more in areas, shape (fleet, areas).

    Of what they reach and may not do there in some period: watch, or board on patrols and on trips.
    """
    case = base.case
    everything = {one: case.areas["area_id"].tolist() for one in dict.fromkeys(fleet_operators(case))}
    pairs = list(zip(seasons(case), seasons(edits.with_access(case, everything)), strict=True))
    watch: Booleans = np.any([then.access & ~now.access for now, then in pairs], axis=0)
    board: Booleans = np.any([then.board & ~now.board for now, then in pairs], axis=0)
    if case.settings.answers is None:
        board = np.zeros_like(watch)
    lacks: Booleans = (watch | board) & asset_areas(base.space.effort, watch.shape)
    if board.any():
        lacks |= asset_areas(trip_rows(case, base.space, board), watch.shape)
    return lacks


def _bounds(base: Base, steps: Sequence[Step]) -> dict[str, float]:
    """What no plan with each step can beat; all agreements of an operator at once where these add nothing."""
    least: dict[str, float] = {}
    for operator in dict.fromkeys(step.id for step in steps if step.kind == "access"):
        own = [step for step in steps if step.kind == "access" and step.id == operator]
        more = edits.with_access(base.case, {operator: [step.in_area for step in own]})
        together = _least(base, Step(operator, {"access": more.access}))
        if not _may_gain(base.results.certificate, together):
            least |= {step.name: together for step in own}
    return {step.name: least[step.name] if step.name in least else _least(base, step) for step in steps}


def _least(base: Base, step: Step) -> float:
    """No plan with the step has a value below this, by the base plan's shadow prices.

    Of fair plans that holds where no area's share can be raised, either, by the prices of its level. Else
    what is left is that nothing missed is the least.
    """
    prepared = pipeline.prepare(step.case_of(base.case, None), [base.space])
    if base.solution.fair_proof is not None:
        held = base.solution.fair_proof.held(prepared.problem)
        if held is None:
            return 0.0
        prepared = replace(prepared, problem=held)
    known = KnownPrices.of(base.prepared.problem, base.solution.prices)
    proof = base.solution.certificate
    return pipeline.bound(prepared, known, proof.value, proof.tolerance)


def _may_gain(base: Certificate, least: float) -> bool:
    """Whether the prices leave room for a gain: more than the base plan may itself be off."""
    return base.bound - least > max(base.value - base.bound, 1e-12 * base.stake)


def _tables(
    study: Study, base: Results, steps: list[Step], least: Mapping[str, float]
) -> dict[str, pd.DataFrame]:
    """The steps by gain, and where each that was planned adds, and takes away.

    Of equals, such as those that gain nothing, the first is that of the larger prediction, then by name. A
    step that the prices alone have judged has their bound.
    """
    table = ranked.of_changes(TABLES["steps"], steps, study)
    before, planned, kind = base.certificate, table["planned"], table["kind"]
    price = table["variant"].map(least)
    bound = price.clip(upper=before.bound).clip(lower=0.0)
    most = (0.0 - table["least"]).where(planned, math.inf).clip(upper=before.value - bound)
    gain, low, high = ranked.proven(0.0 - table["change"], 0.0 - table["most"], most, most)
    predicted = (before.bound - price).clip(lower=0.0) if not study.fair else math.nan
    spent = wide(study.differences, "asset", ["cost"], "difference").set_index(["variant", "asset_id"])
    own = pd.MultiIndex.from_frame(table[["variant", "id"]])
    more = spent["cost"].reindex(own).set_axis(table.index)
    cost = table["amount"].where(
        kind.isin(["programme", "pooled"]), more.where((kind == "unit") & (more > 1.0))
    )
    table = table.assign(
        unit=kind.map({"unit": "unit", "access": "agreement"}).fillna(study.currency),
        how=np.where(planned, RESOLVED, PRICED),
        bound=table["bound"].where(planned, bound),
        gap=table["gap"].where(planned, [replace(before, bound=one).gap for one in bound]),
        predicted=predicted,
        gain=gain,
        gain_least=low,
        gain_most=high,
        part_of_predicted=(gain / predicted).where(planned & (predicted > 0.0)),
        cost=cost.where(gain.notna()),
        gain_per_million=units.per_unit_to_per_million(numbers(gain)) / numbers(cost),
    )
    table = ranked.ranked(table, ("gain", "predicted", "kind", "id", "in_area"), "last")
    per_cost = table["gain_per_million"].where(table["gain"] > 0.0)
    table["rank_per_cost"] = per_cost.rank(ascending=False, method="min").astype("Int64")
    who = ["rank", "variant", "kind", "id", "in_area"]
    areas = table[who].merge(ranked.by_area(study.differences), on="variant")
    return {"steps": TABLES["steps"].of(table), "areas": TABLES["areas"].of(areas)}


def describe(study: Study) -> tuple[list[str], list[Section]]:
    """The plan as it stands, the steps of each kind, and how to read them."""
    steps, amount = study["steps"], f"{count(study.document['amount'])} {study.currency}"
    called = study.called(steps["id"], steps["kind"].replace({"unit": "asset", "access": "operator"}))
    called += (" in " + study.called(steps["in_area"], "area")).where(steps["in_area"] != "", "")
    steps = steps.assign(step=called.where(steps["kind"] != "pooled", "without any earmark"))
    of_prices = (RATIO,) if study.fair else PREDICTED
    return ranked.told(
        *(study, "steps", TABLES["steps"]),
        steps[(steps["how"] != PRICED) & ~(steps["gain_most"] <= 0.0)],
        {kind: f"{heading.format(amount)} [{OF_OBJECTIVE}]" for kind, (heading, *_) in KINDS.items()},
        (*SHOWN[:-2], *of_prices, *SHOWN[-2:]),
        figure="gain",
        where=("covered_km2", 1.0),
        most=MOST_SHOWN,
        notes=_notes(study),
    )


def _notes(study: Study) -> Iterator[str]:
    nothing = study["steps"][study["steps"]["how"] == PRICED]
    if len(nothing):
        kinds = nothing["kind"].value_counts()
        parts = ", ".join(f"{KINDS[str(kind)][1]}: {number}" for kind, number in kinds.items())
        most = figure(float(nothing["gain_most"].max()))
        adds, were = ("adds", "was") if len(nothing) == 1 else ("add", "were")
        fair = ", and that no area's share of its target can be raised" if study.fair else ""
        yield (
            f"{things(len(nothing), 'step')} {adds} nothing ({parts}) and {were} not planned again: the base "
            f"plan's shadow prices prove it to {most} {OF_OBJECTIVE}{fair}."
        )
    if study.fair:
        yield (
            f"With the objective {study.objective} a step first raises the smallest coverage/target; "
            "the gain in coverage is what comes with it and may be below 0, and no shadow price foretells "
            f"it. {ranked.of_fair_plans(study)}"
        )
    else:
        yield (
            "By shadow price: what the step would add if all of it gained as much as its first part; the new "
            "plan can only be at or below that."
        )
    yield "Gains of different steps do not add up."
    yield (
        "A unit costs nothing here but its running, which the present budgets must pay: its gain per million "
        "is for what the plan then spends more on it. The price of buying it, or of reaching an agreement, "
        "is not known here."
    )
    yield ranked.BY_CHANCE.format("gains")


def gains(study: Found) -> Chart:
    """What every next step adds, the most first, with what the certificates prove of it."""
    steps = study["steps"]
    worth = steps[steps["gain"] > 0.0].sort_values("gain", ascending=False, kind="stable")
    if not len(worth):
        return nothing("gains")
    shown = worth.head(ranked.MOST_DRAWN)
    called = named(shown["variant"].tolist(), shown["variant"].map(titles_of(study)))
    frame = shown[["gain", "gain_least", "gain_most", "predicted"]].assign(
        label=called.labels,
        kind=[KINDS[kind][2] for kind in shown["kind"]],
        text=[figure(gain) for gain in shown["gain"]],
    )
    scale = {said: colour for kind, (*_, said, colour) in KINDS.items() if (shown["kind"] == kind).any()}
    return row_chart("gains", frame, called, scale, words={"rest": len(worth) - len(shown)})


CHARTS = {"gains": gains}

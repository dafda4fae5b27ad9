"""An area: who reaches it, who may work and pay there, and what more coverage of it would take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from planner.core.certificate import valuation
from planner.core.search_theory import missed
from planner.errors import NoPlanError
from planner.explanation import increase
from planner.explanation import words as say
from planner.explanation.increase import STEP_KM2, cheapest_increase
from planner.explanation.plans import Facts, Situation, causes_km2, record
from planner.features.effort import NO_BASE
from planner.frames import numbers
from planner.results.plain_text import figure, percent, safe
from planner.results.plain_text import words as plain_words
from planner.solve.solver import Status
from planner.studies import edits

LEAST = 0.05
"""The least coverage that is tried for an area that gets nothing, or its target where that is less."""
LITTLE = 1.0 / 3.0
"""An area that has less than this part of its target gets little; half of it is tried."""


def area_facts(now: Situation, area_id: str) -> Facts:
    """The facts of an area.

    Returns:
        ``area`` (of areas.csv), ``by_period`` (of area_periods.csv), ``reach`` (by asset), ``payers``
        (programmes that may pay there, with the ``amount`` paid), ``work`` (of allocation.csv, with whether
        boarding ``trips`` are among its hours), ``answers`` (whether detections need an answer),
        ``least_coverage`` (share asked for), ``why_uncounted`` (why more coverage does not count, if so),
        ``without_plan`` (how the search for a plan with that coverage ended, if without one), and others that
        are named as what they are. Only an area that gets nothing or little has ``worth``,
        ``elsewhere`` and ``with_fair_shares``.
    """
    results, number = now.results, now.case.areas["area_id"].tolist().index(area_id)
    rows = now.effort[now.effort["area"] == number]
    area = record(results.areas, "area_id", area_id)
    opened = rows[rows["access"] & rows["payable"]]
    payable = cheapest_increase(now, opened)
    uncounted = _why_uncounted(now, area)
    target = area["target_coverage"] * area["area_km2"]
    counts = payable is not None and not uncounted
    is_little = area["covered_km2"] < max(say.HALF_KM2, LITTLE * target)
    little = counts and is_little and results.objective != "fair"  # whose plans share what little there is
    share, kept, fair, ended = _least_share(area, little), None, None, ""
    if counts:
        case = edits.with_least_coverage(now.case, area_id, share)
        try:
            kept = now.changed(f"with a least coverage of {share:.1%}", case)
        except NoPlanError as error:
            ended = error.status
    if little and target > 0.0:
        case = edits.with_settings(now.case, objective="fair")
        fair = now.change('for the objective "fair"', case, case.settings.solver.gap_tolerance)
    based = rows[rows["base"] != NO_BASE].sort_values("distance_nm", kind="stable").head(1)
    nearest = now.case.bases[["base_id"]].iloc[based["base"].to_numpy()]
    work = results.allocation[results.allocation["area_id"] == area_id]
    periods = results.area_periods[results.area_periods["area_id"] == area_id]
    return {
        "area": area,
        "by_period": periods.merge(results.periods[["period_id", "name"]], on="period_id"),
        "currency": results.currency,
        "fleet_size": len(now.fleet),
        "nearest_base": now.named(nearest, "base").assign(distance_nm=based["distance_nm"].to_numpy()),
        "reach": increase.reach_table(now, rows, "asset"),
        "payers": _payers(now, area_id, rows),
        "work": _work_in(now, work).sort_values("mission_hours", ascending=False),
        "causes_km2": causes_km2(results, "area", "area_id", area_id),
        "increase": payable or cheapest_increase(now, rows[rows["access"]]),
        "least_coverage": share,
        "why_uncounted": uncounted,
        "worth": _worth(now, area_id) if little else {},
        "elsewhere": _elsewhere(now, opened, area_id) if little else {},
        "with_least_coverage": kept,
        "without_plan": ended,
        "answers": now.case.settings.answers is not None,
        "hard_limits": bool(np.isinf(numbers(now.case.limits["penalty"])).any()),
        "with_fair_shares": fair,
        **increase.access_facts(now, rows[rows["payable"]]),
    }


def _why_uncounted(now: Situation, area: Mapping[str, Any]) -> str:
    """Why more coverage of an area does not count in the objective or for a limit; "" where it does."""
    limits = now.results.limits
    if (limits["area_id"].eq(area["area_id"]) & (limits["shortfall"] > 0.0)).any():
        return ""
    if now.results.objective == "fair" and area["shortfall_km2"] > 0.0:
        return ""
    if area["risk_weight"] <= 0.0:
        return "its risk weight is 0"
    alone = now.results.objective == "shortfall" and now.case.settings.coverage_worth <= 0.0
    return "its target is met, and only shortfalls count" if alone and area["met"] else ""


def _least_share(area: Mapping[str, Any], little: bool) -> float:
    """A step more coverage; ``LEAST`` of an area that gets nothing, half the target where it is little."""
    whole, covered, target = area["area_km2"], area["covered_km2"], area["target_coverage"]
    if little and covered < say.HALF_KM2:
        return float(min(LEAST, target) if target > 0.0 else LEAST)
    if little:
        return float(0.5 * target)
    return float((covered + min(STEP_KM2, 0.5 * (whole - covered))) / whole)


def _worth(now: Situation, area_id: str) -> dict[str, float]:
    """What the next km² of an area counts, and what it takes away elsewhere, at the plan's shadow prices.

    In the cell where the one is most of the other. By weak duality no plan that covers x km² more there loses
    less than x (costs - counts). Empty where nothing can be said, as where what is seen needs an answer, too.
    """
    problem, solution = now.plan.prepared.problem, now.plan.solution
    if problem.answers is not None:
        return {}
    at, left = valuation(problem, solution.prices), missed(solution.factor)
    own = (problem.nodes["area_id"] == area_id).to_numpy() & np.isfinite(at.supply) & (at.worth > 0.0)
    if not own.any():
        return {}
    counts, costs = at.worth[own] / problem.km2[own], at.supply[own] / (problem.km2[own] * left[own])
    best = int(np.argmin(costs / counts))
    return {"counts": float(counts[best]), "costs": float(costs[best])}


def _work_in(now: Situation, work: pd.DataFrame) -> pd.DataFrame:
    """Rows of allocation.csv with names, and whether boarding ``trips`` are among their hours."""
    made = now.results.boardings.merge(now.results.cells[["cell_id", "area_id"]], on="cell_id")
    keys = ["asset_id", "base_id", "area_id"]
    trips = pd.MultiIndex.from_frame(work[keys]).isin(pd.MultiIndex.from_frame(made[keys]))
    return now.named(work.assign(trips=trips), "asset", "base")


def _payers(now: Situation, area_id: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Programmes that may pay for something that reaches an area (effort ``rows``), and what they pay."""
    funding = now.results.funding
    here = funding[funding["area_id"] == area_id].groupby("programme_id")["amount"].sum()
    reached = rows[["asset", "paid_in"]].drop_duplicates().rename(columns={"paid_in": "area"})
    may = now.results.programmes.index.isin(now.eligibility.merge(reached)["programme"])
    table = now.results.programmes
    table = now.named(table[may | table["programme_id"].isin(here.index)], "programme")
    table = table.assign(amount=numbers(table["programme_id"].map(here).fillna(0.0)))
    columns = ["programme_id", "programme", "amount", "budget", "spent"]
    return table[columns].sort_values("amount", ascending=False, kind="stable")


def most_used(work: pd.DataFrame, but: str) -> tuple[str, str] | None:
    """The asset with the most hours outside an area, and the area where it has most of them, by their ids.

    None where no hours are worked elsewhere. ``work`` is of allocation.csv.
    """
    other = work[work["area_id"] != but]
    sums = other.groupby(["asset_id", "area_id"], as_index=False)["mission_hours"].sum()
    if not sums["mission_hours"].sum() > 0.0:
        return None
    own = sums[sums["asset_id"] == sums.groupby("asset_id")["mission_hours"].sum().idxmax()]
    row = own.loc[own["mission_hours"].idxmax()]
    return str(row["asset_id"]), str(row["area_id"])


def _elsewhere(now: Situation, rows: pd.DataFrame, area_id: str) -> dict[str, Any]:
    """Of the assets that may serve an area the one that the plan uses most elsewhere, and where most.

    Returns:
        ``asset`` and ``area`` (names), and for ``here`` and ``there`` hours and money that 1,000 km² more
        take, and the risk weight; empty where none is used.
    """
    effort = now.effort[now.effort["access"] & now.effort["payable"]]
    effort = effort[effort["asset"].isin(rows["asset"])]
    pairs = effort[["asset", "area"]].drop_duplicates()
    may = pairs.assign(
        asset_id=now.fleet["asset_id"].to_numpy()[pairs["asset"]],
        area_id=now.case.areas["area_id"].to_numpy()[pairs["area"]],
    )  # boarding trips may go where it may not watch
    most = most_used(now.results.allocation.merge(may), area_id)
    if most is None:
        return {}
    asset, ids = record(now.fleet, "asset_id", most[0]), now.case.areas["area_id"].tolist()
    own = effort[effort["asset"] == asset["number"]]
    found: dict[str, Any] = {"asset": asset["asset"], "area": now.names["area"][most[1]]}
    for name, number in (("here", ids.index(area_id)), ("there", ids.index(most[1]))):
        rate = increase.next_missions(now, own[own["area"] == number]).iloc[0]
        found[name] = {
            "hours": STEP_KM2 * float(rate["hours_per_km2"]),
            "cost": STEP_KM2 * float(rate["cost_per_km2"]),
            "risk_weight": float(now.results.areas["risk_weight"].iloc[number]),
        }
    return found


def area_sentences(facts: Facts) -> Iterator[str]:
    """What is wanted, who could reach it, who may, who pays, what the plan does, what would change it."""
    yield _state(facts)
    yield _reach(facts)
    yield _work(facts)
    yield from _causes(facts)
    if facts["worth"]:
        yield _why_little(facts)
    if facts["elsewhere"]:
        yield _served_instead(facts)
    yield from say.increase(facts, say.OF_IT)
    if facts["why_uncounted"]:
        yield f"More coverage of it does not count in this plan: {facts['why_uncounted']}."
    elif facts["reach"]["payable"].any() and _km2_more(facts) > say.HALF_KM2:
        yield _kept(facts)
    if facts["with_fair_shares"] is not None:
        yield _fair(facts)
    if facts["access"]:
        yield increase.access_sentence(facts, "it")
    elif not facts["increase"] and facts["area"]["coverage"] < 1.0 - say.ALL_COVERED:
        yield f"Only {_what_else(facts['reach'])} would change that."


def _what_else(reach: pd.DataFrame) -> str:
    """What it would take where nothing that has access can cover more, nor what would have it with money."""
    others = "another asset, a longer range, a nearer base"
    if (~reach["access"] & (reach["hours"] > 0.0)).any():
        return f"{others}, or access together with a programme that may pay there"
    return f"{others} or more hours"


def _state(facts: Facts) -> str:
    area = facts["area"]
    covered = f"The plan covers {percent(area['coverage'])} of it ({say.km2(area['covered_km2'])})"
    if area["covered_km2"] < say.HALF_KM2:
        covered = "The plan covers none of it"
    target = area["target_coverage"] * area["area_km2"]
    if target > 0.0:
        short = f"the shortfall is {say.km2(area['shortfall_km2'])}"
        covered += f"; {'the target is met' if area['met'] else short}"
    return (
        f"{safe(area['name'])} ({safe(area['area_id'])}) has {say.km2(area['area_km2'])} of water. "
        f"Its target is {percent(area['target_coverage'])} ({say.km2(target)}). {covered}."
        f"{_by_period(facts['by_period'])}"
    )


def _by_period(periods: pd.DataFrame) -> str:
    """The periods in which least and most is covered; "" where all are alike."""
    order = periods.sort_values("coverage", kind="stable").to_dict("records")
    told = [(percent(row["coverage"]), safe(row["name"])) for row in (order[:1] + order[-1:])]
    if not order or told[0][0] == told[1][0]:
        return ""
    (least, when), (most, then) = told
    return f" By period the coverage is between {least} ({when}) and {most} ({then})."


def _reach(facts: Facts) -> str:
    reach, whole = facts["reach"], facts["fleet_size"]
    may, may_not = reach[reach["access"]], reach[~reach["access"]]
    some = f"are {len(reach):,} of the {whole:,} assets and sensors"
    if whole == 1:
        some = f"is {'the only' if len(reach) else 'no'} asset or sensor"
    parts = [
        f"{f'{len(rows):,} of them ' if whole > 1 else ''}{how} access ({say.operators(rows['operator'], 5)})"
        for how, rows in (("with", may), ("without", may_not))
        if len(rows)
    ]
    text = f"Within reach of it {some}{''.join(f', {part}' for part in parts)}"
    for row in facts["nearest_base"].to_dict("records"):
        away = f"{figure(row['distance_nm'])} nm from the middle of its nearest cell"
        text += f". The nearest base that any of them works from is {safe(row['base'])}, {away}"
    return f"{text}."


def _work(facts: Facts) -> str:
    payers, work = facts["payers"], facts["work"]
    if work.empty:
        return f"The plan sends nothing there. {_may_pay(payers)}."
    parts = []
    for row in work.to_dict("records"):
        done = [say.often(row["missions"], "mission")] if row["missions"] > 0.0 else []
        done += ["boarding trips"] if row["trips"] else []
        missions = f"{' and '.join(done)}, " if row["base"] else ""
        where = f"{row['asset']} from {row['base']}" if row["base"] else row["asset"]
        parts.append(f"{where} ({missions}{say.hours_there(row['mission_hours'])})")
    paid = say.paid(payers[payers["amount"] > 0.0], "programme", facts["currency"])
    return f"The plan uses {say.together(parts)}, {f'paid by {paid}' if paid else 'at no cost'}."


def _may_pay(payers: pd.DataFrame) -> str:
    return f"{say.number(len(payers), 'programme')} may pay for work there".replace("no p", "No p")


def _causes(facts: Facts) -> Iterator[str]:
    causes, payers, reach = (facts[name] for name in ("causes_km2", "payers", "reach"))
    if not facts["area"]["shortfall_km2"] > 0.0 or not causes.sum() > 0.0:
        return
    text = f"Causes of the shortfall, as limits are lifted one by one: {say.causes(causes)}."
    may = reach[reach["payable"]]
    if len(may):
        assets = say.number(len(may), "asset or sensor", "assets and sensors")
        used = say.used_up(may["used_hours"], may["hours"], "hours")
        text += f" {assets} may work and be paid there; {used}."
    if len(payers) and len(facts["work"]):
        text += f" {_may_pay(payers)}; {say.used_up(payers['spent'], payers['budget'], 'money')}."
    yield text


def _why_little(facts: Facts) -> str:
    """The weight of an area that gets little, and what its water costs."""
    worth, area = facts["worth"], facts["area"]
    amount = "nothing" if area["covered_km2"] < say.HALF_KM2 else "little"
    text = (
        f"It gets {amount} because the next km² of it counts {figure(worth['counts'])} in the objective "
        f"(risk weight {figure(area['risk_weight'])})"
    )
    if worth["costs"] > (1.0 + say.SMALL) * worth["counts"]:
        covers = f"at least cover {figure(worth['costs'])} elsewhere, at the plan's shadow prices"
        return f"{text}, while the hours and the money that it takes {covers}."
    return f"{text}, no more than what the hours and the money for it count where the plan uses them."


def _served_instead(facts: Facts) -> str:
    one = facts["elsewhere"]
    here, there = one["here"], one["there"]
    takes, risks = (
        [say.means(each["hours"], each["cost"], facts["currency"]) for each in (there, here)],
        [f"(risk weight {figure(each['risk_weight'])})" for each in (there, here)],
    )
    seen = "1,000 km² more that are seen" if facts["answers"] else "1,000 km² more"
    text = (
        f"Of the assets that could serve it, the plan uses {safe(one['asset'])} most elsewhere, most of all "
        f"in {safe(one['area'])}. At the rate of its next mission, {seen} take {takes[0]} there "
        f"{risks[0]}, and {takes[1]} here {risks[1]}"
    )
    lost = here["hours"] * there["risk_weight"], there["hours"] * here["risk_weight"]
    if lost[0] > (1.0 + say.SMALL) * lost[1] > 0.0:
        times = f"{figure(lost[0] / lost[1])} times as much risk-weighted water there as here"
        text += f": an hour {'sees' if facts['answers'] else 'covers'} {times}"
    return f"{text}."


def _km2_more(facts: Facts) -> float:
    """What the least coverage that is tried asks for, beyond what is covered [km²]."""
    return float(facts["least_coverage"] * facts["area"]["area_km2"] - facts["area"]["covered_km2"])


def _kept(facts: Facts) -> str:
    """What a least coverage would take, with the hours and the money that there are."""
    change, share, area = facts["with_least_coverage"], facts["least_coverage"], facts["area"]
    more = say.about(_km2_more(facts))
    limits = ", money and hard limits" if facts["hard_limits"] else " and money"
    text = f"With today's hours{limits}, a coverage of {percent(share)} ({more} km² more than now) is"
    if change is None and facts["without_plan"] != Status.INFEASIBLE:
        why = plain_words(facts["without_plan"])
        return f"Whether a coverage of {percent(share)} is possible was not found out: {why}."
    if change is None:
        return f"{text} out of reach."
    by = say.by_whom(change, area["area_id"], facts["currency"])
    return f"{text} possible{by}. The plan would then {say.effect(change, area['area_id'])}."


def _fair(facts: Facts) -> str:
    change, area_id = facts["with_fair_shares"], facts["area"]["area_id"]
    if not change.proven:
        return 'What it would get with the objective "fair" was not found out: that plan is not proven.'
    if change.of_area(area_id, "covered_km2") < say.HALF_KM2:
        return 'With the objective "fair" it would get nothing either.'
    lost, by = say.places(change, -1.0), say.by_whom(change, area_id, facts["currency"])
    covered = percent(change.of_area(area_id, "coverage"))
    total = f"{say.about(abs(change.covered_km2))} km² {'more' if change.covered_km2 >= 0.0 else 'less'}"
    return (
        f'With the objective "fair", {covered} of it would be covered{by}. '
        f"All areas together would have {total} coverage, before risk weights"
        f"{f'; the largest losses would be in {lost}' if lost else ''}."
    )

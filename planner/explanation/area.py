"""An area: who reaches it, who may work and pay there, and what more coverage of it would take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from planner.explanation import edits
from planner.explanation import words as say
from planner.explanation.access import access_facts, access_sentence
from planner.explanation.increase import STEP_KM2, cheapest_increase, next_missions, reach_table
from planner.explanation.plans import FAIR_TOLERANCE, Facts, Situation, causes_km2, record
from planner.frames import numbers, sum_by
from planner.results.plain_text import figure, percent, safe

LEAST = 0.05
"""The least coverage that is tried for an area that gets nothing, or its target where that is less."""
KEPT = 0.99
"""A least coverage of which so much is reached is kept."""


def area_facts(now: Situation, area_id: str) -> Facts:
    """The facts of an area; its row is that of areas.csv.

    Tables: ``fleet_size``; ``nearest_base``; ``reach`` (by asset); ``payers`` (programmes that may pay there,
    with ``amount`` paid); ``work`` (of allocation.csv); ``causes_km2``; ``increase``; ``least_coverage``
    (share asked for); ``why_uncounted`` (why more coverage does not count, if so); ``elsewhere`` (of an area
    that gets nothing, see ``_elsewhere``); ``access``.
    Plans: ``least_coverage``, ``fair`` (of an area that gets nothing) and ``access``.
    """
    results, number = now.results, now.case.areas["area_id"].tolist().index(area_id)
    rows = now.effort[now.effort["area"] == number]
    area = record(results.areas, "area_id", area_id)
    opened = rows[rows["access"] & rows["payable"]]
    payable = cheapest_increase(now, opened)
    uncounted = _why_uncounted(now, area, float(_mean_risk(now)[number]))
    nothing = payable is not None and not uncounted and area["covered_km2"] < say.HALF_KM2
    share, kept, fair = _least_share(area, nothing), None, None
    if payable is not None and not uncounted:
        case = edits.with_least_coverage(now.case, area_id, share)
        kept = now.change(f"with a least coverage of {share:.1%}", case)
    if nothing and area["target_coverage"] > 0.0 and results.objective != "fair":
        case = edits.with_objective(now.case, "fair")
        fair = now.change('for the objective "fair"', case, FAIR_TOLERANCE)
    missing, access = access_facts(now, rows[rows["payable"]])
    work = results.allocation[results.allocation["area_id"] == area_id]
    tables = {
        "fleet_size": len(now.fleet),
        "nearest_base": _nearest_base(now, number),
        "reach": reach_table(now, rows, "asset"),
        "payers": _payers(now, area_id),
        "work": now.named(work, "asset", "base").sort_values("mission_hours", ascending=False),
        "causes_km2": causes_km2(results, "area", "area_id", area_id),
        "increase": payable or cheapest_increase(now, rows[rows["access"]]),
        "least_coverage": share,
        "why_uncounted": uncounted,
        "elsewhere": _elsewhere(now, opened, area_id) if nothing else {},
        "access": missing,
    }
    return now.facts(area, tables, least_coverage=kept, fair=fair, access=access)


def _mean_risk(now: Situation) -> np.ndarray:
    """Mean risk weight of the water of each area, or for "shortfall" that of the area, shape (areas,)."""
    if now.results.objective == "shortfall":
        return numbers(now.case.areas["risk_weight"])
    cells, size = now.plan.prepared.space.cells, len(now.case.areas)
    km2 = numbers(cells["area_km2"])
    weight = sum_by(cells["area"], km2 * numbers(cells["risk_weight"]), size)
    return np.asarray(weight / sum_by(cells["area"], km2, size))


def _nearest_base(now: Situation, area: int) -> dict[str, Any]:
    """Name and distance of the base in use that is nearest to the point of any cell of an area [nm]."""
    used = {base for bases in now.case.assets["bases"] for base in bases} if len(now.case.assets) else set()
    at = np.flatnonzero(now.case.bases["base_id"].isin(used))
    inside = (now.plan.prepared.space.cells["area"] == area).to_numpy()
    if not len(at) or not inside.any():
        return {}
    distance = now.plan.prepared.space.distances.result.base_nm[at][:, inside].min(axis=1)
    base = str(now.case.bases["base_id"].iloc[int(at[np.argmin(distance)])])
    return {"base": now.names["base"][base], "distance_nm": float(distance.min())}


def _why_uncounted(now: Situation, area: Mapping[str, Any], risk: float) -> str:
    """Why more coverage of an area does not count in the objective or for a limit; "" where it does."""
    limits = now.results.limits
    if (limits["area_id"].eq(area["area_id"]) & (limits["shortfall"] > 0.0)).any():
        return ""
    if risk <= 0.0:
        return "its risk weight is 0"
    met = now.results.objective == "shortfall" and area["met"]
    return "its target is met, and only shortfalls count" if met else ""


def _least_share(area: Mapping[str, Any], nothing: bool) -> float:
    """A step more coverage, or ``LEAST`` of an area that gets nothing."""
    whole, covered, target = area["area_km2"], area["covered_km2"], area["target_coverage"]
    if nothing:
        return float(min(LEAST, target) if target > 0.0 else LEAST)
    return float((covered + min(STEP_KM2, 0.5 * (whole - covered))) / whole)


def _payers(now: Situation, area_id: str) -> pd.DataFrame:
    """Programmes with an area in their mandate, and what they pay there."""
    funding = now.results.funding
    may = np.asarray([area_id in areas for areas in now.case.programmes["areas"]], dtype=bool)
    here = funding[funding["area_id"] == area_id].groupby("programme_id")["amount"].sum()
    table = now.named(now.results.programmes[may], "programme")
    table = table.assign(amount=table["programme_id"].map(here).fillna(0.0).to_numpy(dtype=np.float64))
    columns = ["programme_id", "programme", "amount", "budget", "spent"]
    return table[columns].sort_values("amount", ascending=False, kind="stable")


def _elsewhere(now: Situation, rows: pd.DataFrame, area_id: str) -> dict[str, Any]:
    """Of the assets that may serve an area the one that the plan uses most, and where that is.

    Returns:
        ``asset`` and ``area`` (names), and for ``here`` and ``there`` hours and money that 1,000 km² more
        take, and the risk weight; empty where none is used.
    """
    assets = now.fleet["asset_id"].iloc[rows["asset"].unique()]
    done = now.results.allocation[now.results.allocation["asset_id"].isin(assets)]
    sums = done.groupby(["asset_id", "area_id"], as_index=False)["mission_hours"].sum()
    if sums.empty or not sums["mission_hours"].max() > 0.0:
        return {}
    most = sums.loc[sums["mission_hours"].idxmax()]
    asset = record(now.fleet, "asset_id", most["asset_id"])
    ids, risk = now.case.areas["area_id"].tolist(), _mean_risk(now)
    own = now.effort[(now.effort["asset"] == asset["number"]) & now.effort["access"] & now.effort["payable"]]
    found: dict[str, Any] = {"asset": asset["asset"], "area": now.names["area"][str(most["area_id"])]}
    for name, number in (("here", ids.index(area_id)), ("there", ids.index(most["area_id"]))):
        rate = next_missions(now, own[own["area"] == number]).iloc[0]
        found[name] = {
            "hours": STEP_KM2 * float(rate["hours_per_km2"]),
            "cost": STEP_KM2 * float(rate["cost_per_km2"]),
            "risk_weight": float(risk[number]),
        }
    return found


def area_sentences(facts: Facts) -> Iterator[str]:
    """What is wanted, who could reach it, who may, who pays, what the plan does, what would change it."""
    yield _state(facts)
    yield _reach(facts)
    yield _work(facts)
    yield from _causes(facts)
    if facts.tables["elsewhere"]:
        yield _why_nothing(facts)
    if facts.tables["increase"]:
        more = facts.tables["increase"]
        how = f"with {safe(more.asset)}{f' from {safe(more.base)}' if more.base else ''}"
        yield say.increase(more, facts.currency, "of it", how)
        if facts.tables["why_uncounted"]:
            yield f"More coverage of it does not count in this plan: {facts.tables['why_uncounted']}."
    yield from _kept(facts)
    yield from _fair(facts)
    if facts.tables["access"]:
        yield access_sentence(facts, "it")
    elif not facts.tables["increase"]:
        yield "Only another asset, a longer range, a nearer base or more hours would change that."


def _state(facts: Facts) -> str:
    area = facts.row
    covered = f"The plan covers {percent(area['coverage'])} of it ({say.km2(area['covered_km2'])})"
    if area["covered_km2"] < say.HALF_KM2:
        covered = "The plan covers none of it"
    target = area["target_coverage"] * area["area_km2"]
    if target > 0.0:
        short = f"{say.km2(area['shortfall_km2'])} are missing to the target"
        covered += f"; {'the target is met' if area['met'] else short}"
    return (
        f"{safe(area['name'])} ({safe(area['area_id'])}) has {say.km2(area['area_km2'])} of water. "
        f"Its target is {percent(area['target_coverage'])} ({say.km2(target)}). {covered}."
    )


def _reach(facts: Facts) -> str:
    base, reach = facts.tables["nearest_base"], facts.tables["reach"]
    may, may_not = reach[reach["access"]], reach[~reach["access"]]
    text = f"Within reach of it are {len(reach):,} of the {facts.tables['fleet_size']:,} assets and sensors"
    if len(reach):
        text += f", {len(may):,} of them with access"
    text += f" ({_operators(may)})" if len(may) else ""
    if len(may_not):
        text += f" and {len(may_not):,} without ({_operators(may_not)})"
    if not base:
        return f"{text}."
    away = f"{figure(base['distance_nm'])} nm from the middle of its nearest cell"
    return f"{text}. The nearest base in use is {safe(base['base'])}, {away}."


def _operators(reach: pd.DataFrame) -> str:
    operators = sorted(set(reach["operator"]))
    return f"{'operator' if len(operators) == 1 else 'operators'} {say.together(operators, 5)}"


def _work(facts: Facts) -> str:
    payers, work = facts.tables["payers"], facts.tables["work"]
    if work.empty:
        return f"The plan sends nothing there. {_may_pay(payers)}."
    parts = [_done(row) for row in work.to_dict("records")]
    paid = say.paid(payers[payers["amount"] > 0.0], "programme", facts.currency)
    return f"The plan uses {say.together(parts)}, {f'paid by {paid}' if paid else 'at no cost'}."


def _may_pay(payers: pd.DataFrame) -> str:
    return f"{say.number(len(payers), 'programme')} may pay for work there".replace("no p", "No p")


def _done(row: Mapping[Any, Any]) -> str:
    if not row["base"]:
        return f"{row['asset']} ({say.hours(row['mission_hours'])})"
    missions = say.often(row["missions"], "mission")
    return f"{row['asset']} from {row['base']} ({missions}, {say.hours(row['mission_hours'])})"


def _causes(facts: Facts) -> Iterator[str]:
    causes, payers, reach = (facts.tables[name] for name in ("causes_km2", "payers", "reach"))
    if not facts.row["shortfall_km2"] > 0.0 or not causes.sum() > 0.0:
        return
    text, may = f"Causes of the shortfall: {say.causes(causes)}.", reach[reach["payable"]]
    if len(may):
        assets = say.number(len(may), "asset or sensor", "assets and sensors")
        text += (
            f" {assets} may work and be paid there; {say.used_up(may['used_hours'], may['hours'], 'hours')}."
        )
    if len(payers) and len(facts.tables["work"]):
        text += f" {_may_pay(payers)}; {say.used_up(payers['spent'], payers['budget'], 'money')}."
    yield text


def _why_nothing(facts: Facts) -> str:
    one = facts.tables["elsewhere"]
    here, there = one["here"], one["there"]
    takes = [
        f"{say.hours(each['hours'])} and {say.money(each['cost'], facts.currency)}" for each in (there, here)
    ]
    text = (
        f"Of the assets that could serve it, the plan uses {safe(one['asset'])} most, in {safe(one['area'])}. "
        f"At the rate of its next mission, 1,000 km² more take {takes[0]} there (risk weight "
        f"{figure(there['risk_weight'])}), and {takes[1]} here (risk weight {figure(here['risk_weight'])})"
    )
    lost = here["hours"] * there["risk_weight"], there["hours"] * here["risk_weight"]
    if lost[0] > (1.0 + say.SMALL) * lost[1] > 0.0:
        text += (
            f": an hour covers {figure(lost[0] / lost[1])} times as much risk-weighted water there as here"
        )
    return f"{text}."


def _kept(facts: Facts) -> Iterator[str]:
    """What a least coverage would take, with the hours and the money that there are."""
    change, share, area_id = (
        facts.plans["least_coverage"],
        facts.tables["least_coverage"],
        facts.row["area_id"],
    )
    if change is None:
        return
    wanted = share * facts.row["area_km2"] - facts.row["covered_km2"]
    there = max(0.0, change.of_area(area_id))
    limit = f"a coverage of {percent(share)} ({say.about(wanted)} km² more than now)"
    if there < KEPT * wanted:
        most = f"at most {say.about(there)} km²" if there >= say.HALF_KM2 else "nothing"
        yield f"With today's hours and money, {limit} is out of reach: {most} more can be covered."
        return
    means, spent = say.work(change, area_id), change.spent[change.spent["area_id"] == area_id]
    text = f"With today's hours and money, {limit} is possible{f' with {means}' if means else ''}"
    if facts.tables["work"].empty and len(spent):
        text += f", paid by {say.paid(spent.assign(amount=spent['change']), 'programme', facts.currency)}"
    lost = say.places(change, -1.0, area_id) if change.most < 0.0 else ""
    lost = f", with the largest losses in {lost}" if lost else ""
    yield f"{text}. The plan would then {say.effect(change)}{lost}."


def _fair(facts: Facts) -> Iterator[str]:
    change = facts.plans["fair"]
    if change is None:
        return
    means, lost = say.work(change, facts.row["area_id"]), say.places(change, -1.0)
    covered = percent(change.of_area(facts.row["area_id"], "coverage"))
    total = f"{say.about(abs(change.covered_km2))} km² {'more' if change.covered_km2 >= 0.0 else 'less'}"
    yield (
        f'With the objective "fair", {covered} of it would be covered{f", with {means}" if means else ""}. '
        f"All areas together would have {total} coverage, before risk weights"
        f"{f'; the largest losses would be in {lost}' if lost else ''}."
    )

"""The answer of a plan in six sentences."""

from __future__ import annotations

import math

import pandas as pd

from planner.charts.data import Plan
from planner.frames import records
from planner.page.parts import Sentence, bold, sentence
from planner.results.limits import scarce_in_periods
from planner.results.plain_text import count, figure, large, listed, percent, safe, things
from planner.results.results import Results
from planner.results.sentences import gains_of, held_in_words, range_in_words, response_in_words
from planner.results.summary import SHOWN
from planner.solve.solver import Status

LARGEST = 3
"""Areas that are named."""
NOTHING_LEFT = 1e-6
"""Less than this part of a budget is none left: rounding."""
SCALE = "a ten-thousandth of what doing nothing misses"
"""What the optimality gap is a part of where the plan itself misses even less."""
CAUSE_CLAUSES = {
    "choice": "is the plan's choice of other water",
    "earmarks": "would be closed by pooling all money",
    "money": "takes more money",
    "access": "takes access that is not given",
    "response": "would be closed if detections needed no answer",
    "hours": "takes more hours of assets and bases",
    "out_of_reach": "lies out of reach of everything",
}


def answer(plan: Plan) -> list[Sentence]:
    """What is covered and what that rests on, where it falls short, why, what is scarce, what is proven."""
    answered = response_in_words(plan["response"], plan.run, safe(plan.results.currency))
    said = (
        _covered(plan),
        *([answered] if answered else []),
        range_in_words(plan["range"], plan.run),
        _short(plan),
        _why(plan),
        _scarce(plan),
        _proven(plan.results),
    )
    return [sentence(each) for each in said]


def _covered(plan: Plan) -> str:
    areas, programmes = plan["areas"], plan["programmes"]
    water, covered = areas["area_km2"].sum(), areas["covered_km2"].sum()
    wanted = float((areas["target_coverage"] * areas["area_km2"]).sum())
    reached, target = (percent(km2 / water if water else 0.0) for km2 in (covered, wanted))
    spent, budget = large(programmes["spent"].sum()), large(programmes["budget"].sum())
    donors, currency = things(len(programmes), "programme"), safe(plan.results.currency)
    money, has = bold(f"{spent} {currency}"), "has" if len(programmes) == 1 else "have"
    paid = f"With {money} of the {budget} {currency} that {donors} {has},"
    left = programmes["budget"] - programmes["spent"]
    if (left <= NOTHING_LEFT * programmes["budget"]).all():
        paid = f"With all the money of {donors}, {money},"
    elif spent == budget:
        paid = f"With {money}, all but {large(left.sum())} {currency} of what {donors} {has},"
    if not programmes["budget"].sum() > 0.0:
        paid = "Without any money,"
    size, used = len(plan["fleet"]), plan["allocation"]["asset_id"].nunique()
    of_all = f" of {size:,}" if used < size else ""
    fleet = f"{used:,}{of_all} assets and sensors {'covers' if used == 1 else 'cover'}"
    fleet = fleet if size != 1 else "1 asset covers"
    counts = "; what is seen counts in full only where it can be answered" if len(plan["response"]) else ""
    return (
        f"{paid} {fleet} {bold(reached)} of {large(water)} km² of water in {things(len(areas), 'area')}, "
        f"where {bold(target)} is wanted{counts}."
    )


def _short(plan: Plan) -> str:
    areas = plan["areas"]
    areas = areas[areas["target_coverage"] > 0.0]
    met, short = int(areas["met"].sum()), areas[areas["shortfall_km2"] > 0.0]
    if areas.empty:
        return f"{bold('No area')} has a target."
    if short.empty:
        return f"{bold('Every area')} meets its target."
    whole = bold(f"{large(short['shortfall_km2'].sum())} km²")
    worst = short.nlargest(LARGEST, "shortfall_km2")
    if len(areas) == 1:
        return f"{safe(worst['name'].iloc[0])} does {bold('not')} meet its target: the shortfall is {whole}."
    pairs = zip(worst["name"], worst["shortfall_km2"], strict=True)
    named = listed([f"{safe(name)} ({large(km2)} km²)" for name, km2 in pairs])
    where = (
        f"the largest parts of it in {named}" if len(short) > 1 else f"all in {safe(worst['name'].iloc[0])}"
    )
    meet = "meets its" if met == 1 else "meet their"
    return f"{bold(f'{met} of {len(areas)}')} areas {meet} target; the shortfall is {whole}, {where}."


def _why(plan: Plan) -> str:
    causes = plan["causes"]
    sums = causes[causes["level"] == "all"].groupby("cause", sort=False)["km2"].sum()
    if not len(sums):
        return "Why that is so was not looked for."
    if sums.sum() <= 0.0:
        return "There is no coverage gap to explain."
    shares = sums[sums >= SHOWN * sums.sum()] / sums.sum()
    parts = [f"{bold(percent(share))} {CAUSE_CLAUSES[str(cause)]}" for cause, share in shares.items()]
    return f"Of the coverage gap, as limits are lifted one after the other, {listed(parts)}."


def _scarce(plan: Plan) -> str:
    currency = safe(plan.results.currency)
    if plan.results.fairness:
        more = f"What a million more {currency}, or an hour more, would bring"
        return f'{more} is not worked out for the objective "fair".'
    gains = plan["gains"]
    said = f"What a million more {currency} would add was not planned"
    if len(gains):
        best = gains.nlargest(1, "gain_of_next_million_km2").to_dict("records")[0]
        gain, covered = float(best["gain_of_next_million_km2"]), float(best["more_covered_km2"])
        said = f"A million more {currency} in any programme would add {bold('nothing')}"
        if gains_of(gains).isna().any():
            said = f"What a million more {currency} would add was not found out for every programme"
        if gain > 0.0:
            known = plan.names("programmes", "programme_id")
            as_good = gains[gains["most_km2"] >= best["least_km2"]]["programme_id"]
            *others, last = (known.get(one, safe(one)) for one in as_good)
            names = f"{', '.join(others)} or {last}" if others else last
            more = f"{count(abs(covered))} km² {'more' if covered >= 0.0 else 'less'} coverage"
            figures = bold(f"{figure(gain)} risk-weighted km²")
            said = (
                f"A million more {currency} does most in {names}: the objective is {figures} less, with "
                f"{more}, in a plan made with it"
            )
    of_periods = scarce_in_periods(plan["period_prices"])
    prices = pd.concat([plan["prices"].assign(period_id=""), of_periods], ignore_index=True)
    hours = prices[(prices["limit_kind"] == "asset_hours") & (prices["shadow_price"] > 0.0)]
    for asset in records(hours.nlargest(1, "shadow_price")):
        price = bold(f"{figure(asset.shadow_price)} risk-weighted km²")
        held = "" if asset.period_id else held_in_words(asset.holds_least, asset.holds_most, "h")
        holds = f", which holds for {held} more" if held else ""
        name = plan.names("fleet", "asset_id").get(asset.id, safe(asset.id))
        if asset.period_id:
            name = f"{name} in {safe(plan.names('periods', 'period_id')[asset.period_id])}"
        return f"{said}; the next hour counts most with {name}: {price} (its shadow price{holds})."
    return f"{said}; more hours of any asset alone would add {bold('nothing')}."


def _proven(results: Results) -> str:
    proof, fair = results.certificate, " that is as fair" if results.fairness else ""
    part = f"{100.0 * proof.gap:.2g}%" if math.isfinite(proof.gap) else "an unknown part"
    within = f"{part} of {'its value' if proof.value >= proof.scale else SCALE}"
    if results.status is Status.OPTIMAL:
        return (
            f"The plan is {bold('proven')} optimal for its objective: within the same limits no plan{fair} "
            f"is better by more than {within}. Its hours, money and coverage were recomputed "
            f"from its missions."
        )
    if results.fairness:
        return f"The plan is {bold('not proven')}: another might be fairer, or better and as fair."
    return (
        f"The plan is {bold('not proven')} to be the best: by its objective another might be better by up to "
        f"{within}."
    )

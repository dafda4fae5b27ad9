"""A capacity plan in sentences: what to order, who pays, what it brings, what it leaves, how sure that is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from planner.capacity import sums
from planner.capacity.results import CREWS, NEEDED_FOR, NOT_ASKED, OUT_OF_TIME, CapacityPlan
from planner.capacity.values import PROVEN
from planner.frames import records
from planner.results.goodness import value_in_words
from planner.results.plain_text import count, figure, large, listed, percent, safe, things
from planner.solve.solver import Status

MOST_ORDERS, MOST_NAMED = 6, 3
"""Orders, and other things, that a sentence names."""
COVERED = "risk-weighted km²"
"""The unit of what years miss, and so of what a unit more would gain."""
OFTEN = 0.95
FINE = 0.1
"""Percent from which two digits after the point are enough."""
"""Part of the draws in which an option is ordered that is called nearly all."""


def sentences(plan: CapacityPlan) -> list[str]:
    """The answer: orders, payers, what they bring, what is left, alternatives, what options are worth."""
    parts = (ordered, waiting, paid, kept, brings, added, leaves, certified, firm, worth, scarce, left_out)
    return [*(said for part in parts if (said := part(plan))), *of_others(plan)]


def status(plan: CapacityPlan) -> str:
    """What is proven; a plan that is not proven is never called optimal."""
    proof = plan.run["certificate"]
    known = "unknown" if proof.get("gap") is None else _percent_of_gap(proof["gap"])
    said = f"optimality gap {known}, tolerance {_percent_of_gap(proof['tolerance'])}"
    return f"{'Optimal within the tolerance' if plan.proven else 'NOT PROVEN, best plan so far'} ({said})."


def _percent_of_gap(gap: float) -> str:
    """Two digits after the point, or of what is less, so that a gap that is open is not told as none."""
    share = 100.0 * gap
    return f"{share:.2f}%" if share == 0.0 or share >= FINE else f"{Decimal(f'{share:.1e}'):f}%"


def certified(plan: CapacityPlan) -> str:
    """Value and bound of the objective, with and without orders."""
    proof, nothing = plan.run["certificate"], plan.run["without_orders"]
    value, bound, before = proof["value"], proof["bound"], nothing["value"]
    said = f"The objective is {_count(value)} {_objective(plan)}; no plan can go below {_count(bound)}."
    if plan["orders"].empty or None in (value, before, nothing["bound"], bound):
        return said
    least, most = (figure(max(0.0, one)) for one in (nothing["bound"] - value, before - bound))
    by = f"{least} to {most}" if least != most else least
    return f"{said} Without any order it is {count(before)}: the best orders lower it by {by}."


def unit(plan: CapacityPlan) -> str:
    """The unit of the objective."""
    return str(plan.run["currency"]) if plan.run["years"]["objective"] == "cost" else COVERED


def span(plan: CapacityPlan) -> str:
    """The years that are planned."""
    first, last = plan.years[0], plan.years[-1]
    return f"{first} to {last}" if last > first else f"{first}"


def _objective(plan: CapacityPlan) -> str:
    run, about = plan.run, plan.run["years"]
    said = value_in_words(run["objective"], run["coverage_worth"], run.get("penalties", False))
    if about["objective"] == "cost":
        said = f"{safe(plan.run['currency'])} of capital and running money"
    over = [mean_year(plan)]
    if len(plan["futures"]) > 1:
        over.append(f"expected over {len(plan['futures'])} futures")
    if about["tail_weight"]:
        share = about["tail_share"]
        worst = f"the worst {share:.0%} of futures" if share else "the worst future"
        over.append(f"a weight of {about['tail_weight']:g} on {worst}")
    return f"{said}, {', '.join(over)}"


def mean_year(plan: CapacityPlan) -> str:
    """How years are weighed, in words."""
    if len(plan.years) == 1:
        return f"in {plan.years[0]}"
    rate = plan.run["years"]["discount"]
    return f"mean of {span(plan)}" + (f" discounted by {percent(rate)} a year" if rate else "")


def ordered(plan: CapacityPlan) -> str:
    """What to order, and when, whatever the future."""
    table = sums.orders(plan)
    if table.empty:
        value, bound = (plan.run["certificate"][one] for one in ("value", "bound"))
        if value is None or bound is None:
            return "Order nothing."
        most = figure(max(0.0, value - bound))
        return f"Order nothing: no orders would lower the objective by more than {most} {unit(plan)}."
    now = table[table["future"] == ""]
    if now.empty:
        return "Order nothing before the future is known."
    cost = f"{large(now['capital'].sum())} {safe(plan.run['currency'])} of capital"
    if len(now) <= MOST_ORDERS:
        parts = [f"{one.units} x {one.what} in {one.year}" for one in records(now)]
        return f"Order {listed(parts)}, for {cost}."
    ranked, parts = _by_option(now), []
    for option, one in ranked.head(MOST_ORDERS).iterrows():
        own = now[now["option_id"] == option]
        who = [name for name in own["who"].drop_duplicates() if name]
        named = [*who[:MOST_NAMED], *(["others"] if who[MOST_NAMED:] else [])]
        first, last = own["year"].min(), own["year"].max()
        when = f"{first} to {last}" if last > first else f"{first}"
        parts.append(f"{one['units']:.0f} x {plan.name('options', option)} ({', '.join([*named, when])})")
    rest = ranked.iloc[MOST_ORDERS:]
    if len(rest):
        parts.append(f"{_units(rest['units'].sum())} of {things(len(rest), 'other option')}")
    return f"Order {_units(now['units'].sum())}, for {cost}: {listed(parts)}."


def waiting(plan: CapacityPlan) -> str:
    """The orders that wait until the future is known."""
    table = sums.orders(plan)
    later = table[table["future"] != ""]
    parts = []
    for title in plan["futures"]["title"] if len(later) else ():
        own = later[later["title"] == title]
        if own.empty:
            parts.append(f"if {title}, nothing")
            continue
        units = _by_option(own)["units"]
        named = [f"{one:.0f} x {plan.name('options', key)}" for key, one in units.head(MOST_NAMED).items()]
        more = [_units(rest)] if (rest := units.iloc[MOST_NAMED:].sum()) else []
        parts.append(f"if {title}, {listed([*named, *(f'{one} of other options' for one in more)])}")
    if not parts:
        return ""
    return f"Orders from {plan.run['years']['recourse_from']} on wait for the future: {'; '.join(parts)}."


def _by_option(orders: pd.DataFrame) -> pd.DataFrame:
    sizes: pd.DataFrame = orders.groupby("option_id", sort=False)[["units", "capital"]].sum()
    return sizes.sort_values("capital", ascending=False, kind="stable")


def paid(plan: CapacityPlan) -> str:
    """Who pays the capital, and what of it is left."""
    table, currency = sums.money(plan), safe(plan.run["currency"])
    named = _payers(plan, table, "capital_spent")
    whole = f"{large(table['capital'].sum())} {currency} of capital"
    if not named:
        return f"No capital is spent; there is {whole}." if table["capital"].sum() > 0.0 else ""
    means = _as_means(plan, "capital_budgets", ["budget", "spent"])
    left = _left(table["capital_left"].sum())
    return f"Capital is paid by {_most(named)}; {left} of the {whole} in {span(plan)} is left{means}."


def kept(plan: CapacityPlan) -> str:
    """Who keeps what is ordered, and the running money that is left."""
    table, currency = sums.money(plan), safe(plan.run["currency"])
    if plan["orders"].empty:
        return ""
    named = _payers(plan, table, "fixed")
    fixed = f"Keeping it in service costs {large(table['fixed'].sum())} {currency} in {span(plan)}"
    said = f"{fixed}, paid by {_most(named)}" if named else "Keeping it in service costs nothing"
    means = _as_means(plan, "running", ["budget", "fixed", "left"])
    left, whole = _left(table["running_left"].sum()), large(table["running"].sum())
    return f"{said}; {left} of the {whole} {currency} of running money is left after all missions{means}."


def _payers(plan: CapacityPlan, money: pd.DataFrame, column: str) -> list[str]:
    rows = money[money[column] > 0.0].sort_values(column, ascending=False, kind="stable")
    pairs = zip(rows["programme_id"], rows[column], strict=True)
    return [f"{plan.short('programmes', one)} ({large(amount)})" for one, amount in pairs]


def brings(plan: CapacityPlan) -> str:
    """Coverage in the last year, with and without orders, and its range over futures."""
    row = sums.years(plan).iloc[-1]
    water, wanted = row["area_km2"], row["target_km2"] > 0.0

    def said(covered: float, share: float, long: bool) -> str:
        of_targets = (
            f" and {percent(share)}{' of what the targets ask for' if long else ''}" if wanted else ""
        )
        of_water = percent(covered / water if water else 0.0)
        return f"{large(covered)} km², {of_water}{' of the water' if long else ''}{of_targets}"

    with_orders = said(row["covered_km2"], row["share"], True)
    low, high = (large(row[f"covered_km2_{end}"]) for end in ("low", "high"))
    if low != high:
        with_orders += f" (mean over {len(plan['futures'])} futures, from {low} to {high} km²)"
    if plan["orders"].empty:
        return f"In {plan.years[-1]} the plan covers {with_orders}."
    without = said(row["covered_without_km2"], row["share_without"], False)
    return f"In {plan.years[-1]} the plan covers {with_orders}; without any order {without}."


def added(plan: CapacityPlan) -> str:
    """Coverage and shortfall over all years, with and without orders."""
    if plan["orders"].empty or len(plan.years) == 1 or plan.run["years"]["objective"] == "cost":
        return ""
    pairs = [
        [sums.over_years(plan, f"{name}{way}_km2") for way in ("", "_without")]
        for name in ("covered", "shortfall")
    ]
    (covered, before), (short, short_before) = pairs
    adds, takes = "add" if covered >= before else "take away", "take away" if short <= short_before else "add"
    seen, missing = large(abs(covered - before)), large(abs(short - short_before))
    return (
        f"As the {mean_year(plan)}, orders {adds} {seen} km² of coverage ({large(covered)} against "
        f"{large(before)}), and {takes} {missing} km² of shortfall ({large(short)} against "
        f"{large(short_before)})."
    )


def leaves(plan: CapacityPlan) -> str:
    """What is missing to the targets in the last year, and where."""
    table, year = sums.shortfalls(plan), plan.years[-1]
    whole = float(table["shortfall_km2"].sum())
    futures = " in every future" if len(plan["futures"]) > 1 else ""
    if whole < sums.HALF:
        return f"In {year} every target is met{futures}."
    short = table[table["shortfall_km2"] >= sums.HALF]
    pairs = zip(short["area_id"], short["shortfall_km2"], strict=True)
    named = [f"{plan.short('areas', one)} ({large(km2)})" for one, km2 in list(pairs)[:MOST_NAMED]]
    of = " (mean over futures)" if futures else ""
    where = "the largest parts in" if len(short) > len(named) else "all of it in" if len(short) == 1 else "in"
    return f"It leaves a shortfall of {large(whole)} km² in {year}{of}, {where} {listed(named)}."


def firm(plan: CapacityPlan) -> str:
    """Which orders are in every near-optimal plan, and which are interchangeable."""
    table, others = sums.order_ranges(plan), sums.near(plan)
    ended = plan.run["alternatives"]
    if ended == NOT_ASKED:
        return "" if plan["orders"].empty else "Near-optimal plans with other orders were not looked for."
    if not others and plan["orders"].empty:
        return ""
    if not others:
        late = " in the time (--time-limit)" if ended == OUT_OF_TIME else ""
        return f"No near-optimal plan with other orders was found{late}."
    largest = percent(float(plan["alternatives"]["gap_to_best"].max()))
    whole = f"{things(others, 'near-optimal plan')} (objective at most {largest} above that of the plan)"
    always = [f"{one.least} x {one.what}" for one in records(table[table["firm"]])]
    loose = [
        f"{one.what} ({one.least} to {one.most})" for one in records(table[table["least"] < table["most"]])
    ]
    said = f"No order is in all of this plan and {whole}"
    if always:
        said = f"In this plan and {whole} there is always at least {_most(always)}"
    more = " There was no time to look for more such plans (--time-limit)." if ended == OUT_OF_TIME else ""
    others_of = f"of {len(loose) - MOST_ORDERS} other orders"
    rest = f"units of {_most(loose, others_of)} are interchangeable" if loose else "nothing else changes"
    return f"{said}; {rest}.{more}"


def worth(plan: CapacityPlan) -> str:
    """The option that is worth most for its capital, of those that are certainly worth something."""
    if plan["orders"].empty:
        return ""
    if plan["option_values"].empty:
        return "What each option is worth was not planned."
    table, unknown = sums.worth(plan)
    best = table[(table["worth_low"] > 0.0) & np.isfinite(table["per_million_capital"])].head(1)
    if best.empty:
        if table.empty and (plan["option_values"]["answer"] == NEEDED_FOR).any():
            return " ".join(unknown)
        if table.empty:
            return "What each option is worth was not found in the time."
        return "No option is proven to be worth anything: the optimality gap leaves too much open (--gap)."
    one = next(records(best))
    low, high, most = (figure(each) for each in (one.worth_low, one.worth_high, one.per_million_capital))
    of = " of the options whose worth is known" if unknown else ""
    return (
        f"Worth most for its capital{of} is {one.name}: the objective of the best plan without it is "
        f"{figure(one.worth)} {unit(plan)} higher (certified: {low} to {high}), {most} for each million."
    )


def scarce(plan: CapacityPlan) -> str:
    """What one more crew, or one more berth, would gain where all are in use."""
    table = plan["scarce"]
    if table.empty:
        return ""
    sure = table[table["answer"] == PROVEN].sort_values("gain_low", ascending=False, kind="stable")
    if len(sure):
        parts = []
        for one in records(sure.head(MOST_NAMED)):
            certain = f"{figure(one.gain_low)} to {figure(one.gain_high)}"
            said = f"{figure(one.gain)} (certified: {certain})" if np.isfinite(one.gain) else certain
            parts.append(f"{_more_of(one)} by {said}")
        return f"The objective would be lowered by more crews or berths, in {unit(plan)}: {listed(parts)}."
    named = _most([_more_of(one) for one in records(table)])
    if (table["answer"] == OUT_OF_TIME).any():
        return f"Whether more crews or berths would gain anything was not found in the time: {named}."
    return f"More crews or berths are not proven to gain anything, though new units use all: {named}."


def _more_of(one: Any) -> str:
    """Such as "20 more people for Fiji"."""
    if one.kind == CREWS:
        return f"{one.more:g} more people for {one.name}"
    return f"{one.more:g} m more of berths at {one.name}"


def left_out(plan: CapacityPlan) -> str:
    """The best option that is not ordered, and what it lacks."""
    table = plan["left_out"]
    if table.empty:
        return ""
    one = next(records(table.nlargest(1, "reduced_worth")))
    if not one.reduced_worth > 0.0:
        return "At the plan's prices no option that was left out would gain anything by itself."
    why = f" (why it is not: {safe(one.lacks)})" if one.lacks else ""
    most = f"{figure(one.reduced_worth)} {COVERED}"
    return f"The best option that was left out is {one.name}: a unit would gain at most {most}{why}."


def of_others(plan: CapacityPlan) -> Iterator[str]:
    """What plans beside it say: an earlier one, more and less money, scenarios, draws."""
    if plan.run["near"]:
        number = len(plan["changes"])
        said = (
            "1 order differs" if number == 1 else f"{number} orders differ" if number else "no order differs"
        )
        yield f"Of the plans within the gap this is the nearest to the earlier one that was found: {said}."
    for what, words in sums.MONEY.items():
        rows = sums.frontier(plan, what).dropna(subset="objective")
        some = rows[(rows["factor"] == 1.0) | rows.index.isin([rows.index.min(), rows.index.max()])]
        if len(some) > 1:
            parts = [f"{count(one.objective)} with {_times(one.factor, words)}" for one in records(some)]
            yield f"The objective is {listed(parts)}."
    held = sums.scenarios(plan)
    for one in records(held[(held["kind"] == "held") & held["objective"].notna()]):
        low, high = figure(one.regret_low), figure(one.regret_high)
        of = held[(held["kind"] == "scenario") & (held["variant"] == one.variant)]
        said = f"In {safe(of['title'].iloc[0])} this plan's orders miss {low} to {high} {unit(plan)} more"
        yield f"{said} than its best orders."
    yield from _draws(plan)
    others = plan["variants"]
    wrong = others[(others["status"] != Status.OPTIMAL) & (others["kind"] != "plan")]
    if len(wrong):
        named = ", ".join(
            f"{safe(one.title)} ({safe(one.status).replace('_', ' ')})" for one in records(wrong)
        )
        yield f"NOT PROVEN: {named}."


def _draws(plan: CapacityPlan) -> Iterator[str]:
    number, made = sums.drawn(plan)
    if not made:
        return
    table = sums.chosen(plan)
    nearly, some = table[table["part"] >= OFTEN], table[(table["part"] < OFTEN) & (table["part"] > 0.0)]
    said = (
        f"nearly all order {listed(list(nearly['name'])[:MOST_ORDERS])}"
        if len(nearly)
        else ("no option is ordered in nearly all")
    )
    parts = [f"{one.name} ({percent(one.part)})" for one in records(some.head(MOST_ORDERS))]
    rest = f"; some order {listed(parts)}" if parts else ""
    of = f"all {made} plans" if made == number else f"the {made} plans that there are"
    yield f"Of {of} for {number} draws of the uncertain figures {said}{rest}."


def _times(factor: float, money: str) -> str:
    if factor == 0.0:
        return f"no {money} at all"
    return f"the {money} of the case" if factor == 1.0 else f"{factor:g} times as much"


def _as_means(plan: CapacityPlan, table: str, columns: list[str]) -> str:
    """What is said of sums that differ from future to future."""
    sums_of = plan[table].groupby("future")[columns].sum()
    return " (means over futures)" if (sums_of.max() - sums_of.min() > sums.HALF).any() else ""


def _left(amount: float) -> str:
    return large(amount) if amount >= sums.HALF else "none"


def _most(parts: Sequence[str], rest: str = "") -> str:
    """The first of several things, and how many more there are, or the words for those."""
    more = len(parts) - MOST_ORDERS
    return listed([*parts[:MOST_ORDERS], *([rest or f"{more} more"] if more > 0 else [])])


def _units(number: float) -> str:
    return things(round(number), "unit")


def _count(value: float | None) -> str:
    return count(math.nan if value is None else value)

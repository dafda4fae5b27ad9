"""The master of a capacity plan: orders, payments, stock, crews, berths, and what each year's plan gets.

    stock     N[j,y] = sum over orders that have arrived and are within their life: survival^age n
    capital   sum_p pay[j,y,p] = K_j n[j,y];   sum_j pay[j,y,p] + carried on <= capital_p,y + carried before
    running   R_j in_service[j,y] = sum_p fix[j,y,p];   what is left of running_p,y pays the hours of the plan
    crews     crew_j in_service[j,y] <= people of the recipient + crews trained;   berths likewise
    goal      sum_y d_y [ (1 - gamma) sum_w prob_w V_yw + gamma tail mean of V_y ],  d_y discounted, of sum 1

README.md beside this file says more. Money is in millions of the case's currency.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from planner.capacity.model import CapitalProgram, Columns, Expression, total
from planner.case.capital import ASSET, BASE, SENSOR, CapitalCase
from planner.core.problem import Array
from planner.frames import records
from planner.solve.decomposition import Block, Master, Template
from planner.units import MILLION

KEPT = 2e-4
"""Coverage that is wanted is kept but for this part of what is at stake: the accuracy of plans."""
NEEDED, RIVAL = "an option that it requires", "room beside an option that excludes it"
"""What an option lacks that requires others, or that others exclude."""
TIE_BREAK = 1e-3
"""All capital together counts no more than this part of the gap that is wanted."""


def capital_program(
    case: CapitalCase, templates: list[Template], template_of: tuple[int, ...], gap: float
) -> tuple[CapitalProgram, Master, list[Block]]:
    """The master and the blocks of a case.

    Args:
        case: the case.
        templates: the plans that years and futures have in common.
        template_of: the template of each future.
        gap: relative gap that is wanted, which the tie-break is measured by.
    """
    columns, stakes = Columns(), np.array([templates[number].problem.stake for number in template_of])
    made, stake = CapitalProgram(case, columns, template_of, stakes), float(stakes.max())
    unit = 10.0 ** np.floor(np.log10(max(stake, 1e-9))) / 1e4
    cost = case.years.objective == "cost"
    money = sum(float(future.capital.sum()) for future in case.futures) / MILLION
    tie = 0.0 if cost or money <= 0.0 else TIE_BREAK * gap * stake / money / unit
    _orders(made, tie)
    for write in (_most_ordered, _capital, _service, _running, _crews, _berths, _choices):
        write(made)
    _missed(made, unit)
    if cost:
        _money(made)
    lp, blocks = columns.program(), []
    for year in case.years.years:
        for number, future in enumerate(case.futures):
            terms, offset = made.levers(year, future, cost)
            weight = made.weights[year] * future.probability
            key, column = (year, future.name), columns.of["missed"][year, future.name]
            blocks.append(Block(key, template_of[number], column, weight, columns.matrix(terms), offset))
    slack = tie * money * unit

    def objective(values: Array, missed: Array) -> float:
        return true_objective(made, lp.cost, values, missed)

    return made, Master(lp, columns.integer, MILLION if cost else unit, unit, slack, objective), blocks


def most_covered(made: CapitalProgram, master: Master) -> Master:
    """Of least cost: the master that falls as little as it can short of what is wanted, whatever it costs.

    Its objective is by how much every share that is wanted must be lowered to be reached.
    """
    lowered = made.columns.of["lowered"][()]
    cost, upper = np.zeros(len(master.lp.cost)), master.lp.upper.copy()
    cost[lowered], upper[lowered] = 1.0, 1.0
    stake = np.tile(made.stake, len(made.case.years.years))

    def objective(_: Array, found: Array) -> float:
        return max(0.0, float(np.max((found - made.allowed) / np.where(stake > 0.0, stake, 1.0))))

    lp = replace(master.lp, cost=cost, upper=upper)
    return replace(master, lp=lp, unit=1.0, slack=0.0, objective=objective)


def true_objective(made: CapitalProgram, cost: Array, values: Array, missed: Array) -> float:
    """What decisions come to whose blocks miss so much: natural units; or money, where it is least cost."""
    years = made.case.years
    if years.objective == "cost":
        kept = missed <= made.allowed + KEPT * np.tile(made.stake, len(years.years))
        return float(cost @ values) * MILLION if kept.all() else np.inf
    chance = np.array([future.probability for future in made.case.futures])
    by_year = missed.reshape(len(years.years), len(chance))
    found = 0.0
    for year, values_of in zip(years.years, by_year, strict=True):
        mean = float(chance @ values_of)
        worst = tail_mean(values_of, chance, years.tail_share)
        found += made.weights[year] * ((1.0 - years.tail_weight) * mean + years.tail_weight * worst)
    return found


def tail_mean(values: Array, chance: Array, share: float) -> float:
    """The mean of the worst ``share`` of the probability (CVaR; Rockafellar, Uryasev 2000); 0: the worst."""
    return float(tail(values, chance, share) @ values)


def tail(values: Array, chance: Array, share: float) -> Array:
    """What each future counts in ``tail_mean``, of sum 1."""
    if share <= 0.0:
        return np.asarray(np.arange(len(values)) == np.argmax(values), dtype=np.float64)
    left, found = share, np.zeros(len(values))
    for number in np.argsort(-values).tolist():
        found[number] = min(left, float(chance[number]))
        left -= found[number]
    return np.asarray(found / found.sum())


def _orders(made: CapitalProgram, tie: float) -> None:
    """Orders and who pays for them; capital of each is a tie-break in the objective."""
    columns, years = made.columns, made.case.years
    payers = made.case.payers.groupby("candidate_id")["programme_id"].agg(list).to_dict()
    for number, one in enumerate(made.candidates):
        last = min(one.last_year, years.last_order, years.last - one.lead_years)
        paying = [made.programmes.index(name) for name in payers.get(one.candidate_id, [])]
        k = float(one.capital_cost) / MILLION
        most = min(one.most_units, one.most_each, one.most_per_year)
        for year in range(max(one.first_year, years.first), int(last) + 1):
            for scope in made.scopes[year]:
                key = number, year, scope
                price = (made.weights[year] if years.objective == "cost" else tie) * made.chance[scope]
                if k <= 0.0 or not years.shared_payment:
                    for payer in paying if k > 0.0 else [-1]:
                        columns.add("order", *key, payer, cost=k * price, upper=most, integer=True)
                elif paying:
                    order = columns.add("order", *key, -1, upper=most, integer=True)
                    paid = {columns.add("pay", *key, payer, cost=price): 1.0 for payer in paying}
                    columns.row(total((paid, 1.0), ({order: 1.0}, -k)), 0.0, 0.0)


def _most_ordered(made: CapitalProgram) -> None:
    """The most units of options, of each candidate, and of a year."""
    columns, years = made.columns, made.case.years
    for future in made.case.futures if years.recourse_from else made.case.futures[:1]:
        scopes = [(year, made.scope(year, future.name)) for year in years.years]
        for _, some in made.case.candidates.groupby("option_id", sort=False):
            most, yearly = float(some["most_units"].iloc[0]), float(some["most_per_year"].iloc[0])
            by_year = [total(*((made.ordered(n, *scope), 1.0) for n in some.index)) for scope in scopes]
            columns.row(total(*((one, 1.0) for one in by_year)), most=most)
            if np.isfinite(yearly) and yearly < most:
                for one in by_year:
                    columns.row(one, most=yearly)
            for n in some.index.tolist():
                each = float(made.candidates[n].most_each)
                if each < most:
                    columns.row(total(*((made.ordered(n, *scope), 1.0) for scope in scopes)), most=each)


def _capital(made: CapitalProgram) -> None:
    """Capital of each programme in each year and future, and what it carries on to the next year."""
    case, columns = made.case, made.columns
    years = case.years.years
    carries = {(one.programme_id, one.year) for one in records(case.carry_over) if one.carry_over}
    paid = made.grouped("pay", 3, 1, 2)
    for (number, year, scope, payer), column in columns.of["order"].items():
        if payer != -1:
            k = float(made.candidates[number].capital_cost) / MILLION
            paid.setdefault((payer, year, scope), {})[column] = k
    for future in case.futures:
        for payer, name in enumerate(made.programmes):
            before: Expression = {}
            for at, year in enumerate(years):
                carried: Expression = {}
                if (name, year) in carries and at + 1 < len(years):
                    carried = {columns.add("carry", payer, year, future.name): 1.0}
                spent = paid.get((payer, year, made.scope(year, future.name)), {})
                budget = float(future.capital[payer, at]) / MILLION
                columns.row(total((spent, 1.0), (carried, 1.0), (before, -1.0)), most=budget, lack="capital")
                before = carried


def _service(made: CapitalProgram) -> None:
    """Units may be laid up: where they cost money or crews to keep, how many are in service."""
    for number, one in enumerate(made.candidates):
        if one.adds in (ASSET, SENSOR) and (one.running_cost > 0.0 or one.crew > 0.0):
            for moment in made.moments:
                there = made.stock(number, *moment)
                if there:
                    column = made.columns.add("service", number, *moment)
                    made.columns.row(total(({column: 1.0}, 1.0), (there, -1.0)), most=0.0)


def _running(made: CapitalProgram) -> None:
    """Fixed running cost of what is in service is paid, by those who may, from their running money."""
    case, columns = made.case, made.columns
    runners = case.runners.groupby("candidate_id")["programme_id"].agg(list).to_dict()
    for number, one in enumerate(made.candidates):
        cost = float(one.running_cost) / MILLION
        if cost <= 0.0:
            continue
        payers = [made.programmes.index(name) for name in runners.get(one.candidate_id, [])]
        for year, future in made.moments:
            kept = made.service(number, year, future)
            if kept:
                price = made.weights[year] * made.chance[future] if case.years.objective == "cost" else 0.0
                fix = {columns.add("fix", number, year, future, payer, cost=price): 1.0 for payer in payers}
                columns.row(total((fix, 1.0), (kept, -cost)), 0.0, 0.0, lack="running money")
    for payer, year, future, most in _running_money(made):
        columns.row(made.fixed(payer, year, future), most=most, lack="running money")


def _running_money(made: CapitalProgram) -> Iterator[tuple[int, int, str, float]]:
    """Programme, year, future, and running money that there is [million]."""
    for future in made.case.futures:
        for payer in range(len(made.programmes)):
            for at, year in enumerate(made.case.years.years):
                yield payer, year, future.name, float(future.running[payer, at]) / MILLION


def _crews(made: CapitalProgram) -> None:
    for one in records(made.case.crews):
        for future in made.case.futures:
            terms = made.people(one.recipient, one.year, future.name)
            made.columns.row(terms, most=float(one.people), lack="crews")


def _berths(made: CapitalProgram) -> None:
    for one in records(made.case.berths):
        for moment in made.moments:
            made.columns.row(made.metres(one.base_id, *moment), most=float(one.metres), lack="berths")


def _choices(made: CapitalProgram) -> None:
    """Options that need or exclude each other, and groups of which one is ordered at most."""
    case, columns = made.case, made.columns
    by_option = case.candidates.groupby("option_id", sort=False)
    of_option = {str(name): some.index.tolist() for name, some in by_option}
    for need in records(case.requires):
        for number in of_option[need.option_id]:
            fits = [n for n in of_option[need.required] if _meet(made.candidates[number], made.candidates[n])]
            most = float(made.candidates[number].most_units)
            for moment in made.moments:
                there = made.stock(number, *moment, survival=False)
                other = total(*((made.stock(n, *moment, survival=False), 1.0) for n in fits))
                columns.row(total((there, 1.0), (other, -most)), most=0.0, lack=NEEDED)
    groups = [some["option_id"].unique().tolist() for name, some in case.candidates.groupby("group") if name]
    exclusive = [*groups, *([one.option_id, one.excluded] for one in records(case.excludes))]
    for options in exclusive:
        for option in options:
            if (option,) not in columns.of["chosen"]:
                chosen = columns.add("chosen", option, upper=1.0, integer=True)
                for (number, *_), column in columns.of["order"].items():
                    if number in of_option[option]:
                        most = float(made.candidates[number].most_units)
                        columns.row({column: 1.0, chosen: -most}, most=0.0)
        columns.row({columns.of["chosen"][(option,)]: 1.0 for option in options}, most=1.0, lack=RIVAL)


def _meet(one: Any, other: Any) -> bool:
    """Whether two candidates are at the same base and for the same recipient, where both have one."""
    place = other.target_id if other.adds == BASE else other.base_id
    same_base = not (one.base_id and place) or one.base_id == place
    same_recipient = not (one.recipient and other.recipient) or one.recipient == other.recipient
    return same_base and same_recipient


def _missed(made: CapitalProgram, unit: float) -> None:
    """What each year's plan misses in each future, in ``unit``; the mean and the tail of it are the goal."""
    years, columns = made.case.years, made.columns
    goal = years.objective != "cost"
    allowed = made.allowed.reshape(len(years.years), -1)
    lowered = None if goal else columns.add("lowered", upper=0.0)
    for at, year in enumerate(years.years):
        weight = made.weights[year] if goal else 0.0
        missed = {}
        for number, future in enumerate(made.case.futures):
            price = weight * (1.0 - years.tail_weight) * future.probability
            column = missed[future.name] = columns.add("missed", year, future.name, cost=price)
            if lowered is not None:
                terms = {column: 1.0, lowered: -float(made.stake[number]) / unit}
                columns.row(terms, most=float(allowed[at, number]) / unit)
        worst_weight = weight * years.tail_weight
        if worst_weight > 0.0 and years.tail_share <= 0.0:
            worst = columns.add("worst", year, cost=worst_weight)
            for column in missed.values():
                columns.row({worst: 1.0, column: -1.0}, least=0.0)
        elif worst_weight > 0.0:
            level = columns.add("level", year, cost=worst_weight)
            for future in made.case.futures:
                price = worst_weight * future.probability / years.tail_share
                above = columns.add("above", year, future.name, cost=price)
                columns.row({above: 1.0, level: 1.0, missed[future.name]: -1.0}, least=0.0)


def _money(made: CapitalProgram) -> None:
    """Of least cost: the running money that each year's plan gets is part of the cost."""
    for payer, year, future, most in _running_money(made):
        price = made.weights[year] * made.chance[future]
        grant = made.columns.add("grant", payer, year, future, cost=price, upper=most)
        made.columns.row(total(({grant: 1.0}, 1.0), (made.fixed(payer, year, future), 1.0)), most=most)

"""A capacity plan worked out again from its tables and its case, without the program that made it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from planner.capacity.results import InvestResults
from planner.case.capital import BASE, CREW
from planner.errors import AuditError
from planner.frames import records
from planner.units import MILLION

TRACE = 1e-5
"""What rounding of the solver may make of money and of units, as a part of a million or of one."""


def audit_capital(results: InvestResults) -> None:
    """Hold orders, payments, stock, crews, berths and running money against the case.

    Raises:
        AuditError: lists all findings.
    """
    checks = (_payments, _budgets, _limits, _there, _money, _sums)
    findings = [finding for check in checks for finding in check(results)]
    if findings:
        raise AuditError("the plan does not pass its audit:\n" + "\n".join(findings))


def _by_id(results: InvestResults) -> pd.DataFrame:
    return results.capital_case.candidates.set_index("candidate_id")


def _payments(results: InvestResults) -> Iterator[str]:
    """Every order is paid for in full, by those who may."""
    case = results.capital_case
    keys = ["year", "candidate_id", "future"]
    paid = results.capital.groupby(keys)["amount"].sum()
    for one in records(results.orders):
        amount = float(paid.get((one.year, one.candidate_id, one.future), 0.0))
        if abs(amount - one.capital) > TRACE * (MILLION + one.capital):
            yield f"{one.candidate_id} in {one.year}: {amount:,.0f} is paid of {one.capital:,.0f}"
    may = set(zip(case.payers["candidate_id"], case.payers["programme_id"], strict=True))
    for one in records(results.capital):
        if (one.candidate_id, one.programme_id) not in may:
            yield f"{one.programme_id} may not pay for {one.candidate_id}"


def _budgets(results: InvestResults) -> Iterator[str]:
    """No programme spends capital that it does not have."""
    case = results.capital_case
    on = {(one.programme_id, one.year) for one in records(case.carry_over) if one.carry_over}
    for future in case.futures:
        paid = results.capital[results.capital["future"].isin(["", future.name])]
        sums = paid.groupby(["programme_id", "year"])["amount"].agg(["sum", "size"])
        for number, name in enumerate(case.case.programmes["programme_id"]):
            left = 0.0
            for at, year in enumerate(case.years.years):
                spent, count = sums.loc[(name, year)] if (name, year) in sums.index else (0.0, 0)
                left += float(future.capital[number, at]) - float(spent)
                if left < -TRACE * MILLION * (1 + count):
                    yield f"{name} spends {-left:,.0f} more capital than it has by {year} in {future.name}"
                left = left if (name, year) in on else 0.0


def _limits(results: InvestResults) -> Iterator[str]:
    """Most units, most a year, years of orders, groups, exclusions."""
    case, by_id = results.capital_case, _by_id(results)
    for future in case.futures:
        mine = results.orders[results.orders["future"].isin(["", future.name])]
        for option, some in mine.groupby("option_id"):
            one = case.candidates[case.candidates["option_id"] == option].iloc[0]
            if some["units"].sum() > one["most_units"]:
                yield f"{option}: {some['units'].sum()} units are ordered of at most {one['most_units']}"
            if some.groupby("year")["units"].sum().max() > one["most_per_year"]:
                yield f"{option}: more units are ordered in a year than {one['most_per_year']}"
        for key, each in by_id["most_each"].items():
            if mine.loc[mine["candidate_id"] == key, "units"].sum() > each:
                yield f"{key}: more than {each} units are ordered"
        ordered = set(mine["option_id"])
        for pair in records(case.excludes):
            if {pair.option_id, pair.excluded} <= ordered:
                yield f"{pair.option_id} and {pair.excluded} are both ordered"
        groups = case.candidates[case.candidates["option_id"].isin(ordered) & case.candidates["group"].ne("")]
        for group, some in groups.groupby("group"):
            if len(set(some["option_id"])) > 1:
                yield f"several options of the group {group} are ordered"
    for one in records(results.orders):
        option = by_id.loc[one.candidate_id]
        if not option["first_year"] <= one.year <= min(option["last_year"], case.years.last_order):
            yield f"{one.candidate_id} is ordered in {one.year}"


def units_there(results: InvestResults, future: str, year: int) -> pd.Series:
    """Units of each candidate that are there in a year: orders with lead times, lives and losses."""
    case, by_id = results.capital_case, _by_id(results)
    survival = dict(zip(case.candidates["candidate_id"], case.survival, strict=True))
    found = pd.Series(0.0, index=by_id.index)
    for one in records(results.orders[results.orders["future"].isin(["", future])]):
        age = year - one.year - int(by_id.loc[one.candidate_id, "lead_years"])
        if 0 <= age < by_id.loc[one.candidate_id, "life_years"]:
            found[one.candidate_id] += one.units * float(survival[one.candidate_id]) ** age
    return found


def _there(results: InvestResults) -> Iterator[str]:
    """No more is in service than has arrived; crews of it are there or trained, and new boats have berths."""
    case, by_id = results.capital_case, _by_id(results)
    crews = by_id[by_id["adds"] == CREW]
    for year, future in ((year, future.name) for future in case.futures for year in case.years.years):
        there = units_there(results, future, year)
        arrived = there.groupby(by_id["target_id"]).sum()
        stock = results.stock[results.stock["year"].eq(year) & results.stock["future"].eq(future)]
        for one in records(stock):
            most = float(arrived.get(one.asset_id, 0.0))
            if one.ordered > most + TRACE:
                yield f"{one.asset_id} in {year}, {future}: {one.ordered:g} new units of {most:g}"
        for one in records(case.crews[case.crews["year"] == year]):
            trained = crews.loc[crews["recipient"] == one.recipient, "crew"]
            people = one.people + float((there[trained.index] * trained).sum())
            own = by_id.loc[by_id["recipient"] == one.recipient, "target_id"]
            needed = float(stock.loc[stock["asset_id"].isin(own), "crew"].sum())
            if needed > people + TRACE * (1.0 + people):
                yield f"{one.recipient} in {year}: new units need {needed:g} people of {people:g}"
        metres = there * by_id["length_m"] if len(case.berths) else there
        for one in records(case.berths):
            works = (by_id["adds"] == BASE) & (by_id["target_id"] == one.base_id)
            boats = ~by_id["adds"].eq(BASE) & (by_id["base_id"] == one.base_id)
            needed, room = float(metres[boats].sum()), one.metres + float(metres[works].sum())
            if needed > room + TRACE * (1.0 + one.metres):
                yield f"{one.base_id} in {year}: {needed:g} m of boats, {room:g} m of berths"


def _money(results: InvestResults) -> Iterator[str]:
    """What is in service is kept with running money that is there."""
    by_id = _by_id(results)
    for one in records(results.running):
        if one.left < -TRACE * (MILLION + one.budget):
            when = f"{one.year}, {one.future}"
            yield f"{one.programme_id} in {when}: {-one.left:,.0f} more is spent than is there"
    fixed = results.running.groupby(["year", "future"])["fixed"].sum()
    cost = by_id.groupby("target_id")["running_cost"].max()
    for (year, future), mine in results.stock.groupby(["year", "future"]):
        needed = float((mine["ordered"] * mine["asset_id"].map(cost).fillna(0.0)).sum())
        paid = float(fixed.get((year, future), 0.0))
        if paid < needed - TRACE * (MILLION + needed) and (by_id.groupby("target_id").size() == 1).all():
            yield f"{year}, {future}: {paid:,.0f} is paid to keep what costs {needed:,.0f}"


def _sums(results: InvestResults) -> Iterator[str]:
    """The objective is that of its years and futures."""
    case = results.capital_case
    if case.years.objective == "cost" or case.years.tail_weight > 0.0:
        return
    years = results.coverage_by_year
    weight = (1.0 + case.years.discount) ** -(years["year"] - case.years.first).astype(float)
    chance = years["future"].map({one.name: one.probability for one in case.futures})
    whole = weight[years["future"] == years["future"].iloc[0]].sum()
    total = float((weight * chance * years["objective"]).sum() / whole)
    if not np.isclose(total, results.certificate.value, rtol=1e-9):
        yield f"the value is {results.certificate.value:,.1f}, its years come to {total:,.1f}"
    if results.certificate.contradicts:
        yield f"the bound {results.certificate.bound:,.1f} is above the value"

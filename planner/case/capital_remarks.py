"""What can be planned with but is probably not meant in options, budgets and crews."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from planner.case.capital import BASE, CREW, Array, Years
from planner.case.capital_funding import CAPITAL, RUNNING, Funding
from planner.case.capital_money import by_year, money_by_year
from planner.case.capital_options import Candidate
from planner.case.edits import State
from planner.case.remarks import COSTS
from planner.case.rows import Row
from planner.errors import Problem
from planner.schema.settings import Settings
from planner.schema.wording import listed

NEAREST = 3
"""Programmes that are named where nobody may pay."""


def offered(state: State, years: Years) -> tuple[list[Row], list[Problem]]:
    """The options that can be ordered and come into service, and a warning for each of the others."""
    found, warnings = list[Row](), list[Problem]()
    for row in state.tables["options"].rows:
        first, last = years_of(row, years)
        if not row["most_units"]:
            said = () if "most_units" in row.changed else (row.problem("most_units", "idle_option", None),)
            warnings += said
        elif first > last:
            column = (
                "first_year" if row["first_year"] and row["first_year"] > years.last_order else "last_year"
            )
            words = {"first": years.first, "last": years.last_order}
            warnings.append(row.problem(column, "idle_option.years", **words))
        elif first + row["lead_years"] > years.last:
            warnings.append(row.problem("lead_years", "idle_option.late", last=years.last))
        else:
            found.append(row)
    return found, warnings


def years_of(option: Row, years: Years) -> tuple[int, int]:
    """The first and the last year of orders of an option."""
    first, last = option["first_year"] or years.first, option["last_year"] or years.last_order
    return max(int(first), years.first), min(int(last), years.last_order)


def funded(
    candidates: Sequence[Candidate], funding: Funding
) -> tuple[list[Candidate], list[Problem], list[Problem]]:
    """The candidates that somebody may pay for; problems of options that nobody may, and warnings."""
    kept: list[Candidate] = []
    problems, warnings = list[Problem](), list[Problem]()
    for option in dict.fromkeys(one.option["option_id"] for one in candidates):
        own = [one for one in candidates if one.option["option_id"] == option]
        row = own[0].option
        bought = [one for one in own if not row["capital_cost"] or funding.payers(one)]
        run = [one for one in bought if not _costs(one, funding) or funding.runners(one)]
        if not bought:
            problems.append(row.problem("payers", "no_payer", nearest=_nearest(own, funding)))
        elif not run:
            warnings.append(row.problem("running_cost", "no_payer.running", payers=_ids(bought, funding)))
        elif len(run) < len(own) and row["recipients"] not in ((), ("*",)):
            lost = tuple(one.id for one in own if one not in run)
            warnings.append(row.problem("recipients", "no_payer.some", lost))
        kept += run
    return kept, problems, warnings


def required(candidates: list[Candidate]) -> tuple[list[Candidate], list[Problem]]:
    """The candidates whose option requires none that is never ordered; a warning for each of the others."""
    there = {one.option["option_id"] for one in candidates}
    rows = {one.option["option_id"]: one.option for one in candidates}
    lost = {key: row for key, row in rows.items() if not there.issuperset(row["requires"])}
    if not lost:
        return candidates, []
    warnings = [
        row.problem("requires", "idle_option.requires", tuple(sorted({*row["requires"]} - there)))
        for row in lost.values()
    ]
    kept, more = required([one for one in candidates if one.option["option_id"] not in lost])
    return kept, [*warnings, *more]


def _costs(one: Candidate, funding: Funding) -> bool:
    """Whether it costs anything to run."""
    watcher = funding.watcher(one)
    return bool(one.option["running_cost"]) or any(watcher is not None and watcher[cost] for cost in COSTS)


def _nearest(candidates: Sequence[Candidate], funding: Funding) -> str:
    """The programmes that lack least to pay the capital of an option, and what each lacks."""
    lacking = [
        (lacks, mandate.row["programme_id"])
        for mandate in funding.known.mandates
        for lacks in [min((funding.lacks(one, mandate) for one in candidates), key=len)]
    ]
    near = sorted(lacking, key=lambda each: len(each[0]))[:NEAREST]
    return "; ".join(f"{programme} {' and '.join(lacks)}" for lacks, programme in near)


def _ids(candidates: Sequence[Candidate], funding: Funding) -> str:
    """Who may pay the capital of some candidates."""
    found = {each.row["programme_id"] for one in candidates for each in funding.payers(one)}
    return listed(sorted(found))


def capital_remarks(
    state: State, years: Years, candidates: Sequence[Candidate], funding: Funding
) -> Iterator[Problem]:
    """Rows of options, budgets, crews and berths that can have no effect."""
    yield from _idle_years(state, years)
    yield from _idle_needs(state, candidates)
    yield from _money(state, years, candidates, funding)
    yield from _too_large(state, years, candidates)
    yield from _groups(state)


def _idle_years(state: State, years: Years) -> Iterator[Problem]:
    """Rows of budgets and crews that have no effect."""
    for name in ("budgets", "crews"):
        rows = state.tables[name]
        taken = {id(row) for own in by_year(rows, years.years).values() for row in own.values()}
        whole = {rows.key(row): row for row in rows.valid if row["year"] is None}
        for row in rows.valid:
            year = row["year"]
            if year is not None and not years.first <= year <= years.last:
                yield row.problem("year", "idle_row.year", first=years.first, last=years.last)
            elif id(row) not in taken:
                yield row.problem("year", "idle_row.covered")
            elif _says(row) == _says(whole.get(rows.key(row)) if year is not None else None):
                yield row.problem("year", "idle_row.same", what="without it" if year is None else "anyway")
    for row in state.tables["budgets"].valid:
        late = row["year"] is not None and row["year"] >= years.last_order
        if row[CAPITAL] and late and row["year"] > years.last_order:
            yield row.problem(CAPITAL, "idle_row.late", last=years.last_order)
        elif row["carry_over"] == "yes" and (late or not row[CAPITAL]):
            key = "idle_row.carry_late" if row[CAPITAL] else "idle_row.carry_over"
            yield row.problem("carry_over", key, last=years.last_order)


def _says(row: Row | None) -> tuple[object, ...]:
    """What a row of budgets or crews says of a year; without one there is no capital, and the usual rest."""
    if row is None:
        return 0.0, None, None, False
    money = row[CAPITAL] or row[RUNNING] is not None
    return (
        row[CAPITAL] or 0.0,
        row[RUNNING],
        row["people"],
        row["carry_over"] == "yes",
        *([row["currency"]] if money else []),
    )


def _idle_needs(state: State, candidates: Sequence[Candidate]) -> Iterator[Problem]:
    """Crews and berths that nobody needs, and options that add to what has no limit."""
    manned = {one.recipient for one in candidates if one.option["adds"] != CREW and one.option["crew"]}
    limited = {row["operator"] for row in state.tables["crews"].valid}
    for row in state.tables["crews"].valid:
        if row["operator"] not in manned:
            yield row.problem("operator", "idle_row.crews")
    berthed = {one.base for one in candidates if one.option["adds"] != BASE and one.option["length_m"]}
    bases = {row["base_id"]: row for row in state.tables["bases"].rows}
    for base, row in bases.items():
        if row["berths_m"] is not None and base not in berthed:
            yield row.problem("berths_m", "idle_row.berths")
    for one in candidates:
        row, adds = one.option, one.option["adds"]
        if adds == CREW and one.recipient not in limited:
            yield row.problem("recipients", "idle_option.trained", one.recipient)
        if adds == BASE and row["length_m"] and bases[one.base]["berths_m"] is None:
            yield row.problem("length_m", "idle_option.berth", base=one.base)
        elif adds == BASE and row["length_m"] and one.base not in berthed:
            yield row.problem("length_m", "idle_option.no_boat", base=one.base)
        if adds == BASE and row["capacity_hours"] and bases[one.base]["capacity_hours"] is None:
            yield row.problem("capacity_hours", "idle_option.places", base=one.base)
        if adds not in (BASE, CREW) and row["length_m"] and not one.base:
            yield row.problem("length_m", "idle_option.several")


def _money(
    state: State, years: Years, candidates: Sequence[Candidate], funding: Funding
) -> Iterator[Problem]:
    """Options that cost more than their payers ever have, and money for orders that nothing can take."""
    settings = state.settings
    if settings is None:
        return
    most = _most_capital(state, settings, years)
    payers: dict[str, set[str]] = {}
    for one in candidates:
        found = {each.row["programme_id"] for each in funding.payers(one)}
        payers.setdefault(one.option["option_id"], set()).update(found)
    for row in state.tables["options"].rows:
        if row["option_id"] not in payers or not row["capital_cost"]:
            continue
        own = sorted(payers[row["option_id"]])
        first, last = (year - years.first for year in years_of(row, years))
        of_payers = np.array([most[name][first : last + 1] for name in own])
        each_year = of_payers.sum(axis=0) if years.shared_payment else of_payers.max(axis=0)
        rate = settings.rates[row["currency"]]
        if not each_year.any():
            yield row.problem("payers", "idle_option.money", payers=listed(own))
        elif row["capital_cost"] * rate > each_year.max() * (1.0 + 1e-9):
            words = {"payers": listed(own), "most": each_year.max() / rate, "currency": row["currency"]}
            yield row.problem("capital_cost", "idle_option.dear", **words)
    able = set().union(*payers.values()) if payers else set()
    for row in state.tables["budgets"].valid:
        if row[CAPITAL] and row["programme_id"] not in able:
            yield row.problem(CAPITAL, "idle_row.capital", programme=row["programme_id"])


def _most_capital(state: State, settings: Settings, years: Years) -> dict[str, Array]:
    """The most capital that each programme can have in each year: its own, and what it may carry over."""
    budgets = by_year(state.tables["budgets"], years.years)
    names = (row["programme_id"] for row in state.tables["programmes"].rows)
    found = dict(zip(names, money_by_year(state, settings, years.years)[0], strict=True))
    for name, capital in found.items():
        for at, year in enumerate(years.years[:-1]):
            row = budgets.get(name, {}).get(year)
            if row is not None and row["carry_over"] == "yes":
                capital[at + 1] += capital[at]
    return found


def _too_large(state: State, years: Years, candidates: Sequence[Candidate]) -> Iterator[Problem]:
    """Options of which a single unit needs more people or berth than there can ever be."""
    crews = by_year(state.tables["crews"], years.years)
    bases = {row["base_id"]: row["berths_m"] for row in state.tables["bases"].rows}
    people = {
        key: max(row["people"] for row in own.values())
        for key, own in crews.items()
        if len(own) == len(years.years)
    }
    metres = {key: float(length) for key, length in bases.items() if length is not None}
    for one in candidates:
        units, row = one.option["most_units"], one.option
        if row["adds"] == CREW and one.recipient in people:
            people[one.recipient] += units * row["crew"]
        if row["adds"] == BASE and one.base in metres:
            metres[one.base] += units * (row["length_m"] or 0.0)
    for option in dict.fromkeys(one.option["option_id"] for one in candidates):
        own = [one for one in candidates if one.option["option_id"] == option]
        row = own[0].option
        limits = {
            "crew": ("idle_option.crew", [people.get(one.recipient, np.inf) for one in own]),
            "length_m": ("idle_option.length_m", [metres.get(one.base, np.inf) for one in own]),
        }
        for column, (key, most) in limits.items() if row["adds"] not in (BASE, CREW) else ():
            if (row[column] or 0.0) > max(most):
                yield row.problem(column, key, most=max(most))


def _groups(state: State) -> Iterator[Problem]:
    """Groups of one option."""
    groups: dict[str, list[Row]] = {}
    for row in state.tables["options"].valid:
        groups.setdefault(row["group"], []).append(row)
    for group, rows in groups.items():
        if group and len(rows) == 1:
            yield rows[0].problem("group", "idle_option.group")

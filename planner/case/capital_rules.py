"""Rules of what only a capacity plan reads, and what can be planned with but is probably not meant."""

from __future__ import annotations

import graphlib
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from planner.case.capital import ASSET, BASE, CREW, SENSOR, Years
from planner.case.capital_options import Candidate, Choices, by_option, years_of
from planner.case.capital_state import CAPITAL, HOLDING, RUNNING, by_year, money_by_year
from planner.case.files import CASE_FILE
from planner.case.rows import Row
from planner.case.rules import wrong_bases
from planner.case.state import State
from planner.errors import Problem
from planner.frames import Array
from planner.schema.messages import Place, listed
from planner.schema.settings import Settings
from planner.schema.tables import OPTIONS, TABLES

GIVEN = ("like", "bases", "recipients", "service")
"""The columns of what is new: units that are added to something that is there have its own."""


def check_capital(state: State) -> list[Problem]:
    """Every rule across these tables that is broken."""
    checks = (_options, _circles, _years_in_order, _twice, _what_programmes_pay, _crews)
    return [problem for check in checks for problem in check(state)]


def _options(state: State) -> Iterator[Problem]:
    for row in state.rows("options"):
        adds = row["adds"]
        for one in OPTIONS.declared:
            if one.adds and adds not in one.adds and row[one.name] not in (None, "", ()):
                yield row.problem(one.name, "not_of_this_kind.adds", adds=adds)
        if adds != CREW:
            yield from _target(state, row)
        if adds == CREW and not row["crew"]:
            yield row.problem("crew", "bad_option.crew")
        if adds == BASE and not row["capacity_hours"] and not row["length_m"]:
            yield row.problem("capacity_hours", "bad_option.base")
        for column in ("requires", "excludes"):
            for other in row[column]:
                if other == "*":
                    yield row.problem(column, "bad_option.every")
                elif other == row["option_id"]:
                    yield row.problem(column, "bad_option.itself", other)
                elif column == "excludes" and other in row["requires"]:
                    yield row.problem(column, "bad_option.both", other)
    yield from _rivals(state.by_id("options"))


def _rivals(rows: Mapping[str, Row]) -> Iterator[Problem]:
    """No option requires, directly or through others, two that are never ordered together."""

    def exclude(one: str, other: str) -> bool:
        named = other in rows[one]["excludes"] or one in rows[other]["excludes"]
        return named or (bool(rows[one]["group"]) and rows[one]["group"] == rows[other]["group"])

    for key, row in rows.items():
        needed = [key]
        for one in needed:
            needed += [other for other in rows[one]["requires"] if other in rows and other not in needed]
        own = set(row["requires"]) & {*row["excludes"]}  # said elsewhere
        pairs = (pair for pair in itertools.combinations(needed, 2) if key not in pair or not own & {*pair})
        pair = next((pair for pair in pairs if exclude(*pair)), None)
        if pair is not None:
            yield row.problem("requires", "bad_option.rival", pair[1], other=pair[0])


def _target(state: State, row: Row) -> Iterator[Problem]:
    """What an option adds to is there, and told once."""
    adds, given = row["adds"], row["id"] is not None
    rows = state.tables[f"{adds}s"]
    known = {key for name in ("assets", "sensors", "bases") for key in state.tables[name].by_id}
    if not given and not row["bases" if adds == BASE else "like"]:
        yield row.problem("id", "bad_option.nowhere" if adds == BASE else "bad_option", adds=adds)
    for column in ("id", "like"):  # what is unknown altogether is said elsewhere
        if row[column] is not None and row[column] not in rows.by_id and row[column] in known:
            yield row.problem(column, "unknown_reference", right=tuple(rows.by_id), files=rows.file)
    for column in GIVEN if given else ():
        if row[column] and adds in OPTIONS.columns[column].adds:
            yield row.problem(column, "bad_option.given", id=row["id"])
    for model in rows.by_id.get(row["like"] or "", ())[:1]:
        if adds == SENSOR and row["bases"] and "lon" not in TABLES["sensors"].of_kind(model["kind"]):
            yield row.problem("bases", "bad_option.satellite")
        if model.valid and adds == ASSET:
            yield from wrong_bases(row, model["kind"], state.by_id("bases"))


def _circles(state: State) -> Iterator[Problem]:
    """No option requires itself through others."""
    rows = state.by_id("options")
    needs = {key: [other for other in row["requires"] if other != key] for key, row in rows.items()}
    try:
        graphlib.TopologicalSorter(needs).prepare()
    except graphlib.CycleError as error:
        circle = error.args[1]
        yield rows[circle[0]].problem("requires", "bad_option.circle", circle=", ".join(circle))


def _years_in_order(state: State) -> Iterator[Problem]:
    pairs = {"options": ("first_year", "last_year")} | dict.fromkeys(HOLDING[:2], ("from_year", "to_year"))
    for name, (start, end) in pairs.items():
        for row in state.rows(name):
            if None not in (row[start], row[end]) and row[end] < row[start]:
                yield row.problem(end, "years_out_of_order", first=f"{start} ({row[start]:g})")


def _twice(state: State) -> Iterator[Problem]:
    """No two rows of an id are of one year."""
    for name in ("budgets", "crews"):
        rows, seen = state.tables[name], dict[tuple[str, float | None], Row]()
        for row in rows.valid:
            earlier = seen.setdefault((rows.key(row), row["year"]), row)
            if earlier is not row:
                yield row.problem("year", "year_twice", id=rows.key(row), row=earlier.number)


def _what_programmes_pay(state: State) -> Iterator[Problem]:
    """No money for what a programme may not pay."""
    pays = {row["programme_id"]: row["pays"] for row in state.rows("programmes")}
    for row in state.rows("budgets"):
        programme, file = row["programme_id"], TABLES["programmes"].file
        for money in (CAPITAL, RUNNING):
            if row[money] and money not in pays.get(programme, (CAPITAL, RUNNING)):
                yield row.problem(money, "does_not_pay", programme=programme, money=money, file=file)


def _crews(state: State) -> Iterator[Problem]:
    """Operators of crews and recipients of options are known."""
    operators = {row["operator"] for row in state.rows("assets", "sensors")}
    states = {row["coastal_state"].lower() for row in state.rows("areas")}
    known = sorted(operators | states)
    for row in state.rows("crews"):
        if row["operator"] not in known:
            yield row.problem("operator", "unknown_operator", right=known)
    for row in state.rows("options"):
        for one in row["recipients"]:
            if one not in ("*", *known):
                yield row.problem("recipients", "unknown_operator", one, right=known)


def capital_warnings(choices: Choices, n_futures: int) -> Iterator[Problem]:
    """Keys of [years], and rows of units, options, budgets, crews and berths, that can have no effect."""
    state, years = choices.state, choices.years
    yield from _idle_settings(years, n_futures)
    yield from _idle_units(state, years)
    yield from _idle_years(state, years)
    yield from _idle_needs(state, choices.candidates)
    if state.settings is not None:
        yield from _money(choices, state.settings, years)
    yield from _too_large(state, years, choices.candidates)
    groups = Counter(row["group"] for row in state.rows("options"))
    for row in state.rows("options"):
        if row["group"] and groups[row["group"]] == 1:
            yield row.problem("group", "idle_option.group")
        for column in ("most_each", "most_per_year"):
            if row[column] is not None and row[column] > row["most_units"] > 0:
                yield row.problem(column, "idle_option.limit", most=row["most_units"])


def _idle_settings(years: Years, n_futures: int) -> Iterator[Problem]:
    """Keys of [years] that have no effect."""

    def idle(name: str, key: str, value: object = None, **words: object) -> Problem:
        return Place(CASE_FILE, 0, f"years.{name}").problem(key, value, **words)

    if years.objective != "cost" and years.wanted:
        yield idle("wanted", "idle_years.wanted", objective=years.objective)
    if years.objective == "cost" and years.tail_weight:
        yield idle("tail_weight", "idle_years.cost", years.tail_weight)
    elif years.tail_share and not years.tail_weight:
        yield idle("tail_share", "idle_years.share", years.tail_share)
    for (_, before), (year, share) in itertools.pairwise(years.wanted):
        if share < before:
            yield idle("wanted", "idle_years.less", share, year=year)
    if years.recourse_from > years.last_order:
        yield idle("recourse_from", "idle_years.late", years.recourse_from, last=years.last_order)
    elif years.recourse_from and n_futures <= 1:
        yield idle("recourse_from", "idle_years.certain", years.recourse_from)


def _idle_units(state: State, years: Years) -> Iterator[Problem]:
    """Units that are there in no year that is planned, of what no option adds to or is like."""
    named = {row[column] for row in state.rows("options") for column in ("id", "like")}
    words = {"first": years.first, "last": years.last}
    for name in ("assets", "sensors"):
        for row in state.rows(name):
            if row["units"] and state.tables[name].key(row) not in named:
                if row["to_year"] is not None and row["to_year"] < years.first:
                    yield row.problem("to_year", "idle_row.units", **words)
                elif row["from_year"] is not None and row["from_year"] > years.last:
                    yield row.problem("from_year", "idle_row.units", **words)


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
    for row in state.rows("budgets"):
        year, last = row["year"] or 0, years.last_order
        if row[CAPITAL] and year > last:
            yield row.problem(CAPITAL, "idle_row.late", last=last)
        elif row["carry_over"] == "yes" and (year >= last or not row[CAPITAL]):
            key = "idle_row.carry_late" if row[CAPITAL] else "idle_row.carry_over"
            yield row.problem("carry_over", key, last=last)


def _says(row: Row | None) -> tuple[object, ...]:
    """What a row of budgets or crews says of a year; without one there is no capital, and the usual rest."""
    if row is None:
        return 0.0, None, None, False
    money = [row["currency"]] if row[CAPITAL] or row[RUNNING] is not None else []
    return row[CAPITAL] or 0.0, row[RUNNING], row["people"], row["carry_over"] == "yes", *money


def _idle_needs(state: State, candidates: Sequence[Candidate]) -> Iterator[Problem]:
    """Crews and berths that nobody needs, and options that add to what has no limit."""
    manned = {one.recipient for one in candidates if one.option["adds"] != CREW and one.option["crew"]}
    limited = {row["operator"] for row in state.rows("crews")}
    berthed = {one.base for one in candidates if one.option["adds"] != BASE and one.option["length_m"]}
    bases = state.by_id("bases")
    for row in state.rows("crews"):
        if row["operator"] not in manned:
            yield row.problem("operator", "idle_row.crews")
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


def _money(choices: Choices, settings: Settings, years: Years) -> Iterator[Problem]:
    """Options that cost more than their payers ever have, and money for orders that nothing can take."""
    state, able = choices.state, set[str]()
    most = _most_capital(state, settings, years)
    for candidates in by_option(choices.candidates).values():
        row, payers = candidates[0].option, sorted(choices.payers_of(candidates))
        able |= {*payers}
        if not row["capital_cost"]:
            continue
        first, last = (year - years.first for year in years_of(row, years))
        of_payers = np.array([most[name][first : last + 1] for name in payers])
        each_year = of_payers.sum(axis=0) if years.shared_payment else of_payers.max(axis=0)
        rate = settings.rates[row["currency"]]
        if not each_year.any():
            yield row.problem("payers", "idle_option.money", payers=listed(payers))
        elif row["capital_cost"] * rate > each_year.max() * (1.0 + 1e-9):
            words = {"payers": listed(payers), "most": each_year.max() / rate, "currency": row["currency"]}
            yield row.problem("capital_cost", "idle_option.cost", **words)
    for row in state.rows("budgets"):
        if row[CAPITAL] and row["programme_id"] not in able:
            yield row.problem(CAPITAL, "idle_row.capital", programme=row["programme_id"])


def _most_capital(state: State, settings: Settings, years: Years) -> dict[str, Array]:
    """The most capital that each programme can have in each year: its own, and what it may carry over."""
    budgets = by_year(state.tables["budgets"], years.years)
    names = (row["programme_id"] for row in state.rows("programmes"))
    found = dict(zip(names, money_by_year(state, settings, years.years)[0], strict=True))
    for name, capital in found.items():
        for at, year in enumerate(years.years[:-1]):
            row = budgets.get(name, {}).get(year)
            if row is not None and row["carry_over"] == "yes":
                capital[at + 1] += capital[at]
    return found


def _too_large(state: State, years: Years, candidates: Sequence[Candidate]) -> Iterator[Problem]:
    """Options of which a single unit needs more people or berth than there can ever be."""
    crews = by_year(state.tables["crews"], years.years).items()
    bases = {row["base_id"]: row["berths_m"] for row in state.rows("bases")}
    whole = {key: own.values() for key, own in crews if len(own) == len(years.years)}
    people = {key: max(row["people"] for row in own) for key, own in whole.items()}
    metres = {key: float(length) for key, length in bases.items() if length is not None}
    for one in candidates:
        units, row = one.option["most_units"], one.option
        if row["adds"] == CREW and one.recipient in people:
            people[one.recipient] += units * row["crew"]
        if row["adds"] == BASE and one.base in metres:
            metres[one.base] += units * (row["length_m"] or 0.0)
    for own in by_option(candidates).values():
        row = own[0].option
        limits = {
            "crew": ("idle_option.crew", max(people.get(one.recipient, np.inf) for one in own)),
            "length_m": ("idle_option.length_m", max(metres.get(one.base, np.inf) for one in own)),
        }
        for column, (key, most) in limits.items() if row["adds"] not in (BASE, CREW) else ():
            if (row[column] or 0.0) > most:
                yield row.problem(column, key, most=most)

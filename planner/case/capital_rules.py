"""Rules of what only a capacity plan reads: options that fit what they add to, budgets, crews, years."""

from __future__ import annotations

import graphlib
from collections.abc import Iterator

from planner.case.capital import ASSET, BASE, CREW, SENSOR
from planner.case.capital_funding import CAPITAL, RUNNING
from planner.case.edits import State
from planner.case.keys import EVERY
from planner.case.rows import Row
from planner.errors import Problem
from planner.schema.tables import TABLES
from planner.schema.wording import listed

FOREIGN = {
    ASSET: ("capacity_hours",),
    SENSOR: ("capacity_hours", "length_m"),
    BASE: ("like", "recipients", "service", "crew", "survival"),
    CREW: ("id", "like", "bases", "service", "capacity_hours", "length_m", "survival"),
}
"""The columns that an option has none of, by what it adds to."""
GIVEN = ("like", "bases", "recipients", "service")
"""The columns of what is new: units that are added to something that is there have its own."""


def check_capital(state: State) -> list[Problem]:
    """Every rule across these tables that is broken."""
    checks = (_options, _circles, _years_of_units, _twice, _what_programmes_pay, _crews)
    return [problem for check in checks for problem in check(state)]


def _options(state: State) -> Iterator[Problem]:
    for row in state.tables["options"].valid:
        adds = row["adds"]
        for column in FOREIGN[adds]:
            if row[column] not in (None, "", ()):
                yield row.problem(column, "not_of_this_kind.adds", adds=adds)
        if adds != CREW:
            yield from _target(state, row)
        if adds == CREW and not row["crew"]:
            yield row.problem("crew", "bad_option.crew")
        if adds == BASE and not row["capacity_hours"] and not row["length_m"]:
            yield row.problem("capacity_hours", "bad_option.base")
        first, last = row["first_year"], row["last_year"]
        if first is not None and last is not None and last < first:
            yield row.problem("last_year", "years_out_of_order", first=f"first_year ({first:g})")
        yield from _others(row)


def _others(row: Row) -> Iterator[Problem]:
    """The options that one requires and excludes are others."""
    for column in ("requires", "excludes"):
        for other in row[column]:
            if other == EVERY:
                yield row.problem(column, "bad_option.every")
            elif other == row["option_id"]:
                yield row.problem(column, "bad_option.itself", other)
            elif column == "excludes" and other in row["requires"]:
                yield row.problem(column, "bad_option.both", other)


def _target(state: State, row: Row) -> Iterator[Problem]:
    """What an option adds to is there, and told once."""
    adds, given = row["adds"], row["id"] is not None
    table = f"{adds}s"
    rows = state.tables[table]
    other = ("bases", row["bases"]) if adds == BASE else ("like", row["like"])
    if not given and not other[1]:
        yield row.problem("id", "bad_option.nowhere" if adds == BASE else "bad_option", adds=adds)
    for column in ("id", "like"):
        if row[column] is not None and row[column] not in rows.by_id and row[column] in _known(state):
            right = tuple(rows.by_id)
            yield row.problem(column, "unknown_reference", right=right, files=rows.file)
    for column in GIVEN if given else ():
        if row[column] and column not in FOREIGN[adds]:
            yield row.problem(column, "bad_option.given", id=row["id"])
    for model in rows.by_id.get(row["like"] or "", ())[:1]:
        if model.valid:
            yield from _bases(state, row, model)


def _bases(state: State, row: Row, model: Row) -> Iterator[Problem]:
    """The bases of what is new take it."""
    kind = model["kind"]
    if kind == "satellite" and row["bases"]:
        yield row.problem("bases", "bad_option.satellite")
    for base in row["bases"] if row["adds"] == ASSET else ():
        for found in state.tables["bases"].by_id.get(base, ()):
            if found.valid and kind not in found["kinds"]:
                words = {"taken": listed(found["kinds"]), "kind": kind}
                yield row.problem("bases", "wrong_kind_of_base", base, **words)


def _known(state: State) -> set[str]:
    """The ids of everything that options may name: others are unknown, which is said elsewhere."""
    return {key for name in ("assets", "sensors", "bases") for key in state.tables[name].by_id}


def _circles(state: State) -> Iterator[Problem]:
    """No option requires itself through others."""
    rows = {row["option_id"]: row for row in state.tables["options"].valid}
    needs = {key: [other for other in row["requires"] if other != key] for key, row in rows.items()}
    try:
        graphlib.TopologicalSorter(needs).prepare()
    except graphlib.CycleError as error:
        circle = error.args[1]
        yield rows[circle[0]].problem("requires", "bad_option.circle", circle=", ".join(circle))


def _years_of_units(state: State) -> Iterator[Problem]:
    for name in ("assets", "sensors"):
        for row in state.tables[name].valid:
            first, last = row["from_year"], row["to_year"]
            if first is not None and last is not None and last < first:
                yield row.problem("to_year", "years_out_of_order", first=f"from_year ({first:g})")


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
    pays = {row["programme_id"]: row["pays"] for row in state.tables["programmes"].valid}
    for row in state.tables["budgets"].valid:
        may = pays.get(row["programme_id"], (CAPITAL, RUNNING))
        for money in (CAPITAL, RUNNING):
            if row[money] and money not in may:
                programme, file = row["programme_id"], TABLES["programmes"].file
                yield row.problem(money, "does_not_pay", programme=programme, money=money, file=file)


def _crews(state: State) -> Iterator[Problem]:
    """Operators of crews and recipients of options are known."""
    operators = {row["operator"] for name in ("assets", "sensors") for row in state.tables[name].valid}
    states = {row["coastal_state"].lower() for row in state.tables["areas"].valid}
    known = sorted(operators | states)
    for row in state.tables["crews"].valid:
        if row["operator"] not in known:
            yield row.problem("operator", "unknown_operator", right=known)
    for row in state.tables["options"].valid:
        for one in row["recipients"]:
            if one not in ("*", *known):
                yield row.problem("recipients", "unknown_operator", one, right=known)

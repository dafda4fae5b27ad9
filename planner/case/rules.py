"""Checks of what the files say together: bases take the kinds that use them, services are known."""

from __future__ import annotations

from collections.abc import Iterator

from planner.case.edits import State
from planner.case.files import CASE_FILE
from planner.case.rows import Row
from planner.errors import Problem
from planner.schema.columns import LOW
from planner.schema.tables import FUNDABLE_KINDS, SERVICES
from planner.schema.wording import listed
from planner.units import days_to_hours


def check_rules(state: State) -> list[Problem]:
    """Every rule across the files that is broken."""
    return [
        *_bases(state),
        *_hours(state),
        *_ranges(state),
        *_services(state),
        *_nothing_there(state),
        *_no_target(state),
    ]


def names(listed_names: tuple[str, ...], name: str) -> bool:
    """Whether a list names something, or all."""
    return listed_names == ("*",) or name in listed_names


def restricts_services(programme: Row) -> bool:
    """Whether a programme leaves out a service."""
    return programme["services"] != ("*",) and set(programme["services"]) != set(SERVICES)


def funded_services(programme: Row) -> tuple[str, ...]:
    """The services that a programme may fund, ``*`` resolved."""
    return tuple(programme["services"]) if restricts_services(programme) else SERVICES


def _valid(state: State, *tables: str) -> tuple[Row, ...]:
    return tuple(row for name in tables if name in state.tables for row in state.tables[name].valid)


def _bases(state: State) -> Iterator[Problem]:
    if "bases" not in state.tables:
        return
    bases = state.tables["bases"]
    takes = {row["base_id"]: row["kinds"] for row in bases.valid}
    whole = len(takes) == len(bases.by_id)
    for row in _valid(state, "assets"):
        kind = row["kind"]
        if row["bases"] == ("*",):
            if whole and not any(kind in kinds for kinds in takes.values()):
                remedy = f"add {kind} to the kinds of a base in bases.csv"
                yield row.problem(
                    "bases", "*", "wrong_kind_of_base", f"finds no base that takes the kind {kind}", remedy
                )
            continue
        for base in row["bases"]:
            if base in takes and kind not in takes[base]:
                rule = f"takes {listed(takes[base])}, not the asset's kind {kind}"
                remedy = f"add {kind} to the base's kinds in bases.csv, or name another base"
                yield row.problem("bases", base, "wrong_kind_of_base", rule, remedy)


def _hours(state: State) -> Iterator[Problem]:
    """No unit works longer than the horizon lasts."""
    if state.settings is None:
        return
    most = days_to_hours(state.settings.horizon_days)
    for row in _valid(state, "assets", "sensors"):
        if row["hours_per_unit"] > most:
            rule = f"is more than the {most:g} hours of the horizon"
            remedy = "give the hours that a unit works within horizon_days"
            yield row.problem("hours_per_unit", f"{row['hours_per_unit']:g}", "beyond_horizon", rule, remedy)


def _ranges(state: State) -> Iterator[Problem]:
    """X_low <= X <= X_high."""
    for rows in state.tables.values():
        ends = [(end, name) for name in rows.table.figures for end in rows.table.companions_of(name)]
        for row in rows.valid if ends else ():
            for end, name in ends:
                limit, value = row[end], row[name]
                if limit is None or value is None:
                    continue
                if limit > value if end.endswith(LOW) else limit < value:
                    word, side = ("above", "lower") if end.endswith(LOW) else ("below", "higher")
                    rule, remedy = f"is {word} {name} ({value:g})", f"give a {side} end of the range"
                    yield row.problem(end, f"{limit:g}", "outside_range", rule, remedy)


def _services(state: State) -> Iterator[Problem]:
    """A service is needed wherever a programme that leaves out services may otherwise fund the row."""
    by_kind: dict[str, Row] = {}
    by_id: dict[str, list[Row]] = {}
    for programme in _valid(state, "programmes"):
        if not restricts_services(programme):
            continue
        kinds = FUNDABLE_KINDS if programme["asset_kinds"] == ("*",) else programme["asset_kinds"]
        if programme["assets"] == ("*",):
            for kind in kinds:
                by_kind.setdefault(kind, programme)
        for name in programme["assets"]:
            by_id.setdefault(name, []).append(programme)
    for row in _valid(state, "assets", "sensors"):
        own = by_id.get(row["asset_id"] or row["sensor_id"], ())
        asking = by_kind.get(row["kind"]) or next(
            (one for one in own if names(one["asset_kinds"], row["kind"])), None
        )
        if asking and not row["service"]:
            funded = listed(funded_services(asking))
            rule = f"is blank, but the programme {asking['programme_id']} funds only {funded}"
            remedy = "say which service runs it: civil, police or military"
            yield row.problem("service", "", "no_service", rule, remedy)


def _nothing_there(state: State) -> Iterator[Problem]:
    """A plan needs an area, a programme, and an asset or a sensor."""
    empty = {name for name, rows in state.tables.items() if not rows.rows}
    for name in ("areas", "programmes"):
        if name in empty:
            file = state.tables[name].file
            yield Problem(file, 0, "", "", "has no rows", f"add at least one of the {name}", "no_rows")
    if {"assets", "sensors"} <= empty:
        file, remedy = state.tables["assets"].file, "add at least one asset, or a sensor"
        yield Problem(file, 0, "", "", "has no rows", remedy, "no_rows")


def _no_target(state: State) -> Iterator[Problem]:
    """A fair plan needs a target to be fair to."""
    if state.settings is None or state.settings.objective != "fair":
        return
    whole = state.settings.target_coverage
    targets = [
        whole if row["target_coverage"] is None else row["target_coverage"] for row in _valid(state, "areas")
    ]
    if targets and not any(targets):
        rule = "needs targets, but every area has the target 0: there is nothing to be fair in"
        remedy = "give the areas a target_coverage above 0, or plan for coverage"
        yield Problem(CASE_FILE, 0, "objective", "fair", rule, remedy, "no_target")

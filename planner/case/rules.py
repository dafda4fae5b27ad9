"""Checks of what the files say together: bases take the kinds that use them, services are known."""

from __future__ import annotations

from collections.abc import Iterator

from planner.case.edits import State
from planner.case.files import CASE_FILE
from planner.case.periods import check_availability, check_periods
from planner.case.place import Place
from planner.case.rows import Row
from planner.errors import Problem
from planner.schema.columns import LOW
from planner.schema.tables import FUNDABLE_KINDS, SERVICES
from planner.schema.wording import listed
from planner.units import days_to_hours


def check_rules(state: State) -> list[Problem]:
    """Every rule across the files that is broken."""
    checks = (
        _bases,
        _hours,
        _ranges,
        _services,
        _nothing_there,
        _no_target,
        _visits,
        check_periods,
        check_availability,
    )
    return [problem for check in checks for problem in check(state)]


def names(listed_names: tuple[str, ...], name: str) -> bool:
    """Whether a list names something, or all."""
    return listed_names == ("*",) or name in listed_names


def restricts_services(programme: Row) -> bool:
    """Whether a programme leaves out a service."""
    return programme["services"] != ("*",) and set(programme["services"]) != set(SERVICES)


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
        if row["bases"] == ("*",) and whole and not any(kind in kinds for kinds in takes.values()):
            yield row.problem("bases", "wrong_kind_of_base.none", kind=kind)
        for base in row["bases"]:
            if base in takes and kind not in takes[base]:
                yield row.problem("bases", "wrong_kind_of_base", base, taken=listed(takes[base]), kind=kind)


def _hours(state: State) -> Iterator[Problem]:
    """No unit works longer than the horizon lasts, or where it takes its part of a year, than that."""
    if state.settings is None:
        return
    most = days_to_hours(state.settings.horizon_days) / state.settings.share_of_year
    for row in _valid(state, "assets", "sensors"):
        if row["hours_per_unit"] > most:
            yield row.problem("hours_per_unit", "beyond_horizon", hours=most)


def _ranges(state: State) -> Iterator[Problem]:
    """X_low <= X <= X_high."""
    for rows in state.tables.values():
        ends = [(end, name) for name in rows.table.figures for end in rows.table.companions_of(name)]
        for row in rows.valid if ends else ():
            for end, name in ends:
                limit, value = row[end], row[name]
                if limit is None or value is None:
                    continue
                low = end.endswith(LOW)
                if limit > value if low else limit < value:
                    key = "outside_range.low" if low else "outside_range.high"
                    yield row.problem(end, key, name=name, figure=value)


def _services(state: State) -> Iterator[Problem]:
    """A service is needed wherever a programme that leaves out services may otherwise fund the row."""
    by_kind: dict[str, Row] = {}
    by_id: dict[str, list[Row]] = {}
    for programme in _valid(state, "programmes"):
        if not restricts_services(programme):
            continue
        kinds = FUNDABLE_KINDS if programme["asset_kinds"] == ("*",) else programme["asset_kinds"]
        for kind in kinds if programme["assets"] == ("*",) else ():
            by_kind.setdefault(kind, programme)
        for name in programme["assets"]:
            by_id.setdefault(name, []).append(programme)
    for row in _valid(state, "assets", "sensors"):
        own = by_id.get(row["asset_id"] or row["sensor_id"], ())
        asking = by_kind.get(row["kind"]) or next(
            (one for one in own if names(one["asset_kinds"], row["kind"])), None
        )
        if asking and not row["service"]:
            services = listed(asking["services"])
            yield row.problem("service", "no_service", programme=asking["programme_id"], services=services)


def _nothing_there(state: State) -> Iterator[Problem]:
    """A plan needs an area, a programme, and an asset or a sensor."""
    empty = {name for name, rows in state.tables.items() if not rows.rows}
    for name in ("areas", "programmes"):
        if name in empty:
            yield Place(state.tables[name].file).problem("no_rows.table", name=name)
    if {"assets", "sensors"} <= empty:
        yield Place(state.tables["assets"].file).problem("no_rows.watchers")


def _no_target(state: State) -> Iterator[Problem]:
    """A fair plan needs a target to be fair to."""
    settings = state.settings
    if settings is None or settings.objective != "fair":
        return
    stated = [row["target_coverage"] for row in _valid(state, "areas")]
    if stated and not any(settings.target_coverage if one is None else one for one in stated):
        yield Place(CASE_FILE, 0, "objective").problem("no_target", "fair")


def _visits(state: State) -> Iterator[Problem]:
    """Answers are a part of visits, so these must be known."""
    if state.settings is None or state.settings.answers is None:
        return
    for row in _valid(state, "areas"):
        if row["visits_per_year"] is None:
            yield row.problem("visits_per_year", "no_visits")

"""Checks of what the files say together: ids, currencies, bases, services, hours, periods, availability."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from planner.case.files import CASE_FILE
from planner.case.periods import DAYS, YEARS, days_of
from planner.case.rows import Row, Rows, referenced
from planner.case.state import State
from planner.errors import Problem
from planner.schema.messages import Place, listed
from planner.schema.settings import SOURCED, Settings, marked
from planner.schema.tables import BY_TABLE, CASE, LOW, MAPPED, RISK_MAP, TABLES
from planner.units import days_to_hours


def check_rules(state: State) -> list[Problem]:
    """Every rule across the files that is broken."""
    problems = list(duplicates(state.tables))
    for rows in state.tables.values():
        problems += _unknown_ids(rows, state.tables)
    return [*problems, *(problem for check in _CHECKS for problem in check(state))]


def duplicates(tables: Mapping[str, Rows]) -> Iterator[Problem]:
    """The problems of ids that several rows have; some tables share one space of ids."""
    first: dict[tuple[str, str], Row] = {}
    for rows in tables.values():
        table = rows.table
        for key, same in rows.by_id.items() if table.unique else ():
            for row in same:
                earlier = first.setdefault((table.space or table.name, key), row)
                if earlier is not row:
                    file = earlier.place.file
                    where = f"row {earlier.number}" + (f" of {file}" if file != rows.file else "")
                    yield row.problem(table.id, "duplicate_id", key, where=where)


def _unknown_ids(rows: Rows, tables: Mapping[str, Rows]) -> Iterator[Problem]:
    @cache
    def known(of: tuple[str, ...]) -> Mapping[str, None] | None:
        """The ids of some tables; None where one could not be read."""
        readable = all(name in tables for name in of)
        return dict.fromkeys(key for name in of for key in tables[name].by_id) if readable else None

    for column in rows.table.columns.values() if rows.valid else ():
        own = BY_TABLE in column.references
        for row in rows.valid if column.references else ():
            of, value = referenced(row, column), row[column.name] or ()
            if own and of[0] in (CASE, RISK_MAP):
                if value != ("*",):
                    yield row.problem(column.name, "names_a_row", table=of[0])
                continue
            right = known(of)
            for key in (value,) if isinstance(value, str) else value:
                if right is not None and key != "*" and key not in right:
                    said = "unknown_reference.row" if own else "unknown_reference"
                    files = " or ".join(tables[name].file for name in of)
                    yield row.problem(column.name, said, key, right=tuple(right), files=files)


def _unknown_fields(state: State) -> Iterator[Problem]:
    """The columns that sources name; the figures of case.toml are few."""
    special = {CASE: marked(SOURCED), RISK_MAP: MAPPED}
    for row in state.rows("sources"):
        table = row["table"]
        columns = special.get(table) or tuple(TABLES[table].columns)
        key = "unknown_column.case" if table == CASE else "unknown_column.source"
        for name in row["field"]:
            if name not in ("*", *columns):
                yield row.problem("field", key, name, right=columns, table=table)


def _rates(state: State) -> Iterator[Problem]:
    settings = state.settings
    if settings is None:
        return
    own, rates = settings.currency, settings.rates
    stated = settings.fx.rates.get(own, 1.0) if settings.fx else 1.0
    if stated != 1.0:
        yield Place(CASE_FILE, 0, f"fx.rates.{own}").problem("own_rate", stated, own=own)
    for rows in state.tables.values():
        for row in rows.valid if "currency" in rows.table.columns else ():
            if row["currency"] is not None and row["currency"] not in rates:
                yield row.problem("currency", "no_rate", code=row["currency"], own=own)


def _bases(state: State) -> Iterator[Problem]:
    if "bases" not in state.tables:
        return
    bases = state.by_id("bases")
    whole = len(bases) == len(state.tables["bases"].by_id)
    for row in state.rows("assets"):
        kind = row["kind"]
        if row["bases"] == ("*",) and whole and not any(kind in base["kinds"] for base in bases.values()):
            yield row.problem("bases", "wrong_kind_of_base.none", kind=kind)
        yield from wrong_bases(row, kind, bases)


def wrong_bases(row: Row, kind: str, bases: Mapping[str, Row]) -> Iterator[Problem]:
    """The bases that a row names for an asset of a kind that they do not take."""
    for base in row["bases"]:
        if base in bases and kind not in bases[base]["kinds"]:
            words = {"taken": listed(bases[base]["kinds"]), "kind": kind}
            yield row.problem("bases", "wrong_kind_of_base", base, **words)


def _hours(state: State) -> Iterator[Problem]:
    """No unit works longer than the horizon lasts, or where it takes its part of a year, than that."""
    if state.settings is not None:
        most = days_to_hours(state.settings.horizon_days) / state.settings.share_of_year
        for row in state.rows("assets", "sensors"):
            if row["hours_per_unit"] > most:
                yield row.problem("hours_per_unit", "beyond_horizon", hours=most)


def _ranges(state: State) -> Iterator[Problem]:
    """X_low <= X <= X_high."""
    for rows in state.tables.values():
        ends = [(end, name) for name in rows.table.figures for end in rows.table.companions_of(name)]
        for row in rows.valid if ends else ():
            for end, name in ends:
                limit, value, low = row[end], row[name], end.endswith(LOW)
                if None not in (limit, value) and (limit > value if low else limit < value):
                    key = "outside_range.low" if low else "outside_range.high"
                    yield row.problem(end, key, name=name, figure=value)


def _services(state: State) -> Iterator[Problem]:
    """A service is needed wherever a programme that leaves out services may otherwise fund the row."""
    restricting = [one for one in state.mandates if one.services is not None]
    restricting.sort(key=lambda one: one.assets is not None)
    for watcher in state.watchers:
        asking = next((one.row for one in restricting if one.fits(watcher)), None)
        if asking and not watcher["service"]:
            words = {"programme": asking["programme_id"], "services": listed(asking["services"])}
            yield watcher.problem("service", "no_service", **words)


def _nothing_there(state: State) -> Iterator[Problem]:
    """A plan needs an area, a programme, and an asset or a sensor."""
    empty = {name for name, rows in state.tables.items() if not rows.rows}
    for name in ("areas", "programmes"):
        if name in empty:
            yield Place(state.tables[name].file).problem("no_rows.table", name=name)
    if {"assets", "sensors"} <= empty:
        yield Place(state.tables["assets"].file).problem("no_rows.watchers")


def _areas(state: State) -> Iterator[Problem]:
    """A fair plan needs a target to be fair to."""
    settings, areas = state.settings, state.rows("areas")
    if settings is not None and settings.objective == "fair" and without_targets(areas, settings):
        yield Place(CASE_FILE, 0, "objective").problem("no_target", "fair")


def without_targets(areas: Sequence[Row], settings: Settings) -> bool:
    """Whether there are areas, and all of them have the target 0."""
    targets = [row["target_coverage"] for row in areas]
    return bool(areas) and not any(settings.target_coverage if one is None else one for one in targets)


def _periods(state: State) -> Iterator[Problem]:
    """No day belongs to two periods, and all together are the horizon."""
    rows = state.tables.get("periods")
    if rows is None or not rows.rows or len(rows.valid) < len(rows.rows):
        return
    owner: dict[int, str] = {}
    total = 0
    for row in rows.rows:
        days = {day % DAYS for day in days_of(row)}
        taken = next((owner[day] for day in sorted(days) if day in owner), "")
        if taken:
            yield row.problem("start", "bad_periods.overlap", other=taken)
        owner |= dict.fromkeys(days, row["period_id"])
        total += len(days)
    settings = state.settings
    if settings is None or not settings.use_periods:
        return
    whole_year = total == DAYS and YEARS[0] <= settings.horizon_days <= YEARS[1]
    if not whole_year and total != settings.horizon_days:
        words = {"number": len(rows.rows), "days": total, "horizon_days": settings.horizon_days}
        yield rows.rows[0].problem("start", "bad_periods", **words)


def _availability(state: State) -> Iterator[Problem]:
    """Every row of availability.csv names what it means, and one figure that fits that."""
    capacity = {key: row["capacity_hours"] for key, row in state.by_id("bases").items()}
    for row in state.rows("availability"):
        share, hours, there = row["share"], row["hours_per_unit"], row["bases"] or row["areas"]
        named = [name for name in ("kinds", "assets", "bases", "areas") if row[name]]
        broken = (
            (not named, "kinds", "bad_availability"),
            (share is not None and hours is not None, "hours_per_unit", "bad_availability.both"),
            (share is None and hours is None, "share", "bad_availability.neither"),
            (row["bases"] and len(named) > 1, "bases", "bad_availability.bases"),
            (there and share is not None and share > 1.0, "share", "bad_availability.above"),
        )
        yield from (row.problem(column, key) for wrong, column, key in broken if wrong)
        for base in capacity if row["bases"] == ("*",) else row["bases"]:
            if share not in (None, 0.0, 1.0) and base in capacity and capacity[base] is None:
                yield row.problem("share", "bad_availability.unlimited", base=base)


_CHECKS = (
    *(_unknown_fields, _rates, _bases, _hours, _ranges, _services, _nothing_there, _areas, _periods),
    _availability,
)

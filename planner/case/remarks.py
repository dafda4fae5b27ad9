"""What can be planned with but is probably not meant: closed areas, programmes that can fund nothing."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any

from planner.case.fields import SERVICES
from planner.case.frames import restricts_services
from planner.case.limits import SHARE, SPENDING
from planner.case.references import Known
from planner.case.rules import names
from planner.case.wording import listed, suggestion
from planner.errors import Problem

SHORTEST_YEAR_DAYS = 360
"""Shorter horizons are no year; 360 is a bookkeeper's."""


def remarks(known: Known) -> list[Problem]:
    """The warnings on a case without problems."""
    watchers = [record for table in ("assets", "sensors") for _, record in known.records[table]]
    operators = {watcher.operator for watcher in watchers}
    working = _working(known, operators)
    return [
        *_idle_operators(known, operators),
        *_closed_areas(known, working),
        *_idle_programmes(known, watchers, working),
        *_vain_limits(known),
        *_no_risk(known),
        *_short_horizon(known),
    ]


def _working(known: Known, operators: set[str]) -> dict[str, AbstractSet[str]]:
    """The areas in which each operator may work: those of its own state and those with consent."""
    everywhere = frozenset(record.area_id for _, record in known.records["areas"])
    own: dict[str, set[str]] = {operator: set() for operator in operators}
    for _, record in known.records["areas"]:
        own.setdefault(record.coastal_state.lower(), set()).add(record.area_id)
    working: dict[str, AbstractSet[str]] = {operator: own[operator] for operator in operators}
    for _, record in known.records["access"]:
        if record.areas == ("*",):
            working[record.operator] = everywhere
        elif record.operator in working:
            working[record.operator] = working[record.operator] | set(record.areas)
    return working


def _idle_operators(known: Known, operators: set[str]) -> Iterator[Problem]:
    records = known.records["access"]
    for row, record in records:
        if record.operator not in operators:
            remedy = suggestion(record.operator, sorted(operators), "the row has no effect")
            yield Problem(records.file, row, "operator", record.operator, "runs no asset or sensor", remedy)


def _closed_areas(known: Known, working: dict[str, AbstractSet[str]]) -> Iterator[Problem]:
    records = known.records["areas"]
    open_areas: set[str] = set().union(*{id(areas): areas for areas in working.values()}.values())
    for row, record in records:
        if record.area_id not in open_areas:
            rule = "is an area that nobody has access to: it stays uncovered"
            remedy = f"add a row to access.csv, or an asset of the operator {record.coastal_state.lower()}"
            yield Problem(records.file, row, "area_id", record.area_id, rule, remedy)


def _idle_programmes(
    known: Known, watchers: list[Any], working: dict[str, AbstractSet[str]]
) -> Iterator[Problem]:
    records = known.records["programmes"]
    alike = {(watcher.kind, watcher.service, watcher.operator) for watcher in watchers}
    by_id = {_key(watcher): (watcher.kind, watcher.service, watcher.operator) for watcher in watchers}
    for row, programme in records:
        listed_ones = alike if programme.assets == ("*",) else [by_id[name] for name in programme.assets]
        services = programme.services if restricts_services(programme) else (*SERVICES, "")
        operators = {
            operator
            for kind, service, operator in listed_ones
            if names(programme.asset_kinds, kind) and service in services
        }
        if any(_meets(programme.areas, working[operator]) for operator in operators):
            continue
        if operators:
            shown = listed(sorted(operators))
            rule = (
                f"can fund nothing: the operators that it may fund ({shown}) have access to none of its areas"
            )
            remedy = "add rows to access.csv, or widen its areas"
        else:
            rule = "can fund nothing: no asset or sensor fits its asset_kinds, assets and services together"
            remedy = "widen one of the three"
        yield Problem(records.file, row, "programme_id", programme.programme_id, rule, remedy)


def _key(watcher: Any) -> str:
    return str(getattr(watcher, "asset_id", None) or watcher.sensor_id)


def _meets(areas: tuple[str, ...], working: AbstractSet[str]) -> bool:
    return bool(working) if areas == ("*",) else not working.isdisjoint(areas)


def _no_risk(known: Known) -> Iterator[Problem]:
    records = known.records["areas"]
    if "risk" not in known.raw and records.records and all(record.risk_weight == 0 for _, record in records):
        rule = "is 0 in every area: every plan is as good as any other"
        yield Problem(records.file, 0, "risk_weight", "", rule, "give the areas that matter a weight above 0")


def _short_horizon(known: Known) -> Iterator[Problem]:
    settings = known.settings
    if settings is not None and settings.horizon_days < SHORTEST_YEAR_DAYS:
        yield Problem(
            "case.toml",
            0,
            "horizon_days",
            f"{settings.horizon_days:g}",
            "is shorter than a year: hours, capacities and budgets are taken as those of this horizon",
            "give them for the horizon, not for a year; or plan a year of 365 days",
        )


def _vain_limits(known: Known) -> Iterator[Problem]:
    """Limits on money that lie outside of the programme's mandate, or above its budget."""
    if known.settings is None:
        return
    programmes = {record.programme_id: record for _, record in known.records["programmes"]}
    rates = known.settings.rates
    for row, limit in known.records["limits"]:
        programme = programmes.get(getattr(limit, "programme", ""))
        if programme is None:
            continue
        if limit.kind == SHARE and "*" not in (*limit.areas, *programme.areas):
            outside = [area for area in limit.areas if area not in programme.areas]
            if outside:
                rule = f"is outside of the mandate of {programme.programme_id}: it can spend nothing there"
                remedy = "leave it out, or add it to the programme's areas"
                yield Problem(known.records["limits"].file, row, "areas", listed(outside), rule, remedy)
        if limit.kind == SPENDING:
            budget = programme.budget * rates[programme.currency] / rates[limit.currency]
            if limit.least > budget * (1.0 + 1e-9):
                rule = f"is more than the budget of {programme.programme_id} ({budget:,.0f} {limit.currency})"
                remedy = "lower it, or raise the budget"
                yield Problem(known.records["limits"].file, row, "least", f"{limit.least:,.0f}", rule, remedy)

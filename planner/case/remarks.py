"""What can be planned with but is probably not meant: closed areas, programmes that can fund nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from planner.case.edits import State
from planner.case.files import CASE_FILE
from planner.case.place import Place
from planner.case.rows import Row
from planner.case.rules import names, restricts_services
from planner.errors import Problem
from planner.schema.settings import Settings
from planner.schema.tables import SERVICES, SHARE, SPENDING
from planner.schema.wording import listed

SHORTEST_YEAR_DAYS = 360
"""Shorter horizons are no year; 360 is a bookkeeper's."""
Working = Mapping[str, AbstractSet[str]]
"""The areas in which each operator may work."""


def remarks(state: State, settings: Settings, has_risk_map: bool) -> list[Problem]:
    """The warnings on a case without problems."""
    watchers = [row for table in ("assets", "sensors") for row in state.tables[table].rows]
    working = _working(state, {row["operator"] for row in watchers})
    return [
        *_idle_operators(state, working),
        *_closed_areas(state, working),
        *_idle_programmes(state, watchers, working),
        *_vain_limits(state, settings),
        *([] if has_risk_map else _no_risk(state)),
        *_short_horizon(settings),
    ]


def _working(state: State, operators: set[str]) -> Working:
    """The areas of each operator's own state, and those where it has access."""
    areas = state.tables["areas"].rows
    everywhere = {row["area_id"] for row in areas}
    own: dict[str, set[str]] = {}
    for row in areas:
        own.setdefault(row["coastal_state"].lower(), set()).add(row["area_id"])
    working = {operator: set(own.get(operator, ())) for operator in operators}
    for row in state.tables["access"].rows:
        if row["operator"] in working:
            working[row["operator"]] |= everywhere if row["areas"] == ("*",) else set(row["areas"])
    return working


def _idle_operators(state: State, working: Working) -> Iterator[Problem]:
    for row in state.tables["access"].rows:
        if row["operator"] not in working:
            yield row.problem("operator", "idle_operator", right=sorted(working), word=row["operator"])


def _closed_areas(state: State, working: Working) -> Iterator[Problem]:
    open_areas: set[str] = set().union(*working.values())
    for row in state.tables["areas"].rows:
        if row["area_id"] not in open_areas:
            yield row.problem("area_id", "closed_area", operator=row["coastal_state"].lower())


def _idle_programmes(state: State, watchers: list[Row], working: Working) -> Iterator[Problem]:
    by_id = {
        row["asset_id"] or row["sensor_id"]: (row["kind"], row["service"], row["operator"])
        for row in watchers
    }
    for row in state.tables["programmes"].rows:
        fundable = by_id.values() if row["assets"] == ("*",) else [by_id[name] for name in row["assets"]]
        services = row["services"] if restricts_services(row) else (*SERVICES, "")
        operators = {
            operator
            for kind, service, operator in fundable
            if names(row["asset_kinds"], kind) and service in services
        }
        if any(names(row["areas"], area) for operator in operators for area in working[operator]):
            continue
        key = "idle_programme.access" if operators else "idle_programme"
        yield row.problem("programme_id", key, operators=listed(sorted(operators)))


def _no_risk(state: State) -> Iterator[Problem]:
    areas = state.tables["areas"]
    if areas.rows and all(row["risk_weight"] == 0 for row in areas.rows):
        yield Place(areas.file, 0, "risk_weight").problem("no_risk")


def _short_horizon(settings: Settings) -> Iterator[Problem]:
    if settings.horizon_days < SHORTEST_YEAR_DAYS:
        yield Place(CASE_FILE, 0, "horizon_days").problem("short_horizon", settings.horizon_days)


def _vain_limits(state: State, settings: Settings) -> Iterator[Problem]:
    """Limits on money that lie outside the programme's mandate, or above its budget."""
    programmes = {row["programme_id"]: row for row in state.tables["programmes"].rows}
    for row in state.tables["limits"].rows:
        name, programme = row["programme"], programmes.get(row["programme"])
        if programme is None:
            continue
        if row["kind"] == SHARE and "*" not in (*row["areas"], *programme["areas"]):
            outside = tuple(area for area in row["areas"] if area not in programme["areas"])
            if outside:
                yield row.problem("areas", "outside_mandate", outside, programme=name)
        if row["kind"] == SPENDING:
            currency, rates = row["currency"], settings.rates
            budget = programme["budget"] * rates[programme["currency"]] / rates[currency]
            if row["least"] > budget * (1.0 + 1e-9):
                yield row.problem("least", "above_budget", programme=name, budget=budget, currency=currency)

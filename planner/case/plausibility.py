"""What can be planned with but is probably not meant: rows that can have no effect, unusual figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.files import CASE_FILE
from planner.case.periods import days_of
from planner.case.rows import Row, Rows
from planner.case.rules import without_targets
from planner.case.state import EVERY, Mandate, State, Use, names
from planner.errors import Problem
from planner.geometry.longitude import TURN
from planner.schema.codes import COMMON_CURRENCIES, COUNTRIES, COUNTRY_PLACES
from planner.schema.messages import Place, listed
from planner.schema.settings import DAYS, SHORTEST_YEAR_DAYS, Settings
from planner.schema.tables import LIMITS, Column
from planner.units import days_to_hours, m_to_nm

DECIDING = ("units", "hours_per_unit", "operator", "kind", "service")
"""What decides whether an asset can work: a change of one of these has put it there."""
SAME = ("period", "kinds", "assets", "bases", "areas", "share", "hours_per_unit")
"""The columns of availability.csv in which a row that is there twice is the same."""
EXAMPLE_TITLE, EXAMPLE_SOURCE = "Example: two zones, two donors", "example of planner new"
EXAMPLE_AREAS = {"west", "east"}
"""What `planner new` calls its case, cites, and has as areas."""
COSTS = ("cost_per_hour", "cost_per_mission", "cost_per_scene")
CENT = 0.01
FAR_RATE = 5.0
"""A rate of exchange that is farther than this factor from that of recent years is probably upside down."""
OFF_COUNTRY_NM = 900.0
"""Zones reach 200 nm from the coast, ports may be a neighbour's; slips are thousands of miles."""
USUAL_DWELL_DAYS = (0.1, 60.0)
GEOD = pyproj.Geod(ellps="WGS84")


def table_warnings(state: State, sound: AbstractSet[str]) -> list[Problem]:
    """The warnings on the tables that have no problems (``sound``)."""
    return [problem for check, tables in _CHECKS if sound >= set(tables.split()) for problem in check(state)]


def _idle_operators(state: State) -> Iterator[Problem]:
    """Rows of access.csv that nobody needs."""
    given: dict[tuple[str, Use], AbstractSet[str]] = {}
    for row in state.rows("access"):
        operator, uses, areas = row["operator"], state.uses_of(row), state.areas(row)
        own = state.own.get(operator, frozenset[str]())
        if operator not in state.uses:
            yield row.problem("operator", "idle_operator", right=sorted(state.uses), word=operator)
        elif not uses:
            column = "kinds" if row["kinds"] != EVERY else "tasks"
            yield row.problem(column, "idle_access.use", operator=operator)
        elif all(areas <= given.get((operator, use), frozenset()) | own for use in uses):
            yield row.problem("areas", "idle_access", row["areas"], operator=operator)
        for use in uses:
            given[operator, use] = given.get((operator, use), frozenset()) | areas


def _closed_areas(state: State) -> Iterator[Problem]:
    open_areas: set[str] = set().union(*(state.working(row) for row in state.watchers))
    for row in state.rows("areas"):
        if row["area_id"] not in open_areas:
            yield row.problem("area_id", "closed_area", operator=row["coastal_state"].lower())


def _idle_programmes(state: State) -> Iterator[Problem]:
    for mandate in state.mandates:
        fundable = [row for row in state.watchers if mandate.funds(row)]
        operators = sorted({row["operator"] for row in fundable})
        if all(state.working(row).isdisjoint(mandate.areas) for row in fundable):
            key = "idle_programme.access" if operators else "idle_programme"
            yield mandate.row.problem("programme_id", key, operators=listed(operators))
        elif not any(row[cost] for row in fundable for cost in COSTS):
            yield mandate.row.problem("programme_id", "idle_programme.free")


def _idle_watchers(state: State) -> Iterator[Problem]:
    """Assets and sensors that have no hours, that may work nowhere, or that nobody may pay for."""
    for row in state.watchers:
        own = "asset_id" if row["asset_id"] else "sensor_id"
        column = next((name for name in DECIDING if name in row.changed), own)
        areas = state.working(row)
        payers = [mandate for mandate in state.mandates if mandate.funds(row)]
        there = [payer for payer in payers if not areas.isdisjoint(payer.areas)]
        if row["plans"]:
            continue
        if not row["units"] or not row["hours_per_unit"]:
            yield row.problem(column, "idle_asset.hours")
        elif not areas:
            yield row.problem(column, "idle_asset.access", operator=row["operator"])
        elif not any(row[cost] for cost in COSTS):
            continue
        elif not payers:
            yield row.problem(column, "idle_asset")
        elif not there:
            yield row.problem(column, "idle_asset.mandate", payers=_ids(payers), operator=row["operator"])
        elif not any(payer.row["budget"] for payer in there):
            yield row.problem(column, "idle_asset.money", payers=_ids(there))


def _ids(mandates: Sequence[Mandate]) -> str:
    return listed([mandate.row["programme_id"] for mandate in mandates])


def _idle_bases(state: State) -> Iterator[Problem]:
    assets = state.rows("assets")
    everywhere = {row["kind"] for row in assets if row["bases"] == EVERY}
    used = {base for row in assets for base in row["bases"]}
    for row in state.rows("bases"):
        if row["base_id"] not in used and not everywhere.intersection(row["kinds"]):
            yield row.problem("base_id", "idle_base")


def _idle_availability(state: State) -> Iterator[Problem]:
    """Rows of availability.csv that take nothing away, that speak of nobody, or that are there twice."""
    seen: dict[tuple[object, ...], Row] = {}
    days = {row["period_id"]: len(days_of(row)) for row in state.rows("periods")}
    for row in state.rows("availability"):
        share, hours, most = row["share"], row["hours_per_unit"], days_to_hours(days[row["period"]])
        meant = [one for one in state.watchers if _is_meant(row, one)]
        earlier = seen.setdefault(tuple(row.values.get(name) for name in SAME), row)
        if not row["bases"] and not meant:
            yield row.problem("assets" if row["assets"] else "kinds", "idle_row.nobody")
        elif row["areas"] and all(state.areas(row).isdisjoint(state.working(one)) for one in meant):
            yield row.problem("areas", "idle_row.nowhere")
        elif (row["areas"] and share == 1.0) or (hours is not None and not row["bases"] and hours >= most):
            column = "share" if hours is None else "hours_per_unit"
            yield row.problem(column, "idle_row.availability")
        elif earlier is not row:
            yield row.problem("period", "row_twice", row=earlier.number)


def _is_meant(row: Row, watcher: Row) -> bool:
    """Whether a row of availability.csv speaks of an asset or sensor."""
    own = {"kinds": watcher["kind"], "assets": watcher["asset_id"] or watcher["sensor_id"]}
    return all(not row[name] or names(row[name], one) for name, one in own.items())


def _no_boarder(state: State) -> Iterator[Problem]:
    """Detections that need an answer, and nobody to give it."""
    answers = state.settings.answers if state.settings else None
    if answers and not any(row["boards"] == "yes" and row["units"] for row in state.rows("assets")):
        yield Place(CASE_FILE, 0, "response.share").problem("no_boarder", answers.share)


def _nothing_counts(state: State) -> Iterator[Problem]:
    """No risk, or a shortfall that no plan can have where nothing else is worth anything either."""
    areas, settings = state.rows("areas"), state.settings
    if areas and all(row["risk_weight"] == 0 for row in areas):
        yield Place(state.tables["areas"].file, 0, "risk_weight").problem("no_risk")
    if settings is None or settings.objective != "shortfall" or settings.coverage_worth:
        return
    if without_targets(areas, settings):
        place = state.place("coverage_worth")
        yield place.problem("no_target.worth", settings.coverage_worth)


def _of_the_example(state: State) -> Iterator[Problem]:
    """Title and sources that are left of the example, in a case that has none of its areas."""
    if state.settings is None or state.everywhere & EXAMPLE_AREAS:
        return
    if state.settings.title == EXAMPLE_TITLE:
        yield Place(CASE_FILE, 0, "title").problem("left_of_example", EXAMPLE_TITLE)
    for row in state.rows("sources"):
        if row["source"] == EXAMPLE_SOURCE:
            yield row.problem("source", "left_of_example")
            return


def _horizon(state: State) -> Iterator[Problem]:
    """What a short horizon takes of a year."""
    settings = state.settings
    if settings is not None and settings.horizon_days < SHORTEST_YEAR_DAYS:
        key = "short_horizon" if settings.scale_to_horizon else "short_horizon.whole"
        words = {"share": settings.horizon_days / DAYS}
        yield state.place("horizon_days").problem(key, settings.horizon_days, **words)


def _undivided(state: State) -> Iterator[Problem]:
    """Rows of single periods in a case that does not tell periods apart."""
    if state.settings is None or state.settings.use_periods or not state.rows("periods"):
        return
    for name, column, key in (
        ("availability", "period", "undivided"),
        ("limits", "period", "undivided"),
        ("access", "periods", "undivided.access"),
    ):
        count = sum(row[column] not in (None, EVERY) for row in state.rows(name))
        if count:
            yield Place(state.tables[name].file, 0, column).problem(key, count=count)


def _vain_limits(state: State) -> Iterator[Problem]:
    """Limits outside a programme's mandate or above its budget; limits that ask for nothing."""
    programmes = state.by_id("programmes")
    for row in state.rows("limits"):
        name, programme = row["programme"], programmes.get(row["programme"])
        if row["areas"] and programme is not None:
            outside = tuple(sorted(state.areas(row) - state.areas(programme)))
            if outside and row["areas"] != EVERY:
                yield row.problem("areas", "outside_mandate", outside, programme=name)
        if not row["least"] or row["penalty"] == 0:
            yield row.problem("least" if not row["least"] else "penalty", "idle_limit")
    if state.settings is not None:
        for programme in programmes.values():
            yield from _above_budget(state, programme, state.settings)
    yield from _weaker_limits(state)


def _above_budget(state: State, programme: Row, settings: Settings) -> Iterator[Problem]:
    """Amounts above the budget of a programme: each, and those of different periods together."""
    name, currency, part = programme["programme_id"], programme["currency"], settings.share_of_year
    budget, most = programme["budget"] * part, dict[str, tuple[float, int, Row]]()
    for row in state.rows("limits"):
        if row["programme"] == name and LIMITS.of_kind(row["kind"])["least"].money:
            rate = settings.rates[row["currency"]] / settings.rates[currency]
            amount = row["least"] * rate * (1.0 if row["period"] else part)
            if amount > budget * (1.0 + 1e-9):
                own = {"programme": name, "budget": row["least"] * budget / amount}
                yield row.problem("least", "above_budget", currency=row["currency"], **own)
            elif row["period"]:
                most[row["period"]] = max((amount, row.number, row), most.get(row["period"], (0.0, 0, row)))
    total = sum(amount for amount, _, _ in most.values())
    if total > budget * (1.0 + 1e-9):
        *others, last = sorted((row for _, _, row in most.values()), key=lambda row: row.number)
        said = {"others": listed([row["limit_id"] for row in others]), "total": total, "budget": budget}
        yield last.problem("least", "above_budget.together", programme=name, currency=currency, **said)


def _weaker_limits(state: State) -> Iterator[Problem]:
    """Least coverages that hard limits of the same areas and period ask for anyway."""
    rows = [row for row in state.rows("limits") if not row["programme"] and row["least"]]
    most: dict[tuple[str, str], tuple[float, int, str]] = {}
    for row in rows:
        for area in state.areas(row) if row["penalty"] is None else ():
            this, key = (row["least"], -row.number, row["limit_id"]), (area, row["period"] or "")
            most[key] = max(this, most.get(key, this))
    for row in rows:
        keys = [(area, row["period"] or "") for area in sorted(state.areas(row))]
        above = [most.get(key, (0.0, 0, "")) for key in keys]
        if all(each > (row["least"], -row.number, row["limit_id"]) for each in above):
            yield row.problem("least", "idle_limit.weaker", limit=above[0][2], other=above[0][0])


def implausible(state: State, outlines: Mapping[int, BaseGeometry]) -> Iterator[Problem]:
    """Warnings on the rows that could be parsed, one by one."""
    for rows in state.tables.values():
        checked = [column for column in rows.table.declared if column.usual or column.money]
        for row in rows.valid:
            for column in checked:
                if not column.kinds or row["kind"] in column.kinds:
                    yield from _unusual(rows, row, column, state.settings)
            yield from _misplaced(rows, row, outlines.get(row.number) if rows.table.outlines else None)
    if state.settings is not None:
        yield from _unusual_settings(state, state.settings)


def _unusual(rows: Rows, row: Row, column: Column, settings: Settings | None) -> Iterator[Problem]:
    value, currency = row[column.name], rows.currency(row, column.name)
    copied = row.like and column.name not in row.changed
    if not value or copied:
        return
    if currency and value < CENT:
        yield row.problem(column.name, "unusual.cent", currency=currency)
        return
    dollars = _dollars(currency, settings) if currency else 1.0
    for kind, low, high in column.usual if dollars else ():
        if kind in ("*", row["kind"]) and not low <= value * dollars <= high:
            of_kind = f" for {'an' if kind[0] in 'aeiou' else 'a'} {kind.replace('_', ' ')}"
            unit = f" {currency}" if currency else f" {column.unit}" if column.unit else ""
            words = {"kind": of_kind if kind != "*" else "", "unit": unit}
            ends = [f"{float(f'{end / dollars:.3g}'):,.12g}" for end in (low, high)]
            yield row.problem(column.name, "unusual", low=ends[0], high=ends[1], **words)


def _dollars(currency: str, settings: Settings | None) -> float:
    """About what a unit of a currency is in US dollars; 0 where nobody knows."""
    if currency in COMMON_CURRENCIES:
        return COMMON_CURRENCIES[currency]
    rates = settings.rates if settings else {}
    known = next((code for code in rates if code in COMMON_CURRENCIES), "")
    return rates[currency] / rates[known] * COMMON_CURRENCIES[known] if known and currency in rates else 0.0


def _misplaced(rows: Rows, row: Row, outline: BaseGeometry | None) -> Iterator[Problem]:
    lon, lat = row["lon"], row["lat"]
    if lon is not None and lat is not None:
        if lat != 0.0 and lon == round(lon) and lat == round(lat):  # on the equator as in worked examples
            yield row.problem("lon", "unusual.degrees", lat=lat)
        outline = shapely.Point(lon, lat)
    name = "coastal_state" if rows.table.outlines else "country"
    code = row[name]
    if code in COUNTRY_PLACES and outline is not None:
        away = _away_nm(outline, code)
        if away > OFF_COUNTRY_NM:
            yield row.problem(name, "off_country", country=COUNTRIES[code], away=away, what=rows.table.noun)


def _away_nm(outline: BaseGeometry, code: str) -> float:
    """Distance of an outline from the circle around a country, 0 where it holds the country [nm]."""
    lon, lat, radius_nm = COUNTRY_PLACES[code]
    places = shapely.points([[lon + turn, lat] for turn in (-TURN, 0.0, TURN)])
    lines = shapely.get_coordinates(shapely.shortest_line(outline, places)).reshape(-1, 2, 2)
    _, _, metres = GEOD.inv(*lines[:, 0].T.copy(), *lines[:, 1].T.copy())
    return max(float(m_to_nm(np.min(metres)) - radius_nm), 0.0)


def _unusual_settings(state: State, settings: Settings) -> Iterator[Problem]:
    low, high = USUAL_DWELL_DAYS
    if not low <= settings.dwell_days <= high:
        words = {"kind": "", "unit": " days", "low": f"{low:g}", "high": f"{high:g}"}
        yield state.place("dwell_days").problem("unusual", settings.dwell_days, **words)
    own = COMMON_CURRENCIES.get(settings.currency)
    for code, rate in (settings.fx.rates if settings.fx else {}).items():
        usual = COMMON_CURRENCIES.get(code, 0.0) / own if own else 0.0
        if usual and not usual / FAR_RATE <= rate <= usual * FAR_RATE:
            words = {"usual": f"{usual:.2g}", "code": code, "own": settings.currency}
            yield state.place(f"fx.rates.{code}").problem("unusual.rate", rate, **words)


_FUNDING = "assets sensors programmes areas access periods"
_CHECKS: tuple[tuple[Callable[[State], Iterator[Problem]], str], ...] = (
    (_idle_operators, "assets sensors access areas periods"),
    (_closed_areas, "assets sensors access areas periods"),
    (_idle_programmes, _FUNDING),
    (_idle_watchers, _FUNDING),
    (_idle_bases, "assets bases"),
    (_vain_limits, "limits programmes areas"),
    (_nothing_counts, "areas"),
    (_no_boarder, "assets"),
    (_idle_availability, "availability periods assets sensors"),
    (_of_the_example, "areas sources"),
    (_horizon, ""),
    (_undivided, "periods availability limits access"),
)
"""Each check, and the tables that it needs to be sound."""

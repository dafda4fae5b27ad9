"""What a row shows by itself: unusual figures, positions that are rounded or far from their country."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from planner.case.edits import State
from planner.case.files import CASE_FILE
from planner.case.place import Place
from planner.case.rows import Row, Rows
from planner.errors import Problem
from planner.geometry.longitude import TURN as FULL_TURN
from planner.schema.codes import COMMON_CURRENCIES, COUNTRIES, COUNTRY_PLACES
from planner.schema.columns import Column
from planner.schema.settings import Settings
from planner.units import m_to_nm

CENT = 0.01
FAR_RATE = 5.0
"""A rate of exchange that is farther than this factor from that of recent years is probably upside down."""
OFF_COUNTRY_NM = 900.0
"""Zones reach 200 nm from the coast, ports may be a neighbour's; slips are thousands of miles."""
USUAL_DWELL_DAYS = (0.1, 60.0)
GEOD = pyproj.Geod(ellps="WGS84")


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
    places = shapely.points([[lon + turn, lat] for turn in (-FULL_TURN, 0.0, FULL_TURN)])
    lines = shapely.get_coordinates(shapely.shortest_line(outline, places)).reshape(-1, 2, 2)
    _, _, metres = GEOD.inv(*lines[:, 0].T.copy(), *lines[:, 1].T.copy())
    return max(float(m_to_nm(np.min(metres)) - radius_nm), 0.0)


def _unusual_settings(state: State, settings: Settings) -> Iterator[Problem]:
    def place(key: str) -> Place:
        return state.changed.get(key) or Place(CASE_FILE, 0, key)

    low, high = USUAL_DWELL_DAYS
    if not low <= settings.dwell_days <= high:
        words = {"kind": "", "unit": " days", "low": f"{low:g}", "high": f"{high:g}"}
        yield place("dwell_days").problem("unusual", settings.dwell_days, **words)
    own = COMMON_CURRENCIES.get(settings.currency)
    for code, rate in (settings.fx.rates if settings.fx else {}).items():
        usual = COMMON_CURRENCIES.get(code, 0.0) / own if own else 0.0
        if usual and not usual / FAR_RATE <= rate <= usual * FAR_RATE:
            words = {"usual": f"{usual:.2g}", "code": code, "own": settings.currency}
            yield place(f"fx.rates.{code}").problem("unusual.rate", rate, **words)

"""The case as the rest of the program sees it: plain frames, everything resolved, money in one currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from planner.case.periods import period_frame
from planner.case.rows import Rows
from planner.case.scenarios import Stress
from planner.errors import Problem
from planner.geometry.longitude import canonical_lon
from planner.schema.settings import Settings
from planner.schema.tables import LIMITS, RECORDS

Ids = Mapping[str, tuple[str, ...]]
"""The ids of each table."""


def frames(
    tables: Mapping[str, Rows], outlines: Mapping[int, BaseGeometry], settings: Settings
) -> dict[str, pd.DataFrame]:
    """The frame of each table of records.

    Lists are tuples with ``*`` resolved, money is in the case's currency, longitudes are in [0, 360); a blank
    target of an area is the case's, ``*`` as the bases of an asset means those that take its kind.
    """
    ids = {name: tuple(rows.by_id) for name, rows in tables.items()}
    found = {table.name: _frame(tables[table.name], ids, settings) for table in RECORDS if not table.capital}
    areas, bases, assets = found["areas"], found["bases"], found["assets"]
    areas["target_coverage"] = areas["target_coverage"].fillna(settings.target_coverage)
    areas["geometry"] = pd.Series([outlines[row.number] for row in tables["areas"].rows], dtype=object)
    bases["capacity_hours"] = bases["capacity_hours"].fillna(np.inf)
    kinds = list(zip(bases["base_id"], bases["kinds"], strict=True))
    taking = {kind: tuple(base for base, taken in kinds if kind in taken) for kind in set(assets["kind"])}
    named = ((row["bases"], row["kind"]) for row in tables["assets"].rows)
    assets["bases"] = _objects(taking[kind] if listed == ("*",) else listed for listed, kind in named)
    found["periods"] = period_frame(tables["periods"], settings)
    found["limits"] = _limits(found["limits"], tables["limits"])
    return found


def no_limits() -> pd.DataFrame:
    """The limits of a case without any."""
    rows = Rows(LIMITS)
    return _limits(_frame(rows, {}), rows)


def _frame(rows: Rows, ids: Ids, settings: Settings | None = None) -> pd.DataFrame:
    """The rows with the dtypes of their columns: float, text ("" where absent) or tuples.

    It has every column but the companions that no row fills.
    """
    table, columns = rows.table, [rows.columns(row) for row in rows.rows]
    rates, share = (settings.rates, settings.share_of_year) if settings else ({}, 1.0)
    converted = [(rates.get(row["currency"], 1.0), one) for row, one in zip(rows.rows, columns, strict=True)]
    scaled = [(1.0 if row["period"] else share, one) for row, one in zip(rows.rows, columns, strict=True)]
    data: dict[str, Any] = {}
    for name, column in table.columns.items():
        values = [row[name] for row in rows.rows]
        if column.capital or (table.figure_of(name) != name and all(value is None for value in values)):
            continue
        if column.numeric:
            data[name] = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
            if settings is not None:
                data[name] *= [part if one.get(name, column).yearly else 1.0 for part, one in scaled]
                data[name] *= [rate if one.get(name, column).money else 1.0 for rate, one in converted]
                data[name] /= [rate if one.get(name, column).per_million else 1.0 for rate, one in converted]
            data[name] = canonical_lon(data[name]) if name == "lon" else data[name]
        elif column.listed:
            every = column.choices or tuple(key for other in column.references for key in ids.get(other, ()))
            data[name] = _objects(every if value == ("*",) else value or () for value in values)
        elif settings is not None and name == "currency":
            data[name] = pd.Series([settings.currency] * len(values), dtype="str")
        else:
            data[name] = pd.Series(["" if value is None else value for value in values], dtype="str")
    return pd.DataFrame(data)


def _limits(table: pd.DataFrame, rows: Rows) -> pd.DataFrame:
    """The limits with the place of each; one without a penalty is hard."""
    places = [row.place for row in rows.rows]
    file = pd.Series([place.file for place in places], dtype="str")
    row = np.array([place.row for place in places], dtype=np.int64)
    return table.assign(penalty=table["penalty"].fillna(np.inf), file=file, row=row)


def _objects(values: Any) -> pd.Series:
    return pd.Series(list(values), dtype=object)


@dataclass(frozen=True, eq=False)
class Case:
    """A case that was read and found sound.

    Lists are tuples with ``*`` resolved, money is in ``settings.currency``, longitudes are in [0, 360),
    text that is not there is "".

    Attributes:
        settings: What holds for the whole case.
        areas: area_id, name, coastal_state, risk_weight, target_coverage (filled), visits_per_year (NaN where
            unknown), source, geometry (shapely, canonical longitudes, valid, disjoint).
        bases: base_id, name, country, lon, lat, kinds, capacity_hours (inf = no limit), source.
        assets: The columns of ``assets.csv``; bases are resolved; ``X_low`` and ``X_high`` where the file
            has them (NaN where blank).
        sensors: The columns of ``sensors.csv``, NaN where they do not apply; empty if there is no file.
        programmes: programme_id, name, donor, budget, currency, asset_kinds, assets (ids of assets and
            sensors), areas, services, source. A programme with all services funds assets that state none,
            too.
        access: operator, areas, periods, tasks, kinds (empty: all), basis, source.
        periods: period_id, name, start, end, source, days; one row, "year", where none are told apart.
        availability: period, kinds, assets, bases, areas (empty: not meant), share, hours_per_unit, source.
        risk: lon, lat, weight, visits (of the horizon, or in the period that is named; NaN: not stated),
            reach_nm (NaN: not stated), period and future ("": all; rows of a future are
            left out of plans, see ``planner.case.risk.of_future``), layer, mode; empty if there is no file;
            share where the year is one but rows name periods, see ``planner.case.periods.planned_risk``.
        land: Land as one geometry with canonical longitudes, or None.
        sources: table, id, field, value, currency, basis, source, note: one row for each figure that was
            handed in. ``value`` is the figure as the file has it, in ``currency`` if it is money or a
            rate of exchange. Those of ``case.toml`` have the table "case" and the id "".
        hashes: SHA-256 of every file that was read, by name.
        warnings: What can be planned with but is probably not meant.
        limits: limit_id, kind, programme ("" where there is none), areas (empty where there are none), least,
            period ("": the whole horizon), penalty (inf = hard; of money for each million), currency, source,
            file, row; ``X_low`` and ``X_high`` where the file has them.
        scenarios: Title of each scenario that was chosen, by its name, in their order.
        stress: The losses that the case names, [stress.NAME], by name.
        uncertainty: table, id, field, value, low, high, currency, distribution, together, source: the range
            of each figure that has one, in the unit and currency of its file (``planner.case.ranges``).
    """

    settings: Settings
    areas: pd.DataFrame
    bases: pd.DataFrame
    assets: pd.DataFrame
    sensors: pd.DataFrame
    programmes: pd.DataFrame
    access: pd.DataFrame
    periods: pd.DataFrame
    availability: pd.DataFrame
    risk: pd.DataFrame
    land: BaseGeometry | None
    sources: pd.DataFrame
    hashes: dict[str, str]
    warnings: tuple[Problem, ...]
    scenarios: dict[str, str] = field(default_factory=dict)
    stress: dict[str, Stress] = field(default_factory=dict)
    uncertainty: pd.DataFrame = field(default_factory=pd.DataFrame)
    limits: pd.DataFrame = field(default_factory=no_limits)

    @property
    def by_sea(self) -> bool:
        """Whether vessels sail round land."""
        return self.land is not None and self.settings.routing != "geodesic"

"""The case as the rest of the program sees it: plain frames, everything resolved, money in one currency."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
from shapely.geometry.base import BaseGeometry

from planner.case.frames import no_limits
from planner.case.stress import Stress
from planner.errors import Problem
from planner.schema.settings import Settings


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
        risk: lon, lat, weight, reach_nm (NaN: not stated), period and future ("": all; rows of a future are
            left out of plans, see ``planner.case.risk.of_future``), layer, mode; empty if there is no file.
        land: Land as one geometry with canonical longitudes, or None.
        sources: table, id, field, value, currency, basis, source, note: one row for each figure that was
            handed in. ``value`` is the figure as the file has it, in ``currency`` if it is money or a
            rate of exchange. Those of ``case.toml`` have the table "case" and the id "".
        hashes: SHA-256 of every file that was read, by name.
        warnings: What is remarkable but can be planned with.
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

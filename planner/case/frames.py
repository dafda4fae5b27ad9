"""From valid records to frames: lists resolved, money converted, blanks filled with what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from planner.case.fields import FUNDABLE_KINDS, SERVICES, plain_types
from planner.case.limits import SPENDING
from planner.case.records import Programme
from planner.case.settings import Settings
from planner.case.validate import Records
from planner.geometry.longitude import canonical_lon

MONEY = ("budget", "cost_per_hour", "cost_per_mission", "cost_per_scene")
"""The columns that hold money; so do their companions ``X_low`` and ``X_high``."""


def is_money(record: Any, column: str) -> bool:
    """Whether a column of a record holds money; the least of a limit does in one of the kinds."""
    name = column.removesuffix("_low").removesuffix("_high")
    return name in MONEY or (name == "least" and getattr(record, "kind", "") == SPENDING)


def frame(records: Records, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """The records as a frame with the dtypes of their fields: float, text ("" where absent) or tuples.

    Args:
        records: Valid records of one table.
        columns: The columns wanted; all but the companions that no record fills if None.
    """
    spec = records.spec
    wanted = list(columns) if columns is not None else _columns(records)
    data: dict[str, Any] = {}
    for name in wanted:
        values = [getattr(record, name, None) for record in records.records]
        if name in spec.numeric:
            data[name] = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
        elif tuple in plain_types(spec.fields[name]):
            data[name] = pd.Series(values, dtype=object)
        else:
            data[name] = pd.Series(["" if value is None else value for value in values], dtype="str")
    return pd.DataFrame(data, columns=wanted)


def _columns(records: Records) -> list[str]:
    names = list(records.spec.fields)
    companions = {name for name in names if name.removesuffix("_low").removesuffix("_high") != name}
    filled = {
        name
        for name in companions
        if any(getattr(record, name, None) is not None for record in records.records)
    }
    return [name for name in names if name not in companions or name in filled]


def in_case_currency(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The table with its money in the case's currency; ``currency`` says so."""
    rates = table["currency"].map(settings.rates).astype(np.float64)
    for name in table.columns:
        if name.removesuffix("_low").removesuffix("_high") in MONEY:
            table[name] = table[name] * rates
    table["currency"] = pd.Series([settings.currency] * len(table), dtype="str")
    return table


def areas_frame(records: Records, outlines: list[BaseGeometry], settings: Settings) -> pd.DataFrame:
    """The areas with their outlines; a blank target is the case's."""
    table = frame(records)
    table["target_coverage"] = table["target_coverage"].fillna(settings.target_coverage)
    table["geometry"] = pd.Series(outlines, dtype=object)
    return table


def bases_frame(records: Records) -> pd.DataFrame:
    """The bases; a blank capacity is no limit."""
    table = frame(records)
    table["lon"] = canonical_lon(table["lon"].to_numpy())
    table["capacity_hours"] = table["capacity_hours"].fillna(np.inf)
    return table


def assets_frame(records: Records, bases: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The assets; ``*`` becomes the bases that take the asset's kind."""
    table = in_case_currency(frame(records), settings)
    taking = {
        kind: tuple(
            base for base, kinds in zip(bases["base_id"], bases["kinds"], strict=True) if kind in kinds
        )
        for kind in table["kind"].unique()
    }
    resolved = [
        taking[kind] if listed == ("*",) else listed
        for kind, listed in zip(table["kind"], table["bases"], strict=True)
    ]
    table["bases"] = pd.Series(resolved, dtype=object)
    return table


def sensors_frame(records: Records, settings: Settings) -> pd.DataFrame:
    """The fixed sensors and satellites."""
    table = in_case_currency(frame(records), settings)
    table["lon"] = canonical_lon(table["lon"].to_numpy())
    return table


def programmes_frame(
    records: Records, asset_ids: Sequence[str], area_ids: Sequence[str], settings: Settings
) -> pd.DataFrame:
    """The programmes with all their lists resolved."""
    table = in_case_currency(frame(records), settings)
    table["asset_kinds"] = _resolved(table["asset_kinds"], FUNDABLE_KINDS)
    table["assets"] = _resolved(table["assets"], asset_ids)
    table["areas"] = _resolved(table["areas"], area_ids)
    table["services"] = pd.Series([funded_services(record) for record in records.records], dtype=object)
    return table


def access_frame(records: Records, area_ids: Sequence[str]) -> pd.DataFrame:
    """The consents with their areas resolved."""
    table = frame(records)
    table["areas"] = _resolved(table["areas"], area_ids)
    return table


def _resolved(lists: pd.Series, everything: Sequence[str]) -> pd.Series:
    known = tuple(everything)
    return pd.Series([known if listed == ("*",) else listed for listed in lists], dtype=object)


def restricts_services(programme: Programme) -> bool:
    """Whether a programme leaves out a service."""
    return programme.services != ("*",) and set(programme.services) != set(SERVICES)


def funded_services(programme: Programme) -> tuple[str, ...]:
    """The services that a programme may fund, ``*`` resolved."""
    return tuple(programme.services) if restricts_services(programme) else SERVICES

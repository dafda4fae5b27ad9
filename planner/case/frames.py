"""From valid rows to frames: lists resolved, money converted, blanks filled with what they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from planner.case.rows import Row, Rows
from planner.case.rules import funded_services
from planner.geometry.longitude import canonical_lon
from planner.schema.settings import Settings
from planner.schema.tables import COVERAGE, FUNDABLE_KINDS, LIMITS

LIMIT_COLUMNS = {
    **dict.fromkeys(("limit_id", "kind", "programme"), "str"),
    "areas": "object",
    **dict.fromkeys(("least", "penalty"), "float64"),
    **dict.fromkeys(("currency", "source", "file"), "str"),
    "row": "int64",
}
"""The columns of ``Case.limits``; ``X_low`` and ``X_high`` of least and penalty follow where filled."""


def frame(rows: Rows) -> pd.DataFrame:
    """The rows as a frame with the dtypes of their columns: float, text ("" where absent) or tuples.

    It has every column but the companions that no row fills.
    """
    table = rows.table
    data: dict[str, Any] = {}
    for name, column in table.columns.items():
        values = [row[name] for row in rows.rows]
        if table.figure_of(name) != name and all(value is None for value in values):
            continue
        if column.numeric:
            data[name] = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
        elif column.listed:
            data[name] = pd.Series(values, dtype=object)
        else:
            data[name] = pd.Series(["" if value is None else value for value in values], dtype="str")
    return pd.DataFrame(data)


def _in_case_currency(rows: Rows, settings: Settings) -> pd.DataFrame:
    """The rows as a frame with their money in the case's currency; ``currency`` says so."""
    table = frame(rows)
    rates = table["currency"].map(settings.rates).astype(np.float64)
    for name in table.columns:
        if rows.table.columns[name].money:
            table[name] = table[name] * rates
    table["currency"] = pd.Series([settings.currency] * len(table), dtype="str")
    return table


def areas_frame(rows: Rows, outlines: Mapping[int, BaseGeometry], settings: Settings) -> pd.DataFrame:
    """The areas with their outlines; a blank target is the case's."""
    table = frame(rows)
    table["target_coverage"] = table["target_coverage"].fillna(settings.target_coverage)
    table["geometry"] = pd.Series([outlines[row.number] for row in rows.rows], dtype=object)
    return table


def bases_frame(rows: Rows) -> pd.DataFrame:
    """The bases; a blank capacity is no limit."""
    table = frame(rows)
    table["lon"] = canonical_lon(table["lon"].to_numpy())
    table["capacity_hours"] = table["capacity_hours"].fillna(np.inf)
    return table


def assets_frame(rows: Rows, bases: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The assets; ``*`` becomes the bases that take the asset's kind."""
    table = _in_case_currency(rows, settings)
    kinds = list(zip(bases["base_id"], bases["kinds"], strict=True))
    taking = {kind: tuple(base for base, taken in kinds if kind in taken) for kind in table["kind"].unique()}
    pairs = zip(table["kind"], table["bases"], strict=True)
    table["bases"] = _objects(taking[kind] if listed == ("*",) else listed for kind, listed in pairs)
    return table


def sensors_frame(rows: Rows, settings: Settings) -> pd.DataFrame:
    """The fixed sensors and satellites."""
    table = _in_case_currency(rows, settings)
    table["lon"] = canonical_lon(table["lon"].to_numpy())
    return table


def programmes_frame(
    rows: Rows, asset_ids: Sequence[str], area_ids: Sequence[str], settings: Settings
) -> pd.DataFrame:
    """The programmes with all their lists resolved."""
    table = _in_case_currency(rows, settings)
    table["asset_kinds"] = _resolved(table["asset_kinds"], FUNDABLE_KINDS)
    table["assets"] = _resolved(table["assets"], asset_ids)
    table["areas"] = _resolved(table["areas"], area_ids)
    table["services"] = _objects(funded_services(row) for row in rows.rows)
    return table


def access_frame(rows: Rows, area_ids: Sequence[str]) -> pd.DataFrame:
    """The access with its areas resolved."""
    table = frame(rows)
    table["areas"] = _resolved(table["areas"], area_ids)
    return table


def limits_frame(rows: Rows, area_ids: Sequence[str], settings: Settings) -> pd.DataFrame:
    """The limits with their lists resolved, and money and penalties in the case's currency.

    ``penalty`` is infinite where a limit is hard; that of money is for each million.
    """
    ends = [end for name in ("least", "penalty") for end in LIMITS.companions_of(name)]
    filled = [end for end in ends if any(row[end] is not None for row in rows.rows)]
    limits = [_limit(row, area_ids, settings, filled) for row in rows.rows]
    table = pd.DataFrame(limits, columns=[*LIMIT_COLUMNS, *filled])
    return table.astype(LIMIT_COLUMNS | dict.fromkeys(filled, "float64"))


def no_limits() -> pd.DataFrame:
    """The limits of a case without any."""
    return pd.DataFrame(columns=list(LIMIT_COLUMNS)).astype(LIMIT_COLUMNS)


def _limit(row: Row, area_ids: Sequence[str], settings: Settings, ends: Sequence[str]) -> dict[str, Any]:
    rate = settings.rates[row["currency"] or settings.currency]
    by = {
        "least": rate if LIMITS.of_kind(row["kind"])["least"].money else 1.0,
        "penalty": 1.0 if row["kind"] == COVERAGE else 1.0 / rate,
    }
    values = {end: None if row[end] is None else row[end] * by[LIMITS.figure_of(end)] for end in ends}
    return {
        "limit_id": row["limit_id"],
        "kind": row["kind"],
        "programme": row["programme"] or "",
        "areas": tuple(area_ids) if row["areas"] == ("*",) else row["areas"] or (),
        "least": row["least"] * by["least"],
        "penalty": np.inf if row["penalty"] is None else row["penalty"] * by["penalty"],
        "currency": settings.currency,
        "source": row["source"],
        "file": row.place.file,
        "row": row.place.row,
        **values,
    }


def _resolved(lists: pd.Series, everything: Sequence[str]) -> pd.Series:
    known = tuple(everything)
    return _objects(known if listed == ("*",) else listed for listed in lists)


def _objects(values: Any) -> pd.Series:
    return pd.Series(list(values), dtype=object)

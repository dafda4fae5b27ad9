"""The tables of a case and every column of every one of them, as ``tables.toml`` declares them."""

from __future__ import annotations

import tomllib
from typing import Any

from planner.schema.codes import data_text
from planner.schema.columns import Column
from planner.schema.table import Table

CASE, RISK_MAP = "case", "risk"
"""What sources and uncertainty call ``case.toml`` and the risk map, whose figures belong to no row."""
_DECLARED: dict[str, Any] = tomllib.loads(data_text("tables.toml"))
_KINDS: dict[str, dict[str, Any]] = _DECLARED.pop("kinds")


def _column(stated: dict[str, Any]) -> Column:
    while "is" in stated:
        stated = {**_KINDS[stated["is"]], **{key: value for key, value in stated.items() if key != "is"}}
    how: dict[str, Any] = {"required": not stated.keys() & {"default", "blank"}}
    return Column(**(how | {key: _frozen(value) for key, value in stated.items()}))


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


TABLES = {
    name: Table(name=name, declared=tuple(map(_column, stated.pop("columns"))), **stated)
    for name, stated in _DECLARED.items()
}
"""Every table by name, in the order in which messages and documents list them."""
AREAS, LIMITS, PERIODS, PROGRAMMES, RISK, UNCERTAINTY = (
    TABLES[name] for name in ("areas", "limits", "periods", "programmes", RISK_MAP, "uncertainty")
)
RECORDS = tuple(table for table in TABLES.values() if table.id)
"""The tables whose rows have an id: what scenarios change, add and remove."""
WHOLE = tuple(table for table in TABLES.values() if table not in (AREAS, RISK))
"""The CSV tables that are kept whole; the risk map is read in pieces."""
CAPITAL = tuple(table for table in WHOLE if table.capital)
"""The tables that only a capacity plan reads."""
FUNDABLE_KINDS = PROGRAMMES.columns["asset_kinds"].choices
SERVICES = PROGRAMMES.columns["services"].choices
COVERAGE, SHARE, SPENDING = LIMITS.kinds

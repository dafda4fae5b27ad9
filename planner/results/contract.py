"""Columns of every table of results, declared once in ``columns.csv``: name, type, meaning with its unit."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

import pandas as pd

from planner.causes.names import CAUSES_OF_PROGRAMME, causes_of_all

Contract = Mapping[str, tuple[str, str]]

CAUSES = tuple(dict.fromkeys((*causes_of_all(answers=True), *CAUSES_OF_PROGRAMME)))
"""Why water stays uncovered, as all programmes together and as each programme see it (``planner.causes``)."""
NO_CAUSE = "none"
"""The largest cause where nothing is missing."""
NOT_SOUGHT = "not_sought"
"""The largest cause where something is missing and causes were not looked for."""
TOTAL = "total"
"""The row of ``gaps`` that counts every area once."""


def _declared() -> dict[str, dict[str, tuple[str, str]]]:
    """Type and meaning of each column, by table."""
    tables: dict[str, dict[str, tuple[str, str]]] = {}
    with Path(__file__).with_name("columns.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            tables.setdefault(row["table"], {})[row["column"]] = row["type"], row["meaning"]
    return tables


_OF_CAPACITY = "invest/"
"""How the names of the tables of capacity plans begin in ``columns.csv``."""
_DECLARED = _declared()
TABLES: Mapping[str, Contract] = {
    name: columns for name, columns in _DECLARED.items() if not name.startswith(_OF_CAPACITY)
}
"""The tables of a run folder."""
CAPACITY_TABLES: Mapping[str, Contract] = {
    name.removeprefix(_OF_CAPACITY): columns
    for name, columns in _DECLARED.items()
    if name.startswith(_OF_CAPACITY)
}
"""The tables of the folder of a capacity plan."""
_ALL = {**TABLES, **CAPACITY_TABLES}


def types_of(name: str) -> dict[str, str]:
    """Type of each column of a table."""
    return {column: kind for column, (kind, _) in _ALL[name].items()}


def conform(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with exactly the columns and types of its contract, in their order.

    Raises:
        KeyError: a column of the contract is missing.
    """
    columns: dict[str, Any] = {}
    for column, kind in types_of(name).items():
        values, wanted = table[column], cast("Any", kind)
        columns[column] = (values if values.dtype == wanted else values.astype(wanted)).array
    return pd.DataFrame(columns)


def empty(name: str) -> pd.DataFrame:
    """A table without rows."""
    return _empty(name).copy(deep=False)


@cache
def _empty(name: str) -> pd.DataFrame:
    return conform(name, pd.DataFrame(columns=list(_ALL[name])))


def stacked(contract: Contract, tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """One table under another, with exactly the columns and types of a contract.

    Raises:
        KeyError: a column of the contract is missing.
    """
    types = {column: kind for column, (kind, _) in contract.items()}
    rows = [table[list(contract)] for table in tables]
    whole = pd.concat(
        [table for table in rows if len(table)] or rows[:1] or [pd.DataFrame(columns=list(contract))]
    )
    return whole.astype(types).reset_index(drop=True)

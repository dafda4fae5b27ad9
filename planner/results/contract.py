"""Columns of every table of results, declared once in ``columns.csv``: name, type, mark, meaning and unit."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

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
KEY, BLANK, SIGNED = "key", "blank", "signed"
"""Marks of columns: they tell rows apart; numbers that may be blank; numbers that may be negative."""

_OF_CAPACITY = "invest/"
"""How the names of the tables of capacity plans begin in ``columns.csv``."""
with Path(__file__).with_name("columns.csv").open(encoding="utf-8", newline="") as _file:
    _ROWS = tuple(csv.DictReader(_file))


def _declared(before: str) -> dict[str, Contract]:
    """Type and meaning of each column of the tables in a folder."""
    tables: dict[str, dict[str, tuple[str, str]]] = {}
    for row in _ROWS:
        *folder, name = row["table"].rpartition("/")
        if "".join(folder) == before:
            tables.setdefault(name, {})[row["column"]] = row["type"], row["meaning"]
    return dict(tables)


TABLES: Mapping[str, Contract] = _declared("")
"""The tables of a run folder."""
CAPACITY_TABLES: Mapping[str, Contract] = _declared(_OF_CAPACITY)
"""The tables of the folder of a capacity plan."""


@cache
def marked(name: str, mark: str) -> list[str]:
    """Columns of a table of a run folder that have a mark."""
    return [row["column"] for row in _ROWS if (row["table"], row["mark"]) == (name, mark)]


def types_of(name: str) -> dict[str, str]:
    """Type of each column of a table."""
    contract = TABLES[name] if name in TABLES else CAPACITY_TABLES[name]
    return {column: kind for column, (kind, _) in contract.items()}


def conform(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with exactly the columns and types of its contract, in their order.

    Raises:
        KeyError: a column of the contract is missing.
    """
    columns: dict[str, Any] = types_of(name)
    return pd.DataFrame({column: table[column].astype(kind).array for column, kind in columns.items()})


@cache
def _empty(name: str) -> pd.DataFrame:
    return conform(name, pd.DataFrame(columns=list(types_of(name))))


def empty(name: str) -> pd.DataFrame:
    """A table without rows."""
    return _empty(name).copy(deep=False)


def stacked(contract: Contract, tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """One table under another, with exactly the columns and types of a contract.

    Raises:
        KeyError: a column of the contract is missing.
    """
    rows = [table[list(contract)] for table in tables]
    some = [table for table in rows if len(table)] or rows[:1] or [pd.DataFrame(columns=list(contract))]
    return pd.concat(some).astype({name: kind for name, (kind, _) in contract.items()}).reset_index(drop=True)
